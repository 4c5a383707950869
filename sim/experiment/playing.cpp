#include "experiment/playing.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "belief/beliefs.hpp"
#include "experiment/device_memory.hpp"
#include "experiment/plan_columns.hpp"
#include "units/limit.hpp"

namespace edgecut::experiment {
namespace {

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

// A value for each class of each device: of one part it is the same everywhere.
template <class Value, class Of>
metrics::ByClass<Value> by_class(const std::deque<Played>& parts, Of of) {
  metrics::ByClass<Value> values(of(parts.front()));
  if (parts.size() == 1) return values;
  std::size_t first = 0;  // device of the part
  std::size_t end = 0;
  std::uint32_t number = 0;  // of its class
  for (const auto& own : parts) {
    const auto& part = *own.part;
    number = part.joins ? number + 1 : 0;
    if (!part.joins) first = std::exchange(end, end + part.world.devices);
    for (auto device = first; device < end; ++device) values.set(device, number, of(own));
  }
  return values;
}

}  // namespace

Playing::Playing(const scenario::Point& point, std::size_t method, std::int64_t replication, const Plans* fixed)
    : point_(point), replication_(replication), is_fixed_(fixed != nullptr) {
  for (std::size_t i = 0; i < point.parts.size(); ++i) {
    const auto& part = point.parts[i];
    const auto& own = point.methods[i].at(method);
    parts_.push_back({&part,
                      &own,
                      belief::problem(part, own, replication),
                      belief::true_problem(part, replication),
                      {},
                      own.partitioner.get(),
                      {},
                      !is_fixed_ && belief::varies(part.world, own)});
  }
  if (is_fixed_) {
    give(*fixed);
  } else {
    plan(point.parts);
  }
  for (auto& own : parts_) {
    if (is_fixed_ || !own.method->awareness.measures) continue;
    own.again = std::make_shared<const belief::Remeasuring>(
        belief::remeasuring(*own.part, *own.method, replication, own.believed));
  }
}

Playing::Playing(const Playing& of, partition::Fallback fallback)
    : point_(of.point_), replication_(of.replication_), is_fixed_(of.is_fixed_), parts_(of.parts_) {
  for (auto& own : parts_) {
    stand_ins_.push_back(std::make_unique<const partition::WithFallback>(*own.partitioner, fallback));
    own.partitioner = stand_ins_.back().get();
    own.decision = own.partitioner->partition(own.believed);
  }
}

void Playing::give(const Plans& plans) {
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    parts_[i].decision = {plans.at(i), "given"};
    parts_[i].partitioner = stand_ins_.emplace_back(std::make_unique<const Given>(plans[i])).get();
  }
}

void Playing::plan(const std::vector<world::Part>& parts) {
  DeviceMemory memory;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    auto& own = parts_[i];
    if (!parts[i].joins) memory = {};
    const bool takes_turns = parts[i].world.load_rate.has_value();
    const bool is_alone = world::classes_beside(parts, i).empty();
    if (!own.varies && !takes_turns && !is_alone) {
      own.decision = memory.plan(*own.partitioner, own.believed, own.truth);
      continue;
    }
    const auto others = world::taken_beside(parts, i);
    for (auto* problem : {&own.believed, &own.truth}) {
      take(*problem, takes_turns ? Bytes() : others.memory, others.weights);
    }
    own.decision = own.partitioner->partition(own.believed);
  }
}

engine::Client Playing::client_of(const Played& played) const {
  const auto& part = *played.part;
  const auto& world = part.world;
  engine::Client client;
  client.devices = world.devices;
  client.weight = world.weight;
  client.device = &world.device;
  client.link = world.link;
  if (world.edge) client.direct = world.edge->direct;
  client.network = world.network;
  client.truth = world.truth(replication_);
  client.processors = world.processors;
  client.input = part.input;
  client.result = part.result;
  client.workload = part.workload;
  client.problem = &played.believed;
  client.off = part.off;
  client.lifetime = part.lifetime;
  client.joins = part.joins;
  client.deadline = part.constraints.deadline;
  client.partitioner = played.partitioner;
  client.remeasuring = played.again.get();
  for (const auto& [processor, share] : world.background.device) client.loads.push_back({processor, share});
  return client;
}

engine::System Playing::system() const {
  const auto& first = point_.parts.front();
  const auto& world = first.world;
  auto cells = world::cells_of(point_.parts);
  engine::System system;
  system.cloud = &world.cloud;
  if (world.edge) system.edge = engine::EdgeServer{&world.edge->server, world.edge->link};
  system.backhaul = world.backhaul;
  system.cells = std::move(cells.all);
  system.cloud_load = world.background.cloud;
  system.edge_load = world.background.edge;
  system.seed = world.seed_of(replication_);
  system.kernel = point_.kernel;
  system.model_storage = first.model_storage;
  system.models = first.models;
  if (!is_fixed_) system.awareness = front().method->awareness;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    system.clients.push_back(client_of(parts_[i]));
    system.clients.back().cell = cells.of_parts[i];
  }
  return system;
}

metrics::TrueLimits limits_of(const Played& played) {
  const auto& constraints = played.part->constraints;
  metrics::TrueLimits limits;
  limits.energy = metrics::ByClass(constraints.energy);
  limits.has_deadline = constraints.deadline.has_value();
  limits.plan_breaks = [&played](std::size_t, std::uint32_t, const plan::Plan& plan) {
    return breaks_static_limit(played.truth, plan);
  };
  return limits;
}

metrics::TrueLimits Playing::limits() const {
  metrics::TrueLimits limits;
  limits.energy =
      by_class<std::optional<Joules>>(parts_, [](const Played& own) { return own.part->constraints.energy; });
  for (const auto& own : parts_) limits.has_deadline = limits.has_deadline || own.part->constraints.deadline;
  limits.plan_breaks = [played = by_class<const Played*>(parts_, [](const Played& own) { return &own; })](
                           std::size_t device, std::uint32_t request_class, const plan::Plan& plan) {
    return breaks_static_limit(played.of(device, request_class)->truth, plan);
  };
  return limits;
}

metrics::ByClass<std::int64_t> Playing::warmups() const {
  return by_class<std::int64_t>(parts_, [](const Played& own) { return own.part->warmup; });
}

std::string Playing::without_plan() const {
  std::string text;
  for (const auto& own : parts_) {
    if (own.decision.plan) continue;
    const auto name = own.part->name();
    text += fmt::format("{}{}{}{}", text.empty() ? "" : "; ", name, name.empty() ? "" : ": ", own.decision.reason);
  }
  return text;
}

}  // namespace edgecut::experiment
