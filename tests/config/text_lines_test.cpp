// Lines as others write them.
#include "config/text_lines.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "config/error_of.hpp"

namespace edgecut::text_lines_test {
using Catch::Matchers::Contains;

TEST_CASE("lines that say nothing are passed over and count all the same") {
  config::Lines lines("\xEF\xBB\xBF# a comment\n\n first \r\n\t\n#\nsecond", "t.txt");
  REQUIRE(lines.next());
  CHECK(lines.text() == "first");
  CHECK(lines.where().line == 3);
  REQUIRE(lines.next());
  CHECK(lines.text() == "second");
  CHECK(lines.where().line == 6);
  CHECK_FALSE(lines.next());
  CHECK_FALSE(config::Lines("\xEF\xBB\xBF", "t.txt").next());
}

TEST_CASE("a line may end with a carriage return alone") {
  config::Lines lines("1\r\r\n2\r3", "t.txt");  // the second is blank
  for (const int line : {1, 3, 4}) {
    REQUIRE(lines.next());
    CHECK(lines.where().line == line);
  }
  CHECK(lines.text() == "3");
  CHECK_FALSE(lines.next());
}

TEST_CASE("lines of UTF-16 are refused in words") {
  using namespace std::string_literals;
  CHECK_THAT(error_of([] {
               config::Lines(
                   "\xFF\xFE"
                   "1\0\n\0"s,
                   "t.txt");
             }),
             Contains("t.txt: is UTF-16; save it as UTF-8"));
}

}  // namespace edgecut::text_lines_test
