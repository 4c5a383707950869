#include "config/hints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "units/nearest.hpp"

namespace edgecut::config {
namespace {

struct Meaning {
  std::string_view word;  // as somebody may write it, in small letters with _ between words
  std::string_view path;  // what a scenario calls it
};

// Keys of a scenario that stand in a map of it, and other words of the field for them.
constexpr std::array meanings{
    Meaning{"uplink", "link.uplink"},
    Meaning{"upload", "link.uplink"},
    Meaning{"up", "link.uplink"},
    Meaning{"upload_speed", "link.uplink"},
    Meaning{"bandwidth", "link.uplink"},
    Meaning{"bitrate", "link.uplink"},
    Meaning{"data_rate", "link.uplink"},
    Meaning{"speed", "link.uplink"},
    Meaning{"throughput", "link.uplink"},
    Meaning{"downlink", "link.downlink"},
    Meaning{"download", "link.downlink"},
    Meaning{"down", "link.downlink"},
    Meaning{"download_speed", "link.downlink"},
    Meaning{"rtt", "link.rtt"},
    Meaning{"latency", "link.rtt"},
    Meaning{"delay", "link.rtt"},
    Meaning{"ping", "link.rtt"},
    Meaning{"round_trip", "link.rtt"},
    Meaning{"round_trip_time", "link.rtt"},
    Meaning{"loss", "link.loss"},
    Meaning{"packet_loss", "link.loss"},
    Meaning{"radio", "link.radio"},
    Meaning{"rate", "workload.rate"},
    Meaning{"arrivals", "workload.arrivals"},
    Meaning{"arrival_rate", "workload.rate"},
    Meaning{"arrival", "workload.arrivals"},
    Meaning{"requests", "workload.requests"},
    Meaning{"jobs", "workload.requests"},
    Meaning{"tasks", "workload.requests"},
    Meaning{"inferences", "workload.requests"},
    Meaning{"duration", "workload.requests"},
    Meaning{"deadline", "constraints.deadline"},
    Meaning{"energy", "constraints.energy"},
    Meaning{"energy_budget", "constraints.energy"},
    Meaning{"memory", "constraints.memory"},
    Meaning{"lifetime", "constraints.lifetime"},
    Meaning{"min_layers_on_device", "constraints.min_layers_on_device"},
    Meaning{"encoding", "input.encoding"},
    Meaning{"input_size", "input.size"},
    Meaning{"result_size", "result.size"},
    Meaning{"output", "result"},
    Meaning{"output_size", "result.size"},
    Meaning{"hosts", "cloud.hosts"},
    Meaning{"server", "cloud"},
    Meaning{"servers", "cloud.hosts"},
    Meaning{"devices", "fleet.devices"},
    Meaning{"clients", "fleet.devices"},
    Meaning{"users", "fleet.devices"},
    Meaning{"groups", "fleet.groups"},
    Meaning{"cells", "fleet.cells"},
    Meaning{"layer_noise", "truth.layer_noise"},
    Meaning{"noise", "truth.layer_noise"},
    Meaning{"capacity", "battery.capacity"},
    Meaning{"harvest", "battery.harvest"},
    Meaning{"baseline", "compare.baseline"},
    Meaning{"model", "network"},
    Meaning{"dnn", "network"},
    Meaning{"neural_network", "network"},
    Meaning{"board", "device"},
    Meaning{"phone", "device"},
    Meaning{"hardware", "device"},
    Meaning{"edge_server", "edge"},
    Meaning{"methods", "partitioners"},
    Meaning{"method", "partitioners"},
    Meaning{"algorithms", "partitioners"},
    Meaning{"algorithm", "partitioners"},
    Meaning{"strategy", "partitioners"},
    Meaning{"strategies", "partitioners"},
    Meaning{"goal", "objective"},
    Meaning{"optimize", "objective"},
    Meaning{"minimize", "objective"},
    Meaning{"runs", "replications"},
    Meaning{"repetitions", "replications"},
    Meaning{"repeats", "replications"},
    Meaning{"random_seed", "seed"},
};

std::string_view head_of(std::string_view path) {
  return path.substr(0, path.find('.'));
}

bool holds(const std::vector<std::string>& known, std::string_view key) {
  return std::ranges::find(known, key) != known.end();
}

// A path of the scenario as seen from the map in which the word stands; empty where it says nothing there.
KeyHint seen_from(const std::string& path, std::string_view meant, const std::vector<std::string>& known) {
  const auto dot = meant.find('.');
  const auto key = std::string(dot == std::string_view::npos ? meant : meant.substr(dot + 1));
  const auto map = dot == std::string_view::npos ? std::string_view() : head_of(meant);
  if (path == map) {
    return holds(known, key) ? KeyHint{fmt::format("did you mean '{}'?", key), key} : KeyHint{};
  }
  const bool is_scenario = path.empty() && holds(known, head_of(meant)) && holds(known, "partitioners");
  if (is_scenario && !map.empty()) {
    return {fmt::format("did you mean '{}', the key '{}' in the map '{}'?", meant, key, map), ""};
  }
  return {};
}

// `{uplink: 5,85 Mbit/s}` is read as two keys, the second of them a number.
bool is_behind_comma(const Entry& entry) {
  return entry.value.kind == Value::Kind::null && !entry.key.empty() &&
         std::isdigit(static_cast<unsigned char>(entry.key.front())) != 0;
}

}  // namespace

KeyHint hint_for_key(const Entry& entry, const std::string& path, const std::vector<std::string>& known) {
  if (is_behind_comma(entry)) {
    return {
        "a comma ends the value before it; decimals are written with a point, as in 5.85, thousands without a mark;",
        ""};
  }
  if (const auto colon = entry.key.find(':'); colon != std::string::npos && entry.value.kind == Value::Kind::null) {
    return {fmt::format("a blank belongs behind the colon: '{}: {}'?", entry.key.substr(0, colon),
                        entry.key.substr(colon + 1)),
            ""};
  }
  const auto word = units::folded(entry.key);
  if (holds(known, word)) return {fmt::format("did you mean '{}'?", word), word};
  for (const auto& [other, meant] : meanings) {
    if (other != word) continue;
    if (auto hint = seen_from(path, meant, known); !hint.text.empty()) return hint;
  }
  const auto close = units::nearest(entry.key, known);
  return close.empty() ? KeyHint{} : KeyHint{fmt::format("did you mean '{}'?", close), close};
}

std::string meant_boolean(std::string_view word) {
  const auto small = units::folded(word);
  for (const auto* yes : {"true", "yes", "on", "y", "1"}) {
    if (small == yes) return "true";
  }
  for (const auto* no : {"false", "no", "off", "n", "0", "none"}) {
    if (small == no) return "false";
  }
  return "";
}

}  // namespace edgecut::config
