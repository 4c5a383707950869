// How long partitioners take to plan, against the size of the network.
//
//     bench_plan GRAPHS.json
//
// Every partitioner that needs no options (but best_fixed, which simulates) on the networks that ship and on synthetic
// DAGs of up to 1,251 layers: processor time of one plan, median of at least five. Writes the flow networks of min_cut, with
// their cut and its time, for networkx_cut.py.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "config/map.hpp"
#include "dnn/network_file.hpp"
#include "partition/minimum_cut.hpp"
#include "partition/registry.hpp"

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

std::map<std::string, partition::PartitionerPtr> partitioners(const dnn::Network& network) {
  std::map<std::string, partition::PartitionerPtr> made;
  for (const auto& kind : partition::kinds()) {
    if (kind.simulates_every_cut) continue;
    const auto options = config::parse_text("kind: " + kind.name, "bench");
    try {
      config::Map map(options);
      made[kind.name] = kind.make(map, {&network, {"cpu"}, false, false, false, {}, false});
    } catch (const config::Error&) {
      continue;  // it needs options
    }
  }
  return made;
}

double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// The median over at least five calls and 20 ms.
template <class Call>
double seconds_of(Call call) {
  std::vector<double> taken;
  for (double sum = 0.0; taken.size() < 5 || sum < 0.02; sum += taken.back()) {
    const double start = processor_seconds();
    call();
    taken.push_back(processor_seconds() - start);
  }
  std::ranges::nth_element(taken, taken.begin() + static_cast<std::ptrdiff_t>(taken.size() / 2));
  return taken[taken.size() / 2];
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

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    fmt::print(stderr, "usage: bench_plan GRAPHS.json\n");
    return 2;
  }
  nlohmann::json graphs = nlohmann::json::array();
  bool has_header = false;
  for (const auto& network : networks()) {
    const auto methods = partitioners(network);
    if (!has_header) {
      fmt::print("Processor milliseconds of one plan\n\n{:<20} {:>6}", "network", "layers");
      for (const auto& [name, method] : methods) fmt::print(" {:>{}}", name, std::max<std::size_t>(9, name.size()));
      fmt::print("\n");
      has_header = true;
    }
    const auto problem = make_problem(network);
    fmt::print("{:<20} {:>6}", network.name(), network.size());
    for (const auto& [name, method] : methods) {
      const double seconds = seconds_of([&] { return method->partition(problem); });
      if (name == "min_cut") graphs.push_back(export_graph(problem, seconds));
      fmt::print(" {:>{}.3f}", 1e3 * seconds, std::max<std::size_t>(9, name.size()));
      std::fflush(stdout);
    }
    fmt::print("\n");
  }
  std::ofstream file(arguments[1]);
  file << graphs.dump() << '\n';
  return file.good() ? 0 : 1;
}
