#include "report/bars.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <string>

namespace edgecut::bars_test {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

std::string blocks(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "█";
  return text;
}

}  // namespace

TEST_CASE("Bars are as long as their values, the longest 40 columns, to an eighth of a column") {
  const auto chart = report::bar_chart({{"slow", 4.0, "4 s", ""}, {"a", 2.0125, "2 s", ""}}, false);
  // 2.0125 / 4 x 40 = 20.125 columns: 20 blocks and one eighth
  CHECK(chart == "slow  " + blocks(40) + "  4 s\na     " + blocks(20) + "▏" + std::string(19, ' ') + "  2 s\n");
}

TEST_CASE("What has no value has no bar") {
  const auto chart = report::bar_chart({{"a", none, "", ""}, {"b", 1.0, "1 s", "losing requests"}}, false);
  CHECK(chart == "a  " + std::string(40, ' ') + "  -\nb  " + blocks(40) + "  1 s (losing requests)\n");
  CHECK(report::bar_chart({{"a", none, "", ""}}, true).find('\x1b') == std::string::npos);
}

TEST_CASE("The least of the sound values is green, doubtful ones are yellow") {
  const auto chart = report::bar_chart({{"a", 1.0, "", "overloaded"}, {"b", 2.0, "", ""}, {"c", 4.0, "", ""}}, true);
  CHECK(chart.find("a  \x1b[33m" + blocks(10) + "\x1b[0m") != std::string::npos);
  CHECK(chart.find("b  \x1b[32m" + blocks(20) + "\x1b[0m") != std::string::npos);
  CHECK(chart.find("c  " + blocks(40)) != std::string::npos);
}

TEST_CASE("A bar is no longer than 40 columns, whatever the value") {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  const auto chart = report::bar_chart({{"a", 1e307, "", ""}, {"b", 0.5e307, "", ""}, {"c", infinite, "", ""}}, false);
  CHECK(chart == "a  " + blocks(40) + "  \nb  " + blocks(20) + std::string(20, ' ') + "  \nc  " + blocks(40) + "  \n");
  CHECK(report::bar_chart({{"a", infinite, "", ""}}, false) == "a  " + std::string(40, ' ') + "  \n");
  CHECK(report::bar_chart({{"a", -1.0, "", ""}, {"b", 1.0, "", ""}}, false) ==
        "a  " + std::string(40, ' ') + "  \nb  " + blocks(40) + "  \n");
}

TEST_CASE("Zeros draw nothing") {
  CHECK(report::bar_chart({{"a", 0.0, "0 s", ""}}, false) == "a  " + std::string(40, ' ') + "  0 s\n");
}

}  // namespace edgecut::bars_test
