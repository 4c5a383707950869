#include "units/slips.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace edgecut::units {
namespace {

using Words = std::pair<std::string_view, std::string_view>;

// Names of units in small letters, the longest first; a symbol that takes prefixes is at the end of a word.
constexpr std::array<Words, 34> names{{
    {"milliseconds", "ms"}, {"millisecond", "ms"}, {"microseconds", "us"}, {"seconds", "s"}, {"second", "s"},
    {"minutes", "min"},     {"minute", "min"},     {"millis", "ms"},       {"joules", "J"},  {"joule", "J"},
    {"watts", "W"},         {"watt", "W"},         {"hours", "h"},         {"hour", "h"},    {"bytes", "B"},
    {"byte", "B"},          {"flops", "FLOP"},     {"flop", "FLOP"},       {"macs", "MAC"},  {"mac", "MAC"},
    {"bits", "bit"},        {"bit", "bit"},        {"mins", "min"},        {"secs", "s"},    {"sec", "s"},
    {"days", "d"},          {"day", "d"},          {"hrs", "h"},           {"hr", "h"},      {"hertz", "Hz"},
    {"hz", "Hz"},           {"wh", "Wh"},          {"ops", "FLOP"},        {"b", "B"},
}};

constexpr std::array<Words, 14> prefixes{{{"kilo", "k"},
                                          {"mega", "M"},
                                          {"giga", "G"},
                                          {"tera", "T"},
                                          {"milli", "m"},
                                          {"micro", "u"},
                                          {"\u03bc", "u"},
                                          {"\u00b5", "u"},
                                          {"ki", "Ki"},
                                          {"mi", "Mi"},
                                          {"gi", "Gi"},
                                          {"k", "k"},
                                          {"g", "G"},
                                          {"t", "T"}}};

std::string small(std::string_view text) {
  std::string word;
  for (const char c : text) {
    if (c != ' ') word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return word;
}

// A small m before something that cannot be parted is a slip for M.
std::optional<std::string> prefix_of(std::string_view word, std::string_view as_written, bool is_countable) {
  if (word.empty()) return "";
  for (const auto& [name, symbol] : prefixes) {
    if (word == name) return std::string(symbol);
  }
  if (word == "m") return is_countable || as_written.starts_with('M') ? "M" : "m";
  if (word == "u" || word == "n" || word == "p") return std::string(word);
  return std::nullopt;
}

// One unit without a slash; empty where it is none that is known by another name.
std::string one_spelling(std::string_view unit) {
  const auto word = small(unit);
  for (const auto& [name, symbol] : names) {
    if (!word.ends_with(name)) continue;
    const bool is_countable = symbol == "B" || symbol == "bit" || symbol == "FLOP" || symbol == "MAC";
    const auto prefix = prefix_of(word.substr(0, word.size() - name.size()), unit, is_countable);
    if (prefix) return *prefix + std::string(symbol);
  }
  for (const auto* symbol : {"j", "w", "s"}) {
    if (!word.ends_with(symbol)) continue;
    const auto prefix = prefix_of(word.substr(0, word.size() - 1), *symbol == 's' ? word : unit, false);
    if (prefix) return *prefix + (*symbol == 's' ? std::string("s") : std::string(1, static_cast<char>(*symbol - 32)));
  }
  return "";
}

// "requests/s", "fps" and the like are rates of something that is not named here.
bool is_rate(std::string_view word) {
  static const std::vector<std::string_view> rates{
      "fps",        "rps",       "qps",   "ips",      "/sec",         "/second",      "persecond",
      "requests/s", "request/s", "req/s", "frames/s", "frame/s",      "inferences/s", "images/s",
      "queries/s",  "hz",        "1/s",   "1/sec",    "requests/sec", "req/sec",      "frames/sec"};
  return std::ranges::find(rates, word) != rates.end();
}

}  // namespace

bool has_lone_b(std::string_view unit) {
  const auto says = [&](std::string_view word) { return unit.find(word) != std::string_view::npos; };
  return !says("bit") && !says("bps") && !says("byte") && unit.find('b') != std::string_view::npos;
}

std::vector<std::string> spellings_of(std::string_view unit) {
  std::vector<std::string> found;
  const auto word = small(unit);
  if (is_rate(word)) found.emplace_back("/s");
  // `b` and `mb` may be bits or bytes; B is bytes.
  const auto add = [&](const std::string& above, std::string_view below) {
    if (!above.empty()) found.push_back(above + std::string(below));
  };
  if (word.ends_with("ps") && word.size() > 2) {  // MBps, Mbps, GFLOPS
    const auto head = unit.substr(0, unit.size() - 2);
    if (word.ends_with("bps") && !unit.substr(0, unit.size() - 2).ends_with('B')) {
      add(one_spelling(std::string(head.substr(0, head.size() - 1)) + "bit"), "/s");
    } else {
      add(one_spelling(head), "/s");
    }
    if (word.ends_with("ops")) add(one_spelling(unit), "/s");
  }
  const auto slash = unit.find('/');
  if (slash != std::string_view::npos) {
    const auto above = unit.substr(0, slash);
    if (!has_lone_b(above)) add(one_spelling(above), "/" + one_spelling(unit.substr(slash + 1)));
  } else if (!has_lone_b(unit)) {
    add(one_spelling(unit), "");
    // A rate is a second's, even where that is not written: 100 GFLOPs.
    add(one_spelling(unit), "/s");
  }
  return found;
}

std::optional<BatteryCharge> charge_of(std::string_view unit) {
  const auto word = small(unit);
  if (word == "mah") return BatteryCharge{1e-3};
  if (word == "ah") return BatteryCharge{1.0};
  return std::nullopt;
}

namespace {

bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

// Where a mark stands between two digits of the number that the text begins with.
std::vector<std::size_t> marks_of(std::string_view text) {
  std::vector<std::size_t> marks;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_between = i > 0 && i + 1 < text.size() && is_digit(text[i - 1]) && is_digit(text[i + 1]);
    if (is_between && (c == ',' || c == ' ' || c == '\'' || c == '_')) {
      marks.push_back(i);
    } else if (!is_digit(c) && c != '.' && c != '-' && c != '+') {
      break;
    }
  }
  return marks;
}

}  // namespace

