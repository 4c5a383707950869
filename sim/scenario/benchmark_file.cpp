#include "scenario/benchmark_file.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <optional>
#include <tuple>
#include <utility>

#include "scenario/keys.hpp"

namespace edgecut::scenario {
namespace {

using config::Map;
using config::Value;

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

belief::Recorded read_recorded(const Value& settings) {
  belief::Recorded recorded;
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

void take_from_tables(const std::vector<profile::MeasuredTable>& tables, belief::Recorded& recorded) {
  for (const auto& table : tables) {
    if (!recorded.day) {
      recorded.day = day_of(table.date);  // a table may write it as it likes; then it has no age
      recorded.date = config::make_scalar(table.date, table.file);
    }
    if (recorded.load.empty()) recorded.load = table.load;
  }
}

belief::Effort read_effort(Map& partitioner) {
  belief::Effort effort;
  if (partitioner.find_child("benchmark") != nullptr) {
    partitioner.read("benchmark", [&](Map& map) {
      effort.repetitions = map.get<std::int64_t>("repetitions");
      effort.each_device = map.choice<bool>("of");
    });
  }
  if (partitioner.find_child("decision") != nullptr) {
    partitioner.read("decision", [&](Map& map) {
      effort.deciding = map.get<Seconds>("time");
      effort.rate = map.get<FlopRate>("rate");
      effort.decides_in_cloud = map.choice<DecidesOn>("on") == DecidesOn::cloud;
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

belief::Measuring read_measuring(Map& partitioner, belief::Effort& effort) {
  belief::Measuring how;
  how.repetitions = effort.repetitions;
  const auto* value = partitioner.find_child("measured");
  if (value == nullptr) return how;
  if (!value->is_map()) {
    static_cast<void>(partitioner.choice<bool>("measured"));
    return how;
  }
  partitioner.read("measured", [&](Map& map) {
    const auto* benchmark = partitioner.find_child("benchmark");
    const bool is_said = benchmark != nullptr && benchmark->find("repetitions") != nullptr;
    if (is_said && map.has("repetitions")) map.child("repetitions").fail("`benchmark.repetitions` says so already");
    how.repetitions = map.find<std::int64_t>("repetitions").value_or(is_said ? effort.repetitions : 10);
    how.spread = map.get<config::Ratio>("spread").value;
    std::tie(how.least_sum, how.most_sum) = read_shares(map.value_of("additivity"));
    how.cold = map.get<double>("cold");
    how.fused = map.get<bool>("fused");
    how.seed = map.get<std::uint32_t>("seed");
  });
  effort.repetitions = how.repetitions;
  return how;
}

}  // namespace edgecut::scenario
