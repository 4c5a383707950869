#include "sweep/faults.hpp"

#include <fmt/format.h>

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "config/value.hpp"

namespace edgecut::sweep {
namespace {

[[noreturn]] void eat_memory() {
  constexpr std::size_t piece = std::size_t{1} << 24U;
  std::vector<std::vector<char>> eaten;
  for (std::size_t i = 0; i < 256; ++i) eaten.emplace_back(piece, 'x');
  throw std::runtime_error("took 4 GiB and met no limit");
}

}  // namespace

Faults Faults::of_environment() {
  const char* text = std::getenv("EDGECUT_FAULTS");
  return Faults(text == nullptr ? "" : text);
}

Faults::Faults(const std::string& text) {
  std::istringstream items(text);
  for (std::string item; std::getline(items, item, ',');) faults_.push_back(read(item));
}

Faults::Fault Faults::read(const std::string& item) {
  const auto at = item.find('@');
  const auto kind = item.substr(0, at);
  Fault fault;
  fault.run = at == std::string::npos ? "" : item.substr(at + 1);
  bool is_known = !fault.run.empty();
  if (kind == "segfault") {
    fault.kind = Kind::segfault;
  } else if (kind == "hang") {
    fault.kind = Kind::hang;
  } else if (kind == "memory") {
    fault.kind = Kind::memory;
  } else if (kind.starts_with("sleep=")) {
    int delay = 0;
    const auto [end, error] = std::from_chars(kind.data() + 6, kind.data() + kind.size(), delay);
    is_known = is_known && error == std::errc() && end == kind.data() + kind.size();
    fault.delay = std::chrono::milliseconds(delay);
  } else {
    is_known = false;
  }
  if (!is_known) {
    throw config::Error(
        fmt::format("EDGECUT_FAULTS: '{}' is not KIND@RUN (segfault, hang, memory or sleep=MS, and a run or *)", item));
  }
  return fault;
}

void Faults::play(const std::string& run) const {
  for (const auto& fault : faults_) {
    if (fault.run != "*" && fault.run != run) continue;
    switch (fault.kind) {
      case Kind::segfault:
        std::raise(SIGSEGV);
        break;
      case Kind::hang:
        while (true) std::this_thread::sleep_for(std::chrono::hours(1));
      case Kind::memory:
        eat_memory();
      case Kind::sleep:
        std::this_thread::sleep_for(fault.delay);
        break;
    }
  }
}

}  // namespace edgecut::sweep
