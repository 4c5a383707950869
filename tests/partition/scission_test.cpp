// Scission against trying every pair of cut vertices.
#include "partition/methods/scission.hpp"
#include "draws.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "config/error_of.hpp"
#include "config/map.hpp"
#include "partition/registry.hpp"
#include "plan/make_problem.hpp"

namespace edgecut::scission_test {
using Catch::Matchers::Contains;
using partition::Scission;
using partition::ScissionFilters;
using plan::Tier;

namespace {

plan::Problem with_edge(std::mt19937& random, const dnn::Network& network, bool direct) {
  auto problem = random_problem(random, network);
  plan::Edge edge;
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    edge.layer_time.emplace_back(network.is_input(v) ? 0.0 : 0.5 * static_cast<double>(random() % 20));
  }
  edge.link.up = Bandwidth(0.5 + static_cast<double>(random() % 5));
  edge.link.down = Bandwidth(1.0 + static_cast<double>(random() % 5));
  edge.link.set_rtt(Seconds(static_cast<double>(random() % 4)));
  problem.edge = edge;
  if (!direct) return problem;
  problem.direct.emplace();
  problem.direct->up = Bandwidth(0.3 + static_cast<double>(random() % 3));
  problem.direct->down = Bandwidth(1.0);
  problem.direct->set_rtt(Seconds(static_cast<double>(random() % 5)));
  return problem;
}

// The layers that all paths from a source to a sink run through, by counting paths.
std::vector<dnn::LayerIndex> on_all_paths(const dnn::Network& network) {
  const auto n = network.size();
  std::vector<long> before(n, 0);
  std::vector<long> after(n, 0);
  long total = 0;
  for (dnn::LayerIndex v = 0; v < n; ++v) {
    before[v] = network.is_input(v) ? 1 : 0;
    for (const auto u : network.graph().predecessors(v)) before[v] += before[u];
    if (network.graph().is_sink(v)) total += before[v];
  }
  std::vector<dnn::LayerIndex> found;
  for (dnn::LayerIndex v = n; v-- > 0;) {
    after[v] = network.graph().is_sink(v) ? 1 : 0;
    for (const auto w : network.graph().consumers(v)) after[v] += after[w];
    if (before[v] * after[v] == total) found.insert(found.begin(), v);
  }
  return found;
}

// Every plan whose device part and edge part end with an input, a cut vertex, or everything.
std::vector<plan::Candidate> all_pairs(const plan::Problem& problem) {
  const auto& network = *problem.network;
  std::vector<long> ends{-1, static_cast<long>(network.size()) - 1};
  for (const auto v : on_all_paths(network)) ends.push_back(static_cast<long>(v));
  std::vector<plan::Candidate> all;
  for (const long x : ends) {
    for (const long y : ends) {
      plan::Plan plan{0, dnn::Placement(network.size()), dnn::Placement(network.size()), 0, 0};
      for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
        plan.on_device[v] = network.is_input(v) || static_cast<long>(v) <= x;
        plan.on_edge[v] = !plan.on_device[v] && static_cast<long>(v) <= y;
      }
      if (!problem.edge) plan.on_edge.clear();
      all.push_back(plan::make_candidate(problem, plan));
    }
  }
  return all;
}

double best_by_hand(const plan::Problem& problem, const ScissionFilters& filters) {
  double best = std::numeric_limits<double>::infinity();
  for (const auto& [plan, cost] : all_pairs(problem)) {
    const auto runs = [&, &cost = cost](Tier tier) {
      return tier == Tier::device ? cost.layers_on_device > 0 : tier == Tier::edge ? cost.uses_edge : cost.uses_cloud;
    };
    bool allowed = plan::is_feasible(problem, cost);
    for (const auto tier : filters.required) allowed = allowed && runs(tier);
    for (const auto tier : filters.forbidden) allowed = allowed && !runs(tier);
    if (filters.max_sent && cost.up > *filters.max_sent) allowed = false;
    if (filters.max_head && cost.head > *filters.max_head) allowed = false;
    if (allowed) best = std::min(best, cost.objective(problem.objective));
  }
  return best;
}

