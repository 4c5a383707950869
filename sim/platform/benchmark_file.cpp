#include "platform/benchmark_file.hpp"

#include "config/map.hpp"

namespace edgecut::platform {

using config::Map;
using config::Value;

namespace {

void read_setup(const Value& value, std::vector<Measurement>& measurements) {
  config::read(value, [&](Map& map) {
    const auto device = map.get<std::string>("device");
    const auto processor = map.get<std::string>("processor");
    map.get<int>("line", config::positive);  // where in the source
    const Value& networks = map.child("networks");
    if (!networks.is_map()) networks.fail("must be a map from networks to latencies");
    for (const auto& [network, latency, where] : networks.entries) {
      measurements.push_back({device, processor, network, config::as<Seconds>(latency, config::positive)});
    }
  });
}

}  // namespace

std::vector<Measurement> read_measurements(const Value& value) {
  return config::read(value, [](Map& map) {
    map.get<std::string>("source");
    const Value& setups = map.child("setups");
    if (!setups.is_list()) setups.fail("must be a list of set-ups");
    std::vector<Measurement> measurements;
    for (const auto& setup : setups.items) read_setup(setup, measurements);
    return measurements;
  });
}

}  // namespace edgecut::platform
