// Bursts, days, traces and closed loops: their counts and moments against theory, their times by hand, their files
// strictly.
#include <unistd.h>

#include <catch2/catch.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "config/error_of.hpp"
#include "workload/workload.hpp"

namespace edgecut::arrivals_test {
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using workload::ArrivalTimes;

namespace {

workload::Workload read(const std::string& text, const std::string& file = "w.yaml") {
  return workload::read_workload(config::parse_text(text, file));
}

std::string error(const std::string& text) {
  return error_of([&] { read(text); });
}

std::vector<double> first(std::size_t count, ArrivalTimes times) {
  std::vector<double> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(times.next().value());
  return result;
}

// How many arrive in each of `windows` windows of that length.
std::vector<double> counts(ArrivalTimes times, double length, std::size_t windows) {
  std::vector<double> result(windows, 0.0);
  for (double time = times.next().value(); time < length * static_cast<double>(windows); time = times.next().value()) {
    ++result[static_cast<std::size_t>(time / length)];
  }
  return result;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}
double variance_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double sum = 0.0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size() - 1);
}

// A file that is gone when the test is.
class File {
 public:
  File(const std::string& name, const std::string& text)
      : path_(std::filesystem::temp_directory_path() / (std::to_string(getpid()) + name)) {
    std::ofstream(path_, std::ios::binary) << text;
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { std::filesystem::remove(path_); }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("Bursts have the mean rate of their states, weighted by the time in each") {
  // 60 of 65 s at 1 /s and 5 of 65 s at 20 /s: (60 + 100) / 65 = 2.4615 /s.
  const auto bursty =
      read("{arrivals: bursty, states: [{rate: 1 /s, stay: 60 s}, {rate: 20 /s, stay: 5 s}], requests: 1}");
  CHECK(bursty.rate.value() == Approx(160.0 / 65.0).epsilon(1e-14));
  CHECK(bursty.period()->value() == Approx(65.0 / 160.0).epsilon(1e-14));

  // Counts in windows of 1 s of the two-state process [Fischer, Meier-Hellstern, Performance Evaluation 18, 1993]:
  // variance = m + 2 (l1 - l2)^2 r1 r2 / (r1 + r2)^3 x (1 - (1 - e^-(r1 + r2)) / (r1 + r2)), where r are the rates of
  // leaving: 1/60 and 1/5, sum s = 0.21667: m = 2.4615 and 2 x 361 x 0.0033333 / 0.010171 x (1 - 0.8980) = 24.1.
  const double r1 = 1.0 / 60.0;
  const double r2 = 1.0 / 5.0;
  const double s = r1 + r2;
  const double variance = 160.0 / 65.0 + 2.0 * 361.0 * r1 * r2 / (s * s * s) * (1.0 - (1.0 - std::exp(-s)) / s);
  const auto seen = counts(ArrivalTimes(bursty, 7, 0), 1.0, 400000);
  // The rate is correlated over 1/s = 4.6 s: 400,000 windows are as good as about 40,000; the mean's standard error is
  // sqrt(26.5 / 40,000) = 0.026, that of the variance about 2 % of it.
  CHECK(mean_of(seen) == Approx(160.0 / 65.0).margin(4 * 0.026));
  CHECK(variance_of(seen) == Approx(variance).epsilon(0.08));
  CHECK(variance > 10.0 * 160.0 / 65.0);  // of a Poisson process it would be the mean
}

TEST_CASE("Of three states each takes its share of the time") {
  // From 0 always to 1, from 1 to 0 or 2 alike, from 2 always to 1: visits 1/4, 1/2, 1/4; with stays of 1, 2 and 4 s
  // the time is 1/4 : 1 : 1, so shares are 1/9, 4/9 and 4/9 and the rate 0 + 4/9 x 9 + 4/9 x 18 = 12 /s.
  const auto three = read(
      "{arrivals: bursty, states: [{rate: 0 /s, stay: 1 s, next: [0, 1, 0]}, {rate: 9 /s, stay: 2 s, next: [2, 0, 2]},"
      " {rate: 18 /s, stay: 4 s, next: [0, 3, 0]}], requests: 1}");
  const auto share = workload::shares_of_time(three.states);
  CHECK(share[0] == Approx(1.0 / 9.0).epsilon(1e-14));
  CHECK(share[1] == Approx(4.0 / 9.0).epsilon(1e-14));
  CHECK(share[2] == Approx(4.0 / 9.0).epsilon(1e-14));
  CHECK(three.rate.value() == Approx(12.0).epsilon(1e-14));
  // 100,000 s: rates vary with a standard deviation of 6.6 /s and are correlated over seconds: about 30,000 samples.
  const auto seen = counts(ArrivalTimes(three, 3, 0), 10.0, 10000);
  CHECK(mean_of(seen) / 10.0 == Approx(12.0).margin(5 * 6.6 / std::sqrt(30000.0)));
}

TEST_CASE("Bursts of a given mean rate keep their shape, and their states change at the same times") {
  const std::string states = "states: [{rate: 1 /s, stay: 60 s}, {rate: 20 /s, stay: 5 s}], requests: 1}";
  const auto faster = read("{arrivals: bursty, rate: 24.615384615384617 /s, " + states);  // ten times 160/65
  CHECK(faster.rate == Frequency(24.615384615384617));
  CHECK(faster.states[0].rate.value() == Approx(10.0).epsilon(1e-12));
  CHECK(faster.states[1].rate.value() == Approx(200.0).epsilon(1e-12));
  // The same path of states: in each window of 10 s ten times as many, to within the draws. Their correlation over
  // windows is that of two Poisson counts about one rate, near 1.
  const auto slow = counts(ArrivalTimes(read("{arrivals: bursty, " + states), 5, 2), 10.0, 2000);
  const auto fast = counts(ArrivalTimes(faster, 5, 2), 10.0, 2000);
  double covariance = 0.0;
  for (std::size_t i = 0; i < slow.size(); ++i) covariance += (slow[i] - mean_of(slow)) * (fast[i] - mean_of(fast));
  covariance /= static_cast<double>(slow.size() - 1);
  CHECK(covariance / std::sqrt(variance_of(slow) * variance_of(fast)) > 0.95);
}

TEST_CASE("Arrivals over a day follow the curve hour by hour") {
  // 0 /s at midnight, linearly to 2 /s at noon and back: hour h of the morning has a mean rate of (h + 0.5) / 6 /s.
  const auto daily = read("{arrivals: diurnal, curve: [{at: 0 h, rate: 0 /s}, {at: 12 h, rate: 2 /s}], requests: 1}");
  CHECK(daily.rate.value() == Approx(1.0).epsilon(1e-14));
  const auto hours = counts(ArrivalTimes(daily, 11, 0), 3600.0, 24);
  for (int h = 0; h < 12; ++h) {
    const double expected = 600.0 * (h + 0.5);  // 3,600 s x (h + 0.5) / 6 /s
    INFO("hour " << h);
    CHECK(hours[static_cast<std::size_t>(h)] == Approx(expected).margin(4.5 * std::sqrt(expected)));
    CHECK(hours[static_cast<std::size_t>(23 - h)] == Approx(expected).margin(4.5 * std::sqrt(expected)));
  }
}

TEST_CASE("A day of one's own begins at any time of it, and the curve goes round") {
  // 4 /s from 0 to 10 s, down to 0 at 15 s and up again at 20 s = 0: mean (40 + 10 + 10) / 20 = 3 /s.
  const auto curve = read(
      "{arrivals: diurnal, day: 20 s, start: 10 s, curve: [{at: 0 s, rate: 4 /s}, {at: 10 s, rate: 4 /s}, "
      "{at: 15 s, rate: 0 /s}], requests: 1}");
  CHECK(curve.rate.value() == Approx(3.0).epsilon(1e-14));
  CHECK(curve.curve->rate(Seconds(0)).value() == Approx(4.0));
  CHECK(curve.curve->rate(Seconds(2.5)).value() == Approx(2.0));
  CHECK(curve.curve->rate(Seconds(5)).value() == Approx(0.0).margin(1e-12));
  CHECK(curve.curve->rate(Seconds(9)).value() == Approx(3.2));  // 19 s of the day: 4 of 5 s up again
  CHECK(curve.curve->rate(Seconds(12)).value() == Approx(4.0));
  CHECK(curve.curve->highest() == Frequency(4));
}

TEST_CASE("A trace is played to the second, shifted from device to device, stretched to a rate") {
  const File file("edgecut_trace.csv", "arrival_s,tokens\n0.5,10\n0.5,3\r\n2.5,7\n");
  const auto trace = read("{arrivals: trace, file: " + file.path() + ", offset: 10 s}");
  CHECK(trace.requests == 3);         // all of them
  CHECK(trace.rate == Frequency(1));  // two gaps in 2 s
  CHECK(first(3, ArrivalTimes(trace, 1, 0)) == std::vector<double>{0.5, 0.5, 2.5});
  CHECK(first(3, ArrivalTimes(trace, 9, 2)) == std::vector<double>{20.5, 20.5, 22.5});

  // Four times the rate: a quarter of the times; the shift from device to device stays.
  const auto faster = read("{arrivals: trace, file: " + file.path() + ", rate: 4 /s, requests: 2, offset: 10 s}");
  CHECK(faster.requests == 2);
  CHECK(first(2, ArrivalTimes(faster, 1, 1)) == std::vector<double>{10.125, 10.125});
}

TEST_CASE("What bursts, days, traces and loops cannot be is refused") {
  CHECK_THAT(error("{arrivals: bursty, requests: 1}"), Contains("missing key 'states'"));
  CHECK_THAT(error("{arrivals: bursty, states: [{rate: 1 /s, stay: 1 s}], requests: 1}"), Contains("at least two"));
  CHECK_THAT(error("{arrivals: bursty, states: [{rate: 0 /s, stay: 1 s}, {rate: 0 /s, stay: 1 s}], requests: 1}"),
             Contains("nothing ever arrives"));
  CHECK_THAT(error("{arrivals: bursty, states: [{rate: 1 /s, stay: 0 s}, {rate: 0 /s, stay: 1 s}], requests: 1}"),
             StartsWith("w.yaml:1:48: states[0].stay: ") && Contains("at least 1 us"));
  const auto three = [](const std::string& a, const std::string& b, const std::string& c) {
    return "{arrivals: bursty, requests: 1, states: [{rate: 1 /s, stay: 1 s, next: " + a +
           "}, {rate: 1 /s, stay: 1 s, next: " + b + "}, {rate: 1 /s, stay: 1 s, next: " + c + "}]}";
  };
  CHECK_THAT(error(three("[0, 1]", "[1, 0, 1]", "[1, 1, 0]")), Contains("a weight for each of the 3 states"));
  CHECK_THAT(error(three("[1, 1, 1]", "[1, 0, 1]", "[1, 1, 0]")), Contains("does not follow itself"));
  CHECK_THAT(error(three("[0, 0, 0]", "[1, 0, 1]", "[1, 1, 0]")), Contains("leads nowhere"));
  CHECK_THAT(error(three("[0, 1, 0]", "[1, 0, 0]", "[1, 1, 0]")), Contains("states[2]: cannot be reached"));
  CHECK_THAT(error(three("[0, 1, 1]", "[0, 0, 1]", "[0, 1, 0]")), Contains("states[1]: never leads back"));

  CHECK_THAT(error("{arrivals: diurnal, curve: [], requests: 1}"), Contains("must be a list"));
  CHECK_THAT(error("{arrivals: diurnal, curve: [{at: 25 h, rate: 1 /s}], requests: 1}"), Contains("beyond the day"));
  CHECK_THAT(error("{arrivals: diurnal, curve: [{at: 2 h, rate: 1 /s}, {at: 2 h, rate: 2 /s}], requests: 1}"),
             StartsWith("w.yaml:1:57: curve[1].at: ") && Contains("not later"));
  CHECK_THAT(error("{arrivals: diurnal, curve: [{at: 2 h, rate: 0 /s}], requests: 1}"), Contains("nothing ever"));

  CHECK_THAT(error("{arrivals: poisson, rate: 1 /s, requests: 1, states: []}"), Contains("only bursty"));
  CHECK_THAT(error("{arrivals: poisson, rate: 1 /s, requests: 1, file: a.csv}"),
             Contains("only arrivals from a trace"));
  CHECK_THAT(error("{arrivals: one_at_a_time, requests: 1, think: 1 s}"), Contains("closed_loop"));
  CHECK_THAT(error("{arrivals: closed_loop, requests: 1, rate: 1 /s}"), Contains("have no rate"));
  CHECK_THAT(error("{arrivals: closed_loop, requests: 1, outstanding: 0}"), Contains("at least 1"));
  CHECK_THAT(error("{arrivals: poisson, rate: 1 /s, requests: 1, freshest: true, queue_limit: 2}"),
             StartsWith("w.yaml:1:56: freshest: ") && Contains("queue_limit"));
  CHECK_THAT(error("{arrivals: poisson, rate: 1 /s, requests: 1, priority: high}"),
             StartsWith("w.yaml:1:56: priority: ") && Contains("not a number"));
}

TEST_CASE("A bad trace is refused with its file and line") {
  const auto bad = [](const std::string& text, const std::string& more = "") {
    const File file("edgecut_bad_trace.csv", text);
    const auto message = error("{arrivals: trace, file: " + file.path() + more + "}");
    const auto at = message.find("edgecut_bad_trace.csv");
    return at == std::string::npos ? message : message.substr(at);
  };
  CHECK_THAT(bad(""), StartsWith("edgecut_bad_trace.csv:1:1: arrival_s: ") && Contains("empty"));
  CHECK_THAT(bad("arrival_s\n"), Contains(":1:1: arrival_s: no arrivals"));
  CHECK_THAT(bad("time,rate\n1,2\n"),
             Contains(":1:1: arrival_s: no such column (known: time, rate); `column:` says which"));
  CHECK_THAT(bad("0.1\n0.2\n"), Contains(":1:1: arrival_s: the first line holds numbers, not names of columns"));
  CHECK_THAT(bad("arrival_s,arrival_s\n1,2\n"), Contains("a second column"));
  CHECK_THAT(bad("arrival_s\n1\n0.5\n"), Contains(":3:1: arrival_s: earlier than the arrival before"));
  CHECK_THAT(bad("arrival_s\n-1\n"), Contains(":2:1: arrival_s: '-1' is negative"));
  CHECK_THAT(bad("arrival_s\n0\nnan\n"), Contains(":3:1: arrival_s: 'nan' is not a number"));
  CHECK_THAT(bad("arrival_s\n0\ninf\n"), Contains("'inf' is not a number"));
  CHECK_THAT(bad("arrival_s\n1 s\n"), Contains("'1 s' is not a number"));
  CHECK_THAT(bad("arrival_s,b\n1\n"), Contains(":2:1: 1 cell where the first line names 2"));
  CHECK_THAT(bad("arrival_s\n0\n1e300\n"), Contains(":3:1: arrival_s: '1e300' is out of range: 0 to 1e+12"));
  CHECK_THAT(bad("arrival_s\n1\n2\n", ", requests: 3"), Contains("the trace has 2 arrivals"));
  CHECK_THAT(bad("arrival_s\n1\n1\n", ", rate: 3 /s"), Contains("no rate"));
  CHECK_THAT(error("{arrivals: trace, file: /no/such/file.csv}"), StartsWith("w.yaml:1:25: file: no such file"));
}

TEST_CASE("A trace may have comments, blank lines and a byte order mark") {
  const File file("edgecut_commented.csv", "\xEF\xBB\xBF# of Monday\n\narrival_s\n0.5\n# noon\n \n2.5\n");
  const auto trace = read("{arrivals: trace, file: " + file.path() + "}");
  CHECK(first(2, ArrivalTimes(trace, 1, 0)) == std::vector<double>{0.5, 2.5});
}

TEST_CASE("Arrivals are in the unit of their column's name, or in the one that is given") {
  const std::vector<double> wanted{0.02, 1.5};
  const auto times = [](const std::string& text, const std::string& keys = "") {
    const File file("edgecut_units.csv", text);
    return first(2, ArrivalTimes(read("{arrivals: trace, file: " + file.path() + keys + "}"), 1, 0));
  };
  CHECK(times("id,arrival_ms\n1,20\n2,1500\n") == wanted);
  CHECK(times("Arrival (us)\n20000\n1500000\n") == wanted);
  CHECK(times("arrival\n20\n1500\n", ", unit: ms") == wanted);
  CHECK(times("when;x\n0,02;a\n1,5;b\n", ", column: when, unit: s") == wanted);
  CHECK_THAT(error("{arrivals: poisson, rate: 1 /s, requests: 1, unit: ms}"), Contains("only arrivals from a trace"));
  const File bare("edgecut_bare.csv", "arrival\n20\n");
  CHECK_THAT(error("{arrivals: trace, file: " + bare.path() + "}"),
             Contains("edgecut_bare.csv:1:1: 'arrival' has no unit in its name: call it arrival_s, arrival_ms") &&
                 Contains("or say `unit: ms`"));
  CHECK_THAT(error("{arrivals: trace, unit: Mbit/s, file: " + bare.path() + "}"),
             Contains("is not the unit of a time"));
}

TEST_CASE("A clock's arrivals begin at 0, and those of several files keep their distance") {
  // 12:00:02.5 is 1.5 s after 12:00:01.
  const File a("edgecut_a.csv", "time\n2024-03-01T12:00:02.5Z\n2024-03-01T12:00:03Z\n");
  const File b("edgecut_b.csv", "time\n1709294401\n1709294405\n");
  const auto alone = read("{arrivals: trace, column: time, file: " + a.path() + "}");
  CHECK(first(2, ArrivalTimes(alone, 1, 0)) == std::vector<double>{0, 0.5});
  REQUIRE(alone.traces->notes.size() == 1);
  CHECK_THAT(alone.traces->notes[0], Contains("begin at 0, which is 2024-03-01T12:00:02.5Z"));
  const auto both = read("{arrivals: trace, column: time, file: [" + a.path() + ", " + b.path() + "]}");
  CHECK(first(2, ArrivalTimes(both, 1, 0)) == std::vector<double>{1.5, 2});
  CHECK(first(2, ArrivalTimes(both, 1, 1)) == std::vector<double>{0, 4});
  const File plain("edgecut_plain.csv", "time_s\n1\n2\n");
  CHECK_THAT(error("{arrivals: trace, column: time, file: [" + a.path() + ", " + plain.path() + "]}"),
             Contains("not of the same clock"));
}

TEST_CASE("Several files are one for each device") {
  const File a("edgecut_a.csv", "t_s\n1\n2\n3\n");
  const File b("edgecut_b.csv", "t_s\n5\n7\n");
  const auto both = read("{arrivals: trace, column: t, file: [" + a.path() + ", " + b.path() + "]}");
  CHECK(both.requests == 2);                              // of the shortest
  CHECK(both.rate.value() == Approx((1.0 + 0.5) / 2.0));  // gaps of 1 s and of 2 s
  CHECK(first(2, ArrivalTimes(both, 1, 0)) == std::vector<double>{1, 2});
  CHECK(first(2, ArrivalTimes(both, 1, 1)) == std::vector<double>{5, 7});
}

TEST_CASE("Thinking takes the time it says, or an exponential one of that mean") {
  const auto fixed = read("{arrivals: closed_loop, outstanding: 4, think: 2 s, requests: 10}");
  CHECK(fixed.outstanding == 4);
  CHECK_FALSE(fixed.is_open());
  CHECK_FALSE(fixed.period());
  workload::ThinkTimes two(fixed, 1, 0);
  CHECK(two.next() == 2_s);
  CHECK(two.next() == 2_s);
  workload::ThinkTimes random(read("{arrivals: closed_loop, think: {mean: 2 s}, requests: 10}"), 1, 0);
  double sum = 0.0;
  for (int i = 0; i < 10000; ++i) sum += random.next().value();
  CHECK(sum / 10000.0 == Approx(2.0).margin(5 * 2.0 / 100.0));  // standard error 2 / sqrt(10,000)
}

}  // namespace edgecut::arrivals_test
