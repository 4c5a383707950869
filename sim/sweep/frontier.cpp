#include "sweep/frontier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "belief/beliefs.hpp"
#include "experiment/plan_columns.hpp"
#include "metrics/losses.hpp"
#include "sweep/faults.hpp"
#include "sweep/packed_row.hpp"
#include "sweep/statistics.hpp"

namespace edgecut::sweep {
namespace {

constexpr std::array<std::string_view, 4> plan_columns{"cut", "processor", "encoding", "exits"};

struct Trial {
  std::size_t point = 0;
  std::int64_t replication = 0;
  std::size_t number = 0;  // among the fixed plans of the point and replication
  experiment::Plans plans;
};

// What the plans of a point are known by: those of several groups and classes one after the other.
metrics::Row plan_of(const std::vector<plan::Problem>& truths, const Trial& trial) {
  std::array<std::string, plan_columns.size()> texts;
  for (std::size_t i = 0; i < truths.size(); ++i) {
    metrics::Row own;
    experiment::append_plan(false, false, truths[i], truths[i], {trial.plans[i], ""}, own);
    for (std::size_t c = 0; c < plan_columns.size(); ++c) {
      texts.at(c) += (i == 0 ? "" : " / ") + own.text(plan_columns.at(c));
    }
  }
  metrics::Row row;
  const auto is_empty = [](const std::string& text) { return text.find_first_not_of(" /") == std::string::npos; };
  for (std::size_t c = 0; c < plan_columns.size(); ++c) {
    row.add(std::string(plan_columns.at(c)), is_empty(texts.at(c)) ? metrics::Cell() : metrics::Cell(texts.at(c)));
  }
  return row;
}

metrics::Row play(const experiment::Study& study, const Trial& trial) {
  metrics::Row row;
  // The plans are given; of the method only the believed figures would be, which are not looked at.
  study.points()[trial.point].run(0, trial.replication, &trial.plans, row);
  return row;
}

std::vector<plan::Problem> truths_of(const experiment::Study& study, const Trial& trial) {
  std::vector<plan::Problem> truths;
  for (const auto& part : study.points()[trial.point].parts()) {
    truths.push_back(belief::true_problem(part, trial.replication));
  }
  return truths;
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

std::vector<Candidate> gather(const experiment::Study& study, const std::vector<Trial>& trials,
                              const std::vector<JobResult>& results) {
  std::vector<Candidate> candidates;
  std::map<std::string, std::size_t> known;
  std::vector<plan::Problem> truths;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    if (trials[i].number == 0) truths = truths_of(study, trials[i]);
    const bool has_failed = !results[i].failure.empty();
    const auto plan = plan_of(truths, trials[i]);
    auto key = fmt::format("{}", trials[i].point);
    for (const auto column : plan_columns) key += "\n" + plan.text(column);
    const auto [found, is_new] = known.emplace(key, candidates.size());
    if (is_new) {
      candidates.push_back({trials[i].point, {}, {}, {}, false, {}});
      for (const auto column : plan_columns) candidates.back().plan.push_back(plan.at(column));
    }
    auto& candidate = candidates[found->second];
    if (has_failed) {
      if (candidate.failure.empty()) candidate.failure = results[i].failure;
      continue;
    }
    const auto row = unpack(results[i].output);
    for (std::size_t f = 0; f < frontier_columns.size(); ++f) {
      candidate.figures.at(f).push_back(row.number(frontier_columns.at(f)));
    }
    candidate.lost.push_back(metrics::lost_requests(row));
    candidate.is_saturated = candidate.is_saturated || row.number("saturated") == 1.0;
  }
  return candidates;
}

metrics::Row row_of(const experiment::Study& study, const Candidate& candidate, bool is_on_frontier) {
  metrics::Row row;
  row.add("point", static_cast<std::int64_t>(candidate.point));
  study.append_coordinates(candidate.point, row);
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

std::vector<metrics::Row> frontier(const experiment::Study& study, const Execution& execution,
                                   const Progress& progress) {
  std::vector<Trial> trials;
  for (std::size_t point = 0; point < study.points().size(); ++point) {
    for (std::int64_t r = 0; r < study.replications(); ++r) {
      std::size_t number = 0;
      for (auto& plans : study.points()[point].fixed_plans(r)) trials.push_back({point, r, number++, std::move(plans)});
      if (trials.size() > scenario::most_runs) {
        throw config::Error(
            fmt::format("frontier: more than {} runs of cuts, points and replications", scenario::most_runs));
      }
    }
  }
  const auto faults = Faults::of_environment();
  const auto name = [&](std::size_t i) {
    return fmt::format("{}/cut/{}/{}", trials[i].point, trials[i].replication, trials[i].number);
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
