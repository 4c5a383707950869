#include "reference/schema.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "reference/type_text.hpp"
#include "units/ensure.hpp"
#include "units/pattern.hpp"
#include "units/possible.hpp"

namespace edgecut::reference {
namespace {

using config::Absence;
using config::Key;
using config::Record;
using config::Type;
using nlohmann::ordered_json;
using Is = Type::Is;

ordered_json pattern_of(const std::string& text) {
  return {{"type", "string"}, {"pattern", "^ *" + text + " *$"}};
}

units::Sign sign_of(const config::Limits& limits) {
  if (limits.low < 0.0) return units::Sign::any;
  return limits.low > 0.0 || limits.low_is_open ? units::Sign::positive : units::Sign::not_negative;
}

ordered_json percent_pattern(const config::Limits& limits) {
  const auto number = units::decimals_pattern(limits.low * 100.0, limits.high * 100.0, limits.low_is_open);
  return pattern_of(number + " *%");
}

ordered_json share_pattern(const Type& type) {
  const auto number =
      units::decimals_pattern(type.limits.low * 100.0, type.limits.high * 100.0, type.limits.low_is_open);
  std::vector<std::string> words;
  for (const auto& word : type.words) words.push_back(units::escaped(word.text));
  return pattern_of(fmt::format("{} *% of ({})", number, fmt::join(words, "|")));
}

ordered_json scalar() {
  return {{"type", {"string", "number", "boolean"}}};
}

// How a record is used: as it is; put over another, where nothing is required; or likewise, with the other's name (`kind`).
enum class Use { whole, over, named };

// Makes a definition of each record for each of its uses.
class Maker {
 public:
  ordered_json schema(const Root& root) {
    const auto top = reference_to(root.record(), Use::whole);
    ordered_json schema{
        {"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", root.title}, {"$ref", top.at("$ref")}};
    schema["$defs"] = std::move(definitions_);
    return schema;
  }

 private:
  ordered_json of(const Type& type, bool is_over) {
    if (!type.is_figure) return plain(type, is_over);
    auto value = plain(type, is_over);
    ordered_json figure{{"type", "object"},
                        {"properties", {{"value", value}, {"source", scalar()}}},
                        {"required", {"value"}},
                        {"additionalProperties", false}};
    if (is_over) figure.erase("required");
    return {{"anyOf", {std::move(value), std::move(figure)}}};
  }

  ordered_json plain(const Type& type, bool is_over) {
    switch (type.is) {
      case Is::quantity:
        return quantity(type);
      case Is::measure:
        return pattern_of(units::decimals_pattern(type.limits.low, type.limits.high, type.limits.low_is_open) + " *" +
                          units::escaped(type.unit));
      case Is::number:
        return number(type, "number", {1e-18, 1e18});
      case Is::integer:
        return number(type, "integer", {1.0, 1e18});
      case Is::ratio:
        return {{"anyOf", {number(type, "number", units::possible({})), percent_pattern(type.limits)}}};
      case Is::percentage:
        return percent_pattern(type.limits);
      case Is::boolean:
        return {{"type", "boolean"}};
      case Is::text:
      case Is::file:
        return scalar();
      case Is::word:
        return words(type);
      case Is::share_of:
        return share_pattern(type);
      case Is::list:
        return list(type);
      case Is::map:
        return map(type, is_over);
      case Is::record:
        return reference_to(type.record(), is_over || type.is_over ? Use::over : Use::whole);
      case Is::reference:
        return {
            {"anyOf", {scalar(), reference_to(type.record(), Use::whole), reference_to(type.record(), Use::named)}}};
      case Is::either:
        return either(type, is_over);
      case Is::anything:
        return {{"type", {"string", "number", "boolean", "array", "object"}}};
    }
    throw InternalError("internal error: a type without a schema");
  }

  ordered_json quantity(const Type& type) {
    const auto sign = sign_of(type.limits);
    const auto described = units::describe(type.dimension);  // "a compute rate such as '23 GFLOP/s'"
    auto name = "quantity:" + described.substr(0, described.find(" such as"));
    if (sign == units::Sign::positive) name += " above 0";
    if (sign == units::Sign::not_negative) name += " from 0";
    std::ranges::replace(name, ' ', '_');
    if (!definitions_.contains(name)) {
      definitions_[name] =
          pattern_of(fmt::format("{} *{}", units::number_pattern(sign), units::unit_pattern(type.dimension)));
    }
    return {{"$ref", "#/$defs/" + name}};
  }

