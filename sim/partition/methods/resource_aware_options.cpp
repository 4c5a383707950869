// The options of resource_aware: what is read, and which of them make no sense together.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "partition/makers.hpp"
#include "partition/methods/resource_aware.hpp"
#include "partition/options.hpp"
#include "partition/registry.hpp"
#include "units/text.hpp"

namespace edgecut::partition {
namespace {

using config::Map;
using config::Value;
using Rule = ResourceAwareOptions::Rule;

std::map<Resource, double> read_weights(Map& map) {
  std::map<Resource, double> weights;
  if (map.find_child("weights") == nullptr) return weights;
  map.read("weights", [&](Map& entries) {
    for (const auto& [word, resource] : resources()) {
      if (const auto weight = entries.find<config::Ratio>(word)) weights[resource] = weight->value;
    }
  });
  return weights;
}

// A share, or an amount in the unit of the resource.
void read_budget(const Value& entry, const config::Type& type, Resource resource, ResourceAwareOptions& options) {
  const auto& text = config::as<std::string>(entry);
  if (std::holds_alternative<double>(units::parse_ratio(text))) {
    options.budgets[resource] = config::as_part<config::Ratio>(entry, type).value;
    return;
  }
  const auto amount = [&]<class Quantity>(Quantity /*of*/) {
    constexpr auto dimension = units::dimension_of(Quantity{});
    if (!std::holds_alternative<double>(units::parse(text, dimension))) {
      entry.fail(fmt::format("'{}' is neither a share such as '50 %' nor {}", text, units::describe(dimension)));
    }
    options.amounts[resource] = config::as_part<Quantity>(entry, type).value();
  };
  if (resource == Resource::compute) return amount(Flops());
  if (resource == Resource::energy) return amount(Joules());
  return amount(Bytes());
}

void read_budgets(Map& map, ResourceAwareOptions& options) {
  const Value* value = map.find_child("budgets");
  if (value == nullptr) return;
  map.read("budgets", [&](Map& entries) {
    if (const Value* lifetime = value->find("lifetime")) {
      lifetime->fail("has no budget here; give `constraints: {lifetime: 8 h}`");
    }
    for (const auto& [word, resource] : resources()) {
      if (resource == Resource::lifetime) continue;
      const Value* entry = entries.find_child(word);
      if (entry == nullptr || (entry->is_scalar() && entry->scalar == "auto")) continue;
      read_budget(*entry, entries.type_of(word), resource, options);
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
  std::vector<Resource> used = options.scarce;
  for (const auto& [resource, weight] : options.weights) used.push_back(resource);
  const bool derives = options.rule == Rule::R1 || options.rule == Rule::R2;
  if (used.empty() && derives) used = {Resource::compute};  // whether others are scarce is plain from limits
  for (const auto& [resource, share] : options.budgets) used.push_back(resource);
  for (const auto& [resource, amount] : options.amounts) used.push_back(resource);
  return used;
}

// A problem written down may lack the figures that shares, amounts and scarcity are of. Without them nothing would bind.
class Figures {
 public:
  Figures(const Map& map, const ResourceAwareOptions& options, const Setting& setting)
      : map_(map), options_(options), setting_(setting), used_(resources_used(options)) {}

  void check() const {
    if (!setting_.may_lack_work) return;
    check_compute();
    check_storage();
    check_joules("energy", Resource::energy);
    check_joules("lifetime", Resource::lifetime);
  }

 private:
  [[nodiscard]] bool uses(Resource resource) const { return std::ranges::find(used_, resource) != used_.end(); }

  void check_compute() const {
    if (uses(Resource::compute) && setting_.network->total_macs() == 0) {
      place_of(map_, "compute")
          .fail("compute is counted in MACs, and no layer of the problem has any; give each its `macs:`");
    }
    if (derives_compute() && !setting_.knows_rate) {
      place_of(map_, "compute")
          .fail(
              "how scarce compute is depends on the device's rate; give the first tier its `nominal:` (10 GFLOP/s), or "
              "`budgets: {compute: ...}`");
    }
  }

  [[nodiscard]] bool derives_compute() const {
    return !has_budget(options_, Resource::compute) && options_.weights.empty() && options_.rule != Rule::R3 &&
           options_.rule != Rule::R4 && (options_.scarce.empty() || uses(Resource::compute));
  }

  void check_storage() const {
    const auto& network = *setting_.network;
    if (uses(Resource::storage) && network.total_parameters() == 0 && network.total_weights() == Bytes()) {
      place_of(map_, "storage").fail("no layer of the problem has weights; give them `memory:` or `parameters:`");
    }
    if (options_.amounts.contains(Resource::storage) && network.total_weights() == Bytes()) {
      place_of(map_, "storage").fail("bytes of storage are of weights, and no layer of the problem has `memory:`");
    }
  }

  void check_joules(const char* word, Resource resource) const {
    if (!uses(resource) || setting_.knows_joules) return;
    place_of(map_, word)
        .fail("computing on the device takes no joules here; give the first tier `power:`, or layers `energy:`");
  }

  const Map& map_;
  const ResourceAwareOptions& options_;
  const Setting& setting_;
  std::vector<Resource> used_;
};

std::optional<AdaptiveOptions> read_adaptive(Map& map) {
  if (map.find_child("adaptive") == nullptr) return std::nullopt;
  return map.read("adaptive", [](Map& entries) {
    AdaptiveOptions options;
    options.hysteresis = entries.get<config::Ratio>("hysteresis").value;
    options.switching = entries.get<Seconds>("switching");
    options.horizon = entries.get<double>("horizon");
    options.queue = entries.find<std::size_t>("queue");
    return std::optional(options);
  });
}

// One figure, or by chance a part of each layer's own and one that all share.
void read_error(Map& robust, RobustOptions& options) {
  const Value& value = robust.child("error");
  if (!value.is_map()) {
    options.error = robust.get<config::Ratio>("error").value;
    return;
  }
  if (options.kind != RobustOptions::Kind::chance) {
    value.fail("only kind chance takes a map; of the others it is one figure, such as 20 %, that all layers share");
  }
  if (value.entries.empty()) value.fail("needs `shared:` or `layer:`, such as {shared: 20 %, layer: 10 %}");
  robust.read("error", [&](Map& parts) {
    options.shared = parts.get<config::Ratio>("shared").value;
    options.error = parts.get<config::Ratio>("layer").value;
  });
}

std::optional<RobustOptions> read_robust(Map& map, Rule rule) {
  using Kind = RobustOptions::Kind;
  const Value* value = map.find_child("robust");
  if (value == nullptr) return std::nullopt;
  if (rule != Rule::R3) value->fail("only rule R3 takes `robust:`");
  return map.read("robust", [](Map& entries) {
    RobustOptions options;
    options.kind = entries.choice<Kind>("kind");
    if (entries.find_child("error") != nullptr) read_error(entries, options);
    if (options.kind != Kind::chance && entries.has("confidence")) {
      entries.child("confidence").fail("only kind chance takes `confidence:`");
    }
    options.confidence = entries.get<config::Ratio>("confidence").value;
    return std::optional(options);
  });
}

}  // namespace

PartitionerPtr make_resource_aware(Map& map, const Setting& setting) {
  ResourceAwareOptions options;
  options.rule = map.choice<Rule>("rule");
  options.scarce = read_scarce(map);
  if (options.rule != Rule::R1 && options.rule != Rule::R2 && !options.scarce.empty()) {
    map.child("scarce").fail("only rules R1 and R2 take `scarce:`");
  }
  read_budgets(map, options);
  options.weights = read_weights(map);
  if (options.rule == Rule::R2) check_scarce(map, options, setting);
  if (options.rule != Rule::R2 && !options.weights.empty()) map.child("weights").fail("only rule R2 takes `weights:`");
  options.node_limit = map.get<std::size_t>("node_limit");
  if (options.rule != Rule::R4 && map.has("node_limit"))
    map.child("node_limit").fail("only rule R4 takes `node_limit:`");
  const bool all_zero = std::ranges::all_of(options.weights, [](const auto& entry) { return entry.second == 0.0; });
  if (!options.weights.empty() && all_zero) map.child("weights").fail("all weights are zero");
  check_budgets(map, options, setting);
  Figures(map, options, setting).check();
  options.adaptive = read_adaptive(map);
  options.robust = read_robust(map, options.rule);
  return std::make_unique<ResourceAware>(std::move(options));
}

}  // namespace edgecut::partition
