#include "store/store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>

#include "config/value.hpp"

namespace edgecut::store {
namespace {

constexpr auto format_name = "edgecut store 1";

// The columns of `rows` that are no figures: SQLite's primary key needs a value where there is no cut.
constexpr std::int64_t no_cut = -1;

constexpr auto schema = R"(
CREATE TABLE manifest(key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE identity(position INTEGER PRIMARY KEY, part TEXT NOT NULL, value TEXT NOT NULL);
CREATE TABLE columns(position INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, meaning TEXT NOT NULL);
CREATE TABLE points(point INTEGER PRIMARY KEY, objective TEXT NOT NULL);
CREATE TABLE baselines(position INTEGER PRIMARY KEY, partitioner TEXT NOT NULL);
CREATE TABLE failures(point INTEGER NOT NULL, run_method INTEGER NOT NULL, replication INTEGER NOT NULL,
  run_cut INTEGER NOT NULL, run TEXT NOT NULL, reason TEXT NOT NULL, command TEXT NOT NULL,
  PRIMARY KEY(point, run_method, replication, run_cut));
CREATE TABLE shards(shard INTEGER NOT NULL, count INTEGER NOT NULL, complete INTEGER NOT NULL,
  PRIMARY KEY(shard, count));
CREATE TABLE sessions(session INTEGER PRIMARY KEY, host TEXT NOT NULL, started TEXT NOT NULL, jobs INTEGER NOT NULL,
  shard TEXT NOT NULL, wall_s REAL NOT NULL DEFAULT 0, runs INTEGER NOT NULL DEFAULT 0);
)";

constexpr auto plans_view = R"(
CREATE VIEW plans AS SELECT point, partitioner, feasible, cut, cut_index, layers_on_device, processor, encoding, exits,
  cut_B, count(*) AS runs FROM rows GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;
)";

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

RunKey key_of(SQLite::Statement& statement, int first) {
  RunKey key;
  key.point = static_cast<std::size_t>(statement.getColumn(first).getInt64());
  key.method = static_cast<std::size_t>(statement.getColumn(first + 1).getInt64());
  key.replication = statement.getColumn(first + 2).getInt64();
  if (const auto cut = statement.getColumn(first + 3).getInt64(); cut != no_cut) {
    key.cut = static_cast<std::size_t>(cut);
  }
  return key;
}

void bind_key(SQLite::Statement& statement, const RunKey& key) {
  statement.bind(1, static_cast<std::int64_t>(key.point));
  statement.bind(2, static_cast<std::int64_t>(key.method));
  statement.bind(3, key.replication);
  statement.bind(4, key.cut ? static_cast<std::int64_t>(*key.cut) : no_cut);
}

void bind_cell(SQLite::Statement& statement, int index, const metrics::Cell& cell) {
  if (const auto* real = std::get_if<double>(&cell)) {
    statement.bind(index, *real);
  } else if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
    statement.bind(index, *whole);
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    statement.bind(index, *text);
  } else {
    statement.bind(index);
  }
}

