#include "partition/resource_aware.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "dnn/complexity.hpp"
#include "partition/constrained_cut.hpp"
#include "partition/optimum.hpp"
#include "units/ensure.hpp"
#include "units/limit.hpp"

namespace edgecut::partition {
namespace {

using plan::Problem;
using Rule = ResourceAwareOptions::Rule;

constexpr double unlimited = std::numeric_limits<double>::infinity();
// R1 calls two cuts equal in a resource when their shares differ by less than this.
constexpr double near_tie = 0.01;
// What is looked at where a user names nothing.
constexpr std::array four{Resource::compute, Resource::storage, Resource::energy, Resource::bandwidth};

// A cut with the share of each complexity that it leaves on the device.
struct Scored {
  plan::Candidate candidate;
  double compute = 0.0;
  double storage = 0.0;
  double energy = 0.0;  // of computing: joules by layer where these are known, else as FLOPs (power x FLOPs / rate)
  double bytes = 0.0;
  double memory = 0.0;
  double lifetime = 0.0;  // joules of the inference / joules of computing the whole network on that processor

  [[nodiscard]] double share(Resource resource) const {
    switch (resource) {
      case Resource::compute:
        return compute;
      case Resource::storage:
        return storage;
      case Resource::energy:
        return energy;
      case Resource::bandwidth:
        return bytes;
      case Resource::memory:
        return memory;
      case Resource::lifetime:
        return lifetime;
    }
    return 0.0;
  }
};

double budget_of(const Budgets& budgets, Resource resource) {
  switch (resource) {
    case Resource::compute:
      return budgets.compute;
    case Resource::storage:
      return budgets.storage;
    case Resource::energy:
      return budgets.energy;
    case Resource::bandwidth:
      return budgets.bandwidth_scarcity > 0.0 ? 1.0 / budgets.bandwidth_scarcity : unlimited;
    case Resource::memory:
      return budgets.memory;
    case Resource::lifetime:
      return budgets.lifetime;
  }
  return unlimited;
}

Bytes encoded_input(const Problem& problem) {
  Bytes sum;
  for (dnn::LayerIndex v = 0; v < problem.network->size(); ++v) {
    if (problem.network->is_input(v)) sum += problem.output[v];
  }
  return sum;
}

double ratio(double available, double needed) {
  return needed > 0.0 ? available / needed : unlimited;
}

// A budget as it is given, else as derived; `whole` is what a share is of, and has the unit of an amount.
double given_or(const ResourceAwareOptions& options, Resource resource, double whole, double derived) {
  if (const auto share = options.budgets.find(resource); share != options.budgets.end()) return share->second;
  if (const auto amount = options.amounts.find(resource); amount != options.amounts.end()) {
    return ratio(amount->second, whole);
  }
  return derived;
}

Bytes whole_memory(const Problem& problem) {
  const auto& network = *problem.network;
  return dnn::peak_memory(network, dnn::Placement(network.size(), true), network.active());
}

Flops whole_work(const Problem& problem) {
  return Flops(2.0 * static_cast<double>(problem.network->total_macs()));
}

// Of computing a layer, where joules are known by layer. None where it cannot run.
Joules own_joules(const plan::Processor& host, dnn::LayerIndex v) {
  return host.layer_time[v] < plan::never ? host.layer_energy[v] : Joules();
}

Joules whole_energy(const Problem& problem, std::size_t processor) {
  const auto& host = problem.processors[processor];
  if (!host.layer_energy.empty()) {
    Joules sum;
    for (dnn::LayerIndex v = 0; v < problem.network->size(); ++v) {
      if (problem.network->active()[v]) sum += own_joules(host, v);
    }
    return sum;
  }
  return host.active_increment * (whole_work(problem) / host.nominal);
}

// What counts as storage: parameters, or bytes of weights where those alone are known.
class Stored {
 public:
  explicit Stored(const dnn::Network& network)
      : network_(network),
        by_parameters_(network.total_parameters() > 0),
        whole_(by_parameters_ ? static_cast<double>(network.total_parameters()) : network.total_weights().value()) {}
  [[nodiscard]] double of(dnn::LayerIndex v) const {
    const auto& layer = network_.layer(v);
    return by_parameters_ ? static_cast<double>(layer.parameters) : layer.weights.value();
  }
  [[nodiscard]] double whole() const { return whole_; }

