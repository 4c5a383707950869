// What a device's system reports, what it does not, and what each method makes of it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "config/error_of.hpp"
#include "partition/methods/graph_partitioners.hpp"
#include "plan/plan.hpp"
#include "scenario/scenario_file.hpp"

namespace edgecut::availability_test {
using Catch::Matchers::Contains;

namespace {

std::string board(const std::string& state) {
  return "device: {kind: raspberry_pi_3b_plus, processors: {cpu: {" + state + "}}}\n";
}
const std::string quarter = "clock: 25 %";
const std::string hidden = "interference: 300 %";

Seconds sum(const std::vector<Seconds>& times) {
  return std::accumulate(times.begin(), times.end(), Seconds());
}

// What each method believes the whole network takes on the device, over what it believes of an idle device.
std::vector<double> stretches(const std::string& state, const std::vector<std::string>& methods) {
  const auto believed = [&](const std::string& lines) {
    std::string list;
    for (const auto& method : methods) {
      list += (list.empty() ? "{name: m" : ", {name: m") + std::to_string(list.size()) + ", " + method + "}";
    }
    const Loaded loaded(lines + "partitioners: [" + list + "]\n");
    const auto& experiment = loaded.study.points().front();
    std::vector<double> sums;
    for (const auto& method : experiment.methods()) {
      sums.push_back(sum(belief_of(experiment, method, 0).processors[0].layer_time).value());
    }
    return sums;
  };
  const auto now = believed(board(state));
  const auto idle = believed(board("clock: 100 %"));
  std::vector<double> found;
  for (std::size_t i = 0; i < now.size(); ++i) found.push_back(now[i] / idle[i]);
  return found;
}

}  // namespace

TEST_CASE("a quarter of the clock and interference of 300 % make layers take four times as long, and multiply") {
  const auto whole = [](const std::string& state) {
    return sum(truth_of(Loaded(board(state)).study.points()[0], 0).processors[0].layer_time).value();
  };
  const double idle = whole("clock: 100 %");
  CHECK(whole(quarter) == Approx(4 * idle));
  CHECK(whole(hidden) == Approx(4 * idle));
  CHECK(whole(quarter + ", " + hidden + ", slowdown: 2") == Approx(32 * idle));
}

TEST_CASE("who sees availability scales what it knows by the clock, whatever that is, and never by what is hidden",
          "[unsanitized]") {
  const std::string then =
      ", benchmarked_at: {device.processors.cpu.clock: 100 %, device.processors.cpu.interference: 0 %}";
  const auto all = [&](const std::string& state, const std::string& more, double expected) {
    std::vector<std::string> methods;
    for (const std::string method :
         {"kind: resource_aware, rule: R3", "kind: offline_benchmark", "kind: neurosurgeon", "kind: online_bandit",
          "kind: min_cut, believes: three_constants", "kind: resource_aware, rule: R3, nominal: peak"}) {
      methods.push_back(method + then + more);
    }
    INFO(state << more);
    for (const double stretch : stretches(state, methods)) CHECK(stretch == Approx(expected));
  };
  all(quarter, "", 1.0);
  all(quarter, ", sees: nothing", 1.0);
  all(quarter, ", sees: availability", 4.0);
  all(hidden, ", sees: availability", 1.0);
}

TEST_CASE("a benchmark that is taken today has met today's clock, which is not counted twice") {
  const auto found = stretches(
      quarter, {"kind: offline_benchmark, sees: availability", "kind: offline_benchmark",
                "kind: offline_benchmark, sees: availability, benchmarked_at: {device.processors.cpu.clock: 50 %}"});
  for (const double stretch : found) CHECK(stretch == Approx(4.0));
}

TEST_CASE("nominal rates are of the nominal clock, and budgets shrink with the clock that is seen") {
  const auto rate = [](const std::string& state, const std::string& more) {
    const Loaded loaded(board(state) + "partitioners: [{kind: resource_aware, rule: R3" + more + "}]\n");
    const auto& experiment = loaded.study.points().front();
    return belief_of(experiment, experiment.methods().front(), 0).processors[0].nominal.value();
  };
  const double nominal = rate("clock: 100 %", "");
  CHECK(rate(quarter, "") == Approx(nominal));
  CHECK(rate(hidden, "") == Approx(nominal));
  CHECK(rate(quarter, ", sees: availability") == Approx(nominal / 4));
  // A frequency is a clock, too: 750 MHz, 41.7 % of 1800 MHz.
  const auto of_pi_4 = [](const std::string& frequency, const std::string& more) {
    const Loaded loaded("device: {kind: raspberry_pi_4, processors: {cpu: {frequency: " + frequency +
                        "}}}\npartitioners: [{kind: resource_aware, rule: R3" + more + "}]\n");
    const auto& experiment = loaded.study.points().front();
    return belief_of(experiment, experiment.methods().front(), 0).processors[0].nominal.value();
  };
  const double full = of_pi_4("1800 MHz", "");
  CHECK(of_pi_4("750 MHz", "") == Approx(full));
  CHECK(of_pi_4("750 MHz", ", sees: availability") == Approx(0.417 * full));
}

TEST_CASE("a sensor's error is a factor of its own in each replication, and is stated") {
  const Loaded loaded(board(quarter) +
                      "partitioners: [{kind: resource_aware, rule: R3, sees: {availability: {error: 20 %, "
                      "age: 50 ms}}}, {kind: resource_aware, name: blind, rule: R3}]\nreplications: 2\n");
  const auto rows = run(loaded.study);
  CHECK(rows[0].number("seen_clock") != Approx(0.25).epsilon(1e-3));
  CHECK(rows[0].number("seen_clock") == Approx(0.25).epsilon(0.8));
  CHECK(rows[1].number("seen_clock") != rows[0].number("seen_clock"));
  CHECK(rows[0].number("seen_age_s") == Approx(0.05));
  CHECK(rows[0].number("seen_error") == Approx(0.2));
  CHECK(rows[2].text("seen_clock").empty());
}

// Regrets of R3 against the oracle on an idle system, over networks, devices and uplinks; the median.
double median_regret(const std::string& state, const std::string& more) {
  std::vector<double> regrets;
  for (const std::string network : {"alexnet", "mobilenet_v2", "resnet18"}) {
    for (const std::string device : {"raspberry_pi_3b_plus", "raspberry_pi_4"}) {
      const Loaded loaded(
          "network: " + network + "\ndevice: {kind: " + device + ", processors: {cpu: {" + state +
          "}}}\nconstraints: {min_layers_on_device: 1}\npartitioners: [{kind: resource_aware, rule: R3" + more +
          "}]\nsweep: {link.uplink: {logspace: [1 Mbit/s, 64 Mbit/s], points: 7}}\n");
      for (const auto& experiment : loaded.study.points()) {
        const auto truth = truth_of(experiment, 0);
        const auto& method = experiment.methods().front();
        const auto plan = method.partitioner->partition(belief_of(experiment, method, 0)).plan;
        const auto best = partition::Oracle().partition(truth).plan;
        REQUIRE((plan && best));
        regrets.push_back(plan::evaluate(truth, *plan).latency / plan::evaluate(truth, *best).latency - 1.0);
      }
    }
  }
  std::ranges::sort(regrets);
  return regrets[regrets.size() / 2];
}

TEST_CASE("with a quarter of the clock R3 that sees it loses no more than at full clock, and hidden it does",
          "[unsanitized]") {
  const double full = median_regret("clock: 100 %", ", sees: availability");
  const double seen = median_regret(quarter, ", sees: availability");
  const double blind = median_regret(quarter, "");
  const double unseen = median_regret(hidden, ", sees: availability");
  INFO("median regrets: full clock " << full << ", a quarter seen " << seen << ", not seen " << blind << ", hidden "
                                     << unseen);
  CHECK(seen <= full + 0.02);
  CHECK(unseen > full + 0.02);
  CHECK(blind > full + 0.02);
}

TEST_CASE("what others take of the processor is seen as its mean over a window, after its age") {
  const auto changes = [](const std::string& sees) {
    const Loaded loaded(
        "network: alexnet\nlink: {kind: lte_2012, rtt: 20 ms, uplink: 8 Mbit/s}\n"
        "workload: {arrivals: periodic, rate: 2 /s, requests: 20}\n"
        "background: {device: {cpu: {steps: [{from: 2 s, value: 90 %}]}}}\n"
        "partitioners: [{kind: resource_aware, rule: R3, decide: per_request, sees: " +
        sees + "}]\n");
    return run(loaded.study).at(0).number("plan_changes");
  };
  CHECK(changes("nothing") == 0.0);
  CHECK(changes("availability") >= 1.0);
  CHECK(changes("{availability: {age: 1 h}}") == 0.0);
}

TEST_CASE("a server's load is known by its reports alone, whose bytes are counted") {
  const auto row = [](const std::string& knows) {
    const Loaded loaded(
        "network: alexnet\nlink: {kind: lte_2012, rtt: 20 ms, uplink: 30 Mbit/s}\n"
        "workload: {arrivals: periodic, rate: 2 /s, requests: 20}\n"
        "background: {cloud: {steps: [{from: 2 s, value: 98 %}]}}\n"
        "partitioners: [{kind: offline_benchmark, decide: per_request" +
        knows + "}]\n");
    return run(loaded.study).at(0);
  };
  CHECK(row("").number("plan_changes") == 0.0);
  CHECK(row(", sees: availability").number("plan_changes") == 0.0);
  const auto told = row(", server_load: {report: {every: 1 s, size: 200 B}}");
  CHECK(told.number("plan_changes") >= 1.0);
  // 20 requests in 9.5 s, one report each second: at 0, 1, ... 9 s.
  CHECK(told.number("reports_B") == 10 * 200.0);
  CHECK(row("").number("reports_B") == 0.0);
  CHECK(row(", server_load: {report: {every: 1 h, size: 200 B}}").number("plan_changes") == 0.0);
}

TEST_CASE("the charge is a part of what a system reports") {
  const Loaded loaded(
      "battery: {capacity: 10 Wh}\nconstraints: {lifetime: 4 h}\nworkload: {arrivals: periodic, rate: 1 /s, requests: "
      "3}\n"
      "partitioners: [{kind: offline_benchmark, decide: per_request, sees: availability}, {kind: offline_benchmark, "
      "name: no}]\n");
  const auto& methods = loaded.study.points().front().methods();
  CHECK(methods[0].awareness.battery);
  CHECK_FALSE(methods[1].awareness.battery);
}

TEST_CASE("what cannot be seen, and clocks that cannot be, are refused") {
  const auto refused = [](const std::string& lines) { return error_of([&] { Loaded bad(lines); }); };
  CHECK_THAT(refused("partitioners: [{kind: oracle, sees: availability}]\n"), Contains("knows the truth"));
  CHECK_THAT(refused("partitioners: [{kind: device_only, sees: availability}]\n"), Contains("looks at no time"));
  CHECK_THAT(refused("partitioners: [{kind: offline_benchmark, sees: heat}]\n"),
             Contains("nothing") && Contains("availability"));
  CHECK_THAT(
      refused(
          "partitioners: [{kind: offline_benchmark, sees: availability, decide: once, benchmarked_at: {link.uplink: 1 "
          "Mbit/s}}]\n"),
      Contains("what a system reports today"));
  CHECK_THAT(refused("partitioners: [{kind: offline_benchmark, sees: {availability: {window: -1 s}}}]\n"),
             Contains("sees.availability.window"));
  CHECK_THAT(refused(board("clock: 0 %")), Contains("device.processors.cpu.clock"));
  CHECK_THAT(refused(board("interference: -5 %")), Contains("device.processors.cpu.interference"));
  CHECK_THAT(refused("partitioners: [{kind: offline_benchmark, server_load: {report: {every: 1 s}}}]\n"),
             Contains("size"));
}

}  // namespace edgecut::availability_test
