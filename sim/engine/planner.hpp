// Who is asked for a plan when, and what the plan means for the requests that go by it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "engine/route.hpp"
#include "engine/system.hpp"
#include "events/events.hpp"
#include "partition/partitioner.hpp"

namespace edgecut::engine {

/// A plan as one client plays it: one route for each exit that a request may take.
struct Itinerary {
  const plan::Plan* plan = nullptr;
  std::vector<double> rates;  // by exit
  std::vector<Route> routes;  // by exit; empty where the rate is 0

  /// The exits share [0, 1) in order.
  [[nodiscard]] const Route& route_for(double draw) const;
};

/// The decisions of one run. A stateful partitioner has a session for each device that is asked for each request; any
/// other is asked once for each distinct problem.
class Planner {
 public:
  Planner(const System& system, const partition::Partitioner& partitioner);

  /// What a new request goes by; null where there is no plan.
  const Itinerary* choose(events::DeviceIndex device, const partition::Situation& situation);
  /// Tells the device's session, if it has one, what became of a request.
  void tell(events::DeviceIndex device, const partition::Outcome& outcome);

 private:
  struct Chosen {
    plan::Plan plan;
    Itinerary itinerary;
  };
  struct Chooser {
    std::unique_ptr<partition::Session> session;  // of a stateful partitioner
    std::optional<const Itinerary*> settled;      // of any other
    std::vector<std::unique_ptr<Chosen>> plans;   // chosen so far
  };

  const partition::Decision& decide(const plan::Problem& problem);
  const Itinerary& itinerary_of(events::DeviceIndex device, const plan::Plan& plan);

  const System& system_;
  const partition::Partitioner& partitioner_;
  std::vector<Chooser> choosers_;  // by device
  std::map<const plan::Problem*, std::unique_ptr<partition::Decision>> decisions_;
};

}  // namespace edgecut::engine
