#include <algorithm>
#include <boost/random/uniform_01.hpp>
#include <cmath>
#include <string>

#include "units/ensure.hpp"
#include "workload/workload.hpp"

namespace edgecut::workload {
namespace {

// Of mean 1.
double exponential(RandomStream& random) {
  return boost::random::exponential_distribution<double>()(random);
}

}  // namespace

// ---- diurnal ----

Frequency DailyCurve::rate(Seconds time) const {
  const double length = day.value();
  const double t = std::fmod((start + time).value(), length);
  // The points on both sides; the last one of the day leads to the first of the next.
  const auto after = std::ranges::upper_bound(points, Seconds(t), {}, &Point::at);
  const Point& right = after == points.end() ? points.front() : *after;
  const Point& left = after == points.begin() ? points.back() : *(after - 1);
  double gap = (right.at - left.at).value();
  double gone = t - left.at.value();
  if (gap <= 0.0) gap += length;
  if (gone < 0.0) gone += length;
  return left.rate + (right.rate - left.rate) * (gone / gap);
}

Frequency DailyCurve::mean() const {
  double area = 0.0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto& left = points[i];
    const auto& right = points[(i + 1) % points.size()];
    double gap = (right.at - left.at).value();
    if (gap <= 0.0) gap += day.value();
    area += gap * (left.rate + right.rate).value() / 2.0;
  }
  return Frequency(area / day.value());
}

Frequency DailyCurve::highest() const {
  return std::ranges::max_element(points, {}, &Point::rate)->rate;
}

// ---- bursty ----

std::vector<double> shares_of_time(const std::vector<BurstState>& states) {
  // The stationary distribution by Grassmann, Taksar and Heyman's elimination, which only adds, multiplies and divides
  // positive numbers. q is the generator off its diagonal.
  const std::size_t n = states.size();
  std::vector<std::vector<double>> q(n, std::vector<double>(n, 0.0));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < n; ++k) q[i][k] = states[i].next[k] / states[i].stay.value();
  }
  for (std::size_t last = n - 1; last > 0; --last) {
    double out = 0.0;
    for (std::size_t k = 0; k < last; ++k) out += q[last][k];
    for (std::size_t i = 0; i < last; ++i) q[i][last] /= out;
    for (std::size_t i = 0; i < last; ++i) {
      for (std::size_t k = 0; k < last; ++k) q[i][k] += q[i][last] * q[last][k];
    }
  }
  std::vector<double> share(n, 0.0);
  share[0] = 1.0;
  double sum = 1.0;
  for (std::size_t k = 1; k < n; ++k) {
    for (std::size_t i = 0; i < k; ++i) share[k] += share[i] * q[i][k];
    sum += share[k];
  }
  for (double& s : share) s /= sum;
  return share;
}

// ---- the times ----

namespace {

// Of the first class, the device's number alone.
std::string stream_of(std::size_t device, std::uint32_t request_class) {
  return std::to_string(device) + (request_class > 0 ? " class " + std::to_string(request_class) : "");
}

}  // namespace

ArrivalTimes::ArrivalTimes(const Workload& workload, std::uint64_t seed, std::size_t device,
                           std::uint32_t request_class)
    : arrivals_(workload.arrivals),
      period_(workload.period().value_or(Seconds())),
      random_(seed, {"arrivals", stream_of(device, request_class)}) {
  ensure(workload.is_open(), "only open workloads have arrival times");
  if (workload.random_phase) phase_ = period_ * boost::random::uniform_01<double>()(random_);
  if (arrivals_ == Arrivals::poisson || arrivals_ == Arrivals::periodic) return;
  modulation_ = std::make_unique<Modulation>(Modulation{
      .states = workload.states,
      .changes = RandomStream(seed, {"burst states", stream_of(device, request_class)}),
      .left = {},
      .curve = workload.curve,
      .trace = {},
  });
  if (arrivals_ == Arrivals::bursty) enter_first_state();
  if (!workload.traces) return;
  const auto& traces = *workload.traces;
  modulation_->trace = traces.files[device % traces.files.size()];
  modulation_->stretch = traces.stretch;
  phase_ = traces.offset * static_cast<double>(device);
}

Seconds ArrivalTimes::next() {
  switch (arrivals_) {
    case Arrivals::poisson:
      last_ += period_ * exponential(random_);
      break;
    case Arrivals::bursty:
      last_ = next_of_states();
      break;
    case Arrivals::diurnal:
      last_ = next_of_curve();
      break;
    case Arrivals::trace:
      last_ = next_of_trace();
      break;
    case Arrivals::periodic:
    case Arrivals::one_at_a_time:
    case Arrivals::closed_loop:
      last_ = phase_ + period_ * static_cast<double>(count_++);
      break;
  }
  return last_;
}

// It has been running for ever at time 0.
void ArrivalTimes::enter_first_state() {
  auto& m = *modulation_;
  const auto share = shares_of_time(m.states);
  double draw = boost::random::uniform_01<double>()(m.changes);
  for (m.state = 0; m.state + 1 < m.states.size() && draw >= share[m.state]; ++m.state) draw -= share[m.state];
  m.left = m.states[m.state].stay * exponential(m.changes);
}

void ArrivalTimes::leave_state() {
  auto& m = *modulation_;
  const auto& next = m.states[m.state].next;
  double draw = boost::random::uniform_01<double>()(m.changes);
  std::size_t to = m.state;
  for (std::size_t k = 0; k < next.size(); ++k) {
    if (next[k] == 0.0) continue;
    to = k;  // the last one, where rounding leaves some of the draw
    if (draw < next[k]) break;
    draw -= next[k];
  }
  m.state = to;
  m.left = m.states[m.state].stay * exponential(m.changes);
}

// In the time in which the mean number of arrivals grows by 1, this is a Poisson process of rate 1.
Seconds ArrivalTimes::next_of_states() {
  auto& m = *modulation_;
  Seconds time = last_;
  double need = exponential(random_);
  while (need >= m.states[m.state].rate * m.left) {
    need -= m.states[m.state].rate * m.left;
    time += m.left;
    leave_state();
  }
  const Seconds step = need / m.states[m.state].rate;
  m.left -= step;
  return time + step;
}

// Thinning [Lewis, Shedler, Naval Research Logistics Quarterly 26(3), 1979]: candidates at the highest rate, each kept
// with probability rate/highest.
Seconds ArrivalTimes::next_of_curve() {
  const auto& curve = *modulation_->curve;
  const Frequency highest = curve.highest();
  Seconds time = last_;
  while (true) {
    time += exponential(random_) / highest;
    if (boost::random::uniform_01<double>()(random_) * highest.value() < curve.rate(time).value()) return time;
  }
}

Seconds ArrivalTimes::next_of_trace() {
  const auto& trace = *modulation_->trace;
  ensure(static_cast<std::size_t>(count_) < trace.size(), "a trace has as many arrivals as it has");
  return phase_ + trace[static_cast<std::size_t>(count_++)] * modulation_->stretch;
}

ThinkTimes::ThinkTimes(const Workload& workload, std::uint64_t seed, std::size_t device, std::uint32_t request_class)
    : mean_(workload.think),
      is_random_(workload.think_is_random),
      random_(seed, {"think", stream_of(device, request_class)}) {}

Seconds ThinkTimes::next() {
  return is_random_ ? mean_ * unit_(random_) : mean_;
}

}  // namespace edgecut::workload
