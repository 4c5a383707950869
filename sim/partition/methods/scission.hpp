// Scission: device blocks, edge blocks, cloud blocks, under the filters of its user.
#pragma once

#include <optional>
#include <vector>

#include "partition/partitioner.hpp"

namespace edgecut::partition {

/// What a user asks of a plan beside the scenario's limits. [Lockhart et al., UCC'20]
struct ScissionFilters {
  std::vector<plan::Tier> required = {};  // each runs at least one layer
  std::vector<plan::Tier> forbidden = {};
  std::optional<Bytes> max_sent = {};    // up, over the device's link
  std::optional<Seconds> max_head = {};  // on the device
  std::size_t rank = 1;                  // 2: the second best of those admitted, and so on

  [[nodiscard]] bool admit(const plan::Cost& cost) const;
  /// The filters that a plan of that cost does not pass.
  [[nodiscard]] std::vector<plan::Excess> broken(const plan::Cost& cost) const;
};

/// argmin of the problem's objective over every pair of cut vertices (last block of the device, last block of the edge
/// server; on two tiers one), every processor and encoding, within the limits and the filters.
/// [Scission, Lockhart et al., UCC'20, arXiv:2008.03523: blocks between cut vertices, exhaustive search]
class Scission final : public Partitioner, public Explainer {
 public:
  explicit Scission(ScissionFilters filters = {}) : filters_(std::move(filters)) {}
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
  [[nodiscard]] const Explainer& explainer() const override { return *this; }
  [[nodiscard]] bool admits(const plan::Problem& problem, const plan::Plan& plan) const override;
  /// The filters that are set, by their keys.
  [[nodiscard]] std::vector<std::string> own_limits(const plan::Problem& problem) const override;
  [[nodiscard]] PartitionerPtr without(const std::set<std::string>& limits) const override;

 private:
  ScissionFilters filters_;
};

}  // namespace edgecut::partition
