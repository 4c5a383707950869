// Why a plan: what binds it, what comes next, and by what a method judges; by hand and against trying every plan.
#include "partition/explain/explain.hpp"
#include "draws.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "partition/early_exits.hpp"
#include "partition/methods/autosplit.hpp"
#include "partition/methods/bandwidth_specific.hpp"
#include "partition/methods/dads.hpp"
#include "partition/methods/edgent.hpp"
#include "partition/methods/exhaustive.hpp"
#include "partition/methods/graph_partitioners.hpp"
#include "partition/methods/random_cut.hpp"
#include "partition/methods/resource_aware.hpp"
#include "partition/methods/scission.hpp"
#include "partition/random_problem.hpp"
#include "plan/make_problem.hpp"

namespace edgecut::explain_test {
using partition::explain;
using partition::Explanation;
using partition::Resource;
using partition::ResourceAware;
using partition::ResourceAwareOptions;
using Names = std::vector<std::string>;
using Rule = ResourceAwareOptions::Rule;

namespace {

// in -> a -> b -> c -> d at 1 B/s, no round trip. Shares of FLOP on the device 0.1, 0.4, 0.6, 1.
//   cut        cloud only    a    b    c    device only
//   head                0   20   80  120    200
//   bytes             100   80   20   60      0
//   tail               20   18   12    8      0
//   latency           120  118  112  188    200
const dnn::Network& chain() {
  static const auto network = make_network({{"in", {}, 100},
                                            {"a", {0}, 80, 200, 10, 50},
                                            {"b", {1}, 20, 40, 30, 10},
                                            {"c", {2}, 60, 120, 20, 30},
                                            {"d", {3}, 1, 40, 40, 10}});
  return network;
}

plan::Problem chain_problem() {
  return make_problem(chain(), {0, 20, 60, 40, 80}, {0, 2, 6, 4, 8});
}

struct Explained {
  std::string cut;
  Explanation why;
  std::string next;
};

Explained ask(const partition::Partitioner& partitioner, const plan::Problem& problem) {
  const auto decision = partitioner.partition(problem);
  REQUIRE(decision.plan);
  auto why = explain(partitioner, problem, *decision.plan);
  const auto next = why.runner_up ? plan::describe(*problem.network, why.runner_up->plan) : "none";
  return {plan::describe(*problem.network, *decision.plan), std::move(why), next};
}

ResourceAwareOptions with_budgets(Rule rule, std::map<Resource, double> budgets) {
  ResourceAwareOptions options;
  options.rule = rule;
  options.budgets = std::move(budgets);
  return options;
}

// The best objective of any other plan that keeps the limits and `also`; none where there is no such plan.
template <class ForEvery, class Also>
std::optional<double> second_best(const plan::Problem& problem, const plan::Plan& chosen, ForEvery for_every,
                                  Also also) {
  std::optional<double> best;
  for_every(problem, [&](const plan::Candidate& candidate) {
    if (partition::is_same_in_effect(problem, candidate.plan, chosen)) return;
    if (!plan::is_feasible(problem, candidate.cost) || !also(candidate)) return;
    const double value = candidate.cost.objective(problem.objective);
    if (!best || value < *best) best = value;
  });
  return best;
}

void check_runner_up(const partition::Partitioner& partitioner, const plan::Problem& problem, const plan::Plan& plan,
                     const std::optional<double>& expected) {
  const auto why = explain(partitioner, problem, plan);
  REQUIRE(why.runner_up.has_value() == expected.has_value());
  if (!expected) return;
  CHECK(why.runner_up->cost.objective(problem.objective) == Approx(*expected).epsilon(1e-9).margin(1e-12));
  CHECK(partitioner.explainer().admits(problem, why.runner_up->plan));
}

// All that a partitioner has to have.
class Alone final : public partition::Partitioner {
 public:
  [[nodiscard]] partition::Decision partition(const plan::Problem& problem) const override {
    return partition::Exhaustive().partition(problem);
  }
};

// Asked about, not asked.
class Outside final : public partition::Partitioner {
 public:
  [[nodiscard]] partition::Decision partition(const plan::Problem& problem) const override {
    ++asked;
    return {plan::cut_after(problem, 1), "mine"};
  }
  [[nodiscard]] const partition::Explainer& explainer() const override {
    return partition::plain_explainer(partition::SearchSpace::elsewhere);
  }
  mutable int asked = 0;
};

}  // namespace

TEST_CASE("a budget that binds is named, and the next plan keeps it") {
  for (const auto rule : {Rule::R3, Rule::R4}) {
    const ResourceAware method(with_budgets(rule, {{Resource::compute, 0.2}}));
    const auto [cut, why, next] = ask(method, chain_problem());
    CHECK(cut == "after a");  // after b is better and 40 % of the FLOP
    CHECK(why.binding == Names{"compute budget"});
    CHECK(next == "cloud only");
    CHECK(why.margin == Approx(2.0 / 118.0));  // 120 against 118
  }
}

TEST_CASE("a budget that is derived from the deadline is named beside the deadline") {
  auto problem = chain_problem();
  problem.constraints.deadline = 119_s;
  problem.processors[0].nominal = FlopRate(0.5);  // 0.5 FLOP/s x 119 s of 200 FLOP: 30 %
  const auto [cut, why, next] = ask(ResourceAware(with_budgets(Rule::R3, {})), problem);
  CHECK(cut == "after a");
  CHECK(why.binding == Names{"deadline", "compute budget"});
  CHECK(next == "none");  // cloud only takes 120 s
}

TEST_CASE("limits that bind together only are named together") {
  const ResourceAware method(with_budgets(Rule::R3, {{Resource::compute, 0.2}, {Resource::energy, 0.2}}));
  CHECK(ask(method, chain_problem()).why.binding == Names{"compute budget", "energy budget"});
}

TEST_CASE("the allowance for errors is named where limits hold as believed") {
  auto problem = chain_problem();
  problem.constraints.deadline = 135_s;
  auto options = with_budgets(Rule::R3, {});
  options.robust = {.kind = partition::RobustOptions::Kind::chance, .error = 0.3};
  // After b: 112 s + 1.645 x 0.307 x |(20, 60, 4, 8)| = 144 s; after a: 118 s + 1.645 x 0.307 x |(20, 6, 4, 8)| = 129 s.
  const auto [cut, why, next] = ask(ResourceAware(options), problem);
  CHECK(cut == "after a");
  CHECK(why.binding == Names{"deadline", "robust"});
  CHECK(next == "cloud only");  // 120 s + 1.645 x 0.307 x |(2, 6, 4, 8)| = 126 s
}

TEST_CASE("a robust choice is judged by its worst case") {
  auto options = with_budgets(Rule::R3, {});
  options.robust = {.kind = partition::RobustOptions::Kind::worst_case, .error = 1.0};
  const auto [cut, why, next] = ask(ResourceAware(options), chain_problem());
  // All of it by 2 at worst: as believed.
  CHECK(cut == "after b");
  CHECK(why.measure == "worst latency");
  CHECK(why.margin == Approx(6.0 / 112.0));
}

TEST_CASE("R2 is judged by its weighted complexity, R1 is said not to minimise the objective") {
  auto options = with_budgets(Rule::R2, {});
  options.weights = {{Resource::compute, 1.0}, {Resource::bandwidth, 1.0}};
  // Means of the shares of FLOP and of the largest bytes: (0 + 1) / 2, (0.1 + 0.8) / 2, (0.4 + 0.2) / 2, ...
  const auto weighed = ask(ResourceAware(options), chain_problem());
  CHECK(weighed.cut == "after b");
  CHECK(weighed.next == "after a");
  CHECK(weighed.why.measure == "weighted complexity");
  CHECK(weighed.why.margin == Approx(0.45 / 0.3 - 1.0));

  auto rule = with_budgets(Rule::R1, {{Resource::compute, 0.7}});
  rule.scarce = {Resource::compute};
  const auto ordered = ask(ResourceAware(rule), chain_problem());
  CHECK(ordered.cut == "after c");  // as much as 70 % allow
  CHECK(ordered.next == "after b");
  CHECK_FALSE(ordered.why.is_objective);
  CHECK(ordered.why.binding == Names{"compute budget"});
}

TEST_CASE("filters of scission that bind are named, and the next plan passes them") {
  partition::ScissionFilters filters;
  filters.max_head = 50_s;
  filters.max_sent = 200_B;
  const auto [cut, why, next] = ask(partition::Scission(filters), chain_problem());
  CHECK(cut == "after a");
  CHECK(why.binding == Names{"max_head"});
  CHECK(next == "cloud only");
}

TEST_CASE("the limit on distortion is named") {
  auto problem = chain_problem();
  plan::Encoding encoding{"half", problem.output, {}, {}, 0.0, {0, 0.1, 0.5, 0.5, 0}};
  encoding.encode.assign(5, Seconds());
  encoding.decode.assign(5, Seconds());
  problem.encodings = {encoding};
  const auto [cut, why, next] = ask(partition::AutoSplit(0.2), problem);
  CHECK(cut == "after a");
  CHECK(why.binding == Names{"distortion"});
  CHECK(next == "cloud only");
}

TEST_CASE("the fewest bytes within the time between requests are bound by it, and judged by bytes") {
  auto problem = chain_problem();
  problem.period = 150_s;
  const auto [cut, why, next] = ask(partition::BandwidthSpecific(), problem);
  CHECK(cut == "after b");
  CHECK(why.binding == Names{"time between requests"});  // device only sends nothing and takes 200 s
  CHECK(next == "after a");
  CHECK(why.measure == "bytes");
  CHECK(why.margin == 3.0);  // 80 B against 20 B
}

TEST_CASE("edgent is judged by the latency at its exit, whatever the objective") {
  std::mt19937 random(4);
  int compared = 0;
  for (int round = 0; round < 50; ++round) {
    const auto network = early_exits(random);
    auto problem = exits_problem(random, network);
    problem.objective = plan::Objective::energy;
    problem.constraints.deadline = Seconds(40.0 + static_cast<double>(random() % 40));
    const auto decision = partition::Edgent().partition(problem);
    if (!decision.plan) continue;
    const auto why = explain(partition::Edgent(), problem, *decision.plan);
    if (!why.runner_up || why.runner_up->plan.exit_policy != decision.plan->exit_policy) continue;
    ++compared;
    CHECK(why.margin == Approx(why.runner_up->cost.latency / why.cost.latency - 1.0).margin(1e-12));
    CHECK(why.margin >= -1e-12);
    CHECK(why.runner_up->cost.latency <= *problem.constraints.deadline);
  }
  CHECK(compared > test::draws(20));
}

TEST_CASE("a cut that was drawn is bound by nothing") {
  auto problem = chain_problem();
  problem.constraints.min_layers_on_device = 2;
  const auto why = ask(partition::RandomCut(1), problem).why;
  CHECK(why.binding.empty());
  CHECK_FALSE(why.runner_up);
  CHECK_FALSE(why.changes_below);
  CHECK(why.note == "not chosen by a value: nothing binds it");
}

TEST_CASE("a method that has its one method alone is explained as one that takes the best cut of the layer order") {
  auto problem = chain_problem();
  problem.constraints.deadline = 119_s;
  const auto [cut, why, next] = ask(Alone(), problem);
  const auto expected = ask(partition::Exhaustive(), problem);
  CHECK(cut == "after b");  // 112 s; after a it is 118 s, cloud only 120 s
  CHECK(next == "after a");
  CHECK(next == expected.next);
  CHECK(why.margin == Approx(6.0 / 112.0));
  CHECK(why.measure == "latency");
  CHECK(why.is_objective);
  CHECK(why.binding.empty());
}

TEST_CASE("a program outside is not asked what if") {
  const Outside method;
  const auto problem = chain_problem();
  const auto why = explain(method, problem, plan::cut_after(problem, 1));
  CHECK(method.asked == 0);
  CHECK(why.note == "not asked what if, since it might learn from it");
  CHECK(why.runner_up->cost.latency == 112_s);  // after b
  CHECK(why.margin == Approx(-6.0 / 118.0));
}

TEST_CASE(
    "the next plan of min_cut and R4 is the second best of every placement of 300 random DAGs, under limits too") {
  std::mt19937 random(17);
  int compared = 0;
  int no_prefix = 0;
  for (int round = 0; round < test::draws(300); ++round) {
    const auto number = static_cast<std::size_t>(round);
    auto owned = tests::random_problem(random, 5 + number % 3, 1 + number % 2);
    auto& problem = owned.problem;
    problem.objective = static_cast<plan::Objective>(round % 3);
    if (round % 5 == 0) tests::add_encodings(random, problem);
    if (round % 4 == 1) problem.constraints.min_layers_on_device = 1;
    if (round % 4 == 2) problem.constraints.energy = Joules(20.0);
    if (round % 4 == 3) problem.constraints.deadline = Seconds(25.0);
    const auto any = [](const plan::Candidate&) { return true; };
    if (const auto best = partition::MinCut().partition(problem); best.plan) {
      const auto expected = second_best(problem, *best.plan, tests::for_every_plan, any);
      check_runner_up(partition::MinCut(), problem, *best.plan, expected);
      const auto why = explain(partition::MinCut(), problem, *best.plan);
      ++compared;
      no_prefix += why.runner_up && !plan::cut_position(*problem.network, why.runner_up->plan) ? 1 : 0;
    }
    const ResourceAware rule(with_budgets(Rule::R4, {{Resource::compute, 0.6}}));
    const auto best = rule.partition(problem);
    if (!best.plan) continue;
    const auto kept = [&](const plan::Candidate& candidate) { return rule.admits(problem, candidate.plan); };
    check_runner_up(rule, problem, *best.plan, second_best(problem, *best.plan, tests::for_every_plan, kept));
  }
  CHECK(compared > test::draws(200));
  CHECK(no_prefix > test::draws(20));
}

TEST_CASE("the next plan of min_cut is the second best of every placement on three tiers, and of qdmp on two") {
  std::mt19937 random(19);
  const auto any = [](const plan::Candidate&) { return true; };
  for (int round = 0; round < test::draws(100); ++round) {
    auto owned = tests::random_problem(random, 6);
    auto& problem = owned.problem;
    problem.objective = static_cast<plan::Objective>(round % 3);
    const auto two = partition::Qdmp().partition(problem);
    REQUIRE(two.plan);
    check_runner_up(partition::Qdmp(), problem, *two.plan, second_best(problem, *two.plan, tests::for_every_plan, any));
    tests::add_edge(random, problem);
    const auto three = partition::MinCut().partition(problem);
    REQUIRE(three.plan);
    check_runner_up(partition::MinCut(), problem, *three.plan,
                    second_best(problem, *three.plan, tests::for_every_three_tier_plan, any));
  }
}

TEST_CASE("DADS under heavy load is judged by its slowest stage") {
  const auto [cut, why, next] = ask(partition::DadsHeavy(), chain_problem());
  // Slowest of head, bytes and tail: cloud only 100, a 80, b 80, c 120, device only 200; of a and b b is faster.
  CHECK(cut == "after b");
  CHECK(next == "after a");
  CHECK(why.measure == "slowest of head, upload and tail");
  CHECK(why.margin == 0.0);
}

}  // namespace edgecut::explain_test
