// A confidence interval of the mean of numbers that depend on each other, in one pass and constant memory.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace edgecut::metrics {

/// Batch means: the numbers, in the order in which they come, fall into batches of equal size, whose means are taken for
/// independent and normal. There are 32 to 63 whole batches once there are as many numbers: when the 64th is full each two
/// become one and the size doubles. It holds where a batch is much longer than the time for which numbers depend on each
/// other, so neither near saturation nor in short runs; the first numbers are not left out.
class BatchMeans {
 public:
  void add(double value);
  /// Half the 95 % interval by Student's t over the whole batches; none of fewer than ten.
  [[nodiscard]] std::optional<double> half_width() const;
  [[nodiscard]] std::size_t batches() const { return sums_.size(); }
  [[nodiscard]] std::size_t batch_size() const { return size_; }

 private:
  std::size_t size_ = 1;
  std::vector<double> sums_;  // of the whole batches
  double sum_ = 0.0;          // of the batch that is not full yet
  std::size_t count_ = 0;
};

}  // namespace edgecut::metrics
