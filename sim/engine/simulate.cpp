#include "engine/simulate.hpp"

#include <algorithm>
#include <boost/random/uniform_01.hpp>
#include <deque>
#include <limits>
#include <memory>

#include "engine/accounts.hpp"
#include "engine/motion.hpp"
#include "engine/planner.hpp"
#include "engine/request.hpp"
#include "engine/state.hpp"
#include "engine/timeline.hpp"
#include "engine/topology.hpp"
#include "units/ensure.hpp"

namespace edgecut::engine {
namespace {

using events::DeviceIndex;
using events::FailureReason;
using events::Outcome;
using kernel::Direction;
using kernel::Token;

// Walks every request along the steps of its route.
class Simulation {
 public:
  Simulation(const System& system, const partition::Partitioner& partitioner, events::Observer& observer)
      : system_(system),
        observer_(observer),
        kernel_(kernel::make_kernel(system.kernel, topology_of(system))),
        planner_(system, partitioner),
        state_(system),
        motion_(system, state_, *kernel_) {
    motion_.start([this](const events::Event& event) { say_change(event); });
    for (DeviceIndex i = 0; i < system_.clients.size(); ++i) {
      const auto& client = system_.clients[i];
      requests_left_ += client.workload.requests;
      schedule_arrival(i, Seconds());
      for (std::size_t p = 0; p < client.off.size(); ++p) schedule_off(i, p);
    }
  }

  void run() {
    kernel_->run([this](std::span<const Token> due) { handle(due); });
    ensure(requests_left_ == 0, "every request ends");
    motion_.close(last_end_);
    auto ended = run_ended(state_, last_end_);
    ended.kernel = kernel::name(kernel_->choice());
    observer_.on(ended);
  }

  [[nodiscard]] IndependentEnergy independent_energy() const {
    IndependentEnergy energy;
    for (const auto& device : state_.devices) {
      Joules sum;
      for (const auto processor : device.kernel_processors) {
        sum += kernel_->independent_energy(processor).value_or(Joules(std::numeric_limits<double>::quiet_NaN()));
      }
      energy.devices.push_back(sum);
    }
    return energy;
  }

 private:
  [[nodiscard]] Seconds now() const { return now_; }
  void emit(const events::Event& event) { observer_.on(event); }

  // ---- set-up ----

  void schedule_off(DeviceIndex i, std::size_t period) {
    const auto& off = system_.clients[i].off[period];
    kernel_->at(off.from, make_token(Rank::state_change, i, 2 * period));
    kernel_->at(off.until, make_token(Rank::state_change, i, 2 * period + 1));
  }

  void schedule_arrival(DeviceIndex i, Seconds earliest) {
    auto& device = state_.devices[i];
    if (device.left == 0) return;
    --device.left;
    const Seconds time = device.arrivals ? device.arrivals->next() : earliest;
    kernel_->at(time, make_token(Rank::arrival, i));
  }

  // ---- one instant ----

