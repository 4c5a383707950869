#include "metrics/losses.hpp"

#include <cmath>
#include <utility>

namespace edgecut::metrics {

double lost_requests(const Row& row) {
  return row.number("dropped") + row.number("failed");
}

bool is_better_run(const Row& row, const Row& other, std::string_view column) {
  const double mean = row.number(column);
  const double of_other = other.number(column);
  if (std::isnan(mean) || std::isnan(of_other)) return !std::isnan(mean) && std::isnan(of_other);
  return std::pair(lost_requests(row), mean) < std::pair(lost_requests(other), of_other);
}

}  // namespace edgecut::metrics
