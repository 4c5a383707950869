#include "platform/serving_file.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "platform/keys.hpp"

namespace edgecut::platform {
namespace {

using config::Ledger;
using config::Map;
using config::Type;
using config::Value;

// A map from sizes of batches, which begin with `first` and go up.
template <class Read>
std::vector<std::pair<int, double>> read_sizes(const Value& value, int first, std::string_view example, Read read) {
  if (!value.is_map()) value.fail(fmt::format("must be a map such as {}", example));
  std::vector<std::pair<int, double>> figures;
  for (const auto& [key, figure, where] : value.entries) {
    if (key == "source") continue;
    int size = 0;
    const auto parsed = std::from_chars(key.data(), key.data() + key.size(), size);
    if (parsed.ec != std::errc() || parsed.ptr != key.data() + key.size() || size < 1) {
      throw config::Error(where, figure.path, "the key is a batch's size, 1 or more");
    }
    if (figures.empty() ? first == 1 && size != 1 : size <= figures.back().first) {
      throw config::Error(where, figure.path, first == 1 ? "sizes begin with 1 and go up" : "sizes go up");
    }
    figures.emplace_back(size, read(key, figure));
  }
  if (figures.empty()) value.fail(fmt::format("must be a map such as {}", example));
  return figures;
}

BatchTimes read_batch_times(const Value& value, const Type& type, Ledger& ledger) {
  if (!value.is_map()) value.fail("must be a map such as {1: 10 ms, 4: 13 ms, 8: 22 ms}");
  return config::read(value, type, [&](Map& map) {
    auto times = read_sizes(
        value, 1, "{1: 10 ms, 4: 13 ms, 8: 22 ms}",
        [&](const std::string& key, const Value& /*time*/) { return map.figure<Seconds>(key, ledger).value(); });
    if (times.size() < 2) value.fail("one size says nothing of batches");
    return BatchTimes(std::move(times));
  });
}

// What a batch gets through in a second, over one alone.
BatchTimes read_speedup(const Value& value, const Type& type, int max_size) {
  auto figures = read_sizes(value, 2, "{2: 1.8, 4: 3, 8: 4.5}", [&](const std::string& /*key*/, const Value& speedup) {
    return config::as<double>(speedup, type.of.front());
  });
  if (figures.front().first != 1) figures.insert(figures.begin(), {1, 1.0});
  if (figures.front().second != 1.0) value.fail("one alone has a speed-up of 1");
  if (figures.back().first < max_size) value.fail(fmt::format("says nothing of a batch of `max_size`, {}", max_size));
  for (auto& [size, figure] : figures) figure = size / figure;
  return BatchTimes(std::move(figures));
}

Batching read_batching(Map& serving, const Cloud& cloud) {
  return serving.read("batching", [&](Map& map) {
    Batching batching;
    batching.max_size = map.get<int>("max_size");
    batching.max_wait = map.get<Seconds>("max_wait");
    const auto* speedup = map.find_child("speedup");
    const auto fixed = map.find<config::Ratio>("fixed_share");
    if (speedup != nullptr && fixed) {
      speedup->fail("the time of a batch is said by `speedup:` or by `fixed_share:`, not by both");
    }
    if (speedup != nullptr) {
      batching.times = read_speedup(*speedup, map.type_of("speedup"), batching.max_size);
    } else if (fixed) {
      batching.times = BatchTimes::modelled(fixed->value, batching.max_size);
    } else if (!cloud.batch_times) {
      map.value().fail(fmt::format("needs `speedup:` or `fixed_share:`: nobody measured batches on {} (`batch_times:`)",
                                   cloud.name));
    } else {
      batching.times = *cloud.batch_times;
      if (batching.max_size > batching.times.largest()) {
        map.child("max_size")
            .fail(fmt::format("the largest batch whose time is known has {} (`batch_times:` of {}); "
                              "`speedup:` or `fixed_share:` may say more",
                              batching.times.largest(), cloud.name));
      }
    }
    return batching;
  });
}

Autoscaling read_autoscaling(Map& serving, const Cloud& cloud) {
  return serving.read("autoscaling", [&](Map& map) {
    const auto& value = map.value();
    Autoscaling scaling;
    scaling.min_hosts = map.get<int>("min_hosts");
    scaling.max_hosts = map.get<int>("max_hosts");
    if (scaling.max_hosts < scaling.min_hosts) map.child("max_hosts").fail("less than `min_hosts`");
    if (cloud.hosts < scaling.min_hosts || cloud.hosts > scaling.max_hosts) {
      value.fail(
          fmt::format("the server begins with `hosts: {}`, which is not from `min_hosts` to `max_hosts`", cloud.hosts));
    }
    if (const auto target = map.find<config::Ratio>("target_utilisation")) {
      scaling.target_utilisation = target->value;
    }
    scaling.target_queue = map.find<double>("target_queue");
    if (scaling.target_utilisation.has_value() == scaling.target_queue.has_value()) {
      value.fail("needs either `target_utilisation:` or `target_queue:` (waiting per host)");
    }
    scaling.interval = map.get<Seconds>("interval");
    scaling.start_up = map.get<Seconds>("start_up");
    return scaling;
  });
}

Tenants read_tenants(Map& serving) {
  return serving.read("tenants", [](Map& map) {
    Tenants tenants;
    tenants.rate = map.get<Frequency>("rate");
    tenants.is_random = map.child("work").is_map();
    tenants.work = tenants.is_random ? map.read("work", [](Map& entry) { return entry.get<Seconds>("mean"); })
                                     : map.get<Seconds>("work");
    tenants.priority = map.get<int>("priority");
    return tenants;
  });
}

void read_discipline(Map& map, Cloud& cloud) {
  using Word = ServingDiscipline;
  const auto word = map.find_choice<Word>("discipline");
  if (word && word != Word::shared && cloud.processor.discipline == Discipline::shared) {
    map.child("discipline").fail("the processor has `discipline: shared`: nobody waits for it in any order");
  }
  if (word == Word::shared) cloud.processor.discipline = Discipline::shared;
  if (word == Word::priority) cloud.serving.order = Order::priority;
  if (word == Word::earliest_deadline) cloud.serving.order = Order::deadline;
}

// Whoever comes after tenants without end, or shares with ever more of them, is never served.
void check_tenants(const Value& value, const Cloud& cloud) {
  const auto& tenants = *cloud.serving.tenants;
  const double load = tenants.rate * tenants.work;
  const bool takes_turns = cloud.processor.discipline != Discipline::shared && cloud.serving.order != Order::priority;
  if (takes_turns || load < cloud.most_slots()) return;
  value.fail(
      fmt::format("want {} slots on average of the {} that there may be: with this discipline a request might "
                  "wait for ever",
                  load, cloud.most_slots()));
}

void read_serving(Map& operation, Cloud& cloud) {
  operation.read("serving", [&](Map& map) {
    auto& serving = cloud.serving;
    read_discipline(map, cloud);
    serving.queue_limit = map.find<std::int64_t>("queue_limit");
    if (map.find_child("batching") != nullptr) serving.batching = read_batching(map, cloud);
    if (map.find_child("autoscaling") != nullptr) serving.autoscaling = read_autoscaling(map, cloud);
    if (map.find_child("tenants") != nullptr) serving.tenants = read_tenants(map);
    if (serving.tenants) check_tenants(map.child("tenants"), cloud);
    if (cloud.processor.discipline != Discipline::shared) return;
    for (const auto* key : {"batching", "autoscaling"}) {
      if (const auto* child = map.find_child(key)) {
        child->fail("cannot be combined with `discipline: shared`, which lets everybody in at once on all hosts");
      }
    }
  });
}

HostPower read_power(Map& operation, Ledger& ledger) {
  return operation.read("power", [&](Map& map) {
    HostPower power;
    power.idle = map.figure<Watts>("idle", ledger);
    power.active = map.figure<Watts>("active", ledger);
    if (power.active < power.idle) map.child("active").fail("a host draws no less when it works than when it idles");
    return power;
  });
}

}  // namespace

void read_operation(Map& map, Ledger& ledger, Cloud& cloud) {
  if (const auto* times = map.find_child("batch_times")) {
    cloud.batch_times = read_batch_times(*times, map.type_of("batch_times"), ledger);
  }
  if (const auto price = map.find_figure<config::Measure>("price", ledger)) cloud.price = price->value;
  if (map.find_child("power") != nullptr) cloud.power = read_power(map, ledger);
  if (map.find_child("serving") != nullptr) read_serving(map, cloud);
}

}  // namespace edgecut::platform
