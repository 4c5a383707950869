// A table of a store whose lines are of runs. Within the store alone: it is SQLite.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <memory>
#include <string>
#include <vector>

#include "metrics/row.hpp"
#include "store/store.hpp"

namespace edgecut::store {

/// Columns `run_method`, `run_cut` and one more, then the cells of a row, among them `point` and `replication`. The first
/// row says what these cells are; their columns are untyped, so that SQLite keeps every cell as it is.
class RunTable {
 public:
  /// What the column is that is no cell: of `rows` a checksum, of other tables the number of the line in its run.
  enum class Numbers { checksums, lines };
  static constexpr std::size_t own_columns = 3;

  struct Line {
    RunKey key;
    std::int64_t number = 0;
    metrics::Row row;
  };

  RunTable(SQLite::Database& sqlite, std::string name, Numbers numbers)
      : sqlite_(&sqlite), name_(std::move(name)), numbers_(numbers) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Of its cells; none where the file has no such table.
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  /// Looks at the table in the file. False where its first columns are not those of such a table.
  bool read_columns();
  /// Writes a line, in place of the run's line that was there. Throws std::runtime_error where its cells are others than
  /// the table's.
  void add(const Line& line);
  void remove(const RunKey& key);
  /// By point, partitioner, replication, cut, and the number of the line.
  [[nodiscard]] std::vector<Line> read() const;
  /// Ends what SQLite has prepared.
  void close() { insert_.reset(); }

 private:
  void make(const metrics::Row& row);
  void prepare_insert();
  [[nodiscard]] const char* number_column() const { return numbers_ == Numbers::lines ? "line" : "checksum"; }

  SQLite::Database* sqlite_;
  std::string name_;
  Numbers numbers_;
  std::vector<std::string> columns_;
  std::unique_ptr<SQLite::Statement> insert_;
};

/// Tables of the file, other than `rows`, that hold lines of runs, by their names.
std::vector<RunTable> tables_of_lines(SQLite::Database& sqlite);

/// A name in the quotes of SQL.
std::string in_quotes(const std::string& name);
/// From four columns: point, run_method, replication, run_cut.
RunKey key_of(SQLite::Statement& statement, int first);
/// To the first four parameters.
void bind_key(SQLite::Statement& statement, const RunKey& key);
/// What stands for the cut: SQLite's primary key needs a value where there is none.
std::int64_t cut_cell(const RunKey& key);

}  // namespace edgecut::store
