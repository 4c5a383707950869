#include "problems/fleet_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "problems/problem_file.hpp"
#include "problems/problem_layers.hpp"

namespace edgecut::problems {
namespace {

using config::Map;
using config::Value;

// A user as the file lists it, without its layers.
struct User {
  std::string name;
  std::size_t count = 1;
  plan::Problem problem;
  const Value* layers = nullptr;  // of its own
};

void read_link(Map& map, plan::Problem& problem) {
  problem.link.up = map.get<Bandwidth>("uplink", config::positive);
  const auto down = map.find<Bandwidth>("downlink", config::positive);
  problem.link.down = down.value_or(Bandwidth(plan::never.value()));
  problem.link.set_rtt(map.get_or<Seconds>("rtt", Seconds(), config::non_negative));
  problem.allows_return = false;
}

// Results come back only over a link that leads back.
bool has_downlink(const Value& user) {
  const auto* link = user.find("link");
  return link != nullptr && link->find("downlink") != nullptr;
}

User read_user(Map& map) {
  User user;
  user.name = map.get<std::string>("name");
  if (user.name == "server") map.child("name").fail("'server' is what all users share");
  user.count = map.get_or<std::size_t>("count", 1, {1.0, 1000.0});
  user.problem.memory = map.get_or<Bytes>("memory", plenty, config::positive);
  user.problem.storage = plenty;
  config::read(map.child("link"), [&](Map& link) { read_link(link, user.problem); });
  user.problem.constraints = read_problem_constraints(map);
  if (user.problem.constraints.energy) {
    map.child("constraints").find("energy")->fail("a user of a fleet has no energy to be limited");
  }
  if (user.problem.constraints.accuracy) {
    map.child("constraints")
        .find("accuracy")
        ->fail("a user of a fleet has one form of tensors; nothing changes its accuracy");
  }
  user.layers = map.find_child("layers");
  return user;
}

std::vector<User> read_users(const Value& list) {
  if (!list.is_list() || list.items.empty()) {
    list.fail("must be a list of {name: phone, link: {uplink: 5 Mbit/s, downlink: 20 Mbit/s, rtt: 20 ms}}",
              config::no_mend);
  }
  std::vector<User> users;
  for (const auto& item : list.items) {
    users.push_back(config::read(item, read_user));
    const auto same = [&](const User& user) { return user.name == users.back().name; };
    if (std::ranges::count_if(users, same) > 1) item.fail(fmt::format("a second user named '{}'", users.back().name));
  }
  return users;
}

void read_server(Map& map, plan::FleetProblem& problem) {
  problem.units = map.get<std::size_t>("units", {0.0, 10000.0});
  const auto* speedup = map.find_child("speedup");
  if (speedup == nullptr) return;
  problem.speedup = config::as<std::vector<double>>(*speedup, config::positive);
  if (!std::ranges::is_sorted(problem.speedup)) speedup->fail("must not fall with more units");
}

void read_backhaul(Map& map, plan::FleetProblem& problem) {
  problem.backhaul_up = map.find<Bandwidth>("uplink", config::positive);
  problem.backhaul_down = map.find<Bandwidth>("downlink", config::positive);
  if (!problem.has_backhaul()) map.value().fail("needs an uplink, a downlink or both");
}

void set_user(const Value& item, const User& user, const ProblemLayers& layers, std::size_t place,
              ExplicitFleet& fleet) {
  auto problem = user.problem;
  problem.network = layers.network.get();
  problem.processors = {{user.name, layers.time[place], Watts(), FlopRate(1.0)}};
  problem.cloud_time = layers.time.back();
  problem.cloud_nominal = FlopRate(1.0);
  problem.output = layers.output;
  problem.result.assign(layers.network->size(), Bytes());
  for (dnn::LayerIndex v = 0; v < layers.network->size() && has_downlink(item); ++v) {
    if (layers.network->graph().is_sink(v)) problem.result[v] = problem.output[v];
  }
  for (std::size_t i = 1; i <= user.count; ++i) {
    fleet.users.push_back(user.count == 1 ? user.name : fmt::format("{}_{}", user.name, i));
    fleet.problem.users.push_back(problem);
  }
}

// Users without layers of their own have the common ones, with a time each.
void set_users(const Value& list, const std::vector<User>& users, const Value* common, ExplicitFleet& fleet) {
  std::vector<std::string> names;
  for (const auto& user : users) {
    if (user.layers == nullptr) names.push_back(user.name);
  }
  ProblemLayers shared;
  if (!names.empty()) {
    if (common == nullptr)
      list.fail("users without `layers:` of their own need `layers:` beside `users:`", config::no_mend);
    auto places = names;
    places.emplace_back("server");
    shared = read_problem_layers(*common, places, names.size(), "user or server");
  } else if (common != nullptr) {
    common->fail("every user has layers of its own");
  }
  for (std::size_t i = 0; i < users.size(); ++i) {
    const auto& user = users[i];
    if (user.layers == nullptr) {
      const auto place = static_cast<std::size_t>(std::ranges::find(names, user.name) - names.begin());
      set_user(list.items[i], user, shared, place, fleet);
      continue;
    }
    auto own = read_problem_layers(*user.layers, {user.name, "server"}, 1, "user or server");
    set_user(list.items[i], user, own, 0, fleet);
    fleet.networks.push_back(std::move(own.network));
  }
  if (shared.network) fleet.networks.push_back(std::move(shared.network));
}

ExplicitFleet read_fleet_keys(Map& map) {
  ExplicitFleet fleet;
  const auto& list = map.child("users");
  const auto users = read_users(list);
  config::read(map.child("server"), [&](Map& server) { read_server(server, fleet.problem); });
  if (const auto* backhaul = map.find_child("backhaul")) {
    config::read(*backhaul, [&](Map& entries) { read_backhaul(entries, fleet.problem); });
  }
  if (const auto* objective = map.find_child("objective")) {
    if (!objective->is_scalar() || objective->scalar != "latency") {
      objective->fail("must be latency: its longest (iao, joint_longest) or its mean (joint_mean)");
    }
  }
  set_users(list, users, map.find_child("layers"), fleet);
  for (std::size_t i = 0; i < fleet.users.size(); ++i) {
    const auto same = std::ranges::count(fleet.users, fleet.users[i]);
    if (same > 1) list.fail(fmt::format("two users would be named '{}'", fleet.users[i]), config::no_mend);
  }
  return fleet;
}

}  // namespace

ExplicitFleet read_fleet(const Value& problem) {
  return config::read(problem, read_fleet_keys);
}

}  // namespace edgecut::problems
