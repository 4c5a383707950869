// Small systems for tests, built without any file: a network of a few layers, boards, links, clouds, and a partitioner
// that gives each problem the plan it was told.
#pragma once

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "belief/belief.hpp"
#include "engine/simulate.hpp"
#include "events/events.hpp"

namespace edgecut::test {

/// A layer by its output size and the layers it reads; one that reads nothing is an input.
struct Node {
  double output = 0.0;
  std::vector<dnn::LayerIndex> inputs;
};

inline dnn::Network network(const std::vector<Node>& nodes) {
  std::vector<dnn::Layer> layers;
  for (const auto& node : nodes) {
    dnn::Layer layer;
    layer.name = "layer" + std::to_string(layers.size());
    layer.kind = node.inputs.empty() ? dnn::LayerKind::input : dnn::LayerKind::other;
    layer.output = Bytes(node.output);
    layer.inputs = node.inputs;
    layers.push_back(layer);
  }
  return {"test", "a network for tests", "none", "fp32", layers};
}

/// in (1 MB) -> a (500 kB) -> b (250 kB) -> c (100 kB).
inline dnn::Network chain() {
  return network({{1e6, {}}, {5e5, {0}}, {2.5e5, {1}}, {1e5, {2}}});
}

inline platform::Processor cpu(Watts active, int slots = 1,
                               platform::Discipline discipline = platform::Discipline::fifo) {
  platform::Processor result;
  result.name = "cpu";
  result.slots = slots;
  result.discipline = discipline;
  result.active = active;
  result.peak = result.one_network = 1_GFLOPps;
  return result;
}

/// Draws 2 W when idle and 0.5 W when off.
inline platform::Device board(std::vector<platform::Processor> processors) {
  platform::Device device;
  device.name = "board";
  device.memory = device.storage = Bytes(1e12);
  device.idle = 2_W;
  device.off = 0.5_W;
  device.processors = std::move(processors);
  return device;
}

/// 1 MB/s both ways, rtt 0.5 s. Sending takes 0.5 W and 1 uJ/B above idle, receiving 0.25 W and 2 uJ/B.
inline platform::Link radio(Bandwidth up = 1000000_Bps, Bandwidth down = 1000000_Bps, Seconds rtt = 0.5_s) {
  platform::Link link;
  link.name = "link";
  link.uplink = up;
  link.downlink = down;
  link.rtt = rtt;
  link.transmit = {JoulesPerByte(1e-6), 0.5_W};
  link.receive = {JoulesPerByte(2e-6), 0.25_W};
  return link;
}

inline platform::Cloud cloud(int hosts = 1, int slots = 1,
                             platform::Discipline discipline = platform::Discipline::fifo) {
  platform::Cloud result;
  result.name = "cloud";
  result.memory = Bytes(1e12);
  result.hosts = hosts;
  result.processor = cpu(Watts(), slots, discipline);
  return result;
}

inline std::vector<Seconds> seconds(const std::vector<double>& values) {
  std::vector<Seconds> result;
  for (const double value : values) result.emplace_back(value);
  return result;
}

/// Layer times of each of the device's processors, and of the cloud.
inline profile::Profile times(const std::vector<std::vector<double>>& device, const std::vector<double>& in_cloud) {
  profile::Profile profile;
  for (const auto& one : device) profile.device.push_back(seconds(one));
  profile.cloud = seconds(in_cloud);
  return profile;
}

inline workload::Workload one_at_a_time(std::int64_t requests = 1) {
  workload::Workload result;
  result.requests = requests;
  return result;
}
inline workload::Workload periodic(double rate, std::int64_t requests) {
  workload::Workload result;
  result.arrivals = workload::Arrivals::periodic;
  result.rate = Frequency(rate);
  result.requests = requests;
  return result;
}
inline workload::Workload poisson(double rate, std::int64_t requests) {
  auto result = periodic(rate, requests);
  result.arrivals = workload::Arrivals::poisson;
  return result;
}

/// Everything about one client. The defaults: the chain on a board of one processor that takes 1, 2 and 4 s for a, b
/// and c at 6 W (4 W above idle); the cloud takes 1/8, 1/4 and 1/2 s; 125 kB come back.
struct Spec {
  dnn::Network network = chain();
  platform::Device device = board({cpu(6_W)});
  platform::Link link = radio();
  profile::Profile truth = times({{0, 1, 2, 4}}, {0, 0.125, 0.25, 0.5});
  Bytes input;  // of all inputs; as the network has it when 0
  Bytes result = 125000_B;
  workload::Workload workload = one_at_a_time();
  std::optional<std::vector<bool>> on_device;  // none: no plan is feasible
  std::size_t processor = 0;
  std::vector<world::OffPeriod> off;
  std::vector<bool> on_edge;  // empty: none
  std::size_t exit_policy = 0;
  std::optional<platform::Link> direct;
  bool allows_return = false;
  std::vector<engine::Load> loads;
  std::optional<std::uint32_t> cell;
  double weight = 1.0;
  bool joins = false;  // another class of the device before it
  std::optional<Seconds> deadline;
};

inline std::vector<bool> first(std::size_t layers, std::size_t of) {
  std::vector<bool> on_device(of, false);
  for (std::size_t i = 0; i < layers; ++i) on_device[i] = true;
  return on_device;
}
/// The default client with the input and `layers` of a, b, c on the device.
inline Spec cut_after(std::size_t layers) {
  Spec spec;
  spec.on_device = first(layers + 1, 4);
  return spec;
}
inline Spec device_only() {
  return cut_after(3);
}
inline Spec cloud_only() {
  return cut_after(0);
}

/// Gives each problem the plan it was told.
class Plans final : public partition::Partitioner {
 public:
  void set(const plan::Problem* problem, std::optional<plan::Plan> plan) { plans_[problem] = std::move(plan); }
  [[nodiscard]] partition::Decision partition(const plan::Problem& problem) const override {
    ++asked_;
    auto found = plans_.find(&problem);
    if (found == plans_.end()) {  // of a method that has made up its own mind about the links: that of its network
      found = std::ranges::find_if(plans_, [&](const auto& set) { return set.first->network == problem.network; });
    }
    return {found->second, ""};
  }
  [[nodiscard]] int asked() const { return asked_; }

