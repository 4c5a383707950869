#include "config/map.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "units/nearest.hpp"
#include "units/possible.hpp"
#include "units/shorten.hpp"

namespace edgecut::config {
namespace {

void check(const Value& value, double number, const Limits& limits, const units::Dimension& dimension,
           const units::Possible& possible) {
  const auto printed = [&](double x) {
    return dimension == units::Dimension{} ? fmt::format("{}", x) : units::format(x, dimension);
  };
  const auto refuse = [&](const std::string& rule) {
    value.fail(fmt::format("'{}' is out of range: it must be {}", units::shortened(value.scalar), rule));
  };
  if (number < limits.low || (limits.low_is_open && number <= limits.low)) {
    refuse((limits.low_is_open ? "more than " : "at least ") + printed(limits.low));
  }
  if (number > limits.high) refuse("at most " + printed(limits.high));
  const double size = std::abs(number);
  if (number == 0.0 || (possible.least <= size && size <= possible.most)) return;
  const bool may_be_zero = limits.low < 0.0 || (limits.low == 0.0 && !limits.low_is_open);
  refuse(fmt::format("{}from {} to {}", may_be_zero ? "0, or " : "", printed(possible.least), printed(possible.most)));
}

constexpr units::Possible possible_number{1e-18, 1e18};

double unwrap(const Value& value, const std::variant<double, units::ParseError>& parsed) {
  if (const auto* error = std::get_if<units::ParseError>(&parsed)) value.fail(error->message);
  return std::get<double>(parsed);
}

}  // namespace

namespace detail {

const std::string& text(const Value& value) {
  if (value.kind == Value::Kind::null) value.fail("has no value");
  if (!value.is_scalar()) value.fail("must be a single value, not a list or a map");
  return value.scalar;
}

double quantity(const Value& value, const units::Dimension& dimension, const Limits& limits) {
  const double number = unwrap(value, units::parse(text(value), dimension));
  check(value, number, limits, dimension, units::possible(dimension));
  return number;
}

double number(const Value& value, const Limits& limits) {
  const double number = unwrap(value, units::parse_number(text(value)));
  check(value, number, limits, {}, possible_number);
  return number;
}

double ratio(const Value& value, const Limits& limits) {
  const double number = unwrap(value, units::parse_ratio(text(value)));
  check(value, number, limits, {}, units::possible({}));
  return number;
}

std::int64_t integer(const Value& value, const Limits& limits) {
  const double number = unwrap(value, units::parse_number(text(value)));
  constexpr double exact = 9007199254740992.0;  // 2^53
  if (std::floor(number) != number)
    value.fail(fmt::format("'{}' is not a whole number", units::shortened(value.scalar)));
  check(value, number, {std::max(limits.low, -exact), std::min(limits.high, exact), limits.low_is_open}, {},
        possible_number);
  return static_cast<std::int64_t>(number);
}

bool boolean(const Value& value) {
  const auto& word = text(value);
  if (word == "true") return true;
  if (word == "false") return false;
  value.fail(fmt::format("'{}' is neither true nor false", units::shortened(word)));
}

}  // namespace detail

std::string unknown_name(std::string_view what, std::string_view name, const std::vector<std::string>& known) {
  const auto called = units::shortened(name);
  const auto close = units::nearest(called, known);
  const auto hint = close.empty() ? std::string() : fmt::format("did you mean '{}'? ", close);
  constexpr std::size_t most = 16;
  const std::vector<std::string> shown(known.begin(),
                                       known.begin() + static_cast<std::ptrdiff_t>(std::min(most, known.size())));
  const auto more = known.size() > most ? fmt::format(", ... and {} more", known.size() - most) : std::string();
  return fmt::format("no {} '{}' ({}known: {}{})", what, called, hint, fmt::join(shown, ", "), more);
}

Map::Map(const Value& value) : value_(&value), asked_{"source"} {
  if (!value.is_map()) value.fail("must be a map of keys and values");
}

const Value* Map::find_child(std::string_view key) {
  if (std::ranges::find(asked_, key) == asked_.end()) asked_.emplace_back(key);
  return value_->find(key);
}

const Value& Map::child(std::string_view key) {
  const Value* value = find_child(key);
  if (value == nullptr) value_->fail(fmt::format("missing key '{}'", key));
  return *value;
}

void Map::finish() const {
  for (const auto& entry : value_->entries) {
    if (std::ranges::find(asked_, entry.key) != asked_.end()) continue;
    auto known = asked_;
    if (!holds_figures_) std::erase(known, "source");  // every map may have one, but it says nothing here
    throw Error(entry.where, value_->path, unknown_name("key", entry.key, known));
  }
}

void Map::fail_unknown(const Value& value, const std::vector<std::string>& known) {
  value.fail(unknown_name("choice", detail::text(value), known));
}

const Value& Map::sourced(std::string_view key, Ledger& ledger) {
  holds_figures_ = true;
  const Value& entry = child(key);
  const Value* figure = &entry;
  const Value* source = value_->find("source");
  std::string of_overrides = value_->override_source;
  if (entry.is_map()) {
    Map map(entry);
    if (const Value* own = entry.find("source")) source = own;
    if (!entry.override_source.empty()) of_overrides = entry.override_source;
    figure = &map.child("value");
    map.finish();
  }
  std::string text;
  if (figure->overrides) {
    text = of_overrides.empty() ? "scenario" : of_overrides;
  } else if (source != nullptr) {
    text = detail::text(*source);
  }
  if (text.empty()) {
    throw Error(entry.where, entry.path, "has no source (add `source:`, or `source: assumption` where none is public)");
  }
  ledger.add({entry.path, detail::text(*figure), text});
  return *figure;
}

}  // namespace edgecut::config
