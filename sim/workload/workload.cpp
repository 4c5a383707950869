#include "workload/workload.hpp"

#include <boost/random/uniform_01.hpp>
#include <string>

#include "units/ensure.hpp"

namespace edgecut::workload {
namespace {

const std::vector<std::pair<std::string, Arrivals>>& arrival_kinds() {
  static const std::vector<std::pair<std::string, Arrivals>> words{
      {"one_at_a_time", Arrivals::one_at_a_time}, {"periodic", Arrivals::periodic}, {"poisson", Arrivals::poisson}};
  return words;
}

}  // namespace

std::optional<Seconds> Workload::period() const {
  return is_open() ? std::optional<Seconds>(1.0 / rate) : std::nullopt;
}

Workload read_workload(const config::Value& value) {
  return config::read(value, [&](config::Map& map) {
    Workload workload;
    workload.arrivals = map.choice("arrivals", arrival_kinds());
    workload.requests = map.get<std::int64_t>("requests", {1.0, 1e9});
    workload.queue_limit = map.find<std::int64_t>("queue_limit", config::non_negative);
    if (workload.is_open()) {
      workload.rate = map.get<Frequency>("rate", config::positive);
    } else if (const auto* rate = map.find_child("rate")) {
      rate->fail("requests that come one at a time have no rate (arrivals: periodic or poisson have)");
    }
    enum class Phase { aligned, random };
    const auto phase = map.choice_or("phase", Phase::aligned, {{"aligned", Phase::aligned}, {"random", Phase::random}});
    workload.random_phase = phase == Phase::random;
    if (workload.random_phase && workload.arrivals != Arrivals::periodic) {
      map.child("phase").fail("only periodic arrivals have a phase");
    }
    return workload;
  });
}

ArrivalTimes::ArrivalTimes(const Workload& workload, std::uint64_t seed, std::size_t device)
    : arrivals_(workload.arrivals),
      period_(workload.period().value_or(Seconds())),
      random_(seed, {"arrivals", std::to_string(device)}) {
  ensure(workload.is_open(), "only open workloads have arrival times");
  if (workload.random_phase) phase_ = period_ * boost::random::uniform_01<double>()(random_);
}

Seconds ArrivalTimes::next() {
  if (arrivals_ == Arrivals::poisson) {
    last_ += period_ * gap_(random_);
  } else {
    last_ = phase_ + period_ * static_cast<double>(count_++);
  }
  return last_;
}

}  // namespace edgecut::workload
