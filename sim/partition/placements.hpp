// Partitioners that do not choose: everything on the device, everything in the cloud, a cut that was given.
#pragma once

#include <optional>
#include <string>

#include "partition/partitioner.hpp"

namespace edgecut::partition {

/// Every layer on the device, on its first listed processor.
class DeviceOnly final : public Partitioner {
 public:
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
};

/// Every layer but the inputs in the cloud.
class CloudOnly final : public Partitioner {
 public:
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
};

/// The cut after a given layer, on a given processor of those listed.
class Fixed final : public Partitioner {
 public:
  explicit Fixed(dnn::LayerIndex last, std::size_t processor = 0) : last_(last), processor_(processor) {}
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;

 private:
  dnn::LayerIndex last_;
  std::size_t processor_;
};

}  // namespace edgecut::partition
