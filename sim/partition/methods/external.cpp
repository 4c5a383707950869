#include "partition/methods/external.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "config/map.hpp"
#include "units/shorten.hpp"

namespace edgecut::partition {
namespace {

using dnn::LayerIndex;
using dnn::Placement;
using nlohmann::json;
using plan::Problem;

[[noreturn]] void wrong(const std::string& what) {
  throw std::runtime_error("wrong answer: " + what);
}

template <class Value>
json or_null(const std::optional<Value>& value) {
  if constexpr (std::is_same_v<Value, double>) {
    return value ? json(*value) : json();
  } else {
    return value ? json(value->value()) : json();
  }
}

// nlohmann writes an infinite number as null.
json describe(const plan::Hop& link) {
  return {{"up_B_per_s", link.up.value()},
          {"down_B_per_s", link.down.value()},
          {"up_latency_s", link.up_latency.value()},
          {"down_latency_s", link.down_latency.value()}};
}

void add_by_encoding(const Problem& problem, LayerIndex v, json& layer) {
  for (std::size_t e = 0; e < problem.encoding_count(); ++e) {
    layer["output_B"].push_back(problem.sent(v, e).value());
    layer["encode_s"].push_back(problem.encode(v, e).value());
    layer["decode_s"].push_back(problem.decode(v, e).value());
  }
}

json describe_layer(const Problem& problem, LayerIndex v) {
  const auto& network = *problem.network;
  const auto& layer = network.layer(v);
  json object{{"name", layer.name},
              {"kind", dnn::name(layer.kind)},
              {"is_input", network.is_input(v)},
              {"inputs", json::array()},
              {"macs", layer.macs},
              {"parameters", layer.parameters},
              {"weights_B", layer.weights.value()},
              {"result_B", problem.result[v].value()},
              {"cloud_s", problem.cloud_time[v].value()},
              {"cloud_J", problem.cloud_energy(v).value()}};
  for (const auto u : network.graph().predecessors(v)) object["inputs"].push_back(network.layer(u).name);
  for (const auto& processor : problem.processors) {
    object["device_s"].push_back(processor.layer_time[v].value());
    const bool can_run = processor.layer_time[v] < plan::never;
    object["device_J"].push_back(can_run ? json(processor.energy(v).value()) : json());
  }
  if (problem.edge) {
    object["edge_s"] = problem.edge->layer_time[v].value();
    object["edge_J"] = problem.edge->energy(v).value();
  }
  add_by_encoding(problem, v, object);
  return object;
}

json describe_processors(const Problem& problem) {
  json list = json::array();
  for (const auto& processor : problem.processors) {
    list.push_back({{"name", processor.name},
                    {"active_W", processor.active_increment.value()},
                    {"nominal_FLOP_per_s", processor.nominal.value()}});
  }
  return list;
}

json describe_encodings(const Problem& problem) {
  json list = json::array();
  for (const auto& encoding : problem.encodings) {
    list.push_back({{"name", encoding.name}, {"accuracy_drop", or_null(encoding.accuracy_drop)}});
  }
  return list;
}

json describe_limits(const Problem& problem) {
  const auto& limits = problem.constraints;
  const Bytes memory = limits.memory ? std::min(*limits.memory, problem.memory) : problem.memory;
  return {{"memory_B", memory.value()},           {"storage_B", problem.storage.value()},
          {"energy_J", or_null(limits.energy)},   {"deadline_s", or_null(limits.deadline)},
          {"accuracy", or_null(limits.accuracy)}, {"min_layers_on_device", limits.min_layers_on_device}};
}

json describe_group(const Problem& problem, const plan::LayerGroup& group) {
  static const std::array<std::string_view, 3> tiers{"device", "edge", "cloud"};
  return {{"first", problem.network->layer(group.first).name},
          {"last", problem.network->layer(group.last).name},
          {"tier", tiers.at(static_cast<std::size_t>(group.tier))},
          {"time_s", group.time.value()},
          {"energy_J", group.energy.value()}};
}

std::string_view name(plan::Objective objective) {
  switch (objective) {
    case plan::Objective::latency:
      return "latency";
    case plan::Objective::energy:
      return "energy";
    case plan::Objective::bytes:
      return "bytes";
    case plan::Objective::throughput:
      return "throughput";
  }
  throw std::logic_error("unknown objective");
}

json describe_radio(const plan::RadioUse& radio) {
  return {{"transmit_J_per_B", radio.transmit_slope.value()},
          {"transmit_W", radio.transmit_base.value()},
          {"receive_J_per_B", radio.receive_slope.value()},
          {"receive_W", radio.receive_base.value()},
          {"promotion_s", radio.sleep.promotion_delay.value()},
          {"promotion_W", radio.sleep.promotion_power.value()},
          {"tail_s", radio.sleep.tail_time.value()},
          {"tail_W", radio.sleep.tail_power.value()}};
}

// --- The answer

const std::string& text_of(const json& value, std::string_view key) {
  if (!value.is_string()) wrong(fmt::format("its {} is no text", key));
  return value.get_ref<const std::string&>();
}

template <class List, class NameOf>
std::size_t find_name(const json& value, std::string_view what, const List& list, NameOf name_of) {
  const auto& name = text_of(value, what);
  std::vector<std::string> known;
  for (std::size_t i = 0; i < list.size(); ++i) {
    known.push_back(name_of(list[i]));
    if (known.back() == name) return i;
  }
  wrong(config::unknown_name(what, name, known));
}

LayerIndex find_layer(const Problem& problem, const json& value) {
  return find_name(value, "layer", problem.network->layers(), [](const dnn::Layer& layer) { return layer.name; });
}

Placement read_layers(const Problem& problem, const json& list, std::string_view key) {
  if (!list.is_array()) wrong(fmt::format("'{}' is no list of layers", key));
  Placement placement(problem.network->size(), false);
  for (const auto& item : list) placement[find_layer(problem, item)] = true;
  return placement;
}

// Layers that do not run follow what they read.
void place_rest(const dnn::Network& network, plan::Plan& plan) {
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (network.is_input(v)) plan.on_device[v] = true;
    if (network.active()[v] || network.is_input(v)) continue;
    const auto& inputs = network.graph().predecessors(v);
    plan.on_device[v] = std::ranges::all_of(inputs, [&](LayerIndex u) { return plan.on_device[u]; });
    if (plan.on_edge.empty()) continue;
    plan.on_edge[v] = !plan.on_device[v] &&
                      std::ranges::none_of(inputs, [&](LayerIndex u) { return plan.tier(u) == plan::Tier::cloud; });
  }
}

void check_placement(const Problem& problem, const plan::Plan& plan) {
  const auto& network = *problem.network;
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (!plan.on_edge.empty() && plan.on_device[v] && plan.on_edge[v]) {
      wrong(fmt::format("layer '{}' is on the device and on the edge server", network.layer(v).name));
    }
    for (const auto u : network.graph().predecessors(v)) {
      if (plan.tier(u) <= plan.tier(v)) continue;
      wrong(fmt::format("layer '{}' reads '{}', which runs on a tier further up", network.layer(v).name,
                        network.layer(u).name));
    }
  }
  if (!(plan::evaluate(problem, plan).latency < plan::never)) wrong("a layer is on a tier that cannot run it");
}

