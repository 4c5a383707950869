#include "engine/route.hpp"

#include <algorithm>
#include <array>

namespace edgecut::engine {
namespace {

using dnn::LayerIndex;
using plan::Tier;

// Layers that run on one tier before the request moves on.
struct Visit {
  Tier tier = Tier::device;
  Seconds work;
};

class Builder {
 public:
  Builder(const Client& client, const std::optional<EdgeServer>& edge, const plan::Plan& plan, std::size_t exit)
      : client_(client),
        network_(*client.network),
        edge_(edge),
        plan_(plan),
        exit_(exit),
        active_(network_.active_until(plan.exit_policy, exit)) {
    route_.processor = client.processors.at(plan.processor);
  }

  Route build() {
    if (network_.graph().is_downward_closed(plan_.on_device)) {
      visit_by_tier();
    } else {
      visit_in_layer_order();
    }
    add_layers();
    std::vector<Bytes> messages;
    for (std::size_t i = 0; i + 1 < visits_.size(); ++i) messages.push_back(cross(i));
    for (std::size_t i = 0; i < visits_.size(); ++i) {
      compute(visits_[i]);
      if (i < messages.size()) move(visits_[i].tier, visits_[i + 1].tier, messages[i]);
    }
    if (visits_.back().tier != Tier::device) bring_results();
    return std::move(route_);
  }

 private:
  [[nodiscard]] bool runs(LayerIndex v) const { return active_[v] && !network_.is_input(v); }

  void visit_by_tier() {
    std::array<bool, 3> is_used{true, false, false};
    for (LayerIndex v = 0; v < network_.size(); ++v) {
      if (runs(v)) is_used.at(static_cast<std::size_t>(plan_.tier(v))) = true;
    }
    std::array<std::size_t, 3> visit{};
    for (const auto tier : {Tier::device, Tier::edge, Tier::cloud}) {
      visit.at(static_cast<std::size_t>(tier)) = visits_.size();
      if (is_used.at(static_cast<std::size_t>(tier))) visits_.push_back({tier, {}});
    }
    for (LayerIndex v = 0; v < network_.size(); ++v) {
      visit_of_.push_back(visit.at(static_cast<std::size_t>(plan_.tier(v))));
    }
  }

  // A plan that returns to the device changes sides where the layer order does.
  void visit_in_layer_order() {
    visits_.push_back({Tier::device, {}});
    for (LayerIndex v = 0; v < network_.size(); ++v) {
      if (runs(v) && plan_.tier(v) != visits_.back().tier) visits_.push_back({plan_.tier(v), {}});
      visit_of_.push_back(network_.is_input(v) ? 0 : visits_.size() - 1);
    }
  }

  void add_layers() {
    const auto& truth = client_.truth;
    const std::array<const profile::LayerTimes*, 3> times{&truth.device[route_.processor], &truth.edge, &truth.cloud};
    for (LayerIndex v = 0; v < network_.size(); ++v) {
      if (!runs(v)) continue;
      auto& visit = visits_[visit_of_[v]];
      visit.work += times.at(static_cast<std::size_t>(visit.tier))->at(v);
    }
  }

  [[nodiscard]] bool is_read_after(LayerIndex v, std::size_t visit) const {
    return active_[v] && visit_of_[v] <= visit && std::ranges::any_of(network_.graph().consumers(v), [&](LayerIndex w) {
             return active_[w] && visit_of_[w] > visit;
           });
  }

  // The message from a visit to the next.
  Bytes cross(std::size_t visit) {
    const auto& problem = *client_.problem;
    Bytes size;
    for (LayerIndex v = 0; v < network_.size(); ++v) {
      if (!is_read_after(v, visit)) continue;
      size += problem.sent(v, plan_.encoding);
      visits_[visit].work += problem.encode(v, plan_.encoding);
      visits_[visit + 1].work += problem.decode(v, plan_.encoding);
    }
    return size;
  }

  void compute(const Visit& visit) {
    constexpr std::array parts{Part::head, Part::edge, Part::tail};
    if (visit.work == Seconds()) return;
    route_.steps.push_back({parts.at(static_cast<std::size_t>(visit.tier)), visit.work});
  }

  [[nodiscard]] bool uses(Tier tier) const {
    return std::ranges::any_of(visits_, [&](const Visit& visit) { return visit.tier == tier; });
  }
  [[nodiscard]] bool is_direct() const { return client_.direct && !uses(Tier::edge); }
  [[nodiscard]] bool relays() const { return edge_ && !is_direct(); }

  void send(Part part, Bytes size) {
    const bool is_relay = part == Part::relay || part == Part::relay_back;
    const auto& link = is_relay ? edge_->link : is_direct() ? *client_.direct : client_.link;
    if (part == Part::upload) route_.up += size;
    if (part == Part::download) route_.down += size;
    if (!is_relay && size > Bytes()) route_.last_transfer = route_.steps.size();
    route_.is_direct = is_direct();
    route_.steps.push_back({part, {}, size, link.rtt / 2.0, !is_relay && is_direct()});
  }

  void move(Tier from, Tier to, Bytes size) {
    if (from == Tier::device) send(Part::upload, size);
    if (to == Tier::cloud && relays()) send(Part::relay, size);
    if (from == Tier::cloud && relays()) send(Part::relay_back, size);
    if (to == Tier::device) send(Part::download, size);
  }

  void bring_results() {
    Bytes from_cloud;
    Bytes all;
    for (LayerIndex v = 0; v < network_.size(); ++v) {
      const bool is_answer = network_.exits().empty() || network_.exits()[exit_].output == v;
      if (!active_[v] || plan_.on_device[v] || !is_answer) continue;
      all += client_.problem->result[v];
      if (plan_.tier(v) == Tier::cloud) from_cloud += client_.problem->result[v];
    }
    if (visits_.back().tier == Tier::cloud && relays()) send(Part::relay_back, from_cloud);
    send(Part::download, all);
  }

  const Client& client_;
  const dnn::Network& network_;
  const std::optional<EdgeServer>& edge_;
  const plan::Plan& plan_;
  std::size_t exit_;
  dnn::Placement active_;
  std::vector<Visit> visits_;
  std::vector<std::size_t> visit_of_;  // by layer; of layers that do not run it means nothing
  Route route_;
};

}  // namespace

Route make_route(const Client& client, const std::optional<EdgeServer>& edge, const plan::Plan& plan,
                 std::size_t exit) {
  return Builder(client, edge, plan, exit).build();
}

}  // namespace edgecut::engine
