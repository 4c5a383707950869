// What each layer of a network costs, by type of complexity, and how many ways there are to cut it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dnn/network.hpp"
#include "units/quantity.hpp"

namespace edgecut::dnn {

/// Complexities of the author's own tool (torchscope @ 767f6386, Apache-2.0), as it computes them for training at
/// batch 2.
struct AuthorComplexity {
  std::int64_t parameters = 0;
  std::int64_t flops = 0;   // "FLOPs" there: multiply-accumulates and element operations, per sample
  double memory_MiB = 0.0;  // (3 parameters + 2 output elements at batch 2) x 4 B
  double energy_pJ = 0.0;   // 2.3 pJ x FLOPs + 640 pJ x memory in MiB; in effect proportional to FLOPs
};

/// That tool's definition for one layer: convolution kh kw C_in (C_out / groups) H W (+ C_out H W with a bias); linear
/// in x out; batch norm 2 x elements; activation elements; max or average pooling input elements; 0 for all else,
/// adaptive pooling among it.
AuthorComplexity author_complexity(const Network& network, LayerIndex v);

/// Energy of one inference of a layer: 4.6 pJ per MAC (fp32 multiply 3.7 and add 0.9), 0.3 pJ where it computes in int8
/// (8-bit multiply 0.2 and 32-bit add 0.1), + 640 pJ per 4 bytes that it reads of inputs and weights and writes.
/// [Horowitz, ISSCC 2014; Han et al., EIE, arXiv:1602.01528]
Joules corrected_energy(const Network& network, LayerIndex v);

/// One layer and everything up to it, in layer order.
struct LayerComplexity {
  std::int64_t macs = 0;
  std::int64_t parameters = 0;
  Bytes weights;
  Bytes output;
  Bytes memory;     // of inference: weights, shared ones too, + input + output of this layer
  Joules energy;    // corrected_energy
  Bytes crossing;   // what a cut after this layer sends, each tensor once (raw, not encoded)
  Bytes head_peak;  // weights and peak live activations of the head that ends here
  Bytes tail_peak;  // likewise of the tail that starts after it
  bool is_cut_vertex = false;
  // Shares of the network's total, up to and with this layer.
  double macs_share = 0.0;
  double parameters_share = 0.0;
  double energy_share = 0.0;
};
std::vector<LayerComplexity> complexity(const Network& network);

/// Weights plus the largest set of activations alive at a time while the layers of `part` run in layer order. A tensor
/// lives from its making (or, from outside the part, from the start) to its last reader in the part; one that is read
/// outside the part, or by nobody, lives to the end.
Bytes peak_memory(const Network& network, const Placement& part);
/// The same where only the `active` layers run at all; `part` holds none but these.
Bytes peak_memory(const Network& network, const Placement& part, const Placement& active);

/// Number of downward-closed sets that hold every input: the plans there are. None when the network has more than
/// `limit` of them between two cut vertices.
std::optional<double> count_plans(const Network& network, std::size_t limit = 200000);

}  // namespace edgecut::dnn
