// Pipelines of hosts against every order, choice of hosts and split of the blocks.
#include "partition/methods/pipeline.hpp"
#include "draws.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <random>

#include "dnn/make_network.hpp"
#include "units/ensure.hpp"

namespace edgecut::pipeline_test {
using dnn::LayerIndex;
using plan::Pipeline;
using plan::PipelineProblem;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

plan::Host make_host(const std::string& name, std::vector<double> times, double memory, double bandwidth) {
  plan::Host host{name, {}, Bytes(memory), Bandwidth(bandwidth)};
  for (const double time : times) host.layer_time.emplace_back(time);
  return host;
}

PipelineProblem make_problem(const dnn::Network& network, std::vector<plan::Host> hosts) {
  PipelineProblem problem{&network, std::move(hosts), {}, Seconds(), false};
  for (const auto& layer : network.layers()) problem.output.push_back(layer.output);
  return problem;
}

// A chain of an input and layers with these outputs.
dnn::Network chain(const std::vector<double>& outputs, double weights = 1.0) {
  std::vector<LayerSpec> specs{{"in", {}, outputs.front()}};
  for (std::size_t v = 1; v < outputs.size(); ++v)
    specs.push_back({"l" + std::to_string(v), {v - 1}, outputs[v], weights});
  return make_network(specs);
}

// Tries every next stage on every host that is not used yet; knows nothing of types and nothing of blocks on a chain.
struct BruteForce {
  const PipelineProblem& problem;
  double best = infinity;
  std::vector<bool> used = std::vector<bool>(problem.hosts.size(), false);

  // The largest sum of a chain's live tensors: a layer's input and output; the last output stays.
  [[nodiscard]] double memory(LayerIndex first, LayerIndex last) const {
    double weights = 0.0;
    double peak = 0.0;
    for (LayerIndex v = first; v <= last; ++v) {
      weights += problem.network->layer(v).weights.value();
      const double in = v > 0 ? problem.network->layer(v - 1).output.value() : 0.0;
      peak = std::max(peak, in + problem.network->layer(v).output.value());
    }
    return weights + peak;
  }

  void go(LayerIndex first, std::size_t previous, double slowest) {
    if (slowest >= best) return;
    if (first == problem.network->size()) {
      best = slowest;
      return;
    }
    for (std::size_t h = 0; h < problem.hosts.size(); ++h) {
      if (used[h] || (problem.keeps_host_order && first > 0 && h < previous)) continue;
      const auto& host = problem.hosts[h];
      double transfer = 0.0;
      if (first > 0) {
        const double rate = std::min(host.bandwidth.value(), problem.hosts[previous].bandwidth.value());
        transfer = problem.output[first - 1].value() / rate;
      }
      used[h] = true;
      double compute = 0.0;
      for (LayerIndex last = first; last < problem.network->size(); ++last) {
        compute += host.layer_time[last].value();
        if (last == 0 || memory(first, last) > host.memory.value()) continue;  // the input alone is no stage
        go(last + 1, h, std::max({slowest, transfer, compute}));
      }
      used[h] = false;
    }
  }
};

double brute_force(const PipelineProblem& problem) {
  BruteForce search{problem};
  search.go(0, 0, 0.0);
  return search.best;
}

PipelineProblem random_problem(std::mt19937& random, const dnn::Network& network) {
  const auto below = [&](unsigned n) { return static_cast<double>(random() % n); };
  std::vector<plan::Host> hosts;
  const std::size_t count = 1 + random() % 4;
  for (std::size_t h = 0; h < count; ++h) {
    if (h > 0 && random() % 2 == 0) {  // one that is there already, under another name
      hosts.push_back(hosts[random() % h]);
      hosts.back().name = "again" + std::to_string(h);
      continue;
    }
    std::vector<double> times{0.0};
    while (times.size() < network.size()) times.push_back(random() % 12 == 0 ? infinity : 1.0 + below(9));
    hosts.push_back(make_host("h" + std::to_string(h), times, 10.0 + below(30), 1.0 + below(6)));
  }
  auto problem = make_problem(network, hosts);
  problem.keeps_host_order = random() % 2 == 0;
  return problem;
}

}  // namespace

TEST_CASE("a pipeline of two hosts takes as long as its slowest stage, and an inference as long as all of them") {
  const auto network = chain({8, 6, 4, 2});
  auto problem = make_problem(network, {make_host("a", {0, 1, 2, 3}, 100, 4), make_host("b", {0, 9, 9, 5}, 100, 1)});
  problem.hop_latency = Seconds(0.5);
  const auto cost = plan::evaluate(problem, {{0, 0, 2}, {1, 3, 3}});
  CHECK(cost.compute == std::vector{Seconds(1 + 2), Seconds(5)});
  CHECK(cost.transfer == std::vector{Seconds(4 / 1.0)});  // 4 B after l2 at min(4, 1) B/s
  CHECK(cost.slowest == Seconds(5));
  CHECK(cost.latency == Seconds(3 + 4 + 0.5 + 5));
  CHECK(cost.memory == std::vector{Bytes(2 + 14), Bytes(1 + 6)});  // weights and 8 + 6 B; weights and 4 + 2 B
  CHECK(cost.fits);
  CHECK_THROWS_AS(plan::evaluate(problem, {{0, 0, 1}, {0, 2, 3}}), InternalError);  // one host twice
  CHECK_THROWS_AS(plan::evaluate(problem, {{0, 0, 1}}), InternalError);             // layers left over
}

