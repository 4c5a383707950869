#include "plan/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "dnn/complexity.hpp"
#include "plan/execution.hpp"
#include "units/ensure.hpp"
#include "units/limit.hpp"
#include "units/text.hpp"

namespace edgecut::plan {
namespace {

using dnn::LayerIndex;
using dnn::Network;
using dnn::Placement;

// How long the radio stays connected between the transfers of one inference.
class RadioTime {
 public:
  /// Time in which the radio neither sends nor receives.
  void pass(Seconds time) { since_ += time; }
  /// A message, and the time that its last byte travels. Without bytes the radio is not used.
  void send(Bytes size, Seconds latency) {
    if (size > Bytes()) {
      if (is_used_) between_ += since_;
      is_used_ = true;
      since_ = Seconds();
    }
    since_ += latency;
  }

  [[nodiscard]] bool is_used() const { return is_used_; }
  /// The time from the first transfer to the last, transfers left out.
  [[nodiscard]] Seconds between() const { return between_; }

 private:
  bool is_used_ = false;
  Seconds since_;
  Seconds between_;
};

Execution execution_of(const Problem& problem, const Plan& plan, const Placement& active) {
  Execution execution(problem, plan.processor, 0);
  for (LayerIndex v = 0; v < problem.network->size(); ++v) execution.add(plan.tier(v), active[v]);
  return execution;
}

// One inference's way through the tiers, for one set of layers that run.
class Tally {
 public:
  Tally(const Problem& problem, const Plan& plan, Placement active, std::size_t exit)
      : problem_(problem), network_(*problem.network), plan_(plan), active_(std::move(active)), exit_(exit) {
    if (!problem.groups.empty()) grouped_ = execution_of(problem, plan, active_).work();
    add_layers();
    if (is_cut()) {
      if (cost_.leaves_device()) add_cut();
    } else {
      add_switches();
    }
    finish();
  }

  [[nodiscard]] Cost cost() const { return cost_; }

 private:
  Seconds& time_at(Tier tier) {
    return tier == Tier::device ? cost_.head : tier == Tier::edge ? cost_.edge : cost_.tail;
  }

  void add_layers() {
    for (LayerIndex v = 0; v < network_.size(); ++v) {
      if (!active_[v]) continue;
      const Tier tier = plan_.tier(v);
      cost_.uses_edge = cost_.uses_edge || tier == Tier::edge;
      cost_.uses_cloud = cost_.uses_cloud || tier == Tier::cloud;
      time_at(tier) += time_of(v);
    }
  }

  // The time of a layer where it runs. A group's is its first layer's.
  [[nodiscard]] Seconds time_of(LayerIndex v) const {
    if (!grouped_.empty()) return grouped_[v].time;
    const Tier tier = plan_.tier(v);
    return tier == Tier::device ? problem_.processors[plan_.processor].layer_time[v]
           : tier == Tier::edge ? problem_.edge->layer_time[v]
                                : problem_.cloud_time[v];
  }
  [[nodiscard]] Joules energy_of(LayerIndex v) const {
    if (!grouped_.empty()) return grouped_[v].energy;
    const Tier tier = plan_.tier(v);
    return tier == Tier::device ? problem_.processors[plan_.processor].energy(v)
           : tier == Tier::edge ? problem_.edge->energy(v)
                                : problem_.cloud_energy(v);
  }

  [[nodiscard]] bool is_cut() const { return network_.graph().is_downward_closed(plan_.on_device); }
  [[nodiscard]] bool is_direct() const { return problem_.direct && !cost_.uses_edge; }
  [[nodiscard]] bool relays() const { return problem_.edge && cost_.uses_cloud && !is_direct(); }
  [[nodiscard]] const Hop& own_hop() const { return is_direct() ? *problem_.direct : problem_.link; }
  [[nodiscard]] RadioUse own_radio() const { return is_direct() ? problem_.direct_radio : problem_.radio(); }

