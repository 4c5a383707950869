#include "experiment/parts_tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "experiment/plan_columns.hpp"

namespace edgecut::experiment {
namespace {

// The results that can be told of a class or a group alone.
constexpr std::array part_metrics{"requests",
                                  "completed",
                                  "late",
                                  "dropped",
                                  "failed",
                                  "latency_mean_s",
                                  "latency_p50_s",
                                  "latency_p95_s",
                                  "latency_p99_s",
                                  "latency_max_s",
                                  "preparing_mean_s",
                                  "device_queue_mean_s",
                                  "head_mean_s",
                                  "radio_queue_mean_s",
                                  "upload_mean_s",
                                  "edge_queue_mean_s",
                                  "edge_mean_s",
                                  "relay_mean_s",
                                  "cloud_queue_mean_s",
                                  "tail_mean_s",
                                  "download_mean_s",
                                  "deadline_miss_rate",
                                  "violation_rate",
                                  "energy_inference_J",
                                  "up_mean_B",
                                  "down_mean_B"};

// A part's plan, then what was recorded of it.
void append_part(const metrics::Row& plan, const metrics::Recorder& recorder, metrics::Row& row) {
  metrics::Row all;
  recorder.append_to(all);
  for (const auto& [name, cell] : plan.cells()) row.add(name, cell);
  for (const auto* name : part_metrics) row.add(name, all.at(name));
}

std::vector<metrics::Column> columns_of_part() {
  std::vector<metrics::Column> results;
  const auto known = metrics::Recorder::columns();
  for (const auto* name : part_metrics) results.push_back(metrics::at(known, name));
  return metrics::together({plan_columns(), results});
}

using metrics::Cell;
using OfPart = const PartsTally::Part&;

constexpr auto of_group = std::to_array<metrics::Field<PartsTally::Part>>({
    {{"group", "-", "", "name of the group of the fleet", "as in the scenario", "always trust it", metrics::Fold::none},
     [](OfPart f) -> Cell { return f.group; }},
    {{"devices", "-", "", "how many devices the group has", "as in the scenario", "always trust it"},
     [](OfPart f) -> Cell { return static_cast<std::int64_t>(f.devices); }},
});

constexpr auto of_class = std::to_array<metrics::Field<PartsTally::Part>>({
    {{"group", "-", "", "name of the group of the fleet; empty where all devices are alike", "as in the scenario",
      "always trust it", metrics::Fold::none},
     [](OfPart f) -> Cell { return f.group; }},
    {{"class", "-", "", "name of the class of requests", "as in the scenario", "always trust it", metrics::Fold::none},
     [](OfPart f) -> Cell { return f.request_class; }},
});

}  // namespace

PartsTally::Entry::Entry(Part of, metrics::Keeping keeping) : part(std::move(of)), recorder(part.limits, keeping) {}

void PartsTally::add(Part part) {
  const bool begins_group = !part.joins && !part.group.empty();
  if (!part.joins) first_.insert(first_.end(), part.devices, entries_.size());
  auto& entry = entries_.emplace_back(std::move(part), keeping_);
  if (begins_group) entry.group.emplace(limits_, keeping_);
}

void PartsTally::on(const events::Event& event) {
  recorder_.on(event);
  const auto* ended = std::get_if<events::Ended>(&event);
  const auto* account = events::account_of(event);
  const auto* of = ended != nullptr ? ended : account;
  if (of == nullptr) return;
  const auto first = first_.at(of->device);
  auto& entry = entries_.at(first + of->request_class);
  if (!entry.part.request_class.empty()) entry.recorder.on(event);
  if (auto& group = entries_.at(first).group) group->on(event);
}

std::vector<metrics::Row> PartsTally::groups() const {
  std::vector<metrics::Row> rows;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const auto& [part, recorder, group] = entries_[i];
    if (!group) continue;
    auto plan = part.plan;
    auto cuts = plan.text("cut");
    for (auto next = i + 1; next < entries_.size() && entries_[next].part.joins; ++next) {
      cuts += " / " + entries_[next].part.plan.text("cut");
    }
    plan.set("cut", cuts);
    auto& row = rows.emplace_back();
    metrics::append<Part>(of_group, part, row);
    append_part(plan, *group, row);
  }
  return rows;
}

std::vector<metrics::Row> PartsTally::classes() const {
  std::vector<metrics::Row> rows;
  for (const auto& entry : entries_) {
    if (entry.part.request_class.empty()) continue;
    auto& row = rows.emplace_back();
    metrics::append<Part>(of_class, entry.part, row);
    append_part(entry.part.plan, entry.recorder, row);
  }
  return rows;
}

std::vector<metrics::Column> PartsTally::class_columns() {
  return metrics::together({metrics::columns_of<Part>(of_class), columns_of_part()});
}

std::vector<metrics::Column> PartsTally::group_columns() {
  return metrics::together({metrics::columns_of<Part>(of_group), columns_of_part()});
}

}  // namespace edgecut::experiment
