// A run of several parts: groups of devices, classes of requests on one device.
#include <fmt/format.h>
#include <algorithm>
#include <deque>
#include <ranges>
#include <utility>

#include "engine/simulate.hpp"
#include "events/broadcast.hpp"
#include "metrics/recorder.hpp"
#include "metrics/warmup.hpp"
#include "report/table.hpp"
#include "scenario/device_memory.hpp"
#include "scenario/experiment.hpp"
#include "scenario/parts_tally.hpp"
#include "scenario/plan_columns.hpp"
#include "scenario/residency.hpp"
#include "scenario/verdict.hpp"
#include "units/limit.hpp"
#include "units/text.hpp"

namespace edgecut::scenario {

std::vector<const Experiment*> Experiment::parts() const {
  std::vector<const Experiment*> all{this};
  for (const auto& other : others_) all.push_back(other.get());
  return all;
}

void Experiment::read_others(const std::vector<Part>& parts, Library& library) {
  for (const auto& part : parts | std::views::drop(1)) {
    auto other = std::make_unique<Experiment>(part, library);
    for (const auto& source : other->ledger_.sources()) ledger_.add(source);
    if (other->constraints_.energy != constraints_.energy) {
      part.scenario.find("constraints")
          ->fail(
              "a budget over time leaves each group of `fleet.groups` another limit; set `energy:`, that of one "
              "inference");
    }
    others_.push_back(std::move(other));
  }
}

// `of`: the scenario.
void Experiment::check_parts(const config::Value& of) const {
  if (is_whole()) return;
  for (const auto& method : methods_) {
    if (!method.kind->simulates_every_cut) continue;
    of.find("partitioners")
        ->fail(fmt::format("'{}' plays one cut on every device and cannot be combined with `{}`", method.name,
                           request_class_.empty() ? "fleet.groups" : "workload.classes"));
  }
  check_memory();
}

// The other classes of the same devices.
std::vector<const Experiment*> Experiment::classes_beside(const Experiment& part) const {
  std::vector<const Experiment*> same;
  bool is_there = false;
  for (const auto* other : parts()) {
    if (!other->joins_) {
      if (is_there) break;
      same.clear();
    }
    if (other == &part) {
      is_there = true;
    } else {
      same.push_back(other);
    }
  }
  return same;
}

Experiment::Others Experiment::networks_beside(const Experiment& part) const {
  std::vector<const dnn::Network*> networks;
  Others others;
  for (const auto* other : classes_beside(part)) {
    networks.push_back(other->world_.network);
    others.weights += other->world_.network->total_weights();
  }
  if (!networks.empty()) others.memory = memory_of(networks);
  return others;
}

void Experiment::check_memory() const {
  for (const auto* part : parts()) {
    if (part->world_.load_rate) continue;
    const auto others = networks_beside(*part);
    const auto available = part->world_.device.available_memory();
    for (const auto& method : part->methods_) {
      if (!part->varies(method) || !exceeds(others.memory, available)) continue;
      throw config::Error(fmt::format(
          "partitioners.{}: a method that plans anew while a run goes on is left what the whole networks of the other "
          "classes of `workload.classes` leave, but they take {} of the {} available; let them take turns (`beside: "
          "{{policy: swapped}}`) or take another method",
          method.name, units::format(others.memory), units::format(available)));
    }
  }
}

std::deque<Experiment::Played> Experiment::plan_parts(std::size_t index, std::int64_t replication) const {
  std::deque<Played> played;
  DeviceMemory memory;
  for (const auto* part : parts()) {
    const auto& method = part->methods_.at(index);
    auto& own = played.emplace_back(Played{part,
                                           part->problem(method, replication),
                                           part->true_problem(replication),
                                           {},
                                           part->varies(method),
                                           method.kind->knowledge != partition::Knowledge::nothing});
    if (!part->joins_) memory = {};
    if (own.varies || part->world_.load_rate) {
      const auto others = networks_beside(*part);
      for (auto* problem : {&own.believed, &own.truth}) {
        take(*problem, part->world_.load_rate ? Bytes() : others.memory, others.weights);
      }
      own.decision = method.partitioner->partition(own.believed);
    } else {
      own.decision = memory.plan(*method.partitioner, own.believed, own.truth);
    }
  }
  return played;
}

bool Experiment::is_settled(std::size_t method) const {
  return std::ranges::none_of(parts(), [&](const Experiment* part) {
    const auto& own = part->methods_.at(method);
    return own.kind->simulates_every_cut || part->varies(own) ||
           own.partitioner->search() == partition::SearchSpace::elsewhere;
  });
}

std::vector<std::optional<plan::Plan>> Experiment::first_plans(std::size_t method, std::int64_t replication) const {
  if (is_whole()) {
    const auto& own = methods_.at(method);
    return {own.partitioner->partition(problem(own, replication)).plan};
  }
  std::vector<std::optional<plan::Plan>> plans;
  for (auto& played : plan_parts(method, replication)) plans.push_back(std::move(played.decision.plan));
  return plans;
}

// A cell that a group has of its own is another one each time; the others are the same in all parts.
Experiment::Cells Experiment::cells() const {
  Cells cells;
  std::optional<std::size_t> common;  // where they begin
  std::size_t first = 0;
  for (const auto* part : parts()) {
    const auto& world = part->world_;
    const bool is_there = part->joins_ || (!part->has_own_cell_ && common);
    if (!is_there) {
      first = cells.all.size();
      for (auto cell : world.cells) {
        if (cell.in) *cell.in += static_cast<std::uint32_t>(first);
        cells.all.push_back(std::move(cell));
      }
      if (!part->has_own_cell_) common = first;
    } else if (!part->has_own_cell_) {
      first = *common;
    }
    cells.of_parts.push_back(world.cell);
    if (world.cell) *cells.of_parts.back() += static_cast<std::uint32_t>(first);
  }
  return cells;
}

engine::System Experiment::system_of(const std::deque<Played>& played, std::size_t index,
                                     std::int64_t replication) const {
  auto system = this->system(replication, played.front().believed);
  system.awareness = methods_.at(index).awareness;
  system.deadline.reset();  // each part has its own
  system.clients.clear();
  const auto cells = this->cells();
  system.cells = cells.all;
  for (const auto& own : played) {
    const auto& part = *own.part;
    auto& client = system.clients.emplace_back(part.client(replication, own.believed));
    client.cell = cells.of_parts.at(system.clients.size() - 1);
    client.joins = part.joins_;
    client.deadline = part.constraints_.deadline;
    client.partitioner = part.methods_.at(index).partitioner.get();
  }
  return system;
}

void Experiment::run_parts(const Method& method, std::int64_t replication, metrics::Row& row,
                           events::Observer* also) const {
  const auto index = static_cast<std::size_t>(&method - methods_.data());
  const auto played = plan_parts(index, replication);

  const auto limits = limits_of(played);
  metrics::Recorder recorder(limits.truly, quantiles_);
  PartsTally tally(recorder, limits.truly, quantiles_);
  for (const auto& own : played) tally.add(tallied(own));
  metrics::Warmup counted(tally, limits.warmups);
  events::Broadcast observers;
  observers.add(counted);
  if (also != nullptr) observers.add(*also);
  engine::simulate(system_of(played, index, replication), *method.partitioner, observers);
  append_planning(method, played.front(), replication, recorder, row);
  recorder.append_to(row);
  if (const auto without = parts_without_plan(played); !without.empty()) {
    row.set("feasible", std::int64_t{0});
    row.set("infeasible_because", without);
  }
  if (recorder.lost(events::FailureReason::infeasible) > 0) {
    row.set("attainment", metrics::or_empty(attainment_with_fallback(played, index, replication)));
  }
  const auto add = [&](const char* name, const std::vector<metrics::Row>& rows) {
    row.add(name, rows.empty() ? metrics::Cell() : metrics::Cell(report::json_line(rows)));
  };
  add("groups", tally.groups());
  add("classes", tally.classes());
  add_processors(recorder, row);
  append_verdict(row);
}

// Of the devices and classes of all parts.
Experiment::LimitsOfParts Experiment::limits_of(const std::deque<Played>& played) const {
  LimitsOfParts limits{{constraints_.energy, constraints_.deadline}, {}};
  metrics::ByClass<const Played*> played_by;
  std::size_t first = 0;  // device of the part
  std::size_t end = 0;
  std::uint32_t number = 0;  // of its class
  for (const auto& own : played) {
    const auto& part = *own.part;
    number = part.joins_ ? number + 1 : 0;
    if (!part.joins_) first = std::exchange(end, end + part.world_.devices);
    for (auto device = first; device < end; ++device) {
      played_by.set(device, number, &own);
      limits.warmups.set(device, number, part.warmup_);
    }
    if (!limits.truly.deadline) limits.truly.deadline = part.constraints_.deadline;
  }
  limits.truly.plan_breaks = [played_by = std::move(played_by)](std::size_t device, std::uint32_t request_class,
                                                                const plan::Plan& plan) {
    return breaks_static_limit(played_by.of(device, request_class)->truth, plan);
  };
  return limits;
}

// "cool.fast: no cut ...; cool.slow: ...": which of them have no plan, and why; empty where all have one.
std::string Experiment::parts_without_plan(const std::deque<Played>& played) {
  std::string text;
  for (const auto& own : played) {
    if (own.decision.plan) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", own.part->part_name(), why_infeasible(own.decision));
  }
  return text;
}

// The run again, in which every part plays its fallback where it has no plan.
std::optional<double> Experiment::attainment_with_fallback(std::deque<Played> played, std::size_t index,
                                                           std::int64_t replication) const {
  std::deque<partition::WithFallback> partitioners;
  for (auto& own : played) {
    const auto& method = own.part->methods_.at(index);
    own.decision = partitioners.emplace_back(*method.partitioner, own.part->fallback_).partition(own.believed);
  }
  const auto limits = limits_of(played);
  metrics::Recorder recorder(limits.truly, quantiles_);
  metrics::Warmup counted(recorder, limits.warmups);
  auto system = system_of(played, index, replication);
  for (std::size_t part = 0; part < played.size(); ++part) {
    system.clients.at(part).partitioner = &partitioners.at(part);
  }
  engine::simulate(system, partitioners.front(), counted);
  return recorder.attainment();
}

PartsTally::Part Experiment::tallied(const Played& played) {
  const auto& own = *played.part;
  PartsTally::Part part{own.group_, own.request_class_, own.world_.devices, own.joins_, {}, {}};
  const auto& decision = played.decision;
  if (!own.request_class_.empty() || !own.group_.empty()) {
    append_plan(played.believes, played.varies, played.believed, played.truth, decision, part.plan);
  }
  part.limits = true_limits(played);
  return part;
}

}  // namespace edgecut::scenario
