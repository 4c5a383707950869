// The world: devices, links and clouds, with the figures that describe them. Knows nothing of layers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/value.hpp"
#include "platform/course.hpp"
#include "platform/serving.hpp"
#include "units/quantity.hpp"

namespace edgecut::platform {

/// Constants of the three-constant compute model: a layer takes
/// `effective FLOP / conv + bytes / memory + overhead`. Fitted to measured whole-network latencies; see profile/.
struct ThreeConstants {
  FlopRate conv;
  Bandwidth memory;
  Seconds overhead;
  double winograd_gain = 2.25;  // by which dense 3x3 convolutions of stride and dilation 1 count less
};

/// Constants of one kind of layer, which takes `FLOP / rate + bytes / memory + overhead`; what has no rate costs nothing.
struct KindConstants {
  std::optional<FlopRate> rate;
  std::optional<Bandwidth> memory;
  Seconds overhead;
  config::Location where;
};

/// Layer times that were measured on the processor, and how they are read (docs/benchmarks.md).
struct Measured {
  enum class Statistic { minimum, median, p90 };
  enum class WholeRun {
    scale,   ///< layer times x whole run / sum of layers
    offset,  ///< layer times + (whole run - sum of layers) / number of layers
    ignore,
  };
  std::string path;  // of a table, or of a folder of NETWORK.csv; relative to the file that names it
  std::string mode;  // empty: the only one in the table
  Statistic statistic = Statistic::minimum;
  std::optional<WholeRun> whole_run;  // none: scale, where the table has a whole run
  config::Location where = {};
  std::string key = {};  // "device.processors.cpu.compute.measured"
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
  std::optional<ThreeConstants> int8 = {};          // of layers that compute in int8; none: not known
  bool has_constants = true;                        // else only networks whose layers were measured can run
  std::map<std::string, KindConstants> kinds = {};  // by kind of layer, before the three constants
  std::optional<Measured> measured = {};
  std::map<std::string, std::vector<Seconds>> layer_times =
      {};                     // by network, by layer: of its table, before all models
  double clock = 1.0;         // now, over the nominal one: what the operating system reports
  double interference = 0.0;  // what others cost in caches and memory, as a share of the time: nobody sees it
  double slowdown = 1.0;      // factor on all layer times besides: nobody sees it either
  double frequency = 1.0;     // of the step that was chosen, over the clock that the file is of
  double memory_speed = 1.0;  // of that step, over the file's
  std::optional<Watts> full_active = {};  // `active` without that step; none: none was chosen
  FlopRate peak;                          // nominal: cores x clock x FLOP per cycle
  FlopRate one_network;                   // nominal: from a single whole-network measurement
  Watts active;  // of the whole board while one inference runs here and nothing else; unused in a cloud

  /// Whether its figures hold for layers that compute in int8: it states some for these, or all of them are.
  [[nodiscard]] bool knows_int8() const { return int8.has_value() || precision.starts_with("int8"); }
  /// Over the clock that the file is of.
  [[nodiscard]] double reported_clock() const { return frequency * clock; }
  /// Factor on all layer times, at the frequency that was chosen.
  [[nodiscard]] double stretch() const { return slowdown * (1.0 + interference) / clock; }
};

/// What fills a battery while the device runs: power that steps at given times, and perhaps begins anew.
struct Harvest {
  struct Step {
    Seconds from;
    Watts power;
  };
  std::vector<Step> steps;        // in order of time, the first at 0; none: nothing is harvested
  std::optional<Seconds> period;  // after which the steps begin anew; longer than the last step's `from`
  std::string file = {};          // of a trace
  std::string note = {};          // what is to be told of it: that a clock's times begin at 0

  [[nodiscard]] Watts at(Seconds time) const;
  /// The first step after `time`; infinite if there is none.
  [[nodiscard]] Seconds next_change(Seconds time) const;
  /// Over the period, or where there is none until `end`.
  [[nodiscard]] Watts mean(Seconds end) const;
};

struct Battery {
  Joules capacity;
  double usable = 1.0;           // share of it down to the voltage at which the device stops
  double state_of_charge = 1.0;  // of the usable part, at time 0
  Harvest harvest;