json parse(const std::string& line, std::uint64_t id) {
  auto answer = json::parse(line, nullptr, false);
  if (!answer.is_object()) wrong(fmt::format("no JSON object: '{}'", units::shortened(line)));
  static const std::vector<std::string> known{"id",       "on_device", "after",     "processor",
                                              "encoding", "on_edge",   "infeasible"};
  for (const auto& [key, value] : answer.items()) {
    if (std::ranges::find(known, key) == known.end()) wrong(config::unknown_name("key", key, known));
  }
  if (!answer.contains("id") || answer["id"] != id) {
    wrong(fmt::format("its id is {}", answer.contains("id") ? units::shortened(answer["id"].dump()) : "missing"));
  }
  const auto count = answer.count("on_device") + answer.count("after") + answer.count("infeasible");
  if (count != 1) wrong("exactly one of 'on_device', 'after' and 'infeasible' is allowed");
  return answer;
}

plan::Plan read_plan(const Problem& problem, const json& answer) {
  plan::Plan plan;
  if (answer.contains("processor")) {
    plan.processor = find_name(answer["processor"], "processor", problem.processors,
                               [](const plan::Processor& processor) { return processor.name; });
  }
  if (answer.contains("encoding")) {
    plan.encoding = find_name(answer["encoding"], "encoding", problem.encodings,
                              [](const plan::Encoding& encoding) { return encoding.name; });
  }
  plan.on_device = answer.contains("after") ? dnn::prefix(problem.network->size(), find_layer(problem, answer["after"]))
                                            : read_layers(problem, answer["on_device"], "on_device");
  if (answer.contains("on_edge")) {
    if (!problem.edge) wrong("'on_edge' without an edge server");
    plan.on_edge = read_layers(problem, answer["on_edge"], "on_edge");
  }
  place_rest(*problem.network, plan);
  check_placement(problem, plan);
  return plan;
}

}  // namespace

std::string request_line(const Problem& problem, std::uint64_t id) {
  json request{{"id", id},
               {"network", problem.network->name()},
               {"objective", name(problem.objective)},
               {"layers", json::array()},
               {"processors", describe_processors(problem)},
               {"encodings", describe_encodings(problem)},
               {"link", describe(problem.link)},
               {"cloud_wait_s", problem.cloud_wait.value()},
               {"cloud_memory_B", problem.cloud_memory.value()},
               {"period_s", or_null(problem.period)},
               {"radio", describe_radio(problem.radio())},
               {"limits", describe_limits(problem)}};
  for (LayerIndex v = 0; v < problem.network->size(); ++v) {
    if (problem.network->active()[v]) request["layers"].push_back(describe_layer(problem, v));
  }
  for (const auto& group : problem.groups) request["groups"].push_back(describe_group(problem, group));
  if (problem.edge) {
    request["edge"] = {{"memory_B", problem.edge->memory.value()},
                       {"wait_s", problem.edge->wait.value()},
                       {"link", describe(problem.edge->link)}};
  }
  if (problem.direct) {
    request["direct"] = describe(*problem.direct);
    request["direct_radio"] = describe_radio(problem.direct_radio);
  }
  return request.dump();
}

Decision read_answer(const Problem& problem, std::uint64_t id, const std::string& line) {
  const auto answer = parse(line, id);
  if (answer.contains("infeasible")) return infeasible(units::shortened(text_of(answer["infeasible"], "infeasible")));
  return {read_plan(problem, answer), "external"};
}

Decision External::partition(const Problem& problem) const {
  if (process_ == nullptr || !process_->is_own()) {
    process_.reset();
    id_ = 0;
  }
  ++id_;
  try {
    return ask(problem);
  } catch (const std::runtime_error& error) {
    process_.reset();
    throw std::runtime_error(
        fmt::format("external partitioner `{}`, request {}: {}", fmt::join(command_, " "), id_, error.what()));
  }
}

Decision External::ask(const Problem& problem) const {
  if (process_ == nullptr) process_ = std::make_unique<LineProcess>(command_, folder_);
  const auto answer = process_->ask(request_line(problem, id_), std::chrono::duration<double>(timeout_.value()));
  return read_answer(problem, id_, answer);
}

}  // namespace edgecut::partition
