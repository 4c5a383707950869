#include "engine/shipping.hpp"

#include <algorithm>
#include <cmath>

#include "units/limit.hpp"

namespace edgecut::engine {
namespace {

using dnn::LayerIndex;
using events::DeviceIndex;
using plan::Tier;

bool uses_edge(const plan::Plan& plan) {
  return std::ranges::find(plan.on_edge, true) != plan.on_edge.end();
}

}  // namespace

Shipping::Shipping(const System& system, const State& state)
    : system_(system), state_(state), docks_(state.devices.size()), known_(state.streams.size()) {}

// Who has the whole model needs nothing.
bool Shipping::ships_to(Tier tier) const {
  return tier != (system_.models == world::Models::from_device ? Tier::device : Tier::cloud);
}

double Shipping::ratio(StreamIndex stream, const plan::Plan& plan, Tier tier) const {
  const auto& encodings = client_of(stream).problem->encodings;
  return tier != Tier::device || encodings.empty() ? 1.0 : encodings[plan.encoding].head_ratio;
}

Shipping::Layers& Shipping::layers(StreamIndex stream, const plan::Plan& plan, Tier tier) {
  auto& shelf = tier == Tier::device ? docks_[state_.streams[stream].device].shelf
                : tier == Tier::edge ? edge_
                                     : cloud_;
  const auto* network = client_of(stream).network;
  return shelf.try_emplace({network, ratio(stream, plan, tier)}, network->size(), Lies::nowhere).first->second;
}

std::vector<Shipping::Piece> Shipping::missing(StreamIndex stream, const plan::Plan& plan) {
  const auto& network = *client_of(stream).network;
  std::vector<Piece> pieces;
  for (LayerIndex v = 0; v < network.size(); ++v) {
    const auto tier = plan.tier(v);
    if (network.layer(v).weights == Bytes() || !ships_to(tier)) continue;
    if (layers(stream, plan, tier)[v] != Lies::there) pieces.push_back({tier, v});
  }
  return pieces;
}

bool Shipping::lacks(StreamIndex stream, const plan::Plan& plan) {
  if (known_[stream] == &plan) return false;
  if (!missing(stream, plan).empty()) return true;
  known_[stream] = &plan;
  return false;
}

void Shipping::order(DeviceIndex device, Order order) {
  known_[order.stream] = order.plan;
  docks_[device].orders.push_back(std::move(order));
  waiting_.insert(device);
}

std::optional<Shipping::Order> Shipping::take_filled(DeviceIndex device) {
  auto& orders = docks_[device].orders;
  if (orders.empty() || !missing(orders.front().stream, *orders.front().plan).empty()) return std::nullopt;
  auto order = std::move(orders.front());
  orders.erase(orders.begin());
  if (orders.empty()) waiting_.erase(device);
  return order;
}

const Shipping::Cargo* Shipping::pack(DeviceIndex device) {
  auto& dock = docks_[device];
  if (dock.orders.empty() || dock.cargo) return nullptr;
  const auto& [stream, plan, pause, slots] = dock.orders.front();
  auto pieces = missing(stream, *plan);
  std::erase_if(pieces, [&, stream = stream, plan = plan](const Piece& piece) {
    return layers(stream, *plan, piece.to)[piece.layer] == Lies::under_way;
  });
  if (pieces.empty()) return nullptr;
  make_room(device, size(stream, *plan, pieces, Tier::device));
  auto route = route_of(stream, *plan, pieces);
  dock.cargo = Cargo{stream, plan, std::move(pieces), std::move(route), slots.front()};
  put(*dock.cargo, Lies::under_way);
  return &*dock.cargo;
}

void Shipping::put(const Cargo& cargo, Lies lies) {
  for (const auto& piece : cargo.pieces) layers(cargo.stream, *cargo.plan, piece.to)[piece.layer] = lies;
}

void Shipping::arrive(DeviceIndex device) {
  auto& dock = docks_[device];
  put(*dock.cargo, Lies::there);
  dock.cargo.reset();
}

void Shipping::turn_off(DeviceIndex device) {
  auto& dock = docks_[device];
  if (dock.cargo) put(*dock.cargo, Lies::nowhere);
  dock.cargo.reset();
  dock.orders.clear();
  waiting_.erase(device);
  const auto& of = state_.devices[device];
  for (std::size_t k = 0; k < of.streams; ++k) known_[of.first_stream + k] = nullptr;
}

bool Shipping::needs(DeviceIndex device, const Key& key, LayerIndex layer) const {
  const auto does = [&](StreamIndex stream, const plan::Plan* plan) {
    return plan != nullptr && plan->on_device[layer] && client_of(stream).network == key.first &&
           ratio(stream, *plan, Tier::device) == key.second;
  };
  const auto& of = state_.devices[device];
  for (std::size_t k = 0; k < of.streams; ++k) {
    if (does(of.first_stream + k, known_[of.first_stream + k])) return true;
  }
  return std::ranges::any_of(docks_[device].orders, [&](const Order& order) { return does(order.stream, order.plan); });
}

void Shipping::make_room(DeviceIndex device, Bytes coming) {
  auto& shelf = docks_[device].shelf;
  Bytes kept;
  for (const auto& [key, there] : shelf) {
    for (LayerIndex v = 0; v < there.size(); ++v) {
      if (there[v] != Lies::nowhere) kept += key.first->layer(v).weights * key.second;
    }
  }
  if (!exceeds(kept + coming, state_.devices[device].client->device->storage)) return;
  for (auto& [key, there] : shelf) {
    for (LayerIndex v = 0; v < there.size(); ++v) {
      if (!needs(device, key, v)) there[v] = Lies::nowhere;
    }
  }
}

Bytes Shipping::size(StreamIndex stream, const plan::Plan& plan, const std::vector<Piece>& pieces, Tier tier) const {
  Bytes sum;
  for (const auto& piece : pieces) {
    if (piece.to == tier) sum += client_of(stream).network->layer(piece.layer).weights;
  }
  return Bytes(std::ceil((sum * ratio(stream, plan, tier)).value()));
}

Route Shipping::route_of(StreamIndex stream, const plan::Plan& plan, const std::vector<Piece>& pieces) {
  const auto& client = client_of(stream);
  const bool is_direct = client.direct && !uses_edge(plan);
  const auto to = [&](Tier tier) { return size(stream, plan, pieces, tier); };
  if (system_.models == world::Models::from_device) return route_up(client, is_direct, to(Tier::edge), to(Tier::cloud));
  // What the edge server has need not come from the cloud.
  auto relayed = pieces;
  if (const auto shelf = edge_.find({client.network, ratio(stream, plan, Tier::device)}); shelf != edge_.end()) {
    std::erase_if(relayed, [&](const Piece& piece) {
      return piece.to == Tier::device && shelf->second[piece.layer] == Lies::there;
    });
  }
  const auto from_cloud = size(stream, plan, relayed, Tier::edge) + size(stream, plan, relayed, Tier::device);
  return route_down(client, is_direct, from_cloud, to(Tier::device));
}

Route Shipping::route_up(const Client& client, bool is_direct, Bytes to_edge, Bytes to_cloud) const {
  Route route;
  route.is_direct = is_direct;
  const auto& link = is_direct ? *client.direct : client.link;
  route.steps.push_back({Part::upload, {}, to_edge + to_cloud, link.rtt / 2.0, is_direct});
  if (!system_.edge || is_direct || to_cloud == Bytes()) return route;
  route.steps.push_back({Part::relay, {}, to_cloud, system_.edge->link.rtt / 2.0});
  return route;
}

// Asked for first, by a message that takes nothing but its way.
Route Shipping::route_down(const Client& client, bool is_direct, Bytes relayed, Bytes to_device) const {
  Route route;
  route.is_direct = is_direct;
  const auto& link = is_direct ? *client.direct : client.link;
  route.steps.push_back({Part::upload, {}, {}, link.rtt / 2.0, is_direct});
  if (system_.edge && !is_direct && relayed > Bytes()) {
    const Seconds latency = system_.edge->link.rtt / 2.0;
    route.steps.push_back({Part::relay, {}, {}, latency});
    route.steps.push_back({Part::relay_back, {}, relayed, latency});
  }
  route.last_transfer = route.steps.size();
  route.steps.push_back({Part::download, {}, to_device, link.rtt / 2.0, is_direct});
  return route;
}

}  // namespace edgecut::engine
