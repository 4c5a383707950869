#include "belief/remeasuring.hpp"

#include <memory>
#include <numeric>
#include <utility>

#include "belief/beliefs.hpp"

namespace edgecut::belief {
namespace {

using partition::Knowledge;

// The networks whose layers it times, or which it runs.
std::vector<const dnn::Network*> measured_networks(const world::Part& part, const Method& method) {
  std::vector<const dnn::Network*> networks;
  if (method.knowledge == Knowledge::benchmark) networks.push_back(part.world.network);
  if (method.knowledge == Knowledge::regression) networks = method.training;
  if (method.nominal.world) networks.push_back(method.nominal.network);
  return networks;
}

// A processor as it is today, with the times that were measured for another.
void as_today(platform::Processor& processor, const platform::Processor& today) {
  processor.slowdown = today.slowdown;
  processor.clock = today.clock;
  processor.frequency = today.frequency;
  processor.interference = today.interference;
}

// The method with its benchmark taken today.
Method benchmarked_today(const world::Part& part, const Method& method) {
  auto today = method;
  today.reference.reset();
  today.transfer.reset();
  if (!today.nominal.world) return today;
  auto& timed = *today.nominal.world;
  for (std::size_t p = 0; p < timed.device.processors.size(); ++p) {
    as_today(timed.device.processors[p], part.world.device.processors[p]);
  }
  as_today(timed.cloud.processor, part.world.cloud.processor);
  if (timed.edge) as_today(timed.edge->server.processor, part.world.edge->server.processor);
  return today;
}

// Bandwidths and limits are not what is measured.
void keep_links_and_limits(const plan::Problem& base, plan::Problem& problem) {
  problem.link = base.link;
  problem.direct = base.direct;
  problem.set_radio(base.radio());
  problem.direct_radio = base.direct_radio;
  if (problem.edge && base.edge) problem.edge->link = base.edge->link;
  problem.memory = base.memory;
  problem.memory_source = base.memory_source;
  problem.storage = base.storage;
  problem.constraints = base.constraints;
}

}  // namespace

Remeasuring remeasuring(const world::Part& part, const Method& method, std::int64_t replication,
                        const plan::Problem& base) {
  Remeasuring again;
  const auto today = std::make_shared<const Method>(benchmarked_today(part, method));
  const auto& timed = today->nominal.world ? *today->nominal.world : part.world;
  const auto sum = [&](const profile::LayerTimes& times) {
    return static_cast<double>(method.effort.repetitions) * std::accumulate(times.begin(), times.end(), Seconds());
  };
  again.device.resize(part.world.processors.size());
  for (const auto* network : measured_networks(part, method)) {
    const auto truth = timed.truth(*network, replication);
    for (std::size_t p = 0; p < again.device.size(); ++p) {
      again.device[p] += sum(truth.device[part.world.processors[p]]);
    }
    if (method.kind->measures_device_alone) continue;
    again.cloud += sum(truth.cloud);
    again.edge += sum(truth.edge);
  }
  again.believe = [&part, today, replication, base](std::size_t number) {
    auto own = *today;
    if (!own.measuring.is_exact()) own.measuring.seed += static_cast<std::uint64_t>(number) << 32U;
    auto problem = belief::problem(part, own, replication);
    keep_links_and_limits(base, problem);
    return problem;
  };
  return again;
}

}  // namespace edgecut::belief
