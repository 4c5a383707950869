#include "reference/key_page.hpp"

#include <fmt/format.h>

#include <algorithm>
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

std::string table(const Record& record) {
  auto text = fmt::format("\n{}\n\n| key | what | type | range | default |\n|---|---|---|---|---|\n", record.sentence);
  for (const auto& key : record.keys) text += row(key);
  for (const auto& other : record.others) text += fmt::format("| any other | | {} | | |\n", cell(type_text(other)));
  return text;
}

// Those that a record's keys lead to, each once, in the order of the keys.
void collect(const Record& record, std::vector<const Record*>& all) {
  if (std::ranges::find(all, &record) != all.end()) return;
  all.push_back(&record);
  for (const auto& key : record.keys) {
    for (const auto* below : records_in(key.type)) collect(*below, all);
  }
  for (const auto& other : record.others) {
    for (const auto* below : records_in(other)) collect(*below, all);
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
  for (const auto& root : roots) {
    text += fmt::format("\n# {}\n", root.title);
    std::vector<const Record*> all;
    collect(root.record(), all);
    for (const auto* record : all) {
      if (std::ranges::find(written, record) != written.end()) continue;
      written.push_back(record);
      text += fmt::format("\n## {}\n{}", record->name, table(*record));
    }
  }
  return text;
}

}  // namespace edgecut::reference
