// Scarce resources in a scenario: budgets of energy over time, batteries, memory taken by others, fleets of groups.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "config/error_of.hpp"
#include "scenario/groups.hpp"
#include "scenario/scenario_file.hpp"

namespace edgecut::resources_test {
using Catch::Matchers::Contains;

namespace {

std::string study_error(const std::string& lines) {
  return error_of([&] { Loaded{lines}; });
}

const std::string periodic = "workload: {arrivals: periodic, rate: 0.1 /s, requests: 3}\n";

// The limit on one inference's energy that the oracle plans with.
double limit(const std::string& lines) {
  const Loaded loaded(periodic + lines);
  return truth_of(loaded.study.points().front(), 0).constraints.energy.value().value();
}

}  // namespace

TEST_CASE("a lifetime leaves each inference what the battery's power leaves above idle") {
  // 10 Wh of which 90 % usable: 32,400 J over 4 h are 2.25 W; the board idles at 1.9 W; an inference every 10 s.
  CHECK(limit("battery: {capacity: 10 Wh, usable: 90 %}\nconstraints: {lifetime: 4 h}\n") == Approx(3.5));
  // Charged to a half: 1.125 W, less than idle.
  CHECK(limit("battery: {capacity: 10 Wh, usable: 90 %, state_of_charge: 50 %}\nconstraints: {lifetime: 4 h}\n") ==
        0.0);
  // And 1 W of sun.
  CHECK(limit("battery: {capacity: 10 Wh, usable: 90 %, state_of_charge: 50 %, harvest: 1 W}\n"
              "constraints: {lifetime: 4 h}\n") == Approx(2.25));
}

TEST_CASE("inferences per charge and energy per hour are limits on one inference, too, and the least holds") {
  // 1,500 inferences take 15,000 s; 32,400 J in that time are 2.16 W.
  const std::string battery = "battery: {capacity: 10 Wh, usable: 90 %}\n";
  CHECK(limit(battery + "constraints: {inferences_per_charge: 1500}\n") == Approx(2.6));
  CHECK(limit("constraints: {energy_per_hour: 7200 J}\n") == Approx(1.0));  // 2 W
  CHECK(limit(battery + "constraints: {inferences_per_charge: 1500, lifetime: 4 h, energy: 3 J}\n") == Approx(2.6));
  CHECK(limit(battery + "constraints: {lifetime: 4 h, energy: 3 J}\n") == Approx(3.0));
}

TEST_CASE("budgets over time need a rate, and those of a battery a battery") {
  CHECK_THAT(study_error("battery: {capacity: 10 Wh}\nconstraints: {lifetime: 4 h}\n"),
             Contains("needs a workload with a rate"));
  CHECK_THAT(study_error(periodic + "constraints: {lifetime: 4 h}\n"), Contains("no `battery:`"));
  CHECK_THAT(study_error("constraints: {energy_per_hour: 1 kJ}\n"), Contains("needs a workload with a rate"));
}

TEST_CASE("a battery that lasts long enough for its lifetime's plan does, and one that idles away does not") {
  const Loaded loaded(
      "battery: {capacity: 0.01 Wh}\nworkload: {arrivals: periodic, rate: 1 /s, requests: 40}\npartitioners: "
      "[device_only]\n"
      "truth: {layer_noise: 0}\n");
  const auto row = run(loaded.study).front();
  // 36 J at 1.9 W and 3.2 W x head above idle: every second 1.9 J + e.
  const double e = row.number("energy_inference_J");
  const double lifetime = row.number("lifetime_s");
  const double whole = std::floor(lifetime);
  CHECK(36 == Approx(1.9 * lifetime + e * whole + std::min(e, 3.2 * (lifetime - whole))).epsilon(1e-9));
  CHECK(row.number("devices_empty") == 1);
  CHECK(row.number("state_of_charge_end") == 0.0);
  CHECK(row.number("completed") + row.number("failed") == 40);
  CHECK(row.number("inferences_per_charge") == Approx(row.number("completed")));
  CHECK(row.number("energy_useful_J") == Approx(36 / row.number("completed")));
}

TEST_CASE("as many inferences come from a charge whether one device, two or five draw on one each") {
  const std::string fleet = "battery: {capacity: 10 Wh}\npartitioners: [device_only]\ntruth: {layer_noise: 0}\n";
  const auto inferences = [](const std::string& lines) {
    return run(Loaded(lines).study).front().number("inferences_per_charge");
  };
  const double alone = inferences(fleet);
  CHECK(alone > 1000);
  CHECK(inferences(fleet + "fleet: {devices: 2}\n") == Approx(alone).epsilon(1e-9));
  CHECK(inferences(fleet + "fleet: {devices: 5}\nwarmup: 1\n") == Approx(alone).epsilon(1e-9));
  // Of twice the charge twice as many: as a mean over charges, not over joules. Who has no battery does not count.
  CHECK(inferences("partitioners: [device_only]\ntruth: {layer_noise: 0}\nfleet: {groups: [\n"
                   "  {name: mains, devices: 3},\n"
                   "  {name: small, devices: 1, battery: {capacity: 10 Wh}},\n"
                   "  {name: large, devices: 1, battery: {capacity: 20 Wh}}]}\n") ==
        Approx(2 * alone / 1.5).epsilon(1e-9));
}

TEST_CASE("every file that a scenario reads is among those that its results come from") {
  const ScenarioFile place("");
  const auto folder = place.path().parent_path();
  const auto write = [&](const std::string& name, const std::string& text) { std::ofstream(folder / name) << text; };
  write("sun.csv", "time_s,power_W\n0,1\n60,2\n");
  write("lte.csv", "time_s,mbps\n0,8\n1,4\n");
  write("drive", "1000\n2000\n");
  write("cell.csv", "time_s,mbps\n0,80\n1,40\n");
  write("load.csv", "time_s,share\n0,0.1\n1,0.2\n");
  write("video.csv", "arrival_s\n0\n1\n");
  write("photo.csv", "arrival_s\n0\n5\n");
  write("sizes.csv", "size\n10 kB\n20 kB\n");
  write("s.yaml",
        scenario_text("battery: {capacity: 10 Wh, harvest: {trace: sun.csv}}\n"
                      "link: {kind: lte_2012, rtt: 20 ms, bandwidth: {up: {trace: lte.csv}, down: {mahimahi: drive}}}\n"
                      "fleet: {devices: 2, backhaul: {uplink: 80 Mbit/s, downlink: 80 Mbit/s, bandwidth: {trace: "
                      "cell.csv}}}\n"
                      "background: {cloud: {trace: load.csv, column: share}}\n"
                      "workload: {classes: [{name: video, arrivals: trace, file: video.csv}, {name: photo, arrivals: "
                      "trace, file: photo.csv}]}\n"
                      "sweep: {result.size: {file: sizes.csv}}\n"
                      "partitioners: [device_only]\n"));
  scenario::Library library{EDGECUT_SOURCE_DIR};
  const experiment::Study study(scenario::read_study(place.path(), library, {}, true));
  auto files = library.catalogue().files();
  const auto& of_axes = study.given().axes.files;
  files.insert(files.end(), of_axes.begin(), of_axes.end());
  for (const auto* name :
       {"sun.csv", "lte.csv", "drive", "cell.csv", "load.csv", "video.csv", "photo.csv", "sizes.csv"}) {
    INFO(name);
    CHECK(std::ranges::count(files, folder / name) == 1);
  }
}

TEST_CASE("memory that others take is not the head's") {
  const auto available = [](const std::string& lines) {
    return truth_of(Loaded(lines).study.points().front(), 0).memory.value();
  };
  const double alone = available("");
  CHECK(alone == 500e6);
  CHECK(available("beside: {memory: 120 MB}\n") == 380e6);
  CHECK(truth_of(Loaded("beside: {memory: 120 MB}\n").study.points().front(), 0).memory_source ==
        "1 GB less 500 MB in reserve and 120 MB beside");
  // AlexNet's weights are 244 MB, MobileNet v2's 14 MB; both stay, one runs.
  const double both = alone - available("beside: {networks: [mobilenet_v2, resnet18]}\n");
  CHECK(both > 14e6 + 46e6);
  CHECK(both < 14e6 + 46e6 + 20e6);
  CHECK_THAT(study_error("beside: {networks: [vgg16]}\n"), Contains("more than the 500 MB"));
  CHECK_THAT(study_error("beside: {networks: [vgg61]}\n"), Contains("vgg61"));
}

TEST_CASE("what runs in the cloud must fit into its memory") {
  // AlexNet's weights are 244.4 MB; half a gigabyte holds them, 1 MB does not.
  const auto row_of = [](const std::string& memory, const std::string& method) {
    return run(Loaded("cloud: {kind: c5_4xlarge, memory: {size: " + memory + ", reserve: 0 MB}}\npartitioners: [" +
                      method + "]\n")
                   .study)
        .front();
  };
  CHECK(row_of("500 MB", "cloud_only").number("completed") == 3);
  const auto refused = row_of("1 MB", "cloud_only");
  CHECK(refused.number("feasible") == 0);
  CHECK(refused.number("failed") == 3);
  CHECK_THAT(refused.text("infeasible_because"),
             Catch::Matchers::StartsWith("cloud memory 24") && Contains(" MB > 1 MB"));
  for (const auto* method : {"oracle", "min_cut", "offline_benchmark", "{kind: resource_aware, rule: R3}"}) {
    INFO(method);
    const auto row = row_of("1 MB", method);
    CHECK(row.text("cut") == "device only");
    CHECK(row.number("completed") == 3);
    CHECK(row.text("infeasible_because").empty());
  }
  // Of the device neither, nothing is left, and the search says what the nearest cut breaks.
  const auto none =
      run(Loaded("cloud: {kind: c5_4xlarge, memory: {size: 1 MB, reserve: 0 MB}}\nconstraints: {memory: 1 "
                 "MB}\npartitioners: [offline_benchmark]\n")
              .study)
          .front();
  CHECK_THAT(none.text("infeasible_because"), Contains("none of") && Contains(" breaks ") && Contains(" MB > 1 MB"));
}

TEST_CASE("what each of several processors drew is told apart") {
  const auto row =
      run(Loaded("device: jetson_nano\nprocessors: [gpu, cpu]\npartitioners: [device_only]\n").study).front();
  std::vector<std::string> names;
  double sum = 0.0;
  for (const auto& one : row.table("processors")) {
    names.push_back(one.text("processor"));
    CHECK(one.number("devices") == 1);
    const bool ran = one.text("processor") == row.text("processor");
    CHECK((one.number("energy_compute_J") > 0.0) == ran);
    sum += one.number("energy_compute_J");
  }
  CHECK_THAT(names, Catch::Matchers::UnorderedEquals(std::vector<std::string>{"gpu", "cpu"}));
  CHECK(sum == Approx(row.number("energy_compute_J")));
  CHECK(row.number("energy_off_J") == 0.0);
  CHECK(run(Loaded("partitioners: [device_only]\n").study).front().tables().empty());  // one processor
}

TEST_CASE("a network that is swapped in pays for reading its head's weights, before every inference") {
  const std::string device = "device: {kind: raspberry_pi_3b_plus, storage: {read: 20 MB/s}}\n";
  const auto head = [](const std::string& lines) {
    const Loaded loaded(lines + "partitioners: [device_only]\n");
    return run(loaded.study).front();
  };
  const auto kept = head(device);
  const auto swapped = head(device + "beside: {networks: [vgg16], policy: swapped}\n");  // which would not fit beside
  // 61.1 M weights of 4 B at 20 MB/s.
  CHECK(swapped.number("head_mean_s") - kept.number("head_mean_s") == Approx(61100840 * 4 / 20e6));
  CHECK_THAT(study_error("device: gap9\nbeside: {networks: [vgg16], policy: swapped}\n"), Contains("storage.read"));
}

TEST_CASE("a cold start reads weights at the device's own rate where none is given") {
  const auto first = [](const std::string& lines) {
    return run(Loaded(lines + "device: {kind: raspberry_pi_3b_plus, storage: {read: 20 MB/s}}\npartitioners: "
                              "[device_only]\nworkload: {arrivals: one_at_a_time, requests: 1}\n")
                   .study)
        .front()
        .number("preparing_mean_s");
  };
  CHECK(first("") == 0.0);
  CHECK(first("cold_start: false\n") == 0.0);
  CHECK(first("cold_start: true\n") == Approx(61100840 * 4 / 20e6));  // AlexNet's weights
  CHECK(first("cold_start: {storage: 40 MB/s}\n") == Approx(61100840 * 4 / 40e6));
  CHECK_THAT(study_error("device: gap9\ncold_start: true\n"), Contains("cold_start") && Contains("storage.read"));
}

TEST_CASE("a fleet of groups plays every device with its group's plan, and says what each group did") {
  const Loaded loaded(
      "fleet:\n  cell: {uplink: 20 Mbit/s, downlink: 40 Mbit/s}\n  groups:\n"
      "    - {devices: 2, device: raspberry_pi_3b_plus}\n"
      "    - {name: slow, devices: 3, device: raspberry_pi_zero_2w, network: squeezenet1_1}\n"
      "partitioners: [device_only, {kind: offline_benchmark, name: offline}]\n");
  const auto rows = run(loaded.study);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].number("requests") == 15);  // 5 devices of 3
  const auto& groups = rows[0].table("groups");
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].text("group") == "raspberry_pi_3b_plus");
  CHECK(groups[1].text("group") == "slow");
  for (const auto& [group, devices] : {std::pair(&groups[0], 2), std::pair(&groups[1], 3)}) {
    CHECK(group->number("devices") == devices);
    CHECK(group->text("cut") == "device only");
    CHECK(group->number("requests") == 3 * devices);
    CHECK(group->number("completed") == 3 * devices);
  }
  // The mean over all 15 inferences is that of the groups' means, by their 6 and 9.
  const auto mean = [](const metrics::Row& row) { return row.number("latency_mean_s"); };
  CHECK(mean(rows[0]) == Approx((6.0 * mean(groups[0]) + 9.0 * mean(groups[1])) / 15.0));
}

