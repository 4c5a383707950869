// What a file may say, declared once: every key with its type, unit, range, default and one sentence. The parser (map.hpp)
// reads by these declarations; explanations, the JSON Schema and the reference page (reference/) are printed from them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
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

/// A number in the one unit that its key takes: "25 C", "0.68 USD/h".
struct Measure {
  double value = 0.0;
};

struct Record;
/// Records are made when they are first asked for, so that they may name each other in any order.
using RecordOf = std::function<const Record&()>;

/// What a value may be.
struct Type {
  enum class Is {
    quantity,    // of `dimension`, within `limits`
    measure,     // a number of the unit `unit`, within `limits`
    number,      // within `limits`
    ratio,       // a number or a percentage, within `limits`
    percentage,  // a percentage, within `limits`
    integer,     // within `limits`
    boolean,     // true or false
    text,        // any
    word,        // one of `words`
    share_of,    // a percentage of one of `words`, within `limits`: "60 % of device_only"
    file,        // the path of a file that is no YAML, relative to the file that names it
    list,        // of `of[0]`, `least` of them or more
    map,         // from names to `of[0]`, `least` of them or more
    record,      // `record`
    reference,   // a name of `folder`, a path, or `record`: with `kind` put over a file, without it the whole thing
    either,      // one of `of`
    anything,    // read by rules of its own
  };
  struct Word {
    std::string text;
    int value;
  };

  Is is = Is::text;
  units::Dimension dimension{};
  Limits limits{};
  std::string_view unit{};     // of a measure
  std::string_view example{};  // of a measure
  std::string_view noun{};  // of a word: what it is called where it is not known; of a map: its names; of a measure: it
  std::string_view folder{};
  std::vector<Word> words{};
  const void* words_are = nullptr;  // the tag of the words' enum
  std::vector<Type> of{};
  std::size_t least = 0;
  RecordOf record = nullptr;
  bool is_figure = false;  // must have a source: beside it, or as {value: ..., source: ...}
  bool is_over = false;    // of a record: what is put over one that is there, so that nothing is required
  bool has_sizes = false;  // of a map: its names are whole numbers from 1
};

/// What it means that a key is left out.
struct Absence {
  enum class Is { refused, has_default, has_meaning };
  Is is = Is::refused;
  std::string_view text{};  // the default as it would be written; or what holds then, which ends no sentence
};
inline constexpr Absence required{};
constexpr Absence standard(std::string_view text) {
  return {Absence::Is::has_default, text};
}
constexpr Absence optional(std::string_view meaning) {
  return {Absence::Is::has_meaning, meaning};
}

struct Key {
  Key(std::string_view key_name, Type key_type, Absence if_absent, std::string_view what);

  std::string_view name;
  Type type;
  Absence absence;
  std::string_view sentence;  // what it is
  Value standard;             // the default; null where there is none
};

/// The keys of a map. Every map may also carry `source:`.
struct Record {
  std::string_view name;
  std::string_view sentence;
  std::vector<Key> keys;
  std::vector<Type> others{};  // what every other key is, which is then a name; empty: there may be no others

  /// Null where there is none of that name.
  [[nodiscard]] const Key* find(std::string_view key) const;
};

/// The keys of several lists, in their order.
std::vector<Key> joined(std::vector<std::vector<Key>> lists);

