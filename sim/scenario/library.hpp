// Shipped files by name, networks read once.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/catalogue.hpp"
#include "dnn/network.hpp"
#include "platform/platform.hpp"
#include "profile/measured.hpp"
#include "world/world.hpp"

namespace edgecut::scenario {

/// The catalogue of shipped files, and the networks that were read from it or beside it.
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
  /// The same of all processors of a world. The tables of its own network it keeps.
  void add_measured_times(world::World& world, const dnn::Network& network);
  /// Every shipped network but the one of that name: what a regression may learn from.
  std::vector<const dnn::Network*> others(const std::string& name);

 private:
  [[nodiscard]] std::filesystem::path tables_of(const platform::Measured& how) const;

  config::Catalogue catalogue_;
  std::map<std::string, std::unique_ptr<const dnn::Network>> networks_;
};

}  // namespace edgecut::scenario
