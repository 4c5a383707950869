#include "metrics/quantiles.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "units/ensure.hpp"

namespace edgecut::metrics {
namespace {

// Doubles >= 0 are ordered as their bits are: 52 of the mantissa, of which 10 are kept, below those of the exponent.
constexpr unsigned dropped_bits = 52 - 10;

std::uint64_t bucket_of(double value) {
  return std::bit_cast<std::uint64_t>(value) >> dropped_bits;
}

double middle_of(std::uint64_t bucket) {
  const auto low = std::bit_cast<double>(bucket << dropped_bits);
  const auto high = std::bit_cast<double>((bucket + 1) << dropped_bits);
  return low + (high - low) / 2.0;
}

}  // namespace

double quantile(const std::vector<double>& sorted, double p) {
  ensure(!sorted.empty(), "a quantile is of something");
  const double position = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(position));
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - std::floor(position)) * (sorted[above] - sorted[below]);
}

void Quantiles::add(double value) {
  ensure(std::isfinite(value) && value >= 0.0, "quantiles are kept of numbers that are not negative");
  if (keeping_ == Keeping::sketch || sketched_ > 0) return sketch(value);
  values_.push_back(value);
  if (keeping_ == Keeping::exact || values_.size() <= exact_up_to) return;
  for (const double kept : values_) sketch(kept);
  values_ = {};
}

void Quantiles::sketch(double value) {
  least_ = sketched_ == 0 ? value : std::min(least_, value);
  largest_ = std::max(largest_, value);
  ++sketched_;
  if (value == 0.0) {
    ++zeros_;
    return;
  }
  const auto bucket = bucket_of(value);
  if (counts_.empty()) first_ = bucket;
  if (bucket < first_) {
    counts_.insert(counts_.begin(), first_ - bucket, 0);
    first_ = bucket;
  }
  if (bucket - first_ >= counts_.size()) counts_.resize(bucket - first_ + 1);
  ++counts_[bucket - first_];
}

std::vector<std::optional<double>> Quantiles::at(const std::vector<double>& ps) const {
  std::vector<std::optional<double>> result(ps.size());
  if (values_.empty() && sketched_ == 0) return result;
  auto sorted = values_;
  std::ranges::sort(sorted);
  std::ranges::transform(ps, result.begin(), [&](double p) { return is_exact() ? quantile(sorted, p) : sketched(p); });
  return result;
}

double Quantiles::sketched(double p) const {
  const double position = p * static_cast<double>(sketched_ - 1);
  const auto below = static_cast<std::uint64_t>(std::floor(position));
  const double low = order_statistic(below);
  const double high = order_statistic(std::min(below + 1, sketched_ - 1));
  return low + (position - std::floor(position)) * (high - low);
}

double Quantiles::order_statistic(std::uint64_t rank) const {
  if (rank == 0) return least_;
  if (rank == sketched_ - 1) return largest_;
  std::uint64_t seen = zeros_;
  if (rank < seen) return 0.0;
  std::size_t bucket = 0;
  while (rank >= seen + counts_[bucket]) seen += counts_[bucket++];
  return std::clamp(middle_of(first_ + bucket), least_, largest_);
}

}  // namespace edgecut::metrics
