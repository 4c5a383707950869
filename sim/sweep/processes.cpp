#include "sweep/processes.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <system_error>

namespace edgecut::sweep {
namespace {

struct Child {
  pid_t pid = -1;
  int pipe = -1;
  std::size_t job = 0;
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

[[noreturn]] void be_child(int pipe, const std::function<std::string(std::size_t)>& job, std::size_t index) {
  std::string message;
  try {
    message = ok + job(index);
  } catch (const std::exception& error) {
    message = failed + std::string(error.what());
    if (message.size() == 1) message += "an exception without a text";
  } catch (...) {
    message = failed + std::string("something was thrown that is no exception");
  }
  write_all(pipe, message);
  ::_exit(0);  // no destructors: tearing a platform down is slow and of no use
}

Child start(const std::function<std::string(std::size_t)>& job, std::size_t index) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("cannot make a pipe");
  const pid_t pid = ::fork();
  if (pid < 0) fail("cannot start a process");
  if (pid == 0) {
    ::close(ends[0]);
    be_child(ends[1], job, index);
  }
  ::close(ends[1]);
  return {pid, ends[0], index, {}};
}

// Reads what is there; false at the end.
bool receive(Child& child) {
  std::array<char, 65536> buffer{};
  const auto n = ::read(child.pipe, buffer.data(), buffer.size());
  if (n < 0 && errno == EINTR) return true;
  if (n <= 0) return false;
  child.received.append(buffer.data(), static_cast<std::size_t>(n));
  return true;
}

JobResult collect(Child& child) {
  ::close(child.pipe);
  int status = 0;
  while (::waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status))
    return {"", fmt::format("killed by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)))};
  if (WEXITSTATUS(status) != 0 || child.received.empty()) {
    return {"", fmt::format("the process ended early with status {}", WEXITSTATUS(status))};
  }
  const bool succeeded = child.received.front() == ok;
  auto text = child.received.substr(1);
  return succeeded ? JobResult{std::move(text), ""} : JobResult{"", std::move(text)};
}

}  // namespace

std::vector<JobResult> run_processes(std::size_t count, unsigned parallel,
                                     const std::function<std::string(std::size_t)>& job,
                                     const std::function<void(std::size_t)>& done) {
  std::vector<JobResult> results(count);
  std::vector<Child> running;
  std::size_t next = 0;
  std::size_t ended = 0;
  std::fflush(nullptr);  // or every child would print what is still buffered
  while (ended < count) {
    while (next < count && running.size() < std::max(1U, parallel)) running.push_back(start(job, next++));
    std::vector<pollfd> waiting;
    for (const auto& child : running) waiting.push_back({child.pipe, POLLIN, 0});
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) fail("cannot wait for a process");
    for (std::size_t i = running.size(); i-- > 0;) {
      if (waiting[i].revents == 0 || receive(running[i])) continue;
      results[running[i].job] = collect(running[i]);
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
      done(++ended);
    }
  }
  return results;
}

}  // namespace edgecut::sweep
