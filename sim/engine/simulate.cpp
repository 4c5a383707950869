#include "engine/simulate.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>

#include "engine/energy_meter.hpp"
#include "engine/station.hpp"
#include "units/ensure.hpp"

namespace edgecut::engine {
namespace {

using events::DeviceIndex;
using events::FailureReason;
using events::Outcome;
using events::RequestId;
using kernel::Direction;
using kernel::Token;

// Where a request is. `awaits_x` is the queue before stage x.
enum class Stage : std::uint8_t {
  none,  // the slot holds no request
  awaits_head,
  head,
  awaits_upload,
  upload,
  to_cloud,  // its last byte has left and is under way for half a round trip
  awaits_tail,
  tail,
  awaits_download,
  download,
  to_device,
};

// What a plan means in true seconds and bytes on one client.
struct Route {
  const plan::Plan* plan = nullptr;  // null: infeasible
  std::size_t processor = 0;         // of the device
  Seconds head;
  Seconds tail;
  Bytes up;
  Bytes down;
  bool uses_cloud = false;
};

struct Request {
  RequestId id;
  std::uint32_t slot = 0;
  DeviceIndex client = 0;
  Stage stage = Stage::none;
  kernel::ActivityId activity;
  events::Timeline timeline;
  events::RequestEnergy energy;
  bool is_due = false;  // its stage ends at this instant, and that has yet to be handled
};

// Everything due at one instant is handled by ascending token: what kind of thing it is, then its number.
enum class Rank : std::uint8_t { state_change, completion, arrival };

constexpr unsigned slot_bits = 30;
constexpr unsigned id_bits = 32;

Token make_token(Rank rank, std::uint64_t number, std::uint64_t slot = 0) {
  return {(static_cast<std::uint64_t>(rank) << (slot_bits + id_bits)) | (number << slot_bits) | slot};
}
Rank rank_of(Token token) {
  return static_cast<Rank>(token.value >> (slot_bits + id_bits));
}
std::uint32_t number_of(Token token) {
  return static_cast<std::uint32_t>(token.value >> slot_bits);
}
std::uint32_t slot_of(Token token) {
  return static_cast<std::uint32_t>(token.value & ((1U << slot_bits) - 1U));
}

// One device as it runs.
struct DeviceState {
  explicit DeviceState(const Client& of)
      : client(&of), meter(of.device->idle), reported(of.device->idle), left(of.workload.requests) {
    for (const auto& processor : of.device->processors) {
      processors.emplace_back(processor.slots, processor.discipline == platform::Discipline::shared);
    }
  }

  [[nodiscard]] std::size_t waiting() const {
    std::size_t sum = uplink.waiting();
    for (const auto& processor : processors) sum += processor.waiting();
    return sum;
  }

  const Client* client;
  std::vector<Station> processors;
  std::vector<kernel::ProcessorId> kernel_processors;
  kernel::AccessId access;
  Station uplink{1, false};
  Station downlink{1, false};
  bool sending = false;
  bool receiving = false;
  EnergyMeter meter;
  Watts reported;  // by the last PowerChanged
  std::optional<workload::ArrivalTimes> arrivals;
  std::int64_t left;  // requests still to arrive
  bool is_on = true;
  Seconds off_until;
  std::optional<Route> route;
};

// Work done on a link that everybody shares; it has no queue of its own.
struct SharedLink {
  Seconds work;
  double offered = 0.0;
};

kernel::Topology topology_of(const System& system) {
  kernel::Topology topology;
  for (const auto& client : system.clients) {
    const auto& device = *client.device;
    for (std::size_t i = 0; i < device.processors.size(); ++i) {
      const auto& processor = device.processors[i];
      const Watts busy = device.increment(processor, processor.slots);
      // The board's own draw is booked on its first processor.
      const Watts base = i == 0 ? device.idle : Watts();
      topology.processors.push_back({device.name, processor.slots, base, base + busy, i == 0 ? device.off : Watts()});
    }
    topology.accesses.push_back({device.name, client.link.uplink, client.link.downlink});
  }
  topology.processors.push_back({system.cloud->name, system.cloud->slots(), Watts(), Watts(), Watts()});
  if (system.backhaul) {
    topology.backhaul = kernel::Topology::Backhaul{system.backhaul->uplink, system.backhaul->downlink};
  }
  return topology;
}

class Simulation {
 public:
  Simulation(const System& system, const partition::Partitioner& partitioner, events::Observer& observer)
      : system_(system),
        partitioner_(partitioner),
        observer_(observer),
        kernel_(kernel::make_kernel(system.kernel, topology_of(system))),
        cloud_(system.cloud->slots(), system.cloud->processor.discipline == platform::Discipline::shared) {
    build();
  }

