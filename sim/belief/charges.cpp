#include "belief/charges.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "belief/beliefs.hpp"
#include "units/text.hpp"

namespace edgecut::belief {
namespace {

using partition::Knowledge;

Seconds sum(const profile::LayerTimes& times) {
  return std::accumulate(times.begin(), times.end(), Seconds());
}

// The charges of one method for one part, as they are entered.
class Bill {
 public:
  Bill(const world::Part& part, const Method& method) : world_(part.world), method_(method) {
    basis_.times = static_cast<double>(method.effort.repetitions);
    if (method.effort.each_device) basis_.devices = world_.devices;
  }

  // A network layer by layer. Of one device the processors that may run a head.
  void add_layers(Charge& charge, const profile::Profile& profile) const {
    std::vector<Seconds> device;
    for (const auto& times : profile.device) device.push_back(sum(times));
    const bool is_alone = method_.kind->measures_device_alone;
    add_run(charge, method_.reference_or(world_), device,
            is_alone ? Seconds() : sum(profile.cloud) + sum(profile.edge));
  }
  // The processors draw what they did in the world of the benchmark.
  void add_run(Charge& charge, const world::World& then, const std::vector<Seconds>& device, Seconds on_servers) const {
    charge.whose = then.device.name;
    for (const auto index : world_.processors) {
      charge.device += device[index];
      charge.energy += then.device.increment(then.device.processors[index]) * device[index];
    }
    charge.servers += on_servers;
  }
  [[nodiscard]] const Charge& basis() const { return basis_; }
  [[nodiscard]] std::string type() const { return method_.effort.each_device ? "device" : "device type"; }
  void enter(Charge charge, std::string what, std::string per) {
    charge.what = std::move(what);
    charge.per = std::move(per);
    if (charge.servers > Seconds()) charge.whose += fmt::format(", {}", fmt::join(servers(), ", "));
    charges_.push_back(std::move(charge));
  }
  [[nodiscard]] std::vector<Charge> charges() && { return std::move(charges_); }

 private:
  [[nodiscard]] std::vector<std::string> servers() const {
    const auto& reference = method_.reference_or(world_);
    std::vector<std::string> names{reference.cloud.name};
    if (reference.edge) names.push_back(reference.edge->server.name);
    return names;
  }

  const world::World& world_;
  const Method& method_;
  Charge basis_;
  std::vector<Charge> charges_;
};

void charge_training(const world::Part& part, const Method& method, std::int64_t replication, Bill& bill) {
  auto charge = bill.basis();
  const auto& reference = method.reference_or(part.world);
  const auto how = method.measuring_of(replication);
  for (const auto* network : method.training) {
    bill.add_layers(charge, measure(reference.truth(*network, replication), *network, reference.hosts(), how));
  }
  const auto* what = method.knowledge == Knowledge::regression ? "every layer" : "a whole run";
  bill.enter(charge, fmt::format("{} of {} other networks", what, method.training.size()), bill.type());
}

// The two runs whose times a benchmark of another board is scaled by.
void charge_rates(const world::Part& part, const Method& method, std::int64_t replication, Bill& bill) {
  const auto how = method.measuring_of(replication);
  const auto charge_run = [&](const Nominal& nominal, const world::World& of) {
    if (nominal.network == nullptr) return;
    auto charge = bill.basis();
    bill.add_run(charge, nominal.world ? *nominal.world : of, nominal.runs(of, replication, how).device, Seconds());
    bill.enter(charge, "a run of " + nominal.network->name(), bill.type());
  };
  charge_run(method.transfer->then, method.reference_or(part.world));
  charge_run(method.transfer->now, part.world);
}

}  // namespace

std::vector<Charge> charges(const world::Part& part, const Method& method, std::int64_t replication) {
  Bill bill(part, method);
  if (method.knowledge == Knowledge::benchmark) {
    auto charge = bill.basis();
    bill.add_layers(charge, recorded(part, method, replication));
    bill.enter(charge, "every layer of " + part.world.network->name(), bill.type() + " and network");
  }
  if (method.learns()) charge_training(part, method, replication, bill);
  const bool looks_at_rates = method.kind->knows_rates || method.knowledge == Knowledge::nominal;
  if (looks_at_rates && method.nominal.network != nullptr) {
    auto charge = bill.basis();
    const auto& reference = method.reference_or(part.world);
    const auto runs = method.nominal.runs(reference, replication, method.measuring_of(replication));
    bill.add_run(charge, method.nominal.world ? *method.nominal.world : reference, runs.device, runs.cloud + runs.edge);
    bill.enter(charge, "a run of " + method.nominal.network->name(), bill.type());
  }
  if (method.transfer) charge_rates(part, method, replication, bill);
  return std::move(bill).charges();
}

void add(std::vector<Charge>& charges, const Charge& charge) {
  const auto is_same = [&](const Charge& other) {
    return charge.what == other.what && charge.whose == other.whose && charge.device == other.device &&
           charge.servers == other.servers;
  };
  const auto found = std::ranges::find_if(charges, is_same);
  if (found == charges.end()) {
    charges.push_back(charge);
  } else if (found->devices > 1 || charge.devices > 1) {
    found->devices += charge.devices;  // each by itself
  }
}

std::string explain(const std::vector<Charge>& charges) {
  std::string text;
  for (const auto& charge : charges) {
    text += fmt::format("{}{} x {} on {}{} (once a {}): {}, {}", text.empty() ? "" : "; ", charge.times, charge.what,
                        charge.devices > 1 ? fmt::format("{} x ", charge.devices) : "", charge.whose, charge.per,
                        units::format(charge.time()), units::format(charge.joules()));
  }
  return text;
}

}  // namespace edgecut::belief
