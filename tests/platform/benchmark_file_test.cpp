// Measured latencies: what is read, what must be refused, and that the shipped ones are of devices and networks that ship.
#include "platform/benchmark_file.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <set>
#include <string>
#include <tuple>

#include "config/error_of.hpp"
#include "platform/platform_file.hpp"

namespace edgecut::benchmark_file_test {
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

const std::filesystem::path home = EDGECUT_SOURCE_DIR;
const std::string setup_text =
    "  - {device: board, processor: cpu, line: 7, networks: {alexnet: 75.75 ms, vgg16: 1 s}}\n";

std::vector<platform::Measurement> read(const std::string& text) {
  return platform::read_measurements(config::parse_text(text, "b.yaml"));
}

std::string error(const std::string& text) {
  return error_of([&] { read(text); });
}

// Whether the device or cloud that ships by that name has it.
bool has_processor(const std::string& name, const std::string& processor) {
  config::Ledger ledger;
  const auto cloud = home / "platforms" / "clouds" / (name + ".yaml");
  if (std::filesystem::is_regular_file(cloud)) {
    return platform::read_cloud(config::parse_file(cloud), ledger).processor.name == processor;
  }
  const auto device =
      platform::read_device(config::parse_file(home / "platforms" / "devices" / (name + ".yaml")), ledger);
  return std::ranges::count(device.processors, processor, &platform::Processor::name) == 1;
}

}  // namespace

TEST_CASE("a measurement has a device, a processor, a network and a latency") {
  const auto all = read("source: s\nsetups:\n" + setup_text);
  REQUIRE(all.size() == 2);
  CHECK(all[0].device == "board");
  CHECK(all[0].processor == "cpu");
  CHECK(all[0].network == "alexnet");
  CHECK(all[0].latency.value() == Approx(0.07575).epsilon(1e-15));  // 75.75 ms
  CHECK(all[1].network == "vgg16");
  CHECK(all[1].latency == 1_s);
}

TEST_CASE("measurements that cannot be are refused where they stand") {
  const auto setup = [](const std::string& text) { return "source: s\nsetups:\n  - " + text + "\n"; };
  CHECK_THAT(error("setups:\n" + setup_text), Contains("source"));
  CHECK_THAT(error("source: s\nsetups: {}\n"), StartsWith("b.yaml:2:") && Contains("must be a list"));
  CHECK_THAT(error(setup("{device: d, processor: p, line: 1, networks: [1 ms]}")), Contains("must be a map"));
  CHECK_THAT(error(setup("{device: d, processor: p, line: 1, networks: {n: 0 ms}}")),
             StartsWith("b.yaml:3:") && Contains("more than 0"));
  CHECK_THAT(error(setup("{device: d, processor: p, line: 1, networks: {n: 5}}")), Contains("unit"));
  CHECK_THAT(error(setup("{device: d, processor: p, line: 0, networks: {}}")), Contains("line"));
  CHECK_THAT(error(setup("{device: d, processor: p, line: 1, network: {}}")), Contains("networks"));
  CHECK_THAT(error(setup("{device: d, processor: p, networks: {n: 1 ms}, energy: {m: 1 mJ}}")),
             StartsWith("b.yaml:3:") && Contains("without a latency"));
  CHECK_THAT(error(setup("{device: d, processor: p, networks: {n: 1 ms}, energy: {n: 0 J}}")), Contains("more than 0"));
}

TEST_CASE("an energy is of the set-up's network of that name, and of no other's") {
  const auto all = read(
      "source: s\nsetups:\n  - {device: a, processor: p, networks: {m: 1 ms, n: 2 ms}}\n"
      "  - {device: b, processor: p, networks: {m: 1 ms, n: 2 ms}, energy: {n: 3 mJ}}\n");
  REQUIRE(all.size() == 4);
  for (const auto& m : {all[0], all[1], all[2]}) CHECK_FALSE(m.energy.has_value());
  CHECK(all[3].energy.value().value() == Approx(0.003));
}

TEST_CASE("the measurements that ship are of devices, processors and networks that ship, each once") {
  std::set<std::tuple<std::string, std::string, std::string>> seen;
  for (const auto& m :
       platform::read_measurements(config::parse_file(home / "platforms" / "benchmarks" / "ncnn_latency.yaml"))) {
    INFO(m.device << " " << m.processor << " " << m.network);
    CHECK(seen.emplace(m.device, m.processor, m.network).second);
    CHECK(std::filesystem::is_regular_file(home / "scenarios" / "networks" / (m.network + ".yaml")));
    CHECK(has_processor(m.device, m.processor));
  }
  CHECK(seen.size() > 560);  // 51 processors, at most 12 networks each
}

}  // namespace edgecut::benchmark_file_test
