#include "platform/serving.hpp"

#include <algorithm>
#include <cmath>

#include "units/ensure.hpp"

namespace edgecut::platform {

BatchTimes::BatchTimes(std::vector<std::pair<int, double>> times) : factors_(std::move(times)) {
  ensure(!factors_.empty() && factors_.front().first == 1, "batch times begin with one alone");
  const double one = factors_.front().second;
  for (auto& [size, factor] : factors_) factor /= one;
}

BatchTimes BatchTimes::modelled(double fixed, int largest) {
  if (largest == 1) return {};
  return BatchTimes({{1, 1.0}, {largest, fixed + (1.0 - fixed) * largest}});
}

double BatchTimes::factor(int size) const {
  ensure(size >= 1 && size <= largest(), "a batch is no larger than the largest of its times");
  const auto right = std::ranges::lower_bound(factors_, size, {}, &std::pair<int, double>::first);
  if (right->first == size) return right->second;
  const auto left = right - 1;
  const double share = static_cast<double>(size - left->first) / (right->first - left->first);
  return left->second + share * (right->second - left->second);
}

int Autoscaling::desired(int ready, double utilisation, std::size_t waiting) const {
  const double wanted = target_utilisation ? ready * utilisation / *target_utilisation
                                           : static_cast<double>(waiting) / target_queue.value_or(1.0);
  // A load that is on target to the last digit asks for no further host.
  const double hosts = std::ceil(wanted - 1e-9);
  return static_cast<int>(std::clamp(hosts, static_cast<double>(min_hosts), static_cast<double>(max_hosts)));
}

}  // namespace edgecut::platform
