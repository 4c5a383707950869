// What bandwidth somebody expects who only sees transfers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "units/quantity.hpp"

namespace edgecut::belief {

struct EstimatorOptions {
  enum class Kind : std::uint8_t {
    last,           ///< the last observation
    ewma,           ///< weight x the last one + (1 - weight) x the estimate before; the first counts whole
    harmonic_mean,  ///< of the last `window` [FESTIVE, Jiang, Sekar, Zhang, CoNEXT'12: little moved by outliers]
    percentile,     ///< of the last `window`, between the two nearest
  };
  Kind kind = Kind::last;
  double weight = 0.125;    // of ewma, above 0, to 1; 1/8 as in TCP's round-trip estimate [RFC 6298]
  std::size_t window = 20;  // at least 1
  double percentile = 0.5;  // 0 .. 1; low ones are cautious
};

class BandwidthEstimator {
 public:
  /// `prior` is the estimate before anything is seen, and counts for nothing after.
  BandwidthEstimator(const EstimatorOptions& options, Bandwidth prior);

  /// A transfer that took `time`, latency not included. What had no bytes or took no time says nothing.
  void observe(Bytes size, Seconds time);
  [[nodiscard]] Bandwidth estimate() const;

 private:
  [[nodiscard]] Bandwidth harmonic_mean() const;
  [[nodiscard]] Bandwidth percentile() const;

  EstimatorOptions options_;
  Bandwidth estimate_;  // the prior, the last or the EWMA
  std::deque<Bandwidth> seen_;
  bool has_seen_ = false;
};

}  // namespace edgecut::belief
