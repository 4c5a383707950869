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

#include "config/record.hpp"
#include "config/value.hpp"
#include "units/ensure.hpp"
#include "units/quantity.hpp"
#include "units/text.hpp"

namespace edgecut::config {

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
double measure(const Value& value, const Type& type);
const std::string& one_of(const Value& value, const Type& type);
/// The word's value.
int word(const Value& value, const Type& type);
const Limits& limits_of(const Type& type);
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
  } else if constexpr (std::is_same_v<T, Measure>) {
    throw InternalError("internal error: the unit of a measure is declared with its key");
  } else {
    return detail::text(value);
  }
}

/// Likewise, as a key is declared.
template <class T>
T as(const Value& value, const Type& type) {
  if constexpr (std::is_same_v<T, Measure>) {
    return Measure{detail::measure(value, type)};
  } else if constexpr (std::is_same_v<T, std::string>) {
    return type.is == Type::Is::word ? detail::one_of(value, type) : detail::text(value);
  } else {
    return as<T>(value, detail::limits_of(type));
  }
}

/// The word as E.
template <class E>
E as_word(const Value& value, const Type& type) {
  const auto* part = detail::part_of_words(type, &detail::tag<E>);
  ensure(part != nullptr, "a word is read as an enum that it is not declared with");
  return static_cast<E>(detail::word(value, *part));
}
/// A share of something that has a name: "60 % of device_only".
template <class E>
struct ShareOf {
  double share = 0.0;
  E of{};
};
namespace detail {
/// The share, and the number of the word, where a type has an alternative that is one and the value is written so.
std::optional<std::pair<double, int>> share_of(const Value& value, const Type& type);
}  // namespace detail

