// Reading a map strictly: every key is asked for by name and type, and what was not asked for is an error that names
// the nearest known key.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/value.hpp"
#include "units/quantity.hpp"
#include "units/text.hpp"

namespace edgecut::config {

/// Allowed values, in base units.
struct Limits {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_is_open = false;  // `low` itself is not allowed
};
inline constexpr Limits any{};
inline constexpr Limits positive{0.0, std::numeric_limits<double>::infinity(), true};
inline constexpr Limits non_negative{0.0, std::numeric_limits<double>::infinity(), false};
inline constexpr Limits share{0.0, 1.0, false};

/// A ratio: "0.5" or "50 %".
struct Ratio {
  double value = 0.0;
};

/// A figure of the world and where it is from.
struct Source {
  std::string path;   // "device.processors[0].compute.conv"
  std::string value;  // as written
  std::string source;
};

/// Every figure that was read, with its source, in reading order: what a report lists.
class Ledger {
 public:
  void add(Source source) { sources_.push_back(std::move(source)); }
  [[nodiscard]] const std::vector<Source>& sources() const { return sources_; }

 private:
  std::vector<Source> sources_;
};

namespace detail {
double quantity(const Value& value, const units::Dimension& dimension, const Limits& limits);
double number(const Value& value, const Limits& limits);
double ratio(const Value& value, const Limits& limits);
std::int64_t integer(const Value& value, const Limits& limits);
bool boolean(const Value& value);
const std::string& text(const Value& value);
[[noreturn]] void fail_no_list(const Value& value);
/// What a mended document says in place of a figure.
std::string stand_in(const units::Dimension& dimension, const Limits& limits);

template <class T>
struct IsQuantity : std::false_type {};
template <int B, int F, int S, int J>
struct IsQuantity<Quantity<B, F, S, J>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
}  // namespace detail

/// Reads a value as T: a Quantity ("20 ms"), double, Ratio, an integer type, bool, std::string, or a vector of these.
/// Throws Error when the text is not of that type or outside `limits`.
template <class T>
T as(const Value& value, const Limits& limits = any) {
  if constexpr (detail::IsQuantity<T>::value) {
    return T(detail::quantity(value, units::dimension_of(T{}), limits));
  } else if constexpr (detail::IsVector<T>::value) {
    if (!value.is_list()) detail::fail_no_list(value);
    T list;
    for (const auto& item : value.items) list.push_back(as<typename T::value_type>(item, limits));
    return list;
  } else if constexpr (std::is_same_v<T, Ratio>) {
    return Ratio{detail::ratio(value, limits)};
  } else if constexpr (std::is_same_v<T, bool>) {
    return detail::boolean(value);
  } else if constexpr (std::is_integral_v<T>) {
    Limits narrowed = limits;
    narrowed.low = std::max(narrowed.low, static_cast<double>(std::numeric_limits<T>::min()));
    narrowed.high = std::min(narrowed.high, static_cast<double>(std::numeric_limits<T>::max()));
    return static_cast<T>(detail::integer(value, narrowed));
  } else if constexpr (std::is_floating_point_v<T>) {
    return detail::number(value, limits);
  } else {
    return detail::text(value);
  }
}

namespace detail {
template <class T>
std::string stand_in(const Limits& limits) {
  if constexpr (IsQuantity<T>::value) {
    return stand_in(units::dimension_of(T{}), limits);
  } else if constexpr (IsVector<T>::value) {
    return "[]";
  } else if constexpr (std::is_same_v<T, bool>) {
    return "false";
  } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, Ratio>) {
    return stand_in(units::Dimension{}, limits);
  } else {
    return "x";
  }
}
}  // namespace detail

class Map {
 public:
  /// Every map may carry `source:`. Throws Error when the value is not a map.
  explicit Map(const Value& value);

  [[nodiscard]] const Value& value() const { return *value_; }
  [[nodiscard]] bool has(std::string_view key) const { return value_->find(key) != nullptr; }

  /// The value of a key that must be there.
  const Value& child(std::string_view key);
  /// The value of a key that may be absent; null then.
  const Value* find_child(std::string_view key);

  template <class T>
  T get(std::string_view key, const Limits& limits = any) {
    return as<T>(child_or_fail(key, detail::stand_in<T>(limits)), limits);
  }
  template <class T>
  std::optional<T> find(std::string_view key, const Limits& limits = any) {
    const Value* value = find_child(key);
    return value == nullptr ? std::nullopt : std::optional<T>(as<T>(*value, limits));
  }
  template <class T>
  T get_or(std::string_view key, T fallback, const Limits& limits = any) {
    return find<T>(key, limits).value_or(std::move(fallback));
  }
  /// One of a closed set of words.
  template <class E>
  E choice(std::string_view key, const std::vector<std::pair<std::string, E>>& words) {
    return pick(child_or_fail(key, words.front().first), words);
  }
  template <class E>
  E choice_or(std::string_view key, E fallback, const std::vector<std::pair<std::string, E>>& words) {
    const Value* value = find_child(key);
    return value == nullptr ? fallback : pick(*value, words);
  }

  /// A figure of the world, entered in `ledger`. Written `key: 4 GB` with a `source:` beside it, or
  /// `key: {value: 4 GB, source: ...}`. Throws Error when neither names a source.
  template <class T>
  T figure(std::string_view key, Ledger& ledger, const Limits& limits = any) {
    child_or_fail(key, "{value: " + detail::stand_in<T>(limits) + ", source: x}");
    const Value& value = sourced(key, ledger);
    return as<T>(value, limits);
  }
  /// A figure of no type above: the value itself, entered in `ledger` likewise.
  const Value& figure_value(std::string_view key, Ledger& ledger) { return sourced(key, ledger); }
  template <class T>
  T figure_or(std::string_view key, T fallback, Ledger& ledger, const Limits& limits = any) {
    return has(key) ? figure<T>(key, ledger, limits) : (find_child(key), fallback);
  }
  template <class T>
  std::optional<T> find_figure(std::string_view key, Ledger& ledger, const Limits& limits = any) {
    return has(key) ? std::optional<T>(figure<T>(key, ledger, limits)) : (find_child(key), std::nullopt);
  }

  /// Throws Error on the first key that nobody asked for, with what may have been meant: a key of this map, or the same
  /// key of another.
  void finish() const;

 private:
  template <class E>
  static E pick(const Value& value, const std::vector<std::pair<std::string, E>>& words) {
    std::vector<std::string> known;
    for (const auto& [word, choice] : words) {
      if (value.is_scalar() && value.scalar == word) return choice;
      known.push_back(word);
    }
    fail_unknown(value, known);
  }
  [[noreturn]] static void fail_unknown(const Value& value, const std::vector<std::string>& known);
  const Value& child_or_fail(std::string_view key, const std::string& stand_in);
  const Value& sourced(std::string_view key, Ledger& ledger);

  const Value* value_;
  std::vector<std::string> asked_;
  bool holds_figures_ = false;
};

/// Reads a map with `reader(Map&)` and then refuses unknown keys.
template <class Reader>
auto read(const Value& value, Reader reader) {
  Map map(value);
  if constexpr (std::is_void_v<decltype(reader(map))>) {
    reader(map);
    map.finish();
  } else {
    auto result = reader(map);
    map.finish();
    return result;
  }
}

/// "no X (did you mean Y? known: ...)" for a name that is not in a list.
std::string unknown_name(std::string_view what, std::string_view name, const std::vector<std::string>& known);

/// Throws Error of a value that names what is not in a list.
[[noreturn]] void fail_unknown(const Value& value, std::string_view what, const std::vector<std::string>& known);

}  // namespace edgecut::config
