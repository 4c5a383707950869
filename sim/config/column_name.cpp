#include "config/column_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

namespace edgecut::config {
namespace {

constexpr units::Dimension bandwidth_dimension{1, 0, -1, 0};
constexpr units::Dimension power_dimension{0, 0, -1, 1};

std::string lower(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return small;
}

bool is_between_words(char c) {
  return c == '_' || c == ' ' || c == '-' || c == '.' || c == '\t' || c == '\n';
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

// Blanks that are no ASCII, and both signs of a millionth.
std::string ascii(std::string_view text) {
  auto plain = replaced(std::string(text), "\xC2\xA0", " ");
  plain = replaced(std::move(plain), "\xC2\xB5", "u");
  return replaced(std::move(plain), "\xCE\xBC", "u");
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_between_words(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_between_words(text.back())) text.remove_suffix(1);
  return text;
}

// "Time  (ms)" and "time_(ms)" are one name.
std::string canonical(std::string_view text) {
  std::string name;
  for (const char c : trim(text)) {
    const bool joins = is_between_words(c);
    if (joins && name.ends_with('_')) continue;
    name += joins ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return name;
}

// ---- spellings ----

struct Word {
  std::string_view symbol;
  double factor;
  units::Dimension dimension;
  std::vector<std::string_view> spellings;  // in lower case
};

const std::vector<Word>& words() {
  static const std::vector<Word> all{
      {"s", 1.0, time_dimension, {"s", "sec", "secs", "second", "seconds"}},
      {"ms", 1e-3, time_dimension, {"ms", "msec", "msecs", "milli", "millis", "millisecond", "milliseconds"}},
      {"us", 1e-6, time_dimension, {"us", "usec", "usecs", "micro", "micros", "microsecond", "microseconds"}},
      {"ns", 1e-9, time_dimension, {"ns", "nsec", "nsecs", "nano", "nanos", "nanosecond", "nanoseconds"}},
      {"min", 60.0, time_dimension, {"min", "mins", "minute", "minutes"}},
      {"h", 3600.0, time_dimension, {"h", "hr", "hrs", "hour", "hours"}},
      {"d", 86400.0, time_dimension, {"d", "day", "days"}},
      {"%", 0.01, {}, {"%", "percent", "pct", "per cent", "per_cent", "percentage"}},
      {"share", 1.0, {}, {"share", "fraction", "ratio"}},
      {"W", 1.0, power_dimension, {"w", "watt", "watts"}},
      {"mW", 1e-3, power_dimension, {"milliwatt", "milliwatts"}},
      {"kW", 1e3, power_dimension, {"kw", "kilowatt", "kilowatts"}},
      {"uW", 1e-6, power_dimension, {"uw", "microwatt", "microwatts"}}};
  return all;
}

std::optional<SpelledUnit> word_unit(std::string_view text) {
  const auto small = lower(text);
  for (const auto& word : words()) {
    if (std::ranges::find(word.spellings, small) != word.spellings.end()) {
      return SpelledUnit{std::string(word.symbol), word.factor, word.dimension};
    }
  }
  if (text == "mw") return SpelledUnit{"mW", 1e-3, power_dimension};  // MW is a million watts, and read as that
  return std::nullopt;
}

// The part of a rate above the line: "Mbit" of "Mbit/s", "Mb" of "Mbps". Empty where it is no rate by the second.
std::string_view numerator(std::string_view text) {
  constexpr std::array<std::string_view, 18> tails{
      "/second", "/sec",   "/s",         "_per_second", "_per_sec", "_per_s", " per second", " per sec", " per s",
      "-per-s",  ".per.s", "per_second", "_s",          " s",       "ps",     "PS",          "/S",       "-s"};
  for (const auto tail : tails) {
    if (text.size() > tail.size() && text.ends_with(tail)) return text.substr(0, text.size() - tail.size());
  }
  return {};
}

struct Multiple {
  std::string_view prefix;
  std::string_view word;
  double factor;
};
constexpr std::array<Multiple, 8> multiples{{{"", "", 1.0},
                                             {"k", "kilo", 1e3},
                                             {"M", "mega", 1e6},
                                             {"G", "giga", 1e9},
                                             {"T", "tera", 1e12},
                                             {"Ki", "kibi", 1024.0},
                                             {"Mi", "mebi", 1048576.0},
                                             {"Gi", "gibi", 1073741824.0}}};

// Whether b is of bits or of bytes: a small one before "ps" is of bits (Mbps), a capital one of bytes unless all is in
// capitals (MBPS); before "/s" only a capital one is read, as everywhere in this program.
enum class Of { bits, bytes, either };
Of what_b_counts(std::string_view text, char b) {
  const bool is_ps = text.ends_with("ps") || text.ends_with("PS");
  if (b == 'b') return is_ps ? Of::bits : Of::either;
  const bool is_in_capitals = std::ranges::none_of(text, [](unsigned char c) { return std::islower(c) != 0; });
  return is_ps && (is_in_capitals || text == "Bps") ? Of::either : Of::bytes;
}

SpelledUnit rate(const Multiple& multiple, Of of) {
  const auto bits = fmt::format("{}bit/s", multiple.prefix);
  const auto bytes = fmt::format("{}B/s", multiple.prefix);
  if (of == Of::either) return {"", 1.0, bandwidth_dimension, fmt::format("{} or {}", bits, bytes)};
  return of == Of::bits ? SpelledUnit{bits, multiple.factor * 0.125, bandwidth_dimension}
                        : SpelledUnit{bytes, multiple.factor, bandwidth_dimension};
}

std::optional<SpelledUnit> rate_unit(std::string_view text) {
  const auto above = numerator(text);
  const auto small = lower(above);
  for (const auto& multiple : multiples) {
    const auto prefix = lower(multiple.prefix);
    for (const auto& begin : {prefix, std::string(multiple.word)}) {
      if (!small.starts_with(begin)) continue;
      const auto unit = std::string_view(small).substr(begin.size());
      if (unit == "bit" || unit == "bits") return rate(multiple, Of::bits);
      if (unit == "byte" || unit == "bytes") return rate(multiple, Of::bytes);
      if (unit == "b" && begin == prefix) return rate(multiple, what_b_counts(text, above.back()));
    }
  }
  return std::nullopt;
}

std::optional<SpelledUnit> our_unit(std::string_view text) {
  constexpr std::array<units::Dimension, 8> dimensions{{time_dimension,
                                                        bandwidth_dimension,
                                                        power_dimension,
                                                        {1, 0, 0, 0},
                                                        {0, 1, 0, 0},
                                                        {0, 0, 0, 1},
                                                        {0, 1, -1, 0},
                                                        {0, 0, -1, 0}}};
  for (const auto& dimension : dimensions) {
    const auto factor = units::parse(fmt::format("1 {}", text), dimension);
    if (const auto* number = std::get_if<double>(&factor)) return SpelledUnit{std::string(text), *number, dimension};
  }
  return std::nullopt;
}

// ---- where the unit stands in a name ----

std::optional<std::pair<std::string, std::string>> bracketed(const std::string& name) {
  if (!name.ends_with(')') && !name.ends_with(']')) return std::nullopt;
  const auto open = name.find_last_of(name.back() == ')' ? '(' : '[');
  if (open == std::string::npos) return std::nullopt;
  return std::pair(name.substr(0, open), std::string(trim(name.substr(open + 1, name.size() - open - 2))));
}

// The longest that is a unit of the last four words; "Mbit_per_s", not "s".
std::optional<std::pair<std::string, std::string>> last_words(const std::string& name) {
  std::vector<std::size_t> begins{};
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (i == 0 || (is_between_words(name[i - 1]) && !is_between_words(name[i]))) begins.push_back(i);
  }
  constexpr std::size_t most = 4;
  const auto first = begins.size() > most ? begins.size() - most : 0;
  for (auto i = first; i < begins.size(); ++i) {
    const auto unit = name.substr(begins[i]);
    if (spelled_unit(unit)) return std::pair(name.substr(0, begins[i]), unit);
  }
  return std::nullopt;
}

std::optional<std::pair<std::string, std::string>> end_of_last_word(const std::string& name) {
  constexpr std::array<std::string_view, 8> endings{"mbps", "Mbps", "kbps", "Kbps", "gbps", "Gbps", "percent", "share"};
  constexpr std::array<std::string_view, 7> humps{"Ms", "Us", "Ns", "Sec", "Seconds", "Millis", "Micros"};
  const auto cut = [&](std::string_view ending) {
    return std::pair(name.substr(0, name.size() - ending.size()), std::string(ending));
  };
  for (const auto ending : endings) {
    if (name.ends_with(ending)) return cut(ending);
  }
  for (const auto hump : humps) {  // timeMs
    const bool is_hump = name.size() > hump.size() && name.ends_with(hump) &&
                         std::islower(static_cast<unsigned char>(name[name.size() - hump.size() - 1])) != 0;
    if (is_hump) return cut(hump);
  }
  return std::nullopt;
}

}  // namespace

std::optional<SpelledUnit> spelled_unit(std::string_view text) {
  const auto plain = ascii(text);
  const auto name = trim(plain);
  if (name.empty()) return std::nullopt;
  if (auto unit = word_unit(name)) return unit;
  if (auto unit = rate_unit(name)) return unit;
  return our_unit(name);
}

ColumnName column_name(std::string_view text) {
  const auto plain = ascii(text);
  const std::string name(trim(plain));
  auto parts = bracketed(name);
  if (!parts) parts = last_words(name);
  if (!parts) parts = end_of_last_word(name);
  if (!parts) return {canonical(name), canonical(name), ""};
  return {canonical(parts->first), canonical(name), parts->second};
}

}  // namespace edgecut::config
