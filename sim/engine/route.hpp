// What a plan means for one request in true seconds and bytes: the steps that it takes, one after the other.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/system.hpp"
#include "plan/plan.hpp"

namespace edgecut::engine {

/// Head, edge and tail compute; the others send.
enum class Part : std::uint8_t { head, upload, edge, relay, tail, relay_back, download };

struct Step {
  Part part = Part::head;
  Seconds work = {};       // of one slot; > 0 where it computes
  Bytes size = {};         // that is sent; with none only the latency passes
  Seconds latency = {};    // after the last byte
  bool is_direct = false;  // over the link of device and cloud of their own

  [[nodiscard]] bool computes() const { return part == Part::head || part == Part::edge || part == Part::tail; }
};

struct Route {
  std::size_t processor = 0;      // of the device
  std::vector<Step> steps;        // empty: nothing takes any time
  bool is_direct = false;         // over the direct link, what there is to send
  std::size_t last_transfer = 0;  // over the device's links; means nothing where there is none
  Bytes up;                       // over the device's links, all together
  Bytes down;
};

/// The way of an inference that leaves at `exit` (0 in a network without exits). Layer times are the client's true
/// ones, sizes and codec times those of its problem. A plan that fits its problem is assumed; see plan::evaluate.
///
/// Layers that a request runs without leaving a tier are one visit. Between two visits every tensor that is read later
/// crosses once in one message; it is encoded where it leaves and decoded where it arrives. Without a part on the edge
/// server the message is relayed there as it is, unless the device has a link to the cloud of its own.
Route make_route(const Client& client, const std::optional<EdgeServer>& edge, const plan::Plan& plan, std::size_t exit);

}  // namespace edgecut::engine
