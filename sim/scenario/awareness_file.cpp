#include "scenario/awareness_file.hpp"

#include "config/period.hpp"

namespace edgecut::scenario {
namespace {

using belief::Awareness;
using config::Map;
using config::Value;

using Kind = belief::EstimatorOptions::Kind;

void read_estimator(const Value& value, Awareness& awareness) {
  static const std::vector<std::pair<std::string, Kind>> kinds{{"last", Kind::last},
                                                               {"ewma", Kind::ewma},
                                                               {"harmonic_mean", Kind::harmonic_mean},
                                                               {"percentile", Kind::percentile}};
  if (value.is_scalar()) {
    Value map = value;
    map.kind = Value::Kind::map;
    map.entries = {{"kind", value, value.where}};
    return read_estimator(map, awareness);
  }
  config::read(value, [&](Map& map) {
    auto& options = awareness.estimator;
    options.kind = map.choice<Kind>("kind", kinds);
    const auto refuse = [&](const char* key, bool takes) {
      if (!takes && map.has(key)) map.child(key).fail("not a key of this kind of estimator");
    };
    refuse("weight", options.kind == Kind::ewma);
    refuse("window", options.kind == Kind::harmonic_mean || options.kind == Kind::percentile);
    refuse("percentile", options.kind == Kind::percentile);
    options.weight = map.get_or<config::Ratio>("weight", {options.weight}, {0.0, 1.0, true}).value;
    options.window = map.get_or<std::size_t>("window", options.window, {1.0, 1e6});
    options.percentile = map.get_or<config::Ratio>("percentile", {options.percentile}, config::share).value;
    awareness.forget = map.find<Seconds>("forget", config::positive);
  });
}

// Not more often than once a millisecond: a run would do nothing else.
belief::Probe read_probe(const Value& value) {
  return config::read(value, [](Map& map) {
    return belief::Probe{map.get<Seconds>("every", {1e-3, 1e12}), map.get<Bytes>("size", {1.0, 1e12})};
  });
}

// `sees: nothing | availability | {availability: {age: 0 s, window: 1 s, error: 0 %}}`; none if it is not given.
std::optional<belief::Availability> read_sees(config::Map& method) {
  const auto* value = method.find_child("sees");
  if (value == nullptr) return std::nullopt;
  if (!value->is_map()) {
    const bool sees = method.choice<bool>("sees", {{"nothing", false}, {"availability", true}});
    return sees ? std::optional(belief::Availability{}) : std::nullopt;
  }
  belief::Availability reading;
  config::read(*value, [&](config::Map& outer) {
    config::read(outer.child("availability"), [&](config::Map& map) {
      reading.age = map.get_or<Seconds>("age", reading.age, config::non_negative);
      reading.window = map.get_or<Seconds>("window", reading.window, config::non_negative);
      reading.error = map.get_or<config::Ratio>("error", {reading.error}, {0.0, 10.0}).value;
    });
  });
  return reading;
}

void read_server_load(Map& map, bool takes_factor, Awareness& awareness) {
  const auto* value = map.find_child("server_load");
  if (value == nullptr) return;
  if (value->is_map()) {
    awareness.server_load = true;
    config::read(*value, [&](Map& entry) {
      const auto* report = entry.find_child("report");
      if (report == nullptr) {
        awareness.load_age = entry.get<Seconds>("delayed", config::positive);
        return;
      }
      awareness.report = config::read(*report, [](Map& keys) {
        return belief::ServerReport{keys.get<Seconds>("every", config::positive),
                                    keys.get<Bytes>("size", config::non_negative)};
      });
    });
    return;
  }
  if (takes_factor && value->is_scalar() && units::split_unit(value->scalar)) return;
  awareness.server_load = map.choice<bool>("server_load", {{"none", false}, {"exact", true}});
}

enum class When { once, per_point, per_request, every };

When read_decide(Map& map, When fallback, Awareness& awareness) {
  const auto* value = map.find_child("decide");
  When when = fallback;
  if (value != nullptr && value->is_map()) {
    when = When::every;
    config::read(*value, [&](Map& entry) {
      awareness.period = entry.get<Seconds>("every", config::period);
      awareness.measures = entry.get_or<bool>("measure", false);
    });
  } else if (value != nullptr) {
    when = map.choice<When>("decide",
                            {{"once", When::once}, {"per_point", When::per_point}, {"per_request", When::per_request}});
  }
  if (when == When::per_request) awareness.decide = Awareness::Decide::per_request;
  if (when == When::every) awareness.decide = Awareness::Decide::periodically;
  return when;
}

}  // namespace

Knowing read_knowing(Map& map, bool has_reference, bool adapts, bool takes_factor) {
  using Bandwidth = Awareness::Bandwidth;
  Knowing knowing;
  auto& awareness = knowing.awareness;
  awareness.bandwidth = map.choice_or(
      "bandwidth", has_reference ? Bandwidth::fixed : Bandwidth::exact,
      {{"at_benchmark", Bandwidth::fixed}, {"exact", Bandwidth::exact}, {"estimate", Bandwidth::estimate}});
  const bool estimates = awareness.bandwidth == Bandwidth::estimate;
  if (const auto* estimator = map.find_child("estimator")) {
    if (!estimates) estimator->fail("only `bandwidth: estimate` has an estimator");
    read_estimator(*estimator, awareness);
  }
  if (const auto* probe = map.find_child("probe")) {
    if (!estimates) probe->fail("only `bandwidth: estimate` learns from probes");
    awareness.probe = read_probe(*probe);
  }
  read_server_load(map, takes_factor, awareness);
  awareness.temperature = map.choice_or<bool>("temperature", false, {{"none", false}, {"exact", true}});
  awareness.availability = read_sees(map);
  awareness.battery = map.choice_or<bool>("battery", false, {{"none", false}, {"exact", true}});
  const bool looks = estimates || awareness.server_load || awareness.temperature || awareness.battery || adapts;
  const auto when = read_decide(map, looks ? When::per_request : When::per_point, awareness);
  knowing.once = when == When::once;
  if (!has_reference && awareness.bandwidth == Bandwidth::fixed) {
    map.child("bandwidth").fail("at_benchmark needs `benchmarked_at:`, the conditions of the benchmark");
  }
  if (knowing.once && (!has_reference || awareness.bandwidth != Bandwidth::fixed)) {
    map.child("decide").fail(
        "a plan made once, at the benchmark, needs `benchmarked_at:` and knows no later bandwidth");
  }
  if (knowing.once && awareness.availability) {
    map.child("decide").fail("a plan made once, at the benchmark, knows nothing of what a system reports today");
  }
  const bool settled = when == When::once || when == When::per_point;
  if (settled && estimates) map.child("decide").fail("an estimate comes of a run; decide per_request or {every: 1 s}");
  if (settled && awareness.server_load) {
    map.child("decide").fail("the servers' load is of a run; decide per_request or {every: 1 s}");
  }
  if (settled && (awareness.temperature || awareness.battery)) {
    map.child("decide").fail("temperature and charge are of a run; decide per_request or {every: 1 s}");
  }
  // The charge is a part of what a system reports.
  knowing.reads_charge = awareness.availability && !settled;
  return knowing;
}

}  // namespace edgecut::scenario
