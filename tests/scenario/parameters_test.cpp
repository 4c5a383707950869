#include "scenario/parameters.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <string>

namespace edgecut::parameters_test {

namespace {

using scenario::Parameter;

std::string text_of(const std::vector<Parameter>& parameters) {
  std::string text;
  for (const auto& p : parameters) {
    if (p.origin == Parameter::Origin::fallback) continue;
    text += p.key + " = " + p.value + " (" + std::string(scenario::name(p.origin)) + ")\n";
  }
  return text;
}

// The first table of the scenario reference: key and default.
std::map<std::string, std::string> documented() {
  std::ifstream in(EDGECUT_SOURCE_DIR "/docs/scenarios.md");
  std::map<std::string, std::string> found;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("| `")) {
      if (!found.empty()) break;
      continue;
    }
    auto cell = line.substr(0, line.rfind(" |"));
    cell = cell.substr(cell.rfind(" | ") + 3);
    std::erase(cell, '`');
    const auto keys = line.substr(0, line.find(" | "));
    for (auto at = keys.find('`'); at != std::string::npos; at = keys.find('`', keys.find('`', at + 1) + 1)) {
      found[keys.substr(at + 1, keys.find('`', at + 1) - at - 1)] = cell;
    }
  }
  return found;
}

}  // namespace

TEST_CASE("Parameters are every scalar by its path, short lists in one, and say what was set from outside") {
  auto scenario = config::parse_text(
      "question: Why?\n"
      "link: {kind: lte_2012, rtt: 20 ms}\n"
      "processors: [gpu, cpu]\n"
      "partitioners: [{kind: fixed, after: pool5}, oracle]\n"
      "sweep: {link.uplink: [1 Mbit/s]}\n",
      "s.yaml");
  config::set(scenario, "link.rtt", config::make_scalar("5 ms", "--set"));
  config::set(scenario, "seed", config::make_scalar("7", "--set"));
  CHECK(text_of(scenario::parameters(scenario)) ==
        "link.kind = lte_2012 (scenario)\n"
        "link.rtt = 5 ms (--set)\n"
        "processors = [gpu, cpu] (scenario)\n"
        "partitioners[0].kind = fixed (scenario)\n"
        "partitioners[0].after = pool5 (scenario)\n"
        "partitioners[1] = oracle (scenario)\n"
        "seed = 7 (--set)\n");
}

TEST_CASE("A key that is not given is a parameter by default, a given one is not") {
  const auto scenario = config::parse_text("seed: 7\n", "s.yaml");
  const auto parameters = scenario::parameters(scenario);
  const auto count = [&](const std::string& key) { return std::ranges::count(parameters, key, &Parameter::key); };
  const auto objective = std::ranges::find(parameters, "objective", &Parameter::key);
  REQUIRE(objective != parameters.end());
  CHECK(objective->value == "latency");
  CHECK(objective->origin == Parameter::Origin::fallback);
  CHECK(count("seed") == 1);
  CHECK(parameters.size() == scenario::fallbacks().size());
}

TEST_CASE("The defaults are those of the scenario reference, every key of it") {
  const auto table = documented();
  REQUIRE(table.size() > 20);
  std::map<std::string, std::string> ours;
  for (const auto& fallback : scenario::fallbacks()) ours[std::string(fallback.key)] = fallback.value;
  for (const auto& [key, value] : table) {
    if (value == "required" || key == "question" || key == "sweep") continue;
    INFO(key);
    REQUIRE(ours.contains(key));
    CHECK(ours[key] == value);
  }
  for (const auto& [key, value] : ours) CHECK(table.contains(key));
}

}  // namespace edgecut::parameters_test
