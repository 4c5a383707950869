// The options of scission: the filters of its user.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "partition/makers.hpp"
#include "partition/methods/scission.hpp"
#include "partition/registry.hpp"

namespace edgecut::partition {
namespace {

using config::Map;
using config::Value;

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

}  // namespace

PartitionerPtr make_scission(Map& map, const Setting& setting) {
  ScissionFilters filters;
  filters.required = read_tiers(map, "require", setting);
  filters.forbidden = read_tiers(map, "forbid", setting);
  filters.max_sent = map.find<Bytes>("max_sent");
  filters.max_head = map.find<Seconds>("max_head");
  filters.rank = map.get<std::size_t>("rank");
  for (const auto tier : filters.required) {
    if (std::ranges::count(filters.forbidden, tier) > 0) map.child("forbid").fail("forbids a tier that is required");
  }
  if (filters.forbidden.size() == (setting.has_edge ? 3U : 2U)) map.child("forbid").fail("leaves no tier");
  return std::make_unique<Scission>(std::move(filters));
}

}  // namespace edgecut::partition