 private:
  const dnn::Network& network_;
  bool by_parameters_;
  double whole_;
};

// Bytes of storage and of memory that are given are limits like the scenario's own: exact, and the same to every rule.
Problem with_given_bytes(Problem problem, const ResourceAwareOptions& options) {
  if (const auto amount = options.amounts.find(Resource::storage); amount != options.amounts.end()) {
    problem.storage = std::min(problem.storage, Bytes(amount->second));
  }
  auto& limit = problem.constraints.memory;
  const auto tighten = [&](Bytes bytes) { limit = std::min(limit.value_or(bytes), bytes); };
  if (const auto amount = options.amounts.find(Resource::memory); amount != options.amounts.end()) {
    tighten(Bytes(amount->second));
  }
  if (const auto share = options.budgets.find(Resource::memory); share != options.budgets.end()) {
    tighten(share->second * whole_memory(problem));
  }
  return problem;
}

Scored score(const Problem& problem, plan::Candidate candidate) {
  const auto& network = *problem.network;
  const auto& host = problem.processors[candidate.plan.processor];
  const Stored storage(network);
  double macs = 0.0;
  double parameters = 0.0;
  Joules energy;
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    if (!candidate.plan.on_device[v] || !network.active()[v]) continue;
    macs += static_cast<double>(network.layer(v).macs);
    parameters += storage.of(v);
    if (!host.layer_energy.empty()) energy += own_joules(host, v);
  }
  const auto total_macs = static_cast<double>(network.total_macs());
  const double total_parameters = storage.whole();
  Scored scored;
  scored.compute = total_macs > 0.0 ? macs / total_macs : 0.0;
  scored.storage = total_parameters > 0.0 ? parameters / total_parameters : 0.0;
  scored.bytes = candidate.cost.up.value();
  const double memory = whole_memory(problem).value();
  scored.memory = memory > 0.0 ? candidate.cost.head_memory.value() / memory : 0.0;
  const double joules = whole_energy(problem, candidate.plan.processor).value();
  scored.energy = host.layer_energy.empty() ? scored.compute : joules > 0.0 ? energy.value() / joules : 0.0;
  scored.lifetime = joules > 0.0 ? candidate.cost.energy_inference.value() / joules : 0.0;
  scored.candidate = std::move(candidate);
  return scored;
}

bool keeps_limits(const Problem& problem, const plan::Candidate& candidate, const ResourceAwareOptions& options) {
  return options.robust ? is_robustly_feasible(problem, candidate, *options.robust)
                        : plan::is_feasible(problem, candidate.cost);
}

bool keeps(const Budgets& budget, const Scored& scored) {
  return !exceeds(scored.compute, budget.compute) && !exceeds(scored.storage, budget.storage) &&
         !exceeds(scored.energy, budget.energy) && !exceeds(scored.bytes, budget.sent);
}

// The cuts that keep every budget and the scenario's own limits.
std::vector<Scored> feasible_cuts(const Problem& problem, const std::vector<plan::Candidate>& candidates,
                                  const std::vector<Budgets>& budgets, const ResourceAwareOptions& options) {
  std::vector<Scored> feasible;
  for (const auto& candidate : candidates) {
    if (!keeps_limits(problem, candidate, options)) continue;
    auto scored = score(problem, candidate);
    if (keeps(budgets[candidate.plan.processor], scored)) feasible.push_back(std::move(scored));
  }
  return feasible;
}

// Where a budget that the scenario does not give is from; empty where it gives it.
std::string source_of(const ResourceAwareOptions& options, Resource resource, const char* source) {
  return options.budgets.contains(resource) || options.amounts.contains(resource) ? "" : source;
}

// The method's own limits that a candidate breaks.
std::vector<plan::Excess> own_excesses(const Problem& problem, const plan::Candidate& candidate,
                                       const std::vector<Budgets>& budgets, const ResourceAwareOptions& options) {
  std::vector<plan::Excess> broken;
  const auto& budget = budgets[candidate.plan.processor];
  const auto scored = score(problem, candidate);
  const auto hold = [&](const char* name, Resource resource, double value, double limit, const char* source) {
    if (!exceeds(value, limit)) return;
    broken.push_back(plan::excess(fmt::format("{} budget", name), value, limit, source_of(options, resource, source)));
  };
  hold("compute", Resource::compute, scored.compute, budget.compute, "what the time limit leaves");
  hold("storage", Resource::storage, scored.storage, budget.storage, "the device's free storage");
  hold("energy", Resource::energy, scored.energy, budget.energy, "the limit on energy");
  if (exceeds(scored.bytes, budget.sent)) {
    broken.push_back(plan::excess("bandwidth budget", Bytes(scored.bytes), Bytes(budget.sent)));
  }
  // What is beyond its limit as believed is beyond it by more once errors are allowed for.
  if (options.robust)
    std::ranges::move(robust_excesses(problem, candidate, *options.robust), std::back_inserter(broken));
  return broken;
}

// Why none of them is allowed.
std::string nearest_of(const Problem& problem, const std::vector<plan::Candidate>& candidates,
                       const std::vector<Budgets>& budgets, const ResourceAwareOptions& options) {
  return nearest_miss(problem, candidates, [&](const plan::Candidate& candidate) {
    return own_excesses(problem, candidate, budgets, options);
  });
}

const Scored& best_by(const std::vector<Scored>& cuts, plan::Objective objective) {
  return *std::ranges::min_element(
      cuts, [&](const Scored& a, const Scored& b) { return plan::is_better(a.candidate, b.candidate, objective); });
}

Decision rule_r3(const Problem& problem, const std::vector<Scored>& cuts, const std::optional<RobustOptions>& robust) {
  if (!robust) {
    return {best_by(cuts, problem.objective).candidate.plan,
            fmt::format("R3: best of {} cuts by nominal rates", cuts.size())};
  }
  std::vector<plan::Candidate> candidates;
  for (const auto& cut : cuts) candidates.push_back(cut.candidate);
  return {robust_choice(problem, candidates, *robust).plan,
          fmt::format("R3: best of {} cuts by nominal rates that may err by {}", cuts.size(), errors_of(*robust))};
}

// The resources that bind, the scarcest first.
std::vector<Resource> scarce_by_budget(const Budgets& budgets) {
  std::vector<std::pair<double, Resource>> scarce;
  for (const auto resource : four) {
    const double budget = budget_of(budgets, resource);
    if (budget < 1.0) scarce.emplace_back(budget, resource);
  }
  std::ranges::sort(scarce);
  std::vector<Resource> result;
  for (const auto& [budget, resource] : scarce) result.push_back(resource);
  return result;
}

// Of each resource the largest budget of any processor: what none of them has enough of is scarce.
Budgets best_provided(const std::vector<Budgets>& budgets) {
  Budgets best = budgets.front();
  for (const auto& other : budgets) {
    best.compute = std::max(best.compute, other.compute);
    best.storage = std::max(best.storage, other.storage);
    best.energy = std::max(best.energy, other.energy);
    best.lifetime = std::max(best.lifetime, other.lifetime);
  }
  return best;
}

// Keeps the cuts that use a scarce resource of the device to the full, or take the fewest bytes or joules.
void narrow(std::vector<Scored>& cuts, Resource resource) {
  if (resource == Resource::bandwidth) {
    const double fewest = std::ranges::min_element(cuts, {}, &Scored::bytes)->bytes;
    std::erase_if(cuts, [&](const Scored& cut) { return cut.bytes > fewest; });
    return;
  }
  if (resource == Resource::lifetime) {
    const auto joules = [](const Scored& cut) { return cut.candidate.cost.energy_inference; };
    const auto fewest = joules(*std::ranges::min_element(cuts, {}, joules));
    std::erase_if(cuts, [&](const Scored& cut) { return joules(cut) > fewest * (1.0 + near_tie); });
    return;
  }
  double largest = 0.0;
  for (const auto& cut : cuts) largest = std::max(largest, cut.share(resource));
  std::erase_if(cuts, [&](const Scored& cut) { return cut.share(resource) < largest - near_tie; });
}

Decision rule_r1(std::vector<Scored> cuts, const std::vector<Resource>& scarce) {
  for (const auto resource : scarce) narrow(cuts, resource);
  // Fewer bytes, then the earlier cut; and of the processors the one thought faster.
  const auto& chosen = *std::ranges::min_element(cuts, [](const Scored& a, const Scored& b) {
    const auto& x = a.candidate.cost;
    const auto& y = b.candidate.cost;
    if (x.up != y.up) return x.up < y.up;
    if (x.layers_on_device != y.layers_on_device) return x.layers_on_device < y.layers_on_device;
    return x.latency < y.latency;
  });
  return {chosen.candidate.plan, fmt::format("R1: {:.0f} % of FLOPs, {:.0f} % of parameters on the device",
                                             100.0 * chosen.compute, 100.0 * chosen.storage)};
}

std::map<Resource, double> weights_of(const ResourceAwareOptions& options, const Budgets& budgets) {
  if (!options.weights.empty()) return options.weights;
  constexpr double cap = 10.0;
  std::map<Resource, double> weights;
  const auto& scarce = options.scarce.empty() ? std::vector<Resource>(four.begin(), four.end()) : options.scarce;
  for (const auto resource : scarce) {
    weights[resource] = std::min(cap, 1.0 / budget_of(budgets, resource));
  }
  return weights;
}

// What R2 makes small: the mean of the shares by their weights.
double weighted_complexity(const Scored& cut, const ResourceAwareOptions& options, const Budgets& budgets,
                           double largest_bytes) {
  double sum = 0.0;
  double total = 0.0;
  for (const auto& [resource, weight] : weights_of(options, budgets)) {
    const double scale = resource == Resource::bandwidth && largest_bytes > 0.0 ? largest_bytes : 1.0;
    sum += weight * cut.share(resource) / scale;
    total += weight;
  }
  return total > 0.0 ? sum / total : sum;
}

double most_bytes(const std::vector<plan::Candidate>& candidates) {
  double largest = 0.0;
  for (const auto& candidate : candidates) largest = std::max(largest, candidate.cost.up.value());
  return largest;
}

Decision rule_r2(const std::vector<Scored>& cuts, const ResourceAwareOptions& options,
                 const std::vector<Budgets>& budgets, double largest_bytes) {
  const auto value = [&](const Scored& cut) {
    return weighted_complexity(cut, options, budgets[cut.candidate.plan.processor], largest_bytes);
  };
  const Scored* chosen = nullptr;
  double lowest = unlimited;
  for (const auto& cut : cuts) {
    const double v = value(cut);
    const bool tie = chosen != nullptr && std::abs(v - lowest) <= 1e-12;
    if (tie ? plan::is_better(cut.candidate, chosen->candidate, plan::Objective::bytes) : v < lowest) {
      chosen = &cut;
      lowest = v;
    }
  }
  ensure(chosen != nullptr, "a rule is asked about at least one cut");
  return {chosen->candidate.plan, fmt::format("R2: lowest weighted complexity {:.3f}", lowest)};
}

// Shares of FLOPs, parameters and joules as sums over the placement. Energy's share is that of FLOPs where no joules
// are known by layer.
std::vector<Budget> share_budgets(const Problem& problem, const Budgets& budgets, std::size_t processor) {
  const auto& network = *problem.network;
  const auto& host = problem.processors[processor];
  const bool by_layer = !host.layer_energy.empty();
  double flops = budgets.compute;
  double of_joules = unlimited;
  (by_layer ? of_joules : flops) = by_layer ? budgets.energy : std::min(budgets.compute, budgets.energy);
  auto compute = empty_budget("FLOPs", network.size(), flops);
  auto storage = empty_budget("parameters", network.size(), budgets.storage);
  auto energy = empty_budget("joules", network.size(), of_joules);
  const auto macs = static_cast<double>(network.total_macs());
  const Stored stored(network);
  const double parameters = stored.whole();
  const double joules = whole_energy(problem, processor).value();
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    if (!network.active()[v]) continue;
    if (macs > 0.0) compute.use.device[v] = static_cast<double>(network.layer(v).macs) / macs;
    if (parameters > 0.0) storage.use.device[v] = stored.of(v) / parameters;
    if (by_layer && joules > 0.0) energy.use.device[v] = own_joules(host, v).value() / joules;
  }
  std::vector<Budget> result;
  for (auto budget : {compute, storage, energy}) {
    if (!(budget.limit < 1.0)) continue;  // it cannot bind
    budget.limit = with_tolerance(budget.limit);
    result.push_back(std::move(budget));
  }
  return result;
}

