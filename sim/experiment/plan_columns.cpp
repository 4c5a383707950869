#include "experiment/plan_columns.hpp"

#include "plan/plan.hpp"

namespace edgecut::experiment {
namespace {

metrics::Cell optional_index(const std::optional<dnn::LayerIndex>& index) {
  return index ? metrics::Cell(static_cast<std::int64_t>(*index)) : metrics::Cell();
}

}  // namespace

void append_plan(bool believes, bool varies, const plan::Problem& believed, const plan::Problem& truth,
                 const partition::Decision& decision, metrics::Row& row) {
  if (!decision.plan) {
    row.add("feasible", std::int64_t{0});
    row.add("infeasible_because", decision.reason);
    row.add("cut", std::string("infeasible"));
    for (const auto* name :
         {"cut_index", "layers_on_device", "processor", "encoding", "exits", "accuracy", "cut_B", "believed_latency_s",
          "believed_energy_J", "idle_latency_s", "idle_energy_J", "head_memory_B"}) {
      row.add(name, {});
    }
    return;
  }
  const auto& plan = *decision.plan;
  const auto thought = plan::evaluate(believed, plan);
  const auto is = plan::evaluate(truth, plan);
  row.add("feasible", std::int64_t{1});
  row.add("infeasible_because", {});
  const auto cut = plan::describe(*truth.network, plan);
  row.add("cut", varies ? "varies, first " + cut : cut);
  row.add("cut_index", optional_index(plan::cut_position(*truth.network, plan)));
  row.add("layers_on_device", static_cast<std::int64_t>(is.layers_on_device));
  row.add("processor",
          is.layers_on_device > 0 ? metrics::Cell(truth.processors[plan.processor].name) : metrics::Cell());
  const auto& encodings = truth.encodings;
  row.add("encoding", encodings.empty() ? metrics::Cell() : metrics::Cell(encodings[plan.encoding].name));
  row.add("exits", truth.network->exits().empty()
                       ? metrics::Cell()
                       : metrics::Cell(truth.network->exit_policies()[plan.exit_policy].name));
  row.add("accuracy", is.accuracy ? metrics::Cell(*is.accuracy) : metrics::Cell(std::string("unknown")));
  row.add("cut_B", is.up.value());
  row.add("believed_latency_s", believes ? metrics::Cell(thought.latency.value()) : metrics::Cell());
  row.add("believed_energy_J", believes ? metrics::Cell(thought.energy_inference.value()) : metrics::Cell());
  row.add("idle_latency_s", is.latency.value());
  row.add("idle_energy_J", is.energy_inference.value());
  row.add("head_memory_B", is.head_memory.value());
}

std::vector<metrics::Column> plan_columns() {
  return {
      {"feasible", "", "1 when the method found a plan"},
      {"infeasible_because", "", "why it found none, as `edgecut plan` says; empty where it found one"},
      {"cut", "",
       "where the plan cuts: device only, cloud only, after a layer; of a method that learns or adapts, its first "
       "plan, "
       "and likewise in the columns up to head_memory_B"},
      {"cut_index", "", "index of the last layer on the device in the layer order; inputs count"},
      {"layers_on_device", "", "layers in the head, inputs not counted"},
      {"processor", "", "the device's processor that runs the head"},
      {"encoding", "", "form in which tensors cross the cut; empty where the scenario gives no choice"},
      {"exits", "", "rule by which inferences leave early; empty for a network without exits"},
      {"accuracy", "", "share of inputs classified right, from the network's and the encoding's sources; or unknown"},
      {"cut_B", "B", "bytes that cross the cut, each tensor once; with early exits the mean over inferences"},
      {"believed_latency_s", "s",
       "idle-system latency of the plan, as the method believes; empty for those that look at no time"},
      {"believed_energy_J", "J", "energy of one inference on an idle system, as the method believes"},
      {"idle_latency_s", "s", "true idle-system latency of the plan, in closed form"},
      {"idle_energy_J", "J", "true energy of one inference on an idle system, in closed form"},
      {"head_memory_B", "B", "weights and peak live activations of the head"},
  };
}

bool breaks_static_limit(const plan::Problem& truth, const plan::Plan& plan) {
  plan::Problem fixed = truth;  // without what is counted request by request
  fixed.constraints.energy.reset();
  fixed.constraints.deadline.reset();
  return !plan::is_feasible(fixed, plan::evaluate(truth, plan));
}

}  // namespace edgecut::experiment
