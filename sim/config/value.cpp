#include "config/value.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include "config/mends.hpp"
#include "units/ensure.hpp"
#include "units/shorten.hpp"

namespace edgecut::config {
namespace {

std::string child_path(const std::string& parent, const std::string& key) {
  return parent.empty() ? key : parent + "." + key;
}

std::string item_path(const std::string& parent, std::size_t index) {
  return fmt::format("{}[{}]", parent, index);
}

// Builds the tree from yaml-cpp's event stream, which gives the position of every key and lets duplicates be seen.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string file, const Mends& mends) : file_(std::move(file)), mends_(mends) {}

  Value take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(make(Value::Kind::null, mark), anchor); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Error(location(mark), "", "an alias may not stand inside its own anchor");
    total_ += count(found->second);
    if (total_ > most_values) throw Error(location(mark), "", "aliases make this document too large");
    add(Value(found->second), 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                const std::string& text) override {
    if (expects_key()) {
      open_.back().key = text;
      open_.back().key_location = location(mark);
      open_.back().has_key = true;
      return;
    }
    Value value = make(Value::Kind::scalar, mark);
    value.scalar = text;
    add(std::move(value), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(Value::Kind::list, mark, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(Value::Kind::map, mark, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Value value;
    YAML::anchor_t anchor = 0;
    std::string key;
    Location key_location;
    bool has_key = false;
  };

  [[nodiscard]] Location location(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }
  [[nodiscard]] bool expects_key() const {
    return !open_.empty() && open_.back().value.is_map() && !open_.back().has_key;
  }
  [[nodiscard]] Value make(Value::Kind kind, const YAML::Mark& mark) const {
    Value value;
    value.kind = kind;
    value.where = location(mark);
    return value;
  }

  void open(Value::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (expects_key())
      throw Error(location(mark), "", "not valid YAML: a key must be a plain word, and every bracket closed");
    if (open_.size() >= max_depth) throw Error(location(mark), "", "nested too deeply");
    open_.push_back({make(kind, mark), anchor, {}, {}, false});
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    add(std::move(done.value), done.anchor);
  }

  void add(Value value, YAML::anchor_t anchor) {
    if (expects_key())
      throw Error(value.where, "", "not valid YAML: a key must be a plain word, and every bracket closed");
    if (anchor != 0) anchors_[anchor] = value;
    if (open_.empty()) {
      root_ = std::move(value);
      repath(root_, "");
      return;
    }
    auto& top = open_.back();
    if (top.value.is_list()) {
      top.value.items.push_back(std::move(value));
      return;
    }
    if (top.value.find(top.key) != nullptr) {
      if (!mends_.removes(top.key_location, top.key)) {
        throw Error(top.key_location, path_here(), "duplicate key; each key may stand once in a map",
                    {.kind = Mend::Kind::remove_key, .key = top.key});
      }
      top.has_key = false;
      return;
    }
    // yaml-cpp puts a missing value where the next thing begins.
    if (value.kind == Value::Kind::null) value.where = top.key_location;
    top.value.entries.push_back({top.key, std::move(value), top.key_location});
    top.has_key = false;
  }

  static std::size_t count(const Value& value) {
    std::size_t sum = 1;
    for (const auto& item : value.items) sum += count(item);
    for (const auto& entry : value.entries) sum += count(entry.value);
    return sum;
  }

  // Where the entry that is being read stands: "link.rtt".
  [[nodiscard]] std::string path_here() const {
    std::string path;
    for (const auto& open : open_) {
      path = open.value.is_list() ? item_path(path, open.value.items.size()) : child_path(path, open.key);
    }
    return path;
  }

  static constexpr std::size_t max_depth = 64;
  static constexpr std::size_t most_values = 100000;
  std::size_t total_ = 0;  // values that aliases made
  std::string file_;
  const Mends& mends_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Value> anchors_;
  Value root_;
};

// "a.b[2].c" as a, b, 2, c.
std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> parts;
  std::string part;
  for (const char c : path) {
    if (c == '.' || c == '[') {
      if (!part.empty()) parts.push_back(std::move(part));
      part.clear();
    } else if (c != ']') {
      part += c;
    }
  }
  if (!part.empty()) parts.push_back(std::move(part));
  return parts;
}

// The entry whose key is all of the parts with dots between, as in `benchmarked_at: {link.uplink: ...}`.
const Value* dotted_entry(const Value& map, const std::vector<std::string>& parts, std::size_t from) {
  if (from + 1 >= parts.size()) return nullptr;
  std::string key = parts[from];
  for (std::size_t i = from + 1; i < parts.size(); ++i) key += "." + parts[i];
  return map.find(key);
}

std::string name_of(const Value& item) {
  if (item.is_scalar()) return item.scalar;
  for (const auto* key : {"name", "kind"}) {
    if (const auto* value = item.find(key); value != nullptr && value->is_scalar()) return value->scalar;
  }
  return "?";
}

const Value* find_entry(const Value& list, const std::string& name) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (error == std::errc() && end == name.data() + name.size() && index < list.items.size()) return &list.items[index];
  const auto found = std::ranges::find_if(list.items, [&](const Value& item) { return name_of(item) == name; });
  return found == list.items.end() ? nullptr : &*found;
}

Value& list_entry(Value& list, const std::string& name, const Location& where, std::string_view path) {
  if (const auto* found = find_entry(list, name)) return const_cast<Value&>(*found);
  std::string known;
  for (const auto& item : list.items) known += (known.empty() ? "" : ", ") + name_of(item);
  throw Error(where, path, fmt::format("'{}' has no entry named '{}' (known: {})", list.path, name, known));
}

// The line, from 0, that a tab indents: `line` or the one before.
std::optional<int> line_indented_by_tab(const std::string& text, int line) {
  std::istringstream in(text);
  std::string content;
  for (int i = 0; i <= line && std::getline(in, content); ++i) {
    const auto blank = content.substr(0, content.find_first_not_of(" \t"));
    if (i >= line - 1 && blank.find('\t') != std::string::npos) return i;
  }
  return std::nullopt;
}

constexpr std::size_t most_said = 4000;  // bytes of a message

// An error is one line, whatever the texts that it quotes hold.
std::string one_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '\n') {
      line += "\\n";
    } else if (code < 0x20 || code == 0x7f) {
      line += fmt::format("\\x{:02x}", code);
    } else {
      line += c;
    }
  }
  return line;
}

