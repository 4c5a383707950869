// Leaves the first requests out of what is recorded.
#pragma once

#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "config/value.hpp"
#include "events/events.hpp"

namespace edgecut::metrics {

/// Passes every event on but for the ends of the first `requests` that arrive at each device. What is summed over the
/// whole run, such as utilisations and the energy of devices, stays of the whole run; so that it can be held against all
/// results, the end of the run says how many in time were kept back.
class Warmup final : public events::Observer {
 public:
  Warmup(events::Observer& observer, std::int64_t requests) : Warmup(observer, std::vector{requests}) {}
  /// As many at each device; the last for those beyond.
  Warmup(events::Observer& observer, std::vector<std::int64_t> requests)
      : observer_(observer), requests_(std::move(requests)) {}

  void on(const events::Event& event) override;

 private:
  events::Observer& observer_;
  std::vector<std::int64_t> requests_;
  std::vector<std::int64_t> arrived_;        // at each device
  std::set<events::RequestId> is_left_out_;  // under way
  std::int64_t completed_ = 0;               // of those left out
};

/// `warmup:` of a scenario: a share of a device's requests ("10 %", rounded down) or a number of them; null: none. Throws
/// config::Error when none of the `requests` would be left.
std::int64_t read_warmup(const config::Value* value, std::int64_t requests);

}  // namespace edgecut::metrics
