#include "onnx/control_flow.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "onnx/import_model.hpp"
#include "onnx/order.hpp"
#include "onnx/values.hpp"

namespace edgecut::onnx_import {
namespace {

constexpr std::size_t most_nodes = 100'000;
constexpr std::int64_t most_trips = 100'000;  // of bodies that may hold no node

const onnx::GraphProto& graph_of(const onnx::NodeProto& node, std::string_view name) {
  const auto* attribute = find_attribute(node, name);
  if (attribute == nullptr || !attribute->has_g()) refuse(node, fmt::format("attribute '{}' is missing", name));
  return attribute->g();
}

// By what --branch and the path of constants call a node. Copies of a node in a body keep the name of the original.
std::string identity(const onnx::NodeProto& node) {
  if (!node.name().empty()) return printable(node.name());
  return node.output().empty() ? "" : printable(node.output(0));
}

std::string renamed(const std::map<std::string, std::string>& names, const std::string& name) {
  const auto found = names.find(name);
  return found == names.end() ? name : found->second;
}

void rename_captured(onnx::GraphProto& graph, std::map<std::string, std::string> names);

void rename_inputs(onnx::NodeProto& node, const std::map<std::string, std::string>& names) {
  for (auto& input : *node.mutable_input()) input = renamed(names, input);
  for (auto& attribute : *node.mutable_attribute()) {
    if (attribute.has_g()) rename_captured(*attribute.mutable_g(), names);
  }
}

// What the graph takes from around it; its own names stay until it is read itself.
void rename_captured(onnx::GraphProto& graph, std::map<std::string, std::string> names) {
  for (const auto& input : graph.input()) names.erase(input.name());
  for (const auto& initializer : graph.initializer()) names.erase(initializer.name());
  for (const auto& node : graph.node()) {
    for (const auto& output : node.output()) names.erase(output);
  }
  for (auto& node : *graph.mutable_node()) rename_inputs(node, names);
  for (auto& output : *graph.mutable_output()) output.set_name(renamed(names, output.name()));
}

// A copy of a node of a body, with the names of this trip.
onnx::NodeProto instance(const onnx::NodeProto& node, const std::map<std::string, std::string>& names) {
  auto copy = node;
  if (is_control_flow(copy)) copy.set_name(identity(node));
  rename_inputs(copy, names);
  for (auto& output : *copy.mutable_output()) output = renamed(names, output);
  return copy;
}

bool is_constant(const onnx::NodeProto& node) {
  return node.op_type() == "Constant" && node.attribute_size() == 1 && node.attribute(0).name() == "value" &&
         node.output_size() == 1;
}

std::int64_t list_at(const Shape& list, std::size_t i) {
  return i < list.size() ? list[i] : 0;
}

void must_have_outputs(const onnx::NodeProto& node, const onnx::GraphProto& body, int expected) {
  if (body.output_size() == expected) return;
  refuse(node, fmt::format("its body has {} outputs, not {}", body.output_size(), expected));
}

void must_have_inputs(const onnx::NodeProto& node, const onnx::GraphProto& body, int expected) {
  if (body.input_size() == expected) return;
  refuse(node, fmt::format("its body has {} inputs, not {}", body.input_size(), expected));
}

// A node that stands in no file.
onnx::NodeProto own_node(const std::string& op, const std::string& name, std::int64_t axis) {
  onnx::NodeProto node;
  node.set_op_type(op);
  node.set_domain(std::string(own_domain));
  node.set_name(name);
  auto& attribute = *node.add_attribute();
  attribute.set_name("axis");
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(axis);
  return node;
}

struct ScannedAxes {
  std::vector<std::size_t> places;  // one for each tensor that is scanned
  std::int64_t trips = -1;
};

ScannedAxes scanned_axes(const Node& node, int states) {
  const auto& proto = node.proto;
  const auto given = integers(proto, "scan_input_axes");
  ScannedAxes axes;
  for (int i = states; i < proto.input_size(); ++i) {
    const auto* tensor = node.input(static_cast<std::size_t>(i));
    const auto shape = tensor == nullptr ? std::nullopt : known_shape(tensor->type);
    if (!shape) refuse(proto, fmt::format("the shape of '{}', which it scans, is not known", proto.input(i)));
    const auto rank = static_cast<std::int64_t>(shape->size());
    const auto axis = list_at(given, static_cast<std::size_t>(i - states));
    if (axis >= rank || axis < -rank) refuse(proto, fmt::format("scans axis {} of {} dimensions", axis, rank));
    axes.places.push_back(static_cast<std::size_t>(axis < 0 ? axis + rank : axis));
    const auto length = (*shape)[axes.places.back()];
    if (axes.trips >= 0 && axes.trips != length) {
      refuse(proto, fmt::format("scans {} and {} elements at once", axes.trips, length));
    }
    axes.trips = length;
  }
  return axes;
}

}  // namespace

bool is_control_flow(const onnx::NodeProto& node) {
  return node.op_type() == "If" || node.op_type() == "Loop" || node.op_type() == "Scan";
}

void ControlFlow::expand(const Node& node) {
  constexpr std::size_t deepest = 64;
  if (path_.size() > deepest) refuse(node.proto, "stands in too many graphs within graphs");
  path_.push_back(identity(node.proto));
  if (node.op() == "If") {
    expand_if(node);
  } else if (node.op() == "Loop") {
    expand_loop(node);
  } else {
    expand_scan(node);
  }
  path_.pop_back();
}

void ControlFlow::check_branches() const {
  for (const auto& [name, then] : branches_) {
    if (open_.contains(name)) continue;
    throw ImportError(fmt::format("--branch {}={}: no If of this name is read", name, then ? "then" : "else"));
  }
}

bool ControlFlow::takes_then(const Node& node) {
  if (node.input(0) == nullptr) refuse(node.proto, "has no condition");
  const auto name = identity(node.proto);
  const auto given = branches_.find(name);
  const auto known = known_integers(*node.input(0));
  if (known && known->size() != 1) refuse(node.proto, fmt::format("its condition is {} numbers", known->size()));
  if (given != branches_.end()) {
    open_.insert(name);
    if (known && ((*known)[0] != 0) != given->second) {
      refuse(node.proto, fmt::format("its condition is known: it takes '{}', not the branch that --branch names",
                                     given->second ? "else" : "then"));
    }
    return given->second;
  }
  if (known) return (*known)[0] != 0;
  refuse(node.proto, fmt::format("its condition is computed from the network's input: choose with --branch {0}=then or "
                                 "--branch {0}=else{1}",
                                 name, remedy()));
}

// A number of trips or a condition often hangs on an input without dimensions.
std::string ControlFlow::remedy() const {
  if (scalars_.empty()) return "";
  return fmt::format(", or make an input without dimensions a constant, --input {}=NUMBER", scalars_.front());
}

void ControlFlow::expand_if(const Node& node) {
  const bool then = takes_then(node);
  const auto& body = graph_of(node.proto, then ? "then_branch" : "else_branch");
  must_have_outputs(node.proto, body, node.proto.output_size());
  path_.emplace_back(then ? "then" : "else");
  const auto outputs = run(node.proto, body, {});
  path_.pop_back();
  for (int i = 0; i < node.proto.output_size(); ++i) hand_out(node.proto, i, outputs[static_cast<std::size_t>(i)]);
}

// Inputs: number of trips, condition, what is carried. The body's: trip, condition, what is carried. Its outputs:
// condition, what is carried, what is stacked.
void ControlFlow::expand_loop(const Node& node) {
  const auto& proto = node.proto;
  const auto& body = graph_of(proto, "body");
  const auto carried = std::max(0, proto.input_size() - 2);
  must_have_inputs(proto, body, carried + 2);
  must_have_outputs(proto, body, proto.output_size() + 1);
  const auto most = node.input(0) == nullptr ? std::optional<Shape>{} : known_integers(*node.input(0));
  if (node.input(0) != nullptr && !most)
    refuse(proto, "its number of trips is computed from the network's input" + remedy());
  if (most && most->size() != 1) refuse(proto, "its number of trips is not one number");
  std::vector<std::string> values;
  for (int i = 0; i < carried; ++i) values.push_back(proto.input(i + 2));
  std::vector<std::vector<std::string>> stacks(static_cast<std::size_t>(std::max(0, proto.output_size() - carried)));
  auto condition = node.input(1) == nullptr ? std::string() : proto.input(1);
  for (std::int64_t trip = 0; !most || trip < (*most)[0]; ++trip) {
    if (!condition.empty()) {
      const auto goes_on = known_integers(*walk_.find(condition));
      if (!goes_on || goes_on->size() != 1)
        refuse(proto, "whether it goes on is computed from the network's input" + remedy());
      if ((*goes_on)[0] == 0) break;
    }
    Names bound{{body.input(0).name(), define_number("trip", onnx::TensorProto::INT64, trip)},
                {body.input(1).name(), define_number("goes_on", onnx::TensorProto::BOOL, 1)}};
    for (int i = 0; i < carried; ++i) bound[body.input(i + 2).name()] = values[static_cast<std::size_t>(i)];
    const auto outputs = run(proto, body, std::move(bound));
    condition = outputs[0];
    std::copy_n(outputs.begin() + 1, carried, values.begin());
    for (std::size_t i = 0; i < stacks.size(); ++i) {
      stacks[i].push_back(outputs[static_cast<std::size_t>(carried) + 1 + i]);
    }
  }
  for (int i = 0; i < carried; ++i) hand_out(proto, i, values[static_cast<std::size_t>(i)]);
  for (std::size_t i = 0; i < stacks.size(); ++i) stack(proto, carried + static_cast<int>(i), stacks[i], 0);
}

// Inputs: the states, then what is scanned. The body's: the states, then one slice each. Its outputs: the states, then
// what is stacked.
void ControlFlow::expand_scan(const Node& node) {
  const auto& proto = node.proto;
  const auto& body = graph_of(proto, "body");
  const auto scanned = static_cast<int>(integer(proto, "num_scan_inputs", 0));
  const auto states = proto.input_size() - scanned;
  if (find_attribute(proto, "directions") != nullptr) refuse(proto, "a Scan of operator set 8 is not read");
  if (scanned < 1 || states < 0) refuse(proto, "attribute 'num_scan_inputs' does not fit its inputs");
  must_have_inputs(proto, body, proto.input_size());
  must_have_outputs(proto, body, proto.output_size());
  const auto [places, trips] = scanned_axes(node, states);
  std::vector<std::string> values;
  for (int i = 0; i < states; ++i) values.push_back(proto.input(i));
  std::vector<std::vector<std::string>> stacks(static_cast<std::size_t>(std::max(0, proto.output_size() - states)));
  if (trips > most_trips) refuse(proto, fmt::format("makes more than {} trips", most_trips));
  std::vector<std::vector<std::string>> slices;
  for (int i = states; i < proto.input_size(); ++i) {
    const auto place = places[slices.size()];
    slices.push_back(walk_.find(proto.input(i))->constant ? slice(proto.input(i), place, trips)
                                                          : unstack(proto, i, place, trips));
  }
  for (std::int64_t trip = 0; trip < trips; ++trip) {
    Names bound;
    for (int i = 0; i < states; ++i) bound[body.input(i).name()] = values[static_cast<std::size_t>(i)];
    for (int i = 0; i < scanned; ++i) {
      bound[body.input(states + i).name()] = slices[static_cast<std::size_t>(i)][static_cast<std::size_t>(trip)];
    }
    const auto outputs = run(proto, body, std::move(bound));
    std::copy_n(outputs.begin(), states, values.begin());
    for (std::size_t i = 0; i < stacks.size(); ++i) stacks[i].push_back(outputs[static_cast<std::size_t>(states) + i]);
  }
  const auto stacked = integers(proto, "scan_output_axes");
  for (int i = 0; i < states; ++i) hand_out(proto, i, values[static_cast<std::size_t>(i)]);
  for (std::size_t i = 0; i < stacks.size(); ++i) {
    stack(proto, states + static_cast<int>(i), stacks[i], list_at(stacked, i));
  }
}

// Reads the body once; returns the names of its outputs. `bound`: what its inputs are.
std::vector<std::string> ControlFlow::run(const onnx::NodeProto& node, const onnx::GraphProto& body, Names bound) {
  if (++trips_ > most_trips) refuse(node, fmt::format("makes more than {} trips", most_trips));
  const auto suffix = fmt::format("#{}", ++runs_);
  define_constants(body, bound);
  for (const auto& inner : body.node()) {
    for (const auto& output : inner.output()) {
      if (!output.empty()) bound.emplace(output, output + suffix);
    }
  }
  const auto first = nodes_.size();
  for (const auto* inner : order_of(body.node()).nodes) {
    if (is_constant(*inner)) continue;
    if (nodes_.size() == most_nodes) refuse(node, fmt::format("runs more than {} nodes", most_nodes));
    nodes_.push_back(instance(*inner, bound));
  }
  std::vector<std::string> outputs;
  for (const auto& output : body.output()) outputs.push_back(renamed(bound, output.name()));
  const auto last = nodes_.size();  // reading one may add others
  for (auto i = first; i < last; ++i) walk_.note_made(nodes_[i]);
  for (const auto& output : outputs) walk_.note_use(output);
  for (auto i = first; i < last; ++i) walk_.read_made(nodes_[i]);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    walk_.need_numbers(outputs[i]);
    if (walk_.find(outputs[i]) != nullptr) continue;
    refuse(node, fmt::format("nothing makes the output '{}' of its body",
                             printable(body.output(static_cast<int>(i)).name())));
  }
  return outputs;
}

