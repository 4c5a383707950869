// Mechanism: plays the plans that a partitioner makes, on a kernel, and says what happened.
#pragma once

#include <optional>
#include <vector>

#include "engine/system.hpp"
#include "events/events.hpp"
#include "kernel/kernel.hpp"

namespace edgecut::engine {

/// Life of a request: arrived, planned, queue for the device's processor, head, queue for the radio, upload of every
/// cut tensor in one message, queue for the cloud, tail, queue for the downlink, result down, completed. With an edge
/// server between device and cloud: after the upload the queue for it, its part, relay to the cloud, and back. The steps
/// of a request are those of make_route; in a network with early exits it draws its exit when it arrives, by the rates
/// of its plan's policy.
///
/// Every station serves in order of arrival, but for servers that say otherwise (engine/serving.hpp); a device's radio
/// sends one request at a time, and the cloud sends one result at a time to each device. The radio is free again when the
/// last byte has left; half the round-trip time passes after that. Whatever a plan does not need takes no time and no
/// place in a queue.
///
/// At one instant everything due is handled in one order: changes of the world, devices going on and off, completions,
/// ends of batches, arrivals, timers of servers; then by number.
///
/// `system`, and all that it points to, is borrowed for the call. A partitioner is asked once for each distinct
/// problem. Throws InternalError when a plan does not fit its problem.
void simulate(const System& system, const partition::Partitioner& partitioner, events::Observer& observer);

/// The kernel's own account of energy, for checking ours: of each device (idle, off and computing, not the radio), and of
/// the servers that have a `power` and a fixed number of hosts.
struct IndependentEnergy {
  std::vector<Joules> devices;
  std::optional<Joules> cloud;
  std::optional<Joules> edge;
};
void simulate(const System& system, const partition::Partitioner& partitioner, events::Observer& observer,
              IndependentEnergy& independent);

}  // namespace edgecut::engine
