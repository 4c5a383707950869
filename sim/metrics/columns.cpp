#include "metrics/columns.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "units/ensure.hpp"

namespace edgecut::metrics {

std::string_view words(Fold fold) {
  switch (fold) {
    case Fold::mean:
      return "mean";
    case Fold::common:
      return "most frequent";
    case Fold::none:
      return "";
  }
  throw InternalError("unknown fold");
}

const Column* find(std::span<const Column> columns, std::string_view name) {
  const auto found = std::ranges::find(columns, name, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

const Column& at(std::span<const Column> columns, std::string_view name) {
  const auto* found = find(columns, name);
  ensure(found != nullptr, "a column that is named is declared");
  return *found;
}

std::vector<Column> together(std::initializer_list<std::vector<Column>> lists) {
  std::vector<Column> all;
  for (const auto& list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

}  // namespace edgecut::metrics
