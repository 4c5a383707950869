#include "sweep/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "sweep/statistics.hpp"

namespace edgecut::sweep {
namespace {

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == '/') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::optional<std::size_t> number(const std::string& text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// What is left of a name of one to four parts when point, replication and fixed plans are taken away; a partitioner's name may
// hold a slash.
struct Parts {
  std::size_t point = 0;
  std::string partitioner;
  std::size_t replication = 0;
  std::optional<std::size_t> plans;
};

std::optional<Parts> parts_of(const experiment::Study& study, const std::string& name) {
  const auto parts = split(name);
  if (parts.size() < 3) return std::nullopt;
  const auto point = number(parts.front());
  if (!point || *point >= study.points().size()) return std::nullopt;
  const auto text = name.substr(parts.front().size() + 1);
  for (const auto& method : study.points()[*point].methods()) {
    if (!text.starts_with(method.name + "/")) continue;
    const auto rest = split(text.substr(method.name.size() + 1));
    const auto replication = number(rest.front());
    const auto plans = rest.size() == 2 ? number(rest[1]) : std::nullopt;
    if (replication && (rest.size() == 1 || plans)) return Parts{*point, method.name, *replication, plans};
  }
  return std::nullopt;
}

}  // namespace

Schedule::Schedule(const experiment::Study& study, store::Shard shard)
    : study_(study), shard_(shard), played_(study.points().size(), 0) {}

std::vector<experiment::Run> Schedule::fixed() const {
  std::vector<experiment::Run> runs;
  for (const auto& run : study_.runs()) {
    const auto pair =
        run.point * static_cast<std::size_t>(study_.replications()) + static_cast<std::size_t>(run.replication);
    if (pair % shard_.count == shard_.index - 1) runs.push_back(run);
  }
  return runs;
}

std::vector<experiment::Run> Schedule::next(const Metric& metric) {
  if (!study_.until()) {
    const bool is_first = !begun_;
    begun_ = true;
    return is_first ? fixed() : std::vector<experiment::Run>{};
  }
  std::vector<experiment::Run> runs;
  for (std::size_t point = shard_.index - 1; point < played_.size(); point += shard_.count) {
    auto& played = played_[point];
    if (played < 0) continue;
    const auto wanted = played == 0 ? study_.replications() : needed(point, played, metric);
    if (wanted == played) {
      played = -1;
      continue;
    }
    const auto more = study_.runs(point, played, wanted);
    runs.insert(runs.end(), more.begin(), more.end());
    played = wanted;
  }
  return runs;
}

std::int64_t Schedule::needed(std::size_t point, std::int64_t played, const Metric& metric) const {
  const auto& until = *study_.until();
  const auto& methods = study_.points()[point].methods();
  double wanted = 0.0;
  for (std::size_t method = 0; method < methods.size(); ++method) {
    if (methods[method].kind->simulates_every_cut) continue;
    std::vector<double> sample;
    for (std::int64_t r = 0; r < played; ++r) {
      if (const double value = metric({point, method, r, std::nullopt}); !std::isnan(value)) sample.push_back(value);
    }
    if (sample.empty()) continue;  // never a plan: more of it tells nothing
    const auto mean = estimate(sample);
    if (std::isnan(mean.half_width)) {
      wanted = std::max(wanted, static_cast<double>(2 * played));
      continue;
    }
    const double allowed = until.half_width * std::abs(mean.mean);
    if (mean.half_width <= allowed) continue;
    // The width falls with the root of the number; a tenth more, so that few rounds are needed.
    const double ratio = allowed > 0.0 ? mean.half_width / allowed : 2.0;
    wanted = std::max(wanted, std::ceil(1.1 * static_cast<double>(played) * ratio * ratio));
  }
  if (wanted == 0.0) return played;
  const double bounded = std::clamp(wanted, static_cast<double>(played + 1), static_cast<double>(2 * played));
  return std::max(played, std::min(until.max, static_cast<std::int64_t>(bounded)));
}

std::vector<Unmet> widths_not_met(const experiment::Study& study, const std::vector<metrics::Row>& rows) {
  const auto& until = *study.until();
  std::vector<Unmet> found;
  for (const auto& summary : summarise(rows)) {
    const auto& methods = study.points()[summary.point].methods();
    const auto method = std::ranges::find_if(methods, [&](const auto& one) { return one.name == summary.partitioner; });
    if (method == methods.end() || method->kind->simulates_every_cut) continue;
    const auto mean = summary.mean(until.column);
    const auto has_plan = [](const metrics::Row* row) { return row->number("feasible") == 1.0; };
    if (std::ranges::none_of(summary.rows, has_plan)) continue;
    if (mean.count > 0 && mean.half_width <= until.half_width * std::abs(mean.mean)) continue;
    found.push_back({summary.point, summary.partitioner, mean.count, mean.half_width / std::abs(mean.mean)});
  }
  return found;
}

std::string name_of(const experiment::Study& study, const experiment::Run& run) {
  const auto& method = study.points()[run.point].methods()[run.method];
  return fmt::format("{}/{}/{}{}", run.point, method.name, run.replication,
                     run.plans ? fmt::format("/{}", *run.plans) : std::string());
}

experiment::Run run_named(const experiment::Study& study, const std::string& name) {
  const auto parts = parts_of(study, name);
  const auto last = study.until() ? study.until()->max : study.replications();
  if (parts && parts->replication < static_cast<std::size_t>(last)) {
    const auto replication = static_cast<std::int64_t>(parts->replication);
    for (const auto& run : study.runs(parts->point, replication, replication + 1)) {
      if (study.points()[run.point].methods()[run.method].name == parts->partitioner && run.plans == parts->plans) {
        return run;
      }
    }
  }
  throw config::Error(fmt::format(
      "--run {}: the scenario has no such run (POINT/PARTITIONER/REPLICATION, and /CUT of best_fixed; {} points)", name,
      study.points().size()));
}

}  // namespace edgecut::sweep
