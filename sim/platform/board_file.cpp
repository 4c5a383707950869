#include "platform/board_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "config/table.hpp"
#include "platform/keys.hpp"
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

void read_trace(Map& map, const Value& name, Harvest& harvest) {
  const auto path = trace_path(name);
  const auto units = config::read_given_units(map, units::dimension_of(Watts()));
  const auto time_name = map.get<std::string>("time");
  const auto power_name = map.get<std::string>("column");
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

void read_steps(Map& map, Harvest& harvest) {
  const auto& list = map.child("steps");
  if (!list.is_list() || list.items.empty()) list.fail("must be a list such as [{from: 0 h, power: 0.5 W}]");
  map.read_each("steps", [&](Map& step) {
    const auto fault = append(harvest, {step.get<Seconds>("from"), step.get<Watts>("power")});
    if (!fault.empty()) step.value().fail(fault);
  });
}

Thermal::Step read_thermal_step(Map& map, const Thermal& before) {
  Thermal::Step step{};
  step.above = map.get<config::Measure>("above").value;
  step.speed = map.get<config::Ratio>("speed").value;
  step.power = map.get<config::Ratio>("power").value;
  step.clock = map.find<config::Ratio>("clock").value_or(config::Ratio{step.speed}).value;
  if (step.clock < step.speed) {
    map.child("clock").fail("is what the system reports of `speed`: that, or more where a part of the heat is hidden");
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
}

FrequencyStep read_frequency_step(const Value& value, Ledger& ledger) {
  return config::read(value, frequency_step_record(), [&](Map& map) {
    FrequencyStep step;
    step.name = map.get<std::string>("name");
    step.speed = map.figure<config::Ratio>("speed", ledger).value;
    step.memory_speed = map.figure<config::Ratio>("memory_speed", ledger).value;
    step.power = map.figure<config::Ratio>("power", ledger).value;
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
  return config::read(value, thermal_record(), [&](Map& map) {
    Thermal thermal;
    thermal.ambient = map.figure<config::Measure>("ambient", ledger).value;
    thermal.resistance = map.figure<config::Measure>("resistance", ledger).value;
    thermal.time_constant = map.figure<Seconds>("time_constant", ledger);
    thermal.hysteresis = map.figure<config::Measure>("hysteresis", ledger).value;
    const auto& steps = map.child("steps");
    if (!steps.is_list() || steps.items.empty()) steps.fail("must be a list such as [{above: 80 C, speed: 60 %}]");
    map.read_each("steps", [&](Map& step) { thermal.steps.push_back(read_thermal_step(step, thermal)); });
    return thermal;
  });
}

std::vector<std::vector<double>> read_interference(const Value& value, Ledger& ledger,
                                                   const std::vector<Processor>& processors) {
  std::vector<std::vector<double>> all(processors.size(), std::vector<double>(processors.size(), 0.0));
  bool is_empty = true;
  config::read(value, device_record().find("interference")->type, [&](Map& map) {
    for (std::size_t p = 0; p < processors.size(); ++p) {
      if (map.find_child(processors[p].name) == nullptr) continue;
      map.read(processors[p].name, [&](Map& others) {
        for (std::size_t q = 0; q < processors.size(); ++q) {
          const auto& name = processors[q].name;
          const auto cost = others.find_figure<config::Ratio>(name, ledger);
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
  const auto& type = battery_record().find("harvest")->type;
  Harvest harvest;
  if (value.is_scalar()) {
    harvest.steps.push_back({Seconds(), config::as_part<Watts>(value, type)});
    return harvest;
  }
  return config::read(value, type, [&](Map& map) {
    const auto* steps = map.find_child("steps");
    const auto* trace = map.find_child("trace");
    if ((steps == nullptr) == (trace == nullptr)) value.fail("needs either `steps:` or `trace:`");
    if (steps != nullptr) read_steps(map, harvest);
    if (trace != nullptr) read_trace(map, *trace, harvest);
    harvest.period = map.find<Seconds>("repeat_every");
    if (harvest.period && *harvest.period <= harvest.steps.back().from) {
      map.child("repeat_every").fail("ends before the last step begins");
    }
    return harvest;
  });
}

Battery read_battery(const Value& value, Ledger& ledger) {
  return config::read(value, battery_record(), [&](Map& map) {
    Battery battery;
    battery.capacity = map.figure<Joules>("capacity", ledger);
    battery.usable = map.figure<config::Ratio>("usable", ledger).value;
    battery.state_of_charge = map.get<config::Ratio>("state_of_charge").value;
    if (const auto* harvest = map.find_child("harvest")) battery.harvest = read_harvest(*harvest);
    return battery;
  });
}

}  // namespace edgecut::platform
