#include "scenario/world.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "dnn/network_file.hpp"
#include "platform/platform_file.hpp"

namespace edgecut::scenario {
namespace {

constexpr double default_layer_noise = 0.15;

std::size_t processor_index(const platform::Device& device, const config::Value& name) {
  std::vector<std::string> known;
  for (const auto& processor : device.processors) known.push_back(processor.name);
  const auto text = config::as<std::string>(name);
  const auto found = std::ranges::find(known, text);
  if (found == known.end()) name.fail(config::unknown_name("processor", text, known));
  return static_cast<std::size_t>(found - known.begin());
}

std::vector<std::size_t> read_processors(config::Map& scenario, const platform::Device& device) {
  const auto* value = scenario.find_child("processors");
  if (value == nullptr) return {0};
  if (!value->is_list() || value->items.empty()) value->fail("must be a list such as [gpu, cpu]");
  std::vector<std::size_t> processors;
  for (const auto& item : value->items) {
    const auto index = processor_index(device, item);
    if (std::ranges::find(processors, index) != processors.end()) item.fail("named twice");
    processors.push_back(index);
  }
  return processors;
}

void read_fleet(config::Map& scenario, World& world) {
  const auto* value = scenario.find_child("fleet");
  if (value == nullptr) return;
  config::read(*value, [&](config::Map& fleet) {
    world.devices = fleet.get_or<std::size_t>("devices", 1, {1.0, 1e6});
    const auto* backhaul = fleet.find_child("backhaul");
    if (backhaul == nullptr) return;
    config::read(*backhaul, [&](config::Map& map) {
      world.backhaul = platform::Backhaul{map.get<Bandwidth>("uplink", config::positive),
                                          map.get<Bandwidth>("downlink", config::positive)};
    });
  });
}

void read_edge(config::Map& scenario, config::Catalogue& catalogue, config::Ledger& ledger, World& world) {
  const auto* value = scenario.find_child("edge");
  if (value == nullptr) return;
  config::read(*value, [&](config::Map& map) {
    const auto link = [&](const config::Value& reference) {
      return platform::read_link(catalogue.load(reference, "platforms/links", "link"), ledger);
    };
    auto& edge = world.edge.emplace();
    edge.server = platform::read_cloud(catalogue.load(map.child("server"), "platforms/clouds", "edge server"), ledger);
    edge.link = link(map.child("link"));
    if (const auto* direct = map.find_child("direct_link")) edge.direct = link(*direct);
  });
}

void read_truth(config::Map& scenario, World& world) {
  world.layer_noise = default_layer_noise;
  world.truth_seed = scenario.get_or<std::uint64_t>("seed", 1);
  const auto* value = scenario.find_child("truth");
  if (value == nullptr) return;
  config::read(*value, [&](config::Map& truth) {
    world.layer_noise = truth.get_or<config::Ratio>("layer_noise", {default_layer_noise}, {0.0, 2.0}).value;
    world.truth_seed = truth.get_or<std::uint64_t>("seed", world.truth_seed);
  });
}

}  // namespace

const dnn::Network& Library::network(const config::Value& reference) {
  if (!reference.is_scalar()) reference.fail("must be a network's name or the path of its .yaml file");
  const config::Value value = catalogue_.load(reference, "scenarios/networks", "network");
  auto& network = networks_[value.where.file];
  if (network == nullptr) network = std::make_unique<const dnn::Network>(dnn::read_network(value));
  return *network;
}

const std::vector<std::string>& world_keys() {
  static const std::vector<std::string> keys{"device", "cloud", "link", "edge", "fleet", "truth"};
  return keys;
}

std::vector<const dnn::Network*> Library::others(const std::string& name) {
  std::vector<const dnn::Network*> networks;
  for (const auto& known : catalogue_.names("scenarios/networks")) {
    if (known != name) networks.push_back(&network(config::make_scalar(known, "scenarios/networks")));
  }
  return networks;
}

profile::Profile World::truth(const dnn::Network& of, std::int64_t replication) const {
  return profile::model_profile(of, hosts(), layer_noise, truth_seed + static_cast<std::uint64_t>(replication));
}

World read_world(config::Map& scenario, Library& library, config::Ledger& ledger) {
  auto& catalogue = library.catalogue();
  World world;
  world.network = &library.network(scenario.child("network"));
  world.device = platform::read_device(catalogue.load(scenario.child("device"), "platforms/devices", "device"), ledger);
  world.processors = read_processors(scenario, world.device);
  world.cloud = platform::read_cloud(catalogue.load(scenario.child("cloud"), "platforms/clouds", "cloud"), ledger);
  world.link = platform::read_link(catalogue.load(scenario.child("link"), "platforms/links", "link"), ledger);
  read_edge(scenario, catalogue, ledger, world);
  read_fleet(scenario, world);
  read_truth(scenario, world);
  return world;
}

}  // namespace edgecut::scenario
