// What happens in a run, one struct an event. Written to a file, the events are the trace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "plan/plan.hpp"
#include "units/id.hpp"
#include "units/quantity.hpp"

namespace edgecut::events {

/// Requests are numbered in order of arrival.
using RequestId = Id<struct RequestTag>;
/// Index of a device in the run.
using DeviceIndex = std::size_t;

/// How a request ended. Each ends exactly once.
enum class Outcome : std::uint8_t {
  completed,  ///< in time, or without a deadline
  late,       ///< completed after its deadline
  dropped,    ///< refused on arrival, as its device's queue was full, or see FailureReason
  failed,     ///< see FailureReason
};
enum class FailureReason : std::uint8_t {
  none,
  infeasible,     ///< the partitioner found no plan
  device_off,     ///< its device was off, or went off while it was under way
  battery_empty,  ///< its device's battery was empty, or ran empty while it was under way
  replaced,       ///< dropped: a newer one took its place in a queue on the device
  server_full,    ///< dropped: a server's queue was full
};
constexpr std::size_t failure_reasons = 6;
std::string_view name(Outcome outcome);
std::string_view name(FailureReason reason);

struct Arrived {
  Seconds time;
  RequestId request;
  DeviceIndex device = 0;
  std::uint32_t request_class = 0;  // of the device's, from 0
};
struct Planned {
  Seconds time;
  RequestId request;
  const plan::Plan* plan = nullptr;  // null where there was none; valid during the run
};
/// The device of a request goes over to another plan, or loads the weights of its first, and stands still for `pause`.
struct PlanChanged {
  Seconds time;
  RequestId request;
  DeviceIndex device = 0;
  Seconds pause;
};
struct HeadStarted {
  Seconds time;
  RequestId request;
};
struct HeadFinished {
  Seconds time;
  RequestId request;
};
struct UploadStarted {
  Seconds time;
  RequestId request;
  Bytes size;
};
/// The last byte has reached the next tier: the cloud, or the edge server where there is one.
struct UploadFinished {
  Seconds time;
  RequestId request;
};
struct EdgeStarted {
  Seconds time;
  RequestId request;
};
struct EdgeFinished {
  Seconds time;
  RequestId request;
};
/// Between edge server and cloud.
struct RelayStarted {
  Seconds time;
  RequestId request;
  Bytes size;
  bool up = true;
};
/// The last byte has reached the other server.
struct RelayFinished {
  Seconds time;
  RequestId request;
  bool up = true;
};
struct TailStarted {
  Seconds time;
  RequestId request;
};
struct TailFinished {
  Seconds time;
  RequestId request;
};
struct DownloadStarted {
  Seconds time;
  RequestId request;
  Bytes size;
};
/// The last byte of the result, or of a tensor that returns, has reached the device.
struct DownloadFinished {
  Seconds time;
  RequestId request;
};

/// Where the time of a request went. All together they are its latency. A plan that returns to the device passes a
/// station more than once; these are sums.
struct Parts {
  Seconds preparing;  // until the device had switched to the plan and loaded its weights
  Seconds device_queue;
  Seconds head;
  Seconds radio_queue;
  Seconds upload;
  Seconds edge_queue;
  Seconds edge;
  Seconds relay;  // between edge server and cloud, both ways
  Seconds cloud_queue;
  Seconds tail;
  Seconds download;  // the wait for the downlink included
};

/// When a request passed each station, for the last time. A stage that it did not need takes no time.
struct Timeline {
  Seconds arrived;
  Seconds head_started;
  Seconds head_finished;
  Seconds upload_started;
  Seconds upload_finished;
  Seconds tail_started;
  Seconds tail_finished;
  Seconds download_started;
  Seconds ended;
  Parts parts;
};

/// The device's increments above idle that one request caused, as they were drawn. Those who keep a radio awake at the
/// same moment share what it draws meanwhile (engine/radio.hpp). A request also pays for the weights that its plan was
/// the first to need.
struct RequestEnergy {
  Joules compute;
  Joules transmit;
  Joules receive;
  Joules promotion;
  Joules tail;
  [[nodiscard]] Joules total() const { return compute + transmit + receive + promotion + tail; }
  RequestEnergy& operator+=(const RequestEnergy& other);
};

struct Ended {
  Seconds time;
  RequestId request;
  DeviceIndex device = 0;
  Outcome outcome = Outcome::completed;
  FailureReason reason = FailureReason::none;
  Timeline timeline;     // of completed and late requests
  RequestEnergy energy;  // so far, where a TailDrawn follows
  Bytes up;
  Bytes down;
  std::uint32_t request_class = 0;   // of the device's, from 0
  bool awaits_tail = false;          // a TailDrawn follows
  const plan::Plan* plan = nullptr;  // that it went by, one object for each plan of a client; valid during the run
  /// Whether its plan would have missed the deadline on an idle system, too, as the world was when the request arrived.
  bool was_hopeless = false;
};

/// The radio's tail after the last byte of a request that has ended is over: what the request took is complete. Of a
/// tail that outlasts the run, this comes at the run's end and counts the tail whole.
struct TailDrawn {
  Seconds time;
  RequestId request;
  Ended end;  // of the request, with all of its energy
};

/// A device's draw changed to `power` at `time`, a radio's slope x rate included. Told to observers that follow it,
/// when the power after `time` is known: behind everything else that happens then.
struct PowerChanged {
  Seconds time;
  DeviceIndex device = 0;
  Watts power;
};

/// A device's battery holds `share` of its usable capacity: said at time 0, whenever it moved by 0.1 % or more since, when
/// it is empty, and at the end of the run. It runs straight from one to the next, to that precision.
struct ChargeChanged {
  Seconds time;
  DeviceIndex device = 0;
  double share = 0.0;
};

/// A bandwidth that moves is `bandwidth` from `time` on; said at time 0, too.
struct BandwidthChanged {
  enum class Link : std::uint8_t { device, direct, relay, backhaul, cell };
  Seconds time;
  Link link = Link::device;
  DeviceIndex device = 0;  // of its own links; of a cell, its number
  bool up = true;
  Bandwidth bandwidth;
};

/// A processor with other load does `speed` seconds of our work in a second from `time` on; said at time 0, too.
struct SpeedChanged {
  enum class Host : std::uint8_t { device, edge, cloud };
  Seconds time;
  Host host = Host::device;
  DeviceIndex device = 0;
  std::size_t processor = 0;  // of the device
  double speed = 1.0;
};

/// How a processor or a link was used over the run.
struct ResourceUse {
  enum class Kind : std::uint8_t {
    device_processor,
    uplink,
    downlink,
    cloud,
    backhaul_up,
    backhaul_down,
    edge,
    relay_up,
    relay_down,
    cell_up,
    cell_down
  };
  Kind kind = Kind::cloud;
  DeviceIndex device = 0;  // of the device's own resources; of a cell, its number
  double capacity = 1.0;   // slots, or 1 for a link
  /// The time that work took of one slot or of the link, as fast as these were: utilisation = work / (capacity x time).
  /// Heads take theirs as they were slowed down; what others take of a processor, and a link that moves, count by their
  /// averages over the run.
  Seconds work;
  double offered_load = 0.0;  // arrival rate x mean of that time / capacity; 0 in a closed loop
  double mean_queue = 0.0;    // waiting, averaged over time
  std::size_t longest_queue = 0;
  std::string_view processor = {};  // name of a device's processor
  Joules energy = {};               // of it: above the device's idle power
};
std::string_view name(ResourceUse::Kind kind);

/// Asked for its turn at a station that has a queue; it starts at this instant where there is room.
struct Queued {
  Seconds time;
  RequestId request;
  ResourceUse::Kind station = ResourceUse::Kind::cloud;
};

/// Weights that the plan of `request` needs elsewhere begin to cross a link of its device, or that of edge server and
/// cloud; the request waits for them.
struct ShippingStarted {
  Seconds time;
  RequestId request;
  DeviceIndex device = 0;
  ResourceUse::Kind over = ResourceUse::Kind::uplink;
  Bytes size;
};
/// They have reached the other end.
struct ShippingFinished {
  Seconds time;
  RequestId request;
  DeviceIndex device = 0;
  ResourceUse::Kind over = ResourceUse::Kind::uplink;
};

/// A probe of a bandwidth, which belongs to no request, begins to cross a link of its device.
struct ProbeStarted {
  Seconds time;
  DeviceIndex device = 0;
  ResourceUse::Kind over = ResourceUse::Kind::uplink;
  bool is_direct = false;  // of the device's direct link
  Bytes size;
};
/// Its last byte has left, or its device went off.
struct ProbeFinished {
  Seconds time;
  DeviceIndex device = 0;
  ResourceUse::Kind over = ResourceUse::Kind::uplink;
  bool is_direct = false;
};

/// A pass of a benchmark that a method takes while the run goes on begins on a host. It belongs to no request.
struct MeasuringStarted {
  Seconds time;
  DeviceIndex device = 0;  // whose method measures
  ResourceUse::Kind on = ResourceUse::Kind::device_processor;
  std::size_t processor = 0;  // of those that the device may use, where it is one of these
};
/// It has ended, or was stopped.
struct MeasuringFinished {
  Seconds time;
  DeviceIndex device = 0;
  ResourceUse::Kind on = ResourceUse::Kind::device_processor;
  std::size_t processor = 0;
};

/// An autoscaled server has so many hosts from now on.
struct HostsChanged {
  Seconds time;
  ResourceUse::Kind server = ResourceUse::Kind::cloud;
  int ready = 0;
  int paid = 0;  // those that start up, too
};

/// What a server's hosts cost in a run.
struct ServerUse {
  ResourceUse::Kind server = ResourceUse::Kind::cloud;
  Seconds hosts;                          // that were paid for: integral of their number over the run
  std::optional<double> price = {};       // US dollars; none: unknown
  std::optional<Joules> energy = {};      // none: unknown
  std::optional<double> mean_batch = {};  // requests in a batch; none without batching
};

struct DeviceEnergy {
  Joules total;  // integral of the device's power over the run
  Joules idle;
  Joules off;      // while it was switched off
  Joules compute;  // of all its processors
  Joules radio;    // the sum of the next four
  Joules transmit;
  Joules receive;
  Joules promotion;
  Joules tail;
  Joules tail_after;  // of the tail that outlasts the run, which requests pay: in none of the others
};

/// A device's battery at the end of a run.
struct BatteryUse {
  Joules capacity;              // usable
  Joules charge;                // left
  Joules drawn;                 // by the device
  std::optional<Seconds> died;  // when it was empty
  DeviceIndex device = 0;
};

/// What was decided in a run.
struct Decisions {
  std::int64_t cuts_made = 0;           // times that the partitioner was asked for a plan
  std::int64_t plan_changes = 0;        // from one request of a device to its next
  std::vector<std::int64_t> made = {};  // by client: decisions of all its devices, whether or not somebody was asked
  Seconds pauses;                       // of all devices, for switching plans and loading weights
  Bytes reported = {};                  // that servers sent all devices of their load
};

/// What the probes of all devices took. None of it is any request's.
struct ProbeUse {
  std::int64_t count = 0;  // that came back
  Bytes up;                // over all devices' links, what got lost on the way included
  Bytes down;
  Seconds time;   // in which radios woke up for them, sent and received them
  Joules energy;  // above idle
};

/// What the benchmarks that methods took during the run came to. None of it is any request's.
struct MeasuringUse {
  std::int64_t count = 0;  // that ended
  Seconds device;          // of processors of devices, as slow as they were
  Seconds servers;         // of slots of servers
  Joules energy;           // of devices, above idle
};

/// The last event of a run.
struct RunEnded {
  Seconds time;
  std::vector<DeviceEnergy> devices;
  std::vector<ResourceUse> resources;
  std::string_view kernel = "";            // that played the run
  std::vector<BatteryUse> batteries = {};  // of the devices that have one, in order
  Decisions decisions = {};
  std::vector<ServerUse> servers = {};  // cloud, and edge server where there is one
  std::vector<std::int64_t> unrecorded =
      {};                 // by device: results in time whose ends a warm-up kept back; may be shorter
  Bytes shipped_up = {};  // weights over all devices' links, what got lost on the way included
  Bytes shipped_down = {};
  ProbeUse probes = {};
  MeasuringUse measuring = {};
};

/// The last byte of an upload, a relay or a download has left; what follows until it has finished is latency.
struct Sent {
  Seconds time;
  RequestId request;
};

using Event = std::variant<Arrived, Planned, PlanChanged, Queued, Sent, ShippingStarted, ShippingFinished, ProbeStarted,
                           ProbeFinished, MeasuringStarted, MeasuringFinished, HeadStarted, HeadFinished, UploadStarted,
                           UploadFinished, EdgeStarted, EdgeFinished, RelayStarted, RelayFinished, TailStarted,
                           TailFinished, DownloadStarted, DownloadFinished, Ended, TailDrawn, PowerChanged,
                           ChargeChanged, BandwidthChanged, SpeedChanged, HostsChanged, RunEnded>;

/// The end of a request, with all of its energy, if the event completes that; else null. Each request has one.
const Ended* account_of(const Event& event);

/// Watches a run. Called in order of time; must not change the run.
class Observer {
 public:
  Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  virtual ~Observer() = default;
  virtual void on(const Event& event) = 0;
  /// Whether it has to be told of PowerChanged, which takes time.
  [[nodiscard]] virtual bool follows_power() const { return true; }
};

}  // namespace edgecut::events
