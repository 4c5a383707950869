#include "partition/partitioner.hpp"

#include <utility>

namespace edgecut::partition {
namespace {

// The session of a partitioner that keeps no state.
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

std::string Decision::explained() const {
  return is_infeasible ? "infeasible: " + reason : reason;
}

Decision infeasible(std::string why) {
  return {.plan = std::nullopt, .reason = std::move(why), .is_infeasible = true};
}

std::unique_ptr<Session> Partitioner::start(std::uint64_t /*seed*/) const {
  return std::make_unique<Stateless>(*this);
}

}  // namespace edgecut::partition
