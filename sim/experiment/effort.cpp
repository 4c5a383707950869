#include "experiment/effort.hpp"

#include <optional>
#include <string>

#include "belief/availability.hpp"
#include "belief/charges.hpp"
#include "belief/staleness.hpp"

namespace edgecut::experiment {
namespace {

struct Spent {
  std::optional<double> seconds;
  std::optional<double> joules;
};

// What the decisions of one device took on the host that makes them.
Spent deciding(const Account& account) {
  const auto& effort = account.first.method->effort;
  if (!effort.deciding) return {};
  const auto& truth = account.first.truth;
  const auto& device = truth.processors.front();
  const auto here = effort.decides_in_cloud ? truth.cloud_nominal : device.nominal;
  const Seconds time = *effort.deciding * (effort.rate / here) * account.decisions;
  return {time.value(), effort.decides_in_cloud ? 0.0 : (device.active_increment * time).value()};
}

void append_charges(const Account& account, metrics::Row& row) {
  double seconds = 0.0;
  double joules = 0.0;
  for (const auto& charge : account.charges) {
    seconds += charge.time().value();
    joules += charge.joules().value();
  }
  const auto spent = deciding(account);
  const auto with = [](double before, std::optional<double> more) {
    return more ? std::optional(before + *more) : more;
  };
  row.add("benchmarking_s", seconds);
  row.add("benchmarking_J", joules);
  row.add("deciding_s", metrics::or_empty(spent.seconds));
  row.add("deciding_J", metrics::or_empty(spent.joules));
  row.add("effort_s", metrics::or_empty(with(seconds, spent.seconds)));
  row.add("effort_J", metrics::or_empty(with(joules, spent.joules)));
  row.add("effort_of", metrics::or_empty(belief::explain(account.charges)));
}

void append_record(const belief::Method& method, metrics::Row& row) {
  row.add("measured", metrics::or_empty(method.measures() ? belief::describe(method.measuring) : std::string()));
  row.add("profile_age_d", metrics::or_empty(method.age));
  row.add("profile_temperature_C", metrics::or_empty(method.recorded.temperature));
  row.add("profile_load", metrics::or_empty(method.recorded.load));
}

// Empty of a method that looks at no time.
void append_staleness(const Played& first, metrics::Row& row) {
  const auto of = belief::staleness(first.believed, first.truth);
  const auto add = [&](const char* column, const std::optional<double>& value) {
    row.add(column, first.method->believes() ? metrics::or_empty(value) : metrics::Cell());
  };
  add("believed_uplink_ratio", of.link.up);
  add("believed_downlink_ratio", of.link.down);
  add("believed_rtt_ratio", of.link.rtt);
  add("believed_device_ratio", of.device);
  add("believed_cloud_ratio", of.cloud);
  add("believed_edge_ratio", of.edge);
  add("staleness", of.distance());
}

void append_reading(const Account& account, metrics::Row& row) {
  const auto reading = account.first.method->awareness.availability.value_or(belief::Availability{});
  const auto seen = [&](double value) { return account.clock ? metrics::Cell(value) : metrics::Cell(); };
  row.add("seen_clock", metrics::or_empty(account.clock));
  row.add("seen_age_s", seen(reading.age.value()));
  row.add("seen_error", seen(reading.error));
}

}  // namespace

Account account_of(const Playing& playing, std::int64_t replication, const events::Decisions& decisions) {
  const auto& first = playing.front();
  const auto& world = first.part->world;
  Account account{first, {}, 1.0, {}};
  account.decisions = static_cast<double>(decisions.made.front()) / static_cast<double>(world.devices);
  for (const auto& own : playing.parts()) {
    for (const auto& charge : belief::charges(*own.part, *own.method, replication)) {
      belief::add(account.charges, charge);
    }
  }
  if (const auto& reading = first.method->awareness.availability) {
    const auto& processor = world.device.processors[world.processors.front()];
    account.clock = belief::reported_clock(world.device, processor, *reading, world.seed_of(replication));
  }
  return account;
}

void append_effort(const Account& account, metrics::Row& row) {
  append_charges(account, row);
  append_record(*account.first.method, row);
  append_staleness(account.first, row);
  append_reading(account, row);
}

const std::vector<metrics::Column>& effort_columns() {
  static const std::vector<metrics::Column> table{
      {"benchmarking_s", "s",
       "host time of all that the method measured before it could plan, as often as it repeats that; `effort_of` says "
       "what it was; 0 of who measures nothing"},
      {"benchmarking_J", "J", "of the device, above idle, for its part of that"},
      {"deciding_s", "s", "time of all decisions of one device on the host that makes them; empty without `decision`"},
      {"deciding_J", "J", "of the device, above idle, for them; 0 where the cloud decides"},
      {"effort_s", "s", "benchmarking_s + deciding_s; empty without `decision`"},
      {"effort_J", "J", "benchmarking_J + deciding_J; empty without `decision`"},
      {"effort_of", "",
       "what benchmarking_s and benchmarking_J are the sum of: each thing that was measured, how often, on which hosts "
       "and what it falls due once for"},
      {"measured", "",
       "how: exact, which is an ideal, or runs, their spread and what layers add up to; empty of who measures nothing"},
      {"profile_age_d", "d", "days from the benchmark's date to the scenario's; empty where either is not given"},
      {"profile_temperature_C", "°C",
       "of the device at the benchmark, degrees Celsius, as recorded; empty where it is not"},
      {"profile_load", "", "of the device at the benchmark, as recorded; empty where it is not"},
      {"believed_uplink_ratio", "", "uplink as believed / as it is at the start of the run"},
      {"believed_downlink_ratio", "", "downlink likewise"},
      {"believed_rtt_ratio", "", "round trip of the link likewise; less than 1 ms counts as 1 ms"},
      {"believed_device_ratio", "",
       "seconds of all layers on the device's listed processors, as believed / as they are"},
      {"believed_cloud_ratio", "", "the same in the cloud"},
      {"believed_edge_ratio", "", "the same on the edge server; empty without one"},
      {"staleness", "",
       "distance of belief from truth: root of the sum of the squared logarithms of these ratios and of those of the "
       "relay and the direct link; 0: times and links are as believed. Age and temperature are apart from it"},
      {"seen_clock", "",
       "clock of the device's first listed processor over that of its file, as its system reports it at the start of "
       "the run; empty without `sees: availability`"},
      {"seen_age_s", "s", "age of what its system reports when it is looked at; empty likewise"},
      {"seen_error", "", "sigma of the log-normal factor on reported clocks; empty likewise"},
  };
  return table;
}

}  // namespace edgecut::experiment
