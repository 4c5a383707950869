// The world of a scenario as it is: network, device, link, cloud, and how far real layer times are from the model.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/catalogue.hpp"
#include "config/map.hpp"
#include "dnn/network.hpp"
#include "platform/platform.hpp"
#include "profile/measured.hpp"
#include "profile/profile.hpp"

namespace edgecut::scenario {

/// Shipped files by name, networks read once.
class Library {
 public:
  explicit Library(const std::filesystem::path& home, const config::Mends& mends = {}) : catalogue_(home, mends) {}

  config::Catalogue& catalogue() { return catalogue_; }
  const dnn::Network& network(const config::Value& reference);
  /// Gives a processor whose layers were measured their times of that network. Where a folder has no table of it the
  /// processor's constants hold, if it has some (`fallback: model`). Throws config::Error on a table that is missing,
  /// wrong or of others. A single table is that of the scenario's own network, or of the one it is called after.
  /// Returns what was read, if anything was.
  std::optional<profile::MeasuredTable> add_measured_times(platform::Processor& processor, const dnn::Network& network,
                                                           bool is_own);
  /// Every shipped network but the one of that name: what a regression may learn from.
  std::vector<const dnn::Network*> others(const std::string& name);

 private:
  [[nodiscard]] std::filesystem::path tables_of(const platform::Measured& how) const;

  config::Catalogue catalogue_;
  std::map<std::string, std::unique_ptr<const dnn::Network>> networks_;
};

struct World {
  const dnn::Network* network = nullptr;  // owned by the library
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
  std::uint64_t truth_seed = 0;
  std::vector<profile::MeasuredTable> tables;  // of its own network, in the order of hosts
  std::vector<std::string> file_notes;         // what is to be told of traces: that a clock's times begin at 0
  /// A processor whose layers were measured, over a device's file whose nominal rate stayed.
  struct ForeignNominal {
    std::string key;  // "device.processors.cpu"
    FlopRate nominal;
    std::optional<FlopRate> measured;  // of the scenario's network
  };
  std::vector<ForeignNominal> foreign_nominals;

  /// What one device alone finds behind its link: as it is usually, or at time 0 of a run with that seed.
  [[nodiscard]] std::optional<platform::Backhaul> behind_link(std::optional<std::uint64_t> seed = {}) const;
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
  /// Reads what was measured of another network on these hosts.
  void add_measured_times(const dnn::Network& of, Library& library);
  [[nodiscard]] profile::Hosts hosts() const { return {device, cloud, edge ? &edge->server : nullptr}; }
};

/// The keys of a scenario under which a benchmark may have found the world another.
const std::vector<std::string>& world_keys();

/// Reads the keys network, device, processors, cloud, link, edge, fleet, background, truth and seed of a scenario. Figures go to
/// `ledger`.
World read_world(config::Map& scenario, Library& library, config::Ledger& ledger);

}  // namespace edgecut::scenario
