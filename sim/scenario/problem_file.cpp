#include "scenario/problem_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "config/map.hpp"
#include "scenario/problem_layers.hpp"

namespace edgecut::scenario {
namespace {

using config::Map;
using config::Value;
using dnn::LayerIndex;

// A tier as the file lists it.
struct Tier {
  std::string name;
  std::optional<Bytes> memory;
  Watts active;  // above idle while it computes; of the device
};

struct Link {
  Bandwidth bandwidth;
  Seconds latency;
  JoulesPerByte slope;  // of the device's radio
  Watts base;
  const Value* value = nullptr;
};

Tier read_tier(const Value& value) {
  if (value.is_scalar()) return {config::as<std::string>(value), std::nullopt, Watts()};
  return config::read(value, [](Map& map) {
    return Tier{map.get<std::string>("name"), map.find<Bytes>("memory", config::positive),
                map.get_or<Watts>("power", Watts(), config::non_negative)};
  });
}

std::vector<Tier> read_tiers(const Value& value) {
  if (!value.is_list() || value.items.size() < 2 || value.items.size() > 3) {
    value.fail("must be a list of two or three tiers, such as [device, cloud] or [device, edge, cloud]");
  }
  std::vector<Tier> tiers;
  for (const auto& item : value.items) {
    tiers.push_back(read_tier(item));
    const auto same = [&](const Tier& tier) { return tier.name == tiers.back().name; };
    if (std::ranges::count_if(tiers, same) > 1) item.fail("a second tier of that name");
  }
  return tiers;
}

using Links = std::map<std::pair<std::size_t, std::size_t>, Link>;

Links read_links(const Value& value, const std::vector<std::string>& names) {
  if (!value.is_list()) value.fail("must be a list of {from: device, to: cloud, bandwidth: 8 Mbit/s, latency: 10 ms}");
  Links links;
  for (const auto& item : value.items) {
    config::read(item, [&](Map& map) {
      const auto from = find_place(names, map.child("from"), "tier");
      const auto to = find_place(names, map.child("to"), "tier");
      if (from == to) item.fail("leads from a tier to itself");
      Link link{map.get<Bandwidth>("bandwidth", config::positive),
                map.get_or<Seconds>("latency", Seconds(), config::non_negative),
                map.get_or<JoulesPerByte>("energy_per_byte", JoulesPerByte(), config::non_negative),
                map.get_or<Watts>("power", Watts(), config::non_negative), &item};
      if (from != 0 && to != 0 && (link.slope > JoulesPerByte() || link.base > Watts())) {
        item.fail("only links of the first tier have energy: it is the device's that is counted");
      }
      if (!links.emplace(std::pair{from, to}, link).second) item.fail("a second link from and to the same tiers");
    });
  }
  return links;
}

void set_layers(const Value& list, const std::vector<std::string>& names, ExplicitProblem& result) {
  auto layers = read_problem_layers(list, names, 1, "tier");
  auto& problem = result.problem;
  auto& device = problem.processors.emplace_back();
  device.name = names.front();
  device.nominal = problem.cloud_nominal = FlopRate(1.0);
  device.layer_time = std::move(layers.time.front());
  problem.cloud_time = std::move(layers.time.back());
  if (problem.edge) problem.edge->layer_time = std::move(layers.time[1]);
  if (!layers.energy.empty()) device.layer_energy = std::move(layers.energy.front());
  problem.output = std::move(layers.output);
  result.network = std::move(layers.network);
  problem.network = result.network.get();
}

// One direction up and, where there is one, back. Nothing crosses a link back that there is not: no result, no tensor.
plan::Hop hop_of(const Links& links, std::size_t from, std::size_t to) {
  plan::Hop hop{links.at({from, to}).bandwidth, Bandwidth(1.0), links.at({from, to}).latency, {}};
  const auto back = links.find({to, from});
  if (back == links.end()) return hop;
  hop.down = back->second.bandwidth;
  hop.down_latency = back->second.latency;
  return hop;
}

// A link of the first tier and the last of their own leads back where the others do.
void check_direct(const Links& links, bool returns, const std::vector<std::string>& names) {
  const auto up = links.find({0, 2});
  const auto down = links.find({2, 0});
  const auto needs = [&](const Link& link, std::size_t from, std::size_t to) {
    link.value->fail(fmt::format("needs a link from {} to {} too", names[from], names[to]));
  };
  if (down != links.end() && up == links.end()) needs(down->second, 0, 2);
  if (up != links.end() && down == links.end() && returns) needs(up->second, 2, 0);
  if (down != links.end() && !returns) needs(down->second, 1, 0);
}

// With links back results come back: what sinks put out.
bool check_links(const Value& value, const Links& links, std::size_t tiers, const std::vector<std::string>& names) {
  std::size_t back = 0;
  for (std::size_t tier = 0; tier + 1 < tiers; ++tier) {
    if (!links.contains({tier, tier + 1})) {
      value.fail(fmt::format("no link from {} to {}", names[tier], names[tier + 1]));
    }
    if (links.contains({tier + 1, tier})) ++back;
  }
  if (back != 0 && back + 1 != tiers)
    value.fail("results come back over every link or over none: a link back is missing");
  check_direct(links, back != 0, names);
  return back != 0;
}

void set_links(const Links& links, bool returns, ExplicitProblem& result) {
  auto& problem = result.problem;
  problem.link = hop_of(links, 0, 1);
  if (problem.edge) problem.edge->link = hop_of(links, 1, 2);
  if (problem.edge && links.contains({0, 2})) problem.direct = hop_of(links, 0, 2);
  problem.transmit_slope = links.at({0, 1}).slope;
  problem.transmit_base = links.at({0, 1}).base;
  problem.result.assign(problem.network->size(), Bytes());
  problem.allows_return = returns && !problem.edge;
  if (!returns) return;
  problem.receive_slope = links.at({1, 0}).slope;
  problem.receive_base = links.at({1, 0}).base;
  for (LayerIndex v = 0; v < problem.network->size(); ++v) {
    if (problem.network->graph().is_sink(v)) problem.result[v] = problem.output[v];
  }
}

plan::Objective read_objective(Map& map) {
  using plan::Objective;
  return map.choice_or("objective", Objective::latency,
                       {{"latency", Objective::latency},
                        {"energy", Objective::energy},
                        {"bytes", Objective::bytes},
                        {"throughput", Objective::throughput}});
}

ExplicitProblem read_body(Map& map) {
  constexpr Bytes plenty(1e300);
  ExplicitProblem result;
  auto& problem = result.problem;
  problem.objective = read_objective(map);
  const auto tiers = read_tiers(map.child("tiers"));
  for (const auto& tier : tiers) result.tiers.push_back(tier.name);
  problem.memory = tiers.front().memory.value_or(plenty);
  problem.storage = plenty;
  if (tiers.size() == 3) {
    problem.edge.emplace();
    problem.edge->nominal = FlopRate(1.0);
    problem.edge->memory = tiers[1].memory.value_or(plenty);
  }
  if (tiers.back().memory) map.child("tiers").fail("the last tier's memory binds nothing; leave it out");
  const auto& link_list = map.child("links");
  const auto links = read_links(link_list, result.tiers);
  const bool returns = check_links(link_list, links, tiers.size(), result.tiers);
  set_layers(map.child("layers"), result.tiers, result);
  problem.processors.front().active_increment = tiers.front().active;
  set_links(links, returns, result);
  problem.constraints = read_problem_constraints(map);
  return result;
}

}  // namespace

plan::Constraints read_problem_constraints(Map& problem) {
  plan::Constraints constraints;
  const auto* value = problem.find_child("constraints");
  if (value == nullptr) return constraints;
  return config::read(*value, [&](Map& map) {
    constraints.memory = map.find<Bytes>("memory", config::positive);
    constraints.energy = map.find<Joules>("energy", config::positive);
    constraints.deadline = map.find<Seconds>("deadline", config::positive);
    constraints.min_layers_on_device = map.get_or<std::size_t>("min_layers_on_device", 0);
    return constraints;
  });
}

const std::string& ExplicitProblem::tier_name(plan::Tier tier) const {
  return tier == plan::Tier::device ? tiers.front() : tier == plan::Tier::cloud ? tiers.back() : tiers.at(1);
}

partition::Setting ExplicitProblem::setting() const {
  partition::Setting setting;
  setting.network = network.get();
  setting.processors = {tiers.front()};
  setting.has_time_limit = problem.constraints.deadline.has_value();
  setting.has_energy_limit = problem.constraints.energy.has_value();
  setting.has_edge = problem.edge.has_value();
  return setting;
}

ExplicitProblem read_problem(const Value& problem) {
  return config::read(problem, read_body);
}

AskedPartitioner read_partitioner(const std::string& text, const ExplicitProblem& problem) {
  auto value = config::parse_text(text, "--partitioner");
  if (value.is_scalar()) value = config::parse_text("{kind: " + text + "}", "--partitioner");
  return config::read(value, [&](Map& map) {
    AskedPartitioner asked;
    asked.kind = &partition::find_kind(map.child("kind"));
    asked.name = map.get_or<std::string>("name", asked.kind->name);
    if (problem.problem.edge && !asked.kind->plans_edge) {
      map.child("kind").fail(fmt::format("'{}' plans for two tiers, and the problem has three", asked.kind->name));
    }
    asked.partitioner = asked.kind->make(map, problem.setting());
    return asked;
  });
}

std::vector<AskedPartitioner> all_partitioners(const ExplicitProblem& problem) {
  std::vector<AskedPartitioner> all;
  for (const auto& kind : partition::kinds()) {
    // The others differ in what they believe of times, and here the times are given.
    if (kind.knowledge != partition::Knowledge::nothing && kind.knowledge != partition::Knowledge::benchmark) continue;
    try {
      all.push_back(read_partitioner(kind.name, problem));
    } catch (const config::Error&) {
      continue;  // it needs options, or another number of tiers
    }
  }
  return all;
}

}  // namespace edgecut::scenario
