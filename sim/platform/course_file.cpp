#include "platform/course_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "platform/keys.hpp"
#include "platform/trace_file.hpp"
#include "units/clock.hpp"

namespace edgecut::platform {
namespace {

using config::Map;
using config::Value;

// Figures below this share of the mean are left out of a Gauss-Markov bandwidth, unless `least:` says otherwise.
constexpr double least_share = 0.01;

bool rests_at_zero(const CourseFigure& figure, const StepCourse& course) {
  if (figure.may_rest_at_zero) return false;
  const auto& steps = *course.steps;
  if (!course.period) return steps.back().value == 0.0;
  return std::ranges::all_of(steps, [](const CourseStep& step) { return step.value == 0.0; });
}

StepCourse read_steps(Map& map, const CourseFigure& figure) {
  const Value& list = map.child("steps");
  if (!list.is_list() || list.items.empty()) {
    list.fail(fmt::format("must be a list such as [{{from: 10 s, value: {}}}]", figure.example));
  }
  std::vector<CourseStep> steps;
  map.read_each("steps", [&](Map& entry) {
    const CourseStep step{entry.get<Seconds>("from"), figure.read(entry.child("value"), entry.type_of("value"))};
    if (!steps.empty() && step.from <= steps.back().from) entry.child("from").fail("not after the step above it");
    steps.push_back(step);
  });
  if (steps.front().from > Seconds()) steps.insert(steps.begin(), {Seconds(), figure.usual});
  StepCourse course;
  course.period = map.find<Seconds>("repeat");
  if (course.period && *course.period <= steps.back().from) map.child("repeat").fail("not after the last step");
  course.steps = std::make_shared<const std::vector<CourseStep>>(std::move(steps));
  if (rests_at_zero(figure, course)) list.fail("stays at 0, and what is under way would never end");
  return course;
}

void read_offset(Map& map, StepCourse& course) {
  const Value* offset = map.find_child("offset");
  if (offset == nullptr) return;
  if (!course.period) offset->fail("only a trace that repeats can be begun elsewhere");
  course.random_offset = offset->is_scalar() && offset->scalar == "random";
  if (!course.random_offset) course.offset = map.get<Seconds>("offset");
}

StepCourse finish_trace(Map& map, const Value& file, const CourseFigure& figure, std::vector<CourseStep> steps,
                        Seconds period) {
  StepCourse course;
  course.file = trace_path(file).string();
  if (map.find<bool>("repeat").value_or(true)) course.period = period;
  if (course.period && *course.period < shortest_period) {
    file.fail(fmt::format("the trace begins again after {:.3g} s; a period is {:.0e} s or more", period.value(),
                          shortest_period.value()));
  }
  read_offset(map, course);
  course.steps = std::make_shared<const std::vector<CourseStep>>(std::move(steps));
  if (rests_at_zero(figure, course)) file.fail("the trace stays at 0, and what is under way would never end");
  return course;
}

StepCourse read_trace(Map& map, const CourseFigure& figure) {
  const Value& file = map.child("trace");
  const auto column = map.get<std::string>("column");
  const auto time = map.get<std::string>("time");
  const TraceColumns columns{time, column, config::read_given_units(map, figure.possible.dimension, true)};
  auto [steps, note] = read_csv_trace(trace_path(file), columns, figure.usual, figure.possible);
  const auto finish = [&, note = std::move(note)](Seconds period) {
    auto course = finish_trace(map, file, figure, std::move(steps), period);
    course.note = note;
    return course;
  };
  if (steps.size() == 1) return finish(CourseWalk::never);
  // The last value holds for as long as the one before it.
  const Seconds period = steps.back().from + (steps.back().from - steps[steps.size() - 2].from);
  return finish(period);
}

StepCourse read_packets(Map& map, const CourseFigure& figure) {
  if (figure.possible.dimension != units::dimension_of(Bandwidth())) {
    map.value().find("mahimahi")->fail("only a bandwidth has a trace of packets");
  }
  const Value& file = map.child("mahimahi");
  const auto bin = map.get<Seconds>("bin");
  if (std::fmod(bin.value() * 1e3, 1.0) > 1e-9) map.child("bin").fail("must be whole milliseconds");
  Seconds period;
  auto steps = read_mahimahi(trace_path(file), bin, period);
  return finish_trace(map, file, figure, std::move(steps), period);
}

std::vector<double> read_row(const Value& row, const config::Type& type, std::size_t state, std::size_t states) {
  auto jumps = config::as<std::vector<double>>(row, type);
  if (jumps.size() != states) row.fail(fmt::format("must have a probability for each of the {} states", states));
  double sum = 0.0;
  for (const double jump : jumps) sum += jump;
  if (std::abs(sum - 1.0) > 1e-9) row.fail(fmt::format("the probabilities sum up to {:.6g}, not to 1", sum));
  if (jumps[state] > 0.0) row.fail("a state does not jump to itself; say so with a longer `dwell:`");
  return jumps;
}

// Whether there is a way from each state to one that is not 0.
bool leaves_zero(const MarkovCourse& course) {
  const auto count = course.states.size();
  std::vector<bool> leaves(count);
  for (std::size_t round = 0; round < count; ++round) {
    for (std::size_t i = 0; i < count; ++i) {
      leaves[i] = leaves[i] || course.states[i] > 0.0;
      for (std::size_t j = 0; j < count; ++j) leaves[i] = leaves[i] || (course.jumps[i][j] > 0.0 && leaves[j]);
    }
  }
  return std::ranges::all_of(leaves, [](bool leave) { return leave; });
}

MarkovCourse read_markov(Map& course_map, const CourseFigure& figure) {
  return course_map.read("markov", [&](Map& map) {
    MarkovCourse course;
    const Value& states = map.child("states");
    if (!states.is_list() || states.items.size() < 2) states.fail("must be a list of at least two values");
    for (const auto& item : states.items) course.states.push_back(figure.read(item, map.item_of("states")));
    const auto count = course.states.size();
    if (!figure.may_rest_at_zero && std::ranges::count(course.states, 0.0) == static_cast<std::ptrdiff_t>(count)) {
      states.fail("all are 0, and what is under way would never end");
    }
    const Value& dwell = map.child("dwell");
    course.dwell = map.get<std::vector<Seconds>>("dwell");
    if (course.dwell.size() != count) dwell.fail(fmt::format("must have a mean time for each of the {} states", count));
    const Value* jumps = map.find_child("jumps");
    if (jumps == nullptr) {
      course.jumps.assign(count, std::vector<double>(count, 1.0 / static_cast<double>(count - 1)));
      for (std::size_t i = 0; i < count; ++i) course.jumps[i][i] = 0.0;
      return course;
    }
    if (!jumps->is_list() || jumps->items.size() != count) {
      jumps->fail(fmt::format("must be a list of {} rows of probabilities, one for each state", count));
    }
    for (std::size_t i = 0; i < count; ++i) {
      course.jumps.push_back(read_row(jumps->items[i], map.item_of("jumps"), i, count));
    }
    if (!figure.may_rest_at_zero && !leaves_zero(course)) {
      jumps->fail("lead to states of 0 and never out of them, and what is under way would never end");
    }
    return course;
  });
}

GaussMarkovCourse read_gauss_markov(Map& course_map, const CourseFigure& figure) {
  return course_map.read("gauss_markov", [&](Map& map) {
    const auto figure_or = [&](const char* key, double fallback) {
      const Value* entry = map.find_child(key);
      return entry == nullptr ? fallback : figure.read(*entry, map.type_of(key));
    };
    GaussMarkovCourse course;
    course.mean = figure_or("mean", figure.usual);
    course.deviation = figure.read(map.child("deviation"), map.type_of("deviation"));
    course.memory = map.get<config::Ratio>("memory").value;
    course.every = map.get<Seconds>("every");
    course.least = figure_or("least", figure.may_rest_at_zero ? 0.0 : least_share * course.mean);
    course.most = figure_or("most", figure.possible.most);
    if (course.most <= course.least) map.value().fail("`most:` is not above `least:`");
    if (!figure.may_rest_at_zero && course.mean == 0.0) map.child("mean").fail("a mean of 0 is no bandwidth");
    return course;
  });
}

std::vector<Outage> read_outages(const Value& value) {
  if (!value.is_list() || value.items.empty()) value.fail("must be a list of {from: ..., until: ...}");
  std::vector<Outage> outages;
  for (const auto& item : value.items) {
    config::read(item, outage_record(), [&](Map& map) {
      const Outage outage{map.get<Seconds>("from"), map.get<Seconds>("until")};
      if (outage.until <= outage.from) item.fail("ends before it begins");
      if (!outages.empty() && outage.from <= outages.back().until)
        item.fail("begins before the one above it has ended");
      outages.push_back(outage);
    });
  }
  return outages;
}

// Names the source of a course, which is one figure to the ledger.
void enter(const Value& value, const Value& link, config::Ledger* ledger) {
  if (ledger == nullptr) return;
  const Value* source = value.is_map() ? value.find("source") : nullptr;
  if (source == nullptr && !value.overrides) source = link.find("source");
  std::string text = source != nullptr ? config::as<std::string>(*source) : value.overrides ? "scenario" : "";
  if (text.empty()) value.fail("has no source (add `source:`, or `source: assumption` where none is public)");
  ledger->add({value.path, "as it moves", std::move(text)});
}

}  // namespace

CourseFigure bandwidth_figure(Bandwidth usual) {
  CourseFigure figure;
  figure.possible = {possible_bandwidth.low, possible_bandwidth.high, units::dimension_of(usual)};
  figure.record = bandwidth_course_record;
  figure.read = [usual, possible = figure.possible](const Value& value, const config::Type& type) {
    const bool is_share = value.is_scalar() && value.scalar.ends_with('%');
    const double figure_read = is_share ? config::as_part<config::Ratio>(value, type).value * usual.value()
                                        : config::as_part<Bandwidth>(value, type).value();
    if (!possible.holds(figure_read)) value.fail(possible.complaint(figure_read));
    return figure_read;
  };
  figure.example = "2 Mbit/s";
  figure.usual = usual.value();
  figure.may_rest_at_zero = false;
  return figure;
}

CourseFigure load_figure() {
  CourseFigure figure;
  figure.record = load_course_record;
  figure.read = [](const Value& value, const config::Type& type) {
    return config::as<config::Ratio>(value, type).value;
  };
  figure.example = "50 %";
  figure.possible.most = largest_load;
  return figure;
}

Course read_course(const Value& value, const CourseFigure& figure) {
  static constexpr std::array kinds{"steps", "trace", "mahimahi", "markov", "gauss_markov"};
  return config::read(value, figure.record(), [&](Map& map) {
    if (std::ranges::count_if(kinds, [&](const char* kind) { return map.has(kind); }) != 1) {
      value.fail(fmt::format("needs exactly one of {}", fmt::join(kinds, ", ")));
    }
    Course course;
    if (map.has("steps")) course.steps = read_steps(map, figure);
    if (map.has("trace")) course.steps = read_trace(map, figure);
    if (map.has("mahimahi")) course.steps = read_packets(map, figure);
    if (map.find_child("markov") != nullptr) course.markov = read_markov(map, figure);
    if (map.find_child("gauss_markov") != nullptr) course.gauss_markov = read_gauss_markov(map, figure);
    return course;
  });
}

Motion read_motion(Map& link, Bandwidth up, Bandwidth down, config::Ledger* ledger) {
  Motion motion;
  if (const Value* value = link.find_child("bandwidth")) {
    if (!value->is_map()) {
      value->fail(
          "must be a course such as {steps: [...]}, or {up: COURSE, down: COURSE}; a bandwidth that stays is `uplink:` "
          "and "
          "`downlink:`");
    }
    motion.together = value->find("up") == nullptr && value->find("down") == nullptr;
    if (motion.together) {
      motion.up = read_course(*value, bandwidth_figure(up));
      motion.down = read_course(*value, bandwidth_figure(down));
    } else {
      config::read(*value, ways_record(), [&](Map& ways) {
        if (const Value* way = ways.find_child("up")) motion.up = read_course(*way, bandwidth_figure(up));
        if (const Value* way = ways.find_child("down")) motion.down = read_course(*way, bandwidth_figure(down));
      });
    }
    enter(*value, link.value(), ledger);
  }
  if (const Value* value = link.find_child("outages")) {
    motion.outages = read_outages(*value);
    enter(*value, link.value(), ledger);
  }
  return motion;
}

}  // namespace edgecut::platform
