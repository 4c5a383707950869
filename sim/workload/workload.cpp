#include "workload/workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "config/given_units.hpp"
#include "config/text_file.hpp"
#include "units/clock.hpp"
#include "workload/keys.hpp"

namespace edgecut::workload {
namespace {

using config::Map;
using config::Value;

// The keys that only some arrivals take.
struct OwnKey {
  const char* key;
  std::vector<Arrivals> of;
  const char* message;
};
const std::vector<OwnKey>& own_keys() {
  using enum Arrivals;
  static const std::vector<OwnKey> keys{
      {"rate",
       {periodic, poisson, bursty, diurnal, trace},
       "requests that come when others have ended have no rate (arrivals: periodic or poisson, for example, have)"},
      {"phase", {periodic}, "only periodic arrivals have a phase"},
      {"states", {bursty}, "only bursty arrivals have states"},
      {"curve", {diurnal}, "only diurnal arrivals have a curve"},
      {"day", {diurnal}, "only diurnal arrivals have a day"},
      {"start", {diurnal}, "only diurnal arrivals have a time of day to start at"},
      {"file", {trace}, "only arrivals from a trace have a file"},
      {"column", {trace}, "only arrivals from a trace have a column"},
      {"unit", {trace}, "only arrivals from a trace have a unit"},
      {"offset", {trace}, "only arrivals from a trace have an offset"},
      {"outstanding", {closed_loop}, "only a closed loop has requests outstanding (arrivals: closed_loop)"},
      {"think", {closed_loop}, "only a closed loop has a time to think (arrivals: closed_loop)"},
  };
  return keys;
}

void refuse_foreign_keys(Map& map, Arrivals arrivals) {
  for (const auto& own : own_keys()) {
    if (std::ranges::find(own.of, arrivals) != own.of.end()) continue;
    if (const auto* value = map.find_child(own.key)) value->fail(own.message);
  }
}

// ---- bursty ----

BurstState read_state(Map& map) {
  BurstState state;
  state.rate = map.get<Frequency>("rate");
  state.stay = map.get<Seconds>("stay");
  map.find_child("next");  // read when all states are known
  return state;
}

// Where a state leads: as written, or to each of the others alike.
std::vector<double> read_next(const Value& state, std::size_t own, std::size_t states) {
  std::vector<double> next(states, 1.0);
  if (const auto* value = state.find("next")) {
    next = config::as<std::vector<double>>(*value, burst_state_record().find("next")->type);
    if (next.size() != states) {
      value->fail(fmt::format("needs a weight for each of the {} states, in their order", states));
    }
    if (next[own] != 0.0) value->fail("a state does not follow itself: its own weight is 0");
  }
  next[own] = 0.0;
  double sum = 0.0;
  for (const double weight : next) sum += weight;
  if (sum == 0.0) state.fail("leads nowhere: one of the weights of `next:` must be above 0");
  for (double& weight : next) weight /= sum;
  return next;
}

// The states that can be reached from the first, forwards or backwards.
std::vector<bool> reachable(const std::vector<BurstState>& states, bool forwards) {
  std::vector<bool> is_reached(states.size(), false);
  std::vector<std::size_t> open{0};
  is_reached[0] = true;
  while (!open.empty()) {
    const auto i = open.back();
    open.pop_back();
    for (std::size_t k = 0; k < states.size(); ++k) {
      const double step = forwards ? states[i].next[k] : states[k].next[i];
      if (is_reached[k] || step == 0.0) continue;
      is_reached[k] = true;
      open.push_back(k);
    }
  }
  return is_reached;
}

void read_states(Map& map, Workload& workload) {
  const auto& list = map.child("states");
  if (!list.is_list() || list.items.size() < 2) {
    list.fail("must be a list of at least two, such as [{rate: 1 /s, stay: 60 s}, {rate: 20 /s, stay: 5 s}]");
  }
  map.read_each("states", [&](Map& state) { workload.states.push_back(read_state(state)); });
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    workload.states[i].next = read_next(list.items[i], i, list.items.size());
  }
  for (const bool forwards : {true, false}) {
    const auto is_reached = reachable(workload.states, forwards);
    for (std::size_t i = 0; i < is_reached.size(); ++i) {
      if (!is_reached[i]) {
        list.items[i].fail(forwards ? "cannot be reached from the first state" : "never leads back to the first state");
      }
    }
  }
  const auto share = shares_of_time(workload.states);
  for (std::size_t i = 0; i < share.size(); ++i) workload.rate += share[i] * workload.states[i].rate;
  if (workload.rate == Frequency()) list.fail("nothing ever arrives: every state has a rate of 0");
}

// ---- diurnal ----

void read_curve(Map& map, Workload& workload) {
  DailyCurve curve;
  curve.day = map.get<Seconds>("day");
  curve.start = map.get<Seconds>("start");
  const auto& list = map.child("curve");
  if (!list.is_list() || list.items.empty()) {
    list.fail("must be a list such as [{at: 4 h, rate: 0.1 /s}, {at: 20 h, rate: 5 /s}]");
  }
  map.read_each("curve", [&](Map& entry) {
    const DailyCurve::Point point{entry.get<Seconds>("at"), entry.get<Frequency>("rate")};
    if (point.at >= curve.day) entry.child("at").fail("is beyond the day; it begins again there");
    if (!curve.points.empty() && point.at <= curve.points.back().at) {
      entry.child("at").fail("is not later than the point before");
    }
    curve.points.push_back(point);
  });
  workload.rate = curve.mean();
  if (workload.rate == Frequency()) list.fail("nothing ever arrives: the rate is 0 all day");
  workload.curve = std::move(curve);
}

// ---- trace ----

std::vector<const Value*> file_names(const Value& value) {
  if (!value.is_list()) return {&value};
  if (value.items.empty()) value.fail("must be a file, or a list of one for each device");
  std::vector<const Value*> names;
  for (const auto& item : value.items) names.push_back(&item);
  return names;
}

// Of one clock, the earliest of all files is 0; files of a clock and others have no common time.
void align(std::vector<ArrivalFile>& files, const std::vector<const Value*>& names) {
  std::int64_t begin = std::numeric_limits<std::int64_t>::max();
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto& clock = files[i].clock_begin;
    const auto& first = files.front().clock_begin;
    if (clock.has_value() != first.has_value() || (clock && clock->has_zone != first->has_zone)) {
      names[i]->fail("its times are not of the same clock as those of the first file");
    }
    if (clock) begin = std::min(begin, clock->nanoseconds);
  }
  for (auto& file : files) {
    if (!file.clock_begin) continue;
    const Seconds later(static_cast<double>(file.clock_begin->nanoseconds - begin) / 1e9);
    if (later > Seconds()) file.note += fmt::format("; of all files: at {}", units::format(later));
    for (auto& time : file.times) time += later;
  }
}

