// A part of a point: requests of one class on the devices of one group.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plan/problem.hpp"
#include "workload/workload.hpp"
#include "world/encoding.hpp"
#include "world/world.hpp"

namespace edgecut::world {

/// The most requests that a run may have: they are numbered in 32 bits.
constexpr std::int64_t most_requests = std::int64_t{1} << 32;

/// The device is switched off from `from` (inclusive) to `until`: requests on it fail, and it draws its `off` power.
struct OffPeriod {
  Seconds from;
  Seconds until;
};

/// What a device's battery has to last for.
struct Lifetime {
  Seconds until;
  Seconds period;                   // mean time between its device's requests, of all classes
  std::optional<Joules> otherwise;  // limit on an inference's energy that holds whatever the charge
};

/// Where the weights of networks are before anything runs.
enum class Models : std::uint8_t {
  resident,     ///< everywhere
  from_server,  ///< in the cloud only: what a plan runs elsewhere comes from there
  from_device,  ///< on the devices only: what a plan runs elsewhere comes from them
};

/// What is true of one part, and what is asked of whoever plans for it. Parts of a point share the servers, the
/// backhaul and the cells that are not their own.
struct Part {
  std::string group;          // of a fleet; empty: all devices are alike
  std::string request_class;  // empty: all requests are alike
  bool joins = false;         // the devices of the part before it
  bool has_own_cell = false;  // that no other group is in
  World world;
  workload::Workload workload;
  std::int64_t warmup = 0;  // requests of each device that are not recorded
  Bytes input;              // encoded size of all inputs together
  Bytes result;
  std::vector<Encoding> encodings;            // empty: tensors cross as they are
  std::vector<std::string> accuracy_sources;  // of the drop in accuracy of each encoding
  plan::Objective objective = plan::Objective::latency;
  plan::Constraints constraints;
  std::optional<Lifetime> lifetime;
  std::vector<OffPeriod> off;              // in order, not overlapping
  std::optional<Bandwidth> model_storage;  // from which devices load weights that they need; none: all are loaded
  Models models = Models::resident;

  /// "cool.fast": its group and class; empty where it is all there is.
  [[nodiscard]] std::string name() const {
    return group + (group.empty() || request_class.empty() ? "" : ".") + request_class;
  }
  /// Neither a group nor a class: all there is.
  [[nodiscard]] bool is_whole() const { return group.empty() && request_class.empty(); }
};

/// The other classes of requests on the devices of one part.
std::vector<const Part*> classes_beside(std::span<const Part> parts, std::size_t of);

/// What the whole networks of these classes take of a device.
struct Taken {
  Bytes memory;
  Bytes weights;
};
Taken taken_beside(std::span<const Part> parts, std::size_t of);

/// All cells of a fleet, and which of them each part's devices are in.
struct Cells {
  std::vector<platform::Cell> all;
  std::vector<std::optional<std::uint32_t>> of_parts;
};
/// A cell that a group has of its own is another one each time; the others are the same in all parts.
Cells cells_of(std::span<const Part> parts);

/// Whether cells make a tree: devices are in different ones, some are in one and some in none, or in one that stands in
/// another. One cell that everybody is in and the backhaul behind it are one link as wide as the narrower of them.
/// `of_devices`: which of `cells` each is in.
bool is_tree(std::span<const platform::Cell> cells, std::span<const std::optional<std::uint32_t>> of_devices);

/// The requests of all devices of all parts in a run.
std::int64_t requests_of(std::span<const Part> parts);

}  // namespace edgecut::world
