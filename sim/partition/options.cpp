#include "partition/options.hpp"

#include "partition/methods/exhaustive.hpp"
#include "plan/problem.hpp"

namespace edgecut::partition {

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

constexpr config::Limits error_limits{0.0, 10.0, false};

Key encoding_key() {
  return {"encoding", text(), optional("the first of `encodings`"), "How what crosses the cut is encoded."};
}

// What is said of each resource, but of lifetime unless `has_lifetime`.
template <class TypeOf>
std::vector<Key> by_resource(bool has_lifetime, std::string_view absent, TypeOf type_of) {
  std::vector<Key> keys;
  for (const auto& [word, resource] : resources()) {
    if (resource == Resource::lifetime && !has_lifetime) continue;
    keys.push_back({word, type_of(resource), optional(absent), "The weight or the budget of this resource."});
  }
  return keys;
}

// A share, or an amount in the unit of the resource.
Type budget_of(Resource resource) {
  const auto amount = resource == Resource::compute  ? quantity<Flops>(non_negative)
                      : resource == Resource::energy ? quantity<Joules>(non_negative)
                                                     : quantity<Bytes>(non_negative);
  return either({one_of("choice", {"auto"}), ratio(non_negative), amount});
}

const Record& budgets_record() {
  static const Record record{"budgets", "What the device can bear: a share of the network's, or an amount.",
                             by_resource(false, "derived, where it can be", budget_of)};
  return record;
}

const Record& weights_record() {
  static const Record record{"weights", "Relative weights of rule R2.",
                             by_resource(true, "0", [](Resource) { return ratio(non_negative); })};
  return record;
}

const Record& adaptive_record() {
  static const Record record{
      "adaptive",
      "Decides anew while a run goes on, without switching for every small change.",
      {
          {"hysteresis", ratio(config::share), standard("10 %"), "The least gain for which it switches."},
          {"switching", quantity<Seconds>(non_negative), standard("0.6 s"), "The pause of a switch."},
          {"horizon", number(positive), standard("100"), "Inferences over which a switch has to pay for its pause."},
          {"queue", integer<std::int64_t>({1.0, 1e9, false}), optional("never"),
           "With so many waiting on the device it plans for throughput."},
      }};
  return record;
}

const Record& error_record() {
  static const Record record{
      "error",
      "Sigmas of the logarithm of layer times.",
      {
          {"shared", ratio(error_limits), standard("0"), "Sigma of a factor that all layers have in common."},
          {"layer", ratio(error_limits), standard("0"), "Sigma of each layer's own factor."},
      }};
  return record;
}

const Record& robust_record() {
  using Kind = RobustOptions::Kind;
  static const Record record{
      "robust",
      "Plans against errors of layer times.",
      {
          {"kind", word<Kind>({{"chance", Kind::chance}, {"worst_case", Kind::worst_case}, {"regret", Kind::regret}}),
           required, "What it plans against."},
          {"error", either({ratio(error_limits), keys_of(error_record)}), optional("20 %"), "How large errors are."},
          {"confidence", ratio({0.5, 0.999999, false}), standard("95 %"),
           "How surely a limit is kept; kind chance alone takes it."},
      }};
  return record;
}

}  // namespace

const std::vector<std::pair<std::string, Resource>>& resources() {
  static const std::vector<std::pair<std::string, Resource>> words{
      {"compute", Resource::compute},     {"storage", Resource::storage}, {"energy", Resource::energy},
      {"bandwidth", Resource::bandwidth}, {"memory", Resource::memory},   {"lifetime", Resource::lifetime}};
  return words;
}

Options no_options() {
  return {};
}

Options encoded_options() {
  return {encoding_key()};
}

Options fixed_options() {
  return {
      {"after", text(), required, "The last layer on the device."},
      {"processor", text(), optional("the first"), "Which of the device's processors runs the head."},
      encoding_key(),
  };
}

Options random_options() {
  return {{"seed", integer<std::uint64_t>(), standard("1"), "The seed of the draw."}};
}

Options autosplit_options() {
  return {{"distortion", number(non_negative), required, "The most that is allowed."}};
}

Options offline_benchmark_options() {
  return {{"constraints",
           word<ConstraintUse>({{"honoured", ConstraintUse::honoured}, {"ignored", ConstraintUse::ignored}}),
           standard("honoured"), "Whether plans keep the constraints."}};
}

Options scission_options() {
  const auto tiers = [] { return list_of(one_of("tier", {"device", "edge", "cloud"}), 1); };
  return {
      {"require", tiers(), optional("none"), "Where some layer must run."},
      {"forbid", tiers(), optional("none"), "Where no layer may run."},
      {"max_sent", quantity<Bytes>(non_negative), optional("no limit"), "The most that may be sent."},
      {"max_head", quantity<Seconds>(non_negative), optional("no limit"), "The longest that the head may take."},
      {"rank", integer<std::int64_t>({1.0, 1e6, false}), standard("1"), "Which of the best, from 1."},
  };
}

Options online_bandit_options() {
  return {
      {"exploration", number(non_negative), standard("1"), "How much it tries what it knows little of."},
      {"memory", ratio({0.5, 1.0, false}), standard("1"), "What is left of an observation one later."},
  };
}

Options resource_aware_options() {
  using Rule = ResourceAwareOptions::Rule;
  return {
      {"rule", word<Rule>({{"R1", Rule::R1}, {"R2", Rule::R2}, {"R3", Rule::R3}, {"R4", Rule::R4}}), required,
       "R1: by precedence; R2: by weights; R3: by the objective, over cuts; R4: the same over placements."},
      {"scarce", list_of(word<Resource>(resources()), 1), optional("derived from limits"),
       "The resources that are scarce: of R1 in order of precedence, of R2 those that are weighed."},
      {"budgets", keys_of(budgets_record), optional("derived, where they can be"), "What the device can bear."},
      {"weights", keys_of(weights_record), optional("derived from scarcity"),
       "The weights of the resources; rule R2 alone takes them."},
      {"node_limit", integer<std::int64_t>({1.0, 1e9, false}), standard("20000"),
       "How many nodes R4 looks at before it returns its best plan and the gap."},
      {"adaptive", keys_of(adaptive_record), optional("it decides as `decide` says"), "Decides anew in a run."},
      {"robust", keys_of(robust_record), optional("layer times are taken as they are"),
       "How rule R3 allows for errors in layer times."},
  };
}

Options external_options() {
  return {
      {"command", list_of(text(), 1), required, "A program and its arguments, run in the scenario's folder."},
      {"timeout", quantity<Seconds>({0.0, 86400.0, true}), standard("5 s"),
       "The time within which the program must answer."},
  };
}

}  // namespace edgecut::partition
