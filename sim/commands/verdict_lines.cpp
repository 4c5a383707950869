#include "commands/verdict_lines.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "commands/common.hpp"

namespace edgecut::commands {
namespace {

constexpr auto sound = "stable";

struct Case {
  std::string partitioner;  // of the first row
  std::string verdict;
  std::string because;
  std::size_t rows = 0;
  bool varies = false;  // because: not the same in all of them
  std::vector<std::pair<std::string, std::size_t>> by_method = {};
};

// Of what follows for the means.
std::string consequence(const std::string& verdict) {
  static const std::map<std::string, std::string> consequences{
      {"overloaded", "means grow with the number of requests"},
      {"backlogged", "means depend on the number of requests"},
      {"losing requests", "means are of those that got through"}};
  const auto found = consequences.find(verdict);
  return found == consequences.end() ? "" : "; " + found->second;
}

std::string is_said(const std::string& verdict) {
  return verdict == "losing requests" ? "loses requests" : "is " + verdict;
}

}  // namespace

std::vector<std::string> verdict_lines(const std::vector<metrics::Row>& rows) {
  std::map<std::string, std::size_t> of_method;
  std::vector<Case> cases;
  for (const auto& row : rows) {
    const auto method = row.text("partitioner");
    const auto verdict = row.text("verdict");
    ++of_method[method];
    if (verdict == sound) continue;
    auto found = std::ranges::find_if(
        cases, [&](const Case& known) { return known.partitioner == method && known.verdict == verdict; });
    if (found == cases.end()) found = cases.insert(cases.end(), {method, verdict, row.text("verdict_because")});
    ++found->rows;
    found->varies = found->varies || found->because != row.text("verdict_because");
  }
  std::vector<std::string> lines;
  for (const auto& one : cases) {
    const auto all = of_method[one.partitioner];
    const auto share = all == 1 ? std::string() : fmt::format(" in {} of {} replications", one.rows, all);
    lines.push_back(fmt::format("{} {}{} ({}{}){}", one.partitioner, is_said(one.verdict), share,
                                one.varies ? "the first: " : "", one.because, consequence(one.verdict)));
  }
  return lines;
}

std::vector<std::string> verdict_totals(const std::vector<metrics::Row>& rows) {
  std::vector<Case> cases;
  for (const auto& row : rows) {
    const auto method = row.text("partitioner");
    const auto verdict = row.text("verdict");
    if (verdict == sound) continue;
    auto found = std::ranges::find(cases, verdict, &Case::verdict);
    if (found == cases.end()) {
      const auto why = fmt::format("point {}, {}: {}", row.text("point"), method, row.text("verdict_because"));
      found = cases.insert(cases.end(), {method, verdict, why});
    }
    ++found->rows;
    auto own = std::ranges::find(found->by_method, method, [](const auto& entry) { return entry.first; });
    if (own == found->by_method.end()) own = found->by_method.insert(own, {method, 0});
    ++own->second;
  }
  std::vector<std::string> lines;
  for (const auto& one : cases) {
    std::vector<std::string> methods;
    for (const auto& [method, count] : one.by_method) methods.push_back(fmt::format("{} of {}", count, method));
    lines.push_back(fmt::format("{} of {} {} {}: {}; the first: {}{}", one.rows, rows.size(),
                                rows.size() == 1 ? "row" : "rows",
                                one.verdict == "losing requests" ? (one.rows == 1 ? "loses requests" : "lose requests")
                                                                 : (one.rows == 1 ? "is " : "are ") + one.verdict,
                                fmt::join(methods, ", "), one.because, consequence(one.verdict)));
  }
  return lines;
}

}  // namespace edgecut::commands