void become_map(Value& value) {
  if (value.is_map()) return;
  Value kind = value;
  value.kind = Value::Kind::map;
  value.entries.clear();
  value.scalar.clear();
  if (!kind.is_scalar()) return;
  const Location where = kind.where;
  value.entries.push_back({"kind", std::move(kind), where});
}

Value& map_entry(Value& map, const std::string& key, const Location& where) {
  become_map(map);
  if (auto* found = map.find(key)) return *found;
  Value fresh;
  fresh.where = where;
  return map.entries.emplace_back(Entry{key, std::move(fresh), where}).value;
}

}  // namespace

std::string Location::str() const {
  return line > 0 ? fmt::format("{}:{}:{}", file, line, column) : file;
}

Error::Error(const Location& where, std::string_view path, std::string_view message, Mend mend)
    : std::runtime_error(one_line(
          path.empty()
              ? fmt::format("{}: {}", where.str(), units::shortened(message, most_said))
              : fmt::format("{}: {}: {}", where.str(), units::shortened(path), units::shortened(message, most_said)))),
      where_(where),
      path_(path),
      mend_(std::move(mend)) {}

Error::Error(const std::string& what, Location where, Mend mend)
    : std::runtime_error(what), where_(std::move(where)), mend_(std::move(mend)) {}

const Value* Value::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &found->value;
}

Value* Value::find(std::string_view key) {
  return const_cast<Value*>(std::as_const(*this).find(key));
}

void repath(Value& value, const std::string& path) {
  value.path = path;
  for (std::size_t i = 0; i < value.items.size(); ++i) repath(value.items[i], item_path(path, i));
  for (auto& entry : value.entries) repath(entry.value, child_path(path, entry.key));
}

void Value::fail(std::string_view message) const {
  fail(message, {.kind = Mend::Kind::remove_value, .of = Mend::Of::meaning, .is_guess = true});
}

void Value::fail(std::string_view message, Mend mend) const {
  throw Error(where, path, message, std::move(mend));
}

Value parse_text(const std::string& text, const std::string& name) {
  return parse_text(text, name, Mends());
}

Value parse_text(const std::string& text, const std::string& name, const Mends& mends) {
  std::istringstream in(text);
  TreeBuilder builder(name, mends);
  try {
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder)) throw Error({name, 1, 1}, "", "the file is empty");
    Value root = builder.take();
    mends.apply(root);
    TreeBuilder second(name, mends);
    if (parser.HandleNextDocument(second)) {
      throw Error(second.take().where, "", "a second YAML document; one file holds one");
    }
    return root;
  } catch (const YAML::Exception& error) {
    if (const auto line = line_indented_by_tab(text, error.mark.line)) {
      throw Error({name, *line + 1, 1}, "", "not valid YAML: a tab indents this line; only blanks may");
    }
    throw Error({name, error.mark.line + 1, error.mark.column + 1}, "", "not valid YAML: " + error.msg);
  }
}

