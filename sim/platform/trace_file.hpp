// Traces as others write them: a CSV file of times and values, and Mahimahi's delivery opportunities.
#pragma once

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "config/given_units.hpp"
#include "config/value.hpp"
#include "platform/course.hpp"
#include "units/text.hpp"

namespace edgecut::platform {

/// What a figure may be, in base units: 0, or between two bounds.
struct PossibleValues {
  double least = 0.0;  // but for 0
  double most = std::numeric_limits<double>::infinity();
  units::Dimension dimension;

  [[nodiscard]] bool holds(double value) const { return value == 0.0 || (value >= least && value <= most); }
  /// What is wrong with a value that is none of them.
  [[nodiscard]] std::string complaint(double value) const;
};

/// The path that a value names, relative to the file in which it stands. Throws config::Error where there is no file.
std::filesystem::path trace_path(const config::Value& value);

/// The columns of a trace and their units, where the scenario gives them.
struct TraceColumns {
  std::string time = "time_s";
  std::string value;
  config::GivenUnits units;
};

struct CsvTrace {
  std::vector<CourseStep> steps;
  std::string note;  // that a clock's times begin at 0; else empty
};

/// A table (docs/tables.md) of times, ascending, and values of the dimension that is `possible`. The first time becomes 0.
/// `usual`: what values in shares or percent are of, where a bandwidth is wanted. Throws config::Error with the lines.
CsvTrace read_csv_trace(const std::filesystem::path& file, const TraceColumns& columns, double usual,
                        const PossibleValues& possible);

/// Mahimahi's form: one whole number a line, the millisecond at which a packet of 1,500 bytes may be delivered, in
/// order; after the last line, at `period`, the file comes again. A step is the bandwidth over one `bin`, of which the
/// last may be shorter; a packet belongs to the bin that it ends. Throws config::Error with the line.
/// [Netravali et al., Mahimahi, ATC'15; the form as in its repository's traces/]
std::vector<CourseStep> read_mahimahi(const std::filesystem::path& file, Seconds bin, Seconds& period);

}  // namespace edgecut::platform
