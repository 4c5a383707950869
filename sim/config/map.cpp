#include "config/map.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "config/hints.hpp"
#include "units/nearest.hpp"
#include "units/possible.hpp"
#include "units/shorten.hpp"

namespace edgecut::config {
namespace {

// To be read on with, in place of a value.
Mend guess(std::string text) {
  return {.kind = Mend::Kind::replace_value, .text = std::move(text), .is_guess = true};
}

void check(const Value& value, double number, const Limits& limits, const units::Dimension& dimension,
           const units::Possible& possible) {
  const auto printed = [&](double x) {
    return dimension == units::Dimension{} ? fmt::format("{}", x) : units::format(x, dimension);
  };
  const auto refuse = [&](const std::string& rule) {
    value.fail(fmt::format("'{}' is out of range: it must be {}", units::shortened(value.scalar), rule),
               guess(detail::stand_in(dimension, limits)));
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

double unwrap(const Value& value, const std::variant<double, units::ParseError>& parsed, const std::string& stand_in) {
  const auto* error = std::get_if<units::ParseError>(&parsed);
  if (error == nullptr) return std::get<double>(parsed);
  auto mend = guess(error->meant.empty() ? stand_in : error->meant);
  mend.is_guess = error->meant.empty();
  value.fail(error->message, std::move(mend));
}

}  // namespace

namespace detail {

std::string stand_in(const units::Dimension& dimension, const Limits& limits) {
  double number = std::min(std::max(1.0, limits.low), limits.high);
  if (limits.low_is_open && number <= limits.low) number = limits.low + 1.0;
  return dimension == units::Dimension{} ? fmt::format("{}", number) : units::format(number, dimension);
}

const std::string& text(const Value& value) {
  if (value.kind == Value::Kind::null) value.fail("has no value", guess("x"));
  if (!value.is_scalar()) value.fail("must be a single value, not a list or a map", guess("x"));
  return value.scalar;
}

double quantity(const Value& value, const units::Dimension& dimension, const Limits& limits) {
  const double number = unwrap(value, units::parse(text(value), dimension), stand_in(dimension, limits));
  check(value, number, limits, dimension, units::possible(dimension));
  return number;
}

double number(const Value& value, const Limits& limits) {
  const double number = unwrap(value, units::parse_number(text(value)), stand_in({}, limits));
  check(value, number, limits, {}, possible_number);
  return number;
}

double ratio(const Value& value, const Limits& limits) {
  const double number = unwrap(value, units::parse_ratio(text(value)), stand_in({}, limits));
  check(value, number, limits, {}, units::possible({}));
  return number;
}

std::int64_t integer(const Value& value, const Limits& limits) {
  const double number = unwrap(value, units::parse_number(text(value)), stand_in({}, limits));
  constexpr double exact = 9007199254740992.0;  // 2^53
  if (std::floor(number) != number) {
    value.fail(fmt::format("'{}' is not a whole number", units::shortened(value.scalar)), guess(stand_in({}, limits)));
  }
  check(value, number, {std::max(limits.low, -exact), std::min(limits.high, exact), limits.low_is_open}, {},
        possible_number);
  return static_cast<std::int64_t>(number);
}

bool boolean(const Value& value) {
  const auto& word = text(value);
  if (word == "true") return true;
  if (word == "false") return false;
  const auto meant = meant_boolean(word);
  auto mend = guess(meant.empty() ? "false" : meant);
  mend.is_guess = meant.empty();
  const auto hint = meant.empty() ? std::string() : fmt::format(" (did you mean {}?)", meant);
  value.fail(fmt::format("'{}' is neither true nor false{}", units::shortened(word), hint), std::move(mend));
}

void fail_no_list(const Value& value) {
  if (value.kind == Value::Kind::null) value.fail("has no value; it must be a list", guess("[]"));
  if (!value.is_scalar()) value.fail("must be a list, not a map", guess("[" + to_yaml(value) + "]"));
  value.fail(fmt::format("must be a list, such as [{}]", units::shortened(value.scalar)),
             {.kind = Mend::Kind::replace_value, .text = "[" + to_yaml(value) + "]"});
}

}  // namespace detail

namespace {

// "no X 'name' (hint known: ...)".
std::string unknown_with(std::string_view what, std::string_view name, const std::string& hint,
                         const std::vector<std::string>& known) {
  constexpr std::size_t most = 16;
  const std::vector<std::string> shown(known.begin(),
                                       known.begin() + static_cast<std::ptrdiff_t>(std::min(most, known.size())));
  const auto more = known.size() > most ? fmt::format(", ... and {} more", known.size() - most) : std::string();
  return fmt::format("no {} '{}' ({}known: {}{})", what, units::shortened(name), hint, fmt::join(shown, ", "), more);
}

std::string unknown_key(std::string_view key, const KeyHint& hint, const std::vector<std::string>& known) {
  return unknown_with("key", key, hint.text.empty() ? "" : hint.text + " ", known);
}

}  // namespace

std::string unknown_name(std::string_view what, std::string_view name, const std::vector<std::string>& known) {
  const auto close = units::nearest(units::shortened(name), known);
  return unknown_with(what, name, close.empty() ? std::string() : fmt::format("did you mean '{}'? ", close), known);
}

void fail_unknown(const Value& value, std::string_view what, const std::vector<std::string>& known) {
  const auto& name = detail::text(value);
  const auto close = units::nearest(name, known);
  const auto first = known.empty() ? std::string() : known.front();
  value.fail(unknown_name(what, name, known), {.kind = Mend::Kind::replace_value,
                                               .text = close.empty() ? first : close,
                                               .of = Mend::Of::names,
                                               .is_guess = close.empty()});
}

namespace {

[[noreturn]] void fail_no_map(const Value& value) {
  constexpr std::string_view rule = "must be a map of keys and values";
  if (value.is_list() && value.items.size() == 1 && value.items.front().is_map()) {
    value.fail(fmt::format("{}, not a list (leave out the dash or the brackets)", rule),
               {.kind = Mend::Kind::replace_value, .text = to_yaml(value.items.front())});
  }
  if (value.is_list()) value.fail(fmt::format("{}, not a list", rule), guess("{}"));
  if (value.is_scalar() && value.scalar.find(':') != std::string::npos) {
    value.fail(fmt::format("{} (a blank belongs behind each colon)", rule), guess("{}"));
  }
  value.fail(std::string(rule), guess("{}"));
}

}  // namespace

Map::Map(const Value& value) : value_(&value), asked_{"source"} {
  if (!value.is_map()) fail_no_map(value);
}

const Value* Map::find_child(std::string_view key) {
  if (std::ranges::find(asked_, key) == asked_.end()) asked_.emplace_back(key);
  return value_->find(key);
}

const Value& Map::child(std::string_view key) {
  return child_or_fail(key, "");
}

const Value& Map::child_or_fail(std::string_view key, const std::string& stand_in) {
  const Value* value = find_child(key);
  if (value != nullptr) return *value;
  value_->fail(fmt::format("missing key '{}'", key),
               {.kind = Mend::Kind::insert_key, .key = std::string(key), .text = stand_in, .is_guess = true});
}

void Map::finish() const {
  for (const auto& entry : value_->entries) {
    if (std::ranges::find(asked_, entry.key) != asked_.end()) continue;
    auto known = asked_;
    if (!holds_figures_) std::erase(known, "source");  // every map may have one, but it says nothing here
    const auto hint = hint_for_key(entry, value_->path, known);
    const bool renames = !hint.key.empty() && value_->find(hint.key) == nullptr;
    throw Error(
        entry.where, value_->path, unknown_key(entry.key, hint, known),
        {.kind = renames ? Mend::Kind::rename_key : Mend::Kind::remove_key, .key = entry.key, .text = hint.key});
  }
}

void Map::fail_unknown(const Value& value, const std::vector<std::string>& known) {
  config::fail_unknown(value, "choice", known);
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
    auto mend = entry.is_map()
                    ? Mend{.kind = Mend::Kind::insert_key, .key = "source", .text = "x"}
                    : Mend{.kind = Mend::Kind::replace_value, .text = "{value: " + to_yaml(entry) + ", source: x}"};
    entry.fail("has no source (add `source:`, or `source: assumption` where none is public)", std::move(mend));
  }
  ledger.add({entry.path, detail::text(*figure), text});
  return *figure;
}

}  // namespace edgecut::config
