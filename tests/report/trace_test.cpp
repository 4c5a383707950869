// A trace and a log of three requests, held against events that are worked out by hand.
#include "report/trace.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "engine/systems.hpp"
#include "events/broadcast.hpp"
#include "report/event_log.hpp"

namespace edgecut::trace_test {
using namespace edgecut::test;
using nlohmann::json;

namespace {

// A file of this process, removed in the end.
class Scratch {
 public:
  explicit Scratch(const std::string& name)
      : path_(std::filesystem::temp_directory_path() / (name + std::to_string(::getpid()))) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { std::filesystem::remove(path_); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string text() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::filesystem::path path_;
};

// Three requests, 4 s apart, cut after a: the head takes 1 s, 500 kB go up at 1 MB/s in 0.5 s, half a round trip is
// 0.25 s, the tail takes 0.25 + 0.5 s, 125 kB come down in 0.125 s and 0.25 s. All in all 2.875 s.
Spec three_requests() {
  auto spec = cut_after(1);
  spec.workload = periodic(0.25, 3);
  return spec;
}

report::Stations stations(const Spec& spec) {
  return {{{"board", {"cpu"}, spec.link.uplink, spec.link.downlink}}, "cloud", "", {nullptr}};
}

std::vector<json> trace_of(const Spec& spec, std::uint64_t limit, std::string* all = nullptr) {
  const Scratch file("edgecut-trace-");
  Lab lab({spec});
  report::Trace trace(file.path(), "method", 0, stations(spec), limit);
  engine::simulate(lab.system, lab.plans, trace);
  trace.close();
  const auto text = std::string(report::trace_begin()) + file.text() + std::string(report::trace_end());
  if (all != nullptr) *all = text;
  const auto parsed = json::parse(text);
  return {parsed.at("traceEvents").begin(), parsed.at("traceEvents").end()};
}

using Span = std::tuple<std::string, double, double, std::string>;  // track, begin and length in us, name

std::multiset<Span> spans(const std::vector<json>& events) {
  std::map<std::pair<int, int>, std::string> tracks;
  for (const auto& e : events) {
    if (e["name"] == "thread_name") tracks[{e["pid"], e["tid"]}] = e["args"]["name"];
  }
  std::multiset<Span> found;
  for (const auto& e : events) {
    if (e["ph"] == "X") found.emplace(tracks.at({e["pid"], e["tid"]}), e["ts"], e["dur"], e["name"]);
  }
  return found;
}

}  // namespace

TEST_CASE("A trace of three requests has the spans that one works out by hand") {
  std::multiset<Span> expected;
  for (int i = 0; i < 3; ++i) {
    const double at = 4e6 * i;
    const auto number = "#" + std::to_string(i);
    expected.emplace("requests", at, 0.0, number + " arrived");
    expected.emplace("cpu", at, 1e6, number);
    expected.emplace("radio up", at + 1e6, 5e5, number);
    expected.emplace("slot", at + 1.75e6, 7.5e5, number);
    expected.emplace("radio down", at + 2.5e6, 1.25e5, number);
    expected.emplace("requests", at + 2.875e6, 0.0, number + " completed");
  }
  CHECK(spans(trace_of(three_requests(), 1000000)) == expected);
}

TEST_CASE("Arrows lead from a request's arrival over its steps to its end") {
  std::map<int, std::string> phases;
  std::map<int, std::vector<double>> times;
  for (const auto& e : trace_of(three_requests(), 1000000)) {
    if (e.value("cat", "") != "request") continue;
    phases[e["id"]] += e["ph"].get<std::string>();
    times[e["id"]].push_back(e["ts"]);
  }
  REQUIRE(phases.size() == 3);
  for (int i = 0; i < 3; ++i) {
    const double at = 4e6 * i;
    CHECK(phases[i] == "sttttf");
    CHECK(times[i] == std::vector<double>{at, at, at + 1e6, at + 1.75e6, at + 2.5e6, at + 2.875e6});
  }
}

TEST_CASE("Counters say how many wait and what the device draws") {
  auto spec = device_only();         // 7 s each
  spec.workload = periodic(0.5, 3);  // at 0, 2 and 4 s: the second waits until 7 s, the third until 14 s
  std::vector<std::pair<double, double>> waiting;
  std::vector<std::pair<double, double>> power;
  double uplink = 0.0;
  for (const auto& e : trace_of(spec, 1000000)) {
    if (e["ph"] != "C") continue;
    const std::pair<double, double> sample{e["ts"], e["args"]["value"]};
    if (e["name"] == "waiting: cpu") waiting.push_back(sample);
    if (e["name"] == "power (W)") power.push_back(sample);
    if (e["name"] == "uplink (Mbit/s)") uplink = sample.second;
  }
  CHECK(waiting == std::vector<std::pair<double, double>>{{0, 0}, {2e6, 1}, {4e6, 2}, {7e6, 1}, {14e6, 0}});
  CHECK(power == std::vector<std::pair<double, double>>{{0, 6}, {21e6, 2}});  // busy throughout, 2 W when idle
  CHECK(uplink == 8.0);                                                       // 1 MB/s
}

namespace {

// 7 s at 6 W, of a battery of so many joules.
Spec one_on_battery(double joules) {
  auto spec = device_only();
  spec.workload = periodic(0.5, 1);
  spec.device.battery = platform::Battery{};
  spec.device.battery->capacity = Joules(joules);
  return spec;
}

std::vector<std::pair<double, double>> charges(const Spec& spec) {
  std::vector<std::pair<double, double>> samples;
  for (const auto& e : trace_of(spec, 1000000)) {
    if (e["ph"] == "C" && e["name"] == "battery (%)") samples.emplace_back(e["ts"], e["args"]["value"]);
  }
  return samples;
}

}  // namespace

TEST_CASE("A counter says what the battery holds: full at first, 42 J less after 7 s at 6 W, nothing when it dies") {
  CHECK(charges(one_on_battery(84.0)) == std::vector<std::pair<double, double>>{{0, 100}, {7e6, 50}});
  CHECK(charges(one_on_battery(21.0)) == std::vector<std::pair<double, double>>{{0, 100}, {3.5e6, 0}});
}

TEST_CASE("The log says what the battery holds, as a share") {
  const Scratch file("edgecut-events-");
  Lab lab({one_on_battery(84.0)});
  report::EventLog log(file.path(), {"m", 0}, lab.system.clients[0].network);
  engine::simulate(lab.system, lab.plans, log);
  log.close();
  const auto text = file.text();
  CHECK(text.starts_with("m,0,0,charge_changed,,0,,,,,,,,,1,,\n"));
  CHECK(text.find("m,0,7,charge_changed,,0,,,,,,,,,0.5,,\n") != std::string::npos);
}

TEST_CASE("Spans on a track never overlap, however many requests are under way") {
  auto spec = cut_after(1);
  spec.workload = periodic(2.0, 40);  // twice as fast as the processor
  std::map<std::pair<int, int>, double> ends;
  for (const auto& e : trace_of(spec, 1000000)) {
    if (e["ph"] != "X" || e["dur"] == 0.0) continue;
    auto& end = ends[{e["pid"], e["tid"]}];
    CHECK(e["ts"].get<double>() >= end);
    end = e["ts"].get<double>() + e["dur"].get<double>();
  }
  CHECK(ends.size() == 4);
}

TEST_CASE("A trace that reaches its limit is cut, says so and stays valid JSON") {
  auto spec = three_requests();
  spec.workload.requests = 1000;
  for (const std::uint64_t limit : {2048U, 5000U, 20000U}) {
    std::string text;
    const auto events = trace_of(spec, limit, &text);
    CHECK(text.size() <= limit);
    CHECK(text.size() + 1000 > limit);
    CHECK(events.back()["name"] == "trace cut here: --trace-limit");
  }
}

TEST_CASE("Names with quotes and odd bytes are escaped in a trace") {
  const Scratch file("edgecut-trace-");
  report::Stations places{{{"a \"board\"\n\xff", {"cpu"}, 1000000_Bps, 1000000_Bps}}, "c\\d", "", nullptr};
  report::Trace trace(file.path(), "m", 0, places, 100000);
  trace.on(events::RunEnded{});
  trace.close();
  const auto parsed = json::parse(std::string(report::trace_begin()) + file.text() + std::string(report::trace_end()));
  CHECK(parsed["traceEvents"][0]["args"]["name"].get<std::string>().starts_with("m: a \"board\"\n"));
}

TEST_CASE("The log has a line an event, in order") {
  const Scratch file("edgecut-events-");
  auto spec = three_requests();
  spec.workload.requests = 1;
  Lab lab({spec});
  report::EventLog log(file.path(), {"a, b", 4}, lab.system.clients[0].network);
  engine::simulate(lab.system, lab.plans, log);
  log.close();
  CHECK(file.text() ==
        "\"a, b\",4,0,arrived,0,0,,,,,,,,,,,\n"
        "\"a, b\",4,0,planned,0,0,,,after layer1,,,,,,,,\n"
        "\"a, b\",4,0,queued,0,0,,device,,,,,,,,,\n"
        "\"a, b\",4,0,head_started,0,0,,,,,,,,,,,\n"
        "\"a, b\",4,0,power_changed,,0,,,,,6,,,,,,\n"  // 4 W above idle
        "\"a, b\",4,1,head_finished,0,0,,,,,,,,,,,\n"
        "\"a, b\",4,1,queued,0,0,,uplink,,,,,,,,,\n"
        "\"a, b\",4,1,upload_started,0,0,,,,500000,,,,,,,\n"
        "\"a, b\",4,1,power_changed,,0,,,,,3.5,,,,,,\n"  // the radio 0.5 W, and 1 W for 1 MB/s
        "\"a, b\",4,1.5,sent,0,0,,,,,,,,,,,\n"
        "\"a, b\",4,1.5,power_changed,,0,,,,,2,,,,,,\n"
        "\"a, b\",4,1.75,upload_finished,0,0,,,,,,,,,,,\n"
        "\"a, b\",4,1.75,queued,0,0,,cloud,,,,,,,,,\n"
        "\"a, b\",4,1.75,tail_started,0,0,,,,,,,,,,,\n"
        "\"a, b\",4,2.5,tail_finished,0,0,,,,,,,,,,,\n"
        "\"a, b\",4,2.5,queued,0,0,,downlink,,,,,,,,,\n"
        "\"a, b\",4,2.5,download_started,0,0,,,,125000,,,,,,,\n"
        "\"a, b\",4,2.5,power_changed,,0,,,,,4.25,,,,,,\n"  // 0.25 W, and 2 W for 1 MB/s
        "\"a, b\",4,2.625,sent,0,0,,,,,,,,,,,\n"
        "\"a, b\",4,2.625,power_changed,,0,,,,,2,,,,,,\n"
        "\"a, b\",4,2.875,download_finished,0,0,,,,,,,,,,,\n"
        "\"a, b\",4,2.875,ended,0,0,,,,,,,,,,completed,\n");
}

TEST_CASE("The log of requests has where time and energy went, and nothing for those without a result") {
  const Scratch file("edgecut-requests-");
  auto spec = device_only();  // 7 s each at 4 W above idle
  spec.workload = periodic(0.5, 3);
  spec.workload.queue_limit = 1;  // the third, at 4 s, finds the second waiting
  Lab lab({spec});
  report::RequestLog log(file.path(), {"m", 0}, lab.system.clients[0].network);
  engine::simulate(lab.system, lab.plans, log);
  log.close();
  CHECK(file.text() ==
        "m,0,2,0,,4,4,dropped,,device only,,,,,,,,,,,,,0,0,0,0,0,0,0,0\n"
        "m,0,0,0,,0,7,completed,,device only,7,0,0,7,0,0,0,0,0,0,0,0,28,0,0,0,0,0,0,0\n"
        "m,0,1,0,,2,14,completed,,device only,12,0,5,7,0,0,0,0,0,0,0,0,28,0,0,0,0,0,0,0\n");
}

}  // namespace edgecut::trace_test
