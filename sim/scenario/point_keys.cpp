// What is said of a point beside its world: what is asked, allowed and compared, and how it is played.
#include "kernel/kernel.hpp"
#include "partition/fallback.hpp"
#include "platform/keys.hpp"
#include "scenario/constraints_file.hpp"
#include "scenario/keys.hpp"
#include "scenario/point.hpp"
#include "workload/keys.hpp"

namespace edgecut::scenario {

using namespace config::declare;
using config::Key;
using config::non_negative;
using config::optional;
using config::positive;
using config::Record;
using config::required;
using config::standard;
using config::Type;

namespace {

// Of what an inference takes that runs in one place.
Type share() {
  return share_of<Reference>({{"device_only", Reference::device_only}, {"cloud_only", Reference::cloud_only}},
                             positive);
}

const Record& class_record() {
  static const Record record{
      "class", "Requests of one kind: a workload with what is its own.",
      config::joined({{
                          {"name", text(), required, "What results call it."},
                          {"network", text(), optional("the scenario's"), "The network of the class."},
                          {"input", keys_of(input_record), optional("the scenario's"), "The input of the class."},
                          {"result", keys_of(result_record), optional("the scenario's"), "The result of the class."},
                          {"deadline", either({quantity<Seconds>(positive), share()}), optional("the scenario's"),
                           "How late a result of the class may be."},
                      },
                      workload::workload_record().keys})};
  return record;
}

const Record& classes_record() {
  static const Record record{"classes",
                             "Requests of several kinds on each device.",
                             {{"classes", list_of(keys_of(class_record), 1), required,
                               "The classes, in the order in which they are planned."}}};
  return record;
}

const Record& storage_rate_record() {
  static const Record record{"cold start",
                             "Weights are read from storage.",
                             {{"storage", quantity<Bandwidth>(positive), required, "How fast."}}};
  return record;
}

const Record& constraints_record() {
  static const Record record{
      "constraints",
      "What a plan must keep.",
      {
          {"memory", either({quantity<Bytes>(positive), share()}), optional("the device's"),
           "The most memory that the head may take."},
          {"energy", either({quantity<Joules>(positive), share()}), optional("none"),
           "The most energy that one inference may take above idle."},
          {"deadline", either({quantity<Seconds>(positive), share()}), optional("none"),
           "The most time from arrival to result."},
          {"min_layers_on_device", integer<std::int64_t>(non_negative), standard("0"), "1: raw inputs stay on it."},
          {"accuracy", ratio(config::share), optional("none"),
           "The least; a plan of unknown accuracy does not keep it."},
          {"inferences_per_charge", number(positive), optional("none"), "How many one charge is to last."},
          {"energy_per_hour", quantity<Joules>(positive), optional("none"), "Idling included."},
          {"lifetime", quantity<Seconds>(positive), optional("none"), "How long the battery is to last."},
      }};
  return record;
}

std::vector<Key> request_keys() {
  return {
      {"workload", workload_type(), in_parts, "Which requests come, and when."},
      {"warmup", either({percentage(config::share), integer<std::int64_t>(non_negative)}), optional("none"),
       "The first requests of each device, which are not recorded."},
      {"input", keys_of(input_record), in_parts, "What is sent when nothing runs on the device."},
      {"result", keys_of(result_record), in_parts, "What comes back."},
      {"encodings", list_of(keys_of(encoding_record), 1), optional("as they are"),
       "Forms in which the tensors of a cut may cross."},
  };
}

std::vector<Key> goal_keys() {
  return {
      {"objective", objective_type(), standard("latency"), "What a plan makes small."},
      {"constraints", keys_of(constraints_record), optional("none"), "What a plan must keep."},
      {"device_off", list_of(keys_of(platform::outage_record)), optional("never"), "When the device is switched off."},
      {"cold_start", either({boolean(), keys_of(storage_rate_record)}), optional("all weights are loaded"),
       "The rate at which weights are read; true: the device's `storage.read`."},
      {"models",
       word<world::Models>({{"resident", world::Models::resident},
                            {"from_server", world::Models::from_server},
                            {"from_device", world::Models::from_device}}),
       standard("resident"), "Where weights are before anything runs."},
      {"date", text(), optional("benchmarks have no age"), "Today, such as 2026-11-24."},
      {"partitioners", list_of(method_type(), 1), required, "The methods that are compared."},
  };
}

std::vector<Key> playing_keys() {
  using kernel::Choice;
  using partition::Fallback;
  return {
      {"fallback",
       word<Fallback>(
           {{"device_only", Fallback::device_only}, {"cloud_only", Fallback::cloud_only}, {"lost", Fallback::lost}}),
       standard("device_only"), "What a method without a plan plays, in the column `attainment`."},
      {"kernel",
       word<Choice>({{"auto", Choice::automatic}, {"reference", Choice::reference}, {"express", Choice::express}}),
       standard("reference"), "Who advances time; auto: the fastest that is exact."},
      {"quantiles",
       word<Quantiles>({{"auto", Quantiles::automatic}, {"exact", Quantiles::exact}, {"sketch", Quantiles::sketch}}),
       standard("auto"), "How latencies are kept for percentiles."},
  };
}

}  // namespace

const Record& input_record() {
  static const Record record{
      "input",
      "What is sent when nothing runs on the device.",
      {
          {"encoding",
           word<InputEncoding>(
               {{"raw", InputEncoding::raw}, {"jpeg", InputEncoding::encoded}, {"encoded", InputEncoding::encoded}}),
           required, "raw: the input tensor."},
          {"size", quantity<Bytes>(positive), optional("required, but of a raw input"),
           "The size of the encoded input."},
      }};
  return record;
}

const Record& result_record() {
  static const Record record{"result",
                             "What comes back from the cloud.",
                             {{"size", quantity<Bytes>(non_negative), required, "0 B: nothing comes back."}}};
  return record;
}

Type workload_type() {
  return either({keys_of(workload::workload_record), keys_of(classes_record)});
}

Type objective_type() {
  using plan::Objective;
  return word<Objective>({{"latency", Objective::latency},
                          {"energy", Objective::energy},
                          {"bytes", Objective::bytes},
                          {"throughput", Objective::throughput}});
}

const Record& encoding_record() {
  static const Record record{
      "encoding",
      "A form in which the tensors of a cut may cross.",
      {
          {"name", text(), required, "What plans call it."},
          {"ratio", ratio(positive), standard("1"), "Bytes on the wire for each byte."},
          {"encode", quantity<Bandwidth>(positive), optional("it takes no time"), "Bytes coded a second."},
          {"decode", quantity<Bandwidth>(positive), optional("it takes no time"), "Bytes decoded a second."},
          {"head_ratio", ratio({1e-6, 1.0, false}), standard("1"),
           "What weights and activations of a head that is quantised alike take, as a share."},
          {"accuracy_drop", ratio({-1.0, 1.0, false}), optional("unknown"), "What the network loses."},
          {"distortion", either({number(non_negative), map_of(number(non_negative), "layers")}), optional("unknown"),
           "How far outputs are off, in a measure of your own."},
      }};
  return record;
}

const Record& scenario_record() {
  static const Record record{
      "scenario", "One question: a world, what is asked of it, and methods to compare.",
      config::joined({study_keys(), world_keys_of_scenario(), request_keys(), goal_keys(), playing_keys()})};
  return record;
}

}  // namespace edgecut::scenario
