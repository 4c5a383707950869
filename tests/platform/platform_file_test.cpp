// Devices, clouds and links: what is read, what must be refused, and that whatever ships can be read.
#include "platform/platform_file.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "config/error_of.hpp"
#include "platform/board_file.hpp"

namespace edgecut::platform_file_test {
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

const std::string processor_text =
    "  cpu:\n"
    "    title: a core\n"
    "    slots: 2\n"
    "    discipline: shared\n"
    "    compute: {model: three_constants, conv: 10 GFLOP/s, memory: 4 GB/s, overhead: 100 us, framework: ncnn, "
    "source: m}\n"
    "    power: {active: 5 W, source: m}\n"
    "    nominal: {peak: 40 GFLOP/s, one_network: 14 GFLOP/s, source: m}\n";

const std::string device_text =
    "name: board\n"
    "memory: {size: 1 GB, reserve: 400 MB, source: m}\n"
    "storage: {free: 8 GB, source: m}\n"
    "power: {idle: 2 W, \"off\": 0.5 W, source: m}\n"
    "processors:\n" +
    processor_text;

const std::string link_text =
    "name: lte\n"
    "uplink: {value: 8 Mbit/s, source: m}\n"
    "downlink: {value: 16 Mbit/s, source: m}\n"
    "rtt: {value: 50 ms, source: m}\n"
    "radio:\n"
    "  device_idle: {value: 1.6 W, source: assumption}\n"
    "  transmit: {slope: 80 mW/Mbps, base: 2.9 W, source: m}\n"
    "  receive: {slope: 10 mW/Mbps, base: 2.8 W, source: m}\n";

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  if (at == std::string::npos) FAIL("no '" << what << "' to replace");
  return text.replace(at, what.size(), with);
}

platform::Device device(const std::string& text) {
  config::Ledger ledger;
  return platform::read_device(config::parse_text(text, "d.yaml"), ledger);
}

platform::Link link(const std::string& text) {
  config::Ledger ledger;
  return platform::read_link(config::parse_text(text, "l.yaml"), ledger);
}

std::string device_error(const std::string& what, const std::string& with) {
  return error_of([&] { device(replaced(device_text, what, with)); });
}

std::string link_error(const std::string& what, const std::string& with) {
  return error_of([&] { link(replaced(link_text, what, with)); });
}

}  // namespace

TEST_CASE("a board that draws more when it is off than when it is idle is refused") {
  CHECK(device_error("\"off\": 0.5 W", "\"off\": 2 W") == "no error");
  CHECK_THAT(device_error("\"off\": 0.5 W", "\"off\": 2.1 W"),
             StartsWith("d.yaml:4:") && Contains("power.off: 2.1 W is more than the board draws when idle, 2 W"));
  CHECK_THAT(device_error("\"off\": 0.5 W", "\"off\": {value: 3 W, source: m}"), Contains("power.off"));
}

TEST_CASE("loss is a factor on a bandwidth that moves, too") {
  const auto lossy =
      link(link_text +
           "loss: {value: 20 %, source: m}\n"
           "bandwidth: {up: {steps: [{from: 0 s, value: 4 Mbit/s}, {from: 2 s, value: 50 %}], source: m}, "
           "down: {gauss_markov: {mean: 10 Mbit/s, deviation: 1 Mbit/s, memory: 90 %}, source: m}, source: m}\n");
  CHECK(lossy.uplink.value() == Approx(0.8e6));
  const auto& steps = *lossy.motion.up->steps->steps;
  CHECK(steps[0].value == Approx(0.8 * 0.5e6));
  CHECK(steps[1].value == Approx(0.8 * 0.5e6));  // half of 8 Mbit/s
  CHECK(lossy.motion.down->gauss_markov->mean == Approx(1e6));
  CHECK(lossy.motion.down->gauss_markov->deviation == Approx(1e5));
}

TEST_CASE("a bandwidth that no link has is refused, with what is allowed") {
  CHECK_THAT(link_error("8 Mbit/s", "1e-300 Mbit/s"), Contains("uplink") && Contains("at least 1 bit/s"));
  CHECK_THAT(link_error("16 Mbit/s", "1e300 Mbit/s"), Contains("downlink") && Contains("at most 1 Pbit/s"));
  CHECK(link_error("8 Mbit/s", "1 bit/s") == "no error");
}