// One weight for all trips: named after the control flow around it, not after the trip.
void ControlFlow::define_constants(const onnx::GraphProto& body, Names& names) {
  const auto place = fmt::format("@{}", fmt::join(path_, "/"));
  const auto define = [&](const std::string& name, const onnx::TensorProto& tensor) {
    const auto shared = names[name] = name + place;
    if (walk_.find(shared) == nullptr) walk_.define_constant(shared, tensor);
  };
  for (const auto& initializer : body.initializer()) define(initializer.name(), initializer);
  for (const auto& inner : body.node()) {
    if (is_constant(inner)) define(inner.output(0), inner.attribute(0).t());
  }
}

std::string ControlFlow::define_number(const std::string& name, int type, std::int64_t number) {
  numbers_.push_back(*tensor_of({type, {}, {static_cast<double>(number)}}));
  Tensor tensor;
  tensor.type = make_type(type, {});
  tensor.constant = true;
  tensor.data = &numbers_.back();
  auto own = fmt::format("{}##{}", name, numbers_.size());
  walk_.define(own, std::move(tensor));
  return own;
}

void ControlFlow::hand_out(const onnx::NodeProto& node, int output, const std::string& name) {
  const auto* tensor = walk_.find(name);
  if (tensor == nullptr) refuse(node, fmt::format("nothing makes '{}'", printable(name)));
  walk_.define(node.output(output), *tensor);
}

