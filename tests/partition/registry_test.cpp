// What a scenario may say under `partitioners:`.
#include "partition/registry.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>

#include "config/error_of.hpp"
#include "dnn/make_network.hpp"
#include "plan/make_problem.hpp"

namespace edgecut::registry_test {
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

const dnn::Network& network() {
  static const auto net = make_network({{"in", {}, 100}, {"conv1", {0}, 80, 0, 10}, {"pool1", {1}, 20, 0, 90}});
  return net;
}

partition::PartitionerPtr make(const std::string& text, bool has_time_limit = false) {
  const auto value = config::parse_text(text, "p.yaml");
  const auto& kind = partition::kind_of(value);
  return config::read(value, partition::options_record(kind), [&](config::Map& map) {
    map.child("kind");
    return kind.make(map, {&network(), {"cpu", "gpu"}, has_time_limit});
  });
}

std::string make_error(const std::string& text, bool has_time_limit = false) {
  return error_of([&] { make(text, has_time_limit); });
}

}  // namespace

TEST_CASE("every kind is made, and knows what it may") {
  using partition::Knowledge;
  const auto knowledge = [](const std::string& name) {
    return partition::find_kind(config::make_scalar(name, "t")).knowledge;
  };
  CHECK(knowledge("device_only") == Knowledge::nothing);
  CHECK(knowledge("cloud_only") == Knowledge::nothing);
  CHECK(knowledge("fixed") == Knowledge::nothing);
  CHECK(knowledge("offline_benchmark") == Knowledge::benchmark);
  CHECK(knowledge("online_bandit") == Knowledge::benchmark);
  CHECK(knowledge("resource_aware") == Knowledge::nominal);
  CHECK(knowledge("external") == Knowledge::benchmark);
  CHECK(knowledge("oracle") == Knowledge::truth);
  CHECK(knowledge("best_fixed") == Knowledge::truth);
  for (const auto* text :
       {"kind: device_only", "kind: cloud_only", "{kind: fixed, after: conv1}",
        "{kind: fixed, after: conv1, processor: gpu}", "kind: offline_benchmark",
        "{kind: offline_benchmark, constraints: ignored}", "{kind: online_bandit, exploration: 0.5, memory: 98 %}",
        "{kind: resource_aware, rule: R3}",
        "{kind: resource_aware, rule: R1, scarce: [bandwidth], budgets: {compute: 50 %}}",
        "{kind: external, command: [no_such_program]}", "{kind: external, command: [a], timeout: 100 ms}",
        "{kind: resource_aware, rule: R2, weights: {compute: 1, bandwidth: 2}}",
        "{kind: resource_aware, rule: R3, adaptive: {hysteresis: 10 %, switching: 0.6 s, horizon: 100}}",
        "{kind: resource_aware, rule: R3, robust: {kind: chance, error: 20 %, confidence: 95 %}}",
        "{kind: resource_aware, rule: R3, robust: {kind: chance, error: {shared: 20 %, layer: 10 %}}}", "kind: oracle",
        "kind: best_fixed"}) {
    INFO(text);
    CHECK(make(text) != nullptr);
  }
}

TEST_CASE("an unknown kind is refused with the known ones and the nearest") {
  CHECK_THAT(make_error("kind: orcale"),
             StartsWith("p.yaml:1:7: kind: no partitioner 'orcale' (did you mean 'oracle'?"));
  CHECK_THAT(make_error("kind: greedy"), Contains("known: device_only, cloud_only, fixed, random"));
}

