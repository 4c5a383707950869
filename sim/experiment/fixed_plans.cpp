// The plans that are played one by one, whatever a method would choose.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <utility>

#include "belief/beliefs.hpp"
#include "config/value.hpp"
#include "experiment/experiment.hpp"
#include "partition/methods/graph_partitioners.hpp"
#include "plan/plan.hpp"
#include "units/ensure.hpp"
#include "units/limit.hpp"

namespace edgecut::experiment {
namespace {

// A plan that keeps the limits of its part, and what it takes of the device.
struct Option {
  plan::Plan plan;
  Bytes weights;
  Bytes activations;
};

struct Room {
  Bytes memory;
  Bytes storage;
};

std::vector<Option> options_of(const plan::Problem& truth) {
  std::vector<Option> options;
  const auto add = [&](plan::Plan plan, const plan::Cost& cost) {
    options.push_back({std::move(plan), cost.head_weights, cost.head_memory - cost.head_weights});
  };
  for (auto& candidate : plan::prefix_candidates(truth)) {
    if (plan::is_feasible(truth, candidate.cost)) add(std::move(candidate.plan), candidate.cost);
  }
  // On a DAG the best placement may be no cut of the layer order.
  const auto best = partition::Oracle().partition(truth);
  if (best.plan && std::ranges::find(options, *best.plan, &Option::plan) == options.end()) {
    add(*best.plan, plan::evaluate(truth, *best.plan));
  }
  return options;
}

// Whether the heads of the classes of one device fit on it together. Networks that take turns are in memory one by one.
bool fit(std::span<const Option* const> classes, const Room& room, bool take_turns) {
  Bytes weights;
  Bytes activations;
  for (const auto* option : classes) {
    weights += option->weights;
    activations = std::max(activations, option->activations);
  }
  return !exceeds(weights, room.storage) && (take_turns || !exceeds(weights + activations, room.memory));
}

class Combinations {
 public:
  Combinations(const std::vector<world::Part>& parts, std::int64_t replication) : parts_(parts) {
    for (const auto& part : parts) {
      const auto truth = belief::true_problem(part, replication);
      rooms_.push_back({std::min(truth.memory, truth.constraints.memory.value_or(truth.memory)), truth.storage});
      options_.push_back(options_of(truth));
    }
  }

  // Hands over one combination after the other, the last part's plan changing fastest.
  template <class Take>
  void each(Take take) const {
    refuse_too_many();
    std::vector<const Option*> chosen;
    extend(chosen, take);
  }

 private:
  void refuse_too_many() const {
    std::vector<std::size_t> counts;
    double product = 1.0;
    for (const auto& options : options_) {
      counts.push_back(options.size());
      product *= static_cast<double>(options.size());
    }
    if (product <= static_cast<double>(most_combinations)) return;
    throw config::Error(
        fmt::format("partitioners: fixed plans of all groups and classes are {} = {:.0f} combinations; at most {} are "
                    "played (fewer groups or classes, or limits that leave fewer cuts)",
                    fmt::join(counts, " x "), product, most_combinations));
  }
  template <class Take>
  void extend(std::vector<const Option*>& chosen, Take& take) const {
    const auto part = chosen.size();
    if (part == parts_.size()) return take(chosen);
    for (const auto& option : options_[part]) {
      chosen.push_back(&option);
      if (fits(chosen)) extend(chosen, take);
      chosen.pop_back();
    }
  }
  // The last part beside the classes before it.
  [[nodiscard]] bool fits(const std::vector<const Option*>& chosen) const {
    const auto last = chosen.size() - 1;
    auto first = last;
    while (parts_[first].joins) --first;
    if (first == last) return true;
    return fit(std::span(chosen).subspan(first), rooms_[last], parts_[last].world.load_rate.has_value());
  }

  const std::vector<world::Part>& parts_;
  std::vector<Room> rooms_;                   // of the device, by part
  std::vector<std::vector<Option>> options_;  // by part
};

Plans plans_of(const std::vector<const Option*>& chosen) {
  Plans plans;
  for (const auto* option : chosen) plans.push_back(option->plan);
  return plans;
}

}  // namespace

std::vector<Plans> Experiment::fixed_plans(std::int64_t replication) const {
  std::vector<Plans> all;
  Combinations(parts(), replication).each([&](const auto& chosen) { all.push_back(plans_of(chosen)); });
  return all;
}

Plans Experiment::fixed_plans(std::int64_t replication, std::size_t number) const {
  Plans found;
  std::size_t next = 0;
  Combinations(parts(), replication).each([&](const auto& chosen) {
    if (next++ == number) found = plans_of(chosen);
  });
  ensure(number < next, "fixed plans are numbered from 0");
  return found;
}

}  // namespace edgecut::experiment
