#include "onnx/graph_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <functional>

#include "onnx/fold.hpp"
#include "onnx/inference.hpp"
#include "onnx/inputs.hpp"
#include "onnx/operators.hpp"
#include "onnx/order.hpp"
#include "onnx/values.hpp"
#include "onnx/work.hpp"

namespace edgecut::onnx_import {
namespace {

bool reads_shape_only(const std::string& op) {
  return op == "Shape" || op == "Size";
}

// What a computed constant is made from, each once. A dequantised weight's scales and zero points are left out.
std::vector<Weight*> weights_behind(const Node& node) {
  std::vector<Weight*> weights;
  if (reads_shape_only(node.op())) return weights;
  for (const auto* input : node.inputs) {
    if (input == nullptr) continue;
    weights.insert(weights.end(), input->weights.begin(), input->weights.end());
    if (node.op() == "DequantizeLinear") break;
  }
  std::ranges::sort(weights, std::less<>());
  weights.erase(std::ranges::unique(weights).begin(), weights.end());
  return weights;
}

bool passes_through(const std::string& op) {
  return op == "Identity" || op == "Dropout";
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// Counts are of numbers that were learnt: not of indices and masks.
bool may_be_parameter(const Weight& weight, std::uint32_t positions) {
  if (weight.element_type == onnx::TensorProto::INT64 || weight.element_type == onnx::TensorProto::BOOL) return false;
  if (positions != any_input) return true;
  const auto* type = find_element_type(weight.element_type);
  return type != nullptr && type->floating && weight.elements > 1;
}

onnx::TensorProto integers_tensor(const onnx::AttributeProto& attribute) {
  onnx::TensorProto tensor;
  tensor.set_data_type(onnx::TensorProto::INT64);
  if (attribute.has_i()) {
    tensor.add_int64_data(attribute.i());
    return tensor;
  }
  tensor.add_dims(attribute.ints_size());
  for (const auto number : attribute.ints()) tensor.add_int64_data(number);
  return tensor;
}

onnx::TensorProto floats_tensor(const onnx::AttributeProto& attribute) {
  onnx::TensorProto tensor;
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  if (attribute.has_f()) {
    tensor.add_float_data(attribute.f());
    return tensor;
  }
  tensor.add_dims(attribute.floats_size());
  for (const auto number : attribute.floats()) tensor.add_float_data(number);
  return tensor;
}

onnx::TensorProto constant_value(const onnx::NodeProto& node) {
  if (node.attribute_size() != 1) refuse(node, "a constant must have one value");
  const auto& attribute = node.attribute(0);
  if (attribute.name() == "value") return attribute.t();
  if (attribute.name() == "value_int" || attribute.name() == "value_ints") return integers_tensor(attribute);
  if (attribute.name() == "value_float" || attribute.name() == "value_floats") return floats_tensor(attribute);
  refuse(node, fmt::format("a constant of the form '{}' is not read", attribute.name()));
}

Shape dimensions(const onnx::TensorProto& tensor) {
  return {tensor.dims().begin(), tensor.dims().end()};
}

const ElementType& element_of(const onnx::TypeProto& type) {
  const auto* found = type.has_tensor_type() ? find_element_type(element_type(type)) : nullptr;
  if (found == nullptr) throw TensorError("not a tensor of numbers");
  return *found;
}

// Runs `read` and adds to its errors what they are about.
template <class Read>
void naming(std::string_view what, std::string_view name, Read read) {
  try {
    read();
  } catch (const TensorError& error) {
    throw ImportError(fmt::format("{} '{}': {}", what, printable(name), error.what()));
  }
}

}  // namespace

GraphReader::GraphReader(const onnx::GraphProto& graph, int opset, const ImportOptions& options)
    : graph_(graph), opset_(opset), options_(options), control_flow_(*this, options.branches, scalars_) {}

std::vector<dnn::Layer> GraphReader::read() {
  if (graph_.output().empty()) throw ImportError("the graph has no outputs");
  note_uses();
  read_initializers();
  read_inputs();
  const auto order = order_of(graph_.node());
  if (order.changed) warnings_.emplace_back("its nodes are out of order, and are read after those that they read");
  for (const auto* node : order.nodes) read_node(*node);
  control_flow_.check_branches();
  for (auto& warning : stated_.warnings()) warnings_.push_back(std::move(warning));
  warn_of_inner_outputs();
  return without_dead_ends();
}

std::string GraphReader::dtype() const {
  const auto most = std::ranges::max_element(elements_by_type_, {}, [](const auto& entry) { return entry.second; });
  return most == elements_by_type_.end() ? "fp32" : std::string(find_element_type(most->first)->name);
}

const Tensor* GraphReader::find(const std::string& name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : &found->second;
}

void GraphReader::read_made(const onnx::NodeProto& node) {
  read_node(node);
}

void GraphReader::note_uses(std::set<std::string> names) {
  used_.merge(names);
}

void GraphReader::note_uses() {
  for (const auto& node : graph_.node()) note_uses(names_read(node));
  for (const auto& output : graph_.output()) used_.insert(output.name());
}

void GraphReader::read_initializers() {
  for (const auto& initializer : graph_.initializer()) {
    naming("initialiser", initializer.name(), [&] { define_constant(initializer.name(), initializer); });
  }
}

void GraphReader::define_constant(const std::string& name, const onnx::TensorProto& tensor) {
  const auto shape = dimensions(tensor);
  auto* weight = add_weight(product(shape), tensor.data_type());
  const auto* data = is_complete(tensor) ? &tensor : nullptr;
  define(name, {make_type(tensor.data_type(), shape), true, data, {weight}, {}});
}

void GraphReader::read_inputs() {
  std::vector<const onnx::ValueInfoProto*> inputs;
  for (const auto& input : graph_.input()) {
    if (tensors_.contains(input.name())) continue;  // before IR version 4 initialisers were listed as inputs too
    naming("input", input.name(), [&] { element_of(input.type()); });
    inputs.push_back(&input);
  }
  auto found = resolve_inputs(inputs, options_);
  for (const auto* input : inputs) {
    const auto fixed = found.values.find(input->name());
    if (fixed == found.values.end()) {
      naming("input", input->name(), [&] { read_input(*input, found.shapes.at(input->name())); });
      continue;
    }
    folded_.push_back(std::move(fixed->second));
    Tensor tensor;
    tensor.type = make_type(folded_.back().data_type(), dimensions(folded_.back()));
    tensor.constant = true;
    tensor.data = &folded_.back();
    define(input->name(), std::move(tensor));
  }
  warnings_.insert(warnings_.end(), found.warnings.begin(), found.warnings.end());
  stated_.take(graph_, std::move(found.sizes), found.replaced);
}

void GraphReader::read_input(const onnx::ValueInfoProto& input, const Shape& shape) {
  const auto& element = element_of(input.type());
  if (shape.empty()) scalars_.push_back(printable(input.name()));
  dnn::Layer layer;
  layer.name = unique_name(input.name(), "input");
  layer.kind = dnn::LayerKind::input;
  layer.shape = shape;
  layer.output = Bytes(static_cast<double>(product(product(layer.shape), element.bytes)));
  define(input.name(), {make_type(element.type, layer.shape), false, nullptr, {}, layers_.size()});
  layers_.push_back(std::move(layer));
}

void GraphReader::read_node(const onnx::NodeProto& proto) {
  try {
    read_any_node(proto);
  } catch (const TensorError& error) {
    refuse(proto, error.what());
  }
}

void GraphReader::read_any_node(const onnx::NodeProto& proto) {
  if (!proto.domain().empty() && proto.domain() != "ai.onnx" && proto.domain() != own_domain) {
    refuse(proto, fmt::format("operators of domain '{}' are not known", proto.domain()));
  }
  const auto node = connect(proto);
  check_definition(node, opset_);
  if (is_control_flow(proto)) return control_flow_.expand(node);
  if (passes_through(node.op())) return pass_through(node);
  if (node.op() == "Constant") return read_constant(node);
  const bool constant = std::ranges::all_of(node.inputs, [](const auto* t) { return t == nullptr || t->constant; });
  if (reads_shape_only(node.op()) || (constant && !node.inputs.empty())) return read_constant_result(node);
  read_layer(node);
}

Node GraphReader::connect(const onnx::NodeProto& proto) const {
  Node node{proto, {}};
  for (const auto& name : proto.input()) {
    const auto found = tensors_.find(name);
    if (!name.empty() && found == tensors_.end()) {
      refuse(proto, fmt::format("reads '{}', which nothing before it makes (a cycle, or nodes out of order)", name));
    }
    node.inputs.push_back(name.empty() ? nullptr : &found->second);
  }
  return node;
}

void GraphReader::pass_through(const Node& node) {
  const auto used = used_outputs(node.proto);
  if (node.input(0) == nullptr || node.proto.output().empty()) refuse(node.proto, "has no input or no output");
  const bool gives_mask = std::ranges::any_of(used, [](int i) { return i > 0; });
  if (gives_mask) refuse(node.proto, "its mask is used: export for inference");
  define(node.proto.output(0), *node.input(0));
}

void GraphReader::read_constant(const Node& node) {
  if (node.proto.output_size() != 1) refuse(node.proto, "a constant must have one output");
  folded_.push_back(constant_value(node.proto));
  define_constant(node.proto.output(0), folded_.back());
}

void GraphReader::read_constant_result(const Node& node) {
  const auto* op = find_operator(node.op());
  if (op != nullptr && op->work != Work::none) {
    refuse(node.proto, "computes a constant: fold constants before the import");
  }
  const auto types = types_of(node);
  auto weights = weights_behind(node);
  const auto shape = types.empty() ? std::nullopt : known_shape(types[0]);
  if (node.op() == "ConstantOfShape" && shape) weights = {add_weight(product(*shape), element_type(types[0]))};
  auto data = types.size() == 1 ? fold(node, types[0]) : std::nullopt;
  if (data) folded_.push_back(std::move(*data));
  for (int i = 0; i < node.proto.output_size(); ++i) {
    define(node.proto.output(i),
           {types[static_cast<std::size_t>(i)], true, data ? &folded_.back() : nullptr, weights, {}});
  }
}

void GraphReader::read_layer(const Node& node) {
  const auto* op = find_operator(node.op());
  if (op == nullptr) refuse(node.proto, "this operator is not known, so its work cannot be counted");
  check_operands(node, *op);
  const auto types = types_of(node);
  dnn::Layer layer;
  layer.name = unique_name(node.proto.name(), fmt::format("{}_{}", lower(node.op()), layers_.size()));
  layer.op = node.op();
  layer.inputs = predecessors(node);
  if (layer.inputs.empty()) refuse(node.proto, "reads nothing that comes from an input of the network");
  describe_outputs(node, types, layer);
  describe_work(node, *op, layer);
  take_parameters(node, op->parameters, layer);
  for (int i = 0; i < node.proto.output_size(); ++i) {
    define(node.proto.output(i), {types[static_cast<std::size_t>(i)], false, nullptr, {}, layers_.size()});
  }
  layers_.push_back(std::move(layer));
}

// Our own, or where they hang on the data the file's.
std::vector<onnx::TypeProto> GraphReader::types_of(const Node& node) {
  auto inferred = infer_types(node, opset_);
  unknown_ = std::move(inferred.unknown);
  for (std::size_t i = 0; i < inferred.types.size(); ++i) {
    auto& type = inferred.types[i];
    type = stated_.settle(node.proto, node.proto.output(static_cast<int>(i)), type);
  }
  return std::move(inferred.types);
}

std::vector<int> GraphReader::used_outputs(const onnx::NodeProto& proto) const {
  std::vector<int> used;
  for (int i = 0; i < proto.output_size(); ++i) {
    if (!proto.output(i).empty() && used_.contains(proto.output(i))) used.push_back(i);
  }
  return used;
}

void GraphReader::describe_outputs(const Node& node, const std::vector<onnx::TypeProto>& types, dnn::Layer& layer) {
  auto outputs = used_outputs(node.proto);
  if (outputs.empty() && node.proto.output_size() > 0) outputs = {0};
  if (outputs.empty()) refuse(node.proto, "has no output");
  for (const auto i : outputs) {
    const auto& name = node.proto.output(i);
    const auto& type = types[static_cast<std::size_t>(i)];
    const auto shape = known_shape(type);
    if (!shape) refuse(node.proto, fmt::format("its output '{}' has no shape that the file tells: {}", name, unknown_));
    const auto elements = product(*shape);
    if (elements == 0) refuse(node.proto, fmt::format("its output '{}' is empty", name));
    const auto& element = element_of(type);
    layer.output += Bytes(static_cast<double>(product(elements, element.bytes)));
    elements_by_type_[element.type] += static_cast<double>(elements);
    if (i == outputs.front()) layer.shape = *shape;
  }
}

void GraphReader::take_parameters(const Node& node, std::uint32_t positions, dnn::Layer& layer) {
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (node.inputs[i] == nullptr || ((positions >> std::min<std::size_t>(i, 31)) & 1U) == 0) continue;
    for (auto* weight : node.inputs[i]->weights) {
      if (weight->counted || !may_be_parameter(*weight, positions)) continue;
      weight->counted = true;
      const auto* type = find_element_type(weight->element_type);
      if (type == nullptr) refuse(node.proto, "its weights are not numbers");
      layer.parameters += weight->elements;
      layer.weights += Bytes(static_cast<double>(weight->elements) * type->bytes);
    }
  }
}

std::vector<dnn::LayerIndex> GraphReader::predecessors(const Node& node) const {
  std::vector<dnn::LayerIndex> layers;
  std::set<dnn::LayerIndex> seen;
  for (const auto* input : node.inputs) {
    if (input != nullptr && input->layer && seen.insert(*input->layer).second) layers.push_back(*input->layer);
  }
  return layers;
}

Weight* GraphReader::add_weight(std::int64_t elements, int element_type) {
  return &weights_.emplace_back(Weight{elements, element_type, false});
}

void GraphReader::define(const std::string& name, Tensor tensor) {
  if (name.empty()) return;
  if (!tensors_.emplace(name, std::move(tensor)).second) {
    throw TensorError(fmt::format("tensor '{}' is made twice", printable(name)));
  }
}

std::string GraphReader::unique_name(const std::string& wanted, const std::string& fallback) {
  const auto base = wanted.empty() ? fallback : printable(wanted);
  auto name = base;
  if (names_.insert(name).second) return name;
  auto& last = copies_.emplace(base, 1).first->second;  // a loop's body may be copied many thousand times
  do {
    name = fmt::format("{}_{}", base, ++last);
  } while (!names_.insert(name).second);
  return name;
}

std::vector<bool> GraphReader::leading_to_output() const {
  std::vector<bool> leads(layers_.size(), false);
  for (const auto& output : graph_.output()) {
    const auto found = tensors_.find(output.name());
    if (found == tensors_.end()) {
      throw ImportError(fmt::format("nothing makes the graph's output '{}'", printable(output.name())));
    }
    if (found->second.layer) leads[*found->second.layer] = true;
  }
  for (auto v = layers_.size(); v-- > 0;) {
    if (!leads[v]) continue;
    for (const auto u : layers_[v].inputs) leads[u] = true;
  }
  return leads;
}

std::vector<dnn::Layer> GraphReader::without_dead_ends() {
  const auto leads = leading_to_output();
  std::vector<dnn::LayerIndex> place(layers_.size());
  std::vector<dnn::Layer> kept;
  for (dnn::LayerIndex v = 0; v < layers_.size(); ++v) {
    place[v] = kept.size();
    if (!leads[v]) {
      warnings_.push_back(fmt::format("'{}' leads to no output and is left out", layers_[v].name));
      continue;
    }
    for (auto& u : layers_[v].inputs) u = place[u];
    kept.push_back(std::move(layers_[v]));
  }
  if (std::ranges::all_of(kept, [](const auto& l) { return l.kind == dnn::LayerKind::input; })) {
    throw ImportError("no layer leads from an input to an output");
  }
  return kept;
}

// A network's results are the layers that nothing reads; an output in the middle would be forgotten silently.
void GraphReader::warn_of_inner_outputs() {
  std::set<dnn::LayerIndex> read;
  for (const auto& layer : layers_) read.insert(layer.inputs.begin(), layer.inputs.end());
  for (const auto& output : graph_.output()) {
    const auto found = tensors_.find(output.name());
    if (found == tensors_.end() || !found->second.layer || !read.contains(*found->second.layer)) continue;
    warnings_.push_back(
        fmt::format("output '{}' is also read inside the network: only the last layers count as results",
                    printable(output.name())));
  }
}

}  // namespace edgecut::onnx_import
