#include "platform/board_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "config/period.hpp"
#include "config/table.hpp"
#include "platform/trace_file.hpp"

namespace edgecut::platform {
namespace {

using config::Ledger;
using config::Map;
using config::Value;

// One step more, if it may follow those before; else what is wrong with it.
std::string append(Harvest& harvest, const Harvest::Step& step) {
  if (!std::isfinite(step.from.value()) || step.from < Seconds()) return "a time is a finite number of seconds from 0";
  if (!std::isfinite(step.power.value()) || step.power < Watts()) return "a harvested power is finite and not negative";
  if (harvest.steps.empty() && step.from > Seconds()) return "the first step begins at 0";
  if (!harvest.steps.empty() && step.from <= harvest.steps.back().from) return "begins no later than the one before";
  harvest.steps.push_back(step);
  return "";
}

// More than a power station's is a mistake of units.
constexpr config::Limits possible_harvest{0.0, 1e9, false};

void read_trace(Map& map, const Value& name, Harvest& harvest) {
  const auto path = trace_path(name);
  const auto units = config::read_given_units(map, units::dimension_of(Watts()));
  const auto time_name = map.get_or<std::string>("time", "time_s");
  const auto power_name = map.get_or<std::string>("column", "power_W");
  config::Table table(path, name.path);
  const auto time =
      table.time_column(time_name, {.given = units.time, .remedy = "; `time:` says which holds the times"});
  const auto power = table.column(power_name, {.dimension = units::dimension_of(Watts()),
                                               .given = units.value,
                                               .remedy = "; `column:` says which holds the powers"});
  while (table.next()) {
    const auto from = table.time(time);
    const auto figure = table.number(power, possible_harvest);
    if (!from || !figure) continue;
    const auto fault = append(harvest, {Seconds(*from), Watts(*figure)});
    if (!fault.empty()) table.blame(time, fault);
  }
  table.finish("holds no step");
  harvest.file = path.string();
  harvest.note = table.note();
}

void read_steps(const Value& list, Harvest& harvest) {
  if (!list.is_list() || list.items.empty()) list.fail("must be a list such as [{from: 0 h, power: 0.5 W}]");
  for (const auto& item : list.items) {
    config::read(item, [&](Map& map) {
      const auto fault = append(harvest, {map.get<Seconds>("from"), map.get<Watts>("power")});
      if (!fault.empty()) item.fail(fault);
    });
  }
}

// A number with one of these units behind it.
double measured(const Value& value, const std::vector<std::string>& units, std::string_view example) {
  const auto parts = units::split_unit(config::as<std::string>(value));
  if (!parts || std::ranges::find(units, parts->unit) == units.end() || !std::isfinite(parts->number)) {
    value.fail(fmt::format("must be a number and a unit, such as {}", example));
  }
  return parts->number;
}

// Degrees Celsius, from absolute zero up.
double temperature(const Value& value, std::string_view example) {
  const double degrees = measured(value, {"C"}, example);
  constexpr double coldest = -273.15;
  constexpr double hottest = 1000.0;
  if (degrees < coldest || degrees > hottest) {
    value.fail(fmt::format("{} C is out of range: {} to {} C", degrees, coldest, hottest));
  }
  return degrees;
}

Thermal::Step read_thermal_step(const Value& value, const Thermal& before) {
  return config::read(value, [&](Map& map) {
    Thermal::Step step{};
    step.above = temperature(map.child("above"), "80 C");
    step.speed = map.get<config::Ratio>("speed", {0.0, 1.0, true}).value;
    step.power = map.get_or<config::Ratio>("power", {1.0}, {0.0, 1.0, true}).value;
    step.clock = map.get_or<config::Ratio>("clock", {step.speed}, {0.0, 1.0, true}).value;
    if (step.clock < step.speed) {
      map.child("clock").fail(
          "is what the system reports of `speed`: that, or more where a part of the heat is hidden");
    }
    const double last = before.steps.empty() ? before.ambient : before.steps.back().above;
    if (step.above - before.hysteresis <= last) {
      map.child("above").fail(fmt::format("must be more than the hysteresis above {} C, {}", last,
                                          before.steps.empty() ? "the ambient temperature" : "the step before"));
    }
    if (!before.steps.empty() && step.speed >= before.steps.back().speed) {
      map.child("speed").fail("must be less than that of the step before");
    }
    return step;
  });
}

FrequencyStep read_frequency_step(const Value& value, Ledger& ledger) {
  return config::read(value, [&](Map& map) {
    FrequencyStep step;
    step.name = map.get<std::string>("name");
    step.speed = map.figure<config::Ratio>("speed", ledger, {0.0, 10.0, true}).value;
    step.memory_speed = map.figure_or<config::Ratio>("memory_speed", {1.0}, ledger, {0.0, 10.0, true}).value;
    step.power = map.figure<config::Ratio>("power", ledger, {0.0, 100.0}).value;
    return step;
  });
}

void scale(ThreeConstants& constants, double speed, double memory_speed) {
  constants.conv *= speed;
  constants.memory *= memory_speed;
  constants.overhead *= 1.0 / speed;
}

// Its times and nominal rates.
void scale(Processor& processor, double speed, double memory_speed) {
  scale(processor.compute, speed, memory_speed);
  if (processor.int8) scale(*processor.int8, speed, memory_speed);
  for (auto& [kind, constants] : processor.kinds) {
    if (constants.rate) *constants.rate *= speed;
    if (constants.memory) *constants.memory *= memory_speed;
    constants.overhead *= 1.0 / speed;
  }
  processor.peak *= speed;
  processor.one_network *= speed;
}

void choose(Processor& processor, const FrequencyStep& step, Watts board) {
  scale(processor, step.speed, step.memory_speed);
  processor.frequency = step.speed;
  processor.memory_speed = step.memory_speed;
  processor.full_active = processor.active;
  processor.active = board + (processor.active - board) * step.power;
  processor.title += ", " + step.name;
}

}  // namespace

Thermal read_thermal(const Value& value, Ledger& ledger) {
  return config::read(value, [&](Map& map) {
    Thermal thermal;
    const auto sourced = [&](std::string_view key) -> const Value& { return map.figure_value(key, ledger); };
    thermal.ambient = temperature(sourced("ambient"), "25 C");
    thermal.resistance = measured(sourced("resistance"), {"K/W"}, "8 K/W");
    if (thermal.resistance <= 0.0) map.child("resistance").fail("must be above 0");
    thermal.time_constant = map.figure<Seconds>("time_constant", ledger, config::period);
    thermal.hysteresis = measured(sourced("hysteresis"), {"K"}, "5 K");
    if (thermal.hysteresis <= 0.0) map.child("hysteresis").fail("must be above 0");
    const auto& steps = map.child("steps");
    if (!steps.is_list() || steps.items.empty()) steps.fail("must be a list such as [{above: 80 C, speed: 60 %}]");
    for (const auto& step : steps.items) thermal.steps.push_back(read_thermal_step(step, thermal));
    return thermal;
  });
}

std::vector<std::vector<double>> read_interference(const Value& value, Ledger& ledger,
                                                   const std::vector<Processor>& processors) {
  std::vector<std::vector<double>> all(processors.size(), std::vector<double>(processors.size(), 0.0));
  bool is_empty = true;
  config::read(value, [&](Map& map) {
    for (std::size_t p = 0; p < processors.size(); ++p) {
      const auto* row = map.find_child(processors[p].name);
      if (row == nullptr) continue;
      config::read(*row, [&](Map& others) {
        for (std::size_t q = 0; q < processors.size(); ++q) {
          const auto& name = processors[q].name;
          const auto cost = others.find_figure<config::Ratio>(name, ledger, {0.0, 100.0});
          if (!cost) continue;
          is_empty = false;
          if (p == q && processors[p].slots == 1) {
            others.child(name).fail(
                "the processor runs one inference at a time: give it more `slots`, or leave it out");
          }
          all[p][q] = cost->value;
        }
      });
    }
  });
  if (is_empty) value.fail("must say of processors what others cost them, such as {cpu: {gpu: 30 %}}");
  return all;
}

std::vector<FrequencyStep> read_frequency_steps(const Value& list, Ledger& ledger) {
  if (!list.is_list() || list.items.empty()) list.fail("must be a list such as [{name: 600 MHz, speed: 40 %}]");
  std::vector<FrequencyStep> steps;
  steps.reserve(list.items.size());
  for (const auto& item : list.items) steps.push_back(read_frequency_step(item, ledger));
  return steps;
}

void read_frequency(Map& map, Ledger& ledger, Watts board, Processor& processor) {
  std::vector<FrequencyStep> steps;
  if (const auto* list = map.find_child("frequency_steps")) steps = read_frequency_steps(*list, ledger);
  const auto* wanted = map.find_child("frequency");
  if (wanted == nullptr) return;
  const auto name = config::as<std::string>(*wanted);
  const auto found = std::ranges::find(steps, name, &FrequencyStep::name);
  std::vector<std::string> names;
  std::ranges::transform(steps, std::back_inserter(names), &FrequencyStep::name);
  if (steps.empty()) wanted->fail("the processor has no `frequency_steps:` to choose from");
  if (found == steps.end()) config::fail_unknown(*wanted, "frequency", names);
  if (processor.measured)
    wanted->fail("the processor's layers were `measured` at one frequency; take one of the two keys out");
  choose(processor, *found, board);
}

void set_full_speed(Processor& processor) {
  scale(processor, 1.0 / processor.frequency, 1.0 / processor.memory_speed);
  processor.active = processor.full_active.value_or(processor.active);
  processor.full_active.reset();
  processor.frequency = processor.memory_speed = 1.0;
}

Harvest read_harvest(const Value& value) {
  Harvest harvest;
  if (value.is_scalar()) {
    harvest.steps.push_back({Seconds(), config::as<Watts>(value, config::non_negative)});
    return harvest;
  }
  return config::read(value, [&](Map& map) {
    const auto* steps = map.find_child("steps");
    const auto* trace = map.find_child("trace");
    if ((steps == nullptr) == (trace == nullptr)) value.fail("needs either `steps:` or `trace:`");
    if (steps != nullptr) read_steps(*steps, harvest);
    if (trace != nullptr) read_trace(map, *trace, harvest);
    harvest.period = map.find<Seconds>("repeat_every", config::period);
    if (harvest.period && *harvest.period <= harvest.steps.back().from) {
      map.child("repeat_every").fail("ends before the last step begins");
    }
    return harvest;
  });
}

Battery read_battery(const Value& value, Ledger& ledger) {
  return config::read(value, [&](Map& map) {
    Battery battery;
    battery.capacity = map.figure<Joules>("capacity", ledger, config::positive);
    battery.usable = map.figure_or<config::Ratio>("usable", {1.0}, ledger, {0.0, 1.0, true}).value;
    battery.state_of_charge = map.get_or<config::Ratio>("state_of_charge", {1.0}, {0.0, 1.0, true}).value;
    if (const auto* harvest = map.find_child("harvest")) battery.harvest = read_harvest(*harvest);
    return battery;
  });
}

}  // namespace edgecut::platform
