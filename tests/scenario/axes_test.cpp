#include "scenario/axes.hpp"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "config/value.hpp"
#include "experiment/study.hpp"

namespace edgecut::axes_test {

namespace {

using scenario::Axes;
using scenario::read_axes;

Axes axes_of(const std::string& sweep, const std::string& file = "s.yaml") {
  const auto value = config::parse_text("sweep: " + sweep + "\n", file);
  return read_axes(value.find("sweep"));
}

// A point as words: "1 | 10", with - where an axis does not apply.
std::vector<std::string> points(const Axes& axes) {
  std::vector<std::string> found;
  for (const auto& where : axes.points) {
    std::string text;
    for (std::size_t a = 0; a < where.size(); ++a) {
      text += (a == 0 ? "" : " | ") + (where[a] ? axes.axes[a].word(*where[a]) : std::string("-"));
    }
    found.push_back(text);
  }
  return found;
}

std::string error_of(const std::string& sweep) {
  try {
    axes_of(sweep);
  } catch (const config::Error& error) {
    return error.what();
  }
  return "none";
}

// How many of the sample's values of an axis lie in each of n equal parts of [0, 1].
std::vector<int> strata(const scenario::Axis& axis, std::size_t n) {
  std::vector<int> counts(n, 0);
  for (const double x : axis.numbers) ++counts.at(static_cast<std::size_t>(x * static_cast<double>(n)));
  return counts;
}

}  // namespace

TEST_CASE("without a sweep there is one point") {
  CHECK(read_axes(nullptr).points.size() == 1);
  CHECK(read_axes(nullptr).points.front().empty());
}

TEST_CASE("zipped axes move together, and make a grid with the others") {
  const auto axes = axes_of("{zip: {a: [1, 2, 3], b: [x, y, z]}, c: [7, 8]}");
  CHECK(points(axes) ==
        std::vector<std::string>{"1 | x | 7", "1 | x | 8", "2 | y | 7", "2 | y | 8", "3 | z | 7", "3 | z | 8"});
  CHECK_FALSE(axes.axes[0].leader);
  CHECK(axes.axes[1].leader == 0U);
  CHECK_FALSE(axes.axes[2].leader);
  CHECK(points(axes_of("{zip: [{a: [1, 2], b: [3, 4]}, {c: [5, 6], d: [7, 8]}]}")) ==
        std::vector<std::string>{"1 | 3 | 5 | 7", "1 | 3 | 6 | 8", "2 | 4 | 5 | 7", "2 | 4 | 6 | 8"});
}

TEST_CASE("a conditional axis is varied where its condition holds, and empty elsewhere") {
  const auto axes = axes_of("{device: [a, b, c], size: {values: [1, 2], when: {device: [a, c]}}}");
  CHECK(points(axes) == std::vector<std::string>{"a | 1", "a | 2", "b | -", "c | 1", "c | 2"});
  CHECK(experiment::cell_of(axes.axes[1], axes.points[2][1]) == metrics::Cell());
  // A condition on an axis that does not apply does not hold: b and c depend on a = 1.
  CHECK(points(axes_of("{a: [1, 2], b: {values: [3, 4], when: {a: 1}}, c: {values: [5, 6], when: {b: 3}}}")) ==
        std::vector<std::string>{"1 | 3 | 5", "1 | 3 | 6", "1 | 4 | -", "2 | - | -"});
}

TEST_CASE("an axis takes its values from a column of a CSV file") {
  const auto folder = std::filesystem::temp_directory_path() / ("edgecut_axes_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "v.csv") << "# measured\nname,\"uplink\"\nhome, 5\n\noffice,20.5\n";
  const auto scenario = (folder / "s.yaml").string();
  const auto axes = axes_of("{link.uplink: {file: v.csv, column: uplink, unit: Mbit/s}}", scenario);
  CHECK(points(axes) == std::vector<std::string>{"5 Mbit/s", "20.5 Mbit/s"});
  CHECK(axes.axes[0].column == "link.uplink_Mbit_per_s");
  CHECK(axes.files == std::vector<std::filesystem::path>{folder / "v.csv"});
  CHECK_THROWS_WITH(axes_of("{a: {file: v.csv}}", scenario), Catch::Contains("has 2 columns: say which"));
  CHECK_THROWS_WITH(axes_of("{a: {file: v.csv, column: uplnk}}", scenario), Catch::Contains("did you mean 'uplink'"));
  CHECK_THROWS_WITH(axes_of("{a: {file: w.csv}}", scenario), Catch::Contains("w.csv: cannot be read"));
  // The unit may be in the column's name, the values may carry it, and decimals are written as the file has them.
  std::ofstream(folder / "u.csv") << "place;Uplink (Mbps);with unit;plain\nhome;5;1 kB;1\noffice;20,5;2 MB;0,5\n";
  const auto of_column = [&](const std::string& keys) {
    return points(axes_of("{a: {file: u.csv, " + keys + "}}", scenario));
  };
  CHECK(of_column("column: uplink") == std::vector<std::string>{"5 Mbit/s", "20.5 Mbit/s"});
  CHECK(of_column("column: with unit") == std::vector<std::string>{"1 kB", "2 MB"});
  CHECK(of_column("column: plain") == std::vector<std::string>{"1", "0.5"});
  CHECK(of_column("column: place") == std::vector<std::string>{"home", "office"});
  std::ofstream(folder / "e.csv") << "a,b\n1,\n2\n";
  CHECK_THROWS_WITH(
      axes_of("{a: {file: e.csv, column: b}}", scenario),
      Catch::Contains("e.csv:2:3: b: has no value in the column\n") && Catch::Contains("e.csv:3:1: 1 cell"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("a Latin hypercube has one point in each stratum of every axis") {
  const auto axes = axes_of(
      "{sample: {method: latin_hypercube, points: 20, seed: 3, over: {a: {linspace: [0, 1]}, "
      "b: {linspace: [0, 1]}, c: [x, y]}}}");
  CHECK(axes.points.size() == 20);
  CHECK(strata(axes.axes[0], 20) == std::vector<int>(20, 1));
  CHECK(strata(axes.axes[1], 20) == std::vector<int>(20, 1));
  CHECK(std::ranges::count(axes.axes[2].settings, "x", &config::Value::scalar) == 10);
  CHECK(axes.axes[0].numbers != axes.axes[1].numbers);
}

TEST_CASE("Sobol points are even in every axis and in pairs of axes") {
  const auto axes =
      axes_of("{sample: {method: sobol, points: 64, over: {a: {linspace: [0, 1]}, b: {linspace: [0, 1]}}}}");
  CHECK(strata(axes.axes[0], 64) == std::vector<int>(64, 1));
  CHECK(strata(axes.axes[1], 64) == std::vector<int>(64, 1));
  // The first two dimensions are a (0, 6, 2)-net: one point in each box of 8 x 8.
  std::set<std::pair<int, int>> boxes;
  for (std::size_t i = 0; i < 64; ++i) {
    boxes.emplace(static_cast<int>(axes.axes[0].numbers[i] * 8), static_cast<int>(axes.axes[1].numbers[i] * 8));
  }
  CHECK(boxes.size() == 64);
}

TEST_CASE("a sample is the same for the same seed and follows a logarithmic range") {
  const auto sample = [](const std::string& seed) {
    return axes_of("{sample: {method: sobol, points: 16, seed: " + seed +
                   ", over: {link.uplink: {logspace: [1 Mbit/s, 10000 Mbit/s]}}}}")
        .axes[0];
  };
  CHECK(sample("5").numbers == sample("5").numbers);
  CHECK(sample("5").numbers != sample("6").numbers);
  // Four decades, 16 points: four in each.
  CHECK(std::ranges::count_if(sample("5").numbers, [](double x) { return x < 10.0; }) == 4);
  CHECK(std::ranges::count_if(sample("5").numbers, [](double x) { return x >= 1000.0; }) == 4);
}

TEST_CASE("values of an axis may be lists and maps, called as they are written") {
  const auto axes =
      axes_of("{link.bandwidth: [{trace: a.csv}, {steps: [{from: 0 s, value: 50 %}]}], p: [[x], [x, y]]}");
  CHECK(points(axes) == std::vector<std::string>{"{trace: a.csv} | [x]", "{trace: a.csv} | [x, y]",
                                                 "{steps: [{from: 0 s, value: 50 %}]} | [x]",
                                                 "{steps: [{from: 0 s, value: 50 %}]} | [x, y]"});
  CHECK(axes.axes[0].settings[1].find("steps")->items.size() == 1);
  CHECK(axes.axes[0].column == "link.bandwidth");
  CHECK(experiment::cell_of(axes.axes[0], 0) == metrics::Cell("{trace: a.csv}"));
}

TEST_CASE("labels are what rows say, also of numbers, ranges, files and samples") {
  const auto axes = axes_of(
      "{link.bandwidth: {values: [{trace: a.csv}, 50 %], labels: [calm, rush]}, "
      "link.uplink: {values: [1 Mbit/s, 9 Mbit/s], labels: [poor, good]}, "
      "n: {linspace: [1, 3], points: 2, labels: [few, many], when: {link.bandwidth: rush, link.uplink: 9 Mbit/s}}}");
  CHECK(points(axes) == std::vector<std::string>{"calm | poor | -", "calm | good | -", "rush | poor | -",
                                                 "rush | good | few", "rush | good | many"});
  CHECK(axes.axes[1].column == "link.uplink");  // words have no unit
  CHECK(experiment::cell_of(axes.axes[1], 1) == metrics::Cell("good"));
  CHECK(axes.axes[1].settings[1].scalar == "9 Mbit/s");
  const auto sampled =
      axes_of("{sample: {method: latin_hypercube, points: 4, over: {l: {values: [[a], [b]], labels: [one, two]}}}}");
  CHECK(std::ranges::count(sampled.axes[0].labels, "one") == 2);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(sampled.axes[0].settings[i].items[0].scalar == (sampled.axes[0].labels[i] == "one" ? "a" : "b"));
  }
}

TEST_CASE("numbers of one dimension are one axis, in the unit of the first") {
  const auto numbers = [](const std::string& list) { return axes_of("{x: " + list + "}").axes[0].numbers; };
  const auto column = [](const std::string& list) { return axes_of("{x: " + list + "}").axes[0].column; };
  CHECK(numbers("[300 ms, 1 s, 0.07 s, 2 min]") == std::vector<double>{300, 1000, 70, 120000});
  CHECK(column("[300 ms, 1 s]") == "x_ms");
  CHECK(numbers("[1 s, 300 ms]") == std::vector<double>{1, 0.3});
  CHECK(column("[1 s, 300 ms]") == "x_s");
  CHECK(numbers("[1 Mbit/s, 500 kbit/s, 1 MB/s]") == std::vector<double>{1, 0.5, 8});
  CHECK(numbers("[0.5, 75 %]") == std::vector<double>{0.5, 0.75});
  CHECK(numbers("{linspace: [500 ms, 1 s], points: 3}") == std::vector<double>{500, 750, 1000});
  CHECK(numbers("[1 s, 1 MB]").empty());  // words
  CHECK(numbers("[1 Mbit/s, 50 %]").empty());
  CHECK(column("[1 s, 1 MB]") == "x");
}

TEST_CASE("mistakes in a sweep are named with what is allowed") {
  CHECK_THAT(error_of("{zip: {a: [1, 2], b: [1]}}"), Catch::Contains("has 1 values, but a has 2"));
  CHECK_THAT(error_of("{a: [1], zip: {a: [1], b: [2]}}"), Catch::Contains("a is swept twice"));
  CHECK_THAT(error_of("{a: [1, 2], b: {values: [3], when: {c: 1}}}"), Catch::Contains("axis above this one 'c'"));
  CHECK_THAT(error_of("{a: [1, 2], b: {values: [3], when: {a: 5}}}"), Catch::Contains("value of that axis '5'"));
  CHECK_THAT(error_of("{sample: {method: random, points: 4, over: {a: [1]}}}"), Catch::Contains("latin_hypercube"));
  CHECK_THAT(error_of("{sample: {method: sobol, points: 4, over: {a: {linspace: [0, 1], points: 3}}}}"),
             Catch::Contains("points"));
  CHECK_THAT(error_of("{zip: {a: {values: [1], when: {b: 2}}}}"), Catch::Contains("when"));
  CHECK_THAT(error_of("{a: {linspace: [0, 1], points: 2000}, b: {linspace: [0, 1], points: 2000}}"),
             Catch::Contains("more than a million points"));
  CHECK_THAT(error_of("{a: {values: [1, 2], labels: [x]}}"), Catch::Contains("has 1 labels for 2 values"));
  CHECK_THAT(error_of("{a: {values: [1, 2], labels: [x, x]}}"), Catch::Contains("a second label of that name"));
  CHECK_THAT(error_of("{a: {values: [1, 2], labels: [x, \"\"]}}"), Catch::Contains("may not be empty"));
  CHECK_THAT(error_of("{a: [1, ]}") + error_of("{a: [1, null]}"), Catch::Contains("may not be empty"));
  CHECK_THAT(error_of("{a: {values: 3}}"), Catch::Contains("must be a list of values"));
  CHECK_THAT(error_of("{a: {linspace: [1 MB, 5 s], points: 3}}"), Catch::Contains("'MB' and 's' are no units of the"));
  CHECK_THAT(error_of("{link.rtt: [1 ms, 2 ms], link: [a, b]}"), Catch::Contains("link would undo link.rtt"));
  CHECK(error_of("{link: [a, b], link.rtt: [1 ms, 2 ms], linkage: [1]}") == "none");
}

}  // namespace edgecut::axes_test
