#include "scenario/experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <ranges>
#include <set>

#include "engine/motion.hpp"
#include "engine/simulate.hpp"
#include "engine/topology.hpp"
#include "events/broadcast.hpp"
#include "metrics/recorder.hpp"
#include "metrics/warmup.hpp"
#include "partition/graph_partitioners.hpp"
#include "profile/regression.hpp"
#include "scenario/availability.hpp"
#include "scenario/awareness_file.hpp"
#include "scenario/encodings.hpp"
#include "scenario/energy_budget.hpp"
#include "scenario/objective.hpp"
#include "scenario/own_figure.hpp"
#include "scenario/plan_columns.hpp"
#include "scenario/verdict.hpp"
#include "units/ensure.hpp"
#include "units/limit.hpp"

namespace edgecut::scenario {
namespace {

using config::Map;
using config::Value;
using partition::Knowledge;

// Keys of a scenario file that belong to the study, not to one point of it.
constexpr std::array study_keys{"question", "sweep", "replications", "compare", "tune"};

Bytes read_input(Map& scenario, const dnn::Network& network) {
  enum class Encoding { raw, encoded };
  return config::read(scenario.child("input"), [&](Map& map) {
    const auto encoding = map.choice<Encoding>(
        "encoding", {{"raw", Encoding::raw}, {"jpeg", Encoding::encoded}, {"encoded", Encoding::encoded}});
    if (encoding == Encoding::encoded) return map.get<Bytes>("size", config::positive);
    if (const auto* size = map.find_child("size")) {
      size->fail(fmt::format("a raw input has the size of the network's input tensor, {}",
                             units::format(network.raw_input())));
    }
    return network.raw_input();
  });
}

Bytes read_result(Map& scenario) {
  return config::read(scenario.child("result"), [](Map& map) { return map.get<Bytes>("size", config::non_negative); });
}

plan::Constraints read_constraints(Map& scenario, const platform::Device& device, const std::optional<Seconds>& period,
                                   std::optional<engine::Lifetime>& lifetime) {
  plan::Constraints constraints;
  const auto* value = scenario.find_child("constraints");
  if (value == nullptr) return constraints;
  return config::read(*value, [&](Map& map) {
    constraints.memory = map.find<Bytes>("memory", config::positive);
    constraints.energy = map.find<Joules>("energy", config::positive);
    constraints.deadline = map.find<Seconds>("deadline", config::positive);
    constraints.min_layers_on_device = map.get_or<std::size_t>("min_layers_on_device", 0);
    if (const auto accuracy = map.find<config::Ratio>("accuracy", {0.0, 1.0})) constraints.accuracy = accuracy->value;
    const auto budget = read_energy_budget(map, device, period);
    const auto least = [&](std::optional<Joules> limit) {
      return limit ? std::min(constraints.energy.value_or(*limit), *limit) : constraints.energy;
    };
    if (budget.lifetime) lifetime = engine::Lifetime{*budget.lifetime, *period, least(budget.otherwise)};
    if (budget.inference && *budget.inference < constraints.energy.value_or(plan::no_limit)) {
      constraints.energy = budget.inference;
      constraints.energy_source = budget.source;
    }
    return constraints;
  });
}

engine::Models read_models(Map& scenario, const World& world) {
  using engine::Models;
  const auto models = scenario.choice_or(
      "models", Models::resident,
      {{"resident", Models::resident}, {"from_server", Models::from_server}, {"from_device", Models::from_device}});
  Bytes weights;
  for (const auto& layer : world.network->layers()) weights += layer.weights;
  if (models == Models::from_device && exceeds(weights, world.device.storage)) {
    scenario.child("models").fail(
        fmt::format("the device is to have all of {}, which takes {}, but has {} of storage free",
                    world.network->name(), units::format(weights), units::format(world.device.storage)));
  }
  return models;
}

metrics::Keeping read_quantiles(Map& scenario) {
  using metrics::Keeping;
  return scenario.choice_or("quantiles", Keeping::automatic,
                            {{"auto", Keeping::automatic}, {"exact", Keeping::exact}, {"sketch", Keeping::sketch}});
}

// A server that goes by deadlines has some to go by.
void check_deadlines(Map& scenario, const World& world, const plan::Constraints& constraints) {
  if (constraints.deadline) return;
  const auto check = [&](const platform::Cloud& server, const char* key) {
    if (server.serving.order != platform::Order::deadline) return;
    scenario.child(key).fail("`discipline: earliest_deadline` needs `constraints: {deadline: ...}`");
  };
  check(world.cloud, "cloud");
  if (world.edge) check(world.edge->server, "edge");
}

// The rate at which weights are read; none: all are loaded. `true`: as the device's file says.
std::optional<Bandwidth> read_cold_start(const Value& value, const platform::Device& device) {
  if (!value.is_scalar()) {
    return config::read(value, [](Map& entries) { return entries.get<Bandwidth>("storage", config::positive); });
  }
  if (!config::as<bool>(value)) return std::nullopt;
  if (!device.storage_read) {
    value.fail("the device's file has no `storage.read`, the rate at which weights are loaded; say {storage: 80 MB/s}");
  }
  return device.storage_read;
}

std::vector<engine::OffPeriod> read_off(Map& scenario) {
  std::vector<engine::OffPeriod> periods;
  const auto* value = scenario.find_child("device_off");
  if (value == nullptr) return periods;
  if (!value->is_list()) value->fail("must be a list of {from: ..., until: ...}");
  for (const auto& item : value->items) {
    config::read(item, [&](Map& map) {
      const engine::OffPeriod period{map.get<Seconds>("from", config::non_negative),
                                     map.get<Seconds>("until", config::non_negative)};
      if (period.until <= period.from) item.fail("ends before it begins");
      if (!periods.empty() && period.from < periods.back().until) item.fail("begins before the one above it ends");
      periods.push_back(period);
    });
  }
  return periods;
}

// A map of paths to values, or the path of a file that holds one (beside a title and a source).
Value read_conditions(const Value& settings, Library& library) {
  constexpr auto what_it_is = "must be a map such as {link.uplink: 20 Mbit/s}, or the path of a file with such a map";
  Value conditions = settings;
  if (settings.is_scalar()) {
    conditions = library.catalogue().load(settings, "platforms/benchmarks", "profile");
    std::erase_if(conditions.entries,
                  [](const config::Entry& entry) { return entry.key == "title" || entry.key == "source"; });
  }
  if (!conditions.is_map()) settings.fail(what_it_is);
  return conditions;
}

// The world with other settings: what it was when the benchmark was taken.
World read_reference(const Value& scenario, const Value& settings, const World& today, Library& library) {
  Value changed = scenario;
  for (const auto& [path, value, where] : settings.entries) {
    if (is_recorded(path)) continue;
    const auto key = path.substr(0, path.find('.'));
    if (std::ranges::find(world_keys(), key) == world_keys().end()) {
      throw config::Error(where, settings.path, config::unknown_name("condition of a benchmark", key, world_keys()));
    }
    if (path.find(".bandwidth") != std::string::npos || path.find(".outages") != std::string::npos) {
      throw config::Error(where, settings.path, "a benchmark is taken while nothing moves; name link.uplink, say");
    }
    config::set(changed, path, share_of_own_figure(value, changed, path, library.catalogue()), where);
  }
  config::Ledger unused;
  Map map(changed);
  auto reference = read_world(map, library, unused);
  const auto names = [](const World& world) {
    std::vector<std::string> list{world.device.name};
    for (const auto& processor : world.device.processors) list.push_back(processor.name);
    return list;
  };
  if (names(reference) != names(today)) {
    settings.fail(
        "a benchmark is of the scenario's own device (its figures may have been others: device.processors...)");
  }
  return reference;
}

// Returns the conditions of its benchmark, if it has some.
std::optional<Value> read_knowledge(Map& map, const Value& scenario, const World& today, Library& library,
                                    Method& method) {
  std::optional<Value> conditions;
  if (const auto* settings = map.find_child("benchmarked_at")) {
    conditions = read_conditions(*settings, library);
    method.reference = read_reference(scenario, *conditions, today, library);
    method.recorded = read_recorded(*conditions);
  }
  if (method.knowledge == Knowledge::benchmark) {
    take_from_tables(method.reference ? method.reference->tables : today.tables, method.recorded);
  }
  const auto knowing =
      read_knowing(map, method.reference.has_value(), map.has("adaptive"), method.knowledge == Knowledge::regression);
  if (knowing.awareness.temperature && !today.device.thermal) {
    map.child("temperature").fail("the device has no `thermal:`");
  }
  const auto* constraints = scenario.find("constraints");
  if (knowing.awareness.battery && (constraints == nullptr || constraints->find("lifetime") == nullptr)) {
    map.child("battery").fail("its charge matters to `constraints: {lifetime: ...}` alone, which is not there");
  }
  method.awareness = knowing.awareness;
  if (knowing.reads_charge && constraints != nullptr && constraints->find("lifetime") != nullptr) {
    method.awareness.battery = true;
  }
  method.knows_bandwidth = knowing.awareness.bandwidth == belief::Awareness::Bandwidth::exact;
  return conditions;
}

std::optional<belief::ProfileError> read_profile_error(Map& map) {
  const auto* value = map.find_child("profile_error");
  if (value == nullptr) return std::nullopt;
  belief::ProfileError error;
  const config::Limits allowed{0.0, 10.0};
  if (value->is_scalar()) {
    error.sigma = config::as<config::Ratio>(*value, allowed).value;
    return error;
  }
  return config::read(*value, [&](Map& entries) {
    error.sigma = entries.get_or<config::Ratio>("sigma", {0.0}, allowed).value;
    error.seed = entries.get_or<std::uint32_t>("seed", 1);
    error.age = entries.get_or<double>("age", 0.0, config::non_negative);
    error.drift = entries.get_or<config::Ratio>("drift", {0.0}, allowed).value;
    return error;
  });
}

// Whether it takes times itself; those of files, and the constants fitted to them, others took.
bool measures(const Method& method) {
  return method.knowledge == Knowledge::benchmark || method.knowledge == Knowledge::regression ||
         method.nominal.world.has_value();
}

void read_truth_only(Map& map, const partition::Kind& kind) {
  for (const auto* key : {"benchmarked_at", "bandwidth", "estimator", "probe", "server_load", "temperature", "battery",
                          "decide", "profile_error", "benchmark", "decision", "believes", "sees", "measured"}) {
    if (const auto* value = map.find_child(key)) {
      value->fail(
          fmt::format("'{}' takes no such key: it {}", kind.name,
                      kind.knowledge == Knowledge::truth ? "knows the truth" : "looks at no time or bandwidth"));
    }
  }
}

// What a method's layer times are based on: that of its kind, or what `believes` says.
Knowledge read_believes(Map& map, const World& today, Knowledge of_kind) {
  const auto knowledge = map.choice_or("believes", of_kind,
                                       {{"measured", Knowledge::benchmark},
                                        {"regression", Knowledge::regression},
                                        {"three_constants", Knowledge::constants},
                                        {"nominal", Knowledge::nominal}});
  if (knowledge != Knowledge::constants) return knowledge;
  const auto check = [&](const platform::Processor& processor) {
    if (processor.has_constants) return;
    map.child("believes").fail(fmt::format("'{}' has no three constants in its file", processor.title));
  };
  std::ranges::for_each(today.device.processors, check);
  check(today.cloud.processor);
  if (today.edge) check(today.edge->server.processor);
  return knowledge;
}

// `device_only` stands for `{kind: device_only}`.
Value as_map(const Value& entry) {
  if (!entry.is_scalar()) return entry;
  Value map = entry;
  map.kind = Value::Kind::map;
  map.scalar.clear();
  Value kind = entry;
  kind.path = entry.path + ".kind";
  map.entries = {{"kind", kind, entry.where}};
  return map;
}

Method read_method(const Value& entry, const Value& scenario, const World& today, Library& library,
                   const partition::Setting& setting) {
  const Value value = as_map(entry);
  return config::read(value, [&](Map& map) {
    Method method;
    method.kind = &partition::find_kind(map.child("kind"));
    if (setting.has_edge && !method.kind->plans_edge) {
      map.child("kind").fail(
          fmt::format("'{}' knows no edge server; leave `edge:` out, or take another", method.kind->name));
    }
    method.name = map.get_or<std::string>("name", method.kind->name);
    method.knowledge = method.kind->knowledge;
    if (method.knowledge == Knowledge::nothing || method.knowledge == Knowledge::truth) {
      read_truth_only(map, *method.kind);
      if (method.knowledge == Knowledge::truth) {
        method.awareness.decide = belief::Awareness::Decide::per_request;
        method.awareness.bandwidth = belief::Awareness::Bandwidth::exact;
        method.awareness.speeds = true;
        method.awareness.temperature = true;
      }
    } else {
      method.knowledge = read_believes(map, today, method.knowledge);
      const auto conditions = read_knowledge(map, scenario, today, library, method);
      if (method.knowledge == Knowledge::nominal || method.kind->knows_rates) {
        method.nominal = read_nominal(map, method.reference ? *method.reference : today,
                                      conditions ? &*conditions : nullptr, library);
      }
      method.effort = read_effort(map);
      method.measuring = read_measuring(map, method.effort);
      for (const auto* key : {"benchmark", "measured"}) {
        if (!measures(method) && map.has(key)) map.child(key).fail(fmt::format("'{}' measures nothing", method.name));
      }
      method.profile_error = read_profile_error(map);
    }
    if (method.knowledge == Knowledge::regression) {
      if (!method.awareness.server_load) method.server_load = map.get_or<double>("server_load", 1.0, config::positive);
    }
    method.partitioner = method.kind->make(map, setting);
    return method;
  });
}

std::vector<Method> read_methods(const Value& list, const Value& scenario, const World& today, Library& library,
                                 const partition::Setting& setting) {
  if (!list.is_list() || list.items.empty()) {
    const auto text = list.is_scalar() ? fmt::format("[{}]", config::to_yaml(list)) : std::string("[device_only]");
    list.fail("must be a list of at least one partitioner" + (list.is_scalar() ? ", such as " + text : std::string()),
              {.kind = config::Mend::Kind::replace_value, .text = text, .is_guess = !list.is_scalar()});
  }
  std::vector<Method> methods;
  std::set<std::string> names;
  for (const auto& entry : list.items) {
    methods.push_back(read_method(entry, scenario, today, library, setting));
    if (!names.insert(methods.back().name).second) {
      entry.fail(
          fmt::format("a second partitioner called '{}'; give one of them another `name:`", methods.back().name));
    }
  }
  return methods;
}

workload::Workload read_workload(const Value& value, const World& world, Library& library) {
  auto workload = workload::read_workload(value);
  if (!workload.traces) return workload;
  const auto files = workload.traces->files.size();
  if (files > 1 && files != world.devices) {
    value.fail(fmt::format("file: {} files for {} devices; name one for each, or one for all", files, world.devices));
  }
  for (const auto& path : workload.traces->paths) library.catalogue().note(path);
  return workload;
}

partition::Setting setting_of(const World& world, const plan::Constraints& constraints,
                              const workload::Workload& workload, const std::vector<belief::Encoding>& encodings) {
  partition::Setting setting;
  setting.network = world.network;
  for (const auto index : world.processors) setting.processors.push_back(world.device.processors[index].name);
  setting.has_energy_limit = constraints.energy.has_value();
  setting.has_time_limit = constraints.deadline || workload.period();
  setting.has_edge = world.edge.has_value();
  for (const auto& encoding : encodings) setting.encodings.push_back(encoding.name);
  setting.knows_distortion =
      !encodings.empty() &&
      std::ranges::none_of(encodings, [](const belief::Encoding& encoding) { return encoding.distortion.empty(); });
  return setting;
}

std::optional<belief::EdgeBelief> edge_belief(const World& world) {
  if (!world.edge) return std::nullopt;
  return belief::EdgeBelief{&world.edge->server, world.edge->link, world.edge->direct};
}

// Plays a plan that somebody else chose.
class Given final : public partition::Partitioner {
 public:
  explicit Given(plan::Plan plan) : plan_(std::move(plan)) {}
  [[nodiscard]] partition::Decision partition(const plan::Problem& /*problem*/) const override {
    return {plan_, "given"};
  }

