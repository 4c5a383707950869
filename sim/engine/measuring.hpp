// Benchmarks that methods take again while a run goes on.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/request.hpp"
#include "engine/route.hpp"
#include "engine/state.hpp"
#include "engine/system.hpp"
#include "events/events.hpp"
#include "units/quantity.hpp"

namespace edgecut::engine {

/// What a benchmark found: how fast hosts were, as shares of how fast they usually are, and the joules of the device for a
/// unit of work, likewise.
struct Findings {
  std::vector<double> speeds;  // by listed processor of the device
  double cloud_speed = 1.0;
  double edge_speed = 1.0;
  double heat = 1.0;
};

/// When each device takes its next benchmark, of which passes that consists, and what all of them have cost so far. A pass
/// is a job on one host: on each listed processor of the device in turn, then on the edge server and in the cloud what
/// the method measures there. Of a device with several classes of requests each class's method measures, one after the
/// other.
///
/// Nothing here calls back or knows time: the simulation plays the passes.
class Measuring {
 public:
  /// For a system whose awareness measures.
  Measuring(const System& system, const State& state);

  /// When the device's next benchmark is due, which is then the one before. Of n devices, device i takes its first after
  /// (1 + i / n) times the period.
  Seconds next(events::DeviceIndex device);

  [[nodiscard]] bool is_under_way(events::DeviceIndex device) const { return devices_[device].slot != no_slot; }
  [[nodiscard]] std::uint32_t slot(events::DeviceIndex device) const { return devices_[device].slot; }
  /// Where the first pass of a benchmark goes, or the next one; null after the last.
  const Route* begin(events::DeviceIndex device);
  const Route* go_on(events::DeviceIndex device);
  /// For which of the device's classes, counted from its first.
  [[nodiscard]] std::uint32_t request_class(events::DeviceIndex device) const { return devices_[device].request_class; }
  /// Its pass is that request.
  void play(events::DeviceIndex device, std::uint32_t slot) { devices_[device].slot = slot; }
  /// The pass has ended, or was stopped, after so long on its host.
  void book(const Request& pass, Seconds time, bool is_whole);
  /// Counts the benchmark of a class that is known.
  void count() { ++use_.count; }
  /// Whether that was the last pass of a class's benchmark, and nothing of it was stopped.
  [[nodiscard]] bool is_known(events::DeviceIndex device) const;
  [[nodiscard]] const Findings& findings(events::DeviceIndex device) const { return devices_[device].found; }
  /// Nothing more of the benchmark is played.
  void end(events::DeviceIndex device) { devices_[device].slot = no_slot; }
  [[nodiscard]] const events::MeasuringUse& use() const { return use_; }

  /// The host of a pass, and which of the listed processors of a device.
  [[nodiscard]] static events::ResourceUse::Kind host_of(const Request& pass);
  [[nodiscard]] std::size_t processor_of(const Request& pass) const;

 private:
  struct Device {
    std::int64_t taken = 0;           // benchmarks that were due
    std::uint32_t slot = no_slot;     // of the pass under way
    std::uint32_t request_class = 0;  // that is measured for
    std::size_t pass = 0;             // of its passes
    bool is_whole = true;             // nothing was stopped
    Findings found;
    Joules energy;   // of its passes on the device
    Joules planned;  // at the usual pace and power
  };

  [[nodiscard]] std::size_t client_of(events::DeviceIndex device) const {
    return clients_[device] + devices_[device].request_class;
  }
  void start_class(Device& device, events::DeviceIndex i);
  [[nodiscard]] const Route* current(events::DeviceIndex device) const;

  const System& system_;
  const State& state_;
  std::vector<std::vector<Route>> passes_;  // by client
  std::vector<std::size_t> clients_;        // by device: the first of its own
  std::vector<Device> devices_;
  events::MeasuringUse use_;
};

}  // namespace edgecut::engine
