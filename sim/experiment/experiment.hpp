// Plays the methods of one point of a study.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "belief/method.hpp"
#include "events/events.hpp"
#include "kernel/kernel.hpp"
#include "metrics/columns.hpp"
#include "metrics/row.hpp"
#include "plan/problem.hpp"
#include "scenario/point.hpp"

namespace edgecut::experiment {

/// A plan for each part of a point.
using Plans = std::vector<plan::Plan>;

class Experiment {
 public:
  /// Borrows the point.
  explicit Experiment(const scenario::Point& point) : point_(&point) {}

  [[nodiscard]] const std::vector<world::Part>& parts() const { return point_->parts; }
  /// The first part: all there is where there are no groups and no classes.
  [[nodiscard]] const world::Part& front() const { return point_->parts.front(); }
  /// The methods as they plan for the first part; those of the others have the same names in the same order.
  [[nodiscard]] const std::vector<belief::Method>& methods() const { return point_->methods.front(); }
  [[nodiscard]] const std::vector<belief::Method>& methods_of(std::size_t part) const { return point_->methods[part]; }
  /// The kernel that it is played on; never automatic.
  [[nodiscard]] kernel::Choice kernel() const;

  /// Whether the first plan of the method of that number stays for the whole run, and can be known without playing it.
  [[nodiscard]] bool is_settled(std::size_t method) const;
  /// What it chooses at first, for each of parts(); none where it finds no plan.
  [[nodiscard]] std::vector<std::optional<plan::Plan>> first_plans(std::size_t method, std::int64_t replication) const;

  /// What `best_fixed` and the frontier play: for each part a plan that keeps its limits in truth, in every combination
  /// whose heads fit on their devices together. Throws config::Error where these are more than most_combinations.
  [[nodiscard]] std::vector<Plans> fixed_plans(std::int64_t replication) const;
  /// Those of that number among them, without making the others.
  [[nodiscard]] Plans fixed_plans(std::int64_t replication, std::size_t number) const;

  /// Simulates one replication, appends the columns of columns() to `row`, the plan's, then the metrics', and gives it
  /// those of tables() that apply. `fixed` replaces the method's choices (best_fixed). `also`, where there is one, is told
  /// all that happens.
  void run(std::size_t method, std::int64_t replication, const Plans* fixed, metrics::Row& row,
           events::Observer* also = nullptr) const;
  static std::vector<metrics::Column> columns();
  /// What a run's row may have beside it: of a fleet of groups each of them, of several classes of requests each, of
  /// devices with more than one processor each of these.
  struct TableColumns {
    std::string name;
    std::vector<metrics::Column> columns;
  };
  static std::vector<TableColumns> tables();

 private:
  const scenario::Point* point_;
};

/// The most combinations of plans for the parts of a point: a list of more would take hours to play.
inline constexpr std::size_t most_combinations = 100'000;

}  // namespace edgecut::experiment
