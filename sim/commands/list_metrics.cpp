#include "commands/list_metrics.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <vector>

#include "commands/common.hpp"
#include "report/table.hpp"
#include "sweep/dictionary.hpp"

namespace edgecut::commands {
namespace {

constexpr std::size_t widest = 118;  // of a line of prose

std::vector<metrics::Row> all_rows() {
  std::vector<metrics::Row> rows;
  for (const auto& table : sweep::result_tables()) {
    for (const auto& column : table.columns) {
      auto& row = rows.emplace_back();
      row.add("file", table.file);
      row.add("column", std::string(column.name));
      row.add("symbol", std::string(column.symbol));
      row.add("unit", std::string(column.unit));
      row.add("meaning", std::string(column.meaning));
      row.add("estimated_by", std::string(column.estimated));
      row.add("do_not_trust_it_when", std::string(column.distrust));
      row.add("over_replications", std::string(metrics::words(column.fold)));
    }
  }
  return rows;
}

std::string as_text(const sweep::ResultTable& table) {
  report::Table columns({"column", "unit", "meaning"});
  std::vector<std::string> shared;
  for (const auto& column : table.columns) {
    if (table.shares(column)) {
      shared.emplace_back(column.name);
    } else {
      columns.add({std::string(column.name), std::string(column.unit), std::string(column.meaning)});
    }
  }
  auto text = fmt::format("{}: a line is {}\n\n{}", table.file, table.line, columns.str());
  if (!shared.empty()) text += fmt::format("\nAlso, as in rows.csv: {}\n", fmt::join(shared, ", "));
  return text;
}

// Words in lines that are no longer than `widest`.
std::string wrapped(const std::vector<std::string>& words) {
  std::string text;
  std::size_t width = 0;
  for (const auto& word : words) {
    const bool fits = width + 1 + word.size() <= widest;
    text += width == 0 ? "" : fits ? " " : "\n";
    width = width == 0 || !fits ? word.size() : width + 1 + word.size();
    text += word;
  }
  return text + "\n";
}

std::string as_markdown(const sweep::ResultTable& table) {
  auto text = fmt::format(
      "<!-- columns of {0} -->\n| column of {0} | symbol | unit | meaning | estimated by | do not trust it when | over "
      "replications |\n|---|---|---|---|---|---|---|\n",
      table.file);
  std::vector<std::string> shared{"Also,", "as", "in", "rows.csv:"};
  const auto none = shared.size();
  for (const auto& column : table.columns) {
    if (table.shares(column)) {
      shared.push_back(fmt::format("`{}`,", column.name));
      continue;
    }
    const auto fold = metrics::words(column.fold);
    text += fmt::format("| `{}` | {} |{}| {} | {} | {} | {} |\n", column.name, column.symbol,
                        column.unit.empty() ? " " : fmt::format(" {} ", column.unit), column.meaning, column.estimated,
                        column.distrust, fold.empty() ? "-" : fold);
  }
  if (shared.size() > none) {
    shared.back().back() = '.';
    text += "\n" + wrapped(shared);
  }
  return text + "<!-- end -->\n";
}

template <class Describe>
void print_tables(Describe describe) {
  for (const auto& table : sweep::result_tables()) {
    print((&table == &sweep::result_tables().front() ? "" : "\n") + describe(table));
  }
}

}  // namespace

void list_metrics(const std::string& format) {
  if (format == "csv") return print_rows(all_rows(), Format::csv);
  if (format == "json") return print_rows(all_rows(), Format::json);
  if (format == "markdown") return print_tables(as_markdown);
  print_tables(as_text);
}

}  // namespace edgecut::commands
