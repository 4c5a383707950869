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
      if (!part->varies(method) || others.memory <= available) continue;
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

  metrics::TrueLimits limits{constraints_.energy, constraints_.deadline};
  metrics::ByClass<std::int64_t> warmups;
  std::vector<PartsTally::Part> parts;
  std::size_t first = 0;  // device of the part
  std::size_t end = 0;
  std::uint32_t number = 0;  // of its class
  for (const auto& own : played) {
    const auto& part = *own.part;
    number = part.joins_ ? number + 1 : 0;
    if (!part.joins_) first = std::exchange(end, end + part.world_.devices);
    const bool breaks = !own.varies && breaks_static_limit(own.truth, own.decision);
    for (auto device = first; device < end; ++device) {
      limits.of_devices.set(device, number, breaks);
      warmups.set(device, number, part.warmup_);
    }
    if (!limits.deadline) limits.deadline = part.constraints_.deadline;
    parts.push_back(tallied(own));
  }
  metrics::Recorder recorder(limits, quantiles_);
  PartsTally tally(recorder, quantiles_);
  for (auto& part : parts) tally.add(std::move(part));
  metrics::Warmup counted(tally, warmups);
  events::Broadcast observers;
  observers.add(counted);
  if (also != nullptr) observers.add(*also);
  engine::simulate(system_of(played, index, replication), *method.partitioner, observers);
  append_planning(method, played.front(), replication, recorder, row);
  recorder.append_to(row);
  const auto add = [&](const char* name, const std::string& text) {
    if (text.empty()) {
      row.add(name, {});
    } else {
      row.add(name, text);
    }
  };
  add("groups", tally.groups());
  const auto classes = tally.classes();
  add("classes", classes.empty() ? std::string() : report::json_line(classes));
  add_processors(recorder, row);
}

PartsTally::Part Experiment::tallied(const Played& played) {
  const auto& own = *played.part;
  PartsTally::Part part{own.group_, own.request_class_, own.world_.devices, own.joins_, {}, {}, {}};
  const auto& decision = played.decision;
  part.cut = decision.plan ? plan::describe(*own.world_.network, *decision.plan)
                           : "infeasible (" + why_infeasible(decision) + ")";
  if (!own.request_class_.empty()) {
    append_plan(played.believes, played.varies, played.believed, played.truth, decision, part.plan);
  }
  part.limits = {own.constraints_.energy, own.constraints_.deadline,
                 !played.varies && breaks_static_limit(played.truth, decision)};
  return part;
}

}  // namespace edgecut::scenario
