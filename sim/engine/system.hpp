// What is simulated: devices with their requests, one cloud, perhaps an edge server between, and what they share. Truth, not belief.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "belief/belief.hpp"
#include "belief/conditions.hpp"
#include "belief/remeasuring.hpp"
#include "dnn/network.hpp"
#include "kernel/kernel.hpp"
#include "partition/partitioner.hpp"
#include "platform/platform.hpp"
#include "profile/profile.hpp"
#include "workload/workload.hpp"
#include "world/part.hpp"

namespace edgecut::engine {

/// What of a processor somebody else takes, as a share that moves.
struct Load {
  std::size_t processor = 0;  // of the device
  platform::Course share;
};

/// Devices that are alike, each with its link, its network and the requests made on it. All borrowed for the call. Devices
/// whose requests are of several classes are several clients, one after the other, each with a network and a workload of
/// its own; of the devices, their number, links, loads and off periods only the first one's count.
struct Client {
  std::size_t devices = 1;  // numbered one after the other, after those of the clients before
  const platform::Device* device = nullptr;
  platform::Link link;  // to the edge server where there is one, else to the cloud
  const dnn::Network* network = nullptr;
  profile::Profile truth;               // layer times of every processor of the device and of the servers
  std::vector<std::size_t> processors;  // what a plan's processor index refers to
  Bytes input;
  Bytes result;
  workload::Workload workload;
  const plan::Problem* problem = nullptr;  // as the method believes; what its plans are made from
  std::vector<world::OffPeriod> off;       // in order, not overlapping
  /// With an edge server: a way to the cloud past it, and past the backhaul. The device's radio is the same, and draws
  /// what `link` says.
  std::optional<platform::Link> direct = {};
  std::vector<Load> loads = {};                         // at most one a processor
  std::optional<std::uint32_t> cell = {};               // of the system, whose capacity its link shares
  double weight = 1.0;                                  // of its messages in what is shared there and in the backhaul
  bool joins = false;                                   // another class of the device of the client before it
  std::optional<Seconds> deadline = {};                 // of its own; none: the system's
  const partition::Partitioner* partitioner = nullptr;  // that plans for it; null: the one that all have
  std::optional<world::Lifetime> lifetime = {};
  const belief::Remeasuring* remeasuring = nullptr;  // where the method measures again; null: it does not
};

/// A server between all devices and the cloud. Messages of different requests share its link max-min fairly.
struct EdgeServer {
  const platform::Cloud* server = nullptr;
  platform::Link link;  // to the cloud
};

struct System {
  std::vector<Client> clients;
  const platform::Cloud* cloud = nullptr;
  std::optional<EdgeServer> edge = {};
  std::optional<platform::Backhaul> backhaul;
  std::vector<platform::Cell> cells = {};           // between the links of their stations and the backhaul
  std::optional<platform::Course> cloud_load = {};  // what somebody else takes of every slot
  std::optional<platform::Course> edge_load = {};
  belief::Awareness awareness = {};             // what the method sees of it
  std::optional<Bandwidth> model_storage = {};  // from which devices load weights that they need; none: all are loaded
  world::Models models = world::Models::resident;
  std::optional<Seconds> deadline;  // from arrival to result
  std::uint64_t seed = 0;           // of the arrivals and the exits
  kernel::Choice kernel = kernel::Choice::reference;
};

/// The number of one of the system's clients.
inline std::size_t number_of(const System& system, const Client& client) {
  return static_cast<std::size_t>(&client - system.clients.data());
}

/// When a device does for the n-th time, from 1, what each of so many does once a period, so that they do not all do it at
/// once: device i after (n + i / devices) periods.
inline Seconds staggered(Seconds period, std::int64_t n, std::size_t device, std::size_t devices) {
  const double phase = static_cast<double>(device) / static_cast<double>(devices);
  return period * (static_cast<double>(n) + phase);
}

}  // namespace edgecut::engine
