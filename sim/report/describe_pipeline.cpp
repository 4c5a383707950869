#include "report/describe_pipeline.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "report/or_null.hpp"
#include "report/table.hpp"

namespace edgecut::report {
namespace {

using nlohmann::ordered_json;
using plan::PipelineProblem;

constexpr const char* no_pipeline = "infeasible: no choice of hosts keeps their memory and runs every layer";
constexpr const char* reason = "dynamic programming over sets of hosts";

ordered_json placement_json(const PipelineProblem& problem, const plan::Pipeline& pipeline) {
  auto placement = ordered_json::object();
  for (const auto& stage : pipeline) {
    for (auto v = stage.first; v <= stage.last; ++v) {
      placement[problem.network->layer(v).name] = problem.hosts[stage.host].name;
    }
  }
  return placement;
}

ordered_json stages_json(const PipelineProblem& problem, const plan::Pipeline& pipeline,
                         const plan::PipelineCost& cost) {
  auto stages = ordered_json::array();
  for (std::size_t i = 0; i < pipeline.size(); ++i) {
    ordered_json stage{{"host", problem.hosts[pipeline[i].host].name},
                       {"first", problem.network->layer(pipeline[i].first).name},
                       {"last", problem.network->layer(pipeline[i].last).name},
                       {"compute_s", cost.compute[i].value()},
                       {"transfer_s", nullptr},
                       {"memory_B", cost.memory[i].value()}};
    if (i < cost.transfer.size()) stage["transfer_s"] = cost.transfer[i].value();
    stages.push_back(std::move(stage));
  }
  return stages;
}

std::string why_text(const partition::PipelineExplanation& why) {
  std::vector<std::string> parts{"slowest: " + why.slowest};
  if (!why.binding.empty()) parts.push_back(fmt::format("bound by the memory of {}", fmt::join(why.binding, ", ")));
  if (why.runner_up && why.margin == 0.0) parts.push_back(fmt::format("as fast without {}", why.left_out));
  if (why.runner_up && why.margin > 0.0) {
    parts.push_back(fmt::format("{:.3g} % slower without {}", 100.0 * why.margin, why.left_out));
  }
  if (why.changes.below) parts.push_back(fmt::format("another plan below {:.3g} x the bandwidths", *why.changes.below));
  if (why.changes.above) parts.push_back(fmt::format("another plan above {:.3g} x the bandwidths", *why.changes.above));
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace

std::string pipeline_json(const PipelineProblem& problem, const PipelineAnswer& answer) {
  ordered_json object{{"partitioner", "pipeline"}, {"objective", nullptr}, {"unit", "s"}, {"placement", nullptr}};
  object["feasible"] = answer.pipeline.has_value();
  object["reason"] = answer.pipeline ? reason : no_pipeline;
  if (answer.pipeline) {
    const auto& why = *answer.explanation;
    object["objective"] = why.cost.slowest.value();
    object["placement"] = placement_json(problem, *answer.pipeline);
    object["stages"] = stages_json(problem, *answer.pipeline, why.cost);
    object["cost"] = {{"slowest_s", why.cost.slowest.value()}, {"latency_s", why.cost.latency.value()}};
    object["slowest"] = why.slowest;
    object["binding"] = why.binding;
    object["runner_up"] = nullptr;
    if (why.runner_up) {
      object["runner_up"] = {{"without", why.left_out},
                             {"objective", plan::evaluate(problem, *why.runner_up).slowest.value()},
                             {"margin", why.margin},
                             {"placement", placement_json(problem, *why.runner_up)}};
    }
    object["changes_below_bandwidth_factor"] = or_null(why.changes.below);
    object["changes_above_bandwidth_factor"] = or_null(why.changes.above);
  }
  return ordered_json::array({object}).dump(2) + "\n";
}

std::string pipeline_text(const PipelineProblem& problem, const PipelineAnswer& answer) {
  if (!answer.pipeline) return fmt::format("pipeline: {}\n", no_pipeline);
  const auto& cost = answer.explanation->cost;
  Table table({"stage", "host", "layers", "compute", "memory", "transfer to the next"});
  for (std::size_t i = 0; i < answer.pipeline->size(); ++i) {
    const auto& [host, first, last] = (*answer.pipeline)[i];
    const auto& network = *problem.network;
    const auto layers = first == last ? network.layer(first).name
                                      : fmt::format("{} to {}", network.layer(first).name, network.layer(last).name);
    table.add({fmt::format("{}", i + 1), problem.hosts[host].name, layers, seconds(cost.compute[i].value()),
               bytes(cost.memory[i].value()), i < cost.transfer.size() ? seconds(cost.transfer[i].value()) : "-"});
  }
  const double slowest = cost.slowest.value();
  return fmt::format("pipeline: an inference every {}{}, each takes {}\n\n{}\n{}\n", seconds(slowest),
                     slowest > 0.0 ? fmt::format(" ({:.4g} a second)", 1.0 / slowest) : "",
                     seconds(cost.latency.value()), table.str(), why_text(*answer.explanation));
}

}  // namespace edgecut::report
