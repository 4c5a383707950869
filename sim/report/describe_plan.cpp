#include "report/describe_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "report/blocks.hpp"
#include "report/cost_figures.hpp"
#include "report/table.hpp"
#include "units/text.hpp"

namespace edgecut::report {
namespace {

using nlohmann::ordered_json;

const std::string& tier_name(const std::vector<std::string>& tiers, plan::Tier tier) {
  return tier == plan::Tier::device ? tiers.front() : tier == plan::Tier::cloud ? tiers.back() : tiers.at(1);
}

ordered_json placement_of(const plan::Problem& problem, const std::vector<std::string>& tiers, const plan::Plan& plan) {
  auto placement = ordered_json::object();
  for (dnn::LayerIndex v = 0; v < problem.network->size(); ++v) {
    placement[problem.network->layer(v).name] = tier_name(tiers, plan.tier(v));
  }
  return placement;
}

ordered_json text_or_null(const std::string& text) {
  return text.empty() ? ordered_json() : ordered_json(text);
}

// What a plan is beside its placement.
void add_choices(ordered_json& object, const plan::Problem& problem, const plan::Plan& plan, const plan::Cost& cost) {
  object["processor"] =
      cost.layers_on_device > 0 ? ordered_json(problem.processors[plan.processor].name) : ordered_json();
  object["encoding"] = text_or_null(encoding_name(problem, plan));
  object["exits"] = text_or_null(exits_name(problem, plan));
  object["accuracy"] = cost.accuracy ? ordered_json(*cost.accuracy) : ordered_json("unknown");
  object["accuracy_source"] = accuracy_source(problem, plan);
}

ordered_json groups_json(const plan::Problem& problem, const std::vector<std::string>& tiers, const plan::Plan& plan) {
  auto list = ordered_json::array();
  for (const auto g : plan::executed_groups(problem, plan)) {
    const auto& group = problem.groups[g];
    list.push_back({{"first", problem.network->layer(group.first).name},
                    {"last", problem.network->layer(group.last).name},
                    {"tier", tier_name(tiers, group.tier)}});
  }
  return list;
}

ordered_json cost_json(const plan::Cost& cost) {
  ordered_json object{{"latency_s", cost.latency.value()},
                      {"head_s", cost.head.value()},
                      {"upload_s", cost.upload.value()},
                      {"edge_s", cost.edge.value()},
                      {"relay_s", cost.relay.value()},
                      {"tail_s", cost.tail.value()},
                      {"relay_back_s", cost.relay_back.value()},
                      {"download_s", cost.download.value()},
                      {"wait_s", cost.wait.value()},
                      {"codec_s", cost.codec.value()},
                      {"slowest_stage_s", cost.slowest_stage.value()},
                      {"energy_J", cost.energy_inference.value()}};
  for (const auto& [column, value] : energy_figures(cost)) object[column] = value;
  object["server_energy_J"] = cost.server_energy.value();
  object["sent_B"] = cost.up.value();
  object["received_B"] = cost.down.value();
  object["head_memory_B"] = cost.head_memory.value();
  return object;
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
  object["reason"] = answer.decision.explained();
  object["gap"] = answer.decision.gap ? ordered_json(*answer.decision.gap) : ordered_json();
  if (!answer.explanation) return object;
  const auto& why = *answer.explanation;
  object["objective"] = why.cost.objective(problem.objective);
  object["placement"] = placement_of(problem, tiers, *answer.decision.plan);
  add_choices(object, problem, *answer.decision.plan, why.cost);
  object["groups"] = groups_json(problem, tiers, *answer.decision.plan);
  object["cost"] = cost_json(why.cost);
  if (!answer.accuracy_source.empty()) object["accuracy_source"] = answer.accuracy_source;
  object["binding"] = why.binding;
  object["runner_up"] = nullptr;
  if (why.runner_up) {
    object["runner_up"] = {{"objective", why.runner_up->cost.objective(problem.objective)},
                           {"margin", why.margin},
                           {"measure", why.measure},
                           {"placement", placement_of(problem, tiers, why.runner_up->plan)}};
    add_choices(object["runner_up"], problem, why.runner_up->plan, why.runner_up->cost);
  }
  object["changes_below_bit_per_s"] = rate_json(why.changes_below);
  object["changes_above_bit_per_s"] = rate_json(why.changes_above);
  object["note"] = text_or_null(why.note);
  return object;
}

// Names and quantities, those that are nothing left out.
template <class Quantity>
std::string parts_text(const std::vector<std::pair<const char*, Quantity>>& parts) {
  std::vector<std::string> texts;
  for (const auto& [name, value] : parts) {
    if (value > Quantity()) texts.push_back(std::string(name) + " " + units::format(value));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string or_dash(std::string text) {
  return text.empty() ? "-" : text;
}

// The cut, and in brackets what else was chosen where there was a choice.
std::string plan_text(const plan::Problem& problem, const plan::Plan& plan) {
  std::vector<std::string> choices;
  if (problem.processors.size() > 1) choices.push_back(problem.processors[plan.processor].name);
  if (problem.encodings.size() > 1) choices.push_back(encoding_name(problem, plan));
  if (const auto exits = exits_name(problem, plan); !exits.empty()) choices.push_back(exits);
  const auto cut = cut_text(problem, plan);
  return choices.empty() ? cut : fmt::format("{} ({})", cut, fmt::join(choices, ", "));
}

}  // namespace

std::string placement_json(const plan::Problem& problem, const std::vector<std::string>& tiers,
                           const plan::Plan& plan) {
  return placement_of(problem, tiers, plan).dump();
}

std::string encoding_name(const plan::Problem& problem, const plan::Plan& plan) {
  return problem.encodings.empty() ? "" : problem.encodings[plan.encoding].name;
}

std::string exits_name(const plan::Problem& problem, const plan::Plan& plan) {
  const auto& network = *problem.network;
  return network.exits().empty() ? "" : network.exit_policies()[plan.exit_policy].name;
}

std::string sent_text(const plan::Problem& problem, const plan::Plan& plan) {
  const auto& network = *problem.network;
  const auto& active = network.active(plan.exit_policy);
  std::vector<std::string> sent;
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    const auto is_elsewhere = [&](dnn::LayerIndex w) { return active[w] && !plan.on_device[w]; };
    if (active[v] && plan.on_device[v] && std::ranges::any_of(network.graph().consumers(v), is_elsewhere)) {
      sent.push_back(network.layer(v).name);
    }
  }
  constexpr std::size_t most = 4;
  const auto more = sent.size() > most ? fmt::format(" and {} more", sent.size() - most) : "";
  sent.resize(std::min(sent.size(), most));
  return fmt::format("sending {}{}", fmt::join(sent, " + "), more);
}

std::string cut_text(const plan::Problem& problem, const plan::Plan& plan) {
  const auto& network = *problem.network;
  const auto text = plan::describe(network, plan);
  return plan::cut_name(network, plan).is_set() ? fmt::format("{}, {}", text, sent_text(problem, plan)) : text;
}

std::string accuracy_source(const plan::Problem& problem, const plan::Plan& plan) {
  const auto& network = *problem.network;
  const auto& policy = network.exit_policies()[plan.exit_policy];
  if (!policy.accuracy)
    return "the network's file gives none" + std::string(network.exits().empty() ? "" : " for these exits");
  const auto cost = plan::evaluate(problem, plan);
  if (!cost.accuracy) return fmt::format("encoding {} has no accuracy_drop", encoding_name(problem, plan));
  const auto& source = policy.source.empty() ? network.source() : policy.source;
  return cost.accuracy == policy.accuracy
             ? source
             : fmt::format("{}; less the accuracy_drop of encoding {}", source, encoding_name(problem, plan));
}

std::string time_parts(const plan::Cost& cost) {
  return parts_text<Seconds>({{"head", cost.head},
                              {"upload", cost.upload},
                              {"edge", cost.edge},
                              {"relay", cost.relay + cost.relay_back},
                              {"tail", cost.tail},
                              {"download", cost.download},
                              {"wait", cost.wait}});
}

std::string energy_parts(const plan::Cost& cost) {
  return parts_text<Joules>({{"compute", cost.compute_energy},
                             {"transmit", cost.transmit_energy},
                             {"receive", cost.receive_energy},
                             {"promotion", cost.promotion_energy},
                             {"radio tail", cost.tail_energy}});
}

std::string explanation_line(const plan::Problem& problem, const partition::Explanation& why) {
  std::vector<std::string> parts;
  if (!why.binding.empty()) parts.push_back(fmt::format("bound by {}", fmt::join(why.binding, ", ")));
  if (why.runner_up) {
    const double percent = 100.0 * std::abs(why.margin);
    parts.push_back(fmt::format("next is {}, {}{}{}", plan_text(problem, why.runner_up->plan),
                                std::isfinite(percent) ? fmt::format("{:.3g} % ", percent) : "far ",
                                why.margin < 0.0 ? "better" : "worse", why.is_objective ? "" : " in " + why.measure));
  }
  if (why.changes_below) parts.push_back("another plan below " + units::format(*why.changes_below) + " up");
  if (why.changes_above) parts.push_back("another plan above " + units::format(*why.changes_above) + " up");
  if (!why.note.empty()) parts.push_back(why.note);
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string plans_json(const plan::Problem& problem, const std::vector<std::string>& tiers,
                       const std::vector<Answer>& answers) {
  auto list = ordered_json::array();
  for (const auto& answer : answers) list.push_back(answer_json(problem, tiers, answer));
  return list.dump(2) + "\n";
}

namespace {

// "device: v1 v2, cloud: v3": which layers are where, what is executed together, and as what tensors cross.
std::string placement_text(const plan::Problem& problem, const std::vector<std::string>& tiers, const Answer& answer) {
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
  for (const auto g : plan::executed_groups(problem, *answer.decision.plan)) {
    parts.push_back(fmt::format("{} to {} together", problem.network->layer(problem.groups[g].first).name,
                                problem.network->layer(problem.groups[g].last).name));
  }
  if (!answer.encoding.empty()) parts.push_back("as " + answer.encoding);
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

std::string plans_text(const plan::Problem& problem, const std::vector<std::string>& tiers,
                       const std::vector<Answer>& answers) {
  Blocks blocks;
  for (const auto& answer : answers) {
    blocks.head(answer.partitioner);
    if (!answer.explanation) {
      blocks.line("why", answer.decision.explained());
      blocks.line("placement", "none");
      continue;
    }
    const auto& decision = answer.decision;
    const auto& why = *answer.explanation;
    const auto line = explanation_line(problem, why);
    blocks.line("why", decision.reason + (line.empty() ? "" : "; " + line));
    blocks.line("objective",
                fmt::format("{:.6g} {}", why.cost.objective(problem.objective), plan::unit(problem.objective)));
    if (decision.gap) blocks.line("gap", fmt::format("{:.2g} %", 100.0 * *decision.gap));
    blocks.line("placement", placement_text(problem, tiers, answer));
    blocks.line("time", or_dash(time_parts(why.cost)));
    blocks.line("energy", or_dash(energy_parts(why.cost)));
  }
  return blocks.str();
}

}  // namespace edgecut::report
