#include "sweep/processes.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace edgecut::sweep {
namespace {

using Clock = std::chrono::steady_clock;
using Job = std::function<std::string(std::size_t)>;

struct Child {
  pid_t pid = -1;
  int pipe = -1;
  std::size_t job = 0;
  Clock::time_point started;
  std::string received;
};

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void write_all(int file, const std::string& text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const auto n = ::write(file, text.data() + written, text.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) ::_exit(3);
    written += static_cast<std::size_t>(n);
  }
}

// A message is one status character and then the output or the reason.
constexpr char ok = '+';
constexpr char failed = '-';

std::string mebibytes(std::uint64_t bytes) {
  return fmt::format("{:.0f} MiB", static_cast<double>(bytes) / 1048576.0);
}

void limit_memory(std::uint64_t bytes) {
  if (bytes == 0) return;
  const rlimit limit{bytes, bytes};
  if (::setrlimit(RLIMIT_AS, &limit) != 0) ::_exit(4);
}

[[noreturn]] void be_child(int pipe, const Execution& execution, const Job& job, std::size_t index, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(5);  // it died before that was set
  limit_memory(execution.memory);
  std::string message;
  try {
    message = ok + job(index);
  } catch (const std::bad_alloc&) {
    message = failed + std::string("out of memory") +
              (execution.memory == 0 ? "" : ": it needs more than the limit of " + mebibytes(execution.memory));
  } catch (const std::exception& error) {
    message = failed + std::string(error.what());
    if (message.size() == 1) message += "an exception without a text";
  } catch (...) {
    message = failed + std::string("something was thrown that is no exception");
  }
  write_all(pipe, message);
  ::_exit(0);  // no destructors: tearing a platform down is slow and of no use
}

// Reads all that is there, without waiting; false at the end.
bool receive(Child& child) {
  std::array<char, 65536> buffer{};
  while (true) {
    const auto n = ::read(child.pipe, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return true;
    if (n <= 0) return false;
    child.received.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

// A pipe for each that runs at a time, and some for the rest of the program and for what a run opens.
void allow_open_files(std::size_t at_a_time) {
  constexpr rlim_t others = 32;
  const auto needed = static_cast<rlim_t>(at_a_time) + others;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed) return;
  const auto allowed = limit.rlim_max;
  limit.rlim_cur = std::min(needed, allowed);
  if (allowed >= needed && ::setrlimit(RLIMIT_NOFILE, &limit) == 0) return;
  throw std::runtime_error(fmt::format(
      "{} runs at a time need {} open files, and the system allows {}: raise that (ulimit -Hn) or play fewer (--jobs)",
      at_a_time, needed, allowed));
}

// fork() copies an entry for each page of the parent. With a study of thousands of points on its heap that is most of what
// a small run costs the system; in pages of 2 MiB it is little. Where the system cannot (Linux before 6.1) all stays as it
// is.
void put_heap_in_large_pages() {
  constexpr int collapse = 25;  // MADV_COLLAPSE, which older headers lack
  constexpr std::uintptr_t page = 2U << 20U;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (!line.ends_with("[heap]")) continue;
    std::size_t dash = 0;
    const std::uintptr_t begin = (std::stoull(line, &dash, 16) + page - 1) / page * page;
    const std::uintptr_t end = std::stoull(line.substr(dash + 1), nullptr, 16) / page * page;
    // An address that the system itself names. NOLINTNEXTLINE(performance-no-int-to-ptr,*-reinterpret-cast)
    if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, collapse);
  }
}

// The children of one call; none outlives it.
class Children {
 public:
  Children(const Execution& execution, const Job& job) : execution_(execution), job_(job) {}
  ~Children() {
    for (auto& child : running_) kill(child);
  }
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;

  [[nodiscard]] bool is_full() const { return running_.size() >= std::max(1U, execution_.parallel); }

