#include "commands/interrupts.hpp"

#include <csignal>

namespace edgecut::commands {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void on_interrupt(int) {
  interrupted = 1;
}

}  // namespace

sweep::Execution interruptible(sweep::Execution execution) {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGXFSZ, SIG_IGN);
  execution.interrupted = &interrupted;
  return execution;
}

}  // namespace edgecut::commands
