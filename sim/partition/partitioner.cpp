#include "partition/partitioner.hpp"

#include "units/ensure.hpp"

namespace edgecut::partition {
namespace {

// Of a partitioner that keeps no state.
class Stateless final : public Session {
 public:
  explicit Stateless(const Partitioner& partitioner) : partitioner_(partitioner) {}
  Decision partition(const plan::Problem& problem, const Situation& /*situation*/) override {
    return partitioner_.partition(problem);
  }

 private:
  const Partitioner& partitioner_;
};

}  // namespace

Measure measure_of(plan::Objective objective) {
  const auto name = [&] {
    switch (objective) {
      case plan::Objective::latency:
        return "latency";
      case plan::Objective::energy:
        return "energy";
      case plan::Objective::bytes:
        return "bytes";
      case plan::Objective::throughput:
        return "slowest stage";
    }
    throw InternalError("unknown objective");
  };
  return {name(), [objective](const plan::Candidate& candidate) { return candidate.cost.objective(objective); }};
}

std::unique_ptr<Session> Partitioner::start(std::uint64_t /*seed*/) const {
  return std::make_unique<Stateless>(*this);
}

Measure Partitioner::measure(const plan::Problem& problem) const {
  return measure_of(problem.objective);
}

bool Partitioner::admits(const plan::Problem& problem, const plan::Plan& plan) const {
  return plan::is_feasible(problem, plan::evaluate(problem, plan));
}

std::vector<plan::Candidate> Partitioner::alternatives(const plan::Problem& problem, const plan::Plan& plan) const {
  return plan::prefix_candidates(problem, plan.exit_policy);
}

PartitionerPtr Partitioner::without(const std::set<std::string>& limits) const {
  ensure(limits.empty(), "a method with limits of its own says how to lift them");
  return nullptr;
}

}  // namespace edgecut::partition