TEST_CASE("a group has its devices and its cell in whatever order its keys are written") {
  // None of the scenario's own keys is the group's: each one is new to it.
  std::vector<std::string> keys{"cell: hall", "device: raspberry_pi_4", "devices: 7", "network: alexnet"};
  do {
    const auto text =
        "seed: 1\nfleet: {groups: [{" + keys[0] + ", " + keys[1] + ", " + keys[2] + ", " + keys[3] + "}]}";
    const auto groups = scenario::read_groups(config::parse_text(text, "s.yaml"));
    INFO(text);
    REQUIRE(groups.size() == 1);
    const auto& one = groups.front().scenario;
    CHECK(one.find("fleet")->find("devices")->scalar == "7");
    CHECK(one.find("fleet")->find("cell")->scalar == "hall");
    CHECK(one.find("device")->scalar == "raspberry_pi_4");
    CHECK(one.find("network")->scalar == "alexnet");
    CHECK(one.find("fleet")->find("groups") == nullptr);
  } while (std::ranges::next_permutation(keys).found);
  const auto requests = [](const std::string& group) {
    const std::string lines = "fleet: {groups: [{" + group + "}]}\npartitioners: [device_only]\n";
    auto text = scenario_text(lines);
    text.erase(text.find("device: raspberry_pi_3b_plus\n"), std::string("device: raspberry_pi_3b_plus\n").size());
    scenario::Library library{EDGECUT_SOURCE_DIR};
    const experiment::Study study(scenario::read_study(ScenarioFile(text).path(), library, {}, true));
    return run(study).front().number("requests");
  };
  CHECK(requests("devices: 7, device: raspberry_pi_4") == 21);  // of 3 each
  CHECK(requests("device: raspberry_pi_4, devices: 7") == 21);
}