  void run() {
    kernel_->run([this](std::span<const Token> due) { handle(due); });
    ensure(requests_left_ == 0, "every request ends");
    observer_.on(run_ended());
  }

  [[nodiscard]] IndependentEnergy independent_energy() const {
    IndependentEnergy energy;
    for (const auto& device : devices_) {
      Joules sum;
      for (const auto processor : device.kernel_processors) {
        sum += kernel_->independent_energy(processor).value_or(Joules(std::numeric_limits<double>::quiet_NaN()));
      }
      energy.devices.push_back(sum);
    }
    return energy;
  }

 private:
  [[nodiscard]] Seconds now() const { return kernel_->now(); }
  void emit(const events::Event& event) { observer_.on(event); }

  // ---- set-up ----

  void build() {
    std::uint32_t next_processor = 0;
    for (DeviceIndex i = 0; i < system_.clients.size(); ++i) {
      const auto& client = system_.clients[i];
      auto& device = devices_.emplace_back(client);
      for (std::size_t p = 0; p < client.device->processors.size(); ++p) {
        device.kernel_processors.push_back({next_processor++});
      }
      device.access = {static_cast<std::uint32_t>(i)};
      requests_left_ += client.workload.requests;
      if (client.workload.is_open()) device.arrivals.emplace(client.workload, system_.seed, i);
      schedule_arrival(i, Seconds());
      for (std::size_t p = 0; p < client.off.size(); ++p) schedule_off(i, p);
    }
    cloud_processor_ = {next_processor};
  }

  void schedule_off(DeviceIndex i, std::size_t period) {
    const auto& off = system_.clients[i].off[period];
    kernel_->at(off.from, make_token(Rank::state_change, i, 2 * period));
    kernel_->at(off.until, make_token(Rank::state_change, i, 2 * period + 1));
  }

  void schedule_arrival(DeviceIndex i, Seconds earliest) {
    auto& device = devices_[i];
    if (device.left == 0) return;
    --device.left;
    const Seconds time = device.arrivals ? device.arrivals->next() : earliest;
    kernel_->at(time, make_token(Rank::arrival, i));
  }

  // ---- one instant ----

  void handle(std::span<const Token> due) {
    batch_.assign(due.begin(), due.end());
    std::ranges::sort(batch_, {}, &Token::value);
    mark_due();
    for (const auto token : batch_) {
      if (requests_left_ == 0) return;  // nothing that happens now is part of the run
      switch (rank_of(token)) {
        case Rank::state_change:
          change_state(number_of(token), slot_of(token));
          break;
        case Rank::completion:
          complete_stage(number_of(token), slot_of(token));
          break;
        case Rank::arrival:
          arrive(number_of(token));
          break;
      }
    }
  }

  // A device that goes off at this instant finds the stages that end now ended, not to be stopped.
  void mark_due() {
    for (const auto token : batch_) {
      if (rank_of(token) != Rank::completion) continue;
      Request& request = *requests_[slot_of(token)];
      if (request.id.index == number_of(token)) request.is_due = true;
    }
  }

  void complete_stage(std::uint32_t id, std::uint32_t slot) {
    Request& request = *requests_[slot];
    if (request.stage == Stage::none || request.id.index != id) return;  // it failed while this was under way
    request.is_due = false;
    switch (request.stage) {
      case Stage::head:
        finish_head(request);
        break;
      case Stage::upload:
        finish_upload(request);
        break;
      case Stage::to_cloud:
        reach_cloud(request);
        break;
      case Stage::tail:
        finish_tail(request);
        break;
      case Stage::download:
        finish_download(request);
        break;
      case Stage::to_device:
        reach_device(request);
        break;
      default:
        throw InternalError("a completion in a stage that has none");
    }
  }

  [[nodiscard]] Token completion_of(const Request& request) const {
    return make_token(Rank::completion, request.id.index, request.slot);
  }

  // ---- arrival and plan ----

