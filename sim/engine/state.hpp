// Devices, servers and shared links as they run.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/backlog.hpp"
#include "engine/battery.hpp"
#include "engine/energy_meter.hpp"
#include "engine/radio.hpp"
#include "engine/request.hpp"
#include "engine/route.hpp"
#include "engine/serving.hpp"
#include "engine/station.hpp"
#include "engine/system.hpp"
#include "engine/thermal.hpp"
#include "kernel/kernel.hpp"
#include "units/random.hpp"

namespace edgecut::engine {

/// A link at this moment; at the end of a run also how wide it was on average, over what it is usually.
struct MovingLink {
  Bandwidth up;
  Bandwidth down;
  double up_mean = 1.0;
  double down_mean = 1.0;

  [[nodiscard]] Bandwidth width(kernel::Direction direction) const {
    return direction == kernel::Direction::up ? up : down;
  }
  [[nodiscard]] double mean(kernel::Direction direction) const {
    return direction == kernel::Direction::up ? up_mean : down_mean;
  }
};

/// Work done on a link that has no queue of its own, in seconds of the link as it is usually.
struct LinkUse {
  Seconds work;
  double offered = 0.0;
};

/// Work that a slot does in a second, in seconds of one that is all ours, and on average over the run.
struct Speed {
  double now = 1.0;
  double mean = 1.0;
};

/// When something of a device is looked at next. Timers are not taken back: one that was set before the last is out of
/// date, which its number tells.
struct Alarm {
  std::optional<Seconds> at;
  std::uint32_t number = 0;  // of the last timer
};

/// Index of the requests of one client and one of its devices.
using StreamIndex = std::size_t;

/// A processor of a device, and those who wait for it.
struct DeviceProcessor {
  Station station;
  kernel::ProcessorId id;
  Speed speed;
  // Where a device meters its processors: what it draws above idle since `metered`, and drew until then.
  Watts power = {};
  Seconds metered = {};
  Joules energy = {};
  // Of what the board adds while anything computes: what falls to one head here, likewise.
  Watts share = {};
  Joules shared = {};
};

/// What a request touches comes first, and what only some devices have is apart: a fleet's state is larger than the
/// caches, so that time goes by the number of cache lines.
struct DeviceState {
  /// `processors` are its own.
  DeviceState(const Client& of, std::span<DeviceProcessor> processors);

  /// Requests that wait on the device, for its plan, for a processor or for the radio.
  [[nodiscard]] std::size_t waiting() const;
  /// What its temperature and the heads beside it make of a second of a head's work.
  [[nodiscard]] double stretch(std::size_t processor) const {
    return (thermal ? 1.0 / thermal->speed() : 1.0) * (interferes ? interference(processor) : 1.0);
  }
  /// What its temperature makes of the power of computing.
  [[nodiscard]] double throttled_power() const { return thermal ? thermal->power() : 1.0; }
  /// What its processors draw above idle now, without what others on them draw.
  [[nodiscard]] Watts compute_power() const;
  /// How many heads a processor works on at a time, those that share a slot taken as one.
  [[nodiscard]] int at_work(std::size_t processor) const {
    const auto& station = processors[processor].station;
    return std::min(static_cast<int>(station.busy()), station.slots());
  }
  /// Books what each processor drew until `now`, unless the meter knows it: of one alone, on a board that adds nothing.
  void meter_processors(Seconds now) const;
  /// What the board added until `now` while anything computed, and fell to a head that was on the processor throughout.
  [[nodiscard]] Joules shared_energy(std::size_t processor, Seconds now) const;
  /// What a processor drew above idle until `now`.
  [[nodiscard]] Joules processor_energy(std::size_t processor, Seconds now) const;
  [[nodiscard]] Station& radio(kernel::Direction direction) {
    return direction == kernel::Direction::up ? uplink : downlink;
  }

  /// Books `size` on the link over which the step sends; a negative one takes back what was not sent.
  void add_radio_work(const Step& step, Bytes size);
  /// Likewise the load that requests at `rate` offer it.
  void add_radio_offer(const platform::Link& link, const Step& step, Frequency rate);

  [[nodiscard]] Watts power_of(std::size_t processor) const;
  /// Of its link, or of its direct one.
  [[nodiscard]] Radio& transceiver_of(bool is_direct) { return is_direct ? *direct_transceiver : transceiver; }
  [[nodiscard]] std::optional<Seconds>& timer_of(bool is_direct) {
    return is_direct ? direct_radio_timer : radio_timer;
  }
  /// What both draw.
  [[nodiscard]] RadioDraw radio_draw() const;

  const Client* client;  // the first of its streams
  std::span<DeviceProcessor> processors;
  Seconds ready;              // when it has gone over to its plan
  std::size_t preparing = 0;  // requests that wait for that
  kernel::AccessId access;
  std::uint32_t first_request = no_slot;  // of those under way; they name the next
  std::uint32_t message = no_slot;        // the one with weights that it sends or fetches
  bool is_on = true;
  bool interferes;                   // whether heads side by side slow each other down
  Watts reported;                    // by the last PowerChanged
  std::unique_ptr<Battery> battery;  // none: on the mains
  double reported_charge = 2.0;      // a share, by the last ChargeChanged
  std::unique_ptr<Thermal> thermal;  // none: never slowed down
  EnergyMeter meter;
  Radio transceiver;                                  // of its link
  std::optional<Seconds> radio_timer;                 // when it is looked at next
  std::array<std::optional<std::uint32_t>, 2> sends;  // slots of the requests being sent, up and down
  Station uplink{1, false};
  Station downlink{1, false};
  kernel::AccessId direct;
  MovingLink link;
  MovingLink direct_link;
  std::unique_ptr<Radio> direct_transceiver;  // none without such a link
  std::optional<Seconds> direct_radio_timer;
  std::array<LinkUse, 2> over_direct;  // of what the radio does up and down; the rest, at the stations, is over `link`
  Alarm battery_alarm;
  Alarm thermal_alarm;
  std::optional<Seconds> died;  // its battery was empty
  Seconds off_until;
  StreamIndex first_stream = 0;
  std::uint32_t streams = 0;  // how many; one each class of requests
  bool has_parked = false;    // some of them

