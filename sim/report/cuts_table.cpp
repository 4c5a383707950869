// Every cut as text for people.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "report/blocks.hpp"
#include "report/describe_plan.hpp"
#include "report/every_cut.hpp"
#include "report/table.hpp"

namespace edgecut::report {
namespace {

constexpr std::size_t least_cut_width = 14;

// A unit in which the largest figure has at least two digits, and how many decimals its table shows.
struct Scale {
  double factor;
  std::string unit;
  int decimals;
};

Scale scale_for(double largest, const std::string& unit) {
  const double factor = largest == 0.0 || largest >= 10.0 ? 1.0 : largest >= 0.01 ? 1e3 : 1e6;
  const auto prefix = factor == 1.0 ? "" : factor == 1e3 ? "m" : "µ";
  const double shown = largest * factor;
  return {factor, prefix + unit, shown >= 1000.0 ? 0 : shown >= 100.0 ? 1 : 2};
}

std::string shown(double value, const Scale& scale) {
  return value == 0.0 ? "-" : fmt::format("{:.{}f}", value * scale.factor, scale.decimals);
}

// The last letters of a long name, which tell it from others.
std::string end_of(const std::string& text, std::size_t most) {
  if (letters(text) <= most) return text;
  std::size_t from = text.size();
  for (std::size_t kept = most - 1; kept > 0 && from > 0;) {
    if ((static_cast<unsigned char>(text[--from]) & 0xC0U) != 0x80U) --kept;
  }
  return "…" + text.substr(from);
}

// A cut's name as it stands in a table, and the parts of it that are shortened where the column is narrow.
struct CutLabel {
  std::string whole;
  std::string before = {};               // stays: "after "
  std::string head = {};                 // the last layer on the device; of a set of layers what it sends
  std::optional<std::string> edge = {};  // the last layer on the edge server, where that works
};

CutLabel label_of(const plan::Problem& problem, const plan::Plan& plan) {
  const auto& network = *problem.network;
  const auto name = plan::cut_name(network, plan);
  CutLabel label{name.is_set() ? sent_text(problem, plan) : plan::describe(network, plan)};
  if (name.only || name.is_set()) {
    label.head = label.whole;
    return label;
  }
  if (name.last_on_device) {
    label.before = "after ";
    label.head = network.layer(*name.last_on_device).name;
  }
  if (name.uses_edge) label.edge = name.last_on_edge ? network.layer(*name.last_on_edge).name : "the rest";
  return label;
}

// What a cut's name is in a column of that width: "after …features.2/Conv"; with an edge server "pool1 | …fc6", the last
// layer on the device and the last one on the edge server.
std::string fitted(const CutLabel& label, std::size_t most) {
  if (letters(label.whole) <= most) return label.whole;
  if (!label.edge) return label.before + end_of(label.head, most - label.before.size());
  const auto half = (most - 3) / 2;
  const auto shown = end_of(label.head, letters(*label.edge) < half ? most - 3 - letters(*label.edge) : half);
  return shown + " | " + end_of(*label.edge, most - 3 - letters(shown));
}

struct Column {
  const char* header;
  double (*of)(const plan::Cost&);
  bool is_kept;  // also where it is nothing in all cuts
};
constexpr std::array<Column, 8> time_columns{{
    {"latency", [](const plan::Cost& cost) { return cost.latency.value(); }, true},
    {"device", [](const plan::Cost& cost) { return cost.head.value(); }, true},
    {"upload", [](const plan::Cost& cost) { return cost.upload.value(); }, true},
    {"edge", [](const plan::Cost& cost) { return cost.edge.value(); }, false},
    {"relay", [](const plan::Cost& cost) { return (cost.relay + cost.relay_back).value(); }, false},
    {"cloud", [](const plan::Cost& cost) { return cost.tail.value(); }, true},
    {"download", [](const plan::Cost& cost) { return cost.download.value(); }, true},
    {"wait", [](const plan::Cost& cost) { return cost.wait.value(); }, false},
}};

using Lines = std::vector<const Cut*>;

bool runs(const Cut& cut) {
  return cut.candidate.cost.latency < plan::never;
}

double largest(const Lines& lines, double (*of)(const plan::Cost&)) {
  double most = 0.0;
  for (const auto* cut : lines) most = runs(*cut) ? std::max(most, of(cut->candidate.cost)) : most;
  return most;
}

double energy_of(const plan::Cost& cost) {
  return cost.energy_inference.value();
}

// The limits that are broken anywhere, numbered from 1 by when they first are.
std::vector<std::string> limits_in(const Lines& lines) {
  std::vector<std::string> limits;
  for (const auto* cut : lines) {
    for (const auto& excess : cut->broken) {
      if (std::ranges::find(limits, excess.limit) == limits.end()) limits.push_back(excess.limit);
    }
  }
  return limits;
}

std::string broken_cell(const Cut& cut, const std::vector<std::string>& limits) {
  std::vector<std::ptrdiff_t> numbers;
  for (const auto& excess : cut.broken) {
    numbers.push_back(std::ranges::find(limits, excess.limit) - limits.begin() + 1);
  }
  return fmt::format("{}", fmt::join(numbers, " "));
}

constexpr std::size_t cut_column = 1;

struct Grid {
  std::vector<std::string> headers;
  std::vector<std::vector<std::string>> rows;
  std::vector<CutLabel> labels;  // of the rows