 private:
  plan::Plan plan_;
};

// Layer times as a regression per type of layer predicts them, having seen other networks on the same hosts.
profile::Profile regression_profile(const std::vector<const dnn::Network*>& training, const World& world,
                                    std::int64_t replication, const belief::Measuring& how) {
  std::vector<profile::Profile> seen;
  for (const auto* network : training) {
    seen.push_back(belief::measure(world.truth(*network, replication), *network, world.hosts(), how));
  }
  // Where others were measured on a host, from these alone.
  const auto predict = [&](const platform::Processor& host, auto times_of) {
    const bool has_tables = std::ranges::any_of(
        training, [&](const dnn::Network* network) { return host.layer_times.contains(network->name()); });
    std::vector<profile::Sample> samples;
    for (std::size_t i = 0; i < training.size(); ++i) {
      if (has_tables && !host.layer_times.contains(training[i]->name())) continue;
      samples.push_back({training[i], &times_of(seen[i])});
    }
    return profile::TypeRegression(samples).predict(*world.network);
  };
  profile::Profile profile;
  for (std::size_t p = 0; p < world.device.processors.size(); ++p) {
    profile.device.push_back(
        predict(world.device.processors[p], [&](const profile::Profile& times) -> auto& { return times.device[p]; }));
  }
  profile.cloud = predict(world.cloud.processor, [](const profile::Profile& times) -> auto& { return times.cloud; });
  if (world.edge) {
    profile.edge =
        predict(world.edge->server.processor, [](const profile::Profile& times) -> auto& { return times.edge; });
  }
  return profile;
}

}  // namespace

belief::Measuring measuring_of(const Method& method, std::int64_t replication) {
  auto how = method.measuring;
  how.seed += static_cast<std::uint64_t>(replication);
  return how;
}

Experiment::Experiment(const Value& scenario, Library& library) {
  const auto parts = read_parts(scenario);
  read_part(parts.front(), library);
  read_others(parts, library);
  check_parts(scenario);
  check_number_of_requests(scenario);
  check_kernel(scenario);
}

void Experiment::check_kernel(const Value& scenario) const {
  const auto cells = this->cells();
  if (kernel_ != kernel::Choice::express || !engine::is_tree(cells.all, cells.of_parts)) return;
  scenario.find("kernel")->fail(
      "'express' shares no tree of cells under a backhaul (`cell:`, `fleet.cells`): take auto or reference");
}

kernel::Choice Experiment::kernel() const {
  if (kernel_ != kernel::Choice::automatic) return kernel_;
  const auto cells = this->cells();
  return engine::is_tree(cells.all, cells.of_parts) ? kernel::Choice::reference : kernel::Choice::express;
}

void Experiment::check_number_of_requests(const Value& scenario) const {
  auto requests = static_cast<std::int64_t>(world_.devices) * workload_.requests;
  for (const auto& other : others_) {
    requests += static_cast<std::int64_t>(other->world_.devices) * other->workload_.requests;
  }
  if (requests <= engine::most_requests) return;
  scenario.find("workload")
      ->fail(fmt::format("{} requests of all devices; a run may have {} (requests: of each device)", requests,
                         engine::most_requests));
}

Experiment::Experiment(const Part& part, Library& library) {
  read_part(part, library);
}

void Experiment::read_part(const Part& part, Library& library) {
  group_ = part.group;
  request_class_ = part.request_class;
  joins_ = part.joins;
  has_own_cell_ = part.has_own_cell;
  period_of_all_ = part.period;
  read(part.scenario, library);
}

void Experiment::read(const Value& scenario, Library& library) {
  config::read(scenario, [&](Map& map) {
    for (const auto* key : study_keys) map.find_child(key);
    world_ = read_world(map, library, ledger_);
    workload_ = read_workload(map.child("workload"), world_, library);
    warmup_ = metrics::read_warmup(map.find_child("warmup"), workload_.requests);
    input_ = read_input(map, *world_.network);
    result_ = read_result(map);
    auto encodings = read_encodings(map, *world_.network);
    encodings_ = std::move(encodings.list);
    accuracy_sources_ = std::move(encodings.sources);
    objective_ = read_objective(map);
    constraints_ =
        read_constraints(map, world_.device, period_of_all_ ? period_of_all_ : workload_.period(), lifetime_);
    check_deadlines(map, world_, constraints_);
    off_ = read_off(map);
    if (const auto* cold = map.find_child("cold_start")) model_storage_ = read_cold_start(*cold, world_.device);
    models_ = read_models(map, world_);
    fallback_ = map.choice_or("fallback", fallback_,
                              {{"device_only", partition::Fallback::device_only},
                               {"cloud_only", partition::Fallback::cloud_only},
                               {"lost", partition::Fallback::lost}});
    if (const auto* date = map.find_child("date")) day_ = read_day(*date);
    seed_ = map.get_or<std::uint64_t>("seed", 1);
    kernel_ = map.choice_or("kernel", kernel_,
                            {{"auto", kernel::Choice::automatic},
                             {"reference", kernel::Choice::reference},
                             {"express", kernel::Choice::express}});
    quantiles_ = read_quantiles(map);
    methods_ = read_methods(map.child("partitioners"), scenario, world_, library,
                            setting_of(world_, constraints_, workload_, encodings_));
    set_ages();
    const bool learns = std::ranges::any_of(methods_, [](const Method& method) {
      return method.knowledge == Knowledge::regression || method.knowledge == Knowledge::constants;
    });
    if (learns) read_training(library);
  });
}

void Experiment::set_ages() {
  for (auto& method : methods_) {
    if (!day_ || !method.recorded.day) continue;
    method.age = static_cast<double>(*day_ - *method.recorded.day);
    if (*method.age < 0.0) method.recorded.date.fail("the benchmark was taken after the scenario's `date`");
    // A drift without an age of its own is that of the dates.
    auto& error = method.profile_error;
    if (error && error->drift > 0.0 && error->age == 0.0) error->age = *method.age;
  }
}

void Experiment::read_training(Library& library) {
  training_ = library.others(world_.network->name());
  std::vector<World*> worlds{&world_};
  for (auto& method : methods_) {
    if (method.reference) worlds.push_back(&*method.reference);
  }
  for (auto* world : worlds) {
    for (const auto* network : training_) world->add_measured_times(*network, library);
    std::erase_if(training_, [&](const dnn::Network* network) { return !world->can_run(*network); });
  }
  if (training_.empty()) {
    throw config::Error(
        "a method that learns layer times from other networks finds none that was measured on every host");
  }
}

belief::Task Experiment::task() const {
  return {world_.network,     &world_.device, world_.processors, input_,    result_,
          workload_.period(), objective_,     constraints_,      encodings_};
}

bool Experiment::replans(const Method& method) const {
  using belief::Awareness;
  const auto& awareness = method.awareness;
  if (method.kind->simulates_every_cut || awareness.decide == Awareness::Decide::at_start) return false;
  const bool reads_device = awareness.availability && (world_.device.thermal || !world_.background.device.empty());
  return awareness.server_load || awareness.battery || reads_device ||
         (awareness.temperature && world_.device.thermal) || awareness.bandwidth == Awareness::Bandwidth::estimate ||
         (awareness.bandwidth == Awareness::Bandwidth::exact && world_.moves());
}

// Today's links, as they are at time 0 for the first device.
void Experiment::take_bandwidths(belief::Belief& belief, std::int64_t replication) const {
  const auto seed = seed_ + static_cast<std::uint64_t>(replication);
  belief.link = world_.link;
  engine::set_to_start(belief.link.motion, belief.link.uplink, belief.link.downlink, seed, "link");
  belief.backhaul = world_.behind_link(seed);
  if (!belief.edge) return;
  auto& relay = belief.edge->link = world_.edge->link;
  engine::set_to_start(relay.motion, relay.uplink, relay.downlink, seed, "relay");
  auto& direct = belief.edge->direct = world_.edge->direct;
  if (direct) engine::set_to_start(direct->motion, direct->uplink, direct->downlink, seed, "direct link");
}

plan::Problem Experiment::true_problem(std::int64_t replication) const {
  belief::Belief truth;
  truth.profile = world_.truth(replication);
  truth.cloud = &world_.cloud;
  truth.rates = profile::stated_rates(world_.hosts(), profile::StatedRate::one_network);
  truth.edge = edge_belief(world_);
  take_bandwidths(truth, replication);
  return belief::make_problem(task(), truth);
}

profile::NominalRates Experiment::nominal_rates(const Method& method, std::int64_t replication) const {
  return method.nominal.rates(method.reference ? *method.reference : world_, replication,
                              measuring_of(method, replication));
}

plan::Problem Experiment::problem(const Method& method, std::int64_t replication) const {
  if (method.kind->knowledge == Knowledge::truth) return true_problem(replication);
  const World& reference = method.reference ? *method.reference : world_;
  belief::Belief belief;
  belief.rates = nominal_rates(method, replication);
  belief.cloud = &reference.cloud;
  belief.link = reference.link;
  belief.backhaul = reference.behind_link();
  belief.edge = edge_belief(reference);
  if (method.knows_bandwidth) take_bandwidths(belief, replication);
  belief.profile = believed_times(method, reference, replication);
  for (auto& time : belief.profile.cloud) time *= method.server_load;
  for (auto& time : belief.profile.edge) time *= method.server_load;
  auto task = this->task();
  if (method.kind->knowledge == Knowledge::nothing) {
    // Who knows no time cannot refuse for one; what it breaks in truth is counted.
    task.constraints.energy.reset();
    task.constraints.deadline.reset();
  }
  auto problem = belief::make_problem(task, belief);
  see_clocks(method, replication, problem);
  return problem;
}

profile::Profile Experiment::believed_times(const Method& method, const World& reference,
                                            std::int64_t replication) const {
  auto times = profile_of(method, reference, replication);
  if (!method.profile_error) return times;
  auto error = *method.profile_error;
  error.seed += static_cast<std::uint64_t>(replication);
  return belief::with_error(std::move(times), *world_.network, error);
}

profile::Profile Experiment::profile_of(const Method& method, const World& reference, std::int64_t replication) const {
  switch (method.knowledge) {
    case Knowledge::truth:
      return reference.truth(replication);
    case Knowledge::benchmark:
      return belief::measure(reference.truth(replication), *world_.network, reference.hosts(),
                             measuring_of(method, replication));
    case Knowledge::regression:
      return regression_profile(training_, reference, replication, measuring_of(method, replication));
    case Knowledge::constants:
      return profile::constants_profile(*world_.network, reference.hosts());
    case Knowledge::nothing:
    case Knowledge::nominal:
      break;
  }
  return profile::nominal_profile(*world_.network, nominal_rates(method, replication));
}

std::vector<plan::Plan> Experiment::feasible_cuts(std::int64_t replication) const {
  const auto truth = true_problem(replication);
  std::vector<plan::Plan> plans;
  for (auto& candidate : plan::prefix_candidates(truth)) {
    if (plan::is_feasible(truth, candidate.cost)) plans.push_back(std::move(candidate.plan));
  }
  // On a DAG the best placement may be no cut of the layer order.
  const auto best = partition::Oracle().partition(truth);
  if (best.plan && std::ranges::find(plans, *best.plan) == plans.end()) plans.push_back(*best.plan);
  return plans;
}

engine::System Experiment::system(std::int64_t replication, const plan::Problem& believed) const {
  engine::System system;
  system.cloud = &world_.cloud;
  system.backhaul = world_.backhaul;
  system.cells = world_.cells;
  system.deadline = constraints_.deadline;
  system.seed = seed_ + static_cast<std::uint64_t>(replication);
  system.kernel = kernel_;
  if (world_.edge) system.edge = engine::EdgeServer{&world_.edge->server, world_.edge->link};
  system.model_storage = model_storage_;
  system.models = models_;
  system.cloud_load = world_.background.cloud;
  system.edge_load = world_.background.edge;
  system.clients.push_back(client(replication, believed));
  return system;
}

engine::Client Experiment::client(std::int64_t replication, const plan::Problem& believed) const {
  engine::Client client;
  client.devices = world_.devices;
  client.cell = world_.cell;
  client.weight = world_.weight;
  client.device = &world_.device;
  client.link = world_.link;
  if (world_.edge) client.direct = world_.edge->direct;
  client.network = world_.network;
  client.truth = world_.truth(replication);
  client.processors = world_.processors;
  client.input = input_;
  client.result = result_;
  client.workload = workload_;
  client.problem = &believed;
  client.off = off_;
  client.lifetime = lifetime_;
  for (const auto& [processor, share] : world_.background.device) client.loads.push_back({processor, share});
  return client;
}

bool Experiment::varies(const Method& method) const {
  return method.partitioner->is_stateful() || replans(method);
}

// The decisions of the part's devices, the first client's, are shared among them.
void Experiment::append_planning(const Method& method, const Played& played, std::int64_t replication,
                                 const metrics::Recorder& recorder, metrics::Row& row) const {
  const auto& [part, believed, truth, decision, varies, believes] = played;
  append_plan(believes, varies, believed, truth, decision, row);
  const auto decisions = static_cast<double>(recorder.decisions().made.front()) / static_cast<double>(world_.devices);
  const auto& reading = method.awareness.availability;
  std::optional<double> clock;
  if (reading) {
    const auto& device = part->world_.device;
    clock = reported_clock(device, device.processors[part->world_.processors.front()], *reading,
                           part->seed_ + static_cast<std::uint64_t>(replication));
  }
  append_effort(
      method.effort,
      {believed, truth, all_charges(method, replication), believes, decisions, method.age, method.recorded.temperature,
       method.recorded.load, measures(method) ? describe(method.measuring) : std::string(), clock,
       reading.value_or(belief::Availability{})},
      row);
}

void Experiment::run(const Method& method, std::int64_t replication, const plan::Plan* fixed, metrics::Row& row,
                     events::Observer* also) const {
  if (!is_whole()) return run_parts(method, replication, row, also);
  const auto believed = problem(method, replication);
  const auto truth = true_problem(replication);
  const Given given(fixed == nullptr ? plan::Plan{} : *fixed);
  const partition::Partitioner& partitioner =
      fixed == nullptr ? *method.partitioner : static_cast<const partition::Partitioner&>(given);
  const auto decision = partitioner.partition(believed);
  const bool varies = fixed == nullptr && this->varies(method);
  const bool believes = method.kind->knowledge != Knowledge::nothing;
  const Played played{this, believed, truth, decision, varies, believes};
  metrics::Recorder recorder(true_limits(played), quantiles_);
  metrics::Warmup counted(recorder, warmup_);
  auto system = this->system(replication, believed);
  if (fixed == nullptr) system.awareness = method.awareness;
  events::Broadcast observers;
  observers.add(counted);
  if (also != nullptr) observers.add(*also);
  engine::simulate(system, partitioner, observers);
  append_planning(method, played, replication, recorder, row);
  recorder.append_to(row);
  if (recorder.lost(events::FailureReason::infeasible) > 0) {
    row.set("attainment", metrics::or_empty(attainment_with_fallback(method, played, replication)));
  }
  row.add("groups", {});
  row.add("classes", {});
  add_processors(recorder, row);
  append_verdict(row);
}

metrics::TrueLimits Experiment::true_limits(const Played& played) {
  const auto& constraints = played.part->constraints_;
  return {constraints.energy, constraints.deadline, [&played](std::size_t, std::uint32_t, const plan::Plan& plan) {
            return breaks_static_limit(played.truth, plan);
          }};
}

// The run again, in which the method plays the fallback where it has no plan.
std::optional<double> Experiment::attainment_with_fallback(const Method& method, const Played& played,
                                                           std::int64_t replication) const {
  const partition::WithFallback partitioner(*method.partitioner, fallback_);
  auto own = played;
  own.decision = partitioner.partition(own.believed);
  metrics::Recorder recorder(true_limits(own), quantiles_);
  metrics::Warmup counted(recorder, warmup_);
  auto system = this->system(replication, own.believed);
  system.awareness = method.awareness;
  engine::simulate(system, partitioner, counted);
  return recorder.attainment();
}

std::vector<metrics::Column> Experiment::columns() {
  auto table = plan_columns();
  const auto& effort = effort_columns();
  table.insert(table.end(), effort.begin(), effort.end());
  const auto& rest = metrics::Recorder::columns();
  table.insert(table.end(), rest.begin(), rest.end());
  table.push_back(
      {"groups", "",
       "of a fleet of groups, each: its devices, its plan and its results, as JSON (groups.csv has them as a table); "
       "the columns up to staleness are the first group's"});
  table.push_back({"classes", "",
                   "of requests of several classes, each: its plan and its results, as JSON (classes.csv has them as a "
                   "table); the columns up to staleness are the first class's"});
  table.push_back({"processors", "",
                   "of devices with more than one processor, each processor's energy and utilisation, as JSON "
                   "(processors.csv has them as a table)"});
  const auto verdict = verdict_columns();
  table.insert(table.end(), verdict.begin(), verdict.end());
  return table;
}

}  // namespace edgecut::scenario
