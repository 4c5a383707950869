// Tables of measured layer times (platforms/benchmarks/HOST/NETWORK.csv, written by analysis/measure_layers.py).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "dnn/network.hpp"
#include "platform/platform.hpp"
#include "profile/profile.hpp"

namespace edgecut::profile {

/// The rows of one mode of a table.
struct MeasuredTable {
  std::string file;
  std::string mode;
  std::map<std::string, Seconds> layers;
  std::optional<Seconds> whole;  // the row without a layer: the network run at once, without profiling
  std::string date = {};         // of its first row, as written; empty: not said
  std::string load = {};         // of the machine meanwhile, likewise
};

/// Reads a table (docs/tables.md) with the columns `layer` and `minimum_s` (or `median_s`, `p90_s`; in any unit of time),
/// and `mode` where it holds more than one, and `date` and `load`, if they are there; others are not looked at. `text`:
/// the bytes of the file. Throws config::Error with the lines on anything else.
MeasuredTable read_table(const std::string& text, const std::string& file, const platform::Measured& how);

/// The table's times by layer of the network, 0 for inputs, adapted to the whole run as `how` says. Throws config::Error
/// that names the layers where the table lacks some or has others.
LayerTimes times_of(const MeasuredTable& table, const dnn::Network& network, const platform::Measured& how);

}  // namespace edgecut::profile
