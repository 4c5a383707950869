#include "engine/simulate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/random/uniform_01.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "engine/accounts.hpp"
#include "engine/idle_latency.hpp"
#include "engine/measuring.hpp"
#include "engine/motion.hpp"
#include "engine/planner.hpp"
#include "engine/power_log.hpp"
#include "engine/probing.hpp"
#include "engine/request.hpp"
#include "engine/shipping.hpp"
#include "engine/state.hpp"
#include "engine/timeline.hpp"
#include "engine/topology.hpp"
#include "units/clock.hpp"
#include "units/ensure.hpp"
#include "units/limit.hpp"

namespace edgecut::engine {
namespace {

using events::DeviceIndex;
using events::FailureReason;
using events::Outcome;
using kernel::Direction;
using kernel::Token;
using Kind = events::ResourceUse::Kind;

// Walks every request along the steps of its route.
class Simulation {
 public:
  Simulation(const System& system, const partition::Partitioner& partitioner, events::Observer& observer,
             bool is_metered = false)
      : system_(system),
        observer_(observer),
        kernel_(kernel::make_kernel(system.kernel, topology_of(system, is_metered))),
        state_(system),
        planner_(system, partitioner, state_, [this] { return waits(); }),
        motion_(system, state_, *kernel_) {
    open(state_.cloud, *system.cloud, Kind::cloud);
    if (system.edge) open(state_.edge->pool, *system.edge->server, Kind::edge);
    if (system.models != world::Models::resident) shipping_ = std::make_unique<Shipping>(system, state_);
    if (system.awareness.probe) probing_ = std::make_unique<Probing>(system, state_);
    if (system.awareness.measures) measuring_ = std::make_unique<Measuring>(system, state_);
    if (observer_.follows_power()) power_log_.emplace(state_.devices.size());
    planner_.start();
    motion_.start([this](const events::Event& event) { say_change(event); });
    for (StreamIndex i = 0; i < state_.streams.size(); ++i) {
      const auto& workload = state_.streams[i].client->workload;
      requests_left_ += workload.requests;
      for (std::int64_t k = 0; k < workload.outstanding; ++k) schedule_arrival(i, Seconds());
    }
    for (DeviceIndex i = 0; i < state_.devices.size(); ++i) {
      const auto& client = *state_.devices[i].client;
      for (std::size_t p = 0; p < client.off.size(); ++p) schedule_off(i, p);
      if (client.device->battery || client.device->thermal) update_power(i);
      if (probing_) schedule_probe(i);
      if (measuring_) schedule_benchmark(i);
    }
    ensure(requests_left_ <= world::most_requests, "a run has no more than 2^32 requests");
  }

  void run() {
    kernel_->run([this](std::span<const Token> due) { handle(due); });
    ensure(requests_left_ == 0, "every request ends");
    motion_.close(last_end_);
    auto ended = run_ended(state_, last_end_);
    ended.kernel = kernel::name(kernel_->choice());
    ended.decisions = planner_.decisions();
    now_ = last_end_;
    tell_power(now_);
    close_radios(ended);
    for (std::size_t k = 0; const auto& battery : ended.batteries) {
      while (!state_.devices[k].battery) ++k;
      say_charge(k++, battery.charge / battery.capacity);
    }
    ended.shipped_up = shipped_[0];
    ended.shipped_down = shipped_[1];
    if (probing_) ended.probes = probing_->use();
    if (measuring_) ended.measuring = measuring_->use();
    observer_.on(ended);
  }

  [[nodiscard]] IndependentEnergy independent_energy() const {
    IndependentEnergy energy;
    for (const auto& device : state_.devices) {
      Joules sum;
      for (const auto& processor : device.processors) {
        sum += kernel_->independent_energy(processor.id).value_or(Joules(std::numeric_limits<double>::quiet_NaN()));
      }
      energy.devices.push_back(sum);
    }
    energy.cloud = kernel_->independent_energy(state_.cloud.processor);
    if (state_.edge) energy.edge = kernel_->independent_energy(state_.edge->pool.processor);
    return energy;
  }

 private:
  [[nodiscard]] Seconds now() const { return now_; }
  void emit(const events::Event& event) { observer_.on(event); }

  // ---- set-up ----

  void open(Pool& pool, const platform::Cloud& server, Kind kind) {
    if (!server.serving.any()) return;
    pool.serving = std::make_unique<Serving>(server, kind, system_.seed, *kernel_, pool.processor);
    pool.serving->start();
  }

  void schedule_off(DeviceIndex i, std::size_t period) {
    const auto& off = state_.devices[i].client->off[period];
    kernel_->at(off.from, make_token(Rank::state_change, i, 2 * period));
    kernel_->at(off.until, make_token(Rank::state_change, i, 2 * period + 1));
  }

  void schedule_arrival(StreamIndex i, Seconds earliest) {
    auto& stream = state_.streams[i];
    if (stream.left == 0) return;
    --stream.left;
    const Seconds time = stream.arrivals ? stream.arrivals->next() : earliest;
    kernel_->at(time, make_token(Rank::arrival, i));
  }

  // ---- one instant ----

  void handle(std::span<const Token> due) {
    batch_.assign(due.begin(), due.end());
    if (batch_.size() > 1) std::ranges::sort(batch_, {}, &Token::value);
    mark_due();
    const Seconds next = kernel_->now();
    if (next > now_ && requests_left_ > 0) tell_power(next);
    now_ = next;
    if (now_ > longest_run && requests_left_ > 0) fail_as_too_long();
    for (const auto token : batch_) {
      if (requests_left_ == 0) return;  // nothing that happens now is part of the run
      switch (rank_of(token)) {
        case Rank::world_change:
          motion_.change(number_of(token), [this](const events::Event& event) { say_change(event); });
          break;
        case Rank::state_change:
          change_state(number_of(token), slot_of(token));
          break;
        case Rank::board:
          check_board(number_of(token), Check(slot_of(token) >> alarm_bits), slot_of(token) & alarm_mask);
          break;
        case Rank::completion:
          complete_phase(number_of(token), slot_of(token));
          break;
        case Rank::batch:
          finish_batch(pool_of(slot_of(token)), number_of(token), slot_of(token) / 2);
          break;
        case Rank::arrival:
          arrive(number_of(token));
          break;
        case Rank::server:
          ring(pool_of(slot_of(token)), number_of(token));
          break;
      }
    }
  }

  [[noreturn]] void fail_as_too_long() const {
    throw std::runtime_error(fmt::format(
        "{} requests have not ended by {:.0f} s (97 days), and a run goes on for no longer: its clock keeps a "
        "nanosecond up to there",
        requests_left_, longest_run.value()));
  }

