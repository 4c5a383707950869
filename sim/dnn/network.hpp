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

/// What a layer computes in. Devices state their figures for one of them.
enum class Precision : std::uint8_t {
  floating,
  int8,  ///< products of 8-bit integers, summed in 32 bits
};
/// The words used in network files: "float" and "int8".
const std::vector<std::pair<std::string, Precision>>& precisions();
/// Of a layer that does not say: int8 where its tensor is ("int8", "uint8"), else floating.
Precision default_precision(std::string_view dtype);

/// One of several tensors that a layer makes.
struct Output {
  std::vector<std::int64_t> shape;
  Bytes size;
  std::string dtype;  // empty: the network's
};

/// A tensor of weights that several layers read. Each of them reads it, and it is counted once: at the first.
struct SharedWeight {
  std::string name;
  std::int64_t parameters = 0;
  Bytes weights;
};

struct Layer {
  std::string name;
  std::string op;  // the ONNX operator, "Conv"
  LayerKind kind = LayerKind::other;
  std::vector<int> kernel;    // spatial, empty where the op has none
  std::vector<int> stride;    // likewise
  std::vector<int> dilation;  // likewise; empty: 1 along every axis
  int groups = 1;
  bool transposed = false;  // a convolution that works per input element
  Precision precision = Precision::floating;
  std::string dtype;                // of the output, of the first where there are several; empty: the network's
  std::vector<std::int64_t> shape;  // of the output, batch included; of the first where there are several
  std::int64_t macs = 0;            // multiply-accumulates of one inference; conv, linear and matmul only
  std::int64_t parameters = 0;      // elements of weight and bias; of shared weights only where it is the first reader
  Bytes weights;                    // what the parameters take
  std::optional<Bytes> weights_read = {};            // what one inference reads of constants; none: `weights`
  std::vector<std::size_t> shares = {};              // which of the network's shared weights it reads
  Bytes output;                                      // what the output tensors take, all together
  std::vector<Output> outputs = {};                  // each of them, where there are several
  std::vector<LayerIndex> inputs;                    // layers whose output it reads
  std::vector<std::vector<std::size_t>> reads = {};  // by input, which of its outputs; none, or empty: all of them

  /// 1 MAC = 2 FLOP.
  [[nodiscard]] Flops work() const { return Flops(2.0 * static_cast<double>(macs)); }
  /// Of all output tensors.
  [[nodiscard]] std::int64_t output_elements() const;
  [[nodiscard]] std::size_t output_count() const { return outputs.empty() ? 1 : outputs.size(); }
  [[nodiscard]] bool is_dilated() const;
};

/// Completes layers, in topological order, whose weights are their own alone: the first reader of a shared weight counts
/// it, and every reader reads it in each inference (where `weights_read` does not say what).
void add_shared_weights(std::vector<Layer>& layers, const std::vector<SharedWeight>& shared);

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
  /// Throws std::invalid_argument when `layers` is empty or not in topological order, or an exit or its rates, a shared
  /// weight or an output that is read do not fit them. Without exits every layer runs for each inference. `shared` is
  /// counted in `layers` already, see add_shared_weights().
  Network(std::string name, std::string title, std::string source, std::string dtype, std::vector<Layer> layers,
          Exits exits = {}, std::optional<double> accuracy = std::nullopt, std::vector<SharedWeight> shared = {});

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& title() const { return title_; }
  [[nodiscard]] const std::string& source() const { return source_; }
  [[nodiscard]] const std::string& dtype() const { return dtype_; }  // of the tensors: fp32, fp16, int8
  [[nodiscard]] const std::vector<Layer>& layers() const { return layers_; }
  [[nodiscard]] const Layer& layer(LayerIndex v) const { return layers_[v]; }
  [[nodiscard]] const Graph& graph() const { return graph_; }
  [[nodiscard]] std::size_t size() const { return layers_.size(); }

  [[nodiscard]] bool is_input(LayerIndex v) const { return layers_[v].kind == LayerKind::input; }
  /// Bytes that the layer reads of the outputs of its `input`-th input.
  [[nodiscard]] Bytes read_bytes(LayerIndex v, std::size_t input) const;
  /// Bytes and elements that the layer reads of the outputs of its predecessors.
  [[nodiscard]] Bytes input_bytes(LayerIndex v) const;
  [[nodiscard]] std::int64_t input_elements(LayerIndex v) const;
  /// Bytes that pass through memory in one inference: what the layer reads of inputs and of constants, and its output.
  [[nodiscard]] Bytes moved_bytes(LayerIndex v) const;
  /// Weights that lie in memory while the layer runs, shared ones too, and how many they are.
  [[nodiscard]] Bytes resident_weights(LayerIndex v) const;
  [[nodiscard]] std::int64_t resident_parameters(LayerIndex v) const;
  [[nodiscard]] const std::vector<SharedWeight>& shared_weights() const { return shared_; }
  /// What the layer counts without weights that it shares.
  [[nodiscard]] std::int64_t own_parameters(LayerIndex v) const;
  [[nodiscard]] Bytes own_weights(LayerIndex v) const;
  // Of the layers that run when nothing leaves early; a shared weight once.
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
  void check_reads() const;
  void note_first_readers();
  // Whether it counts at `v`, and whether only layers that run read it while that one does not.
  [[nodiscard]] bool counts_at(std::size_t shared, LayerIndex v) const { return first_readers_[shared] == v; }
  [[nodiscard]] bool is_left_out(std::size_t shared) const;

  std::string name_;
  std::string title_;
  std::string source_;
  std::string dtype_;
  std::vector<Layer> layers_;
  Graph graph_;
  std::vector<SharedWeight> shared_;
  std::vector<LayerIndex> first_readers_;  // by shared weight
  std::vector<Exit> exits_;
  std::vector<ExitPolicy> policies_;
  std::vector<Placement> needed_;  // by exit: its layer and what that reads, directly or not
  std::vector<Placement> active_;  // by policy
  std::vector<LayerIndex> cut_vertices_;
};

}  // namespace edgecut::dnn
