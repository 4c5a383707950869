// One point of a study: a scenario with every setting fixed, and the methods that are compared in it.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "belief/belief.hpp"
#include "belief/conditions.hpp"
#include "belief/profile_error.hpp"
#include "engine/system.hpp"
#include "events/events.hpp"
#include "metrics/by_class.hpp"
#include "metrics/quantiles.hpp"
#include "metrics/recorder.hpp"
#include "metrics/row.hpp"
#include "partition/fallback.hpp"
#include "partition/registry.hpp"
#include "scenario/benchmark.hpp"
#include "scenario/classes.hpp"
#include "scenario/nominal.hpp"
#include "scenario/parts_tally.hpp"
#include "scenario/world.hpp"
#include "workload/workload.hpp"

namespace edgecut::scenario {

/// One entry under `partitioners:`: a policy and what it is allowed to know.
struct Method {
  std::string name;
  const partition::Kind* kind = nullptr;
  partition::PartitionerPtr partitioner;
  partition::Knowledge knowledge = partition::Knowledge::nothing;  // what its layer times are based on
  std::optional<World> reference;    // the world under `benchmarked_at`: what was recorded, and the bandwidth then
  bool knows_bandwidth = true;       // plans with today's bandwidth, not with the reference's
  belief::Awareness awareness = {};  // what it sees while a run goes on
  Nominal nominal = {};
  double server_load = 1.0;                                // factor on the cloud's times that it plans with
  std::optional<belief::ProfileError> profile_error = {};  // of its layer times, beside what it cannot know anyway
  belief::Measuring measuring = {};                        // how whatever it measures is measured
  Effort effort = {};
  Recorded recorded = {};          // with `benchmarked_at`
  std::optional<double> age = {};  // days since then
};

/// How it measures in one replication: another benchmark in each.
belief::Measuring measuring_of(const Method& method, std::int64_t replication);

class Experiment {
 public:
  /// Reads a whole scenario; `sweep`, `replications`, `compare` and `question` are the study's and are not looked at.
  /// Throws config::Error on anything that is wrong or inconsistent.
  Experiment(const config::Value& scenario, Library& library);

  [[nodiscard]] const World& world() const { return world_; }
  [[nodiscard]] const std::vector<Method>& methods() const { return methods_; }
  /// One part of a scenario, by itself.
  Experiment(const Part& part, Library& library);

  /// Groups of a fleet and classes of requests, in order; its own figures are the first part's.
  /// Whether a figure of that path, of its own device or of what all share, has a part in the results.
  [[nodiscard]] bool uses(std::string_view path) const;
  [[nodiscard]] std::vector<const Experiment*> parts() const;
  /// The name of its class of requests; empty where all are alike. Whether it has the devices of the part before it.
  [[nodiscard]] const std::string& request_class() const { return request_class_; }
  [[nodiscard]] bool joins() const { return joins_; }
  /// "cool.fast": its group and class; empty where it is all there is.
  [[nodiscard]] std::string part_name() const {
    return group_ + (group_.empty() || request_class_.empty() ? "" : ".") + request_class_;
  }
  /// How many of the first requests of each of its devices are not recorded.
  [[nodiscard]] std::int64_t warmup() const { return warmup_; }
  [[nodiscard]] const config::Ledger& ledger() const { return ledger_; }
  [[nodiscard]] plan::Objective objective() const { return objective_; }
  [[nodiscard]] const plan::Constraints& constraints() const { return constraints_; }
  /// The kernel that it is played on; never automatic.
  [[nodiscard]] kernel::Choice kernel() const;
  [[nodiscard]] const workload::Workload& workload() const { return workload_; }
  /// Of the drop in accuracy of each encoding.
  [[nodiscard]] const std::vector<std::string>& accuracy_sources() const { return accuracy_sources_; }
  /// Of replication 0.
  [[nodiscard]] std::uint64_t seed() const { return seed_; }

  /// Whether a method may come to other plans while a run goes on.
  [[nodiscard]] bool replans(const Method& method) const;
  /// Whether the first plan of the method of that number stays for the whole run, and can be known without playing it.
  [[nodiscard]] bool is_settled(std::size_t method) const;
  /// What it chooses at first, for each of parts(); none where it finds no plan.
  [[nodiscard]] std::vector<std::optional<plan::Plan>> first_plans(std::size_t method, std::int64_t replication) const;
  /// What a method sees in one replication, and what is true.
  [[nodiscard]] plan::Problem problem(const Method& method, std::int64_t replication) const;
  /// The nominal rates that it knows in one replication.
  [[nodiscard]] profile::NominalRates nominal_rates(const Method& method, std::int64_t replication) const;
  /// What it has to measure before it can plan.
  [[nodiscard]] std::vector<Charge> charges(const Method& method, std::int64_t replication) const;
  [[nodiscard]] plan::Problem true_problem(std::int64_t replication) const;

  /// The plans that `best_fixed` plays: every cut that keeps the limits in truth.
  [[nodiscard]] std::vector<plan::Plan> feasible_cuts(std::int64_t replication) const;

