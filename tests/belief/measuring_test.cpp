// What measuring does to times: runs that differ, layers that do not add up, a first run that is slow, fused layers.
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <set>

#include "belief/measuring.hpp"
#include "config/catalogue.hpp"
#include "dnn/network_file.hpp"

namespace edgecut::measuring_test {
using belief::Measuring;

namespace {

dnn::Network shipped(const std::string& name) {
  config::Catalogue catalogue(EDGECUT_SOURCE_DIR);
  return dnn::read_network(catalogue.load(config::make_scalar(name, "test"), "scenarios/networks", "network"));
}

profile::LayerTimes seconds_each(const dnn::Network& network) {
  profile::LayerTimes times(network.size(), 1_s);
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    if (network.is_input(v)) times[v] = 0_s;
  }
  return times;
}

double sum(const profile::LayerTimes& times) {
  return std::accumulate(times.begin(), times.end(), Seconds()).value();
}

}  // namespace

TEST_CASE("an exact benchmark finds the times as they are") {
  const auto network = shipped("alexnet");
  const auto times = seconds_each(network);
  CHECK(Measuring{}.is_exact());
  CHECK(belief::measure_layers(times, network, "host", {}) == times);
  CHECK(belief::measure_run(3_s, network, "host", {}) == 3_s);
}

TEST_CASE("the error of a mean falls with the root of the number of runs") {
  const auto network = shipped("resnet50");
  const auto deviation = [&](std::int64_t repetitions) {
    Measuring how;
    how.repetitions = repetitions;
    how.spread = 0.2;
    double squares = 0.0;
    int count = 0;
    for (const std::string host : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
      for (const auto time : belief::measure_layers(seconds_each(network), network, host, how)) {
        if (time == 0_s) continue;
        squares += std::log(time.value()) * std::log(time.value());
        ++count;
      }
    }
    return std::sqrt(squares / count);
  };
  CHECK(deviation(1) == Approx(0.2).epsilon(0.1));
  CHECK(deviation(16) == Approx(0.05).epsilon(0.1));
}

TEST_CASE("layers add up to one factor of the whole run, by host and network, and a whole run is what it is") {
  const auto network = shipped("alexnet");
  Measuring how;
  how.least_sum = 0.78;
  how.most_sum = 1.18;
  std::set<double> factors;
  for (int i = 0; i < 200; ++i) {
    const auto host = "host " + std::to_string(i);
    const auto times = belief::measure_layers(seconds_each(network), network, host, how);
    const double factor = times[1].value();
    CHECK(sum(times) == Approx(factor * sum(seconds_each(network))));
    factors.insert(factor);
    CHECK(belief::measure_run(5_s, network, host, how) == 5_s);
  }
  CHECK(*factors.begin() >= 0.78);
  CHECK(*factors.begin() < 0.80);
  CHECK(*factors.rbegin() <= 1.18);
  CHECK(*factors.rbegin() > 1.16);
  const auto other = shipped("vgg11");
  CHECK(belief::measure_layers(seconds_each(other), other, "host 0", how)[1] !=
        belief::measure_layers(seconds_each(network), network, "host 0", how)[1]);
}

TEST_CASE("a first run that is slow is one of those that the mean is of") {
  const auto network = shipped("alexnet");
  Measuring how;
  how.cold = 3.1;
  how.repetitions = 10;
  // (3.1 + 9 x 1) / 10.
  CHECK(belief::measure_run(1_s, network, "host", how).value() == Approx(1.21));
  CHECK(belief::measure_layers(seconds_each(network), network, "host", how)[1].value() == Approx(1.21));
  how.repetitions = 1;
  CHECK(belief::measure_run(1_s, network, "host", how).value() == Approx(3.1));
}

TEST_CASE("fused, an activation's time is booked with the convolution before it, and the sum stays") {
  const auto network = shipped("alexnet");  // input, features.0 (conv), features.1 (ReLU), features.2 (pool), ...
  Measuring how;
  how.fused = true;
  const auto times = belief::measure_layers(seconds_each(network), network, "host", how);
  CHECK(network.layer(1).kind == dnn::LayerKind::conv);
  CHECK(network.layer(2).kind == dnn::LayerKind::activation);
  CHECK(times[1] == 2_s);
  CHECK(times[2] == 0_s);
  CHECK(times[3] == 1_s);
  CHECK(sum(times) == Approx(sum(seconds_each(network))));
}

TEST_CASE("another seed is another benchmark, and each host and layer has its own errors") {
  const auto network = shipped("alexnet");
  Measuring how;
  how.spread = 0.1;
  const auto first = belief::measure_layers(seconds_each(network), network, "host", how);
  CHECK(first == belief::measure_layers(seconds_each(network), network, "host", how));
  CHECK(first[1] != first[2]);
  CHECK(first != belief::measure_layers(seconds_each(network), network, "other", how));
  how.seed = 2;
  CHECK(first != belief::measure_layers(seconds_each(network), network, "host", how));
}

}  // namespace edgecut::measuring_test
