#include "store/store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>

#include "config/value.hpp"
#include "store/checksum.hpp"
#include "store/run_table.hpp"

namespace edgecut::store {
namespace {

constexpr auto format_name = "edgecut store 3";

constexpr auto schema = R"(
CREATE TABLE manifest(key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE identity(position INTEGER PRIMARY KEY, part TEXT NOT NULL, value TEXT NOT NULL);
CREATE TABLE columns(position INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, meaning TEXT NOT NULL,
  do_not_trust_it_when TEXT NOT NULL, over_replications TEXT NOT NULL);
CREATE TABLE points(point INTEGER PRIMARY KEY, objective TEXT NOT NULL);
CREATE TABLE partitioners(run_method INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE baselines(position INTEGER PRIMARY KEY, partitioner TEXT NOT NULL);
CREATE TABLE failures(point INTEGER NOT NULL, run_method INTEGER NOT NULL, replication INTEGER NOT NULL,
  run_cut INTEGER NOT NULL, run TEXT NOT NULL, reason TEXT NOT NULL, command TEXT NOT NULL, checksum INTEGER NOT NULL,
  PRIMARY KEY(point, run_method, replication, run_cut));
CREATE TABLE shards(shard INTEGER NOT NULL, count INTEGER NOT NULL, complete INTEGER NOT NULL,
  checksum INTEGER NOT NULL, PRIMARY KEY(shard, count));
CREATE TABLE sessions(session INTEGER PRIMARY KEY, host TEXT NOT NULL, started TEXT NOT NULL, jobs INTEGER NOT NULL,
  shard TEXT NOT NULL, wall_s REAL NOT NULL DEFAULT 0, runs INTEGER NOT NULL DEFAULT 0,
  checksum INTEGER NOT NULL);
)";

constexpr auto plans_view = R"(
CREATE VIEW plans AS SELECT point, partitioner, feasible, cut, cut_index, layers_on_device, processor, encoding, exits,
  cut_B, count(*) AS runs FROM rows GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;
)";

Checksum sum_of_key(const RunKey& key) {
  Checksum sum;
  sum.add(static_cast<std::int64_t>(key.point)).add(static_cast<std::int64_t>(key.method));
  sum.add(key.replication).add(cut_cell(key));
  return sum;
}

std::int64_t sum_of(const Finished& run) {
  auto sum = sum_of_key(run.key);
  const auto add = [&](const metrics::Row& row) {
    for (const auto& [name, cell] : row.cells()) sum.add(name).add_cell(cell);
  };
  add(run.row);
  for (const auto& [name, rows] : run.row.tables()) {
    sum.add(name).add(static_cast<std::int64_t>(rows.size()));
    for (const auto& row : rows) add(row);
  }
  return sum.value();
}

std::int64_t sum_of(const Failed& run) {
  return sum_of_key(run.key).add(run.run).add(run.reason).add(run.command).value();
}

std::int64_t sum_of(const Shard& shard, bool is_complete) {
  return Checksum()
      .add(static_cast<std::int64_t>(shard.index))
      .add(static_cast<std::int64_t>(shard.count))
      .add(std::int64_t{is_complete})
      .value();
}

std::string shard_text(const Shard& shard) {
  return fmt::format("{}/{}", shard.index, shard.count);
}

std::int64_t sum_of(const Session& session) {
  return Checksum()
      .add(session.host)
      .add(session.started)
      .add(static_cast<std::int64_t>(session.jobs))
      .add(shard_text(session.shard))
      .add(session.wall_seconds)
      .add(session.runs)
      .value();
}

std::int64_t sum_of(const Header& header) {
  Checksum sum;
  sum.add(header.manifest);
  for (const auto& [part, value] : header.identity.parts) sum.add(part).add(value);
  for (const auto& column : header.columns) {
    sum.add(column.name).add(column.unit).add(column.meaning).add(column.distrust).add(column.fold);
  }
  for (const auto* list : {&header.partitioners, &header.baselines, &header.objectives}) {
    sum.add(static_cast<std::int64_t>(list->size()));
    for (const auto& text : *list) sum.add(text);
  }
  return sum.value();
}

// The first line in which two texts differ.
std::string line_that_differs(const std::string& there, const std::string& here) {
  std::istringstream a(there);
  std::istringstream b(here);
  for (int number = 1;; ++number) {
    std::string line_a;
    std::string line_b;
    const bool has_a = static_cast<bool>(std::getline(a, line_a));
    const bool has_b = static_cast<bool>(std::getline(b, line_b));
    if (!has_a && !has_b) return "";
    if (has_a == has_b && line_a == line_b) continue;
    return fmt::format("line {}: {} there, {} here", number, has_a ? "'" + line_a + "'" : "nothing",
                       has_b ? "'" + line_b + "'" : "nothing");
  }
}

}  // namespace

std::vector<std::string> differences(const Identity& there, const Identity& here,
                                     const std::vector<std::string>& ignored) {
  std::vector<std::string> found;
  const std::map<std::string, std::string> stored(there.parts.begin(), there.parts.end());
  std::set<std::string> seen;
  const auto is_ignored = [&](const std::string& part) { return std::ranges::find(ignored, part) != ignored.end(); };
  for (const auto& [part, value] : here.parts) {
    seen.insert(part);
    const auto other = stored.find(part);
    if (is_ignored(part) || (other != stored.end() && other->second == value)) continue;
    if (other == stored.end()) {
      found.push_back(fmt::format("{} (not used there)", part));
    } else if (value.find('\n') != std::string::npos || other->second.find('\n') != std::string::npos) {
      found.push_back(fmt::format("{} ({})", part, line_that_differs(other->second, value)));
    } else {
      found.push_back(fmt::format("{} ('{}' there, '{}' here)", part, other->second, value));
    }
  }
  for (const auto& [part, value] : there.parts) {
    if (!is_ignored(part) && !seen.contains(part)) found.push_back(fmt::format("{} (not used here)", part));
  }
  return found;
}

namespace {

// What the disk, rights and other programs cause. All else is the file's fault.
bool is_of_the_system(int code) {
  constexpr std::array codes{SQLITE_PERM,     SQLITE_BUSY,      SQLITE_LOCKED, SQLITE_NOMEM,
                             SQLITE_READONLY, SQLITE_INTERRUPT, SQLITE_IOERR,  SQLITE_FULL,
                             SQLITE_CANTOPEN, SQLITE_PROTOCOL,  SQLITE_NOLFS,  SQLITE_AUTH};
  return std::ranges::find(codes, code) != codes.end();
}

using Lines = std::map<RunKey, std::vector<metrics::Row::Table>>;

std::string name_of(const RunKey& key) {
  return fmt::format("{}/{}/{}", key.point, key.method, key.replication);
}

}  // namespace

struct Store::Database {
  Database(const std::filesystem::path& path, int flags)
      : file(path), sqlite(path.string(), flags, 10000), rows(sqlite, "rows", RunTable::Numbers::checksums) {}