TEST_CASE("a device is read with its memory, storage, power and processors") {
  const auto board = device(device_text);
  CHECK(board.title == "board");
  CHECK(board.available_memory() == Bytes(600e6));  // 1 GB - 400 MB
  CHECK(board.storage == Bytes(8e9));
  CHECK(board.idle == 2_W);
  CHECK(board.off == 0.5_W);
  REQUIRE(board.processors.size() == 1);
  const auto& cpu = board.processors[0];
  CHECK(cpu.name == "cpu");
  CHECK(cpu.slots == 2);
  CHECK(cpu.discipline == platform::Discipline::shared);
  CHECK(cpu.compute.conv == 10_GFLOPps);
  CHECK(cpu.compute.memory == Bandwidth(4e9));
  CHECK(cpu.compute.overhead.value() == Approx(100e-6).epsilon(1e-15));
  CHECK(cpu.peak == 40_GFLOPps);
  CHECK(cpu.one_network == 14_GFLOPps);
}

TEST_CASE("what a processor draws above idle is of one inference: its slot's part and the board's") {
  const auto board = device(device_text);  // two slots
  CHECK(board.busy == 0_W);
  CHECK(board.increment(board.processors[0]) == 3_W);  // 5 W - 2 W
  CHECK(board.slot(board.processors[0]) == 3_W);
  const auto split = device(replaced(device_text, "idle: 2 W", "idle: 2 W, busy: 1 W"));
  CHECK(split.busy == 1_W);
  CHECK(split.increment(split.processors[0]) == 3_W);
  CHECK(split.slot(split.processors[0]) == 2_W);
  CHECK_THAT(device_error("idle: 2 W", "idle: 2 W, busy: 3.5 W"),
             Contains("power.active: 5 W is less than the board draws when idle and what it adds when busy"));
  CHECK_THAT(device_error("idle: 2 W", "idle: 2 W, busy: -1 W"), Contains("power.busy"));
}

TEST_CASE("a frequency step scales what a slot adds, not what the board does") {
  const auto text = replaced(replaced(device_text, "idle: 2 W", "idle: 2 W, busy: 1 W"), "    slots: 2\n",
                             "    slots: 2\n    frequency: low\n"
                             "    frequency_steps: [{name: low, speed: 50 %, power: 25 %, source: m}]\n");
  const auto board = device(text);
  CHECK(board.slot(board.processors[0]) == 0.5_W);       // 2 W x 25 %
  CHECK(board.increment(board.processors[0]) == 1.5_W);  // and 1 W
}

TEST_CASE("the power of the phone at rest is taken off both bases of its radio") {
  const auto lte = link(link_text);
  CHECK(lte.transmit.base.value() == Approx(1.3));         // 2.9 - 1.6
  CHECK(lte.receive.base.value() == Approx(1.2));          // 2.8 - 1.6
  CHECK(lte.transmit.at(8_Mbps).value() == Approx(1.94));  // 1.3 + 8 x 0.08
}

TEST_CASE("the radio of Huang et al. spends on 602,112 B what the paper's constants say") {
  // Time = 602,112 x 8 bit / rate; energy = (slope x rate + base) x time. 3G: 4.379 s x 1.773758 W = 7.767 J; 4G:
  // 0.82340 s x 3.8526 W = 3.172 J; Wi-Fi: 0.25513 s x 5.4791 W = 1.398 J.
  const auto [name, joules] =
      GENERATE(table<std::string, double>({{"umts_2012", 7.77}, {"lte_2012", 3.17}, {"wifi_2012", 1.40}}));
  config::Ledger ledger;
  const auto radio = platform::read_link(
      config::parse_file(std::string(EDGECUT_SOURCE_DIR) + "/platforms/links/" + name + ".yaml"), ledger);
  CHECK((radio.transmit.at(radio.uplink) * (602112_B / radio.uplink)).value() == Approx(joules).margin(0.005));
}

namespace {

// Reads every file of a folder of platforms/, whose name must be that of its file.
template <class Read>
auto shipped(const std::string& folder, Read read) {
  std::vector<decltype(read(config::Value{}))> all;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(EDGECUT_SOURCE_DIR) + "/platforms/" + folder)) {
    INFO(entry.path());
    all.push_back(read(config::parse_file(entry.path())));
    CHECK(all.back().name == entry.path().stem().string());
  }
  return all;
}

}  // namespace