  void arrive(DeviceIndex i) {
    auto& device = devices_[i];
    Request& request = take_slot();
    request.client = i;
    request.timeline.arrived = now();
    emit(events::Arrived{now(), request.id, i});
    if (device.client->workload.is_open()) schedule_arrival(i, Seconds());

    if (!device.is_on) return end(request, Outcome::failed, FailureReason::device_off);
    if (!device.route) device.route = plan_route(*device.client);
    emit(events::Planned{now(), request.id, device.route->plan});
    if (device.route->plan == nullptr) return end(request, Outcome::failed, FailureReason::infeasible);
    note_offer(device);
    if (finds_queue_full(device)) return end(request, Outcome::dropped);
    enter_head(request);
  }

  // Whether a new request would have to wait somewhere on the device, and as many as may do wait there already.
  [[nodiscard]] static bool finds_queue_full(const DeviceState& device) {
    const auto& limit = device.client->workload.queue_limit;
    if (!limit || device.waiting() < static_cast<std::size_t>(*limit)) return false;
    const auto& route = *device.route;
    const bool would_wait_for_head = route.head > Seconds() && !device.processors[route.processor].has_room();
    return would_wait_for_head || (route.uses_cloud && !device.uplink.has_room());
  }

  const partition::Decision& decide(const plan::Problem& problem) {
    auto& decision = decisions_[&problem];
    if (decision == nullptr) decision = std::make_unique<partition::Decision>(partitioner_.partition(problem));
    return *decision;
  }

  Route plan_route(const Client& client) {
    const auto& decision = decide(*client.problem);
    Route route;
    if (!decision.plan) return route;
    const auto& plan = *decision.plan;
    const auto cost = plan::evaluate(*client.problem, plan);  // sizes, and a check of the plan
    route.plan = &plan;
    route.processor = client.processors.at(plan.processor);
    for (dnn::LayerIndex v = 0; v < client.network->size(); ++v) {
      if (plan.on_device[v]) {
        route.head += client.truth.device[route.processor][v];
      } else {
        route.tail += client.truth.cloud[v];
      }
    }
    route.uses_cloud = cost.uses_cloud;
    route.up = cost.up;
    route.down = cost.down;
    return route;
  }

  // ---- head on the device ----

  void enter_head(Request& request) {
    const auto& route = route_of(request);
    if (route.head == Seconds()) {
      request.timeline.head_started = request.timeline.head_finished = now();
      return enter_upload(request);
    }
    request.stage = Stage::awaits_head;
    head_station(request).join(request.slot, now());
    serve_head(request.client, route.processor);
  }

  void serve_head(DeviceIndex i, std::size_t processor) {
    auto& device = devices_[i];
    auto& station = device.processors[processor];
    while (const auto slot = station.start_next(now())) {
      Request& request = *requests_[*slot];
      request.stage = Stage::head;
      request.timeline.head_started = now();
      const Seconds work = route_of(request).head;
      station.add_work(work);
      emit(events::HeadStarted{now(), request.id});
      request.activity = kernel_->compute(device.kernel_processors[processor], work, completion_of(request));
    }
    update_power(i);
  }

  void finish_head(Request& request) {
    leave_head(request, Seconds());
    request.timeline.head_finished = now();
    emit(events::HeadFinished{now(), request.id});
    serve_head(request.client, route_of(request).processor);
    enter_upload(request);
  }

  // Frees the processor; `left` is the work that was not done.
  void leave_head(Request& request, Seconds left) {
    const auto& route = route_of(request);
    const auto& device = *devices_[request.client].client->device;
    head_station(request).leave();
    head_station(request).add_work(-left);
    request.energy.compute += device.increment(device.processors[route.processor]) * (route.head - left);
  }

  // ---- up, in the cloud, down ----

  void enter_upload(Request& request) {
    const auto& route = route_of(request);
    if (!route.uses_cloud) {
      auto& t = request.timeline;
      t.upload_started = t.upload_finished = t.tail_started = t.tail_finished = t.download_started = now();
      return end(request, outcome_now(request));
    }
    request.stage = Stage::awaits_upload;
    devices_[request.client].uplink.join(request.slot, now());
    serve_uplink(request.client);
  }

