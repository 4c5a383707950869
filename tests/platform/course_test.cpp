// Courses as they are read, from scenarios and traces, and as they are walked.
#include <catch2/catch.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include <unistd.h>

#include "platform/course_file.hpp"
#include "platform/trace_file.hpp"

namespace edgecut::course_test {
using namespace edgecut::platform;

namespace {

// A folder with files of its own, gone with it.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("edgecut_course_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }
  [[nodiscard]] std::filesystem::path path() const { return path_; }

 private:
  std::filesystem::path path_;
};

Course read(const std::string& text, Bandwidth usual = Bandwidth(1e6)) {
  return read_course(config::parse_text(text, "test.yaml"), bandwidth_figure(usual));
}

std::string error_of(const std::string& text) {
  try {
    read(text);
  } catch (const config::Error& error) {
    return error.what();
  }
  return "no error";
}

std::string trace_error(const std::string& content) {
  const Folder folder;
  const auto file = folder.write("t.csv", content);
  const auto message = error_of("{trace: " + file + ", column: mbps}");
  const auto name = message.find("t.csv");
  return name == std::string::npos ? message : message.substr(name);
}

// Times and values until `until`.
std::vector<std::pair<double, double>> walk(CourseWalk walk, double until) {
  std::vector<std::pair<double, double>> seen{{0.0, walk.value()}};
  while (walk.next() < Seconds(until)) {
    const double at = walk.next().value();
    walk.advance();
    seen.emplace_back(at, walk.value());
  }
  return seen;
}

using Seen = std::vector<std::pair<double, double>>;

}  // namespace

TEST_CASE("Steps are bandwidths or shares of the link's own, which holds before the first") {
  const auto course = read("{steps: [{from: 10 s, value: 8 Mbit/s}, {from: 20 s, value: 10 %}]}", Bandwidth(2e6));
  REQUIRE(walk(CourseWalk(course, 1, "x", 0), 100) == Seen{{0, 2e6}, {10, 1e6}, {20, 2e5}});
}

TEST_CASE("Steps that repeat start again after the period") {
  const auto course = read("{steps: [{from: 0 s, value: 8 Mbit/s}, {from: 2 s, value: 0 Mbit/s}], repeat: 3 s}");
  REQUIRE(walk(CourseWalk(course, 1, "x", 0), 6.5) == Seen{{0, 1e6}, {2, 0}, {3, 1e6}, {5, 0}, {6, 1e6}});
}

TEST_CASE("A CSV trace begins at its first time and repeats after its last value's turn") {
  const Folder folder;
  const auto file = folder.write("t.csv", "# a comment\ntime_s,mbps\n5,8\n6,4\n8,2\n");
  const auto course = read("{trace: " + file + "}");
  // The last value holds for 2 s, as long as the one before it.
  REQUIRE(walk(CourseWalk(course, 1, "x", 0), 6.5) == Seen{{0, 1e6}, {1, 5e5}, {3, 2.5e5}, {5, 1e6}, {6, 5e5}});
  const auto once = read("{trace: " + file + ", repeat: false}");
  REQUIRE(walk(CourseWalk(once, 1, "x", 0), 100) == Seen{{0, 1e6}, {1, 5e5}, {3, 2.5e5}});
}

TEST_CASE("A device's offset begins the trace elsewhere, and its time goes round") {
  const Folder folder;
  const auto file = folder.write("t.csv", "time_s,kbps\n0,8000\n1,4000\n3,2000\n");  // 5 s round
  const auto course = read("{trace: " + file + ", column: kbps, offset: 2 s}");
  REQUIRE(walk(CourseWalk(course, 1, "x", 0), 1.5) == Seen{{0, 1e6}, {1, 5e5}});
  REQUIRE(walk(CourseWalk(course, 1, "x", 1), 4.5) == Seen{{0, 5e5}, {1, 2.5e5}, {3, 1e6}, {4, 5e5}});
  REQUIRE(walk(CourseWalk(course, 1, "x", 3), 3.5) == Seen{{0, 5e5}, {2, 2.5e5}});  // 6 s in is 1 s in
}

