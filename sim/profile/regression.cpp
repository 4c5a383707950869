#include "profile/regression.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "units/ensure.hpp"

namespace edgecut::profile {
namespace {

using dnn::LayerIndex;
using dnn::LayerKind;
using dnn::Network;
using Vector = std::vector<double>;

double product(const std::vector<int>& values) {
  return std::accumulate(values.begin(), values.end(), 1.0, [](double p, int v) { return p * v; });
}

Vector configuration(const Network& network, LayerIndex v) {
  const auto& layer = network.layer(v);
  const auto in = static_cast<double>(network.input_elements(v));
  const auto out = static_cast<double>(layer.output_elements());
  const auto macs = static_cast<double>(layer.macs);
  switch (layer.kind) {
    case LayerKind::conv:
    case LayerKind::depthwise_conv: {
      const double filters = layer.shape.size() > 1 ? static_cast<double>(layer.shape[1]) : 1.0;
      const double reach = product(layer.kernel) / product(layer.stride) * filters / layer.groups;
      return {in, reach, macs, 1.0};
    }
    case LayerKind::linear:
      return {in, out, macs, static_cast<double>(network.resident_parameters(v)), 1.0};
    case LayerKind::matmul:
      return {static_cast<double>(layer.macs), in, out, 1.0};
    case LayerKind::pool:
      return {in, out, 1.0};
    default:
      return {out, 1.0};
  }
}

Vector general_configuration(const Network& network, LayerIndex v) {
  const auto& layer = network.layer(v);
  return {layer.work().value(), network.moved_bytes(v).value(), 1.0};
}

double dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// Gaussian elimination with pivoting; none where the matrix is singular.
std::optional<Vector> solve(std::vector<Vector> matrix, Vector right) {
  const std::size_t n = right.size();
  for (std::size_t column = 0; column < n; ++column) {
    std::size_t pivot = column;
    for (std::size_t row = column + 1; row < n; ++row) {
      if (std::abs(matrix[row][column]) > std::abs(matrix[pivot][column])) pivot = row;
    }
    if (std::abs(matrix[pivot][column]) < 1e-12) return std::nullopt;
    std::swap(matrix[pivot], matrix[column]);
    std::swap(right[pivot], right[column]);
    for (std::size_t row = column + 1; row < n; ++row) {
      const double factor = matrix[row][column] / matrix[column][column];
      for (std::size_t k = column; k < n; ++k) matrix[row][k] -= factor * matrix[column][k];
      right[row] -= factor * right[column];
    }
  }
  for (std::size_t row = n; row-- > 0;) {
    for (std::size_t k = row + 1; k < n; ++k) right[row] -= matrix[row][k] * right[k];
    right[row] /= matrix[row][row];
  }
  return right;
}

// Columns scaled to a largest entry of 1, rows divided by what they should give.
struct Scaled {
  std::vector<Vector> rows;
  Vector scale;
};

Scaled scaled(const std::vector<Vector>& x, const Vector& y) {
  Scaled result{{}, Vector(x.front().size(), 0.0)};
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (y[i] <= 0.0) continue;
    Vector row = x[i];
    for (std::size_t k = 0; k < row.size(); ++k) {
      row[k] /= y[i];
      result.scale[k] = std::max(result.scale[k], std::abs(row[k]));
    }
    result.rows.push_back(std::move(row));
  }
  for (auto& row : result.rows) {
    for (std::size_t k = 0; k < row.size(); ++k) row[k] = result.scale[k] > 0.0 ? row[k] / result.scale[k] : 0.0;
  }
  return result;
}

double squared_error(const std::vector<Vector>& rows, const Vector& a) {
  double sum = 0.0;
  for (const auto& row : rows) sum += (dot(row, a) - 1.0) * (dot(row, a) - 1.0);
  return sum;
}

// The least-squares solution with only the columns in `active` (a bit each); none when one comes out negative.
std::optional<Vector> fit_active(const std::vector<Vector>& rows, unsigned active, std::size_t columns) {
  std::vector<std::size_t> chosen;
  for (std::size_t k = 0; k < columns; ++k) {
    if (((active >> k) & 1U) != 0) chosen.push_back(k);
  }
  std::vector<Vector> normal(chosen.size(), Vector(chosen.size(), 0.0));
  Vector right(chosen.size(), 0.0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      right[i] += row[chosen[i]];
      for (std::size_t j = 0; j < chosen.size(); ++j) normal[i][j] += row[chosen[i]] * row[chosen[j]];
    }
  }
  const auto solution = solve(std::move(normal), std::move(right));
  if (!solution || std::ranges::any_of(*solution, [](double a) { return a < 0.0; })) return std::nullopt;
  Vector full(columns, 0.0);
  for (std::size_t i = 0; i < chosen.size(); ++i) full[chosen[i]] = (*solution)[i];
  return full;
}

}  // namespace

std::vector<double> fit_non_negative(const std::vector<std::vector<double>>& x, const std::vector<double>& y) {
  ensure(!x.empty() && x.size() == y.size(), "a fit needs as many values as rows");
  const std::size_t columns = x.front().size();
  const auto [rows, scale] = scaled(x, y);
  Vector best(columns, 0.0);
  double least = squared_error(rows, best);
  for (unsigned active = 1; active < (1U << columns); ++active) {
    const auto candidate = fit_active(rows, active, columns);
    if (!candidate) continue;
    const double error = squared_error(rows, *candidate);
    if (error < least) {
      least = error;
      best = *candidate;
    }
  }
  for (std::size_t k = 0; k < columns; ++k) best[k] = scale[k] > 0.0 ? best[k] / scale[k] : 0.0;
  return best;
}

TypeRegression::TypeRegression(const std::vector<Sample>& samples) {
  struct Rows {
    std::vector<Vector> x;
    Vector y;
  };
  std::map<LayerKind, Rows> rows;
  Rows all;
  for (const auto& sample : samples) {
    for (LayerIndex v = 0; v < sample.network->size(); ++v) {
      if (sample.network->is_input(v)) continue;
      const double seconds = (*sample.times)[v].value();
      auto& of_kind = rows[sample.network->layer(v).kind];
      of_kind.x.push_back(configuration(*sample.network, v));
      of_kind.y.push_back(seconds);
      all.x.push_back(general_configuration(*sample.network, v));
      all.y.push_back(seconds);
    }
  }
  ensure(!all.x.empty(), "a regression learns from something");
  constexpr std::size_t fewest = 4;
  for (const auto& [kind, of_kind] : rows) {
    if (of_kind.x.size() >= fewest) by_kind_[kind] = fit_non_negative(of_kind.x, of_kind.y);
  }
  over_all_ = fit_non_negative(all.x, all.y);
}

LayerTimes TypeRegression::predict(const Network& network) const {
  LayerTimes times(network.size());
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (network.is_input(v)) continue;
    const auto found = by_kind_.find(network.layer(v).kind);
    times[v] = found != by_kind_.end() ? Seconds(dot(found->second, configuration(network, v)))
                                       : Seconds(dot(over_all_, general_configuration(network, v)));
  }
  return times;
}

}  // namespace edgecut::profile
