#include "belief/measuring.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_real_distribution.hpp>
#include <cmath>

#include "units/random.hpp"

namespace edgecut::belief {
namespace {

using dnn::LayerIndex;
using dnn::LayerKind;

// The mean of the runs of something over one of them: its error falls with the root of their number.
double mean_of_runs(const dnn::Network& network, const std::string& host, std::string_view what, const Measuring& how) {
  const auto runs = static_cast<double>(how.repetitions);
  double factor = 1.0 + (how.cold - 1.0) / runs;
  if (how.spread > 0.0) {
    RandomStream random(how.seed, {"measured run", host, network.name(), std::string(what)});
    factor *= std::exp(how.spread / std::sqrt(runs) * boost::random::normal_distribution<double>()(random));
  }
  return factor;
}

double sum_over_whole(const dnn::Network& network, const std::string& host, const Measuring& how) {
  if (how.least_sum == how.most_sum) return how.least_sum;
  RandomStream random(how.seed, {"sum of layers", host, network.name()});
  return boost::random::uniform_real_distribution<double>(how.least_sum, how.most_sum)(random);
}

bool is_fusible(LayerKind kind) {
  return kind == LayerKind::activation || kind == LayerKind::normalization;
}

bool takes_others_in(LayerKind kind) {
  return kind == LayerKind::conv || kind == LayerKind::depthwise_conv || kind == LayerKind::linear;
}

// By layer: the convolution, or linear layer, with which a runtime runs it in one go; itself where there is none.
LayerIndex fused_into(const dnn::Network& network, LayerIndex v) {
  while (is_fusible(network.layer(v).kind) && network.layer(v).inputs.size() == 1) {
    const auto before = network.layer(v).inputs.front();
    if (network.graph().consumers(before).size() != 1) break;
    if (takes_others_in(network.layer(before).kind)) return before;
    v = before;
  }
  return takes_others_in(network.layer(v).kind) ? v : network.size();
}

void fuse(profile::LayerTimes& times, const dnn::Network& network) {
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (!is_fusible(network.layer(v).kind)) continue;
    const auto with = fused_into(network, v);
    if (with == network.size()) continue;
    times[with] += times[v];
    times[v] = Seconds();
  }
}

}  // namespace

std::string describe(const Measuring& how) {
  if (how.is_exact()) return "exact";
  std::string text = fmt::format("{} {}, spread {:.3g} %, sum {:.3g}", how.repetitions,
                                 how.repetitions == 1 ? "run" : "runs", 100.0 * how.spread, 100.0 * how.least_sum);
  text += how.least_sum == how.most_sum ? " %" : fmt::format(" to {:.3g} %", 100.0 * how.most_sum);
  if (how.cold != 1.0) text += fmt::format(", the first {:.3g} times as long", how.cold);
  return how.fused ? text + ", fused" : text;
}

profile::LayerTimes measure_layers(profile::LayerTimes times, const dnn::Network& network, const std::string& host,
                                   const Measuring& how) {
  if (how.is_exact()) return times;
  const double sum = sum_over_whole(network, host, how);
  if (how.fused) fuse(times, network);
  for (LayerIndex v = 0; v < times.size(); ++v)
    times[v] *= sum * mean_of_runs(network, host, network.layer(v).name, how);
  return times;
}

Seconds measure_run(Seconds whole, const dnn::Network& network, const std::string& host, const Measuring& how) {
  return whole * mean_of_runs(network, host, "", how);
}

profile::Profile measure(profile::Profile profile, const dnn::Network& network, const profile::Hosts& hosts,
                         const Measuring& how) {
  const auto& device = hosts.device;
  for (std::size_t p = 0; p < profile.device.size(); ++p) {
    profile.device[p] =
        measure_layers(std::move(profile.device[p]), network, profile::name_of(device, device.processors.at(p)), how);
  }
  profile.cloud =
      measure_layers(std::move(profile.cloud), network, profile::name_of(hosts.cloud, profile::Server::cloud), how);
  if (hosts.edge != nullptr) {
    profile.edge =
        measure_layers(std::move(profile.edge), network, profile::name_of(*hosts.edge, profile::Server::edge), how);
  }
  return profile;
}

}  // namespace edgecut::belief