void check(const plan::Problem& problem, const ScissionFilters& filters) {
  const double best = best_by_hand(problem, filters);
  const auto decision = Scission(filters).partition(problem);
  REQUIRE(decision.plan.has_value() == (best < std::numeric_limits<double>::infinity()));
  if (!decision.plan) return;
  REQUIRE(plan::evaluate(problem, *decision.plan).objective(problem.objective) == Approx(best).epsilon(1e-12));
}

dnn::Network chain(std::mt19937& random, std::size_t layers) {
  std::vector<LayerSpec> specs{{"in", {}, static_cast<double>(1 + random() % 40)}};
  for (std::size_t v = 1; v <= layers; ++v) {
    specs.push_back({"l" + std::to_string(v), {v - 1}, static_cast<double>(1 + random() % 40)});
  }
  return make_network(specs);
}

double over(const plan::Hop& hop, double up, double down) {
  return (hop.up_latency + hop.down_latency).value() + up / hop.up.value() + down / hop.down.value();
}

// Layers 1..x on the device, x+1..y on the edge server, the rest in the cloud. The result is the last layer's.
double chain_latency(const plan::Problem& problem, std::size_t x, std::size_t y) {
  const std::size_t last = problem.network->size() - 1;
  double sum = 0.0;
  for (std::size_t v = 1; v <= x; ++v) sum += problem.processors[0].layer_time[v].value();
  for (std::size_t v = x + 1; v <= y; ++v) sum += problem.edge->layer_time[v].value();
  for (std::size_t v = y + 1; v <= last; ++v) sum += problem.cloud_time[v].value();
  if (x == last) return sum;
  const double up = problem.output[x].value();
  const double result = problem.result[last].value();
  if (x == y && problem.direct) return sum + over(*problem.direct, up, result);
  sum += over(problem.link, up, result);
  return y == last ? sum : sum + over(problem.edge->link, problem.output[y].value(), result);
}

partition::PartitionerPtr make(const std::string& text, bool has_edge) {
  const auto value = config::parse_text(text, "p.yaml");
  static const auto network = make_network({{"in", {}, 10}, {"a", {0}, 1}, {"b", {1}, 1}});
  const auto& kind = partition::kind_of(value);
  return config::read(value, partition::options_record(kind), [&](config::Map& map) {
    map.child("kind");
    partition::Setting setting;
    setting.network = &network;
    setting.has_edge = has_edge;
    return kind.make(map, setting);
  });
}

}  // namespace

TEST_CASE("on random DAGs with an edge server scission finds the best of all pairs of cut vertices") {
  std::mt19937 random(31);
  for (int round = 0; round < test::draws(1000); ++round) {
    const auto network = random_network(random, 3 + random() % 7, 1 + random() % 2);
    auto problem = with_edge(random, network, round % 2 == 0);
    problem.objective = std::vector{plan::Objective::latency, plan::Objective::energy}[random() % 2];
    if (random() % 3 == 0) problem.constraints.deadline = Seconds(static_cast<double>(random() % 60));
    check(problem, {});
    ScissionFilters filters;
    (random() % 2 == 0 ? filters.required : filters.forbidden).push_back(static_cast<Tier>(random() % 3));
    if (random() % 2 == 0) filters.max_sent = Bytes(static_cast<double>(random() % 40));
    if (random() % 2 == 0) filters.max_head = Seconds(static_cast<double>(random() % 40));
    check(problem, filters);
  }
}

TEST_CASE("on random chains scission's latency is the smallest by the formula of three tiers") {
  std::mt19937 random(32);
  for (int round = 0; round < test::draws(1000); ++round) {
    const auto network = chain(random, 1 + random() % 7);
    const auto problem = with_edge(random, network, round % 2 == 0);
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t x = 0; x < network.size(); ++x) {
      for (std::size_t y = x; y < network.size(); ++y) best = std::min(best, chain_latency(problem, x, y));
    }
    const auto decision = Scission().partition(problem);
    REQUIRE(decision.plan);
    REQUIRE(plan::evaluate(problem, *decision.plan).latency.value() == Approx(best).epsilon(1e-12));
  }
}

