// Messages by which devices that estimate bandwidths learn of links that they do not use.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "engine/radio.hpp"
#include "engine/request.hpp"
#include "engine/route.hpp"
#include "engine/state.hpp"
#include "engine/system.hpp"
#include "events/events.hpp"

namespace edgecut::engine {

/// When each device sends its next probe, over which of its links, and what all probes have cost so far. A probe is so
/// many bytes up and, half a round trip later, as many back, which shows both bandwidths. It goes over the device's link,
/// and then over its direct one where it has one.
///
/// Nothing here calls back or knows time: the simulation plays the probes.
class Probing {
 public:
  /// For a system whose awareness has probes.
  Probing(const System& system, const State& state);

  /// When the device's next probe is due, which is then the one before. Of n devices, device i sends its first after
  /// (1 + i / n) times the interval, so that those of a fleet do not all meet.
  Seconds next(events::DeviceIndex device);
  [[nodiscard]] const Route& route(events::DeviceIndex device, bool is_direct) const;

  [[nodiscard]] bool is_under_way(events::DeviceIndex device) const { return slots_[device] != no_slot; }
  [[nodiscard]] std::uint32_t slot(events::DeviceIndex device) const { return slots_[device]; }
  void begin(events::DeviceIndex device, std::uint32_t slot) { slots_[device] = slot; }
  /// It is back, or was given up. `awaits_tail`: it is still to pay for its radio's tail.
  void end(const Request& probe, bool is_back, bool awaits_tail);
  /// A transfer of a probe held the radio for `time` and moved `size`.
  void book(kernel::Direction direction, Bytes size, Seconds time);
  /// Takes a bill if it is that of a probe that has ended.
  bool pay(const Radio::Bill& bill);
  [[nodiscard]] const events::ProbeUse& use() const { return use_; }

 private:
  struct Routes {
    Route link;
    Route direct;  // empty without one
  };

  const belief::Probe& probe_;
  const State& state_;
  std::vector<Routes> routes_;        // by client
  std::vector<std::size_t> clients_;  // by device: the first of its own
  std::vector<std::int64_t> sent_;    // by device: how many have been due
  std::vector<std::uint32_t> slots_;  // by device, of the one that is under way
  std::vector<RadioUser> unpaid_;     // that have ended, and had their radio's last byte
  events::ProbeUse use_;
};

}  // namespace edgecut::engine