void read_traces(Map& map, Workload& workload) {
  auto& traces = workload.traces.emplace();
  const auto column = map.get<std::string>("column");
  const auto unit = config::read_given_units(map, std::nullopt).time;
  traces.offset = map.get<Seconds>("offset");
  const auto names = file_names(map.child("file"));
  std::vector<ArrivalFile> files;
  for (const auto* name : names) {
    const auto path = std::filesystem::path(name->where.file).parent_path() / config::as<std::string>(*name);
    if (!config::is_file(path)) name->fail(fmt::format("no such file: {}", path.string()));
    files.push_back(read_arrivals(path, column, unit));
    traces.paths.push_back(path.string());
  }
  align(files, names);
  std::size_t shortest = 0;
  double rate = 0.0;
  for (auto& file : files) {
    auto times = std::make_shared<const std::vector<Seconds>>(std::move(file.times));
    shortest = traces.files.empty() ? times->size() : std::min(shortest, times->size());
    const Seconds span = times->back() - times->front();
    if (span > Seconds()) rate += static_cast<double>(times->size() - 1) / span.value();
    traces.files.push_back(std::move(times));
    if (!file.note.empty()) traces.notes.push_back(std::move(file.note));
  }
  workload.rate = Frequency(rate / static_cast<double>(traces.files.size()));
  const auto all = static_cast<std::int64_t>(shortest);
  workload.requests = map.find<std::int64_t>("requests").value_or(all);
  if (workload.requests > all) {
    map.child("requests")
        .fail(fmt::format("the trace has {} arrivals{}", all, traces.files.size() > 1 ? " in its shortest file" : ""));
  }
}

