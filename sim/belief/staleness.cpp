#include "belief/staleness.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace edgecut::belief {
namespace {

// A round trip of less than this is none: ratios of them would say that the world has changed.
constexpr double least_rtt = 1e-3;

Seconds sum(const std::vector<Seconds>& times) {
  Seconds total;
  for (const auto time : times) {
    if (time < plan::never) total += time;
  }
  return total;
}

// A pass over every layer, on each processor that may run the head.
Seconds device_pass(const plan::Problem& problem) {
  Seconds total;
  for (const auto& processor : problem.processors) total += sum(processor.layer_time);
  return total;
}

template <class Figure>
double ratio(Figure believed, Figure is) {
  return is > Figure() ? believed / is : 1.0;
}

HopRatios ratios(const plan::Hop& believed, const plan::Hop& truth) {
  const auto rtt = [](const plan::Hop& hop) { return std::max(Seconds(least_rtt), hop.up_latency + hop.down_latency); };
  return {ratio(believed.up, truth.up), ratio(believed.down, truth.down), ratio(rtt(believed), rtt(truth))};
}

}  // namespace

double HopRatios::distance() const {
  return std::hypot(std::log(up), std::log(down), std::log(rtt));
}

double Staleness::distance() const {
  const double servers = std::hypot(std::log(cloud), std::log(edge.value_or(1.0)));
  const double hops = std::hypot(link.distance(), relay.distance(), direct.distance());
  return std::hypot(std::log(device), servers, hops);
}

Staleness staleness(const plan::Problem& believed, const plan::Problem& truth) {
  Staleness of;
  of.device = ratio(device_pass(believed), device_pass(truth));
  of.cloud = ratio(sum(believed.cloud_time), sum(truth.cloud_time));
  of.link = ratios(believed.link, truth.link);
  if (believed.edge && truth.edge) {
    of.edge = ratio(sum(believed.edge->layer_time), sum(truth.edge->layer_time));
    of.relay = ratios(believed.edge->link, truth.edge->link);
  }
  if (believed.direct && truth.direct) of.direct = ratios(*believed.direct, *truth.direct);
  return of;
}

}  // namespace edgecut::belief
