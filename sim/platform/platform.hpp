// The world: devices, links and clouds, with the figures that describe them. Knows nothing of layers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/course.hpp"
#include "units/quantity.hpp"

namespace edgecut::platform {

/// Constants of the three-constant compute model: a layer takes
/// `effective FLOP / conv + bytes / memory + overhead`. Fitted to measured whole-network latencies; see profile/.
struct ThreeConstants {
  FlopRate conv;
  Bandwidth memory;
  Seconds overhead;
};

/// One way to queue for a processor.
enum class Discipline {
  fifo,    ///< up to `slots` at a time, each at full speed; the others wait in order of arrival
  shared,  ///< all at a time; `slots` full speeds are shared equally, none gets more than one
};

struct Processor {
  std::string name;   // "cpu", "gpu", "npu"
  std::string title;  // "4 x Cortex-A72 at 1.5 GHz"
  std::string framework;
  std::string precision;
  int slots = 1;
  Discipline discipline = Discipline::fifo;
  ThreeConstants compute;
  FlopRate peak;         // nominal: cores x clock x FLOP per cycle
  FlopRate one_network;  // nominal: from a single whole-network measurement
  Watts active;          // of the whole board while every slot of this processor is busy; unused in a cloud
};

struct Device {
  std::string name;
  std::string title;
  Bytes memory;
  Bytes reserve;  // what the system keeps for itself
  Bytes storage;  // free
  Watts idle;     // of the whole board
  Watts off;
  std::vector<Processor> processors;  // the first is the default

  [[nodiscard]] Bytes available_memory() const { return memory - reserve; }
  /// Watts above idle while `busy` of the processor's slots compute.
  [[nodiscard]] Watts increment(const Processor& processor, int busy = 1) const {
    return (processor.active - idle) * (static_cast<double>(busy) / processor.slots);
  }
};

struct Cloud {
  std::string name;
  std::string title;
  Bytes memory;
  Bytes reserve;
  int hosts = 1;
  Processor processor;  // of each host

  [[nodiscard]] int slots() const { return hosts * processor.slots; }
};

/// Radio power above the device's idle power: `slope * rate + base`.
/// [Huang et al., MobiSys'12, as in arXiv:1902.01000, Table 3]
struct RadioPower {
  JoulesPerByte slope;
  Watts base;

  [[nodiscard]] Watts at(Bandwidth rate) const { return slope * rate + base; }
};

/// How the bandwidths of a link move; without any course they stay.
struct Motion {
  std::optional<Course> up;
  std::optional<Course> down;
  bool together = false;        // both ways are one course: one random stream
  std::vector<Outage> outages;  // of both ways, whatever the courses say

  [[nodiscard]] bool any() const { return up || down || !outages.empty(); }
};

struct Link {
  std::string name;
  std::string title;
  Bandwidth uplink;  // application goodput
  Bandwidth downlink;
  Seconds rtt;
  RadioPower transmit;
  RadioPower receive;
  Motion motion = {};
};

/// A link that all devices share on their way to the cloud.
struct Backhaul {
  Bandwidth uplink;
  Bandwidth downlink;
  Motion motion = {};
};

}  // namespace edgecut::platform
