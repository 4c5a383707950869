#include "experiment/choices.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <utility>

namespace edgecut::experiment {
namespace {

constexpr auto no_plan = "none";

// A choice that has no effect is left out: of a processor without a head, of a form in which nothing is sent.
std::string effect_of(const dnn::Network& network, const plan::Plan& plan) {
  const auto& active = network.active(plan.exit_policy);
  std::string tiers;
  bool has_head = false;
  bool encodes = false;
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    if (!active[v]) continue;
    tiers += fmt::format("{}{}", v, "dec"[static_cast<std::size_t>(plan.tier(v))]);
    if (network.is_input(v)) continue;
    has_head = has_head || plan.tier(v) == plan::Tier::device;
    for (const auto w : network.graph().consumers(v)) {
      encodes = encodes || (active[w] && plan.tier(v) != plan.tier(w));
    }
  }
  return fmt::format("{} {} {} {}", tiers, has_head ? plan.processor : 0, encodes ? plan.encoding : 0,
                     plan.exit_policy);
}

// The axis and those that a zip or a sample moves along with it.
std::vector<std::size_t> moves_with(const Study& study, std::size_t axis) {
  std::vector<std::size_t> together{axis};
  for (std::size_t other = 0; other < study.axes().size(); ++other) {
    if (study.axes()[other].leader == axis) together.push_back(other);
  }
  return together;
}

std::string choice_of(const Experiment& experiment, std::size_t method, std::int64_t replication) {
  std::string choice;
  bool is_any = false;
  const auto plans = experiment.first_plans(method, replication);
  for (std::size_t part = 0; part < plans.size(); ++part) {
    is_any = is_any || plans[part];
    choice += plans[part] ? effect_of(*experiment.parts()[part].world.network, *plans[part]) : no_plan;
    choice += '\n';
  }
  return is_any ? choice : no_plan;
}

}  // namespace

Choices::Choices(const Study& study) : study_(study), methods_(study.points().front().methods().size()) {
  constexpr std::size_t most_decisions = 20'000;
  for (const auto& point : study.points()) {
    for (std::size_t method = 0; method < methods_; ++method) {
      if (!point.is_settled(method)) return;
    }
  }
  const auto affordable = std::max<std::size_t>(1, most_decisions / (study.points().size() * methods_));
  replications_ = std::min(study.replications(), static_cast<std::int64_t>(affordable));
  known_.resize(study.points().size() * static_cast<std::size_t>(replications_) * methods_);
}

const std::string& Choices::choice(std::size_t point, std::int64_t replication, std::size_t method) {
  const auto row = point * static_cast<std::size_t>(replications_) + static_cast<std::size_t>(replication);
  auto& known = known_.at(row * methods_ + method);
  if (!known) known = choice_of(study_.points()[point], method, replication);
  return *known;
}

bool Choices::are_alike() {
  if (replications_ == 0 || methods_ < 2) return false;
  for (std::size_t point = 0; point < study_.points().size(); ++point) {
    for (std::int64_t r = 0; r < replications_; ++r) {
      for (std::size_t method = 1; method < methods_; ++method) {
        if (choice(point, r, method) != choice(point, r, 0)) return false;
      }
    }
  }
  return !are_none();
}

bool Choices::are_none() {
  for (std::size_t point = 0; point < study_.points().size(); ++point) {
    for (std::int64_t r = 0; r < replications_; ++r) {
      for (std::size_t method = 0; method < methods_; ++method) {
        if (choice(point, r, method) != no_plan) return false;
      }
    }
  }
  return replications_ > 0;
}

bool Choices::is_idle(std::size_t axis) {
  std::map<std::vector<std::optional<std::size_t>>, std::size_t> first;  // point, by the other coordinates
  std::vector<std::pair<std::size_t, std::size_t>> pairs;                // of points that the axis alone tells apart
  for (std::size_t point = 0; point < study_.points().size(); ++point) {
    auto others = study_.coordinates(point);
    for (const auto moving : moves_with(study_, axis)) others[moving].reset();
    const auto [found, is_new] = first.emplace(std::move(others), point);
    if (!is_new) pairs.emplace_back(found->second, point);
  }
  for (std::int64_t r = 0; r < replications_; ++r) {
    for (const auto& [a, b] : pairs) {
      for (std::size_t method = 0; method < methods_; ++method) {
        if (choice(a, r, method) != choice(b, r, method)) return false;
      }
    }
  }
  return !pairs.empty();
}

std::vector<std::string> Choices::idle_axes() {
  std::vector<std::string> axes;
  if (replications_ == 0 || are_none()) return axes;
  for (std::size_t axis = 0; axis < study_.axes().size(); ++axis) {
    if (study_.axes()[axis].leader || !is_idle(axis)) continue;
    std::vector<std::string> together;
    for (const auto moving : moves_with(study_, axis)) together.push_back(study_.axes()[moving].path);
    axes.push_back(fmt::format("{}", fmt::join(together, " with ")));
  }
  return axes;
}

}  // namespace edgecut::experiment
