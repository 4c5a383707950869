// What a method bases its layer times on, as a scenario says, and that it knows nothing else.
#include <catch2/catch.hpp>
#include <set>

#include "config/error_of.hpp"
#include "scenario/scenario_file.hpp"

namespace edgecut::beliefs_test {
using Catch::Matchers::Contains;

namespace {

const std::string uplink = "link: {kind: lte_2012, rtt: 20 ms, uplink: 6 Mbit/s}\n";

std::string truth_lines(int seed) {
  return uplink + "truth: {layer_noise: 60 %, seed: " + std::to_string(seed) + "}\n";
}

// What the first method of a scenario believes.
plan::Problem believed(const std::string& lines, std::int64_t replication = 0) {
  const Loaded loaded(lines);
  const auto& experiment = loaded.study.points().front();
  auto problem = belief_of(experiment, experiment.methods().front(), replication);
  problem.network = nullptr;  // which goes with `loaded`
  return problem;
}

// The plans of its methods.
std::vector<std::string> plans(const std::string& lines) {
  const Loaded loaded(lines);
  const auto& experiment = loaded.study.points().front();
  std::vector<std::string> found;
  for (const auto& method : experiment.methods()) {
    const auto problem = belief_of(experiment, method, 0);
    const auto decision = method.partitioner->partition(problem);
    found.push_back(decision.plan ? plan::describe(*problem.network, *decision.plan) : "none");
  }
  return found;
}

std::string methods(const std::string& believes) {
  std::string list = "partitioners:\n";
  for (const auto* kind : {"kind: offline_benchmark", "kind: min_cut", "kind: qdmp", "kind: dads_light",
                           "kind: dads_heavy", "kind: scission", "kind: jointdnn", "kind: bandwidth_specific",
                           "kind: neurosurgeon", "kind: resource_aware, rule: R4", "kind: online_bandit"}) {
    list += "  - {" + std::string(kind) + ", believes: " + believes + "}\n";
  }
  return list + "constraints: {deadline: 10 s}\n";
}

}  // namespace

TEST_CASE("Blindness: who believes constants or nominal rates plans the same whatever is true", "[unsanitized]") {
  for (const std::string believes : {"three_constants", "nominal, nominal: one_network", "nominal, nominal: peak"}) {
    const auto first = plans(truth_lines(1) + methods(believes));
    for (int seed = 2; seed < 12; ++seed) CHECK(plans(truth_lines(seed) + methods(believes)) == first);
  }
  std::set<std::vector<std::string>> measured;
  for (int seed = 1; seed < 12; ++seed) measured.insert(plans(truth_lines(seed) + methods("measured")));
  CHECK(measured.size() > 1);  // there is something to be blind to
}

TEST_CASE("three constants are those of the files, without the noise of the truth, in every replication",
          "[unsanitized]") {
  const std::string asked = "partitioners: [{kind: min_cut, believes: three_constants}]\n";
  const std::string as_modelled = "partitioners: [min_cut]\ntruth: {layer_noise: 0 %}\n" + uplink;
  CHECK(believed(truth_lines(3) + asked) == believed(as_modelled));
  CHECK(believed(truth_lines(3) + asked, 5) == believed(as_modelled));
  CHECK_FALSE(believed(truth_lines(3) + "partitioners: [min_cut]\n") == believed(as_modelled));
}

TEST_CASE("any method may believe what another one does by default") {
  const auto same = [](const std::string& one, const std::string& other) {
    return believed(truth_lines(3) + "partitioners: [" + one + "]\n") ==
           believed(truth_lines(3) + "partitioners: [" + other + "]\n");
  };
  CHECK(same("{kind: qdmp, believes: measured}", "min_cut"));
  CHECK(same("{kind: min_cut, believes: regression}", "neurosurgeon"));
  CHECK(same("{kind: min_cut, believes: nominal, nominal: peak}", "{kind: resource_aware, rule: R4, nominal: peak}"));
  CHECK(same("{kind: resource_aware, rule: R4, believes: measured, nominal: one_network}", "min_cut"));
  CHECK_FALSE(same("{kind: min_cut, believes: nominal}", "min_cut"));
}

TEST_CASE("beliefs that do not exist, or of methods that have none, are refused") {
  const auto refused = [](const std::string& method) {
    return error_of([&] { Loaded("partitioners: [" + method + "]\n"); });
  };
  CHECK_THAT(refused("{kind: min_cut, believes: rumours}"), Contains("measured") && Contains("three_constants"));
  CHECK_THAT(refused("{kind: oracle, believes: measured}"), Contains("knows the truth"));
  CHECK_THAT(refused("{kind: cloud_only, believes: nominal}"), Contains("looks at no time"));
  CHECK_THAT(refused("{kind: min_cut, believes: nominal, nominal: peak, benchmark: {repetitions: 3}}"),
             Contains("measures nothing"));
}

TEST_CASE("methods that choose nothing take the encoding that they are given") {
  const std::string encodings = "encodings: [{name: plain, accuracy_drop: 0}, {name: half, ratio: 50 %}]\n";
  const auto encoding = [&](const std::string& method) {
    const Loaded loaded(encodings + "partitioners: [" + method + "]\n");
    const auto& experiment = loaded.study.points().front();
    return experiment.methods().front().partitioner->partition(truth_of(experiment, 0)).plan->encoding;
  };
  CHECK(encoding("{kind: fixed, after: /features/features.5/MaxPool}") == 0);
  CHECK(encoding("{kind: fixed, after: /features/features.5/MaxPool, encoding: half}") == 1);
  CHECK(encoding("{kind: cloud_only, encoding: half}") == 1);
  CHECK(encoding("{kind: device_only, encoding: half}") == 1);
  CHECK_THAT(error_of([&] { encoding("{kind: cloud_only, encoding: hlaf}"); }),
             Contains("no encoding 'hlaf'") && Contains("half"));
  CHECK_THAT(error_of([] { Loaded("partitioners: [{kind: cloud_only, encoding: half}]\n"); }),
             Contains("needs `encodings:`"));
}

}  // namespace edgecut::beliefs_test
