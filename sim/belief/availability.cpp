#include "belief/availability.hpp"

#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <vector>

#include "units/random.hpp"

namespace edgecut::belief {
namespace {

using partition::Knowledge;
using world::World;

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

void see_device(const Method& method, const World& today, std::int64_t replication, plan::Problem& problem) {
  const auto& reference = method.reference_or(today);
  for (std::size_t p = 0; p < problem.processors.size(); ++p) {
    const auto index = today.processors[p];
    const auto in = [&](const World& world) -> auto& { return world.device.processors[index]; };
    const double now =
        reported_clock(today.device, in(today), *method.awareness.availability, today.seed_of(replication));
    auto& processor = problem.processors[p];
    stretch(processor.layer_time, clock_of_times(method, reference, in) / now);
    processor.nominal *= now / clock_of_rates(method, reference, in);
  }
}

void see_servers(const Method& method, const World& today, plan::Problem& problem) {
  const auto& reference = method.reference_or(today);
  const auto in_cloud = [](const World& world) -> auto& { return world.cloud.processor; };
  stretch(problem.cloud_time, clock_of_times(method, reference, in_cloud) / in_cloud(today).reported_clock());
  if (!problem.edge) return;
  const auto at_edge = [](const World& world) -> auto& { return world.edge->server.processor; };
  stretch(problem.edge->layer_time, clock_of_times(method, reference, at_edge) / at_edge(today).reported_clock());
}

}  // namespace

double reported_clock(const platform::Device& device, const platform::Processor& processor, const Availability& reading,
                      std::uint64_t seed) {
  const double clock = processor.reported_clock();
  if (reading.error == 0.0) return clock;
  RandomStream random(seed, {"reported clock", device.name, processor.name});
  return clock * std::exp(reading.error * boost::random::normal_distribution<double>()(random));
}

void see_clocks(const Method& method, const World& today, std::int64_t replication, plan::Problem& problem) {
  if (method.awareness.availability) see_device(method, today, replication, problem);
  if (method.awareness.report) see_servers(method, today, problem);
}

}  // namespace edgecut::belief
