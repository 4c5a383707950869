// On an idle system the engine equals the closed form with an edge server, encodings, early exits and returns to the
// device, too: two opinions, engine::make_route's steps as played and plan::evaluate's sums. One request a simulation,
// or one at a time, so that nothing is shared.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "agreement/shipped.hpp"
#include "engine/systems.hpp"
#include "units/random.hpp"

namespace edgecut::tiers_test {
using namespace edgecut::test;

namespace {

// Where a request can go beside the device and the cloud.
enum class Ways { cloud_only, relayed, direct };

dnn::Layer layer(const std::string& name, std::vector<dnn::LayerIndex> inputs, std::int64_t elements) {
  dnn::Layer layer;
  layer.name = name;
  layer.kind = inputs.empty() ? dnn::LayerKind::input : dnn::LayerKind::linear;
  layer.macs = inputs.empty() ? 0 : 100 * elements;
  layer.parameters = elements;
  layer.weights = Bytes(inputs.empty() ? 0.0 : 4.0 * static_cast<double>(elements));
  layer.output = Bytes(4.0 * static_cast<double>(elements));
  layer.shape = {1, elements};
  layer.inputs = std::move(inputs);
  return layer;
}

// in -> a -> b -> c -> out, with side branches a -> a1 -> exit 0 and b -> exit 1. Half leaves at the first, 30 % at the
// second and 20 % at the last exit.
dnn::Network branchy() {
  std::vector<dnn::Layer> layers{layer("in", {}, 50000), layer("a", {0}, 30000), layer("a1", {1}, 5000),
                                 layer("x0", {2}, 10),   layer("b", {1}, 20000), layer("x1", {4}, 10),
                                 layer("c", {4}, 80000), layer("out", {6}, 10)};
  dnn::Exits exits;
  exits.exits = {{"x0", 3}, {"x1", 5}, {"out", 7}};
  exits.operating_points = {{"mixed", {0.5, 0.3, 0.2}}};
  return {"branchy", "a network with early exits for tests", "none", "fp32", layers, exits};
}

// One device, edge server and cloud, and what is played on them.
class Bench {
 public:
  Bench(const dnn::Network& network, Ways ways, kernel::Choice kernel = kernel::Choice::express) : network_(network) {
    const Shipped shipped;
    device_ = shipped.devices.back();
    cloud_ = shipped.clouds.front();
    edge_ = shipped.clouds.back();
    const auto& links = shipped.links;
    const bool has_edge = ways != Ways::cloud_only;
    link_ = links.front();
    belief::Task task;
    task.network = &network;
    task.device = &device_;
    for (std::size_t i = 0; i < device_.processors.size(); ++i) task.processors.push_back(i);
    task.input = network.raw_input();
    task.result = Bytes(4000);
    task.encodings = {{"plain", 1.0, {}, {}, {}},
                      {"half", 0.5, Bandwidth(3e8), Bandwidth(7e8), {}},
                      {"small", 0.1, Bandwidth(2e7), {}, {}}};
    belief::Belief belief;
    belief.profile =
        profile::model_profile(network, {device_, cloud_, has_edge ? &edge_ : nullptr}, 0.15, links.size());
    belief.rates =
        profile::stated_rates({device_, cloud_, has_edge ? &edge_ : nullptr}, profile::StatedRate::one_network);
    belief.link = link_;
    belief.cloud = &cloud_;
    if (has_edge) belief.edge = {&edge_, links[links.size() / 2], {}};
    if (ways == Ways::direct) belief.edge->direct = links.back();
    problem_ = belief::make_problem(task, belief);
    problem_.allows_return = !has_edge;

    engine::Client client;
    client.device = &device_;
    client.link = link_;
    client.network = &network;
    client.truth = belief.profile;
    client.processors = task.processors;
    client.input = task.input;
    client.result = task.result;
    client.problem = &problem_;
    if (has_edge) {
      client.direct = belief.edge->direct;
      system_.edge = engine::EdgeServer{&edge_, belief.edge->link};
    }
    system_.clients = {client};
    system_.cloud = &cloud_;
    system_.kernel = kernel;
    system_.seed = 7;
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  [[nodiscard]] const plan::Problem& problem() const { return problem_; }

  // Any plan with tiers in order: random sets of layers with what they need.
  plan::Plan random_plan(RandomStream& random) const {
    plan::Plan plan{random() % problem_.processors.size(), random_placement(random)};
    plan.encoding = random() % problem_.encoding_count();
    if (!problem_.edge || random() % 4 == 0) return plan;
    plan.on_edge = random() % 4 == 0 ? dnn::Placement(network_.size(), true) : random_placement(random);
    for (dnn::LayerIndex v = 0; v < network_.size(); ++v) plan.on_edge[v] = plan.on_edge[v] && !plan.on_device[v];
    return plan;
  }

  // Changes sides after one to five cut vertices.
  plan::Plan returning_plan(RandomStream& random) const {
    plan::Plan plan{random() % problem_.processors.size(), dnn::Placement(network_.size(), true)};
    plan.encoding = random() % problem_.encoding_count();
    const auto& vertices = network_.cut_vertices();
    for (auto n = 1 + random() % 5; n > 0; --n) {
      const auto from = vertices[random() % vertices.size()];
      for (auto v = from + 1; v < network_.size(); ++v) plan.on_device[v] = !plan.on_device[v];
    }
    return plan;
  }

  Recording play(const plan::Plan& plan, std::int64_t requests = 1) {
    Plans plans;
    plans.set(&problem_, plan);
    system_.clients.front().workload = one_at_a_time(requests);
    Recorder recorder;
    engine::simulate(system_, plans, recorder);
    return std::move(recorder.recording);
  }

  // What differs from the cost, a line each.
  [[nodiscard]] std::string differences(const events::Ended& end, const plan::Plan& plan,
                                        const plan::Cost& cost) const {
    const auto& t = end.timeline;
    const auto& parts = t.parts;
    std::string wrong;
    const auto expect = [&](const char* what, double engine, double closed_form, double slack = 0.0) {
      if (std::abs(engine - closed_form) <= 1e-9 * std::abs(closed_form) + slack) return;
      wrong += fmt::format("{}, {}, encoding {}: {} is {:.17g}, expected {:.17g}\n", network_.name(),
                           plan::describe(network_, plan), plan.encoding, what, engine, closed_form);
    };
    // A difference of clock readings is known to the clock's last bits and the kernel's tie of 1e-12 s, once a step.
    const double clock = 20 * (1e-12 + 0x1p-52 * t.ended.value());
    if (end.outcome != events::Outcome::completed) wrong += "not completed\n";
    expect("latency", (t.ended - t.arrived).value(), cost.latency.value(), clock);
    expect("head", parts.head.value(), cost.head.value(), clock);
    expect("upload", parts.upload.value(), cost.upload.value(), clock);
    expect("edge", parts.edge.value(), cost.edge.value(), clock);
    expect("relay", parts.relay.value(), (cost.relay + cost.relay_back).value(), clock);
    expect("tail", parts.tail.value(), cost.tail.value(), clock);
    expect("download", parts.download.value(), cost.download.value(), clock);
    expect("waits", (parts.device_queue + parts.radio_queue + parts.edge_queue + parts.cloud_queue).value(), 0.0);
    expect("up", end.up.value(), cost.up.value());
    expect("down", end.down.value(), cost.down.value());
    const auto radio = clock * std::max(link_.transmit.base, link_.receive.base).value();
    expect("compute energy", end.energy.compute.value(), cost.compute_energy.value());
    expect("transmit energy", end.energy.transmit.value(), cost.transmit_energy.value(), radio);
    expect("receive energy", end.energy.receive.value(), cost.receive_energy.value(), radio);
    return wrong;
  }

  // Plays a plan that leads all inferences to one exit.
  std::string compare(const plan::Plan& plan) {
    return differences(play(plan).ended.at(0), plan, plan::evaluate(problem_, plan));
  }

 private:
  dnn::Placement random_placement(RandomStream& random) const {
    dnn::Placement placement(network_.size(), false);
    for (auto n = random() % 4; n > 0; --n) placement[random() % network_.size()] = true;
    for (auto v = network_.size(); v-- > 0;) {
      if (network_.is_input(v)) placement[v] = true;
      if (!placement[v]) continue;
      for (const auto u : network_.graph().predecessors(v)) placement[u] = true;
    }
    return placement;
  }

  const dnn::Network& network_;
  platform::Device device_;
  platform::Cloud cloud_;
  platform::Cloud edge_;
  platform::Link link_;
  plan::Problem problem_;
  engine::System system_;
};

const std::vector<std::string> some_networks{"alexnet", "googlenet", "mobilenet_v2", "resnet18"};

// What is in common to the plans of a test: how many used what, so that none is tested by chance only.
struct Used {
  int edge_and_cloud = 0;
  int edge_only = 0;
  int cloud_only = 0;
  int codecs = 0;
  void note(const plan::Cost& cost) {
    edge_and_cloud += cost.uses_edge && cost.uses_cloud ? 1 : 0;
    edge_only += cost.uses_edge && !cost.uses_cloud ? 1 : 0;
    cloud_only += cost.uses_cloud && !cost.uses_edge ? 1 : 0;
    codecs += cost.codec > Seconds() ? 1 : 0;
  }
};

void compare_random_plans(Ways ways, kernel::Choice kernel) {
  Used used;
  for (const auto& name : some_networks) {
    const auto network = Shipped::network(name);
    Bench bench(network, ways, kernel);
    RandomStream random(3, {"tiers", name});
    for (int n = 0; n < 100; ++n) {
      const auto plan = bench.random_plan(random);
      used.note(plan::evaluate(bench.problem(), plan));
      CHECK(bench.compare(plan) == "");
    }
  }
  CHECK(used.codecs > 40);
  CHECK(used.cloud_only > 20);
  if (ways == Ways::cloud_only) return;
  CHECK(used.edge_and_cloud > 40);
  CHECK(used.edge_only > 20);
}

}  // namespace

TEST_CASE("With encodings the engine equals the closed form") {
  compare_random_plans(Ways::cloud_only, kernel::Choice::express);
}

TEST_CASE("With an edge server that relays the engine equals the closed form") {
  compare_random_plans(Ways::relayed, kernel::Choice::express);
}

TEST_CASE("With an edge server and a direct link to the cloud the engine equals the closed form") {
  compare_random_plans(Ways::direct, kernel::Choice::express);
}

TEST_CASE("With an edge server the engine equals the closed form on the reference kernel, too") {
  const auto network = Shipped::network("alexnet");
  for (const auto ways : {Ways::relayed, Ways::direct}) {
    Bench bench(network, ways, kernel::Choice::reference);
    RandomStream random(5, {"tiers"});
    for (int n = 0; n < 20; ++n) CHECK(bench.compare(bench.random_plan(random)) == "");
  }
}

TEST_CASE("Plans that return to the device agree") {
  int returned = 0;
  for (const auto& name : some_networks) {
    const auto network = Shipped::network(name);
    Bench bench(network, Ways::cloud_only);
    RandomStream random(4, {"returns", name});
    for (int n = 0; n < 100; ++n) {
      const auto plan = bench.returning_plan(random);
      returned += network.graph().is_downward_closed(plan.on_device) ? 0 : 1;
      CHECK(bench.compare(plan) == "");
    }
  }
  CHECK(returned > 200);
}

TEST_CASE("When all inferences leave at one exit the engine equals the closed form of that exit") {
  const auto network = branchy();
  for (const auto ways : {Ways::cloud_only, Ways::relayed, Ways::direct}) {
    Bench bench(network, ways);
    RandomStream random(6, {"exits"});
    for (int n = 0; n < 150; ++n) {
      auto plan = bench.random_plan(random);
      plan.exit_policy = static_cast<std::size_t>(n) % network.first_operating_point();
      CHECK(bench.compare(plan) == "");
    }
  }
}

TEST_CASE("Under a policy of several exits each request costs what its exit costs, and the shares are the rates") {
  const auto network = branchy();
  Bench bench(network, Ways::relayed);
  // in, a, a1 and x0 on the device, b and x1 on the edge server, c and out in the cloud.
  plan::Plan plan{0, {true, true, true, true, false, false, false, false}};
  plan.on_edge = {false, false, false, false, true, true, false, false};
  plan.exit_policy = network.first_operating_point();
  std::vector<plan::Cost> costs;
  for (std::size_t exit = 0; exit < 3; ++exit) costs.push_back(plan::evaluate_exit(bench.problem(), plan, exit));
  CHECK(costs[0].up == Bytes());
  CHECK_FALSE(costs[1].uses_cloud);
  CHECK(costs[2].uses_cloud);
  constexpr int requests = 4000;
  const auto recording = bench.play(plan, requests);
  std::vector<int> left(3, 0);
  for (const auto& end : recording.ended) {
    const std::size_t exit = end.up == Bytes() ? 0 : end.timeline.parts.relay == Seconds() ? 1 : 2;
    ++left[exit];
    const auto wrong = bench.differences(end, plan, costs[exit]);
    if (!wrong.empty()) FAIL_CHECK(wrong);
  }
  // Binomial: the standard deviation of a share is at most sqrt(0.25 / 4000) = 0.8 %; four of them are 3.2 %.
  const auto& rates = network.exit_policies()[plan.exit_policy].rates;
  for (std::size_t exit = 0; exit < 3; ++exit) CHECK(left[exit] == Approx(rates[exit] * requests).margin(128));
}

}  // namespace edgecut::tiers_test