  /// Simulates one replication and appends the columns of columns() to `row`: the plan's, then the metrics'. `fixed`
  /// replaces the method's choice (best_fixed). `also`, where there is one, is told all that happens.
  void run(const Method& method, std::int64_t replication, const plan::Plan* fixed, metrics::Row& row,
           events::Observer* also = nullptr) const;
  static std::vector<metrics::Column> columns();

 private:
  void read_training(Library& library);
  void set_ages();
  [[nodiscard]] belief::Task task() const;
  void take_bandwidths(belief::Belief& belief, std::int64_t replication) const;
  [[nodiscard]] profile::Profile profile_of(const Method& method, const World& reference,
                                            std::int64_t replication) const;
  [[nodiscard]] profile::Profile believed_times(const Method& method, const World& reference,
                                                std::int64_t replication) const;
  void see_clocks(const Method& method, std::int64_t replication, plan::Problem& problem) const;
  [[nodiscard]] std::vector<Charge> all_charges(const Method& method, std::int64_t replication) const;
  void read(const config::Value& scenario, Library& library);
  void check_number_of_requests(const config::Value& scenario) const;
  void check_kernel(const config::Value& scenario) const;
  void read_part(const Part& part, Library& library);
  void read_others(const std::vector<Part>& parts, Library& library);
  // All cells of the fleet, and which of them each part's devices are in.
  struct Cells {
    std::vector<platform::Cell> all;
    std::vector<std::optional<std::uint32_t>> of_parts;
  };
  [[nodiscard]] Cells cells() const;
  // One part of a run: what its method believes, what is true, what it does.
  struct Played {
    const Experiment* part = nullptr;
    plan::Problem believed;
    plan::Problem truth;
    partition::Decision decision;
    bool varies = false;   // while the run goes on
    bool believes = true;  // looks at times
  };
  struct Others {
    Bytes memory;
    Bytes weights;
  };
  [[nodiscard]] bool varies(const Method& method) const;
  [[nodiscard]] std::vector<const Experiment*> classes_beside(const Experiment& part) const;
  [[nodiscard]] Others networks_beside(const Experiment& part) const;
  // Neither a group nor a class: all there is.
  [[nodiscard]] bool is_whole() const { return group_.empty() && request_class_.empty(); }
  void check_parts(const config::Value& of) const;
  void check_memory() const;
  [[nodiscard]] std::deque<Played> plan_parts(std::size_t index, std::int64_t replication) const;
  [[nodiscard]] engine::System system_of(const std::deque<Played>& played, std::size_t index,
                                         std::int64_t replication) const;
  [[nodiscard]] std::optional<double> attainment_with_fallback(const Method& method, const Played& played,
                                                               std::int64_t replication) const;
  [[nodiscard]] std::optional<double> attainment_with_fallback(std::deque<Played> played, std::size_t index,
                                                               std::int64_t replication) const;
  void append_planning(const Method& method, const Played& played, std::int64_t replication,
                       const metrics::Recorder& recorder, metrics::Row& row) const;
  [[nodiscard]] static PartsTally::Part tallied(const Played& played);
  [[nodiscard]] static metrics::TrueLimits true_limits(const Played& played);
  struct LimitsOfParts {
    metrics::TrueLimits truly;
    metrics::ByClass<std::int64_t> warmups;
  };
  [[nodiscard]] LimitsOfParts limits_of(const std::deque<Played>& played) const;
  [[nodiscard]] static std::string parts_without_plan(const std::deque<Played>& played);
  [[nodiscard]] engine::System system(std::int64_t replication, const plan::Problem& believed) const;
  [[nodiscard]] engine::Client client(std::int64_t replication, const plan::Problem& believed) const;
  void run_parts(const Method& method, std::int64_t replication, metrics::Row& row, events::Observer* also) const;

  config::Ledger ledger_;
  World world_;
  workload::Workload workload_;
  std::int64_t warmup_ = 0;  // requests of each device that are not recorded
  Bytes input_;
  Bytes result_;
  std::vector<belief::Encoding> encodings_;
  std::vector<std::string> accuracy_sources_;  // by encoding
  plan::Objective objective_ = plan::Objective::latency;
  plan::Constraints constraints_;
  std::optional<engine::Lifetime> lifetime_;
  std::vector<engine::OffPeriod> off_;
  std::optional<Bandwidth> model_storage_;
  engine::Models models_ = engine::Models::resident;
  partition::Fallback fallback_ = partition::Fallback::device_only;
  std::optional<std::int64_t> day_;  // of the scenario, since 1970-01-01
  std::uint64_t seed_ = 1;
  kernel::Choice kernel_ = kernel::Choice::reference;
  metrics::Keeping quantiles_ = metrics::Keeping::automatic;
  std::vector<const dnn::Network*> training_;  // what regressions learn from; owned by the library
  std::vector<Method> methods_;
  std::string group_;                                      // of a fleet; empty: all devices are alike
  std::string request_class_;                              // empty: all requests are alike
  bool joins_ = false;                                     // the devices of the part before it
  bool has_own_cell_ = false;                              // that no other group is in
  std::optional<Seconds> period_of_all_;                   // of the requests of all classes of a device
  std::vector<std::unique_ptr<const Experiment>> others_;  // the other parts
};

}  // namespace edgecut::scenario
