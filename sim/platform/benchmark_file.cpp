#include "platform/benchmark_file.hpp"

#include <algorithm>
#include <span>

#include "config/map.hpp"
#include "platform/keys.hpp"

namespace edgecut::platform {

using config::Map;
using config::Value;

namespace {

void read_energies(const Value& energies, const config::Type& type, std::span<Measurement> of_setup) {
  if (!energies.is_map()) energies.fail("must be a map from networks to energies");
  for (const auto& [network, energy, where] : energies.entries) {
    const auto found = std::ranges::find(of_setup, network, &Measurement::network);
    if (found == of_setup.end()) energy.fail("is of a network without a latency in `networks:`");
    found->energy = config::as<Joules>(energy, type.of.front());
  }
}

void read_setup(const Value& value, const config::Type& type, std::vector<Measurement>& measurements) {
  config::read(value, type, [&](Map& map) {
    const auto device = map.get<std::string>("device");
    const auto processor = map.get<std::string>("processor");
    map.get<int>("line");
    const Value& networks = map.child("networks");
    if (!networks.is_map()) networks.fail("must be a map from networks to latencies");
    for (const auto& [network, latency, where] : networks.entries) {
      measurements.push_back(
          {device, processor, network, config::as<Seconds>(latency, map.type_of("networks").of.front())});
    }
    if (const Value* energies = map.find_child("energy")) {
      read_energies(*energies, map.type_of("energy"), std::span(measurements).last(networks.entries.size()));
    }
  });
}

}  // namespace

std::vector<Measurement> read_measurements(const Value& value) {
  return config::read(value, benchmarks_record(), [](Map& map) {
    map.get<std::string>("source");
    const Value& setups = map.child("setups");
    if (!setups.is_list()) setups.fail("must be a list of set-ups");
    std::vector<Measurement> measurements;
    for (const auto& setup : setups.items) read_setup(setup, map.item_of("setups"), measurements);
    return measurements;
  });
}

}  // namespace edgecut::platform
