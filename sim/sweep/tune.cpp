#include "sweep/tune.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "config/map.hpp"
#include "metrics/losses.hpp"
#include "scenario/keys.hpp"
#include "sweep/faults.hpp"
#include "sweep/packed_row.hpp"
#include "sweep/schedule.hpp"
#include "sweep/statistics.hpp"
#include "units/limit.hpp"

namespace edgecut::sweep {
namespace {

using config::Map;
using config::Value;

std::size_t cost_of(std::size_t candidates) {
  std::size_t cost = candidates;
  std::size_t replications = 1;
  for (auto left = candidates; left > 1; replications *= 2) {
    left = (left + 1) / 2;
    cost += left * replications;
  }
  return cost;
}

Value map_entry(Value map, const std::string& key, Value value) {
  map.kind = Value::Kind::map;
  value.path = key;
  map.entries.push_back({key, std::move(value), map.where});
  return map;
}

// What is known of a candidate.
struct Candidate {
  std::size_t point = 0;
  std::vector<metrics::Row> rows;
  std::string failure;

  [[nodiscard]] Estimate figure(const std::string& column) const {
    std::vector<double> sample;
    for (const auto& row : rows) {
      if (const double value = row.number(column); !std::isnan(value)) sample.push_back(value);
    }
    return estimate(sample);
  }
  // No plan in some replication, or a mean that grows with the number of requests.
  [[nodiscard]] bool is_out(const Search& search) const {
    return figure(search.goal).count < rows.size() || std::ranges::any_of(rows, [](const metrics::Row& row) {
             return row.number("feasible") != 1.0 || row.number("saturated") == 1.0;
           });
  }
  // By how much limits are broken, relative to them; 0: kept.
  [[nodiscard]] double excess(const Search& search) const {
    double sum = 0.0;
    for (const auto& limit : search.limits) {
      const double mean = figure(limit.column).mean;
      if (std::isnan(mean)) continue;  // nothing to break it with
      if (!exceeds(mean, limit.most)) continue;
      const double over = mean - limit.most;
      sum += limit.most == 0.0 ? over : over / std::abs(limit.most);
    }
    return sum;
  }
  [[nodiscard]] double loss(const Search& search) const {
    const double mean = figure(search.goal).mean;
    return search.maximises ? -mean : mean;
  }
};

bool is_better(const Candidate& a, const Candidate& b, const Search& search) {
  if (a.failure.empty() != b.failure.empty()) return a.failure.empty();
  if (!a.failure.empty()) return a.point < b.point;
  if (a.is_out(search) != b.is_out(search)) return b.is_out(search);
  if (a.is_out(search)) return a.point < b.point;
  if (a.excess(search) != b.excess(search)) return a.excess(search) < b.excess(search);
  if (a.loss(search) != b.loss(search)) return a.loss(search) < b.loss(search);
  return a.point < b.point;
}

metrics::Row row_of(const experiment::Study& study, const Search& search, const Candidate& candidate,
                    std::size_t rank) {
  metrics::Row row;
  row.add("rank", static_cast<std::int64_t>(rank));
  study.append_coordinates(candidate.point, row);
  row.add("replications", static_cast<std::int64_t>(candidate.rows.size()));
  const auto goal = candidate.figure(search.goal);
  row.add(search.goal, goal.mean);
  row.add("goal_half_width", goal.half_width);
  for (const auto& limit : search.limits) {
    if (limit.column != search.goal) row.add(limit.column, candidate.figure(limit.column).mean);
  }
  std::vector<double> lost;
  for (const auto& run : candidate.rows) lost.push_back(metrics::lost_requests(run));
  row.add("lost_mean", metrics::or_empty(estimate(lost).mean));
  const bool is_fine = candidate.failure.empty() && !candidate.is_out(search) && candidate.excess(search) == 0.0;
  row.add("keeps_limits", static_cast<std::int64_t>(is_fine));
  row.add("failure", candidate.failure);
  return row;
}

std::size_t method_named(const experiment::Study& study, std::size_t point, const std::string& name) {
  const auto& methods = study.points()[point].methods();
  const auto found = std::ranges::find_if(methods, [&](const auto& method) { return method.name == name; });
  if (found != methods.end() && !found->kind->simulates_every_cut) {
    return static_cast<std::size_t>(found - methods.begin());
  }
  std::vector<std::string> known;
  for (const auto& method : methods) {
    if (!method.kind->simulates_every_cut) known.push_back(method.name);
  }
  throw config::Error("tune.partitioner: " + config::unknown_name("partitioner to tune", name, known));
}

}  // namespace

std::size_t candidates_for(std::size_t budget) {
  std::size_t candidates = 1;
  while (cost_of(candidates + 1) <= budget) ++candidates;
  return candidates;
}

Search read_search(const Value& scenario, std::optional<std::size_t> budget) {
  const auto* tune = scenario.find("tune");
  if (tune == nullptr) throw config::Error(scenario.where, "tune", "missing key 'tune': what to search, and for what");
  return config::read(*tune, scenario::tune_record(), [&](Map& map) {
    Search search;
    const auto* least = map.find_child("minimise");
    const auto* most = map.find_child("maximise");
    if ((least == nullptr) == (most == nullptr)) tune->fail("needs either `minimise:` or `maximise:` with a metric");
    const auto& goal = least != nullptr ? *least : *most;
    search.goal = experiment::mean_named(goal, config::as<std::string>(goal));
    search.maximises = most != nullptr;
    search.partitioner = map.get<std::string>("partitioner");
    if (const auto* limits = map.find_child("at_most")) {
      if (!limits->is_map()) limits->fail("must be a map from a metric to its largest mean, a number in its unit");
      for (const auto& [name, value, where] : limits->entries) {
        search.limits.push_back(
            {experiment::mean_named(value, name), config::as<double>(value, map.type_of("at_most").of.front())});
      }
    }
    search.budget = map.get<std::size_t>("budget");
    if (budget) search.budget = *budget;
    search.candidates = candidates_for(search.budget);
    const auto seed = map.get<std::uint64_t>("seed");
    Value sample;
    sample.where = tune->where;
    sample = map_entry(sample, "method", config::make_scalar("latin_hypercube", "tune"));
    sample = map_entry(sample, "points", config::make_scalar(std::to_string(search.candidates), "tune"));
    sample = map_entry(sample, "seed", config::make_scalar(std::to_string(seed), "tune"));
    sample = map_entry(sample, "over", map.child("over"));
    search.sample = map_entry(Value{}, "sample", std::move(sample));
    return search;
  });
}

Value with_candidates(Value scenario, const Search& search) {
  std::erase_if(scenario.entries, [](const auto& entry) {
    return entry.key == "sweep" || entry.key == "compare" || entry.key == "replications";
  });
  return map_entry(std::move(scenario), "sweep", search.sample);
}

std::vector<metrics::Row> tune(const experiment::Study& study, const Search& search, const Execution& execution,
                               const Progress& progress) {
  std::vector<Candidate> candidates;
  std::vector<std::size_t> methods;  // the same partitioner at each point
  for (std::size_t point = 0; point < study.points().size(); ++point) {
    candidates.push_back({point, {}, {}});
    methods.push_back(method_named(study, point, search.partitioner));
  }
  const auto faults = Faults::of_environment();
  const auto total = cost_of(candidates.size());
  std::size_t spent = 0;
  std::int64_t played = 0;
  for (auto left = candidates.size();; left = (left + 1) / 2) {
    const std::int64_t more = std::max<std::int64_t>(1, played);
    std::vector<experiment::Run> runs;
    std::vector<Candidate*> of;
    for (std::size_t i = 0; i < left; ++i) {
      if (!candidates[i].failure.empty()) continue;
      for (std::int64_t r = 0; r < more; ++r) {
        runs.push_back({candidates[i].point, methods[candidates[i].point], played + r, std::nullopt});
        of.push_back(&candidates[i]);
      }
    }
    const auto results = run_all(
        runs.size(), execution,
        [&](std::size_t i) {
          faults.play(name_of(study, runs[i]));
          return pack(study.play(runs[i]));
        },
        [&](std::size_t done) { progress(spent + done, total); },
        [&](std::size_t i) { return name_of(study, runs[i]); });
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (results[i].failure.empty()) {
        of[i]->rows.push_back(unpack(results[i].output));
      } else if (of[i]->failure.empty()) {
        of[i]->failure = fmt::format("{}: {}", name_of(study, runs[i]), results[i].failure);
      }
    }
    spent += runs.size();
    played += more;
    std::sort(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(left),
              [&](const Candidate& a, const Candidate& b) { return is_better(a, b, search); });
    if (left == 1) break;
  }
  // Behind those too that an earlier round left.
  std::ranges::stable_partition(candidates, [](const Candidate& candidate) { return candidate.failure.empty(); });
  std::vector<metrics::Row> rows;
  for (const auto& candidate : candidates) rows.push_back(row_of(study, search, candidate, rows.size() + 1));
  return rows;
}

}  // namespace edgecut::sweep
