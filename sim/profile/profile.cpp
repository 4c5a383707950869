#include "profile/profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/random/normal_distribution.hpp>
#include <cmath>

#include "config/map.hpp"
#include "units/random.hpp"

namespace edgecut::profile {
namespace {

bool is_winograd(const dnn::Layer& layer) {
  return layer.kind == dnn::LayerKind::conv && layer.groups == 1 && layer.kernel == std::vector{3, 3} &&
         layer.stride == std::vector{1, 1} && !layer.is_dilated() && !layer.transposed;
}

void check_models(const dnn::Network& network, const platform::Processor& processor) {
  for (const auto& [kind, constants] : processor.kinds) {
    std::vector<std::string> known;
    for (const auto& [word, value] : dnn::layer_kinds()) known.push_back(word);
    if (std::ranges::find(known, kind) == known.end()) {
      throw config::Error(constants.where, "kinds", config::unknown_name("kind of layer", kind, known));
    }
  }
  if (processor.has_constants) return;
  const auto how = processor.measured.value_or(platform::Measured{});
  throw config::Error(how.where, how.key,
                      fmt::format("no table of network '{}' (a NETWORK.csv in the folder), and no constants (conv, "
                                  "memory, overhead) to estimate it with",
                                  network.name()));
}

Seconds by_kind(const platform::KindConstants& constants, Flops work, Bytes moved) {
  Seconds time = constants.overhead;
  if (constants.rate) time += work / *constants.rate;
  if (constants.memory) time += moved / *constants.memory;
  return time;
}

template <class TimeOf>
LayerTimes per_layer(const dnn::Network& network, TimeOf time_of) {
  LayerTimes times(network.size());
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    if (!network.is_input(v)) times[v] = time_of(v);
  }
  return times;
}

// Figures of int8 hold for the layers that compute in it, before those by kind.
bool goes_by_int8(const dnn::Layer& layer, const platform::Processor& processor) {
  return layer.precision == dnn::Precision::int8 && processor.int8.has_value();
}

LayerTimes modelled(const dnn::Network& network, const platform::Processor& processor) {
  auto times = three_constants(network, processor);
  if (processor.kinds.empty()) return times;
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    const auto& layer = network.layer(v);
    const auto found = processor.kinds.find(std::string(dnn::name(layer.kind)));
    if (network.is_input(v) || found == processor.kinds.end() || goes_by_int8(layer, processor)) continue;
    times[v] = by_kind(found->second, layer.work(), network.moved_bytes(v));
  }
  return times;
}

Seconds by_three_constants(const dnn::Network& network, dnn::LayerIndex v, const platform::ThreeConstants& constants,
                           double winograd_gain) {
  return effective_work(network.layer(v), winograd_gain) / constants.conv + network.moved_bytes(v) / constants.memory +
         constants.overhead;
}

}  // namespace

Flops effective_work(const dnn::Layer& layer, double winograd_gain) {
  return is_winograd(layer) ? layer.work() / winograd_gain : layer.work();
}

LayerTimes three_constants(const dnn::Network& network, const platform::ThreeConstants& constants) {
  return per_layer(
      network, [&](dnn::LayerIndex v) { return by_three_constants(network, v, constants, constants.winograd_gain); });
}

LayerTimes three_constants(const dnn::Network& network, const platform::Processor& processor) {
  return per_layer(network, [&](dnn::LayerIndex v) {
    const auto& layer = network.layer(v);
    const auto& constants = goes_by_int8(layer, processor) ? *processor.int8 : processor.compute;
    const bool is_foreign = layer.precision == dnn::Precision::int8 && !processor.knows_int8();
    return by_three_constants(network, v, constants, is_foreign ? 1.0 : constants.winograd_gain);
  });
}

std::size_t foreign_layers(const dnn::Network& network, const platform::Processor& processor) {
  if (processor.knows_int8() || processor.layer_times.contains(network.name())) return 0;
  return static_cast<std::size_t>(std::ranges::count_if(network.layers(), [](const dnn::Layer& layer) {
    return layer.precision == dnn::Precision::int8 && layer.macs > 0;
  }));
}