TEST_CASE("groups alike are one fleet") {
  const std::string rest =
      "partitioners: [{kind: offline_benchmark, name: offline}]\nworkload: {arrivals: poisson, rate: 2 /s, requests: "
      "20}\n";
  const Loaded one("fleet: {devices: 5, backhaul: {uplink: 9 Mbit/s, downlink: 20 Mbit/s}}\n" + rest);
  const Loaded two(
      "fleet: {backhaul: {uplink: 9 Mbit/s, downlink: 20 Mbit/s}, groups: [{name: a, devices: 2}, {name: b, devices: "
      "3}]}\n" +
      rest);
  const auto x = run(one.study).front();
  const auto y = run(two.study).front();
  for (const auto* column : {"requests", "latency_mean_s", "latency_p95_s", "energy_device_J", "makespan_s"}) {
    CHECK(x.number(column) == y.number(column));
  }
}

namespace {

const std::string two_classes =
    "workload: {classes: [{name: video, network: mobilenet_v2, arrivals: periodic, rate: 1 /s, requests: 4, deadline: "
    "10 s}, "
    "{name: photo, network: resnet18, arrivals: periodic, rate: 0.5 /s, requests: 2, priority: 1}]}\n";

}  // namespace

TEST_CASE("classes of requests share a device, each with its own network and deadline") {
  const Loaded loaded(two_classes + "partitioners: [device_only]\ntruth: {layer_noise: 0}\n");
  const auto row = run(loaded.study).front();
  CHECK(row.number("requests") == 6);
  const auto& classes = row.table("classes");
  REQUIRE(classes.size() == 2);
  CHECK(classes[0].text("class") == "video");
  CHECK(classes[0].number("requests") == 4);
  CHECK(classes[1].text("class") == "photo");
  CHECK(classes[1].number("requests") == 2);
  const auto parts = loaded.study.points().front().parts();
  REQUIRE(parts.size() == 2);
  CHECK(parts[1].world.network->name() == "resnet18");
  CHECK(parts[1].joins);
  CHECK(belief::true_problem(parts[0], 0).constraints.deadline == Seconds(10.0));
  CHECK_FALSE(belief::true_problem(parts[1], 0).constraints.deadline.has_value());
}

