#include "scenario/awareness_file.hpp"

#include "scenario/keys.hpp"

namespace edgecut::scenario {
namespace {

using belief::Awareness;
using config::Map;
using config::Value;

using Kind = belief::EstimatorOptions::Kind;

void read_estimator(const Value& value, Awareness& awareness) {
  if (value.is_scalar()) {
    Value map = value;
    map.kind = Value::Kind::map;
    map.entries = {{"kind", value, value.where}};
    return read_estimator(map, awareness);
  }
  config::read(value, estimator_record(), [&](Map& map) {
    auto& options = awareness.estimator;
    options.kind = map.choice<Kind>("kind");
    const auto refuse = [&](const char* key, bool takes) {
      if (!takes && map.has(key)) map.child(key).fail("not a key of this kind of estimator");
    };
    refuse("weight", options.kind == Kind::ewma);
    refuse("window", options.kind == Kind::harmonic_mean || options.kind == Kind::percentile);
    refuse("percentile", options.kind == Kind::percentile);
    options.weight = map.get<config::Ratio>("weight").value;
    options.window = map.get<std::size_t>("window");
    options.percentile = map.get<config::Ratio>("percentile").value;
    awareness.forget = map.find<Seconds>("forget");
  });
}

// Not more often than once a millisecond: a run would do nothing else.
belief::Probe read_probe(Map& method) {
  return method.read("probe", [](Map& map) {
    return belief::Probe{map.get<Seconds>("every"), map.get<Bytes>("size")};
  });
}

// `sees: nothing | availability | {availability: {age: 0 s, window: 1 s, error: 0 %}}`; none if it is not given.
std::optional<belief::Availability> read_sees(config::Map& method) {
  const auto* value = method.find_child("sees");
  if (value == nullptr) return std::nullopt;
  if (!value->is_map()) {
    const bool sees = method.choice<bool>("sees");
    return sees ? std::optional(belief::Availability{}) : std::nullopt;
  }
  belief::Availability reading;
  method.read("sees", [&](config::Map& outer) {
    outer.read("availability", [&](config::Map& map) {
      reading.age = map.get<Seconds>("age");
      reading.window = map.get<Seconds>("window");
      reading.error = map.get<config::Ratio>("error").value;
    });
  });
  return reading;
}

void read_server_load(Map& map, bool takes_factor, Awareness& awareness) {
  const auto* value = map.find_child("server_load");
  if (value == nullptr) return;
  if (value->is_map()) {
    awareness.server_load = true;
    map.read("server_load", [&](Map& entry) {
      if (entry.find_child("report") == nullptr) {
        awareness.load_age = entry.get<Seconds>("delayed");
        return;
      }
      awareness.report = entry.read("report", [](Map& keys) {
        return belief::ServerReport{keys.get<Seconds>("every"), keys.get<Bytes>("size")};
      });
    });
    return;
  }
  if (takes_factor && value->is_scalar() && units::split_unit(value->scalar)) return;
  awareness.server_load = map.choice<bool>("server_load");
}

When read_decide(Map& map, When fallback, Awareness& awareness) {
  const auto* value = map.find_child("decide");
  When when = fallback;
  if (value != nullptr && value->is_map()) {
    when = When::every;
    map.read("decide", [&](Map& entry) {
      awareness.period = entry.get<Seconds>("every");
      awareness.measures = entry.get<bool>("measure");
    });
  } else if (value != nullptr) {
    when = map.choice<When>("decide");
  }
  if (when == When::per_request) awareness.decide = Awareness::Decide::per_request;
  if (when == When::every) awareness.decide = Awareness::Decide::periodically;
  return when;
}

// What is decided with fits what is known then. `settled`: as the run begins, or before.
void check_when(Map& map, const Awareness& awareness, bool has_reference, bool once, bool settled) {
  using Bandwidth = Awareness::Bandwidth;
  if (!has_reference && awareness.bandwidth == Bandwidth::fixed) {
    map.child("bandwidth").fail("at_benchmark needs `benchmarked_at:`, the conditions of the benchmark");
  }
  if (once && (!has_reference || awareness.bandwidth != Bandwidth::fixed)) {
    map.child("decide").fail(
        "a plan made once, at the benchmark, needs `benchmarked_at:` and knows no later bandwidth");
  }
  if (once && awareness.availability) {
    map.child("decide").fail("a plan made once, at the benchmark, knows nothing of what a system reports today");
  }
  if (settled && awareness.bandwidth == Bandwidth::estimate)
    map.child("decide").fail("an estimate comes of a run; decide per_request or {every: 1 s}");
  if (settled && awareness.server_load) {
    map.child("decide").fail("the servers' load is of a run; decide per_request or {every: 1 s}");
  }
  if (settled && (awareness.temperature || awareness.battery)) {
    map.child("decide").fail("temperature and charge are of a run; decide per_request or {every: 1 s}");
  }
}

}  // namespace

Knowing read_knowing(Map& map, bool has_reference, bool adapts, bool takes_factor) {
  using Bandwidth = Awareness::Bandwidth;
  Knowing knowing;
  auto& awareness = knowing.awareness;
  awareness.bandwidth =
      map.find_choice<Bandwidth>("bandwidth").value_or(has_reference ? Bandwidth::fixed : Bandwidth::exact);
  const bool estimates = awareness.bandwidth == Bandwidth::estimate;
  if (const auto* estimator = map.find_child("estimator")) {
    if (!estimates) estimator->fail("only `bandwidth: estimate` has an estimator");
    read_estimator(*estimator, awareness);
  }
  if (const auto* probe = map.find_child("probe")) {
    if (!estimates) probe->fail("only `bandwidth: estimate` learns from probes");
    awareness.probe = read_probe(map);
  }
  read_server_load(map, takes_factor, awareness);
  awareness.temperature = map.choice<bool>("temperature");
  awareness.availability = read_sees(map);
  awareness.battery = map.choice<bool>("battery");
  const bool looks = estimates || awareness.server_load || awareness.temperature || awareness.battery || adapts;
  const auto when = read_decide(map, looks ? When::per_request : When::per_point, awareness);
  knowing.once = when == When::once;
  const bool settled = when == When::once || when == When::per_point;
  check_when(map, awareness, has_reference, knowing.once, settled);
  // The charge is a part of what a system reports.
  knowing.reads_charge = awareness.availability && !settled;
  return knowing;
}
}  // namespace edgecut::scenario