TEST_CASE("Random offsets differ between devices and not between runs") {
  const auto course = read("{steps: [{from: 0 s, value: 8 Mbit/s}, {from: 2 s, value: 4 Mbit/s}], repeat: 3 s}");
  auto random = course;
  random.steps->random_offset = true;
  const auto first = CourseWalk(random, 1, "x", 0).next();
  REQUIRE(CourseWalk(random, 1, "x", 0).next() == first);
  REQUIRE(CourseWalk(random, 1, "x", 1).next() != first);
  REQUIRE(CourseWalk(random, 2, "x", 0).next() != first);
}

TEST_CASE("Mahimahi's packets become bandwidths of bins, and the file comes again after its last line") {
  const Folder folder;
  // Two packets by 1000 ms, one by 2000, three by 2500: 3000 B/s, 1500 B/s, 4500 B in half a second.
  const auto file = folder.write("m", "0\n1000\n1500\n2100\n2500\n2500\n");
  const auto course = read("{mahimahi: " + file + "}");
  REQUIRE(walk(CourseWalk(course, 1, "x", 0), 3.6) == Seen{{0, 3000}, {1, 1500}, {2, 9000}, {2.5, 3000}, {3.5, 1500}});
}

TEST_CASE("A Markov chain stays for its mean times and jumps by its probabilities") {
  const auto course = read(
      "{markov: {states: [8 Mbit/s, 4 Mbit/s, 0 Mbit/s], dwell: [3 s, 2 s, 1 s], "
      "jumps: [[0, 1, 0], [0.5, 0, 0.5], [0, 1, 0]]}}");
  // Stationary visits are 1/4, 1/2, 1/4 of the jumps, so times are 3, 4 and 1 of 8.
  CourseWalk walk(course, 7, "x", 0);
  std::map<double, double> time;
  double now = 0.0;
  while (now < 40000.0) {
    time[walk.value()] += walk.next().value() - now;
    now = walk.next().value();
    walk.advance();
  }
  REQUIRE(time[1e6] / now == Approx(3.0 / 8).epsilon(0.03));
  REQUIRE(time[5e5] / now == Approx(4.0 / 8).epsilon(0.03));
  REQUIRE(time[0.0] / now == Approx(1.0 / 8).epsilon(0.05));
}

TEST_CASE("A Gauss-Markov process has its mean, deviation and memory") {
  const auto course = read("{gauss_markov: {mean: 80 Mbit/s, deviation: 8 Mbit/s, memory: 80 %, every: 2 s}}");
  CourseWalk walk(course, 7, "x", 0);
  REQUIRE(walk.next() == 2_s);
  std::vector<double> x;
  for (int i = 0; i < 60000; ++i) {
    x.push_back(walk.value() / 1e6);
    walk.advance();
  }
  double mean = 0.0;
  double square = 0.0;
  double lag = 0.0;
  for (const double v : x) mean += v / static_cast<double>(x.size());
  for (std::size_t i = 1; i < x.size(); ++i) {
    square += (x[i] - mean) * (x[i] - mean);
    lag += (x[i] - mean) * (x[i - 1] - mean);
  }
  REQUIRE(mean == Approx(10.0).epsilon(0.01));
  REQUIRE(std::sqrt(square / static_cast<double>(x.size())) == Approx(1.0).epsilon(0.03));
  REQUIRE(lag / square == Approx(0.8).epsilon(0.02));
}

TEST_CASE("A Gauss-Markov bandwidth keeps above one per cent of its mean, and any other floor that is given") {
  const auto least = [](const Course& course) {
    double smallest = 1e12;
    CourseWalk walk(course, 1, "x", 0);
    for (int i = 0; i < 2000; ++i, walk.advance()) smallest = std::min(smallest, walk.value());
    return smallest;
  };
  REQUIRE(least(read("{gauss_markov: {mean: 8 Mbit/s, deviation: 8 Mbit/s, memory: 0 %}}")) == Approx(1e4));
  REQUIRE(least(read("{gauss_markov: {mean: 8 Mbit/s, deviation: 8 Mbit/s, memory: 0 %, least: 10 %}}")) ==
          Approx(1e5));
}

