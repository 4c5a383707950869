#include "platform/trace_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "config/table.hpp"
#include "config/text_lines.hpp"

namespace edgecut::platform {
namespace {

constexpr double packet = 1500.0;  // bytes

}  // namespace

std::string PossibleValues::complaint(double value) const {
  const auto text = [&](double x) { return units::format(x, dimension); };
  return fmt::format("{} is out of range: it must be {} {} to {}", text(value), least > 0.0 ? "0, or from" : "from",
                     text(least), text(most));
}

std::filesystem::path trace_path(const config::Value& value) {
  const std::filesystem::path named = config::as<std::string>(value);
  auto path = named.is_absolute() ? named : std::filesystem::path(value.where.file).parent_path() / named;
  if (!config::is_file(path)) value.fail(fmt::format("there is no file {}", path.string()));
  return path;
}

CsvTrace read_csv_trace(const std::filesystem::path& file, const TraceColumns& columns, double usual,
                        const PossibleValues& possible) {
  config::Table table(file, columns.value);
  const bool is_load = possible.dimension == units::Dimension{};
  const auto time =
      table.time_column(columns.time, {.given = columns.units.time, .remedy = "; `time:` says which holds the times"});
  const auto value = table.column(columns.value, {.dimension = possible.dimension,
                                                  .or_ratio = true,
                                                  .given = columns.units.value,
                                                  .remedy = "; `column:` says which holds the values"});
  const double of = table.is_in_ratios(value) && !is_load ? usual : 1.0;
  CsvTrace trace;
  std::optional<double> first;
  while (table.next()) {
    const auto at = table.time(time);
    const auto figure = table.number(value);
    if (!first) first = at;
    if (!at || !figure) continue;
    const Seconds from(*at - *first);
    const double step = *figure * of;
    if (!trace.steps.empty() && from <= trace.steps.back().from) {
      table.blame(time, "not after the line above it");
    } else if (!possible.holds(step)) {
      table.blame(value, possible.complaint(step));
    } else {
      trace.steps.push_back({from, step});
    }
  }
  table.finish();
  trace.note = table.note();
  return trace;
}

std::vector<CourseStep> read_mahimahi(const std::filesystem::path& file, Seconds bin, Seconds& period) {
  config::Lines lines(file);
  const auto width = static_cast<std::int64_t>(std::llround(bin.value() * 1e3));
  std::vector<std::int64_t> packets;  // by bin
  std::int64_t last = 0;
  while (lines.next()) {
    std::int64_t at = 0;
    const auto text = lines.text();
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), at);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || at < 0) {
      lines.fail("mahimahi", fmt::format("'{}' is not a whole number of milliseconds", text));
    }
    if (at < last) lines.fail("mahimahi", "before the line above it");
    last = at;
    const auto index = static_cast<std::size_t>(at == 0 ? 0 : (at - 1) / width);
    constexpr std::size_t most = 10'000'000;
    if (index >= most) lines.fail("mahimahi", fmt::format("more than {} bins", most));
    if (index >= packets.size()) packets.resize(index + 1, 0);
    ++packets[index];
  }
  if (packets.empty()) lines.fail("mahimahi", "the file is empty");
  if (last == 0) lines.fail("mahimahi", "ends at 0 ms");
  period = Seconds(static_cast<double>(last) * 1e-3);
  std::vector<CourseStep> steps;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const Seconds from = bin * static_cast<double>(i);
    const Seconds length = std::min(bin, period - from);
    steps.push_back({from, static_cast<double>(packets[i]) * packet / length.value()});
  }
  return steps;
}

}  // namespace edgecut::platform