  void recode(Tier from, Tier to, LayerIndex v) {
    const auto encode = problem_.encode(v, plan_.encoding);
    const auto decode = problem_.decode(v, plan_.encoding);
    time_at(from) += encode;
    time_at(to) += decode;
    cost_.codec += encode + decode;
  }

  // Whether some layer on a tier above `tier` reads what v makes on it or below.
  [[nodiscard]] bool crosses(LayerIndex v, Tier tier) const {
    if (!active_[v] || plan_.tier(v) > tier) return false;
    return std::ranges::any_of(network_.graph().consumers(v),
                               [&](LayerIndex w) { return active_[w] && plan_.tier(w) > tier; });
  }

  void add_cut() {
    const Tier receiver = cost_.uses_edge ? Tier::edge : Tier::cloud;
    for (LayerIndex v = 0; v < network_.size(); ++v) {
      const Bytes size = problem_.sent(v, plan_.encoding);
      if (crosses(v, Tier::device)) {
        cost_.up += size;
        recode(Tier::device, receiver, v);
      }
      if (!relays() || !crosses(v, Tier::edge)) continue;
      cost_.relayed += size;
      if (cost_.uses_edge) recode(Tier::edge, Tier::cloud, v);
    }
    cost_.upload += own_hop().up_latency;
    if (relays()) cost_.relay += problem_.edge->link.up_latency;
    add_results();
  }

  void add_results() {
    for (LayerIndex v = 0; v < network_.size(); ++v) {
      if (!active_[v] || plan_.on_device[v] || (!network_.exits().empty() && network_.exits()[exit_].output != v))
        continue;
      cost_.down += problem_.result[v];
      if (relays() && plan_.tier(v) == Tier::cloud) relayed_back_ += problem_.result[v];
    }
    cost_.download += own_hop().down_latency;
    if (relays()) cost_.relay_back += problem_.edge->link.down_latency;
  }

  // A plan that returns to the device: it switches sides after cut vertices, one tensor at a time.
  void add_switches() {
    std::optional<LayerIndex> previous;
    for (LayerIndex v = 0; v < network_.size(); ++v) {
      if (!active_[v] || network_.is_input(v)) continue;
      const Tier from = previous ? plan_.tier(*previous) : Tier::device;
      if (from != plan_.tier(v)) add_switch(from, network_.graph().predecessors(v).front());
      radio_.pass(time_of(v));
      previous = v;
    }
    if (plan_.on_device[*previous]) return;
    cost_.down += problem_.result[*previous];
    cost_.download += problem_.link.down_latency;
    radio_.pass(problem_.cloud_wait);
    radio_.send(problem_.result[*previous], Seconds());
  }

  void add_switch(Tier from, LayerIndex tensor) {
    recode(from, from == Tier::device ? Tier::cloud : Tier::device, tensor);
    const Bytes size = problem_.sent(tensor, plan_.encoding);
    (from == Tier::device ? cost_.up : cost_.down) += size;
    const auto latency = from == Tier::device ? problem_.link.up_latency : problem_.link.down_latency;
    (from == Tier::device ? cost_.upload : cost_.download) += latency;
    radio_.pass(problem_.encode(tensor, plan_.encoding));
    radio_.send(size, latency);
    radio_.pass(problem_.decode(tensor, plan_.encoding));
  }

  // The way of a plan that leaves the device once.
  void pass_cut() {
    radio_.send(cost_.up, own_hop().up_latency);
    radio_.pass(cost_.edge + cost_.relay + cost_.tail + cost_.relay_back + cost_.wait);
    radio_.send(cost_.down, Seconds());
  }

  // The first transfer finds the radio asleep.
  void add_sleep() {
    if (!radio_.is_used()) return;
    const auto sleep = own_radio().sleep;
    cost_.promotion = sleep.promotion_delay;
    (cost_.up > Bytes() ? cost_.upload : cost_.download) += cost_.promotion;
    cost_.promotion_energy = sleep.promotion_power * sleep.promotion_delay;
    if (sleep.tail_power > Watts()) {
      cost_.tail_energy = sleep.tail_power * (radio_.between() + sleep.tail_time);
    }
  }

