// A request under way, and the tokens by which the kernel names what is due.
#pragma once

#include <cstdint>
#include <limits>

#include "engine/radio.hpp"
#include "engine/route.hpp"
#include "events/events.hpp"
#include "kernel/kernel.hpp"

namespace edgecut::engine {

/// What a request does at its step.
enum class Phase : std::uint8_t {
  none,      // the slot holds no request
  prepares,  // waits until its device has gone over to its plan, and the plan's weights are where they are needed
  waits,     // for its turn
  wakes,     // has the radio, which wakes up
  works,     // computes, or is sent
  travels,   // its last byte has left and is under way for half a round trip
};

/// What goes along a route: an inference; or a message with weights, for the request of that id; or a probe; or a pass of a
/// benchmark.
enum class Carries : std::uint8_t { inference, weights, probe, benchmark };

constexpr std::uint32_t no_slot = std::numeric_limits<std::uint32_t>::max();

/// What each event touches comes first, in cache lines: the first, then the timeline's stamps and parts, then the energy.
struct alignas(64) Request {
  events::RequestId id;
  std::uint32_t slot = 0;
  std::uint32_t stream = 0;      // of the system's clients
  std::uint32_t device = 0;      // that it is made on
  std::uint32_t next = no_slot;  // of the same device; no_slot: none
  std::uint32_t previous = no_slot;
  std::uint32_t step = 0;
  Phase phase = Phase::none;
  bool holds_radio = false;  // of the link that it takes, until it has nothing left to send or receive
  Carries carries = Carries::inference;
  bool is_due = false;       // its phase ends at this instant, and that has yet to be handled
  bool is_hopeless = false;  // its plan would miss the deadline on an idle system, too
  const Route* route = nullptr;
  Seconds entered;  // its step, to wait
  Seconds started;  // to work at it
  Seconds sending;  // since when, without waking the radio
  events::Timeline timeline;
  events::RequestEnergy energy;
  Radio::Share radio_mark;  // of holding the radio
  kernel::ActivityId activity;
  double stretch = 1.0;   // of a head's work, where its device is slowed down by its temperature or by heads beside it
  double throttle = 1.0;  // of its processor's increment, likewise
  Seconds to_do;          // of it, as last given to the processor
  Bytes charged;          // of what is sent, whose slope the battery has paid
  const plan::Plan* plan = nullptr;
  double draw = 0.0;  // in [0, 1): which exit it takes

  [[nodiscard]] const Step& current() const { return route->steps[step]; }
  [[nodiscard]] bool is_inference() const { return carries == Carries::inference; }
  [[nodiscard]] bool ships() const { return carries == Carries::weights; }
  [[nodiscard]] bool probes() const { return carries == Carries::probe; }
  [[nodiscard]] bool measures() const { return carries == Carries::benchmark; }
};

/// Everything due at one instant is handled by ascending token: what kind of thing it is, then its number.
/// A `batch` is the completion of one on a server, `server` its timers.
enum class Rank : std::uint8_t { world_change, state_change, board, completion, batch, arrival, server };

constexpr unsigned slot_bits = 28;
constexpr unsigned id_bits = 32;
constexpr unsigned alarm_bits = slot_bits - 3;  // for the number of a device's alarm; above it, what is looked at

inline kernel::Token make_token(Rank rank, std::uint64_t number, std::uint64_t slot = 0) {
  return {(static_cast<std::uint64_t>(rank) << (slot_bits + id_bits)) | (number << slot_bits) | slot};
}
inline Rank rank_of(kernel::Token token) {
  return static_cast<Rank>(token.value >> (slot_bits + id_bits));
}
inline std::uint32_t number_of(kernel::Token token) {
  return static_cast<std::uint32_t>(token.value >> slot_bits);
}
inline std::uint32_t slot_of(kernel::Token token) {
  return static_cast<std::uint32_t>(token.value & ((1U << slot_bits) - 1U));
}

}  // namespace edgecut::engine
