#include "partition/methods/adaptive.hpp"

#include <fmt/format.h>

namespace edgecut::partition {

Decision AdaptiveSession::partition(const plan::Problem& problem, const Situation& situation) {
  const bool was_crowded = is_crowded_;
  if (situation.requests_waiting == 0) is_crowded_ = false;
  if (options_.queue && situation.requests_waiting >= *options_.queue) is_crowded_ = true;
  if (problem_ && is_crowded_ == was_crowded && *problem_ == problem) {
    decision_.switching = Seconds();
    return decision_;
  }
  problem_ = problem;
  if (is_crowded_) {
    auto crowded = problem;
    crowded.objective = plan::Objective::throughput;
    decision_ = decide(crowded, situation);
  } else {
    decision_ = decide(problem, situation);
  }
  return decision_;
}

Decision AdaptiveSession::decide(const plan::Problem& problem, const Situation& situation) {
  auto next = situation.afresh ? situation.afresh(problem) : rule_.partition(problem);
  const bool may_stay = deployed_ && rule_.explainer().admits(problem, *deployed_);
  if (!next.plan) return may_stay ? Decision{deployed_, "kept: no other plan"} : next;
  if (!deployed_ || next.plan == deployed_) {
    deployed_ = next.plan;
    return next;
  }
  if (!may_stay) return change_to(std::move(next), "the old plan breaks a limit");
  if (is_worth_it(problem, *next.plan)) return change_to(std::move(next), "worth a switch");
  return {deployed_, "kept: the gain is not worth a switch"};
}

bool AdaptiveSession::is_worth_it(const plan::Problem& problem, const plan::Plan& next) const {
  const double old = plan::evaluate(problem, *deployed_).objective(problem.objective);
  const double gain = old - plan::evaluate(problem, next).objective(problem.objective);
  if (gain <= options_.hysteresis * old) return false;
  return problem.objective != plan::Objective::latency || gain * options_.horizon > options_.switching.value();
}

Decision AdaptiveSession::change_to(Decision next, std::string_view why) {
  ++switches_;
  deployed_ = next.plan;
  next.switching = options_.switching;
  next.reason = fmt::format("{}; {}", why, next.reason);
  return next;
}

}  // namespace edgecut::partition