  [[nodiscard]] Joules compute_energy() const {
    const auto& host = problem_.processors[plan_.processor];
    if (host.layer_energy.empty() && grouped_.empty()) return host.active_increment * cost_.head;
    Seconds layers;
    Joules sum;
    for (LayerIndex v = 0; v < network_.size(); ++v) {
      if (!active_[v] || !plan_.on_device[v]) continue;
      layers += time_of(v);
      sum += energy_of(v);
    }
    return sum + host.active_increment * (cost_.head - layers);  // codecs
  }

  // The joules of the layers beyond the device that the problem counts.
  [[nodiscard]] Joules server_energy() const {
    Joules sum;
    for (LayerIndex v = 0; v < network_.size(); ++v) {
      if (active_[v] && !plan_.on_device[v]) sum += energy_of(v);
    }
    return sum;
  }
  [[nodiscard]] bool counts_servers() const {
    return !grouped_.empty() || !problem_.cloud_layer_energy.empty() ||
           (problem_.edge && !problem_.edge->layer_energy.empty());
  }

  void finish() {
    const auto over = [](Bytes size, Bandwidth rate) { return size > Bytes() ? size / rate : Seconds(); };
    cost_.up_transfer = over(cost_.up, own_hop().up);
    cost_.down_transfer = over(cost_.down, own_hop().down);
    if (relays()) {
      cost_.relay_transfer = over(cost_.relayed, problem_.edge->link.up);
      cost_.relay_back_transfer = over(relayed_back_, problem_.edge->link.down);
    }
    cost_.upload += cost_.up_transfer;
    cost_.download += cost_.down_transfer;
    cost_.relay += cost_.relay_transfer;
    cost_.relay_back += cost_.relay_back_transfer;
    if (cost_.uses_edge) cost_.wait += problem_.edge->wait;
    if (cost_.uses_cloud) cost_.wait += problem_.cloud_wait;
    if (is_cut()) pass_cut();
    add_sleep();
    cost_.compute_energy = cost_.head < never ? compute_energy() : Joules(never.value());
    const auto radio = own_radio();
    cost_.transmit_energy = radio.transmit_slope * cost_.up + radio.transmit_base * cost_.up_transfer;
    cost_.receive_energy = radio.receive_slope * cost_.down + radio.receive_base * cost_.down_transfer;
    if (counts_servers()) cost_.server_energy = server_energy();
  }

