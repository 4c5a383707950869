#include "experiment/experiment.hpp"

#include <algorithm>
#include <utility>

#include "belief/beliefs.hpp"
#include "engine/simulate.hpp"
#include "events/broadcast.hpp"
#include "experiment/effort.hpp"
#include "experiment/parts_tally.hpp"
#include "experiment/plan_columns.hpp"
#include "experiment/playing.hpp"
#include "experiment/verdict.hpp"
#include "metrics/recorder.hpp"
#include "metrics/warmup.hpp"
#include "units/ensure.hpp"

namespace edgecut::experiment {
namespace {

metrics::Keeping keeping_of(scenario::Quantiles quantiles) {
  switch (quantiles) {
    case scenario::Quantiles::automatic:
      return metrics::Keeping::automatic;
    case scenario::Quantiles::exact:
      return metrics::Keeping::exact;
    case scenario::Quantiles::sketch:
      return metrics::Keeping::sketch;
  }
  throw InternalError("unknown way of keeping latencies");
}

PartsTally::Part tallied(const Played& played) {
  const auto& own = *played.part;
  PartsTally::Part part{own.group, own.request_class, own.world.devices, own.joins, {}, limits_of(played)};
  append_plan(played.method->believes(), played.varies, played.believed, played.truth, played.decision, part.plan);
  return part;
}

void append_planning(const Playing& playing, std::int64_t replication, const metrics::Recorder& recorder,
                     metrics::Row& row) {
  const auto& first = playing.front();
  append_plan(first.method->believes(), first.varies, first.believed, first.truth, first.decision, row);
  append_effort(account_of(playing, replication, recorder.decisions(), recorder.measuring()), row);
}

// The run again, in which every part plays its fallback where it has no plan: the requests that end within all limits.
std::optional<double> attainment_with_fallback(const Playing& without, partition::Fallback fallback,
                                               metrics::Keeping keeping) {
  const Playing playing(without, fallback);
  metrics::Recorder recorder(playing.limits(), keeping);
  metrics::Warmup counted(recorder, playing.warmups());
  engine::simulate(playing.system(), *playing.front().partitioner, counted);
  return recorder.attainment();
}

}  // namespace

kernel::Choice Experiment::kernel() const {
  if (point_->kernel != kernel::Choice::automatic) return point_->kernel;
  const auto cells = world::cells_of(point_->parts);
  return world::is_tree(cells.all, cells.of_parts) ? kernel::Choice::reference : kernel::Choice::express;
}

bool Experiment::is_settled(std::size_t method) const {
  for (std::size_t i = 0; i < point_->parts.size(); ++i) {
    const auto& own = point_->methods[i].at(method);
    if (own.kind->simulates_every_cut || belief::varies(point_->parts[i].world, own) ||
        own.partitioner->explainer().search() == partition::SearchSpace::elsewhere) {
      return false;
    }
  }
  return true;
}

std::vector<std::optional<plan::Plan>> Experiment::first_plans(std::size_t method, std::int64_t replication) const {
  std::vector<std::optional<plan::Plan>> plans;
  const Playing playing(*point_, method, replication, nullptr);
  for (const auto& own : playing.parts()) plans.push_back(own.decision.plan);
  return plans;
}

void Experiment::run(std::size_t method, std::int64_t replication, const Plans* fixed, metrics::Row& row,
                     events::Observer* also) const {
  const Playing playing(*point_, method, replication, fixed);
  const auto keeping = keeping_of(point_->quantiles);
  const auto limits = playing.limits();
  metrics::Recorder recorder(limits, keeping);
  const bool is_whole = front().is_whole();  // and there is nothing to tally
  PartsTally tally(recorder, limits, keeping);
  for (const auto& own : playing.parts()) {
    if (!is_whole) tally.add(tallied(own));
  }
  metrics::Warmup counted(is_whole ? static_cast<events::Observer&>(recorder) : tally, playing.warmups());
  events::Broadcast observers;
  observers.add(counted);
  if (also != nullptr) observers.add(*also);
  engine::simulate(playing.system(), *playing.front().partitioner, observers);
  append_planning(playing, replication, recorder, row);
  recorder.append_to(row);
  if (const auto without = playing.without_plan(); !without.empty()) {
    row.set("feasible", std::int64_t{0});
    row.set("infeasible_because", without);
  }
  if (recorder.lost(events::FailureReason::infeasible) > 0) {
    const auto attained = attainment_with_fallback(playing, point_->fallback, keeping);
    row.set("attainment", metrics::or_empty(attained));
  }
  append_verdict(row);
  row.add_table("groups", tally.groups());
  row.add_table("classes", tally.classes());
  row.add_table("processors", recorder.processor_rows());
}

std::vector<metrics::Column> Experiment::columns() {
  return metrics::together({plan_columns(), effort_columns(), metrics::Recorder::columns(), verdict_columns()});
}

std::vector<Experiment::TableColumns> Experiment::tables() {
  return {{"groups", PartsTally::group_columns()},
          {"classes", PartsTally::class_columns()},
          {"processors", metrics::Recorder::processor_columns()}};
}

}  // namespace edgecut::experiment
