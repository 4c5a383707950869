#include "engine/simulate.hpp"

#include <algorithm>
#include <boost/random/uniform_01.hpp>
#include <limits>
#include <map>
#include <memory>
#include <string>

#include "engine/energy_meter.hpp"
#include "engine/route.hpp"
#include "engine/station.hpp"
#include "units/ensure.hpp"
#include "units/random.hpp"

namespace edgecut::engine {
namespace {

using events::DeviceIndex;
using events::FailureReason;
using events::Outcome;
using events::RequestId;
using kernel::Direction;
using kernel::Token;

// What a request does at its step.
enum class Phase : std::uint8_t {
  none,     // the slot holds no request
  waits,    // for its turn
  works,    // computes, or is sent
  travels,  // its last byte has left and is under way for half a round trip
};

// A plan as one client plays it: one route for each exit that a request may take.
struct Itinerary {
  const plan::Plan* plan = nullptr;  // null: infeasible
  std::vector<double> rates;         // by exit
  std::vector<Route> routes;         // by exit; empty where the rate is 0
};

// A plan that a session chose, kept for the requests that go by it.
struct StatefulPlan {
  plan::Plan plan;
  Itinerary itinerary;
};

struct Request {
  RequestId id;
  std::uint32_t slot = 0;
  DeviceIndex client = 0;
  Phase phase = Phase::none;
  const plan::Plan* plan = nullptr;
  const Route* route = nullptr;
  std::size_t step = 0;
  Seconds entered;    // its step, to wait
  Seconds started;    // to work at it
  double draw = 0.0;  // in [0, 1): which exit it takes
  kernel::ActivityId activity;
  events::Timeline timeline;
  events::RequestEnergy energy;
  bool is_due = false;  // its phase ends at this instant, and that has yet to be handled
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
  kernel::AccessId direct;
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
  std::optional<Itinerary> itinerary;
  std::unique_ptr<partition::Session> session;       // of a stateful partitioner
  std::vector<std::unique_ptr<StatefulPlan>> plans;  // that it has chosen so far
  std::optional<RandomStream> exits;                 // none in a network without
};

// Work done on a link that everybody shares; it has no queue of its own.
struct SharedLink {
  Seconds work;
  double offered = 0.0;
};

// Processors that all devices share, and those who wait for them.
struct Pool {
  explicit Pool(const platform::Cloud& cloud)
      : station(cloud.slots(), cloud.processor.discipline == platform::Discipline::shared) {}

  Station station;
  kernel::ProcessorId processor;
};

// The edge server, and its link to the cloud.
struct EdgeState {
  explicit EdgeState(const EdgeServer& edge) : pool(*edge.server), link(edge.link) {}

  Pool pool;
  platform::Link link;
  kernel::AccessId access;
  SharedLink up;
  SharedLink down;
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
  for (const auto& client : system.clients) {
    if (!client.direct) continue;
    topology.accesses.push_back(
        {client.device->name + " direct", client.direct->uplink, client.direct->downlink, false});
  }
  if (system.edge) {
    const auto& server = *system.edge->server;
    const auto& link = system.edge->link;
    topology.processors.push_back({server.name + " edge", server.slots(), Watts(), Watts(), Watts()});
    topology.accesses.push_back({server.name + " relay", link.uplink, link.downlink, false});
  }
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
        cloud_(*system.cloud) {
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
      if (!client.network->exits().empty()) {
        device.exits.emplace(system_.seed, std::initializer_list<std::string_view>{"exit", std::to_string(i)});
      }
      if (client.workload.is_open()) device.arrivals.emplace(client.workload, system_.seed, i);
      schedule_arrival(i, Seconds());
      for (std::size_t p = 0; p < client.off.size(); ++p) schedule_off(i, p);
    }
    cloud_.processor = {next_processor++};
    auto next_access = static_cast<std::uint32_t>(devices_.size());
    for (auto& device : devices_) {
      if (device.client->direct) device.direct = {next_access++};
    }
    if (!system_.edge) return;
    edge_.emplace(*system_.edge);
    edge_->pool.processor = {next_processor};
    edge_->access = {next_access};
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
          complete_phase(number_of(token), slot_of(token));
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