  const Problem& problem_;
  const Network& network_;
  const Plan& plan_;
  Placement active_;
  std::size_t exit_;
  std::vector<Work> grouped_;  // by layer; empty: nothing is executed together
  Cost cost_;
  Bytes relayed_back_;
  RadioTime radio_;
};

template <class Quantity, std::size_t n>
void add_fields(Cost& sum, const Cost& part, double weight, const std::array<Quantity Cost::*, n>& fields) {
  for (const auto field : fields) sum.*field += part.*field * weight;
}

// Adds a share of the inferences.
void add_share(Cost& sum, const Cost& part, double weight) {
  add_fields(sum, part, weight,
             std::array{&Cost::head, &Cost::upload, &Cost::edge, &Cost::relay, &Cost::tail, &Cost::relay_back,
                        &Cost::download, &Cost::wait, &Cost::promotion, &Cost::codec, &Cost::up_transfer,
                        &Cost::relay_transfer, &Cost::relay_back_transfer, &Cost::down_transfer});
  add_fields(sum, part, weight, std::array{&Cost::up, &Cost::down, &Cost::relayed});
  add_fields(sum, part, weight,
             std::array{&Cost::compute_energy, &Cost::transmit_energy, &Cost::receive_energy, &Cost::promotion_energy,
                        &Cost::tail_energy, &Cost::server_energy});
  sum.uses_edge = sum.uses_edge || part.uses_edge;
  sum.uses_cloud = sum.uses_cloud || part.uses_cloud;
}

// What does not depend on the exit.
void add_static(const Problem& problem, const Plan& plan, Cost& cost) {
  const auto& network = *problem.network;
  const auto& active = network.active(plan.exit_policy);
  Placement head(network.size(), false);
  Placement middle(network.size(), false);
  Placement tail(network.size(), false);
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (!active[v]) continue;
    head[v] = plan.tier(v) == Tier::device;
    middle[v] = plan.tier(v) == Tier::edge;
    tail[v] = plan.tier(v) == Tier::cloud;
    if (!head[v]) continue;
    cost.head_weights += network.layer(v).weights;
    if (!network.is_input(v)) ++cost.layers_on_device;
  }
  if (cost.layers_on_device > 0) cost.head_memory = dnn::peak_memory(network, head, active);
  if (cost.uses_edge) cost.edge_memory = dnn::peak_memory(network, middle, active);
  if (cost.uses_cloud) cost.cloud_memory = dnn::peak_memory(network, tail, active);
  cost.accuracy = network.exit_policies()[plan.exit_policy].accuracy;
  if (problem.encodings.empty()) return;
  const auto& encoding = problem.encodings[plan.encoding];
  cost.head_weights *= encoding.head_ratio;
  cost.head_memory *= encoding.head_ratio;
  const bool is_lossless = encoding.accuracy_drop == 0.0;
  const bool as_it_was = !cost.leaves_device() && encoding.head_ratio == 1.0;
  if (!is_lossless && !as_it_was && cost.accuracy) {
    cost.accuracy = encoding.accuracy_drop ? std::optional(*cost.accuracy - *encoding.accuracy_drop) : std::nullopt;
  }
}

void total(Cost& cost) {
  cost.latency =
      cost.head + cost.upload + cost.edge + cost.relay + cost.tail + cost.relay_back + cost.download + cost.wait;
  cost.energy_inference = cost.compute_energy + cost.transmit_energy + cost.receive_energy + cost.promotion_energy +
                          cost.tail_energy + cost.server_energy;
  cost.slowest_stage = std::max({cost.head, cost.up_transfer, cost.edge, cost.relay_transfer, cost.tail,
                                 cost.relay_back_transfer, cost.down_transfer});
}

Cost complete(const Problem& problem, const Plan& plan, Cost cost) {
  add_static(problem, plan, cost);
  total(cost);
  return cost;
}

// Where a plan that returns to the device switches sides, one tensor crosses: the one that all later layers come from.
bool switches_at_cut_vertices(const Network& network, const Plan& plan) {
  std::vector<bool> is_cut_vertex(network.size(), false);
  for (const auto v : network.cut_vertices()) is_cut_vertex[v] = true;
  for (LayerIndex v = 0; v < network.size(); ++v) {
    for (const auto u : network.graph().predecessors(v)) {
      if (plan.on_device[u] != plan.on_device[v] && !is_cut_vertex[u]) return false;
    }
  }
  return true;
}

void check(const Problem& problem, const Plan& plan) {
  const auto& network = *problem.network;
  ensure(plan.processor < problem.processors.size(), "a plan names one of the device's processors");
  ensure(plan.on_device.size() == network.size(), "a plan places every layer");
  ensure(plan.encoding < problem.encoding_count(), "a plan names one of the encodings");
  ensure(plan.exit_policy < network.exit_policies().size(), "a plan names one of the exit policies");
  ensure(plan.on_edge.empty() || (problem.edge && plan.on_edge.size() == network.size()),
         "layers run on the edge server only where there is one");
  const bool is_closed = network.graph().is_downward_closed(plan.on_device);
  ensure(is_closed || (problem.allows_return && !problem.edge && switches_at_cut_vertices(network, plan)),
         "no layer on the device reads from the cloud");
  for (LayerIndex v = 0; v < network.size(); ++v) {
    ensure(!network.is_input(v) || plan.on_device[v], "inputs are on the device");
    if (plan.on_edge.empty()) continue;
    for (const auto u : network.graph().predecessors(v)) {
      ensure(plan.tier(u) <= plan.tier(v), "no layer reads from a tier above its own");
    }
  }
}

}  // namespace

