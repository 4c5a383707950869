// The strict reader of YAML: what it accepts, what it refuses, and where it says the mistake is.
#include "config/value.hpp"

#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "config/error_of.hpp"

namespace edgecut::value_test {
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using config::Value;

namespace {

Value parse(const std::string& text) {
  return config::parse_text(text, "x.yaml");
}

std::string parse_error(const std::string& text) {
  return error_of([&] { parse(text); });
}

}  // namespace

TEST_CASE("every value knows its line, its column and its path") {
  const auto root = parse("a: 1\nb:\n  - x\n  - {c: y, d: [z]}\n");
  CHECK(root.find("a")->where.str() == "x.yaml:1:4");
  const auto& list = *root.find("b");
  CHECK(list.items[0].where.str() == "x.yaml:3:5");
  CHECK(list.items[1].find("c")->where.str() == "x.yaml:4:9");
  CHECK(list.items[1].find("d")->items[0].where.str() == "x.yaml:4:16");
  CHECK(list.items[1].find("d")->items[0].path == "b[1].d[0]");
  CHECK(root.entries[1].where.str() == "x.yaml:2:1");
  CHECK(list.items[1].entries[1].where.str() == "x.yaml:4:12");
}

TEST_CASE("a value that fails says where it stands, its path and the message, in one line") {
  const auto root = parse("link:\n  uplink: 5\n");
  CHECK(error_of([&] { root.find("link")->find("uplink")->fail("wrong"); }) == "x.yaml:2:11: link.uplink: wrong");
}

TEST_CASE("a duplicate key is refused where it stands the second time, with its whole path") {
  CHECK_THAT(parse_error("a: 1\nb: 2\na: 3\n"), StartsWith("x.yaml:3:1: a: duplicate key"));
  CHECK_THAT(parse_error("link:\n  uplink: 1\n  uplink: 2\n"), StartsWith("x.yaml:3:3: link.uplink: duplicate key"));
  CHECK_THAT(parse_error("p: [{kind: a, kind: b}]\n"), StartsWith("x.yaml:1:15: p[0].kind: duplicate key"));
  CHECK_THAT(parse_error("\"a\": 1\na: 2\n"), StartsWith("x.yaml:2:1: a: duplicate key"));
}

TEST_CASE("the same key may stand in different maps") {
  CHECK(parse("a: {k: 1}\nb: {k: 1}\n").find("b")->find("k")->scalar == "1");
}

TEST_CASE("an alias stands for a copy of its anchor, with the path of the place where it is used") {
  const auto root = parse("a: &first {rate: 1 s}\nb: *first\nc: [*first]\n");
  CHECK(root.find("b")->find("rate")->scalar == "1 s");
  CHECK(root.find("b")->find("rate")->path == "b.rate");
  CHECK(root.find("c")->items[0].find("rate")->path == "c[0].rate");
  CHECK(root.find("a")->find("rate")->path == "a.rate");
}

TEST_CASE("an alias to a scalar keeps its text") {
  const auto root = parse("a: &up 5 Mbit/s\nb: *up\n");
  CHECK(root.find("b")->scalar == "5 Mbit/s");
}

TEST_CASE("an alias may not name what is not there, nor stand inside its own anchor") {
  CHECK_THAT(parse_error("a: *nowhere\n"), StartsWith("x.yaml:1:4: "));
  CHECK_THAT(parse_error("a: &loop [*loop]\n"), StartsWith("x.yaml:1:11: "));
  CHECK_THAT(parse_error("a: &loop {b: {c: *loop}}\n"), StartsWith("x.yaml:1:18: "));
}

TEST_CASE("aliases that multiply a small text into a quarter of a million values are refused") {
  // Five levels of twelve: 12^5 = 248,832 values from about 300 bytes; two levels more would fill any memory.
  std::string text = "l0: &l0 [x, x, x, x, x, x, x, x, x, x, x, x]\n";
  for (int level = 1; level < 5; ++level) {
    const auto below = "*l" + std::to_string(level - 1);
    text += "l" + std::to_string(level) + ": &l" + std::to_string(level) + " [" + below;
    for (int i = 1; i < 12; ++i) text += ", " + below;
    text += "]\n";
  }
  CHECK_THAT(parse_error(text), StartsWith("x.yaml:"));
}

TEST_CASE("keys are plain words") {
  CHECK_THAT(parse_error("[a, b]: 1\n"), StartsWith("x.yaml:1:1: "));
  CHECK_THAT(parse_error("? {a: 1}\n: 2\n"), StartsWith("x.yaml:1:3: "));
  CHECK_THAT(parse_error("a: 1\n~: 2\n"), Contains("a key must be a plain word"));
  CHECK_THAT(parse_error("a: &k 1\n*k : 2\n"), Contains("a key must be a plain word"));
}

TEST_CASE("deep nesting is refused where it gets too deep, and moderate nesting is not") {
  CHECK(parse("a: " + std::string(40, '[') + "1" + std::string(40, ']') + "\n").find("a")->is_list());
  const auto error = parse_error("a: " + std::string(5000, '[') + std::string(5000, ']') + "\n");
  CHECK_THAT(error, StartsWith("x.yaml:1:"));
  CHECK_THAT(error, Contains("nested too deeply"));
  std::string maps;
  for (int i = 0; i < 100; ++i) maps += "{a: ";
  CHECK_THAT(parse_error("q: " + maps + "1" + std::string(100, '}') + "\n"), Contains("nested too deeply"));
}

TEST_CASE("one file holds one document") {
  CHECK_THAT(parse_error("a: 1\n---\nb: 2\n"), StartsWith("x.yaml:3:1: ") && Contains("second YAML document"));
  CHECK(parse("---\na: 1\n").find("a")->scalar == "1");
  CHECK(parse("a: 1\n...\n").find("a")->scalar == "1");
}

TEST_CASE("an empty file is called empty") {
  for (const auto* text : {"", "\n\n", "# only a remark\n", "   \n"}) {
    INFO('"' << text << '"');
    CHECK(parse_error(text) == "x.yaml:1:1: the file is empty");
  }
}

TEST_CASE("a syntax error is one line with its position") {
  for (const auto* text : {"a: [1, 2\n", "a: {b: 1\n", "a: \"open\n", "a: b: c\n", "a:\n\t- 1\n", "a: 1\n  b: 2\n",
                           "a: 'x\n", "- a\nb: 1\n", "a: @x\n", "%YAML 9.9\n---\na: 1\n", "}", "a: !!\n- :\n"}) {
    INFO(text);
    const auto error = parse_error(text);
    CAPTURE(error);
    if (error == "no error") continue;  // odd, but YAML
    CHECK_THAT(error, Catch::Matchers::Matches("x\\.yaml:[1-9][0-9]*:[1-9][0-9]*: .*"));
    CHECK(error.find('\n') == std::string::npos);
  }
}

TEST_CASE("a tab as indentation is refused where it stands") {
  CHECK_THAT(parse_error("a:\n\tb: 1\n"), StartsWith("x.yaml:2:"));
  CHECK_THAT(parse_error("a:\n  b: 1\n\tc: 2\n"), StartsWith("x.yaml:3:"));
}

TEST_CASE("Windows line ends and a byte order mark change nothing") {
  const auto root = parse(
      "\xEF\xBB\xBF"
      "a: 1\r\nb: 2\r\n");
  CHECK(root.find("a")->scalar == "1");
  CHECK(root.find("b")->scalar == "2");
  CHECK(root.find("b")->where.str() == "x.yaml:2:4");
}

TEST_CASE("quoted text, block text and nothing are read as YAML says") {
  const auto root = parse("a: \"x # y\"\nb: ~\nc:\nd: |\n  two\n  lines\ne: 'it''s'\n");
  CHECK(root.find("a")->scalar == "x # y");
  CHECK(root.find("b")->kind == Value::Kind::null);
  CHECK(root.find("c")->kind == Value::Kind::null);
  CHECK(root.find("d")->scalar == "two\nlines\n");
  CHECK(root.find("e")->scalar == "it's");
}

TEST_CASE("a file that is not there, or is a folder, is named") {
  CHECK(error_of([] { config::parse_file("/nonexistent/s.yaml"); }) == "/nonexistent/s.yaml: no such file");
  CHECK_THAT(error_of([] { config::parse_file("/tmp"); }), StartsWith("/tmp: "));
}

TEST_CASE("an error stays one line where the text that it quotes has several") {
  CHECK(parse_error("\"a\\nb\": 1\n\"a\\nb\": 2\n").find('\n') == std::string::npos);
  const auto root = parse("k: \"two\\nlines\"\n");
  CHECK(error_of([&] { root.find("k")->fail("no network '" + root.find("k")->scalar + "'"); }).find('\n') ==
        std::string::npos);
}

TEST_CASE("a file of any bytes is read or refused, never worse") {
  std::string bytes;
  unsigned state = 12345;
  for (int round = 0; round < 300; ++round) {
    bytes.clear();
    for (int i = 0; i < 40; ++i) {
      state = state * 1664525U + 1013904223U;
      const auto pick = state >> 24U;
      bytes += pick < 128 ? "{}[]:,-&*!|>'\"%@`#? \n\tab1~"[pick % 27] : static_cast<char>(pick);
    }
    const auto error = parse_error(bytes);
    CHECK(error.find('\n') == std::string::npos);
  }
}

TEST_CASE("a setting replaces a value at a dotted path") {
  auto root = parse("link: {uplink: 5 Mbit/s, rtt: 20 ms}\n");
  config::set(root, "link.uplink", config::make_scalar("9 Mbit/s", "--set"));
  CHECK(root.find("link")->find("uplink")->scalar == "9 Mbit/s");
  CHECK(root.find("link")->find("uplink")->path == "link.uplink");
  CHECK(root.find("link")->find("rtt")->scalar == "20 ms");
}

TEST_CASE("a setting below a plain name makes it a kind with that setting") {
  auto root = parse("link: lte_2012\n");
  config::set(root, "link.uplink", config::make_scalar("9 Mbit/s", "--set"));
  CHECK(root.find("link")->find("kind")->scalar == "lte_2012");
  CHECK(root.find("link")->find("uplink")->scalar == "9 Mbit/s");
}

TEST_CASE("a setting makes the maps that are missing on its way") {
  auto root = parse("a: 1\n");
  config::set(root, "x.y.z", config::make_scalar("5", "--set"));
  CHECK(root.find("x")->find("y")->find("z")->scalar == "5");
}

TEST_CASE("an entry of a list is set by its name, its kind or its index") {
  const std::string text =
      "partitioners:\n  - device_only\n  - {kind: fixed, name: mid, after: a}\n  - {kind: fixed, after: b}\n";
  auto root = parse(text);
  config::set(root, "partitioners.mid.after", config::make_scalar("c", "--set"));
  CHECK(root.find("partitioners")->items[1].find("after")->scalar == "c");
  CHECK(root.find("partitioners")->items[2].find("after")->scalar == "b");

  root = parse(text);  // the first entry has a name, so `fixed` is the one without
  config::set(root, "partitioners.fixed.after", config::make_scalar("d", "--set"));
  CHECK(root.find("partitioners")->items[1].find("after")->scalar == "a");
  CHECK(root.find("partitioners")->items[2].find("after")->scalar == "d");

  root = parse(text);
  config::set(root, "partitioners[1].after", config::make_scalar("e", "--set"));
  config::set(root, "partitioners.2.after", config::make_scalar("f", "--set"));
  CHECK(root.find("partitioners")->items[1].find("after")->scalar == "e");
  CHECK(root.find("partitioners")->items[2].find("after")->scalar == "f");

  root = parse(text);
  config::set(root, "partitioners.device_only.name", config::make_scalar("here", "--set"));
  CHECK(root.find("partitioners")->items[0].find("kind")->scalar == "device_only");
  CHECK(root.find("partitioners")->items[0].find("name")->scalar == "here");
}

TEST_CASE("a setting is YAML: a scalar, a list or a map, whose mistakes say where they stand") {
  const auto setting = [](const std::string& text) { return config::parse_setting(text, "--set", "a.b"); };
  CHECK(setting("5 Mbit/s").scalar == "5 Mbit/s");
  CHECK(setting("5 Mbit/s").where.str() == "--set");
  CHECK(setting("").scalar.empty());
  const auto list = setting("[oracle, {kind: fixed, after: pool5}]");
  REQUIRE(list.items.size() == 2);
  CHECK(list.items[1].find("after")->scalar == "pool5");
  CHECK(list.items[1].find("after")->path == "a.b[1].after");
  CHECK(list.items[1].find("after")->where.str() == "--set:1:31");
  CHECK_THAT(error_of([&] { setting("{trace: t.csv"); }), Contains("--set a.b:1:"));
  CHECK_THAT(error_of([&] { setting("[a, {b: c"); }), Contains("--set a.b:1:"));
  CHECK_THAT(error_of([&] { setting("{a: 1, a: 2}"); }), Contains("--set a.b:1:8") && Contains("duplicate key"));
}

TEST_CASE("a value as YAML on one line reads as the same again") {
  for (const std::string text :
       {"5 Mbit/s", "[oracle, device_only]", "{trace: up.csv, repeat: true, steps: [{from: 0 s, value: 50 %}]}",
        "{name: \"a, b\", after: \"it's: #1\"}", "[\"\", \"null\", null, -1, \"- x\", \"a\\x0ab\", \"\\\"\"]", "{}",
        "[]"}) {
    INFO(text);
    const auto once = config::to_yaml(parse(text));
    CHECK(once == text);
    CHECK(config::to_yaml(parse(once)) == once);
  }
}

TEST_CASE("a value is found at a dotted path, through lists by name and index") {
  const auto root = parse("link: {uplink: 5 Mbit/s}\nlist: [{name: a, x: 1}, {kind: b, x: 2}]\nat: {link.rtt: 3 ms}\n");
  CHECK(config::find_at(root, "link.uplink")->scalar == "5 Mbit/s");
  CHECK(config::find_at(root, "list.b.x")->scalar == "2");
  CHECK(config::find_at(root, "list[0].x")->scalar == "1");
  CHECK(config::find_at(root, "at.link.rtt")->scalar == "3 ms");
  CHECK(config::find_at(root, "link.rtt") == nullptr);
  CHECK(config::find_at(root, "list.c.x") == nullptr);
  CHECK(config::find_at(root, "link.uplink.x") == nullptr);
}

TEST_CASE("a list entry that is not there is refused, by name and by index") {
  auto root = parse("partitioners: [device_only, oracle]\n");
  const auto set = [&](const char* path) {
    return error_of([&] { config::set(root, path, config::make_scalar("x", "--set")); });
  };
  CHECK(set("partitioners.orcale.name") ==
        "--set: partitioners.orcale.name: 'partitioners' has no entry named 'orcale' (known: device_only, oracle)");
  CHECK_THAT(set("partitioners[2].name"), Contains("has no entry named '2'"));
  CHECK_THAT(set("partitioners[-1].name"), Contains("has no entry named '-1'"));
}

TEST_CASE("a setting without a path is the user's mistake, not an internal error") {
  auto root = parse("a: 1\n");
  for (const auto* path : {"", ".", "..", "[]"}) {
    INFO('"' << path << '"');
    CHECK_THROWS_AS(config::set(root, path, config::make_scalar("x", "--set")), config::Error);
  }
}

TEST_CASE("a merge puts the overlay over the base at every depth and keeps the base's order") {
  const auto merged = config::merge(parse("a: 1\nb: {x: 1, y: 2}\nc: 3\n"), parse("d: 9\nb: {y: 5, z: 6}\n"));
  std::string order;
  for (const auto& entry : merged.entries) order += entry.key;
  CHECK(order == "abcd");
  const auto& b = *merged.find("b");
  CHECK(b.find("x")->scalar == "1");
  CHECK(b.find("y")->scalar == "5");
  CHECK(b.find("z")->scalar == "6");
  CHECK_FALSE(b.find("x")->overrides);
  CHECK(b.find("y")->overrides);
  CHECK(b.find("z")->overrides);
}

TEST_CASE("in a merge lists and scalars are replaced, not joined") {
  const auto merged = config::merge(parse("a: [1, 2]\nb: 1\n"), parse("a: [3]\nb: {c: 1}\n"));
  CHECK(merged.find("a")->items.size() == 1);
  CHECK(merged.find("b")->is_map());
}

TEST_CASE("errors in merged values point at the file that wrote them") {
  const auto base = config::parse_text("a: 1\nb: 2\n", "base.yaml");
  const auto merged = config::merge(base, config::parse_text("\n\nb: 3\n", "over.yaml"));
  CHECK(merged.find("a")->where.str() == "base.yaml:1:4");
  CHECK(merged.find("b")->where.str() == "over.yaml:3:4");
}

}  // namespace edgecut::value_test