std::string read_text(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) {
    throw Error({file.string(), 0, 0}, "", "is a folder, not a file; name a file in it");
  }
  if (!std::filesystem::is_regular_file(file, error)) throw Error({file.string(), 0, 0}, "", "no such file");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error({file.string(), 0, 0}, "", "cannot be read");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Value parse_file(const std::filesystem::path& file) {
  return parse_text(read_text(file), file.string());
}

namespace {

// Whether a scalar reads as itself without quotes, wherever it stands on one line.
bool is_plain(const std::string& text) {
  constexpr std::string_view never = ",[]{}#:\"'\\";
  constexpr std::string_view not_first = "-?&*!|>%@`=~ ";
  if (text.empty() || text == "null" || text == "Null" || text == "NULL") return false;
  const bool has_control = std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  const bool is_number = text.size() > 1 && text[0] == '-' && std::isdigit(static_cast<unsigned char>(text[1])) != 0;
  return !has_control && text.find_first_of(never) == std::string::npos && text.back() != ' ' &&
         (is_number || not_first.find(text.front()) == std::string_view::npos);
}

std::string quoted(const std::string& text) {
  std::string word = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      word += std::string("\\") + c;
    } else if (code < 0x20 || code == 0x7f) {
      word += fmt::format("\\x{:02x}", code);
    } else {
      word += c;
    }
  }
  return word + "\"";
}

std::string scalar_yaml(const std::string& text) {
  return is_plain(text) ? text : quoted(text);
}

}  // namespace

std::string to_yaml(const Value& value) {
  std::string text;
  switch (value.kind) {
    case Value::Kind::null:
      return "null";
    case Value::Kind::scalar:
      return scalar_yaml(value.scalar);
    case Value::Kind::list:
      for (const auto& item : value.items) text += (text.empty() ? "" : ", ") + to_yaml(item);
      return "[" + text + "]";
    case Value::Kind::map:
      for (const auto& [key, below, where] : value.entries) {
        text += (text.empty() ? "" : ", ") + scalar_yaml(key) + ": " + to_yaml(below);
      }
      return "{" + text + "}";
  }
  throw InternalError("unknown kind of value");
}

Value parse_setting(const std::string& text, const std::string& origin, const std::string& path) {
  if (text.find_first_not_of(' ') == std::string::npos) return make_scalar("", origin);
  parse_text(text, origin + " " + path);  // a text that is no YAML has no path in it: say whose it is
  auto value = parse_text(text, origin);
  if (!value.is_list() && !value.is_map()) value.where = {origin, 0, 0};
  repath(value, path);
  return value;
}

Value make_scalar(std::string text, std::string origin) {
  Value value;
  value.kind = Value::Kind::scalar;
  value.where.file = std::move(origin);
  value.scalar = std::move(text);
  return value;
}

void set(Value& root, std::string_view path, const Value& value, const Location& key) {
  const auto parts = split_path(path);
  if (parts.empty()) throw Error(key, path, "a setting needs the path of a key, such as link.uplink");
  Value* place = &root;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (const Value* literal = place->is_map() ? dotted_entry(*place, parts, i) : nullptr) {
      place = const_cast<Value*>(literal);
      break;
    }
    place = place->is_list() ? &list_entry(*place, parts[i], key, path) : &map_entry(*place, parts[i], key);
  }
  *place = value;
  repath(*place, std::string(path));
}

const Value* find_at(const Value& root, std::string_view path) {
  const auto parts = split_path(path);
  const Value* place = &root;
  for (std::size_t i = 0; i < parts.size() && place != nullptr; ++i) {
    const Value* literal = place->is_map() ? dotted_entry(*place, parts, i) : nullptr;
    if (literal != nullptr) return literal;
    place = place->is_list() ? find_entry(*place, parts[i]) : place->find(parts[i]);
  }
  return place;
}

void set(Value& root, std::string_view path, const Value& value) {
  set(root, path, value, value.where);
}

namespace {

// Marks a value that has no like in the base, and all below it.
void mark_as_override(Value& value) {
  value.overrides = true;
  for (auto& [key, below, where] : value.entries) {
    if (key == "source" && below.is_scalar()) value.override_source = below.scalar;
    mark_as_override(below);
  }
  for (auto& item : value.items) mark_as_override(item);
}

}  // namespace

Value merge(const Value& base, const Value& overlay) {
  if (!base.is_map() || !overlay.is_map()) {
    Value result = overlay;
    mark_as_override(result);
    return result;
  }
  Value merged = overlay;
  merged.entries = base.entries;
  for (const auto& [key, value, where] : overlay.entries) {
    if (key == "source" && value.is_scalar()) {
      merged.override_source = value.scalar;
    } else if (auto* below = merged.find(key)) {
      *below = merge(*below, value);
    } else {
      merged.entries.push_back({key, merge({}, value), where});
    }
  }
  return merged;
}

}  // namespace edgecut::config
