// Waits against queueing theory: each one by recursion on the same arrivals, and the mean of M/D/1.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "engine/systems.hpp"
#include "queueing/stations.hpp"
#include "sweep/processes.hpp"

namespace edgecut::waiting_test {
using namespace edgecut::test;

namespace {

// Ends of requests by device, in order of arrival.
std::vector<std::vector<events::Ended>> by_device(const Recording& recording, std::size_t devices) {
  auto all = recording.ended;
  std::ranges::sort(all, {}, [](const events::Ended& end) { return end.request.index; });
  std::vector<std::vector<events::Ended>> result(devices);
  for (const auto& end : all) result[end.device].push_back(end);
  return result;
}

// One layer that takes `head` seconds on the device or `tail` seconds in the cloud, 100 kB each in and out.
Spec one_layer(double head, double tail, workload::Workload workload) {
  Spec spec;
  spec.network = network({{1e5, {}}, {1e5, {0}}, {1e5, {1}}});
  spec.truth = times({{0, head, head}}, {0, tail, tail});
  spec.workload = workload;
  return spec;
}

}  // namespace

TEST_CASE("Each wait for a device's processor is Lindley's to 1 ns, at loads from 0.3 to 1.2") {
  std::vector<Spec> specs;
  const std::vector<double> loads{0.3, 0.6, 0.9, 1.2};
  for (const double load : loads) {
    auto spec = one_layer(0.02, 1, poisson(load / 0.02, 10000));
    spec.on_device = {true, true, true};
    spec.truth = times({{0, 0.015, 0.005}}, {0, 1, 1});
    specs.push_back(spec);
  }
  Lab lab(specs);
  lab.system.seed = 11;
  const auto ended = by_device(lab.run(), specs.size());
  for (std::size_t d = 0; d < specs.size(); ++d) {
    const auto arrival = arrivals(specs[d].workload, 11, d);
    const auto wait = lindley(arrival, std::vector<double>(arrival.size(), 0.02));
    double worst = 0.0;
    double longest = 0.0;
    for (std::size_t i = 0; i < wait.size(); ++i) {
      const auto& t = ended[d][i].timeline;
      worst = std::max(worst, std::abs((t.head_started - t.arrived).value() - wait[i]));
      longest = std::max(longest, wait[i]);
    }
    INFO("load " << loads[d]);
    CHECK(longest > 0.02);
    CHECK(worst <= 1e-9);
  }
}

TEST_CASE("Each wait for a radio is Lindley's to 1 ns") {
  auto spec = one_layer(1, 0.001, poisson(9, 10000));  // 100 kB at 1 MB/s: 0.1 s, load 0.9
  spec.on_device = {true, false, false};
  Lab lab({spec}, cloud(50));
  lab.system.seed = 12;
  const auto ended = by_device(lab.run(), 1);
  const auto arrival = arrivals(spec.workload, 12, 0);
  const auto wait = lindley(arrival, std::vector<double>(arrival.size(), 0.1));
  double worst = 0.0;
  for (std::size_t i = 0; i < wait.size(); ++i) {
    const auto& t = ended[0][i].timeline;
    worst = std::max(worst, std::abs((t.upload_started - t.arrived).value() - wait[i]));
  }
  CHECK(worst <= 1e-9);
}

namespace {

// Six devices of unequal heads, sizes, rates and latencies before one cloud.
std::vector<Spec> six_devices(double scale) {
  std::vector<Spec> specs;
  for (int d = 0; d < 6; ++d) {
    auto spec = one_layer(0.01 + 0.003 * d, 0.0, poisson(scale * (4 + d), 3000));
    spec.network = network({{1e5, {}}, {20000.0 + 7001.0 * d, {0}}, {1e3, {1}}});
    spec.truth.cloud = test::seconds({0, 0, 0.011 + 0.002 * d});
    spec.link = radio(Bandwidth(1e6 + 1.7e5 * d), Bandwidth(4e5 + 3.1e4 * d), Seconds(0.01 * (6 - d)));
    spec.result = Bytes(9000 + 501 * d);
    spec.on_device = {true, true, false};
    specs.push_back(spec);
  }
  return specs;
}

// When every request of every device reaches the cloud, from recursions alone.
struct AtCloud {
  std::vector<std::size_t> device;
  std::vector<std::size_t> number;  // of the device's requests
  std::vector<double> arrival;
  std::vector<double> service;
};
AtCloud reach_cloud(const std::vector<Spec>& specs, std::uint64_t seed) {
  AtCloud all;
  for (std::size_t d = 0; d < specs.size(); ++d) {
    const auto& spec = specs[d];
    auto time = arrivals(spec.workload, seed, d);
    const auto pass = [&](double service) {
      const auto wait = lindley(time, std::vector<double>(time.size(), service));
      for (std::size_t i = 0; i < time.size(); ++i) time[i] += wait[i] + service;
    };
    pass(spec.truth.device[0][1].value());
    pass(spec.network.layer(1).output / spec.link.uplink / Seconds(1));
    for (std::size_t i = 0; i < time.size(); ++i) {
      all.device.push_back(d);
      all.number.push_back(i);
      all.arrival.push_back(time[i] + spec.link.rtt.value() / 2);
      all.service.push_back(spec.truth.cloud[2].value());
    }
  }
  const auto order = order_of(all.arrival);
  return {pick(all.device, order), pick(all.number, order), pick(all.arrival, order), pick(all.service, order)};
}

struct Worst {
  double arrival = 0.0;  // at the cloud
  double wait = 0.0;     // in the cloud
  double ended = 0.0;
  double longest = 0.0;
};

// `wait(at_cloud)` gives the waits in the cloud.
template <class Waits>
Worst compare(const std::vector<Spec>& specs, const platform::Cloud& cloud, Waits waits) {
  constexpr std::uint64_t seed = 13;
  Lab lab(specs, cloud);
  lab.system.seed = seed;
  const auto ended = by_device(lab.run(), specs.size());
  const auto at_cloud = reach_cloud(specs, seed);
  const std::vector<double> wait = waits(at_cloud);
  Worst worst;
  std::vector<std::vector<double>> tail_done(specs.size());
  std::vector<std::vector<std::size_t>> number(specs.size());
  for (std::size_t i = 0; i < wait.size(); ++i) {
    const auto d = at_cloud.device[i];
    const auto& t = ended[d][at_cloud.number[i]].timeline;
    worst.arrival = std::max(worst.arrival, std::abs(t.upload_finished.value() - at_cloud.arrival[i]));
    worst.wait = std::max(worst.wait, std::abs((t.tail_started - t.upload_finished).value() - wait[i]));
    worst.longest = std::max(worst.longest, wait[i]);
    tail_done[d].push_back(at_cloud.arrival[i] + wait[i] + at_cloud.service[i]);
    number[d].push_back(at_cloud.number[i]);
  }
  for (std::size_t d = 0; d < specs.size(); ++d) {
    const auto& link = specs[d].link;
    const double receiving = specs[d].result / link.downlink / Seconds(1);
    const auto order = order_of(tail_done[d]);
    const auto arrival = pick(tail_done[d], order);
    const auto down = lindley(arrival, std::vector<double>(arrival.size(), receiving));
    for (std::size_t i = 0; i < down.size(); ++i) {
      const double expected = arrival[i] + down[i] + receiving + link.rtt.value() / 2;
      const auto& end = ended[d][number[d][order[i]]];
      worst.ended = std::max(worst.ended, std::abs(end.time.value() - expected));
    }
  }
  return worst;
}

}  // namespace

TEST_CASE("Each wait for a cloud of one slot is Lindley's to 1 ns, and each request ends when the recursions say") {
  const auto worst =
      compare(six_devices(1.4), cloud(1), [](const AtCloud& c) { return lindley(c.arrival, c.service); });
  CHECK(worst.longest > 0.1);
  CHECK(worst.arrival <= 1e-9);
  CHECK(worst.wait <= 1e-9);
  CHECK(worst.ended <= 1e-9);
}

TEST_CASE("Each wait for a cloud of three slots is Kiefer and Wolfowitz's to 1 ns") {
  const auto worst =
      compare(six_devices(4.2), cloud(3), [](const AtCloud& c) { return kiefer_wolfowitz(c.arrival, c.service, 3); });
  CHECK(worst.longest > 0.03);
  CHECK(worst.arrival <= 1e-9);
  CHECK(worst.wait <= 1e-9);
  CHECK(worst.ended <= 1e-9);
}

TEST_CASE("A shared cloud of two slots finishes each tail when processor sharing says, to 1 ns") {
  const auto specs = six_devices(2.6);
  constexpr std::uint64_t seed = 14;
  Lab lab(specs, cloud(2, 1, platform::Discipline::shared));
  lab.system.seed = seed;
  const auto ended = by_device(lab.run(), specs.size());
  const auto at_cloud = reach_cloud(specs, seed);
  const auto done = processor_sharing(at_cloud.arrival, at_cloud.service, 2);
  double worst = 0.0;
  double slowest = 0.0;
  for (std::size_t i = 0; i < done.size(); ++i) {
    const auto& t = ended[at_cloud.device[i]][at_cloud.number[i]].timeline;
    worst = std::max(worst, std::abs(t.tail_finished.value() - done[i]));
    slowest = std::max(slowest, (done[i] - at_cloud.arrival[i]) / at_cloud.service[i]);
  }
  CHECK(slowest > 3);
  CHECK(worst <= 1e-9);
}

TEST_CASE("With as many slots as periodic requests need nobody waits, with one less everybody does in the end") {
  // 1 s of work every 0.25 s needs 4 slots (D/D/4 at load 1). With 3 slots the work before each new request grows by 1
  // - 3 x 0.25 = 0.25 s every three requests: request i waits 0.25 x floor(i / 3) s.
  auto enough = one_layer(0.5, 1, periodic(4, 300));
  enough.on_device = {true, true, true};
  enough.device = board({cpu(6_W, 4)});
  auto too_few = enough;
  too_few.device = board({cpu(6_W, 3)});
  Lab lab({enough, too_few});
  const auto ended = by_device(lab.run(), 2);
  for (std::size_t i = 0; i < 300; ++i) {
    const auto& t = ended[0][i].timeline;
    const auto& u = ended[1][i].timeline;
    CHECK(t.head_started == t.arrived);
    CHECK((u.head_started - u.arrived).value() == Approx(0.25 * static_cast<double>(i / 3)).margin(1e-9));
  }
}

namespace {

// Adds up the waits for the processor, batch by batch.
class BatchWaits final : public events::Observer {
 public:
  explicit BatchWaits(std::size_t size) : size_(size) {}
  void on(const events::Event& event) override {
    const auto* end = std::get_if<events::Ended>(&event);
    if (end == nullptr) return;
    sum_ += (end->timeline.head_started - end->timeline.arrived).value();
    if (++count_ % size_ == 0) {
      means.push_back(sum_ / static_cast<double>(size_));
      sum_ = 0.0;
    }
  }
  std::vector<double> means;

