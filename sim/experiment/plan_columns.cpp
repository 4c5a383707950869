#include "experiment/plan_columns.hpp"

#include "plan/plan.hpp"

namespace edgecut::experiment {
namespace {

using metrics::Cell;
using metrics::Fold;

// A plan as its method sees it, and as it is.
struct Planned {
  Planned(bool believing, bool varying, const plan::Problem& of, const plan::Problem& true_of,
          const partition::Decision& chosen)
      : believes(believing), varies(varying), truth(true_of), decision(chosen) {
    if (!is_there()) return;
    thought = plan::evaluate(of, plan());
    is = plan::evaluate(truth, plan());
  }

  bool believes;
  bool varies;
  const plan::Problem& truth;
  const partition::Decision& decision;
  plan::Cost thought;
  plan::Cost is;

  [[nodiscard]] bool is_there() const { return decision.plan.has_value(); }
  [[nodiscard]] const plan::Plan& plan() const { return *decision.plan; }
  template <class Quantity>
  [[nodiscard]] Cell believed(Quantity value) const {
    return believes ? Cell(value.value()) : Cell();
  }
  [[nodiscard]] Cell cut() const {
    if (!is_there()) return std::string("infeasible");
    const auto words = plan::describe(*truth.network, plan());
    return varies ? "varies, first " + words : words;
  }
  [[nodiscard]] Cell processor() const {
    return is.layers_on_device > 0 ? Cell(truth.processors[plan().processor].name) : Cell();
  }
  [[nodiscard]] Cell encoding() const {
    return truth.encodings.empty() ? Cell() : Cell(truth.encodings[plan().encoding].name);
  }
  [[nodiscard]] Cell exits() const {
    const auto& network = *truth.network;
    return network.exits().empty() ? Cell() : Cell(network.exit_policies()[plan().exit_policy].name);
  }
};

using OfPlan = const Planned&;

Cell index_cell(const std::optional<dnn::LayerIndex>& index) {
  return index ? Cell(static_cast<std::int64_t>(*index)) : Cell();
}

// Empty where there is no plan.
template <auto get>
Cell where_planned(OfPlan f) {
  return f.is_there() ? get(f) : Cell();
}

constexpr auto plan_table = std::to_array<metrics::Field<Planned>>({
    {{"feasible", "-", "", "1 when the method found a plan", "its own belief",
      "it is read as \"keeps the limits in truth\": see `violation_rate`"},
     [](OfPlan f) -> Cell { return std::int64_t{f.is_there()}; }},
    {{"infeasible_because", "-", "", "why it found none, as `edgecut plan` says; empty where it found one",
      "the method's own words", "the method adapts: it is of its first plan", Fold::common},
     [](OfPlan f) -> Cell { return f.is_there() ? Cell() : Cell(f.decision.reason); }},
    {{"cut", "-", "",
      "where the plan cuts: device only, cloud only, after a layer; of a method that learns or adapts, its first plan, "
      "and so in the columns up to `head_memory_B`",
      "the plan; the first of a method that adapts", "the method adapts", Fold::common},
     [](OfPlan f) -> Cell { return f.cut(); }},
    {{"cut_index", "k", "", "index of the last layer on the device in the layer order; inputs count", "the plan",
      "the plan is no prefix of the layer order (empty)"},
     where_planned<[](OfPlan f) -> Cell { return index_cell(plan::cut_position(*f.truth.network, f.plan())); }>},
    {{"layers_on_device", "ℓ", "", "layers in the head, inputs not counted", "the plan", "networks are compared"},
     where_planned<[](OfPlan f) -> Cell { return static_cast<std::int64_t>(f.is.layers_on_device); }>},
    {{"processor", "-", "", "the device's processor that runs the head", "the plan",
      "the method adapts: it is that of the first plan", Fold::common},
     where_planned<[](OfPlan f) -> Cell { return f.processor(); }>},
    {{"encoding", "-", "", "form in which tensors cross the cut; empty where the scenario gives no choice", "the plan",
      "the method adapts: it is that of the first plan", Fold::common},
     where_planned<[](OfPlan f) -> Cell { return f.encoding(); }>},
    {{"exits", "-", "", "rule by which inferences leave early; empty for a network without exits", "the plan",
      "the method adapts: it is that of the first plan", Fold::common},
     where_planned<[](OfPlan f) -> Cell { return f.exits(); }>},
    {{"accuracy", "a", "",
      "share of inputs classified right, from the network's and the encoding's sources; or unknown",
      "figures of the network and the encoding", "their sources measured on other data"},
     where_planned<[](OfPlan f) -> Cell {
       return f.is.accuracy ? Cell(*f.is.accuracy) : Cell(std::string("unknown"));
     }>},
    {{"cut_B", "S", "B", "bytes that cross the cut, each tensor once; with early exits the mean over inferences",
      "closed form, each tensor once", "it is taken for what was sent: see `up_mean_B`"},
     where_planned<[](OfPlan f) -> Cell { return f.is.up.value(); }>},
    {{"believed_latency_s", "T̂", "s",
      "idle-system latency of the plan, as the method believes; empty for those that look at no time",
      "closed form on the belief", "it is taken for a prediction under load"},
     where_planned<[](OfPlan f) -> Cell { return f.believed(f.thought.latency); }>},
    {{"believed_energy_J", "Ê", "J", "energy of one inference on an idle system, as the method believes",
      "closed form on the belief", "it is taken for a prediction under load"},
     where_planned<[](OfPlan f) -> Cell { return f.believed(f.thought.energy_inference); }>},
    {{"idle_latency_s", "T0", "s", "true idle-system latency of the plan, in closed form", "closed form on the truth",
      "the system is loaded or moves"},
     where_planned<[](OfPlan f) -> Cell { return f.is.latency.value(); }>},
    {{"idle_energy_J", "E0", "J", "true energy of one inference on an idle system, in closed form",
      "closed form on the truth", "the system is loaded or moves"},
     where_planned<[](OfPlan f) -> Cell { return f.is.energy_inference.value(); }>},
    {{"head_memory_B", "M", "B", "weights and peak live activations of the head", "sum over layers",
      "a runtime keeps copies"},
     where_planned<[](OfPlan f) -> Cell { return f.is.head_memory.value(); }>},
});

}  // namespace

void append_plan(bool believes, bool varies, const plan::Problem& believed, const plan::Problem& truth,
                 const partition::Decision& decision, metrics::Row& row) {
  metrics::append<Planned>(plan_table, Planned(believes, varies, believed, truth, decision), row);
}

std::vector<metrics::Column> plan_columns() {
  return metrics::columns_of<Planned>(plan_table);
}

bool breaks_static_limit(const plan::Problem& truth, const plan::Plan& plan) {
  plan::Problem fixed = truth;  // without what is counted request by request
  fixed.constraints.energy.reset();
  fixed.constraints.deadline.reset();
  return !plan::is_feasible(fixed, plan::evaluate(truth, plan));
}

}  // namespace edgecut::experiment
