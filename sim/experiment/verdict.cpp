#include "experiment/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace edgecut::experiment {
namespace {

using metrics::Cell;
using metrics::Fold;
using metrics::Row;

struct Verdict {
  std::string word;
  std::string because = {};
};

// The places where requests may wait: the column of the mean wait, and what for.
constexpr std::array<std::pair<const char*, const char*>, 5> waits{
    {{"preparing_mean_s", "the switch to a plan and its weights"},
     {"device_queue_mean_s", "the device's processor"},
     {"radio_queue_mean_s", "the device's radio"},
     {"edge_queue_mean_s", "the edge server"},
     {"cloud_queue_mean_s", "the cloud"}}};

std::string overload(const Row& row) {
  return fmt::format("{} is offered {:.3g} times what it can do", row.text("bottleneck"),
                     row.number("offered_load_max"));
}

std::string losses(const Row& row) {
  std::string text;
  for (const auto* how : {"dropped", "failed"}) {
    const double count = row.number(how);
    if (count > 0.0) text += fmt::format("{}{:.0f} {}", text.empty() ? "" : " and ", count, how);
  }
  text += fmt::format(" of {:.0f}: {}", row.number("requests"), row.text("lost_because"));
  return row.number("saturated") == 1.0 ? text + "; " + overload(row) : text;
}

// Empty where nothing piles up. A closed workload, which offers no load, holds itself back.
std::string backlog(const Row& row) {
  if (!(row.number("offered_load_max") > 0.0)) return "";
  double waited = 0.0;
  for (const auto& [column, what] : waits) waited += row.number(column);
  const bool is_waiting = waited > 0.5 * row.number("latency_mean_s");
  if (!is_waiting || row.number("backlog") <= 0.1 * row.number("requests")) return "";
  const auto longest =
      std::ranges::max_element(waits, {}, [&](const auto& wait) { return row.number(wait.first); })->second;
  return fmt::format("{:.0f} of {:.0f} were under way when the last one came; the longest wait is for {}",
                     row.number("backlog"), row.number("requests"), longest);
}

Verdict verdict_of(const Row& row) {
  if (row.number("feasible") != 1.0) return {"infeasible", row.text("infeasible_because")};
  if (row.number("dropped") > 0.0 || row.number("failed") > 0.0) return {"losing requests", losses(row)};
  if (row.number("saturated") == 1.0) return {"overloaded", overload(row)};
  if (auto because = backlog(row); !because.empty()) return {"backlogged", std::move(because)};
  return {"stable"};
}

using OfVerdict = const Verdict&;

constexpr auto verdict_table = std::to_array<metrics::Field<Verdict>>({
    {{"verdict", "-", "",
      "stable, backlogged, overloaded, losing requests or infeasible: whether means can be believed",
      "the first that holds, see docs/metrics.md", "`backlogged` or `stable` of fewer than some 50 requests",
      Fold::common},
     [](OfVerdict f) -> Cell { return f.word; }},
    {{"verdict_because", "-", "",
      "which resource, why requests were lost, or which limit is nearest to being kept; empty where it is stable",
      "as text", "of several causes it names one", Fold::common},
     [](OfVerdict f) -> Cell { return metrics::or_empty(f.because); }},
});

}  // namespace

void append_verdict(Row& row) {
  metrics::append<Verdict>(verdict_table, verdict_of(row), row);
}

std::vector<metrics::Column> verdict_columns() {
  return metrics::columns_of<Verdict>(verdict_table);
}

}  // namespace edgecut::experiment
