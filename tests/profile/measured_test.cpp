// Tables of measured layer times: what is read, what is refused, and how a whole run changes them.
#include "profile/measured.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "config/error_of.hpp"
#include "dnn/make_network.hpp"

namespace edgecut::measured_test {
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using platform::Measured;

namespace {

// in -> a -> b
dnn::Network chain() {
  return make_network({{"in", {}}, {"a", {0}}, {"b", {1}}}, "chain");
}

// Layers take 1 s and 2 s, the whole run 4 s.
const std::string table_text =
    "layer,minimum_s,median_s,mode\n"
    ",4,5,unfused\n"
    "a,1,1.5,unfused\n"
    "\"b\",2,2.5,unfused\n";

profile::LayerTimes times(const std::string& text, const Measured& how = {}) {
  return profile::times_of(profile::read_table(text, "t.csv", how), chain(), how);
}

Measured with(Measured::WholeRun whole) {
  Measured how;
  how.whole_run = whole;
  return how;
}

std::string error(const std::string& text, const Measured& how = {}) {
  return error_of([&] { times(text, how); });
}

}  // namespace

TEST_CASE("a whole run scales every layer alike, so that head and tail add up to it at every cut") {
  // 4 s / (1 s + 2 s) = 4/3.
  const auto scaled = times(table_text);
  CHECK(scaled[0] == 0_s);
  CHECK(scaled[1].value() == Approx(4.0 / 3.0));
  CHECK(scaled[2].value() == Approx(8.0 / 3.0));
}

TEST_CASE("a whole run spreads what passes between layers over them, or is left out of account") {
  // (4 s - 3 s) / 2 layers = 0.5 s each.
  const auto offset = times(table_text, with(Measured::WholeRun::offset));
  CHECK(offset[1].value() == Approx(1.5));
  CHECK(offset[2].value() == Approx(2.5));
  const auto plain = times(table_text, with(Measured::WholeRun::ignore));
  CHECK(plain[1] == 1_s);
  CHECK(plain[2] == 2_s);
}

TEST_CASE("without a whole run the layers stand for themselves, unless one was asked for") {
  const std::string text = "layer,minimum_s\na,1\nb,2\n";
  CHECK(times(text)[2] == 2_s);
  CHECK_THAT(error(text, with(Measured::WholeRun::scale)), Contains("no row of the whole run"));
}

TEST_CASE("a table is read by its statistic and its mode") {
  Measured median;
  median.statistic = Measured::Statistic::median;
  median.whole_run = Measured::WholeRun::ignore;
  CHECK(times(table_text, median)[1].value() == 1.5);
  Measured fused;
  fused.mode = "fused";
  const auto both = table_text + "a,0.5,0.5,fused\nb,0,0,fused\n";
  CHECK(times(both, fused)[1].value() == 0.5);
  CHECK_THAT(error(both), Contains("several modes") && Contains("fused or unfused"));
  fused.mode = "quick";
  CHECK_THAT(error(both, fused), Contains("no mode 'quick' (known: fused, unfused)"));
}

TEST_CASE("a table's times are in the unit of their column's name") {
  const std::string text = "layer;minimum (ms)\na;1000\nb;2000,5\n";
  CHECK(times(text)[1].value() == Approx(1.0));
  CHECK(times(text)[2].value() == Approx(2.0005));
}

TEST_CASE("layers that a table lacks or has too many are named") {
  CHECK_THAT(error("layer,minimum_s\na,1\n"), Contains("no time of these layers of chain: b"));
  CHECK_THAT(error("layer,minimum_s\na,1\nb,2\nc,3\n"), Contains("layers that chain has not: c"));
  CHECK_THAT(error("layer,minimum_s\na,1\nd,3\n"), Contains("chain: b; it has others: d"));
}

TEST_CASE("a malformed table is refused at its line") {
  CHECK_THAT(error("layer,seconds\na,1\n"), StartsWith("t.csv:1:1: minimum_s: no such column (known: layer, seconds)"));
  CHECK_THAT(error("layer,minimum_s\na,1\nb,fast\n"), StartsWith("t.csv:3:3: minimum_s: 'fast' is not a number"));
  CHECK_THAT(error("layer,minimum_s\na,-1\nb,1\n"), StartsWith("t.csv:2:3: minimum_s: '-1' is negative"));
  CHECK_THAT(error("layer,minimum_s\na,1,2\n"), StartsWith("t.csv:2:1: 3 cells where the first line names 2 columns"));
  CHECK_THAT(error("layer,minimum_s\na,1\na,1\n"), StartsWith("t.csv:3:1") && Contains("second row of layer 'a'"));
  CHECK_THAT(error("layer,minimum\na,1\n"),
             Contains("'minimum' has no unit in its name: call it minimum_s, minimum_ms"));
  CHECK_THAT(error("layer,minimum_s\n,1\n,1\n"), Contains("second row of the whole run"));
  CHECK_THAT(error(""), Contains("empty"));
  CHECK_THAT(error("layer,minimum_s\n"), Contains("no layers: the file names its columns and ends"));
}

TEST_CASE("a whole run with profiling scales nothing") {
  const std::string text = "layer,minimum_s,profiling\na,1,on\nb,2,on\n,4,on\n";
  CHECK(times(text)[2] == 2_s);
  CHECK_THAT(error(text, with(Measured::WholeRun::scale)), Contains("no row of the whole run"));
}

TEST_CASE("a whole run that is shorter than its layers leaves nothing between them to add") {
  CHECK_THAT(error("layer,minimum_s\n,2\na,1\nb,2\n", with(Measured::WholeRun::offset)), Contains("shorter"));
  CHECK(times("layer,minimum_s\n,2\na,1\nb,2\n")[1].value() == Approx(2.0 / 3.0));  // 1 s x 2 s / 3 s
}

TEST_CASE("measured times come before the constants of a kind, these before the three, and a slowdown holds for all") {
  const auto network = chain();
  platform::Processor processor;
  processor.compute = {FlopRate(1), Bandwidth(1), 3_s};
  // Layers of make_network do no work; bytes are 1 B/s here, so times are bytes + 3 s.
  const auto by_three = profile::layer_times(network, processor);
  CHECK(by_three[1] > 3_s);
  processor.kinds["other"] = {{}, {}, 7_s, {}};
  const auto kind = std::string(dnn::name(network.layer(1).kind));
  processor.kinds[kind] = {{}, {}, 7_s, {}};
  CHECK(profile::layer_times(network, processor)[1] == 7_s);
  processor.layer_times["chain"] = {0_s, 2_s, 5_s};
  processor.slowdown = 3.0;
  CHECK(profile::layer_times(network, processor)[2] == 15_s);
  processor.kinds["cnov"] = {};
  processor.layer_times.clear();
  CHECK_THAT(error_of([&] { profile::layer_times(network, processor); }), Contains("no kind of layer 'cnov'"));
}

TEST_CASE("a processor without constants runs measured networks only") {
  platform::Processor processor;
  processor.has_constants = false;
  CHECK_THAT(error_of([&] { profile::layer_times(chain(), processor); }), Contains("no table of network 'chain'"));
  processor.layer_times["chain"] = {0_s, 2_s, 5_s};
  CHECK(profile::layer_times(chain(), processor)[1] == 2_s);
}

}  // namespace edgecut::measured_test