TEST_CASE("one class is the scenario without classes") {
  const std::string arrivals = "arrivals: poisson, rate: 2 /s, requests: 20";
  const auto x = run(Loaded("workload: {" + arrivals + "}\n").study).front();
  const auto y = run(Loaded("workload: {classes: [{name: only, " + arrivals + "}]}\n").study).front();
  for (const auto* column : {"requests", "latency_mean_s", "latency_p95_s", "energy_device_J", "makespan_s"}) {
    CHECK(x.number(column) == y.number(column));
  }
}

TEST_CASE("the heads of all classes must fit into the device's memory together") {
  // MobileNet v2's weights are 14 MB and ResNet-18's 46.8 MB: 80 MB hold both with activations, 55 MB only the first.
  const auto plans = [](const std::string& limit) {
    return run(Loaded(two_classes + "partitioners: [device_only]\nconstraints: {memory: " + limit + "}\n").study)
        .front()
        .number("failed");
  };
  CHECK(plans("80 MB") == 0);
  CHECK(plans("55 MB") == 2);
}

TEST_CASE("budgets over time count the requests of all classes") {
  // 2 W less 1.9 W idle, shared by 1.5 requests a second.
  const Loaded loaded(two_classes + "constraints: {energy_per_hour: 7200 J}\n");
  for (const auto& part : loaded.study.points().front().parts()) {
    CHECK(belief::true_problem(part, 0).constraints.energy.value().value() == Approx(0.1 / 1.5));
  }
}