metrics::Cell cell_of(const SQLite::Column& column) {
  if (column.isFloat()) return column.getDouble();
  if (column.isInteger()) return static_cast<std::int64_t>(column.getInt64());
  if (column.isText()) return column.getString();
  return {};
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

struct Store::Database {
  Database(const std::filesystem::path& path, int flags) : file(path), sqlite(path.string(), flags, 10000) {}

  std::filesystem::path file;
  SQLite::Database sqlite;
  std::vector<std::string> columns;  // of `rows`, once there is a row
  std::unique_ptr<SQLite::Statement> insert;
  std::int64_t session = 0;

  void read_columns() {
    columns.clear();
    SQLite::Statement query(sqlite, "SELECT name FROM pragma_table_info('rows')");
    while (query.executeStep()) columns.push_back(query.getColumn(0).getString());
    if (!columns.empty()) columns.erase(columns.begin(), columns.begin() + 2);  // run_method, run_cut
  }

  // The first row says what the columns are; untyped, so that SQLite keeps every cell as it is.
  void make_rows(const metrics::Row& row) {
    std::string text = "CREATE TABLE rows(run_method, run_cut";
    columns.clear();
    for (const auto& [name, cell] : row.cells()) {
      text += ", " + quoted(name);
      columns.push_back(name);
    }
    sqlite.exec(text + ", PRIMARY KEY(point, run_method, replication, run_cut))");
    const auto has = [&](const char* name) { return std::ranges::find(columns, name) != columns.end(); };
    if (has("cut") && has("exits") && has("cut_B")) sqlite.exec(plans_view);
  }

  void prepare_insert() {
    std::string names = "run_method, run_cut";
    std::string marks = "?, ?";
    for (const auto& name : columns) {
      names += ", " + quoted(name);
      marks += ", ?";
    }
    insert = std::make_unique<SQLite::Statement>(
        sqlite, fmt::format("INSERT OR REPLACE INTO rows({}) VALUES({})", names, marks));
  }

  void add(const Finished& run) {
    if (columns.empty()) make_rows(run.row);
    if (!insert) prepare_insert();
    if (run.row.cells().size() != columns.size()) throw std::runtime_error("a row has other columns than the others");
    insert->bind(1, static_cast<std::int64_t>(run.key.method));
    insert->bind(2, run.key.cut ? static_cast<std::int64_t>(*run.key.cut) : no_cut);
    int index = 3;
    for (const auto& [name, cell] : run.row.cells()) bind_cell(*insert, index++, cell);
    insert->exec();
    insert->reset();
    insert->clearBindings();
    SQLite::Statement healed(
        sqlite, "DELETE FROM failures WHERE point = ? AND run_method = ? AND replication = ? AND run_cut = ?");
    bind_key(healed, run.key);
    healed.exec();
  }

  void add(const Failed& run) const {
    SQLite::Statement statement(sqlite, "INSERT OR REPLACE INTO failures VALUES(?, ?, ?, ?, ?, ?, ?)");
    bind_key(statement, run.key);
    statement.bind(5, run.run);
    statement.bind(6, run.reason);
    statement.bind(7, run.command);
    statement.exec();
  }

  // Runs a piece of work; what SQLite complains of names the file.
  template <class Function>
  auto guarded(Function function) {
    try {
      return function();
    } catch (const SQLite::Exception& error) {
      const auto code = error.getErrorCode();
      if (code == 11 || code == 26) {  // SQLITE_CORRUPT, SQLITE_NOTADB
        throw config::Error(
            fmt::format("{}: is damaged or no store: {}; --fresh starts again", file.string(), error.what()));
      }
      const auto* question =
          code == 14 ? "are too many files open? see ulimit -n" : "is the disk full?";  // SQLITE_CANTOPEN
      throw std::runtime_error(fmt::format(
          "{}: cannot be written: {} ({}); what was finished is kept, and the same command goes on from there",
          file.string(), error.what(), question));
    }
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
    insert("INSERT INTO columns(name, unit, meaning) VALUES(?, ?, ?)", column.name, column.unit, column.meaning);
  }
  for (const auto& name : header.baselines) insert("INSERT INTO baselines(partitioner) VALUES(?)", name);
  for (std::size_t point = 0; point < header.objectives.size(); ++point) {
    insert("INSERT INTO points VALUES(?, ?)", static_cast<std::int64_t>(point), header.objectives[point]);
  }
}

}  // namespace

