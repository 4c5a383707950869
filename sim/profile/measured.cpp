#include "profile/measured.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <vector>

#include "config/map.hpp"
#include "config/text_lines.hpp"
#include "config/value.hpp"

namespace edgecut::profile {
namespace {

using Cells = std::vector<std::string>;
using platform::Measured;

const char* column_of(Measured::Statistic statistic) {
  switch (statistic) {
    case Measured::Statistic::minimum:
      return "minimum_s";
    case Measured::Statistic::median:
      return "median_s";
    case Measured::Statistic::p90:
      break;
  }
  return "p90_s";
}

// Where the columns stand.
struct Header {
  std::size_t layer = 0;
  std::size_t seconds = 0;
  std::optional<std::size_t> mode;
  std::optional<std::size_t> date;
  std::optional<std::size_t> load;
};

Header read_header(const Cells& cells, const config::Location& where, const Measured& how) {
  const auto find = [&](const std::string& name) -> std::optional<std::size_t> {
    const auto found = std::ranges::find(cells, name);
    return found == cells.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - cells.begin()));
  };
  const auto need = [&](const std::string& name) {
    const auto found = find(name);
    if (!found) throw config::Error(where, "", fmt::format("the table has no column '{}'", name));
    return *found;
  };
  return {need("layer"), need(column_of(how.statistic)), find("mode"), find("date"), find("load")};
}

Seconds read_seconds(const std::string& cell, const config::Location& where) {
  std::size_t used = 0;
  double seconds = 0.0;
  try {
    seconds = std::stod(cell, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  if (used == 0 || used != cell.size() || !std::isfinite(seconds) || seconds < 0.0) {
    throw config::Error(where, "", fmt::format("'{}' is no time in seconds (a number of 0 or more)", cell));
  }
  return Seconds(seconds);
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::ptrdiff_t most = 8;
  const auto end = std::min<std::ptrdiff_t>(most, std::ssize(names));
  const auto more = std::ssize(names) - end;
  return fmt::format("{}{}", fmt::join(names.begin(), names.begin() + end, ", "),
                     more > 0 ? fmt::format(" and {} more", more) : "");
}

void add_row(MeasuredTable& table, const std::string& layer, Seconds time, const config::Location& where) {
  if (layer.empty()) {
    if (table.whole) throw config::Error(where, "", "a second row of the whole run (one without a layer)");
    table.whole = time;
  } else if (!table.layers.emplace(layer, time).second) {
    throw config::Error(where, "", fmt::format("a second row of layer '{}'", layer));
  }
}

void check_names(const MeasuredTable& table, const dnn::Network& network, const Measured& how) {
  std::set<std::string> wanted;
  std::vector<std::string> missing;
  std::vector<std::string> unknown;
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    if (network.is_input(v)) continue;
    const auto& name = network.layer(v).name;
    wanted.insert(name);
    if (!table.layers.contains(name)) missing.push_back(name);
  }
  for (const auto& [name, time] : table.layers) {
    if (!wanted.contains(name)) unknown.push_back(name);
  }
  if (!missing.empty()) {
    throw config::Error(how.where, how.key,
                        fmt::format("{} has no time of these layers of {}: {}{}", table.file, network.name(),
                                    listed(missing), unknown.empty() ? "" : "; it has others: " + listed(unknown)));
  }
  if (!unknown.empty()) {
    throw config::Error(
        how.where, how.key,
        fmt::format("{} has times of layers that {} has not: {}", table.file, network.name(), listed(unknown)));
  }
}

void adapt(LayerTimes& times, const dnn::Network& network, const MeasuredTable& table, const Measured& how) {
  if (how.whole_run == Measured::WholeRun::ignore) return;
  if (!table.whole) {
    if (!how.whole_run) return;
    throw config::Error(how.where, how.key,
                        fmt::format("{} has no row of the whole run (one without a layer)", table.file));
  }
  Seconds sum;
  for (const auto time : times) sum += time;
  if (how.whole_run.value_or(Measured::WholeRun::scale) == Measured::WholeRun::scale) {
    if (!(sum > Seconds())) return;
    for (auto& time : times) time *= *table.whole / sum;
    return;
  }
  if (*table.whole < sum) {
    throw config::Error(how.where, how.key,
                        fmt::format("the whole run of {} is shorter than the sum of its layers ({} against {}), so "
                                    "there is nothing between layers to add (scale, ignore)",
                                    table.file, units::format(*table.whole), units::format(sum)));
  }
  double layers = 0.0;
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) layers += network.is_input(v) ? 0.0 : 1.0;
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    if (!network.is_input(v)) times[v] += (*table.whole - sum) / layers;
  }
}

}  // namespace

MeasuredTable read_table(const std::string& text, const std::string& file, const Measured& how) {
  config::Lines lines(text, file);
  if (!lines.next()) lines.fail("", "the table is empty");
  const auto names = config::split_cells(lines.text());
  const auto header = read_header(names, lines.where(), how);
  const std::size_t width = names.size();
  MeasuredTable table{.file = file, .mode = how.mode, .layers = {}, .whole = {}};
  std::set<std::string> modes;
  while (lines.next()) {
    const auto where = lines.where();
    const auto cells = config::split_cells(lines.text());
    if (cells.size() != width) {
      throw config::Error(where, "", fmt::format("{} cells under {} columns", cells.size(), width));
    }
    if (header.mode) modes.insert(cells[*header.mode]);
    if (header.mode && !how.mode.empty() && cells[*header.mode] != how.mode) continue;
    if (how.mode.empty() && modes.size() > 1) {
      throw config::Error(
          how.where, how.key,
          fmt::format("{} holds several modes: choose with {{table: ..., mode: {}}}", file, fmt::join(modes, " or ")));
    }
    const auto note = [&](std::string& condition, const std::optional<std::size_t>& column) {
      if (column && condition.empty()) condition = cells[*column];
    };
    note(table.date, header.date);
    note(table.load, header.load);
    add_row(table, cells[header.layer], read_seconds(cells[header.seconds], where), where);
  }
  if (table.layers.empty()) {
    const auto known = modes.empty() ? "none" : fmt::format("{}", fmt::join(modes, ", "));
    throw config::Error(how.where, how.key,
                        how.mode.empty() ? fmt::format("{} has no rows of layers", file)
                                         : fmt::format("{} has no mode '{}' (known: {})", file, how.mode, known));
  }
  return table;
}

LayerTimes times_of(const MeasuredTable& table, const dnn::Network& network, const Measured& how) {
  check_names(table, network, how);
  LayerTimes times(network.size());
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    if (!network.is_input(v)) times[v] = table.layers.at(network.layer(v).name);
  }
  adapt(times, network, table, how);
  return times;
}

}  // namespace edgecut::profile
