#include "metrics/recorder.hpp"

#include <algorithm>
#include <array>

#include "metrics/figures.hpp"
#include "units/limit.hpp"

namespace edgecut::metrics {

void Recorder::on(const events::Event& event) {
  if (const auto* ended = std::get_if<events::Ended>(&event)) {
    add(*ended);
  } else if (const auto* run_ended = std::get_if<events::RunEnded>(&event)) {
    recorded_.ended = *run_ended;
  } else if (std::holds_alternative<events::Arrived>(event)) {
    recorded_.backlog = recorded_.arrived - recorded_.requests();
    ++recorded_.arrived;
  }
  if (const auto* account = events::account_of(event)) add_account(*account);
}

void Recorder::add(const events::Ended& ended) {
  using events::Outcome;
  switch (ended.outcome) {
    case Outcome::completed:
      ++recorded_.completed;
      if (recorded_.completed_by.size() <= ended.device) recorded_.completed_by.resize(ended.device + 1);
      ++recorded_.completed_by[ended.device];
      break;
    case Outcome::late:
      ++recorded_.late;
      break;
    case Outcome::dropped:
      ++recorded_.dropped;
      if (ended.reason == events::FailureReason::server_full) ++recorded_.refused;
      return lose(ended.reason);
    case Outcome::failed:
      ++recorded_.failed;
      return lose(ended.reason);
  }
  const double latency = (ended.timeline.ended - ended.timeline.arrived).value();
  recorded_.latencies.add(latency);
  recorded_.batches.add(latency);
  recorded_.latency.add(latency);
  add_parts(ended.timeline.parts);
  recorded_.up.add(ended.up.value());
  recorded_.down.add(ended.down.value());
}

void Recorder::add_account(const events::Ended& ended) {
  if (ended.outcome != events::Outcome::completed && ended.outcome != events::Outcome::late) return;
  recorded_.energy_inference.add(ended.energy.total().value());
  if (broke_a_limit(ended)) {
    ++recorded_.violations;
  } else if (ended.outcome == events::Outcome::completed) {
    ++recorded_.attained;
  }
}

bool Recorder::broke_a_limit(const events::Ended& ended) {
  if (ended.was_hopeless && ended.outcome == events::Outcome::late) return true;
  if (plan_breaks_a_limit(ended)) return true;
  const auto energy = limits_.energy.of(ended.device, ended.request_class);
  return energy && exceeds(ended.energy.total(), *energy);
}

bool Recorder::plan_breaks_a_limit(const events::Ended& ended) {
  if (!limits_.plan_breaks || ended.plan == nullptr) return false;
  if (ended.plan == last_plan_.first) return last_plan_.second;
  const auto [known, is_new] = known_plans_.try_emplace(ended.plan, false);
  if (is_new) known->second = limits_.plan_breaks(ended.device, ended.request_class, *ended.plan);
  last_plan_ = *known;
  return known->second;
}

std::optional<double> Recorded::attainment() const {
  if (requests() == 0) return std::nullopt;
  return static_cast<double>(attained) / static_cast<double>(requests());
}

Cell Recorded::main_loss() const {
  static constexpr std::array<const char*, events::failure_reasons> words{
      "a device's queue was full", "no plan", "device off", "battery empty", "replaced by a newer request",
      "a server's queue was full"};
  const auto most = std::ranges::max_element(lost);
  return *most == 0 ? Cell() : Cell(std::string(words.at(static_cast<std::size_t>(most - lost.begin()))));
}

void Recorder::add_parts(const events::Parts& parts) {
  recorded_.preparing.add(parts.preparing.value());
  recorded_.device_queue.add(parts.device_queue.value());
  recorded_.head.add(parts.head.value());
  recorded_.radio_queue.add(parts.radio_queue.value());
  recorded_.upload.add(parts.upload.value());
  recorded_.edge_queue.add(parts.edge_queue.value());
  recorded_.edge.add(parts.edge.value());
  recorded_.relay.add(parts.relay.value());
  recorded_.cloud_queue.add(parts.cloud_queue.value());
  recorded_.tail.add(parts.tail.value());
  recorded_.download.add(parts.download.value());
}

void Recorder::append_to(Row& row) const {
  append(recorder_fields(), Figures(recorded_, limits_.has_deadline), row);
}

std::vector<Row> Recorder::processor_rows() const {
  std::vector<Row> rows;
  for (const auto& one : processor_figures(recorded_.ended)) append(processor_fields(), one, rows.emplace_back());
  return rows;
}

std::vector<Column> Recorder::columns() {
  return columns_of(recorder_fields());
}

std::vector<Column> Recorder::processor_columns() {
  return columns_of(processor_fields());
}

}  // namespace edgecut::metrics