 private:
  std::map<const plan::Problem*, std::optional<plan::Plan>> plans_;
  mutable int asked_ = 0;
};

/// One event as its name, time and request.
struct Step {
  std::string what;
  double time = 0.0;
  std::uint32_t request = 0;
};

/// Keeps what happened.
class Recording {
 public:
  std::vector<Step> steps;  // of requests
  std::vector<events::Ended> ended;
  std::vector<events::PowerChanged> power;
  std::size_t tails = 0;  // that outlasted their requests
  std::vector<events::PlanChanged> changes;
  std::vector<events::ChargeChanged> charges;
  std::vector<events::BandwidthChanged> bandwidths;
  std::vector<events::SpeedChanged> speeds;
  std::vector<events::HostsChanged> hosts;
  std::vector<events::ShippingStarted> shippings;
  std::vector<events::ShippingFinished> shipped;
  std::vector<events::ProbeStarted> probes;
  std::vector<events::ProbeFinished> probed;
  std::vector<events::MeasuringStarted> measurings;
  std::vector<events::MeasuringFinished> measured;
  std::vector<double> sizes;                     // of uploads, as they started
  std::vector<std::optional<plan::Plan>> plans;  // as planned, one a request
  events::RunEnded run;

  void add(const events::Event& event) {
    std::visit([this](const auto& e) { take(e); }, event);
  }
  /// The end of a request.
  [[nodiscard]] const events::Ended& end(std::uint32_t request) const {
    for (const auto& e : ended) {
      if (e.request.index == request) return e;
    }
    throw NotRecorded();
  }
  /// When `what` happened to a request; -1 when it never did.
  [[nodiscard]] double time(const std::string& what, std::uint32_t request) const {
    for (const auto& step : steps) {
      if (step.what == what && step.request == request) return step.time;
    }
    return -1.0;
  }
  /// The use of a resource, the first of that kind and device.
  [[nodiscard]] events::ResourceUse use(events::ResourceUse::Kind kind, std::size_t device = 0) const {
    for (const auto& resource : run.resources) {
      if (resource.kind == kind && resource.device == device) return resource;
    }
    throw NotRecorded();
  }
  /// What a server's hosts cost.
  [[nodiscard]] events::ServerUse server(events::ResourceUse::Kind kind = events::ResourceUse::Kind::cloud) const {
    for (const auto& server : run.servers) {
      if (server.server == kind) return server;
    }
    throw NotRecorded();
  }
  /// "0 arrived, 0 planned, ...": for reading a failed test.
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const auto& step : steps) all += fmt::format("{:.17g} {} #{}\n", step.time, step.what, step.request);
    return all;
  }

 private:
  struct NotRecorded : std::logic_error {
    NotRecorded() : std::logic_error("not recorded") {}
  };
  template <class E>
  void step(const char* what, const E& e) {
    steps.push_back({what, e.time.value(), e.request.index});
  }
  void take(const events::Arrived& e) { step("arrived", e); }
  void take(const events::Planned& e) {
    step("planned", e);
    plans.push_back(e.plan == nullptr ? std::nullopt : std::optional(*e.plan));
  }
  void take(const events::PlanChanged& e) { changes.push_back(e); }
  void take(const events::Queued& /*e*/) {}
  void take(const events::Sent& /*e*/) {}
  void take(const events::HeadStarted& e) { step("head started", e); }
  void take(const events::HeadFinished& e) { step("head finished", e); }
  void take(const events::UploadStarted& e) {
    step("upload started", e);
    sizes.push_back(e.size.value());
  }
  void take(const events::UploadFinished& e) { step("upload finished", e); }
  void take(const events::EdgeStarted& e) { step("edge started", e); }
  void take(const events::EdgeFinished& e) { step("edge finished", e); }
  void take(const events::RelayStarted& e) { step(e.up ? "relay started" : "relay back started", e); }
  void take(const events::RelayFinished& e) { step(e.up ? "relay finished" : "relay back finished", e); }
  void take(const events::TailStarted& e) { step("tail started", e); }
  void take(const events::TailFinished& e) { step("tail finished", e); }
  void take(const events::DownloadStarted& e) { step("download started", e); }
  void take(const events::DownloadFinished& e) { step("download finished", e); }
  void take(const events::Ended& e) {
    step("ended", e);
    ended.push_back(e);
  }
  // What is recorded of an end is all that the request took.
  void take(const events::TailDrawn& e) {
    const auto end = std::ranges::find(ended, e.request, &events::Ended::request);
    *end = e.end;
    ++tails;
  }
  void take(const events::PowerChanged& e) { power.push_back(e); }
  void take(const events::ChargeChanged& e) { charges.push_back(e); }
  void take(const events::BandwidthChanged& e) { bandwidths.push_back(e); }
  void take(const events::SpeedChanged& e) { speeds.push_back(e); }
  void take(const events::HostsChanged& e) { hosts.push_back(e); }
  void take(const events::ShippingStarted& e) { shippings.push_back(e); }
  void take(const events::ShippingFinished& e) { shipped.push_back(e); }
  void take(const events::ProbeStarted& e) { probes.push_back(e); }
  void take(const events::ProbeFinished& e) { probed.push_back(e); }
  void take(const events::MeasuringStarted& e) { measurings.push_back(e); }
  void take(const events::MeasuringFinished& e) { measured.push_back(e); }
  void take(const events::RunEnded& e) { run = e; }
};

