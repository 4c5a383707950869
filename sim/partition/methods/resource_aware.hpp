// Resource-aware partitioning: a reconstruction of the idea of Zawish et al., "Towards Resource-aware DNN Partitioning
// for Edge Devices with Heterogeneous Resources", GLOBECOM 2022, of which only the abstract is public. It plans by the
// complexities of the layers (FLOPs, parameters, energy) and by how scarce each resource of the device is, and needs no
// layer benchmark. The rules are ours; docs/partitioners.md gives them in full.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "partition/methods/adaptive.hpp"
#include "partition/methods/robust.hpp"
#include "partition/partitioner.hpp"

namespace edgecut::partition {

/// A resource that may be scarce, and the complexity of a layer that it is compared with.
enum class Resource : std::uint8_t {
  compute,    ///< FLOPs
  storage,    ///< parameters
  energy,     ///< joules: power x FLOPs / nominal rate
  bandwidth,  ///< bytes that cross the cut
  memory,     ///< bytes of weights and the largest set of live activations
  lifetime,   ///< joules of the device for an inference, the radio's included: what empties its battery
};

struct ResourceAwareOptions {
  enum class Rule : std::uint8_t {
    R1,  ///< lexicographic: as much as the budgets allow on the device, or as few bytes as possible
    R2,  ///< weighted sum of the cumulative complexities and the cut's bytes
    R3,  ///< time, energy or bytes from one nominal rate per processor, over the cuts of the layer order
    R4,  ///< the same objective and budgets over every downward-closed placement of the DAG
  };
  Rule rule = Rule::R3;
  /// R1: in order of precedence; empty: of compute, storage, energy and bandwidth those whose budget is below 1, the
  /// scarcest first. R2: what is weighed where no weights are given; empty: those four.
  std::vector<Resource> scarce;
  /// The share of a complexity that may run on the device, or of the encoded input that may be sent; none of lifetime.
  /// What is not given is derived from the problem where it can be: compute from the time limit and the nominal rate,
  /// storage and memory from what is free, energy and lifetime from the energy limit.
  std::map<Resource, double> budgets;
  /// The same in absolute terms, for resources that `budgets` does not have: FLOP, bytes or joules.
  std::map<Resource, double> amounts = {};
  /// R2: relative weights; empty: min(10, 1/budget) of each in `scarce`.
  std::map<Resource, double> weights;
  /// R4: nodes of the branch and bound after which it returns its best plan and the gap.
  std::size_t node_limit = 20000;
  std::optional<AdaptiveOptions> adaptive = {};  // decides anew while a run goes on
  std::optional<RobustOptions> robust = {};      // R3 only
};

struct Budgets;

class ResourceAware final : public Partitioner, public Explainer {
 public:
  explicit ResourceAware(ResourceAwareOptions options)
      : Explainer(options.rule == ResourceAwareOptions::Rule::R4 ? SearchSpace::placements : SearchSpace::list),
        options_(std::move(options)) {}
  [[nodiscard]] Decision partition(const plan::Problem& given) const override;
  [[nodiscard]] const Explainer& explainer() const override { return *this; }
  /// Whether the plan keeps the limits and the budgets, as `robust` says.
  [[nodiscard]] bool admits(const plan::Problem& given, const plan::Plan& plan) const override;
  /// R2: the weighted complexity; R3 that is robust: the worst objective or the worst regret; else the objective, which
  /// R1 does not minimise.
  [[nodiscard]] Measure measure(const plan::Problem& given) const override;
  /// What the rule chooses from all cuts but the plan.
  [[nodiscard]] std::vector<plan::Candidate> alternatives(const plan::Problem& given,
                                                          const plan::Plan& plan) const override;
  /// "compute budget" and so on, given or derived; "robust": limits with an allowance for errors.
  [[nodiscard]] std::vector<std::string> own_limits(const plan::Problem& given) const override;
  [[nodiscard]] PartitionerPtr without(const std::set<std::string>& limits) const override;
  [[nodiscard]] std::unique_ptr<Session> start(std::uint64_t seed) const override;
  [[nodiscard]] bool is_stateful() const override { return options_.adaptive.has_value(); }

 private:
  [[nodiscard]] Decision choose(const plan::Problem& problem, const std::vector<Budgets>& budgets,
                                const std::vector<plan::Candidate>& candidates, double largest_bytes) const;

  ResourceAwareOptions options_;
};

}  // namespace edgecut::partition
