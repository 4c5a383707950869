#include "sweep/frontier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "metrics/losses.hpp"
#include "scenario/plan_columns.hpp"
#include "sweep/faults.hpp"
#include "sweep/packed_row.hpp"
#include "sweep/statistics.hpp"

namespace edgecut::sweep {
namespace {

constexpr std::array<std::string_view, 4> plan_columns{"cut", "processor", "encoding", "exits"};

struct Trial {
  std::size_t point = 0;
  std::int64_t replication = 0;
  std::size_t cut = 0;
};

metrics::Row play(const scenario::Study& study, const Trial& trial) {
  const auto& experiment = *study.points()[trial.point];
  const auto plan = experiment.feasible_cuts(trial.replication).at(trial.cut);
  metrics::Row row;
  // The plan is given; of the method only the believed figures would be, which are not looked at.
  experiment.run(experiment.methods().front(), trial.replication, &plan, row);
  return row;
}

// What a run is known by that came to nothing.
metrics::Row plan_of(const scenario::Study& study, const Trial& trial) {
  const auto& experiment = *study.points()[trial.point];
  const auto truth = experiment.true_problem(trial.replication);
  metrics::Row row;
  scenario::append_plan(false, false, truth, truth, {experiment.feasible_cuts(trial.replication).at(trial.cut), ""},
                        row);
  return row;
}

// One plan at one point.
struct Candidate {
  std::size_t point = 0;
  std::vector<metrics::Cell> plan;  // plan_columns
  std::array<std::vector<double>, frontier_columns.size()> figures;
  std::vector<double> lost;  // requests, by replication
  bool is_saturated = false;
  std::string failure;  // of the first run that failed

  [[nodiscard]] double mean(std::size_t figure) const { return estimate(figures.at(figure)).mean; }
  [[nodiscard]] double mean_lost() const { return estimate(lost).mean; }
};

std::vector<Candidate> gather(const scenario::Study& study, const std::vector<Trial>& trials,
                              const std::vector<JobResult>& results) {
  std::vector<Candidate> candidates;
  std::map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const bool has_failed = !results[i].failure.empty();
    const auto row = has_failed ? plan_of(study, trials[i]) : unpack(results[i].output);
    auto key = fmt::format("{}", trials[i].point);
    for (const auto column : plan_columns) key += "\n" + row.text(column);
    const auto [found, is_new] = known.emplace(key, candidates.size());
    if (is_new) {
      candidates.push_back({trials[i].point, {}, {}, {}, false, {}});
      for (const auto column : plan_columns) candidates.back().plan.push_back(row.at(column));
    }
    auto& candidate = candidates[found->second];
    if (has_failed) {
      if (candidate.failure.empty()) candidate.failure = results[i].failure;
      continue;
    }
    for (std::size_t f = 0; f < frontier_columns.size(); ++f) {
      candidate.figures.at(f).push_back(row.number(frontier_columns.at(f)));
    }
    candidate.lost.push_back(metrics::lost_requests(row));
    candidate.is_saturated = candidate.is_saturated || row.number("saturated") == 1.0;
  }
  return candidates;
}

metrics::Row row_of(const scenario::Study& study, const Candidate& candidate, bool is_on_frontier) {
  metrics::Row row;
  row.add("point", static_cast<std::int64_t>(candidate.point));
  const auto& where = study.coordinates(candidate.point);
  for (std::size_t a = 0; a < where.size(); ++a) row.add(study.axes()[a].column, study.axes()[a].cell(where[a]));
  for (std::size_t i = 0; i < plan_columns.size(); ++i) row.add(std::string(plan_columns.at(i)), candidate.plan[i]);
  for (std::size_t f = 0; f < frontier_columns.size(); ++f) {
    const bool is_known = !candidate.figures.at(f).empty();
    row.add(std::string(frontier_columns.at(f)), is_known ? metrics::Cell(candidate.mean(f)) : metrics::Cell());
  }
  row.add("lost_mean", candidate.lost.empty() ? metrics::Cell() : metrics::Cell(candidate.mean_lost()));
  row.add("replications", static_cast<std::int64_t>(candidate.figures.front().size()));
  row.add("saturated", static_cast<std::int64_t>(candidate.is_saturated));
  row.add("on_frontier", static_cast<std::int64_t>(is_on_frontier));
  row.add("failure", candidate.failure);
  return row;
}

}  // namespace

std::vector<bool> pareto(const std::vector<std::vector<double>>& points) {
  const auto dominates = [](const std::vector<double>& a, const std::vector<double>& b) {
    bool is_better = false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (a[i] > b[i]) return false;
      is_better = is_better || a[i] < b[i];
    }
    return is_better;
  };
  std::vector<bool> kept;
  for (const auto& point : points) {
    kept.push_back(std::ranges::none_of(points, [&](const auto& other) { return dominates(other, point); }));
  }
  return kept;
}

namespace {

// Those of one point are held against one another.
void mark_frontier(std::size_t point, std::int64_t replications, const std::vector<Candidate>& candidates,
                   std::vector<bool>& is_on_frontier) {
  std::vector<std::size_t> rivals;
  std::vector<std::vector<double>> figures;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const auto& candidate = candidates[i];
    if (candidate.point != point) continue;
    const bool is_whole = static_cast<std::int64_t>(candidate.figures.front().size()) == replications;
    if (!is_whole || !candidate.failure.empty() || candidate.is_saturated || std::isnan(candidate.mean(0))) continue;
    rivals.push_back(i);
    // Means are of the requests that got through: who loses more is not better for it.
    figures.push_back({candidate.mean(0), candidate.mean(1), candidate.mean(2), candidate.mean_lost()});
  }
  const auto kept = pareto(figures);
  for (std::size_t i = 0; i < rivals.size(); ++i) is_on_frontier[rivals[i]] = kept[i];
}

}  // namespace

std::vector<metrics::Row> frontier(const scenario::Study& study, const Execution& execution, const Progress& progress) {
  if (study.points().front()->parts().size() > 1) {
    throw config::Error(
        "frontier: plays one cut on every device and cannot be combined with `fleet.groups` or `workload.classes`");
  }
  std::vector<Trial> trials;
  for (std::size_t point = 0; point < study.points().size(); ++point) {
    for (std::int64_t r = 0; r < study.replications(); ++r) {
      const auto cuts = study.points()[point]->feasible_cuts(r).size();
      for (std::size_t cut = 0; cut < cuts; ++cut) trials.push_back({point, r, cut});
      if (trials.size() > scenario::most_runs) {
        throw config::Error(
            fmt::format("frontier: more than {} runs of cuts, points and replications", scenario::most_runs));
      }
    }
  }
  const auto faults = Faults::of_environment();
  const auto name = [&](std::size_t i) {
    return fmt::format("{}/cut/{}/{}", trials[i].point, trials[i].replication, trials[i].cut);
  };
  const auto results = run_all(
      trials.size(), execution,
      [&](std::size_t i) {
        faults.play(name(i));
        return pack(play(study, trials[i]));
      },
      [&](std::size_t done) { progress(done, trials.size()); }, name);
  const auto candidates = gather(study, trials, results);
  std::vector<bool> is_on_frontier(candidates.size(), false);
  for (std::size_t point = 0; point < study.points().size(); ++point) {
    mark_frontier(point, study.replications(), candidates, is_on_frontier);
  }
  std::vector<metrics::Row> result;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    result.push_back(row_of(study, candidates[i], is_on_frontier[i]));
  }
  return result;
}

}  // namespace edgecut::sweep