Decision rule_r4(const Problem& problem, const std::vector<Budgets>& budgets, const ResourceAwareOptions& options) {
  if (problem.objective == plan::Objective::throughput) {
    return {std::nullopt, "no plan: R4 plans for latency, energy or bytes, not for throughput"};
  }
  const auto shares = [&](const plan::Variant& variant) {
    const auto& budget = budgets[variant.processor];
    auto all = share_budgets(problem, budget, variant.processor);
    if (budget.sent < unlimited) {
      all.push_back({"bytes", objective_costs(problem, plan::Objective::bytes, variant), with_tolerance(budget.sent)});
    }
    return all;
  };
  auto optimum = constrained_cut(problem, shares, {options.node_limit});
  if (!optimum.best) {
    if (!optimum.is_proven) return {std::nullopt, "no feasible placement found before the node limit"};
    return infeasible("no placement keeps the budgets and the limits; " +
                      nearest_of(problem, plan::prefix_candidates(problem), budgets, options));
  }
  const double gap = optimum.gap(problem.objective);
  return {.plan = std::move(optimum.best->plan),
          .reason = optimum.is_proven ? fmt::format("R4: optimal, {} nodes", optimum.nodes)
                                      : fmt::format("R4: {} nodes, gap {:.2g} %", optimum.nodes, 100.0 * gap),
          .gap = gap};
}

