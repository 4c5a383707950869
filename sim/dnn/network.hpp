// A network as a DAG of layers with work, weights and output sizes.
#pragma once

#include <cstdint>
#include <optional>
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

/// A layer whose output is an answer, and where an inference may end. [BranchyNet, Teerapittayanon et al., ICPR 2016]
struct Exit {
  std::string name;
  LayerIndex output = 0;
  std::optional<double> accuracy = std::nullopt;  // share of inputs classified right when all leave here
};

/// Which share of the inferences leaves at each exit. An exit of rate 0 is not evaluated: its branch does not run.
struct ExitPolicy {
  std::string name;
  std::vector<double> rates;  // by exit; their sum is 1
  std::optional<double> accuracy = std::nullopt;
  std::string source = {};
};

/// The exits of a network in the order in which they are reached, and the rates measured at a confidence threshold.
struct Exits {
  std::vector<Exit> exits;
  std::vector<ExitPolicy> operating_points;
};

/// Immutable once made. Layers are in topological order; the network's inputs are layers of kind `input`.
class Network {
 public:
  /// Throws std::invalid_argument when `layers` is empty or not in topological order, or an exit or its rates do not fit
  /// them. Without exits every layer runs for each inference.
  Network(std::string name, std::string title, std::string source, std::string dtype, std::vector<Layer> layers,
          Exits exits = {}, std::optional<double> accuracy = std::nullopt);

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
  // Of the layers that run when nothing leaves early.
  [[nodiscard]] std::int64_t total_macs() const;
  [[nodiscard]] std::int64_t total_parameters() const;
  [[nodiscard]] Bytes total_weights() const;
  [[nodiscard]] Flops total_work() const;
  /// Raw size of all network inputs together.
  [[nodiscard]] Bytes raw_input() const;

  /// Empty for a network without early exits.
  [[nodiscard]] const std::vector<Exit>& exits() const { return exits_; }
  /// The first: nothing leaves early, side branches do not run. Then everything leaves at exit 0, at exit 1, ... (all but
  /// the last), then the operating points of the file.
  [[nodiscard]] const std::vector<ExitPolicy>& exit_policies() const { return policies_; }
  [[nodiscard]] std::size_t first_operating_point() const { return exits_.empty() ? 1 : exits_.size(); }
  /// The layers that run for an inference that leaves at `exit`: what it and the exits before it need.
  [[nodiscard]] Placement active_until(std::size_t policy, std::size_t exit) const;
  /// The layers that may run under a policy.
  [[nodiscard]] const Placement& active(std::size_t policy = 0) const { return active_[policy]; }
  /// Whether some layer that runs when nothing leaves early reads the output of v.
  [[nodiscard]] bool is_read(LayerIndex v) const;
  /// Layers through which every path of the active layers runs; see Graph::cut_vertices.
  [[nodiscard]] const std::vector<LayerIndex>& cut_vertices() const { return cut_vertices_; }

 private:
  void make_policies(std::vector<ExitPolicy> operating_points, std::optional<double> accuracy);

  std::string name_;
  std::string title_;
  std::string source_;
  std::string dtype_;
  std::vector<Layer> layers_;
  Graph graph_;
  std::vector<Exit> exits_;
  std::vector<ExitPolicy> policies_;
  std::vector<Placement> needed_;  // by exit: its layer and what that reads, directly or not
  std::vector<Placement> active_;  // by policy
  std::vector<LayerIndex> cut_vertices_;
};

}  // namespace edgecut::dnn
