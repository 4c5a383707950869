// Who is asked for a plan when, by what it sees of the world, and what the plan means for the requests that go by it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <vector>

#include "belief/conditions.hpp"
#include "belief/reported.hpp"
#include "engine/measuring.hpp"
#include "engine/route.hpp"
#include "engine/state.hpp"
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

/// What a new request goes by.
struct Choice {
  const Itinerary* itinerary = nullptr;  // null where there is no plan
  Seconds pause;                         // before the device may begin with it
  bool is_change = false;                // of the client's plan
};

/// For their turn on the servers, if somebody came now.
struct Waits {
  Seconds edge;
  Seconds cloud;
};

/// The decisions of one run. A partitioner is asked once for each distinct problem, that is for each base problem under
/// each conditions that its method comes to believe; a stateful one has a session for each client. What a device decides
/// is counted apart from that: as often as `decide` says, whether or not the answer was known here.
class Planner {
 public:
  /// `waits` says how things stand at the servers, where the method looks at that.
  Planner(const System& system, const partition::Partitioner& partitioner, const State& state,
          std::function<Waits()> waits);

  /// Looks at the world as it is at time 0.
  void start();
  Choice choose(StreamIndex stream, Seconds now);
  /// A transfer of the device over its own link, or its direct one, has taken `time`. All classes of the device learn of it.
  void saw(events::DeviceIndex device, const Step& step, Seconds time, Seconds now);
  /// A benchmark that the stream's method took during the run has ended. It believes that from now on.
  void measured(StreamIndex stream, const Findings& findings, Seconds now);
  /// Tells the client's session, if it has one, what became of a request.
  void tell(StreamIndex stream, const partition::Outcome& outcome);
  /// The device has lost what it had in memory.
  void unload(events::DeviceIndex device);
  /// The device runs at another temperature's speed from now on.
  void heard_of_heat(events::DeviceIndex device, Seconds now);
  /// Somebody takes another share of one of its processors from now on.
  void heard_of_speed(events::DeviceIndex device, std::size_t processor, Seconds now);
  [[nodiscard]] const events::Decisions& decisions() const { return decisions_; }

 private:
  struct Chosen {
    plan::Plan plan;
    Itinerary itinerary;
  };
  // A problem, and what the partitioner says to it for each objective.
  struct Belief {
    const partition::Partitioner* partitioner = nullptr;  // who is asked
    const plan::Problem* base = nullptr;                  // before conditions
    belief::Conditions conditions;
    const plan::Problem* problem = nullptr;
    std::unique_ptr<const plan::Problem> own;  // where it is not the client's
    std::map<plan::Objective, std::unique_ptr<const partition::Decision>> decisions;
  };
  // What the servers said of themselves.
  struct Report {
    Seconds taken;
    Seconds arrives;
    Waits waits;
    double cloud_speed = 1.0;
    double edge_speed = 1.0;
  };
  // What a device's operating system remembers.
  struct SystemReports {
    std::vector<belief::Reported> free;  // by processor of the device: what others leave of it
    belief::Reported clock;
  };
  // What a device's own transfers showed.
  struct Estimates {
    Estimates(const belief::EstimatorOptions& options, const belief::Conditions& prior);
    belief::BandwidthEstimator up, down, direct_up, direct_down;
    std::optional<Seconds> last;  // when anything was seen
  };
  // What a stream's last benchmark of this run found.
  struct Measured {
    std::size_t number = 0;  // of them, from 1
    const plan::Problem* problem = nullptr;
    Findings found;
    belief::Conditions seen;  // what it saw of the world besides when it ended
  };
  // Of a stream. What each request asks comes first, in one cache line.
  struct alignas(64) Chooser {
    std::optional<Choice> settled;       // under this belief, of a partitioner that remembers nothing
    bool is_loaded = false;              // whether there is something in memory
    bool has_news = false;               // from transfers, of the temperature, or of a benchmark
    const plan::Plan* loaded = nullptr;  // of which the head is in memory
    std::shared_ptr<Belief> belief;
    std::unique_ptr<Estimates> estimates;  // where bandwidths are estimated
    Seconds looked;
    Seconds decided;                              // when a decision was due for the last time
    std::uint64_t changes = 0;                    // of the state, that were seen
    std::unique_ptr<partition::Session> session;  // of a stateful one
    const Itinerary* current = nullptr;           // of the last request that had one
    std::optional<Report> report;                 // of the servers, the last that has arrived
    std::optional<Report> coming;                 // the next one
    std::unique_ptr<Measured> measured;           // none before the first benchmark
  };

