#include "problems/problem_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "belief/encode.hpp"
#include "config/map.hpp"
#include "problems/layer_groups.hpp"
#include "problems/problem_layers.hpp"
#include "scenario/encodings.hpp"
#include "scenario/objective.hpp"

namespace edgecut::problems {
namespace {

using config::Map;
using config::Value;
using dnn::LayerIndex;

// A tier as the file lists it.
struct TierEntry {
  std::string name;
  std::optional<Bytes> memory;
  Watts active;  // above idle while it computes
  std::optional<FlopRate> nominal;
};

struct LinkEntry {
  Bandwidth bandwidth;
  Seconds latency;
  JoulesPerByte slope;  // of the device's radio
  Watts base;
  const Value* value = nullptr;
};

TierEntry read_tier(const Value& value) {
  if (value.is_scalar()) return {config::as<std::string>(value), std::nullopt, Watts(), std::nullopt};
  return config::read(value, [](Map& map) {
    return TierEntry{map.get<std::string>("name"), map.find<Bytes>("memory", config::positive),
                     map.get_or<Watts>("power", Watts(), config::non_negative),
                     map.find<FlopRate>("nominal", config::positive)};
  });
}

std::vector<TierEntry> read_tiers(const Value& value) {
  if (!value.is_list() || value.items.size() < 2 || value.items.size() > 3) {
    value.fail("must be a list of two or three tiers, such as [device, cloud] or [device, edge, cloud]");
  }
  std::vector<TierEntry> tiers;
  for (const auto& item : value.items) {
    tiers.push_back(read_tier(item));
    const auto same = [&](const TierEntry& tier) { return tier.name == tiers.back().name; };
    if (std::ranges::count_if(tiers, same) > 1) item.fail("a second tier of that name");
    if (tiers.size() > 1 && tiers.back().nominal) item.find("nominal")->fail("only the first tier's is of use");
  }
  return tiers;
}

using Links = std::map<std::pair<std::size_t, std::size_t>, LinkEntry>;

Links read_links(const Value& value, const std::vector<std::string>& names) {
  if (!value.is_list()) value.fail("must be a list of {from: device, to: cloud, bandwidth: 8 Mbit/s, latency: 10 ms}");
  Links links;
  for (const auto& item : value.items) {
    config::read(item, [&](Map& map) {
      const auto from = find_place(names, map.child("from"), "tier");
      const auto to = find_place(names, map.child("to"), "tier");
      if (from == to) item.fail("leads from a tier to itself");
      LinkEntry link{map.get<Bandwidth>("bandwidth", config::positive),
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

void set_layers(const Value& list, const std::vector<TierEntry>& tiers, std::optional<double> accuracy,
                ExplicitProblem& result) {
  auto layers = read_problem_layers(list, result.tiers, 1, "tier", true, accuracy);
  auto& problem = result.problem;
  auto& device = problem.processors.emplace_back();
  device.name = tiers.front().name;
  device.active_increment = tiers.front().active;
  device.layer_energy = joules_by_layer(layers, 0, tiers.front().active);
  problem.cloud_layer_energy = joules_by_layer(layers, tiers.size() - 1, tiers.back().active);
  if (problem.edge) problem.edge->layer_energy = joules_by_layer(layers, 1, tiers[1].active);
  // No rate is known: no budget follows from it.
  device.nominal = tiers.front().nominal.value_or(FlopRate(plan::never.value()));
  problem.cloud_nominal = FlopRate(1.0);
  device.layer_time = std::move(layers.time.front());
  problem.cloud_time = std::move(layers.time.back());
  if (problem.edge) problem.edge->layer_time = std::move(layers.time[1]);
  problem.output = std::move(layers.output);
  result.network = std::move(layers.network);
  problem.network = result.network.get();
}

void set_encodings(Map& map, ExplicitProblem& result) {
  auto& problem = result.problem;
  auto encodings = scenario::read_encodings(map, *problem.network);
  for (const auto& encoding : encodings.list) {
    problem.encodings.push_back(belief::encode(*problem.network, encoding, problem.output, false));
  }
  result.accuracy_sources = std::move(encodings.sources);
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

plan::RadioUse radio_of(const Links& links, std::size_t from, std::size_t to) {
  const auto& up = links.at({from, to});
  plan::RadioUse radio{up.slope, up.base, {}, {}, {}};
  if (const auto back = links.find({to, from}); back != links.end()) {
    radio.receive_slope = back->second.slope;
    radio.receive_base = back->second.base;
  }
  return radio;
}

// A link of the first tier and the last of their own leads back where the others do.
void check_direct(const Links& links, bool returns, const std::vector<std::string>& names) {
  const auto up = links.find({0, 2});
  const auto down = links.find({2, 0});
  const auto needs = [&](const LinkEntry& link, std::size_t from, std::size_t to) {
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
  if (problem.edge && links.contains({0, 2})) {
    problem.direct = hop_of(links, 0, 2);
    problem.direct_radio = radio_of(links, 0, 2);
  }
  problem.set_radio(radio_of(links, 0, 1));
  problem.result.assign(problem.network->size(), Bytes());
  problem.allows_return = returns && !problem.edge;
  if (!returns) return;
  for (LayerIndex v = 0; v < problem.network->size(); ++v) {
    if (problem.network->graph().is_sink(v)) problem.result[v] = problem.output[v];
  }
}

ExplicitProblem read_problem_keys(Map& map) {
  ExplicitProblem result;
  auto& problem = result.problem;
  problem.objective = scenario::read_objective(map);
  const auto tiers = read_tiers(map.child("tiers"));
  for (const auto& tier : tiers) result.tiers.push_back(tier.name);
  problem.memory = tiers.front().memory.value_or(plenty);
  problem.storage = plenty;
  if (tiers.size() == 3) {
    problem.edge.emplace();
    problem.edge->nominal = FlopRate(1.0);
    problem.edge->memory = tiers[1].memory.value_or(plenty);
  }
  problem.cloud_memory = tiers.back().memory.value_or(plenty);
  const auto& link_list = map.child("links");
  const auto links = read_links(link_list, result.tiers);
  const bool returns = check_links(link_list, links, tiers.size(), result.tiers);
  const auto accuracy = map.find<config::Ratio>("accuracy", config::share);
  set_layers(map.child("layers"), tiers, accuracy ? std::optional(accuracy->value) : std::nullopt, result);
  set_encodings(map, result);
  read_layer_groups(map, result);
  set_links(links, returns, result);
  problem.constraints = read_problem_constraints(map);
  if (problem.constraints.accuracy && !accuracy) {
    map.child("constraints").find("accuracy")->fail("needs `accuracy:` of the problem, of the network as it is");
  }
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
    if (const auto accuracy = map.find<config::Ratio>("accuracy", config::share)) {
      constraints.accuracy = accuracy->value;
    }
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
  const auto& device = problem.processors.front();
  setting.knows_rate = device.nominal < FlopRate(plan::never.value());
  setting.knows_joules = !device.layer_energy.empty();
  setting.may_lack_work = true;
  for (const auto& encoding : problem.encodings) setting.encodings.push_back(encoding.name);
  setting.knows_distortion =
      !problem.encodings.empty() && std::ranges::none_of(problem.encodings, [](const plan::Encoding& encoding) {
        return encoding.distortion.empty();
      });
  return setting;
}

ExplicitProblem read_problem(const Value& problem) {
  return config::read(problem, read_problem_keys);
}

namespace {

// What a problem file cannot give: other networks to learn from, a truth beside what is believed, a run.
void check_knowledge(const Map& map, const Value& kind, const partition::Kind& asked) {
  using partition::Knowledge;
  if (asked.simulates_every_cut) kind.fail("'best_fixed' simulates every cut, and a problem is not simulated");
  if (asked.knowledge == Knowledge::regression) {
    kind.fail(
        fmt::format("'{}' predicts layer times by regressions over other networks, and a problem gives its times; "
                    "offline_benchmark searches the same cuts with them",
                    asked.name));
  }
  if (asked.knowledge == Knowledge::truth) {
    kind.fail(
        fmt::format("'{}' plans with the truth beside what others believe, and a problem has one set of times; "
                    "min_cut searches the same placements with them",
                    asked.name));
  }
  if (const auto* adaptive = map.value().find("adaptive")) adaptive->fail("a problem is planned once; nothing changes");
}

}  // namespace

AskedPartitioner read_partitioner(const std::string& text, const ExplicitProblem& problem, const config::Mends& mends) {
  auto value = config::parse_text(text, "--partitioner");
  value = config::parse_text(value.is_scalar() ? "{kind: " + text + "}" : text, "--partitioner", mends);
  return config::read(value, partition::options_record(partition::kind_of(value)), [&](Map& map) {
    AskedPartitioner asked;
    asked.kind = &partition::find_kind(map.child("kind"));
    asked.name = map.find<std::string>("name").value_or(asked.kind->name);
    check_knowledge(map, map.child("kind"), *asked.kind);
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

}  // namespace edgecut::problems
