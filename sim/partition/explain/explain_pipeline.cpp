#include "partition/explain/explain_pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "partition/methods/pipeline.hpp"

namespace edgecut::partition {
namespace {

using plan::Pipeline;
using plan::PipelineProblem;

std::string slowest_part(const PipelineProblem& problem, const Pipeline& pipeline, const plan::PipelineCost& cost) {
  const auto name = [&](std::size_t stage) { return problem.hosts[pipeline[stage].host].name; };
  for (std::size_t i = 0; i < pipeline.size(); ++i) {
    if (cost.compute[i] == cost.slowest) return "compute on " + name(i);
    if (i < cost.transfer.size() && cost.transfer[i] == cost.slowest) {
      return fmt::format("transfer from {} to {}", name(i), name(i + 1));
    }
  }
  return "nothing";
}

std::optional<Seconds> shortest(const PipelineProblem& problem) {
  const auto found = pipeline(problem);
  return found ? std::optional(plan::evaluate(problem, *found).slowest) : std::nullopt;
}

std::vector<std::string> short_of_memory(const PipelineProblem& problem, Seconds slowest) {
  std::vector<std::string> names;
  auto lifted = problem;
  for (std::size_t host = 0; host < problem.hosts.size(); ++host) {
    lifted.hosts[host].memory = Bytes(plan::never.value());
    if (shortest(lifted).value_or(slowest) < slowest) names.push_back(problem.hosts[host].name);
    lifted.hosts[host].memory = problem.hosts[host].memory;
  }
  return names;
}

void add_runner_up(const PipelineProblem& problem, const Pipeline& chosen, PipelineExplanation& explanation) {
  for (const auto& stage : chosen) {
    auto without = problem;
    for (auto& time : without.hosts[stage.host].layer_time) time = plan::never;
    auto other = pipeline(without);
    if (!other) continue;
    const Seconds slowest = plan::evaluate(problem, *other).slowest;
    const double own = explanation.cost.slowest.value();
    const double margin = own > 0.0 ? (slowest.value() - own) / own : 0.0;
    if (explanation.runner_up && margin >= explanation.margin) continue;
    explanation.runner_up = std::move(other);
    explanation.left_out = problem.hosts[stage.host].name;
    explanation.margin = margin;
  }
}

}  // namespace

PipelineExplanation explain(const PipelineProblem& problem, const Pipeline& chosen) {
  PipelineExplanation explanation;
  explanation.cost = plan::evaluate(problem, chosen);
  explanation.slowest = slowest_part(problem, chosen, explanation.cost);
  explanation.binding = short_of_memory(problem, explanation.cost.slowest);
  add_runner_up(problem, chosen, explanation);
  explanation.changes = factors_of_change([&](double factor) {
    auto other = problem;
    for (auto& host : other.hosts) host.bandwidth *= factor;
    return pipeline(other) == chosen;
  });
  return explanation;
}

}  // namespace edgecut::partition
