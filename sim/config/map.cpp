#include "config/map.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "config/hints.hpp"
#include "units/ensure.hpp"
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

[[noreturn]] void fail_unknown_word(const Value& value, const Type& type) {
  std::vector<std::string> known;
  for (const auto& word : type.words) known.push_back(word.text);
  fail_unknown(value, type.noun, known);
}

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

const Limits& limits_of(const Type& type) {
  return type.is == Type::Is::list ? limits_of(type.of.front()) : type.limits;
}

double measure(const Value& value, const Type& type) {
  const auto example = std::string(type.example);
  const auto parts = units::split_unit(text(value));
  if (!parts || parts->unit != type.unit) {
    value.fail(fmt::format("must be {}, such as {}", type.noun, example), guess(example));
  }
  const auto& [low, high, low_is_open] = type.limits;
  const auto refuse = [&](std::string_view rule, double limit) {
    value.fail(fmt::format("'{}' is out of range: it must be {} {} {}", units::shortened(value.scalar), rule, limit,
                           type.unit),
               guess(example));
  };
  if (parts->number < low || (low_is_open && parts->number <= low)) refuse(low_is_open ? "more than" : "at least", low);
  if (parts->number > high) refuse("at most", high);
  return parts->number;
}

const std::string& one_of(const Value& value, const Type& type) {
  const auto& text = detail::text(value);
  if (std::ranges::find(type.words, text, &Type::Word::text) == type.words.end()) fail_unknown_word(value, type);
  return text;
}

int word(const Value& value, const Type& type) {
  if (value.is_scalar()) {
    const auto found = std::ranges::find(type.words, value.scalar, &Type::Word::text);
    if (found != type.words.end()) return found->value;
  }
  fail_unknown_word(value, type);
}

std::optional<std::pair<double, int>> share_of(const Value& value, const Type& type) {
  constexpr std::string_view between = " of ";
  const auto at = value.is_scalar() ? value.scalar.find(between) : std::string::npos;
  if (at == std::string::npos) return std::nullopt;
  const auto has_it = [](const Type& part) { return part.is == Type::Is::share_of; };
  const auto* part = has_it(type) ? &type : nullptr;
  for (const auto& one : type.of) part = has_it(one) ? &one : part;
  if (part == nullptr) return std::nullopt;
  auto share = value;
  share.scalar = value.scalar.substr(0, at);
  auto name = value;
  name.scalar = value.scalar.substr(at + between.size());
  const auto percent = units::split_unit(share.scalar);
  if (!percent || percent->unit != "%")
    share.fail("must be a percentage, such as '60 % of " + part->words.front().text + "'");
  return std::pair(ratio(share, part->limits), word(name, *part));
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

Map::Map(const Value& value, const Type& type) : Map(value) {
  const auto* part = detail::part_with_keys(type);
  ensure(part != nullptr, "a map is read where none is declared");
  if (part->is == Type::Is::map) names_ = &part->of.front();
  if (part->record != nullptr) record_ = &part->record();
}

namespace {

// The program asks for what its own declarations do not say.
[[noreturn]] void contradict(const Record* record, std::string_view key, std::string_view what) {
  throw InternalError(
      fmt::format("internal error: key '{}' of '{}' {}", key, record == nullptr ? "a map" : record->name, what));
}

}  // namespace

const Key* Map::declared(std::string_view key) const {
  if (record_ == nullptr) return nullptr;
  const auto* found = record_->find(key);
  if (found == nullptr && record_->others.empty()) contradict(record_, key, "is not declared");
  return found;
}

const Type& Map::type_of(std::string_view key) const {
  ensure(is_declared(), "the type of a key that is not declared");
  if (names_ != nullptr) return *names_;
  const auto* found = declared(key);
  return found != nullptr ? found->type : record_->others.front();
}

const Type& Map::item_of(std::string_view key) const {
  const auto& type = type_of(key);
  if (type.is == Type::Is::list) return type.of.front();
  const auto found = std::ranges::find(type.of, Type::Is::list, &Type::is);
  ensure(type.is == Type::Is::either && found != type.of.end(), "the items of what is no list");
  return found->of.front();
}

const Type& Map::part(const Type* part, bool is_figure, std::string_view key) const {
  if (part == nullptr) contradict(record_, key, "is read as another type than it is declared with");
  if (part->is_figure != is_figure) {
    contradict(record_, key, is_figure ? "is not declared as a figure" : "is declared as a figure");
  }
  return *part;
}

const Value* Map::standard_of(std::string_view key) {
  const auto* known = declared(key);
  const bool has_default = known != nullptr && known->absence.is == Absence::Is::has_default;
  return has_default && find_child(key) == nullptr ? &known->standard : nullptr;
}

const Value& Map::given_or_standard(std::string_view key, const std::string& stand_in) {
  const Value* standard = standard_of(key);
  return standard != nullptr ? *standard : child_or_fail(key, stand_in);
}

const Value* Map::find_optional(std::string_view key) {
  const auto* known = declared(key);
  if (known != nullptr && known->absence.is != Absence::Is::has_meaning) {
    contradict(record_, key, "is required or has a default");
  }
  return find_child(key);
}

void Map::refuse_limits() const {
  ensure(!is_declared(), "a reader says what its key's declaration says");
}

const Value* Map::find_child(std::string_view key) {
  if (key != "source") static_cast<void>(declared(key));
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
  if (const Value* source = is_declared() ? value_->find("source") : nullptr) detail::text(*source);
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
