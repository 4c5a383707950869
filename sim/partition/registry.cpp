#include "partition/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

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
#include "partition/methods/resource_aware.hpp"
#include "partition/methods/scission.hpp"
#include "partition/methods/spinn.hpp"
#include "units/text.hpp"

namespace edgecut::partition {
namespace {

using config::Map;
using config::Value;

const std::vector<std::pair<std::string, Resource>>& resources() {
  static const std::vector<std::pair<std::string, Resource>> words{
      {"compute", Resource::compute},     {"storage", Resource::storage}, {"energy", Resource::energy},
      {"bandwidth", Resource::bandwidth}, {"memory", Resource::memory},   {"lifetime", Resource::lifetime}};
  return words;
}

std::size_t processor_index(Map& map, const Setting& setting) {
  const Value* value = map.find_child("processor");
  if (value == nullptr) return 0;
  const auto name = config::as<std::string>(*value);
  const auto found = std::ranges::find(setting.processors, name);
  if (found == setting.processors.end()) config::fail_unknown(*value, "processor", setting.processors);
  return static_cast<std::size_t>(found - setting.processors.begin());
}

// Of kinds that do not choose one themselves; the first unless named.
std::size_t encoding_index(Map& map, const Setting& setting) {
  const Value* value = map.find_child("encoding");
  if (value == nullptr) return 0;
  const auto name = config::as<std::string>(*value);
  if (setting.encodings.empty()) value->fail("needs `encodings:`, of which it names one");
  const auto found = std::ranges::find(setting.encodings, name);
  if (found == setting.encodings.end()) config::fail_unknown(*value, "encoding", setting.encodings);
  return static_cast<std::size_t>(found - setting.encodings.begin());
}

// device_only, cloud_only.
template <class Method>
PartitionerPtr make_encoded(Map& map, const Setting& setting) {
  return std::make_unique<Method>(encoding_index(map, setting));
}

// Of kinds that take no options.
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
  return std::make_unique<AutoSplit>(map.get<double>("distortion", config::non_negative));
}

PartitionerPtr make_random(Map& map, const Setting& /*setting*/) {
  return std::make_unique<RandomCut>(map.get_or<std::uint64_t>("seed", 1));
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
  return std::make_unique<Exhaustive>(
      map.choice_or("constraints", ConstraintUse::honoured,
                    {{"honoured", ConstraintUse::honoured}, {"ignored", ConstraintUse::ignored}}));
}

// In the scenario's folder, so that the command may name a file beside the scenario.
PartitionerPtr make_external(Map& map, const Setting& /*setting*/) {
  const Value& command = map.child("command");
  if (!command.is_list() || command.items.empty()) command.fail("must be a list such as [python3, mine.py]");
  const auto folder = std::filesystem::path(command.where.file).parent_path();
  return std::make_unique<External>(config::as<std::vector<std::string>>(command), folder.empty() ? "." : folder,
                                    map.get_or<Seconds>("timeout", 5_s, {0.0, 86400.0, true}));
}

PartitionerPtr make_online_bandit(Map& map, const Setting& /*setting*/) {
  BanditOptions options;
  options.exploration = map.get_or<double>("exploration", options.exploration, config::non_negative);
  options.memory = map.get_or<config::Ratio>("memory", {options.memory}, {0.5, 1.0}).value;
  return std::make_unique<OnlineBandit>(options);
}

std::vector<plan::Tier> read_tiers(Map& map, const char* key, const Setting& setting) {
  using plan::Tier;
  static const std::vector<std::pair<std::string, Tier>> words{
      {"device", Tier::device}, {"edge", Tier::edge}, {"cloud", Tier::cloud}};
  std::vector<Tier> tiers;
  const Value* value = map.find_child(key);
  if (value == nullptr) return tiers;
  if (!value->is_list() || value->items.empty()) value->fail("must be a list such as [device, cloud]");
  for (const auto& item : value->items) {
    const auto name = config::as<std::string>(item);
    const auto found = std::ranges::find(words, name, &std::pair<std::string, Tier>::first);
    if (found == words.end()) config::fail_unknown(item, "tier", {"device", "edge", "cloud"});
    if (found->second == Tier::edge && !setting.has_edge) item.fail("needs `edge:`; the scenario has no edge server");
    if (std::ranges::count(tiers, found->second) > 0) item.fail("named twice");
    tiers.push_back(found->second);
  }
  return tiers;
}

PartitionerPtr make_scission(Map& map, const Setting& setting) {
  ScissionFilters filters;
  filters.required = read_tiers(map, "require", setting);
  filters.forbidden = read_tiers(map, "forbid", setting);
  filters.max_sent = map.find<Bytes>("max_sent", config::non_negative);
  filters.max_head = map.find<Seconds>("max_head", config::non_negative);
  filters.rank = map.get_or<std::size_t>("rank", 1, {1.0, 1e6});
  for (const auto tier : filters.required) {
    if (std::ranges::count(filters.forbidden, tier) > 0) map.child("forbid").fail("forbids a tier that is required");
  }
  if (filters.forbidden.size() == (setting.has_edge ? 3U : 2U)) map.child("forbid").fail("leaves no tier");
  return std::make_unique<Scission>(std::move(filters));
}

std::map<Resource, double> read_weights(Map& map) {
  std::map<Resource, double> weights;
  const Value* value = map.find_child("weights");
  if (value == nullptr) return weights;
  return config::read(*value, [&](Map& entries) {
    for (const auto& [word, resource] : resources()) {
      const Value* entry = entries.find_child(word);
      if (entry != nullptr) weights[resource] = config::as<config::Ratio>(*entry, config::non_negative).value;
    }
    return weights;
  });
}

// A share, or an amount in the unit of the resource.
void read_budget(const Value& entry, Resource resource, ResourceAwareOptions& options) {
  const auto& text = config::as<std::string>(entry);
  if (std::holds_alternative<double>(units::parse_ratio(text))) {
    options.budgets[resource] = config::as<config::Ratio>(entry, config::non_negative).value;
    return;
  }
  const auto amount = [&]<class Quantity>(Quantity /*of*/) {
    constexpr auto dimension = units::dimension_of(Quantity{});
    if (!std::holds_alternative<double>(units::parse(text, dimension))) {
      entry.fail(fmt::format("'{}' is neither a share such as '50 %' nor {}", text, units::describe(dimension)));
    }
    options.amounts[resource] = config::as<Quantity>(entry, config::non_negative).value();
  };
  if (resource == Resource::compute) return amount(Flops());
  if (resource == Resource::energy) return amount(Joules());
  return amount(Bytes());
}

void read_budgets(Map& map, ResourceAwareOptions& options) {
  const Value* value = map.find_child("budgets");
  if (value == nullptr) return;
  config::read(*value, [&](Map& entries) {
    if (const Value* lifetime = value->find("lifetime")) {
      lifetime->fail("has no budget here; give `constraints: {lifetime: 8 h}`");
    }
    for (const auto& [word, resource] : resources()) {
      if (resource == Resource::lifetime) continue;
      const Value* entry = entries.find_child(word);
      if (entry == nullptr || (entry->is_scalar() && entry->scalar == "auto")) continue;
      read_budget(*entry, resource, options);
    }
  });
}

std::vector<Resource> read_scarce(Map& map) {
  std::vector<Resource> scarce;
  const Value* value = map.find_child("scarce");
  if (value == nullptr) return scarce;
  if (!value->is_list() || value->items.empty()) value->fail("must be a list such as [bandwidth, compute]");
  for (const auto& item : value->items) {
    std::vector<std::string> known;
    for (const auto& [word, resource] : resources()) {
      known.push_back(word);
      if (item.is_scalar() && item.scalar == word) scarce.push_back(resource);
    }
    if (!scarce.empty() && std::ranges::count(scarce, scarce.back()) > 1) item.fail("named twice");
    if (scarce.size() <= static_cast<std::size_t>(&item - value->items.data())) {
      config::fail_unknown(item, "resource", known);
    }
  }
  return scarce;
}

bool wants_auto_compute(const Map& map) {
  const Value* budgets = map.value().find("budgets");
  const Value* compute = budgets == nullptr ? nullptr : budgets->find("compute");
  return compute != nullptr && compute->is_scalar() && compute->scalar == "auto";
}

bool has_budget(const ResourceAwareOptions& options, Resource resource) {
  return options.budgets.contains(resource) || options.amounts.contains(resource);
}

// What R2 is to weigh by how scarce it is needs something to be scarce against.
void check_scarce(Map& map, const ResourceAwareOptions& options, const Setting& setting) {
  if (options.scarce.empty()) return;
  const Value& list = map.child("scarce");
  if (!options.weights.empty()) list.fail("goes with derived weights; leave it out, or `weights:`");
  for (std::size_t i = 0; i < options.scarce.size(); ++i) {
    const auto resource = options.scarce[i];
    const bool by_time = resource == Resource::compute || resource == Resource::bandwidth;
    const bool by_energy = resource == Resource::energy || resource == Resource::lifetime;
    if (has_budget(options, resource)) continue;
    if (by_time && !setting.has_time_limit) {
      list.items[i].fail("its weight needs a deadline, a request rate or a budget of it");
    }
    if (by_energy && !setting.has_energy_limit) {
      list.items[i].fail("its weight needs `constraints:` with `energy`, `lifetime` or another limit on energy");
    }
  }
}

// A compute budget comes from a time limit; where there is none it has to be given.
void check_budgets(Map& map, const ResourceAwareOptions& options, const Setting& setting) {
  using Rule = ResourceAwareOptions::Rule;
  const bool has_compute = setting.has_time_limit || has_budget(options, Resource::compute);
  if (wants_auto_compute(map) && !setting.has_time_limit) {
    map.child("budgets").find("compute")->fail(
        "auto needs a deadline or a request rate; give one, or a share such as '50 %'");
  }
  const bool needs_it =
      options.scarce.empty() && (options.rule == Rule::R1 || (options.rule == Rule::R2 && options.weights.empty()));
  if (needs_it && !has_compute) {
    map.value().fail(
        "which resources are scarce cannot be derived without a deadline or a request rate; give one, or "
        "`budgets: {compute: ...}`, or name them (`scarce:`, or `weights:` of R2)");
  }
  // Without any budget the fewest bytes are those of device-only: zero.
  const bool only_bandwidth = !options.scarce.empty() &&
                              std::ranges::all_of(options.scarce, [](Resource r) { return r == Resource::bandwidth; });
  const bool binds = std::ranges::any_of(resources(), [&](const auto& entry) {
    return entry.second != Resource::bandwidth && has_budget(options, entry.second);
  });
  if (options.rule == Rule::R1 && only_bandwidth && !has_compute && !setting.has_energy_limit && !binds) {
    map.child("scarce").fail(
        "bandwidth alone without any budget always means device-only; add `budgets:`, a deadline or a rate");
  }
}

// Where a resource is asked for.
const Value& place_of(const Map& map, const std::string& word) {
  for (const auto* key : {"budgets", "weights"}) {
    const Value* entries = map.value().find(key);
    const Value* entry = entries == nullptr ? nullptr : entries->find(word);
    if (entry != nullptr) return *entry;
  }
  const Value* scarce = map.value().find("scarce");
  return scarce == nullptr ? map.value() : *scarce;
}

// Resources that a rule goes by: what is named, else all four.
std::vector<Resource> resources_used(const ResourceAwareOptions& options) {
  using Rule = ResourceAwareOptions::Rule;
  std::vector<Resource> used = options.scarce;
  for (const auto& [resource, weight] : options.weights) used.push_back(resource);
  const bool derives = options.rule == Rule::R1 || options.rule == Rule::R2;
  if (used.empty() && derives) used = {Resource::compute};  // whether others are scarce is plain from limits
  for (const auto& [resource, share] : options.budgets) used.push_back(resource);
  for (const auto& [resource, amount] : options.amounts) used.push_back(resource);
  return used;
}

// Of a problem written down: the figures that shares, amounts and scarcity are of. Without them nothing would bind.
void check_figures(const Map& map, const ResourceAwareOptions& options, const Setting& setting) {
  if (!setting.may_lack_work) return;
  const auto& network = *setting.network;
  const auto used = resources_used(options);
  const auto uses = [&](Resource resource) { return std::ranges::find(used, resource) != used.end(); };
  if (uses(Resource::compute) && network.total_macs() == 0) {
    place_of(map, "compute")
        .fail("compute is counted in MACs, and no layer of the problem has any; give each its `macs:`");
  }
  const bool derives_compute = !has_budget(options, Resource::compute) && options.weights.empty() &&
                               options.rule != ResourceAwareOptions::Rule::R3 &&
                               options.rule != ResourceAwareOptions::Rule::R4 &&
                               (options.scarce.empty() || uses(Resource::compute));
  if (derives_compute && !setting.knows_rate) {
    place_of(map, "compute")
        .fail(
            "how scarce compute is depends on the device's rate; give the first tier its `nominal:` (10 GFLOP/s), or "
            "`budgets: {compute: ...}`");
  }
  if (uses(Resource::storage) && network.total_parameters() == 0 && network.total_weights() == Bytes()) {
    place_of(map, "storage").fail("no layer of the problem has weights; give them `memory:` or `parameters:`");
  }
  if (options.amounts.contains(Resource::storage) && network.total_weights() == Bytes()) {
    place_of(map, "storage").fail("bytes of storage are of weights, and no layer of the problem has `memory:`");
  }
  for (const auto& [word, resource] :
       {std::pair{"energy", Resource::energy}, std::pair{"lifetime", Resource::lifetime}}) {
    if (!uses(resource) || setting.knows_joules) continue;
    place_of(map, word).fail(
        "computing on the device takes no joules here; give the first tier `power:`, or layers `energy:`");
  }
}

std::optional<AdaptiveOptions> read_adaptive(Map& map) {
  const Value* value = map.find_child("adaptive");
  if (value == nullptr) return std::nullopt;
  return config::read(*value, [](Map& entries) {
    AdaptiveOptions options;
    options.hysteresis = entries.get_or<config::Ratio>("hysteresis", {options.hysteresis}, config::share).value;
    options.switching = entries.get_or<Seconds>("switching", options.switching, config::non_negative);
    options.horizon = entries.get_or<double>("horizon", options.horizon, config::positive);
    options.queue = entries.find<std::size_t>("queue", {1.0, 1e9});
    return options;
  });
}

// One figure, or by chance a part of each layer's own and one that all share.
void read_error(const Value& value, RobustOptions& options) {
  const config::Limits allowed{0.0, 10.0};
  if (!value.is_map()) {
    options.error = config::as<config::Ratio>(value, allowed).value;
    return;
  }
  if (options.kind != RobustOptions::Kind::chance) {
    value.fail("only kind chance takes a map; of the others it is one figure, such as 20 %, that all layers share");
  }
  if (value.entries.empty()) value.fail("needs `shared:` or `layer:`, such as {shared: 20 %, layer: 10 %}");
  config::read(value, [&](Map& parts) {
    options.shared = parts.get_or<config::Ratio>("shared", {0.0}, allowed).value;
    options.error = parts.get_or<config::Ratio>("layer", {0.0}, allowed).value;
  });
}

std::optional<RobustOptions> read_robust(Map& map, ResourceAwareOptions::Rule rule) {
  using Kind = RobustOptions::Kind;
  const Value* value = map.find_child("robust");
  if (value == nullptr) return std::nullopt;
  if (rule != ResourceAwareOptions::Rule::R3) value->fail("only rule R3 takes `robust:`");
  return config::read(*value, [](Map& entries) {
    RobustOptions options;
    options.kind = entries.choice<Kind>(
        "kind", {{"chance", Kind::chance}, {"worst_case", Kind::worst_case}, {"regret", Kind::regret}});
    if (const auto* error = entries.find_child("error")) read_error(*error, options);
    if (options.kind != Kind::chance && entries.has("confidence")) {
      entries.child("confidence").fail("only kind chance takes `confidence:`");
    }
    options.confidence = entries.get_or<config::Ratio>("confidence", {options.confidence}, {0.5, 0.999999}).value;
    return options;
  });
}

PartitionerPtr make_resource_aware(Map& map, const Setting& setting) {
  using Rule = ResourceAwareOptions::Rule;
  ResourceAwareOptions options;
  options.rule = map.choice<Rule>("rule", {{"R1", Rule::R1}, {"R2", Rule::R2}, {"R3", Rule::R3}, {"R4", Rule::R4}});
  options.scarce = read_scarce(map);
  if (options.rule != Rule::R1 && options.rule != Rule::R2 && !options.scarce.empty()) {
    map.child("scarce").fail("only rules R1 and R2 take `scarce:`");
  }
  read_budgets(map, options);
  options.weights = read_weights(map);
  if (options.rule == Rule::R2) check_scarce(map, options, setting);
  if (options.rule != Rule::R2 && !options.weights.empty()) map.child("weights").fail("only rule R2 takes `weights:`");
  options.node_limit = map.get_or<std::size_t>("node_limit", options.node_limit, {1.0, 1e9});
  if (options.rule != Rule::R4 && map.has("node_limit"))
    map.child("node_limit").fail("only rule R4 takes `node_limit:`");
  const bool all_zero = std::ranges::all_of(options.weights, [](const auto& entry) { return entry.second == 0.0; });
  if (!options.weights.empty() && all_zero) map.child("weights").fail("all weights are zero");
  check_budgets(map, options, setting);
  check_figures(map, options, setting);
  options.adaptive = read_adaptive(map);
  options.robust = read_robust(map, options.rule);
  return std::make_unique<ResourceAware>(std::move(options));
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): one table, all on one screen
const std::vector<Kind>& kinds() {
  static const std::vector<Kind> table{
      {.name = "device_only",
       .summary = "every layer on the device (encoding: NAME)",
       .plans_edge = true,
       .make = make_encoded<DeviceOnly>},
      {.name = "cloud_only",
       .summary = "every layer in the cloud (encoding: NAME)",
       .plans_edge = true,
       .make = make_encoded<CloudOnly>},
      {.name = "fixed",
       .summary = "the cut after a given layer (after: LAYER, processor: NAME, encoding: NAME)",
       .plans_edge = true,
       .make = make_fixed},
      {.name = "random",
       .summary = "a cut drawn from the feasible ones (seed: NUMBER)",
       .knowledge = Knowledge::benchmark,
       .plans_edge = true,
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
       .make = make_offline_benchmark},
      {.name = "scission",
       .summary =
           "best blocks between cut vertices for device, edge and cloud (require, forbid, max_sent, max_head, rank)",
       .knowledge = Knowledge::benchmark,
       .plans_edge = true,
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
       .make = make_online_bandit},
      {.name = "resource_aware",
       .summary = "by layer complexities and scarcity, no benchmark (rule: R1 to R4); a reconstruction",
       .knowledge = Knowledge::nominal,
       .knows_rates = true,
       .make = make_resource_aware},
      {.name = "external",
       .summary = "a program of one's own, asked in JSON (command: [python3, mine.py], timeout: 5 s)",
       .knowledge = Knowledge::benchmark,
       .plans_edge = true,
       .knows_rates = true,
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
