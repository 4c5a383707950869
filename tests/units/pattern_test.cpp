// Patterns let through what is read as a quantity, and nothing else.
#include "units/pattern.hpp"

#include <catch2/catch.hpp>
#include <regex>
#include <string>
#include <variant>

#include "units/quantity.hpp"

namespace edgecut::pattern_test {
using units::Sign;

namespace {

bool matches(const std::string& text, const std::string& pattern) {
  return std::regex_match(text, std::regex(pattern));
}

std::string quantity(Sign sign, const units::Dimension& dimension) {
  return units::number_pattern(sign) + " *" + units::unit_pattern(dimension);
}

template <class Q>
bool is_read(const std::string& text) {
  return std::holds_alternative<double>(units::parse(text, units::dimension_of(Q{})));
}

template <class Q>
void check_same(const std::vector<std::string>& texts) {
  const auto pattern = quantity(Sign::any, units::dimension_of(Q{}));
  for (const auto& text : texts) {
    INFO(text);
    CHECK(matches(text, pattern) == is_read<Q>(text));
  }
}

}  // namespace

TEST_CASE("a pattern knows the units that are read, and those alone") {
  check_same<Seconds>({"5 s",    "5s",    "0.5 ms", ".5 us",   "5. µs", "1e3 ns",  "2 min",
                       "2 h",    "1 d",   "1 kmin", "5",       "5 S",   "5 sec",   "5 B/bps",
                       "5 Wh/W", "3 J/W", "1 /Hz",  "5 ms ms", "1,5 s", "1 000 s", "1_000 s",
                       "+5 s",   "-5 s",  "+-5 s",  "s",       "5 %",   "1e s",    "0x5 s"});
  check_same<Bytes>({"150 kB", "1 KiB", "1 MiB", "1 bit", "1 mB", "1 kib", "1 KB", "1 b", "5 Mbps/Hz", "8 kbit"});
  check_same<Bandwidth>({"5.85 Mbit/s", "5 Mbps", "5 MB/s", "5 MBps", "5 Mb/s", "5 kbit / s", "5 B/min", "5 B", "5 /s",
                         "5 GiB/h", "1 MB s"});
  check_same<Frequency>({"5 /s", "5/s", "5 / min", "5 Hz", "5 kHz", "5 per s", "5 1/s", "0.2 /h"});
  check_same<Watts>({"5 W", "5 mW", "5 J/s", "5 Wh/h", "5 J", "5 KW"});
  check_same<JoulesPerByte>({"438 mW/Mbps", "1 J/B", "1 uJ/bit", "1 Wh/GB", "1 W/B", "1 mW/Mbit"});
  check_same<FlopRate>({"23 GFLOP/s", "23 GFLOPS", "5 GMAC/s", "5 MAC", "5 FLOP/min"});
  check_same<Joules>({"10 Wh", "36 kJ", "5 W/Hz", "3 mAh"});
}

TEST_CASE("a pattern knows signs") {
  const auto time = units::dimension_of(Seconds());
  for (const auto* zero : {"0 s", "0.0 s", ".0 s", "00 s", "-0 s", "0e5 s"}) {
    INFO(zero);
    CHECK(matches(zero, quantity(Sign::not_negative, time)));
    CHECK_FALSE(matches(zero, quantity(Sign::positive, time)));
  }
  for (const auto* more : {"0.1 s", "10 s", "00.01 s", "+1 s", "1e-3 s"}) {
    INFO(more);
    CHECK(matches(more, quantity(Sign::positive, time)));
  }
  for (const auto* less : {"-1 s", "-0.1 s", "-.1 s", "-01 s"}) {
    INFO(less);
    CHECK_FALSE(matches(less, quantity(Sign::not_negative, time)));
    CHECK_FALSE(matches(less, quantity(Sign::positive, time)));
    CHECK(matches(less, quantity(Sign::any, time)));
  }
}

TEST_CASE("plain decimals are let through within their bounds") {
  struct Case {
    double low, high;
    bool low_is_open;
    std::vector<std::string> in, out;
  };
  const std::vector<Case> cases{
      {0.0,
       100.0,
       false,
       {"0", "0.0", "5", "05", "99.9", "99.999", "100", "100.", "100.000", ".5", "1e1"},
       {"100.1", "100.001", "101", "110", "200", "1000", "-1", ".", "", "5.5.5", "1 0"}},
      {0.0, 100.0, true, {"0.001", "100"}, {"0", "0.0", ".0", "00", "100.5"}},
      {0.0, 99.9999, false, {"99.9999", "99.99990", "99.9998", "99", "99.", "99.9"}, {"99.99991", "100", "99.99999"}},
      {0.1, 1000.0, false, {"0.1", "0.10", "0.2", "1", "1000"}, {"0", "0.09", "0.0999", "1000.1", ".05"}},
      {-273.15, 1000.0, false, {"-273.15", "-273", "-1", "0", "25", "-.5"}, {"-273.16", "-274", "1001"}},
      {0.0, std::numeric_limits<double>::infinity(), true, {"1", "123456789"}, {"0", "-1"}},
  };
  for (const auto& [low, high, low_is_open, in, out] : cases) {
    const auto pattern = units::decimals_pattern(low, high, low_is_open);
    for (const auto& text : in) {
      INFO(text << " from " << low << " to " << high);
      CHECK(matches(text, pattern));
    }
    for (const auto& text : out) {
      INFO(text << " from " << low << " to " << high);
      CHECK_FALSE(matches(text, pattern));
    }
  }
}

TEST_CASE("what stands for itself is escaped") {
  CHECK(matches("USD/h", units::escaped("USD/h")));
  CHECK_FALSE(matches("aab", units::escaped("a*b")));
}

}  // namespace edgecut::pattern_test
