#include "scenario/parts_tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "scenario/plan_columns.hpp"

namespace edgecut::scenario {
namespace {

// Of the results: what can be told of a class alone.
constexpr std::array class_metrics{"requests",
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

bool has_result(const events::Ended& ended) {
  return ended.outcome == events::Outcome::completed || ended.outcome == events::Outcome::late;
}

}  // namespace

PartsTally::Entry::Entry(Part of, metrics::Keeping keeping) : part(std::move(of)), recorder(part.limits, keeping) {}

void PartsTally::add(Part part) {
  if (!part.joins) first_.insert(first_.end(), part.devices, entries_.size());
  entries_.emplace_back(std::move(part), keeping_);
}

void PartsTally::on(const events::Event& event) {
  recorder_.on(event);
  const auto* ended = std::get_if<events::Ended>(&event);
  const auto* account = events::account_of(event);
  const auto* of = ended != nullptr ? ended : account;
  if (of == nullptr) return;
  auto& entry = entries_.at(first_.at(of->device) + of->request_class);
  if (!entry.part.request_class.empty()) entry.recorder.on(event);
  if (account != nullptr && has_result(*account)) entry.energy += account->energy.total().value();
  if (ended == nullptr) return;
  ++entry.requests;
  if (ended->outcome == events::Outcome::completed) ++entry.completed;
  if (!has_result(*ended)) return;
  ++entry.results;
  entry.latency += (ended->timeline.ended - ended->timeline.arrived).value();
}

// The classes of a group together.
std::string PartsTally::text(const std::vector<const Entry*>& group) {
  Entry sum(group.front()->part, metrics::Keeping::automatic);
  sum.part.cut.clear();
  for (const auto* entry : group) {
    sum.part.cut += (sum.part.cut.empty() ? "" : " / ") + entry->part.cut;
    sum.requests += entry->requests;
    sum.completed += entry->completed;
    sum.results += entry->results;
    sum.latency += entry->latency;
    sum.energy += entry->energy;
  }
  auto text = fmt::format("{}: {}, {}, ", sum.part.group, sum.part.devices, sum.part.cut);
  const auto results = static_cast<double>(sum.results);
  if (sum.results > 0) text += fmt::format("{:.4g} s, {:.4g} J, ", sum.latency / results, sum.energy / results);
  return text + fmt::format("{}/{}", sum.completed, sum.requests);
}

std::string PartsTally::groups() const {
  std::string all;
  std::vector<const Entry*> group;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].part.group.empty()) continue;
    group.push_back(&entries_[i]);
    if (i + 1 < entries_.size() && entries_[i + 1].part.joins) continue;
    all += (all.empty() ? "" : "; ") + text(group);
    group.clear();
  }
  return all;
}

std::vector<metrics::Row> PartsTally::classes() const {
  std::vector<metrics::Row> rows;
  for (const auto& entry : entries_) {
    if (entry.part.request_class.empty()) continue;
    metrics::Row all;
    entry.recorder.append_to(all);
    metrics::Row row;
    row.add("group", entry.part.group);
    row.add("class", entry.part.request_class);
    for (const auto& [name, cell] : entry.part.plan.cells()) row.add(name, cell);
    for (const auto* name : class_metrics) row.add(name, all.at(name));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<metrics::Column> PartsTally::class_columns() {
  std::vector<metrics::Column> table{{"group", "", "of the fleet; empty where all devices are alike"},
                                     {"class", "", "name of the class of requests"}};
  for (auto& column : plan_columns()) table.push_back(std::move(column));
  for (const auto* name : class_metrics) {
    const auto& known = metrics::Recorder::columns();
    table.push_back(*std::ranges::find(known, name, &metrics::Column::name));
  }
  return table;
}

}  // namespace edgecut::scenario
