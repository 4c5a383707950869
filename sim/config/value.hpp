// A YAML document as values that know where they were written. The reader is strict: duplicate keys are an error here,
// unknown ones in Map. yaml-cpp stays inside value.cpp.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace edgecut::config {

struct Location {
  std::string file;
  int line = 0;  // from 1; 0 where the value was not read from a file (a command-line option, a default)
  int column = 0;
  /// "file:line:column", or the file alone.
  [[nodiscard]] std::string str() const;
};

/// How a document is changed where a mistake was found, so that reading gets to the next one (mends.hpp).
struct Mend {
  enum class Kind { none, remove_key, rename_key, insert_key, replace_value, remove_value };
  Kind kind = Kind::none;
  std::string key = {};   // of the map: removed, renamed or inserted
  std::string text = {};  // the new key, or the value as YAML; empty: nothing
  /// What the mistake says of: how a text is written, which names there are, or how figures go together.
  enum class Of { writing, names, meaning };
  Of of = Of::writing;
  bool is_guess = false;  // the user may have meant another
};
/// Reading ends here: without this value the document would be of another kind.
inline const Mend no_mend{};

/// The user's mistake. what() is one line: "file:line:column: path: what is wrong and what is allowed"; one a line
/// where there are several.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  Error(const Location& where, std::string_view path, std::string_view message, Mend mend = {});
  /// Says `what` as it stands.
  Error(const std::string& what, Location where, Mend mend);

  [[nodiscard]] const Location& where() const { return where_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const Mend& mend() const { return mend_; }

 private:
  Location where_;
  std::string path_;
  Mend mend_;
};

class Mends;

struct Entry;

struct Value {
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  Location where;
  std::string path;    // dotted, from the document's root: "partitioners[2].kind"
  std::string scalar;  // the text, when kind is scalar
  std::vector<Value> items;
  std::vector<Entry> entries;   // in the order written
  bool overrides = false;       // put over a shipped file's value by merge()
  std::string override_source;  // of a map: the `source` that came with what was put over it

  [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
  [[nodiscard]] bool is_list() const { return kind == Kind::list; }
  [[nodiscard]] bool is_map() const { return kind == Kind::map; }
  /// The entry of that name, or null.
  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] Value* find(std::string_view key);
  [[noreturn]] void fail(std::string_view message) const;
  /// Likewise, of how a value is written or named; `mend` says what to read on with.
  [[noreturn]] void fail(std::string_view message, Mend mend) const;
};

/// One key of a map and its value.
struct Entry {
  std::string key;
  Value value;
  Location where;  // of the key
};

/// Parses one YAML document; `name` is what errors call it.
/// Throws Error on a syntax error, a duplicate key, a second document or an empty one.
Value parse_text(const std::string& text, const std::string& name);
Value parse_file(const std::filesystem::path& file);
/// Likewise, with what has been mended.
Value parse_text(const std::string& text, const std::string& name, const Mends& mends);
/// The text of a file. Throws Error when there is no such file, or when it cannot be read.
std::string read_text(const std::filesystem::path& file);

/// The value as YAML on one line, which parse_text() reads as the same again: `{trace: up.csv, repeat: true}`.
std::string to_yaml(const Value& value);

/// A scalar that did not come from a file, such as a swept setting.
Value make_scalar(std::string text, std::string origin);

/// What `path` is set to outside a file, as YAML: "5 Mbit/s", "[oracle]", "{trace: up.csv}". A scalar has no line; what
/// stands in a list or a map has its line and column in the text. An empty text is an empty scalar.
/// Throws Error when the text is no YAML.
Value parse_setting(const std::string& text, const std::string& origin, const std::string& path);

/// Sets the value at a dotted path ("link.uplink", "partitioners.stale.rule"), making maps on the way: a scalar in the
/// middle of the path becomes `{kind: <scalar>}`; an entry of a list is named by its `name`, its `kind` or its index; a
/// key that is itself written with dots is found as it stands. New keys stand at `key`, or where the value does.
/// Throws Error when the path is empty or a list has no such entry.
void set(Value& root, std::string_view path, const Value& value, const Location& key);
void set(Value& root, std::string_view path, const Value& value);

/// The value at a dotted path, entries of lists named as by set(); null where there is none.
const Value* find_at(const Value& root, std::string_view path);

/// Gives every value below `value` the path it has when `value` stands at `path`.
void repath(Value& value, const std::string& path);

/// `base` with every entry of `overlay` put over it, maps merged at every depth, in the base's order. `where` and
/// `path` follow the overlay, whose values are marked as overrides. A `source` in the overlay is that of the overrides.
Value merge(const Value& base, const Value& overlay);

}  // namespace edgecut::config
