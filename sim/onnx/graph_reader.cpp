#include "onnx/graph_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "onnx/constant_node.hpp"
#include "onnx/fold.hpp"
#include "onnx/inference.hpp"
#include "onnx/inputs.hpp"
#include "onnx/operators.hpp"
#include "onnx/order.hpp"
#include "onnx/unread_outputs.hpp"
#include "onnx/values.hpp"
#include "onnx/weights.hpp"
#include "onnx/work.hpp"

namespace edgecut::onnx_import {
namespace {

bool reads_shape_only(const std::string& op) {
  return op == "Shape" || op == "Size";
}

bool passes_through(const std::string& op) {
  return op == "Identity" || op == "Dropout";
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

Shape dimensions(const onnx::TensorProto& tensor) {
  return {tensor.dims().begin(), tensor.dims().end()};
}

const ElementType& element_of(const onnx::TypeProto& type) {
  const auto* found = type.has_tensor_type() ? find_element_type(element_type(type)) : nullptr;
  if (!type.has_tensor_type()) throw TensorError("not a tensor of numbers");
  if (found == nullptr) {
    throw TensorError(fmt::format("a tensor of type {}, whose size is not known here", type_word(element_type(type))));
  }
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
    : graph_(graph),
      opset_(opset),
      options_(options),
      quantisation_(graph),
      control_flow_(*this, options.branches, scalars_) {}

std::vector<dnn::Layer> GraphReader::read() {
  if (graph_.output().empty()) throw ImportError("the graph has no outputs");
  note_uses();
  read_initializers();
  read_inputs();
  const auto order = order_of(graph_.node());
  if (order.changed) warnings_.emplace_back("its nodes are out of order, and are read after those that they read");
  for (const auto* node : order.nodes) read_node(*node);
  control_flow_.check_branches();
  for (const auto& output : graph_.output()) dequantise(output.name());
  for (auto& warning : stated_.warnings()) warnings_.push_back(std::move(warning));
  warn_of_inner_outputs();
  auto layers = without_dead_ends();
  shared_weights_ = count_weights(uses_, layers);
  return layers;
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

void GraphReader::note_made(const onnx::NodeProto& node) {
  used_.merge(names_read(node));
  quantisation_.note(node);
}

void GraphReader::note_use(const std::string& name) {
  used_.insert(name);
}

void GraphReader::need_numbers(const std::string& name) {
  dequantise(name);
}

void GraphReader::note_uses() {
  for (const auto& node : graph_.node()) {
    used_.merge(names_read(node));
    file_names_.insert(printable(node.name()));
    made_.insert(node.output().begin(), node.output().end());
  }
  for (const auto& output : graph_.output()) used_.insert(output.name());
}

void GraphReader::read_initializers() {
  for (const auto& initializer : graph_.initializer()) {
    naming("initialiser", initializer.name(), [&] { define_constant(initializer.name(), initializer); });
  }
}

void GraphReader::define_constant(const std::string& name, const onnx::TensorProto& tensor) {
  const auto shape = dimensions(tensor);
  must_be_whole(tensor);
  auto& weight = weights_.emplace_back(Weight{printable(name), product(shape), tensor.data_type()});
  const auto* data = is_complete(tensor) ? &tensor : nullptr;
  define(name, {make_type(tensor.data_type(), shape), true, data, {&weight}});
}

void GraphReader::read_inputs() {
  std::vector<const onnx::ValueInfoProto*> inputs;
  for (const auto& input : graph_.input()) {
    if (const auto stored = tensors_.find(input.name()); stored != tensors_.end()) {
      stated_.check_stored(input.name(), stored->second.type, input.type());
      continue;  // before IR version 4 initialisers were listed as inputs too
    }
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
  layer.dtype = element.name;
  layer.precision = dnn::default_precision(layer.dtype);
  define(input.name(), {make_type(element.type, layer.shape), false, nullptr, {}, layers_.size()});
  add_layer(std::move(layer), {});
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
  const bool on_integers = computes_on_integers(connect(proto, true));
  if (!on_integers && !reads_shape_only(proto.op_type())) {
    for (const auto& name : proto.input()) dequantise(name);
  }
  const auto node = connect(proto, on_integers);
  check_definition(node, opset_);
  if (is_control_flow(proto)) return control_flow_.expand(node);
  if (passes_through(node.op())) return pass_through(node);
  if (node.op() == "Constant") return read_constant(node);
  const bool constant = std::ranges::all_of(node.inputs, [](const auto* t) { return t == nullptr || t->constant; });
  if (reads_shape_only(node.op()) || (constant && !node.inputs.empty())) return read_constant_result(node);
  if (node.op() == "DequantizeLinear" && reads_8_bit_layer(node)) return put_off(node);
  if (node.op() == "QuantizeLinear" && is_quantised(node)) return read_as_integers(node);
  read_layer(node, on_integers);
}

bool GraphReader::computes_on_integers(const Node& node) const {
  const auto* op = find_operator(node.op());
  return op != nullptr && quantisation_.computes_on_integers(node, *op);
}

bool GraphReader::reads_8_bit_layer(const Node& node) {
  const auto* input = node.input(0);
  return input != nullptr && input->layer && is_8_bit_integer(element_type(input->type));
}

// Its input is made as integers already.
bool GraphReader::is_quantised(const Node& node) {
  return node.input(0) != nullptr && !node.input(0)->constant && node.input(0)->stored.has_value();
}

// A DequantizeLinear becomes a layer when somebody reads its numbers: until then the integers are what is there.
void GraphReader::put_off(const Node& node) {
  const auto types = types_of(node);
  if (node.proto.output_size() != 1) refuse(node.proto, "must have one output");
  auto tensor = *node.input(0);
  tensor.stored = element_type(tensor.type);
  tensor.type = types.front();
  tensor.dequantiser = &node.proto;
  define(node.proto.output(0), std::move(tensor));
}

void GraphReader::dequantise(const std::string& name) {
  const auto found = tensors_.find(name);
  if (found == tensors_.end() || found->second.dequantiser == nullptr) return;
  const auto& proto = *found->second.dequantiser;
  integers_.insert(tensors_.extract(found));
  read_layer(connect(proto, false), false);
}

// The layer before it gives out integers: a quantiser behind it is a part of it.
void GraphReader::read_as_integers(const Node& node) {
  const auto types = types_of(node);
  if (node.proto.output_size() != 1) refuse(node.proto, "must have one output");
  auto tensor = *node.input(0);
  tensor.type = types.front();
  tensor.stored.reset();
  define(node.proto.output(0), std::move(tensor));
}

// `as_integers`: of a tensor that is there in both forms, the integers.
Node GraphReader::connect(const onnx::NodeProto& proto, bool as_integers) const {
  Node node{proto, {}};
  for (const auto& name : proto.input()) {
    const auto found = tensors_.find(name);
    if (!name.empty() && found == tensors_.end()) {
      const bool is_made = made_.contains(name) || name.find('#') != std::string::npos;  // or by a body's node
      refuse(proto, fmt::format("reads '{}', which {}", name,
                                is_made ? "stands in a cycle or behind one" : "no node, input or initialiser makes"));
    }
    const auto integers = as_integers ? integers_.find(name) : integers_.end();
    node.inputs.push_back(name.empty() ? nullptr : integers != integers_.end() ? &integers->second : &found->second);
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
  const auto weights = weights_behind(node);
  const auto stored = stored_type(node);
  auto data = types.size() == 1 ? fold(node, types[0]) : std::nullopt;
  if (data) folded_.push_back(std::move(*data));
  for (int i = 0; i < node.proto.output_size(); ++i) {
    define(node.proto.output(i),
           {types[static_cast<std::size_t>(i)], true, data ? &folded_.back() : nullptr, weights, {}, 0, stored});
  }
}

void GraphReader::read_layer(const Node& node, bool on_integers) {
  const auto* op = find_operator(node.op());
  if (op == nullptr) refuse(node.proto, "this operator is not known, so its work cannot be counted");
  check_operands(node, *op);
  const auto types = types_of(node);
  dnn::Layer layer;
  layer.name = unique_name(node.proto.name(), fmt::format("{}_{}", lower(node.op()), layers_.size()));
  layer.op = node.op();
  set_inputs(node, layer);
  if (layer.inputs.empty()) refuse(node.proto, "reads nothing that comes from an input of the network");
  const auto outputs = outputs_of(node.proto);
  describe_outputs(node, types, outputs, on_integers, layer);
  describe_work(node, *op, layer);
  layer.weights_read = constants_read(node, *op, layer.shape);
  warn_of_made_weight(node, *op, layer.name);
  for (int i = 0; i < node.proto.output_size(); ++i) {
    Tensor tensor{types[static_cast<std::size_t>(i)], false, nullptr, {}, layers_.size()};
    const auto place = std::ranges::find(outputs, i);
    if (place != outputs.end()) tensor.output = static_cast<std::size_t>(place - outputs.begin());
    if (on_integers) tensor.stored = quantisation_.wanted_type(node.proto.output(i));
    define(node.proto.output(i), std::move(tensor));
  }
  add_layer(std::move(layer), parameters_of(node, *op));
}

// A skeleton whose weights were put out of the file would seem to have none.
void GraphReader::warn_of_made_weight(const Node& node, const Operator& op, const std::string& layer) {
  const auto* weight = op.work == Work::none ? nullptr : node.input(op.weight);
  if (weight == nullptr || !weight->constant || !weight->weights.empty()) return;
  warnings_.push_back(
      fmt::format("'{}': its weights are computed and not stored in the file, so they are no parameters", layer));
}

void GraphReader::add_layer(dnn::Layer layer, std::vector<Weight*> uses) {
  layers_.push_back(std::move(layer));
  uses_.push_back(std::move(uses));
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

// Those that somebody reads, else the first.
std::vector<int> GraphReader::outputs_of(const onnx::NodeProto& proto) const {
  auto outputs = used_outputs(proto);
  if (outputs.empty() && proto.output_size() > 0) outputs = {0};
  if (outputs.empty()) refuse(proto, "has no output");
  return outputs;
}

dnn::Output GraphReader::describe_output(const Node& node, const std::string& name, const onnx::TypeProto& type,
                                         bool on_integers) {
  auto shape = known_shape(type);
  if (!shape) refuse(node.proto, fmt::format("its output '{}' has no shape that the file tells: {}", name, unknown_));
  const auto elements = product(*shape);
  if (elements == 0) refuse(node.proto, fmt::format("its output '{}' is empty", name));
  const auto stored = on_integers ? quantisation_.wanted_type(name) : std::nullopt;
  const auto& element = stored ? *find_element_type(*stored) : element_of(type);
  elements_by_type_[element.type] += static_cast<double>(elements);
  return {std::move(*shape), Bytes(static_cast<double>(product(elements, element.bytes))), std::string(element.name)};
}

void GraphReader::describe_outputs(const Node& node, const std::vector<onnx::TypeProto>& types,
                                   const std::vector<int>& outputs, bool on_integers, dnn::Layer& layer) {
  for (const auto i : outputs) {
    layer.outputs.push_back(
        describe_output(node, node.proto.output(i), types[static_cast<std::size_t>(i)], on_integers));
    layer.output += layer.outputs.back().size;
  }
  layer.shape = layer.outputs.front().shape;
  layer.dtype = layer.outputs.front().dtype;
  layer.precision = on_integers ? dnn::Precision::int8 : dnn::default_precision(layer.dtype);
  if (outputs.size() == 1) layer.outputs.clear();
}

// Each layer once, with the outputs of it that are read where it has several.
void GraphReader::set_inputs(const Node& node, dnn::Layer& layer) const {
  for (const auto* input : node.inputs) {
    if (input == nullptr || !input->layer) continue;
    const auto found = std::ranges::find(layer.inputs, *input->layer);
    const auto place = static_cast<std::size_t>(found - layer.inputs.begin());
    if (found == layer.inputs.end()) {
      layer.inputs.push_back(*input->layer);
      layer.reads.emplace_back();
    }
    auto& reads = layer.reads[place];
    if (std::ranges::find(reads, input->output) == reads.end()) reads.push_back(input->output);
  }
  for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
    std::ranges::sort(layer.reads[i]);
    if (layer.reads[i].size() == layers_[layer.inputs[i]].output_count()) layer.reads[i].clear();
  }
}

void GraphReader::define(const std::string& name, Tensor tensor) {
  if (name.empty()) return;
  if (!tensors_.emplace(name, std::move(tensor)).second) {
    throw TensorError(fmt::format("tensor '{}' is made twice", printable(name)));
  }
}

std::string GraphReader::unique_name(const std::string& wanted, const std::string& fallback) {
  const auto base = wanted.empty() ? fallback : printable(wanted);
  // What the file calls another node is not given away: measurements name layers.
  const bool is_own = !wanted.empty() || !file_names_.contains(base);
  if (is_own && names_.insert(base).second) return base;
  std::string name;
  auto& last = copies_.emplace(base, 1).first->second;  // a loop's body may be copied many thousand times
  do {
    name = fmt::format("{}_{}", base, ++last);
  } while (file_names_.contains(name) || !names_.insert(name).second);
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
  std::vector<std::vector<Weight*>> kept_uses;
  for (dnn::LayerIndex v = 0; v < layers_.size(); ++v) {
    place[v] = kept.size();
    if (!leads[v]) {
      warnings_.push_back(fmt::format("'{}' leads to no output and is left out", layers_[v].name));
      continue;
    }
    for (auto& u : layers_[v].inputs) u = place[u];
    kept.push_back(std::move(layers_[v]));
    kept_uses.push_back(std::move(uses_[v]));
  }
  uses_ = std::move(kept_uses);
  if (std::ranges::all_of(kept, [](const auto& l) { return l.kind == dnn::LayerKind::input; })) {
    throw ImportError("no layer leads from an input to an output");
  }
  std::set<OutputPlace> given_out;
  for (const auto& output : graph_.output()) {
    const auto& tensor = tensors_.at(output.name());
    if (tensor.layer) given_out.emplace(place[*tensor.layer], tensor.output);
  }
  drop_unread_outputs(kept, std::move(given_out));
  return kept;
}

// A network's results are the layers that nothing reads; an output in the middle would be forgotten silently.
void GraphReader::warn_of_inner_outputs() {
  std::set<dnn::LayerIndex> read;
  for (const auto& layer : layers_) read.insert(layer.inputs.begin(), layer.inputs.end());
  for (const auto& output : graph_.output()) {
    const auto found = tensors_.find(output.name());
    if (found == tensors_.end() || !found->second.layer || !read.contains(*found->second.layer)) continue;
    const auto& layer = layers_[*found->second.layer];
    const auto where = layer.output_count() > 1
                           ? fmt::format("stands beside others of '{}' that are read inside the network", layer.name)
                           : "is also read inside the network";
    warnings_.push_back(
        fmt::format("output '{}' {}: only the last layers count as results", printable(output.name()), where));
  }
}

}  // namespace edgecut::onnx_import
