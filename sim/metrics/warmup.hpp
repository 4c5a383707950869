// Leaves the first requests out of what is recorded.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "events/events.hpp"
#include "metrics/by_class.hpp"

namespace edgecut::metrics {

/// Passes every event on but for the arrivals and ends of the first `requests` of each class that arrive at each device. What is summed over the
/// whole run, such as utilisations and the energy of devices, stays of the whole run; so that it can be held against all
/// results, the end of the run says how many in time were kept back.
class Warmup final : public events::Observer {
 public:
  Warmup(events::Observer& observer, ByClass<std::int64_t> requests)
      : observer_(observer), requests_(std::move(requests)) {}

  void on(const events::Event& event) override;
  [[nodiscard]] bool follows_power() const override { return observer_.follows_power(); }

 private:
  events::Observer& observer_;
  ByClass<std::int64_t> requests_;
  ByClass<std::int64_t> arrived_;
  ByClass<std::uint64_t> recorded_from_;  // number of a request: they are numbered as they arrive
  std::vector<std::int64_t> completed_;   // of those left out, by device
};

}  // namespace edgecut::metrics
