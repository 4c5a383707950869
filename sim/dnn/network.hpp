// A network as a DAG of layers with work, weights and output sizes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dnn/graph.hpp"
#include "units/quantity.hpp"

namespace edgecut::dnn {

/// What a layer does, as far as its cost goes.
enum class LayerKind : std::uint8_t {
  input,           ///< a network input; no work
  conv,            ///< dense or grouped convolution
  depthwise_conv,  ///< one filter per channel: groups = input channels
  linear,          ///< fully connected: Gemm, or MatMul with a constant
  matmul,          ///< MatMul of two activations
  pool,
  activation,
  normalization,
  elementwise,
  concat,
  softmax,
  data_movement,  ///< reshape, flatten, transpose, slice, split, pad
  other,
};

/// The word used in network files: "depthwise_conv".
std::string_view name(LayerKind kind);
const std::vector<std::pair<std::string, LayerKind>>& layer_kinds();

struct Layer {
  std::string name;
  std::string op;  // the ONNX operator, "Conv"
  LayerKind kind = LayerKind::other;
  std::vector<int> kernel;  // spatial, empty where the op has none
  std::vector<int> stride;  // likewise
  int groups = 1;
  std::vector<std::int64_t> shape;  // of the output, batch included; of the first where there are several
  std::int64_t macs = 0;            // multiply-accumulates of one inference; conv, linear and matmul only
  std::int64_t parameters = 0;      // elements of weight and bias
  Bytes weights;                    // what the parameters take
  Bytes output;                     // what the output tensors take, all together
  std::vector<LayerIndex> inputs;   // layers whose output it reads

  /// 1 MAC = 2 FLOP.
  [[nodiscard]] Flops work() const { return Flops(2.0 * static_cast<double>(macs)); }
  [[nodiscard]] std::int64_t output_elements() const;
};

/// Immutable once made. Layers are in topological order; the network's inputs are layers of kind `input`.
class Network {
 public:
  /// Throws std::invalid_argument when `layers` is empty or not in topological order.
  Network(std::string name, std::string title, std::string source, std::string dtype, std::vector<Layer> layers);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& title() const { return title_; }
  [[nodiscard]] const std::string& source() const { return source_; }
  [[nodiscard]] const std::string& dtype() const { return dtype_; }  // of the tensors: fp32, fp16, int8
  [[nodiscard]] const std::vector<Layer>& layers() const { return layers_; }
  [[nodiscard]] const Layer& layer(LayerIndex v) const { return layers_[v]; }
  [[nodiscard]] const Graph& graph() const { return graph_; }
  [[nodiscard]] std::size_t size() const { return layers_.size(); }

  [[nodiscard]] bool is_input(LayerIndex v) const { return layers_[v].kind == LayerKind::input; }
  /// Bytes that the layer reads: outputs of its predecessors.
  [[nodiscard]] Bytes input_bytes(LayerIndex v) const;
  [[nodiscard]] std::int64_t total_macs() const;
  [[nodiscard]] std::int64_t total_parameters() const;
  [[nodiscard]] Bytes total_weights() const;
  /// Raw size of all network inputs together.
  [[nodiscard]] Bytes raw_input() const;

 private:
  std::string name_;
  std::string title_;
  std::string source_;
  std::string dtype_;
  std::vector<Layer> layers_;
  Graph graph_;
};

}  // namespace edgecut::dnn
