#include "platform/platform_file.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "platform/board_file.hpp"
#include "platform/course_file.hpp"
#include "platform/keys.hpp"
#include "platform/serving_file.hpp"

namespace edgecut::platform {
namespace {

using config::Ledger;
using config::Map;
using config::Type;
using config::Value;

// What was written of a figure, which may stand beside its source.
const Value& figure_of(const Value& value) {
  const Value* figure = value.find("value");
  return figure != nullptr ? *figure : value;
}

KindConstants read_kind(Map& map, Ledger& ledger) {
  KindConstants constants;
  constants.rate = map.find_figure<FlopRate>("rate", ledger);
  constants.memory = map.find_figure<Bandwidth>("memory", ledger);
  constants.overhead = map.figure<Seconds>("overhead", ledger);
  constants.where = map.value().where;
  return constants;
}

std::map<std::string, KindConstants> read_kinds(const Value& value, const Type& type, Ledger& ledger) {
  if (!value.is_map()) value.fail("must be a map from kinds of layers to {rate, memory, overhead}");
  return config::read(value, type, [&](Map& map) {
    std::map<std::string, KindConstants> kinds;
    for (const auto& [kind, entry, where] : value.entries) {
      if (kind != "source") kinds[kind] = map.read(kind, [&](Map& constants) { return read_kind(constants, ledger); });
    }
    return kinds;
  });
}

// Whether networks without a table are estimated with the processor's constants. They are those of whatever device the
// table was put over, so that somebody has to say so.
bool falls_back(const Value& measured) {
  const auto* fallback = measured.is_map() ? measured.find("fallback") : nullptr;
  return fallback != nullptr && config::as<std::string>(*fallback) == "model";
}

// A path, or a map with it and how it is read.
Measured read_measured(const Value& value, const Type& type) {
  if (value.is_scalar())
    return {
        .path = config::as<std::string>(value), .mode = {}, .whole_run = {}, .where = value.where, .key = value.path};
  return config::read(value, type, [&](Map& map) {
    Measured measured;
    measured.path = map.get<std::string>("table");
    measured.mode = map.find<std::string>("mode").value_or("");
    measured.statistic = map.choice<Measured::Statistic>("statistic");
    measured.whole_run = map.find_choice<Measured::WholeRun>("whole_run");
    static_cast<void>(map.choice<bool>("fallback"));  // see falls_back()
    measured.where = map.child("table").where;
    measured.key = value.path;
    return measured;
  });
}

// Of layers that compute in int8. Bytes go through the same memory where it does not say otherwise; Winograd's gain was
// fitted to floating layers, and is none here unless it says so.
ThreeConstants read_int8(Map& map, Ledger& ledger, const ThreeConstants& floating) {
  ThreeConstants constants;
  constants.conv = map.figure<FlopRate>("conv", ledger);
  constants.memory = map.find_figure<Bandwidth>("memory", ledger).value_or(floating.memory);
  constants.overhead = map.find_figure<Seconds>("overhead", ledger).value_or(floating.overhead);
  constants.winograd_gain = map.get<double>("winograd_gain");
  return constants;
}

ThreeConstants read_constants(Map& map, Ledger& ledger) {
  ThreeConstants constants;
  constants.conv = map.figure<FlopRate>("conv", ledger);
  constants.memory = map.figure<Bandwidth>("memory", ledger);
  constants.overhead = map.figure<Seconds>("overhead", ledger);
  constants.winograd_gain = map.get<double>("winograd_gain");
  return constants;
}

void read_compute(Map& map, Ledger& ledger, Processor& processor) {
  const auto model = map.choice<ComputeModel>("model");
  processor.has_constants = model != ComputeModel::measured || map.has("conv");
  if (processor.has_constants) processor.compute = read_constants(map, ledger);
  if (const auto* int8 = map.find_child("int8")) {
    if (!processor.has_constants) int8->fail("goes with constants (conv, memory, overhead), of which there are none");
    processor.int8 = map.read("int8", [&](Map& own) { return read_int8(own, ledger, processor.compute); });
  }
  if (model == ComputeModel::per_kind) {
    processor.kinds = read_kinds(map.child("kinds"), map.type_of("kinds"), ledger);
  }
  if (model == ComputeModel::measured || map.has("measured")) {
    const auto& measured = map.child("measured");
    processor.measured = read_measured(measured, map.type_of("measured"));
    if (falls_back(measured) && !processor.has_constants) {
      measured.find("fallback")->fail("there are no constants (conv, memory, overhead) to fall back on");
    }
    processor.has_constants = processor.has_constants && falls_back(measured);
  }
  processor.framework = map.get<std::string>("framework");
  processor.precision = map.get<std::string>("precision");
  map.find<int>("threads");
  map.find_figure<config::Ratio>("fit_error", ledger);
}

void read_nominal(Map& map, Ledger& ledger, Processor& processor) {
  processor.peak = map.figure<FlopRate>("peak", ledger);
  processor.one_network = map.figure<FlopRate>("one_network", ledger);
}

// What a board draws without its processors.
struct BoardPower {
  Watts idle;
  Watts busy;  // that it adds while anything computes
};

void read_active(Map& power, Ledger& ledger, const BoardPower& board, Processor& processor) {
  processor.active = power.figure<Watts>("active", ledger);
  if (processor.active < board.idle) {
    figure_of(power.child("active"))
        .fail(fmt::format("{} is less than the board draws when idle, {}", units::format(processor.active),
                          units::format(board.idle)));
  }
  if (processor.active < board.idle + board.busy) {
    figure_of(power.child("active"))
        .fail(fmt::format("{} is less than the board draws when idle and what it adds when busy (`power.busy`), {}",
                          units::format(processor.active), units::format(board.idle + board.busy)));
  }
}

// `board`: none where power is not accounted.
Processor read_processor(const std::string& name, Map& map, Ledger& ledger, const std::optional<BoardPower>& board) {
  Processor processor;
  processor.name = name;
  processor.title = map.find<std::string>("title").value_or(name);
  processor.slots = map.get<int>("slots");
  processor.discipline = map.choice<Discipline>("discipline");
  map.read("compute", [&](Map& compute) { read_compute(compute, ledger, processor); });
  processor.slowdown = map.get<double>("slowdown");
  processor.clock = map.get<config::Ratio>("clock").value;
  processor.interference = map.get<config::Ratio>("interference").value;
  map.read("nominal", [&](Map& nominal) { read_nominal(nominal, ledger, processor); });
  if (board) map.read("power", [&](Map& power) { read_active(power, ledger, *board, processor); });
  read_frequency(map, ledger, board ? board->idle + board->busy : Watts(), processor);
  return processor;
}

std::vector<Processor> read_processors(Map& device, Ledger& ledger, const std::optional<BoardPower>& board) {
  constexpr auto what_it_is = "must be a map of at least one processor, by name";
  const auto& value = device.child("processors");
  if (!value.is_map()) value.fail(what_it_is);
  std::vector<Processor> processors;
  device.read("processors", [&](Map& map) {
    for (const auto& [name, entry, where] : value.entries) {
      if (name == "source") continue;
      processors.push_back(
          map.read(name, [&, &name = name](Map& own) { return read_processor(name, own, ledger, board); }));
    }
  });
  if (processors.empty()) value.fail(what_it_is);
  return processors;
}

struct Memory {
  Bytes size;
  Bytes reserve;
};

Memory read_memory(Map& map, Ledger& ledger) {
  Memory memory;
  memory.size = map.figure<Bytes>("size", ledger);
  memory.reserve = map.figure<Bytes>("reserve", ledger);
  if (memory.reserve > memory.size) map.child("reserve").fail("more than the memory's size");
  return memory;
}

RadioPower read_direction(Map& map, Ledger& ledger) {
  RadioPower power;
  power.slope = map.figure<JoulesPerByte>("slope", ledger);
  power.base = map.figure<Watts>("base", ledger);
  return power;
}

Promotion read_promotion(Map& map, Ledger& ledger) {
  Promotion promotion;
  promotion.delay = map.figure<Seconds>("delay", ledger);
  promotion.power = map.figure<Watts>("power", ledger);
  return promotion;
}

Tail read_tail(Map& map, Ledger& ledger) {
  Tail tail;
  tail.time = map.figure<Seconds>("time", ledger);
  tail.power = map.figure<Watts>("power", ledger);
  return tail;
}

void read_radio(Map& map, Ledger& ledger, Link& link) {
  link.transmit = map.read("transmit", [&](Map& way) { return read_direction(way, ledger); });
  link.receive = map.read("receive", [&](Map& way) { return read_direction(way, ledger); });
  // Sources that measured the whole phone: what it draws anyway is not the radio's.
  const auto idle = map.figure<Watts>("device_idle", ledger);
  if (idle > link.transmit.base || idle > link.receive.base) {
    map.child("device_idle").fail("more than the base power it is to be subtracted from");
  }
  link.transmit.base -= idle;
  link.receive.base -= idle;
  if (map.find_child("promotion") != nullptr) {
    link.promotion = map.read("promotion", [&](Map& own) { return read_promotion(own, ledger); });
  }
  if (map.find_child("tail") != nullptr) {
    link.tail = map.read("tail", [&](Map& own) { return read_tail(own, ledger); });
  }
}

void scale(std::optional<Course>& course, double factor) {
  if (!course) return;
  if (course->steps) {
    auto steps = *course->steps->steps;
    for (auto& step : steps) step.value *= factor;
    course->steps->steps = std::make_shared<const std::vector<CourseStep>>(std::move(steps));
  }
  if (course->markov) {
    for (auto& state : course->markov->states) state *= factor;
  }
  if (auto& process = course->gauss_markov) {
    for (auto* figure : {&process->mean, &process->deviation, &process->least, &process->most}) *figure *= factor;
  }
}

// What is lost is sent again: less arrives in a second, and each byte that does has been sent 1 / (1 - loss) times.
void lose(double loss, Link& link) {
  if (loss == 0.0) return;
  scale(link.motion.up, 1.0 - loss);
  scale(link.motion.down, 1.0 - loss);
  link.uplink *= 1.0 - loss;
  link.downlink *= 1.0 - loss;
  link.transmit.slope *= 1.0 / (1.0 - loss);
}

}  // namespace

Device read_device(const Value& value, Ledger& ledger) {
  return config::read(value, device_record(), [&](Map& map) {
    Device device;
    device.name = map.get<std::string>("name");
    device.title = map.find<std::string>("title").value_or(device.name);
    const auto memory = map.read("memory", [&](Map& own) { return read_memory(own, ledger); });
    device.memory = memory.size;
    device.reserve = memory.reserve;
    map.read("storage", [&](Map& storage) {
      device.storage = storage.figure<Bytes>("free", ledger);
      device.storage_read = storage.find_figure<Bandwidth>("read", ledger);
    });
    map.read("power", [&](Map& power) {
      device.idle = power.figure<Watts>("idle", ledger);
      device.off = power.figure<Watts>("off", ledger);
      if (device.off > device.idle) {
        figure_of(power.child("off"))
            .fail(fmt::format("{} is more than the board draws when idle, {}", units::format(device.off),
                              units::format(device.idle)));
      }
      device.busy = power.figure<Watts>("busy", ledger);
    });
    device.processors = read_processors(map, ledger, BoardPower{device.idle, device.busy});
    if (const auto* battery = map.find_child("battery")) device.battery = read_battery(*battery, ledger);
    if (const auto* thermal = map.find_child("thermal")) device.thermal = read_thermal(*thermal, ledger);
    if (const auto* others = map.find_child("interference")) {
      device.interference = read_interference(*others, ledger, device.processors);
    }
    return device;
  });
}

Cloud read_cloud(const Value& value, Ledger& ledger) {
  return config::read(value, cloud_record(), [&](Map& map) {
    Cloud cloud;
    cloud.name = map.get<std::string>("name");
    cloud.title = map.find<std::string>("title").value_or(cloud.name);
    const auto memory = map.read("memory", [&](Map& own) { return read_memory(own, ledger); });
    cloud.memory = memory.size;
    cloud.reserve = memory.reserve;
    cloud.hosts = map.get<int>("hosts");
    const auto processors = read_processors(map, ledger, std::nullopt);
    if (processors.size() != 1) map.child("processors").fail("a cloud host has exactly one processor");
    cloud.processor = processors.front();
    read_operation(map, ledger, cloud);
    return cloud;
  });
}

namespace {

Link read_any_link(Map& map, Ledger& ledger, bool needs_radio) {
  Link link;
  link.name = map.get<std::string>("name");
  link.title = map.find<std::string>("title").value_or(link.name);
  link.uplink = map.figure<Bandwidth>("uplink", ledger);
  link.downlink = map.figure<Bandwidth>("downlink", ledger);
  link.rtt = map.figure<Seconds>("rtt", ledger);
  if (needs_radio || map.find_child("radio") != nullptr) {
    map.read("radio", [&](Map& radio) { read_radio(radio, ledger, link); });
  }
  link.motion = read_motion(map, link.uplink, link.downlink, &ledger);
  lose(map.figure<config::Ratio>("loss", ledger).value, link);
  return link;
}

}  // namespace

Link read_link(const Value& value, Ledger& ledger) {
  return config::read(value, link_record(), [&](Map& map) { return read_any_link(map, ledger, true); });
}

Link read_server_link(const Value& value, Ledger& ledger) {
  return config::read(value, server_link_record(), [&](Map& map) { return read_any_link(map, ledger, false); });
}

}  // namespace edgecut::platform