TEST_CASE("Limits are of a Gauss-Markov bandwidth, not of the process behind it") {
  const std::string free = "mean: 8 Mbit/s, deviation: 4 Mbit/s, memory: 95 %";
  const auto unlimited = read("{gauss_markov: {" + free + ", least: 1 bit/s}}");
  const auto limited = read("{gauss_markov: {" + free + ", least: 6 Mbit/s, most: 9 Mbit/s}}");
  CourseWalk x(unlimited, 3, "x", 0);
  CourseWalk y(limited, 3, "x", 0);
  int at_a_limit = 0;
  for (int i = 0; i < 1000; ++i, x.advance(), y.advance()) {
    if (x.value() == 0.125) continue;  // 1 bit/s
    const double expected = std::clamp(x.value(), 0.75e6, 1.125e6);
    REQUIRE(y.value() == expected);
    if (expected != x.value()) ++at_a_limit;
  }
  CHECK(at_a_limit > 500);
}

TEST_CASE("Bad traces are errors with their line") {
  CHECK(trace_error("").find("t.csv:1:1: mbps: the file is empty") == 0);
  CHECK(trace_error("time_s,mbps\n").find("t.csv:1:1: mbps: no values") == 0);
  CHECK(trace_error("time_s,rate\n0,1\n").find("t.csv:1:1: mbps: no such column (known: time_s, rate)") == 0);
  CHECK(trace_error("t,mbps\n0,1\n").find("t.csv:1:1: time_s: no such column") == 0);
  CHECK(trace_error("time_s,mbps\n0,1\n2,1\n1,1\n").find("t.csv:4:1: time_s: not after the line above it") == 0);
  CHECK(trace_error("time_s,mbps\n0,1\n1,-2\n").find("t.csv:3:3: mbps: '-2' is negative") == 0);
  CHECK(trace_error("time_s,mbps\n0,nan\n").find("t.csv:2:3: mbps: 'nan' is not a number") == 0);
  CHECK(trace_error("time_s,mbps\n0,inf\n").find("t.csv:2:3: mbps: 'inf' is not a number") == 0);
  CHECK(trace_error("time_s,mbps\n0,\n").find("t.csv:2:3: mbps: is empty; a number is wanted") == 0);
  CHECK(trace_error("time_s,mbps\n0,1,2\n").find("t.csv:2:1: 3 cells where the first line names 2") == 0);
  CHECK(trace_error("time_s,mbps\n0,1\n1,1e-300\n").find("t.csv:3:3: mbps: ") == 0);
  CHECK(
      trace_error("time_s,mbps\n0,1\n1,1e-300\n").find("is out of range: it must be 0, or from 1 bit/s to 1 Pbit/s") !=
      std::string::npos);
  CHECK(trace_error("time_s,mbps\n0,1e300\n").find("t.csv:2:3: mbps: ") == 0);
  CHECK(trace_error("time_s,mbps\n0,1e300\n").find("is out of range") != std::string::npos);
  CHECK(trace_error("time_s,mbps\n0,1\n1e300,1\n").find("t.csv:3:1: time_s: '1e300' is out of range") == 0);
  CHECK(trace_error("time_s,mbps\n0,0\n1,0\n").find("stays at 0") != std::string::npos);
}

TEST_CASE("A trace's times and values have the units of its columns' names, or those that are given") {
  // 8 Mbit/s is 1e6 B/s; 1.5 s later half of that.
  const Seen wanted{{0, 1e6}, {1.5, 5e5}};
  const auto seen = [](const std::string& text, const std::string& keys) {
    const Folder folder;
    return walk(CourseWalk(read("{trace: " + folder.write("t.csv", text) + ", repeat: false" + keys + "}"), 1, "x", 0),
                100);
  };
  CHECK(seen("time_ms,mbps\n500,8\n2000,4\n", "") == wanted);
  CHECK(seen("Time (ms);Uplink (kbit/s)\n500;8000\n2000;4000\n", ", column: uplink") == wanted);
  CHECK(seen("time,mbps\n500,8\n2000,4\n", ", unit: ms") == wanted);
  CHECK(seen("time,up\n500,8\n2000,4\n", ", column: up, unit: [ms, Mbit/s]") == wanted);
  CHECK(seen("t,up\n500,1\n2000,0.5\n", ", time: t, column: up, unit: [MB/s, ms]") == wanted);
  CHECK(seen("time,mbps\n1709294400,8\n1709294401.5,4\n", "") == wanted);
  CHECK(seen("time,mbps\n2024-03-01T12:00:00Z,8\n2024-03-01T12:00:01.5Z,4\n", "") == wanted);
}