std::string mark_in_number(std::string_view text) {
  const auto marks = marks_of(text);
  if (marks.empty()) return "";
  if (text[marks.front()] == ',')
    return "has a comma in its number: decimals are written with a point, thousands without a mark";
  return fmt::format("has '{}' in its number: thousands are written without a mark", text[marks.front()]);
}

std::string without_marks(std::string_view text) {
  const auto marks = marks_of(text);
  std::string plain(text);
  const auto number = written(text);
  const bool is_decimal = marks.size() == 1 && text[marks.front()] == ',' && number.find('.') == std::string_view::npos;
  if (is_decimal) {
    const auto digits = number.size() - marks.front() - 1;
    if (digits == 3) return "";  // 5,850: five or five thousand
    plain[marks.front()] = '.';
    return plain;
  }
  for (auto mark = marks.rbegin(); mark != marks.rend(); ++mark) plain.erase(*mark, 1);
  return plain;
}

std::string_view written(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  const auto marks = marks_of(text);
  std::size_t end = 0;
  const auto is_mark = [&](std::size_t i) { return std::ranges::find(marks, i) != marks.end(); };
  const auto is_exponent = [&](std::size_t i) {
    return (text[i] == 'e' || text[i] == 'E') && i + 1 < text.size() && (is_digit(text[i + 1]) || text[i + 1] == '-');
  };
  while (end < text.size() && (is_digit(text[end]) || text[end] == '.' || text[end] == '-' || text[end] == '+' ||
                               is_mark(end) || is_exponent(end))) {
    ++end;
  }
  return text.substr(0, end);
}

}  // namespace edgecut::units