  std::filesystem::path file;
  SQLite::Database sqlite;
  RunTable rows;
  std::vector<RunTable> beside;  // groups, classes, processors: those that a run had
  std::int64_t session = 0;
  Session open_session;  // as it was written last

  [[noreturn]] void fail_as_damaged(const std::string& why) const {
    throw config::Error(fmt::format("{}: is damaged or no store: {}; --fresh starts again", file.string(), why));
  }
  void verify(bool is_whole, const std::string& what) const {
    if (!is_whole) fail_as_damaged(what + " is not as it was written: its checksum is another");
  }

  // Whatever SQLite can see by itself: pages, indices, tables.
  void check_integrity() {
    SQLite::Statement query(sqlite, "PRAGMA integrity_check(1)");
    if (!query.executeStep()) return;
    const auto verdict = query.getColumn(0).getString();
    if (verdict != "ok") fail_as_damaged(verdict);
  }

  void read_columns() {
    if (!rows.read_columns()) fail_as_damaged("the table rows has other columns than a store's");
    beside = tables_of_lines(sqlite);
  }

  RunTable& table_of_lines(const std::string& name) {
    const auto found = std::ranges::find(beside, name, &RunTable::name);
    return found != beside.end() ? *found : beside.emplace_back(sqlite, name, RunTable::Numbers::lines);
  }