  void complete_phase(std::uint32_t id, std::uint32_t slot) {
    Request& request = *requests_[slot];
    if (request.phase == Phase::none || request.id.index != id) return;  // it failed while this was under way
    request.is_due = false;
    ensure(request.phase != Phase::waits, "who waits completes nothing");
    if (request.phase == Phase::travels) return finish_step(request);
    switch (step_of(request).part) {
      case Part::head:
        return finish_head(request);
      case Part::edge:
        return finish_in(edge_->pool, request);
      case Part::tail:
        return finish_in(cloud_, request);
      case Part::upload:
      case Part::download:
        return finish_radio(request);
      case Part::relay:
      case Part::relay_back:
        leave_relay(request, Bytes());
        return travel(request);
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
    start_timeline(request.timeline);
    if (device.exits) request.draw = boost::random::uniform_01<double>()(*device.exits);
    emit(events::Arrived{now(), request.id, i});
    if (device.client->workload.is_open()) schedule_arrival(i, Seconds());

    if (!device.is_on) return end(request, Outcome::failed, FailureReason::device_off);
    const auto* itinerary = itinerary_of(device, i);
    request.plan = itinerary == nullptr ? nullptr : itinerary->plan;
    emit(events::Planned{now(), request.id, request.plan});
    if (request.plan == nullptr) return end(request, Outcome::failed, FailureReason::infeasible);
    request.route = &route_for(*itinerary, request.draw);
    note_offer(device, *request.route);
    if (finds_queue_full(device, *request.route)) return end(request, Outcome::dropped);
    enter_step(request);
  }

  // The exits share [0, 1) in order.
  static const Route& route_for(const Itinerary& itinerary, double draw) {
    std::size_t exit = 0;
    double sum = 0.0;
    for (std::size_t k = 0; k < itinerary.rates.size(); ++k) {
      if (itinerary.rates[k] == 0.0) continue;
      exit = k;  // the last one, where the rates' sum is rounded to less than 1
      sum += itinerary.rates[k];
      if (draw < sum) break;
    }
    return itinerary.routes[exit];
  }

  // Whether a new request would have to wait somewhere on the device, and as many as may do wait there already.
  [[nodiscard]] static bool finds_queue_full(const DeviceState& device, const Route& route) {
    const auto& limit = device.client->workload.queue_limit;
    if (!limit || device.waiting() < static_cast<std::size_t>(*limit)) return false;
    return std::ranges::any_of(route.steps, [&](const Step& step) {
      return (step.part == Part::head && !device.processors[route.processor].has_room()) ||
             (step.part == Part::upload && !device.uplink.has_room());
    });
  }

  const partition::Decision& decide(const plan::Problem& problem) {
    auto& decision = decisions_[&problem];
    if (decision == nullptr) decision = std::make_unique<partition::Decision>(partitioner_.partition(problem));
    return *decision;
  }

  // What a new request goes by; null where there is no plan. A session is asked for each request, others once.
  const Itinerary* itinerary_of(DeviceState& device, DeviceIndex i) {
    const auto& client = *device.client;
    if (!partitioner_.is_stateful()) {
      const auto& decision = decide(*client.problem);
      if (!decision.plan) return nullptr;
      if (!device.itinerary) device.itinerary = make_itinerary(client, *decision.plan);
      return &*device.itinerary;
    }
    if (device.session == nullptr) device.session = partitioner_.start(system_.seed + i);
    const auto decision = device.session->partition(*client.problem, {now(), device.waiting()});
    if (!decision.plan) return nullptr;
    const auto known = std::ranges::find(device.plans, *decision.plan, [](const auto& chosen) { return chosen->plan; });
    if (known != device.plans.end()) return &(*known)->itinerary;
    auto& chosen = *device.plans.emplace_back(std::make_unique<StatefulPlan>(StatefulPlan{*decision.plan, {}}));
    chosen.itinerary = make_itinerary(client, chosen.plan);
    return &chosen.itinerary;
  }

  void tell_session(const Request& request) {
    auto& device = devices_[request.client];
    if (device.session == nullptr) return;
    const auto& t = request.timeline;
    device.session->observe({request.plan, t.arrived, t.ended, t.parts.head, t.parts.upload, t.ended - t.arrived,
                             request.route->up, request.energy.total()});
  }

  Itinerary make_itinerary(const Client& client, const plan::Plan& plan) {
    Itinerary itinerary;
    itinerary.plan = &plan;
    static_cast<void>(plan::evaluate(*client.problem, *itinerary.plan));  // checks that the plan fits the problem
    itinerary.rates = client.network->exit_policies()[itinerary.plan->exit_policy].rates;
    for (std::size_t exit = 0; exit < itinerary.rates.size(); ++exit) {
      itinerary.routes.push_back(itinerary.rates[exit] > 0.0 ? make_route(client, system_.edge, *itinerary.plan, exit)
                                                             : Route{});
    }
    return itinerary;
  }

  // ---- steps ----

  void enter_step(Request& request) {
    if (request.step == request.route->steps.size()) return end(request, outcome_now(request));
    const auto& step = step_of(request);
    request.entered = request.started = now();
    if (!step.computes() && step.size == Bytes()) return travel(request);
    request.phase = Phase::waits;
    switch (step.part) {
      case Part::head:
        head_station(request).join(request.slot, now());
        return serve_head(request.client, request.route->processor);
      case Part::edge:
        edge_->pool.station.join(request.slot, now());
        return serve(edge_->pool);
      case Part::tail:
        cloud_.station.join(request.slot, now());
        return serve(cloud_);
      case Part::upload:
      case Part::download:
        radio_station(request.client, direction_of(step)).join(request.slot, now());
        return serve_radio(request.client, direction_of(step));
      case Part::relay:
      case Part::relay_back:
        return start_relay(request);
    }
  }

  void finish_step(Request& request) {
    const auto part = step_of(request).part;
    note_end(request, part);
    emit_end(request, part);
    ++request.step;
    enter_step(request);
  }

  // ---- computing ----

  // Lets in whoever may start now.
  void serve(Station& station, kernel::ProcessorId processor) {
    while (const auto slot = station.start_next(now())) {
      Request& request = *requests_[*slot];
      const auto& step = step_of(request);
      start_work(request);
      station.add_work(step.work);
      emit_start(request, step);
      request.activity = kernel_->compute(processor, step.work, completion_of(request));
    }
  }
  void serve(Pool& pool) { serve(pool.station, pool.processor); }

  void serve_head(DeviceIndex i, std::size_t processor) {
    auto& device = devices_[i];
    serve(device.processors[processor], device.kernel_processors[processor]);
    update_power(i);
  }

  void finish_head(Request& request) {
    leave_head(request, Seconds());
    note_end(request, Part::head);
    emit_end(request, Part::head);
    serve_head(request.client, request.route->processor);
    ++request.step;
    enter_step(request);
  }

  // Frees the processor; `left` is the work that was not done.
  void leave_head(Request& request, Seconds left) {
    const auto& device = *devices_[request.client].client->device;
    head_station(request).leave();
    head_station(request).add_work(-left);
    const auto& processor = device.processors[request.route->processor];
    request.energy.compute += device.increment(processor) * (step_of(request).work - left);
  }

  void finish_in(Pool& pool, Request& request) {
    const auto part = step_of(request).part;
    pool.station.leave();
    note_end(request, part);
    emit_end(request, part);
    serve(pool);
    ++request.step;
    enter_step(request);
  }

  // ---- over the device's links ----

  static Direction direction_of(const Step& step) {
    return step.part == Part::upload || step.part == Part::relay ? Direction::up : Direction::down;
  }
  Station& radio_station(DeviceIndex i, Direction direction) {
    return direction == Direction::up ? devices_[i].uplink : devices_[i].downlink;
  }
  // What `size` takes of the link when nothing else does.
  static Seconds time_on(const platform::Link& link, Direction direction, Bytes size) {
    return size / (direction == Direction::up ? link.uplink : link.downlink);
  }
  static const platform::Link& link_of(const Client& client, const Step& step) {
    return step.is_direct ? *client.direct : client.link;
  }
  static bool& radio_flag(DeviceState& device, Direction direction) {
    return direction == Direction::up ? device.sending : device.receiving;
  }

  void serve_radio(DeviceIndex i, Direction direction) {
    auto& device = devices_[i];
    auto& station = radio_station(i, direction);
    while (const auto slot = station.start_next(now())) {
      Request& request = *requests_[*slot];
      const auto& step = step_of(request);
      start_work(request);
      station.add_work(time_on(link_of(*device.client, step), direction, step.size));
      if (crosses_backhaul(step)) backhaul(direction).work += on_backhaul(direction, step.size);
      emit_start(request, step);
      radio_flag(device, direction) = true;
      update_power(i);
      const auto access = step.is_direct ? device.direct : device.access;
      request.activity = kernel_->transfer(access, direction, step.size, completion_of(request));
    }
  }

  void finish_radio(Request& request) {
    const auto direction = direction_of(step_of(request));
    leave_radio(request, Bytes());
    serve_radio(request.client, direction);
    travel(request);
  }

  // Frees the radio; `left` was not sent.
  void leave_radio(Request& request, Bytes left) {
    auto& device = devices_[request.client];
    const auto& step = step_of(request);
    const auto direction = direction_of(step);
    const bool up = direction == Direction::up;
    const auto& power = up ? device.client->link.transmit : device.client->link.receive;
    const Joules by_size = power.slope * (step.size - left);
    auto& station = radio_station(request.client, direction);
    station.leave();
    station.add_work(-time_on(link_of(*device.client, step), direction, left));
    if (crosses_backhaul(step)) backhaul(direction).work -= on_backhaul(direction, left);
    radio_flag(device, direction) = false;
    device.meter.add(Draw::radio, by_size);
    (up ? request.energy.transmit : request.energy.receive) += by_size + power.base * (now() - request.started);
    update_power(request.client);
  }

  [[nodiscard]] bool crosses_backhaul(const Step& step) const { return system_.backhaul && !step.is_direct; }
  SharedLink& backhaul(Direction direction) { return direction == Direction::up ? backhaul_up_ : backhaul_down_; }
  [[nodiscard]] Seconds on_backhaul(Direction direction, Bytes size) const {
    return size / (direction == Direction::up ? system_.backhaul->uplink : system_.backhaul->downlink);
  }

  void travel(Request& request) {
    request.phase = Phase::travels;
    const Seconds latency = step_of(request).latency;
    if (latency > Seconds()) {
      kernel_->at(now() + latency, completion_of(request));
    } else {
      finish_step(request);
    }
  }

  // ---- between edge server and cloud ----

  SharedLink& relay(Direction direction) { return direction == Direction::up ? edge_->up : edge_->down; }

  void start_relay(Request& request) {
    const auto& step = step_of(request);
    const auto direction = direction_of(step);
    start_work(request);
    relay(direction).work += time_on(edge_->link, direction, step.size);
    emit_start(request, step);
    request.activity = kernel_->transfer(edge_->access, direction, step.size, completion_of(request));
  }

  // `left` was not sent.
  void leave_relay(const Request& request, Bytes left) {
    const auto direction = direction_of(step_of(request));
    relay(direction).work -= time_on(edge_->link, direction, left);
  }

  // ---- what is said of a step ----

  void start_timeline(events::Timeline& t) const {
    t.arrived = t.head_started = t.head_finished = now();
    t.upload_started = t.upload_finished = t.tail_started = t.tail_finished = t.download_started = now();
  }

  void start_work(Request& request) {
    auto& t = request.timeline;
    const Seconds waited = now() - request.entered;
    request.phase = Phase::works;
    request.started = now();
    switch (step_of(request).part) {
      case Part::head:
        t.head_started = now();
        t.parts.device_queue += waited;
        break;
      case Part::upload:
        t.upload_started = now();
        t.parts.radio_queue += waited;
        break;
      case Part::edge:
        t.parts.edge_queue += waited;
        break;
      case Part::tail:
        t.tail_started = now();
        t.parts.cloud_queue += waited;
        break;
      case Part::download:
        t.download_started = now();
        break;
      case Part::relay:
      case Part::relay_back:
        break;
    }
  }

  // A stage that comes later begins and ends at once, as far as is known.
  void note_end(Request& request, Part part) const {
    auto& t = request.timeline;
    const Seconds worked = now() - request.started;
    switch (part) {
      case Part::head:
        t.parts.head += worked;
        t.head_finished = t.upload_started = t.upload_finished = now();
        break;
      case Part::upload:
        t.parts.upload += worked;
        t.upload_finished = now();
        break;
      case Part::edge:
        t.parts.edge += worked;
        break;
      case Part::tail:
        t.parts.tail += worked;
        break;
      case Part::relay:
      case Part::relay_back:
        t.parts.relay += worked;
        break;
      case Part::download:
        t.parts.download += now() - request.entered;
        return;
    }
    if (part != Part::tail && part != Part::relay_back) t.tail_started = now();
    if (part != Part::relay_back) t.tail_finished = now();
    t.download_started = now();
  }

  void emit_start(const Request& request, const Step& step) {
    switch (step.part) {
      case Part::head:
        return emit(events::HeadStarted{now(), request.id});
      case Part::upload:
        return emit(events::UploadStarted{now(), request.id, step.size});
      case Part::edge:
        return emit(events::EdgeStarted{now(), request.id});
      case Part::relay:
      case Part::relay_back:
        return emit(events::RelayStarted{now(), request.id, step.size, step.part == Part::relay});
      case Part::tail:
        return emit(events::TailStarted{now(), request.id});
      case Part::download:
        return emit(events::DownloadStarted{now(), request.id, step.size});
    }
  }

  void emit_end(const Request& request, Part part) {
    switch (part) {
      case Part::head:
        return emit(events::HeadFinished{now(), request.id});
      case Part::upload:
        return emit(events::UploadFinished{now(), request.id});
      case Part::edge:
        return emit(events::EdgeFinished{now(), request.id});
      case Part::relay:
      case Part::relay_back:
        return emit(events::RelayFinished{now(), request.id, part == Part::relay});
      case Part::tail:
        return emit(events::TailFinished{now(), request.id});
      case Part::download:
        return emit(events::DownloadFinished{now(), request.id});
    }
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
    const Bytes up = arrived_back ? request.route->up : Bytes();
    const Bytes down = arrived_back ? request.route->down : Bytes();
    emit(events::Ended{now(), request.id, request.client, outcome, reason, request.timeline, request.energy, up, down});
    if (arrived_back) tell_session(request);
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
      if (request->phase != Phase::none && request->client == i) victims.push_back(request.get());
    }
    std::ranges::sort(victims, {}, [](const Request* request) { return request->id.index; });
    for (auto* request : victims) abandon(*request);
    for (auto* request : victims) end(*request, Outcome::failed, FailureReason::device_off);
    serve(cloud_);
    if (edge_) serve(edge_->pool);
  }

