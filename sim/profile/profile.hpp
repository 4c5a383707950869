// How long a layer takes on a processor.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dnn/network.hpp"
#include "platform/platform.hpp"
#include "units/quantity.hpp"

namespace edgecut::profile {

/// Seconds of each layer of a network on one processor, indexed as the network's layers; 0 for inputs.
using LayerTimes = std::vector<Seconds>;

/// The layer times of one network on everything that may run a part of it.
struct Profile {
  std::vector<LayerTimes> device;  // by processor of the device
  LayerTimes cloud;
  LayerTimes edge = {};  // empty where there is no edge server
};

/// FLOP as the three-constant model counts them: 2 per MAC, divided by a gain for dense 3x3 convolutions of stride 1 and
/// dilation 1 that are not transposed, which frameworks compute by Winograd's F(4x4, 3x3) or F(2x2, 3x3). The rate
/// `conv` of a device file is fitted to FLOP counted so.
Flops effective_work(const dnn::Layer& layer, double winograd_gain = 2.25);

/// Three-constant model: effective work / conv + (input + output + weight bytes) / memory + overhead, layer by layer.
LayerTimes three_constants(const dnn::Network& network, const platform::ThreeConstants& constants);
/// The same with a processor's constants: those of int8 for layers that compute in it, where the processor has them.
/// Where it has none its own hold for these layers, without Winograd's gain; see foreign_layers().
LayerTimes three_constants(const dnn::Network& network, const platform::Processor& processor);

/// How many layers multiply in int8, on a processor whose figures are of other arithmetic: their times and joules are
/// those of the wrong precision. None where the layers of that network were measured.
std::size_t foreign_layers(const dnn::Network& network, const platform::Processor& processor);
/// The same in words, of a processor of that name, with the remedy; empty where there are none.
std::string foreign_figures(const dnn::Network& network, const platform::Processor& processor, const std::string& host);

/// What a processor takes: the measured times where its tables have the network, else by the constants of the layer's
/// kind, else by the three constants; times what stretches it. Throws config::Error where it has none of them, and on a kind
/// of layer that does not exist.
LayerTimes layer_times(const dnn::Network& network, const platform::Processor& processor);

/// What one nominal rate says: 2 FLOP per MAC over the rate, nothing else.
LayerTimes nominal(const dnn::Network& network, FlopRate rate);

/// A world that no model predicts exactly: each layer's time times a log-normal factor exp(N(0, sigma)) that is fixed
/// per (host, layer) and drawn from `seed`. sigma = 0 leaves the times as they are.
LayerTimes with_noise(LayerTimes times, const dnn::Network& network, const std::string& host, double sigma,
                      std::uint64_t seed);

/// Who may run a part of a network.
struct Hosts {
  const platform::Device& device;
  const platform::Cloud& cloud;
  const platform::Cloud* edge = nullptr;  // null where there is no edge server
};

/// As whom noise knows a host.
std::string name_of(const platform::Device& device, const platform::Processor& processor);
enum class Server { cloud, edge };
std::string name_of(const platform::Cloud& server, Server as);

/// What a network's layers take on a host of that name, with noise where they are modelled.
LayerTimes true_times(const dnn::Network& network, const platform::Processor& processor, const std::string& host,
                      double sigma, std::uint64_t seed);

/// The layer times of every processor of the device, the cloud and the edge server, with noise where they are modelled.
Profile model_profile(const dnn::Network& network, const Hosts& hosts, double sigma, std::uint64_t seed);

/// The three constants of every host's file alone: no measured layer, no constants by kind, no slowdown, no noise.
Profile constants_profile(const dnn::Network& network, const Hosts& hosts);

/// One nominal rate for each processor that may run a part of a network.
struct NominalRates {
  std::vector<FlopRate> device;  // by processor of the device
  FlopRate cloud;
  FlopRate edge = {};  // unused where there is no edge server
};

/// Which of the two rates that a platform file states.
enum class StatedRate { peak, one_network };
NominalRates stated_rates(const Hosts& hosts, StatedRate which);

/// What nominal rates say of every host: FLOP over the rate, nothing else.
Profile nominal_profile(const dnn::Network& network, const NominalRates& rates);

}  // namespace edgecut::profile
