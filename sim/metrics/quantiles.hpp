// Quantiles of a stream of numbers, exactly of a short one and in constant memory of a long one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace edgecut::metrics {

/// The p-quantile (0 <= p <= 1) by linear interpolation between order statistics (Hyndman and Fan's type 7, numpy's
/// default). `sorted` is ascending and not empty.
double quantile(const std::vector<double>& sorted, double p);

/// How numbers are kept for quantiles. `automatic`: exactly up to Quantiles::exact_up_to, then in a sketch.
enum class Keeping : std::uint8_t { automatic, exact, sketch };

/// The sketch counts numbers in buckets: those that agree in their exponent and the first 10 bits of their mantissa. A
/// bucket is at most 2^-10 of its numbers wide and stands for them by its middle, so that every order statistic, and what
/// lies between two of them, is off by at most 2^-11 (0.05 %) of itself. The least and the largest are exact. (DDSketch of
/// Masson, Rim and Lee, VLDB'19, has buckets in geometric progression, which take a logarithm for each number.) Memory is
/// 8 kB for each doubling between the least and the largest number.
class Quantiles {
 public:
  static constexpr std::size_t exact_up_to = 100000;
  static constexpr double relative_error = 1.0 / 2048.0;

  explicit Quantiles(Keeping keeping = Keeping::automatic) : keeping_(keeping) {}

  /// `value` is finite and >= 0.
  void add(double value);
  /// Each of the p-quantiles (0 <= p <= 1); nothing of nothing.
  [[nodiscard]] std::vector<std::optional<double>> at(const std::vector<double>& ps) const;
  /// Whether nothing went into a sketch.
  [[nodiscard]] bool is_exact() const { return sketched_ == 0; }

 private:
  void sketch(double value);
  [[nodiscard]] double order_statistic(std::uint64_t rank) const;
  [[nodiscard]] double sketched(double p) const;

  Keeping keeping_;
  std::vector<double> values_;
  std::uint64_t sketched_ = 0;  // numbers in the sketch
  std::uint64_t zeros_ = 0;     // of them
  std::uint64_t first_ = 0;     // bucket of counts_[0]
  std::vector<std::uint64_t> counts_;
  double least_ = 0.0;
  double largest_ = 0.0;
};

}  // namespace edgecut::metrics