  // Stops what a request's activity does; returns the seconds of one core, or the bytes, that were left.
  double stop(const Request& request) { return request.is_due ? 0.0 : kernel_->cancel(request.activity); }

  // Takes a request out of wherever it is. What servers were doing for it is stopped, too.
  void abandon(Request& request) {
    if (request.phase == Phase::waits) return withdraw(request);
    if (request.phase != Phase::works) return;
    switch (step_of(request).part) {
      case Part::head:
        return leave_head(request, Seconds(stop(request)));
      case Part::upload:
      case Part::download:
        return leave_radio(request, Bytes(stop(request)));
      case Part::edge:
        return stop_in(edge_->pool, request);
      case Part::tail:
        return stop_in(cloud_, request);
      case Part::relay:
      case Part::relay_back:
        return leave_relay(request, Bytes(stop(request)));
    }
  }

  void stop_in(Pool& pool, const Request& request) {
    pool.station.add_work(-Seconds(stop(request)));
    pool.station.leave();
  }

  void withdraw(const Request& request) {
    const auto& step = step_of(request);
    auto& station = step.part == Part::head   ? head_station(request)
                    : step.part == Part::edge ? edge_->pool.station
                    : step.part == Part::tail ? cloud_.station
                                              : radio_station(request.client, direction_of(step));
    station.withdraw(request.slot, now());
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
  void note_offer(DeviceState& device, const Route& route) {
    const auto& client = *device.client;
    if (!client.workload.is_open()) return;
    const Frequency rate = client.workload.rate / static_cast<double>(client.workload.requests);
    for (const auto& step : route.steps) {
      const auto direction = direction_of(step);
      switch (step.part) {
        case Part::head:
          device.processors[route.processor].add_offer(rate * step.work);
          break;
        case Part::edge:
          edge_->pool.station.add_offer(rate * step.work);
          break;
        case Part::tail:
          cloud_.station.add_offer(rate * step.work);
          break;
        case Part::upload:
        case Part::download: {
          auto& station = step.part == Part::upload ? device.uplink : device.downlink;
          station.add_offer(rate * time_on(link_of(client, step), direction, step.size));
          if (crosses_backhaul(step)) backhaul(direction).offered += rate * on_backhaul(direction, step.size);
          break;
        }
        case Part::relay:
        case Part::relay_back:
          relay(direction).offered += rate * time_on(edge_->link, direction, step.size);
          break;
      }
    }
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
    ended.resources.push_back(use_of(Kind::cloud, 0, cloud_.station));
    if (system_.backhaul) {
      ended.resources.push_back({Kind::backhaul_up, 0, 1.0, backhaul_up_.work, backhaul_up_.offered, 0.0, 0});
      ended.resources.push_back({Kind::backhaul_down, 0, 1.0, backhaul_down_.work, backhaul_down_.offered, 0.0, 0});
    }
    if (edge_) {
      ended.resources.push_back(use_of(Kind::edge, 0, edge_->pool.station));
      ended.resources.push_back({Kind::relay_up, 0, 1.0, edge_->up.work, edge_->up.offered, 0.0, 0});
      ended.resources.push_back({Kind::relay_down, 0, 1.0, edge_->down.work, edge_->down.offered, 0.0, 0});
    }
    return ended;
  }

  // ---- requests ----

  [[nodiscard]] static const Step& step_of(const Request& request) { return request.route->steps[request.step]; }
  [[nodiscard]] Station& head_station(const Request& request) {
    return devices_[request.client].processors[request.route->processor];
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
    request.phase = Phase::none;
    free_.push_back(request.slot);
  }

  const System& system_;
  const partition::Partitioner& partitioner_;
  events::Observer& observer_;
  std::unique_ptr<kernel::Kernel> kernel_;
  std::vector<DeviceState> devices_;
  Pool cloud_;
  std::optional<EdgeState> edge_;
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
