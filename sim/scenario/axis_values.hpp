// The values that an axis is written with in short: ranges, and columns of tables.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/map.hpp"

namespace edgecut::scenario {

/// Two figures of one unit, and how the values between them are spaced.
struct Ends {
  double low = 0.0;
  double high = 0.0;
  std::string unit;
  std::string low_text;  // as typed
  std::string high_text;
  bool is_logarithmic = false;

  /// The figure that lies so far from the lower to the higher one: 0 to 1.
  [[nodiscard]] double at(double share) const;
};

/// The ends of `linspace` or `logspace`, of which a map has one. Throws config::Error.
Ends read_range(config::Map& map);
/// The values of a range with its `points`, as they would be typed.
std::vector<std::string> spaced(config::Map& map);
/// The values of a column of a table, `file`, which joins `files`. Throws config::Error.
std::vector<std::string> values_of_file(config::Map& map, std::vector<std::filesystem::path>& files);

/// A number in another unit, to twelve digits: 0.3 s are 300 ms, not 299.99999999999994.
double in_unit(double number, double factor);
/// "5.85 Mbit/s", to twelve digits.
std::string with_unit(double number, const std::string& unit);
/// Values as if each stood there.
std::vector<config::Value> scalars(const std::vector<std::string>& texts, const config::Location& where);

}  // namespace edgecut::scenario
