#include "belief/belief.hpp"

#include <algorithm>
#include <cmath>

#include "units/ensure.hpp"

namespace edgecut::belief {
namespace {

Bytes whole(Bytes size) {
  return Bytes(std::ceil(size.value()));
}

std::vector<Bytes> sizes_on_the_wire(const Task& task) {
  const auto& network = *task.network;
  std::vector<Bytes> sizes;
  for (const auto& layer : network.layers()) {
    const bool is_input = layer.kind == dnn::LayerKind::input;
    sizes.push_back(whole(is_input ? task.input * (layer.output / network.raw_input()) : layer.output));
  }
  return sizes;
}

plan::Processor processor_of(const Task& task, const Belief& belief, std::size_t index) {
  const auto& processor = task.device->processors.at(index);
  return {processor.name, belief.profile.device.at(index), task.device->increment(processor),
          profile::rate_of(processor, belief.nominal)};
}

}  // namespace

plan::Problem make_problem(const Task& task, const Belief& belief) {
  ensure(task.network != nullptr && task.device != nullptr && belief.cloud != nullptr, "a belief is about something");
  ensure(std::ranges::all_of(belief.profile.device,
                             [&](const auto& times) { return times.size() == task.network->size(); }) &&
             belief.profile.cloud.size() == task.network->size(),
         "layer times are of the network in question");
  plan::Problem problem;
  problem.network = task.network;
  for (const auto index : task.processors) problem.processors.push_back(processor_of(task, belief, index));
  problem.cloud_time = belief.profile.cloud;
  problem.cloud_nominal = profile::rate_of(belief.cloud->processor, belief.nominal);
  problem.output = sizes_on_the_wire(task);
  problem.result = whole(task.result);
  problem.uplink = belief.link.uplink;
  problem.downlink = belief.link.downlink;
  if (belief.backhaul) {
    problem.uplink = std::min(problem.uplink, belief.backhaul->uplink);
    problem.downlink = std::min(problem.downlink, belief.backhaul->downlink);
  }
  problem.rtt = belief.link.rtt;
  problem.transmit_slope = belief.link.transmit.slope;
  problem.transmit_base = belief.link.transmit.base;
  problem.receive_slope = belief.link.receive.slope;
  problem.receive_base = belief.link.receive.base;
  problem.memory = task.device->available_memory();
  problem.storage = task.device->storage;
  problem.period = task.period;
  problem.objective = task.objective;
  problem.constraints = task.constraints;
  return problem;
}

}  // namespace edgecut::belief