Store::Store(std::filesystem::path file, Access access) : file_(std::move(file)) {
  if (!store::exists(file_)) throw config::Error(fmt::format("{}: no such store", file_.string()));
  try {
    database_ =
        std::make_unique<Database>(file_, access == Access::read ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE);
  } catch (const SQLite::Exception& error) {
    throw config::Error(fmt::format("{}: cannot be opened: {}", file_.string(), error.what()));
  }
  try {
    const auto found = database_->texts("SELECT value FROM manifest WHERE key = 'format'");
    if (found.empty() || found.front() != format_name) {
      throw config::Error(fmt::format("{}: is of the format '{}', not '{}'", file_.string(),
                                      found.empty() ? "unknown" : found.front(), format_name));
    }
    database_->read_columns();
  } catch (const SQLite::Exception& error) {
    throw config::Error(fmt::format("{}: is damaged or no store: {}", file_.string(), error.what()));
  }
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
    header.manifest = database_->texts("SELECT value FROM manifest WHERE key = 'manifest'").at(0);
    header.baselines = database_->texts("SELECT partitioner FROM baselines ORDER BY position");
    header.objectives = database_->texts("SELECT objective FROM points ORDER BY point");
    SQLite::Statement parts(database_->sqlite, "SELECT part, value FROM identity ORDER BY position");
    while (parts.executeStep()) {
      header.identity.parts.emplace_back(parts.getColumn(0).getString(), parts.getColumn(1).getString());
    }
    SQLite::Statement columns(database_->sqlite, "SELECT name, unit, meaning FROM columns ORDER BY position");
    while (columns.executeStep()) {
      header.columns.push_back(
          {columns.getColumn(0).getString(), columns.getColumn(1).getString(), columns.getColumn(2).getString()});
    }
    return header;
  });
}

std::vector<Shard> Store::complete() const {
  std::vector<Shard> found;
  SQLite::Statement query(database_->sqlite,
                          "SELECT shard, count FROM shards WHERE complete = 1 ORDER BY count, shard");
  while (query.executeStep()) {
    found.push_back({static_cast<std::size_t>(query.getColumn(0).getInt64()),
                     static_cast<std::size_t>(query.getColumn(1).getInt64())});
  }
  return found;
}

std::vector<Shard> Store::shards() const {
  std::vector<Shard> found;
  SQLite::Statement query(database_->sqlite, "SELECT shard, count FROM shards ORDER BY count, shard");
  while (query.executeStep()) {
    found.push_back({static_cast<std::size_t>(query.getColumn(0).getInt64()),
                     static_cast<std::size_t>(query.getColumn(1).getInt64())});
  }
  return found;
}

double Store::wall_seconds() const {
  return database_->sqlite.execAndGet("SELECT total(wall_s) FROM sessions").getDouble();
}

std::vector<Session> Store::sessions() const {
  std::vector<Session> found;
  SQLite::Statement query(database_->sqlite,
                          "SELECT host, started, jobs, shard, wall_s, runs FROM sessions ORDER BY started, session");
  while (query.executeStep()) {
    Session session;
    session.host = query.getColumn(0).getString();
    session.started = query.getColumn(1).getString();
    session.jobs = query.getColumn(2).getUInt();
    const auto shard = query.getColumn(3).getString();
    session.shard = {std::stoul(shard), std::stoul(shard.substr(shard.find('/') + 1))};
    session.wall_seconds = query.getColumn(4).getDouble();
    session.runs = query.getColumn(5).getInt64();
    found.push_back(std::move(session));
  }
  return found;
}

std::vector<RunKey> Store::finished() const {
  std::vector<RunKey> keys;
  if (database_->columns.empty()) return keys;
  SQLite::Statement query(database_->sqlite, "SELECT point, run_method, replication, run_cut FROM rows");
  while (query.executeStep()) keys.push_back(key_of(query, 0));
  return keys;
}

std::vector<std::pair<RunKey, double>> Store::numbers(const std::string& column) const {
  std::vector<std::pair<RunKey, double>> found;
  if (database_->columns.empty()) return found;
  SQLite::Statement query(database_->sqlite,
                          fmt::format("SELECT point, run_method, replication, run_cut, {} FROM rows", quoted(column)));
  while (query.executeStep()) {
    const auto cell = query.getColumn(4);
    const bool is_number = cell.isFloat() || cell.isInteger();
    found.emplace_back(key_of(query, 0), is_number ? cell.getDouble() : std::numeric_limits<double>::quiet_NaN());
  }
  return found;
}