/// Likewise, as that of a type's alternatives that is read as T.
template <class T>
T as_part(const Value& value, const Type& type) {
  const auto* part = detail::part_read_as<T>(type);
  ensure(part != nullptr, "a value is read as a type that it is not declared with");
  return as<T>(value, *part);
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

class Map;
namespace detail {
template <class Reader>
auto read_strictly(Map map, Reader& reader);
}

/// A map that is read by the declarations of its keys. Asking for a key that is not declared, or for another type of
/// value than is declared, is an InternalError.
class Map {
 public:
  /// Every map may carry `source:`. Throws Error when the value is not a map.
  Map(const Value& value, const Record& record) : Map(value) { record_ = &record; }
  /// A map as a key's type has it: of a record, or from names, all of whose values are of one type, which must outlive
  /// this. Of alternatives it is the first.
  Map(const Value& value, const Type& type);
  /// One whose keys are declared nowhere: the reader says what each may be.
  explicit Map(const Value& value);

  [[nodiscard]] const Value& value() const { return *value_; }
  [[nodiscard]] bool has(std::string_view key) const { return value_->find(key) != nullptr; }

  /// The value of a key that must be there.
  const Value& child(std::string_view key);
  /// The value of a key that may be absent; null then.
  const Value* find_child(std::string_view key);
  /// What is written of a key, or its default.
  const Value& value_of(std::string_view key) { return given_or_standard(key, ""); }
  /// What a key is declared with.
  [[nodiscard]] const Type& type_of(std::string_view key) const;
  /// Of a list: what its items are.
  [[nodiscard]] const Type& item_of(std::string_view key) const;
  /// Reads the map that a key has, which must be there, with `reader(Map&)`.
  template <class Reader>
  auto read(std::string_view key, Reader reader) {
    return detail::read_strictly(Map(child(key), type_of(key)), reader);
  }
  /// Likewise each map of a list.
  template <class Reader>
  void read_each(std::string_view key, Reader reader) {
    const auto& type = item_of(key);
    for (const auto& item : child(key).items) detail::read_strictly(Map(item, type), reader);
  }

  /// What is written, or the default; Error where there is neither. Of a key that may be absent, Error where it is: here
  /// it must be there.
  template <class T>
  T get(std::string_view key) {
    if (!is_declared()) return as<T>(child_or_fail(key, detail::stand_in<T>(any)), any);
    const auto& type = plain<T>(key);
    return as<T>(given_or_standard(key, detail::stand_in<T>(detail::limits_of(type))), type);
  }
  /// Of a key that may be absent and has no default.
  template <class T>
  std::optional<T> find(std::string_view key) {
    if (!is_declared()) return find<T>(key, any);
    const auto& type = plain<T>(key);
    const Value* value = find_optional(key);
    return value == nullptr ? std::nullopt : std::optional<T>(as<T>(*value, type));
  }
  /// One of the key's words.
  template <class E>
  E choice(std::string_view key) {
    const auto& type = words<E>(key);
    return static_cast<E>(detail::word(given_or_standard(key, type.words.front().text), type));
  }
  template <class E>
  std::optional<E> find_choice(std::string_view key) {
    const auto& type = words<E>(key);
    const Value* value = find_optional(key);
    return value == nullptr ? std::nullopt : std::optional<E>(static_cast<E>(detail::word(*value, type)));
  }
  /// A share of one of the words of the key's type; none where the key is not there or is written otherwise.
  template <class E>
  std::optional<ShareOf<E>> find_share_of(std::string_view key) {
    const Value* value = find_optional(key);
    if (value == nullptr) return std::nullopt;
    const auto found = detail::share_of(*value, type_of(key));
    return found ? std::optional(ShareOf<E>{found->first, static_cast<E>(found->second)}) : std::nullopt;
  }
  /// A figure of the world, entered in `ledger`. Written `key: 4 GB` with a `source:` beside it, or
  /// `key: {value: 4 GB, source: ...}`. Throws Error when neither names a source.
  template <class T>
  T figure(std::string_view key, Ledger& ledger) {
    if (!is_declared()) return figure<T>(key, ledger, any);
    const auto& type = sourced_type<T>(key);
    if (const Value* value = standard_of(key)) return as<T>(*value, type);
    child_or_fail(key, "{value: " + detail::stand_in<T>(detail::limits_of(type)) + ", source: x}");
    return as<T>(sourced(key, ledger), type);
  }
  template <class T>
  std::optional<T> find_figure(std::string_view key, Ledger& ledger) {
    if (!is_declared()) return find_figure<T>(key, ledger, any);
    const auto& type = sourced_type<T>(key);
    if (find_optional(key) == nullptr) return std::nullopt;
    return as<T>(sourced(key, ledger), type);
  }

  // ---- keys that are declared nowhere ----

  template <class T>
  T get(std::string_view key, const Limits& limits) {
    refuse_limits();
    return as<T>(child_or_fail(key, detail::stand_in<T>(limits)), limits);
  }
  template <class T>
  std::optional<T> find(std::string_view key, const Limits& limits) {
    refuse_limits();
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
    refuse_limits();
    return pick(child_or_fail(key, words.front().first), words);
  }
  template <class E>
  E choice_or(std::string_view key, E fallback, const std::vector<std::pair<std::string, E>>& words) {
    refuse_limits();
    const Value* value = find_child(key);
    return value == nullptr ? fallback : pick(*value, words);
  }
  template <class T>
  T figure(std::string_view key, Ledger& ledger, const Limits& limits) {
    refuse_limits();
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
  std::optional<T> find_figure(std::string_view key, Ledger& ledger, const Limits& limits) {
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

  [[nodiscard]] bool is_declared() const { return record_ != nullptr || names_ != nullptr; }
  // Null in a map from names.
  [[nodiscard]] const Key* declared(std::string_view key) const;
  [[nodiscard]] const Type& part(const Type* part, bool is_figure, std::string_view key) const;
  template <class T>
  [[nodiscard]] const Type& plain(std::string_view key) const {
    return part(detail::part_read_as<T>(type_of(key)), false, key);
  }
  template <class T>
  [[nodiscard]] const Type& sourced_type(std::string_view key) const {
    return part(detail::part_read_as<T>(type_of(key)), true, key);
  }
  template <class E>
  [[nodiscard]] const Type& words(std::string_view key) const {
    return part(detail::part_of_words(type_of(key), &detail::tag<E>), false, key);
  }
  const Value& given_or_standard(std::string_view key, const std::string& stand_in);
  // The default of a key that is not there; null where it is there or has none. It counts as asked for.
  const Value* standard_of(std::string_view key);
  // As find_child(), of a key that may be absent and has no default.
  const Value* find_optional(std::string_view key);
  void refuse_limits() const;

  const Value* value_;
  const Record* record_ = nullptr;
  const Type* names_ = nullptr;
  std::vector<std::string> asked_;
  bool holds_figures_ = false;
};

namespace detail {
template <class Reader>
auto read_strictly(Map map, Reader& reader) {
  if constexpr (std::is_void_v<decltype(reader(map))>) {
    reader(map);
    map.finish();
  } else {
    auto result = reader(map);
    map.finish();
    return result;
  }
}
}  // namespace detail

/// Reads a map of declared keys with `reader(Map&)` and then refuses unknown keys.
template <class Reader>
auto read(const Value& value, const Record& record, Reader reader) {
  return detail::read_strictly(Map(value, record), reader);
}
/// Likewise a map from names.
template <class Reader>
auto read(const Value& value, const Type& type, Reader reader) {
  return detail::read_strictly(Map(value, type), reader);
}
/// Likewise a map whose keys are declared nowhere.
template <class Reader>
auto read(const Value& value, Reader reader) {
  return detail::read_strictly(Map(value), reader);
}

/// "no X (did you mean Y? known: ...)" for a name that is not in a list.
std::string unknown_name(std::string_view what, std::string_view name, const std::vector<std::string>& known);

/// Throws Error of a value that names what is not in a list.
[[noreturn]] void fail_unknown(const Value& value, std::string_view what, const std::vector<std::string>& known);

}  // namespace edgecut::config