TEST_CASE("a budget over time leaves each group a limit of its own, and each is held to it") {
  // 10 kJ an hour are 2.78 W: of one request a second each board may add what it does not idle away.
  const Loaded loaded(
      "fleet: {groups: [{name: three, devices: 2, device: raspberry_pi_3b_plus}, {name: four, devices: 3, device: "
      "raspberry_pi_4}]}\n"
      "workload: {arrivals: periodic, rate: 1 /s, requests: 4}\nconstraints: {energy_per_hour: 10 kJ}\n"
      "partitioners: [device_only]\ntruth: {layer_noise: 0}\n");
  const auto& parts = loaded.study.points().front().parts();
  double breaking = 0.0;  // of the two and three devices
  for (const auto& part : parts) {
    const auto truth = belief::true_problem(part, 0);
    const double limit = truth.constraints.energy.value().value();
    CHECK(limit == Approx(std::max(0.0, 10e3 / 3600.0 - part.world.device.idle.value())));
    const auto& method = loaded.study.points().front().methods().front();
    const auto whole = method.partitioner->partition(belief::problem(part, method, 0)).plan.value();
    if (plan::evaluate(truth, whole).energy_inference.value() > limit) {
      breaking += static_cast<double>(part.world.devices);
    }
  }
  REQUIRE((breaking > 0.0 && breaking < 5.0));
  CHECK(run(loaded.study).front().number("violation_rate") == Approx(breaking / 5.0));
}

