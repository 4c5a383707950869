#include "metrics/row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "units/ensure.hpp"

namespace edgecut::metrics {

// Not inlined: g++ 12 sees strings out of bounds in it that are not.
[[gnu::noinline]] void Row::add(std::string name, Cell cell) {
  cells_.emplace_back(std::move(name), std::move(cell));
}

const Cell& Row::at(std::string_view name) const {
  const auto found = std::ranges::find_if(cells_, [&](const auto& cell) { return cell.first == name; });
  ensure(found != cells_.end(), "a row has the column that is asked for");
  return found->second;
}

void Row::set(std::string_view name, Cell cell) {
  const auto found = std::ranges::find_if(cells_, [&](const auto& known) { return known.first == name; });
  ensure(found != cells_.end(), "a row has the column that is set");
  found->second = std::move(cell);
}

double Row::number(std::string_view name) const {
  const Cell& cell = at(name);
  if (const auto* real = std::get_if<double>(&cell)) return *real;
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*whole);
  return std::numeric_limits<double>::quiet_NaN();
}

std::string Row::text(std::string_view name) const {
  return to_text(at(name));
}

std::string to_text(const Cell& cell) {
  if (const auto* real = std::get_if<double>(&cell)) return std::isnan(*real) ? "" : fmt::format("{}", *real);
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return fmt::format("{}", *whole);
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return "";
}

}  // namespace edgecut::metrics
