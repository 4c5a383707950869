#include "engine/planner.hpp"

#include <algorithm>
#include <cmath>

#include "engine/motion.hpp"

namespace edgecut::engine {
namespace {

using belief::Awareness;
using belief::Conditions;
using kernel::Direction;

// Beliefs that are kept. Who has more than these in a run cuts anew for those that come again.
constexpr std::size_t most_beliefs = 20'000;
// A wait of a tenth of a millisecond is none.
constexpr double least_wait = 1e-4;

double period_of(Seconds time, Seconds period) {
  return std::floor(time / period * (1.0 + 1e-12));
}

}  // namespace

const Route& Itinerary::route_for(double draw) const {
  std::size_t exit = 0;
  double sum = 0.0;
  for (std::size_t k = 0; k < rates.size(); ++k) {
    if (rates[k] == 0.0) continue;
    exit = k;  // the last one, where the rates' sum is rounded to less than 1
    sum += rates[k];
    if (draw < sum) break;
  }
  return routes[exit];
}

Planner::Estimates::Estimates(const belief::EstimatorOptions& options, const Conditions& prior)
    : up(options, prior.up),
      down(options, prior.down),
      direct_up(options, prior.direct_up),
      direct_down(options, prior.direct_down) {}

Planner::Planner(const System& system, const partition::Partitioner& partitioner, const State& state,
                 std::function<Waits()> waits)
    : system_(system),
      partitioner_(partitioner),
      state_(state),
      waits_(std::move(waits)),
      sees_bandwidth_(system.awareness.bandwidth == Awareness::Bandwidth::exact && bandwidths_move(system)),
      sees_speeds_(system.awareness.speeds && moves(system)),
      sees_availability_(system.awareness.availability.has_value()),
      sees_anything_(sees_bandwidth_ || sees_availability_ || sees_speeds_ || system.awareness.server_load ||
                     system.awareness.measures || system.awareness.temperature || system.awareness.battery ||
                     system.awareness.bandwidth == Awareness::Bandwidth::estimate),
      choosers_(state.streams.size()),
      plans_(system.clients.size()) {
  decisions_.made.resize(system.clients.size());
}

void Planner::start() {
  if (sees_availability_) {
    for (const auto& device : state_.devices) {
      auto& reports = system_reports_.emplace_back();
      for (const auto& processor : device.processors) reports.free.emplace_back(processor.speed.now);
      reports.clock = belief::Reported(device.thermal ? device.thermal->clock() : 1.0);
    }
  }
  for (StreamIndex i = 0; i < choosers_.size(); ++i) {
    auto& chooser = choosers_[i];
    const auto& problem = *client_of(i).problem;
    const auto conditions = belief::conditions_of(problem);
    chooser.belief = belief_in(i, conditions);
    if (system_.awareness.bandwidth == Awareness::Bandwidth::estimate) {
      chooser.estimates = std::make_unique<Estimates>(system_.awareness.estimator, conditions);
    }
    if (sees_anything_) look(i, Seconds());
    if (system_.awareness.decide != Awareness::Decide::per_request && !partitioner_of(i).is_stateful()) {
      count_decision(i);
    }
  }
}

// Whether the device decides anew for the request of this instant, be there news or not. One that learns does for each.
bool Planner::is_due(StreamIndex stream, Seconds now) const {
  const auto& awareness = system_.awareness;
  if (awareness.decide == Awareness::Decide::per_request || partitioner_of(stream).is_stateful()) return true;
  if (awareness.measures) return choosers_[stream].has_news;
  return awareness.decide == Awareness::Decide::periodically &&
         period_of(now, awareness.period) != period_of(choosers_[stream].decided, awareness.period);
}

bool Planner::looks_again(const Chooser& chooser, Seconds now) const {
  const auto& awareness = system_.awareness;
  if (!sees_anything_ || awareness.decide == Awareness::Decide::at_start) return false;
  if (awareness.measures) return chooser.has_news;
  if (awareness.decide == Awareness::Decide::periodically) {
    if (period_of(now, awareness.period) == period_of(chooser.looked, awareness.period)) return false;
  }
  return awareness.server_load || awareness.forget || awareness.battery || sees_availability_ || chooser.has_news ||
         chooser.changes != state_.changes;
}

void Planner::look(StreamIndex stream, Seconds now) {
  auto& chooser = choosers_[stream];
  chooser.looked = now;
  chooser.changes = state_.changes;
  chooser.has_news = false;
  const auto conditions = seen_by(stream, now);
  if (conditions == chooser.belief->conditions && chooser.belief->base == &base_of(stream)) return;
  chooser.belief = belief_in(stream, conditions);
  chooser.settled.reset();
}

const plan::Problem& Planner::base_of(StreamIndex stream) const {
  const auto& measured = choosers_[stream].measured;
  return measured ? *measured->problem : *client_of(stream).problem;
}

const plan::Problem& Planner::remeasured(StreamIndex stream, std::size_t number) {
  auto& problem = remeasured_[{client_number(stream), number}];
  if (!problem) problem = std::make_unique<const plan::Problem>(client_of(stream).remeasuring->believe(number));
  return *problem;
}

void Planner::measured(StreamIndex stream, const Findings& findings, Seconds now) {
  auto& chooser = choosers_[stream];
  const auto number = chooser.measured ? chooser.measured->number + 1 : 1;
  chooser.measured = std::make_unique<Measured>(Measured{number, &remeasured(stream, number), findings, {}});
  chooser.measured->seen = seen_besides(stream, now);
  chooser.has_news = true;
}

// What was measured, and what has changed since of what it sees besides.
Conditions Planner::seen_by(StreamIndex stream, Seconds now) {
  auto conditions = seen_besides(stream, now);
  const auto& measured = choosers_[stream].measured;
  if (!measured) return conditions;
  const auto& [number, problem, found, then] = *measured;
  for (std::size_t p = 0; p < conditions.speeds.size(); ++p) {
    conditions.speeds[p] *= found.speeds[p] / then.speeds[p];
  }
  conditions.cloud_speed *= found.cloud_speed / then.cloud_speed;
  conditions.edge_speed *= found.edge_speed / then.edge_speed;
  conditions.heat *= found.heat / then.heat;
  return conditions;
}

Conditions Planner::seen_besides(StreamIndex stream, Seconds now) {
  const auto& awareness = system_.awareness;
  auto conditions = belief::conditions_of(base_of(stream));
  if (sees_bandwidth_) see_bandwidths(stream, conditions);
  if (choosers_[stream].estimates) estimate_bandwidths(choosers_[stream], now, conditions);
  if (sees_speeds_) see_speeds(stream, conditions);
  if (awareness.temperature) see_temperature(stream, conditions);
  if (sees_availability_) see_availability(stream, now, conditions);
  if (awareness.battery) see_battery(stream, now, conditions);
  if (!awareness.server_load) return conditions;
  if (awareness.report) {
    see_report(stream, now, conditions);
    return conditions;
  }
  if (!waits_seen_ || now - *waits_seen_ >= awareness.load_age) {
    known_waits_ = waits_();
    waits_seen_ = now;
  }
  expect_waits(known_waits_, conditions);
  return conditions;
}

void Planner::expect_waits(const Waits& waits, Conditions& conditions) const {
  conditions.cloud_wait = Seconds(belief::coarse(waits.cloud.value(), least_wait));
  if (system_.edge) conditions.edge_wait = Seconds(belief::coarse(waits.edge.value(), least_wait));
}

void Planner::see_bandwidths(StreamIndex stream, Conditions& conditions) const {
  const auto& state = device_of(stream);
  conditions.up = state.link.up;
  conditions.down = state.link.down;
  state_.limit(client_of(stream), conditions.up, conditions.down);
  if (client_of(stream).direct) {
    conditions.direct_up = state.direct_link.up;
    conditions.direct_down = state.direct_link.down;
  }
  if (!state_.edge) return;
  conditions.relay_up = state_.edge->moving.up;
  conditions.relay_down = state_.edge->moving.down;
}

void Planner::estimate_bandwidths(Chooser& chooser, Seconds now, Conditions& conditions) const {
  const auto& forget = system_.awareness.forget;
  auto& estimates = *chooser.estimates;
  if (forget && estimates.last && now - *estimates.last > *forget) {
    estimates = Estimates(system_.awareness.estimator, conditions);
  }
  if (!estimates.last) return;  // as it was believed before, to the last digit
  const auto coarse = [](const belief::BandwidthEstimator& estimator) {
    return Bandwidth(belief::coarse(estimator.estimate().value()));
  };
  conditions.up = coarse(estimates.up);
  conditions.down = coarse(estimates.down);
  conditions.direct_up = coarse(estimates.direct_up);
  conditions.direct_down = coarse(estimates.direct_down);
}

void Planner::see_speeds(StreamIndex stream, Conditions& conditions) const {
  const auto& listed = client_of(stream).processors;
  for (std::size_t p = 0; p < listed.size(); ++p) {
    conditions.speeds[p] = device_of(stream).processors[listed[p]].speed.now;
  }
  conditions.cloud_speed = state_.cloud.speed.now;
  if (state_.edge) conditions.edge_speed = state_.edge->pool.speed.now;
}

void Planner::see_temperature(StreamIndex stream, Conditions& conditions) const {
  const auto& thermal = device_of(stream).thermal;
  if (!thermal) return;
  for (auto& speed : conditions.speeds) speed *= thermal->speed();
  conditions.heat = thermal->power() / thermal->speed();
}

// A mean over a window moves with the clock: to 1 %, so that beliefs come again.
void Planner::see_availability(StreamIndex stream, Seconds now, Conditions& conditions) const {
  const auto& reading = *system_.awareness.availability;
  const auto& reports = system_reports_[state_.streams[stream].device];
  const Seconds then = now - reading.age;
  const double clock = system_.awareness.temperature ? 1.0 : reports.clock.at(then);  // else it is known better
  const auto& listed = client_of(stream).processors;
  for (std::size_t p = 0; p < listed.size(); ++p) {
    const double free = reports.free[listed[p]].mean(then, reading.window);
    conditions.speeds[p] *= clock * (free == 1.0 ? 1.0 : belief::coarse(free));
  }
  conditions.heat /= clock;  // the same power for longer
}

// Servers say how long one waits for a turn there and what others leave of them. Nobody knows more, or sooner.
void Planner::see_report(StreamIndex stream, Seconds now, Conditions& conditions) {
  const auto& service = *system_.awareness.report;
  auto& chooser = choosers_[stream];
  const auto arrive = [&] {
    if (!chooser.coming || chooser.coming->arrives > now) return;
    chooser.report = chooser.coming;
    chooser.coming.reset();
  };
  arrive();
  const auto last = chooser.coming ? chooser.coming : chooser.report;
  if (!last || now - last->taken >= service.every) {
    const int servers = system_.edge ? 2 : 1;
    const Bytes size = service.size * servers;
    const auto& link = client_of(stream).link;
    Report report{now, now + 0.5 * link.rtt + size / link.downlink, waits_(), state_.cloud.speed.now, 1.0};
    if (state_.edge) report.edge_speed = state_.edge->pool.speed.now;
    if (!last) report.arrives = now;  // one is there when the run begins
    chooser.coming = report;
    decisions_.reported += size;
    arrive();
  }
  if (!chooser.report) return;
  const auto& report = *chooser.report;
  expect_waits(report.waits, conditions);
  if (report.cloud_speed != 1.0) conditions.cloud_speed = belief::coarse(report.cloud_speed);
  if (report.edge_speed != 1.0) conditions.edge_speed = belief::coarse(report.edge_speed);
}

// What is left, spread over what is left of the lifetime; harvest is taken as its mean over all of it.
void Planner::see_battery(StreamIndex stream, Seconds now, Conditions& conditions) const {
  const auto& client = client_of(stream);
  const auto& battery = device_of(stream).battery;
  if (!client.lifetime || !battery) return;
  conditions.energy = client.lifetime->otherwise;
  if (now >= client.lifetime->until) return;
  const Watts power =
      battery->charge() / (client.lifetime->until - now) + client.device->battery->harvest.mean(client.lifetime->until);
  const Joules left = std::max(Watts(), power - client.device->idle) * client.lifetime->period;
  const Joules limit(belief::coarse(left.value()));
  conditions.energy = std::min(conditions.energy.value_or(limit), limit);
}

std::shared_ptr<Planner::Belief> Planner::belief_in(StreamIndex stream, const Conditions& conditions) {
  const auto& base = base_of(stream);
  const auto& partitioner = partitioner_of(stream);
  const Key key{&base, &partitioner, conditions};
  if (const auto known = beliefs_.find(key); known != beliefs_.end()) return known->second;
  if (beliefs_.size() >= most_beliefs) beliefs_.clear();
  auto belief = std::make_shared<Belief>();
  belief->partitioner = &partitioner;
  belief->base = &base;
  belief->conditions = conditions;
  if (conditions == belief::conditions_of(base)) {
    belief->problem = &base;
  } else {
    belief->own = std::make_unique<const plan::Problem>(belief::under(base, conditions));
    belief->problem = belief->own.get();
  }
  beliefs_.emplace(key, belief);
  return belief;
}

const partition::Decision& Planner::decide(Belief& belief, const plan::Problem& problem) {
  auto& decision = belief.decisions[problem.objective];
  if (decision == nullptr) {
    ++decisions_.cuts_made;
    decision = std::make_unique<const partition::Decision>(belief.partitioner->partition(problem));
  }
  return *decision;
}

Choice Planner::choose(StreamIndex stream, Seconds now) {
  auto& chooser = choosers_[stream];
  if (is_due(stream, now)) {
    chooser.decided = now;
    count_decision(stream);
  }
  if (looks_again(chooser, now)) look(stream, now);
  if (partitioner_of(stream).is_stateful()) return choice_of(stream, ask_session(stream, now));
  if (chooser.settled && chooser.is_loaded) return *chooser.settled;
  auto choice = choice_of(stream, decide(*chooser.belief, *chooser.belief->problem));
  chooser.settled = {choice.itinerary, Seconds(), false};
  return choice;
}

partition::Decision Planner::ask_session(StreamIndex stream, Seconds now) {
  auto& chooser = choosers_[stream];
  auto& belief = *chooser.belief;
  if (chooser.session == nullptr) chooser.session = partitioner_of(stream).start(system_.seed + stream);
  has_sessions_ = true;
  partition::Situation situation{now, device_of(stream).waiting(), {}};
  situation.afresh = [this, &belief](const plan::Problem& problem) -> const partition::Decision& {
    return decide(belief, problem);
  };
  return chooser.session->partition(*belief.problem, situation);
}

Choice Planner::choice_of(StreamIndex stream, const partition::Decision& decision) {
  if (!decision.plan) return {};
  auto& chooser = choosers_[stream];
  Choice choice{&itinerary_of(stream, *decision.plan), decision.switching, false};
  choice.is_change = chooser.current != nullptr && chooser.current != choice.itinerary;
  if (choice.is_change) ++decisions_.plan_changes;
  chooser.current = choice.itinerary;
  choice.pause += loading(stream, *choice.itinerary->plan);
  decisions_.pauses += choice.pause;
  return choice;
}

// Weights of the new head that are not in memory yet come from storage; what it does without is dropped.
Seconds Planner::loading(StreamIndex stream, const plan::Plan& plan) {
  auto& chooser = choosers_[stream];
  const auto* old = chooser.is_loaded ? chooser.loaded : nullptr;
  chooser.loaded = &plan;
  chooser.is_loaded = true;
  if (!system_.model_storage || old == &plan) return {};
  const bool same_place = old != nullptr && old->processor == plan.processor && old->encoding == plan.encoding;
  const auto& client = client_of(stream);
  Bytes missing;
  for (dnn::LayerIndex v = 0; v < client.network->size(); ++v) {
    if (plan.on_device[v] && !(same_place && old->on_device[v])) missing += client.network->layer(v).weights;
  }
  const auto& encodings = client.problem->encodings;
  if (!encodings.empty()) missing *= encodings[plan.encoding].head_ratio;
  return missing / *system_.model_storage;
}

void Planner::unload(events::DeviceIndex device) {
  const auto& state = state_.devices[device];
  for (std::uint32_t k = 0; k < state.streams; ++k) choosers_[state.first_stream + k].is_loaded = false;
}

void Planner::heard_of_speed(events::DeviceIndex device, std::size_t processor, Seconds now) {
  if (!sees_availability_) return;
  const auto& reading = *system_.awareness.availability;
  auto& free = system_reports_[device].free[processor];
  free.set(now, state_.devices[device].processors[processor].speed.now);
  free.forget(now - reading.age - reading.window);
}

void Planner::heard_of_heat(events::DeviceIndex device, Seconds now) {
  const auto& state = state_.devices[device];
  if (sees_availability_) {
    auto& clock = system_reports_[device].clock;
    clock.set(now, state.thermal->clock());
    clock.forget(now - system_.awareness.availability->age);
  }
  if (!system_.awareness.temperature) return;
  for (std::uint32_t k = 0; k < state.streams; ++k) choosers_[state.first_stream + k].has_news = true;
}

void Planner::saw(events::DeviceIndex device, const Step& step, Seconds time, Seconds now) {
  if (system_.awareness.bandwidth != Awareness::Bandwidth::estimate) return;
  const auto& state = state_.devices[device];
  for (std::uint32_t k = 0; k < state.streams; ++k) observe(choosers_[state.first_stream + k], step, time, now);
}

void Planner::observe(Chooser& chooser, const Step& step, Seconds time, Seconds now) {
  auto& seen = *chooser.estimates;
  const bool up = direction_of(step) == Direction::up;
  auto& estimator = step.is_direct ? (up ? seen.direct_up : seen.direct_down) : (up ? seen.up : seen.down);
  estimator.observe(step.size, time);
  seen.last = now;
  chooser.has_news = true;
}

void Planner::tell(StreamIndex stream, const partition::Outcome& outcome) {
  if (has_sessions_ && choosers_[stream].session != nullptr) choosers_[stream].session->observe(outcome);
}

const Itinerary& Planner::itinerary_of(StreamIndex stream, const plan::Plan& plan) {
  const auto* current = choosers_[stream].current;
  if (current != nullptr && *current->plan == plan) return *current;
  const auto& client = client_of(stream);
  auto& plans = plans_[client_number(stream)];
  const auto known =
      std::ranges::find(plans, plan, [](const auto& chosen) -> const plan::Plan& { return chosen->plan; });
  if (known != plans.end()) return (*known)->itinerary;
  static_cast<void>(plan::evaluate(*client.problem, plan));  // checks that the plan fits the problem
  auto& chosen = *plans.emplace_back(std::make_unique<Chosen>(Chosen{plan, {}}));
  auto& itinerary = chosen.itinerary;
  itinerary.plan = &chosen.plan;
  itinerary.rates = client.network->exit_policies()[plan.exit_policy].rates;
  for (std::size_t exit = 0; exit < itinerary.rates.size(); ++exit) {
    itinerary.routes.push_back(itinerary.rates[exit] > 0.0 ? make_route(client, system_.edge, plan, exit) : Route{});
  }
  return itinerary;
}

}  // namespace edgecut::engine
