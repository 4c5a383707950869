// The load on SimGrid 3.32 and nothing else: timers, activities started from maestro, and their completion signal.
//
//     bare_simgrid DEVICES REQUESTS_OF_EACH
//
// No actor, no cross-traffic, no latency in SimGrid (it is a timer of ours), queues of our own, nothing recorded but the
// mean latency. The network is as edgecut's: a transfer holds the device's radio; all share the backhaul max-min fairly.
#include <xbt/log.h>

#include <deque>
#include <memory>
#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u.hpp>

#include "load.hpp"

namespace sg4 = simgrid::s4u;

namespace {

enum class Stage { head, upload, tail };

struct Request {
  double arrived = 0.0;
  std::uint32_t device = 0;
  Stage stage = Stage::head;
  sg4::ActivityPtr activity;
};

struct Queue {
  int room = 1;
  std::deque<Request*> waiting;
};

struct Device {
  sg4::Host* host = nullptr;
  bench::Arrivals arrivals;
  Queue processor;
  Queue radio;
};

class Program {
 public:
  explicit Program(const bench::Load& load) {
    auto* zone = sg4::create_star_zone("bench");
    cloud_ = zone->create_host("cloud", 1e10);
    cloud_->set_core_count(load.cores());
    cores_.room = load.cores();
    zone->add_route(cloud_->get_netpoint(), nullptr, nullptr, nullptr, {}, true);
    const auto* backhaul = zone->create_link("backhaul", load.backhaul());
    for (std::uint32_t i = 0; i < load.devices; ++i) {
      const auto name = std::to_string(i);
      auto* host = zone->create_host("device" + name, 1e9);
      const auto* link = zone->create_link("access" + name, bench::access);
      zone->add_route(host->get_netpoint(), nullptr, nullptr, nullptr,
                      {sg4::LinkInRoute(link), sg4::LinkInRoute(backhaul)}, false);
      zone->add_route(nullptr, host->get_netpoint(), nullptr, nullptr, {sg4::LinkInRoute(link)}, false);
      devices_.push_back({host, bench::Arrivals(load, i), {}, {}});
    }
    zone->seal();
    for (std::uint32_t i = 0; i < load.devices; ++i) await_arrival(i);
  }

  void complete(const sg4::Activity& activity) {
    auto* request = activity.get_data<Request>();
    finished_ = std::move(request->activity);  // SimGrid still needs it for a moment
    switch (request->stage) {
      case Stage::head:
        leave(devices_[request->device].processor, *request);
        request->stage = Stage::upload;
        return enter(devices_[request->device].radio, *request);
      case Stage::upload:
        leave(devices_[request->device].radio, *request);
        simgrid::kernel::timer::Timer::set(sg4::Engine::get_clock() + bench::latency, [this, request] {
          request->stage = Stage::tail;
          enter(cores_, *request);
        });
        return;
      case Stage::tail:
        leave(cores_, *request);
        sum_ += sg4::Engine::get_clock() - request->arrived;
        ++count_;
        free_.push_back(request);
    }
  }

  void say() const { bench::say(sum_, count_); }

 private:
  void await_arrival(std::uint32_t i) {
    auto& arrivals = devices_[i].arrivals;
    if (!arrivals.done()) simgrid::kernel::timer::Timer::set(arrivals.next(), [this, i] { arrive(i); });
  }

  void arrive(std::uint32_t i) {
    await_arrival(i);
    if (free_.empty()) free_.push_back(all_.emplace_back(std::make_unique<Request>()).get());
    auto* request = free_.back();
    free_.pop_back();
    request->arrived = sg4::Engine::get_clock();
    request->device = i;
    request->stage = Stage::head;
    enter(devices_[i].processor, *request);
  }

  void enter(Queue& queue, Request& request) {
    if (queue.room == 0) return queue.waiting.push_back(&request);
    --queue.room;
    start(request);
  }

  void leave(Queue& queue, const Request& /*request*/) {
    if (queue.waiting.empty()) {
      ++queue.room;
      return;
    }
    auto* next = queue.waiting.front();
    queue.waiting.pop_front();
    start(*next);
  }

  void start(Request& request) {
    auto* host = devices_[request.device].host;
    if (request.stage == Stage::upload) {
      auto comm = sg4::Comm::sendto_init();
      comm->set_data(&request);
      request.activity = comm;
      comm->set_payload_size(static_cast<std::uint64_t>(bench::size))->set_source(host)->set_destination(cloud_);
      return;
    }
    auto exec = sg4::Exec::init();
    const bool on_device = request.stage == Stage::head;
    exec->set_flops_amount(on_device ? 1e8 : 1e9)->set_host(on_device ? host : cloud_);
    exec->set_data(&request);
    request.activity = exec;
    exec->start();
  }

  sg4::Host* cloud_ = nullptr;
  std::deque<Device> devices_;
  Queue cores_;
  std::vector<std::unique_ptr<Request>> all_;
  std::vector<Request*> free_;
  sg4::ActivityPtr finished_;
  double sum_ = 0.0;
  std::uint64_t count_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
  const auto load = bench::read_load(count, arguments);
  xbt_log_control_set("root.thres:warning");
  sg4::Engine engine(&count, arguments);
  sg4::Engine::set_config("network/model:CM02");
  sg4::Engine::set_config("network/crosstraffic:0");
  sg4::Engine::set_config("surf/precision:1e-12");
  Program program(load);
  sg4::Activity::on_completion_cb([&program](const sg4::Activity& activity) { program.complete(activity); });
  engine.run();
  program.say();
  std::fflush(stdout);
  std::_Exit(0);  // taking the platform down is not of interest
}
