#include "profile/profile.hpp"

#include <boost/random/normal_distribution.hpp>
#include <cmath>

#include "units/random.hpp"

namespace edgecut::profile {
namespace {

bool is_winograd(const dnn::Layer& layer) {
  return layer.kind == dnn::LayerKind::conv && layer.groups == 1 && layer.kernel == std::vector{3, 3} &&
         layer.stride == std::vector{1, 1};
}

template <class TimeOf>
LayerTimes per_layer(const dnn::Network& network, TimeOf time_of) {
  LayerTimes times(network.size());
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    if (!network.is_input(v)) times[v] = time_of(v);
  }
  return times;
}

}  // namespace

Flops effective_work(const dnn::Layer& layer) {
  constexpr double winograd_gain = 2.25;
  return is_winograd(layer) ? layer.work() / winograd_gain : layer.work();
}

LayerTimes three_constants(const dnn::Network& network, const platform::ThreeConstants& constants) {
  return per_layer(network, [&](dnn::LayerIndex v) {
    const auto& layer = network.layer(v);
    const Bytes moved = network.input_bytes(v) + layer.output + layer.weights;
    return effective_work(layer) / constants.conv + moved / constants.memory + constants.overhead;
  });
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

Profile model_profile(const dnn::Network& network, const Hosts& hosts, double sigma, std::uint64_t seed) {
  const auto times = [&](const std::string& host, const platform::Processor& processor) {
    return with_noise(three_constants(network, processor.compute), network, host + "." + processor.name, sigma, seed);
  };
  Profile profile;
  for (const auto& processor : hosts.device.processors) profile.device.push_back(times(hosts.device.name, processor));
  profile.cloud = times(hosts.cloud.name, hosts.cloud.processor);
  if (hosts.edge != nullptr) profile.edge = times("edge " + hosts.edge->name, hosts.edge->processor);
  return profile;
}

FlopRate rate_of(const platform::Processor& processor, NominalRate which) {
  return which == NominalRate::peak ? processor.peak : processor.one_network;
}

Profile nominal_profile(const dnn::Network& network, const Hosts& hosts, NominalRate which) {
  Profile profile;
  for (const auto& processor : hosts.device.processors) {
    profile.device.push_back(nominal(network, rate_of(processor, which)));
  }
  profile.cloud = nominal(network, rate_of(hosts.cloud.processor, which));
  if (hosts.edge != nullptr) profile.edge = nominal(network, rate_of(hosts.edge->processor, which));
  return profile;
}

}  // namespace edgecut::profile
