#include "world/world.hpp"

#include <algorithm>

#include "dnn/complexity.hpp"
#include "world/start.hpp"

namespace edgecut::world {

World::Links World::links(std::optional<std::uint64_t> at) const {
  Links now{link, behind_link(at), {}, {}};
  if (edge) now.relay = edge->link;
  if (edge) now.direct = edge->direct;
  if (!at) return now;
  const auto start = [&](platform::Link& of, std::string_view name) {
    set_to_start(of.motion, of.uplink, of.downlink, *at, name);
  };
  start(now.first, "link");
  if (now.relay) start(*now.relay, "relay");
  if (now.direct) start(*now.direct, "direct link");
  return now;
}

std::optional<platform::Backhaul> World::behind_link(std::optional<std::uint64_t> at) const {
  std::optional<platform::Backhaul> narrowest;
  const auto cross = [&](const auto& medium, std::string_view name, std::size_t number) {
    auto up = medium.uplink;
    auto down = medium.downlink;
    if (at) set_to_start(medium.motion, up, down, *at, name, number);
    if (!narrowest) narrowest = platform::Backhaul{up, down};
    narrowest = platform::Backhaul{std::min(up, narrowest->uplink), std::min(down, narrowest->downlink)};
  };
  if (backhaul) cross(*backhaul, "backhaul", 0);
  for (auto in = cell; in; in = cells.at(*in).in) cross(cells[*in], "cell", *in);
  return narrowest;
}

profile::Profile World::truth(const dnn::Network& of, std::int64_t replication) const {
  auto profile = profile::model_profile(of, hosts(), layer_noise, truth_seed + static_cast<std::uint64_t>(replication));
  if (!load_rate) return profile;
  for (auto& times : profile.device) {
    for (dnn::LayerIndex v = 0; v < of.size(); ++v) times[v] += of.layer(v).weights / *load_rate;
  }
  return profile;
}

std::vector<std::string> World::foreign_figures() const {
  std::vector<std::string> lines;
  const auto hold = [&](const std::string& host, const platform::Processor& processor) {
    auto line = profile::foreign_figures(*network, processor, host);
    if (!line.empty()) lines.push_back(std::move(line));
  };
  for (const auto p : processors) hold(profile::name_of(device, device.processors[p]), device.processors[p]);
  hold(profile::name_of(cloud, profile::Server::cloud), cloud.processor);
  if (edge) hold(profile::name_of(edge->server, profile::Server::edge), edge->server.processor);
  return lines;
}

bool World::moves() const {
  return link.motion.any() || (backhaul && backhaul->motion.any()) ||
         std::ranges::any_of(cells, [](const platform::Cell& shared) { return shared.motion.any(); }) ||
         (edge && (edge->link.motion.any() || (edge->direct && edge->direct->motion.any()))) ||
         !background.device.empty() || background.cloud || background.edge;
}

bool World::can_run(const dnn::Network& of) const {
  const auto has_times = [&](const platform::Processor& processor) {
    return processor.has_constants || processor.layer_times.contains(of.name());
  };
  return std::ranges::all_of(device.processors, has_times) && has_times(cloud.processor) &&
         (!edge || has_times(edge->server.processor));
}

Bytes memory_of(const std::vector<const dnn::Network*>& networks) {
  Bytes weights;
  Bytes activations;
  for (const auto* network : networks) {
    const dnn::Placement all(network->size(), true);
    const Bytes own = network->total_weights();
    weights += own;
    activations = std::max(activations, dnn::peak_memory(*network, all, network->active()) - own);
  }
  return weights + activations;
}

}  // namespace edgecut::world