  void make_plans_view() {
    const auto has = [&](const char* name) { return std::ranges::find(rows.columns(), name) != rows.columns().end(); };
    if (has("cut") && has("exits") && has("cut_B")) sqlite.exec(plans_view);
  }

  void add(const Finished& run) {
    const bool is_first = rows.columns().empty();
    rows.add({run.key, sum_of(run), run.row});
    if (is_first) make_plans_view();
    for (auto& table : beside) table.remove(run.key);
    for (const auto& table : run.row.tables()) {
      std::int64_t number = 0;
      for (auto& line : metrics::lines_of(run.row, table)) {
        table_of_lines(table.name).add({run.key, number++, std::move(line)});
      }
    }
    SQLite::Statement healed(
        sqlite, "DELETE FROM failures WHERE point = ? AND run_method = ? AND replication = ? AND run_cut = ?");
    bind_key(healed, run.key);
    healed.exec();
  }

  void add(const Failed& run) const {
    SQLite::Statement statement(sqlite, "INSERT OR REPLACE INTO failures VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
    bind_key(statement, run.key);
    statement.bind(5, run.run);
    statement.bind(6, run.reason);
    statement.bind(7, run.command);
    statement.bind(8, sum_of(run));
    statement.exec();
  }

  // What is beside `rows`, by the run that it is of.
  [[nodiscard]] Lines lines() const {
    Lines lines;
    for (const auto& table : beside) {
      for (auto& line : table.read()) {
        auto& of = lines[line.key];
        if (of.empty() || of.back().name != table.name()) of.push_back({table.name(), {}});
        of.back().rows.push_back(std::move(line.row));
      }
    }
    return lines;
  }

  // Puts a run's own lines back beside its row. Each begins with the cells that say of which run it is.
  void take_lines(Finished& run, Lines& all) const {
    auto own = all.extract(run.key);
    if (own.empty()) return;
    for (const auto& [name, lines] : own.mapped()) {
      std::vector<metrics::Row> table;
      for (const auto& line : lines) table.push_back(metrics::behind_run(run.row, line));
      run.row.add_table(name, std::move(table));
      verify(metrics::lines_of(run.row, {name, run.row.table(name)}) == lines,
             fmt::format("a line of run {} of the table {}", name_of(run.key), name));
    }
  }

  // Runs a piece of work; what SQLite complains of names the file.
  template <class Function>
  auto guarded(Function function) {
    try {
      return function();
    } catch (const SQLite::Exception& error) {
      if (!is_of_the_system(error.getErrorCode())) fail_as_damaged(error.what());
      const auto* question = error.getErrorCode() == SQLITE_CANTOPEN ? "are too many files open? see ulimit -n"
                             : error.getErrorCode() == SQLITE_BUSY   ? "does another program write to it?"
                                                                     : "is the disk full?";
      throw std::runtime_error(fmt::format(
          "{}: cannot be written: {} ({}); what was finished is kept, and the same command goes on from there",
          file.string(), error.what(), question));
    }
  }

  void put(const Shard& shard, bool is_complete) {
    SQLite::Statement statement(sqlite, "INSERT OR REPLACE INTO shards VALUES(?, ?, ?, ?)");
    statement.bind(1, static_cast<std::int64_t>(shard.index));
    statement.bind(2, static_cast<std::int64_t>(shard.count));
    statement.bind(3, static_cast<std::int64_t>(is_complete));
    statement.bind(4, sum_of(shard, is_complete));
    statement.exec();
  }

  // Instead of row `number`, or as a new one where that is 0; its number.
  std::int64_t put(const Session& session_now, std::int64_t number) {
    SQLite::Statement statement(
        sqlite,
        "INSERT OR REPLACE INTO sessions(session, host, started, jobs, shard, wall_s, runs, checksum) "
        "VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
    if (number > 0) statement.bind(1, number);
    statement.bind(2, session_now.host);
    statement.bind(3, session_now.started);
    statement.bind(4, static_cast<std::int64_t>(session_now.jobs));
    statement.bind(5, shard_text(session_now.shard));
    statement.bind(6, session_now.wall_seconds);
    statement.bind(7, session_now.runs);
    statement.bind(8, sum_of(session_now));
    statement.exec();
    return sqlite.getLastInsertRowid();
  }

  // With whether each is complete.
  std::vector<std::pair<Shard, bool>> shards() {
    return guarded([&] {
      std::vector<std::pair<Shard, bool>> found;
      SQLite::Statement query(sqlite, "SELECT shard, count, complete, checksum FROM shards ORDER BY count, shard");
      while (query.executeStep()) {
        const Shard shard{static_cast<std::size_t>(query.getColumn(0).getInt64()),
                          static_cast<std::size_t>(query.getColumn(1).getInt64())};
        const bool is_complete = query.getColumn(2).getInt64() != 0;
        verify(query.getColumn(3).getInt64() == sum_of(shard, is_complete), "a row of the table shards");
        found.emplace_back(shard, is_complete);
      }
      return found;
    });
  }

  // By their numbers, in the order in which they began.
  std::vector<std::pair<std::int64_t, Session>> sessions() {
    return guarded([&] {
      std::vector<std::pair<std::int64_t, Session>> found;
      SQLite::Statement query(sqlite,
                              "SELECT host, started, jobs, shard, wall_s, runs, checksum, session FROM sessions "
                              "ORDER BY started, session");
      while (query.executeStep()) {
        Session one;
        one.host = query.getColumn(0).getString();
        one.started = query.getColumn(1).getString();
        one.jobs = query.getColumn(2).getUInt();
        const auto shard = query.getColumn(3).getString();
        const bool is_shard = std::sscanf(shard.c_str(), "%zu/%zu", &one.shard.index, &one.shard.count) == 2;
        one.wall_seconds = query.getColumn(4).getDouble();
        one.runs = query.getColumn(5).getInt64();
        verify(is_shard && query.getColumn(6).getInt64() == sum_of(one), "a row of the table sessions");
        found.emplace_back(query.getColumn(7).getInt64(), std::move(one));
      }
      return found;
    });
  }

  void in_transaction(const std::function<void()>& work) {
    guarded([&] {
      SQLite::Transaction transaction(sqlite);
      work();
      transaction.commit();
    });
  }

  std::vector<std::string> texts(const std::string& query_text) const {
    std::vector<std::string> found;
    SQLite::Statement query(sqlite, query_text);
    while (query.executeStep()) found.push_back(query.getColumn(0).getString());
    return found;
  }
};

namespace {

// A write-ahead log keeps what was committed when the process dies; FULL also when the machine does.
void make_durable(SQLite::Database& sqlite) {
  sqlite.exec("PRAGMA journal_mode=WAL");
  sqlite.exec("PRAGMA synchronous=FULL");
}

void write_header(SQLite::Database& sqlite, const Header& header) {
  sqlite.exec(schema);
  const auto insert = [&](const std::string& text, const auto&... values) {
    SQLite::Statement statement(sqlite, text);
    int index = 1;
    (statement.bind(index++, values), ...);
    statement.exec();
  };
  insert("INSERT INTO manifest VALUES(?, ?)", std::string("format"), std::string(format_name));
  insert("INSERT INTO manifest VALUES(?, ?)", std::string("manifest"), header.manifest);
  for (const auto& [part, value] : header.identity.parts) {
    insert("INSERT INTO identity(part, value) VALUES(?, ?)", part, value);
  }
  for (const auto& column : header.columns) {
    insert("INSERT INTO columns(name, unit, meaning, do_not_trust_it_when, over_replications) VALUES(?, ?, ?, ?, ?)",
           column.name, column.unit, column.meaning, column.distrust, column.fold);
  }
  for (std::size_t method = 0; method < header.partitioners.size(); ++method) {
    insert("INSERT INTO partitioners VALUES(?, ?)", static_cast<std::int64_t>(method), header.partitioners[method]);
  }
  insert("INSERT INTO manifest VALUES(?, ?)", std::string("checksum"), std::to_string(sum_of(header)));
  for (const auto& name : header.baselines) insert("INSERT INTO baselines(partitioner) VALUES(?)", name);
  for (std::size_t point = 0; point < header.objectives.size(); ++point) {
    insert("INSERT INTO points VALUES(?, ?)", static_cast<std::int64_t>(point), header.objectives[point]);
  }
}

}  // namespace

namespace {

// What to do where there is no store.
std::string why_none(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_directory(file, error)) {
    return "no such store; `edgecut sweep SCENARIO` makes one, results/SCENARIO/sweep.sqlite";
  }
  const auto inside = file / "sweep.sqlite";
  if (store::exists(inside)) return fmt::format("is a folder, not a store; its store is {}", inside.string());
  return "is a folder without a store; `edgecut sweep SCENARIO -o FOLDER` makes one in it, sweep.sqlite";
}

}  // namespace

Store::Store(std::filesystem::path file, Access access) : file_(std::move(file)) {
  if (!store::exists(file_)) throw config::Error(fmt::format("{}: {}", file_.string(), why_none(file_)));
  try {
    database_ =
        std::make_unique<Database>(file_, access == Access::read ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE);
  } catch (const SQLite::Exception& error) {
    throw config::Error(fmt::format("{}: cannot be opened: {}", file_.string(), error.what()));
  }
  database_->guarded([&] {
    const auto found = database_->texts("SELECT value FROM manifest WHERE key = 'format'");
    if (found.empty() || found.front() != format_name) {
      throw config::Error(
          fmt::format("{}: is of the format '{}', not '{}': export it with the program that wrote it; "
                      "`edgecut sweep --fresh` starts again",
                      file_.string(), found.empty() ? "unknown" : found.front(), format_name));
    }
    database_->check_integrity();
    database_->read_columns();
  });
  if (access == Access::write) database_->guarded([&] { make_durable(database_->sqlite); });
}

Store::Store(std::filesystem::path file, const Header& header) : file_(std::move(file)) {
  try {
    database_ = std::make_unique<Database>(file_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  } catch (const SQLite::Exception& error) {
    throw config::Error(fmt::format("{}: cannot be made: {}", file_.string(), error.what()));
  }
  database_->guarded([&] { make_durable(database_->sqlite); });
  database_->in_transaction([&] { write_header(database_->sqlite, header); });
}

Store::~Store() = default;
Store::Store(Store&&) noexcept = default;

Header Store::header() const {
  return database_->guarded([&] {
    Header header;
    const auto manifests = database_->texts("SELECT value FROM manifest WHERE key = 'manifest'");
    const auto sums = database_->texts("SELECT value FROM manifest WHERE key = 'checksum'");
    if (manifests.size() == 1) header.manifest = manifests.front();
    header.partitioners = database_->texts("SELECT name FROM partitioners ORDER BY run_method");
    header.baselines = database_->texts("SELECT partitioner FROM baselines ORDER BY position");
    header.objectives = database_->texts("SELECT objective FROM points ORDER BY point");
    SQLite::Statement parts(database_->sqlite, "SELECT part, value FROM identity ORDER BY position");
    while (parts.executeStep()) {
      header.identity.parts.emplace_back(parts.getColumn(0).getString(), parts.getColumn(1).getString());
    }
    SQLite::Statement columns(database_->sqlite,
                              "SELECT name, unit, meaning, do_not_trust_it_when, over_replications FROM columns "
                              "ORDER BY position");
    while (columns.executeStep()) {
      header.columns.push_back({columns.getColumn(0).getString(), columns.getColumn(1).getString(),
                                columns.getColumn(2).getString(), columns.getColumn(3).getString(),
                                columns.getColumn(4).getString()});
    }
    database_->verify(sums.size() == 1 && sums.front() == std::to_string(sum_of(header)), "what the sweep is");
    return header;
  });
}

std::vector<Shard> Store::complete() const {
  std::vector<Shard> found;
  for (const auto& [shard, is_complete] : database_->shards()) {
    if (is_complete) found.push_back(shard);
  }
  return found;
}

std::vector<Shard> Store::shards() const {
  std::vector<Shard> found;
  for (const auto& [shard, is_complete] : database_->shards()) found.push_back(shard);
  return found;
}

double Store::wall_seconds() const {
  double sum = 0.0;
  for (const auto& session : sessions()) sum += session.wall_seconds;
  return sum;
}

std::vector<Session> Store::sessions() const {
  std::vector<Session> found;
  for (auto& [number, session] : database_->sessions()) found.push_back(std::move(session));
  return found;
}

std::vector<RunKey> Store::finished() const {
  return database_->guarded([&] {
    std::vector<RunKey> keys;
    if (database_->rows.columns().empty()) return keys;
    SQLite::Statement query(database_->sqlite, "SELECT point, run_method, replication, run_cut FROM rows");
    while (query.executeStep()) keys.push_back(key_of(query, 0));
    return keys;
  });
}

std::vector<std::pair<RunKey, double>> Store::numbers(const std::string& column) const {
  return database_->guarded([&] {
    std::vector<std::pair<RunKey, double>> found;
    if (database_->rows.columns().empty()) return found;
    SQLite::Statement query(
        database_->sqlite,
        fmt::format("SELECT point, run_method, replication, run_cut, {} FROM rows", in_quotes(column)));
    while (query.executeStep()) {
      const auto cell = query.getColumn(4);
      const bool is_number = cell.isFloat() || cell.isInteger();
      found.emplace_back(key_of(query, 0), is_number ? cell.getDouble() : std::numeric_limits<double>::quiet_NaN());
    }
    return found;
  });
}

namespace {

// Why a sweep with that header cannot have such a row; empty where it can.
std::string what_is_foreign(const Header& header, const Finished& run) {
  const auto& cells = run.row.cells();
  const auto partitioner = std::ranges::find(cells, "partitioner", [](const auto& named) { return named.first; });
  if (run.key.point >= header.objectives.size()) return fmt::format("of point {}", run.key.point);
  if (run.key.method >= header.partitioners.size()) return fmt::format("of partitioner number {}", run.key.method);
  if (partitioner == cells.end()) return "";
  const auto name = metrics::to_text(partitioner->second);
  const bool is_known = std::ranges::find(header.partitioners, name) != header.partitioners.end();
  return is_known ? "" : fmt::format("of partitioner '{}'", name);
}

}  // namespace

std::vector<Finished> Store::rows() const {
  const auto sweep = header();
  return database_->guarded([&] {
    std::vector<Finished> found;
    auto lines = database_->lines();
    for (auto& [key, checksum, row] : database_->rows.read()) {
      Finished run{key, std::move(row)};
      database_->take_lines(run, lines);
      database_->verify(checksum == sum_of(run),
                        fmt::format("row {} of the table rows{}", name_of(key),
                                    database_->beside.empty() ? "" : ", or what is beside it,"));
      const auto foreign = what_is_foreign(sweep, run);
      if (!foreign.empty()) database_->fail_as_damaged("it has a row " + foreign + ", which the sweep has not");
      found.push_back(std::move(run));
    }
    if (!lines.empty()) {
      const auto& [key, tables] = *lines.begin();
      database_->fail_as_damaged(fmt::format("the table {} has lines of a run {}, which the table rows has not",
                                             tables.front().name, name_of(key)));
    }
    return found;
  });
}

std::vector<Failed> Store::failures() const {
  return database_->guarded([&] {
    std::vector<Failed> found;
    SQLite::Statement query(
        database_->sqlite,
        "SELECT point, run_method, replication, run_cut, run, reason, command, checksum FROM failures "
        "ORDER BY point, run_method, replication, run_cut");
    while (query.executeStep()) {
      found.push_back({key_of(query, 0), query.getColumn(4).getString(), query.getColumn(5).getString(),
                       query.getColumn(6).getString()});
      database_->verify(query.getColumn(7).getInt64() == sum_of(found.back()), "a row of the table failures");
    }
    return found;
  });
}

void Store::begin_session(const Session& session) {
  database_->in_transaction([&] {
    database_->put(session.shard, false);
    database_->open_session = session;
    database_->session = database_->put(session, 0);
  });
}

void Store::record(const Session& session) {
  database_->in_transaction([&] {
    const auto begun = shards();
    if (std::ranges::find(begun, session.shard) == begun.end()) database_->put(session.shard, false);
    auto recorded = session;
    std::int64_t number = 0;
    for (const auto& [other, known] : database_->sessions()) {
      if (known.host != session.host || known.started != session.started || known.jobs != session.jobs ||
          known.shard != session.shard) {
        continue;
      }
      number = other;
      recorded.wall_seconds = std::max(known.wall_seconds, session.wall_seconds);
      recorded.runs = std::max(known.runs, session.runs);
    }
    database_->put(recorded, number);
  });
}

void Store::add(const std::vector<Finished>& finished, const std::vector<Failed>& failed, double wall_seconds) {
  database_->in_transaction([&] {
    for (const auto& run : failed) database_->add(run);
    for (const auto& run : finished) database_->add(run);
    if (database_->session == 0) return;  // they were played elsewhere
    auto& session = database_->open_session;
    session.wall_seconds = wall_seconds;
    session.runs += static_cast<std::int64_t>(finished.size() + failed.size());
    database_->put(session, database_->session);
  });
}

void Store::mark_complete(const Shard& shard) {
  database_->in_transaction([&] { database_->put(shard, true); });
}

void Store::close() {
  database_->guarded([&] {
    database_->rows.close();
    for (auto& table : database_->beside) table.close();
    try {
      database_->sqlite.exec("PRAGMA journal_mode=DELETE");
    } catch (const SQLite::Exception& error) {
      constexpr int busy = 5;  // somebody reads it: the log stays beside it, and nothing is lost
      if (error.getErrorCode() != busy) throw;
    }
  });
}

std::string sqlite_version() {
  return SQLite::getLibVersion();
}

bool exists(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error) || std::filesystem::file_size(file, error) == 0) return false;
  try {
    // One that was killed while it was being made has no tables yet.
    SQLite::Database database(file.string(), SQLite::OPEN_READONLY, 10000);
    return database.execAndGet("SELECT count(*) FROM sqlite_master").getInt() > 0;
  } catch (const SQLite::Exception&) {
    return true;  // something that is no store: opening it says so
  }
}

void remove(const std::filesystem::path& file) {
  for (const auto* suffix : {"", "-wal", "-shm", "-journal"}) {
    auto name = file;
    name += suffix;
    std::error_code error;
    std::filesystem::remove(name, error);
    if (error) throw config::Error(fmt::format("{}: cannot be removed: {}", name.string(), error.message()));
  }
}

}  // namespace edgecut::store