  void handle(std::span<const Token> due) {
    now_ = kernel_->now();
    batch_.assign(due.begin(), due.end());
    if (batch_.size() > 1) std::ranges::sort(batch_, {}, &Token::value);
    mark_due();
    for (const auto token : batch_) {
      if (requests_left_ == 0) return;  // nothing that happens now is part of the run
      switch (rank_of(token)) {
        case Rank::world_change:
          motion_.change(number_of(token), [this](const events::Event& event) { say_change(event); });
          break;
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
      Request& request = requests_[slot_of(token)];
      if (request.id.index == number_of(token)) request.is_due = true;
    }
  }

  void complete_phase(std::uint32_t id, std::uint32_t slot) {
    Request& request = requests_[slot];
    if (request.phase == Phase::none || request.id.index != id) return;  // it failed while this was under way
    request.is_due = false;
    ensure(request.phase != Phase::waits, "who waits completes nothing");
    if (request.phase == Phase::travels) return finish_step(request);
    switch (request.current().part) {
      case Part::head:
        return finish_head(request);
      case Part::edge:
        return finish_in(state_.edge->pool, request);
      case Part::tail:
        return finish_in(state_.cloud, request);
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
    auto& device = state_.devices[i];
    Request& request = take_slot();
    request.client = i;
    start_timeline(request, now());
    if (device.exits) request.draw = boost::random::uniform_01<double>()(*device.exits);
    emit(events::Arrived{now(), request.id, i});
    if (device.client->workload.is_open()) schedule_arrival(i, Seconds());

    if (!device.is_on) return end(request, Outcome::failed, FailureReason::device_off);
    const auto* itinerary = planner_.choose(i, {now(), device.waiting()});
    request.plan = itinerary == nullptr ? nullptr : itinerary->plan;
    emit(events::Planned{now(), request.id, request.plan});
    if (request.plan == nullptr) return end(request, Outcome::failed, FailureReason::infeasible);
    request.route = &itinerary->route_for(request.draw);
    note_offer(state_, device, *request.route);
    if (finds_queue_full(device, *request.route)) return end(request, Outcome::dropped);
    enter_step(request);
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

  void tell_planner(const Request& request) {
    const auto& t = request.timeline;
    planner_.tell(request.client, {request.plan, t.arrived, t.ended, t.parts.head, t.parts.upload, t.ended - t.arrived,
                                   request.route->up, request.energy.total()});
  }

  // ---- steps ----

  void enter_step(Request& request) {
    if (request.step == request.route->steps.size()) return end(request, outcome_now(request));
    const auto& step = request.current();
    request.entered = request.started = now();
    if (!step.computes() && step.size == Bytes()) return travel(request);
    request.phase = Phase::waits;
    switch (step.part) {
      case Part::head:
        head_station(request).join(request.slot, now());
        return serve_head(request.client, request.route->processor);
      case Part::edge:
        state_.edge->pool.station.join(request.slot, now());
        return serve(state_.edge->pool);
      case Part::tail:
        state_.cloud.station.join(request.slot, now());
        return serve(state_.cloud);
      case Part::upload:
      case Part::download:
        state_.devices[request.client].radio(direction_of(step)).join(request.slot, now());
        return serve_radio(request.client, direction_of(step));
      case Part::relay:
      case Part::relay_back:
        return start_relay(request);
    }
  }

  void finish_step(Request& request) {
    say_end(request);
    ++request.step;
    enter_step(request);
  }

  void say_end(Request& request) {
    note_end(request, now());
    emit(finished(request, now()));
  }

  // ---- computing ----

  // Lets in whoever may start now.
  void serve(Station& station, kernel::ProcessorId processor) {
    while (const auto slot = station.start_next(now())) {
      Request& request = requests_[*slot];
      const auto& step = request.current();
      start_work(request, now());
      station.add_work(step.work);
      emit(started(request, now()));
      request.activity = kernel_->compute(processor, step.work, completion_of(request));
    }
  }
  void serve(Pool& pool) { serve(pool.station, pool.processor); }

  void serve_head(DeviceIndex i, std::size_t processor) {
    auto& device = state_.devices[i];
    serve(device.processors[processor], device.kernel_processors[processor]);
    update_power(i);
  }

  void finish_head(Request& request) {
    leave_head(request, Seconds());
    say_end(request);
    serve_head(request.client, request.route->processor);
    ++request.step;
    enter_step(request);
  }

  // Frees the processor; `left` is the work that was not done.
  void leave_head(Request& request, Seconds left) {
    const auto& device = *state_.devices[request.client].client->device;
    head_station(request).leave();
    head_station(request).add_work(-left);
    const auto& processor = device.processors[request.route->processor];
    request.energy.compute += device.increment(processor) * (request.current().work - left);
  }

  void finish_in(Pool& pool, Request& request) {
    pool.station.leave();
    say_end(request);
    serve(pool);
    ++request.step;
    enter_step(request);
  }

  // ---- over the device's links ----

  void serve_radio(DeviceIndex i, Direction direction) {
    auto& device = state_.devices[i];
    auto& station = device.radio(direction);
    while (const auto slot = station.start_next(now())) {
      Request& request = requests_[*slot];
      const auto& step = request.current();
      start_work(request, now());
      station.add_work(time_on(link_of(*device.client, step), direction, step.size));
      if (state_.crosses_backhaul(step)) state_.backhaul(direction).work += state_.on_backhaul(direction, step.size);
      emit(started(request, now()));
      device.radio_flag(direction) = true;
      update_power(i);
      const auto access = step.is_direct ? device.direct : device.access;
      request.activity = kernel_->transfer(access, direction, step.size, completion_of(request));
    }
  }

  void finish_radio(Request& request) {
    const auto direction = direction_of(request.current());
    leave_radio(request, Bytes());
    serve_radio(request.client, direction);
    travel(request);
  }

  // Frees the radio; `left` was not sent.
  void leave_radio(Request& request, Bytes left) {
    auto& device = state_.devices[request.client];
    const auto& step = request.current();
    const auto direction = direction_of(step);
    const bool up = direction == Direction::up;
    const auto& power = up ? device.client->link.transmit : device.client->link.receive;
    const Joules by_size = power.slope * (step.size - left);
    auto& station = device.radio(direction);
    station.leave();
    station.add_work(-time_on(link_of(*device.client, step), direction, left));
    if (state_.crosses_backhaul(step)) state_.backhaul(direction).work -= state_.on_backhaul(direction, left);
    device.radio_flag(direction) = false;
    device.meter.add(Draw::radio, by_size);
    (up ? request.energy.transmit : request.energy.receive) += by_size + power.base * (now() - request.started);
    update_power(request.client);
  }

  void travel(Request& request) {
    request.phase = Phase::travels;
    const Seconds latency = request.current().latency;
    if (latency > Seconds()) {
      kernel_->at(now() + latency, completion_of(request));
    } else {
      finish_step(request);
    }
  }

  // ---- between edge server and cloud ----

  void start_relay(Request& request) {
    const auto& step = request.current();
    const auto direction = direction_of(step);
    start_work(request, now());
    state_.edge->relay(direction).work += time_on(state_.edge->link, direction, step.size);
    emit(started(request, now()));
    request.activity = kernel_->transfer(state_.edge->access, direction, step.size, completion_of(request));
  }

  // `left` was not sent.
  void leave_relay(const Request& request, Bytes left) {
    const auto direction = direction_of(request.current());
    state_.edge->relay(direction).work -= time_on(state_.edge->link, direction, left);
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
    if (arrived_back) tell_planner(request);
    const auto client = request.client;
    release_slot(request);
    last_end_ = now();
    --requests_left_;
    auto& device = state_.devices[client];
    if (!device.arrivals) schedule_arrival(client, device.is_on ? now() : device.off_until);
  }

  // ---- the world that moves ----

  void say_change(const events::Event& event) {
    emit(event);
    const auto* speed = std::get_if<events::SpeedChanged>(&event);
    if (speed != nullptr && speed->host == events::SpeedChanged::Host::device) update_power(speed->device);
  }

  // ---- devices going off and on ----

  void change_state(DeviceIndex i, std::uint32_t change) {
    auto& device = state_.devices[i];
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
    for (auto& request : requests_) {
      if (request.phase != Phase::none && request.client == i) victims.push_back(&request);
    }
    std::ranges::sort(victims, {}, [](const Request* request) { return request->id.index; });
    for (auto* request : victims) abandon(*request);
    for (auto* request : victims) end(*request, Outcome::failed, FailureReason::device_off);
    serve(state_.cloud);
    if (state_.edge) serve(state_.edge->pool);
  }

  // Stops what a request's activity does; returns the seconds of one core, or the bytes, that were left.
  double stop(const Request& request) { return request.is_due ? 0.0 : kernel_->cancel(request.activity); }

  // Takes a request out of wherever it is. What servers were doing for it is stopped, too.
  void abandon(Request& request) {
    if (request.phase == Phase::waits) return withdraw(request);
    if (request.phase != Phase::works) return;
    switch (request.current().part) {
      case Part::head:
        return leave_head(request, Seconds(stop(request)));
      case Part::upload:
      case Part::download:
        return leave_radio(request, Bytes(stop(request)));
      case Part::edge:
        return stop_in(state_.edge->pool, request);
      case Part::tail:
        return stop_in(state_.cloud, request);
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
    const auto& step = request.current();
    auto& station = step.part == Part::head   ? head_station(request)
                    : step.part == Part::edge ? state_.edge->pool.station
                    : step.part == Part::tail ? state_.cloud.station
                                              : state_.devices[request.client].radio(direction_of(step));
    station.withdraw(request.slot, now());
  }

  // ---- power ----

  // Sets what the device draws from its state, so that nothing drifts by adding and taking away.
  void update_power(DeviceIndex i) {
    auto& device = state_.devices[i];
    device.meter.set(Draw::compute, device.compute_power(), now());
    device.meter.set(Draw::radio, device.radio_power(), now());
    if (device.meter.power() == device.reported) return;
    device.reported = device.meter.power();
    emit(events::PowerChanged{now(), i, device.reported});
  }

  // ---- requests ----

  [[nodiscard]] Station& head_station(const Request& request) {
    return state_.devices[request.client].processors[request.route->processor];
  }

  Request& take_slot() {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(requests_.size()));
      requests_.emplace_back();
    }
    const auto slot = free_.back();
    free_.pop_back();
    auto& request = requests_[slot];
    request = Request{};
    request.slot = slot;
    request.id = {next_id_++};
    return request;
  }

  void release_slot(Request& request) {
    request.phase = Phase::none;
    free_.push_back(request.slot);
  }

  const System& system_;
  events::Observer& observer_;
  std::unique_ptr<kernel::Kernel> kernel_;
  Planner planner_;
  State state_;
  Motion motion_;
  std::deque<Request> requests_;  // slots, which are reused
  std::vector<std::uint32_t> free_;
  std::vector<Token> batch_;
  std::uint32_t next_id_ = 0;
  std::int64_t requests_left_ = 0;
  Seconds now_;  // of the instant that is handled
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
