// What a run allocates, which is what a fleet needs and not what its requests do.
#include <catch2/catch.hpp>

#include "allocations.hpp"
#include "engine/systems.hpp"

namespace edgecut::allocations_test {
using namespace edgecut::test;

namespace {

class Nobody final : public events::Observer {
  void on(const events::Event& /*event*/) override {}
};

// Of a run of four devices that share a backhaul and a cloud, each asking so many times.
std::size_t allocations_of(std::int64_t requests) {
  auto spec = cut_after(1);
  spec.workload = poisson(0.3, requests);
  Lab lab({spec}, cloud(2));
  lab.system.clients[0].devices = 4;
  lab.system.backhaul = platform::Backhaul{1000000_Bps, 1000000_Bps};
  lab.system.kernel = kernel::Choice::express;
  Nobody nobody;
  const auto before = allocations();
  engine::simulate(lab.system, lab.plans, nobody);
  return allocations() - before;
}

}  // namespace

TEST_CASE("Ten times as many requests allocate no more on the express kernel") {
  allocations_of(10);  // what a process does once
  const auto few = allocations_of(500);
  const auto many = allocations_of(5000);
  CHECK(many <= few + 50);  // queues and pools may grow a few times more
}

}  // namespace edgecut::allocations_test
