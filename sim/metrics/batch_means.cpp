#include "metrics/batch_means.hpp"

#include <numeric>

#include "metrics/confidence.hpp"

namespace edgecut::metrics {

void BatchMeans::add(double value) {
  constexpr std::size_t most = 64;
  sum_ += value;
  if (++count_ < size_) return;
  sums_.push_back(sum_);
  sum_ = 0.0;
  count_ = 0;
  if (sums_.size() < most) return;
  for (std::size_t i = 0; i < most / 2; ++i) sums_[i] = sums_[2 * i] + sums_[2 * i + 1];
  sums_.resize(most / 2);
  size_ *= 2;
}

std::optional<double> BatchMeans::half_width() const {
  constexpr std::size_t least = 10;
  if (sums_.size() < least) return std::nullopt;
  const auto n = static_cast<double>(sums_.size());
  const double mean = std::accumulate(sums_.begin(), sums_.end(), 0.0) / n;
  double squares = 0.0;
  for (const double sum : sums_) squares += (sum - mean) * (sum - mean);
  return metrics::half_width(squares, n) / static_cast<double>(size_);
}

}  // namespace edgecut::metrics