TEST_CASE("every device, cloud and link that ships is read, every figure with a source or a reason") {
  config::Ledger ledger;
  CHECK(shipped("devices", [&](const auto& value) { return platform::read_device(value, ledger); }).size() >= 20);
  CHECK(shipped("clouds", [&](const auto& value) { return platform::read_cloud(value, ledger); }).size() >= 7);
  CHECK(shipped("links", [&](const auto& value) { return platform::read_link(value, ledger); }).size() >= 16);
  for (const auto& source : ledger.sources()) {
    INFO(source.path << ": " << source.source);
    CHECK(source.source.size() > std::string("assumption (..)").size());
    if (source.source.starts_with("assumption")) CHECK(source.source.starts_with("assumption ("));
  }
}

TEST_CASE("every device that ships draws no more when off than idle, and no less when it computes") {
  config::Ledger ledger;
  for (const auto& device :
       shipped("devices", [&](const auto& value) { return platform::read_device(value, ledger); })) {
    INFO(device.name);
    CHECK(device.off <= device.idle);
    CHECK(device.available_memory() > Bytes());
    for (const auto& processor : device.processors) {
      INFO(processor.name);
      CHECK(device.idle < processor.active);
      CHECK_FALSE(processor.framework.empty());
      CHECK(processor.precision != "unknown");
    }
  }
}

TEST_CASE("a figure without a source is refused where it stands") {
  CHECK_THAT(device_error("{free: 8 GB, source: m}", "{free: 8 GB}"),
             StartsWith("d.yaml:3:17: storage.free: has no source"));
  CHECK_THAT(link_error("{value: 50 ms, source: m}", "50 ms"), StartsWith("l.yaml:4:6: rtt: has no source"));
}

TEST_CASE("figures that no device has are refused") {
  CHECK_THAT(device_error("conv: 10 GFLOP/s", "conv: 0 GFLOP/s"),
             Contains("processors.cpu.compute.conv") && Contains("more than 0"));
  CHECK_THAT(device_error("memory: 4 GB/s", "memory: -4 GB/s"), Contains("processors.cpu.compute.memory"));
  CHECK_THAT(device_error("overhead: 100 us", "overhead: -1 us"), Contains("at least 0 s"));
  CHECK_THAT(device_error("slots: 2", "slots: 0"), Contains("processors.cpu.slots"));
  CHECK_THAT(device_error("size: 1 GB", "size: 0 GB"), Contains("memory.size"));
  CHECK_THAT(device_error("peak: 40 GFLOP/s", "peak: 40 GFLOP"), Contains("is an amount of work"));
  CHECK_THAT(device_error("idle: 2 W", "idle: -2 W"), Contains("power.idle"));
  CHECK_THAT(link_error("value: 8 Mbit/s", "value: 0 Mbit/s"), Contains("uplink") && Contains("at least 1 bit/s"));
  CHECK_THAT(link_error("value: 50 ms", "value: -1 ms"), Contains("rtt"));
  CHECK_THAT(link_error("base: 2.9 W", "base: -1 W"), Contains("radio.transmit.base"));
}

TEST_CASE("figures that contradict one another are refused") {
  CHECK_THAT(device_error("reserve: 400 MB", "reserve: 2 GB"), StartsWith("d.yaml:2:") && Contains("memory.reserve"));
  CHECK_THAT(device_error("active: 5 W", "active: 1 W"), Contains("1 W") && Contains("2 W") && Contains("cpu"));
  CHECK_THAT(link_error("value: 1.6 W", "value: 2.85 W"), Contains("radio.device_idle"));
}

TEST_CASE("unknown keys, words and models are refused with the nearest known one") {
  CHECK_THAT(device_error("storage:", "stroage:"), StartsWith("d.yaml:3:1: ") || Contains("missing key 'storage'"));
  CHECK_THAT(device_error("discipline: shared", "discipline: sharde"), Contains("did you mean 'shared'?"));
  CHECK_THAT(device_error("model: three_constants", "model: regression"), Contains("known: three_constants"));
  CHECK_THAT(device_error("slots: 2", "slot: 2"),
             StartsWith("d.yaml:8:5: processors.cpu") && Contains("did you mean 'slots'?"));
  CHECK_THAT(link_error("transmit:", "transmitt:"), Contains("missing key 'transmit'") || Contains("did you mean"));
}

TEST_CASE("a device has at least one processor, whatever else the map holds") {
  CHECK_THAT(device_error(processor_text, "  {}\n"), Contains("at least one processor"));
  CHECK_THAT(device_error(processor_text, "  source: m\n"), Contains("at least one processor"));
}

