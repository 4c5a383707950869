#include "engine/motion.hpp"

#include <algorithm>
#include <string>

#include "engine/request.hpp"
#include "engine/topology.hpp"
#include "world/start.hpp"

namespace edgecut::engine {
namespace {

const std::vector<platform::Outage> no_outages;

std::string_view stream_of(events::BandwidthChanged::Link link) {
  using Link = events::BandwidthChanged::Link;
  switch (link) {
    case Link::device:
      return "link";
    case Link::direct:
      return "direct link";
    case Link::relay:
      return "relay";
    case Link::backhaul:
      return "backhaul";
    case Link::cell:
      return "cell";
  }
  return "";
}

}  // namespace

bool bandwidths_move(const System& system) {
  const bool shared = (system.backhaul && system.backhaul->motion.any()) ||
                      (system.edge && system.edge->link.motion.any()) ||
                      std::ranges::any_of(system.cells, [](const auto& cell) { return cell.motion.any(); });
  return shared || std::ranges::any_of(system.clients, [](const Client& client) {
           return client.link.motion.any() || (client.direct && client.direct->motion.any());
         });
}

bool moves(const System& system) {
  return bandwidths_move(system) || system.cloud_load || system.edge_load ||
         std::ranges::any_of(system.clients, [](const Client& client) { return !client.loads.empty(); });
}

Motion::Motion(const System& system, State& state, kernel::Kernel& kernel)
    : system_(system), state_(state), kernel_(kernel), only_cell_(only_cell(system)) {
  for (events::DeviceIndex i = 0; i < state.devices.size(); ++i) {
    const auto& client = *state.devices[i].client;
    add_link(client.link.motion, client.link.uplink, client.link.downlink, Link::device, i);
    if (client.direct) {
      add_link(client.direct->motion, client.direct->uplink, client.direct->downlink, Link::direct, i);
    }
    for (const auto& [processor, load] : client.loads) add_load(load, Host::device, i, processor);
  }
  if (system.edge) {
    const auto& link = system.edge->link;
    add_link(link.motion, link.uplink, link.downlink, Link::relay, 0);
  }
  if (system.backhaul) {
    add_link(system.backhaul->motion, system.backhaul->uplink, system.backhaul->downlink, Link::backhaul, 0);
  }
  for (std::size_t i = 0; i < system.cells.size(); ++i) {
    const auto& cell = system.cells[i];
    add_link(cell.motion, cell.uplink, cell.downlink, Link::cell, i);
  }
  if (system.cloud_load) add_load(*system.cloud_load, Host::cloud, 0, 0);
  if (system.edge_load) add_load(*system.edge_load, Host::edge, 0, 0);
  for (const auto& figure : figures_) apply(figure);
}

void Motion::add_link(const platform::Motion& motion, Bandwidth up, Bandwidth down, Link link,
                      events::DeviceIndex device) {
  const auto add = [&](const std::optional<platform::Course>& course, Bandwidth usual, Direction direction) {
    if (!course && motion.outages.empty()) return;
    const auto way = direction == Direction::up ? world::Way::up : world::Way::down;
    const auto name = world::stream_of(motion, stream_of(link), way);
    figures_.push_back({.course = world::MovingFigure(usual.value(), course ? &*course : nullptr, motion.outages,
                                                      system_.seed, name, device),
                        .usual = usual.value(),
                        .link = link,
                        .direction = direction,
                        .device = device});
  };
  add(motion.up, up, Direction::up);
  add(motion.down, down, Direction::down);
}

void Motion::add_load(const platform::Course& load, Host host, events::DeviceIndex device, std::size_t processor) {
  const auto name = host == Host::cloud  ? std::string("cloud load")
                    : host == Host::edge ? std::string("edge load")
                                         : "load of processor " + std::to_string(processor);
  figures_.push_back({.course = world::MovingFigure(0.0, &load, no_outages, system_.seed, name, device),
                      .is_load = true,
                      .host = host,
                      .device = device,
                      .processor = processor});
}

void Motion::start(const Emit& emit) {
  for (std::size_t i = 0; i < figures_.size(); ++i) {
    emit(said(figures_[i]));
    schedule(i);
  }
}

void Motion::schedule(std::size_t figure) {
  const Seconds next = figures_[figure].course.next();
  if (next < platform::CourseWalk::never) kernel_.at(next, make_token(Rank::world_change, figure));
}

void Motion::change(std::uint32_t figure, const Emit& emit) {
  auto& moved = figures_[figure];
  const double before = moved.course.now();
  moved.course.advance();
  schedule(figure);
  if (moved.course.now() == before) return;
  apply(moved);
  emit(said(moved));
}

MovingLink& Motion::link_of(const Figure& figure) {
  switch (figure.link) {
    case Link::device:
      return state_.devices[figure.device].link;
    case Link::direct:
      return state_.devices[figure.device].direct_link;
    case Link::relay:
      return state_.edge->moving;
    case Link::cell:
      return state_.moving_cells[figure.device];
    case Link::backhaul:
      break;
  }
  return state_.moving_backhaul;
}

Speed& Motion::speed_of(const Figure& figure) {
  if (figure.host == Host::cloud) return state_.cloud.speed;
  if (figure.host == Host::edge) return state_.edge->pool.speed;
  return state_.devices[figure.device].processors[figure.processor].speed;
}

void Motion::apply(const Figure& figure) {
  if (figure.is_load) {
    apply_speed(figure);
  } else {
    apply_bandwidth(figure);
  }
}

void Motion::apply_bandwidth(const Figure& figure) {
  const Bandwidth bandwidth(figure.course.now());
  auto& link = link_of(figure);
  (figure.direction == Direction::up ? link.up : link.down) = bandwidth;
  ++state_.changes;
  const bool is_shared = figure.link == Link::backhaul || figure.link == Link::cell;
  if (is_shared && only_cell_) return apply_one_medium(figure.direction);
  switch (figure.link) {
    case Link::device:
      return kernel_.set_bandwidth(state_.devices[figure.device].access, figure.direction, bandwidth);
    case Link::direct:
      return kernel_.set_bandwidth(state_.devices[figure.device].direct, figure.direction, bandwidth);
    case Link::relay:
      return kernel_.set_bandwidth(state_.edge->access, figure.direction, bandwidth);
    case Link::backhaul:
      return kernel_.set_backhaul_bandwidth(figure.direction, bandwidth);
    case Link::cell:
      return kernel_.set_cell_bandwidth(static_cast<std::uint32_t>(figure.device), figure.direction, bandwidth);
  }
}

// The only cell and the backhaul behind it, of which the topology made one link.
void Motion::apply_one_medium(Direction direction) {
  auto width = state_.moving_cells.at(*only_cell_);
  if (system_.backhaul) {
    width.up = std::min(width.up, state_.moving_backhaul.up);
    width.down = std::min(width.down, state_.moving_backhaul.down);
  }
  kernel_.set_backhaul_bandwidth(direction, direction == Direction::up ? width.up : width.down);
}

void Motion::apply_speed(const Figure& figure) {
  const double speed = 1.0 - figure.course.now();
  speed_of(figure).now = speed;
  ++state_.changes;
  const auto processor = figure.host == Host::cloud  ? state_.cloud.processor
                         : figure.host == Host::edge ? state_.edge->pool.processor
                                                     : state_.devices[figure.device].processors[figure.processor].id;
  kernel_.set_speed(processor, speed);
}

events::Event Motion::said(const Figure& figure) const {
  const double now = figure.course.now();
  if (figure.is_load) {
    return events::SpeedChanged{kernel_.now(), figure.host, figure.device, figure.processor, 1.0 - now};
  }
  return events::BandwidthChanged{kernel_.now(), figure.link, figure.device, figure.direction == Direction::up,
                                  Bandwidth(now)};
}

void Motion::close(Seconds end) {
  for (const auto& figure : figures_) {
    const double mean = figure.course.mean(end);
    if (figure.is_load) {
      speed_of(figure).mean = 1.0 - mean;
    } else {
      auto& link = link_of(figure);
      (figure.direction == Direction::up ? link.up_mean : link.down_mean) = mean / figure.usual;
    }
  }
}

}  // namespace edgecut::engine