std::string_view unit(Objective objective) {
  switch (objective) {
    case Objective::latency:
    case Objective::throughput:
      return "s";
    case Objective::energy:
      return "J";
    case Objective::bytes:
      return "B";
  }
  throw InternalError("unknown objective");
}

Bytes Problem::whole_result() const {
  return std::accumulate(result.begin(), result.end(), Bytes());
}

double Cost::objective(Objective objective) const {
  switch (objective) {
    case Objective::latency:
      return latency.value();
    case Objective::energy:
      return energy_inference.value();
    case Objective::bytes:
      return up.value();
    case Objective::throughput:
      return slowest_stage.value();
  }
  throw InternalError("unknown objective");
}

std::vector<std::size_t> executed_groups(const Problem& problem, const Plan& plan) {
  if (problem.groups.empty()) return {};
  return execution_of(problem, plan, problem.network->active(plan.exit_policy)).groups();
}

Cost evaluate_exit(const Problem& problem, const Plan& plan, std::size_t exit) {
  check(problem, plan);
  const auto active = problem.network->active_until(plan.exit_policy, exit);
  return complete(problem, plan, Tally(problem, plan, active, exit).cost());
}

Cost evaluate(const Problem& problem, const Plan& plan) {
  check(problem, plan);
  const auto& network = *problem.network;
  const auto& rates = network.exit_policies()[plan.exit_policy].rates;
  Cost mean;
  for (std::size_t exit = 0; exit < rates.size(); ++exit) {
    if (rates[exit] == 0.0) continue;
    const auto cost = Tally(problem, plan, network.active_until(plan.exit_policy, exit), exit).cost();
    if (rates[exit] == 1.0) return complete(problem, plan, cost);
    add_share(mean, cost, rates[exit]);
  }
  return complete(problem, plan, mean);
}

Bytes crossing_bytes(const Problem& problem, const Plan& plan) {
  Bytes sum;
  const auto& active = problem.network->active(plan.exit_policy);
  for (LayerIndex v = 0; v < problem.network->size(); ++v) {
    if (!active[v] || !plan.on_device[v]) continue;
    const bool crosses = std::ranges::any_of(problem.network->graph().consumers(v),
                                             [&](LayerIndex w) { return active[w] && !plan.on_device[w]; });
    if (crosses) sum += problem.sent(v, plan.encoding);
  }
  return sum;
}