TEST_CASE("A trace of shares is of the link's usual bandwidth") {
  const Folder folder;
  const auto percent = folder.write("p.csv", "time_s,up_percent\n0,50\n1,0\n2,120\n");
  const auto share = folder.write("s.csv", "time_s,share\n0,0.5\n1,0\n2,1.2\n");
  const auto given = folder.write("g.csv", "time_s,up\n0,50\n1,0\n2,120\n");
  // Of a link that usually carries 1e6 B/s.
  const Seen wanted{{0, 5e5}, {1, 0}, {2, 1.2e6}};
  for (const auto& keys :
       {percent + ", column: up_percent", share + ", column: share", given + ", column: up, unit: '%'"}) {
    CHECK(walk(CourseWalk(read("{trace: " + keys + ", repeat: false}"), 1, "x", 0), 100) == wanted);
  }
}

TEST_CASE("Units that a trace leaves open are asked for, both ways") {
  const Folder folder;
  const auto bare = folder.write("t.csv", "time,up\n0,8\n1,4\n");
  CHECK(error_of("{trace: " + bare + ", column: up, unit: Mbit/s}")
            .find("'time' has no unit in its name: call it time_s, time_ms, time_us or time_min; or say `unit: ms`") !=
        std::string::npos);
  CHECK(error_of("{trace: " + bare + ", column: up, unit: ms}")
            .find("'up' has no unit in its name: call it up_Mbit_s, up_kbit_s or up_MB_s; or say `unit: Mbit/s`") !=
        std::string::npos);
  CHECK(error_of("{trace: " + bare + ", column: up, unit: J}").find("'J' is not the unit of a bandwidth") !=
        std::string::npos);
  CHECK(error_of("{trace: " + bare + ", column: up, unit: [s, ms]}").find("a second unit of the times") !=
        std::string::npos);
  const auto named = folder.write("n.csv", "time_ms,mbps\n0,8\n1,4\n");
  CHECK(error_of("{trace: " + named + ", unit: s}").find("its name says ms and `unit:` says s") != std::string::npos);
}

TEST_CASE("A trace compressed by gzip is read as what it holds") {
  const std::string plain = EDGECUT_SOURCE_DIR "/tests/tables/plain.csv";
  const std::string packed = EDGECUT_SOURCE_DIR "/tests/tables/gzip.csv.gz";
  const auto seen = [](const std::string& file) {
    return walk(CourseWalk(read("{trace: " + file + "}"), 1, "x", 0), 5);
  };
  CHECK(seen(packed) == seen(plain));
}

TEST_CASE("A trace may have comments, blank lines and a byte order mark") {
  const Folder folder;
  const auto file = folder.write("t.csv", "\xEF\xBB\xBF\n# a drive\ntime_s,mbps\n5,8\n\n# a tunnel\n6,4\r\n");
  REQUIRE(walk(CourseWalk(read("{trace: " + file + ", repeat: false}"), 1, "x", 0), 100) == Seen{{0, 1e6}, {1, 5e5}});
  const auto packets = folder.write("m", "\xEF\xBB\xBF# packets\n1000\n\n2000\n2000\n");
  REQUIRE(walk(CourseWalk(read("{mahimahi: " + packets + "}"), 1, "x", 0), 1.5) == Seen{{0, 1500}, {1, 3000}});
}