void ControlFlow::stack(const onnx::NodeProto& node, int output, const std::vector<std::string>& trips,
                        std::int64_t axis) {
  if (node.output(output).empty()) return;
  if (trips.empty()) refuse(node, "makes no trip, so what it stacks is empty");
  auto stacked = own_node("Stack", fmt::format("{}_stack{}", identity(node), output), axis);
  for (const auto& trip : trips) stacked.add_input(trip);
  stacked.add_output(node.output(output));
  nodes_.push_back(std::move(stacked));
  walk_.note_made(nodes_.back());
  walk_.read_made(nodes_.back());
}

// What each trip sees of a constant. It is read where it lies, so this is no layer.
std::vector<std::string> ControlFlow::slice(const std::string& name, std::size_t axis, std::int64_t trips) {
  auto tensor = *walk_.find(name);
  auto shape = *known_shape(tensor.type);
  shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
  tensor.type = make_type(element_type(tensor.type), shape);
  tensor.data = nullptr;
  std::vector<std::string> slices;
  for (std::int64_t trip = 0; trip < trips; ++trip) {
    slices.push_back(fmt::format("{}[{}]##{}", name, trip, ++runs_));
    walk_.define(slices.back(), tensor);
  }
  return slices;
}

// What each trip sees of another layer's output: taken apart once. A trip then reads its slice and not the whole.
std::vector<std::string> ControlFlow::unstack(const onnx::NodeProto& node, int input, std::size_t axis,
                                              std::int64_t trips) {
  auto apart = own_node("Unstack", fmt::format("{}_unstack{}", identity(node), input), static_cast<std::int64_t>(axis));
  apart.add_input(node.input(input));
  std::vector<std::string> slices;
  for (std::int64_t trip = 0; trip < trips; ++trip) {
    slices.push_back(fmt::format("{}[{}]##{}", node.input(input), trip, ++runs_));
    apart.add_output(slices.back());
    walk_.note_use(slices.back());
  }
  nodes_.push_back(std::move(apart));
  walk_.note_made(nodes_.back());
  walk_.read_made(nodes_.back());
  return slices;
}

}  // namespace edgecut::onnx_import
