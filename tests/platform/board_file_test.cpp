// Batteries, harvests, temperatures and frequencies in device files: what is read and what must be refused.
#include "platform/board_file.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "config/error_of.hpp"

namespace edgecut::board_file_test {
using Catch::Matchers::Contains;

namespace {

platform::Battery battery(const std::string& text) {
  config::Ledger ledger;
  return platform::read_battery(config::parse_text(text, "b.yaml"), ledger);
}

platform::Thermal thermal(const std::string& text) {
  config::Ledger ledger;
  return platform::read_thermal(config::parse_text(text, "t.yaml"), ledger);
}

std::string wrong_battery(const std::string& text) {
  return error_of([&] { battery(text); });
}

std::string wrong_thermal(const std::string& text) {
  return error_of([&] { thermal(text); });
}

// A harvest file with that text, and what is wrong with it.
std::string wrong_trace(const std::string& text) {
  const auto folder = std::filesystem::temp_directory_path() / ("edgecut_harvest_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "sun.csv") << text;
  const auto file = (folder / "b.yaml").string();
  const auto error = error_of([&] { platform::read_harvest(config::parse_text("trace: sun.csv\n", file)); });
  std::filesystem::remove_all(folder);
  return error;
}

const std::string thermal_text =
    "source: m\nambient: 25 C\nresistance: 8 K/W\ntime_constant: 90 s\nhysteresis: 5 K\n"
    "steps: [{above: 70 C, speed: 80 %, power: 60 %}, {above: 80 C, speed: 50 %}]\n";

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  if (at == std::string::npos) FAIL("no '" << what << "' to replace");
  return text.replace(at, what.size(), with);
}

}  // namespace

TEST_CASE("a battery has a capacity, of which a part is usable and a part charged") {
  const auto read =
      battery("capacity: {value: 10 Wh, source: m}\nusable: {value: 90 %, source: m}\nstate_of_charge: 20 %\n");
  CHECK(read.capacity == 36000_J);
  CHECK(read.usable_capacity().value() == Approx(32400));
  CHECK(read.charge().value() == Approx(6480));
  CHECK(battery("capacity: {value: 1 J, source: m}\n").charge() == 1_J);
}

TEST_CASE("a battery without a capacity, and other batteries that cannot be, are refused") {
  CHECK_THAT(wrong_battery("usable: {value: 90 %, source: m}\n"), Contains("capacity"));
  CHECK_THAT(wrong_battery("capacity: {value: 0 Wh, source: m}\n"), Contains("capacity"));
  CHECK_THAT(wrong_battery("capacity: {value: 1 Wh, source: m}\nusable: {value: 0 %, source: m}\n"),
             Contains("usable"));
  CHECK_THAT(wrong_battery("capacity: {value: 1 Wh, source: m}\nstate_of_charge: 101 %\n"),
             Contains("state_of_charge"));
  CHECK_THAT(wrong_battery("capacity: {value: 1 Wh, source: m}\nvoltage: 3\n"), Contains("voltage"));
  CHECK_THAT(wrong_battery("capacity: 1 Wh\n"), Contains("source"));
}

TEST_CASE("a harvest is a power, or steps that may begin anew") {
  const std::string head = "capacity: {value: 1 Wh, source: m}\n";
  CHECK(battery(head + "harvest: 0.5 W\n").harvest.at(1000_s) == 0.5_W);
  const auto day =
      battery(head + "harvest: {steps: [{from: 0 h, power: 0 W}, {from: 6 h, power: 2 W}], repeat_every: 24 h}\n")
          .harvest;
  CHECK(day.at(Seconds(3600.0 * 5)) == 0_W);
  CHECK(day.at(Seconds(3600.0 * 6)) == 2_W);
  CHECK(day.at(Seconds(3600.0 * 25)) == 0_W);
  CHECK(day.next_change(Seconds(3600.0 * 7)) == Seconds(3600.0 * 24));
  CHECK(day.next_change(Seconds(3600.0 * 24)) == Seconds(3600.0 * 30));
  CHECK(day.mean(Seconds(1.0)).value() == Approx(1.5));
}

TEST_CASE("a harvest that is unsorted, negative or empty is refused") {
  const std::string head = "capacity: {value: 1 Wh, source: m}\nharvest: ";
  CHECK_THAT(wrong_battery(head + "-1 W\n"), Contains("harvest"));
  CHECK_THAT(wrong_battery(head + "{steps: []}\n"), Contains("must be a list"));
  CHECK_THAT(wrong_battery(head + "{}\n"), Contains("either `steps:` or `trace:`"));
  CHECK_THAT(wrong_battery(head + "{steps: [{from: 1 s, power: 1 W}]}\n"), Contains("begins at 0"));
  CHECK_THAT(wrong_battery(head + "{steps: [{from: 0 s, power: 1 W}, {from: 0 s, power: 2 W}]}\n"),
             Contains("no later than the one before"));
  CHECK_THAT(wrong_battery(head + "{steps: [{from: 0 s, power: -1 W}]}\n"), Contains("must be at least 0 W"));
  CHECK_THAT(wrong_battery(head + "{steps: [{from: 0 s, power: 1 W}, {from: 9 s, power: 2 W}], repeat_every: 9 s}\n"),
             Contains("ends before the last step"));
}

TEST_CASE(
    "a harvest's file that is unsorted, negative, not a number, empty or of other columns is refused with its line") {
  CHECK(wrong_trace("time_s,power_W\n0,1\n10,2.5\n") == "no error");
  CHECK(wrong_trace("\xEF\xBB\xBF# a clear day\n\ntime_s,power_W\n0,1\n\n10,2.5\n") == "no error");
  CHECK(wrong_trace("power_W, time_s\n1, 0\n2.5, 10\n") == "no error");
  CHECK(wrong_trace("time (min);power (mW)\n0;1,5\n10;2,5\n") == "no error");
  CHECK_THAT(wrong_trace(""), Contains("sun.csv:1:1") && Contains("empty"));
  CHECK_THAT(wrong_trace("time_s,mbps\n0,1\n"), Contains("sun.csv:1:1: power_W: no such column"));
  CHECK_THAT(wrong_trace("time_s,power_W\n"), Contains("holds no step"));
  CHECK_THAT(wrong_trace("time_s,power_W\n0,1\n5,1\n4,1\n"), Contains("sun.csv:4:1"));
  CHECK_THAT(wrong_trace("time_s,power_W\n0,-1\n"), Contains("sun.csv:2:3: power_W: '-1' is negative"));
  CHECK_THAT(wrong_trace("time_s,power_W\n0,nan\n"), Contains("'nan' is not a number"));
  CHECK_THAT(wrong_trace("time_s,power_W\n0\n"), Contains("1 cell where the first line names 2"));
  CHECK_THAT(wrong_trace("time_s,power_W\n0,1,2\n"), Contains("3 cells where the first line names 2"));
  CHECK_THAT(wrong_trace("time_s,power_W\n0,1e10\n"), Contains("out of range: 0 to 1000000000"));
  CHECK_THAT(error_of([] { platform::read_harvest(config::parse_text("trace: none.csv\n", "b.yaml")); }),
             Contains("there is no file"));
}

TEST_CASE("temperatures have units, and steps are in order") {
  const auto read = thermal(thermal_text);
  CHECK(read.ambient == 25.0);
  CHECK(read.resistance == 8.0);
  CHECK(read.hysteresis == 5.0);
  REQUIRE(read.steps.size() == 2);
  CHECK(read.steps[0].power == 0.6);
  CHECK(read.steps[1].power == 1.0);
  CHECK_THAT(wrong_thermal(replaced(thermal_text, "8 K/W", "8")), Contains("8 K/W"));
  CHECK_THAT(wrong_thermal(replaced(thermal_text, "8 K/W", "0 K/W")), Contains("it must be more than 0 K/W"));
  CHECK_THAT(wrong_thermal(replaced(thermal_text, "hysteresis: 5 K", "hysteresis: 0 K")),
             Contains("it must be more than 0 K"));
  CHECK_THAT(wrong_thermal(replaced(thermal_text, "above: 80 C", "above: 74 C")), Contains("hysteresis"));
  CHECK_THAT(wrong_thermal(replaced(thermal_text, "above: 70 C", "above: 30 C")), Contains("ambient"));
  // Nothing is colder than 0 K.
  CHECK_THAT(wrong_thermal(replaced(thermal_text, "25 C", "-300 C")),
             Contains("'-300 C' is out of range: it must be at least -273.15 C"));
  CHECK(thermal(replaced(thermal_text, "25 C", "-273.15 C")).ambient == -273.15);
  CHECK_THAT(wrong_thermal(replaced(thermal_text, "above: 80 C", "above: 1e9 C")), Contains("out of range"));
  CHECK_THAT(wrong_thermal(replaced(thermal_text, "speed: 50 %", "speed: 80 %")), Contains("less than"));
  CHECK_THAT(wrong_thermal(replaced(thermal_text, "speed: 50 %", "speed: 0 %")), Contains("speed"));
}

TEST_CASE("what inferences side by side cost is said of processors that there are, two at a time") {
  std::vector<platform::Processor> processors(2);
  processors[0].name = "cpu";
  processors[0].slots = 2;
  processors[1].name = "gpu";
  const auto read = [&](const std::string& text) {
    config::Ledger ledger;
    return platform::read_interference(config::parse_text(text, "i.yaml"), ledger, processors);
  };
  const auto wrong = [&](const std::string& text) { return error_of([&] { read(text); }); };
  const auto costs = read("cpu: {source: m, cpu: 62 %, gpu: 30 %}\ngpu: {cpu: {value: 10 %, source: m}}\n");
  CHECK(costs == std::vector<std::vector<double>>{{0.62, 0.3}, {0.1, 0.0}});
  CHECK_THAT(wrong("cpu: {gpu: 30 %}\n"), Contains("source"));
  CHECK_THAT(wrong("npu: {source: m, cpu: 30 %}\n"), Contains("npu"));
  CHECK_THAT(wrong("cpu: {source: m, npu: 30 %}\n"), Contains("npu"));
  CHECK_THAT(wrong("cpu: {source: m, gpu: -30 %}\n"), Contains("gpu"));
  CHECK_THAT(wrong("gpu: {source: m, gpu: 30 %}\n"), Contains("slots"));
  CHECK_THAT(wrong("cpu: {source: m}\n"), Contains("such as"));
}

}  // namespace edgecut::board_file_test