  [[nodiscard]] Joules usable_capacity() const { return capacity * usable; }
  [[nodiscard]] Joules charge() const { return usable_capacity() * state_of_charge; }
};

/// How a device warms up and what it does about it; see engine/thermal.hpp. Temperatures in degrees Celsius.
struct Thermal {
  /// From this temperature up, until it has fallen by the hysteresis below it.
  struct Step {
    double above;
    double speed;        // factor on the processors' speed
    double power = 1.0;  // factor on what computing adds above idle
    double clock = 1.0;  // what the operating system reports of that speed
  };
  double ambient = 25.0;
  double resistance = 0.0;  // kelvin per watt that the device draws
  Seconds time_constant;
  double hysteresis = 0.0;
  std::vector<Step> steps;  // by temperature
};

struct Device {
  std::string name;
  std::string title;
  Bytes memory;
  Bytes reserve;                          // what the system keeps for itself
  Bytes beside = {};                      // what else lives on it takes
  Bytes storage;                          // free
  std::optional<Bandwidth> storage_read;  // none: unknown
  Watts idle;                             // of the whole board
  Watts off;
  Watts busy = {};                    // that the board adds while anything computes, however much
  std::vector<Processor> processors;  // the first is the default
  std::optional<Battery> battery;     // none: it hangs on the mains
  std::optional<Thermal> thermal;     // none: it never slows down
  /// By processors: what an inference on the first takes longer, as a share of its time, for each other one that runs on
  /// the second meanwhile. Empty: inferences side by side do not feel each other.
  std::vector<std::vector<double>> interference = {};

  [[nodiscard]] Bytes available_memory() const { return memory - reserve - beside; }
  /// Watts above idle while one inference runs on the processor and nothing else computes.
  [[nodiscard]] Watts increment(const Processor& processor) const { return processor.active - idle; }
  /// What each of its slots adds while it computes, beside what the board adds while anything does.
  [[nodiscard]] Watts slot(const Processor& processor) const { return increment(processor) - busy; }
};

struct Cloud {
  std::string name;
  std::string title;
  Bytes memory;
  Bytes reserve;
  int hosts = 1;
  Processor processor;  // of each host
  Serving serving = {};
  std::optional<BatchTimes> batch_times = {};  // measured, of a whole network
  std::optional<double> price = {};            // US dollars for an hour of one host; none: unknown
  std::optional<HostPower> power = {};         // none: its energy is not accounted

  /// Of the hosts at the start.
  [[nodiscard]] int slots() const { return hosts * processor.slots; }
  /// Of as many hosts as there may be.
  [[nodiscard]] int most_slots() const {
    return (serving.autoscaling ? serving.autoscaling->max_hosts : hosts) * processor.slots;
  }
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

/// What waking a sleeping radio takes: the first byte after a pause waits for `delay`, and the radio draws `power` above
/// the device's idle power meanwhile.
struct Promotion {
  Seconds delay;
  Watts power;
};

/// What a radio draws above the device's idle power after the last byte, until it sleeps `time` later.
struct Tail {
  Seconds time;
  Watts power;
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
  Promotion promotion;
  Tail tail;

  /// Whether its radio takes any energy.
  [[nodiscard]] bool takes_energy() const {
    return transmit.slope > JoulesPerByte() || transmit.base > Watts() || receive.slope > JoulesPerByte() ||
           receive.base > Watts() || promotion.power > Watts() || tail.power > Watts();
  }
};

/// A link that all devices share on their way to the cloud.
struct Backhaul {
  Bandwidth uplink;
  Bandwidth downlink;
  Motion motion = {};
};

/// A medium that its stations share on their way to the backhaul, and the cells that are in it.
struct Cell {
  Bandwidth uplink;
  Bandwidth downlink;
  Motion motion = {};
  std::optional<std::uint32_t> in = {};  // another cell, that this one is a station of
};

}  // namespace edgecut::platform
