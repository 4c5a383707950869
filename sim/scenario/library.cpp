#include "scenario/library.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "config/map.hpp"
#include "config/text_file.hpp"
#include "dnn/network_file.hpp"

namespace edgecut::scenario {
namespace {

// The network that NETWORK.csv or NETWORK.csv.gz is named after; empty where it is neither.
std::string name_of_table(std::filesystem::path path) {
  if (path.extension() == ".gz") path = path.stem();
  return path.extension() == ".csv" ? path.stem().string() : "";
}

// What folder of tables lacks the network, and what it has.
std::string no_table(const dnn::Network& network, const std::filesystem::path& folder) {
  std::vector<std::string> known;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".csv") known.push_back(entry.path().stem().string());
  }
  std::ranges::sort(known);
  return fmt::format(
      "no table of network '{}': {} is not there (the folder has: {}). {{table: ..., fallback: model}} takes the "
      "processor's constants instead",
      network.name(), (folder / (network.name() + ".csv")).string(),
      known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", ")));
}

}  // namespace

const dnn::Network& Library::network(const config::Value& reference) {
  if (!reference.is_scalar()) {
    const auto known = catalogue_.names("scenarios/networks");
    reference.fail("must be a network's name or the path of its .yaml file",
                   {.kind = config::Mend::Kind::replace_value,
                    .text = known.empty() ? "" : known.front(),
                    .of = config::Mend::Of::names,
                    .is_guess = true});
  }
  const config::Value value = catalogue_.load(reference, "scenarios/networks", "network");
  auto& network = networks_[value.where.file];
  if (network == nullptr) network = std::make_unique<const dnn::Network>(dnn::read_network(value));
  return *network;
}

// The folder lies beside the file that names it; else it is that of a shipped machine.
std::filesystem::path Library::tables_of(const platform::Measured& how) const {
  auto path = std::filesystem::path(how.where.file).parent_path() / how.path;
  const auto shipped = catalogue_.home() / "platforms" / "benchmarks" / how.path;
  const bool is_name = how.path.find('/') == std::string::npos;
  return is_name && !config::is_file(path) && !config::is_folder(path) && config::is_folder(shipped) ? shipped : path;
}

std::optional<profile::MeasuredTable> Library::add_measured_times(platform::Processor& processor,
                                                                  const dnn::Network& network, bool is_own) {
  if (!processor.measured) return std::nullopt;
  const auto& how = *processor.measured;
  auto path = tables_of(how);
  if (config::is_folder(path)) {
    const auto folder = path;
    path /= network.name() + ".csv";
    if (!config::is_file(path) && config::is_file(path.string() + ".gz")) path += ".gz";
    if (!config::is_file(path)) {
      if (!is_own || processor.has_constants) return std::nullopt;
      throw config::Error(how.where, how.key, no_table(network, folder));
    }
  } else if (const auto name = name_of_table(path); !name.empty() && !is_own && name != network.name()) {
    return std::nullopt;  // one table is of the scenario's network
  } else if (!config::is_file(path)) {
    throw config::Error(how.where, how.key, fmt::format("no such file or folder: {}", path.string()));
  }
  auto table = profile::read_table(catalogue_.text(path, how.where), path.string(), how);
  processor.layer_times[network.name()] = profile::times_of(table, network, how);
  return table;
}

void Library::add_measured_times(world::World& world, const dnn::Network& network) {
  const bool is_own = &network == world.network;
  const auto add = [&](platform::Processor& processor) {
    auto table = add_measured_times(processor, network, is_own);
    if (table && is_own) world.tables.push_back(std::move(*table));
  };
  for (auto& processor : world.device.processors) add(processor);
  add(world.cloud.processor);
  if (world.edge) add(world.edge->server.processor);
}

std::vector<const dnn::Network*> Library::others(const std::string& name) {
  std::vector<const dnn::Network*> networks;
  for (const auto& known : catalogue_.names("scenarios/networks")) {
    if (known == name) continue;
    const auto reference = config::make_scalar(known, "scenarios/networks");
    const auto file = catalogue_.load(reference, "scenarios/networks", "network");
    if (dnn::is_learned_from(file)) networks.push_back(&network(reference));
  }
  return networks;
}

}  // namespace edgecut::scenario
