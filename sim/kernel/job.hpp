// What the parts of the express kernel share: a job in flight, and sums that do not drift.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernel/kernel.hpp"
#include "kernel/tie.hpp"

namespace edgecut::kernel {

/// A computation or a flow.
struct Job {
  Token token;
  double finish = 0.0;       // on its server's own scale of work done for each job
  std::uint32_t place = 0;   // in its server's heap
  std::uint32_t server = 0;  // processor, or number of its access in its link
  enum class State : std::uint8_t { free, computing, flowing } state = State::free;
  std::uint8_t link = 0;  // that a flow is on
};

/// Slots are reused; a job's number is its place here.
using Jobs = std::vector<Job>;

/// A sum to twice the precision of a double, so that adding and taking away millions of times leaves no error
/// (Knuth's two-sum).
class Sum {
 public:
  void add(double term) {
    const double total = high_ + term;
    const double part = total - high_;
    low_ += (high_ - (total - part)) + (term - part);
    high_ = total;
  }
  void add(const Sum& other, double sign) {
    add(sign * other.high_);
    add(sign * other.low_);
  }
  [[nodiscard]] double value() const { return high_ + low_; }

 private:
  double high_ = 0.0;
  double low_ = 0.0;
};

}  // namespace edgecut::kernel
