#include "scenario/benchmark.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <tuple>
#include <utility>

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

// A round trip of less than this is none: ratios of them would say that the world has changed.
constexpr double least_rtt = 1e-3;

// Of all processors that may run the head: a pass over every layer on each.
Seconds device_pass(const plan::Problem& problem) {
  Seconds total;
  for (const auto& processor : problem.processors) total += sum(processor.layer_time);
  return total;
}

double ratio(double believed, double is) {
  return is > 0.0 ? believed / is : 1.0;
}

double ratio(Bandwidth believed, Bandwidth is) {
  return ratio(believed.value(), is.value());
}

double ratio(Seconds believed, Seconds is) {
  return ratio(believed.value(), is.value());
}

struct HopRatios {
  double up = 1.0;
  double down = 1.0;
  double rtt = 1.0;

  [[nodiscard]] double distance() const { return std::hypot(std::log(up), std::log(down), std::log(rtt)); }
};

HopRatios ratios(const plan::Hop& believed, const plan::Hop& truth) {
  const auto rtt = [](const plan::Hop& hop) { return std::max(Seconds(least_rtt), hop.up_latency + hop.down_latency); };
  return {ratio(believed.up, truth.up), ratio(believed.down, truth.down), ratio(rtt(believed), rtt(truth))};
}

struct Ratios {
  double device = 1.0;
  double cloud = 1.0;
  std::optional<double> edge;
  HopRatios link, relay, direct;

  [[nodiscard]] double distance() const {
    const double servers = std::hypot(std::log(cloud), std::log(edge.value_or(1.0)));
    const double hops = std::hypot(link.distance(), relay.distance(), direct.distance());
    return std::hypot(std::log(device), servers, hops);
  }
};

Ratios ratios(const plan::Problem& believed, const plan::Problem& truth) {
  Ratios of;
  of.device = ratio(device_pass(believed), device_pass(truth));
  of.cloud = ratio(sum(believed.cloud_time), sum(truth.cloud_time));
  of.link = ratios(believed.link, truth.link);
  if (believed.edge && truth.edge) {
    of.edge = ratio(sum(believed.edge->layer_time), sum(truth.edge->layer_time));
    of.relay = ratios(believed.edge->link, truth.edge->link);
  }
  if (believed.direct && truth.direct) of.direct = ratios(*believed.direct, *truth.direct);
  return of;
}

void add(metrics::Row& row, const char* column, const std::optional<double>& value) {
  const metrics::Cell empty;
  row.add(column, value ? metrics::Cell(*value) : empty);
}

struct Spent {
  std::optional<double> seconds;
  std::optional<double> joules;
};

Spent deciding(const Effort& effort, const Account& account) {
  if (!effort.deciding) return {};
  const auto& device = account.truth.processors.front();
  const auto here = effort.decides_in_cloud ? account.truth.cloud_nominal : device.nominal;
  const Seconds time = *effort.deciding * (effort.rate / here) * account.decisions;
  return {time.value(), effort.decides_in_cloud ? 0.0 : (device.active_increment * time).value()};
}

}  // namespace

