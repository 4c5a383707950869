// Keys are declared once, and a map is read by what is declared of them.
#include "config/record.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "config/error_of.hpp"
#include "config/map.hpp"
#include "units/ensure.hpp"

namespace edgecut::record_test {
using namespace config::declare;
using Catch::Matchers::Contains;
using config::Map;
using config::Record;

namespace {

enum class Colour { red, green };

const Record& part_record() {
  static const Record record{"part", "A part.", {{"mass", number(config::positive), config::required, "Of it."}}};
  return record;
}

const Record& thing_record() {
  static const Record record{
      "thing",
      "What these tests read.",
      {
          {"size", figure(quantity<Bytes>(config::positive)), config::required, "How large it is."},
          {"wait", quantity<Seconds>(config::non_negative), config::standard("20 ms"), "How long it waits."},
          {"colour", word<Colour>({{"red", Colour::red}, {"green", Colour::green}}), config::standard("green"),
           "Of it."},
          {"kind", one_of("kind", {"big", "small"}), config::optional("nobody knows"), "What it is."},
          {"title", text(), config::optional("its name"), "For people."},
          {"heat", measure("C", "25 C", {-273.15, 1000.0, false}), config::standard("20 C"), "Its temperature."},
          {"sides", list_of(integer({1.0, 9.0, false})), config::standard("[]"), "Its sides."},
          {"parts", map_of(keys_of(part_record), "names"), config::optional("it has none"), "Its parts."},
          {"list", list_of(keys_of(part_record)), config::optional("it has none"), "Its parts."},
          {"think", either({quantity<Seconds>(config::positive), keys_of(part_record)}), config::optional("never"),
           "A time."},
      }};
  return record;
}

// Reads a thing of that text with the reader.
template <class Reader>
auto read(const std::string& text, Reader reader) {
  const auto root = config::parse_text(text, "x.yaml");
  return config::read(root, thing_record(), reader);
}

template <class Reader>
std::string error(const std::string& text, Reader reader) {
  return error_of([&] { read(text, reader); });
}

template <class Reader>
std::string own_mistake(const std::string& text, Reader reader) {
  try {
    read(text, reader);
  } catch (const InternalError& mistake) {
    return mistake.what();
  }
  return "";
}

}  // namespace

TEST_CASE("what is left out is as the declaration says") {
  read("{}", [](Map& map) {
    CHECK(map.get<Seconds>("wait") == 20_s / 1000.0);
    CHECK(map.choice<Colour>("colour") == Colour::green);
    CHECK(map.get<config::Measure>("heat").value == 20.0);
    CHECK(map.get<std::vector<int>>("sides").empty());
    CHECK_FALSE(map.find<std::string>("title"));
  });
}

TEST_CASE("limits, words and units are those of the declaration") {
  CHECK(error("wait: -1 s", [](Map& map) { map.get<Seconds>("wait"); }) ==
        "x.yaml:1:7: wait: '-1 s' is out of range: it must be at least 0 s");
  CHECK(error("colour: blue", [](Map& map) { map.choice<Colour>("colour"); }) ==
        "x.yaml:1:9: colour: no choice 'blue' (known: red, green)");
  CHECK(error("kind: bigg", [](Map& map) { map.find<std::string>("kind"); }) ==
        "x.yaml:1:7: kind: no kind 'bigg' (did you mean 'big'? known: big, small)");
  CHECK(error("heat: 20 K", [](Map& map) { map.get<config::Measure>("heat"); }) ==
        "x.yaml:1:7: heat: must be a number and a unit, such as 25 C");
  CHECK(error("heat: -300 C", [](Map& map) { map.get<config::Measure>("heat"); }) ==
        "x.yaml:1:7: heat: '-300 C' is out of range: it must be at least -273.15 C");
  CHECK(error("heat: 1e999 C", [](Map& map) { map.get<config::Measure>("heat"); }) ==
        "x.yaml:1:7: heat: must be a number and a unit, such as 25 C");
  CHECK(error("sides: [3, 12]", [](Map& map) { map.get<std::vector<int>>("sides"); }) ==
        "x.yaml:1:12: sides[1]: '12' is out of range: it must be at most 9");
}

TEST_CASE("a key that is required is missed, and so is one without a default that the reader wants") {
  config::Ledger ledger;
  CHECK(error("{}", [&](Map& map) { map.figure<Bytes>("size", ledger); }) == "x.yaml:1:1: missing key 'size'");
  CHECK(error("{}", [](Map& map) { map.get<std::string>("title"); }) == "x.yaml:1:1: missing key 'title'");
}

TEST_CASE("maps within are read by their own declarations") {
  read("{parts: {a: {mass: 2}, b: {mass: 3}}, list: [{mass: 4}]}", [](Map& map) {
    double sum = 0.0;
    map.read("parts", [&](Map& parts) {
      for (const auto& entry : parts.value().entries) {
        sum += parts.read(entry.key, [](Map& part) { return part.get<double>("mass"); });
      }
    });
    map.read_each("list", [&](Map& part) { sum += part.get<double>("mass"); });
    CHECK(sum == 9.0);  // 2 + 3 + 4
  });
  CHECK_THAT(
      error("list: [{mass: 0}]", [](Map& map) { map.read_each("list", [](Map& part) { part.get<double>("mass"); }); }),
      Contains("list[0].mass: '0' is out of range: it must be more than 0"));
}

TEST_CASE("of alternatives that one counts which is read") {
  CHECK(read("think: 2 s", [](Map& map) { return map.get<Seconds>("think"); }) == 2_s);
  CHECK(read("think: {mass: 2}",
             [](Map& map) { return map.read("think", [](Map& part) { return part.get<double>("mass"); }); }) == 2.0);
  CHECK_THAT(error("think: 0 s", [](Map& map) { map.get<Seconds>("think"); }), Contains("more than 0 s"));
}

TEST_CASE("every map may name a source, which is a text") {
  CHECK(read("{title: a, source: b}", [](Map& map) { return map.get<std::string>("title"); }) == "a");
  CHECK_THAT(error("{title: a, source: [b]}", [](Map& map) { map.find<std::string>("title"); }),
             Contains("source: must be a single value"));
}

TEST_CASE("a reader that asks for what is not declared is our mistake, not the user's") {
  config::Ledger ledger;
  CHECK_THAT(own_mistake("{}", [](Map& map) { map.get<std::string>("name"); }),
             Contains("key 'name' of 'thing' is not declared"));
  CHECK_THAT(own_mistake("{}", [](Map& map) { map.find_child("name"); }), Contains("is not declared"));
  CHECK_THAT(own_mistake("wait: 1 s", [](Map& map) { map.get<Bytes>("wait"); }), Contains("read as another type"));
  CHECK_THAT(own_mistake("wait: 1 s", [](Map& map) { map.get<double>("wait"); }), Contains("read as another type"));
  CHECK_THAT(own_mistake("kind: big", [](Map& map) { map.choice<Colour>("kind"); }), Contains("read as another type"));
  CHECK_THAT(own_mistake("wait: 1 s", [](Map& map) { map.find<Seconds>("wait"); }), Contains("has a default"));
  CHECK_THAT(own_mistake("size: 1 B", [](Map& map) { map.get<Bytes>("size"); }), Contains("is declared as a figure"));
  CHECK_THAT(own_mistake("wait: 1 s", [&](Map& map) { map.figure<Seconds>("wait", ledger); }),
             Contains("is not declared as a figure"));
  CHECK_THAT(own_mistake("wait: 1 s", [](Map& map) { map.get<Seconds>("wait", config::positive); }),
             Contains("a reader says what its key's declaration says"));
  CHECK_THAT(own_mistake("wait: 1 s", [](Map& map) { map.get_or<Seconds>("wait", 1_s); }),
             Contains("a reader says what its key's declaration says"));
}

TEST_CASE("a declared key that nobody asks for is refused in every file, so that it shows") {
  CHECK_THAT(error("title: a", [](Map& map) { map.get<Seconds>("wait"); }), Contains("no key 'title'"));
}

TEST_CASE("whole numbers are limited by what holds them") {
  CHECK(integer().limits.high == 2147483647.0);
  CHECK(integer(config::positive).limits.low == 0.0);
  CHECK(integer(config::positive).limits.low_is_open);
  CHECK(integer<std::int64_t>().limits.high == 9007199254740992.0);  // 2^53
  CHECK(integer<std::uint8_t>().limits.low == 0.0);
}

}  // namespace edgecut::record_test
