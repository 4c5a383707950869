#include "report/describe_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "report/table.hpp"
#include "units/text.hpp"

namespace edgecut::report {
namespace {

using nlohmann::ordered_json;

const std::string& tier_name(const std::vector<std::string>& tiers, plan::Tier tier) {
  return tier == plan::Tier::device ? tiers.front() : tier == plan::Tier::cloud ? tiers.back() : tiers.at(1);
}

ordered_json placement_json(const plan::Problem& problem, const std::vector<std::string>& tiers,
                            const plan::Plan& plan) {
  auto placement = ordered_json::object();
  for (dnn::LayerIndex v = 0; v < problem.network->size(); ++v) {
    placement[problem.network->layer(v).name] = tier_name(tiers, plan.tier(v));
  }
  return placement;
}

ordered_json cost_json(const plan::Cost& cost) {
  return {{"latency_s", cost.latency.value()},
          {"head_s", cost.head.value()},
          {"upload_s", cost.upload.value()},
          {"edge_s", cost.edge.value()},
          {"relay_s", cost.relay.value()},
          {"tail_s", cost.tail.value()},
          {"relay_back_s", cost.relay_back.value()},
          {"download_s", cost.download.value()},
          {"slowest_stage_s", cost.slowest_stage.value()},
          {"energy_J", cost.energy_inference.value()},
          {"sent_B", cost.up.value()},
          {"received_B", cost.down.value()},
          {"head_memory_B", cost.head_memory.value()}};
}

ordered_json rate_json(const std::optional<Bandwidth>& rate) {
  return rate ? ordered_json(rate->value() * 8.0) : ordered_json();
}

ordered_json answer_json(const plan::Problem& problem, const std::vector<std::string>& tiers, const Answer& answer) {
  ordered_json object;
  object["partitioner"] = answer.partitioner;
  object["objective"] = nullptr;
  object["unit"] = plan::unit(problem.objective);
  object["placement"] = nullptr;
  object["feasible"] = answer.decision.plan.has_value();
  object["reason"] = answer.decision.reason;
  object["gap"] = answer.decision.gap ? ordered_json(*answer.decision.gap) : ordered_json();
  if (!answer.explanation) return object;
  const auto& why = *answer.explanation;
  object["objective"] = why.cost.objective(problem.objective);
  object["placement"] = placement_json(problem, tiers, *answer.decision.plan);
  object["cost"] = cost_json(why.cost);
  object["binding"] = why.binding;
  object["runner_up"] = nullptr;
  if (why.runner_up) {
    object["runner_up"] = {{"objective", why.runner_up->cost.objective(problem.objective)},
                           {"margin", why.margin},
                           {"placement", placement_json(problem, tiers, why.runner_up->plan)}};
  }
  object["changes_below_bit_per_s"] = rate_json(why.changes_below);
  object["changes_above_bit_per_s"] = rate_json(why.changes_above);
  return object;
}

}  // namespace

std::string explanation_line(const plan::Problem& problem, const partition::Explanation& why) {
  std::vector<std::string> parts;
  if (!why.binding.empty()) parts.push_back(fmt::format("bound by {}", fmt::join(why.binding, ", ")));
  if (why.runner_up) {
    parts.push_back(fmt::format("next is {}, {:.3g} % {}", plan::describe(*problem.network, why.runner_up->plan),
                                100.0 * std::abs(why.margin), why.margin < 0.0 ? "better" : "worse"));
  }
  if (why.changes_below) parts.push_back("another plan below " + units::format(*why.changes_below) + " up");
  if (why.changes_above) parts.push_back("another plan above " + units::format(*why.changes_above) + " up");
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string plans_json(const plan::Problem& problem, const std::vector<std::string>& tiers,
                       const std::vector<Answer>& answers) {
  auto list = ordered_json::array();
  for (const auto& answer : answers) list.push_back(answer_json(problem, tiers, answer));
  return list.dump(2) + "\n";
}

std::string plans_text(const plan::Problem& problem, const std::vector<std::string>& tiers,
                       const std::vector<Answer>& answers) {
  Table table({"partitioner", "objective", "gap", "placement", "why"});
  for (const auto& answer : answers) {
    if (!answer.explanation) {
      table.add({answer.partitioner, "-", "-", "none", answer.decision.reason});
      continue;
    }
    std::vector<std::string> by_tier(tiers.size());
    for (dnn::LayerIndex v = 0; v < problem.network->size(); ++v) {
      const auto& tier = tier_name(tiers, answer.decision.plan->tier(v));
      for (std::size_t i = 0; i < tiers.size(); ++i) {
        if (tiers[i] == tier) by_tier[i] += (by_tier[i].empty() ? "" : " ") + problem.network->layer(v).name;
      }
    }
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < tiers.size(); ++i) {
      if (!by_tier[i].empty()) parts.push_back(tiers[i] + ": " + by_tier[i]);
    }
    const auto why = explanation_line(problem, *answer.explanation);
    table.add(
        {answer.partitioner,
         fmt::format("{:.6g} {}", answer.explanation->cost.objective(problem.objective), plan::unit(problem.objective)),
         answer.decision.gap ? fmt::format("{:.2g} %", 100.0 * *answer.decision.gap) : "-",
         fmt::format("{}", fmt::join(parts, ", ")), answer.decision.reason + (why.empty() ? "" : "; " + why)});
  }
  return table.str();
}

}  // namespace edgecut::report
