// How long partitioners take to plan, against the size of the network.
//
//     bench_plan GRAPHS.json
//
// Every partitioner on networks that ship and on a synthetic DAG of 1,251 layers: processor time of one plan, the least of at
// least five, as a table in Markdown. Writes the flow networks of min_cut of every network, with their cut and its time, for
// networkx_cut.py.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "config/map.hpp"
#include "dnn/network_file.hpp"
#include "partition/methods/fleet.hpp"
#include "partition/methods/graph_partitioners.hpp"
#include "partition/methods/pipeline.hpp"
#include "partition/registry.hpp"
#include "partition/search/minimum_cut.hpp"

using namespace edgecut;

namespace {

// Any network on a device of 10 GFLOP/s and a cloud of 500, with 20 and 5 us per layer, 10 Mbit/s and 20 ms there and
// back: round figures near those of the platforms that ship. Times differ by up to a fifth from layer to layer.
plan::Problem make_problem(const dnn::Network& network) {
  std::mt19937 random(1);
  const auto noise = [&] { return std::uniform_real_distribution<double>(0.8, 1.2)(random); };
  plan::Problem problem;
  problem.network = &network;
  plan::Processor processor{"cpu", {}, 2_W, 10_GFLOPps};
  problem.cloud_nominal = 500_GFLOPps;
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    const auto work = network.layer(v).work();
    const double runs = network.is_input(v) ? 0.0 : 1.0;
    processor.layer_time.push_back((work / processor.nominal + Seconds(20e-6)) * (runs * noise()));
    problem.cloud_time.push_back((work / problem.cloud_nominal + Seconds(5e-6)) * (runs * noise()));
    problem.output.push_back(network.layer(v).output);
  }
  problem.processors = {processor};
  problem.result.assign(network.size(), Bytes());
  problem.link.up = problem.link.down = 10_Mbps;
  problem.link.set_rtt(Seconds(0.02));
  problem.memory = problem.storage = Bytes(1e12);
  return problem;
}

