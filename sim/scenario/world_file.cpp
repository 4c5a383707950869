#include "scenario/world_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "platform/course_file.hpp"
#include "platform/platform_file.hpp"
#include "scenario/keys.hpp"
#include "scenario/residency.hpp"

namespace edgecut::scenario {
namespace {

using world::World;

std::size_t processor_index(const platform::Device& device, const config::Value& name) {
  std::vector<std::string> known;
  for (const auto& processor : device.processors) known.push_back(processor.name);
  const auto text = config::as<std::string>(name);
  const auto found = std::ranges::find(known, text);
  if (found == known.end()) config::fail_unknown(name, "processor", known);
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

template <class Shared>
Shared read_shared(config::Map& map) {
  Shared shared;
  shared.uplink = map.get<Bandwidth>("uplink");
  shared.downlink = map.get<Bandwidth>("downlink");
  shared.motion = platform::read_motion(map, shared.uplink, shared.downlink, nullptr);
  return shared;
}

// One of several cells; `in` names one that stands above it.
platform::Cell read_cell(config::Map& map, const std::vector<std::string>& above) {
  auto cell = read_shared<platform::Cell>(map);
  const auto* in = map.find_child("in");
  if (in == nullptr) return cell;
  const auto name = config::as<std::string>(*in);
  const auto found = std::ranges::find(above, name);
  if (found == above.end()) config::fail_unknown(*in, "cell above it", above);
  cell.in = static_cast<std::uint32_t>(found - above.begin());
  return cell;
}

// `cell`: one that every device is in, or the name of one of `cells`.
void read_cells(config::Map& fleet, World& world) {
  std::vector<std::string> names;
  if (const auto* list = fleet.find_child("cells")) {
    if (!list->is_list() || list->items.empty()) list->fail("must be a list such as [{name: hall, uplink: ...}]");
    fleet.read_each("cells", [&](config::Map& map) {
      const auto name = map.get<std::string>("name");
      if (std::ranges::find(names, name) != names.end()) map.value().fail("a second cell of that name");
      world.cells.push_back(read_cell(map, names));
      names.push_back(name);
    });
  }
  const auto* cell = fleet.find_child("cell");
  if (cell == nullptr && names.empty()) return;
  if (cell == nullptr) fleet.child("cells").fail("which of them are the devices in? Say `cell:`, in each group");
  if (cell->is_map() && !names.empty()) cell->fail("must be the name of one of `cells`");
  if (cell->is_map()) {
    world.cells.push_back(fleet.read("cell", read_shared<platform::Cell>));
    world.cell = 0;
    return;
  }
  const auto name = config::as<std::string>(*cell);
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) config::fail_unknown(*cell, "cell", names);
  world.cell = static_cast<std::uint32_t>(found - names.begin());
}

void read_fleet(config::Map& scenario, World& world) {
  if (scenario.find_child("fleet") == nullptr) return;
  scenario.read("fleet", [&](config::Map& fleet) {
    world.devices = fleet.get<std::size_t>("devices");
    world.weight = fleet.get<double>("weight");
    if (fleet.find_child("backhaul") != nullptr) {
      world.backhaul = fleet.read("backhaul", read_shared<platform::Backhaul>);
    }
    read_cells(fleet, world);
  });
}

void read_edge(config::Map& scenario, config::Catalogue& catalogue, config::Ledger& ledger, World& world) {
  if (scenario.find_child("edge") == nullptr) return;
  scenario.read("edge", [&](config::Map& map) {
    const auto link = [&](const config::Value& reference) {
      return catalogue.load(reference, "platforms/links", "link");
    };
    auto& edge = world.edge.emplace();
    edge.server = platform::read_cloud(catalogue.load(map.child("server"), "platforms/clouds", "edge server"), ledger);
    const auto& relay = map.child("link");
    edge.link = platform::read_server_link(link(relay), ledger);
    const auto* radio = relay.is_map() ? relay.find("radio") : nullptr;
    if (radio != nullptr && edge.link.takes_energy()) {
      radio->fail("of no use: joules of the link from edge server to cloud are counted nowhere; leave it out");
    }
    if (const auto* direct = map.find_child("direct_link")) {
      edge.direct = platform::read_link(link(*direct), ledger);
    }
  });
}

void read_background(config::Map& scenario, World& world) {
  if (scenario.find_child("background") == nullptr) return;
  scenario.read("background", [&](config::Map& map) {
    const auto course = [](const config::Value& entry) {
      return platform::read_course(entry, platform::load_figure());
    };
    if (const auto* cloud = map.find_child("cloud")) world.background.cloud = course(*cloud);
    if (const auto* edge = map.find_child("edge")) {
      if (!world.edge) edge->fail("there is no `edge:` server");
      world.background.edge = course(*edge);
    }
    const auto* device = map.find_child("device");
    if (device == nullptr) return;
    if (!device->is_map()) device->fail("must be a map from processors to courses, such as {cpu: {steps: [...]}}");
    for (const auto& [name, entry, where] : device->entries) {
      auto key = config::make_scalar(name, "");
      key.where = where;
      key.path = device->path;
      world.background.device.emplace_back(processor_index(world.device, key), course(entry));
    }
  });
}

// The trace files of a course, for the list of files that results come from.
void note_files(const std::optional<platform::Course>& course, World& world, config::Catalogue& catalogue) {
  if (!course || !course->steps || course->steps->file.empty()) return;
  catalogue.note(course->steps->file);
  if (!course->steps->note.empty()) world.file_notes.push_back(course->steps->note);
}

void note_files(World& world, config::Catalogue& catalogue) {
  std::vector<const platform::Motion*> motions{&world.link.motion};
  if (world.edge) motions.push_back(&world.edge->link.motion);
  if (world.edge && world.edge->direct) motions.push_back(&world.edge->direct->motion);
  if (world.backhaul) motions.push_back(&world.backhaul->motion);
  for (const auto& cell : world.cells) motions.push_back(&cell.motion);
  for (const auto* motion : motions) {
    note_files(motion->up, world, catalogue);
    note_files(motion->down, world, catalogue);
  }
  for (const auto& [processor, course] : world.background.device) note_files(course, world, catalogue);
  note_files(world.background.cloud, world, catalogue);
  note_files(world.background.edge, world, catalogue);
  const auto& battery = world.device.battery;
  if (!battery || battery->harvest.file.empty()) return;
  catalogue.note(battery->harvest.file);
  if (!battery->harvest.note.empty()) world.file_notes.push_back(battery->harvest.note);
}

void read_truth(config::Map& scenario, World& world) {
  world.seed = scenario.get<std::uint64_t>("seed");
  config::Value nothing;
  nothing.kind = config::Value::Kind::map;
  const auto* value = scenario.find_child("truth");
  config::read(value != nullptr ? *value : nothing, scenario.type_of("truth"), [&](config::Map& truth) {
    world.layer_noise = truth.get<config::Ratio>("layer_noise").value;
    world.truth_seed = truth.find<std::uint64_t>("seed").value_or(world.seed);
  });
}

// The device's file with the scenario's battery over its own.
config::Value device_value(config::Map& scenario, config::Catalogue& catalogue) {
  auto value = catalogue.load(scenario.child("device"), "platforms/devices", "device");
  const auto* battery = scenario.find_child("battery");
  if (battery == nullptr) return value;
  config::Value over = value;
  over.override_source.clear();
  over.entries = {{"battery", *battery, battery->where}};
  auto merged = config::merge(value, over);
  config::repath(merged, value.path);
  if (auto* placed = merged.find("battery")) config::repath(*placed, "battery");
  return merged;
}

const platform::Processor* processor_at(const World& world, const std::string& host, const std::string& name) {
  if (host == "cloud") return &world.cloud.processor;
  const auto found = std::ranges::find(world.device.processors, name, &platform::Processor::name);
  return found == world.device.processors.end() ? nullptr : &*found;
}

bool is_overridden(const config::Value& value) {
  return value.overrides ||
         std::ranges::any_of(value.entries, [](const config::Entry& entry) { return is_overridden(entry.value); });
}

// Tables that were put over a host's file, which kept its nominal rate.
void note_foreign_nominals(const config::Value& file, const std::string& host, World& world) {
  const auto* processors = file.find("processors");
  if (processors == nullptr) return;
  for (const auto& [name, entry, where] : processors->entries) {
    const auto* compute = entry.find("compute");
    const auto* measured = compute == nullptr ? nullptr : compute->find("measured");
    const auto* nominal = entry.find("nominal");
    const auto* rate = nominal == nullptr ? nullptr : nominal->find("one_network");
    const auto* processor = processor_at(world, host, name);
    if (measured == nullptr || rate == nullptr || processor == nullptr) continue;
    if (!is_overridden(*measured) || is_overridden(*rate)) continue;
    auto& noted = world.foreign_nominals.emplace_back(
        World::ForeignNominal{fmt::format("{}.processors.{}", file.path, name), processor->one_network, {}});
    const auto times = processor->layer_times.find(world.network->name());
    if (times == processor->layer_times.end()) continue;
    const Seconds whole = std::accumulate(times->second.begin(), times->second.end(), Seconds());
    if (whole > Seconds()) noted.measured = world.network->total_work() / whole;
  }
}

}  // namespace

const std::vector<std::string>& world_keys() {
  static const std::vector<std::string> keys{"device", "cloud", "link", "edge", "fleet", "truth"};
  return keys;
}

World read_world(config::Map& scenario, Library& library, config::Ledger& ledger) {
  auto& catalogue = library.catalogue();
  World world;
  world.network = &library.network(scenario.child("network"));
  const auto device = device_value(scenario, catalogue);
  world.device = platform::read_device(device, ledger);
  world.processors = read_processors(scenario, world.device);
  const auto cloud = catalogue.load(scenario.child("cloud"), "platforms/clouds", "cloud");
  world.cloud = platform::read_cloud(cloud, ledger);
  world.link = platform::read_link(catalogue.load(scenario.child("link"), "platforms/links", "link"), ledger);
  read_edge(scenario, catalogue, ledger, world);
  read_fleet(scenario, world);
  read_background(scenario, world);
  read_truth(scenario, world);
  note_files(world, catalogue);
  read_beside(scenario, library, world);
  library.add_measured_times(world, *world.network);
  note_foreign_nominals(device, "device", world);
  note_foreign_nominals(cloud, "cloud", world);
  profile::model_profile(*world.network, world.hosts(), 0.0, 0);  // whatever has no time says so before anything runs
  return world;
}

}  // namespace edgecut::scenario
