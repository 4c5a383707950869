// Reading a map by name and type; what is not asked for, not there or not of that type is an error that says what to
// do.
#include "config/map.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "config/error_of.hpp"

namespace edgecut::map_test {
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using config::Map;

namespace {

config::Value parse(const std::string& text) {
  return config::parse_text(text, "x.yaml");
}

template <class T>
T read_as(const std::string& text, const config::Limits& limits = config::any) {
  const auto root = parse("k: " + text + "\n");
  return config::as<T>(*root.find("k"), limits);
}

template <class T>
std::string error_as(const std::string& text, const config::Limits& limits = config::any) {
  return error_of([&] { read_as<T>(text, limits); });
}

}  // namespace

TEST_CASE("values are read as quantities, numbers, ratios, whole numbers, booleans, text and lists of these") {
  CHECK(read_as<Seconds>("20 ms") == 0.02_s);
  CHECK(read_as<double>("0.25") == 0.25);
  CHECK(read_as<config::Ratio>("50 %").value == 0.5);
  CHECK(read_as<int>("7") == 7);
  CHECK(read_as<std::int64_t>("1e6") == 1000000);
  CHECK(read_as<std::uint64_t>("42") == 42);
  CHECK(read_as<bool>("true"));
  CHECK_FALSE(read_as<bool>("false"));
  CHECK(read_as<std::string>("alexnet") == "alexnet");
  CHECK(read_as<std::vector<int>>("[3, 3]") == std::vector{3, 3});
  CHECK(read_as<std::vector<Seconds>>("[1 s, 20 ms]").size() == 2);
  CHECK(read_as<std::vector<int>>("[]").empty());
}

TEST_CASE("a value of the wrong type is refused at its place") {
  CHECK(error_as<Seconds>("20") == "x.yaml:1:4: k: '20' has no unit; expected a time such as '20 ms'");
  CHECK_THAT(error_as<Seconds>("20 MB"), StartsWith("x.yaml:1:4: k: '20 MB' is a size"));
  CHECK_THAT(error_as<int>("2.5"), Contains("'2.5' is not a whole number"));
  CHECK_THAT(error_as<int>("two"), Contains("'two' is not a number"));
  CHECK_THAT(error_as<int>("2 s"), Contains("'2 s' is not a number"));
  CHECK_THAT(error_as<double>("nan"), Contains("not a number"));
  CHECK_THAT(error_as<config::Ratio>("half"), Contains("'50 %'"));
  CHECK_THAT(error_as<bool>("yes"), Contains("neither true nor false"));
  CHECK_THAT(error_as<bool>("True"), Contains("neither true nor false"));
  CHECK_THAT(error_as<std::vector<int>>("3"), Contains("must be a list"));
  CHECK_THAT(error_as<std::vector<int>>("[3, x]"), StartsWith("x.yaml:1:8: k[1]: "));
  CHECK_THAT(error_as<std::string>("[a]"), Contains("must be a single value"));
  CHECK_THAT(error_as<std::string>("{a: 1}"), Contains("must be a single value"));
}

TEST_CASE("a key without a value is called empty, not a list or a map") {
  for (const auto* text : {"", "~", "null"}) {
    INFO(text);
    CHECK_THAT(error_as<std::string>(text), StartsWith("x.yaml:1:") && !Contains("not a list or a map"));
    CHECK_THAT(error_as<Seconds>(text), !Contains("not a list or a map"));
  }
}

TEST_CASE("a number out of range is refused with the range, in its unit") {
  CHECK(error_as<Seconds>("-1 ms", config::non_negative) ==
        "x.yaml:1:4: k: '-1 ms' is out of range: it must be at least 0 s");
  CHECK(error_as<Bandwidth>("0 Mbit/s", config::positive) ==
        "x.yaml:1:4: k: '0 Mbit/s' is out of range: it must be more than 0 bit/s");
  CHECK(error_as<int>("0", {1.0, 10.0}) == "x.yaml:1:4: k: '0' is out of range: it must be at least 1");
  CHECK(error_as<int>("11", {1.0, 10.0}) == "x.yaml:1:4: k: '11' is out of range: it must be at most 10");
  CHECK_THAT(error_as<config::Ratio>("120 %", config::share), Contains("at most 1"));
  CHECK_THAT(error_as<std::uint64_t>("-1"), Contains("at least 0"));
}

TEST_CASE("a whole number that its type cannot hold is refused, not wrapped") {
  CHECK_THAT(error_as<int>("4294967297"), Contains("out of range"));  // 2^32 + 1 would wrap to 1
  CHECK_THAT(error_as<int>("2147483648"), Contains("out of range"));  // 2^31
  CHECK_THAT(error_as<int>("-2147483649"), Contains("out of range"));
  CHECK(read_as<int>("2147483647") == 2147483647);
}

TEST_CASE("a whole number beyond 2^53 is refused because it cannot be exact") {
  CHECK(read_as<std::int64_t>("9007199254740992") == 9007199254740992LL);  // 2^53
  CHECK(error_as<std::int64_t>("9007199254740994") != "no error");
  CHECK_THAT(error_as<std::int64_t>("1e300"), !Contains("not a whole number"));  // it is whole, it is too large
}

TEST_CASE("what is there is got, what is not is a missing key or the fallback") {
  const auto root = parse("a: 1\n");
  Map map(root);
  CHECK(map.get<int>("a") == 1);
  CHECK(map.get_or<int>("b", 5) == 5);
  CHECK_FALSE(map.find<int>("b"));
  CHECK(map.has("a"));
  CHECK_FALSE(map.has("b"));
  CHECK(error_of([&] { map.get<int>("c"); }) == "x.yaml:1:1: missing key 'c'");
}

TEST_CASE("a missing key of an inner map is said to be missing there") {
  const auto root = parse("a: 1\nlink:\n  rtt: 20 ms\n");
  CHECK(error_of([&] { config::read(*root.find("link"), [](Map& map) { return map.get<Seconds>("uplink"); }); }) ==
        "x.yaml:3:3: link: missing key 'uplink'");
}

TEST_CASE("a key that nobody asks for is refused where it stands, with the nearest known one") {
  const auto root = parse("a: 1\nlink: {rtt: 1 s, uplnk: 2}\n");
  const auto error = error_of([&] {
    config::read(*root.find("link"), [](Map& map) {
      map.find_child("rtt");
      map.find_child("uplink");
    });
  });
  CHECK_THAT(error, StartsWith("x.yaml:2:18: link"));
  CHECK_THAT(error, Contains("'uplnk'") && Contains("did you mean 'uplink'?") && Contains("rtt"));
}

TEST_CASE("what is no map is not read as one") {
  const auto root = parse("a: 1\nb: [1]\nc:\n");
  for (const auto* key : {"a", "b", "c"}) {
    CHECK_THAT(error_of([&] { Map{*root.find(key)}; }), Contains("must be a map"));
  }
}

TEST_CASE("a word of a closed set is read, any other is refused with the known ones") {
  const std::vector<std::pair<std::string, int>> words{{"fifo", 1}, {"shared", 2}};
  const auto root = parse("a: fifo\nb: fifi\nc: [fifo]\nd: FIFO\n");
  Map map(root);
  CHECK(map.choice("a", words) == 1);
  CHECK(map.choice_or("z", 7, words) == 7);
  CHECK(error_of([&] { map.choice("b", words); }) ==
        "x.yaml:2:4: b: no choice 'fifi' (did you mean 'fifo'? known: fifo, shared)");
  CHECK_THAT(error_of([&] { map.choice("c", words); }), StartsWith("x.yaml:3:4: c: must be a single value"));
  CHECK_THAT(error_of([&] { map.choice("d", words); }), Contains("'FIFO'"));
}

// --- the ledger of sources

TEST_CASE("a figure with its own source is entered with it") {
  const auto root = parse("memory: {value: 4 GB, source: data sheet}\n");
  Map map(root);
  config::Ledger ledger;
  CHECK(map.figure<Bytes>("memory", ledger) == Bytes(4e9));
  REQUIRE(ledger.sources().size() == 1);
  CHECK(ledger.sources()[0].path == "memory");
  CHECK(ledger.sources()[0].value == "4 GB");
  CHECK(ledger.sources()[0].source == "data sheet");
}

TEST_CASE("a figure takes the source beside it, and its own where it has one") {
  const auto root = parse("conv: 1 GFLOP/s\nmemory: {value: 1 GB/s, source: mine}\nsource: theirs\n");
  Map map(root);
  config::Ledger ledger;
  map.figure<FlopRate>("conv", ledger);
  map.figure<Bandwidth>("memory", ledger);
  map.finish();
  CHECK(ledger.sources()[0].source == "theirs");
  CHECK(ledger.sources()[1].source == "mine");
}

TEST_CASE("a figure without a source is refused with the remedy") {
  const auto root = parse("x: 1\ndevice:\n  idle: 2 W\n  off: {value: 0 W}\n");
  const auto read = [&](const char* key) {
    return error_of([&] {
      Map map(*root.find("device"));
      config::Ledger ledger;
      map.figure<Watts>(key, ledger);
    });
  };
  CHECK_THAT(read("idle"), StartsWith("x.yaml:3:9: device.idle: has no source") && Contains("source: assumption"));
  CHECK_THAT(read("off"), StartsWith("x.yaml:4:8: device.off: has no source"));
}

TEST_CASE("an empty source is no source") {
  const auto root = parse("a: {value: 2 W, source: \"\"}\nb: {value: 2 W, source: }\n");
  for (const auto* key : {"a", "b"}) {
    INFO(key);
    CHECK(error_of([&] {
            Map map(root);
            config::Ledger ledger;
            map.figure<Watts>(key, ledger);
          }) != "no error");
  }
}

TEST_CASE("a figure's map holds a value and a source and nothing else") {
  const auto root = parse("a: {value: 2 W, source: x, unit: W}\nb: {source: x}\n");
  Map map(root);
  config::Ledger ledger;
  CHECK_THAT(error_of([&] { map.figure<Watts>("a", ledger); }), StartsWith("x.yaml:1:28: a") && Contains("'unit'"));
  CHECK_THAT(error_of([&] { map.figure<Watts>("b", ledger); }), Contains("missing key 'value'"));
}

TEST_CASE("a figure that a scenario overrides has the source 'scenario'") {
  const auto base = parse("uplink: {value: 5 Mbit/s, source: paper}\nrtt: {value: 20 ms, source: ping}\n");
  const auto merged = config::merge(base, parse("uplink: 9 Mbit/s\n"));
  Map map(merged);
  config::Ledger ledger;
  CHECK(map.figure<Bandwidth>("uplink", ledger) == 9_Mbps);
  map.figure<Seconds>("rtt", ledger);
  CHECK(ledger.sources()[0].source == "scenario");
  CHECK(ledger.sources()[0].value == "9 Mbit/s");
  CHECK(ledger.sources()[1].source == "ping");
}

TEST_CASE("an override may name its own source, or leave the old one behind") {
  const auto base = parse("uplink: {value: 5 Mbit/s, source: paper}\n");
  config::Ledger ledger;
  const auto with = config::merge(base, parse("uplink: {value: 9 Mbit/s, source: my measurement}\n"));
  Map(with).figure<Bandwidth>("uplink", ledger);
  const auto without = config::merge(base, parse("uplink: {value: 9 Mbit/s}\n"));
  Map(without).figure<Bandwidth>("uplink", ledger);
  CHECK(ledger.sources()[0].source == "my measurement");
  CHECK(ledger.sources()[1].source == "scenario");  // the paper did not say 9
}

TEST_CASE("a source that an override names beside figures is that of the overridden figures only") {
  const auto base = parse("conv: 1 GFLOP/s\nmemory: 1 GB/s\nsource: ncnn\n");
  const auto merged = config::merge(base, parse("conv: 2 GFLOP/s\nsource: my measurement\n"));
  Map map(merged);
  config::Ledger ledger;
  map.figure<FlopRate>("conv", ledger);
  map.figure<Bandwidth>("memory", ledger);
  CHECK(ledger.sources()[0].source == "my measurement");
  CHECK(ledger.sources()[1].source == "ncnn");  // nobody measured it again
}

TEST_CASE("no figure is so large or so small that sums of it lose their digits") {
  const auto refusal = [](const std::string& text, auto figure) {
    const auto root = parse("x: " + text + "\n");
    return error_of([&] { config::as<decltype(figure)>(*root.find("x"), config::non_negative); });
  };
  CHECK_THAT(refusal("1e300 B", Bytes()),
             Contains("x: '1e300 B' is out of range: it must be 0, or from 0.001 B to 1000 PB"));
  CHECK_THAT(refusal("1e-320 B", Bytes()), Contains("out of range"));
  CHECK_THAT(refusal("1e-4 B", Bytes()), Contains("it must be 0, or from 0.001 B to"));
  CHECK_THAT(refusal("1e300 s", Seconds()), Contains("0, or from 1e-12 s to 1 Ts"));
  CHECK_THAT(refusal("1e-13 s", Seconds()), Contains("0, or from 1e-12 s to 1 Ts"));
  CHECK_THAT(refusal("1e30 bit/s", Bandwidth()), Contains("0, or from 0.001 bit/s to 1e+09 Pbit/s"));
  CHECK_THAT(refusal("1e30 FLOP/s", FlopRate()), Contains("out of range"));
  CHECK_THAT(refusal("1e30", 0.0), Contains("out of range: it must be 0, or from 1e-18 to 1e+18"));
  CHECK_THAT(refusal("1e15 %", config::Ratio()), Contains("out of range"));
  CHECK(config::as<Bytes>(*parse("x: 0 B\n").find("x")) == Bytes());
  CHECK(config::as<Seconds>(*parse("x: 1 ps\n").find("x")) == Seconds(1e-12));
}

TEST_CASE("a value of a million letters is quoted in part") {
  const auto root = parse("x: " + std::string(1'000'000, 'y') + "\n");
  const auto message = error_of([&] { config::as<Bytes>(*root.find("x")); });
  CHECK(message.size() < 1000);
  CHECK_THAT(message, Contains("... (1000000 bytes)"));
}

}  // namespace edgecut::map_test