TEST_CASE("options of the wrong kind, name or value are refused where they stand") {
  CHECK_THAT(make_error("{kind: fixed}"), StartsWith("p.yaml:1:1: ") && Contains("missing key 'after'"));
  CHECK_THAT(make_error("{kind: fixed, after: conv2}"),
             StartsWith("p.yaml:1:22: after: no layer 'conv2'") && Contains("did you mean 'conv1'?"));
  CHECK_THAT(make_error("{kind: fixed, after: conv1, processor: npu}"),
             StartsWith("p.yaml:1:40: processor: no processor 'npu'") && Contains("known: cpu, gpu"));
  CHECK_THAT(make_error("{kind: oracle, after: conv1}"), StartsWith("p.yaml:1:16: "));
  CHECK_THAT(make_error("{kind: offline_benchmark, constraints: maybe}"), Contains("known: honoured, ignored"));
  CHECK_THAT(make_error("{kind: external}"), Contains("missing key 'command'"));
  CHECK_THAT(make_error("{kind: external, command: python3 a.py}"),
             StartsWith("p.yaml:1:27: command: must be a list such as [python3, mine.py]"));
  CHECK_THAT(make_error("{kind: external, command: [a], timeout: 0 s}"), StartsWith("p.yaml:1:41: timeout: "));
  CHECK_THAT(make_error("{kind: resource_aware}"), Contains("missing key 'rule'"));
  CHECK_THAT(make_error("{kind: resource_aware, rule: R9}"), Contains("known: R1, R2, R3"));
  CHECK_THAT(make_error("{kind: resource_aware, rule: R1, scarce: bandwidth, budgets: {compute: 0.5}}"),
             Contains("list"));
  CHECK_THAT(make_error("{kind: resource_aware, rule: R1, scarce: [], budgets: {compute: 0.5}}"), Contains("list"));
  CHECK_THAT(make_error("{kind: resource_aware, rule: R1, scarce: [compute, bandwith], budgets: {compute: 0.5}}"),
             StartsWith("p.yaml:1:52: scarce[1]: no resource 'bandwith'") && Contains("did you mean 'bandwidth'?"));
  CHECK_THAT(make_error("{kind: resource_aware, rule: R3, budgets: {compute: -1}}"), Contains("at least 0"));
  CHECK_THAT(make_error("{kind: resource_aware, rule: R3, budgets: {compute: 5 s}}"), Contains("neither a share"));
}

TEST_CASE("a budget is a share or an amount in its own unit, and anything else names both") {
  for (const auto* text : {"compute: 2 GFLOP", "energy: 2 J", "storage: 20 MB", "memory: 100 MB", "bandwidth: 200 kB",
                           "compute: 50 %, memory: 0.5, bandwidth: 10 %, energy: 50 mJ, storage: auto"}) {
    INFO(text);
    CHECK(make(fmt::format("{{kind: resource_aware, rule: R4, budgets: {{{}}}}}", text)) != nullptr);
  }
  CHECK_THAT(make_error("{kind: resource_aware, rule: R3, budgets: {energy: 2 MB}}"),
             StartsWith("p.yaml:1:52: budgets.energy: '2 MB' is neither a share such as '50 %' nor an energy"));
  CHECK_THAT(make_error("{kind: resource_aware, rule: R3, budgets: {memory: 2 J}}"),
             StartsWith("p.yaml:1:52: budgets.memory: '2 J' is neither a share"));
  CHECK_THAT(make_error("{kind: resource_aware, rule: R3, budgets: {bandwidth: 1 Mbit/s}}"), Contains("nor"));
  CHECK_THAT(make_error("{kind: resource_aware, rule: R3, budgets: {storage: -2 MB}}"), Contains("at least 0"));
  CHECK_THAT(make_error("{kind: resource_aware, rule: R3, budgets: {lifetime: 8 h}}"),
             StartsWith("p.yaml:1:54: budgets.lifetime: has no budget here") && Contains("constraints"));
}

TEST_CASE("every resource may be scarce, and what R2 is to weigh needs something to be scarce against") {
  const std::string all = "[lifetime, memory, energy, storage, compute, bandwidth]";
  CHECK(make("{kind: resource_aware, rule: R1, scarce: " + all + "}") != nullptr);
  CHECK(make("{kind: resource_aware, rule: R2, scarce: [memory, storage]}") != nullptr);
  CHECK(make("{kind: resource_aware, rule: R2, weights: {memory: 1, lifetime: 2}}") != nullptr);
  CHECK_THAT(make_error("{kind: resource_aware, rule: R2, scarce: [memory, lifetime]}"),
             StartsWith("p.yaml:1:51: scarce[1]: its weight needs") && Contains("lifetime"));
  CHECK_THAT(make_error("{kind: resource_aware, rule: R2, scarce: [compute]}"),
             Contains("scarce[0]: its weight needs"));
  CHECK_THAT(make_error("{kind: resource_aware, rule: R2, scarce: [memory], weights: {memory: 1}}"),
             Contains("scarce: ") && Contains("`weights:`"));
}