TEST_CASE("a limit may be a share of what an inference takes on the device or in the cloud") {
  const std::string limits =
      "constraints: {energy: 60 % of device_only, deadline: 150 % of cloud_only, memory: 25 % of device_only}\n";
  // The reference is the model's, without noise, so that replications have one limit.
  const Loaded quiet("truth: {layer_noise: 0}\n");
  const auto truth = truth_of(quiet.study.points().front(), 0);
  const auto ends = plan::prefix_candidates(truth);
  const auto& cloud = ends.front().cost;
  const auto& device = ends.back().cost;
  REQUIRE((cloud.layers_on_device == 0 && cloud.up == 150000_B && device.up == 0_B));
  const Loaded loaded(limits);
  for (const std::int64_t replication : {0, 3}) {
    const auto constraints = truth_of(loaded.study.points().front(), replication).constraints;
    CHECK(constraints.energy->value() == Approx(0.6 * device.energy_inference.value()));
    CHECK(constraints.deadline->value() == Approx(1.5 * cloud.latency.value()));
    CHECK(constraints.memory->value() == Approx(0.25 * device.head_memory.value()));
  }
  CHECK_THAT(truth_of(loaded.study.points().front(), 0).constraints.energy_source,
             Contains("60 % of device_only, which takes"));
  CHECK_THAT(study_error("constraints: {memory: 50 % of cloud_only}\n"), Contains("takes none of it"));
  CHECK_THAT(study_error("constraints: {energy: 50 % of phone}\n"), Contains("device_only, cloud_only"));
  CHECK_THAT(study_error("constraints: {energy: 0 % of device_only}\n"), Contains("out of range"));
}

TEST_CASE("best_fixed plays every combination of cuts of groups and classes, and keeps the best") {
  const std::string groups =
      "fleet: {groups: [{name: three, devices: 1, device: raspberry_pi_3b_plus}, {name: zero, devices: 1, device: "
      "raspberry_pi_zero_2w, link: {kind: lte_2012, uplink: 1 Mbit/s}}]}\n"
      "network: ds_cnn_int8\ninput: {encoding: raw}\nworkload: {arrivals: one_at_a_time, requests: 1}\n";
  const Loaded loaded(groups + "partitioners: [best_fixed, oracle]\n");
  const auto& point = loaded.study.points().front();
  const auto count = [&](std::size_t part) {
    const auto truth = belief::true_problem(point.parts()[part], 0);
    return std::ranges::count_if(plan::prefix_candidates(truth),
                                 [&](const auto& candidate) { return plan::is_feasible(truth, candidate.cost); });
  };
  const auto all = point.fixed_plans(0);
  CHECK(std::ssize(all) == count(0) * count(1));
  for (const std::size_t number : {std::size_t{0}, std::size_t{7}, all.size() - 1}) {
    CHECK(point.fixed_plans(0, number) == all[number]);
  }
  // Nobody waits for anybody here, so that the best pair is each board's best plan, which is the oracle's.
  const auto rows = run(loaded.study);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].number("latency_mean_s") == Approx(rows[1].number("latency_mean_s")));
  CHECK(rows[0].table("groups")[1].text("cut") == rows[1].table("groups")[1].text("cut"));
}

TEST_CASE("heads of several classes that do not fit on their device together are no combination") {
  // MobileNet v2's weights are 14 MB and ResNet-18's 46.8 MB: in 55 MB one of them runs at least in part in the cloud.
  const auto whole = [](const std::string& limit) {
    const Loaded loaded(two_classes + "partitioners: [best_fixed]\nconstraints: {memory: " + limit + "}\n");
    return std::ranges::count_if(loaded.study.points().front().fixed_plans(0), [](const experiment::Plans& plans) {
      return std::ranges::all_of(plans,
                                 [](const plan::Plan& plan) { return std::ranges::count(plan.on_device, false) == 0; });
    });
  };
  CHECK(whole("80 MB") == 1);
  CHECK(whole("55 MB") == 0);
}

