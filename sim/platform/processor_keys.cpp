// What is said of processors and memory.
#include "config/record.hpp"
#include "platform/keys.hpp"
#include "platform/platform.hpp"

namespace edgecut::platform {

using namespace config::declare;
using config::Key;
using config::non_negative;
using config::optional;
using config::positive;
using config::Record;
using config::required;
using config::standard;

const Record& memory_record() {
  static const Record record{
      "memory",
      "The memory of a device or of a server.",
      {
          {"size", figure(quantity<Bytes>(positive)), required, "All of it."},
          {"reserve", figure(quantity<Bytes>(non_negative)), required, "What the system keeps for itself."},
      }};
  return record;
}

namespace {

constexpr config::Limits possible_gain{1.0, 100.0, false};

const Record& kind_record() {
  static const Record record{
      "kind of layer",
      "A layer of this kind takes FLOP / `rate` + bytes / `memory` + `overhead`.",
      {
          {"rate", figure(quantity<FlopRate>(positive)), optional("its work takes no time"), "FLOP a second."},
          {"memory", figure(quantity<Bandwidth>(positive)), optional("its bytes take no time"),
           "Bytes moved a second."},
          {"overhead", figure(quantity<Seconds>(non_negative)), standard("0 s"), "Time of a layer that does nothing."},
      }};
  return record;
}

const Record& int8_record() {
  static const Record record{"int8",
                             "Constants of layers that compute in int8.",
                             {
                                 {"conv", figure(quantity<FlopRate>(positive)), required, "Effective FLOP a second."},
                                 {"memory", figure(quantity<Bandwidth>(positive)), optional("that of the other layers"),
                                  "Bytes moved a second."},
                                 {"overhead", figure(quantity<Seconds>(non_negative)),
                                  optional("that of the other layers"), "Time of a layer that does nothing."},
                                 {"winograd_gain", number(possible_gain), standard("1"),
                                  "The factor by which dense 3x3 convolutions count less."},
                             }};
  return record;
}

const Record& measured_record() {
  using Statistic = Measured::Statistic;
  using WholeRun = Measured::WholeRun;
  static const Record record{
      "measured",
      "Layer times that were measured on the processor.",
      {
          {"table", file(), required, "A table of layer times, or a folder with one for each network."},
          {"mode", text(), optional("the only one in the table"), "Which of the table's modes."},
          {"statistic",
           word<Statistic>({{"minimum", Statistic::minimum}, {"median", Statistic::median}, {"p90", Statistic::p90}}),
           standard("minimum"), "Which of the times of one layer."},
          {"whole_run",
           word<WholeRun>({{"scale", WholeRun::scale}, {"offset", WholeRun::offset}, {"ignore", WholeRun::ignore}}),
           optional("`scale`, where the table has a whole run"), "How layer times are made to add up to a whole run."},
          {"fallback", word<bool>({{"none", false}, {"model", true}}), standard("none"),
           "Whether the constants stand in for networks without a table."},
      }};
  return record;
}

const Record& compute_record() {
  static const Record record{
      "compute",
      "How long layers take on the processor.",
      {
          {"model",
           word<ComputeModel>({{"three_constants", ComputeModel::three_constants},
                               {"per_kind", ComputeModel::per_kind},
                               {"measured", ComputeModel::measured}}),
           required, "The first that knows a layer counts: measured, by kind, three constants."},
          {"conv", figure(quantity<FlopRate>(positive)), optional("required, but with `model: measured`"),
           "Effective FLOP a second."},
          {"memory", figure(quantity<Bandwidth>(positive)), optional("required where `conv` is"),
           "Bytes moved a second: inputs, outputs and weights of a layer."},
          {"overhead", figure(quantity<Seconds>(non_negative)), optional("required where `conv` is"),
           "Time of a layer that does nothing."},
          {"winograd_gain", number(possible_gain), standard("2.25"),
           "The factor by which dense 3x3 convolutions of stride and dilation 1 count less."},
          {"int8", keys_of(int8_record), optional("as other layers, without Winograd's gain"),
           "Constants of layers that compute in int8."},
          {"kinds", map_of(keys_of(kind_record), "kinds of layers"), optional("required with `model: per_kind`"),
           "Constants by kind of layer."},
          {"measured", either({file(), keys_of(measured_record)}), optional("required with `model: measured`"),
           "Layer times that were measured, or the path of their table."},
          {"framework", text(), required, "What ran the networks that the figures are from."},
          {"precision", text(), standard("unknown"), "The type of numbers that these figures hold for: fp32, int8."},
          {"threads", integer(positive), optional("unknown"), "With which the figures were measured."},
          {"fit_error", figure(ratio(non_negative)), optional("unknown"),
           "Mean error of whole networks by these constants."},
      }};
  return record;
}

const Record& nominal_record() {
  static const Record record{
      "nominal",
      "What a method that knows one rate per processor may believe.",
      {
          {"peak", figure(quantity<FlopRate>(positive)), required, "Cores x clock x FLOP per cycle."},
          {"one_network", figure(quantity<FlopRate>(positive)), required,
           "The rate at which one network ran, measured as a whole."},
      }};
  return record;
}

const Record& processor_power_record() {
  static const Record record{"processor power",
                             "What the board draws when the processor works.",
                             {
                                 {"active", figure(quantity<Watts>(non_negative)), required,
                                  "The power of the whole board while one inference runs here and nothing else."},
                             }};
  return record;
}

std::vector<Key> processor_keys() {
  return {
      {"title", text(), optional("its name"), "What it is, for people."},
      {"slots", integer(positive), standard("1"), "Inferences that run at a time."},
      {"discipline", word<Discipline>({{"fifo", Discipline::fifo}, {"shared", Discipline::shared}}), standard("fifo"),
       "fifo: who comes first runs first; shared: all at a time, at a share of the speed."},
      {"compute", keys_of(compute_record), required, "How long layers take."},
      {"slowdown", number({1e-3, 1e6, false}), standard("1"),
       "The factor by which all layers take longer; nobody sees it."},
      {"clock", ratio({1e-3, 10.0, false}), standard("1"),
       "The clock now over the nominal one; the system reports it."},
      {"interference", ratio({0.0, 1e6, false}), standard("0"),
       "What others cost in caches and memory, as a share of the time; nobody sees it."},
      {"nominal", keys_of(nominal_record), required, "Nominal rates."},
  };
}

const Record& device_processor_record() {
  static const Record record{
      "processor", "A processor of a device.",
      config::joined(
          {processor_keys(),
           {
               {"power", keys_of(processor_power_record), required, "What the processor draws."},
               {"frequency_steps", list_of(keys_of(frequency_step_record), 1), optional("it has one frequency"),
                "What it may be set to."},
               {"frequency", text(), optional("the one that the file is of"), "The name of the step that is chosen."},
           }})};
  return record;
}

const Record& server_processor_record() {
  static const Record record{"server processor", "The processor of a server.",
                             config::joined({processor_keys(),
                                             {
                                                 {"frequency_steps", list_of(keys_of(frequency_step_record), 1),
                                                  optional("it has one frequency"), "What it may be set to."},
                                                 {"frequency", text(), optional("the one that the file is of"),
                                                  "The name of the step that is chosen."},
                                             }})};
  return record;
}

}  // namespace

const Record& frequency_step_record() {
  static const Record record{
      "frequency step",
      "What a processor may be set to, over the figures of its file.",
      {
          {"name", text(), required, "What `frequency` chooses it by."},
          {"speed", figure(ratio({0.0, 10.0, true})), required, "Factor on `conv`, nominal rates and 1 / overhead."},
          {"memory_speed", figure(ratio({0.0, 10.0, true})), standard("1"), "Factor on `memory`."},
          {"power", figure(ratio({0.0, 100.0, false})), required,
           "The power at this step, as a share of what the processor draws above idle and `busy`."},
      }};
  return record;
}

config::Type processors_of_device() {
  return map_of(keys_of(device_processor_record), "processors", 1);
}

config::Type processors_of_server() {
  return map_of(keys_of(server_processor_record), "processors", 1);
}

}  // namespace edgecut::platform