  void serve_uplink(DeviceIndex i) {
    auto& device = devices_[i];
    while (const auto slot = device.uplink.start_next(now())) {
      Request& request = *requests_[*slot];
      const Bytes size = route_of(request).up;
      request.stage = Stage::upload;
      request.timeline.upload_started = now();
      device.uplink.add_work(size / device.client->link.uplink);
      if (system_.backhaul) backhaul_up_.work += size / system_.backhaul->uplink;
      emit(events::UploadStarted{now(), request.id, size});
      device.sending = true;
      update_power(i);
      request.activity = kernel_->transfer(device.access, Direction::up, size, completion_of(request));
    }
  }

  void finish_upload(Request& request) {
    leave_uplink(request, Bytes());
    serve_uplink(request.client);
    request.stage = Stage::to_cloud;
    after_half_round_trip(request);
  }

  // Frees the radio; `left` was not sent.
  void leave_uplink(Request& request, Bytes left) {
    auto& device = devices_[request.client];
    const auto& power = device.client->link.transmit;
    const Joules by_size = power.slope * (route_of(request).up - left);
    device.uplink.leave();
    device.uplink.add_work(-(left / device.client->link.uplink));
    if (system_.backhaul) backhaul_up_.work -= left / system_.backhaul->uplink;
    device.sending = false;
    device.meter.add(Draw::radio, by_size);
    request.energy.transmit += by_size + power.base * (now() - request.timeline.upload_started);
    update_power(request.client);
  }

  void after_half_round_trip(Request& request) {
    const Seconds latency = devices_[request.client].client->link.rtt / 2.0;
    if (latency > Seconds()) {
      kernel_->at(now() + latency, completion_of(request));
    } else {
      complete_stage(request.id.index, request.slot);
    }
  }

  void reach_cloud(Request& request) {
    request.timeline.upload_finished = now();
    emit(events::UploadFinished{now(), request.id});
    if (route_of(request).tail == Seconds()) {
      request.timeline.tail_started = request.timeline.tail_finished = now();
      return enter_download(request);
    }
    request.stage = Stage::awaits_tail;
    cloud_.join(request.slot, now());
    serve_cloud();
  }

  void serve_cloud() {
    while (const auto slot = cloud_.start_next(now())) {
      Request& request = *requests_[*slot];
      request.stage = Stage::tail;
      request.timeline.tail_started = now();
      const Seconds work = route_of(request).tail;
      cloud_.add_work(work);
      emit(events::TailStarted{now(), request.id});
      request.activity = kernel_->compute(cloud_processor_, work, completion_of(request));
    }
  }

  void finish_tail(Request& request) {
    cloud_.leave();
    request.timeline.tail_finished = now();
    emit(events::TailFinished{now(), request.id});
    serve_cloud();
    enter_download(request);
  }

  void enter_download(Request& request) {
    if (route_of(request).down == Bytes()) {
      request.timeline.download_started = now();
      request.stage = Stage::to_device;
      return after_half_round_trip(request);
    }
    request.stage = Stage::awaits_download;
    devices_[request.client].downlink.join(request.slot, now());
    serve_downlink(request.client);
  }

  void serve_downlink(DeviceIndex i) {
    auto& device = devices_[i];
    while (const auto slot = device.downlink.start_next(now())) {
      Request& request = *requests_[*slot];
      const Bytes size = route_of(request).down;
      request.stage = Stage::download;
      request.timeline.download_started = now();
      device.downlink.add_work(size / device.client->link.downlink);
      if (system_.backhaul) backhaul_down_.work += size / system_.backhaul->downlink;
      emit(events::DownloadStarted{now(), request.id, size});
      device.receiving = true;
      update_power(i);
      request.activity = kernel_->transfer(device.access, Direction::down, size, completion_of(request));
    }
  }

  void finish_download(Request& request) {
    leave_downlink(request, Bytes());
    serve_downlink(request.client);
    request.stage = Stage::to_device;
    after_half_round_trip(request);
  }

  void leave_downlink(Request& request, Bytes left) {
    auto& device = devices_[request.client];
    const auto& power = device.client->link.receive;
    const Joules by_size = power.slope * (route_of(request).down - left);
    device.downlink.leave();
    device.downlink.add_work(-(left / device.client->link.downlink));
    if (system_.backhaul) backhaul_down_.work -= left / system_.backhaul->downlink;
    device.receiving = false;
    device.meter.add(Draw::radio, by_size);
    request.energy.receive += by_size + power.base * (now() - request.timeline.download_started);
    update_power(request.client);
  }

