// The express kernel: one resource Model of ours on SimGrid's clock, which holds all events; at each instant it gathers
// everything that is due and hands it on.
//
// SimGrid's loop asks it for the next event, advances the clock and lets it act. There is nothing else on that clock: no
// Exec, no Comm, no Timer. So each time that it may act it plays a stride of instants, and the clock follows to the last
// of them; with a stride of one the loop would take as long as all the rest. Times are the model's own. SimGrid adds up
// the differences between them, which may differ in the last digit.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <simgrid/kernel/resource/Model.hpp>
#include <simgrid/s4u/NetZone.hpp>

#include "kernel/fair_link.hpp"
#include "kernel/heap.hpp"
#include "kernel/job.hpp"
#include "kernel/kernel.hpp"
#include "kernel/shared_processor.hpp"
#include "kernel/simgrid_engine.hpp"
#include "units/ensure.hpp"

namespace edgecut::kernel {
namespace {

namespace sg4 = simgrid::s4u;

constexpr double never = std::numeric_limits<double>::infinity();
constexpr int stride = 256;

class ExpressKernel final : public Kernel {
 public:
  explicit ExpressKernel(const Topology& topology);

  [[nodiscard]] Choice choice() const override { return Choice::express; }
  [[nodiscard]] Seconds now() const override { return Seconds(now_); }
  void at(Seconds time, Token token) override;
  ActivityId compute(ProcessorId processor, Seconds work, Token token) override;
  ActivityId transfer(AccessId access, Direction direction, Bytes size, Token token) override;
  double cancel(ActivityId activity) override;
  [[nodiscard]] Bytes remaining(ActivityId transfer) override;
  void set_bandwidth(AccessId access, Direction direction, Bandwidth bandwidth) override;
  void set_backhaul_bandwidth(Direction direction, Bandwidth bandwidth) override;
  void set_cell_bandwidth(std::uint32_t /*cell*/, Direction /*direction*/, Bandwidth /*bandwidth*/) override {
    throw InternalError("the express kernel knows no cells");
  }
  void set_speed(ProcessorId processor, double speed) override;
  void set_on(ProcessorId processor, bool on) override;
  void run(const Due& due) override;
  [[nodiscard]] std::optional<Joules> independent_energy(ProcessorId /*processor*/) const override {
    return std::nullopt;
  }

 private:
  class Events final : public simgrid::kernel::resource::Model {
   public:
    explicit Events(ExpressKernel& kernel) : Model("edgecut_events"), kernel_(kernel) {}
    double next_occurring_event(double clock) override { return kernel_.next_event(clock); }
    void update_actions_state(double clock, double /*delta*/) override { kernel_.reach(clock); }

   private:
    ExpressKernel& kernel_;
  };

  // Where an access of the topology is.
  struct AccessOf {
    std::uint32_t number;  // in its links
    bool behind_backhaul;
  };

  void add_links(const Topology& topology);
  [[nodiscard]] std::uint8_t link_of(AccessId access, Direction direction) const;
  void check_bandwidth(Bandwidth bandwidth) const;
  [[nodiscard]] double next_instant();
  double next_event(double clock);
  void reach(double clock);
  void gather();
  void gather_flows(FairLink& link);
  double stop(std::uint32_t job);
  void schedule(std::uint32_t processor, bool was_idle);
  std::uint32_t take_slot(Job::State state, std::uint32_t server, Token token);
  void report(std::uint32_t job);
  void release(std::uint32_t job);

  std::unique_ptr<sg4::Engine> engine_;
  double start_ = 0.0;  // SimGrid's clock at our time zero
  double now_ = 0.0;
  double told_ = 0.0;  // what SimGrid's clock was last told to advance to, on ours
  bool is_running_ = false;
  Due due_;

