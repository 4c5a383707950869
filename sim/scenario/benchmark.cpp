#include "scenario/benchmark.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdio>

namespace edgecut::scenario {
namespace {

using config::Map;
using config::Value;

Seconds sum(const std::vector<Seconds>& times) {
  Seconds total;
  for (const auto time : times) {
    if (time < plan::never) total += time;
  }
  return total;
}

// Of all processors that may run the head: a pass over every layer on each.
Seconds device_pass(const plan::Problem& problem) {
  Seconds total;
  for (const auto& processor : problem.processors) total += sum(processor.layer_time);
  return total;
}

Seconds one_pass(const plan::Problem& problem) {
  return device_pass(problem) + sum(problem.cloud_time) + (problem.edge ? sum(problem.edge->layer_time) : Seconds());
}

Joules energy_of_pass(const plan::Problem& problem) {
  Joules energy;
  for (const auto& processor : problem.processors) energy += processor.active_increment * sum(processor.layer_time);
  return energy;
}

double ratio(double believed, double is) {
  return is > 0.0 ? believed / is : 1.0;
}

struct Ratios {
  double uplink = 1.0;
  double device = 1.0;
  double cloud = 1.0;

  [[nodiscard]] double distance() const { return std::hypot(std::log(uplink), std::log(device), std::log(cloud)); }
};

Ratios ratios(const plan::Problem& believed, const plan::Problem& truth) {
  return {ratio(believed.link.up.value(), truth.link.up.value()),
          ratio(device_pass(believed).value(), device_pass(truth).value()),
          ratio(sum(believed.cloud_time).value(), sum(truth.cloud_time).value())};
}

void add(metrics::Row& row, const char* column, const std::optional<double>& value) {
  const metrics::Cell empty;
  row.add(column, value ? metrics::Cell(*value) : empty);
}

void append_deciding(const Effort& effort, const Account& account, metrics::Row& row) {
  if (!effort.deciding) {
    add(row, "deciding_s", std::nullopt);
    add(row, "deciding_J", std::nullopt);
    return;
  }
  const auto& device = account.truth.processors.front();
  const auto here = effort.decides_in_cloud ? account.truth.cloud_nominal : device.nominal;
  const Seconds time = *effort.deciding * (effort.rate / here) * static_cast<double>(account.decisions);
  row.add("deciding_s", time.value());
  row.add("deciding_J", effort.decides_in_cloud ? 0.0 : (device.active_increment * time).value());
}

}  // namespace

std::int64_t read_day(const Value& value) {
  const auto text = config::as<std::string>(value);
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int used = 0;
  const bool is_read = std::sscanf(text.c_str(), "%4d-%2u-%2u%n", &year, &month, &day, &used) == 3;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!is_read || static_cast<std::size_t>(used) != text.size() || !date.ok()) {
    value.fail(fmt::format("'{}' is no date such as 2026-11-24", text));
  }
  return std::chrono::sys_days(date).time_since_epoch().count();
}

bool is_recorded(const std::string& key) {
  return key == "date" || key == "temperature";
}

Recorded read_recorded(const Value& settings) {
  Recorded recorded;
  if (const auto* date = settings.find("date")) recorded.day = read_day(*date);
  if (const auto* temperature = settings.find("temperature")) {
    recorded.temperature = config::as<double>(*temperature, {-60.0, 200.0});
  }
  return recorded;
}

Effort read_effort(Map& partitioner) {
  Effort effort;
  if (const auto* value = partitioner.find_child("benchmark")) {
    config::read(*value, [&](Map& map) { effort.repetitions = map.get<std::int64_t>("repetitions", {1.0, 1e9}); });
  }
  if (const auto* value = partitioner.find_child("decision")) {
    config::read(*value, [&](Map& map) {
      enum class On { device, cloud };
      effort.deciding = map.get<Seconds>("time", config::non_negative);
      effort.rate = map.get<FlopRate>("rate", config::positive);
      effort.decides_in_cloud =
          map.choice_or("on", On::device, {{"device", On::device}, {"cloud", On::cloud}}) == On::cloud;
    });
  }
  return effort;
}

void append_effort(const Effort& effort, const Account& account, metrics::Row& row) {
  const double passes = account.has_benchmark ? static_cast<double>(effort.repetitions) : 0.0;
  row.add("benchmarking_s", passes * one_pass(account.believed).value());
  row.add("benchmarking_J", passes * energy_of_pass(account.believed).value());
  append_deciding(effort, account, row);
  add(row, "profile_age_d", account.age);
  add(row, "profile_temperature_C", account.temperature);
  const auto of = ratios(account.believed, account.truth);
  const auto believed = [&](double value) { return account.has_belief ? std::optional(value) : std::nullopt; };
  add(row, "believed_uplink_ratio", believed(of.uplink));
  add(row, "believed_device_ratio", believed(of.device));
  add(row, "believed_cloud_ratio", believed(of.cloud));
  add(row, "staleness", believed(of.distance()));
}

const std::vector<metrics::Column>& effort_columns() {
  static const std::vector<metrics::Column> table{
      {"benchmarking_s", "s",
       "host time to measure every layer on every host that may run it, as often as `benchmark` says (once); 0 without "
       "benchmark"},
      {"benchmarking_J", "J", "of the device, above idle, for its part of that"},
      {"deciding_s", "s", "time of all decisions on the host that makes them; empty without `decision`"},
      {"deciding_J", "J", "of the device, above idle, for them; 0 where the cloud decides"},
      {"profile_age_d", "d", "days from the benchmark's date to the scenario's; empty where either is not given"},
      {"profile_temperature_C", "°C",
       "of the device at the benchmark, degrees Celsius, as recorded; empty where it is not"},
      {"believed_uplink_ratio", "", "uplink as believed / as it is at the start of the run"},
      {"believed_device_ratio", "",
       "seconds of all layers on the device's listed processors, as believed / as they are"},
      {"believed_cloud_ratio", "", "the same in the cloud"},
      {"staleness", "",
       "distance of belief from truth: root of the sum of the squared logarithms of these three; 0: up to "
       "date"},
  };
  return table;
}

}  // namespace edgecut::scenario
