#include "belief/beliefs.hpp"

#include <optional>
#include <utility>

#include "belief/availability.hpp"
#include "belief/belief.hpp"
#include "belief/learned.hpp"

namespace edgecut::belief {
namespace {

using partition::Knowledge;
using world::World;

Task task_of(const world::Part& part) {
  const auto& world = part.world;
  return {world.network,          &world.device,  world.processors, part.input,    part.result,
          part.workload.period(), part.objective, part.constraints, part.encodings};
}

void set_links(Belief& belief, const World& world, World::Links links) {
  belief.link = std::move(links.first);
  belief.backhaul = std::move(links.behind);
  if (world.edge) belief.edge = EdgeBelief{&world.edge->server, std::move(*links.relay), std::move(links.direct)};
}

// The servers are those of `hosts`, and so are the links, but for bandwidths that are known to be others today.
Belief belief_of(const World& hosts, World::Links links) {
  Belief belief;
  belief.cloud = &hosts.cloud;
  set_links(belief, hosts, std::move(links));
  return belief;
}

profile::Profile believed_times(const world::Part& part, const Method& method, std::int64_t replication) {
  auto times = profile_of(part, method, replication);
  if (!method.profile_error) return times;
  auto error = *method.profile_error;
  error.seed += static_cast<std::uint64_t>(replication);
  return with_error(std::move(times), *part.world.network, error);
}

}  // namespace

plan::Problem true_problem(const world::Part& part, std::int64_t replication) {
  const auto& world = part.world;
  auto truth = belief_of(world, world.links_at_start(replication));
  truth.profile = world.truth(replication);
  truth.rates = profile::stated_rates(world.hosts(), profile::StatedRate::one_network);
  return make_problem(task_of(part), truth);
}

profile::NominalRates nominal_rates(const world::Part& part, const Method& method, std::int64_t replication) {
  return method.nominal.rates(method.reference_or(part.world), replication, method.measuring_of(replication));
}

profile::Profile profile_of(const world::Part& part, const Method& method, std::int64_t replication) {
  auto times = recorded(part, method, replication);
  if (!method.transfer) return times;
  const auto how = method.measuring_of(replication);
  const auto then = method.transfer->then.rates(method.reference_or(part.world), replication, how);
  const auto now = method.transfer->now.rates(part.world, replication, how);
  for (std::size_t p = 0; p < times.device.size(); ++p) {
    for (auto& time : times.device[p]) time *= then.device[p] / now.device[p];
  }
  return times;
}

profile::Profile recorded(const world::Part& part, const Method& method, std::int64_t replication) {
  const auto& reference = method.reference_or(part.world);
  const auto& network = *part.world.network;
  switch (method.knowledge) {
    case Knowledge::truth:
      return reference.truth(replication);
    case Knowledge::benchmark:
      return measure(reference.truth(replication), network, reference.hosts(), method.measuring_of(replication));
    case Knowledge::regression:
      return learned(method.training, reference, replication, method.measuring_of(replication));
    case Knowledge::constants:
      return profile::constants_profile(network, reference.hosts());
    case Knowledge::nothing:
    case Knowledge::nominal:
      break;
  }
  return profile::nominal_profile(network, nominal_rates(part, method, replication));
}

plan::Problem problem(const world::Part& part, const Method& method, std::int64_t replication) {
  if (method.kind->knowledge == Knowledge::truth) return true_problem(part, replication);
  const auto& reference = method.reference_or(part.world);
  auto belief = belief_of(reference, reference.usual_links());
  if (method.knows_bandwidth) {
    auto today = part.world.links_at_start(replication);
    belief.link = std::move(today.first);
    belief.backhaul = std::move(today.behind);
    if (belief.edge && today.relay) {
      belief.edge->link = std::move(*today.relay);
      belief.edge->direct = std::move(today.direct);
    }
  }
  belief.rates = nominal_rates(part, method, replication);
  belief.profile = believed_times(part, method, replication);
  for (auto& time : belief.profile.cloud) time *= method.server_load;
  for (auto& time : belief.profile.edge) time *= method.server_load;
  auto task = task_of(part);
  if (!method.believes()) {
    task.constraints.energy.reset();
    task.constraints.deadline.reset();
  }
  auto problem = make_problem(task, belief);
  see_clocks(method, part.world, replication, problem);
  return problem;
}

bool replans(const World& world, const Method& method) {
  const auto& awareness = method.awareness;
  if (method.kind->simulates_every_cut || awareness.decide == Awareness::Decide::at_start) return false;
  const bool reads_device = awareness.availability && (world.device.thermal || !world.background.device.empty());
  return awareness.measures || awareness.server_load || awareness.battery || reads_device ||
         (awareness.temperature && world.device.thermal) || awareness.bandwidth == Awareness::Bandwidth::estimate ||
         (awareness.bandwidth == Awareness::Bandwidth::exact && world.moves());
}

bool varies(const World& world, const Method& method) {
  return method.partitioner->is_stateful() || replans(world, method);
}

}  // namespace edgecut::belief
