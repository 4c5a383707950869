#include "reference/key_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "reference/places.hpp"
#include "reference/type_text.hpp"

namespace edgecut::reference {
namespace {

using config::Key;
using config::Record;

// A bar would end the cell.
std::string cell(std::string text) {
  for (std::size_t i = text.find('|'); i != std::string::npos; i = text.find('|', i + 2)) text.insert(i, "\\");
  return text;
}

std::string row(const Key& key) {
  const auto range = range_text(key.type);
  const auto type = type_text(key.type) + (key.type.is_figure ? ", with its source" : "");
  return fmt::format("| `{}` | {} | {} | {} | {} |\n", key.name, cell(std::string(key.sentence)), cell(type), range,
                     cell(absence_text(key.absence)));
}

// A record, and those that may stand in its place.
struct Entry {
  const Record* record;
  const config::Type* among = nullptr;  // the alternatives that it is one of; null where it is none
};

// Of rows that an alternative above has alike only the first and the last are named.
std::string table(const Record& record, std::map<std::string, const Record*>& above) {
  constexpr std::string_view head = "| key | what | type | range | default |\n|---|---|---|---|---|\n";
  auto text = fmt::format("\n{}\n", record.sentence);
  std::string rows;
  std::vector<std::string_view> same;
  const Record* other = nullptr;
  for (const auto& key : record.keys) {
    const auto own = row(key);
    const auto [found, is_new] = above.try_emplace(own, &record);
    if (is_new) {
      rows += own;
      continue;
    }
    same.push_back(key.name);
    other = found->second;
  }
  for (const auto& type : record.others) rows += fmt::format("| any other | | {} | | |\n", cell(type_text(type)));
  if (!same.empty()) {
    text += fmt::format("\nAs in {}: `{}`{}.\n", other->name, same.front(),
                        same.size() == 1 ? "" : fmt::format(" to `{}`", same.back()));
  }
  return rows.empty() ? text : fmt::format("{}\n{}{}", text, head, rows);
}

// Those that a type leads to, each once, in the order of the keys.
void collect(const config::Type& type, std::vector<Entry>& all);

void collect(const Record& record, const config::Type* among, std::vector<Entry>& all) {
  if (std::ranges::find(all, &record, &Entry::record) != all.end()) return;
  all.push_back({&record, among});
  for (const auto& key : record.keys) collect(key.type, all);
  for (const auto& other : record.others) collect(other, all);
}

void collect(const config::Type& type, std::vector<Entry>& all) {
  if (type.record != nullptr) collect(type.record(), nullptr, all);
  const bool has_alternatives = type.is == config::Type::Is::either;
  for (const auto& part : type.of) {
    if (has_alternatives && part.record != nullptr) {
      collect(part.record(), &type, all);
    } else {
      collect(part, all);
    }
  }
}

}  // namespace

std::string key_page(std::span<const Root> roots) {
  std::string text =
      "# Keys\n\n"
      "All keys, as they are declared. `edgecut explain KEY` says the same of one.\n"
      "This page is what `edgecut list keys --format markdown` prints.\n\n"
      "A map may also have `source`. A key *with its source* needs one: beside it, or as\n"
      "`{value: 4 GB, source: \"...\"}`. Each table is of one map; the type of a key names the map that it leads to.\n";
  std::vector<const Record*> written;
  std::map<const config::Type*, std::map<std::string, const Record*>> above;
  for (const auto& root : roots) {
    text += fmt::format("\n# {}\n", root.title);
    std::vector<Entry> all;
    collect(root.record(), nullptr, all);
    for (const auto& [record, among] : all) {
      if (std::ranges::find(written, record) != written.end()) continue;
      written.push_back(record);
      std::map<std::string, const Record*> none;
      text += fmt::format("\n## {}\n{}", record->name, table(*record, among == nullptr ? none : above[among]));
    }
  }
  return text;
}

}  // namespace edgecut::reference
