// The reference kernel: SimGrid without actors. Activities are started from maestro and report through the completion
// signal; timers and the end-of-instant hook live in one resource Model of ours, which runs on SimGrid's clock.
//
// SimGrid's loop at one instant is: advance the clock, update models (our timers fire), fire completions, ask every
// model for its next event, in the order in which the models were added. Being asked again is therefore the moment when
// all that was due at the instant has been reported: the batch is handed over there. Ours is the first model, so that
// SimGrid's own are asked after it and know of what the batch has started or set, in the same round. What it has cancelled
// holds its share until SimGrid takes it away, after the models: then a round of no time goes first.
#include <fmt/format.h>
#include <simgrid/plugins/energy.h>
#include <xbt/log.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <queue>
#include <simgrid/kernel/resource/Model.hpp>
#include <simgrid/s4u/Comm.hpp>
#include <simgrid/s4u/Engine.hpp>
#include <simgrid/s4u/Exec.hpp>
#include <simgrid/s4u/Host.hpp>
#include <simgrid/s4u/Link.hpp>
#include <simgrid/s4u/NetZone.hpp>
#include <string>
#include <utility>

#include "kernel/kernel.hpp"
#include "kernel/simgrid_engine.hpp"
#include "kernel/tie.hpp"
#include "units/ensure.hpp"

namespace edgecut::kernel {
namespace {

namespace sg4 = simgrid::s4u;

// Host speed in FLOP/s, so that seconds of work become amounts of the size SimGrid's tolerances expect.
constexpr double unit_speed = 1e9;

struct Timer {
  double time;
  Token token;
  friend bool operator>(const Timer& a, const Timer& b) { return a.time > b.time; }
};

class ReferenceKernel;

using Action = simgrid::kernel::resource::Action;

// One Exec or Comm in flight. Slots are reused.
struct Activity {
  ReferenceKernel* kernel = nullptr;
  sg4::ActivityPtr simgrid;  // null while the slot is free
  Token token;
  std::uint32_t index = 0;
  double per_unit = 1.0;     // SimGrid's amount for one unit of ours
  ProcessorId processor;     // of a computation
  Action* action = nullptr;  // of a flow, where bandwidths vary
  AccessId access;           // of a flow
  Direction direction = Direction::up;
  bool computes = false;
};

// A link in one direction. SimGrid knows no bandwidth of zero: the flows on a closed link are suspended instead.
struct Pipe {
  sg4::Link* link = nullptr;
  bool open = true;
};

// For each direction.
using Pipes = std::array<Pipe, 2>;

struct Station {
  sg4::Host* host = nullptr;
  Pipes pipes;
  bool behind_backhaul = true;
  std::optional<std::uint32_t> cell;
  double weight = 1.0;
};

class ReferenceKernel final : public Kernel {
 public:
  explicit ReferenceKernel(const Topology& topology);
  ~ReferenceKernel() override = default;

  [[nodiscard]] Choice choice() const override { return Choice::reference; }
  [[nodiscard]] Seconds now() const override { return Seconds(sg4::Engine::get_clock() - start_); }
  void at(Seconds time, Token token) override;
  ActivityId compute(ProcessorId processor, Seconds work, Token token) override;
  ActivityId transfer(AccessId access, Direction direction, Bytes size, Token token) override;
  double cancel(ActivityId id) override;
  [[nodiscard]] Bytes remaining(ActivityId id) override;
  void set_bandwidth(AccessId access, Direction direction, Bandwidth bandwidth) override;
  void set_backhaul_bandwidth(Direction direction, Bandwidth bandwidth) override;
  void set_speed(ProcessorId processor, double speed) override;
  void set_cell_bandwidth(std::uint32_t cell, Direction direction, Bandwidth bandwidth) override;
  void set_on(ProcessorId processor, bool on) override;
  void run(const Due& due) override;
  [[nodiscard]] std::optional<Joules> independent_energy(ProcessorId processor) const override;

 private:
  // Timers, and the hook at the end of an instant.
  class Clock final : public simgrid::kernel::resource::Model {
   public:
    explicit Clock(ReferenceKernel& kernel) : Model("edgecut_clock"), kernel_(kernel) {}
    double next_occurring_event(double now) override { return kernel_.next_event(now); }
    void update_actions_state(double now, double /*delta*/) override { kernel_.fire_timers(now); }

