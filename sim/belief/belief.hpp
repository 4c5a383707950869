// What a method thinks the world is. The only maker of a Problem in a run: a partitioner gets numbers that were
// recorded, estimated or guessed, and the truth only where the method is `oracle`.
#pragma once

#include <optional>
#include <vector>

#include "plan/problem.hpp"
#include "platform/platform.hpp"
#include "profile/profile.hpp"
#include "world/encoding.hpp"

namespace edgecut::belief {

/// What every method knows alike: the task and the device it runs on.
struct Task {
  const dnn::Network* network = nullptr;
  const platform::Device* device = nullptr;
  std::vector<std::size_t> processors;  // of the device, that may run the head; at least one
  Bytes input;                          // encoded size of all inputs together
  Bytes result;
  std::optional<Seconds> period;
  plan::Objective objective = plan::Objective::latency;
  plan::Constraints constraints;
  std::vector<world::Encoding> encodings = {};  // empty: tensors cross as they are
};

/// The server between device and cloud, its link on to the cloud, and a link of device and cloud of their own.
struct EdgeBelief {
  const platform::Cloud* server = nullptr;
  platform::Link link;
  std::optional<platform::Link> direct;
};

/// What methods differ in. Copies, not references: a later change of the world does not reach them.
struct Belief {
  profile::Profile profile;                    // layer times as measured, modelled or guessed
  platform::Link link;                         // as it was, or is thought to be
  std::optional<platform::Backhaul> backhaul;  // behind it, likewise
  profile::NominalRates rates;
  const platform::Cloud* cloud = nullptr;
  std::optional<EdgeBelief> edge = {};
  Seconds cloud_wait = {};  // for a turn
  Seconds edge_wait = {};
};

/// What the memory that a head may have is made of: "1 GB less 500 MB in reserve and 100 MB beside".
std::string memory_source(const platform::Device& device);

/// The problem as somebody with that belief sees it. Sizes on the wire are whole bytes, rounded up; the encoded input
/// is shared among several inputs in proportion to their raw sizes, and so is the result among several outputs; with
/// early exits each sends all of it.
/// Alone, a device gets the smaller of its link and the backhaul.
plan::Problem make_problem(const Task& task, const Belief& belief);

}  // namespace edgecut::belief
