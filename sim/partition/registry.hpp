// Every partitioner on one screen: its name, what it is, and how a scenario's options make it.
#pragma once

#include <string>
#include <vector>

#include "config/map.hpp"
#include "partition/options.hpp"
#include "partition/partitioner.hpp"

namespace edgecut::partition {

/// What a method bases its layer times on.
enum class Knowledge {
  nothing,     ///< it looks at no time: device_only, cloud_only, fixed
  benchmark,   ///< layer times recorded on these hosts
  regression,  ///< layer times predicted by type of layer, learned from other networks on these hosts
  constants,   ///< layer times by the three constants of each host's file
  nominal,     ///< one rate per processor, and the layers' complexities
  truth,       ///< the true times: the oracle alone
};

/// What the options of a kind may be checked against before anything runs.
struct Setting {
  const dnn::Network* network = nullptr;
  std::vector<std::string> processors;  // names, in the order of Problem::processors
  bool has_time_limit = false;          // a deadline, or a period
  bool has_energy_limit = false;
  bool has_edge = false;                    // a server between device and cloud
  std::vector<std::string> encodings = {};  // names, in the order of Problem::encodings
  bool knows_distortion = false;            // of every encoding
  // A problem written down may leave these out; what needs them says so.
  bool knows_rate = true;      // nominal FLOP/s of the processors
  bool knows_joules = true;    // of computing on the device
  bool may_lack_work = false;  // MACs, or weights, of the layers
};

struct Kind {
  std::string name;
  std::string summary;
  Knowledge knowledge = Knowledge::nothing;  // unless a scenario says otherwise (`believes`)
  bool simulates_every_cut = false;          // best_fixed: the scenario runs each cut and keeps the best
  bool plans_edge = false;                   // knows what to do with a server between device and cloud
  bool knows_rates = false;                  // looks at nominal rates, whatever its layer times are
  bool measures_device_alone = false;        // what is beyond the device it learns while it runs
  bool adds_layers = false;                  // searches by sums over layers: groups of them it does not see
  Options (*options)() = no_options;         // beside `kind` and `name`
  /// `options` is read by a record that has the keys of options_record().
  PartitionerPtr (*make)(config::Map& options, const Setting& setting) = nullptr;
};

const std::vector<Kind>& kinds();

/// What plans problems of a form of its own, written down in full (edgecut plan --problem); no scenario plays them.
struct Planner {
  enum class Form : unsigned char { pipeline, fleet };
  std::string name;
  std::string summary;
  Form form = Form::pipeline;
};
const std::vector<Planner>& planners();

/// That of a map with a key `kind`.
const Kind& kind_of(const config::Value& method);

/// The keys `kind` and `name`, which every method has.
std::vector<config::Key> base_keys(const Kind& kind);
/// These and the options of the kind: all that may be said where nothing is believed.
const config::Record& options_record(const Kind& kind);

/// Throws config::Error at `name` when there is no such kind; the nearest is named.
const Kind& find_kind(const config::Value& name);

}  // namespace edgecut::partition
