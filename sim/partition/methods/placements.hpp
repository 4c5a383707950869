// Partitioners that do not choose: everything on the device, everything in the cloud, a cut that was given.
#pragma once

#include <optional>
#include <string>

#include "partition/partitioner.hpp"

namespace edgecut::partition {

/// Every layer on the device, on its first listed processor. Nothing crosses; an encoding counts by its head_ratio.
class DeviceOnly final : public Partitioner {
 public:
  explicit DeviceOnly(std::size_t encoding = 0) : encoding_(encoding) {}
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
  [[nodiscard]] const Explainer& explainer() const override { return plain_explainer(SearchSpace::nowhere); }

 private:
  std::size_t encoding_;
};

/// Every layer but the inputs in the cloud. Inputs cross as they are; an encoding counts by its accuracy_drop.
class CloudOnly final : public Partitioner {
 public:
  explicit CloudOnly(std::size_t encoding = 0) : encoding_(encoding) {}
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
  [[nodiscard]] const Explainer& explainer() const override { return plain_explainer(SearchSpace::nowhere); }

 private:
  std::size_t encoding_;
};

/// The cut after a given layer, on a given processor and in a given encoding of those listed.
class Fixed final : public Partitioner {
 public:
  explicit Fixed(dnn::LayerIndex last, std::size_t processor = 0, std::size_t encoding = 0)
      : last_(last), processor_(processor), encoding_(encoding) {}
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
  [[nodiscard]] const Explainer& explainer() const override { return plain_explainer(SearchSpace::nowhere); }

 private:
  dnn::LayerIndex last_;
  std::size_t processor_;
  std::size_t encoding_;
};

}  // namespace edgecut::partition
