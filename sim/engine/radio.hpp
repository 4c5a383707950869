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

/// Who uses the radio: the slot of a request, and its number, as slots are used again.
struct RadioUser {
  std::uint32_t slot = 0;
  events::RequestId id;

  friend bool operator==(const RadioUser&, const RadioUser&) = default;
};

/// A sleeping radio takes its promotion's delay to wake up. When nothing is sent or received it draws its tail's power,
/// and sleeps the tail's time after the last byte; but not while it is held, which an inference does from its first byte
/// until it has nothing left to send or receive.
///
/// What it draws while it wakes up, and while it is awake without sending or receiving, is shared equally at each
/// moment by those who keep it so: those who hold it, and, for the tail's time, whoever had its last byte. They pay
/// when it is drawn. So nobody pays less than nothing, all of them together pay what was drawn, and an inference that
/// is alone pays for one promotion, for the time between its transfers, and for a whole tail.
class Radio {
 public:
  /// What one of those who keep it pays.
  struct Share {
    Joules promotion;
    Joules tail;
  };
  /// What the user of the last byte has to pay for the tail after it.
  struct Bill {
    RadioUser user;
    Joules tail;
  };

  explicit Radio(const platform::Link& link);

  /// Somebody keeps it from now on. Returns a mark to release it with.
  Share hold(Seconds now);
  /// Returns what has to be paid since the mark. The last one to let go of a radio that is waking up lets it sleep.
  Share release(Seconds now, const RadioUser& user, const Share& mark);
  /// Somebody who holds it wants to use it: when it will be awake.
  Seconds wake(Seconds now);
  /// A transfer begins, on a radio that is awake by then. It ends the tail before it.
  std::optional<Bill> begin(kernel::Direction direction, Seconds now);
  /// A transfer has ended or was stopped.
  void end(kernel::Direction direction, Seconds now, const RadioUser& user);
  /// The device went off: asleep at once, used by nobody.
  std::optional<Bill> turn_off(Seconds now);

  /// When it falls asleep if nothing else happens; none while it is used, held or asleep.
  [[nodiscard]] std::optional<Seconds> sleeps_at() const;
  /// To be called then.
  std::optional<Bill> sleep(Seconds now);

  /// What a user that has ended, and had the last byte, has to pay until now.
  Joules pay(Seconds now, const RadioUser& user);
  /// Whether it will have to pay more.
  [[nodiscard]] bool will_bill(const RadioUser& user) const;
  /// The bill if nothing happens after `now`, and what of it is drawn after that.
  std::optional<Bill> close(Seconds now, Joules& after);
  /// The user goes on by another name.
  void rename(const RadioUser& user, const RadioUser& name);

  [[nodiscard]] RadioDraw draw() const;

 private:
  enum class State : std::uint8_t { asleep, waking, awake };

  void settle(Seconds now);
  void share_tail(Seconds span, bool with_last);
  std::optional<Bill> take_bill();
  [[nodiscard]] bool last_only_listens() const { return last_ && !last_holds_; }

  const platform::Link* link_;
  State state_ = State::asleep;
  bool sends_ = false;
  bool receives_ = false;
  bool last_holds_ = false;  // and so pays as those do
  int holders_ = 0;
  Seconds awake_at_;               // of the last promotion
  Seconds last_used_;              // its last byte, or when it woke
  Seconds settled_;                // until when it is shared out
  Share shared_;                   // by each who has held it since nobody did
  Joules owed_;                    // by the last user, where it does not hold it
  std::optional<RadioUser> last_;  // whose byte was the last; none while it sends or receives
};

}  // namespace edgecut::engine
