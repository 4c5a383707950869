#include "store/store.hpp"

#include <unistd.h>

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <cmath>
#include <filesystem>
#include <limits>

#include "config/value.hpp"
#include "store/lock.hpp"
#include "sweep/campaign.hpp"

namespace edgecut::store_test {

namespace {

using store::Access;
using store::Store;

// A file of a name of its own, removed at the end.
class File {
 public:
  File() : path_(std::filesystem::temp_directory_path() / ("edgecut_store_" + std::to_string(::getpid()))) {}
  ~File() { store::remove(path_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

store::Header header() {
  return {{{{"the scenario", "a\nb\n"}, {"the settings", "x"}}},
          "{}",
          {"a"},
          {"base"},
          {"latency_mean_s"},
          {{"x", "s", "m", "never", "mean"}}};
}

store::Finished run(std::int64_t replication, metrics::Cell cell) {
  store::Finished finished{{0, 0, replication, std::nullopt}, {}};
  finished.row.add("point", std::int64_t{0});
  finished.row.add("replication", replication);
  finished.row.add("a \"quoted\" name", std::move(cell));
  return finished;
}

}  // namespace

TEST_CASE("every cell comes back as it was: the last bit of a number, its type, a text, nothing") {
  const File file;
  const std::vector<metrics::Cell> cells{0.1 + 0.2,
                                         3.0,
                                         std::int64_t{3},
                                         std::numeric_limits<double>::denorm_min(),
                                         std::string("3.0"),
                                         1e300,
                                         -0.0,
                                         std::string(),
                                         std::int64_t{1} << 62,
                                         std::monostate{}};
  std::vector<store::Finished> runs;
  for (std::size_t i = 0; i < cells.size(); ++i) runs.push_back(run(static_cast<std::int64_t>(i), cells[i]));
  {
    Store store(file.path(), header());
    store.begin_session({"here", "now", 1, {}});
    store.add(runs, {}, 1.5);
    store.close();
  }
  const Store store(file.path(), Access::read);
  const auto found = store.rows();
  REQUIRE(found.size() == cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) CHECK(found[i].row == runs[i].row);
  CHECK(std::signbit(std::get<double>(found[6].row.cells()[2].second)));
  CHECK(store.wall_seconds() == 1.5);
  CHECK(store.header().baselines == std::vector<std::string>{"base"});
  CHECK(store.header().identity.parts == header().identity.parts);
}

namespace {

metrics::Row group(const std::string& name, double latency) {
  metrics::Row row;
  row.add("group", name);
  row.add("latency_mean_s", latency);
  return row;
}

// With a line for each group, whose latencies are `latency` and 1/3.
store::Finished fleet(std::int64_t replication, double latency) {
  auto finished = run(replication, 1.0);
  finished.row.add("makespan_s", 2.0);
  finished.row.add_table("groups", {group("near", latency), group("far", 1.0 / 3.0)});
  return finished;
}

void change(const std::filesystem::path& file, const std::string& statement) {
  SQLite::Database(file.string(), SQLite::OPEN_READWRITE).exec(statement);
}

}  // namespace

TEST_CASE("the groups of a run are a table that SQL reads, and come back beside its row") {
  const File file;
  {
    Store store(file.path(), header());
    store.add({fleet(0, 0.1 + 0.2)}, {}, 0.0);
    store.add({fleet(1, 0.5)}, {}, 0.0);
    store.close();
  }
  const auto found = Store(file.path(), Access::read).rows();
  REQUIRE(found.size() == 2);
  CHECK(found[0].row == fleet(0, 0.1 + 0.2).row);
  CHECK(found[1].row == fleet(1, 0.5).row);
  CHECK(found[0].row.table("groups").size() == 2);
  CHECK(found[0].row.table("classes").empty());
  SQLite::Database sqlite(file.path().string());
  CHECK(sqlite.execAndGet("SELECT sum(latency_mean_s) FROM groups WHERE \"group\" = 'near' AND replication = 1")
            .getDouble() == 0.5);
  // Behind run_method, run_cut and line: the cells that say of which run it is, up to the replication, and the group's.
  CHECK(sqlite.execAndGet("SELECT group_concat(name) FROM pragma_table_info('groups')").getString() ==
        "run_method,run_cut,line,point,replication,group,latency_mean_s");
}

TEST_CASE("a run that is written again has the groups of the last time") {
  const File file;
  Store store(file.path(), header());
  const auto again = fleet(0, 0.5);
  store::Finished alone{again.key, {}};
  for (const auto& [name, cell] : again.row.cells()) alone.row.add(name, cell);
  store.add({fleet(0, 0.25)}, {}, 0.0);
  store.add({again}, {}, 0.0);
  CHECK(store.rows().front().row == again.row);
  store.add({alone}, {}, 0.0);
  CHECK(store.rows().front().row.tables().empty());
}

TEST_CASE("lines of groups that are changed, lost, exchanged or nobody's are seen") {
  const auto said = [](const std::string& statement) -> std::string {
    const File file;
    {
      Store store(file.path(), header());
      store.add({fleet(0, 0.25), fleet(1, 0.5)}, {}, 0.0);
      store.close();
    }
    change(file.path(), statement);
    try {
      static_cast<void>(Store(file.path(), Access::read).rows());
    } catch (const config::Error& error) {
      return error.what();
    }
    return "nothing";
  };
  const auto is_damaged = Catch::Contains("is damaged or no store: ");
  CHECK(said("UPDATE groups SET line = line") == "nothing");
  CHECK_THAT(said("UPDATE groups SET latency_mean_s = 0.26 WHERE line = 0 AND replication = 1"), is_damaged);
  CHECK_THAT(said("DELETE FROM groups WHERE line = 1"), is_damaged);
  CHECK_THAT(said("DELETE FROM groups"), is_damaged);
  CHECK_THAT(said("DROP TABLE groups"), is_damaged);
  CHECK_THAT(said("UPDATE groups SET line = 1 - line + 10"), is_damaged);
  CHECK_THAT(said("UPDATE groups SET replication = 7 WHERE replication = 1"), is_damaged);
  CHECK_THAT(said("DELETE FROM rows WHERE replication = 1"),
             Catch::Contains("the table groups has lines of a run 0/0/1, which the table rows has not"));
}

TEST_CASE("stores whose runs differ in a group alone contradict each other") {
  const File file;
  const auto other = std::filesystem::path(file.path().string() + "_other");
  const auto target = std::filesystem::path(file.path().string() + "_target");
  const auto write = [](const std::filesystem::path& path, double latency) {
    Store store(path, header());
    auto finished = fleet(0, latency);
    finished.row.add("partitioner", std::string("a"));
    store.add({finished}, {}, 0.0);
    store.close();
  };
  write(file.path(), 0.25);
  write(other, 0.5);
  CHECK_THROWS_WITH(sweep::merge({file.path(), other}, target), Catch::Contains("has other figures than in"));
  store::remove(other);
  store::remove(target);
  write(other, 0.25);
  sweep::merge({file.path(), other}, target);
  CHECK(Store(target, Access::read).rows().front().row.table("groups")[0].number("latency_mean_s") == 0.25);
  store::remove(other);
  store::remove(target);
}

TEST_CASE("a store of an earlier format is refused, and told what reads it") {
  const File file;
  Store(file.path(), header()).close();
  change(file.path(), "UPDATE manifest SET value = 'edgecut store 2' WHERE key = 'format'");
  CHECK_THROWS_WITH(Store(file.path(), Access::read),
                    Catch::Contains("is of the format 'edgecut store 2', not 'edgecut store 3'") &&
                        Catch::Contains("export it with the program that wrote it"));
}

TEST_CASE("a finished run takes the place of a failed one") {
  const File file;
  Store store(file.path(), header());
  store.begin_session({"here", "now", 1, {}});
  const store::RunKey key{0, 0, 4, std::nullopt};
  store.add({}, {{key, "0/a/4", "it crashed", "again"}}, 0.0);
  REQUIRE(store.failures().size() == 1);
  CHECK(store.failures().front().reason == "it crashed");
  CHECK(store.finished().empty());
  store.add({run(4, 1.0)}, {}, 0.0);
  CHECK(store.failures().empty());
  CHECK(store.finished() == std::vector<store::RunKey>{key});
}

TEST_CASE("a shard that is begun again is not complete until it has ended") {
  const File file;
  Store store(file.path(), header());
  store.begin_session({"here", "now", 1, {2, 3}});
  CHECK(store.complete().empty());
  store.mark_complete({2, 3});
  CHECK(store.complete() == std::vector<store::Shard>{{2, 3}});
  store.begin_session({"here", "later", 1, {2, 3}});
  CHECK(store.complete().empty());
  CHECK(store.shards() == std::vector<store::Shard>{{2, 3}});
}

TEST_CASE("only a lock that somebody holds is another sweep's, and a file system without locks is told apart") {
  for (const int held : {EAGAIN, EACCES}) {
    CHECK(store::why_not_locked("a/b.sqlite", held, " (process 7)")
              .starts_with("a/b.sqlite: another sweep is writing to it (process 7)"));
  }
  CHECK(
      store::why_not_locked("a/b.sqlite", ENOLCK, "").starts_with("a/b.sqlite: cannot be locked: No locks available"));
}

TEST_CASE("what two sweeps do not share is named") {
  const auto there = header().identity;
  CHECK(store::differences(there, there).empty());
  auto here = there;
  here.parts[0].second = "a\nc\n";
  CHECK(store::differences(there, here) == std::vector<std::string>{"the scenario (line 2: 'b' there, 'c' here)"});
  here.parts[0].second = "a\n";
  CHECK(store::differences(there, here) == std::vector<std::string>{"the scenario (line 2: 'b' there, nothing here)"});
  here = there;
  here.parts[1] = {"links/x.yaml", "1"};
  CHECK(store::differences(there, here) ==
        std::vector<std::string>{"links/x.yaml (not used there)", "the settings (not used here)"});
  here = there;
  here.parts[1].second = "y";
  CHECK(store::differences(there, here, {"the settings"}).empty());
}

TEST_CASE("a row whose partitioner or point the sweep has not is refused") {
  const auto foreign = [](std::size_t point, std::size_t method, const std::string& partitioner) {
    store::Finished finished{{point, method, 0, std::nullopt}, {}};
    finished.row.add("point", static_cast<std::int64_t>(point));
    finished.row.add("partitioner", partitioner);
    finished.row.add("replication", std::int64_t{0});
    return finished;
  };
  const auto read = [](const store::Finished& finished) {
    const File file;
    Store store(file.path(), header());
    store.add({finished}, {}, 0.0);
    return store.rows().size();
  };
  CHECK(read(foreign(0, 0, "a")) == 1);
  CHECK_THROWS_WITH(read(foreign(0, 0, "b")), Catch::Contains("is damaged") && Catch::Contains("partitioner 'b'"));
  CHECK_THROWS_WITH(read(foreign(0, 1, "a")), Catch::Contains("partitioner number 1"));
  CHECK_THROWS_WITH(read(foreign(1, 0, "a")), Catch::Contains("of point 1"));
}

TEST_CASE("a NaN comes back as nothing, and its row is whole") {
  const File file;
  Store store(file.path(), header());
  store.add({run(0, std::numeric_limits<double>::quiet_NaN())}, {}, 0.0);
  CHECK(store.rows().front().row.cells()[2].second == metrics::Cell());
}

TEST_CASE("sessions that are recorded twice count once, with the larger figures") {
  const File file;
  Store store(file.path(), header());
  store.record({"here", "now", 2, {1, 2}, 3.0, 5});
  store.record({"here", "now", 2, {1, 2}, 2.0, 7});
  store.record({"there", "now", 2, {2, 2}, 1.0, 1});
  REQUIRE(store.sessions().size() == 2);
  CHECK(store.wall_seconds() == 4.0);
  CHECK(store.sessions().front().runs == 7);
  CHECK(store.shards() == std::vector<store::Shard>{{1, 2}, {2, 2}});
}

TEST_CASE("two stores of one sweep that contradict each other are not joined") {
  const File file;
  const auto other = std::filesystem::path(file.path().string() + "_other");
  const auto target = std::filesystem::path(file.path().string() + "_target");
  {
    const auto of_a = [](double cell) {
      auto finished = run(0, cell);
      finished.row.add("partitioner", std::string("a"));
      return finished;
    };
    Store one(file.path(), header());
    one.add({of_a(1.0)}, {}, 0.0);
    Store two(other, header());
    two.add({of_a(2.0)}, {}, 0.0);
    two.close();
    one.close();
  }
  CHECK_THROWS_WITH(sweep::merge({file.path(), other}, target), Catch::Contains("has other figures than in"));
  auto newer = header();
  newer.identity.parts[1].second = "y";
  store::remove(other);
  Store(other, newer).close();
  CHECK_THROWS_WITH(sweep::merge({file.path(), other}, target),
                    Catch::Contains("is of another sweep") && Catch::Contains("the settings ('x' there, 'y' here)"));
  store::remove(other);
  store::remove(target);
}

}  // namespace edgecut::store_test
