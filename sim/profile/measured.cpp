#include "profile/measured.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <vector>

#include "config/map.hpp"
#include "config/table.hpp"
#include "config/value.hpp"

namespace edgecut::profile {
namespace {

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
  std::size_t time = 0;
  std::optional<std::size_t> mode;
  std::optional<std::size_t> date;
  std::optional<std::size_t> load;
  std::optional<std::size_t> profiling;
};

Header read_header(config::Table& table, const Measured& how) {
  const config::Wanted text{.by_whole_name = true};
  const config::Wanted time{
      .dimension = units::dimension_of(Seconds()), .remedy = "; `statistic:` says which is read", .has_key = false};
  return {table.column("layer", text),     table.column(column_of(how.statistic), time),
          table.find_column("mode", text), table.find_column("date", text),
          table.find_column("load", text), table.find_column("profiling", text)};
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::ptrdiff_t most = 8;
  const auto end = std::min<std::ptrdiff_t>(most, std::ssize(names));
  const auto more = std::ssize(names) - end;
  return fmt::format("{}{}", fmt::join(names.begin(), names.begin() + end, ", "),
                     more > 0 ? fmt::format(" and {} more", more) : "");
}

void add_row(config::Table& rows, const Header& header, MeasuredTable& table) {
  const auto& layer = rows.text(header.layer);
  const auto time = rows.number(header.time);
  if (!time) return;
  if (layer.empty()) {
    if (header.profiling && rows.text(*header.profiling) == "on") return;  // it lasted longer than a run does
    if (table.whole) return rows.blame(header.layer, "a second row of the whole run (one without a layer)");
    table.whole = Seconds(*time);
  } else if (!table.layers.emplace(layer, Seconds(*time)).second) {
    rows.blame(header.layer, fmt::format("a second row of layer '{}'", layer));
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
  config::Table rows(text, file, "");
  const auto header = read_header(rows, how);
  MeasuredTable table{.file = file, .mode = how.mode, .layers = {}, .whole = {}};
  std::set<std::string> modes;
  while (rows.next()) {
    if (header.mode) modes.insert(rows.text(*header.mode));
    if (header.mode && !how.mode.empty() && rows.text(*header.mode) != how.mode) continue;
    if (how.mode.empty() && modes.size() > 1) {
      throw config::Error(
          how.where, how.key,
          fmt::format("{} holds several modes: choose with {{table: ..., mode: {}}}", file, fmt::join(modes, " or ")));
    }
    const auto note = [&](std::string& condition, const std::optional<std::size_t>& column) {
      if (column && condition.empty()) condition = rows.text(*column);
    };
    note(table.date, header.date);
    note(table.load, header.load);
    add_row(rows, header, table);
  }
  rows.finish("no layers");
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
