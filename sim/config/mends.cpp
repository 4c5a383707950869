#include "config/mends.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <tuple>
#include <utility>

namespace edgecut::config {
namespace {

using Kind = Mend::Kind;

bool is_at(const Location& a, const Location& b) {
  return a.line == b.line && a.column == b.column && a.file == b.file;
}

// Gives a value and all below it a place that no text has.
void place(Value& value, const Location& where) {
  value.where = where;
  for (auto& item : value.items) place(item, where);
  for (auto& entry : value.entries) {
    entry.where = where;
    place(entry.value, where);
  }
}

Value value_of(const std::string& text, const Location& where) {
  Value value;
  if (!text.empty()) value = parse_text(text, where.file);
  place(value, where);
  return value;
}

}  // namespace

void Mends::add(const Error& error) {
  const Location own{error.where().file, -1 - static_cast<int>(changes_.size()), 0};
  const auto& mend = error.mend();
  const bool puts_in = mend.kind == Kind::insert_key || mend.kind == Kind::replace_value;
  changes_.push_back({error.where(), mend, puts_in ? value_of(mend.text, own) : Value()});
}

bool Mends::removes(const Location& where, std::string_view key) const {
  return std::ranges::any_of(changes_, [&](const auto& change) {
    return change.mend.kind == Kind::remove_key && change.mend.key == key && is_at(change.where, where);
  });
}

namespace {

void change_map(Value& map, const Location& where, const Mend& mend, const Value& put_in) {
  const auto is_it = [&](const Entry& entry) { return entry.key == mend.key && is_at(entry.where, where); };
  if (mend.kind == Kind::remove_key) std::erase_if(map.entries, is_it);
  if (mend.kind == Kind::rename_key) {
    for (auto& entry : map.entries) {
      if (is_it(entry)) entry.key = mend.text;
    }
  }
  if (mend.kind == Kind::insert_key && is_at(map.where, where) && map.find(mend.key) == nullptr) {
    map.entries.push_back({mend.key, put_in, put_in.where});
  }
  if (mend.kind == Kind::remove_value) {
    std::erase_if(map.entries, [&](const Entry& entry) { return is_at(entry.value.where, where); });
  }
}

void change(Value& value, const Location& where, const Mend& mend, const Value& put_in) {
  if (mend.kind == Kind::replace_value && is_at(value.where, where)) {
    value = put_in;
    return;
  }
  if (value.is_map()) change_map(value, where, mend, put_in);
  if (mend.kind == Kind::remove_value) {
    std::erase_if(value.items, [&](const Value& item) { return is_at(item.where, where); });
  }
  for (auto& item : value.items) change(item, where, mend, put_in);
  for (auto& entry : value.entries) change(entry.value, where, mend, put_in);
}

}  // namespace

void Mends::apply(Value& root) const {
  for (const auto& [where, mend, put_in] : changes_) {
    if (where.file == root.where.file) change(root, where, mend, put_in);
  }
  repath(root, "");
}

void Mends::apply_anywhere(Value& root) const {
  for (const auto& [where, mend, put_in] : changes_) change(root, where, mend, put_in);
  repath(root, "");
}

namespace {

// What is wrong, and where it stands in the list.
struct Found {
  Error error;
  std::string file;
  bool is_missing;
};

class Mistakes {
 public:
  /// Notes the mistake, unless it may come of a mend; whether reading can go on from here.
  bool take(const Error& error, Mends& mends) {
    const auto& mend = error.mend();
    const bool is_of_mend = error.where().line < 0;
    if (!is_of_mend && !is_doubtful(error)) note(error);
    if (mend.kind == Kind::none || (error.where().line == 0 && error.where().column == 0)) return false;
    if (is_of_mend && mend.kind == Kind::remove_value) return false;  // nobody can say what belongs there
    if (mend.is_guess || mend.of == Mend::Of::names) has_guess_ = true;
    if (mend.is_guess) {
      if (mend.of != Mend::Of::writing) has_guessed_name_ = true;
      if (mend.of == Mend::Of::names) guessed_.push_back(error.path());
    }
    if (mend.kind == Kind::remove_value) removed_.push_back(error.path());
    mends.add(error);
    return true;
  }

