// Weights that are not where plans need them: who waits for which, what lies where, and what has to travel.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "engine/request.hpp"
#include "engine/route.hpp"
#include "engine/state.hpp"
#include "engine/system.hpp"
#include "plan/plan.hpp"

namespace edgecut::engine {

/// A device that lacks weights orders them, one plan's after another's; what is missing for its first order travels in
/// one message, and those who wait for it go on when everything that their plan needs is there. What a server has is
/// there for all devices with that network, and what is under way to it is not sent a second time.
///
/// A device keeps what it was sent, also while it is off, as far as its free storage goes; then what no plan of its
/// classes needs makes room. Servers keep everything. Weights of a head that an encoding makes smaller are others.
///
/// Nothing here calls back or knows time: the simulation plays the messages.
class Shipping {
 public:
  struct Order {
    StreamIndex stream = 0;
    const plan::Plan* plan = nullptr;
    Seconds pause;                     // of the device, once all is there
    std::vector<std::uint32_t> slots;  // of the requests that wait for it
  };
  struct Piece {
    plan::Tier to = plan::Tier::device;
    dnn::LayerIndex layer = 0;
  };
  struct Cargo {
    StreamIndex stream = 0;
    const plan::Plan* plan = nullptr;
    std::vector<Piece> pieces;
    Route route;
    std::uint32_t payer = no_slot;  // the request that ordered it
  };

  /// For a system whose models are not all resident.
  Shipping(const System& system, const State& state);

  /// Whether the stream's device has to order weights before it can play the plan. Not if it has ordered them already.
  [[nodiscard]] bool lacks(StreamIndex stream, const plan::Plan& plan);
  void order(events::DeviceIndex device, Order order);
  [[nodiscard]] bool is_waited_for(events::DeviceIndex device) const { return !docks_[device].orders.empty(); }
  /// One more request waits, behind those of the last order.
  void hold(events::DeviceIndex device, std::uint32_t slot) { docks_[device].orders.back().slots.push_back(slot); }

  /// The first order, if everything that it needs is there; it is then done with.
  std::optional<Order> take_filled(events::DeviceIndex device);
  /// What has to travel for the first order, and does from now on; null where there is nothing, or where the device
  /// sends or fetches something already, or where others bring it.
  const Cargo* pack(events::DeviceIndex device);
  [[nodiscard]] const Cargo& cargo(events::DeviceIndex device) const { return *docks_[device].cargo; }
  /// The device's cargo has arrived.
  void arrive(events::DeviceIndex device);
  /// The device went off: its orders are void and its cargo is lost.
  void turn_off(events::DeviceIndex device);
  /// Devices with orders, ascending.
  [[nodiscard]] std::vector<events::DeviceIndex> waiting() const { return {waiting_.begin(), waiting_.end()}; }

 private:
  enum class Lies : std::uint8_t { nowhere, under_way, there };
  using Layers = std::vector<Lies>;                    // by layer
  using Key = std::pair<const dnn::Network*, double>;  // and the size of its weights, as a share
  using Shelf = std::map<Key, Layers>;
  struct Dock {
    std::vector<Order> orders;
    std::optional<Cargo> cargo;
    Shelf shelf;
  };

  [[nodiscard]] const Client& client_of(StreamIndex stream) const { return *state_.streams[stream].client; }
  [[nodiscard]] bool ships_to(plan::Tier tier) const;
  [[nodiscard]] double ratio(StreamIndex stream, const plan::Plan& plan, plan::Tier tier) const;
  [[nodiscard]] Layers& layers(StreamIndex stream, const plan::Plan& plan, plan::Tier tier);
  std::vector<Piece> missing(StreamIndex stream, const plan::Plan& plan);
  void put(const Cargo& cargo, Lies lies);
  void make_room(events::DeviceIndex device, Bytes coming);
  [[nodiscard]] bool needs(events::DeviceIndex device, const Key& key, dnn::LayerIndex layer) const;
  [[nodiscard]] Bytes size(StreamIndex stream, const plan::Plan& plan, const std::vector<Piece>& pieces,
                           plan::Tier tier) const;
  [[nodiscard]] Route route_up(const Client& client, bool is_direct, Bytes to_edge, Bytes to_cloud) const;
  [[nodiscard]] Route route_down(const Client& client, bool is_direct, Bytes relayed, Bytes to_device) const;
  Route route_of(StreamIndex stream, const plan::Plan& plan, const std::vector<Piece>& pieces);

  const System& system_;
  const State& state_;
  std::vector<Dock> docks_;               // by device
  std::vector<const plan::Plan*> known_;  // by stream: whose weights are there or ordered
  std::set<events::DeviceIndex> waiting_;
  Shelf edge_;
  Shelf cloud_;
};

}  // namespace edgecut::engine
