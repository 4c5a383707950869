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

/// FLOP as the three-constant model counts them: 2 per MAC, divided by a gain for dense 3x3 convolutions of stride 1,
/// which frameworks compute by Winograd's F(4x4, 3x3) or F(2x2, 3x3). The rate `conv` of a device file is fitted to
/// FLOP counted so.
Flops effective_work(const dnn::Layer& layer, double winograd_gain = 2.25);

/// Three-constant model: effective work / conv + (input + output + weight bytes) / memory + overhead, layer by layer.
LayerTimes three_constants(const dnn::Network& network, const platform::ThreeConstants& constants);

/// What a processor takes: the measured times where its tables have the network, else by the constants of the layer's
/// kind, else by the three constants; times its slowdown. Throws config::Error where it has none of them, and on a kind
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

/// The layer times of every processor of the device, the cloud and the edge server, with noise where they are modelled.
Profile model_profile(const dnn::Network& network, const Hosts& hosts, double sigma, std::uint64_t seed);

/// The three constants of every host's file alone: no measured layer, no constants by kind, no slowdown, no noise.
Profile constants_profile(const dnn::Network& network, const Hosts& hosts);

/// Which nominal rate a planner may know.
enum class NominalRate { peak, one_network };
FlopRate rate_of(const platform::Processor& processor, NominalRate which);
Profile nominal_profile(const dnn::Network& network, const Hosts& hosts, NominalRate which);

}  // namespace edgecut::profile
