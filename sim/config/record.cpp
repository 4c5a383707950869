#include "config/record.hpp"

#include <algorithm>
#include <iterator>

#include "units/ensure.hpp"

namespace edgecut::config {
namespace {

using Is = Type::Is;

Value value_of(const Absence& absence) {
  Value value;
  if (absence.is != Absence::Is::has_default) return value;
  value.kind = absence.text == "[]" ? Value::Kind::list : Value::Kind::scalar;
  if (value.is_scalar()) value.scalar = std::string(absence.text);
  value.where.file = "default";
  return value;
}

}  // namespace

Key::Key(std::string_view key_name, Type key_type, Absence if_absent, std::string_view what)
    : name(key_name), type(std::move(key_type)), absence(if_absent), sentence(what), standard(value_of(if_absent)) {
  standard.path = std::string(name);
}

const Key* Record::find(std::string_view key) const {
  const auto found = std::ranges::find(keys, key, &Key::name);
  return found == keys.end() ? nullptr : &*found;
}

std::vector<Key> joined(std::vector<std::vector<Key>> lists) {
  std::vector<Key> keys;
  for (auto& list : lists) std::ranges::move(list, std::back_inserter(keys));
  return keys;
}

namespace detail {

bool is_quantity_of(const Type& type, const units::Dimension& dimension) {
  return type.is == Is::quantity && type.dimension == dimension;
}

const Type* part_with_keys(const Type& type) {
  const auto has_keys = [](const Type& part) {
    return part.is == Is::record || part.is == Is::reference || part.is == Is::map;
  };
  if (type.is != Is::either) return has_keys(type) ? &type : nullptr;
  const auto found = std::ranges::find_if(type.of, has_keys);
  return found == type.of.end() ? nullptr : &*found;
}

const Type* part_of_words(const Type& type, const void* tag) {
  if (type.is == Is::word && type.words_are == tag) return &type;
  for (const auto& part : type.of) {
    if (type.is == Is::either && part.words_are == tag) return &part;
  }
  return nullptr;
}

}  // namespace detail

namespace declare {

Type measure(std::string_view unit, std::string_view example, const Limits& limits, std::string_view noun) {
  return {.is = Is::measure, .limits = limits, .unit = unit, .example = example, .noun = noun};
}
Type number(const Limits& limits) {
  return {.is = Is::number, .limits = limits};
}
Type ratio(const Limits& limits) {
  return {.is = Is::ratio, .limits = limits};
}
Type percentage(const Limits& limits) {
  return {.is = Is::percentage, .limits = limits};
}
Type boolean() {
  return {.is = Is::boolean};
}
Type text() {
  return {.is = Is::text};
}
Type file() {
  return {.is = Is::file};
}

Type one_of(std::string_view noun, const std::vector<std::string>& words) {
  Type type{.is = Is::word, .noun = noun};
  for (const auto& word : words) type.words.push_back({word, static_cast<int>(type.words.size())});
  return type;
}

Type list_of(Type item, std::size_t least) {
  return {.is = Is::list, .of = {std::move(item)}, .least = least};
}
Type map_of(Type item, std::string_view names, std::size_t least) {
  return {.is = Is::map, .noun = names, .of = {std::move(item)}, .least = least};
}
Type sizes_to(Type item, std::string_view names) {
  auto type = map_of(std::move(item), names, 1);
  type.has_sizes = true;
  return type;
}
Type keys_of(RecordOf record) {
  return {.is = Is::record, .record = std::move(record)};
}
Type put_over(RecordOf record) {
  auto type = keys_of(std::move(record));
  type.is_over = true;
  return type;
}
Type reference(std::string_view folder, RecordOf record) {
  return {.is = Is::reference, .folder = folder, .record = std::move(record)};
}
Type either(std::vector<Type> alternatives) {
  return {.is = Is::either, .of = std::move(alternatives)};
}
Type figure(Type type) {
  type.is_figure = true;
  return type;
}
Type anything() {
  return {.is = Is::anything};
}

}  // namespace declare
}  // namespace edgecut::config