TEST_CASE("more combinations of fixed plans than can be played are refused") {
  const Loaded loaded(
      "network: resnet50\nfleet: {groups: [{name: a, devices: 1}, {name: b, devices: 1}, {name: c, devices: 1}]}\n"
      "partitioners: [best_fixed]\n");
  CHECK_THROWS_WITH(loaded.study.runs(), Contains("combinations") && Contains("100000"));
}

TEST_CASE("classes that cannot be are refused") {
  CHECK_THAT(study_error("workload: {classes: []}\n"), Contains("at least one class"));
  CHECK_THAT(study_error("workload: {requests: 3, classes: [{name: a}]}\n"), Contains("workload.requests"));
  CHECK_THAT(study_error("workload: {classes: [{arrivals: one_at_a_time, requests: 1}]}\n"), Contains("name"));
  CHECK_THAT(study_error("workload: {classes: [{name: a, arrivals: one_at_a_time, requests: 1, device: x}]}\n"),
             Contains("device"));
  CHECK_THAT(study_error("workload: {classes: [{name: a, arrivals: one_at_a_time, requests: 1}, {name: a, arrivals: "
                         "one_at_a_time, requests: 1}]}\n"),
             Contains("second class"));
}

TEST_CASE("groups that cannot be are refused") {
  CHECK_THAT(study_error("fleet: {groups: []}\n"), Contains("at least one group"));
  CHECK_THAT(study_error("fleet: {devices: 3, groups: [{name: a, devices: 2}]}\n"), Contains("groups"));
  CHECK_THAT(study_error("fleet: {groups: [{devices: 2}]}\n"), Contains("name"));
  CHECK_THAT(study_error("fleet: {groups: [{name: a}]}\n"), Contains("devices"));
  CHECK_THAT(study_error("fleet: {groups: [{name: a, devices: 1}, {name: a, devices: 2}]}\n"),
             Contains("second group"));
  CHECK_THAT(study_error("fleet: {groups: [{name: a, devices: 1, clod: x}]}\n"), Contains("clod"));
  CHECK_THAT(
      study_error(
          "fleet: {groups: [{name: a, devices: 1}], cells: [{name: x, uplink: 1 Mbit/s, downlink: 1 Mbit/s}]}\n"),
      Contains("cell"));
  CHECK_THAT(study_error("fleet: {cell: y, devices: 2, cells: [{name: x, uplink: 1 Mbit/s, downlink: 1 Mbit/s}]}\n"),
             Contains("cell 'y'"));
}

TEST_CASE(
    "cells and the backhaul behind them move, cells stand in cells, and a method knows what they are at the start") {
  const std::string fleet =
      "fleet:\n  backhaul: {uplink: 9 Mbit/s, downlink: 9 Mbit/s, outages: [{from: 5 s, until: 6 s}]}\n"
      "  cells: [{name: building, uplink: 6 Mbit/s, downlink: 6 Mbit/s, bandwidth: {steps: [{from: 0 s, value: 50 %}, "
      "{from: "
      "9 s, value: 4 Mbit/s}]}},\n"
      "          {name: hall, in: building, uplink: 4 Mbit/s, downlink: 2 Mbit/s}]\n"
      "  groups: [{name: a, devices: 2, cell: hall}, {name: b, devices: 1, cell: building}]\n"
      "link: {kind: lte_2012, rtt: 20 ms, uplink: 8 Mbit/s, downlink: 8 Mbit/s}\n";
  const Loaded loaded(fleet);
  const auto problem = truth_of(loaded.study.points().front(), 0);
  CHECK(problem.link.up.value() == Approx(3e6 / 8));    // of 8, 4, half of 6, and 9
  CHECK(problem.link.down.value() == Approx(2e6 / 8));  // of 8, 2, half of 6, and 9
  CHECK(run(loaded.study).size() == 2);
  CHECK_THAT(study_error("fleet: {cells: [{name: a, in: b, uplink: 1 Mbit/s, downlink: 1 Mbit/s}, {name: b, uplink: 1 "
                         "Mbit/s, downlink: 1 Mbit/s}], cell: a}\n"),
             Contains("no cell above it 'b'"));
}