   private:
    ReferenceKernel& kernel_;
  };

  static void completed(const sg4::Activity& finished);

  void add_processors(const std::vector<Processor>& processors);
  void start_exec(Activity& activity, double flops);
  void add_star(const Topology& topology);
  Pipe make_pipe(const std::string& name, Bandwidth bandwidth);
  void make_backhaul(const Topology& topology, Direction direction, Bandwidth bandwidth);
  void add_station(const Access& access);
  [[nodiscard]] std::vector<sg4::LinkInRoute> links_of(const Station& station, Direction direction) const;
  [[nodiscard]] Action& action_of(const Activity& started);
  void let_vary(Activity& flow);
  [[nodiscard]] bool is_open(AccessId access, Direction direction) const;
  void set_pipe(Pipe& pipe, Direction direction, Bandwidth bandwidth);
  void suspend_or_resume_flows(Direction direction);
  double next_event(double now);
  void fire_timers(double now);
  void report(Token token) { due_now_.push_back(token); }
  Activity& take_slot(Token token, double per_unit);
  void release(Activity& activity);

  std::unique_ptr<sg4::Engine> engine_;
  sg4::NetZone* zone_ = nullptr;
  sg4::Host* cloud_ = nullptr;
  double start_ = 0.0;
  std::vector<sg4::Host*> processors_;
  std::vector<double> speeds_;  // of them
  std::vector<char> is_on_;
  std::vector<Station> stations_;
  struct Cell {
    Pipes pipes;
    std::optional<std::uint32_t> in;
  };
  std::vector<Cell> cells_;
  Pipes backhaul_;  // no link where there is none or where it can never bind
  bool bandwidths_vary_;
  bool is_metered_;
  bool has_cancelled_ = false;  // since the last round
  simgrid::kernel::resource::Model* network_ = nullptr;
  std::shared_ptr<Clock> clock_;
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
  std::vector<Token> due_now_;
  std::vector<Token> batch_;
  std::vector<sg4::ActivityPtr> finished_;  // kept until the instant is over: SimGrid still holds references
  std::vector<std::unique_ptr<Activity>> activities_;
  std::vector<std::uint32_t> free_;
  Due due_;
};

std::unique_ptr<sg4::Engine> make_metered_engine() {
  auto engine = make_engine();
  xbt_log_control_set("host_energy.thres:error");  // it warns of each host that only terminates flows
  sg_host_energy_plugin_init();
  return engine;
}

ReferenceKernel::ReferenceKernel(const Topology& topology)
    : engine_(topology.is_metered ? make_metered_engine() : make_engine()),
      bandwidths_vary_(topology.bandwidths_vary),
      is_metered_(topology.is_metered) {
  static const bool connected = [] {
    sg4::Activity::on_completion_cb(&ReferenceKernel::completed);
    return true;
  }();
  static_cast<void>(connected);
  start_ = sg4::Engine::get_clock();
  clock_ = std::make_shared<Clock>(*this);
  engine_->add_model(clock_);  // the first zone adds SimGrid's own
  zone_ = sg4::create_star_zone("edgecut");
  add_processors(topology.processors);
  add_star(topology);
  zone_->seal();
  network_ = *std::ranges::find(engine_->get_all_models(), "Network_CM02", &simgrid::kernel::resource::Model::get_name);
}

void ReferenceKernel::add_processors(const std::vector<Processor>& processors) {
  for (const auto& processor : processors) {
    auto* host = zone_->create_host(fmt::format("processor-{}", processors_.size()), unit_speed);
    host->set_core_count(processor.cores);
    if (is_metered_) {
      host->set_property("wattage_per_state",
                         fmt::format("{:.17g}:{:.17g}:{:.17g}", processor.idle.value(),
                                     (processor.idle + processor.base).value(), processor.busy.value()));
      host->set_property("wattage_off", fmt::format("{:.17g}", processor.off.value()));
    }
    processors_.push_back(host);
    speeds_.push_back(1.0);
    is_on_.push_back(1);
  }
}

void ReferenceKernel::add_star(const Topology& topology) {
  cloud_ = zone_->create_host("cloud", unit_speed);
  zone_->add_route(cloud_->get_netpoint(), nullptr, nullptr, nullptr, {}, true);
  if (topology.backhaul) {
    make_backhaul(topology, Direction::up, topology.backhaul->up);
    make_backhaul(topology, Direction::down, topology.backhaul->down);
  }
  for (const auto& cell : topology.cells) {
    const auto index = cells_.size();
    ensure(!cell.in || *cell.in < index, "a cell is in one that stands before it");
    cells_.push_back({{make_pipe(fmt::format("cell-up-{}", index), cell.up),
                       make_pipe(fmt::format("cell-down-{}", index), cell.down)},
                      cell.in});
  }
  for (const auto& access : topology.accesses) add_station(access);
}

Pipe ReferenceKernel::make_pipe(const std::string& name, Bandwidth bandwidth) {
  ensure(bandwidth > Bandwidth() || (bandwidths_vary_ && bandwidth == Bandwidth()), "a link has some bandwidth");
  const bool open = bandwidth > Bandwidth();
  return {zone_->create_link(name, open ? bandwidth.value() : 1.0), open};
}

// A common link couples every flow with every other and costs time in proportion, so it is left out where it can never
// bind.
void ReferenceKernel::make_backhaul(const Topology& topology, Direction direction, Bandwidth bandwidth) {
  Bandwidth all;
  for (const auto& access : topology.accesses) {
    if (access.behind_backhaul) all += direction == Direction::up ? access.up : access.down;
  }
  if (!bandwidths_vary_ && bandwidth >= all) return;
  const auto* name = direction == Direction::up ? "backhaul-up" : "backhaul-down";
  backhaul_[index_of(direction)] = make_pipe(name, bandwidth);
}

void ReferenceKernel::add_station(const Access& access) {
  const auto index = stations_.size();
  Station station;
  // Where nobody looks at a host's power any will do, and stays on.
  station.host = !is_metered_ && index < processors_.size()
                     ? processors_[index]
                     : zone_->create_host(fmt::format("station-{}", index), unit_speed);
  station.pipes = {make_pipe(fmt::format("up-{}", index), access.up),
                   make_pipe(fmt::format("down-{}", index), access.down)};
  station.behind_backhaul = access.behind_backhaul;
  station.cell = access.cell;
  station.weight = access.weight;
  auto* netpoint = station.host->get_netpoint();
  zone_->add_route(netpoint, nullptr, nullptr, nullptr, links_of(station, Direction::up), false);
  zone_->add_route(nullptr, netpoint, nullptr, nullptr, links_of(station, Direction::down), false);
  stations_.push_back(station);
}

std::vector<sg4::LinkInRoute> ReferenceKernel::links_of(const Station& station, Direction direction) const {
  std::vector<sg4::LinkInRoute> links{sg4::LinkInRoute(station.pipes[index_of(direction)].link)};
  for (auto cell = station.cell; cell; cell = cells_[*cell].in) {
    links.emplace_back(cells_.at(*cell).pipes[index_of(direction)].link);
  }
  auto* common = backhaul_[index_of(direction)].link;
  if (station.behind_backhaul && common != nullptr) links.emplace_back(common);
  return links;
}

void ReferenceKernel::at(Seconds time, Token token) {
  ensure(time >= now(), "a timer in the past");
  timers_.push({time.value(), token});
}

ActivityId ReferenceKernel::compute(ProcessorId processor, Seconds work, Token token) {
  ensure(work > Seconds(), "a computation takes some work");
  ensure(is_on_.at(processor.index) != 0, "a computation on a processor that is off");
  Activity& activity = take_slot(token, unit_speed / speeds_[processor.index]);
  activity.processor = processor;
  start_exec(activity, work.value() * activity.per_unit);
  return {activity.index};
}

void ReferenceKernel::start_exec(Activity& activity, double flops) {
  auto exec = sg4::Exec::init();
  exec->set_flops_amount(flops)->set_host(processors_[activity.processor.index]);
  exec->set_data(&activity);
  activity.simgrid = exec;
  activity.computes = true;
  exec->start();
}

// The host keeps its speed, which its account of energy goes by: work takes more FLOP instead, and what is under way
// starts again with what is left of it.
void ReferenceKernel::set_speed(ProcessorId processor, double speed) {
  ensure(speed > 0.0 && std::isfinite(speed), "a processor has some speed");
  const double change = speeds_.at(processor.index) / speed;
  if (change == 1.0) return;
  speeds_[processor.index] = speed;
  for (const auto& activity : activities_) {
    if (!activity->computes || activity->processor != processor) continue;
    const auto old = activity->simgrid;
    old->set_data(nullptr);
    finished_.push_back(old);
    activity->per_unit *= change;
    start_exec(*activity, old->get_remaining() * change);
    old->cancel();
    has_cancelled_ = true;
  }
}

ActivityId ReferenceKernel::transfer(AccessId access, Direction direction, Bytes size, Token token) {
  ensure(size > Bytes() && std::floor(size.value()) == size.value(), "a transfer moves whole bytes, and some");
  auto* station = stations_.at(access.index).host;
  Activity& activity = take_slot(token, 1.0);
  activity.access = access;
  activity.direction = direction;
  auto comm = sg4::Comm::sendto_init();
  comm->set_data(&activity);
  activity.simgrid = comm;
  comm->set_payload_size(static_cast<std::uint64_t>(size.value()));
  // The communication starts by itself once both ends are known.
  if (direction == Direction::up) {
    comm->set_source(station)->set_destination(cloud_);
  } else {
    comm->set_source(cloud_)->set_destination(station);
  }
  const double weight = stations_[access.index].weight;
  if (weight != 1.0) action_of(activity).set_sharing_penalty(1.0 / weight);
  if (bandwidths_vary_) let_vary(activity);
  return {activity.index};
}

// A Comm does not show its Action, but the one that was just started is the last of its model.
Action& ReferenceKernel::action_of(const Activity& started) {
  Action& action = network_->get_started_action_set()->back();
  ensure(action.get_activity() == started.simgrid->get_impl(), "the flow that was just started is the last one");
  return action;
}

// SimGrid gives a flow the least bandwidth on its way as a bound of its own when it starts, and a link that widens
// later does not lift it. Without that bound the links alone hold the flow, at their bandwidth of the moment.
void ReferenceKernel::let_vary(Activity& flow) {
  Action& action = action_of(flow);
  flow.action = &action;
  constexpr double none = -1.0;
  action.set_bound(none);
  if (!is_open(flow.access, flow.direction)) action.suspend();
}

bool ReferenceKernel::is_open(AccessId access, Direction direction) const {
  const auto& station = stations_[access.index];
  for (auto cell = station.cell; cell; cell = cells_[*cell].in) {
    if (!cells_[*cell].pipes[index_of(direction)].open) return false;
  }
  return station.pipes[index_of(direction)].open && (!station.behind_backhaul || backhaul_[index_of(direction)].open);
}

void ReferenceKernel::set_bandwidth(AccessId access, Direction direction, Bandwidth bandwidth) {
  set_pipe(stations_.at(access.index).pipes[index_of(direction)], direction, bandwidth);
}

void ReferenceKernel::set_backhaul_bandwidth(Direction direction, Bandwidth bandwidth) {
  set_pipe(backhaul_[index_of(direction)], direction, bandwidth);
}

void ReferenceKernel::set_cell_bandwidth(std::uint32_t cell, Direction direction, Bandwidth bandwidth) {
  set_pipe(cells_.at(cell).pipes[index_of(direction)], direction, bandwidth);
}

void ReferenceKernel::set_pipe(Pipe& pipe, Direction direction, Bandwidth bandwidth) {
  ensure(bandwidths_vary_, "bandwidths that vary are announced in the topology");
  ensure(pipe.link != nullptr, "a backhaul whose bandwidth is set is in the topology");
  ensure(bandwidth >= Bandwidth(), "a bandwidth is not negative");
  const bool open = bandwidth > Bandwidth();
  if (open) pipe.link->set_bandwidth(bandwidth.value());
  if (pipe.open == open) return;
  pipe.open = open;
  suspend_or_resume_flows(direction);
}

void ReferenceKernel::suspend_or_resume_flows(Direction direction) {
  for (const auto& activity : activities_) {
    if (activity->action == nullptr || activity->direction != direction) continue;
    const bool open = is_open(activity->access, activity->direction);
    if (open && activity->action->is_suspended()) activity->action->resume();
    if (!open && !activity->action->is_suspended()) activity->action->suspend();
  }
  // SimGrid solves anew only what it finds to have changed. It looks for that from a resumed flow's first link, but not
  // if that link had changed at this instant before, and would forget the backhaul and the cells: setting them makes them known.
  const auto make_known = [](sg4::Link* link) {
    if (link != nullptr) link->set_bandwidth(link->get_bandwidth());
  };
  make_known(backhaul_[index_of(direction)].link);
  for (const auto& cell : cells_) make_known(cell.pipes[index_of(direction)].link);
}

double ReferenceKernel::cancel(ActivityId id) {
  Activity& activity = *activities_.at(id.index);
  ensure(activity.simgrid != nullptr, "an activity is cancelled while it runs");
  const auto simgrid = activity.simgrid;
  const double left = simgrid->get_remaining() / activity.per_unit;
  simgrid->set_data(nullptr);  // its completion signals are of no interest
  release(activity);
  simgrid->cancel();
  has_cancelled_ = true;
  return left;
}

Bytes ReferenceKernel::remaining(ActivityId id) {
  const Activity& activity = *activities_.at(id.index);
  ensure(activity.simgrid != nullptr, "what is left is of a transfer under way");
  return Bytes(activity.simgrid->get_remaining() / activity.per_unit);
}

void ReferenceKernel::set_on(ProcessorId processor, bool on) {
  is_on_.at(processor.index) = on ? 1 : 0;
  if (!is_metered_) return;
  auto* host = processors_[processor.index];
  if (on) {
    host->turn_on();
  } else {
    host->turn_off();
  }
}

void ReferenceKernel::run(const Due& due) {
  due_ = due;
  engine_->run();
  ensure(std::ranges::all_of(activities_, [](const auto& a) { return a->simgrid == nullptr; }),
         "the simulation ended with an activity still running");
}

std::optional<Joules> ReferenceKernel::independent_energy(ProcessorId processor) const {
  if (!is_metered_) return std::nullopt;
  return Joules(sg_host_get_consumed_energy(processors_.at(processor.index)));
}

void ReferenceKernel::completed(const sg4::Activity& finished) {
  auto* activity = finished.get_data<Activity>();
  if (activity == nullptr) return;
  ensure(finished.get_state() == sg4::Activity::State::FINISHED, "an activity failed inside SimGrid");
  activity->kernel->report(activity->token);
  activity->kernel->release(*activity);
}

double ReferenceKernel::next_event(double now) {
  finished_.clear();
  if (!due_now_.empty()) {
    batch_.swap(due_now_);
    due_(batch_);
    batch_.clear();
    if (std::exchange(has_cancelled_, false)) return 0.0;
  }
  return timers_.empty() ? -1.0 : std::max(0.0, start_ + timers_.top().time - now);
}

void ReferenceKernel::fire_timers(double now) {
  while (!timers_.empty() && start_ + timers_.top().time <= now + tie(now)) {
    report(timers_.top().token);
    timers_.pop();
  }
}

Activity& ReferenceKernel::take_slot(Token token, double per_unit) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(activities_.size()));
    activities_.push_back(std::make_unique<Activity>());
    activities_.back()->index = free_.back();
    activities_.back()->kernel = this;
  }
  Activity& activity = *activities_[free_.back()];
  free_.pop_back();
  activity.token = token;
  activity.per_unit = per_unit;
  return activity;
}

void ReferenceKernel::release(Activity& activity) {
  finished_.push_back(std::move(activity.simgrid));
  activity.simgrid = nullptr;
  activity.action = nullptr;
  activity.computes = false;
  free_.push_back(activity.index);
}

}  // namespace

std::unique_ptr<Kernel> make_reference(const Topology& topology) {
  return std::make_unique<ReferenceKernel>(topology);
}

}  // namespace edgecut::kernel