  [[nodiscard]] const Client& client_of(StreamIndex stream) const { return *state_.streams[stream].client; }
  [[nodiscard]] const DeviceState& device_of(StreamIndex stream) const {
    return state_.devices[state_.streams[stream].device];
  }
  [[nodiscard]] const partition::Partitioner& partitioner_of(StreamIndex stream) const {
    const auto* own = client_of(stream).partitioner;
    return own == nullptr ? partitioner_ : *own;
  }
  void count_decision(StreamIndex stream) { ++decisions_.made[client_number(stream)]; }
  [[nodiscard]] std::size_t client_number(StreamIndex stream) const { return number_of(system_, client_of(stream)); }
  [[nodiscard]] bool is_due(StreamIndex stream, Seconds now) const;
  [[nodiscard]] bool looks_again(const Chooser& chooser, Seconds now) const;
  void look(StreamIndex stream, Seconds now);
  [[nodiscard]] const plan::Problem& base_of(StreamIndex stream) const;
  [[nodiscard]] const plan::Problem& remeasured(StreamIndex stream, std::size_t number);
  [[nodiscard]] belief::Conditions seen_by(StreamIndex stream, Seconds now);
  [[nodiscard]] belief::Conditions seen_besides(StreamIndex stream, Seconds now);
  void see_bandwidths(StreamIndex stream, belief::Conditions& conditions) const;
  static void observe(Chooser& chooser, const Step& step, Seconds time, Seconds now);
  void estimate_bandwidths(Chooser& chooser, Seconds now, belief::Conditions& conditions) const;
  void see_speeds(StreamIndex stream, belief::Conditions& conditions) const;
  void see_temperature(StreamIndex stream, belief::Conditions& conditions) const;
  void see_availability(StreamIndex stream, Seconds now, belief::Conditions& conditions) const;
  void expect_waits(const Waits& waits, belief::Conditions& conditions) const;
  void see_report(StreamIndex stream, Seconds now, belief::Conditions& conditions);
  void see_battery(StreamIndex stream, Seconds now, belief::Conditions& conditions) const;
  std::shared_ptr<Belief> belief_in(StreamIndex stream, const belief::Conditions& conditions);
  const partition::Decision& decide(Belief& belief, const plan::Problem& problem);
  partition::Decision ask_session(StreamIndex stream, Seconds now);
  Choice choice_of(StreamIndex stream, const partition::Decision& decision);
  Seconds loading(StreamIndex stream, const plan::Plan& plan);
  const Itinerary& itinerary_of(StreamIndex stream, const plan::Plan& plan);

  const System& system_;
  const partition::Partitioner& partitioner_;
  const State& state_;
  std::function<Waits()> waits_;
  bool sees_bandwidth_;
  bool sees_speeds_;
  bool sees_availability_;
  bool sees_anything_;
  bool has_sessions_ = false;  // any stream
  Waits known_waits_;
  std::optional<Seconds> waits_seen_;
  std::vector<SystemReports> system_reports_;                // by device, where somebody reads them
  std::vector<Chooser> choosers_;                            // by stream
  std::vector<std::vector<std::unique_ptr<Chosen>>> plans_;  // by client, chosen so far: alike devices share routes
  std::map<std::pair<std::size_t, std::size_t>, std::unique_ptr<const plan::Problem>> remeasured_;  // client, number
  using Key = std::tuple<const plan::Problem*, const partition::Partitioner*, belief::Conditions>;
  std::map<Key, std::shared_ptr<Belief>> beliefs_;
  events::Decisions decisions_;
};

}  // namespace edgecut::engine
