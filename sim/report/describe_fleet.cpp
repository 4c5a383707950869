#include "report/describe_fleet.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "report/or_null.hpp"
#include "report/table.hpp"
#include "units/text.hpp"

namespace edgecut::report {
namespace {

using nlohmann::ordered_json;
using partition::FleetObjective;
using plan::FleetProblem;
using Names = std::vector<std::string>;

constexpr const char* nothing_found = "infeasible: no cuts, units and rates were found that keep every user's limits";

std::string_view name(FleetObjective objective) {
  return objective == FleetObjective::longest ? "longest latency" : "mean latency";
}

// Of what a plan uses; a rate of a direction that it does not is null.
ordered_json rate_json(Bytes size, Bandwidth rate) {
  return size > Bytes() ? ordered_json(rate.value() * 8.0) : ordered_json();
}

ordered_json placement_json(const plan::Problem& user, const plan::Plan& plan) {
  auto placement = ordered_json::object();
  for (dnn::LayerIndex v = 0; v < user.network->size(); ++v) {
    placement[user.network->layer(v).name] = plan.on_device[v] ? "device" : "server";
  }
  return placement;
}

void add_users(const FleetProblem& problem, const Names& users, const FleetAnswer& answer, ordered_json& object) {
  object["placement"] = ordered_json::object();
  object["users"] = ordered_json::array();
  for (std::size_t i = 0; i < users.size(); ++i) {
    const auto& share = (*answer.allocation)[i];
    const auto cost = plan::evaluate(problem.users[i], share.plan);
    object["placement"][users[i]] = placement_json(problem.users[i], share.plan);
    object["users"].push_back({{"name", users[i]},
                               {"cut", plan::describe(*problem.users[i].network, share.plan)},
                               {"units", share.units},
                               {"up_bit_per_s", rate_json(cost.up, share.up)},
                               {"down_bit_per_s", rate_json(cost.down, share.down)},
                               {"sent_B", cost.up.value()},
                               {"latency_s", answer.explanation->cost.latency[i].value()}});
  }
}

ordered_json answer_json(const FleetProblem& problem, const Names& users, const FleetAnswer& answer) {
  ordered_json object{
      {"partitioner", answer.partitioner}, {"objective", nullptr}, {"unit", "s"}, {"placement", nullptr}};
  object["feasible"] = answer.allocation.has_value();
  object["reason"] = answer.allocation ? fmt::format("least {}", name(answer.objective)) : nothing_found;
  if (!answer.allocation) return object;
  const auto& why = *answer.explanation;
  object["objective"] = partition::value(why.cost, answer.objective).value();
  add_users(problem, users, answer, object);
  object["cost"] = {{"longest_s", why.cost.longest.value()}, {"mean_s", why.cost.mean.value()}};
  object["bound_s"] = or_null(answer.bound);
  object["latest"] = users[why.latest];
  object["binding"] = ordered_json::array();
  for (const auto user : why.binding) object["binding"].push_back(users[user]);
  object["with_one_unit_more_s"] = or_null(why.with_one_more);
  object["with_one_unit_fewer_s"] = or_null(why.with_one_fewer);
  object["changes_below_bandwidth_factor"] = or_null(why.changes ? why.changes->below : std::nullopt);
  object["changes_above_bandwidth_factor"] = or_null(why.changes ? why.changes->above : std::nullopt);
  return object;
}

std::string why_text(const Names& users, const FleetAnswer& answer) {
  const auto& why = *answer.explanation;
  std::vector<std::string> parts{"latest: " + users[why.latest]};
  Names bound;
  for (const auto user : why.binding) bound.push_back(users[user]);
  if (!bound.empty()) parts.push_back(fmt::format("bound by the limits of {}", fmt::join(bound, ", ")));
  if (why.with_one_more) parts.push_back(fmt::format("{} with a unit more", units::format(*why.with_one_more)));
  if (why.with_one_fewer) parts.push_back(fmt::format("{} with a unit fewer", units::format(*why.with_one_fewer)));
  if (why.changes && why.changes->below) {
    parts.push_back(fmt::format("other cuts below {:.3g} x the bandwidths up", *why.changes->below));
  }
  if (why.changes && why.changes->above) {
    parts.push_back(fmt::format("other cuts above {:.3g} x the bandwidths up", *why.changes->above));
  }
  if (answer.bound) parts.push_back(fmt::format("no allocation is below {}", units::format(*answer.bound)));
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string answer_text(const FleetProblem& problem, const Names& users, const FleetAnswer& answer) {
  if (!answer.allocation) return fmt::format("{}: {}\n", answer.partitioner, nothing_found);
  const auto& why = *answer.explanation;
  Table table({"user", "cut", "units", "up", "down", "latency"});
  for (std::size_t i = 0; i < users.size(); ++i) {
    const auto& share = (*answer.allocation)[i];
    const auto cost = plan::evaluate(problem.users[i], share.plan);
    const auto rate = [](Bytes size, Bandwidth own) { return size > Bytes() ? units::format(own) : "-"; };
    table.add({users[i], plan::describe(*problem.users[i].network, share.plan), fmt::format("{}", share.units),
               rate(cost.up, share.up), rate(cost.down, share.down), seconds(why.cost.latency[i].value())});
  }
  return fmt::format("{}: longest latency {}, mean {}\n\n{}\n{}\n", answer.partitioner,
                     seconds(why.cost.longest.value()), seconds(why.cost.mean.value()), table.str(),
                     why_text(users, answer));
}

}  // namespace

std::string fleets_json(const FleetProblem& problem, const Names& users, const std::vector<FleetAnswer>& answers) {
  auto list = ordered_json::array();
  for (const auto& answer : answers) list.push_back(answer_json(problem, users, answer));
  return list.dump(2) + "\n";
}

std::string fleets_text(const FleetProblem& problem, const Names& users, const std::vector<FleetAnswer>& answers) {
  std::string text;
  for (const auto& answer : answers) text += (text.empty() ? "" : "\n") + answer_text(problem, users, answer);
  return text;
}

}  // namespace edgecut::report
