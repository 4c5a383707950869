#include "scenario/energy_budget.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "units/text.hpp"

namespace edgecut::scenario {

namespace {

// Bounds of the device's mean power, of which the least counts.
class Bounds {
 public:
  Bounds(config::Map& constraints, const platform::Device& device, const std::optional<Seconds>& period)
      : constraints_(constraints), device_(device), period_(period) {}

  // Throws config::Error where that bound means nothing.
  void need(const char* key, bool needs_battery) const {
    const auto& value = constraints_.child(key);
    if (!period_) value.fail("needs a workload with a rate: arrivals one at a time have none");
    if (needs_battery && !device_.battery) value.fail("the device has no `battery:`");
  }
  // `joules` of the battery's are for `time`, in which it is filled, too.
  void add_charge(const char* key, Joules joules, Seconds time, const std::string& how) {
    const auto harvest = device_.battery->harvest.mean(time);
    add(key, joules / time + harvest,
        harvest > Watts() ? fmt::format("{} + {} harvested", how, units::format(harvest)) : how);
  }
  void add(const char* key, Watts power, const std::string& how) {
    if (least_ && *least_ <= power) return;
    least_ = power;
    source_ = fmt::format("{} {}: {} = {}, less {} idle, x {} between requests", key, constraints_.child(key).scalar,
                          how, units::format(power), units::format(device_.idle), units::format(*period_));
  }
  // What they leave for one inference beyond idling; none where there is no bound.
  [[nodiscard]] std::optional<Joules> of_inference() const {
    return least_ ? std::optional(std::max(Joules(), (*least_ - device_.idle) * *period_)) : std::nullopt;
  }
  [[nodiscard]] const std::string& source() const { return source_; }

 private:
  config::Map& constraints_;
  const platform::Device& device_;
  const std::optional<Seconds>& period_;
  std::optional<Watts> least_;
  std::string source_;
};

}  // namespace

EnergyBudget read_energy_budget(config::Map& constraints, const platform::Device& device,
                                const std::optional<Seconds>& period) {
  Bounds bounds(constraints, device, period);
  if (const auto inferences = constraints.find<double>("inferences_per_charge")) {
    bounds.need("inferences_per_charge", true);
    const auto capacity = device.battery->usable_capacity();
    bounds.add_charge(
        "inferences_per_charge", capacity, *period * *inferences,
        fmt::format("{} usable / ({:.6g} x {})", units::format(capacity), *inferences, units::format(*period)));
  }
  if (const auto hourly = constraints.find<Joules>("energy_per_hour")) {
    bounds.need("energy_per_hour", false);
    bounds.add("energy_per_hour", *hourly / Seconds(3600.0), "over an hour");
  }
  EnergyBudget budget;
  budget.otherwise = bounds.of_inference();
  budget.lifetime = constraints.find<Seconds>("lifetime");
  if (budget.lifetime) {
    bounds.need("lifetime", true);
    const auto charge = device.battery->charge();
    bounds.add_charge("lifetime", charge, *budget.lifetime,
                      fmt::format("{} charged / {}", units::format(charge), constraints.child("lifetime").scalar));
  }
  budget.inference = bounds.of_inference();
  budget.source = bounds.source();
  return budget;
}

}  // namespace edgecut::scenario