namespace {

// Calls `over(value, bound, what, source)` for each limit on a quantity that the cost is over. The one list of them.
template <class Over>
void for_each_exceeded(const Problem& problem, const Cost& cost, Over over) {
  const auto& constraints = problem.constraints;
  const auto limit = [&](auto value, auto bound, std::string_view what, const std::string& source = {}) {
    if (exceeds(value, bound)) over(value, bound, what, source);
  };
  limit(cost.head_memory, problem.memory, "device memory", problem.memory_source);
  limit(cost.head_weights, problem.storage, "device storage");
  if (problem.edge) limit(cost.edge_memory, problem.edge->memory, "edge server memory");
  limit(cost.cloud_memory, problem.cloud_memory, "cloud memory");
  if (constraints.memory) limit(cost.head_memory, *constraints.memory, "memory", constraints.memory_source);
  if (constraints.energy) limit(cost.energy_inference, *constraints.energy, "energy", constraints.energy_source);
  if (constraints.deadline) limit(cost.latency, *constraints.deadline, "latency", constraints.deadline_source);
}

// Limits that are not on a quantity that may be too large.
std::vector<Excess> other_excesses(const Problem& problem, const Cost& cost) {
  std::vector<Excess> broken;
  const auto& constraints = problem.constraints;
  if (constraints.accuracy && !cost.accuracy)
    broken.push_back({"accuracy unknown", 1.0, false, {}, "accuracy unknown"});
  if (constraints.accuracy && cost.accuracy && exceeds(*constraints.accuracy, *cost.accuracy)) {
    broken.push_back({fmt::format("accuracy {:.4g} < {:.4g}", *cost.accuracy, *constraints.accuracy),
                      1.0 - *cost.accuracy / *constraints.accuracy,
                      true,
                      {},
                      fmt::format("accuracy < {:.4g}", *constraints.accuracy)});
  }
  return broken;
}

bool has_too_few_layers(const Problem& problem, const Cost& cost) {
  return cost.layers_on_device < problem.constraints.min_layers_on_device;
}

template <class Quantity>
Excess excess_of(std::string_view what, Quantity value, Quantity limit, std::string source) {
  auto texts = std::pair{units::format(value), units::format(limit)};
  if (texts.first == texts.second) {
    texts = {fmt::format("{}", value.value()), fmt::format("{} in base units", limit.value())};
  }
  return {fmt::format("{} {} > {}", what, texts.first, texts.second), value.value() / limit.value() - 1.0, true,
          std::move(source), fmt::format("{} > {}", what, units::format(limit))};
}

}  // namespace

std::string Excess::explained() const {
  std::vector<std::string> notes;
  if (is_quantity && std::isfinite(by) && by > 0.0) {
    const double percent = 100.0 * by;
    notes.push_back(percent < 10.0 ? fmt::format("by {:.2g} %", percent) : fmt::format("by {:.0f} %", percent));
  }
  if (!source.empty()) notes.push_back("derived: " + source);
  return notes.empty() ? text : fmt::format("{} ({})", text, fmt::join(notes, "; "));
}

Excess excess(std::string_view what, Seconds value, Seconds limit, std::string source) {
  return excess_of(what, value, limit, std::move(source));
}
Excess excess(std::string_view what, Bytes value, Bytes limit, std::string source) {
  return excess_of(what, value, limit, std::move(source));
}
Excess excess(std::string_view what, Joules value, Joules limit, std::string source) {
  return excess_of(what, value, limit, std::move(source));
}
Excess excess(std::string_view what, double value, double limit, std::string source) {
  return {fmt::format("{} {:.3g} % > {:.3g} %", what, 100.0 * value, 100.0 * limit), value / limit - 1.0, true,
          std::move(source), fmt::format("{} > {:.3g} %", what, 100.0 * limit)};
}

std::vector<Excess> excesses(const Problem& problem, const Cost& cost) {
  if (!(cost.latency < never))
    return {{"a layer is on a tier that cannot run it", 1.0, false, {}, "a layer cannot run there"}};
  std::vector<Excess> broken;
  for_each_exceeded(problem, cost, [&](auto value, auto bound, std::string_view what, const std::string& source) {
    broken.push_back(excess(what, value, bound, source));
  });
  for (auto& other : other_excesses(problem, cost)) broken.push_back(std::move(other));
  if (has_too_few_layers(problem, cost)) {
    const auto least = problem.constraints.min_layers_on_device;
    broken.push_back({fmt::format("{} of at least {} layers on the device", cost.layers_on_device, least),
                      1.0 - static_cast<double>(cost.layers_on_device) / static_cast<double>(least),
                      false,
                      {},
                      fmt::format("fewer than {} layer{} on the device", least, least == 1 ? "" : "s")});
  }
  return broken;
}

std::vector<std::string> violations(const Problem& problem, const Cost& cost) {
  std::vector<std::string> texts;
  for (auto& excess : excesses(problem, cost)) texts.push_back(std::move(excess.text));
  return texts;
}

