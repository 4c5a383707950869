// What is played where a method finds no plan.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "partition/partitioner.hpp"

namespace edgecut::partition {

enum class Fallback : std::uint8_t {
  device_only,  ///< everything on the device
  cloud_only,   ///< everything in the cloud
  lost,         ///< nothing: the requests are lost
};

/// Its plan, where that fits: the hosts can run the layers, and the head keeps the limits on memory and storage. Limits
/// on time, energy, accuracy and where layers may be do not count: what the fallback breaks of them is counted instead.
std::optional<plan::Plan> plan_of(Fallback fallback, const plan::Problem& problem);

/// The method, and the fallback where it has no plan.
class WithFallback final : public Partitioner {
 public:
  /// `method` outlives this one.
  WithFallback(const Partitioner& method, Fallback fallback) : method_(method), fallback_(fallback) {}
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
  [[nodiscard]] std::unique_ptr<Session> start(std::uint64_t seed) const override;
  [[nodiscard]] bool is_stateful() const override { return method_.is_stateful(); }

 private:
  const Partitioner& method_;
  Fallback fallback_;
};

}  // namespace edgecut::partition
