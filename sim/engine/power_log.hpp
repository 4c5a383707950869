// What devices draw from moment to moment, with what their radios take for the rate at which they send and receive.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "engine/state.hpp"
#include "events/events.hpp"
#include "kernel/kernel.hpp"
#include "units/quantity.hpp"

namespace edgecut::engine {

/// The rate of a transfer goes by what others send, and is known by the bytes that have passed. So the power of a span
/// of time is told when the span is over, as a change at its beginning. Nothing else happens between.
class PowerLog {
 public:
  /// A transfer under way.
  struct Sending {
    JoulesPerByte slope;
    Bytes size;
    Bytes sent;  // until now
  };
  using SendingOf = std::function<std::optional<Sending>(events::DeviceIndex, kernel::Direction)>;
  using Tell = std::function<void(const events::PowerChanged&)>;

  explicit PowerLog(std::size_t devices) : rates_(devices) {}

  /// Something about the device's power has changed.
  void touch(events::DeviceIndex device);
  /// A transfer begins.
  void begin(events::DeviceIndex device, kernel::Direction direction) {
    rates_[device].at(kernel::index_of(direction)) = {};
  }
  /// What the devices drew from `from` until `to`, which is now. With no time between, what they draw by what is known.
  void tell(Seconds from, Seconds to, State& state, const SendingOf& sending_of, const Tell& say);

 private:
  struct Rate {
    Bandwidth value;
    Bytes told;  // by it, of the transfer
  };

  static void follow(Rate& rate, const std::optional<Sending>& sending, Seconds span);

  std::vector<std::array<Rate, 2>> rates_;  // by device; up and down
  std::vector<events::DeviceIndex> live_;   // whose power may have changed, in order
};

}  // namespace edgecut::engine