  // Everything but the cut's name, gaps included.
  [[nodiscard]] std::size_t other_width() const {
    std::size_t sum = 0;
    for (std::size_t c = 0; c < headers.size(); ++c) {
      std::size_t widest = letters(headers[c]);
      for (const auto& row : rows) widest = std::max(widest, letters(row[c]));
      sum += (c > 0 ? 2 : 0) + (c == cut_column ? 0 : widest);
    }
    return sum;
  }

  // What is left for the cut's name.
  [[nodiscard]] std::size_t room() const {
    const auto others = other_width();
    return others + least_cut_width < text_width ? text_width - others : least_cut_width;
  }

  // Some name is written "a | b".
  [[nodiscard]] bool has_pairs() const {
    return std::ranges::any_of(
        labels, [most = room()](const CutLabel& label) { return label.edge && letters(label.whole) > most; });
  }

  [[nodiscard]] std::string str() const {
    Table table(headers);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      auto row = rows[i];
      row[cut_column] = fitted(labels[i], room());
      table.add(std::move(row));
    }
    return table.str();
  }
};

Grid grid_of(const plan::Problem& problem, const Lines& lines, const std::vector<std::string>& limits,
             const Scale& time, const Scale& energy) {
  std::vector<Column> columns;
  std::ranges::copy_if(time_columns, std::back_inserter(columns),
                       [&](const Column& column) { return column.is_kept || largest(lines, column.of) > 0.0; });
  Grid grid{{" ", "cut", "layers"}, {}, {}};
  for (const auto& column : columns) grid.headers.emplace_back(column.header);
  grid.headers.emplace_back("energy");
  if (!limits.empty()) grid.headers.emplace_back("breaks");
  for (const auto* cut : lines) {
    const auto& cost = cut->candidate.cost;
    std::vector<std::string> cells{cut->chosen_by.empty() ? " " : "*", "", fmt::format("{}", cost.layers_on_device)};
    for (const auto& column : columns) cells.push_back(runs(*cut) ? shown(column.of(cost), time) : "-");
    cells.push_back(runs(*cut) ? shown(energy_of(cost), energy) : "-");
    if (!limits.empty()) cells.push_back(broken_cell(*cut, limits));
    grid.rows.push_back(std::move(cells));
    grid.labels.push_back(label_of(problem, cut->candidate.plan));
  }
  return grid;
}

// The cuts on one processor, in one encoding, with one set of exits.
struct Section {
  std::string heading;
  Lines lines;
};

std::string heading_of(const plan::Problem& problem, const plan::Plan& plan) {
  std::vector<std::string> words;
  if (problem.processors.size() > 1) words.push_back("on " + problem.processors[plan.processor].name);
  if (problem.encodings.size() > 1) words.push_back("as " + encoding_name(problem, plan));
  if (!problem.network->exits().empty()) words.push_back("exits " + exits_name(problem, plan));
  return fmt::format("{}", fmt::join(words, ", "));
}

std::vector<Section> sections_of(const Cuts& all) {
  std::vector<Section> sections;
  for (const auto& cut : all.cuts) {
    if (!cut.is_best_of_head && cut.chosen_by.empty()) continue;
    auto heading = heading_of(*all.problem, cut.candidate.plan);
    auto found = std::ranges::find(sections, heading, &Section::heading);
    if (found == sections.end()) found = sections.insert(found, {std::move(heading), {}});
    found->lines.push_back(&cut);
  }
  return sections;
}

std::string choices_text(const Cuts& all) {
  std::string text;
  for (const auto& cut : all.cuts) {
    if (cut.chosen_by.empty()) continue;
    const auto heading = heading_of(*all.problem, cut.candidate.plan);
    text += wrapped(fmt::format("* {}{}: {}", cut_text(*all.problem, cut.candidate.plan),
                                heading.empty() ? "" : " (" + heading + ")", fmt::join(cut.chosen_by, ", ")),
                    4);
  }
  for (const auto& choice : all.without_plan) {
    text += wrapped(fmt::format("  no plan: {} ({})", choice.partitioner, choice.reason), 4);
  }
  return text;
}

std::string hidden_text(const Cuts& all, std::size_t shown) {
  if (shown == all.cuts.size()) return "";
  return wrapped(fmt::format("{} of {} cuts: of those with the same part on the device the best, and what is chosen; "
                             "--format csv has all.",
                             shown, all.cuts.size()),
                 0);
}

}  // namespace

std::string cuts_text(const Cuts& cuts) {
  const auto sections = sections_of(cuts);
  Lines every;
  for (const auto& section : sections) every.insert(every.end(), section.lines.begin(), section.lines.end());
  const auto limits = limits_in(every);
  const auto time = scale_for(largest(every, time_columns.front().of), "s");
  const auto energy = scale_for(largest(every, energy_of), "J");
  std::string text = cuts.part.empty() ? "" : cuts.part + ":\n";
  text += fmt::format("Times in {}, energy above idle in {}.\n", time.unit, energy.unit);
  bool has_pairs = false;
  for (const auto& section : sections) {
    text += section.heading.empty() ? "\n" : "\n" + section.heading + ":\n";
    const auto grid = grid_of(*cuts.problem, section.lines, limits, time, energy);
    text += grid.str();
    has_pairs = has_pairs || grid.has_pairs();
  }
  if (has_pairs) text += "a | b: the device up to a, the edge server up to b\n";
  text += "\n" + choices_text(cuts);
  for (std::size_t i = 0; i < limits.size(); ++i) text += fmt::format("  breaks {}: {}\n", i + 1, limits[i]);
  return text + hidden_text(cuts, every.size());
}

}  // namespace edgecut::report
