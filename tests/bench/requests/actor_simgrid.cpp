// The load on SimGrid 3.32 as most simulators on it are written: one actor for each request, which sleeps, computes and
// sends; semaphores are the queues.
//
//     actor_simgrid DEVICES REQUESTS_OF_EACH
#include <xbt/log.h>

#include <simgrid/s4u.hpp>

#include "load.hpp"

namespace sg4 = simgrid::s4u;

namespace {

struct Tally {
  double sum = 0.0;
  std::uint64_t count = 0;
};

struct Device {
  sg4::Host* host;
  sg4::SemaphorePtr processor = sg4::Semaphore::create(1);
  sg4::SemaphorePtr radio = sg4::Semaphore::create(1);
};

struct World {
  sg4::Host* cloud = nullptr;
  sg4::SemaphorePtr cores;
  std::vector<Device> devices;
  Tally tally;
};

// The life of one request, on its device.
void infer(World& world, std::uint32_t i) {
  auto& device = world.devices[i];
  const double arrived = sg4::Engine::get_clock();
  device.processor->acquire();
  sg4::this_actor::execute(1e8);
  device.processor->release();
  device.radio->acquire();
  sg4::Comm::sendto(device.host, world.cloud, static_cast<std::uint64_t>(bench::size));
  device.radio->release();
  sg4::this_actor::sleep_for(bench::latency);
  world.cores->acquire();
  sg4::Exec::init()->set_flops_amount(1e9)->set_host(world.cloud)->start()->wait();
  world.cores->release();
  world.tally.sum += sg4::Engine::get_clock() - arrived;
  ++world.tally.count;
}

void ask(World& world, const bench::Load& load, std::uint32_t i) {
  bench::Arrivals arrivals(load, i);
  while (!arrivals.done()) {
    sg4::this_actor::sleep_until(arrivals.next());
    sg4::Actor::create("request", world.devices[i].host, [&world, i] { infer(world, i); });
  }
}

void build(World& world, const bench::Load& load) {
  auto* zone = sg4::create_star_zone("bench");
  world.cloud = zone->create_host("cloud", 1e10);
  world.cloud->set_core_count(load.cores());
  world.cores = sg4::Semaphore::create(static_cast<unsigned>(load.cores()));
  zone->add_route(world.cloud->get_netpoint(), nullptr, nullptr, nullptr, {}, true);
  const auto* backhaul = zone->create_link("backhaul", load.backhaul());
  for (std::uint32_t i = 0; i < load.devices; ++i) {
    const auto name = std::to_string(i);
    auto* host = zone->create_host("device" + name, 1e9);
    const auto* link = zone->create_link("access" + name, bench::access);
    zone->add_route(host->get_netpoint(), nullptr, nullptr, nullptr,
                    {sg4::LinkInRoute(link), sg4::LinkInRoute(backhaul)}, false);
    zone->add_route(nullptr, host->get_netpoint(), nullptr, nullptr, {sg4::LinkInRoute(link)}, false);
    world.devices.push_back({host});
  }
  zone->seal();
}

}  // namespace

int main(int count, char** arguments) {
  const auto load = bench::read_load(count, arguments);
  xbt_log_control_set("root.thres:warning");
  sg4::Engine engine(&count, arguments);
  sg4::Engine::set_config("network/model:CM02");
  sg4::Engine::set_config("network/crosstraffic:0");
  sg4::Engine::set_config("contexts/stack-size:64");
  sg4::Engine::set_config("contexts/guard-size:0");
  World world;
  build(world, load);
  for (std::uint32_t i = 0; i < load.devices; ++i) {
    sg4::Actor::create("device", world.devices[i].host, [&world, &load, i] { ask(world, load, i); });
  }
  engine.run();
  bench::say(world.tally.sum, world.tally.count);
  std::fflush(stdout);
  std::_Exit(0);
}
