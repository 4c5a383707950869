#include "engine/planner.hpp"

#include <algorithm>

namespace edgecut::engine {

const Route& Itinerary::route_for(double draw) const {
  std::size_t exit = 0;
  double sum = 0.0;
  for (std::size_t k = 0; k < rates.size(); ++k) {
    if (rates[k] == 0.0) continue;
    exit = k;  // the last one, where the rates' sum is rounded to less than 1
    sum += rates[k];
    if (draw < sum) break;
  }
  return routes[exit];
}

Planner::Planner(const System& system, const partition::Partitioner& partitioner)
    : system_(system), partitioner_(partitioner), choosers_(system.clients.size()) {}

const partition::Decision& Planner::decide(const plan::Problem& problem) {
  auto& decision = decisions_[&problem];
  if (decision == nullptr) decision = std::make_unique<partition::Decision>(partitioner_.partition(problem));
  return *decision;
}

const Itinerary* Planner::choose(events::DeviceIndex device, const partition::Situation& situation) {
  const auto& problem = *system_.clients[device].problem;
  if (!partitioner_.is_stateful()) {
    auto& settled = choosers_[device].settled;
    if (settled) return *settled;
    const auto& decision = decide(problem);
    return *(settled = decision.plan ? &itinerary_of(device, *decision.plan) : nullptr);
  }
  auto& session = choosers_[device].session;
  if (session == nullptr) session = partitioner_.start(system_.seed + device);
  const auto decision = session->partition(problem, situation);
  return decision.plan ? &itinerary_of(device, *decision.plan) : nullptr;
}

void Planner::tell(events::DeviceIndex device, const partition::Outcome& outcome) {
  if (choosers_[device].session != nullptr) choosers_[device].session->observe(outcome);
}

const Itinerary& Planner::itinerary_of(events::DeviceIndex device, const plan::Plan& plan) {
  auto& plans = choosers_[device].plans;
  const auto known = std::ranges::find(plans, plan, [](const auto& chosen) { return chosen->plan; });
  if (known != plans.end()) return (*known)->itinerary;
  const auto& client = system_.clients[device];
  static_cast<void>(plan::evaluate(*client.problem, plan));  // checks that the plan fits the problem
  auto& chosen = *plans.emplace_back(std::make_unique<Chosen>(Chosen{plan, {}}));
  auto& itinerary = chosen.itinerary;
  itinerary.plan = &chosen.plan;
  itinerary.rates = client.network->exit_policies()[plan.exit_policy].rates;
  for (std::size_t exit = 0; exit < itinerary.rates.size(); ++exit) {
    itinerary.routes.push_back(itinerary.rates[exit] > 0.0 ? make_route(client, system_.edge, plan, exit) : Route{});
  }
  return itinerary;
}

}  // namespace edgecut::engine