  void reach_device(Request& request) {
    emit(events::DownloadFinished{now(), request.id});
    end(request, outcome_now(request));
  }

  // ---- the end of a request ----

  [[nodiscard]] Outcome outcome_now(const Request& request) const {
    // A result that is due at the deadline is in time, whatever the clock's last digits.
    constexpr double tolerance = 1e-9;
    const bool late = system_.deadline && now() - request.timeline.arrived > *system_.deadline * (1.0 + tolerance);
    return late ? Outcome::late : Outcome::completed;
  }

  void end(Request& request, Outcome outcome, FailureReason reason = FailureReason::none) {
    request.timeline.ended = now();
    const bool arrived_back = outcome == Outcome::completed || outcome == Outcome::late;
    const Bytes up = arrived_back ? route_of(request).up : Bytes();
    const Bytes down = arrived_back ? route_of(request).down : Bytes();
    emit(events::Ended{now(), request.id, request.client, outcome, reason, request.timeline, request.energy, up, down});
    const auto client = request.client;
    release_slot(request);
    last_end_ = now();
    --requests_left_;
    auto& device = devices_[client];
    if (!device.arrivals) schedule_arrival(client, device.is_on ? now() : device.off_until);
  }

  // ---- devices going off and on ----

  void change_state(DeviceIndex i, std::uint32_t change) {
    auto& device = devices_[i];
    const auto& period = device.client->off[change / 2];
    device.is_on = change % 2 == 1;
    device.off_until = period.until;
    if (!device.is_on) fail_all(i);
    for (const auto processor : device.kernel_processors) kernel_->set_on(processor, device.is_on);
    device.meter.set_base(device.is_on ? device.client->device->idle : device.client->device->off, now());
    update_power(i);
  }

  void fail_all(DeviceIndex i) {
    std::vector<Request*> victims;
    for (const auto& request : requests_) {
      if (request->stage != Stage::none && request->client == i) victims.push_back(request.get());
    }
    std::ranges::sort(victims, {}, [](const Request* request) { return request->id.index; });
    for (auto* request : victims) abandon(*request);
    for (auto* request : victims) end(*request, Outcome::failed, FailureReason::device_off);
    serve_cloud();
  }

  // Stops what a request's activity does; returns the seconds of one core, or the bytes, that were left.
  double stop(const Request& request) { return request.is_due ? 0.0 : kernel_->cancel(request.activity); }

  // Takes a request out of wherever it is. What the cloud was doing for it is stopped, too.
  void abandon(Request& request) {
    auto& device = devices_[request.client];
    switch (request.stage) {
      case Stage::awaits_head:
        head_station(request).withdraw(request.slot, now());
        break;
      case Stage::head:
        leave_head(request, Seconds(stop(request)));
        break;
      case Stage::awaits_upload:
        device.uplink.withdraw(request.slot, now());
        break;
      case Stage::upload:
        leave_uplink(request, Bytes(stop(request)));
        break;
      case Stage::awaits_tail:
        cloud_.withdraw(request.slot, now());
        break;
      case Stage::tail:
        cloud_.add_work(-Seconds(stop(request)));
        cloud_.leave();
        break;
      case Stage::awaits_download:
        device.downlink.withdraw(request.slot, now());
        break;
      case Stage::download:
        leave_downlink(request, Bytes(stop(request)));
        break;
      case Stage::to_cloud:
      case Stage::to_device:
      case Stage::none:
        break;
    }
  }

  // ---- accounts ----

  // Sets what the device draws from its state, so that nothing drifts by adding and taking away.
  void update_power(DeviceIndex i) {
    auto& device = devices_[i];
    const auto& model = *device.client->device;
    Watts compute;
    for (std::size_t p = 0; p < device.processors.size(); ++p) {
      const auto& station = device.processors[p];
      const auto busy = std::min(static_cast<int>(station.busy()), station.slots());
      compute += model.increment(model.processors[p], busy);
    }
    Watts radio;
    if (device.sending) radio += device.client->link.transmit.base;
    if (device.receiving) radio += device.client->link.receive.base;
    device.meter.set(Draw::compute, compute, now());
    device.meter.set(Draw::radio, radio, now());
    if (device.meter.power() == device.reported) return;
    device.reported = device.meter.power();
    emit(events::PowerChanged{now(), i, device.reported});
  }

