// A device's radio: asleep, waking up, or awake, where it sends, receives, or stays connected without doing either.
#pragma once

#include <cstdint>
#include <optional>

#include "events/events.hpp"
#include "kernel/kernel.hpp"
#include "platform/platform.hpp"
#include "units/quantity.hpp"

namespace edgecut::engine {

/// What the radio draws above the device's idle power, but for the slope of a transfer, which goes by bytes.
struct RadioDraw {
  Watts transmit;
  Watts receive;
  Watts promotion;
  Watts tail;
};

/// A sleeping radio takes its promotion's delay to wake up. When nothing is sent or received it draws its tail's power,
/// and sleeps the tail's time after the last byte; but not while it is held, which an inference does from its first byte
/// until it has nothing left to send or receive.
///
/// Each request pays for what it adds: for the promotion that it needed; after its last byte for a whole tail; and when
/// its transfer begins in somebody's tail, not for what is cut off of that (or for what the tail was longer). In a run in
/// which every tail ends by itself the requests' sum is what the radio drew.
class Radio {
 public:
  explicit Radio(const platform::Link& link);

  /// Somebody wants to use it: when it will be awake.
  Seconds wake(Seconds now, events::RequestEnergy& payer);
  /// A transfer begins, on a radio that is awake by then.
  void begin(kernel::Direction direction, Seconds now, events::RequestEnergy& payer);
  /// A transfer has ended or was stopped.
  void end(kernel::Direction direction, Seconds now, events::RequestEnergy& payer);
  void hold() { ++holders_; }
  /// The last one to let go of a radio that is waking up lets it sleep.
  void release();
  /// The device went off: asleep at once, used by nobody.
  void turn_off();

  /// When it falls asleep if nothing else happens; none while it is used, held or asleep.
  [[nodiscard]] std::optional<Seconds> sleeps_at() const;
  /// To be called then.
  void sleep() { state_ = State::asleep; }

  [[nodiscard]] RadioDraw draw() const;

 private:
  enum class State : std::uint8_t { asleep, waking, awake };

  const platform::Link* link_;
  State state_ = State::asleep;
  Seconds awake_at_;       // of the last promotion
  Seconds last_used_;      // its last byte, or when it woke
  bool has_tail_ = false;  // a request has paid for the tail since then
  bool sends_ = false;
  bool receives_ = false;
  int holders_ = 0;
};

}  // namespace edgecut::engine
