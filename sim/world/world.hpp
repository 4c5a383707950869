// What is true: network, device, link, servers, and how far real layer times are from the model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dnn/network.hpp"
#include "platform/platform.hpp"
#include "profile/measured.hpp"
#include "profile/profile.hpp"

namespace edgecut::world {

/// The devices of one group, the servers, and the links between them.
struct World {
  const dnn::Network* network = nullptr;  // borrowed
  platform::Device device;
  std::vector<std::size_t> processors;  // of the device, that may run the head
  platform::Cloud cloud;
  platform::Link link;
  std::optional<platform::Backhaul> backhaul;
  std::vector<platform::Cell> cells;  // of the fleet
  std::optional<std::uint32_t> cell;  // in which the devices are
  struct Edge {
    platform::Cloud server;
    platform::Link link;                   // of the edge server to the cloud
    std::optional<platform::Link> direct;  // of the device to the cloud; none: the edge server relays
  };
  std::optional<Edge> edge;  // `link` then leads to it
  std::size_t devices = 1;
  double weight = 1.0;  // of their messages where devices share
  /// What somebody else takes of processors, as a share that moves.
  struct Background {
    std::vector<std::pair<std::size_t, platform::Course>> device;  // by processor
    std::optional<platform::Course> cloud;
    std::optional<platform::Course> edge;
  };
  Background background;
  std::optional<Bandwidth> load_rate;  // at which the head's weights are read before each inference; none: they stay
  double layer_noise = 0.0;            // sigma of the log-normal factor per (host, layer)
  std::uint64_t truth_seed = 0;        // of these factors, in replication 0
  std::uint64_t seed = 1;              // of arrivals and of what moves, in replication 0
  std::vector<profile::MeasuredTable> tables;  // of its own network, in the order of hosts
  std::vector<std::string> file_notes;         // what is to be told of traces: that a clock's times begin at 0
  /// A processor whose layers were measured, over a device's file whose nominal rate stayed.
  struct ForeignNominal {
    std::string key;  // "device.processors.cpu"
    FlopRate nominal;
    std::optional<FlopRate> measured;  // of the scenario's network
  };
  std::vector<ForeignNominal> foreign_nominals;

  /// The links that a message of the first device goes over.
  struct Links {
    platform::Link first;                      // of the device
    std::optional<platform::Backhaul> behind;  // what one device alone finds behind it
    std::optional<platform::Link> relay;       // of the edge server to the cloud
    std::optional<platform::Link> direct;      // of the device to the cloud
  };
  /// The links as they are usually.
  [[nodiscard]] Links usual_links() const { return links({}); }
  /// The links as they are at time 0 of a replication.
  [[nodiscard]] Links links_at_start(std::int64_t replication) const { return links(seed_of(replication)); }
  /// The seed of a replication's arrivals and of what moves in it.
  [[nodiscard]] std::uint64_t seed_of(std::int64_t replication) const {
    return seed + static_cast<std::uint64_t>(replication);
  }
  /// The true layer times in one replication.
  [[nodiscard]] profile::Profile truth(std::int64_t replication) const { return truth(*network, replication); }
  /// The same of another network on these hosts.
  [[nodiscard]] profile::Profile truth(const dnn::Network& of, std::int64_t replication) const;
  /// One line for each processor whose figures do not hold for layers of its network that compute in int8.
  [[nodiscard]] std::vector<std::string> foreign_figures() const;
  /// Whether anything changes while a run goes on.
  [[nodiscard]] bool moves() const;
  /// Whether every host has times of that network, measured or modelled.
  [[nodiscard]] bool can_run(const dnn::Network& of) const;
  [[nodiscard]] profile::Hosts hosts() const { return {device, cloud, edge ? &edge->server : nullptr}; }

 private:
  // The links as usual, or at time 0 of a run with that seed.
  [[nodiscard]] Links links(std::optional<std::uint64_t> at) const;
  [[nodiscard]] std::optional<platform::Backhaul> behind_link(std::optional<std::uint64_t> at) const;
};

/// The memory that networks take side by side: the weights of all, and the live activations of the one that needs most.
Bytes memory_of(const std::vector<const dnn::Network*>& networks);

}  // namespace edgecut::world
