// A program that answers lines with lines, over its standard input and output. For the partitioners' own use.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace edgecut::partition {

/// The program runs from the constructor to the destructor, which closes its standard input, gives it a second to end
/// and then kills it. It ends with this process, too, should that end without destructors. Its errors
/// go where ours go. What it starts itself is its own affair.
class LineProcess {
 public:
  /// Bytes that may have come and were not asked for yet.
  static constexpr std::size_t longest_answer = 16'000'000;

  /// Looks for `command[0]` as a shell does and starts it in `folder`. Throws std::runtime_error when it cannot be
  /// started.
  LineProcess(std::vector<std::string> command, const std::filesystem::path& folder);
  LineProcess(const LineProcess&) = delete;
  LineProcess& operator=(const LineProcess&) = delete;
  ~LineProcess();

  /// Sends a line and returns the next line that comes back, without its end. Throws std::runtime_error when the
  /// program ends first, takes longer than `timeout` or puts out more than `longest_answer`; it is of no use any more
  /// then.
  std::string ask(std::string_view line, std::chrono::duration<double> timeout);

  /// False in a process forked from the one that started it: the program is not to be shared.
  [[nodiscard]] bool is_own() const;
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  using Clock = std::chrono::steady_clock;

  void send_some(std::string_view& rest) const;
  void receive_some();
  void wait_until(Clock::time_point end, bool to_send) const;
  bool has_ended_by(Clock::time_point end);
  [[noreturn]] void fail_ended();
  [[noreturn]] void fail_flooded() const;

  pid_t owner_;
  pid_t pid_ = -1;
  int socket_ = -1;
  bool is_reaped_ = false;
  int status_ = 0;  // once reaped
  bool at_end_ = false;
  std::string received_;  // of lines not yet asked for
};

}  // namespace edgecut::partition