std::vector<Budgets> budgets_by_processor(const Problem& problem, const ResourceAwareOptions& options) {
  std::vector<Budgets> budgets;
  for (std::size_t i = 0; i < problem.processors.size(); ++i) budgets.push_back(derive_budgets(problem, options, i));
  return budgets;
}

// The limits that explanations name.
constexpr auto allowance = "robust";
const std::vector<std::pair<Resource, std::string>>& budget_names() {
  static const std::vector<std::pair<Resource, std::string>> names{{Resource::compute, "compute budget"},
                                                                   {Resource::storage, "storage budget"},
                                                                   {Resource::energy, "energy budget"},
                                                                   {Resource::bandwidth, "bandwidth budget"},
                                                                   {Resource::memory, "memory budget"}};
  return names;
}

}  // namespace

Budgets derive_budgets(const Problem& given, const ResourceAwareOptions& options, std::size_t processor) {
  const auto problem = with_given_bytes(given, options);
  const auto& network = *problem.network;
  const auto& host = problem.processors[processor];
  const auto& constraints = problem.constraints;
  const double work = whole_work(problem).value();
  const double joules = whole_energy(problem, processor).value();
  const double input = encoded_input(problem).value();
  const auto limit = problem.time_limit();
  Budgets budgets{};
  budgets.compute =
      given_or(options, Resource::compute, work, limit ? ratio((host.nominal * *limit).value(), work) : unlimited);
  const double storage = ratio(problem.storage.value(), network.total_weights().value());
  const auto share = options.budgets.find(Resource::storage);
  budgets.storage = share == options.budgets.end() ? storage : share->second;
  budgets.lifetime = constraints.energy ? ratio(constraints.energy->value(), joules) : unlimited;
  budgets.energy = given_or(options, Resource::energy, joules, budgets.lifetime);
  const auto memory = std::min(problem.memory, constraints.memory.value_or(problem.memory));
  budgets.memory = ratio(memory.value(), whole_memory(problem).value());
  const double sent = given_or(options, Resource::bandwidth, input, unlimited);
  budgets.sent = sent < unlimited ? sent * input : unlimited;
  if (const auto bytes = options.amounts.find(Resource::bandwidth); bytes != options.amounts.end()) {
    budgets.sent = bytes->second;
  }
  const double derived = limit ? input / (problem.link.up * *limit).value() : 0.0;
  budgets.bandwidth_scarcity = budgets.sent < unlimited ? input / budgets.sent : derived;
  return budgets;
}

