#include "reference/type_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <limits>
#include <vector>

#include "units/ensure.hpp"
#include "units/text.hpp"

namespace edgecut::reference {
namespace {

using config::Type;
using Is = Type::Is;

std::string words_text(const Type& type) {
  std::vector<std::string> words;
  for (const auto& word : type.words) words.push_back(word.text);
  return words.size() == 1 ? "`" + words.front() + "`" : fmt::format("one of `{}`", fmt::join(words, "`, `"));
}

std::string either_text(const Type& type) {
  std::vector<std::string> parts;
  for (const auto& part : type.of) parts.push_back(type_text(part));
  return fmt::format("{}", fmt::join(parts, ", or "));
}

std::string list_text(const Type& type) {
  const auto item = type_text(type.of.front());
  return type.least > 1 ? fmt::format("a list of {} or more: {}", type.least, item) : "a list: " + item;
}

// In its unit; an end that a whole number of its kind has anyway is none.
std::string limit_text(double limit, const Type& type) {
  if (type.is == Is::measure) return fmt::format("{} {}", limit, type.unit);
  if (type.is == Is::quantity) return units::format(limit, type.dimension);
  if (type.is == Is::ratio || type.is == Is::percentage || type.is == Is::share_of)
    return fmt::format("{:.6g} %", limit * 100.0);
  return std::abs(limit) >= 1e6 ? fmt::format("{:.0e}", limit) : fmt::format("{}", limit);
}

bool says_nothing(double limit, const Type& type) {
  const bool is_int_end = type.is == Is::integer && std::abs(limit) >= std::numeric_limits<int>::max();
  return std::isinf(limit) || is_int_end;
}

}  // namespace

std::string type_text(const Type& type) {
  switch (type.is) {
    case Is::quantity:
      return units::describe(type.dimension);
    case Is::measure:
      return fmt::format("{} such as '{}'", type.noun, type.example);
    case Is::number:
      return "a number";
    case Is::ratio:
      return "a ratio such as 0.5 or '50 %'";
    case Is::percentage:
      return "a percentage such as '50 %'";
    case Is::integer:
      return "a whole number";
    case Is::boolean:
      return "`true` or `false`";
    case Is::text:
      return "a text";
    case Is::word:
      return words_text(type);
    case Is::share_of:
      return fmt::format("a share such as '60 % of {}'", type.words.front().text);
    case Is::file:
      return "the path of a file";
    case Is::list:
      return list_text(type);
    case Is::map:
      return fmt::format("a map from {} to {}", type.noun, type_text(type.of.front()));
    case Is::record:
      return fmt::format("a map: {}", type.record().name);
    case Is::reference:
      return fmt::format("a name of {}, a path, or a map: {}", type.folder, type.record().name);
    case Is::either:
      return either_text(type);
    case Is::anything:
      return "as its sentence says";
  }
  throw InternalError("internal error: a type without words");
}

std::string range_text(const Type& type) {
  if (type.is == Is::either) {
    for (const auto& part : type.of) {
      if (auto text = range_text(part); !text.empty()) return text;
    }
    return "";
  }
  if (type.is == Is::list || type.is == Is::map) return range_text(type.of.front());
  const auto& [low, high, low_is_open] = type.limits;
  const auto least = says_nothing(low, type) ? "" : (low_is_open ? "more than " : "") + limit_text(low, type);
  const auto most = says_nothing(high, type) ? "" : limit_text(high, type);
  if (least.empty()) return most.empty() ? "" : "at most " + most;
  if (most.empty()) return low_is_open ? least : "at least " + least;
  return fmt::format("{}{} to {}", low_is_open ? "" : "from ", least, most);
}

std::string absence_text(const config::Absence& absence) {
  switch (absence.is) {
    case config::Absence::Is::refused:
      return "required";
    case config::Absence::Is::has_default:
      return absence.text.empty() ? "an empty text" : std::string(absence.text);
    case config::Absence::Is::has_meaning:
      return "absent: " + std::string(absence.text);
  }
  throw InternalError("internal error: an absence without words");
}

}  // namespace edgecut::reference