 private:
  std::size_t size_;
  std::size_t count_ = 0;
  double sum_ = 0.0;
};

// Means of batches of waits in M/D/1 with S = 1 s. The first batch, which starts empty, is left out.
std::vector<double> md1(double load, std::size_t batches, std::size_t batch, std::uint64_t seed) {
  auto spec = one_layer(0.5, 1, poisson(load, static_cast<std::int64_t>((batches + 1) * batch)));
  spec.on_device = {true, true, true};
  Lab lab({spec});
  lab.system.seed = seed;
  BatchWaits waits(batch);
  engine::simulate(lab.system, lab.plans, waits);
  return {waits.means.begin() + 1, waits.means.end()};
}

// The same from several runs, each in a process of its own.
std::vector<double> md1_runs(double load, std::size_t runs, std::size_t batches, std::size_t batch) {
  const auto results = sweep::run_processes(
      runs, 2,
      [&](std::size_t run) {
        std::string text;
        for (const double mean : md1(load, batches, batch, 100 + run)) text += fmt::format("{:.17g}\n", mean);
        return text;
      },
      [](std::size_t) {});
  std::vector<double> means;
  for (const auto& result : results) {
    REQUIRE(result.failure == "");
    std::istringstream lines(result.output);
    for (double mean = 0.0; lines >> mean;) means.push_back(mean);
  }
  REQUIRE(means.size() == runs * batches);
  return means;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Half-width of the 99 % interval; `t` is Student's quantile 0.995 for one less than the number of batches.
double half_width(const std::vector<double>& values, double t) {
  const double mean = mean_of(values);
  double squares = 0.0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const auto n = static_cast<double>(values.size());
  return t * std::sqrt(squares / (n - 1) / n);
}

}  // namespace

TEST_CASE("M/D/1 at load 0.3: the mean wait is within 1 % of theory") {
  // rho S / (2 (1 - rho)) = 0.3 / 1.4 s
  CHECK(mean_of(md1_runs(0.3, 2, 5, 60000)) == Approx(0.3 / 1.4).epsilon(0.01));
}

TEST_CASE("M/D/1 at load 0.6: the mean wait is within 1 % of theory") {
  CHECK(mean_of(md1_runs(0.6, 2, 5, 120000)) == Approx(0.6 / 0.8).epsilon(0.01));
}

TEST_CASE("M/D/1 at load 0.9: theory is inside a 99 % batch-means interval of at most 2 % either way", "[.][slow]") {
  const auto means = md1_runs(0.9, 2, 20, 150000);  // 40 batches: t(0.995, 39) = 2.708
  const double theory = 0.9 / 0.2;
  const double half = half_width(means, 2.708);
  INFO("mean " << mean_of(means) << " s, half-width " << half << " s");
  CHECK(half <= 0.02 * theory);
  CHECK(std::abs(mean_of(means) - theory) <= half);
}

}  // namespace edgecut::waiting_test
