#include <catch2/catch.hpp>
#include <set>

#include "config/map.hpp"
#include "experiment/study.hpp"
#include "sweep/dictionary.hpp"
#include "units/ensure.hpp"

namespace edgecut::columns_test {

namespace {

std::string mean_named(const std::string& name) {
  return experiment::mean_named(config::parse_text(name, "here"), name);
}

}  // namespace

TEST_CASE("every column is found by its name, with the files that have it") {
  for (const auto& table : sweep::result_tables()) {
    std::set<std::string_view> names;
    for (const auto& column : table.columns) {
      INFO(table.file << ", " << column.name);
      CHECK(names.insert(column.name).second);
      const auto found = sweep::find_column(column.name);
      CHECK(std::ranges::any_of(found, [&](const auto& one) {
        return one.column->meaning == column.meaning && std::ranges::count(one.files, table.file) == 1;
      }));
    }
  }
  CHECK(sweep::find_column("latency_mean").empty());
  CHECK(sweep::find_column("").empty());
}

TEST_CASE("a column that means the same in several files is found once, one that does not once for each meaning") {
  const auto latency = sweep::find_column("latency_mean_s");
  REQUIRE(latency.size() == 1);
  CHECK(latency[0].files == std::vector<std::string>{"rows.csv", "groups.csv", "classes.csv"});
  CHECK(latency[0].column->unit == "s");
  const auto devices = sweep::find_column("devices");
  REQUIRE(devices.size() == 2);
  CHECK(devices[0].files == std::vector<std::string>{"groups.csv"});
  CHECK(devices[1].files == std::vector<std::string>{"processors.csv"});
}

TEST_CASE("means are of columns that are folded by their mean, named with or without their unit") {
  CHECK(mean_named("latency_mean") == "latency_mean_s");
  CHECK(mean_named("latency_mean_s") == "latency_mean_s");
  CHECK(mean_named("requests") == "requests");
  for (const auto* word : {"verdict", "cut", "partitioner", "point", "replication", "groups", "latency"}) {
    CHECK_THROWS_AS(mean_named(word), config::Error);
  }
}

TEST_CASE("what a column is over replications has words") {
  CHECK(metrics::words(metrics::Fold::mean) == "mean");
  CHECK(metrics::words(metrics::Fold::common) == "most frequent");
  CHECK(metrics::words(metrics::Fold::none).empty());
  CHECK_THROWS_AS(metrics::at(sweep::result_tables().front().columns, "no_such_column"), InternalError);
}

}  // namespace edgecut::columns_test
