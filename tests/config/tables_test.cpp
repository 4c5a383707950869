// The files of tests/tables, each named after its oddity, against what expected.json says of them; the scripts of
// analysis/ are held against the same. Then what no single file shows.
#include "config/table.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "config/clock_time.hpp"
#include "config/column_name.hpp"
#include "config/error_of.hpp"
#include "config/text_file.hpp"

namespace edgecut::tables_test {
using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

const std::filesystem::path folder = std::filesystem::path(EDGECUT_SOURCE_DIR) / "tests/tables";

json expected() {
  return json::parse(std::ifstream(folder / "expected.json")).at("files");
}

config::Wanted wanted_of(const json& column) {
  config::Wanted wanted;
  const auto kind = column.at("kind").get<std::string>();
  if (kind == "time") wanted.dimension = {0, 0, 1, 0};
  if (kind == "bandwidth") wanted = {.dimension = units::Dimension{1, 0, -1, 0}, .or_ratio = true};
  if (kind == "power") wanted.dimension = {0, 0, -1, 1};
  if (kind == "share") wanted.dimension = units::Dimension{};
  if (column.contains("given")) wanted.given = config::spelled_unit(column.at("given").get<std::string>());
  return wanted;
}

struct Seen {
  json columns = json::object();  // name to unit and values
  std::string note;
};

Seen read(const std::filesystem::path& path, const json& asked) {
  config::Table table(path, asked.begin().key());
  std::vector<std::size_t> places;
  Seen seen;
  for (const auto& [name, column] : asked.items()) {
    const auto wanted = wanted_of(column);
    places.push_back(column.at("kind") == "time" ? table.time_column(name, wanted) : table.column(name, wanted));
    seen.columns[name]["values"] = json::array();
  }
  while (table.next()) {
    auto place = places.begin();
    for (const auto& [name, column] : asked.items()) {
      auto& values = seen.columns[name]["values"];
      const auto kind = column.at("kind").get<std::string>();
      if (kind == "text") {
        values.push_back(table.text(*place));
      } else if (const auto number = kind == "time" ? table.time(*place) : table.number(*place)) {
        values.push_back(*number);
      }
      ++place;
    }
  }
  table.finish();
  auto place = places.begin();
  for (auto& column : seen.columns) {
    column["unit"] = table.clock_begin(*place) ? "clock" : table.unit(*place).symbol;
    ++place;
  }
  seen.note = table.note();
  return seen;
}

void check_column(const json& seen, const json& wanted) {
  CHECK(seen.at("unit") == wanted.at("unit"));
  REQUIRE(seen.at("values").size() == wanted.at("values").size());
  for (std::size_t i = 0; i < wanted.at("values").size(); ++i) {
    const auto& value = seen.at("values")[i];
    const auto& right = wanted.at("values")[i];
    INFO("row " << i);
    if (right.is_string()) {
      CHECK(value == right);
    } else {
      CHECK(value.get<double>() == Approx(right.get<double>()).epsilon(1e-12));
    }
  }
}

void check_file(const std::string& name, const json& entry) {
  INFO(name);
  const auto& asked = entry.at("columns");
  if (entry.contains("error") || entry.contains("errors")) {
    const auto message = error_of([&] { read(folder / name, asked); });
    CHECK_THAT(message, Contains(name));
    if (entry.contains("error")) CHECK_THAT(message, Contains(entry.at("error").get<std::string>()));
    for (const auto& part : entry.value("errors", json::array()))
      CHECK_THAT(message, Contains(part.get<std::string>()));
    return;
  }
  Seen seen;
  const auto message = error_of([&] { seen = read(folder / name, asked); });
  CHECK(message == "no error");
  if (message != "no error") return;
  for (const auto& [column, wanted] : asked.items()) {
    INFO(column);
    check_column(seen.columns.at(column), wanted);
  }
  const auto note = entry.value("note", std::string());
  if (note.empty()) {
    CHECK(seen.note.empty());
  } else {
    CHECK_THAT(seen.note, Contains(note));
  }
}

std::string error_in(const std::string& text, const std::string& column = "mbps") {
  return error_of([&] {
    config::Table table(text, "t.csv", column);
    const auto place = table.column(column, {.dimension = units::Dimension{1, 0, -1, 0}});
    while (table.next()) table.number(place);
    table.finish();
  });
}

}  // namespace

TEST_CASE("each odd table is read as what it is, or refused in words") {
  const auto files = expected();
  CHECK(files.size() > 90);
  for (const auto& [name, entry] : files.items()) check_file(name, entry);
}

TEST_CASE("each odd table is expected to be something") {
  const auto files = expected();
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const auto name = file.path().filename().string();
    INFO(name);
    CHECK((name == "expected.json" || files.contains(name)));
  }
}

TEST_CASE("all that is wrong with a table is told at once, ten lines of it") {
  CHECK(error_in("mbps,x\n1,0\n-1,0\n1\ny,0\n") ==
        "t.csv:3:1: mbps: '-1' is negative\n"
        "t.csv:4:1: 1 cell where the first line names 2 columns\n"
        "t.csv:5:1: mbps: 'y' is not a number");
  std::string text = "mbps\n";
  for (int i = 0; i < 11; ++i) text += "x\n";
  const auto message = error_in(text);
  CHECK(std::count(message.begin(), message.end(), '\n') == 10);
  CHECK_THAT(message, Contains("\nand 1 more"));
  text.erase(text.size() - 2);
  CHECK_THAT(error_in(text), !Contains("more"));
}

