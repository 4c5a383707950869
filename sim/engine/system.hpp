// What is simulated: devices with their requests, one cloud, and what they share. Truth, not belief.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "belief/belief.hpp"
#include "dnn/network.hpp"
#include "kernel/kernel.hpp"
#include "partition/partitioner.hpp"
#include "platform/platform.hpp"
#include "profile/profile.hpp"
#include "workload/workload.hpp"

namespace edgecut::engine {

/// From `from` (inclusive) to `until` the device is switched off: requests on it fail, and it draws its `off` power.
struct OffPeriod {
  Seconds from;
  Seconds until;
};

/// One device, its link, its network and the requests made on it. All borrowed for the call.
struct Client {
  const platform::Device* device = nullptr;
  platform::Link link;
  const dnn::Network* network = nullptr;
  profile::Profile truth;               // layer times of every processor of the device and of the cloud
  std::vector<std::size_t> processors;  // what a plan's processor index refers to
  Bytes input;
  Bytes result;
  workload::Workload workload;
  const plan::Problem* problem = nullptr;  // as the method believes; what its plans are made from
  std::vector<OffPeriod> off;              // in order, not overlapping
};

struct System {
  std::vector<Client> clients;
  const platform::Cloud* cloud = nullptr;
  std::optional<platform::Backhaul> backhaul;
  std::optional<Seconds> deadline;  // from arrival to result
  std::uint64_t seed = 0;           // of the arrivals
  kernel::Choice kernel = kernel::Choice::reference;
};

}  // namespace edgecut::engine
