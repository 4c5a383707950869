#include "problems/pipeline_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "problems/problem_layers.hpp"

namespace edgecut::problems {
namespace {

using config::Map;
using config::Value;

// Hosts of one kind, as the file lists them.
struct Hosts {
  std::string name;
  std::size_t count = 1;
  Bytes memory;
  Bandwidth bandwidth;
};

Hosts read_hosts(Map& map) {
  return {map.get<std::string>("name"), map.get_or<std::size_t>("count", 1, {1.0, 64.0}),
          map.get_or<Bytes>("memory", Bytes(plan::never.value()), config::positive),
          map.get_or<Bandwidth>("bandwidth", Bandwidth(plan::never.value()), config::positive)};
}

// Names of single hosts are those that answers use, so no two may be the same.
std::vector<std::string> single_names(const Hosts& hosts) {
  if (hosts.count == 1) return {hosts.name};
  std::vector<std::string> names;
  for (std::size_t i = 1; i <= hosts.count; ++i) names.push_back(fmt::format("{}_{}", hosts.name, i));
  return names;
}

std::vector<Hosts> read_host_list(const Value& list) {
  if (!list.is_list() || list.items.empty())
    list.fail("must be a list of {name: board, memory: 1 GB, bandwidth: 1 Gbit/s}", config::no_mend);
  std::vector<Hosts> hosts;
  std::vector<std::string> taken;
  for (const auto& item : list.items) {
    hosts.push_back(config::read(item, read_hosts));
    auto names = single_names(hosts.back());
    if (names.front() != hosts.back().name) names.push_back(hosts.back().name);
    for (const auto& name : names) {
      if (std::ranges::count(taken, name) > 0) item.fail(fmt::format("a second host named '{}'", name));
    }
    taken.insert(taken.end(), names.begin(), names.end());
  }
  return hosts;
}

// The search is over multisets of hosts that are alike; beyond this it would not end.
void check_size(const Value& list, const plan::PipelineProblem& problem) {
  constexpr double most = 1 << 16;
  double sets = problem.keeps_host_order ? static_cast<double>(problem.hosts.size()) : 1.0;
  std::vector<const plan::Host*> seen;
  for (const auto& host : problem.hosts) {
    const auto alike = [&](const auto* other) { return other->is_alike(host); };
    if (problem.keeps_host_order || std::ranges::any_of(seen, alike)) continue;
    seen.push_back(&host);
    sets *= 1.0 + static_cast<double>(std::ranges::count_if(
                      problem.hosts, [&](const plan::Host& other) { return other.is_alike(host); }));
  }
  if (sets > most) {
    list.fail(fmt::format("{:.3g} sets of hosts to choose from, at most {:.0f} can be searched: fewer kinds of hosts, "
                          "or `order: kept`",
                          sets, most),
              config::no_mend);
  }
}

ExplicitPipeline read_pipeline_keys(Map& map) {
  ExplicitPipeline result;
  auto& problem = result.problem;
  const auto& list = map.child("hosts");
  const auto hosts = read_host_list(list);
  problem.hop_latency = map.get_or<Seconds>("latency", Seconds(), config::non_negative);
  problem.keeps_host_order = map.choice_or("order", false, {{"free", false}, {"kept", true}});
  if (const auto* objective = map.find_child("objective")) {
    if (!objective->is_scalar() || objective->scalar != "throughput") {
      objective->fail("must be throughput: a pipeline is planned for its slowest stage");
    }
  }
  std::vector<std::string> names;
  for (const auto& kind : hosts) names.push_back(kind.name);
  auto layers = read_problem_layers(map.child("layers"), names, 0, "host");
  for (std::size_t kind = 0; kind < hosts.size(); ++kind) {
    for (const auto& name : single_names(hosts[kind])) {
      problem.hosts.push_back({name, layers.time[kind], hosts[kind].memory, hosts[kind].bandwidth});
    }
  }
  problem.output = std::move(layers.output);
  result.network = std::move(layers.network);
  problem.network = result.network.get();
  check_size(list, problem);
  return result;
}

}  // namespace

ExplicitPipeline read_pipeline(const Value& problem) {
  return config::read(problem, read_pipeline_keys);
}

}  // namespace edgecut::problems
