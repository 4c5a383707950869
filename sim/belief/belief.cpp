#include "belief/belief.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "belief/encode.hpp"
#include "units/ensure.hpp"
#include "units/text.hpp"

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

// What each layer sends back when it is a network output that does not run on the device.
std::vector<Bytes> results(const Task& task) {
  const auto& network = *task.network;
  std::vector<Bytes> result(network.size());
  for (const auto& exit : network.exits()) result[exit.output] = whole(task.result);
  if (!network.exits().empty()) return result;
  Bytes all;
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    if (network.graph().is_sink(v)) all += network.layer(v).output;
  }
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    if (network.graph().is_sink(v)) result[v] = whole(task.result * (network.layer(v).output / all));
  }
  return result;
}

double distortion_of(const world::Encoding& encoding, const std::string& layer) {
  const auto found = encoding.distortion.find(layer);
  if (found != encoding.distortion.end()) return found->second;
  const auto every = encoding.distortion.find("");
  return every == encoding.distortion.end() ? std::numeric_limits<double>::infinity() : every->second;
}

plan::Hop hop_of(const platform::Link& link, const std::optional<platform::Backhaul>& backhaul) {
  plan::Hop hop{link.uplink, link.downlink, {}, {}};
  if (backhaul) {
    hop.up = std::min(hop.up, backhaul->uplink);
    hop.down = std::min(hop.down, backhaul->downlink);
  }
  hop.set_rtt(link.rtt);
  return hop;
}

plan::RadioUse radio_of(const platform::Link& link) {
  return {link.transmit.slope,
          link.transmit.base,
          link.receive.slope,
          link.receive.base,
          {link.promotion.delay, link.promotion.power, link.tail.time, link.tail.power}};
}

void add_edge(const EdgeBelief& edge, const Belief& belief, plan::Problem& problem) {
  plan::Edge server;
  server.layer_time = belief.profile.edge;
  server.nominal = belief.rates.edge;
  server.memory = edge.server->memory - edge.server->reserve;
  server.link = hop_of(edge.link, std::nullopt);
  server.wait = belief.edge_wait + edge.server->serving.idle_wait();
  problem.edge = std::move(server);
  if (!edge.direct) return;
  problem.direct = hop_of(*edge.direct, std::nullopt);
  problem.direct_radio = radio_of(*edge.direct);
}

plan::Processor processor_of(const Task& task, const Belief& belief, std::size_t index) {
  const auto& processor = task.device->processors.at(index);
  return {processor.name, belief.profile.device.at(index), task.device->increment(processor),
          belief.rates.device.at(index)};
}

}  // namespace

plan::Encoding encode(const dnn::Network& network, const world::Encoding& encoding, const std::vector<Bytes>& plain,
                      bool whole_bytes) {
  plan::Encoding result;
  result.name = encoding.name;
  result.accuracy_drop = encoding.accuracy_drop;
  result.head_ratio = encoding.head_ratio;
  const auto time = [](Bytes size, const std::optional<Bandwidth>& rate) { return rate ? size / *rate : Seconds(); };
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    const auto& layer = network.layer(v);
    const bool is_input = layer.kind == dnn::LayerKind::input;
    result.output.push_back(is_input      ? plain[v]
                            : whole_bytes ? whole(layer.output * encoding.ratio)
                                          : layer.output * encoding.ratio);
    result.encode.push_back(is_input ? Seconds() : time(layer.output, encoding.encode));
    result.decode.push_back(is_input ? Seconds() : time(layer.output, encoding.decode));
    if (!encoding.distortion.empty()) result.distortion.push_back(is_input ? 0.0 : distortion_of(encoding, layer.name));
  }
  return result;
}

std::string memory_source(const platform::Device& device) {
  const auto text = fmt::format("{} less {} in reserve", units::format(device.memory), units::format(device.reserve));
  return device.beside > Bytes() ? fmt::format("{} and {} beside", text, units::format(device.beside)) : text;
}

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
  problem.cloud_nominal = belief.rates.cloud;
  problem.cloud_memory = belief.cloud->memory - belief.cloud->reserve;
  problem.output = sizes_on_the_wire(task);
  for (const auto& encoding : task.encodings) {
    problem.encodings.push_back(encode(*task.network, encoding, problem.output, true));
  }
  problem.result = results(task);
  problem.link = hop_of(belief.link, belief.backhaul);
  if (belief.edge) add_edge(*belief.edge, belief, problem);
  problem.cloud_wait = belief.cloud_wait + belief.cloud->serving.idle_wait();
  problem.set_radio(radio_of(belief.link));
  problem.memory = task.device->available_memory();
  problem.memory_source = memory_source(*task.device);
  problem.storage = task.device->storage;
  problem.period = task.period;
  problem.objective = task.objective;
  problem.constraints = task.constraints;
  problem.allows_return = !problem.edge;
  return problem;
}

}  // namespace edgecut::belief
