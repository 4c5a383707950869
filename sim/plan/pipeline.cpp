#include "plan/pipeline.hpp"

#include <algorithm>

#include "dnn/complexity.hpp"
#include "units/ensure.hpp"
#include "units/limit.hpp"

namespace edgecut::plan {
namespace {

using dnn::LayerIndex;
using dnn::Network;

bool does_work(const Network& network, const Block& block) {
  for (LayerIndex v = block.first; v <= block.last; ++v) {
    if (network.active()[v] && !network.is_input(v)) return true;
  }
  return false;
}

void check(const PipelineProblem& problem, const Pipeline& pipeline) {
  const auto& network = *problem.network;
  std::vector<bool> ends(network.size(), false);
  for (const auto& block : blocks(network)) ends[block.last] = true;
  std::vector<bool> used(problem.hosts.size(), false);
  LayerIndex next = 0;
  for (const auto& [host, first, last] : pipeline) {
    ensure(host < problem.hosts.size() && !used[host], "a pipeline uses each host at most once");
    ensure(!problem.keeps_host_order ||
               std::find(used.begin() + static_cast<std::ptrdiff_t>(host), used.end(), true) == used.end(),
           "a pipeline keeps the order of the hosts");
    ensure(first == next && last >= first && last < network.size() && ends[last], "stages are consecutive blocks");
    used[host] = true;
    next = last + 1;
  }
  ensure(next == network.size(), "a pipeline runs every layer");
}

}  // namespace

bool Host::is_alike(const Host& other) const {
  return layer_time == other.layer_time && memory == other.memory && bandwidth == other.bandwidth;
}

std::vector<Block> blocks(const Network& network) {
  std::vector<Block> list;
  LayerIndex first = 0;
  for (const auto v : network.cut_vertices()) {
    if (!does_work(network, {first, v})) continue;
    list.push_back({first, v});
    first = v + 1;
  }
  const LayerIndex last = network.size() - 1;
  if (list.empty() || (first <= last && does_work(network, {first, last}))) {
    list.push_back({first, last});
  } else {
    list.back().last = last;
  }
  return list;
}

Seconds compute_time(const PipelineProblem& problem, const Stage& stage) {
  Seconds sum;
  for (LayerIndex v = stage.first; v <= stage.last; ++v) {
    if (problem.network->active()[v]) sum += problem.hosts[stage.host].layer_time[v];
  }
  return sum;
}

Seconds transfer_time(const PipelineProblem& problem, LayerIndex layer, std::size_t from, std::size_t to) {
  const Bytes size = problem.output[layer];
  if (size == Bytes()) return {};
  return size / std::min(problem.hosts[from].bandwidth, problem.hosts[to].bandwidth);
}

Bytes stage_memory(const Network& network, LayerIndex first, LayerIndex last) {
  dnn::Placement part(network.size(), false);
  for (LayerIndex v = first; v <= last; ++v) part[v] = network.active()[v];
  return dnn::peak_memory(network, part, network.active());
}

PipelineCost evaluate(const PipelineProblem& problem, const Pipeline& pipeline) {
  check(problem, pipeline);
  PipelineCost cost;
  for (std::size_t i = 0; i < pipeline.size(); ++i) {
    const auto& stage = pipeline[i];
    cost.compute.push_back(compute_time(problem, stage));
    cost.memory.push_back(stage_memory(*problem.network, stage.first, stage.last));
    cost.fits = cost.fits && !exceeds(cost.memory.back(), problem.hosts[stage.host].memory);
    cost.slowest = std::max(cost.slowest, cost.compute.back());
    cost.latency += cost.compute.back();
    if (i + 1 == pipeline.size()) break;
    cost.transfer.push_back(transfer_time(problem, stage.last, stage.host, pipeline[i + 1].host));
    cost.slowest = std::max(cost.slowest, cost.transfer.back());
    cost.latency += cost.transfer.back() + problem.hop_latency;
  }
  return cost;
}

}  // namespace edgecut::plan