  void start(std::size_t index) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("cannot make a pipe");
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) {
      ::close(ends[0]);
      ::close(ends[1]);
      fail("cannot start a process");
    }
    if (pid == 0) {
      ::close(ends[0]);
      be_child(ends[1], execution_, job_, index, parent);
    }
    ::close(ends[1]);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    ::setpgid(pid, pid);  // here and in the child: whoever comes first
    running_.push_back({pid, ends[0], index, Clock::now(), {}});
  }

  // Waits until something happens and adds those that ended.
  void gather(std::vector<Ended>& ended) {
    std::vector<pollfd> waiting;
    for (const auto& child : running_) waiting.push_back({child.pipe, POLLIN, 0});
    constexpr int a_moment = 200;  // ms: for time-outs, and interrupts that came before the wait
    if (::poll(waiting.data(), waiting.size(), a_moment) < 0) {
      if (errno == EINTR) return;
      fail("cannot wait for a process");
    }
    const auto now = Clock::now();
    for (std::size_t i = running_.size(); i-- > 0;) {
      auto result = look_at(running_[i], waiting[i].revents != 0, now);
      if (!result) continue;
      ended.push_back({running_[i].job, std::move(*result)});
      running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  // "0/oracle/3 for 12 s, 1/oracle/0 for 4 s", the longest first.
  [[nodiscard]] std::string under_way(const JobName& name) const {
    constexpr std::size_t most = 8;
    std::vector<std::string> texts;
    for (const auto& child : running_) {  // in the order in which they started
      if (texts.size() == most) break;
      const double seconds = std::chrono::duration<double>(Clock::now() - child.started).count();
      const auto called = name ? name(child.job) : fmt::format("job {}", child.job);
      texts.push_back(fmt::format("{} for {:.3g} s", called, seconds));
    }
    const auto others = running_.size() - texts.size();
    return fmt::format("{}{}", fmt::join(texts, ", "), others > 0 ? fmt::format(" and {} more", others) : "");
  }

 private:
  std::optional<JobResult> look_at(Child& child, bool has_news, Clock::time_point now) {
    const bool is_late =
        execution_.timeout > 0.0 && std::chrono::duration<double>(now - child.started).count() > execution_.timeout;
    if ((has_news || is_late) && !receive(child)) return collect(child);
    // One that sends has done its job, however late the parent looks.
    if (!is_late || !child.received.empty()) return std::nullopt;
    kill(child);
    return JobResult{"", fmt::format("took longer than the limit of {} s", execution_.timeout)};
  }

  JobResult collect(Child& child) const {
    ::close(child.pipe);
    const int status = wait_for(child.pid);
    if (WIFSIGNALED(status)) {
      const int signal = WTERMSIG(status);
      return {"", fmt::format("killed by signal {} ({}){}", signal, ::strsignal(signal),
                              signal == SIGKILL        ? ", perhaps for lack of memory"
                              : execution_.memory == 0 ? ""
                                                       : ", with memory limited to " + mebibytes(execution_.memory))};
    }
    if (WEXITSTATUS(status) != 0 || child.received.empty()) {
      return {"", fmt::format("the process ended early with status {}", WEXITSTATUS(status))};
    }
    const bool succeeded = child.received.front() == ok;
    auto text = child.received.substr(1);
    return succeeded ? JobResult{std::move(text), ""} : JobResult{"", std::move(text)};
  }

  static void kill(Child& child) {
    if (::kill(-child.pid, SIGKILL) != 0) ::kill(child.pid, SIGKILL);
    ::close(child.pipe);
    wait_for(child.pid);
  }

  const Execution& execution_;
  const Job& job_;
  std::vector<Child> running_;
};

}  // namespace

std::uint64_t address_space() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t pages = 0;
  statm >> pages;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void run_processes(std::size_t count, const Execution& execution, const Job& job,
                   const std::function<void(std::vector<Ended>)>& ended, const JobName& name) {
  allow_open_files(std::min<std::size_t>(count, execution.parallel));
  constexpr std::size_t many = 100;
  if (count >= many) put_heap_in_large_pages();
  Children children(execution, job);
  std::size_t next = 0;
  std::size_t seen = 0;
  const auto is_interrupted = [&] { return execution.interrupted != nullptr && *execution.interrupted != 0; };
  std::fflush(nullptr);  // or every child would print what is still buffered
  const auto fill = [&] {
    while (next < count && !children.is_full()) children.start(next++);
  };
  while (seen < count) {
    fill();
    std::vector<Ended> gathered;
    children.gather(gathered);
    if (is_interrupted()) {
      throw Interrupted(fmt::format("{} of {} had ended; under way: {}", seen, count, children.under_way(name)));
    }
    if (gathered.empty()) continue;
    fill();  // before the parent is busy with what it got
    seen += gathered.size();
    ended(std::move(gathered));
  }
}

std::vector<JobResult> run_all(std::size_t count, const Execution& execution, const Job& job,
                               const std::function<void(std::size_t)>& done, const JobName& name) {
  std::vector<JobResult> results(count);
  std::size_t seen = 0;
  const auto keep = [&](std::vector<Ended> gathered) {
    for (auto& one : gathered) {
      results[one.job] = std::move(one.result);
      done(++seen);
    }
  };
  run_processes(count, execution, job, keep, name);
  return results;
}

std::vector<JobResult> run_processes(std::size_t count, unsigned parallel, const Job& job,
                                     const std::function<void(std::size_t)>& done) {
  Execution execution;
  execution.parallel = parallel;
  return run_all(count, execution, job, done);
}

}  // namespace edgecut::sweep