  [[noreturn]] void fail() {
    drop_explained();
    const auto order = [&](const Found& found) {
      const auto file = std::ranges::find(files_, found.file) - files_.begin();
      const auto& where = found.error.where();
      return std::tuple(file, found.is_missing, where.line, where.column);
    };
    std::ranges::stable_sort(found_, {}, order);
    std::string text;
    for (const auto& one : found_) text += (text.empty() ? "" : "\n") + std::string(one.error.what());
    throw Error(text);
  }

 private:
  void note(const Error& error) {
    const std::string what = error.what();
    if (std::ranges::any_of(found_, [&](const Found& one) { return what == one.error.what(); })) return;
    const auto& file = error.where().file;
    if (std::ranges::find(files_, file) == files_.end()) files_.push_back(file);
    found_.push_back({error, file, error.mend().kind == Kind::insert_key});
  }

  // Whether it may be the doing of a mend: figures do not go together when one is made up, names are not found in
  // another network, the keys of a map follow a word in it, and what was taken out is missed.
  [[nodiscard]] bool is_doubtful(const Error& error) const {
    const auto& mend = error.mend();
    const auto path = error.path() + "." + mend.key;
    const bool is_of_keys =
        mend.kind == Kind::insert_key || mend.kind == Kind::remove_key || mend.kind == Kind::rename_key;
    const bool follows_a_word = is_of_keys && std::ranges::any_of(guessed_, [&](const std::string& word) {
                                  return word == error.path() || word.substr(0, word.rfind('.')) == error.path();
                                });
    const bool is_missed = std::ranges::any_of(removed_, [&](const std::string& one) {
      return mend.kind == Kind::insert_key && (one == path || "." + one == path);
    });
    const bool has_lost =
        !is_of_keys && !error.path().empty() &&
        std::ranges::any_of(removed_, [&](const std::string& one) { return one.starts_with(error.path()); });
    return follows_a_word || has_lost || is_missed || (mend.of == Mend::Of::meaning && has_guess_) ||
           (mend.of == Mend::Of::names && has_guessed_name_);
  }

  // A key that is missing because it is misspelt, which is said already.
  void drop_explained() {
    const auto is_explained = [&](const Found& missing) {
      return missing.is_missing && std::ranges::any_of(found_, [&](const Found& other) {
               const auto& mend = other.error.mend();
               const bool is_of_key = mend.kind == Kind::rename_key || mend.kind == Kind::remove_key;
               return is_of_key && mend.text == missing.error.mend().key &&
                      other.error.path() == missing.error.path() && other.file == missing.file;
             });
    };
    std::vector<Found> kept;
    std::ranges::copy_if(found_, std::back_inserter(kept), [&](const Found& one) { return !is_explained(one); });
    found_ = std::move(kept);
  }

  std::vector<Found> found_;
  std::vector<std::string> files_;
  std::vector<std::string> guessed_;  // paths of words and names
  std::vector<std::string> removed_;  // paths of values
  bool has_guess_ = false;
  bool has_guessed_name_ = false;
};

constexpr int most_readings = 60;

}  // namespace

void read_to_the_end(const std::function<void(const Mends&)>& read) {
  Mistakes mistakes;
  Mends mends;
  for (int reading = 0; reading < most_readings; ++reading) {
    try {
      read(mends);
      if (mends.empty()) return;
      break;
    } catch (const Error& error) {
      if (!mistakes.take(error, mends)) break;
    } catch (const std::exception&) {
      if (mends.empty()) throw;
      break;  // of the mended document, which nobody wrote
    }
  }
  mistakes.fail();
}

void read_all(const std::vector<std::function<void()>>& readers) {
  std::string mistakes;
  for (const auto& read : readers) {
    try {
      read();
    } catch (const Error& error) {
      mistakes += (mistakes.empty() ? "" : "\n") + std::string(error.what());
    }
  }
  if (!mistakes.empty()) throw Error(mistakes);
}

}  // namespace edgecut::config
