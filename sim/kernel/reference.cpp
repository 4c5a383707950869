// The reference kernel: SimGrid without actors. Activities are started from maestro and report through the completion
// signal; timers and the end-of-instant hook live in one resource Model of ours, which runs on SimGrid's clock.
//
// SimGrid's loop at one instant is: advance the clock, update models (our timers fire), fire completions, ask every
// model for its next event. Being asked again is therefore the moment when all that was due at the instant has been
// reported: the batch is handed over there, and a delta of zero makes SimGrid look once more at what that started.
#include <fmt/format.h>
#include <simgrid/plugins/energy.h>
#include <xbt/log.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <queue>
#include <simgrid/kernel/resource/Model.hpp>
#include <simgrid/s4u/Comm.hpp>
#include <simgrid/s4u/Engine.hpp>
#include <simgrid/s4u/Exec.hpp>
#include <simgrid/s4u/Host.hpp>
#include <simgrid/s4u/Link.hpp>
#include <simgrid/s4u/NetZone.hpp>
#include <string>

#include "kernel/kernel.hpp"
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

// One Exec or Comm in flight. Slots are reused.
struct Activity {
  ReferenceKernel* kernel = nullptr;
  sg4::ActivityPtr simgrid;  // null while the slot is free
  Token token;
  std::uint32_t index = 0;
  double per_unit = 1.0;  // SimGrid's amount for one unit of ours
};

class ReferenceKernel final : public Kernel {
 public:
  explicit ReferenceKernel(const Topology& topology);
  ~ReferenceKernel() override = default;

  [[nodiscard]] Seconds now() const override { return Seconds(sg4::Engine::get_clock() - start_); }
  void at(Seconds time, Token token) override;
  ActivityId compute(ProcessorId processor, Seconds work, Token token) override;
  ActivityId transfer(AccessId access, Direction direction, Bytes size, Token token) override;
  double cancel(ActivityId id) override;
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
  void add_star(const Topology& topology);
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
  std::vector<sg4::Host*> stations_;
  std::shared_ptr<Clock> clock_;
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
  std::vector<Token> due_now_;
  std::vector<Token> batch_;
  std::vector<sg4::ActivityPtr> finished_;  // kept until the instant is over: SimGrid still holds references
  std::vector<std::unique_ptr<Activity>> activities_;
  std::vector<std::uint32_t> free_;
  Due due_;
};

// Settings and signals that SimGrid keeps per process.
void configure() {
  static const bool once = [] {
    sg4::Engine::set_config("network/model:CM02");
    sg4::Engine::set_config("network/crosstraffic:0");
    sg4::Engine::set_config("surf/precision:1e-12");
    return true;
  }();
  static_cast<void>(once);
}

std::unique_ptr<sg4::Engine> make_engine() {
  xbt_log_control_set("root.thres:warning");
  xbt_log_control_set("host_energy.thres:error");  // it warns of each host that only terminates flows
  // SimGrid wants writable arguments.
  static std::string name = "edgecut";
  static std::array<char*, 2> arguments{name.data(), nullptr};
  int count = 1;
  auto engine = std::make_unique<sg4::Engine>(&count, arguments.data());
  configure();
  sg_host_energy_plugin_init();
  return engine;
}

ReferenceKernel::ReferenceKernel(const Topology& topology) : engine_(make_engine()) {
  static const bool connected = [] {
    sg4::Activity::on_completion_cb(&ReferenceKernel::completed);
    return true;
  }();
  static_cast<void>(connected);
  start_ = sg4::Engine::get_clock();
  zone_ = sg4::create_star_zone("edgecut");
  add_processors(topology.processors);
  add_star(topology);
  zone_->seal();
  clock_ = std::make_shared<Clock>(*this);
  engine_->add_model(clock_);
}

void ReferenceKernel::add_processors(const std::vector<Processor>& processors) {
  for (const auto& processor : processors) {
    auto* host = zone_->create_host(fmt::format("processor-{}", processors_.size()), unit_speed);
    host->set_core_count(processor.cores);
    host->set_property("wattage_per_state",
                       fmt::format("{:.17g}:{:.17g}", processor.idle.value(), processor.busy.value()));
    host->set_property("wattage_off", fmt::format("{:.17g}", processor.off.value()));
    processors_.push_back(host);
  }
}