Decision ResourceAware::choose(const Problem& problem, const std::vector<Budgets>& budgets,
                               const std::vector<plan::Candidate>& candidates, double largest_bytes) const {
  const auto cuts = feasible_cuts(problem, candidates, budgets, options_);
  if (cuts.empty())
    return infeasible("no cut keeps the budgets and the limits; " + nearest_of(problem, candidates, budgets, options_));
  const auto scarce = options_.scarce.empty() ? scarce_by_budget(best_provided(budgets)) : options_.scarce;
  if (options_.rule == Rule::R1 && !scarce.empty()) return rule_r1(cuts, scarce);
  if (options_.rule == Rule::R2) return rule_r2(cuts, options_, budgets, largest_bytes);
  return rule_r3(problem, cuts, options_.robust);
}

Decision ResourceAware::partition(const Problem& given) const {
  const auto problem = with_given_bytes(given, options_);
  const auto budgets = budgets_by_processor(problem, options_);
  if (options_.rule == Rule::R4) return rule_r4(problem, budgets, options_);
  const auto candidates = plan::prefix_candidates(problem);
  return choose(problem, budgets, candidates, most_bytes(candidates));
}

Measure ResourceAware::measure(const Problem& given) const {
  auto objective = measure_of(given.objective);
  if (options_.rule == Rule::R1) {
    objective.name += " (which R1 does not minimise)";
    objective.objective.reset();
  }
  if (options_.rule == Rule::R2)
    return {"weighted complexity", [this, &given](const plan::Candidate& candidate) {
              const auto problem = with_given_bytes(given, options_);
              return weighted_complexity(score(problem, candidate), options_,
                                         derive_budgets(problem, options_, candidate.plan.processor),
                                         most_bytes(plan::prefix_candidates(problem)));
            }};
  if (!options_.robust || options_.robust->kind == RobustOptions::Kind::chance) return objective;
  const bool is_regret = options_.robust->kind == RobustOptions::Kind::regret;
  return {(is_regret ? "worst regret of " : "worst ") + objective.name,
          [robust = *options_.robust, &given](const plan::Candidate& candidate) {
            auto candidates = plan::prefix_candidates(given);  // regret is against the best of them
            candidates.push_back(candidate);
            return robust_scores(given, candidates, robust).back();
          }};
}

