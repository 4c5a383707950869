// Layer times predicted from the layer's configuration by a regression per type of layer, trained on other networks.
#pragma once

#include <map>
#include <vector>

#include "dnn/network.hpp"
#include "profile/profile.hpp"

namespace edgecut::profile {

/// Times of every layer of a network on one host, to learn from.
struct Sample {
  const dnn::Network* network = nullptr;
  const LayerTimes* times = nullptr;
};

/// For each type of layer t = sum of a_k x_k, a_k >= 0, least in the sum of squared relative errors.
///
/// The configurations x are those of [Kang et al., Neurosurgeon, ASPLOS 2017]: convolution: elements of the
/// input and (kernel / stride)^2 x filters; fully connected: inputs and outputs; pooling: elements of input and output;
/// all else: elements of the output; and a constant for each. To the first two the product of their two variables is
/// added, which is their work in MACs, and to fully connected layers their parameters (they are applied to many tokens
/// in transformers). Types with fewer than four samples are predicted by the fit over all types on FLOP, bytes and a
/// constant.
class TypeRegression {
 public:
  /// Throws InternalError when there is nothing to learn from.
  explicit TypeRegression(const std::vector<Sample>& samples);
  [[nodiscard]] LayerTimes predict(const dnn::Network& network) const;

 private:
  std::map<dnn::LayerKind, std::vector<double>> by_kind_;
  std::vector<double> over_all_;
};

/// argmin over a >= 0 of sum_i ((x_i . a - y_i) / y_i)^2, exactly: every subset of active coefficients is tried, so few
/// columns. Rows with y_i <= 0 are left out.
std::vector<double> fit_non_negative(const std::vector<std::vector<double>>& x, const std::vector<double>& y);

}  // namespace edgecut::profile