TEST_CASE("options that a rule would not look at are refused, not ignored") {
  CHECK_THAT(make_error("{kind: resource_aware, rule: R3, scarce: [compute]}"),
             StartsWith("p.yaml:1:42: scarce: only rules R1 and R2"));
  CHECK_THAT(make_error("{kind: resource_aware, rule: R3, weights: {compute: 1}}"),
             StartsWith("p.yaml:1:43: weights: only rule R2"));
  CHECK_THAT(
      make_error("{kind: resource_aware, rule: R1, weights: {compute: 1}, scarce: [compute], budgets: {compute: 1}}"),
      Contains("only rule R2"));
}

TEST_CASE("adaptive and robust are refused where they would not be looked at") {
  CHECK_THAT(make_error("{kind: resource_aware, rule: R4, robust: {kind: regret}}"), Contains("only rule R3"));
  CHECK_THAT(make_error("{kind: resource_aware, rule: R3, robust: {kind: regret, confidence: 90 %}}"),
             Contains("robust.confidence: only kind chance"));
  CHECK_THAT(make_error("{kind: resource_aware, rule: R3, robust: {kind: worst_case, error: {shared: 20 %}}}"),
             Contains("robust.error: only kind chance takes a map"));
  CHECK_THAT(make_error("{kind: resource_aware, rule: R3, robust: {kind: chance, error: {shard: 20 %}}}"),
             Contains("robust.error") && Contains("did you mean 'shared'?"));
  CHECK_THAT(make_error("{kind: resource_aware, rule: R3, robust: {kind: best}}"),
             Contains("chance, worst_case, regret"));
  CHECK_THAT(make_error("{kind: resource_aware, rule: R3, adaptive: {horizon: 0}}"), Contains("adaptive.horizon"));
  CHECK(make("{kind: resource_aware, rule: R3, adaptive: {}}")->is_stateful());
  CHECK_FALSE(make("{kind: resource_aware, rule: R3}")->is_stateful());
}

TEST_CASE("a resource named twice as scarce is refused") {
  CHECK(make_error("{kind: resource_aware, rule: R1, scarce: [compute, compute], budgets: {compute: 0.5}}") !=
        "no error");
}

TEST_CASE("bandwidth alone without any budget always means device only, and is refused") {
  const std::string text = "{kind: resource_aware, rule: R1, scarce: [bandwidth]}";
  CHECK_THAT(make_error(text), StartsWith("p.yaml:1:42: scarce: ") && Contains("device-only") && Contains("budgets"));
  CHECK(make(text, true) != nullptr);  // a deadline or a rate gives a compute budget
}

TEST_CASE("what is scarce, and R2's weights, need a time limit or to be given") {
  CHECK_THAT(make_error("{kind: resource_aware, rule: R1}"), Contains("deadline") && Contains("scarce"));
  CHECK_THAT(make_error("{kind: resource_aware, rule: R2}"), Contains("deadline") && Contains("weights"));
  CHECK(make("{kind: resource_aware, rule: R1}", true) != nullptr);
  CHECK(make("{kind: resource_aware, rule: R2}", true) != nullptr);
  CHECK(make("{kind: resource_aware, rule: R1, budgets: {compute: 50 %}}") != nullptr);
}

TEST_CASE("a compute budget that is to be derived needs a time limit") {
  const std::string text = "{kind: resource_aware, rule: R3, budgets: {compute: auto}}";
  CHECK_THAT(make_error(text), StartsWith("p.yaml:1:53: budgets.compute: ") && Contains("deadline"));
  CHECK(make(text, true) != nullptr);
}

TEST_CASE("all weights zero mean nothing and are refused") {
  CHECK(make_error("{kind: resource_aware, rule: R2, weights: {compute: 0, bandwidth: 0}}") != "no error");
}

TEST_CASE("the options arrive: the partitioner that is made decides by them") {
  const auto problem = make_problem(network(), {0, 1, 1}, {0, 1, 1});
  const auto cut = [&](const std::string& text) {
    return plan::describe(network(), *make(text)->partition(problem).plan);
  };
  CHECK(cut("{kind: fixed, after: conv1}") == "after conv1");
  CHECK(cut("{kind: resource_aware, rule: R1, scarce: [bandwidth], budgets: {compute: 50 %}}") == "after conv1");
  CHECK(cut("{kind: resource_aware, rule: R1, scarce: [bandwidth], budgets: {compute: 5 %}}") == "cloud only");
  CHECK(cut("{kind: resource_aware, rule: R2, weights: {compute: 1}}") == "cloud only");
}

}  // namespace edgecut::registry_test