void ReferenceKernel::add_star(const Topology& topology) {
  cloud_ = zone_->create_host("cloud", unit_speed);
  zone_->add_route(cloud_->get_netpoint(), nullptr, nullptr, nullptr, {}, true);
  // A common link couples every flow with every other and costs time in proportion, so it is left out where it can
  // never bind.
  Bandwidth all_up;
  Bandwidth all_down;
  for (const auto& access : topology.accesses) {
    all_up += access.up;
    all_down += access.down;
  }
  std::vector<sg4::LinkInRoute> common_up;
  std::vector<sg4::LinkInRoute> common_down;
  if (topology.backhaul && topology.backhaul->up < all_up) {
    common_up.emplace_back(zone_->create_link("backhaul-up", topology.backhaul->up.value()));
  }
  if (topology.backhaul && topology.backhaul->down < all_down) {
    common_down.emplace_back(zone_->create_link("backhaul-down", topology.backhaul->down.value()));
  }
  for (const auto& access : topology.accesses) {
    const auto index = stations_.size();
    auto* station = zone_->create_host(fmt::format("station-{}", index), unit_speed);
    std::vector<sg4::LinkInRoute> up{
        sg4::LinkInRoute(zone_->create_link(fmt::format("up-{}", index), access.up.value()))};
    std::vector<sg4::LinkInRoute> down{
        sg4::LinkInRoute(zone_->create_link(fmt::format("down-{}", index), access.down.value()))};
    up.insert(up.end(), common_up.begin(), common_up.end());
    down.insert(down.end(), common_down.begin(), common_down.end());
    zone_->add_route(station->get_netpoint(), nullptr, nullptr, nullptr, up, false);
    zone_->add_route(nullptr, station->get_netpoint(), nullptr, nullptr, down, false);
    stations_.push_back(station);
  }
}

void ReferenceKernel::at(Seconds time, Token token) {
  ensure(time >= now(), "a timer in the past");
  timers_.push({time.value(), token});
}

ActivityId ReferenceKernel::compute(ProcessorId processor, Seconds work, Token token) {
  ensure(work > Seconds(), "a computation takes some work");
  auto* host = processors_.at(processor.index);
  ensure(host->is_on(), "a computation on a processor that is off");
  Activity& activity = take_slot(token, unit_speed);
  auto exec = sg4::Exec::init();
  exec->set_flops_amount(work.value() * unit_speed)->set_host(host);
  exec->set_data(&activity);
  activity.simgrid = exec;
  exec->start();
  return {activity.index};
}

ActivityId ReferenceKernel::transfer(AccessId access, Direction direction, Bytes size, Token token) {
  ensure(size > Bytes() && std::floor(size.value()) == size.value(), "a transfer moves whole bytes, and some");
  auto* station = stations_.at(access.index);
  Activity& activity = take_slot(token, 1.0);
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
  return {activity.index};
}

double ReferenceKernel::cancel(ActivityId id) {
  Activity& activity = *activities_.at(id.index);
  ensure(activity.simgrid != nullptr, "an activity is cancelled while it runs");
  const auto simgrid = activity.simgrid;
  const double left = simgrid->get_remaining() / activity.per_unit;
  simgrid->set_data(nullptr);  // its completion signals are of no interest
  release(activity);
  simgrid->cancel();
  return left;
}

void ReferenceKernel::set_on(ProcessorId processor, bool on) {
  auto* host = processors_.at(processor.index);
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
    return 0.0;
  }
  return timers_.empty() ? -1.0 : std::max(0.0, start_ + timers_.top().time - now);
}

void ReferenceKernel::fire_timers(double now) {
  // The sum `clock + delta` may fall short of the timer's time by a rounding error of either.
  const double tolerance = 4.0 * std::numeric_limits<double>::epsilon() * now;
  while (!timers_.empty() && start_ + timers_.top().time <= now + tolerance) {
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
  free_.push_back(activity.index);
}

}  // namespace

std::unique_ptr<Kernel> make_reference(const Topology& topology) {
  return std::make_unique<ReferenceKernel>(topology);
}

}  // namespace edgecut::kernel
