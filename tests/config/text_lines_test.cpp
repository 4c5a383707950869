// Lines and tables of numbers as others write them.
#include "config/text_lines.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "config/error_of.hpp"

namespace edgecut::text_lines_test {
using Catch::Matchers::Contains;

namespace {

class TableFile {
 public:
  explicit TableFile(const std::string& text) { std::ofstream(path_) << text; }
  ~TableFile() { std::filesystem::remove(path_); }
  TableFile(const TableFile&) = delete;
  TableFile& operator=(const TableFile&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_ =
      std::filesystem::temp_directory_path() / ("edgecut_lines_" + std::to_string(::getpid()) + ".csv");
};

// The first column of a table of `a` and `b`.
std::vector<double> column_a(const std::string& text) {
  const TableFile file(text);
  config::NumberTable table(file.path(), "a");
  const auto a = table.column("a");
  std::vector<double> values;
  while (table.next()) values.push_back(table.number(a));
  return values;
}

}  // namespace

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

TEST_CASE("cells are split at commas outside quotes") {
  CHECK(config::split_cells("a, b ,\"c,d\",\"say \"\"e\"\"\",") ==
        std::vector<std::string>{"a", "b", "c,d", "say \"e\"", ""});
}

TEST_CASE("a table of numbers is read by column, whatever stands between its rows") {
  const std::vector<double> wanted{1, 2.5};
  CHECK(column_a("a,b\n1,0\n2.5,0\n") == wanted);
  CHECK(column_a("\xEF\xBB\xBF"
                 "b,a\r\n0,1\r\n\r\n# half\n0, 2.5\r\n") == wanted);
}

TEST_CASE("what a table of numbers cannot be is refused with its line") {
  CHECK_THAT(error_of([] { column_a(""); }), Contains(":1:1: a: the file is empty"));
  CHECK_THAT(error_of([] { column_a("b,c\n"); }), Contains(":1:1: a: no such column (known: b, c)"));
  CHECK_THAT(error_of([] { column_a("a,a\n"); }), Contains("a second column of that name"));
  CHECK_THAT(error_of([] { column_a("a,b\n\n1\n"); }), Contains(":3:1: a: 1 cells"));
  CHECK_THAT(error_of([] { column_a("a,b\n-1,0\n"); }), Contains(":2:1: a: '-1' is negative"));
  CHECK_THAT(error_of([] { column_a("a,b\n1x,0\n"); }), Contains("'1x' is not a number"));
  CHECK_THAT(error_of([] { column_a("a,b\n1e999,0\n"); }), Contains("'1e999' is not a number"));
}

}  // namespace edgecut::text_lines_test