// ---- the mean rate ----

// Scales what was read to the mean rate that is asked for.
void scale(Workload& workload, Frequency rate) {
  const double factor = rate / workload.rate;
  for (auto& state : workload.states) state.rate *= factor;
  if (workload.curve) {
    for (auto& point : workload.curve->points) point.rate *= factor;
  }
  if (workload.traces) workload.traces->stretch = 1.0 / factor;
  workload.rate = rate;
}

void read_rate(Map& map, Workload& workload) {
  if (workload.arrivals == Arrivals::periodic || workload.arrivals == Arrivals::poisson) {
    workload.rate = map.get<Frequency>("rate");
  } else if (const auto rate = map.find<Frequency>("rate")) {
    if (workload.rate == Frequency()) map.child("rate").fail("the trace has no rate: all its arrivals are at one time");
    scale(workload, *rate);
  }
}

void read_phase(Map& map, Workload& workload) {
  workload.random_phase = map.choice<Phase>("phase") == Phase::random;
}

void read_loop(Map& map, Workload& workload) {
  workload.outstanding = map.get<std::int64_t>("outstanding");
  const auto* think = map.find_child("think");
  if (think == nullptr) return;
  workload.think_is_random = think->is_map();
  workload.think = think->is_map() ? map.read("think", [](Map& entry) { return entry.get<Seconds>("mean"); })
                                   : map.get<Seconds>("think");
}

void read_arrivals(Map& map, Workload& workload) {
  switch (workload.arrivals) {
    case Arrivals::one_at_a_time:
    case Arrivals::poisson:
      break;
    case Arrivals::periodic:
      read_phase(map, workload);
      break;
    case Arrivals::closed_loop:
      read_loop(map, workload);
      break;
    case Arrivals::bursty:
      read_states(map, workload);
      break;
    case Arrivals::diurnal:
      read_curve(map, workload);
      break;
    case Arrivals::trace:
      read_traces(map, workload);
      break;
  }
}

// When the last request is expected; of those that wait for others, without the time that these take.
Seconds expected_end(const Workload& workload) {
  const auto requests = static_cast<double>(workload.requests);
  if (workload.traces) {
    Seconds end;
    for (const auto& file : workload.traces->files) {
      end = std::max(end, (*file)[static_cast<std::size_t>(workload.requests - 1)] * workload.traces->stretch);
    }
    return end;
  }
  if (workload.arrivals == Arrivals::closed_loop) {
    return workload.think * std::floor((requests - 1.0) / static_cast<double>(workload.outstanding));
  }
  return workload.is_open() ? (requests - 1.0) / workload.rate : Seconds();
}

void refuse_too_long(Map& map, const Workload& workload) {
  const auto end = expected_end(workload);
  if (end <= longest_run) return;
  const Value* to_blame = &map.value();
  for (const auto* key : {"file", "think", "rate"}) to_blame = map.has(key) ? map.find_child(key) : to_blame;
  to_blame->fail(
      fmt::format("the last of {} requests comes after {:.4g} s, and a run takes {:.0f} s (97 days) at most: its "
                  "clock keeps a nanosecond up to there",
                  workload.requests, end.value(), longest_run.value()));
}

}  // namespace

std::optional<Seconds> Workload::period() const {
  return is_open() && rate > Frequency() ? std::optional<Seconds>(1.0 / rate) : std::nullopt;
}

Workload read_workload(const Value& value) {
  return config::read(value, workload_record(), [&](Map& map) {
    Workload workload;
    workload.arrivals = map.choice<Arrivals>("arrivals");
    refuse_foreign_keys(map, workload.arrivals);
    if (workload.arrivals != Arrivals::trace) workload.requests = map.get<std::int64_t>("requests");
    workload.queue_limit = map.find<std::int64_t>("queue_limit");
    workload.freshest = map.get<bool>("freshest");
    workload.priority = map.get<int>("priority");
    if (workload.freshest && workload.queue_limit) {
      map.child("freshest").fail("one request at most waits at each place then; leave `queue_limit:` out");
    }
    read_arrivals(map, workload);
    if (workload.is_open()) read_rate(map, workload);
    refuse_too_long(map, workload);
    return workload;
  });
}

}  // namespace edgecut::workload
