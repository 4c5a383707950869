#include "platform/trace_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

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

std::vector<CourseStep> read_csv_trace(const std::filesystem::path& file, const std::string& time,
                                       const std::string& column, double scale, const PossibleValues& possible) {
  config::NumberTable table(file, column);
  const auto time_at = table.column(time);
  const auto value_at = table.column(column);
  std::vector<CourseStep> steps;
  double first = 0.0;
  while (table.next()) {
    const double at = table.number(time_at, config::trace_time);
    if (steps.empty()) first = at;
    const Seconds from(at - first);
    if (!steps.empty() && from <= steps.back().from) table.fail(time_at, "not after the line above it");
    const double value = table.number(value_at) * scale;
    if (!possible.holds(value)) table.fail(value_at, possible.complaint(value));
    steps.push_back({from, value});
  }
  if (steps.empty()) table.fail("no values: the file names its columns and ends");
  return steps;
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