  // `possible`: the least above 0 and the most, in size.
  static ordered_json number(const Type& type, std::string_view json_type, const units::Possible& possible) {
    auto [low, high, low_is_open] = type.limits;
    if (low == 0.0 && low_is_open) low = possible.least;
    ordered_json schema{{"type", json_type}};
    const bool is_open = low_is_open && low == type.limits.low;
    schema[is_open ? "exclusiveMinimum" : "minimum"] = std::max(low, -possible.most);
    schema["maximum"] = std::min(high, possible.most);
    return schema;
  }

  static ordered_json words(const Type& type) {
    auto list = ordered_json::array();
    for (const auto& word : type.words) list.push_back(word.text);
    return {{"enum", std::move(list)}};
  }

  // What stands in a list replaces what a file has, and is whole.
  ordered_json list(const Type& type) {
    ordered_json schema{{"type", "array"}, {"items", of(type.of.front(), false)}};
    if (type.least > 0) schema["minItems"] = type.least;
    return schema;
  }

  ordered_json map(const Type& type, bool is_over) {
    ordered_json schema{{"type", "object"}, {"properties", {{"source", scalar()}}}};
    if (type.has_sizes) schema["propertyNames"] = {{"pattern", "^(?:0*[1-9][0-9]*|source)$"}};
    if (type.least > 0 && !is_over) schema["minProperties"] = type.least;
    schema["additionalProperties"] = of(type.of.front(), is_over);
    return schema;
  }

  ordered_json either(const Type& type, bool is_over) {
    auto parts = ordered_json::array();
    for (const auto& part : type.of) parts.push_back(of(part, is_over));
    return {{"anyOf", std::move(parts)}};
  }

  ordered_json property(const Key& key, bool is_over) {
    auto schema = of(key.type, is_over);
    auto description = std::string(key.sentence);
    if (const auto range = range_text(key.type); !range.empty()) description += fmt::format(" Range: {}.", range);
    if (key.absence.is == Absence::Is::has_meaning) description += fmt::format(" Absent: {}.", key.absence.text);
    schema["description"] = description;
    if (key.absence.is == Absence::Is::has_default && key.standard.is_scalar() && !key.absence.text.empty()) {
      schema["default"] = standard(key);
    }
    return schema;
  }

  // As YAML reads it.
  static ordered_json standard(const Key& key) {
    const auto is_number = key.type.is == Is::number || key.type.is == Is::integer || key.type.is == Is::ratio;
    const bool is_json = (is_number && !key.absence.text.ends_with('%')) || key.type.is == Is::boolean;
    return is_json ? ordered_json::parse(key.absence.text) : ordered_json(std::string(key.absence.text));
  }

  ordered_json reference_to(const Record& record, Use use) {
    const auto [found, is_new] = names_.try_emplace({&record, use}, "");
    if (is_new) {
      found->second = new_name(record, use);
      const auto name = found->second;  // what follows may add others
      definitions_[name] = ordered_json::object();
      definitions_[name] = object(record, use);
    }
    return {{"$ref", "#/$defs/" + names_.at({&record, use})}};
  }

  std::string new_name(const Record& record, Use use) {
    auto name = std::string(record.name) + (use == Use::over    ? " over a file"
                                            : use == Use::named ? " by its name"
                                                                : "");
    std::ranges::replace(name, ' ', '_');
    auto free = name;
    for (int number = 2; definitions_.contains(free); ++number) free = fmt::format("{}_{}", name, number);
    return free;
  }

  ordered_json object(const Record& record, Use use) {
    const bool is_over = use != Use::whole;
    auto properties = ordered_json::object();
    auto required = ordered_json::array();
    for (const auto& key : record.keys) {
      properties[std::string(key.name)] = property(key, is_over);
      if (key.absence.is == Absence::Is::refused && !is_over) required.push_back(std::string(key.name));
    }
    if (record.find("source") == nullptr) properties["source"] = scalar();
    if (use == Use::named) {
      properties["kind"] = scalar();
      required.push_back("kind");
    }
    ordered_json schema{{"description", std::string(record.sentence)}, {"type", "object"}};
    schema["properties"] = std::move(properties);
    if (!required.empty()) schema["required"] = std::move(required);
    schema["additionalProperties"] = record.others.empty() ? ordered_json(false) : of(record.others.front(), is_over);
    return schema;
  }

  ordered_json definitions_ = ordered_json::object();
  std::map<std::pair<const Record*, Use>, std::string> names_;
};

}  // namespace

std::string json_schema(const Root& root) {
  return Maker().schema(root).dump(1) + "\n";
}

}  // namespace edgecut::reference
