#include "scenario/nominal_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "platform/board_file.hpp"

namespace edgecut::scenario {
namespace {

using belief::Nominal;
using world::World;

using Which = Nominal::Which;

// The first of them that is not planned.
constexpr std::array reference_networks{"resnet50", "mobilenet_v2"};

// Whether a benchmark's conditions say what that key was, or a part of the world that it is in.
bool is_stated(const config::Value* conditions, const std::string& key) {
  if (conditions == nullptr) return false;
  return std::ranges::any_of(conditions->entries, [&](const config::Entry& entry) {
    return key == entry.key || key.starts_with(entry.key + ".");
  });
}

// Nobody else on the processor, nothing that slows it down, and its full clock, unless the benchmark says so.
void set_idle(platform::Processor& processor, const std::string& host, const config::Value* conditions) {
  const auto path = fmt::format("{}.processors.{}.", host, processor.name);
  if (!is_stated(conditions, path + "slowdown")) processor.slowdown = 1.0;
  if (!is_stated(conditions, path + "clock")) processor.clock = 1.0;
  if (!is_stated(conditions, path + "frequency")) platform::set_full_speed(processor);
  if (!is_stated(conditions, path + "interference")) processor.interference = 0.0;
}

World idle_world(World world, const config::Value* conditions) {
  for (auto& processor : world.device.processors) set_idle(processor, "device", conditions);
  set_idle(world.cloud.processor, "cloud", conditions);
  if (world.edge) set_idle(world.edge->server.processor, "edge.server", conditions);
  return world;
}

// Under another name, too, such as that of a user's own import: no two networks have the same work to the last FLOP.
bool is_same(const dnn::Network& network, const dnn::Network& planned) {
  return network.name() == planned.name() || network.total_work() == planned.total_work();
}

const dnn::Network& reference_network(const config::Value* named, const dnn::Network& planned, Library& library) {
  if (named == nullptr) {
    const auto shipped = [&](const char* name) -> auto& {
      return library.network(config::make_scalar(name, "scenarios/networks"));
    };
    if (planned.name() == reference_networks[0]) return shipped(reference_networks[1]);
    const auto& first = shipped(reference_networks[0]);
    return is_same(first, planned) ? shipped(reference_networks[1]) : first;
  }
  const auto& network = library.network(*named);
  if (is_same(network, planned)) {
    named->fail(fmt::format("'{}' is the network that is planned; a nominal rate is that of another", network.name()));
  }
  return network;
}

// `at`: where the method is, or its key `nominal`.
void check_times(const platform::Processor& processor, const dnn::Network& network, const config::Value& at) {
  if (processor.has_constants || processor.layer_times.contains(network.name())) return;
  at.fail(fmt::format(
      "nominal: no table says what '{}' takes on '{}', and its file has no constants; name a network that was measured "
      "on "
      "every processor (nominal: {{this_world: NETWORK}}), or take the rate of the file (nominal: one_network)",
      network.name(), processor.title));
}

}  // namespace

belief::Nominal read_nominal(config::Map& method, const World& reference, const config::Value* conditions,
                             Library& library) {
  Nominal nominal;
  const auto* value = method.find_child("nominal");
  const config::Value* named = nullptr;
  if (value != nullptr && value->is_map()) {
    method.read("nominal", [&](config::Map& map) { named = &map.child("this_world"); });
  } else {
    nominal.which = method.find_choice<Which>("nominal").value_or(Which::this_world);
    if (nominal.which == Which::one_network) nominal.network = &reference_network(nullptr, *reference.network, library);
    if (nominal.which != Which::this_world) return nominal;
  }
  nominal.which = Which::this_world;
  const auto& network = reference_network(named, *reference.network, library);
  nominal.world = idle_world(reference, conditions);
  library.add_measured_times(*nominal.world, network);
  const auto& at = value == nullptr ? method.value() : *value;
  for (const auto& processor : nominal.world->device.processors) check_times(processor, network, at);
  check_times(nominal.world->cloud.processor, network, at);
  if (nominal.world->edge) check_times(nominal.world->edge->server.processor, network, at);
  nominal.network = &network;
  return nominal;
}

}  // namespace edgecut::scenario