  // What an arriving request would ask of every resource, whether or not it is let in: the offered load is arrival rate
  // x mean work, and each request is one of `requests` that come at `rate`.
  void note_offer(DeviceState& device) {
    const auto& client = *device.client;
    if (!client.workload.is_open()) return;
    const auto& route = *device.route;
    const Frequency rate = client.workload.rate / static_cast<double>(client.workload.requests);
    device.processors[route.processor].add_offer(rate * route.head);
    if (!route.uses_cloud) return;
    device.uplink.add_offer(rate * (route.up / client.link.uplink));
    device.downlink.add_offer(rate * (route.down / client.link.downlink));
    cloud_.add_offer(rate * route.tail);
    if (!system_.backhaul) return;
    backhaul_up_.offered += rate * (route.up / system_.backhaul->uplink);
    backhaul_down_.offered += rate * (route.down / system_.backhaul->downlink);
  }

  [[nodiscard]] events::ResourceUse use_of(events::ResourceUse::Kind kind, DeviceIndex i,
                                           const Station& station) const {
    const double span = last_end_.value();
    return {kind,
            i,
            static_cast<double>(station.slots()),
            station.work(),
            station.offered_load(),
            span > 0.0 ? station.queue_integral(last_end_) / span : 0.0,
            station.longest_queue()};
  }

  [[nodiscard]] events::RunEnded run_ended() const {
    using Kind = events::ResourceUse::Kind;
    events::RunEnded ended{last_end_, {}, {}};
    for (DeviceIndex i = 0; i < devices_.size(); ++i) {
      const auto& device = devices_[i];
      ended.devices.push_back(device.meter.read(last_end_));
      for (const auto& station : device.processors) {
        ended.resources.push_back(use_of(Kind::device_processor, i, station));
      }
      ended.resources.push_back(use_of(Kind::uplink, i, device.uplink));
      ended.resources.push_back(use_of(Kind::downlink, i, device.downlink));
    }
    ended.resources.push_back(use_of(Kind::cloud, 0, cloud_));
    if (system_.backhaul) {
      ended.resources.push_back({Kind::backhaul_up, 0, 1.0, backhaul_up_.work, backhaul_up_.offered, 0.0, 0});
      ended.resources.push_back({Kind::backhaul_down, 0, 1.0, backhaul_down_.work, backhaul_down_.offered, 0.0, 0});
    }
    return ended;
  }

  // ---- requests ----

  [[nodiscard]] const Route& route_of(const Request& request) const { return *devices_[request.client].route; }
  [[nodiscard]] Station& head_station(const Request& request) {
    return devices_[request.client].processors[route_of(request).processor];
  }

  Request& take_slot() {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(requests_.size()));
      requests_.push_back(std::make_unique<Request>());
    }
    const auto slot = free_.back();
    free_.pop_back();
    *requests_[slot] = Request{};
    requests_[slot]->slot = slot;
    requests_[slot]->id = {next_id_++};
    return *requests_[slot];
  }

  void release_slot(Request& request) {
    request.stage = Stage::none;
    free_.push_back(request.slot);
  }

  const System& system_;
  const partition::Partitioner& partitioner_;
  events::Observer& observer_;
  std::unique_ptr<kernel::Kernel> kernel_;
  std::vector<DeviceState> devices_;
  Station cloud_;
  kernel::ProcessorId cloud_processor_;
  SharedLink backhaul_up_;
  SharedLink backhaul_down_;
  std::map<const plan::Problem*, std::unique_ptr<partition::Decision>> decisions_;
  std::vector<std::unique_ptr<Request>> requests_;
  std::vector<std::uint32_t> free_;
  std::vector<Token> batch_;
  std::uint32_t next_id_ = 0;
  std::int64_t requests_left_ = 0;
  Seconds last_end_;
};

}  // namespace

void simulate(const System& system, const partition::Partitioner& partitioner, events::Observer& observer) {
  Simulation(system, partitioner, observer).run();
}

void simulate(const System& system, const partition::Partitioner& partitioner, events::Observer& observer,
              IndependentEnergy& independent) {
  Simulation simulation(system, partitioner, observer);
  simulation.run();
  independent = simulation.independent_energy();
}

}  // namespace edgecut::engine
