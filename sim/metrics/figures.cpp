#include "metrics/figures.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "units/ensure.hpp"

namespace edgecut::metrics {
namespace {

using Kind = events::ResourceUse::Kind;

constexpr std::array all_kinds{Kind::device_processor, Kind::uplink,        Kind::downlink, Kind::cloud,
                               Kind::backhaul_up,      Kind::backhaul_down, Kind::edge,     Kind::relay_up,
                               Kind::relay_down,       Kind::cell_up,       Kind::cell_down};

KindUse summarise(const events::RunEnded& ended, Kind kind) {
  KindUse use;
  double used = 0.0;
  std::size_t longest = 0;
  for (const auto& resource : ended.resources) {
    if (resource.kind != kind || resource.work == Seconds()) continue;
    used += 1.0;
    use.utilisation += resource.work / (resource.capacity * ended.time);
    use.mean_queue += resource.mean_queue;
    longest = std::max(longest, resource.longest_queue);
    use.offered_load = std::max(use.offered_load, resource.offered_load);
  }
  use.longest_queue = static_cast<std::int64_t>(longest);
  if (used > 0.0) {
    use.utilisation /= used;
    use.mean_queue /= used;
  }
  return use;
}

DeviceEnergies energies_of(const events::RunEnded& ended) {
  DeviceEnergies means;
  if (ended.time == Seconds()) return means;  // nothing took any time: no figure, rather than the best of all
  for (const auto& device : ended.devices) {
    means.total.add(device.total.value());
    means.idle.add(device.idle.value());
    means.off.add(device.off.value());
    means.compute.add(device.compute.value());
    means.radio.add(device.radio.value());
    means.transmit.add(device.transmit.value());
    means.receive.add(device.receive.value());
    means.promotion.add(device.promotion.value());
    means.tail.add(device.tail.value());
  }
  return means;
}

// Energy is of the whole run, and so are the results that it is held against.
std::int64_t in_time(const Recorded& recorded, events::DeviceIndex device) {
  const auto of = [device](const std::vector<std::int64_t>& counts) {
    return device < counts.size() ? counts[device] : 0;
  };
  return of(recorded.completed_by) + of(recorded.ended.unrecorded);
}

Cell useful_energy(const Recorded& recorded) {
  Joules all;
  std::int64_t results = 0;
  for (events::DeviceIndex i = 0; i < recorded.ended.devices.size(); ++i) {
    all += recorded.ended.devices[i].total;
    results += in_time(recorded, i);
  }
  return results > 0 ? Cell(all.value() / static_cast<double>(results)) : Cell();
}

BatteryFigures batteries_of(const Recorded& recorded) {
  BatteryFigures figures;
  figures.useful = useful_energy(recorded);
  double charges = 0.0;  // drawn by all of them
  std::int64_t on_battery = 0;
  std::optional<Seconds> lifetime;
  std::int64_t empty = 0;
  for (const auto& battery : recorded.ended.batteries) {
    figures.charge.add(battery.charge / battery.capacity);
    charges += battery.drawn / battery.capacity;
    on_battery += in_time(recorded, battery.device);
    if (!battery.died) continue;
    ++empty;
    lifetime = lifetime ? std::min(*lifetime, *battery.died) : *battery.died;
  }
  if (lifetime) figures.lifetime = lifetime->value();
  if (!recorded.ended.batteries.empty()) figures.empty = empty;
  if (charges > 0.0) figures.per_charge = static_cast<double>(on_battery) / charges;
  return figures;
}

ServerFigures server_of(const events::RunEnded& ended, Kind kind) {
  const auto server = std::ranges::find(ended.servers, kind, &events::ServerUse::server);
  if (server == ended.servers.end()) return {};
  ServerFigures figures;
  figures.batch = or_empty(server->mean_batch);
  figures.hosts = server->hosts.value();
  if (server->energy) figures.energy = server->energy->value();
  return figures;
}

}  // namespace

Cell rate(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? Cell() : Cell(static_cast<double>(part) / static_cast<double>(whole));
}

Figures::Figures(const Recorded& of, bool deadline)
    : recorded(of),
      ended(of.ended),
      has_deadline(deadline),
      quantiles(of.latencies.at({0.5, 0.95, 0.99, 1.0})),
      devices(energies_of(of.ended)),
      batteries(batteries_of(of)),
      cloud(server_of(of.ended, Kind::cloud)),
      edge(server_of(of.ended, Kind::edge)) {
  for (const auto kind : all_kinds) {
    uses.push_back(summarise(ended, kind));
    offered_load = std::max(offered_load, uses.back().offered_load);
  }
}

const KindUse& Figures::use(Kind kind) const {
  const auto* found = std::ranges::find(all_kinds, kind);
  ensure(found != all_kinds.end(), "a resource is of a known kind");
  return uses.at(static_cast<std::size_t>(found - all_kinds.begin()));
}

// The first of the kinds that have the largest offered load.
Cell Figures::bottleneck() const {
  for (const auto kind : all_kinds) {
    if (offered_load > 0.0 && use(kind).offered_load == offered_load) return std::string(events::name(kind));
  }
  return {};
}

Cell Figures::deadline_miss_rate() const {
  return has_deadline ? rate(recorded.requests() - recorded.completed, recorded.requests()) : Cell();
}

Cell Figures::cost() const {
  double sum = 0.0;
  for (const auto& server : ended.servers) {
    if (server.server != Kind::cloud && server.server != Kind::edge) continue;
    if (!server.price) return {};
    sum += *server.price;
  }
  return sum;
}

std::int64_t Figures::decisions() const {
  const auto& made = ended.decisions.made;
  return std::accumulate(made.begin(), made.end(), std::int64_t{0});
}

std::vector<ProcessorFigures> processor_figures(const events::RunEnded& ended) {
  std::vector<ProcessorFigures> names;
  std::map<events::DeviceIndex, std::size_t> count;  // of processors, by device
  for (const auto& use : ended.resources) {
    if (use.kind == Kind::device_processor) ++count[use.device];
  }
  for (const auto& use : ended.resources) {
    if (use.kind != Kind::device_processor || count[use.device] < 2 || ended.time == Seconds()) continue;
    auto found = std::ranges::find(names, use.processor, &ProcessorFigures::name);
    if (found == names.end()) found = names.insert(names.end(), ProcessorFigures{use.processor, {}, {}, 0});
    found->energy.add(use.energy.value());
    found->utilisation.add(use.work / (use.capacity * ended.time));
    ++found->devices;
  }
  return names;
}

namespace {

constexpr auto of_processors = std::to_array<Field<ProcessorFigures>>({
    {{"processor", "-", "", "name of a processor of devices that have more than one", "as in the device's file",
      "boards of two types call theirs alike", Fold::none},
     [](const ProcessorFigures& f) -> Cell { return std::string(f.name); }},
    {{"devices", "-", "", "devices of more than one processor that have one of that name", "counted",
      "always trust it"},
     [](const ProcessorFigures& f) -> Cell { return f.devices; }},
    {{"energy_compute_J", "E_compute", "J", "computing on that processor, above the device's idle power",
      "exact, mean over these devices", "devices that have it differ: it is a mean over them"},
     [](const ProcessorFigures& f) { return f.energy.cell(); }},
    {{"utilisation", "ρ", "", "work / (slots x makespan) of that processor", "exact, mean over these devices",
      "it is compared with 1 to see saturation: use `offered_load_max`"},
     [](const ProcessorFigures& f) { return f.utilisation.cell(); }},
});

}  // namespace

std::span<const Field<ProcessorFigures>> processor_fields() {
  return of_processors;
}

}  // namespace edgecut::metrics