bool is_feasible(const Problem& problem, const Cost& cost) {
  bool exceeds = false;
  for_each_exceeded(problem, cost,
                    [&](auto /*value*/, auto /*bound*/, std::string_view /*what*/, const std::string& /*source*/) {
                      exceeds = true;
                    });
  return !exceeds && cost.latency < never && !has_too_few_layers(problem, cost) &&
         other_excesses(problem, cost).empty();
}

namespace {

// Layers that do not run follow those that they read, so that a plan is closed whatever they are.
void place_inactive(const Network& network, Plan& plan) {
  const auto& active = network.active(plan.exit_policy);
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (active[v]) continue;
    const auto& inputs = network.graph().predecessors(v);
    plan.on_device[v] = std::ranges::all_of(inputs, [&](LayerIndex u) { return plan.on_device[u]; });
    if (plan.on_edge.empty()) continue;
    plan.on_edge[v] =
        !plan.on_device[v] && std::ranges::none_of(inputs, [&](LayerIndex u) { return plan.tier(u) == Tier::cloud; });
  }
}

Plan prefix_plan(const Network& network, LayerIndex last, const Variant& variant, std::size_t exit_policy) {
  Plan plan{variant.processor, dnn::prefix(network.size(), last), {}, variant.encoding, exit_policy};
  for (LayerIndex v = last + 1; v < network.size(); ++v) {
    if (network.is_input(v)) plan.on_device[v] = true;
  }
  place_inactive(network, plan);
  return plan;
}

// Whether a choice that only matters with a head, or with something to encode, is a choice at all.
bool is_distinct(const Problem& problem, const Variant& variant, const Candidate& candidate) {
  if (variant.processor > 0 && candidate.cost.layers_on_device == 0) return false;
  if (variant.encoding == 0) return true;
  const auto& network = *problem.network;
  const auto& active = network.active(candidate.plan.exit_policy);
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (!active[v] || network.is_input(v)) continue;
    for (const auto w : network.graph().consumers(v)) {
      if (active[w] && candidate.plan.tier(v) != candidate.plan.tier(w)) return true;
    }
  }
  return false;
}

void add_two_tier(const Problem& problem, const Variant& variant, std::size_t exit_policy,
                  std::vector<Candidate>& candidates) {
  const auto& network = *problem.network;
  Placement previous;
  if (!network.is_input(0)) {  // a source that may run in the cloud
    Plan plan{variant.processor, Placement(network.size(), false), {}, variant.encoding, exit_policy};
    for (LayerIndex v = 0; v < network.size(); ++v) plan.on_device[v] = network.is_input(v);
    candidates.push_back(make_candidate(problem, std::move(plan)));
  }
  for (LayerIndex last = 0; last < network.size(); ++last) {
    if (!network.active(exit_policy)[last]) continue;
    auto plan = prefix_plan(network, last, variant, exit_policy);
    if (plan.on_device == previous) continue;  // after one of several inputs
    previous = plan.on_device;
    auto candidate = make_candidate(problem, std::move(plan));
    if (is_distinct(problem, variant, candidate)) candidates.push_back(std::move(candidate));
  }
}

// The last layers that a tier of three may have: inputs only, a cut vertex, everything.
std::vector<LayerIndex> block_ends(const Network& network) {
  LayerIndex last_input = 0;
  for (LayerIndex v = 0; v < network.size(); ++v) last_input = network.is_input(v) ? v : last_input;
  std::vector<LayerIndex> ends{last_input};
  for (const auto v : network.cut_vertices()) {
    if (v > last_input) ends.push_back(v);
  }
  if (ends.back() + 1 < network.size()) ends.push_back(network.size() - 1);
  return ends;
}

void add_three_tier(const Problem& problem, const Variant& variant, std::size_t exit_policy,
                    std::vector<Candidate>& candidates) {
  const auto& network = *problem.network;
  const auto ends = block_ends(network);
  for (std::size_t x = 0; x < ends.size(); ++x) {
    for (std::size_t y = x; y < ends.size(); ++y) {
      auto plan = prefix_plan(network, ends[x], variant, exit_policy);
      plan.on_edge.assign(network.size(), false);
      for (LayerIndex v = 0; v <= ends[y]; ++v) plan.on_edge[v] = !plan.on_device[v];
      place_inactive(network, plan);
      auto candidate = make_candidate(problem, std::move(plan));
      if (is_distinct(problem, variant, candidate)) candidates.push_back(std::move(candidate));
    }
  }
}

}  // namespace

