// A value for each class of requests of each device.
#pragma once

#include <cstdint>
#include <vector>

#include "events/events.hpp"

namespace edgecut::metrics {

/// The same everywhere, but for whom another was set. Most devices have one class, whose values are one block.
template <class T>
class ByClass {
 public:
  explicit ByClass(T everywhere = T()) : everywhere_(everywhere) {}

  [[nodiscard]] T of(events::DeviceIndex device, std::uint32_t request_class) const {
    if (request_class >= values_.size() || device >= values_[request_class].size()) return everywhere_;
    return values_[request_class][device];
  }
  void set(events::DeviceIndex device, std::uint32_t request_class, T value) {
    if (request_class >= values_.size()) values_.resize(request_class + 1);
    auto& devices = values_[request_class];
    if (device >= devices.size()) devices.resize(device + 1, everywhere_);
    devices[device] = value;
  }

 private:
  T everywhere_;
  std::vector<std::vector<T>> values_;  // by class, by device
};

}  // namespace edgecut::metrics