TEST_CASE("branches between two cut vertices are one block, and inputs belong to the first that works") {
  // in -> a -> (b, c) -> d -> e
  const auto network = make_network({{"in", {}}, {"a", {0}}, {"b", {1}}, {"c", {1}}, {"d", {2, 3}}, {"e", {4}}});
  const auto list = plan::blocks(network);
  REQUIRE(list.size() == 3);
  CHECK((list[0].first == 0 && list[0].last == 1));
  CHECK((list[1].first == 2 && list[1].last == 4));
  CHECK((list[2].first == 5 && list[2].last == 5));
}

TEST_CASE("no order, choice of hosts or split has a shorter slowest stage, in 1,000 random problems") {
  std::mt19937 random(61);
  int infeasible = 0;
  int shared = 0;
  for (int round = 0; round < test::draws(1000); ++round) {
    std::vector<double> outputs;
    for (std::size_t v = 0, layers = 1 + random() % 6; v <= layers; ++v)
      outputs.push_back(static_cast<double>(1 + random() % 12));
    const auto network = chain(outputs, static_cast<double>(random() % 6));
    const auto problem = random_problem(random, network);
    const double best = brute_force(problem);
    const auto found = partition::pipeline(problem);
    REQUIRE(found.has_value() == (best < infinity));
    if (!found) {
      ++infeasible;
      continue;
    }
    const auto cost = plan::evaluate(problem, *found);
    REQUIRE(cost.fits);
    REQUIRE(cost.slowest.value() == best);  // the same sums of whole numbers and the same quotients
    shared += found->size() > 1 ? 1 : 0;
  }
  CHECK(infeasible > test::draws(50));
  CHECK(infeasible < 500);
  CHECK(shared > test::draws(300));
}

TEST_CASE("a type's index is not a host's: four slow and four fast boards") {
  // 8 blocks of 1, 1, 2, 1, 1, 2, 1, 1 units of work; slow boards take 3 s a unit, fast ones 1 s.
  const std::vector<double> units{0, 1, 1, 2, 1, 1, 2, 1, 1};
  const auto network = chain(std::vector<double>(units.size(), 2.0));
  auto slow_times = units;
  for (auto& time : slow_times) time *= 3.0;
  std::vector<plan::Host> hosts;
  for (int i = 0; i < 4; ++i) hosts.push_back(make_host("slow" + std::to_string(i), slow_times, 100, 10));
  for (int i = 0; i < 4; ++i) hosts.push_back(make_host("fast" + std::to_string(i), units, 100, 10));
  const auto problem = make_problem(network, hosts);

  const auto found = partition::pipeline(problem);
  REQUIRE(found);
  const auto slowest = plan::evaluate(problem, *found).slowest;
  CHECK(slowest.value() == brute_force(problem));
  CHECK(slowest == Seconds(3));  // 10 units: below 3 s no slow board has a unit, and four fast ones do 2 units each

  // Types 0 and 1 read as hosts 0 and 1, which are both slow: every board then seems to take 3 s a unit, and the best
  // is 6 s by any 5 boards or more. Five stages of 2 units need a slow board for one of them, which is 6 s in truth
  // too.
  auto wrong = problem;
  for (std::size_t host = 4; host < 8; ++host) wrong.hosts[host].layer_time = hosts[1].layer_time;
  const auto misread = partition::pipeline(wrong);
  REQUIRE(misread);
  CHECK(plan::evaluate(problem, *misread).slowest == Seconds(6));
}

TEST_CASE("hosts that must keep their order may be left out but not swapped") {
  // The second layer runs only on the first host: in that order one host must do both, or the second comes too late.
  const auto network = chain({1, 1, 1});
  auto problem = make_problem(network, {make_host("a", {0, 5, 1}, 100, 1), make_host("b", {0, 1, infinity}, 100, 1)});
  const auto free = partition::pipeline(problem);
  CHECK(free == Pipeline{{1, 0, 1}, {0, 2, 2}});  // 1 s, 1 s between them, 1 s
  problem.keeps_host_order = true;
  CHECK(partition::pipeline(problem) == Pipeline{{0, 0, 2}});  // 5 + 1 s
  CHECK_THROWS_AS(plan::evaluate(problem, *free), InternalError);
}

TEST_CASE("a host too small for its share of the weights gets less or nothing") {
  // 10 B of weights a layer and 1 + 1 B of live activations: 22 B hold two layers, 12 B one, 11 B none.
  const auto network = chain({1, 1, 1, 1}, 10.0);
  const std::vector<double> times{0, 1, 1, 1};
  auto problem = make_problem(network, {make_host("a", times, 22, 10), make_host("b", times, 12, 10)});
  const auto found = partition::pipeline(problem);
  REQUIRE(found);
  CHECK(plan::evaluate(problem, *found).slowest == Seconds(2));
  problem.hosts[1].memory = Bytes(11);
  CHECK(!partition::pipeline(problem));
  problem.hosts[0].memory = Bytes(32);
  CHECK(partition::pipeline(problem) == Pipeline{{0, 0, 3}});
  problem.hosts.clear();
  CHECK(!partition::pipeline(problem));
}

}  // namespace edgecut::pipeline_test
