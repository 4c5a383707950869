#include "events/events.hpp"

#include "units/ensure.hpp"

namespace edgecut::events {

RequestEnergy& RequestEnergy::operator+=(const RequestEnergy& other) {
  compute += other.compute;
  transmit += other.transmit;
  receive += other.receive;
  promotion += other.promotion;
  tail += other.tail;
  return *this;
}

const Ended* account_of(const Event& event) {
  if (const auto* drawn = std::get_if<TailDrawn>(&event)) return &drawn->end;
  const auto* ended = std::get_if<Ended>(&event);
  return ended == nullptr || ended->awaits_tail ? nullptr : ended;
}

std::string_view name(Outcome outcome) {
  switch (outcome) {
    case Outcome::completed:
      return "completed";
    case Outcome::late:
      return "late";
    case Outcome::dropped:
      return "dropped";
    case Outcome::failed:
      return "failed";
  }
  throw InternalError("unknown outcome");
}

std::string_view name(FailureReason reason) {
  switch (reason) {
    case FailureReason::none:
      return "";
    case FailureReason::infeasible:
      return "infeasible";
    case FailureReason::device_off:
      return "device_off";
    case FailureReason::battery_empty:
      return "battery_empty";
    case FailureReason::replaced:
      return "replaced";
    case FailureReason::server_full:
      return "server_full";
  }
  throw InternalError("unknown failure reason");
}

std::string_view name(ResourceUse::Kind kind) {
  using Kind = ResourceUse::Kind;
  switch (kind) {
    case Kind::device_processor:
      return "device";
    case Kind::uplink:
      return "uplink";
    case Kind::downlink:
      return "downlink";
    case Kind::cloud:
      return "cloud";
    case Kind::backhaul_up:
      return "backhaul_up";
    case Kind::backhaul_down:
      return "backhaul_down";
    case Kind::edge:
      return "edge";
    case Kind::relay_up:
      return "relay_up";
    case Kind::relay_down:
      return "relay_down";
    case Kind::cell_up:
      return "cell_up";
    case Kind::cell_down:
      return "cell_down";
  }
  throw InternalError("unknown resource");
}

}  // namespace edgecut::events
