// What is said of a device beside its processors, and of measurements.
#include "config/period.hpp"
#include "config/record.hpp"
#include "platform/keys.hpp"
#include "platform/platform.hpp"

namespace edgecut::platform {

using namespace config::declare;
using config::non_negative;
using config::optional;
using config::positive;
using config::Record;
using config::required;
using config::standard;

namespace {

constexpr config::Limits part{0.0, 1.0, true};  // of a whole, never nothing

const Record& storage_record() {
  static const Record record{"storage",
                             "Where a device keeps weights.",
                             {
                                 {"free", figure(quantity<Bytes>(non_negative)), required, "What is free for weights."},
                                 {"read", figure(quantity<Bandwidth>(positive)),
                                  optional("unknown: weights cannot be swapped"), "How fast it is read."},
                             }};
  return record;
}

const Record& power_record() {
  static const Record record{"power",
                             "What the whole board draws.",
                             {
                                 {"idle", figure(quantity<Watts>(non_negative)), required, "While nothing runs."},
                                 {"off", figure(quantity<Watts>(non_negative)), required, "While it is switched off."},
                                 {"busy", figure(quantity<Watts>(non_negative)), standard("0 W"),
                                  "What it adds while anything computes, however much."},
                             }};
  return record;
}

const Record& harvest_step_record() {
  static const Record record{"harvest step",
                             "A power that is harvested from a time on.",
                             {
                                 {"from", quantity<Seconds>(non_negative), required, "The first step is from 0."},
                                 {"power", quantity<Watts>(non_negative), required, "Until the next step."},
                             }};
  return record;
}

const Record& harvest_record() {
  static const Record record{
      "harvest",
      "Power that fills the battery, as it changes: `steps` or a `trace`.",
      {
          {"steps", list_of(keys_of(harvest_step_record), 1), optional("required without `trace`"),
           "The powers, in order of time."},
          {"trace", file(), optional("required without `steps`"), "A table of times and powers."},
          {"time", text(), standard("time_s"), "The trace's column of times."},
          {"column", text(), standard("power_W"), "The trace's column of powers."},
          {"unit", either({text(), list_of(text())}), optional("as the columns' names say"),
           "The unit of the powers, of the times, or a list of both."},
          {"repeat_every", quantity<Seconds>(config::period), optional("the last power stays"),
           "The time after which the powers come again."},
      }};
  return record;
}

const Record& thermal_step_record() {
  static const Record record{
      "thermal step",
      "What a device does about a temperature.",
      {
          {"above", measure("C", "80 C", {-273.15, 1000.0, false}), required,
           "The temperature from which the step holds."},
          {"speed", ratio(part), required, "The speed of all processors then, as a share of the usual one."},
          {"power", ratio(part), standard("1"), "What computing draws above idle then, as a share of the usual power."},
          {"clock", ratio(part), optional("its `speed`"), "What the system reports of that speed."},
      }};
  return record;
}

const Record& setup_record() {
  static const Record record{
      "set-up",
      "A processor whose latencies somebody measured.",
      {
          {"device", text(), required, "The name of a device or of a cloud."},
          {"processor", text(), required, "Which of its processors."},
          {"line", integer(positive), standard("1"), "Where it stands in the source."},
          {"networks", map_of(quantity<Seconds>(positive), "networks"), required, "Latency of one inference."},
          {"energy", map_of(quantity<Joules>(positive), "networks"), optional("unknown"), "Energy of one inference."},
      }};
  return record;
}

}  // namespace

const Record& battery_record() {
  static const Record record{
      "battery",
      "The battery of a device and what fills it.",
      {
          {"capacity", figure(quantity<Joules>(positive)), required, "When it is full."},
          {"usable", figure(ratio(part)), standard("1"), "Down to the voltage at which the device stops."},
          {"state_of_charge", ratio(part), standard("1"), "The charge at time 0, as a share of the usable part."},
          {"harvest", either({quantity<Watts>(non_negative), keys_of(harvest_record)}),
           optional("nothing is harvested"), "What fills it while the device runs."},
      }};
  return record;
}

const Record& thermal_record() {
  static const Record record{
      "thermal",
      "How a device warms up, and what it does about it.",
      {
          {"ambient", figure(measure("C", "25 C", {-273.15, 1000.0, false})), required, "Temperature around it."},
          {"resistance", figure(measure("K/W", "8 K/W", positive)), required, "Kelvin for each watt that it draws."},
          {"time_constant", figure(quantity<Seconds>(config::period)), required,
           "The time in which the device warms by 63 % of what it will."},
          {"hysteresis", figure(measure("K", "5 K", positive)), required,
           "How far the device must cool to leave a step."},
          {"steps", list_of(keys_of(thermal_step_record), 1), required, "The steps, in order of temperature."},
      }};
  return record;
}

const Record& device_record() {
  static const Record record{
      "device",
      "A board with its processors, memory and power.",
      {
          {"name", text(), required, "What results call it."},
          {"title", text(), optional("its name"), "What it is, for people."},
          {"memory", keys_of(memory_record), required, "The memory of the device."},
          {"storage", keys_of(storage_record), required, "The storage of the device."},
          {"power", keys_of(power_record), required, "What the whole board draws."},
          {"processors", processors_of_device(), required, "The processors by name; the first is the default."},
          {"battery", keys_of(battery_record), optional("it hangs on the mains"), "The battery of the device."},
          {"thermal", keys_of(thermal_record), optional("it never slows down"), "How it warms up."},
          {"interference", map_of(map_of(figure(ratio({0.0, 100.0, false})), "processors"), "processors"),
           optional("inferences side by side cost each other nothing"),
           "What an inference on a processor takes longer for each other one beside it, by that one's processor."},
      }};
  return record;
}

const Record& benchmarks_record() {
  static const Record record{
      "benchmarks",
      "Latencies of whole networks, as somebody measured them.",
      {
          {"source", text(), required, "Where they are from."},
          {"setups", list_of(keys_of(setup_record)), required, "What was measured, by processor."},
      }};
  return record;
}

}  // namespace edgecut::platform
