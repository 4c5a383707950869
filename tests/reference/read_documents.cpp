// For schema_test.py: reads documents as the program would, one a line of standard input, "KIND<tab>FILE<tab>YAML", and says
// "ok" or "refused: MESSAGE" of each. FILE is what the document is called; paths in it are relative to its folder.
#include <fmt/format.h>

#include <iostream>
#include <string>

#include "config/map.hpp"
#include "dnn/network_file.hpp"
#include "platform/benchmark_file.hpp"
#include "platform/platform_file.hpp"
#include "scenario/study.hpp"
#include "sweep/tune.hpp"
#include "workload/workload.hpp"

namespace {

using namespace edgecut;

void read_scenario(const config::Value& value) {
  static scenario::Library library(config::Catalogue::default_home());
  if (value.find("tune") != nullptr) {
    const auto search = sweep::read_search(value, std::nullopt);
    scenario::read_study(sweep::with_candidates(value, search), value.where.file, library, {}, true);
  }
  scenario::read_study(value, value.where.file, library, {}, true);
}

void read(const std::string& kind, const config::Value& value) {
  config::Ledger ledger;
  if (kind == "device") platform::read_device(value, ledger);
  if (kind == "cloud") platform::read_cloud(value, ledger);
  if (kind == "link") platform::read_link(value, ledger);
  if (kind == "network") dnn::read_network(value);
  if (kind == "scenario") read_scenario(value);
  if (kind == "workload") workload::read_workload(value);
  if (kind == "benchmarks") platform::read_measurements(value);
}

std::string answer(const std::string& line) {
  const auto first = line.find('\t');
  const auto second = line.find('\t', first + 1);
  try {
    read(line.substr(0, first),
         config::parse_text(line.substr(second + 1), line.substr(first + 1, second - first - 1)));
    return "ok";
  } catch (const config::Error& error) {
    const std::string message = error.what();
    return "refused: " + message.substr(0, message.find('\n'));
  }
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) std::cout << answer(line) << '\n';
  return 0;
}
