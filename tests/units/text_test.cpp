// Quantities as text. Every unit, every prefix, and everything that must be refused instead of guessed.
#include "units/text.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

namespace edgecut::text_test {
using Catch::Matchers::Contains;

namespace {

constexpr units::Dimension bytes{1, 0, 0, 0};
constexpr units::Dimension work{0, 1, 0, 0};
constexpr units::Dimension seconds{0, 0, 1, 0};
constexpr units::Dimension joules{0, 0, 0, 1};
constexpr units::Dimension watts{0, 0, -1, 1};
constexpr units::Dimension bandwidth{1, 0, -1, 0};
constexpr units::Dimension work_rate{0, 1, -1, 0};
constexpr units::Dimension frequency{0, 0, -1, 0};
constexpr units::Dimension joules_per_byte{-1, 0, 0, 1};

double value_of(const std::string& text, const units::Dimension& wanted) {
  const auto parsed = units::parse(text, wanted);
  if (const auto* error = std::get_if<units::ParseError>(&parsed)) {
    FAIL(error->message);
  }
  return std::get<double>(parsed);
}

std::string error_of(const std::string& text, const units::Dimension& wanted) {
  const auto parsed = units::parse(text, wanted);
  const auto* error = std::get_if<units::ParseError>(&parsed);
  return error == nullptr ? "accepted as " + std::to_string(std::get<double>(parsed)) : error->message;
}

}  // namespace

TEST_CASE("every unit is read in base units") {
  const auto [text, dimension, expected] = GENERATE(table<std::string, units::Dimension, double>({
      {"3 B", bytes, 3.0},
      {"16 bit", bytes, 2.0},  // 16 / 8
      {"8 bps", bandwidth, 1.0},
      {"8 bit/s", bandwidth, 1.0},
      {"7 B/s", bandwidth, 7.0},
      {"120 B/min", bandwidth, 2.0},  // 120 / 60
      {"5 FLOP", work, 5.0},
      {"5 MAC", work, 10.0},  // 1 MAC = 2 FLOP
      {"5 FLOP/s", work_rate, 5.0},
      {"5 FLOPS", work_rate, 5.0},
      {"5 MAC/s", work_rate, 10.0},
      {"1.5 s", seconds, 1.5},
      {"2 min", seconds, 120.0},
      {"2 h", seconds, 7200.0},
      {"2 d", seconds, 172800.0},
      {"2.5 J", joules, 2.5},
      {"2 Wh", joules, 7200.0},  // 2 W x 3600 s
      {"1.9 W", watts, 1.9},
      {"3 J/s", watts, 3.0},
      {"4 Hz", frequency, 4.0},
      {"4 /s", frequency, 4.0},
      {"30 /min", frequency, 0.5},         // 30 / 60
      {"36 /h", frequency, 0.01},          // 36 / 3600
      {"8 W/bps", joules_per_byte, 64.0},  // 8 W per (1/8 B/s)
      {"3 J/B", joules_per_byte, 3.0},
  }));
  INFO(text);
  CHECK(value_of(text, dimension) == Approx(expected).epsilon(1e-15));
}

TEST_CASE("every prefix is read: k is 1000 and Ki is 1024") {
  const auto [text, dimension, expected] = GENERATE(table<std::string, units::Dimension, double>({
      {"1 kB", bytes, 1000.0},
      {"1 KiB", bytes, 1024.0},
      {"1 MB", bytes, 1e6},
      {"1 MiB", bytes, 1048576.0},  // 1024^2
      {"1 GB", bytes, 1e9},
      {"1 GiB", bytes, 1073741824.0},  // 1024^3
      {"1 TB", bytes, 1e12},
      {"1 PB", bytes, 1e15},
      {"1 Pbit/s", bandwidth, 1.25e14},    // 1e15 / 8
      {"1 kbit", bytes, 125.0},            // 1000 / 8
      {"1 Kibit", bytes, 128.0},           // 1024 / 8
      {"1 Mbps", bandwidth, 125000.0},     // 1e6 / 8
      {"1 Mibit/s", bandwidth, 131072.0},  // 1048576 / 8
      {"1.2 GFLOP", work, 1.2e9},
      {"714.188480 MMAC", work, 1428376960.0},
      {"23.13 GFLOP/s", work_rate, 23.13e9},
      {"14.13 TFLOP/s", work_rate, 14.13e12},
      {"20 ms", seconds, 0.02},
      {"113.43 us", seconds, 113.43e-6},
      {"113.43 µs", seconds, 113.43e-6},
      {"5 ns", seconds, 5e-9},
      {"2.3 pJ", joules, 2.3e-12},
      {"1 kWh", joules, 3.6e6},
      {"0.154 mWh", joules, 0.5544},  // 0.154e-3 x 3600
      {"640 mW", watts, 0.64},
      {"1 kHz", frequency, 1000.0},
      {"438.39 mW/Mbps", joules_per_byte, 3.50712e-6},  // 0.43839 / 125000
      {"1 uJ/B", joules_per_byte, 1e-6},
  }));
  INFO(text);
  CHECK(value_of(text, dimension) == Approx(expected).epsilon(1e-14));
}

TEST_CASE("the blank between number and unit is optional, and numbers may have signs and exponents") {
  CHECK(value_of("5Mbit/s", bandwidth) == value_of("5 Mbit/s", bandwidth));
  CHECK(value_of("  5   Mbit / s  ", bandwidth) == 625000.0);
  CHECK(value_of("1.5e3 B", bytes) == 1500.0);
  CHECK(value_of("1E3 B", bytes) == 1000.0);
  CHECK(value_of("+2 s", seconds) == 2.0);
  CHECK(value_of("-2 s", seconds) == -2.0);
  CHECK(value_of(".5 s", seconds) == 0.5);
  CHECK(value_of("2e0s", seconds) == 2.0);
}

TEST_CASE("bit and byte are never mixed up") {
  CHECK(value_of("8 Mbit/s", bandwidth) == value_of("1 MB/s", bandwidth));
  CHECK(value_of("8 Mbps", bandwidth) == 1e6);
  for (const auto* text : {"8 Mb/s", "8 Mb", "8 b", "8 Bps", "8 MBps", "8 Mbits/s", "8 Bit"}) {
    INFO(text);
    CHECK_THAT(error_of(text, std::string(text).find('/') == std::string::npos ? bytes : bandwidth),
               Contains("unknown unit"));
  }
}

TEST_CASE("a size below one bit means nothing: mbit and mB are refused, or a slip of the shift key is a factor 1e9") {
  for (const auto* text : {"5 mbit/s", "5 mbps", "5 mB/s", "5 ubit/s", "5 nB/s"}) {
    INFO(text);
    CHECK_THAT(error_of(text, bandwidth), Contains("unknown unit"));
  }
  for (const auto* text : {"150 mB", "150 pbit"}) {
    INFO(text);
    CHECK_THAT(error_of(text, bytes), Contains("unknown unit"));
  }
  CHECK_THAT(error_of("1 mFLOP", work), Contains("unknown unit"));
}

TEST_CASE("prefixes stand only where they make sense") {
  for (const auto* text : {"1 kmin", "1 mh", "1 kd", "1 Kis", "1 kks", "1 k", "1 Kikis"}) {
    INFO(text);
    CHECK_THAT(error_of(text, seconds), Contains("unknown unit"));
  }
  CHECK_THAT(error_of("1 kiB", bytes), Contains("unknown unit"));
  CHECK_THAT(error_of("1 KB", bytes), Contains("unknown unit 'KB'"));
  CHECK_THAT(error_of("1 GiFLOP", work), Contains("unknown unit"));
}

TEST_CASE("a number without a unit is refused, and the message shows one") {
  CHECK(error_of("5", bandwidth) == "'5' has no unit; expected a bandwidth such as '5.85 Mbit/s'");
  CHECK(error_of("5 ", seconds) == "'5 ' has no unit; expected a time such as '20 ms'");
  CHECK_THAT(error_of("0", bytes), Contains("has no unit"));
}

TEST_CASE("a unit of another dimension is refused, and the message says which one it has") {
  CHECK(error_of("5 MB", bandwidth) ==
        "'5 MB' is a size (did you mean '5 MB/s'?); expected a bandwidth such as '5.85 Mbit/s'");
  CHECK_THAT(error_of("5 GFLOPS", work), Contains("is a compute rate"));
  CHECK_THAT(error_of("5 W", joules), Contains("is a power"));
  CHECK_THAT(error_of("5 Hz", seconds), Contains("is a rate"));
  CHECK_THAT(error_of("5 s/s", seconds), Contains("is a ratio"));
}

TEST_CASE("a dimension that has no name is not called a ratio") {
  CHECK_THAT(error_of("5 s/B", seconds), !Contains("ratio"));
  CHECK_THAT(error_of("5 B/J", bandwidth), !Contains("ratio"));
}

TEST_CASE("what is no finite decimal number is refused") {
  for (const auto* text :
       {"",        " ",     "s",     "nan s", "NaN s", "inf s", "-inf s", "infinity s", "0x10 s", "1,5 s",
        "1_000 s", "one s", "--1 s", "+-1 s", "-+1 s", "++1 s", "1e s",   "1.2.3 s",    "$5 s",   "- 1 s"}) {
    INFO(text);
    CHECK_THAT(error_of(text, seconds), Contains("expected a time such as '20 ms'"));
  }
}

TEST_CASE("a number too large for a double is called that") {
  CHECK_THAT(error_of("1e400 s", seconds), Contains("too large") || Contains("out of range"));
}

TEST_CASE("trailing garbage is refused, never dropped") {
  for (const auto* text : {"10 ms x", "10 ms 5", "10 ms/", "10 ms//s", "10 msms", "10 m s", "10 ms;", "10 s s"}) {
    INFO(text);
    CHECK_THAT(error_of(text, seconds), Contains("unknown unit"));
  }
}

TEST_CASE("a plain number is a number and nothing else") {
  CHECK(std::get<double>(units::parse_number("42")) == 42.0);
  CHECK(std::get<double>(units::parse_number(" -0.5 ")) == -0.5);
  for (const auto* text : {"", "x", "42x", "42 %", "42 s", "nan", "inf", "0x2A", "1 2", "+-2"}) {
    INFO(text);
    CHECK(std::holds_alternative<units::ParseError>(units::parse_number(text)));
  }
}

TEST_CASE("a ratio is a number or a percentage") {
  CHECK(std::get<double>(units::parse_ratio("0.5")) == 0.5);
  CHECK(std::get<double>(units::parse_ratio("50 %")) == 0.5);
  CHECK(std::get<double>(units::parse_ratio("50%")) == 0.5);
  CHECK(std::get<double>(units::parse_ratio("150 %")) == 1.5);
  CHECK(std::get<double>(units::parse_ratio("-10 %")) == -0.1);
  for (const auto* text : {"", "%", "50 percent", "50 %%", "50 % x", "nan %", "half", "50 s"}) {
    INFO(text);
    CHECK(std::holds_alternative<units::ParseError>(units::parse_ratio(text)));
  }
}

TEST_CASE("a number and its unit are split as written") {
  const auto split = units::split_unit("5.85 Mbit/s");
  REQUIRE(split);
  CHECK(split->number == 5.85);
  CHECK(split->unit == "Mbit/s");
  CHECK(units::split_unit("50%")->unit == "%");
  CHECK(units::split_unit("7")->unit.empty());
  CHECK_FALSE(units::split_unit("alexnet"));
  CHECK_FALSE(units::split_unit(""));
}

TEST_CASE("units of one dimension are compared, whatever their prefix") {
  CHECK(units::factor_between("s", "ms") == 1000.0);
  CHECK(units::factor_between("kbit/s", "MB/s") == Approx(1000.0 / 8.0 / 1e6));
  CHECK(units::factor_between("Mbps", "Mbit/s") == 1.0);
  CHECK(units::factor_between("%", "") == 0.01);
  CHECK(units::factor_between("USD/h", "USD/h") == 1.0);  // unknown, but the same
  CHECK_FALSE(units::factor_between("USD/h", "/h"));
  CHECK_FALSE(units::factor_between("MB", "Mbit/s"));
  CHECK_FALSE(units::factor_between("", "s"));
}

TEST_CASE("quantities are printed short, with the prefix that leaves one to three digits before the point") {
  CHECK(units::format(Seconds(0.0213)) == "21.3 ms");
  CHECK(units::format(Seconds(0.1587)) == "158.7 ms");
  CHECK(units::format(Seconds(0.0)) == "0 s");
  CHECK(units::format(Seconds(-0.5)) == "-500 ms");
  CHECK(units::format(Seconds(90.0)) == "90 s");
  CHECK(units::format(Bytes(150000)) == "150 kB");
  CHECK(units::format(Bytes(0.0)) == "0 B");
  CHECK(units::format(Bandwidth(731250)) == "5.85 Mbit/s");  // 731,250 x 8 = 5.85e6
  CHECK(units::format(Bandwidth(1.25e14)) == "1 Pbit/s");
  CHECK(units::format(FlopRate(23.13e9)) == "23.13 GFLOP/s");
  CHECK(units::format(Flops(1428376960)) == "1.428 GFLOP");
  CHECK(units::format(Joules(2.3e-12)) == "2.3e-12 J");
  CHECK(units::format(Watts(1.9)) == "1.9 W");
  CHECK(units::format(Frequency(2)) == "2 /s");
}

TEST_CASE("rounding up to 1000 moves on to the next prefix") {
  CHECK(units::format(Seconds(0.99996)) == "1 s");      // not "1000 ms"
  CHECK(units::format(Bytes(999960.0)) == "1 MB");      // not "1000 kB"
  CHECK(units::format(Seconds(0.9994)) == "999.4 ms");  // four digits still hold it
}

TEST_CASE("a plain number is printed without a blank behind it") {
  CHECK(units::format(0.5, units::Dimension{}) == "0.5");
}

TEST_CASE("what is printed reads back to four digits, in every dimension") {
  for (const auto& dimension :
       {bytes, work, seconds, joules, watts, bandwidth, work_rate, frequency, joules_per_byte}) {
    for (const double x : {1.0, 1.2345e-8, 3.3e-4, 0.0999, 17.25, 999.4, 1000.0, 54321.0, 8.8e6, 1.5e9, 7.7e12}) {
      const auto text = units::format(x, dimension);
      INFO(text);
      CHECK(value_of(text, dimension) == Approx(x).epsilon(5e-4));
    }
  }
}

TEST_CASE("units as others write them are met with the spelling that is meant, where only one can be") {
  const auto meant = [](const std::string& text, const units::Dimension& dimension) {
    return std::get<units::ParseError>(units::parse(text, dimension)).meant;
  };
  CHECK(meant("5 MBps", bandwidth) == "5 MB/s");
  CHECK(meant("5.85 MBITS/S", bandwidth) == "5.85 Mbit/s");
  CHECK(meant("1e3 Kbps", bandwidth) == "1e3 kbit/s");
  CHECK(meant("100 KB", bytes) == "100 kB");
  CHECK(meant("3 gigabytes", bytes) == "3 GB");
  CHECK(meant("3 mib", bytes).empty());  // b may be bits or bytes
  CHECK(meant("5 Mb/s", bandwidth).empty());
  CHECK(meant("20 msecs", seconds) == "20 ms");
  CHECK(meant("2 Hours", seconds) == "2 h");
  CHECK(meant("20 MB", seconds).empty());
  CHECK(meant("10 GFLOPs", work) == "10 GFLOP");
  CHECK(meant("20 MiB/sec", bandwidth) == "20 MiB/s");
}

TEST_CASE("marks in numbers are told: a decimal comma, and what parts thousands") {
  const auto meant = [](const std::string& text) {
    return std::get<units::ParseError>(units::parse(text, seconds)).meant;
  };
  CHECK(meant("5,85 ms") == "5.85 ms");
  CHECK(meant("5,850 ms").empty());  // five or five thousand
  CHECK(meant("1,234,567 ms") == "1234567 ms");
  CHECK(meant("1 000 ms") == "1000 ms");
  CHECK(meant("1'000 ms") == "1000 ms");
  CHECK(meant("1_000 ms") == "1000 ms");
  CHECK_THAT(std::get<units::ParseError>(units::parse_number("1,5")).message,
             Contains("decimals are written with a point"));
  CHECK_THAT(std::get<units::ParseError>(units::parse_number("50 %")).message, Contains("did you mean 0.5?"));
}

TEST_CASE("a charge is no energy without a voltage, and the message says how to get one") {
  // 3000 mAh x 3.7 V = 11.1 Wh.
  CHECK_THAT(std::get<units::ParseError>(units::parse("3000 mAh", units::Dimension{0, 0, 0, 1})).message,
             Contains("at 3.7 V '3000 mAh' are '11.1 Wh'"));
}

}  // namespace edgecut::text_test
