// One writer at a time.
#pragma once

#include <filesystem>
#include <string>

namespace edgecut::store {

/// Holds `<store>.lock` while it lives. The lock is of this process alone: children made by fork() do not hold it, and
/// it ends with the process however that ends. Over network file systems it is as good as their fcntl() locks.
class Lock {
 public:
  /// Throws config::Error naming the process when another one holds it, or when the file cannot be made.
  explicit Lock(const std::filesystem::path& store);
  ~Lock();
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  std::filesystem::path path_;
  int file_ = -1;
};

/// The error of a lock that fcntl() refused with `error`; `holder`: who has it, in words.
std::string why_not_locked(const std::filesystem::path& store, int error, const std::string& holder);

}  // namespace edgecut::store
