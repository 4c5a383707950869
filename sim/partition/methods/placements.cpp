#include "partition/methods/placements.hpp"

#include "partition/search/optimum.hpp"

namespace edgecut::partition {
namespace {

Decision if_feasible(const plan::Problem& problem, plan::Plan plan, std::string reason) {
  const auto broken = plan::excesses(problem, plan::evaluate(problem, plan));
  if (!broken.empty()) return infeasible(explained(broken));
  return {std::move(plan), std::move(reason)};
}

}  // namespace

Decision DeviceOnly::partition(const plan::Problem& problem) const {
  return if_feasible(problem, plan::cut_after(problem, problem.network->size() - 1, 0, encoding_),
                     "everything on the device");
}

Decision CloudOnly::partition(const plan::Problem& problem) const {
  return if_feasible(problem, plan::cut_after(problem, 0, 0, encoding_), "everything in the cloud");
}

Decision Fixed::partition(const plan::Problem& problem) const {
  return if_feasible(problem, plan::cut_after(problem, last_, processor_, encoding_), "the cut that was given");
}

}  // namespace edgecut::partition
