#include "reference/explain.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "reference/type_text.hpp"

namespace edgecut::reference {
namespace {

using config::Key;

constexpr std::size_t width = 100;

// A line, continued below its text where it is long.
std::string line(std::string_view label, const std::string& text) {
  constexpr std::size_t indent = 11;
  std::string result = fmt::format("  {:<9}", label);
  std::size_t column = indent;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const auto end = std::min(text.find(' ', begin), text.size());
    const auto word = text.substr(begin, end - begin);
    if (column > indent && column + 1 + word.size() > width) {
      result += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word.size();
    begin = end + 1;
  }
  return result + "\n";
}

std::string keys_text(const Key& key) {
  std::string text;
  for (const auto* record : records_in(key.type)) {
    std::vector<std::string_view> names;
    for (const auto& own : record->keys) names.push_back(own.name);
    text += line("keys", fmt::format("{}: {}", record->name, fmt::join(names, ", ")));
  }
  return text;
}

// What is said of a key wherever it stands.
std::string body(const Key& key) {
  auto text = fmt::format("{}\n", key.sentence);
  text += line("type", type_text(key.type));
  if (const auto range = range_text(key.type); !range.empty()) text += line("range", range);
  if (key.absence.is == config::Absence::Is::has_meaning) {
    text += line("absent", std::string(key.absence.text));
  } else {
    text += line("default", absence_text(key.absence));
  }
  if (key.type.is_figure) text += line("source", "must be named, as {value: ..., source: ...} or beside it");
  return text + keys_text(key);
}

// The first of them, and how many more there are.
std::string some_of(std::string_view label, std::span<const std::string> all) {
  constexpr std::size_t most = 6;
  if (all.empty()) return "";
  const auto more = all.size() > most ? fmt::format(" and {} more", all.size() - most) : std::string();
  return line(label, fmt::format("{}{}", fmt::join(all.first(std::min(most, all.size())), ", "), more));
}

void add(std::string text, std::vector<std::string>& all) {
  if (std::ranges::find(all, text) == all.end()) all.push_back(std::move(text));
}

// A key that says the same at all of these places.
struct Same {
  std::string said;
  std::vector<std::string> paths;
  std::vector<std::string> records;
};

}  // namespace

std::string explain(std::span<const Place> places) {
  std::vector<Same> all;
  for (const auto& place : places) {
    const auto said = body(*place.key);
    auto found = std::ranges::find(all, said, &Same::said);
    if (found == all.end()) found = all.insert(all.end(), {said, {}, {}});
    add(place.path, found->paths);
    if (!place.record->name.empty()) add(std::string(place.record->name), found->records);
  }
  const auto depth = [](const std::string& path) {
    return std::ranges::count(path, '.') + std::ranges::count(path, '[');
  };
  for (auto& same : all) std::ranges::stable_sort(same.paths, {}, depth);
  std::string text;
  for (const auto& [said, paths, records] : all) {
    text += fmt::format("{}{}: {}{}{}", text.empty() ? "" : "\n", paths.front(), said, some_of("of", records),
                        some_of("also", std::span(paths).subspan(1)));
  }
  return text;
}

std::string explain(const Root& root) {
  const auto& record = root.record();
  std::size_t longest = 0;
  for (const auto& key : record.keys) longest = std::max(longest, key.name.size());
  auto text = fmt::format("{}: {}\n", root.name, record.sentence);
  for (const auto& key : record.keys) text += fmt::format("  {:<{}}  {}\n", key.name, longest, key.sentence);
  return text;
}

}  // namespace edgecut::reference
