// The seam to the discrete-event core: simulated time, processors and links that share, and nothing about networks or
// requests. A kernel only reports what is due; the caller orders it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "units/id.hpp"
#include "units/quantity.hpp"

namespace edgecut::kernel {

using ProcessorId = Id<struct ProcessorTag>;
using AccessId = Id<struct AccessTag>;
using ActivityId = Id<struct ActivityTag>;

/// What the caller wants back when something is due. Opaque here.
struct Token {
  std::uint64_t value = 0;
};

/// `cores` identical cores; one computation uses at most one core at a time, and more computations than cores share
/// them equally. Watts are linear in the number of busy cores, from the first one on.
struct Processor {
  std::string name;
  int cores = 1;
  Watts idle;
  Watts busy;  // with every core busy
  Watts off;
  Watts base = {};  // of these, above idle: drawn while any core is busy
};

/// One station's own link to the cloud. Several flows on it share it equally. What they share with those of other
/// stations is shared max-min fairly by weight: of two flows that nothing else holds, one of weight 2 has twice the rate
/// of one of weight 1.
struct Access {
  std::string name;
  Bandwidth up;
  Bandwidth down;
  bool behind_backhaul = true;             // its flows share the backhaul too, if there is one
  std::optional<std::uint32_t> cell = {};  // whose capacity they share before that
  double weight = 1.0;                     // of each of its flows, where they share with others'
};

/// A star: stations, each behind its own access link, and one cloud. With a backhaul, all stations that are behind it
/// share it too. Stations may be in cells between their access and the backhaul, and cells in cells, which makes it a tree.
/// Up and down are separate links.
struct Topology {
  std::vector<Processor> processors;
  std::vector<Access> accesses;
  struct Backhaul {
    Bandwidth up;
    Bandwidth down;
  };
  std::optional<Backhaul> backhaul;
  struct Cell {
    Bandwidth up;
    Bandwidth down;
    std::optional<std::uint32_t> in = {};  // another cell, before it in the list
  };
  std::vector<Cell> cells;
  bool bandwidths_vary =
      false;                // whether they may be set while it runs; if not, a kernel may leave out what never binds
  bool is_metered = false;  // whether a kernel that can keeps an account of energy of its own, which takes time
};

enum class Direction : std::uint8_t { up, down };

/// Where a direction stands in what is kept by direction: up 0, down 1.
constexpr std::size_t index_of(Direction direction) {
  return direction == Direction::up ? 0 : 1;
}

/// Called once per instant with everything that is due at it, in no particular order.
using Due = std::function<void(std::span<const Token>)>;

/// Which kernel. `automatic`: the fastest that does exactly what the topology asks.
enum class Choice : std::uint8_t { automatic, reference, express };
std::string_view name(Choice choice);

class Kernel {
 public:
  Kernel() = default;
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;
  virtual ~Kernel() = default;

  /// Which kernel this is; never automatic.
  [[nodiscard]] virtual Choice choice() const = 0;
  [[nodiscard]] virtual Seconds now() const = 0;
  /// Reports `token` at `time`, which must not be in the past.
  virtual void at(Seconds time, Token token) = 0;
  /// Computes for `work` seconds of one whole core (> 0) and then reports `token`.
  virtual ActivityId compute(ProcessorId processor, Seconds work, Token token) = 0;
  /// Sends `size` (> 0, whole bytes) over the access link and the backhaul, shared max-min fairly with every other flow,
  /// by weight, whatever the latencies, and then reports `token`. Latency is not the kernel's.
  virtual ActivityId transfer(AccessId access, Direction direction, Bytes size, Token token) = 0;
  /// Stops an activity; its token is not reported. Returns what was left of it: seconds of one core, or bytes.
  virtual double cancel(ActivityId activity) = 0;
  /// What is left of a transfer under way.
  [[nodiscard]] virtual Bytes remaining(ActivityId transfer) = 0;
  /// Sets the bandwidth (>= 0) of a link from now on; flows in flight feel it at once. At 0 they stand still until it
  /// rises again, which it must before everything else has happened. Only where the topology says that they vary.
  virtual void set_bandwidth(AccessId access, Direction direction, Bandwidth bandwidth) = 0;
  virtual void set_backhaul_bandwidth(Direction direction, Bandwidth bandwidth) = 0;
  virtual void set_cell_bandwidth(std::uint32_t cell, Direction direction, Bandwidth bandwidth) = 0;
  /// From now on every core of the processor does `speed` (> 0) seconds of work in a second; what it runs feels it at
  /// once. 1 at first.
  virtual void set_speed(ProcessorId processor, double speed) = 0;
  /// Switches a processor that runs nothing on or off.
  virtual void set_on(ProcessorId processor, bool on) = 0;
  /// Runs until nothing is left to happen.
  virtual void run(const Due& due) = 0;
  /// The core's own account of a processor's energy until its clock's last event, for checking ours; none where the
  /// topology is not metered or the kernel cannot.
  [[nodiscard]] virtual std::optional<Joules> independent_energy(ProcessorId processor) const = 0;
};

/// SimGrid 3.32 throughout: Exec, Comm, its max-min solver (CM02, no cross-traffic) and its host-energy plugin. One
/// simulation at a time, and best one per process: a second one in the same process starts at time zero by subtraction
/// and differs in the last digits.
std::unique_ptr<Kernel> make_reference(const Topology& topology);

/// A model of our own on SimGrid's clock: processor sharing and max-min fairness in virtual time, so that an event
/// costs the logarithm of what is in flight and not all of it. The same times as the reference kernel to about 1e-12 of
/// them; no account of energy; no cells. One simulation at a time.
std::unique_ptr<Kernel> make_express(const Topology& topology);

/// The kernel asked for. `automatic` is the express kernel, but for a topology with cells, which it cannot share out.
std::unique_ptr<Kernel> make_kernel(Choice choice, const Topology& topology);

}  // namespace edgecut::kernel
