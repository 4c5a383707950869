#include "report/table.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "report/blocks.hpp"

namespace edgecut::table_test {

namespace {

report::Table three_columns() {
  report::Table table({"name", "first", "second"});
  table.add({"a", "±1 %", "22 ms"});
  table.add({"bb", "10 %", "3 ms"});
  return table;
}

}  // namespace

TEST_CASE("A table that fits is not divided") {
  // Columns of 4, 5 and 6 letters with two blanks between them: 4 + 2 + 5 + 2 + 6 = 19.
  CHECK(three_columns().str_within(19, 1) == three_columns().str());
}

TEST_CASE("Columns that do not fit go on below, after the first ones again") {
  CHECK(three_columns().str_within(18, 1) ==
        "name  first\n----  -----\na     ±1 %\nbb    10 %\n\n"
        "name  second\n----  ------\na      22 ms\nbb      3 ms\n");
}

TEST_CASE("A column that is wider than a line stands alone beside the first ones") {
  CHECK(three_columns().str_within(3, 2) == three_columns().str());  // two keys and one column, however wide
  CHECK(three_columns().str_within(3, 1) == three_columns().str_within(18, 1));
}

TEST_CASE("Words are folded into lines, all but the first moved in, and letters are counted, not bytes") {
  // "±± ± é" has 6 letters in 10 bytes.
  CHECK(report::wrapped("±± ± é", 2, 6) == "±± ± é\n");
  CHECK(report::wrapped("one two three four", 2, 9) == "one two\n  three\n  four\n");
  CHECK(report::wrapped("one very-long-word", 2, 6) == "one\n  very-long-word\n");
}

}  // namespace edgecut::table_test