  Jobs jobs_;
  std::vector<std::uint32_t> free_;
  Heap<Token> timers_;
  std::vector<SharedProcessor> processors_;
  Heap<std::uint32_t> working_;        // processors by the end of their next computation
  std::vector<std::uint32_t> places_;  // of processors there
  std::array<FairLink, 4> links_;      // over the backhaul up and down, and apart from it
  std::vector<AccessOf> accesses_;
  bool has_backhaul_;
  bool bandwidths_vary_;
  std::vector<Token> batch_;
};

ExpressKernel::ExpressKernel(const Topology& topology)
    : engine_(make_engine()),
      start_(sg4::Engine::get_clock()),
      links_{FairLink(jobs_), FairLink(jobs_), FairLink(jobs_), FairLink(jobs_)},
      has_backhaul_(topology.backhaul.has_value()),
      bandwidths_vary_(topology.bandwidths_vary) {
  ensure(topology.cells.empty(), "the express kernel knows no cells");
  sg4::create_empty_zone("edgecut")->seal();
  engine_->add_model(std::make_shared<Events>(*this));
  for (const auto& processor : topology.processors) processors_.emplace_back(processor.cores);
  places_.resize(processors_.size());
  add_links(topology);
}

void ExpressKernel::add_links(const Topology& topology) {
  for (const auto& access : topology.accesses) {
    check_bandwidth(std::min(access.up, access.down));
    const std::size_t first = access.behind_backhaul ? 0 : 2;
    const auto number = links_.at(first).add_access(access.up.value(), access.weight);
    links_.at(first + 1).add_access(access.down.value(), access.weight);
    accesses_.push_back({number, access.behind_backhaul});
  }
  if (!topology.backhaul) return;
  check_bandwidth(std::min(topology.backhaul->up, topology.backhaul->down));
  links_[0].set_capacity(0.0, topology.backhaul->up.value());
  links_[1].set_capacity(0.0, topology.backhaul->down.value());
}

void ExpressKernel::check_bandwidth(Bandwidth bandwidth) const {
  ensure(bandwidth > Bandwidth() || (bandwidths_vary_ && bandwidth == Bandwidth()), "a link has some bandwidth");
}

std::uint8_t ExpressKernel::link_of(AccessId access, Direction direction) const {
  return static_cast<std::uint8_t>(index_of(direction) + (accesses_[access.index].behind_backhaul ? 0 : 2));
}

void ExpressKernel::at(Seconds time, Token token) {
  ensure(time >= now(), "a timer in the past");
  timers_.push(time.value(), token, [](Token, std::uint32_t) {});
}

ActivityId ExpressKernel::compute(ProcessorId processor, Seconds work, Token token) {
  ensure(work > Seconds(), "a computation takes some work");
  auto& server = processors_.at(processor.index);
  ensure(server.is_on, "a computation on a processor that is off");
  const auto job = take_slot(Job::State::computing, processor.index, token);
  const bool was_idle = server.empty();
  server.start(now_, job, work.value(), jobs_);
  schedule(processor.index, was_idle);
  return {job};
}

// Puts a processor where its next end belongs.
void ExpressKernel::schedule(std::uint32_t processor, bool was_idle) {
  auto& server = processors_[processor];
  const auto moved = [this](std::uint32_t item, std::uint32_t at) { places_[item] = at; };
  if (was_idle) {
    working_.push(server.next(), processor, moved);
  } else if (server.empty()) {
    working_.erase(places_[processor], moved);
  } else {
    working_.change(places_[processor], server.next(), moved);
  }
}

ActivityId ExpressKernel::transfer(AccessId access, Direction direction, Bytes size, Token token) {
  ensure(size > Bytes() && std::floor(size.value()) == size.value(), "a transfer moves whole bytes, and some");
  ensure(access.index < accesses_.size(), "a transfer goes over an access of the topology");
  const auto job = take_slot(Job::State::flowing, accesses_[access.index].number, token);
  jobs_[job].link = link_of(access, direction);
  links_.at(jobs_[job].link).start(now_, job, size.value());
  return {job};
}

double ExpressKernel::cancel(ActivityId activity) {
  ensure(activity.index < jobs_.size() && jobs_[activity.index].state != Job::State::free,
         "an activity is cancelled while it runs");
  const double left = stop(activity.index);
  release(activity.index);
  return left;
}

Bytes ExpressKernel::remaining(ActivityId transfer) {
  const auto& job = jobs_.at(transfer.index);
  ensure(job.state == Job::State::flowing, "what is left is of a transfer under way");
  return Bytes(links_.at(job.link).left(now_, transfer.index));
}

double ExpressKernel::stop(std::uint32_t job) {
  if (jobs_[job].state != Job::State::computing) return links_.at(jobs_[job].link).stop(now_, job);
  const auto processor = jobs_[job].server;
  const double left = processors_[processor].stop(now_, job, jobs_);
  schedule(processor, false);
  return left;
}

void ExpressKernel::set_bandwidth(AccessId access, Direction direction, Bandwidth bandwidth) {
  ensure(bandwidths_vary_, "bandwidths that vary are announced in the topology");
  ensure(access.index < accesses_.size(), "a bandwidth is set of an access of the topology");
  check_bandwidth(bandwidth);
  links_.at(link_of(access, direction)).set_access(now_, accesses_[access.index].number, bandwidth.value());
}

void ExpressKernel::set_backhaul_bandwidth(Direction direction, Bandwidth bandwidth) {
  ensure(bandwidths_vary_, "bandwidths that vary are announced in the topology");
  ensure(has_backhaul_, "a backhaul whose bandwidth is set is in the topology");
  check_bandwidth(bandwidth);
  links_.at(index_of(direction)).set_capacity(now_, bandwidth.value());
}

void ExpressKernel::set_speed(ProcessorId processor, double speed) {
  ensure(speed > 0.0 && std::isfinite(speed), "a processor has some speed");
  auto& server = processors_.at(processor.index);
  server.set_speed(now_, speed);
  if (!server.empty()) schedule(processor.index, false);
}

void ExpressKernel::set_on(ProcessorId processor, bool on) {
  ensure(processors_.at(processor.index).empty(), "a processor that is switched runs nothing");
  processors_[processor.index].is_on = on;
}

void ExpressKernel::run(const Due& due) {
  due_ = due;
  is_running_ = true;
  engine_->run();
  ensure(free_.size() == jobs_.size(), "the simulation ended with an activity still running");
}

double ExpressKernel::next_instant() {
  double next = never;
  if (!timers_.empty()) next = timers_.top().key;
  if (!working_.empty()) next = std::min(next, working_.top().key);
  for (auto& link : links_) next = std::min(next, link.next());
  return std::max(next, now_);
}

// First the clock follows to the last instant that was played, if it is behind.
double ExpressKernel::next_event(double clock) {
  told_ = told_ < now_ ? now_ : next_instant();
  if (told_ == never) return -1.0;
  return std::max(0.0, start_ + told_ - clock);
}

// SimGrid also calls this before the first event is asked for.
void ExpressKernel::reach(double clock) {
  if (!is_running_ || start_ + told_ > clock + tie(clock)) return;
  for (int instant = 0; instant < stride; ++instant) {
    const double next = next_instant();
    if (next == never) return;
    now_ = next;
    batch_.clear();
    gather();
    ensure(!batch_.empty(), "what the clock was advanced to happens");
    due_(batch_);
  }
}

void ExpressKernel::gather() {
  while (!timers_.empty() && timers_.top().key <= now_ + tie(now_)) {
    batch_.push_back(timers_.top().item);
    timers_.erase(0, [](Token, std::uint32_t) {});
  }
  while (!working_.empty() && working_.top().key <= now_ + tie(now_)) report(processors_[working_.top().item].first());
  for (auto& link : links_) gather_flows(link);
}

void ExpressKernel::gather_flows(FairLink& link) {
  if (link.next() > now_ + tie(now_)) return;
  while (const auto job = link.due(now_)) report(*job);
}

void ExpressKernel::report(std::uint32_t job) {
  batch_.push_back(jobs_[job].token);
  stop(job);
  release(job);
}

std::uint32_t ExpressKernel::take_slot(Job::State state, std::uint32_t server, Token token) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(jobs_.size()));
    jobs_.emplace_back();
  }
  const auto slot = free_.back();
  free_.pop_back();
  jobs_[slot].state = state;
  jobs_[slot].server = server;
  jobs_[slot].token = token;
  return slot;
}

void ExpressKernel::release(std::uint32_t job) {
  jobs_[job].state = Job::State::free;
  free_.push_back(job);
}

}  // namespace

std::unique_ptr<Kernel> make_express(const Topology& topology) {
  return std::make_unique<ExpressKernel>(topology);
}

}  // namespace edgecut::kernel