Plan cut_after(const Problem& problem, LayerIndex last, std::size_t processor, std::size_t encoding) {
  return prefix_plan(*problem.network, last, {processor, encoding}, 0);
}

std::optional<LayerIndex> cut_position(const Network& network, const Plan& plan) {
  const auto& active = network.active(plan.exit_policy);
  LayerIndex last = 0;
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (active[v] && plan.on_device[v] && !network.is_input(v)) last = v;
  }
  for (LayerIndex v = 0; v < last; ++v) {
    if (active[v] && !plan.on_device[v]) return std::nullopt;
  }
  return last;
}

CutName cut_name(const Network& network, const Plan& plan) {
  const auto& active = network.active(plan.exit_policy);
  std::array<std::size_t, 3> layers{};
  CutName name;
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (!active[v] || network.is_input(v)) continue;
    ++layers.at(static_cast<std::size_t>(plan.tier(v)));
    if (plan.tier(v) == Tier::edge) name.last_on_edge = v;
  }
  const auto [here, edge, cloud] = layers;
  name.layers_on_device = here;
  name.uses_edge = edge > 0;
  if (edge + cloud == 0)
    name.only = Tier::device;
  else if (here + cloud == 0)
    name.only = Tier::edge;
  else if (here + edge == 0)
    name.only = Tier::cloud;
  if (here > 0) name.last_on_device = cut_position(network, plan);
  if (cloud == 0) name.last_on_edge.reset();
  return name;
}

std::string describe(const Network& network, const Plan& plan) {
  const auto name = cut_name(network, plan);
  if (name.only) {
    return *name.only == Tier::device ? "device only" : *name.only == Tier::edge ? "edge only" : "cloud only";
  }
  std::string text = name.layers_on_device == 0 ? ""
                     : name.last_on_device      ? "after " + network.layer(*name.last_on_device).name
                                                : fmt::format("{} layers on the device", name.layers_on_device);
  if (!name.uses_edge) return text;
  return fmt::format("{}{}edge {}", text, text.empty() ? "" : ", ",
                     name.last_on_edge ? "to " + network.layer(*name.last_on_edge).name : "the rest");
}

Candidate make_candidate(const Problem& problem, Plan plan) {
  Candidate candidate{std::move(plan), {}};
  candidate.cost = evaluate(problem, candidate.plan);
  return candidate;
}

std::vector<Variant> variants(const Problem& problem) {
  std::vector<Variant> all;
  for (std::size_t processor = 0; processor < problem.processors.size(); ++processor) {
    for (std::size_t encoding = 0; encoding < problem.encoding_count(); ++encoding)
      all.push_back({processor, encoding});
  }
  return all;
}

std::vector<Candidate> prefix_candidates(const Problem& problem, std::size_t exit_policy) {
  std::vector<Candidate> candidates;
  for (const auto& variant : variants(problem)) {
    if (problem.edge) {
      add_three_tier(problem, variant, exit_policy, candidates);
    } else {
      add_two_tier(problem, variant, exit_policy, candidates);
    }
  }
  return candidates;
}

bool is_better(const Candidate& a, const Candidate& b, Objective objective) {
  constexpr double same = 1e-12;
  const double x = a.cost.objective(objective);
  const double y = b.cost.objective(objective);
  if (std::abs(x - y) > same * std::max(std::abs(x), std::abs(y))) return x < y;
  if (a.cost.up != b.cost.up) return a.cost.up < b.cost.up;
  return a.cost.layers_on_device < b.cost.layers_on_device;
}

}  // namespace edgecut::plan
