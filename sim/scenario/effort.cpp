// What a method has to measure before it can plan, and what it is told of the clocks of the hosts.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scenario/availability.hpp"
#include "scenario/experiment.hpp"

namespace edgecut::scenario {
namespace {

using partition::Knowledge;

// The clock at which a method's nominal rates were taken, of a processor of the hosts.
template <class Processor>
double clock_of_rates(const Method& method, const World& reference, Processor in) {
  return method.nominal.world ? in(*method.nominal.world).reported_clock() : in(reference).frequency;
}

// The same of its layer times.
template <class Processor>
double clock_of_times(const Method& method, const World& reference, Processor in) {
  if (method.knowledge == Knowledge::nominal) return clock_of_rates(method, reference, in);
  if (method.knowledge == Knowledge::constants) return in(reference).frequency;
  return in(reference).reported_clock();
}

void stretch(std::vector<Seconds>& times, double factor) {
  if (factor == 1.0) return;
  for (auto& time : times) time *= factor;
}

}  // namespace

// Its device's clocks it reads itself; those of the servers are in their reports.
void Experiment::see_clocks(const Method& method, std::int64_t replication, plan::Problem& problem) const {
  const World& reference = method.reference ? *method.reference : world_;
  const auto& awareness = method.awareness;
  if (awareness.availability) {
    const auto seed = seed_ + static_cast<std::uint64_t>(replication);
    for (std::size_t p = 0; p < problem.processors.size(); ++p) {
      const auto index = world_.processors[p];
      const auto in = [&](const World& world) -> auto& { return world.device.processors[index]; };
      const double now = reported_clock(world_.device, in(world_), *awareness.availability, seed);
      auto& processor = problem.processors[p];
      stretch(processor.layer_time, clock_of_times(method, reference, in) / now);
      processor.nominal *= now / clock_of_rates(method, reference, in);
    }
  }
  if (!awareness.report) return;
  const auto in_cloud = [](const World& world) -> auto& { return world.cloud.processor; };
  stretch(problem.cloud_time, clock_of_times(method, reference, in_cloud) / in_cloud(world_).reported_clock());
  if (!problem.edge) return;
  const auto at_edge = [](const World& world) -> auto& { return world.edge->server.processor; };
  stretch(problem.edge->layer_time, clock_of_times(method, reference, at_edge) / at_edge(world_).reported_clock());
}

std::vector<Charge> Experiment::charges(const Method& method, std::int64_t replication) const {
  const World& reference = method.reference ? *method.reference : world_;
  std::vector<std::string> servers{reference.cloud.name};
  if (reference.edge) servers.push_back(reference.edge->server.name);
  Charge basis;
  basis.times = static_cast<double>(method.effort.repetitions);
  if (method.effort.each_device) basis.devices = world_.devices;
  const std::string type = method.effort.each_device ? "device" : "device type";
  // Of one device the processors that may run a head, which draw what they did in the world of the benchmark.
  const auto book = [&](Charge& charge, const World& then, const std::vector<Seconds>& device, Seconds on_servers) {
    for (const auto index : world_.processors) {
      charge.device += device[index];
      charge.energy += then.device.increment(then.device.processors[index]) * device[index];
    }
    charge.servers += on_servers;
  };
  const auto sum = [](const profile::LayerTimes& times) {
    Seconds total;
    for (const auto time : times) total += time;
    return total;
  };
  const bool is_alone = method.kind->measures_device_alone;
  const auto book_layers = [&](Charge& charge, const profile::Profile& profile) {
    std::vector<Seconds> device;
    for (const auto& times : profile.device) device.push_back(sum(times));
    book(charge, reference, device, is_alone ? Seconds() : sum(profile.cloud) + sum(profile.edge));
  };
  std::vector<Charge> charges;
  const auto enter = [&](Charge charge, std::string what, std::string per) {
    charge.what = std::move(what);
    charge.per = std::move(per);
    charge.whose = world_.device.name;
    if (charge.servers > Seconds()) charge.whose += fmt::format(", {}", fmt::join(servers, ", "));
    charges.push_back(std::move(charge));
  };
  if (method.knowledge == Knowledge::benchmark) {
    auto charge = basis;
    book_layers(charge, profile_of(method, reference, replication));
    enter(charge, "every layer of " + world_.network->name(), type + " and network");
  }
  if (method.knowledge == Knowledge::regression || method.knowledge == Knowledge::constants) {
    auto charge = basis;
    const auto how = measuring_of(method, replication);
    for (const auto* network : training_) {
      book_layers(charge, belief::measure(reference.truth(*network, replication), *network, reference.hosts(), how));
    }
    enter(charge,
          fmt::format("{} of {} other networks",
                      method.knowledge == Knowledge::regression ? "every layer" : "a whole run", training_.size()),
          type);
  }
  const bool looks_at_rates = method.kind->knows_rates || method.knowledge == Knowledge::nominal;
  if (looks_at_rates && method.nominal.network != nullptr) {
    auto charge = basis;
    const auto runs = method.nominal.runs(reference, replication, measuring_of(method, replication));
    book(charge, method.nominal.world ? *method.nominal.world : reference, runs.device, runs.cloud + runs.edge);
    enter(charge, "a run of " + method.nominal.network->name(), type);
  }
  return charges;
}

// Of all groups and classes; what one board of a type was measured for holds for all of them.
std::vector<Charge> Experiment::all_charges(const Method& method, std::int64_t replication) const {
  const auto index = static_cast<std::size_t>(&method - methods_.data());
  std::vector<Charge> all;
  for (const auto* part : parts()) {
    for (const auto& charge : part->charges(part->methods_.at(index), replication)) add(all, charge);
  }
  return all;
}

}  // namespace edgecut::scenario
