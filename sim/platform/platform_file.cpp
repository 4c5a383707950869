#include "platform/platform_file.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "platform/board_file.hpp"
#include "platform/course_file.hpp"
#include "platform/serving_file.hpp"

namespace edgecut::platform {
namespace {

using config::Ledger;
using config::Map;
using config::non_negative;
using config::positive;
using config::Value;

const std::vector<std::pair<std::string, Discipline>>& disciplines() {
  static const std::vector<std::pair<std::string, Discipline>> words{{"fifo", Discipline::fifo},
                                                                     {"shared", Discipline::shared}};
  return words;
}

// What was written of a figure, which may stand beside its source.
const Value& figure_of(const Value& value) {
  const Value* figure = value.find("value");
  return figure != nullptr ? *figure : value;
}

KindConstants read_kind(const Value& value, Ledger& ledger) {
  return config::read(value, [&](Map& map) {
    KindConstants constants;
    constants.rate = map.find_figure<FlopRate>("rate", ledger, positive);
    constants.memory = map.find_figure<Bandwidth>("memory", ledger, positive);
    constants.overhead = map.figure_or<Seconds>("overhead", Seconds(), ledger, non_negative);
    constants.where = value.where;
    return constants;
  });
}

std::map<std::string, KindConstants> read_kinds(const Value& value, Ledger& ledger) {
  if (!value.is_map()) value.fail("must be a map from kinds of layers to {rate, memory, overhead}");
  std::map<std::string, KindConstants> kinds;
  for (const auto& [kind, entry, where] : value.entries) {
    if (kind != "source") kinds[kind] = read_kind(entry, ledger);
  }
  return kinds;
}

// Whether networks without a table are estimated with the processor's constants. They are those of whatever device the
// table was put over, so that somebody has to say so.
bool falls_back(const Value& measured) {
  const auto* fallback = measured.is_map() ? measured.find("fallback") : nullptr;
  return fallback != nullptr && config::as<std::string>(*fallback) == "model";
}

// A path, or a map with it and how it is read.
Measured read_measured(const Value& value) {
  if (value.is_scalar())
    return {
        .path = config::as<std::string>(value), .mode = {}, .whole_run = {}, .where = value.where, .key = value.path};
  return config::read(value, [&](Map& map) {
    using Statistic = Measured::Statistic;
    using WholeRun = Measured::WholeRun;
    Measured measured;
    measured.path = map.get<std::string>("table");
    measured.mode = map.get_or<std::string>("mode", "");
    measured.statistic =
        map.choice_or("statistic", Statistic::minimum,
                      {{"minimum", Statistic::minimum}, {"median", Statistic::median}, {"p90", Statistic::p90}});
    if (map.has("whole_run")) {
      measured.whole_run = map.choice<WholeRun>(
          "whole_run", {{"scale", WholeRun::scale}, {"offset", WholeRun::offset}, {"ignore", WholeRun::ignore}});
    }
    map.choice_or("fallback", false, {{"none", false}, {"model", true}});
    measured.where = map.child("table").where;
    measured.key = value.path;
    return measured;
  });
}

// Of layers that compute in int8. Bytes go through the same memory where it does not say otherwise; Winograd's gain was
// fitted to floating layers, and is none here unless it says so.
ThreeConstants read_int8(const Value& value, Ledger& ledger, const ThreeConstants& floating) {
  return config::read(value, [&](Map& map) {
    ThreeConstants constants;
    constants.conv = map.figure<FlopRate>("conv", ledger, positive);
    constants.memory = map.figure_or<Bandwidth>("memory", floating.memory, ledger, positive);
    constants.overhead = map.figure_or<Seconds>("overhead", floating.overhead, ledger, non_negative);
    constants.winograd_gain = map.get_or<double>("winograd_gain", 1.0, {1.0, 100.0});
    return constants;
  });
}

ThreeConstants read_constants(Map& map, Ledger& ledger) {
  ThreeConstants constants;
  constants.conv = map.figure<FlopRate>("conv", ledger, positive);
  constants.memory = map.figure<Bandwidth>("memory", ledger, positive);
  constants.overhead = map.figure<Seconds>("overhead", ledger, non_negative);
  constants.winograd_gain = map.get_or<double>("winograd_gain", constants.winograd_gain, {1.0, 100.0});
  return constants;
}

void read_compute(const Value& value, Ledger& ledger, Processor& processor) {
  config::read(value, [&](Map& map) {
    enum class Model { three_constants, per_kind, measured };
    const auto model = map.choice<Model>(
        "model",
        {{"three_constants", Model::three_constants}, {"per_kind", Model::per_kind}, {"measured", Model::measured}});
    processor.has_constants = model != Model::measured || map.has("conv");
    if (processor.has_constants) processor.compute = read_constants(map, ledger);
    if (const auto* int8 = map.find_child("int8")) {
      if (!processor.has_constants) int8->fail("goes with constants (conv, memory, overhead), of which there are none");
      processor.int8 = read_int8(*int8, ledger, processor.compute);
    }
    if (model == Model::per_kind) processor.kinds = read_kinds(map.child("kinds"), ledger);
    if (model == Model::measured || map.has("measured")) {
      const auto& measured = map.child("measured");
      processor.measured = read_measured(measured);
      if (falls_back(measured) && !processor.has_constants) {
        measured.find("fallback")->fail("there are no constants (conv, memory, overhead) to fall back on");
      }
      processor.has_constants = processor.has_constants && falls_back(measured);
    }
    processor.framework = map.get<std::string>("framework");
    processor.precision = map.get_or<std::string>("precision", "unknown");
    map.find<int>("threads", positive);
    map.find_figure<config::Ratio>("fit_error", ledger, non_negative);
  });
}

void read_nominal(const Value& value, Ledger& ledger, Processor& processor) {
  config::read(value, [&](Map& map) {
    processor.peak = map.figure<FlopRate>("peak", ledger, positive);
    processor.one_network = map.figure<FlopRate>("one_network", ledger, positive);
  });
}

// What a board draws without its processors.
struct BoardPower {
  Watts idle;
  Watts busy;  // that it adds while anything computes
};

// `board`: none where power is not accounted.
Processor read_processor(const std::string& name, const Value& value, Ledger& ledger,
                         const std::optional<BoardPower>& board) {
  return config::read(value, [&](Map& map) {
    Processor processor;
    processor.name = name;
    processor.title = map.get_or<std::string>("title", name);
    processor.slots = map.get_or<int>("slots", 1, positive);
    processor.discipline = map.choice_or("discipline", Discipline::fifo, disciplines());
    read_compute(map.child("compute"), ledger, processor);
    processor.slowdown = map.get_or<double>("slowdown", 1.0, {1e-3, 1e6});
    processor.clock = map.get_or<config::Ratio>("clock", {1.0}, {1e-3, 10.0}).value;
    processor.interference = map.get_or<config::Ratio>("interference", {0.0}, {0.0, 1e6}).value;
    read_nominal(map.child("nominal"), ledger, processor);
    if (board) {
      config::read(map.child("power"), [&](Map& power) {
        processor.active = power.figure<Watts>("active", ledger, non_negative);
        if (processor.active < board->idle) {
          figure_of(power.child("active"))
              .fail(fmt::format("{} is less than the board draws when idle, {}", units::format(processor.active),
                                units::format(board->idle)));
        }
        if (processor.active < board->idle + board->busy) {
          figure_of(power.child("active"))
              .fail(
                  fmt::format("{} is less than the board draws when idle and what it adds when busy (`power.busy`), {}",
                              units::format(processor.active), units::format(board->idle + board->busy)));
        }
      });
    }
    read_frequency(map, ledger, board ? board->idle + board->busy : Watts(), processor);
    return processor;
  });
}

std::vector<Processor> read_processors(const Value& value, Ledger& ledger, const std::optional<BoardPower>& board) {
  constexpr auto what_it_is = "must be a map of at least one processor, by name";
  if (!value.is_map()) value.fail(what_it_is);
  std::vector<Processor> processors;
  for (const auto& [name, entry, where] : value.entries) {
    if (name != "source") processors.push_back(read_processor(name, entry, ledger, board));
  }
  if (processors.empty()) value.fail(what_it_is);
  return processors;
}

struct Memory {
  Bytes size;
  Bytes reserve;
};

Memory read_memory(const Value& value, Ledger& ledger) {
  return config::read(value, [&](Map& map) {
    Memory memory;
    memory.size = map.figure<Bytes>("size", ledger, positive);
    memory.reserve = map.figure<Bytes>("reserve", ledger, non_negative);
    if (memory.reserve > memory.size) map.child("reserve").fail("more than the memory's size");
    return memory;
  });
}

RadioPower read_direction(const Value& value, Ledger& ledger) {
  return config::read(value, [&](Map& map) {
    RadioPower power;
    power.slope = map.figure<JoulesPerByte>("slope", ledger, non_negative);
    power.base = map.figure<Watts>("base", ledger, non_negative);
    return power;
  });
}

Promotion read_promotion(const Value& value, Ledger& ledger) {
  return config::read(value, [&](Map& map) {
    Promotion promotion;
    promotion.delay = map.figure<Seconds>("delay", ledger, non_negative);
    promotion.power = map.figure<Watts>("power", ledger, non_negative);
    return promotion;
  });
}

Tail read_tail(const Value& value, Ledger& ledger) {
  return config::read(value, [&](Map& map) {
    Tail tail;
    tail.time = map.figure<Seconds>("time", ledger, non_negative);
    tail.power = map.figure<Watts>("power", ledger, non_negative);
    return tail;
  });
}

void read_radio(const Value& value, Ledger& ledger, Link& link) {
  config::read(value, [&](Map& map) {
    link.transmit = read_direction(map.child("transmit"), ledger);
    link.receive = read_direction(map.child("receive"), ledger);
    // Sources that measured the whole phone: what it draws anyway is not the radio's.
    const auto idle = map.figure_or<Watts>("device_idle", Watts(), ledger, non_negative);
    if (idle > link.transmit.base || idle > link.receive.base) {
      map.child("device_idle").fail("more than the base power it is to be subtracted from");
    }
    link.transmit.base -= idle;
    link.receive.base -= idle;
    if (const auto* promotion = map.find_child("promotion")) link.promotion = read_promotion(*promotion, ledger);
    if (const auto* tail = map.find_child("tail")) link.tail = read_tail(*tail, ledger);
  });
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
  return config::read(value, [&](Map& map) {
    Device device;
    device.name = map.get<std::string>("name");
    device.title = map.get_or<std::string>("title", device.name);
    const auto memory = read_memory(map.child("memory"), ledger);
    device.memory = memory.size;
    device.reserve = memory.reserve;
    config::read(map.child("storage"), [&](Map& storage) {
      device.storage = storage.figure<Bytes>("free", ledger, non_negative);
      device.storage_read = storage.find_figure<Bandwidth>("read", ledger, positive);
    });
    config::read(map.child("power"), [&](Map& power) {
      device.idle = power.figure<Watts>("idle", ledger, non_negative);
      device.off = power.figure<Watts>("off", ledger, non_negative);
      if (device.off > device.idle) {
        figure_of(power.child("off"))
            .fail(fmt::format("{} is more than the board draws when idle, {}", units::format(device.off),
                              units::format(device.idle)));
      }
      device.busy = power.figure_or<Watts>("busy", Watts(), ledger, non_negative);
    });
    device.processors = read_processors(map.child("processors"), ledger, BoardPower{device.idle, device.busy});
    if (const auto* battery = map.find_child("battery")) device.battery = read_battery(*battery, ledger);
    if (const auto* thermal = map.find_child("thermal")) device.thermal = read_thermal(*thermal, ledger);
    if (const auto* others = map.find_child("interference")) {
      device.interference = read_interference(*others, ledger, device.processors);
    }
    return device;
  });
}

Cloud read_cloud(const Value& value, Ledger& ledger) {
  return config::read(value, [&](Map& map) {
    Cloud cloud;
    cloud.name = map.get<std::string>("name");
    cloud.title = map.get_or<std::string>("title", cloud.name);
    const auto memory = read_memory(map.child("memory"), ledger);
    cloud.memory = memory.size;
    cloud.reserve = memory.reserve;
    cloud.hosts = map.get_or<int>("hosts", 1, positive);
    const auto processors = read_processors(map.child("processors"), ledger, std::nullopt);
    if (processors.size() != 1) map.child("processors").fail("a cloud host has exactly one processor");
    cloud.processor = processors.front();
    read_operation(map, ledger, cloud);
    return cloud;
  });
}

namespace {

Link read_any_link(const Value& value, Ledger& ledger, bool needs_radio) {
  return config::read(value, [&](Map& map) {
    Link link;
    link.name = map.get_or<std::string>("name", "inline");
    link.title = map.get_or<std::string>("title", link.name);
    link.uplink = map.figure<Bandwidth>("uplink", ledger, possible_bandwidth);
    link.downlink = map.figure<Bandwidth>("downlink", ledger, possible_bandwidth);
    link.rtt = map.figure<Seconds>("rtt", ledger, non_negative);
    const auto* radio = needs_radio ? &map.child("radio") : map.find_child("radio");
    if (radio != nullptr) read_radio(*radio, ledger, link);
    link.motion = read_motion(map, link.uplink, link.downlink, &ledger);
    const double loss = map.figure_or<config::Ratio>("loss", {0.0}, ledger, {0.0, 0.99}).value;
    lose(loss, link);
    return link;
  });
}

}  // namespace

Link read_link(const Value& value, Ledger& ledger) {
  return read_any_link(value, ledger, true);
}

Link read_server_link(const Value& value, Ledger& ledger) {
  return read_any_link(value, ledger, false);
}

}  // namespace edgecut::platform