TEST_CASE("the express kernel refuses a tree of cells, by both keys") {
  const std::string fleet =
      "fleet:\n  cells: [{name: x, uplink: 5 Mbit/s, downlink: 5 Mbit/s}, {name: y, uplink: 5 Mbit/s, downlink: 5 "
      "Mbit/s}]\n"
      "  groups: [{name: a, devices: 1, cell: x}, {name: b, devices: 1, cell: y}]\n";
  CHECK_THAT(study_error(fleet + "kernel: express\n"), Contains("kernel") && Contains("fleet.cells"));
  CHECK(run(Loaded(fleet + "kernel: auto\n").study).size() == 2);
}

TEST_CASE("what sees a temperature needs a device with one, and what sees a charge a lifetime to keep") {
  const std::string aware = "partitioners: [{kind: offline_benchmark, temperature: exact}]\n";
  CHECK_THAT(study_error(aware), Contains("temperature: the device has no `thermal:`"));
  const std::string charge = "partitioners: [{kind: resource_aware, rule: R3, battery: exact}]\n";
  CHECK_THAT(study_error(charge), Contains("`constraints: {lifetime: ...}`"));
  CHECK_THAT(study_error(periodic + "battery: {capacity: 10 Wh}\nconstraints: {lifetime: 4 h}\npartitioners: [{kind: "
                                    "min_cut, battery: exact, decide: per_point}]\n"),
             Contains("decide: temperature and charge are of a run"));
}

TEST_CASE("models are resident, or travel from where they are") {
  // The whole network in the cloud: its weights go up before the first request, and never again.
  const std::string plan =
      "partitioners: [cloud_only]\ntruth: {layer_noise: 0}\nworkload: {arrivals: one_at_a_time, requests: 2}\n";
  const auto figures = [&](const std::string& lines) {
    const auto row = run(Loaded(plan + lines).study).front();
    const auto of = [&](const char* name) { return row.number(name); };
    return std::vector<double>{of("shipped_up_B"), of("shipped_down_B"), of("preparing_mean_s")};
  };
  CHECK(figures("") == std::vector<double>{0, 0, 0});
  CHECK(figures("models: resident\n") == std::vector<double>{0, 0, 0});
  CHECK(figures("models: from_server\n") == std::vector<double>{0, 0, 0});
  const auto up = figures("models: from_device\n");
  CHECK(up[0] == Approx(61.1e6 * 4).epsilon(0.01));  // AlexNet's 61.1 million parameters in fp32
  CHECK(up[1] == 0.0);
  const auto link = Loaded("").study.points().front().front().world.link;
  CHECK(up[2] == Approx((up[0] / link.uplink.value() + 0.01) / 2));  // of two requests, the first; 20 ms a round trip
}

TEST_CASE("models that are nowhere, and devices that cannot hold what they are to ship, are refused") {
  CHECK_THAT(study_error("models: shipped\n"), Contains("models") && Contains("from_device"));
  CHECK_THAT(study_error("models: from_device\ndevice: {kind: raspberry_pi_3b_plus, storage: {free: 1 MB}}\n"),
             Contains("models") && Contains("storage"));
}

TEST_CASE("interference comes with the device, or over one, as a scenario's own figure") {
  const std::string two = "device: {kind: raspberry_pi_3b_plus, processors: {cpu: {slots: 2}}, interference: ";
  const Loaded loaded(two + "{cpu: {cpu: 62 %}}}\n");
  CHECK(loaded.study.points().front().front().world.device.interference == std::vector<std::vector<double>>{{0.62}});
  CHECK_THAT(study_error(two + "{cpu: {gpu: 62 %}}}\n"), Contains("gpu"));
  CHECK_THAT(study_error("device: {kind: raspberry_pi_3b_plus, interference: {cpu: {cpu: 62 %}}}\n"),
             Contains("slots"));
}

}  // namespace edgecut::resources_test
