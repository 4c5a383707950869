#include "partition/fallback.hpp"

#include <utility>

namespace edgecut::partition {
namespace {

bool fits(const plan::Problem& problem, const plan::Cost& cost) {
  auto memory_alone = problem;
  memory_alone.constraints = {};
  memory_alone.constraints.memory = problem.constraints.memory;
  return plan::is_feasible(memory_alone, cost);
}

Decision or_fallback(Decision decision, Fallback fallback, const plan::Problem& problem) {
  if (decision.plan) return decision;
  auto plan = plan_of(fallback, problem);
  if (!plan) return decision;
  return {std::move(plan), "the fallback: " + decision.explained()};
}

class FallbackSession final : public Session {
 public:
  FallbackSession(std::unique_ptr<Session> session, Fallback fallback)
      : session_(std::move(session)), fallback_(fallback) {}
  Decision partition(const plan::Problem& problem, const Situation& situation) override {
    return or_fallback(session_->partition(problem, situation), fallback_, problem);
  }
  void observe(const Outcome& outcome) override { session_->observe(outcome); }

 private:
  std::unique_ptr<Session> session_;
  Fallback fallback_;
};

}  // namespace

std::optional<plan::Plan> plan_of(Fallback fallback, const plan::Problem& problem) {
  if (fallback == Fallback::lost) return std::nullopt;
  const auto last = fallback == Fallback::device_only ? problem.network->size() - 1 : 0;
  for (std::size_t processor = 0; processor < problem.processors.size(); ++processor) {
    auto plan = plan::cut_after(problem, last, processor);
    if (fits(problem, plan::evaluate(problem, plan))) return plan;
  }
  return std::nullopt;
}

Decision WithFallback::partition(const plan::Problem& problem) const {
  return or_fallback(method_.partition(problem), fallback_, problem);
}

std::unique_ptr<Session> WithFallback::start(std::uint64_t seed) const {
  return std::make_unique<FallbackSession>(method_.start(seed), fallback_);
}

}  // namespace edgecut::partition