std::string foreign_figures(const dnn::Network& network, const platform::Processor& processor,
                            const std::string& host) {
  const auto foreign = foreign_layers(network, processor);
  if (foreign == 0) return "";
  return fmt::format(
      "{}: {} of {} {} in int8, and its figures are not of int8 ({}): they are timed with these, without Winograd's "
      "gain, "
      "and charged its watts; give its `compute` an `int8: {{conv: ..., source: ...}}`, or measured layers",
      host, foreign == 1 ? "a layer" : fmt::format("{} layers", foreign), network.name(),
      foreign == 1 ? "multiplies" : "multiply", processor.precision.substr(0, processor.precision.find(':')));
}

LayerTimes layer_times(const dnn::Network& network, const platform::Processor& processor) {
  const auto measured = processor.layer_times.find(network.name());
  if (measured == processor.layer_times.end()) check_models(network, processor);
  auto times = measured != processor.layer_times.end() ? measured->second : modelled(network, processor);
  for (auto& time : times) time *= processor.stretch();
  return times;
}

LayerTimes nominal(const dnn::Network& network, FlopRate rate) {
  return per_layer(network, [&](dnn::LayerIndex v) { return network.layer(v).work() / rate; });
}

LayerTimes with_noise(LayerTimes times, const dnn::Network& network, const std::string& host, double sigma,
                      std::uint64_t seed) {
  if (sigma == 0.0) return times;
  for (dnn::LayerIndex v = 0; v < times.size(); ++v) {
    RandomStream random(seed, {"layer time", host, network.name(), network.layer(v).name});
    times[v] *= std::exp(sigma * boost::random::normal_distribution<double>()(random));
  }
  return times;
}

std::string name_of(const platform::Device& device, const platform::Processor& processor) {
  return device.name + "." + processor.name;
}

std::string name_of(const platform::Cloud& server, Server as) {
  return (as == Server::edge ? "edge " : "") + server.name + "." + server.processor.name;
}

LayerTimes true_times(const dnn::Network& network, const platform::Processor& processor, const std::string& host,
                      double sigma, std::uint64_t seed) {
  const bool is_measured = processor.layer_times.contains(network.name());
  return with_noise(layer_times(network, processor), network, host, is_measured ? 0.0 : sigma, seed);
}

Profile model_profile(const dnn::Network& network, const Hosts& hosts, double sigma, std::uint64_t seed) {
  const auto times = [&](const platform::Processor& processor, const std::string& host) {
    return true_times(network, processor, host, sigma, seed);
  };
  Profile profile;
  for (const auto& processor : hosts.device.processors) {
    profile.device.push_back(times(processor, name_of(hosts.device, processor)));
  }
  profile.cloud = times(hosts.cloud.processor, name_of(hosts.cloud, Server::cloud));
  if (hosts.edge != nullptr) profile.edge = times(hosts.edge->processor, name_of(*hosts.edge, Server::edge));
  return profile;
}

Profile constants_profile(const dnn::Network& network, const Hosts& hosts) {
  Profile profile;
  for (const auto& processor : hosts.device.processors) {
    profile.device.push_back(three_constants(network, processor));
  }
  profile.cloud = three_constants(network, hosts.cloud.processor);
  if (hosts.edge != nullptr) profile.edge = three_constants(network, hosts.edge->processor);
  return profile;
}

NominalRates stated_rates(const Hosts& hosts, StatedRate which) {
  const auto rate = [&](const platform::Processor& processor) {
    return which == StatedRate::peak ? processor.peak : processor.one_network;
  };
  NominalRates rates;
  for (const auto& processor : hosts.device.processors) rates.device.push_back(rate(processor));
  rates.cloud = rate(hosts.cloud.processor);
  if (hosts.edge != nullptr) rates.edge = rate(hosts.edge->processor);
  return rates;
}

Profile nominal_profile(const dnn::Network& network, const NominalRates& rates) {
  Profile profile;
  for (const auto rate : rates.device) profile.device.push_back(nominal(network, rate));
  profile.cloud = nominal(network, rates.cloud);
  if (rates.edge > FlopRate()) profile.edge = nominal(network, rates.edge);
  return profile;
}

}  // namespace edgecut::profile