namespace detail {
template <class T>
struct IsQuantity : std::false_type {};
template <int B, int F, int S, int J>
struct IsQuantity<Quantity<B, F, S, J>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

template <class E>
inline constexpr char tag = 0;  // one address for each enum

bool is_quantity_of(const Type& type, const units::Dimension& dimension);

/// Whether the type is read as T.
template <class T>
bool is_read_as(const Type& type) {
  using Is = Type::Is;
  if constexpr (IsQuantity<T>::value) {
    return is_quantity_of(type, units::dimension_of(T{}));
  } else if constexpr (IsVector<T>::value) {
    return type.is == Is::list && is_read_as<typename T::value_type>(type.of.front());
  } else if constexpr (std::is_same_v<T, Ratio>) {
    return type.is == Is::ratio || type.is == Is::percentage;
  } else if constexpr (std::is_same_v<T, Measure>) {
    return type.is == Is::measure;
  } else if constexpr (std::is_same_v<T, bool>) {
    return type.is == Is::boolean;
  } else if constexpr (std::is_integral_v<T>) {
    return type.is == Is::integer;
  } else if constexpr (std::is_floating_point_v<T>) {
    return type.is == Is::number;
  } else {
    return type.is == Is::text || type.is == Is::file || (type.is == Is::word && type.words_are == nullptr);
  }
}

/// The type itself, or the one of its alternatives, that is read as T; null where none is.
template <class T>
const Type* part_read_as(const Type& type) {
  if (type.is != Type::Is::either) return is_read_as<T>(type) ? &type : nullptr;
  for (const auto& part : type.of) {
    if (is_read_as<T>(part)) return &part;
  }
  return nullptr;
}

/// The type itself, or the first of its alternatives, that is a map or a record; null where none is.
const Type* part_with_keys(const Type& type);
/// The type itself, or the one of its alternatives, whose words are of the enum with that tag; null where none is.
const Type* part_of_words(const Type& type, const void* tag);
}  // namespace detail

/// The words of declarations.
namespace declare {

template <class Q>
Type quantity(const Limits& limits = any) {
  return {.is = Type::Is::quantity, .dimension = units::dimension_of(Q{}), .limits = limits};
}
/// In one unit; `noun` is what a message calls it.
Type measure(std::string_view unit, std::string_view example, const Limits& limits = any,
             std::string_view noun = "a number and a unit");
Type number(const Limits& limits = any);
Type ratio(const Limits& limits = any);
/// A ratio that is written in percent, for a plain number would be something else there.
Type percentage(const Limits& limits = any);
/// A whole number that T holds, of at most 2^53.
template <class T = int>
Type integer(const Limits& limits = any) {
  constexpr double exact = 9007199254740992.0;
  constexpr double low = std::max(static_cast<double>(std::numeric_limits<T>::min()), -exact);
  constexpr double high = std::min(static_cast<double>(std::numeric_limits<T>::max()), exact);
  return {.is = Type::Is::integer,
          .limits = {std::max(limits.low, low), std::min(limits.high, high), limits.low_is_open && limits.low >= low}};
}
Type boolean();
Type text();
Type file();
/// One of these, which the reader takes as text; `noun` is what a message calls it.
Type one_of(std::string_view noun, const std::vector<std::string>& words);
/// One of these, which the reader takes as E.
template <class E>
Type word(const std::vector<std::pair<std::string, E>>& words) {
  Type type{.is = Type::Is::word, .noun = "choice", .words_are = &detail::tag<E>};
  for (const auto& [text, value] : words) type.words.push_back({text, static_cast<int>(value)});
  return type;
}
/// A percentage of one of these, which the reader takes as E: "60 % of device_only".
template <class E>
Type share_of(const std::vector<std::pair<std::string, E>>& words, const Limits& limits = any) {
  auto type = word<E>(words);
  type.is = Type::Is::share_of;
  type.limits = limits;
  return type;
}
Type list_of(Type item, std::size_t least = 0);
/// From names, which are `names` ("kinds of layers").
Type map_of(Type item, std::string_view names, std::size_t least = 0);
/// From whole numbers, which are `names` ("sizes of batches").
Type sizes_to(Type item, std::string_view names);
/// A map with the keys of a record.
Type keys_of(RecordOf record);
/// The same, put over what another file says.
Type put_over(RecordOf record);
Type reference(std::string_view folder, RecordOf record);
Type either(std::vector<Type> alternatives);
/// Must have a source.
Type figure(Type type);
Type anything();

}  // namespace declare
}  // namespace edgecut::config