 private:
  [[nodiscard]] double interference(std::size_t processor) const;
  [[nodiscard]] bool has_shared_power() const { return client->device->busy > Watts(); }
  /// What the board adds now, for each of those that compute.
  [[nodiscard]] Watts shared_power() const;
};

/// The requests of one client on one of its devices, as they come.
struct Stream {
  Stream(const Client& of, events::DeviceIndex on, std::uint32_t number, std::uint64_t seed);

  const Client* client;
  events::DeviceIndex device;
  std::uint32_t request_class;  // of the device's, from 0
  std::int64_t left;            // still to arrive
  std::optional<workload::ArrivalTimes> arrivals;
  std::optional<workload::ThinkTimes> thinks;  // of a closed loop
  std::int64_t parked = 0;                     // requests of it that come when another of the device has ended
  std::optional<RandomStream> exits;           // none in a network without
};

/// Processors that all devices share, and those who wait for them: at the station or, where there is more to it than a
/// queue in order of arrival, at `serving`, and then never at the station.
struct Pool {
  explicit Pool(const platform::Cloud& cloud)
      : station(cloud.slots(), cloud.processor.discipline == platform::Discipline::shared) {}

  void add_offer(Frequency rate, Seconds work) {
    serving ? serving->add_offer(rate, work) : station.add_offer(rate * work);
  }

  Station station;
  std::unique_ptr<Serving> serving;
  Backlog backlog;  // of the station, where the method looks at it
  kernel::ProcessorId processor;
  Speed speed;
};

/// The edge server, and its link to the cloud.
struct EdgeState {
  explicit EdgeState(const EdgeServer& edge)
      : pool(*edge.server), link(edge.link), moving{edge.link.uplink, edge.link.downlink} {}

  [[nodiscard]] LinkUse& relay(kernel::Direction direction) { return direction == kernel::Direction::up ? up : down; }

  Pool pool;
  platform::Link link;
  MovingLink moving;
  kernel::AccessId access;
  LinkUse up;
  LinkUse down;
};

/// The whole of a run, numbered as topology_of numbers it.
struct State {
  explicit State(const System& of);
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  [[nodiscard]] bool crosses_backhaul(const Step& step) const { return system->backhaul && !step.is_direct; }
  [[nodiscard]] LinkUse& backhaul(kernel::Direction direction) {
    return direction == kernel::Direction::up ? backhaul_up : backhaul_down;
  }
  /// Books `size` on the cell and the backhaul that the step crosses; a negative one takes back what was not sent.
  void add_shared_work(const Client& client, const Step& step, Bytes size);
  /// Likewise the load that requests at `rate` offer them.
  void add_shared_offer(const Client& client, const Step& step, Frequency rate);
  /// The first cell that the step crosses; it names the next.
  [[nodiscard]] std::optional<std::uint32_t> first_cell(const Client& client, const Step& step) const {
    return step.is_direct ? std::nullopt : client.cell;
  }
  [[nodiscard]] std::optional<std::uint32_t> cell_behind(std::uint32_t cell) const { return system->cells.at(cell).in; }
  [[nodiscard]] Seconds on_cell(std::uint32_t cell, kernel::Direction direction, Bytes size) const;
  /// What its cells and the backhaul leave of a device's bandwidth `up` and `down` now, if nobody else sends.
  void limit(const Client& client, Bandwidth& up, Bandwidth& down) const;
  /// What `size` takes of the backhaul when nothing else does.
  [[nodiscard]] Seconds on_backhaul(kernel::Direction direction, Bytes size) const {
    return size / (direction == kernel::Direction::up ? system->backhaul->uplink : system->backhaul->downlink);
  }

  const System* system;
  std::vector<DeviceProcessor> processors;  // of all devices
  std::vector<DeviceState> devices;
  std::vector<Stream> streams;  // those of a device one after the other
  Pool cloud;
  std::optional<EdgeState> edge;
  LinkUse backhaul_up;
  LinkUse backhaul_down;
  MovingLink moving_backhaul;
  std::uint64_t changes = 0;                  // of bandwidths and speeds so far
  std::vector<std::array<LinkUse, 2>> cells;  // up and down
  std::vector<MovingLink> moving_cells;

 private:
  void reserve();
  void add_device(std::span<const Client> classes);
};

[[nodiscard]] inline kernel::Direction direction_of(const Step& step) {
  return step.part == Part::upload || step.part == Part::relay ? kernel::Direction::up : kernel::Direction::down;
}
/// The device's link over which the step sends.
[[nodiscard]] inline const platform::Link& link_of(const Client& client, const Step& step) {
  return step.is_direct ? *client.direct : client.link;
}
/// What `size` takes of the link when nothing else does.
[[nodiscard]] inline Seconds time_on(const platform::Link& link, kernel::Direction direction, Bytes size) {
  return size / (direction == kernel::Direction::up ? link.uplink : link.downlink);
}

}  // namespace edgecut::engine