namespace {

std::optional<std::int64_t> day_of(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int used = 0;
  const bool is_read = std::sscanf(text.c_str(), "%4d-%2u-%2u%n", &year, &month, &day, &used) == 3;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!is_read || static_cast<std::size_t>(used) != text.size() || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

}  // namespace

std::int64_t read_day(const Value& value) {
  const auto text = config::as<std::string>(value);
  const auto day = day_of(text);
  if (!day) value.fail(fmt::format("'{}' is no date such as 2026-11-24", text));
  return *day;
}

bool is_recorded(const std::string& key) {
  return key == "date" || key == "temperature" || key == "load";
}

Recorded read_recorded(const Value& settings) {
  Recorded recorded;
  if (const auto* date = settings.find("date")) {
    recorded.day = read_day(*date);
    recorded.date = *date;
  }
  if (const auto* temperature = settings.find("temperature")) {
    recorded.temperature = config::as<double>(*temperature, {-60.0, 200.0});
  }
  if (const auto* load = settings.find("load")) recorded.load = config::as<std::string>(*load);
  return recorded;
}

void take_from_tables(const std::vector<profile::MeasuredTable>& tables, Recorded& recorded) {
  for (const auto& table : tables) {
    if (!recorded.day) {
      recorded.day = day_of(table.date);  // a table may write it as it likes; then it has no age
      recorded.date = config::make_scalar(table.date, table.file);
    }
    if (recorded.load.empty()) recorded.load = table.load;
  }
}

Effort read_effort(Map& partitioner) {
  Effort effort;
  if (const auto* value = partitioner.find_child("benchmark")) {
    config::read(*value, [&](Map& map) {
      effort.repetitions = map.get_or<std::int64_t>("repetitions", 1, {1.0, 1e9});
      effort.each_device = map.choice_or("of", false, {{"each_type", false}, {"each_device", true}});
    });
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

namespace {

// "0.78..1.18", or one number.
std::pair<double, double> read_shares(const Value& value) {
  const auto text = config::as<std::string>(value);
  const auto dots = text.find("..");
  const config::Limits allowed{0.0, 10.0, true};
  const auto number = [&](const std::string& part) {
    auto end = value;
    end.scalar = part;
    return config::as<config::Ratio>(end, allowed).value;
  };
  if (dots == std::string::npos) return {number(text), number(text)};
  const std::pair range{number(text.substr(0, dots)), number(text.substr(dots + 2))};
  if (range.first > range.second) value.fail("must be a range from the lower to the higher, such as 0.78..1.18");
  return range;
}

}  // namespace

belief::Measuring read_measuring(Map& partitioner, Effort& effort) {
  belief::Measuring how;
  how.repetitions = effort.repetitions;
  const auto* value = partitioner.find_child("measured");
  if (value == nullptr) return how;
  if (!value->is_map()) {
    partitioner.choice<bool>("measured", {{"exact", true}});
    return how;
  }
  config::read(*value, [&](Map& map) {
    const auto* benchmark = partitioner.find_child("benchmark");
    const bool is_said = benchmark != nullptr && benchmark->find("repetitions") != nullptr;
    if (is_said && map.has("repetitions")) map.child("repetitions").fail("`benchmark.repetitions` says so already");
    how.repetitions = map.get_or<std::int64_t>("repetitions", is_said ? effort.repetitions : 10, {1.0, 1e9});
    how.spread = map.get_or<config::Ratio>("spread", {0.03}, {0.0, 10.0}).value;
    how.least_sum = 0.78;
    how.most_sum = 1.18;
    if (const auto* sum = map.find_child("additivity")) std::tie(how.least_sum, how.most_sum) = read_shares(*sum);
    how.cold = map.get_or<double>("cold", 1.0, {1.0, 1e3});
    how.fused = map.get_or<bool>("fused", false);
    how.seed = map.get_or<std::uint32_t>("seed", 1);
  });
  effort.repetitions = how.repetitions;
  return how;
}

std::string describe(const belief::Measuring& how) {
  if (how.is_exact()) return "exact";
  std::string text = fmt::format("{} {}, spread {:.3g} %, sum {:.3g}", how.repetitions,
                                 how.repetitions == 1 ? "run" : "runs", 100.0 * how.spread, 100.0 * how.least_sum);
  text += how.least_sum == how.most_sum ? " %" : fmt::format(" to {:.3g} %", 100.0 * how.most_sum);
  if (how.cold != 1.0) text += fmt::format(", the first {:.3g} times as long", how.cold);
  return how.fused ? text + ", fused" : text;
}

void add(std::vector<Charge>& charges, const Charge& charge) {
  const auto is_same = [&](const Charge& other) {
    return charge.what == other.what && charge.whose == other.whose && charge.device == other.device &&
           charge.servers == other.servers;
  };
  const auto found = std::ranges::find_if(charges, is_same);
  if (found == charges.end()) {
    charges.push_back(charge);
  } else if (found->devices > 1 || charge.devices > 1) {
    found->devices += charge.devices;  // each by itself
  }
}

std::string explain(const std::vector<Charge>& charges) {
  std::string text;
  for (const auto& charge : charges) {
    text += fmt::format("{}{} x {} on {}{} (once a {}): {}, {}", text.empty() ? "" : "; ", charge.times, charge.what,
                        charge.devices > 1 ? fmt::format("{} x ", charge.devices) : "", charge.whose, charge.per,
                        units::format(charge.time()), units::format(charge.joules()));
  }
  return text;
}

void append_effort(const Effort& effort, const Account& account, metrics::Row& row) {
  double seconds = 0.0;
  double joules = 0.0;
  for (const auto& charge : account.charges) {
    seconds += charge.time().value();
    joules += charge.joules().value();
  }
  const auto spent = deciding(effort, account);
  row.add("benchmarking_s", seconds);
  row.add("benchmarking_J", joules);
  add(row, "deciding_s", spent.seconds);
  add(row, "deciding_J", spent.joules);
  const auto with = [](double before, std::optional<double> more) {
    return more ? std::optional(before + *more) : more;
  };
  add(row, "effort_s", with(seconds, spent.seconds));
  add(row, "effort_J", with(joules, spent.joules));
  const auto words = [&](const char* column, const std::string& text) {
    row.add(column, text.empty() ? metrics::Cell() : metrics::Cell(text));
  };
  words("effort_of", explain(account.charges));
  words("measured", account.measured);
  add(row, "profile_age_d", account.age);
  add(row, "profile_temperature_C", account.temperature);
  words("profile_load", account.load);
  const auto of = ratios(account.believed, account.truth);
  const auto believed = [&](double value) { return account.has_belief ? std::optional(value) : std::nullopt; };
  add(row, "believed_uplink_ratio", believed(of.link.up));
  add(row, "believed_downlink_ratio", believed(of.link.down));
  add(row, "believed_rtt_ratio", believed(of.link.rtt));
  add(row, "believed_device_ratio", believed(of.device));
  add(row, "believed_cloud_ratio", believed(of.cloud));
  add(row, "believed_edge_ratio", account.has_belief ? of.edge : std::nullopt);
  add(row, "staleness", believed(of.distance()));
  const auto seen = [&](double value) { return account.clock ? std::optional(value) : std::nullopt; };
  add(row, "seen_clock", account.clock);
  add(row, "seen_age_s", seen(account.reading.age.value()));
  add(row, "seen_error", seen(account.reading.error));
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

}  // namespace edgecut::scenario