std::vector<plan::Candidate> ResourceAware::alternatives(const Problem& given, const plan::Plan& plan) const {
  const auto problem = with_given_bytes(given, options_);
  auto candidates = plan::prefix_candidates(problem);
  const double largest = most_bytes(candidates);
  std::erase_if(candidates, [&](const plan::Candidate& candidate) { return candidate.plan == plan; });
  auto next = choose(problem, budgets_by_processor(problem, options_), candidates, largest);
  if (!next.plan) return {};
  return {plan::make_candidate(given, std::move(*next.plan))};
}

std::vector<std::string> ResourceAware::own_limits(const Problem& given) const {
  const auto problem = with_given_bytes(given, options_);
  const auto budgets = budgets_by_processor(problem, options_);
  std::vector<std::string> names;
  for (const auto& [resource, name] : budget_names()) {
    const bool is_given = options_.budgets.contains(resource) || options_.amounts.contains(resource);
    const bool is_derived = (resource == Resource::compute || resource == Resource::energy) &&
                            std::ranges::any_of(budgets, [&, of = resource](const Budgets& budget) {
                              return budget_of(budget, of) < unlimited;
                            });
    if (is_given || is_derived) names.push_back(name);
  }
  if (options_.robust && options_.robust->kind != RobustOptions::Kind::regret) names.emplace_back(allowance);
  return names;
}

PartitionerPtr ResourceAware::without(const std::set<std::string>& limits) const {
  auto options = options_;
  for (const auto& [resource, name] : budget_names()) {
    if (!limits.contains(name)) continue;
    options.budgets.erase(resource);
    options.amounts.erase(resource);
    const bool is_a_share = resource == Resource::compute || resource == Resource::energy;
    if (is_a_share) options.budgets[resource] = unlimited;  // not derived either
  }
  if (options.robust && limits.contains(allowance)) options.robust->limits_as_believed = true;
  return std::make_unique<ResourceAware>(std::move(options));
}

bool ResourceAware::admits(const Problem& given, const plan::Plan& plan) const {
  const auto problem = with_given_bytes(given, options_);
  const auto candidate = plan::make_candidate(problem, plan);
  return keeps_limits(problem, candidate, options_) &&
         keeps(derive_budgets(problem, options_, plan.processor), score(problem, candidate));
}

std::unique_ptr<Session> ResourceAware::start(std::uint64_t seed) const {
  if (!options_.adaptive) return Partitioner::start(seed);
  return std::make_unique<AdaptiveSession>(*this, *options_.adaptive);
}

}  // namespace edgecut::partition
