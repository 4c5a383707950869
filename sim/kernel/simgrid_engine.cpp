#include "kernel/simgrid_engine.hpp"

#include <fmt/format.h>
#include <simgrid/version.h>
#include <xbt/log.h>

#include <array>
#include <string>

#include "kernel/version.hpp"

namespace edgecut::kernel {
namespace {

namespace sg4 = simgrid::s4u;

// Possible once per process only.
void configure() {
  static const bool once = [] {
    sg4::Engine::set_config("network/model:CM02");
    sg4::Engine::set_config("network/crosstraffic:0");
    sg4::Engine::set_config("surf/precision:1e-12");
    return true;
  }();
  static_cast<void>(once);
}

}  // namespace

std::string simgrid_version() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  sg_version_get(&major, &minor, &patch);
  return fmt::format("{}.{}.{}", major, minor, patch);
}

std::unique_ptr<sg4::Engine> make_engine() {
  xbt_log_control_set("root.thres:warning");
  // SimGrid wants writable arguments.
  static std::string name = "edgecut";
  static std::array<char*, 2> arguments{name.data(), nullptr};
  int count = 1;
  auto engine = std::make_unique<sg4::Engine>(&count, arguments.data());
  configure();
  return engine;
}

}  // namespace edgecut::kernel
