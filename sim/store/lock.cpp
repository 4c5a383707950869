#include "store/lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "config/value.hpp"

namespace edgecut::store {
namespace {

struct flock whole_file() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

std::string holder(int file) {
  auto lock = whole_file();
  if (::fcntl(file, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK || lock.l_pid <= 0) return "";
  return fmt::format(" (process {})", lock.l_pid);
}

// Whether the name still leads to the file that was opened: who held it before may have removed it since.
bool is_at(const std::filesystem::path& path, int file) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(file, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
         opened.st_dev == named.st_dev;
}

}  // namespace

std::string why_not_locked(const std::filesystem::path& store, int error, const std::string& holder) {
  if (error == EAGAIN || error == EACCES) {  // POSIX leaves it to the system which
    return fmt::format("{}: another sweep is writing to it{}; wait for it, or write elsewhere with --output",
                       store.string(), holder);
  }
  return fmt::format("{}: cannot be locked: {}; write to a file system that has locks with --output", store.string(),
                     std::strerror(error));
}

Lock::Lock(const std::filesystem::path& store) : path_(store) {
  path_ += ".lock";
  while (true) {
    file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file_ < 0) throw config::Error(fmt::format("{}: cannot be made: {}", path_.string(), std::strerror(errno)));
    auto lock = whole_file();
    if (::fcntl(file_, F_SETLK, &lock) != 0) {
      const int error = errno;
      const auto who = holder(file_);
      ::close(file_);
      file_ = -1;
      throw config::Error(why_not_locked(store, error, who));
    }
    if (is_at(path_, file_)) return;
    ::close(file_);
  }
}

Lock::~Lock() {
  if (file_ < 0) return;
  ::unlink(path_.c_str());  // while it is held
  ::close(file_);
}

}  // namespace edgecut::store
