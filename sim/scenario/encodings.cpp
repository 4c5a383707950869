#include "scenario/encodings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenario/keys.hpp"

namespace edgecut::scenario {
namespace {

using config::Map;
using config::Value;

world::Encoding read_encoding(const Value& value, const dnn::Network& network) {
  return config::read(value, encoding_record(), [&](Map& map) {
    world::Encoding encoding;
    encoding.name = map.get<std::string>("name");
    encoding.ratio = map.get<config::Ratio>("ratio").value;
    encoding.encode = map.find<Bandwidth>("encode");
    encoding.decode = map.find<Bandwidth>("decode");
    encoding.head_ratio = map.get<config::Ratio>("head_ratio").value;
    if (const auto drop = map.find<config::Ratio>("accuracy_drop")) encoding.accuracy_drop = drop->value;
    const auto* distortion = map.find_child("distortion");
    if (distortion == nullptr) return encoding;
    if (distortion->is_scalar()) {
      encoding.distortion[""] = config::as_part<double>(*distortion, map.type_of("distortion"));
      return encoding;
    }
    if (!distortion->is_map()) distortion->fail("must be a number, or a map from layers to numbers");
    std::vector<std::string> known;
    for (const auto& layer : network.layers()) known.push_back(layer.name);
    for (const auto& [layer, figure, where] : distortion->entries) {
      if (std::ranges::find(known, layer) == known.end()) {
        throw config::Error(where, distortion->path, config::unknown_name("layer", layer, known));
      }
      encoding.distortion[layer] = config::as_part<double>(figure, map.type_of("distortion"));
    }
    return encoding;
  });
}

}  // namespace

Encodings read_encodings(Map& map, const dnn::Network& network) {
  Encodings encodings;
  const auto* value = map.find_child("encodings");
  if (value == nullptr) return encodings;
  if (!value->is_list() || value->items.empty()) value->fail("must be a list such as [{name: fp16, ratio: 50 %}]");
  for (const auto& item : value->items) {
    encodings.list.push_back(read_encoding(item, network));
    const auto* source = item.find("source");
    encodings.sources.push_back(source == nullptr ? "unknown" : config::as<std::string>(*source));
    const auto same = [&](const world::Encoding& other) { return other.name == encodings.list.back().name; };
    if (std::ranges::count_if(encodings.list, same) > 1) item.fail("a second encoding of that name");
  }
  return encodings;
}

std::string describe(const plan::Encoding& encoding, const std::string& source) {
  if (!encoding.accuracy_drop) return encoding.name + ", accuracy drop unknown";
  if (*encoding.accuracy_drop == 0.0) return encoding.name;
  return fmt::format("{}, accuracy drop {:.3g} % (source: {})", encoding.name, 100.0 * *encoding.accuracy_drop, source);
}

}  // namespace edgecut::scenario