TEST_CASE("a cloud host has exactly one processor and needs no power") {
  const std::string cloud_text = "name: c\nmemory: {size: 32 GB, reserve: 2 GB, source: m}\nhosts: 3\nprocessors:\n" +
                                 replaced(processor_text, "    power: {active: 5 W, source: m}\n", "");
  const auto read = [](const std::string& text) {
    config::Ledger ledger;
    return platform::read_cloud(config::parse_text(text, "c.yaml"), ledger);
  };
  CHECK(read(cloud_text).slots() == 6);  // 3 hosts x 2 slots
  auto second = replaced(processor_text, "  cpu:", "  gpu:");
  second = replaced(second, "    power: {active: 5 W, source: m}\n", "");
  CHECK_THAT(error_of([&] { read(cloud_text + second); }), Contains("exactly one processor"));
  CHECK_THAT(error_of([&] { read(replaced(cloud_text, "hosts: 3", "hosts: 0")); }), Contains("hosts"));
}

TEST_CASE("A link's radio may have a promotion and a tail") {
  const auto plain = link(link_text);
  CHECK(plain.promotion.delay == 0_s);
  CHECK(plain.tail.time == 0_s);
  const auto read = link(link_text +
                         "  promotion: {delay: 260 ms, power: 1.21 W, source: m}\n"
                         "  tail: {time: 10 s, power: 1.06 W, source: m}\n");
  CHECK(read.promotion.delay == 0.26_s);
  CHECK(read.promotion.power == 1.21_W);
  CHECK(read.tail.time == 10_s);
  CHECK(read.tail.power == 1.06_W);
  CHECK_THAT(error_of([] { link(link_text + "  tail: {time: -1 s, power: 1 W, source: m}\n"); }),
             Contains("radio.tail.time"));
  CHECK_THAT(error_of([] { link(link_text + "  tail: {time: 1 s, source: m}\n"); }), Contains("power"));
}

TEST_CASE("Loss is a factor on goodput, and what is lost is sent again") {
  const auto lossless = link(link_text);
  const auto lossy = link(link_text + "loss: {value: 20 %, source: m}\n");
  CHECK(lossy.uplink.value() == Approx(0.8 * lossless.uplink.value()));
  CHECK(lossy.downlink.value() == Approx(0.8 * lossless.downlink.value()));
  CHECK(lossy.transmit.slope.value() == Approx(lossless.transmit.slope.value() / 0.8));
  // The radio's power while it sends is that of what is on the air.
  CHECK(lossy.transmit.at(lossy.uplink).value() == Approx(lossless.transmit.at(lossless.uplink).value()));
  CHECK_THAT(error_of([] { link(link_text + "loss: {value: 100 %, source: m}\n"); }), Contains("loss"));
}

TEST_CASE("A frequency step scales a processor's speed and what it draws above idle") {
  const auto steps =
      replaced(processor_text,
               "    power:", "    frequency_steps: [{name: 600 MHz, speed: 40 %, power: 30 %, source: m}]\n    power:");
  const auto as_it_is = device(replaced(device_text, processor_text, steps)).processors.front();
  CHECK(as_it_is.active == 5_W);
  const auto slow =
      device(replaced(device_text, processor_text, steps + "    frequency: 600 MHz\n")).processors.front();
  CHECK(slow.compute.conv.value() == Approx(0.4 * as_it_is.compute.conv.value()));
  CHECK(slow.compute.memory == as_it_is.compute.memory);  // the memory keeps its clock
  CHECK(slow.compute.overhead.value() == Approx(as_it_is.compute.overhead.value() / 0.4));
  CHECK(slow.one_network.value() == Approx(0.4 * as_it_is.one_network.value()));
  CHECK(slow.active.value() == Approx(2 + 0.3 * 3));
  auto full = slow;
  platform::set_full_speed(full);
  CHECK(full.compute.conv.value() == Approx(as_it_is.compute.conv.value()));
  CHECK(full.compute.memory == as_it_is.compute.memory);
  CHECK(full.compute.overhead.value() == Approx(as_it_is.compute.overhead.value()));
  CHECK(full.one_network.value() == Approx(as_it_is.one_network.value()));
  CHECK(full.active == as_it_is.active);
  CHECK(full.reported_clock() == 1.0);
  CHECK_THAT(error_of([&] { device(replaced(device_text, processor_text, steps + "    frequency: 1 GHz\n")); }),
             Contains("600 MHz"));
  CHECK_THAT(
      error_of([&] { device(replaced(device_text, processor_text, processor_text + "    frequency: 1 GHz\n")); }),
      Contains("frequency_steps"));
}

}  // namespace edgecut::platform_file_test
