#include "partition/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>

#include "partition/makers.hpp"
#include "partition/methods/autosplit.hpp"
#include "partition/methods/bandwidth_specific.hpp"
#include "partition/methods/dads.hpp"
#include "partition/methods/edgent.hpp"
#include "partition/methods/exhaustive.hpp"
#include "partition/methods/external.hpp"
#include "partition/methods/graph_partitioners.hpp"
#include "partition/methods/jointdnn.hpp"
#include "partition/methods/online_bandit.hpp"
#include "partition/methods/placements.hpp"
#include "partition/methods/random_cut.hpp"
#include "partition/methods/spinn.hpp"
#include "partition/options.hpp"

namespace edgecut::partition {
namespace {

using config::Map;
using config::Value;

std::size_t processor_index(Map& map, const Setting& setting) {
  const Value* value = map.find_child("processor");
  if (value == nullptr) return 0;
  const auto name = config::as<std::string>(*value);
  const auto found = std::ranges::find(setting.processors, name);
  if (found == setting.processors.end()) config::fail_unknown(*value, "processor", setting.processors);
  return static_cast<std::size_t>(found - setting.processors.begin());
}

// The encoding of methods that do not choose one themselves: the first, unless another is named.
std::size_t encoding_index(Map& map, const Setting& setting) {
  const Value* value = map.find_child("encoding");
  if (value == nullptr) return 0;
  const auto name = config::as<std::string>(*value);
  if (setting.encodings.empty()) value->fail("needs `encodings:`, of which it names one");
  const auto found = std::ranges::find(setting.encodings, name);
  if (found == setting.encodings.end()) config::fail_unknown(*value, "encoding", setting.encodings);
  return static_cast<std::size_t>(found - setting.encodings.begin());
}

// Makes device_only and cloud_only.
template <class Method>
PartitionerPtr make_encoded(Map& map, const Setting& setting) {
  return std::make_unique<Method>(encoding_index(map, setting));
}

// Makes methods that take no options.
template <class Method>
PartitionerPtr make_plain(Map& /*map*/, const Setting& /*setting*/) {
  return std::make_unique<Method>();
}

// What a method that plans towards a time limit cannot do without.
void need_time_limit(const Map& map, const Setting& setting) {
  if (setting.has_time_limit) return;
  map.value().fail("needs a time limit; give `constraints: {deadline: ...}` or a request rate");
}

PartitionerPtr make_bandwidth_specific(Map& map, const Setting& setting) {
  need_time_limit(map, setting);
  return std::make_unique<BandwidthSpecific>();
}

void need_exits(const Map& map, const Setting& setting) {
  if (!setting.network->exits().empty()) return;
  map.value().fail(fmt::format("needs a network with early exits (`exits:` in its file); {} has none, b_alexnet has",
                               setting.network->name()));
}

PartitionerPtr make_edgent(Map& map, const Setting& setting) {
  need_exits(map, setting);
  need_time_limit(map, setting);
  return std::make_unique<Edgent>();
}

PartitionerPtr make_spinn(Map& map, const Setting& setting) {
  need_exits(map, setting);
  const auto& network = *setting.network;
  if (network.exit_policies().size() == network.first_operating_point()) {
    map.value().fail(
        fmt::format("needs the rates at which inferences leave (`exit_rates:` in the file of {})", network.name()));
  }
  return std::make_unique<Spinn>();
}

PartitionerPtr make_autosplit(Map& map, const Setting& setting) {
  if (!setting.knows_distortion) {
    map.value().fail("needs `encodings:`, each with a `distortion:` of your own measuring; none is shipped");
  }
  return std::make_unique<AutoSplit>(map.get<double>("distortion"));
}

PartitionerPtr make_random(Map& map, const Setting& /*setting*/) {
  return std::make_unique<RandomCut>(map.get<std::uint64_t>("seed"));
}

PartitionerPtr make_fixed(Map& map, const Setting& setting) {
  const Value& cut = map.child("after");
  const auto name = config::as<std::string>(cut);
  std::vector<std::string> known;
  for (const auto& layer : setting.network->layers()) known.push_back(layer.name);
  const auto found = std::ranges::find(known, name);
  if (found == known.end()) config::fail_unknown(cut, "layer", known);
  return std::make_unique<Fixed>(static_cast<dnn::LayerIndex>(found - known.begin()), processor_index(map, setting),
                                 encoding_index(map, setting));
}

PartitionerPtr make_offline_benchmark(Map& map, const Setting& /*setting*/) {
  return std::make_unique<Exhaustive>(map.choice<ConstraintUse>("constraints"));
}

// The program runs in the scenario's folder, so that the command may name a file beside the scenario.
PartitionerPtr make_external(Map& map, const Setting& /*setting*/) {
  const Value& command = map.child("command");
  if (!command.is_list() || command.items.empty()) command.fail("must be a list such as [python3, mine.py]");
  const auto folder = std::filesystem::path(command.where.file).parent_path();
  return std::make_unique<External>(map.get<std::vector<std::string>>("command"), folder.empty() ? "." : folder,
                                    map.get<Seconds>("timeout"));
}

PartitionerPtr make_online_bandit(Map& map, const Setting& /*setting*/) {
  BanditOptions options;
  options.exploration = map.get<double>("exploration");
  options.memory = map.get<config::Ratio>("memory").value;
  return std::make_unique<OnlineBandit>(options);
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): one table, all on one screen
const std::vector<Kind>& kinds() {
  static const std::vector<Kind> table{
      {.name = "device_only",
       .summary = "every layer on the device (encoding: NAME)",
       .plans_edge = true,
       .options = encoded_options,
       .make = make_encoded<DeviceOnly>},
      {.name = "cloud_only",
       .summary = "every layer in the cloud (encoding: NAME)",
       .plans_edge = true,
       .options = encoded_options,
       .make = make_encoded<CloudOnly>},
      {.name = "fixed",
       .summary = "the cut after a given layer (after: LAYER, processor: NAME, encoding: NAME)",
       .plans_edge = true,
       .options = fixed_options,
       .make = make_fixed},
      {.name = "random",
       .summary = "a cut drawn from the feasible ones (seed: NUMBER)",
       .knowledge = Knowledge::benchmark,
       .plans_edge = true,
       .options = random_options,
       .make = make_random},
      {.name = "bandwidth_specific",
       .summary = "fewest bytes among the cuts that meet the deadline at the bandwidth that there is",
       .knowledge = Knowledge::benchmark,
       .plans_edge = true,
       .make = make_bandwidth_specific},
      {.name = "offline_benchmark",
       .summary = "best cut by layer times recorded on these hosts (Scission's protocol)",
       .knowledge = Knowledge::benchmark,
       .plans_edge = true,
       .options = offline_benchmark_options,
       .make = make_offline_benchmark},
      {.name = "scission",
       .summary =
           "best blocks between cut vertices for device, edge and cloud (require, forbid, max_sent, max_head, rank)",
       .knowledge = Knowledge::benchmark,
       .plans_edge = true,
       .options = scission_options,
       .make = make_scission},
      {.name = "edgent",
       .summary = "deepest early exit whose best cut meets the deadline",
       .knowledge = Knowledge::benchmark,
       .plans_edge = true,
       .make = make_edgent},
      {.name = "spinn",
       .summary = "best cut and threshold of the early exits together, by their exit rates",
       .knowledge = Knowledge::benchmark,
       .plans_edge = true,
       .make = make_spinn},
      {.name = "autosplit",
       .summary = "least latency over cuts and encodings under a limit on distortion (distortion: LIMIT)",
       .knowledge = Knowledge::benchmark,
       .options = autosplit_options,
       .make = make_autosplit},
      {.name = "min_cut",
       .summary = "best placement of the whole DAG by recorded layer times: exact, also under limits",
       .knowledge = Knowledge::benchmark,
       .plans_edge = true,
       .adds_layers = true,
       .make = make_plain<MinCut>},
      {.name = "qdmp",
       .summary = "the same optimum, found between two adjacent cut vertices",
       .knowledge = Knowledge::benchmark,
       .adds_layers = true,
       .make = make_plain<Qdmp>},
      {.name = "dads_light",
       .summary = "DADS under light load: least latency of the DAG by a minimum cut",
       .knowledge = Knowledge::benchmark,
       .adds_layers = true,
       .make = make_plain<DadsLight>},
      {.name = "dads_heavy",
       .summary = "DADS under heavy load: shortest slowest stage of device, link and cloud",
       .knowledge = Knowledge::benchmark,
       .adds_layers = true,
       .make = make_plain<DadsHeavy>},
      {.name = "jointdnn",
       .summary = "shortest path over blocks that may return to the device; a budget by LARAC",
       .knowledge = Knowledge::benchmark,
       .make = make_plain<JointDnn>},
      {.name = "neurosurgeon",
       .summary = "best cut by times that a regression per layer type predicts from other networks",
       .knowledge = Knowledge::regression,
       .make = make_plain<Exhaustive>},
      {.name = "online_bandit",
       .summary = "learns the delay beyond the device while it runs (LinUCB with forced sampling, ANS)",
       .knowledge = Knowledge::benchmark,
       .measures_device_alone = true,
       .options = online_bandit_options,
       .make = make_online_bandit},
      {.name = "resource_aware",
       .summary = "by layer complexities and scarcity, no benchmark (rule: R1 to R4); a reconstruction",
       .knowledge = Knowledge::nominal,
       .knows_rates = true,
       .options = resource_aware_options,
       .make = make_resource_aware},
      {.name = "external",
       .summary = "a program of one's own, asked in JSON (command: [python3, mine.py], timeout: 5 s)",
       .knowledge = Knowledge::benchmark,
       .plans_edge = true,
       .knows_rates = true,
       .options = external_options,
       .make = make_external},
      {.name = "oracle",
       .summary = "best placement of the whole DAG by the true times on an idle system",
       .knowledge = Knowledge::truth,
       .plans_edge = true,
       .make = make_plain<Oracle>},
      // What it would choose without playing: the best cut on an idle system.
      {.name = "best_fixed",
       .summary = "every cut simulated, the best kept: the reference under load",
       .knowledge = Knowledge::truth,
       .simulates_every_cut = true,
       .plans_edge = true,
       .make = make_plain<Exhaustive>},
  };
  return table;
}

const std::vector<Planner>& planners() {
  using Form = Planner::Form;
  static const std::vector<Planner> table{
      {"pipeline", "shortest slowest stage over a chain of hosts (problem files with `hosts:`)", Form::pipeline},
      {"iao", "shortest longest latency of users of one server, unit by unit (problem files with `users:`)",
       Form::fleet},
      {"joint_longest", "the same with cuts, units and backhaul together (problem files with `users:`)", Form::fleet},
      {"joint_mean", "shortest mean latency of users of one server (problem files with `users:`)", Form::fleet},
  };
  return table;
}

const Kind& kind_of(const Value& method) {
  return find_kind(Map(method).child("kind"));
}

const config::Record& options_record(const Kind& kind) {
  static std::map<std::string, config::Record> records;
  const auto found = records.find(kind.name);
  if (found != records.end()) return found->second;
  config::Record record{kind.name, kind.summary, base_keys(kind)};
  std::ranges::move(kind.options(), std::back_inserter(record.keys));
  return records.emplace(kind.name, std::move(record)).first->second;
}

std::vector<config::Key> base_keys(const Kind& kind) {
  using namespace config::declare;
  return {{"kind", one_of("partitioner", {kind.name}), config::required, "Which method."},
          {"name", text(), config::optional("its kind"), "What results call it; each has another."}};
}

const Kind& find_kind(const Value& name) {
  const auto text = config::as<std::string>(name);
  for (const auto& planner : planners()) {
    if (planner.name != text) continue;
    name.fail(fmt::format("'{}' plans {}, which only `edgecut plan --problem` asks", text,
                          planner.form == Planner::Form::pipeline ? "pipelines (`hosts:`)" : "fleets (`users:`)"));
  }
  std::vector<std::string> known;
  for (const auto& kind : kinds()) {
    if (kind.name == text) return kind;
    known.push_back(kind.name);
  }
  config::fail_unknown(name, "partitioner", known);
}

}  // namespace edgecut::partition
