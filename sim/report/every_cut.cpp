#include "report/every_cut.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "partition/explain/explain.hpp"
#include "report/cost_figures.hpp"
#include "report/describe_plan.hpp"
#include "report/table.hpp"

namespace edgecut::report {
namespace {

using plan::Problem;

// Without early exits first, then as somebody chose.
std::vector<std::size_t> exit_policies(const std::vector<Chosen>& choices) {
  std::set<std::size_t> policies{0};
  for (const auto& choice : choices) {
    if (choice.plan) policies.insert(choice.plan->exit_policy);
  }
  return {policies.begin(), policies.end()};
}

void add_choice(const Problem& problem, const Chosen& choice, std::vector<Cut>& cuts) {
  const auto is_it = [&](const Cut& cut) {
    return partition::is_same_in_effect(problem, cut.candidate.plan, *choice.plan);
  };
  auto found = std::ranges::find_if(cuts, is_it);
  if (found == cuts.end()) {
    auto candidate = plan::make_candidate(problem, *choice.plan);
    auto broken = plan::excesses(problem, candidate.cost);
    cuts.push_back({std::move(candidate), std::move(broken), {}, false, true});
    found = cuts.end() - 1;
  }
  found->chosen_by.push_back(choice.partitioner);
}

bool has_same_head(const Cut& a, const Cut& b) {
  const auto& one = a.candidate.plan;
  const auto& other = b.candidate.plan;
  return one.on_device == other.on_device && one.processor == other.processor && one.encoding == other.encoding &&
         one.exit_policy == other.exit_policy;
}

bool is_better(const Problem& problem, const Cut& a, const Cut& b) {
  if (a.broken.empty() != b.broken.empty()) return a.broken.empty();
  return plan::is_better(a.candidate, b.candidate, problem.objective);
}

// Cuts with the same head stand side by side.
void mark_best_of_heads(const Problem& problem, std::vector<Cut>& cuts) {
  for (std::size_t first = 0; first < cuts.size();) {
    std::size_t best = first;
    std::size_t next = first;
    for (; next < cuts.size() && has_same_head(cuts[first], cuts[next]); ++next) {
      cuts[next].is_best_of_head = false;
      if (is_better(problem, cuts[next], cuts[best])) best = next;
    }
    cuts[best].is_best_of_head = true;
    first = next;
  }
}

bool has_encoded(const Problem& problem, const plan::Plan& plan) {
  auto other = plan;
  ++other.encoding;
  return !problem.encodings.empty() && !partition::is_same_in_effect(problem, plan, other);
}

std::string processor_of(const Problem& problem, const plan::Candidate& candidate) {
  return candidate.cost.layers_on_device > 0 ? problem.processors[candidate.plan.processor].name : "";
}

std::string encoding_of(const Problem& problem, const plan::Candidate& candidate) {
  return has_encoded(problem, candidate.plan) ? encoding_name(problem, candidate.plan) : "";
}

std::vector<std::string> texts_of(const Cut& cut) {
  std::vector<std::string> texts;
  for (const auto& excess : cut.broken) texts.push_back(excess.text);
  return texts;
}

std::vector<std::string> limits_of(const Cut& cut) {
  std::vector<std::string> limits;
  for (const auto& excess : cut.broken) limits.push_back(excess.limit.empty() ? excess.text : excess.limit);
  return limits;
}

metrics::Cell joined(const std::vector<std::string>& texts) {
  return metrics::or_empty(fmt::format("{}", fmt::join(texts, "; ")));
}

std::vector<CostFigure> figures_of(const plan::Cost& cost) {
  std::vector<CostFigure> figures{{"latency_s", cost.latency.value()}};
  std::ranges::copy(time_figures(cost), std::back_inserter(figures));
  figures.push_back({"energy_J", cost.energy_inference.value()});
  std::ranges::copy(energy_figures(cost), std::back_inserter(figures));
  figures.push_back({"server_J", cost.server_energy.value()});
  figures.push_back({"sent_B", cost.up.value()});
  figures.push_back({"received_B", cost.down.value()});
  figures.push_back({"head_memory_B", cost.head_memory.value()});
  return figures;
}

bool can_run(const Cut& cut) {
  return cut.candidate.cost.latency < plan::never;
}

metrics::Row row_of(const Cuts& cuts, const Cut& cut) {
  const auto& problem = *cuts.problem;
  const auto& [plan, cost] = cut.candidate;
  metrics::Row row;
  row.add("part", metrics::or_empty(cuts.part));
  row.add("processor", metrics::or_empty(processor_of(problem, cut.candidate)));
  row.add("encoding", metrics::or_empty(encoding_of(problem, cut.candidate)));
  row.add("exits", metrics::or_empty(exits_name(problem, plan)));
  row.add("cut", cut_text(problem, plan));
  row.add("layers_on_device", static_cast<std::int64_t>(cost.layers_on_device));
  row.add("of_layer_order", std::int64_t{cut.is_listed});
  row.add("best_of_head", std::int64_t{cut.is_best_of_head});
  row.add("valid", std::int64_t{cut.broken.empty()});
  row.add("broken", joined(texts_of(cut)));
  row.add("limits", joined(limits_of(cut)));
  row.add("chosen_by", joined(cut.chosen_by));
  for (const auto& [column, value] : figures_of(cost)) {
    row.add(column, can_run(cut) ? metrics::Cell(value) : metrics::Cell());
  }
  row.add("accuracy", metrics::or_empty(cost.accuracy));
  return row;
}

metrics::Row row_without_plan(const Cuts& cuts, const Chosen& choice) {
  metrics::Row row;
  const auto like = row_of(cuts, cuts.cuts.front());
  for (const auto& [column, cell] : like.cells()) row.add(column, {});
  row.set("part", metrics::or_empty(cuts.part));
  row.set("cut", std::string("infeasible"));
  row.set("chosen_by", choice.partitioner);
  return row;
}

}  // namespace

Cuts every_cut(const Problem& problem, const std::vector<Chosen>& choices, std::string part) {
  Cuts all{std::move(part), &problem, {}, {}};
  for (const auto policy : exit_policies(choices)) {
    for (auto& candidate : plan::prefix_candidates(problem, policy)) {
      auto broken = plan::excesses(problem, candidate.cost);
      all.cuts.push_back({std::move(candidate), std::move(broken), {}, true, true});
    }
  }
  mark_best_of_heads(problem, all.cuts);
  for (const auto& choice : choices) {
    if (choice.plan) {
      add_choice(problem, choice, all.cuts);
    } else {
      all.without_plan.push_back(choice);
    }
  }
  return all;
}

std::vector<metrics::Row> cut_rows(const Cuts& cuts) {
  std::vector<metrics::Row> rows;
  for (const auto& cut : cuts.cuts) rows.push_back(row_of(cuts, cut));
  for (const auto& choice : cuts.without_plan) rows.push_back(row_without_plan(cuts, choice));
  return rows;
}

std::string cuts_json(const std::vector<Cuts>& parts) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& part : parts) {
    auto objects = nlohmann::ordered_json::parse(json(cut_rows(part)));
    for (std::size_t i = 0; i < objects.size(); ++i) {
      const auto* cut = i < part.cuts.size() ? &part.cuts[i] : nullptr;
      objects[i]["broken"] = cut != nullptr ? texts_of(*cut) : std::vector<std::string>();
      objects[i]["limits"] = cut != nullptr ? limits_of(*cut) : std::vector<std::string>();
      objects[i]["chosen_by"] =
          cut != nullptr ? cut->chosen_by : std::vector{part.without_plan[i - part.cuts.size()].partitioner};
      list.push_back(std::move(objects[i]));
    }
  }
  return list.dump(1) + "\n";
}

}  // namespace edgecut::report