class Recorder final : public events::Observer {
 public:
  void on(const events::Event& event) override { recording.add(event); }
  Recording recording;
};

/// Clients with one cloud, and what they point to.
class Lab {
 public:
  explicit Lab(const std::vector<Spec>& specs, const platform::Cloud& cloud = test::cloud()) : cloud_(cloud) {
    system.cloud = &cloud_;
    for (const auto& spec : specs) add(spec);
  }
  /// With an edge server, whose link to the cloud is `relay`. The truth of each spec says its layer times.
  Lab(const std::vector<Spec>& specs, const platform::Cloud& edge, const platform::Link& relay)
      : cloud_(test::cloud()), edge_(edge) {
    system.cloud = &cloud_;
    system.edge = engine::EdgeServer{&edge_, relay};
    for (const auto& spec : specs) add(spec);
  }
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  void add(const Spec& spec) {
    engine::Client client;
    client.network = &networks_.emplace_back(spec.network);
    client.device = &devices_.emplace_back(spec.device);
    client.link = spec.link;
    client.truth = spec.truth;
    for (std::size_t i = 0; i < spec.device.processors.size(); ++i) client.processors.push_back(i);
    client.input = spec.input > Bytes() ? spec.input : spec.network.raw_input();
    client.result = spec.result;
    client.workload = spec.workload;
    client.off = spec.off;
    client.direct = spec.direct;
    client.loads = spec.loads;
    client.cell = spec.cell;
    client.weight = spec.weight;
    client.joins = spec.joins;
    client.deadline = spec.deadline;
    auto& problem = problems_.emplace_back(belief_of(client));
    problem.allows_return = spec.allows_return;
    client.problem = &problem;
    plans.set(client.problem, spec.on_device ? std::optional(plan::Plan{spec.processor, *spec.on_device, spec.on_edge,
                                                                        0, spec.exit_policy})
                                             : std::optional<plan::Plan>());
    system.clients.push_back(client);
  }

  Recording run() {
    Recorder recorder;
    engine::simulate(system, plans, recorder);
    return std::move(recorder.recording);
  }

  engine::System system;
  Plans plans;

 private:
  [[nodiscard]] plan::Problem belief_of(const engine::Client& client) const {
    belief::Task task;
    task.network = client.network;
    task.device = client.device;
    task.processors = client.processors;
    task.input = client.input;
    task.result = client.result;
    const profile::Hosts hosts{*client.device, cloud_, system.edge ? &edge_ : nullptr};
    const auto rates = profile::stated_rates(hosts, profile::StatedRate::one_network);
    belief::Belief belief{client.truth, client.link, system.backhaul, rates, &cloud_};
    if (system.edge) belief.edge = belief::EdgeBelief{&edge_, system.edge->link, client.direct};
    return belief::make_problem(task, belief);
  }

  platform::Cloud cloud_;
  platform::Cloud edge_;
  std::deque<dnn::Network> networks_;
  std::deque<platform::Device> devices_;
  std::deque<plan::Problem> problems_;
};

/// What is by hand holds on both kernels: the test case runs once on each.
inline kernel::Choice either() {
  return GENERATE(kernel::Choice::reference, kernel::Choice::express);
}

/// |a - b| relative to the larger, with an absolute floor for numbers that should be 0.
inline double relative_difference(double a, double b, double floor = 1e-12) {
  return std::abs(a - b) / std::max({std::abs(a), std::abs(b), floor});
}

}  // namespace edgecut::test
