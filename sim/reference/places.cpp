#include "reference/places.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace edgecut::reference {
namespace {

using config::Record;
using config::Type;
using Is = Type::Is;

constexpr std::string_view any_name = "NAME";

class Walk {
 public:
  void record(const Record& record, const std::string& path) {
    if (std::ranges::find(open_, &record) != open_.end()) return;  // a record within itself
    open_.push_back(&record);
    for (const auto& key : record.keys) {
      const auto own = (path.empty() ? "" : path + ".") + std::string(key.name);
      add({own, &key, &record});
      type(key.type, own);
    }
    for (const auto& other : record.others) type(other, path + "." + std::string(any_name));
    open_.pop_back();
  }

  std::vector<Place> take() { return std::move(found_); }

 private:
  // What is in a scenario and in a file of its own stands there once.
  void add(const Place& place) {
    if (known_.insert({place.path, place.key}).second) found_.push_back(place);
  }

  void type(const Type& type, const std::string& path) {
    if (type.record != nullptr) record(type.record(), path);
    const auto below = type.is == Is::list  ? path + "[]"
                       : type.is == Is::map ? path + "." + std::string(any_name)
                                            : path;
    for (const auto& part : type.of) this->type(part, below);
  }

  std::vector<Place> found_;
  std::set<std::pair<std::string, const config::Key*>> known_;
  std::vector<const Record*> open_;
};

// The words between the points, without brackets and what is in them.
std::vector<std::string> words_of(const std::string& path) {
  std::vector<std::string> words(1);
  bool is_in_brackets = false;
  for (const char c : path) {
    if (c == '[' || c == ']') is_in_brackets = c == '[';
    if (c == '[' || c == ']' || is_in_brackets) continue;
    if (c == '.') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

bool ends_with(const std::vector<std::string>& path, const std::vector<std::string>& end, bool with_any_name) {
  if (end.size() > path.size()) return false;
  return std::equal(end.rbegin(), end.rend(), path.rbegin(), [&](const std::string& asked, const std::string& word) {
    return word == asked || (with_any_name && word == any_name);
  });
}

}  // namespace

std::vector<Place> places(std::span<const Root> roots) {
  Walk walk;
  for (const auto& root : roots) walk.record(root.record(), std::string(root.path));
  return walk.take();
}

std::vector<Place> places_of(const std::vector<Place>& all, const std::string& path) {
  const auto asked = words_of(path);
  for (const bool with_any_name : {false, true}) {
    std::vector<Place> whole;
    std::vector<Place> ends;
    for (const auto& place : all) {
      const auto words = words_of(place.path);
      if (ends_with(words, asked, with_any_name)) (words.size() == asked.size() ? whole : ends).push_back(place);
    }
    if (!whole.empty()) return whole;
    if (!ends.empty()) return ends;
  }
  return {};
}

std::vector<const Record*> records_in(const Type& type) {
  std::vector<const Record*> records;
  if (type.record != nullptr) records.push_back(&type.record());
  for (const auto& part : type.of) std::ranges::copy(records_in(part), std::back_inserter(records));
  return records;
}

}  // namespace edgecut::reference