std::vector<Finished> Store::rows() const {
  return database_->guarded([&] {
    std::vector<Finished> found;
    if (database_->columns.empty()) return found;
    SQLite::Statement query(database_->sqlite,
                            "SELECT point, run_method, replication, run_cut, * FROM rows "
                            "ORDER BY point, run_method, replication, run_cut");
    constexpr int before = 6;  // the key, and the two of * that are no figures
    while (query.executeStep()) {
      Finished run{key_of(query, 0), {}};
      for (std::size_t i = 0; i < database_->columns.size(); ++i) {
        run.row.add(database_->columns[i], cell_of(query.getColumn(before + static_cast<int>(i))));
      }
      found.push_back(std::move(run));
    }
    return found;
  });
}

std::vector<Failed> Store::failures() const {
  std::vector<Failed> found;
  SQLite::Statement query(database_->sqlite,
                          "SELECT point, run_method, replication, run_cut, run, reason, command FROM failures "
                          "ORDER BY point, run_method, replication, run_cut");
  while (query.executeStep()) {
    found.push_back({key_of(query, 0), query.getColumn(4).getString(), query.getColumn(5).getString(),
                     query.getColumn(6).getString()});
  }
  return found;
}

void Store::begin_session(const Session& session) {
  database_->in_transaction([&] {
    SQLite::Statement shard(database_->sqlite, "INSERT OR REPLACE INTO shards VALUES(?, ?, 0)");
    shard.bind(1, static_cast<std::int64_t>(session.shard.index));
    shard.bind(2, static_cast<std::int64_t>(session.shard.count));
    shard.exec();
    SQLite::Statement statement(database_->sqlite,
                                "INSERT INTO sessions(host, started, jobs, shard) VALUES(?, ?, ?, ?)");
    statement.bind(1, session.host);
    statement.bind(2, session.started);
    statement.bind(3, static_cast<std::int64_t>(session.jobs));
    statement.bind(4, fmt::format("{}/{}", session.shard.index, session.shard.count));
    statement.exec();
    database_->session = database_->sqlite.getLastInsertRowid();
  });
}

void Store::record(const Session& session) {
  const auto shard = fmt::format("{}/{}", session.shard.index, session.shard.count);
  database_->in_transaction([&] {
    SQLite::Statement begun(database_->sqlite, "INSERT OR IGNORE INTO shards VALUES(?, ?, 0)");
    begun.bind(1, static_cast<std::int64_t>(session.shard.index));
    begun.bind(2, static_cast<std::int64_t>(session.shard.count));
    begun.exec();
    SQLite::Statement known(database_->sqlite,
                            "UPDATE sessions SET wall_s = max(wall_s, ?), runs = max(runs, ?) "
                            "WHERE host = ? AND started = ? AND jobs = ? AND shard = ?");
    SQLite::Statement insert(database_->sqlite,
                             "INSERT INTO sessions(wall_s, runs, host, started, jobs, shard) VALUES(?, ?, ?, ?, ?, ?)");
    for (auto* statement : {&known, &insert}) {
      statement->bind(1, session.wall_seconds);
      statement->bind(2, session.runs);
      statement->bind(3, session.host);
      statement->bind(4, session.started);
      statement->bind(5, static_cast<std::int64_t>(session.jobs));
      statement->bind(6, shard);
    }
    if (known.exec() == 0) insert.exec();
  });
}

void Store::add(const std::vector<Finished>& finished, const std::vector<Failed>& failed, double wall_seconds) {
  database_->in_transaction([&] {
    for (const auto& run : failed) database_->add(run);
    for (const auto& run : finished) database_->add(run);
    SQLite::Statement statement(database_->sqlite, "UPDATE sessions SET wall_s = ?, runs = runs + ? WHERE session = ?");
    statement.bind(1, wall_seconds);
    statement.bind(2, static_cast<std::int64_t>(finished.size() + failed.size()));
    statement.bind(3, database_->session);
    statement.exec();
  });
}

void Store::mark_complete(const Shard& shard) {
  database_->in_transaction([&] {
    SQLite::Statement statement(database_->sqlite, "INSERT OR REPLACE INTO shards VALUES(?, ?, 1)");
    statement.bind(1, static_cast<std::int64_t>(shard.index));
    statement.bind(2, static_cast<std::int64_t>(shard.count));
    statement.exec();
  });
}

void Store::close() {
  database_->guarded([&] {
    database_->insert.reset();
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