TEST_CASE("Bad packets are errors with their line") {
  const Folder folder;
  const auto error = [&](const std::string& text) {
    const auto message = error_of("{mahimahi: " + folder.write("m", text) + "}");
    return message.substr(std::min(message.size(), folder.path().string().size() + 1));
  };
  CHECK(error("5\n3\n").find("m:2:1: mahimahi: before the line above it") == 0);
  CHECK(error("5\n6.5\n").find("m:2:1: mahimahi: '6.5' is not a whole number of milliseconds") == 0);
  CHECK(error("-1\n").find("m:1:1: mahimahi: '-1' is not a whole number") == 0);
  CHECK(error("").find("m:1:1: mahimahi: the file is empty") == 0);
  CHECK(error("0\n0\n").find("m:2:1: mahimahi: ends at 0 ms") == 0);
}

TEST_CASE("Bad courses are errors that name the key") {
  CHECK(error_of("{trace: missing.csv}").find("test.yaml:1:9: trace: there is no file") == 0);
  CHECK(error_of("{steps: []}").find("must be a list such as") != std::string::npos);
  CHECK(error_of("{steps: [{from: 2 s, value: 8 Mbit/s}, {from: 1 s, value: 8 Mbit/s}]}").find("not after the step") !=
        std::string::npos);
  CHECK(error_of("{steps: [{from: 2 s, value: -8 Mbit/s}]}").find("out of range") != std::string::npos);
  CHECK(error_of("{steps: [{from: 2 s, value: 1e-300 Mbit/s}]}").find("steps[0].value: ") != std::string::npos);
  CHECK(error_of("{steps: [{from: 2 s, value: 1e-300 Mbit/s}]}").find("0, or from 0.001 bit/s to") !=
        std::string::npos);
  CHECK(error_of("{markov: {states: [1 Mbit/s, 1e300 Mbit/s], dwell: [1 s, 1 s]}}").find("out of range") !=
        std::string::npos);
  CHECK(error_of("{steps: [{from: 2 s, value: 0 Mbit/s}]}").find("stays at 0") != std::string::npos);
  CHECK(error_of("{steps: [{from: 2 s, value: 1 Mbit/s}], repeat: 2 s}").find("not after the last step") !=
        std::string::npos);
  CHECK(error_of("{}").find("needs exactly one of steps, trace, mahimahi, markov, gauss_markov") != std::string::npos);
  CHECK(error_of("{gauss_markov: {deviation: 1 Mbit/s, memory: 100 %}}").find("memory") != std::string::npos);
  CHECK(error_of("{markov: {states: [1 Mbit/s, 2 Mbit/s], dwell: [1 s]}}").find("for each of the 2 states") !=
        std::string::npos);
  CHECK(error_of("{markov: {states: [1 Mbit/s, 2 Mbit/s], dwell: [1 s, 1 s], jumps: [[0, 0.5], [1, 0]]}}")
            .find("sum up to 0.5") != std::string::npos);
  CHECK(error_of("{markov: {states: [1 Mbit/s, 2 Mbit/s], dwell: [1 s, 1 s], jumps: [[0.5, 0.5], [1, 0]]}}")
            .find("does not jump to itself") != std::string::npos);
  CHECK(error_of("{markov: {states: [0 Mbit/s, 0 Mbit/s, 5 Mbit/s], dwell: [1 s, 1 s, 1 s], "
                 "jumps: [[0, 1, 0], [1, 0, 0], [0.5, 0.5, 0]]}}")
            .find("never out of them") != std::string::npos);
}

TEST_CASE("A load is a share below one") {
  const auto load = [](const std::string& text) {
    return read_course(config::parse_text(text, "test.yaml"), load_figure());
  };
  REQUIRE(walk(CourseWalk(load("{steps: [{from: 1 s, value: 40 %}]}"), 1, "x", 0), 9) == Seen{{0, 0.0}, {1, 0.4}});
  REQUIRE_THROWS_AS(load("{steps: [{from: 1 s, value: 100 %}]}"), config::Error);
  REQUIRE_THROWS_AS(load("{steps: [{from: 1 s, value: 1 Mbit/s}]}"), config::Error);
}

}  // namespace edgecut::course_test
