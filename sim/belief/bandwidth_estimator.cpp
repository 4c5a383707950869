#include "belief/bandwidth_estimator.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "units/ensure.hpp"

namespace edgecut::belief {

using Kind = EstimatorOptions::Kind;

BandwidthEstimator::BandwidthEstimator(const EstimatorOptions& options, Bandwidth prior)
    : options_(options), estimate_(prior) {
  ensure(options.weight > 0.0 && options.weight <= 1.0, "a weight is a share above 0");
  ensure(options.window >= 1, "a window holds an observation");
  ensure(options.percentile >= 0.0 && options.percentile <= 1.0, "a percentile is a share");
}

void BandwidthEstimator::observe(Bytes size, Seconds time) {
  if (!(size > Bytes()) || !(time > Seconds())) return;
  const auto seen = size / time;
  const double weight = options_.kind == Kind::ewma && has_seen_ ? options_.weight : 1.0;
  estimate_ = weight * seen + (1.0 - weight) * estimate_;
  has_seen_ = true;
  seen_.push_back(seen);
  if (seen_.size() > options_.window) seen_.pop_front();
}

Bandwidth BandwidthEstimator::estimate() const {
  if (has_seen_ && options_.kind == Kind::harmonic_mean) return harmonic_mean();
  if (has_seen_ && options_.kind == Kind::percentile) return percentile();
  return estimate_;
}

Bandwidth BandwidthEstimator::harmonic_mean() const {
  double sum = 0.0;
  for (const auto bandwidth : seen_) sum += 1.0 / bandwidth.value();
  return Bandwidth(static_cast<double>(seen_.size()) / sum);
}

Bandwidth BandwidthEstimator::percentile() const {
  std::vector<Bandwidth> sorted(seen_.begin(), seen_.end());
  std::ranges::sort(sorted);
  const double position = options_.percentile * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(position));
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - static_cast<double>(below));
}

}  // namespace edgecut::belief