  // A device that goes off at this instant finds the stages that end now ended, not to be stopped.
  void mark_due() {
    for (const auto token : batch_) {
      if (rank_of(token) == Rank::batch) {
        pool_of(slot_of(token)).serving->mark_due(number_of(token), slot_of(token) / 2);
      }
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
    if (request.phase == Phase::prepares) return finish_preparing(request);
    if (request.phase == Phase::travels) return finish_step(request);
    if (request.phase == Phase::wakes) return transfer(request);
    switch (request.current().part) {
      case Part::head:
        return finish_head(request);
      case Part::edge:
      case Part::tail:
        return finish_in(pool_of(request), request);
      case Part::upload:
      case Part::download:
        return finish_radio(request);
      case Part::relay:
      case Part::relay_back:
        leave_relay(request, Bytes());
        say_sent(request);
        return travel(request);
    }
  }

  [[nodiscard]] Token completion_of(const Request& request) const {
    return make_token(Rank::completion, request.id.index, request.slot);
  }

  // ---- arrival and plan ----

  void arrive(std::uint32_t number) {
    auto& stream = state_.streams[number];
    auto& device = state_.devices[stream.device];
    Request& request = take_slot({next_id_++}, number, stream.device);
    start_timeline(request, now());
    if (stream.exits) request.draw = boost::random::uniform_01<double>()(*stream.exits);
    emit(events::Arrived{now(), request.id, stream.device, stream.request_class});
    if (stream.client->workload.is_open()) schedule_arrival(number, Seconds());

    if (!device.is_on) return end(request, Outcome::failed, reason_to_fail(device));
    if (system_.awareness.battery && device.battery) draw_battery(stream.device);
    const auto choice = planner_.choose(number, now());
    request.plan = choice.itinerary == nullptr ? nullptr : choice.itinerary->plan;
    emit(events::Planned{now(), request.id, request.plan});
    if (request.plan == nullptr) return end(request, Outcome::failed, FailureReason::infeasible);
    const bool lacks = shipping_ && shipping_->lacks(number, *request.plan);
    if (choice.is_change || choice.pause > Seconds()) {
      if (!lacks) stand_still(device, choice.pause);
      emit(events::PlanChanged{now(), request.id, request.device, choice.pause});
    }
    request.route = &choice.itinerary->route_for(request.draw);
    request.is_hopeless = is_hopeless(request, *choice.itinerary);
    note_offer(state_, stream, *request.route);
    if (finds_queue_full(stream, *request.route, lacks)) {
      if (lacks) stand_still(device, choice.pause);
      return end(request, Outcome::dropped);
    }
    if (lacks) return order_weights(request, choice.pause);
    if (waits_for_weights(stream.device)) return hold(request);
    if (device.ready > now()) return prepare(request);
    enter_step(request);
  }

  // But for what it has begun by the old plan.
  void stand_still(DeviceState& device, Seconds pause) const { device.ready = std::max(device.ready, now()) + pause; }

  void start_preparing(Request& request) {
    request.phase = Phase::prepares;
    request.entered = now();
    ++state_.devices[request.device].preparing;
  }

  void prepare(Request& request) {
    start_preparing(request);
    kernel_->at(state_.devices[request.device].ready, completion_of(request));
  }

  void finish_preparing(Request& request) {
    --state_.devices[request.device].preparing;
    request.timeline.parts.preparing = now() - request.entered;
    enter_step(request);
  }

  // Whether a new request would have to wait somewhere on the device, and as many as may do wait there already.
  [[nodiscard]] bool finds_queue_full(const Stream& stream, const Route& route, bool lacks_weights) const {
    const auto& device = state_.devices[stream.device];
    const auto& limit = stream.client->workload.queue_limit;
    if (!limit || device.waiting() - others_waiting(stream.device) < static_cast<std::size_t>(*limit)) return false;
    if (device.ready > now() || lacks_weights || waits_for_weights(stream.device)) return true;
    return std::ranges::any_of(route.steps, [&](const Step& step) {
      return (step.part == Part::head && !device.processors[route.processor].station.has_room()) ||
             (step.part == Part::upload && !device.uplink.has_room());
    });
  }

  // ---- weights that travel ----

  [[nodiscard]] bool waits_for_weights(DeviceIndex i) const { return shipping_ && shipping_->is_waited_for(i); }

  // Messages with weights that wait for the device's uplink, and benchmarks for its processor.
  [[nodiscard]] std::size_t others_waiting(DeviceIndex i) const {
    const auto waits_for = [&](std::uint32_t slot, Part part) -> std::size_t {
      if (slot == no_slot) return 0;
      const auto& other = requests_[slot];
      return other.phase == Phase::waits && other.current().part == part ? 1 : 0;
    };
    return waits_for(state_.devices[i].message, Part::upload) +
           (measuring_ ? waits_for(measuring_->slot(i), Part::head) : 0);
  }

  // Makes references to requests invalid, as all that follows.
  void order_weights(Request& request, Seconds pause) {
    const auto i = request.device;
    start_preparing(request);
    shipping_->order(i, {request.stream, request.plan, pause, {request.slot}});
    supply(i);
  }
  void hold(Request& request) {
    start_preparing(request);
    shipping_->hold(request.device, request.slot);
  }

  // Lets those go who have what they waited for, and sends what the next one lacks.
  void supply(DeviceIndex i) {
    while (const auto order = shipping_->take_filled(i)) release(i, *order);
    if (const auto* cargo = shipping_->pack(i)) ship(i, *cargo);
  }
  void supply_others(DeviceIndex but) {
    for (const auto i : shipping_->waiting()) {
      if (i != but) supply(i);
    }
  }

  void release(DeviceIndex i, const Shipping::Order& order) {
    auto& device = state_.devices[i];
    stand_still(device, order.pause);
    for (const auto slot : order.slots) {
      if (device.ready > now()) {
        kernel_->at(device.ready, completion_of(requests_[slot]));
      } else {
        finish_preparing(requests_[slot]);
      }
    }
  }

  // A message goes the way of a request that has nothing to compute.
  void ship(DeviceIndex i, const Shipping::Cargo& cargo) {
    const auto id = requests_[cargo.payer].id;
    Request& message = take_slot(id, static_cast<std::uint32_t>(cargo.stream), i);
    message.carries = Carries::weights;
    message.route = &cargo.route;
    state_.devices[i].message = message.slot;
    start_timeline(message, now());
    enter_step(message);
  }

  void finish_shipping(Request& message) {
    const auto i = message.device;
    leave_message(message);
    shipping_->arrive(i);
    supply(i);
    supply_others(i);
  }

  // Who ordered it pays for it.
  void leave_message(Request& message) {
    auto& device = state_.devices[message.device];
    let_go_of_radio(message);
    auto& payer = requests_[shipping_->cargo(message.device).payer];
    payer.energy += message.energy;
    transceiver_of(message).rename(user_of(message), user_of(payer));
    device.message = no_slot;
    release_slot(message);
  }

  void tell_planner(const Request& request) {
    const auto& t = request.timeline;
    planner_.tell(request.stream, {request.plan, t.arrived, t.ended, t.parts.head, t.parts.upload, t.ended - t.arrived,
                                   request.route->up, request.energy.total()});
  }

  // The unfinished work at each server, spread over its slots, where none of them is free.
  [[nodiscard]] Waits waits() {
    Waits sum;
    sum.cloud = wait_in(state_.cloud, state_.cloud.backlog.left(now()));
    if (state_.edge) sum.edge = wait_in(state_.edge->pool, state_.edge->pool.backlog.left(now()));
    return sum;
  }
  [[nodiscard]] Seconds wait_in(const Pool& pool, Seconds unfinished) const {
    if (pool.serving) return pool.serving->wait(pool.speed.now, now());
    const auto slots = pool.station.slots();
    const bool is_free = pool.station.busy() < static_cast<std::size_t>(slots);
    return is_free ? Seconds() : unfinished / (slots * pool.speed.now);
  }

  // ---- probes ----

  void schedule_probe(DeviceIndex i) { kernel_->at(probing_->next(i), board_token(i, Check::probe)); }

  void check_probe(DeviceIndex i) {
    schedule_probe(i);
    start_probe(i, false);
  }

  // Goes the way of a request that has nothing to compute. Not while the last one is under way, and not while the radio
  // sends: that shows as much.
  void start_probe(DeviceIndex i, bool is_direct) {
    const auto& device = state_.devices[i];
    if (!device.is_on || probing_->is_under_way(i) || !device.uplink.has_room()) return;
    Request& probe = take_slot({own_id_--}, static_cast<std::uint32_t>(device.first_stream), i);
    probe.carries = Carries::probe;
    probe.route = &probing_->route(i, is_direct);
    probing_->begin(i, probe.slot);
    start_timeline(probe, now());
    enter_step(probe);
  }

  // What crossed a link, or was on its way when the device went off.
  void note_probe(const Request& probe, Direction direction, Bytes left) {
    const auto& step = probe.current();
    probing_->book(direction, step.size - left, now() - probe.started);
    emit(events::ProbeFinished{now(), probe.device, link_kind(step.part), step.is_direct});
  }

  void finish_probe(Request& probe) {
    const auto i = probe.device;
    const bool goes_on = !probe.route->is_direct && state_.devices[i].client->direct;
    leave_probe(probe, true);
    if (goes_on) start_probe(i, true);
  }

  void leave_probe(Request& probe, bool is_back) {
    auto& device = state_.devices[probe.device];
    let_go_of_radio(probe);
    probing_->end(probe, is_back, pay_for_tails(probe) > 0);
    release_slot(probe);
    if (device.first_request == no_slot) unpark(device);
  }

  // Those that outlast the run's last request.
  void stop_probes() {
    for (DeviceIndex i = 0; i < state_.devices.size(); ++i) {
      if (!probing_->is_under_way(i)) continue;
      Request& probe = requests_[probing_->slot(i)];
      abandon(probe);
      leave_probe(probe, false);
    }
  }

  // ---- benchmarks ----

  void schedule_benchmark(DeviceIndex i) { kernel_->at(measuring_->next(i), board_token(i, Check::benchmark)); }

  // Not while the last one is under way.
  void check_benchmark(DeviceIndex i) {
    schedule_benchmark(i);
    if (!state_.devices[i].is_on || measuring_->is_under_way(i)) return;
    start_pass(i, measuring_->begin(i));
  }

  // Goes the way of a request that computes on one host.
  void start_pass(DeviceIndex i, const Route* route) {
    if (route == nullptr) return measuring_->end(i);
    const auto stream = state_.devices[i].first_stream + measuring_->request_class(i);
    Request& pass = take_slot({own_id_--}, static_cast<std::uint32_t>(stream), i);
    pass.carries = Carries::benchmark;
    pass.route = route;
    measuring_->play(i, pass.slot);
    start_timeline(pass, now());
    enter_step(pass);
  }

  void finish_pass(Request& pass) {
    const auto i = pass.device;
    leave_pass(pass, true);
    if (measuring_->is_known(i)) {
      measuring_->count();
      planner_.measured(static_cast<StreamIndex>(state_.devices[i].first_stream + measuring_->request_class(i)),
                        measuring_->findings(i), now());
    }
    start_pass(i, measuring_->go_on(i));
  }

  // Of one that was stopped, or turned away by its server, nothing is known.
  void leave_pass(Request& pass, bool is_whole) {
    auto& device = state_.devices[pass.device];
    const bool was_at_it = is_whole || pass.phase == Phase::works;
    measuring_->book(pass, was_at_it ? now() - pass.started : Seconds(), is_whole);
    if (was_at_it)
      emit(events::MeasuringFinished{now(), pass.device, Measuring::host_of(pass), measuring_->processor_of(pass)});
    release_slot(pass);
    if (device.first_request == no_slot) unpark(device);
  }
  void stop_benchmark(Request& pass) {
    leave_pass(pass, false);
    measuring_->end(pass.device);
  }

  // Those that outlast the run's last request.
  void stop_benchmarks() {
    for (DeviceIndex i = 0; i < state_.devices.size(); ++i) {
      if (!measuring_->is_under_way(i)) continue;
      Request& pass = requests_[measuring_->slot(i)];
      abandon(pass);
      stop_benchmark(pass);
    }
  }

  // ---- steps ----

  void enter_step(Request& request) {
    if (request.step == request.route->steps.size()) {
      return finish(request);
    }
    const auto& step = request.current();
    request.entered = request.started = now();
    if (!step.computes() && step.size == Bytes()) return travel(request);
    request.phase = Phase::waits;
    if (request.is_inference()) {
      if (const auto station = station_of(step.part)) emit(events::Queued{now(), request.id, *station});
    }
    switch (step.part) {
      case Part::head:
        join(request, head_station(request));
        return serve_head(request.device, request.route->processor);
      case Part::edge:
      case Part::tail:
        return ask(pool_of(request), request);
      case Part::upload:
        join(request, state_.devices[request.device].uplink);
        return serve_radio(request.device, Direction::up);
      case Part::download:
        state_.devices[request.device].downlink.join(request.slot, now(), priority_of(request));
        return serve_radio(request.device, Direction::down);
      case Part::relay:
      case Part::relay_back:
        return start_relay(request);
    }
  }

  [[nodiscard]] const workload::Workload& workload_of(const Request& request) const {
    return state_.streams[request.stream].client->workload;
  }
  // Weights go before all requests, and probes behind them. A benchmark is one job among others.
  [[nodiscard]] int priority_of(const Request& request) const {
    if (request.ships()) return std::numeric_limits<int>::max();
    return request.probes() ? std::numeric_limits<int>::min() : request.measures() ? 0 : workload_of(request).priority;
  }

  // On the device. Where only the freshest waits, one that would wait takes the place of the one of its class before it.
  void join(Request& request, Station& station) {
    const auto& workload = workload_of(request);
    for (std::size_t i = 0; workload.freshest && request.is_inference() && i < station.waiting();) {
      Request& old = requests_[station.waiter(i)];
      if (old.stream != request.stream || !old.is_inference()) {
        ++i;
        continue;
      }
      station.withdraw(old.slot, now());
      end(old, Outcome::dropped, FailureReason::replaced);
    }
    station.join(request.slot, now(), priority_of(request));
  }

  void join(Pool& pool, const Request& request) {
    pool.station.join(request.slot, now());
    if (tells_load()) pool.backlog.join(request.current().work);
  }

  [[nodiscard]] bool tells_load() const { return system_.awareness.server_load; }

  void finish(Request& request) {
    switch (request.carries) {
      case Carries::inference:
        return end(request, outcome_now(request));
      case Carries::weights:
        return finish_shipping(request);
      case Carries::probe:
        return finish_probe(request);
      case Carries::benchmark:
        return finish_pass(request);
    }
  }

  void finish_step(Request& request) {
    say_end(request);
    ++request.step;
    enter_step(request);
  }

  void say_end(Request& request) {
    note_end(request, now());
    if (request.is_inference()) return emit(finished(request, now()));
    // Of a message that asks for weights nobody is told; the end of a probe was told with its last byte.
    if (request.probes() || request.measures() || request.current().size == Bytes()) return;
    emit(events::ShippingFinished{now(), request.id, request.device, link_kind(request.current().part)});
  }
  void say_start(const Request& request) {
    if (request.is_inference()) return emit(started(request, now()));
    if (request.measures()) {
      return emit(events::MeasuringStarted{now(), request.device, Measuring::host_of(request),
                                           measuring_->processor_of(request)});
    }
    const auto& step = request.current();
    const auto over = link_kind(step.part);
    if (request.ships()) return emit(events::ShippingStarted{now(), request.id, request.device, over, step.size});
    emit(events::ProbeStarted{now(), request.device, over, step.is_direct, step.size});
  }
  void say_sent(const Request& request) {
    if (request.is_inference()) emit(events::Sent{now(), request.id});
  }

  // ---- computing ----

  // Lets in whoever may start now.
  void serve(Station& station, kernel::ProcessorId processor) {
    while (const auto slot = station.start_next(now())) {
      Request& request = requests_[*slot];
      const auto& step = request.current();
      start_work(request, now());
      station.add_work(step.work);
      if (step.part != Part::head && tells_load()) pool_of(request).backlog.start(step.work, now());
      say_start(request);
      step.part == Part::head ? take_pace(request) : keep_pace(request);
      request.to_do = step.work * request.stretch;
      request.activity = kernel_->compute(processor, request.to_do, completion_of(request));
    }
  }
  void serve(Pool& pool) {
    if (!pool.serving) return serve(pool.station, pool.processor);
    for (const auto slot : pool.serving->serve(now())) {
      Request& request = requests_[slot];
      start_work(request, now());
      say_start(request);
    }
  }

  void serve_head(DeviceIndex i, std::size_t processor) {
    auto& served = state_.devices[i].processors[processor];
    serve(served.station, served.id);
    if (state_.devices[i].interferes) change_pace(i);
    update_power(i);
  }

  void finish_head(Request& request) {
    leave_head(request, Seconds());
    request.phase = Phase::waits;  // nowhere: the next step follows at once
    say_end(request);
    serve_head(request.device, request.route->processor);
    ++request.step;
    enter_step(request);
  }

  // Frees the processor; `left` is what was not done of what it was given last.
  void leave_head(Request& request, Seconds left) {
    pay_for_head(request, left);
    head_station(request).leave();
    head_station(request).add_work(-left / request.stretch);
  }

  // As slow, and at the power, as its device makes it now.
  void take_pace(Request& request) {
    const auto& device = state_.devices[request.device];
    request.stretch = device.stretch(request.route->processor);
    request.throttle = device.throttled_power();
    // Of what the board adds meanwhile it pays its part: the account from now on, taken off here and added at the end.
    request.energy.compute -= device.shared_energy(request.route->processor, now());
  }

  static void keep_pace(Request& request) { request.stretch = request.throttle = 1.0; }

  // For what was done of it since it was last given to the processor; `left` was not.
  void pay_for_head(Request& request, Seconds left) {
    const auto& device = state_.devices[request.device];
    const auto& model = *device.client->device;
    const auto processor = request.route->processor;
    const Seconds done = request.to_do - left;
    request.energy.compute += model.slot(model.processors[processor]) * request.throttle * done;
    request.energy.compute += device.shared_energy(processor, now());
    head_station(request).add_slowing(done * (1.0 - 1.0 / request.stretch));
  }

  void finish_in(Pool& pool, Request& request) {
    leave(pool, request);
    say_end(request);
    serve(pool);
    ++request.step;
    enter_step(request);
  }

  // ---- servers ----

  [[nodiscard]] Pool& pool_of(const Request& request) {
    return request.current().part == Part::edge ? state_.edge->pool : state_.cloud;
  }
  [[nodiscard]] Pool& pool_of(std::uint32_t slot) { return slot % 2 == 1 ? state_.edge->pool : state_.cloud; }

  void ask(Pool& pool, Request& request) {
    if (!pool.serving) {
      join(pool, request);
      return serve(pool);
    }
    if (!pool.serving->admits()) {
      return request.measures() ? stop_benchmark(request) : end(request, Outcome::dropped, FailureReason::server_full);
    }
    const auto& client = *state_.streams[request.stream].client;
    const Seconds never(std::numeric_limits<double>::infinity());
    const auto deadline = deadline_of(request);
    pool.serving->join(request.slot, client.workload.priority, deadline ? request.timeline.arrived + *deadline : never,
                       {request.measures() ? nullptr : client.network, request.current().work}, now());
    serve(pool);
  }

  void finish_batch(Pool& pool, std::uint32_t number, std::uint32_t slot) {
    const auto done = pool.serving->finish(number, slot, now());
    for (const auto job : done) say_end(requests_[job]);
    serve(pool);
    for (const auto job : done) {
      ++requests_[job].step;
      enter_step(requests_[job]);
    }
  }

  void ring(Pool& pool, std::uint32_t timer) {
    if (const auto hosts = pool.serving->ring(timer, now())) emit(*hosts);
    serve(pool);
  }

  // ---- over the device's links ----

  void serve_radio(DeviceIndex i, Direction direction) {
    auto& device = state_.devices[i];
    auto& station = device.radio(direction);
    while (const auto slot = station.start_next(now())) {
      Request& request = requests_[*slot];
      const auto& step = request.current();
      start_work(request, now());
      device.add_radio_work(step, step.size);
      state_.add_shared_work(*device.client, step, step.size);
      say_start(request);
      auto& radio = device.transceiver_of(step.is_direct);
      if (!request.holds_radio) request.radio_mark = radio.hold(now());
      request.holds_radio = true;
      const Seconds awake = radio.wake(now());
      if (awake > now()) {
        request.phase = Phase::wakes;
        kernel_->at(awake, completion_of(request));
        update_power(i);
      } else {
        transfer(request);
      }
    }
  }

  void transfer(Request& request) {
    auto& device = state_.devices[request.device];
    const auto& step = request.current();
    request.phase = Phase::works;
    request.sending = now();
    request.charged = Bytes();
    collect(transceiver_of(request).begin(direction_of(step), now()));
    const auto access = step.is_direct ? device.direct : device.access;
    request.activity = kernel_->transfer(access, direction_of(step), step.size, completion_of(request));
    device.sends.at(kernel::index_of(direction_of(step))) = request.slot;
    if (power_log_) power_log_->begin(request.device, direction_of(step));
    update_power(request.device);
  }

  void finish_radio(Request& request) {
    const auto direction = direction_of(request.current());
    planner_.saw(request.device, request.current(), now() - request.sending, now());
    leave_radio(request, Bytes());
    say_sent(request);
    serve_radio(request.device, direction);
    travel(request);
  }

  // Frees the radio; `left` was not sent.
  void leave_radio(Request& request, Bytes left) {
    auto& device = state_.devices[request.device];
    const auto& step = request.current();
    const auto direction = direction_of(step);
    const bool up = direction == Direction::up;
    const auto& link = link_of(*device.client, step);
    const auto& power = up ? link.transmit : link.receive;
    const Joules by_size = power.slope * (step.size - left);
    auto& station = device.radio(direction);
    station.leave();
    device.add_radio_work(step, -left);
    state_.add_shared_work(*device.client, step, -left);
    if (request.probes()) note_probe(request, direction, left);
    if (request.phase == Phase::wakes) return;
    if (request.ships()) shipped_.at(kernel::index_of(direction)) += step.size - left;
    if (device.battery) device.battery->take(power.slope * (step.size - left - request.charged));
    device.sends.at(kernel::index_of(direction)).reset();
    device.meter.add(up ? Draw::transmit : Draw::receive, by_size);
    (up ? request.energy.transmit : request.energy.receive) += by_size + power.base * (now() - request.sending);
    transceiver_of(request).end(direction, now(), user_of(request));
    if (request.step == request.route->last_transfer) release_radio(request);
    watch_radio({request.device, step.is_direct});
    update_power(request.device);
  }

  static RadioUser user_of(const Request& request) { return {request.slot, request.id}; }

  // A device's radio: of its link, or of its direct one.
  using RadioIndex = std::pair<DeviceIndex, bool>;
  [[nodiscard]] Radio& radio_at(RadioIndex radio) { return state_.devices[radio.first].transceiver_of(radio.second); }
  // All that a request sends goes over one of its device's links.
  static RadioIndex radio_of(const Request& request) { return {request.device, request.route->is_direct}; }
  [[nodiscard]] Radio& transceiver_of(const Request& request) { return radio_at(radio_of(request)); }

  void release_radio(Request& request) {
    if (!request.holds_radio) return;
    request.holds_radio = false;
    const auto share = transceiver_of(request).release(now(), user_of(request), request.radio_mark);
    request.energy.promotion += share.promotion;
    request.energy.tail += share.tail;
  }

  void let_go_of_radio(Request& request) {
    if (!request.holds_radio) return;
    release_radio(request);
    watch_radio(radio_of(request));
    update_power(request.device);
  }

  // A request that has ended, and of how many radios it still pays a tail.
  struct AwaitingTails {
    events::Ended end;
    int bills = 0;
  };

  // Of a request that ends: for what it has caused so far. Returns of how many radios it will pay more. Weights that it
  // ordered may have come over the other radio than its own tensors.
  int pay_for_tails(Request& request) {
    int bills = 0;
    for (const bool is_direct : radios_of(request.device)) {
      auto& radio = radio_at({request.device, is_direct});
      request.energy.tail += radio.pay(now(), user_of(request));
      bills += radio.will_bill(user_of(request)) ? 1 : 0;
    }
    return bills;
  }

  // Who had the last byte pays for the tail after it, which is over. If it has ended, it has waited for this.
  void collect(const std::optional<Radio::Bill>& bill) {
    if (!bill) return;
    auto& request = requests_[bill->user.slot];
    if (request.phase != Phase::none && request.id == bill->user.id) {
      request.energy.tail += bill->tail;
      return;
    }
    if (probing_ && probing_->pay(*bill)) return;
    const auto waits = awaiting_tails_.find(bill->user.id.index);
    if (waits == awaiting_tails_.end()) return;  // its tail took nothing
    auto& [end, bills] = waits->second;
    end.energy.tail += bill->tail;
    if (--bills > 0) return;
    end.awaits_tail = false;
    emit(events::TailDrawn{now(), end.request, end});
    awaiting_tails_.erase(waits);
  }

  // Tails that outlast the run.
  void close_radios(events::RunEnded& ended) {
    for (DeviceIndex i = 0; i < state_.devices.size(); ++i) {
      for (const bool is_direct : radios_of(i)) {
        Joules after;
        collect(radio_at({i, is_direct}).close(now(), after));
        ended.devices[i].tail_after += after;
      }
    }
  }
  [[nodiscard]] std::span<const bool> radios_of(DeviceIndex i) const {
    static constexpr std::array both{false, true};
    return std::span(both).first(state_.devices[i].direct_transceiver ? 2 : 1);
  }

  // Sees to it that the radio sleeps when it should. One timer at a time; it may find that the radio was used since.
  void watch_radio(RadioIndex radio) {
    const auto at = radio_at(radio).sleeps_at();
    if (!at) return;
    if (*at <= now()) return collect(radio_at(radio).sleep(now()));
    auto& timer = state_.devices[radio.first].timer_of(radio.second);
    if (timer) return;
    timer = *at;
    kernel_->at(*at, board_token(radio.first, Check::radio, radio.second ? 1 : 0));
  }

  // What of a device is looked at.
  enum class Check : std::uint8_t { radio, battery, thermal, probe, benchmark };
  static constexpr std::uint32_t alarm_mask = (1U << alarm_bits) - 1U;

  static Token board_token(DeviceIndex i, Check what, std::uint32_t number = 0) {
    return make_token(Rank::board, i, (static_cast<std::uint64_t>(what) << alarm_bits) | number);
  }

  void check_board(DeviceIndex i, Check what, std::uint32_t number) {
    auto& device = state_.devices[i];
    switch (what) {
      case Check::radio:
        return check_radio({i, number == 1});
      case Check::battery:
        return rings(device.battery_alarm, number) ? check_battery(i) : void();
      case Check::thermal:
        return rings(device.thermal_alarm, number) ? check_thermal(i) : void();
      case Check::probe:
        return check_probe(i);
      case Check::benchmark:
        return check_benchmark(i);
    }
  }

  // Sets an alarm that is not set for as early a time already.
  void set_alarm(DeviceIndex i, Check what, Alarm& alarm, Seconds at) {
    if (!std::isfinite(at.value()) || (alarm.at && *alarm.at <= at)) return;
    alarm.at = at;
    alarm.number = (alarm.number + 1) & alarm_mask;
    kernel_->at(at, board_token(i, what, alarm.number));
  }

  // Whether it was the alarm's last timer. Others would each set one more, and be ever more.
  static bool rings(Alarm& alarm, std::uint32_t number) {
    if (alarm.number != number) return false;
    alarm.at.reset();
    return true;
  }

  void check_radio(RadioIndex radio) {
    const auto at = radio_at(radio).sleeps_at();
    auto& timer = state_.devices[radio.first].timer_of(radio.second);
    if (at && *at == timer) collect(radio_at(radio).sleep(now()));
    timer.reset();
    watch_radio(radio);
    update_power(radio.first);
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
    say_start(request);
    request.activity = kernel_->transfer(state_.edge->access, direction, step.size, completion_of(request));
  }

  // `left` was not sent.
  void leave_relay(const Request& request, Bytes left) {
    const auto direction = direction_of(request.current());
    state_.edge->relay(direction).work -= time_on(state_.edge->link, direction, left);
  }

  // ---- the end of a request ----

  [[nodiscard]] std::optional<Seconds> deadline_of(const Request& request) const {
    const auto& own = state_.streams[request.stream].client->deadline;
    return own ? own : system_.deadline;
  }

  // A result that is due at the deadline is in time, whatever the clock's last digits.
  [[nodiscard]] Outcome outcome_now(const Request& request) const {
    const auto deadline = deadline_of(request);
    const bool late = deadline && exceeds(now() - request.timeline.arrived, *deadline);
    return late ? Outcome::late : Outcome::completed;
  }

  [[nodiscard]] bool is_hopeless(const Request& request, const Itinerary& itinerary) const {
    const auto deadline = deadline_of(request);
    return deadline && exceeds(idle_latency(state_, request.device, itinerary), *deadline);
  }

  void end(Request& request, Outcome outcome, FailureReason reason = FailureReason::none) {
    request.timeline.ended = now();
    const bool arrived_back = outcome == Outcome::completed || outcome == Outcome::late;
    const Bytes up = arrived_back ? request.route->up : Bytes();
    const Bytes down = arrived_back ? request.route->down : Bytes();
    auto& stream = state_.streams[request.stream];
    auto& device = state_.devices[request.device];
    let_go_of_radio(request);
    const int bills = pay_for_tails(request);
    const events::Ended ended{
        now(), request.id, request.device,       outcome,   reason,       request.timeline,   request.energy,
        up,    down,       stream.request_class, bills > 0, request.plan, request.is_hopeless};
    if (bills > 0) awaiting_tails_.emplace(request.id.index, AwaitingTails{ended, bills});
    emit(ended);
    if (arrived_back) tell_planner(request);
    const auto number = request.stream;
    const bool took_time = now() > request.timeline.arrived;
    release_slot(request);
    last_end_ = now();
    if (--requests_left_ == 0) stop_own();
    if (took_time || device.first_request == no_slot) unpark(device);
    if (stream.arrivals) return;
    const Seconds ready = stream.thinks ? now() + stream.thinks->next() : now();
    if (outcome == Outcome::dropped && !took_time && ready == now() && device.first_request != no_slot) {
      ++stream.parked;
      device.has_parked = true;
      return;
    }
    schedule_next(number, ready);
  }

  // What belongs to no request ends with the last one.
  void stop_own() {
    if (probing_) stop_probes();
    if (measuring_) stop_benchmarks();
  }

  // Of a loop, once the device is on.
  void schedule_next(StreamIndex number, Seconds ready) {
    const auto& device = state_.devices[state_.streams[number].device];
    schedule_arrival(number, device.is_on || device.died ? ready : std::max(ready, device.off_until));
  }

  // A loop that does not think, and whose request was refused as it was made, would make all of its requests at that
  // instant. The next one comes when there may be room: when another request of the device has ended.
  void unpark(DeviceState& device) {
    if (!std::exchange(device.has_parked, false)) return;
    for (auto i = device.first_stream; i < device.first_stream + device.streams; ++i) {
      for (auto k = std::exchange(state_.streams[i].parked, 0); k > 0; --k) schedule_next(i, now());
    }
  }

  // ---- the world that moves ----

  void say_change(const events::Event& event) {
    emit(event);
    const auto* bandwidth = std::get_if<events::BandwidthChanged>(&event);
    using Link = events::BandwidthChanged::Link;
    const bool is_own = bandwidth != nullptr && (bandwidth->link == Link::device || bandwidth->link == Link::direct);
    if (is_own && state_.devices[bandwidth->device].battery) update_power(bandwidth->device);
    const auto* speed = std::get_if<events::SpeedChanged>(&event);
    if (speed == nullptr || speed->host != events::SpeedChanged::Host::device) return;
    planner_.heard_of_speed(speed->device, speed->processor, now());
    update_power(speed->device);
  }

  // ---- devices going off and on ----

  void change_state(DeviceIndex i, std::uint32_t change) {
    auto& device = state_.devices[i];
    if (device.died) return;
    const auto& period = device.client->off[change / 2];
    device.off_until = period.until;
    const auto& model = *device.client->device;
    change % 2 == 1 ? turn_on(i) : turn_off(i, FailureReason::device_off, model.off);
  }

  void turn_on(DeviceIndex i) {
    auto& device = state_.devices[i];
    device.is_on = true;
    set_base(i, EnergyMeter::Base::idle, device.client->device->idle);
  }

  void turn_off(DeviceIndex i, FailureReason reason, Watts power) {
    auto& device = state_.devices[i];
    device.is_on = false;
    fail_all(i, reason);
    planner_.unload(i);
    if (shipping_) shipping_->turn_off(i);
    device.ready = now();
    for (const bool is_direct : radios_of(i)) collect(radio_at({i, is_direct}).turn_off(now()));
    set_base(i, EnergyMeter::Base::off, power);
    if (shipping_) supply_others(i);  // what it did not bring them they bring themselves
  }

  void set_base(DeviceIndex i, EnergyMeter::Base base, Watts power) {
    auto& device = state_.devices[i];
    for (const auto& processor : device.processors) kernel_->set_on(processor.id, device.is_on);
    settle(i);
    device.meter.set_base(base, power, now());
    update_power(i);
  }

  [[nodiscard]] static FailureReason reason_to_fail(const DeviceState& device) {
    return device.died ? FailureReason::battery_empty : FailureReason::device_off;
  }

  void fail_all(DeviceIndex i, FailureReason reason) {
    std::vector<Request*> victims;
    for (const auto slot : under_way(state_.devices[i])) victims.push_back(&requests_[slot]);
    // Probes and benchmarks go first, and a message before the request that pays for it.
    std::ranges::sort(victims, {}, [](const Request* request) {
      return std::tuple(request->is_inference() || request->ships(), request->id.index, !request->ships());
    });
    for (auto* request : victims) abandon(*request);
    for (auto* request : victims) give_up(*request, reason);
    serve(state_.cloud);
    if (state_.edge) serve(state_.edge->pool);
  }

  void give_up(Request& request, FailureReason reason) {
    if (request.probes()) return leave_probe(request, false);
    if (request.measures()) return stop_benchmark(request);
    request.ships() ? leave_message(request) : end(request, Outcome::failed, reason);
  }

  // Stops what a request's activity does; returns the seconds of one core, or the bytes, that were left.
  double stop(const Request& request) { return request.is_due ? 0.0 : kernel_->cancel(request.activity); }

  // Takes a request out of wherever it is. What servers were doing for it is stopped, too.
  void abandon(Request& request) {
    if (request.phase == Phase::prepares) --state_.devices[request.device].preparing;
    if (request.phase == Phase::waits) return withdraw(request);
    if (request.phase == Phase::wakes) return leave_radio(request, request.current().size);
    if (request.phase != Phase::works) return;
    switch (request.current().part) {
      case Part::head:
        return leave_head(request, Seconds(stop(request)));
      case Part::upload:
      case Part::download:
        return leave_radio(request, Bytes(stop(request)));
      case Part::edge:
      case Part::tail:
        return stop_in(pool_of(request), request);
      case Part::relay:
      case Part::relay_back:
        return leave_relay(request, Bytes(stop(request)));
    }
  }

  void stop_in(Pool& pool, const Request& request) {
    if (pool.serving) return pool.serving->abandon(request.slot, now());
    pool.station.add_work(-Seconds(stop(request)));
    leave(pool, request);
  }

  void leave(Pool& pool, const Request& request) {
    pool.station.leave();
    if (tells_load()) pool.backlog.leave(request.current().work, request.started);
  }

  void withdraw(const Request& request) {
    const auto& step = request.current();
    if (step.part == Part::edge || step.part == Part::tail) {
      auto& pool = pool_of(request);
      if (pool.serving) return pool.serving->withdraw(request.slot, now());
      if (tells_load()) pool.backlog.withdraw(step.work);
      pool.station.withdraw(request.slot, now());
      return;
    }
    auto& station =
        step.part == Part::head ? head_station(request) : state_.devices[request.device].radio(direction_of(step));
    station.withdraw(request.slot, now());
  }

  // ---- power ----

  // Sets what the device draws from its state, so that nothing drifts by adding and taking away.
  void update_power(DeviceIndex i) {
    auto& device = state_.devices[i];
    settle(i);
    device.meter.set(Draw::compute, device.compute_power(), now());
    device.meter_processors(now());
    const auto radio = device.radio_draw();
    device.meter.set(Draw::transmit, radio.transmit, now());
    device.meter.set(Draw::receive, radio.receive, now());
    device.meter.set(Draw::promotion, radio.promotion, now());
    device.meter.set(Draw::tail, radio.tail, now());
    if (device.battery && !device.died) watch_battery(i);
    if (device.thermal) watch_thermal(i);
    if (power_log_) power_log_->touch(i);
  }

  // What the devices drew since the instant before `next`; with no time between, what they draw now.
  void tell_power(Seconds next) {
    if (!power_log_) return;
    const auto sending_of = [this, next](DeviceIndex i, Direction direction) -> std::optional<PowerLog::Sending> {
      const auto& slot = state_.devices[i].sends.at(kernel::index_of(direction));
      if (!slot) return std::nullopt;
      const Request& request = requests_[*slot];
      return PowerLog::Sending{slope_of(request), request.current().size, next > now_ ? sent_of(request) : Bytes()};
    };
    power_log_->tell(now_, next, state_, sending_of, [this](const events::PowerChanged& event) { emit(event); });
  }

  // The bytes of its transfer that have left.
  [[nodiscard]] Bytes sent_of(const Request& request) const {
    return request.current().size - (request.is_due ? Bytes() : kernel_->remaining(request.activity));
  }

  // What followed from the power since it last changed.
  void settle(DeviceIndex i) {
    auto& device = state_.devices[i];
    if (device.battery) draw_battery(i);
    if (device.thermal) device.thermal->draw(device.meter.power(), now());
  }

  void draw_battery(DeviceIndex i) {
    take_from_battery(i);
    report_charge(i);
  }

  // Takes out of the battery what was drawn since the last time: power x time, and the slopes of what was sent.
  void take_from_battery(DeviceIndex i) {
    auto& device = state_.devices[i];
    device.battery->draw(device.meter.power(), now());
    for (const auto& slot : device.sends) {
      if (!slot) continue;
      Request& request = requests_[*slot];
      const Bytes sent = sent_of(request);
      device.battery->take(slope_of(request) * (sent - request.charged));
      request.charged = sent;
    }
  }

  void report_charge(DeviceIndex i) {
    constexpr double step = 1e-3;
    const auto& device = state_.devices[i];
    if (std::abs(device.battery->share() - device.reported_charge) >= step) say_charge(i, device.battery->share());
  }

  void say_charge(DeviceIndex i, double share) {
    if (state_.devices[i].reported_charge == share) return;
    state_.devices[i].reported_charge = share;
    emit(events::ChargeChanged{now(), i, share});
  }

  [[nodiscard]] JoulesPerByte slope_of(const Request& request) const {
    const auto& link = link_of(*state_.devices[request.device].client, request.current());
    return direction_of(request.current()) == Direction::up ? link.transmit.slope : link.receive.slope;
  }

  // Looks at the battery again before it can be empty. What a transfer draws is known when it has an access of its own;
  // where others slow it down, this is too early, and then looks again, each time nearer to the end.
  void watch_battery(DeviceIndex i) {
    auto& device = state_.devices[i];
    const Watts load = most_drawn(device);
    const Seconds soon = now() + (now() + Seconds(1.0)) * 1e-11;  // later than the clock's rounding
    const Seconds at = device.battery->is_empty(load) ? now() : std::max(soon, device.battery->next_event(load));
    set_alarm(i, Check::battery, device.battery_alarm, at);
  }

  // With every transfer as fast as its link alone allows.
  [[nodiscard]] Watts most_drawn(const DeviceState& device) const {
    Watts load = device.meter.power();
    for (const auto& slot : device.sends) {
      if (!slot) continue;
      const Request& request = requests_[*slot];
      const auto& link = request.current().is_direct ? device.direct_link : device.link;
      load += slope_of(request) * link.width(direction_of(request.current()));
    }
    return load;
  }

  // The temperature rises and falls with the power, without the slopes of transfers.
  void watch_thermal(DeviceIndex i) {
    auto& device = state_.devices[i];
    set_alarm(i, Check::thermal, device.thermal_alarm, device.thermal->next_step(device.meter.power()));
  }

  void check_thermal(DeviceIndex i) {
    auto& device = state_.devices[i];
    settle(i);
    const Watts power = device.meter.power();
    const Seconds clock = (now() + Seconds(1.0)) * 1e-9;  // the crossing is as exact as the clock
    if (device.thermal->next_step(power) <= now() + clock) {
      device.thermal->step(power);
      planner_.heard_of_heat(i, now());
      change_pace(i);
    }
    update_power(i);
  }

  // Heads under way go on at the device's new pace.
  void change_pace(DeviceIndex i) {
    const auto& device = state_.devices[i];
    for (const auto slot : under_way(device)) {
      Request& request = requests_[slot];
      if (request.phase != Phase::works || request.is_due || request.current().part != Part::head) continue;
      const auto processor = request.route->processor;
      if (request.stretch == device.stretch(processor) && request.throttle == device.throttled_power()) continue;
      const Seconds left(kernel_->cancel(request.activity));
      pay_for_head(request, left);
      const Seconds work = left / request.stretch;
      take_pace(request);
      request.to_do = std::max(Seconds(1e-15), work * request.stretch);  // the last of it may be less than the clock
      request.activity = kernel_->compute(device.processors[processor].id, request.to_do, completion_of(request));
    }
  }

  void check_battery(DeviceIndex i) {
    auto& device = state_.devices[i];
    if (device.died) return;
    take_from_battery(i);
    if (!device.battery->is_empty(most_drawn(device))) {
      report_charge(i);
      return watch_battery(i);
    }
    device.died = now();  // what rounding left is not reported
    device.battery->drain();
    say_charge(i, 0.0);
    turn_off(i, FailureReason::battery_empty, Watts());
  }

  // ---- requests ----

  [[nodiscard]] Station& head_station(const Request& request) {
    return state_.devices[request.device].processors[request.route->processor].station;
  }

  // Makes references to other requests invalid.
  Request& take_slot(events::RequestId id, std::uint32_t stream, DeviceIndex device) {
    if (free_.empty()) {
      ensure(requests_.size() < (std::size_t{1} << slot_bits), "no more than 2^28 requests are under way at a time");
      free_.push_back(static_cast<std::uint32_t>(requests_.size()));
      requests_.emplace_back();
    }
    const auto slot = free_.back();
    free_.pop_back();
    auto& request = requests_[slot];
    request = Request{};
    request.slot = slot;
    request.id = id;
    request.stream = stream;
    request.device = static_cast<std::uint32_t>(device);
    auto& first = state_.devices[device].first_request;
    if (first != no_slot) requests_[first].previous = slot;
    request.next = first;
    first = slot;
    return request;
  }

  void release_slot(Request& request) {
    request.phase = Phase::none;
    if (request.next != no_slot) requests_[request.next].previous = request.previous;
    auto& before =
        request.previous == no_slot ? state_.devices[request.device].first_request : requests_[request.previous].next;
    before = request.next;
    free_.push_back(request.slot);
  }

  // The slots of a device's requests, in order.
  [[nodiscard]] std::vector<std::uint32_t> under_way(const DeviceState& device) const {
    std::vector<std::uint32_t> slots;
    for (auto slot = device.first_request; slot != no_slot; slot = requests_[slot].next) slots.push_back(slot);
    std::ranges::sort(slots);
    return slots;
  }

  const System& system_;
  events::Observer& observer_;
  std::unique_ptr<kernel::Kernel> kernel_;
  State state_;
  Planner planner_;
  Motion motion_;
  std::optional<PowerLog> power_log_;     // none: nobody follows it
  std::unique_ptr<Shipping> shipping_;    // none: all weights are where they are needed
  std::unique_ptr<Probing> probing_;      // none: nobody sends probes
  std::unique_ptr<Measuring> measuring_;  // none: nobody measures again
  std::array<Bytes, 2> shipped_;          // up and down
  std::vector<Request> requests_;         // slots, which are reused
  std::vector<std::uint32_t> free_;
  std::map<std::uint32_t, AwaitingTails> awaiting_tails_;  // by request: who had a radio's last byte, and has ended
  std::vector<Token> batch_;
  std::uint32_t next_id_ = 0;
  std::uint32_t own_id_ = std::numeric_limits<std::uint32_t>::max();  // of what belongs to no request: downwards
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
  constexpr bool is_metered = true;
  Simulation simulation(system, partitioner, observer, is_metered);
  simulation.run();
  independent = simulation.independent_energy();
}

}  // namespace edgecut::engine