// An input and `depth` stages of `width` layers, each of which reads one to three of the stage before. 1.5 GMAC in all, by
// chance 0.2 to 1.8 of its share a layer; an input of 600 kB and outputs of 20 to 200 kB that shrink by e^6 on the way:
// the cheapest cut is somewhere inside.
dnn::Network layered_network(std::size_t depth, std::size_t width) {
  std::mt19937 random(2);
  std::vector<dnn::Layer> layers(1 + depth * width);
  for (std::size_t v = 0; v < layers.size(); ++v) {
    auto& layer = layers[v];
    layer.name = fmt::format("v{}", v);
    layer.kind = v == 0 ? dnn::LayerKind::input : dnn::LayerKind::conv;
    layer.shape = {1};
    const double share = static_cast<double>(v) / static_cast<double>(layers.size());
    layer.output = Bytes(std::floor(std::exp(-6.0 * share) * static_cast<double>(20'000 + random() % 180'000)));
    if (v == 0) {
      layer.output = 600'000_B;
      continue;
    }
    layer.macs = static_cast<std::int64_t>(0.0015 * static_cast<double>((200'000 + random() % 1'600'000))) *
                 static_cast<std::int64_t>(1'000'000 / (layers.size() - 1));
    const std::size_t stage = (v - 1) / width;
    std::set<dnn::LayerIndex> inputs;
    for (auto count = 1 + random() % 3; count > 0; --count) {
      inputs.insert(stage == 0 ? 0 : 1 + (stage - 1) * width + random() % width);
    }
    layer.inputs.assign(inputs.begin(), inputs.end());
  }
  const auto name = fmt::format("layered {}x{}", depth, width);
  return {name, name, "synthetic", "fp32", std::move(layers)};
}

std::vector<dnn::Network> networks() {
  std::vector<dnn::Network> list;
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(EDGECUT_SOURCE_DIR "/scenarios/networks")) {
    if (entry.path().extension() == ".yaml") files.insert(entry.path());
  }
  for (const auto& file : files) list.push_back(dnn::read_network(config::parse_file(file)));
  for (const std::size_t depth : {10, 50, 125, 250}) list.push_back(layered_network(depth, 5));
  std::ranges::stable_sort(list, {}, &dnn::Network::size);
  return list;
}

// ---- what is timed ----

// Every kind of the registry (but best_fixed, which simulates, and external, whose time is its program's), with the options
// that it needs; the rules of resource_aware apart.
std::vector<std::pair<std::string, std::string>> options_by_name() {
  std::vector<std::pair<std::string, std::string>> list;
  for (const auto& kind : partition::kinds()) {
    if (kind.simulates_every_cut || kind.name == "external" || kind.name == "fixed") continue;
    if (kind.name == "autosplit") {
      list.emplace_back(kind.name, "{kind: autosplit, distortion: 0.5}");
    } else if (kind.name == "resource_aware") {
      for (const std::string rule : {"R1", "R2", "R3", "R4"}) {
        list.emplace_back("resource_aware " + rule,
                          "{kind: resource_aware, rule: " + rule + ", budgets: {compute: 50 %, energy: 50 %}}");
      }
    } else {
      list.emplace_back(kind.name, "{kind: " + kind.name + "}");
    }
  }
  return list;
}

// Tensors as they are or in one byte an element, with a distortion that falls with depth; a time limit of twice what
// device-only takes.
plan::Problem with_choices(plan::Problem problem) {
  plan::Encoding whole{"fp32", problem.output, {}, {}, 0.0, {}};
  plan::Encoding small{"int8", problem.output, {}, {}, {}, {}, 0.25};
  Seconds sum;
  for (dnn::LayerIndex v = 0; v < problem.network->size(); ++v) {
    if (!problem.network->is_input(v)) small.output[v] = small.output[v] / 4.0;
    for (auto* encoding : {&whole, &small}) {
      encoding->encode.emplace_back();
      encoding->decode.emplace_back();
    }
    whole.distortion.push_back(0.0);
    small.distortion.push_back(1.0 / static_cast<double>(v + 1));
    sum += problem.processors.front().layer_time[v];
  }
  problem.encodings = {whole, small};
  problem.constraints.deadline = 2.0 * sum;
  return problem;
}

using Call = std::function<void()>;

// What methods of the registry do with the problem.
std::vector<std::pair<std::string, Call>> calls(const plan::Problem& plain, const plan::Problem& choices) {
  std::vector<std::pair<std::string, Call>> list;
  for (const auto& [name, text] : options_by_name()) {
    if ((name == "edgent" || name == "spinn") && plain.network->exits().empty()) continue;
    const bool chooses = name == "autosplit" || name == "edgent" || name == "bandwidth_specific";
    const auto value = config::parse_text(text, "bench");
    const auto& kind = partition::kind_of(value);
    config::Map map(value, partition::options_record(kind));
    const std::shared_ptr<const partition::Partitioner> method =
        kind.make(map, {plain.network, {"cpu"}, true, true, false, {}, true});
    const auto* problem = chooses ? &choices : &plain;
    list.emplace_back(name, [method, problem] { (void)method->partition(*problem); });
  }
  return list;
}

// Four boards of 10 GFLOP/s and four of 5, 1 GB and 100 Mbit/s each.
plan::PipelineProblem pipeline_of(const plan::Problem& problem) {
  plan::PipelineProblem chain;
  chain.network = problem.network;
  chain.output = problem.output;
  for (std::size_t i = 0; i < 8; ++i) {
    plan::Host host{fmt::format("board {}", i), problem.processors.front().layer_time, Bytes(1e9), 100_Mbps};
    if (i >= 4) std::ranges::for_each(host.layer_time, [](Seconds& time) { time = 2.0 * time; });
    chain.hosts.push_back(std::move(host));
  }
  return chain;
}

// Twenty users, each link a little faster than the one before, of a server of 40 units behind a backhaul of 50 Mbit/s.
plan::FleetProblem fleet_of(const plan::Problem& problem) {
  plan::FleetProblem fleet;
  for (std::size_t i = 0; i < 20; ++i) {
    fleet.users.push_back(problem);
    fleet.users.back().link.up = static_cast<double>(i + 1) * 1_Mbps;
  }
  fleet.units = 40;
  fleet.backhaul_up = 50_Mbps;
  return fleet;
}

double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// The least of at least five calls and 20 ms; what takes over half a second is called once.
template <class Call>
double seconds_of(Call call) {
  std::vector<double> taken;
  for (double sum = 0.0; taken.size() < 5 || sum < 0.02; sum += taken.back()) {
    const double start = processor_seconds();
    call();
    taken.push_back(processor_seconds() - start);
    if (taken.back() > 0.5) break;
  }
  return std::ranges::min(taken);
}

nlohmann::json export_graph(const plan::Problem& problem, double plan_seconds) {
  const auto costs = partition::objective_costs(problem, problem.objective, {});
  const auto places = partition::places_of(problem, 0).value();
  const auto& graph = problem.network->graph();
  const auto network = partition::cut_network(graph, costs, places);
  const auto cut = partition::minimum_cut(graph, costs, places);
  nlohmann::json arcs = nlohmann::json::array();
  for (const auto& arc : network.arcs) arcs.push_back({arc.from, arc.to, arc.capacity, arc.back});
  return {{"name", problem.network->name()},
          {"layers", problem.network->size()},
          {"on_device", std::ranges::count(cut.on_device, true)},
          {"source", network.device},
          {"sink", network.cloud},
          {"arcs", arcs},
          {"value", cut.value},
          {"plan_s", plan_seconds},
          {"cut_s", seconds_of([&] { return partition::minimum_cut(graph, costs, places); })}};
}

// Networks of the table of all methods; min_cut is timed on every one.
const std::vector<std::string> shown{"alexnet",   "b_alexnet",   "resnet18", "resnet50",
                                     "googlenet", "densenet121", "swin_t",   "layered 250x5"};

// Milliseconds by method and network.
using Table = std::map<std::string, std::map<std::string, double>>;

void print(const Table& table, const std::vector<dnn::Network>& networks) {
  fmt::print("Processor milliseconds of one plan\n\n| method |");
  for (const auto& name : shown) {
    const auto network = std::ranges::find(networks, name, &dnn::Network::name);
    fmt::print(" {} ({}) |", name, network->size());
  }
  fmt::print("\n|---|");
  for (std::size_t i = 0; i < shown.size(); ++i) fmt::print("---|");
  fmt::print("\n");
  for (const auto& [method, times] : table) {
    fmt::print("| `{}` |", method);
    for (const auto& name : shown) {
      const auto time = times.find(name);
      time == times.end() ? fmt::print("  |") : fmt::print(" {:.3f} |", 1e3 * time->second);
    }
    fmt::print("\n");
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    fmt::print(stderr, "usage: bench_plan GRAPHS.json\n");
    return 2;
  }
  nlohmann::json graphs = nlohmann::json::array();
  Table table;
  const auto all = networks();
  for (const auto& network : all) {
    const auto problem = make_problem(network);
    const partition::MinCut min_cut;
    const double seconds = seconds_of([&] { return min_cut.partition(problem); });
    graphs.push_back(export_graph(problem, seconds));
    if (std::ranges::find(shown, network.name()) == shown.end()) continue;
    fmt::print(stderr, "{}\n", network.name());
    const auto choices = with_choices(problem);
    for (const auto& [name, call] : calls(problem, choices)) table[name][network.name()] = seconds_of(call);
    const auto chain = pipeline_of(problem);
    table["pipeline (8 hosts)"][network.name()] = seconds_of([&] { return partition::pipeline(chain); });
    const auto fleet = fleet_of(problem);
    table["iao (20 users)"][network.name()] = seconds_of([&] { return partition::iao(fleet); });
    table["joint_longest (20 users)"][network.name()] = seconds_of([&] { return partition::joint_longest(fleet); });
    table["joint_mean (20 users)"][network.name()] = seconds_of([&] { return partition::joint_mean(fleet); });
  }
  print(table, all);
  std::ofstream file(arguments[1]);
  file << graphs.dump() << '\n';
  return file.good() ? 0 : 1;
}