TEST_CASE("a place in a table is counted in characters") {
  // "é" is two bytes and one character: the number is the fourth.
  CHECK_THAT(error_in("note,mbps\né, x\n"), Contains("t.csv:2:4: mbps: 'x'"));
  CHECK_THAT(error_in("note,mbps\n\"a\nb\", x\n"), Contains("t.csv:3:5: mbps: 'x'"));
}

TEST_CASE("a quotation mark that is never closed comes after what was wrong before it") {
  CHECK(error_in("mbps\nx\n\"1\n2\n") ==
        "t.csv:2:1: mbps: 'x' is not a number\n"
        "t.csv:3:1: a quotation mark opens here and is never closed");
}

TEST_CASE("units are known by their usual spellings, and none is guessed") {
  const auto symbol = [](std::string_view text) {
    const auto unit = config::spelled_unit(text);
    return !unit ? std::string("none") : unit->doubt.empty() ? unit->symbol : unit->doubt;
  };
  for (const auto* text :
       {"Mbps", "mbps", "Mbit/s", "MBit/s", "mbit_s", "Mbit_per_s", "Mbits/sec", "megabits per second"}) {
    CHECK(symbol(text) == "Mbit/s");
  }
  for (const auto* text : {"MB/s", "MBps", "MB_s", "MB_per_sec", "megabytes/s", "Mbytes/s"})
    CHECK(symbol(text) == "MB/s");
  for (const auto* text : {"MBPS", "Mb/s", "mb/s", "mb_s"}) CHECK(symbol(text) == "Mbit/s or MB/s");
  for (const auto* text : {"kbps", "Kbps", "kbit/s", "Kbit/s"}) CHECK(symbol(text) == "kbit/s");
  CHECK(symbol("bps") == "bit/s");
  CHECK(symbol("MW") == "MW");
  CHECK(symbol("mW") == "mW");
  for (const auto* text : {"ticks", "m", "x", "", "index", "UTC"}) CHECK(symbol(text) == "none");
}

TEST_CASE("a name says its unit at its end") {
  const auto parts = [](std::string_view text) {
    const auto name = config::column_name(text);
    return name.base + "|" + name.unit;
  };
  CHECK(parts("Uplink  (Mbps)") == "uplink|Mbps");
  CHECK(parts("up link [kbit/s]") == "up_link|kbit/s");
  CHECK(parts("up_Mbit_per_s") == "up|Mbit_per_s");
  CHECK(parts("downmbps") == "down|mbps");
  CHECK(parts("timeMs") == "time|Ms");
  CHECK(parts("items") == "items|");  // no hump, no milliseconds
  CHECK(parts("mbps") == "|mbps");
  CHECK(parts("Time\xC2\xA0(\xC2\xB5s)") == "time|us");
}

TEST_CASE("a clock's time is read to the nanosecond, with the days of its calendar") {
  const auto nanoseconds = [](std::string_view text) { return config::parse_clock_time(text).value().nanoseconds; };
  CHECK(nanoseconds("1970-01-01T00:00:01Z") == 1'000'000'000);
  CHECK(nanoseconds("1970-01-02") == 86400LL * 1'000'000'000);
  CHECK(nanoseconds("1970-01-01 00:00:00.123456789") == 123456789);
  CHECK(nanoseconds("1970-01-01T01:00+01:00") == 0);
  CHECK(nanoseconds("1969-12-31T23:00:00-01") == 0);
  CHECK(nanoseconds("19700101T000001,5Z") == 1'500'000'000);
  CHECK(nanoseconds("1970-01-01 00:00:00 UTC") == 0);
  for (const auto* text :
       {"2023-02-29", "2024-13-01", "2024-01-01T24:00:00", "2024-01-01T12:60", "2024-01-01T", "20240101",
        "2024-01-01T12:00:00+25:00", "2024-01-01T12:00:00.", "12:00:00", "2024-1-1", "1500-01-01"}) {
    INFO(text);
    CHECK_FALSE(config::parse_clock_time(text));
  }
  CHECK(config::format(config::parse_clock_time("2024-02-29 23:59:59.250").value()) == "2024-02-29T23:59:59.25");
}

TEST_CASE("gzip data that are damaged anywhere are refused") {
  std::ifstream in(folder / "gzip.csv.gz", std::ios::binary);
  const std::string good{std::istreambuf_iterator<char>(in), {}};
  REQUIRE(config::plain_text(good, "t.csv.gz") == "time_s,mbps\n0,8\n1.5,4\n");
  for (std::size_t length = 2; length < good.size(); ++length) {  // two bytes tell that it is gzip's
    CHECK_THAT(error_of([&] { config::plain_text(good.substr(0, length), "t.csv.gz"); }),
               Contains("damaged or cut short"));
  }
  auto changed = good;
  changed[good.size() - 6] ^= 1;  // of the checksum
  CHECK_THAT(error_of([&] { config::plain_text(changed, "t.csv.gz"); }), Contains("damaged or cut short"));
  CHECK(config::plain_text(good + std::string(512, '\0'), "t.csv.gz") == "time_s,mbps\n0,8\n1.5,4\n");
}

}  // namespace edgecut::tables_test