TEST_CASE("on two tiers scission cuts at cut vertices only") {
  std::mt19937 random(33);
  for (int round = 0; round < test::draws(1000); ++round) {
    const auto network = random_network(random, 3 + random() % 7, 1 + random() % 2);
    check(random_problem(random, network, 1), {});
  }
  // in -> a, in -> b, a + b -> c. After a would send 10 + 1 B and take 1 + 11 s, but is inside a block.
  const auto network = make_network({{"in", {}, 10}, {"a", {0}, 1}, {"b", {0}, 30}, {"c", {1, 2}, 1}});
  auto problem = make_problem(network, {0, 1, 9, 9}, {0, 8, 1, 1});
  // Cloud only 10 + 10 = 20 s, device only 19 s, after c the same; after a 1 + 11 + 2 = 14 s.
  CHECK(plan::evaluate(problem, plan::cut_after(problem, 1)).latency == 14_s);
  CHECK(plan::evaluate(problem, *Scission().partition(problem).plan).latency == 19_s);
}

TEST_CASE("scission takes a direct link where nothing runs on the edge server") {
  const auto network = make_network({{"in", {}, 10}, {"a", {0}, 1}});
  auto problem = make_problem(network, {0, 100}, {0, 1});
  problem.edge.emplace();
  problem.edge->layer_time = {Seconds(), 50_s};
  problem.edge->link.up = problem.edge->link.down = 1_Bps;
  // Relayed 10 + 10 + 1 = 21 s; on the edge server 10 + 50 s; over its own link 10 / 2 + 1 = 6 s.
  CHECK(plan::evaluate(problem, *Scission().partition(problem).plan).latency == 21_s);
  problem.direct.emplace();
  problem.direct->up = problem.direct->down = Bandwidth(2);
  CHECK(plan::evaluate(problem, *Scission().partition(problem).plan).latency == 6_s);
  CHECK(
      plan::evaluate(problem, *Scission({.forbidden = {Tier::cloud, Tier::device}}).partition(problem).plan).latency ==
      60_s);
  const auto none = Scission({.required = {Tier::edge}, .max_sent = 9_B}).partition(problem);
  CHECK_FALSE(none.plan);
  CHECK_THAT(none.explained(), Contains("infeasible"));
}

TEST_CASE("scission's filters are read, and refused where they make no sense") {
  const auto fails = [](const std::string& text, bool has_edge) { return error_of([&] { make(text, has_edge); }); };
  CHECK(make("{kind: scission, require: [edge], forbid: [cloud], max_sent: 2 MB, max_head: 3 s}", true) != nullptr);
  CHECK_THAT(fails("{kind: scission, require: [edge]}", false), Contains("p.yaml:1:28") && Contains("no edge server"));
  CHECK_THAT(fails("{kind: scission, require: [fog]}", true), Contains("no tier 'fog'"));
  CHECK_THAT(fails("{kind: scission, require: cloud}", true), Contains("must be a list"));
  CHECK_THAT(fails("{kind: scission, require: [cloud], forbid: [cloud]}", true), Contains("that is required"));
  CHECK_THAT(fails("{kind: scission, forbid: [device, cloud]}", false), Contains("leaves no tier"));
  CHECK_THAT(fails("{kind: scission, max_sent: -1 B}", false), Contains("at least 0"));
  const auto network = make_network({{"in", {}, 10}, {"a", {0}, 1}, {"b", {1}, 1}});
  const auto problem = make_problem(network, {0, 1, 1}, {0, 0, 0});  // device only 2 s, after a 1 + 1 + 0, cloud 10 s
  const auto cut = [&](const std::string& text) {
    return plan::describe(network, *make(text, false)->partition(problem).plan);
  };
  CHECK(cut("kind: scission") == "device only");
  CHECK(cut("{kind: scission, require: [cloud]}") == "after a");
  CHECK(cut("{kind: scission, max_head: 0.5 s}") == "cloud only");
  CHECK(cut("{kind: scission, rank: 1}") == cut("{kind: scission}"));
  CHECK(cut("{kind: scission, rank: 2}") == "after a");  // 1 s + 1 s as well, or more than 2 s: behind device only
  CHECK(cut("{kind: scission, rank: 3}") == "cloud only");
  CHECK_THAT(make("{kind: scission, rank: 4}", false)->partition(problem).reason, Contains("only 3 of 3"));
  CHECK(cut("{kind: scission, require: [cloud], forbid: [device]}") == "cloud only");
}

}  // namespace edgecut::scission_test
