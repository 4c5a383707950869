#include "partition/methods/line_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace edgecut::partition {
namespace {

using namespace std::chrono_literals;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// After fork(): becomes the program, or tells by `report` why not.
[[noreturn]] void be_program(const std::vector<char*>& arguments, const char* folder, int socket, int report,
                             pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);
  if (::dup2(socket, STDIN_FILENO) >= 0 && ::dup2(socket, STDOUT_FILENO) >= 0 && ::chdir(folder) == 0) {
    ::execvp(arguments.front(), arguments.data());
  }
  const int why = errno;
  while (::write(report, &why, sizeof why) < 0 && errno == EINTR) {
  }
  ::_exit(127);
}

// The errno of a program that did not start; 0 for one that did, whose end of the pipe closes with exec.
int start_error(int report) {
  int why = 0;
  ssize_t n = 0;
  while ((n = ::read(report, &why, sizeof why)) < 0 && errno == EINTR) {
  }
  return n == static_cast<ssize_t>(sizeof why) ? why : 0;
}

int milliseconds_until(std::chrono::steady_clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<long>(left, 0, 1'000'000'000));
}

}  // namespace

LineProcess::LineProcess(std::vector<std::string> command, const std::filesystem::path& folder) : owner_(::getpid()) {
  std::vector<char*> arguments;
  for (auto& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::array<int, 2> sockets{};
  std::array<int, 2> report{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0) fail("cannot make a socket");
  if (::pipe2(report.data(), O_CLOEXEC) != 0) fail("cannot make a pipe");
  socket_ = sockets[0];
  pid_ = ::fork();
  if (pid_ == 0) be_program(arguments, folder.c_str(), sockets[1], report[1], owner_);
  const int fork_error = pid_ < 0 ? errno : 0;
  ::close(sockets[1]);
  ::close(report[1]);
  const int why = pid_ < 0 ? fork_error : start_error(report[0]);
  ::close(report[0]);
  if (why == 0) return;
  ::close(socket_);
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
  throw std::runtime_error(fmt::format("cannot be started in {}: {}", folder.string(), std::strerror(why)));
}

LineProcess::~LineProcess() {
  if (is_own()) {
    ::shutdown(socket_, SHUT_WR);
    if (!has_ended_by(Clock::now() + 1s)) {
      ::kill(pid_, SIGKILL);
      while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
  }
  ::close(socket_);
}

bool LineProcess::is_own() const {
  return owner_ == ::getpid();
}

std::string LineProcess::ask(std::string_view line, std::chrono::duration<double> timeout) {
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(timeout);
  const auto message = std::string(line) + '\n';
  std::string_view rest = message;
  for (;;) {
    send_some(rest);
    receive_some();
    if (const auto at = received_.find('\n'); at != std::string::npos) {
      auto answer = received_.substr(0, at);
      received_.erase(0, at + 1);
      return answer;
    }
    if (at_end_) fail_ended();
    if (Clock::now() >= end) {
      ::kill(pid_, SIGKILL);
      throw std::runtime_error(fmt::format("no answer within {:g} s", timeout.count()));
    }
    wait_until(end, !rest.empty());
  }
}

// MSG_NOSIGNAL: a program that has ended is an error of its own, not our death by SIGPIPE.
void LineProcess::send_some(std::string_view& rest) const {
  while (!rest.empty()) {
    const auto n = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EPIPE || errno == ECONNRESET)) rest = {};  // its answer may be there, or the end is
    if (n <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
}

void LineProcess::receive_some() {
  std::array<char, 65536> buffer{};
  for (;;) {
    const auto n = ::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    at_end_ = n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
    if (n <= 0) return;
    received_.append(buffer.data(), static_cast<std::size_t>(n));
    if (received_.size() > longest_answer) fail_flooded();
  }
}

void LineProcess::fail_flooded() const {
  ::kill(pid_, SIGKILL);
  throw std::runtime_error(fmt::format("more than {} MB of answer; a line ends an answer", longest_answer / 1'000'000));
}

void LineProcess::wait_until(Clock::time_point end, bool to_send) const {
  pollfd wanted{socket_, static_cast<short>(to_send ? POLLIN | POLLOUT : POLLIN), 0};
  if (::poll(&wanted, 1, milliseconds_until(end)) < 0 && errno != EINTR) fail("cannot wait for an answer");
}

bool LineProcess::has_ended_by(Clock::time_point end) {
  while (!is_reaped_) {
    is_reaped_ = ::waitpid(pid_, &status_, WNOHANG) != 0;
    if (is_reaped_ || Clock::now() >= end) break;
    std::this_thread::sleep_for(1ms);
  }
  return is_reaped_;
}

void LineProcess::fail_ended() {
  if (!has_ended_by(Clock::now() + 1s)) throw std::runtime_error("it closed its output without an answer");
  if (WIFSIGNALED(status_)) {
    throw std::runtime_error(
        fmt::format("killed by signal {} ({}) before an answer", WTERMSIG(status_), ::strsignal(WTERMSIG(status_))));
  }
  throw std::runtime_error(fmt::format("ended with status {} before an answer", WEXITSTATUS(status_)));
}

}  // namespace edgecut::partition
