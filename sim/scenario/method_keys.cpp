// What is said of a method: what it believes and sees, when it decides, what its knowledge costs. Its kind has options beside.
#include <map>

#include "belief/conditions.hpp"
#include "belief/nominal.hpp"
#include "config/period.hpp"
#include "partition/registry.hpp"
#include "scenario/keys.hpp"

namespace edgecut::scenario {

using namespace config::declare;
using belief::Awareness;
using config::Key;
using config::non_negative;
using config::optional;
using config::positive;
using config::Record;
using config::required;
using config::standard;
using config::Type;
using partition::Knowledge;

namespace {

constexpr config::Limits often{1.0, 1e9, false};
constexpr config::Limits error_limits{0.0, 10.0, false};

Type estimators() {
  using Kind = belief::EstimatorOptions::Kind;
  return word<Kind>({{"last", Kind::last},
                     {"ewma", Kind::ewma},
                     {"harmonic_mean", Kind::harmonic_mean},
                     {"percentile", Kind::percentile}});
}

const Record& probe_record() {
  static const Record record{
      "probe",
      "A message up and back again, that shows what the link is like.",
      {
          {"every", quantity<Seconds>({1e-3, 1e12, false}), required, "How often."},
          {"size", quantity<Bytes>({1.0, 1e12, false}), required, "The size of the message, each way."},
      }};
  return record;
}

const Record& report_record() {
  static const Record record{"report",
                             "What servers send each device of their load.",
                             {
                                 {"every", quantity<Seconds>(positive), required, "How often."},
                                 {"size", quantity<Bytes>(non_negative), required, "The size of each report."},
                             }};
  return record;
}

const Record& server_load_record() {
  static const Record record{
      "server load",
      "How old the servers' load is when a method sees it.",
      {
          {"delayed", quantity<Seconds>(positive), optional("required without `report`"), "It is as old as that."},
          {"report", keys_of(report_record), optional("required without `delayed`"), "It comes in reports."},
      }};
  return record;
}

const Record& availability_record() {
  static const Record record{
      "availability",
      "What the device's operating system reports.",
      {
          {"age", quantity<Seconds>(non_negative), standard("0 s"), "How old a report is when it is looked at."},
          {"window", quantity<Seconds>(non_negative), standard("1 s"), "Over which the share of others is averaged."},
          {"error", ratio(error_limits), standard("0"), "Sigma of a log-normal factor on each speed."},
      }};
  return record;
}

const Record& sees_record() {
  static const Record record{"sees",
                             "What a method sees of its device.",
                             {{"availability", keys_of(availability_record), required, "What its system reports."}}};
  return record;
}

const Record& decide_record() {
  static const Record record{"decide",
                             "Decides again and again.",
                             {
                                 {"every", quantity<Seconds>(config::period), required,
                                  "The period: the method decides at the first request of each."},
                                 {"measure", boolean(), standard("false"), "Whether layers are measured again first."},
                             }};
  return record;
}

const Record& nominal_network_record() {
  static const Record record{"nominal network",
                             "One run of a network in the simulated world.",
                             {{"this_world", text(), required, "The network."}}};
  return record;
}

const Record& benchmark_record() {
  static const Record record{
      "benchmark",
      "What a benchmark costs.",
      {
          {"repetitions", integer<std::int64_t>(often), standard("1"), "How often each layer is run."},
          {"of", word<bool>({{"each_type", false}, {"each_device", true}}), standard("each_type"),
           "Whether each device is measured, or one of each type."},
      }};
  return record;
}

const Record& decision_record() {
  static const Record record{
      "decision",
      "What a decision costs.",
      {
          {"time", quantity<Seconds>(non_negative), required, "What one decision takes on a processor of that `rate`."},
          {"rate", quantity<FlopRate>(positive), required, "The nominal rate of the processor that `time` is of."},
          {"on", word<DecidesOn>({{"device", DecidesOn::device}, {"cloud", DecidesOn::cloud}}), standard("device"),
           "Where it is made."},
      }};
  return record;
}

const Record& measuring_record() {
  static const Record record{
      "measuring",
      "How layers are measured.",
      {
          {"repetitions", integer<std::int64_t>(often), optional("those of `benchmark`, else 10"),
           "How often each layer is measured."},
          {"spread", ratio(error_limits), standard("3 %"), "Sigma of the log-normal factor of one run."},
          {"additivity", text(), standard("0.78..1.18"), "What the whole takes over the sum of its layers."},
          {"cold", number({1.0, 1e3, false}), standard("1"), "The factor by which the first run takes longer."},
          {"fused", boolean(), standard("false"), "Whether runs of layers are measured as the plan has them."},
          {"seed", integer<std::uint32_t>(), standard("1"), "The seed of the errors."},
      }};
  return record;
}

const Record& profile_error_record() {
  static const Record record{
      "profile error",
      "What is wrong with a method's layer times.",
      {
          {"sigma", ratio(error_limits), standard("0"), "Sigma of the log-normal factor of each layer."},
          {"seed", integer<std::uint32_t>(), standard("1"), "The seed of these factors."},
          {"age", number(non_negative), standard("0"), "The age of the benchmark in days."},
          {"drift", ratio(error_limits), standard("0"), "Sigma that a day adds."},
      }};
  return record;
}

// Of methods that plan by times.
std::vector<Key> belief_keys() {
  using Bandwidth = Awareness::Bandwidth;
  using Which = belief::Nominal::Which;
  const auto seen = [] { return word<bool>({{"none", false}, {"exact", true}}); };
  return {
      {"believes",
       word<Knowledge>({{"measured", Knowledge::benchmark},
                        {"regression", Knowledge::regression},
                        {"three_constants", Knowledge::constants},
                        {"nominal", Knowledge::nominal}}),
       optional("as its kind does"), "What its layer times are."},
      {"benchmarked_at", either({text(), map_of(anything(), "paths of keys")}), optional("nothing was different"),
       "What was different when the method learned about the world, or the path of a file that says it."},
      {"transfer",
       word<TransferBy>({{"as_recorded", TransferBy::nothing}, {"by_nominal_rate", TransferBy::nominal_rate}}),
       optional("`as_recorded`"),
       "How layer times of `benchmarked_at: {device: ...}` are taken for those of the device."},
      {"bandwidth",
       word<Bandwidth>(
           {{"at_benchmark", Bandwidth::fixed}, {"exact", Bandwidth::exact}, {"estimate", Bandwidth::estimate}}),
       optional("`at_benchmark` if there is one, else `exact`"), "What it knows of the link."},
      {"estimator", either({estimators(), keys_of(estimator_record)}), optional("`last`"),
       "How a bandwidth is estimated, where `bandwidth` is `estimate`."},
      {"probe", keys_of(probe_record), optional("it learns from what requests send"),
       "Messages that show what the link is like, where `bandwidth` is `estimate`."},
      {"server_load", either({seen(), number(positive), keys_of(server_load_record)}), optional("`none`"),
       "What it knows of the servers' load; a number: the factor by which a regression takes them to be slower."},
      {"temperature", seen(), standard("none"), "Whether it knows how hot the device is."},
      {"sees", either({word<bool>({{"nothing", false}, {"availability", true}}), keys_of(sees_record)}),
       optional("`nothing`"), "What it sees of its device."},
      {"battery", seen(), standard("none"), "Whether it knows the battery's charge."},
      {"decide",
       either({word<When>({{"once", When::once}, {"per_point", When::per_point}, {"per_request", When::per_request}}),
               keys_of(decide_record)}),
       optional("`per_request` of what it only sees in a run, else `per_point`"), "When it decides."},
      {"nominal",
       either({word<Which>(
                   {{"this_world", Which::this_world}, {"one_network", Which::one_network}, {"peak", Which::peak}}),
               keys_of(nominal_network_record)}),
       optional("`this_world`"), "Where its nominal rates are from."},
      {"benchmark", keys_of(benchmark_record), optional("one repetition, of each type"), "What a benchmark costs."},
      {"decision", keys_of(decision_record), optional("nothing"), "What a decision costs."},
      {"measured", either({word<bool>({{"exact", true}}), keys_of(measuring_record)}), optional("`exact`"),
       "How well layers are measured."},
      {"profile_error", either({ratio(error_limits), keys_of(profile_error_record)}), optional("none"),
       "What is wrong with its layer times."},
  };
}

}  // namespace

const Record& estimator_record() {
  static const Record record{"estimator",
                             "How a bandwidth is estimated from transfers.",
                             {
                                 {"kind", estimators(), required, "Whether the last transfer is gone by, or several."},
                                 {"weight", ratio({0.0, 1.0, true}), standard("12.5 %"),
                                  "The weight of the last transfer; ewma alone takes it."},
                                 {"window", integer<std::int64_t>({1.0, 1e6, false}), standard("20"),
                                  "How many transfers are gone by; harmonic_mean and percentile take it."},
                                 {"percentile", ratio(config::share), standard("50 %"),
                                  "Which percentile is taken; percentile alone takes it."},
                                 {"forget", quantity<Seconds>(positive), optional("never"),
                                  "The time after which an estimate that was not renewed counts no more."},
                             }};
  return record;
}

const Record& method_record(const partition::Kind& kind) {
  static std::map<std::string, Record> records;
  const auto found = records.find(kind.name);
  if (found != records.end()) return found->second;
  const bool believes = kind.knowledge != Knowledge::nothing && kind.knowledge != Knowledge::truth;
  const auto keys =
      config::joined({partition::base_keys(kind), believes ? belief_keys() : std::vector<Key>(), kind.options()});
  return records.emplace(kind.name, Record{kind.name, kind.summary, keys}).first->second;
}

Type method_type() {
  std::vector<std::string> names;
  for (const auto& kind : partition::kinds()) names.push_back(kind.name);
  std::vector<Type> forms{one_of("partitioner", names)};
  for (const auto& kind : partition::kinds()) {
    forms.push_back(keys_of([&kind]() -> const Record& { return method_record(kind); }));
  }
  return either(std::move(forms));
}

}  // namespace edgecut::scenario
