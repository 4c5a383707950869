// The store of a sweep: one SQLite file that survives kill -9 at any moment. docs/sweeps.md has its tables. SQLite stays
// inside store.cpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "metrics/row.hpp"

namespace edgecut::store {

/// Which run of the sweep: indices of the point and of the partitioner, the replication, and of best_fixed the cut.
struct RunKey {
  std::size_t point = 0;
  std::size_t method = 0;
  std::int64_t replication = 0;
  std::optional<std::size_t> cut;
  friend auto operator<=>(const RunKey&, const RunKey&) = default;
};

struct Finished {
  RunKey key;
  metrics::Row row;
};

struct Failed {
  RunKey key;
  std::string run;  // as users name it: "3/oracle/0"
  std::string reason;
  std::string command;  // that repeats it
};

/// What a sweep is, part by part (the scenario's text, settings, hashes of files, ...): two stores hold runs of the same
/// sweep exactly when all parts are equal.
struct Identity {
  std::vector<std::pair<std::string, std::string>> parts;
};

/// Parts that two sweeps do not share, in words: "the scenario (line 3: 'seed: 1' there, 'seed: 2' here)". `here` is
/// what is asked for. Parts named in `ignored` may differ.
std::vector<std::string> differences(const Identity& there, const Identity& here,
                                     const std::vector<std::string>& ignored = {});

/// One of n parts of a sweep, from 1.
struct Shard {
  std::size_t index = 1;
  std::size_t count = 1;
  friend auto operator<=>(const Shard&, const Shard&) = default;
};

/// What a column of the rows means.
struct ColumnText {
  std::string name;
  std::string unit;
  std::string meaning;
  std::string distrust;  // do not trust it when
  std::string fold;      // over replications
};

/// What is the same for all runs, written once.
struct Header {
  Identity identity;
  std::string manifest;                   // JSON; what export adds to it is not in it
  std::vector<std::string> partitioners;  // of all points
  std::vector<std::string> baselines;     // names of partitioners
  std::vector<std::string> objectives;    // a point's: the column in which best_fixed keeps the least
  std::vector<ColumnText> columns;
};

/// One process at work on the store, for the manifest; wall-clock figures are nowhere else.
struct Session {
  std::string host;
  std::string started;  // ISO 8601, UTC
  unsigned jobs = 1;
  Shard shard;
  double wall_seconds = 0.0;
  std::int64_t runs = 0;
};

enum class Access { read, write };

/// Errors, all naming the file: config::Error for one that is no store, is damaged or of another format;
/// std::runtime_error when it cannot be read or written (a full disk), after which what was committed before is still
/// there. Damaged is a store that SQLite finds broken, one whose tables are not those of a store, or one that holds a row
/// that its checksum does not belong to, or whose partitioner or point the sweep does not have: nothing is read from it
/// that was not written.
class Store {
 public:
  /// Opens a store that is there. For writing, hold a Lock.
  Store(std::filesystem::path file, Access access);
  /// Makes a store; the file must not be there.
  Store(std::filesystem::path file, const Header& header);
  ~Store();
  Store(Store&&) noexcept;

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] Header header() const;
  /// Shards that were played to the end.
  [[nodiscard]] std::vector<Shard> complete() const;
  /// Shards that were begun, complete or not.
  [[nodiscard]] std::vector<Shard> shards() const;
  [[nodiscard]] double wall_seconds() const;
  [[nodiscard]] std::vector<Session> sessions() const;

  [[nodiscard]] std::vector<RunKey> finished() const;
  /// A number of every finished run, NaN where it is none.
  [[nodiscard]] std::vector<std::pair<RunKey, double>> numbers(const std::string& column) const;
  /// By point, partitioner, replication and cut.
  [[nodiscard]] std::vector<Finished> rows() const;
  [[nodiscard]] std::vector<Failed> failures() const;

  /// The session's shard counts as not complete until it is marked.
  void begin_session(const Session& session);
  /// A session of another store of this sweep, which knows at least as much of it as this one does. Doing it again changes
  /// nothing.
  void record(const Session& session);
  /// All of these or none, on the disk when it returns. A finished run takes the place of a failure, not the reverse.
  void add(const std::vector<Finished>& finished, const std::vector<Failed>& failed, double wall_seconds);
  void mark_complete(const Shard& shard);
  /// Makes the store one file again, which may be copied.
  void close();

 private:
  struct Database;
  std::filesystem::path file_;
  std::unique_ptr<Database> database_;
};

std::string sqlite_version();

/// Whether a store was begun in the file.
bool exists(const std::filesystem::path& file);
/// Removes a store with all that SQLite keeps beside it.
void remove(const std::filesystem::path& file);

}  // namespace edgecut::store
