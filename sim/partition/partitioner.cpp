#include "partition/partitioner.hpp"

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

std::unique_ptr<Session> Partitioner::start(std::uint64_t /*seed*/) const {
  return std::make_unique<Stateless>(*this);
}

}  // namespace edgecut::partition
