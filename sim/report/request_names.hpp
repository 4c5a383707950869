// What the requests of a run are called in what is written of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dnn/network.hpp"
#include "events/events.hpp"

namespace edgecut::report {

/// What the requests of a run are of, by device and class.
class RequestNames {
 public:
  struct Class {
    std::string name;                       // empty: all requests of the device are alike
    const dnn::Network* network = nullptr;  // none: cuts are not named
    std::int64_t warmup = 0;                // so many of a device's first requests are in no result
  };
  /// All requests alike.
  RequestNames(const dnn::Network* network) : RequestNames() { add(1, {{{}, network}}); }  // NOLINT(*-explicit-*)
  RequestNames() = default;

  /// The next `devices` of the run, with their classes.
  void add(std::size_t devices, std::vector<Class> classes);
  /// Devices beyond those that were added are as the last.
  [[nodiscard]] const Class& of(events::DeviceIndex device, std::uint32_t request_class) const;

 private:
  std::vector<std::vector<Class>> kinds_;
  std::vector<events::DeviceIndex> ends_;  // of the devices of each kind
};

}  // namespace edgecut::report
