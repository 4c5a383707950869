#include "report/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "plan/plan.hpp"

namespace edgecut::report {
namespace {

// Threads of a process: the lanes of station s begin at s x lanes_of.
constexpr std::uint64_t lanes_of = 1000000;
constexpr std::size_t requests = 0;
constexpr std::size_t first_processor = 1;
// What the event that says "cut" may take, and what goes around all events.
constexpr std::uint64_t reserve = 512;
constexpr std::string_view cut_here = "trace cut here: --trace-limit";

std::int64_t nanoseconds(Seconds time) {
  return std::llround(time.value() * 1e9);
}

// Chrome counts in microseconds.
std::string micro(std::int64_t ns) {
  return fmt::format("{}.{:03}", ns / 1000, ns % 1000);
}

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::uint64_t thread_of(std::size_t station, std::size_t lane) {
  return station * lanes_of + lane;
}

}  // namespace

std::string_view trace_begin() {
  return "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n";
}
std::string_view trace_separator() {
  return ",\n";
}
std::string_view trace_end() {
  return "\n]}\n";
}

Trace::Trace(const std::filesystem::path& path, std::string name, std::uint64_t run, Stations stations,
             std::uint64_t limit)
    : file_(path),
      name_(std::move(name)),
      run_(run),
      stations_(std::move(stations)),
      limit_(limit),
      first_(1 + run * stations_.processes()) {
  for (std::size_t i = 0; i < stations_.devices.size(); ++i) {
    const auto& device = stations_.devices[i];
    name_process(first_ + i, device.name + (stations_.devices.size() > 1 ? fmt::format(" {}", i) : ""));
    count({first_ + i, requests}, "uplink (Mbit/s)", device.uplink.value() * 8e-6);
    count({first_ + i, requests}, "downlink (Mbit/s)", device.downlink.value() * 8e-6);
  }
  name_process(cloud().process, "cloud " + stations_.cloud);
  if (!stations_.edge.empty()) name_process(edge(1).process, "edge server " + stations_.edge);
}

void Trace::on(const events::Event& event) {
  if (is_cut_) return;
  std::visit(
      [this](const auto& e) {
        const auto at = nanoseconds(e.time);
        if (at > now_) write_counters();
        now_ = at;
        take(e);
      },
      event);
}

void Trace::take(const events::Arrived& e) {
  auto& live = live_[e.request.index];
  live.device = e.device;
  live.of = &stations_.names.of(e.device, e.request_class);
  mark(e.request, "arrived", 's');
}

void Trace::take(const events::Planned& e) {
  if (e.plan == nullptr) return;
  auto& live = live_.at(e.request.index);
  live.processor = e.plan->processor;
  auto [cut, is_new] = cuts_.try_emplace(e.plan);
  if (is_new && live.of->network != nullptr) cut->second = plan::describe(*live.of->network, *e.plan);
  live.cut = &cut->second;
}

void Trace::take(const events::Queued& e) {
  auto& live = live_.at(e.request.index);
  live.waits = station(e.request, e.station);
  change_queue(*live.waits, 1.0);
}

void Trace::take(const events::ShippingStarted& e) {
  const bool is_relay = e.over == Kind::relay_up || e.over == Kind::relay_down;
  begin(e.request, is_relay ? edge(e.over == Kind::relay_up ? 2 : 3) : station(e.request, e.over));
  live_.at(e.request.index).ships = true;
}

void Trace::begin_span(std::pair<events::DeviceIndex, Kind> of, Station on) {
  spans_[of] = Span{on, take_lane(on), now_};
}

void Trace::end_span(std::pair<events::DeviceIndex, Kind> of, std::string_view name) {
  const auto span = spans_.extract(of);
  if (span.empty()) return;
  const auto& [on, lane, since] = span.mapped();
  lanes_[on][lane] = false;
  write(fmt::format(R"({{"ph":"X","pid":{},"tid":{},"ts":{},"dur":{},"name":"{}"}})", on.process,
                    thread_of(on.index, lane), micro(since), micro(now_ - since), name));
}

void Trace::take(const events::ProbeStarted& e) {
  begin_span({e.device, e.over}, radio(e.device, e.over));
}

void Trace::take(const events::ProbeFinished& e) {
  end_span({e.device, e.over}, "probe");
}

void Trace::take(const events::MeasuringStarted& e) {
  begin_span({e.device, e.on}, host(e));
}

void Trace::take(const events::MeasuringFinished& e) {
  end_span({e.device, e.on}, "benchmark");
}

void Trace::take(const events::Ended& e) {
  end(e.request);  // where it failed on its way
  stop_waiting(live_.at(e.request.index));
  mark(e.request, events::name(e.outcome), 'f');
  live_.erase(e.request.index);
}

void Trace::take(const events::PowerChanged& e) {
  count({first_ + e.device, requests}, "power (W)", e.power.value());
}

void Trace::take(const events::ChargeChanged& e) {
  count({first_ + e.device, requests}, "battery (%)", 100.0 * e.share);
}

void Trace::take(const events::BandwidthChanged& e) {
  using Link = events::BandwidthChanged::Link;
  const auto process = e.link == Link::device || e.link == Link::direct ? first_ + e.device : cloud().process;
  const std::string_view of = e.link == Link::direct     ? "direct "
                              : e.link == Link::relay    ? "relay "
                              : e.link == Link::backhaul ? "backhaul "
                              : e.link == Link::cell     ? "cell "
                                                         : "";
  const auto number = e.link == Link::cell ? fmt::format("{} ", e.device) : std::string();
  count({process, requests}, fmt::format("{}{}{} (Mbit/s)", of, number, e.up ? "uplink" : "downlink"),
        e.bandwidth.value() * 8e-6);
}

// ---- where ----

Trace::Station Trace::station(events::RequestId request, Kind kind) const {
  const auto& live = live_.at(request.index);
  if (kind == Kind::device_processor) return {first_ + live.device, first_processor + live.processor};
  if (kind == Kind::uplink || kind == Kind::downlink) return radio(live.device, kind);
  return kind == Kind::edge ? edge(1) : cloud();
}

Trace::Station Trace::host(const events::MeasuringStarted& e) const {
  if (e.on == Kind::device_processor) return {first_ + e.device, first_processor + e.processor};
  return e.on == Kind::edge ? edge(1) : cloud();
}

Trace::Station Trace::radio(events::DeviceIndex device, Kind direction) const {
  const auto up = first_processor + stations_.devices[device].processors.size();
  return {first_ + device, direction == Kind::uplink ? up : up + 1};
}

std::string Trace::title(Station station) const {
  if (station.process >= cloud().process) {
    return station.index == 1 ? "slot" : station.index == 2 ? "to the cloud" : "from the cloud";
  }
  const auto& processors = stations_.devices[station.process - first_].processors;
  if (station.index == requests) return "requests";
  if (station.index - first_processor < processors.size()) return processors[station.index - first_processor];
  return station.index - first_processor == processors.size() ? "radio up" : "radio down";
}

// The lowest lane that is free, named when it is first used.
std::size_t Trace::take_lane(Station station) {
  auto& lanes = lanes_[station];
  const auto lane = static_cast<std::size_t>(std::ranges::find(lanes, false) - lanes.begin());
  if (lane == lanes.size()) {
    lanes.push_back(false);
    const auto number = lane > 0 ? fmt::format(" {}", lane + 1) : std::string();
    const auto thread = thread_of(station.index, lane);
    write(fmt::format(R"({{"ph":"M","pid":{},"tid":{},"name":"thread_name","args":{{"name":{}}}}})", station.process,
                      thread, json_text(title(station) + number)));
    write(fmt::format(R"({{"ph":"M","pid":{0},"tid":{1},"name":"thread_sort_index","args":{{"sort_index":{1}}}}})",
                      station.process, thread));
  }
  lanes[lane] = true;
  return lane;
}

void Trace::name_process(std::uint64_t process, const std::string& name) {
  write(fmt::format(R"({{"ph":"M","pid":{},"name":"process_name","args":{{"name":{}}}}})", process,
                    json_text(name_ + ": " + name)));
  write(fmt::format(R"({{"ph":"M","pid":{0},"name":"process_sort_index","args":{{"sort_index":{0}}}}})", process));
}

// ---- spans and arrows ----

void Trace::begin(events::RequestId request, Station station) {
  auto& live = live_.at(request.index);
  stop_waiting(live);
  live.span = Span{station, take_lane(station), now_};
}

// "#7", or "#7 video".
std::string Trace::title(events::RequestId request) const {
  const auto& of = *live_.at(request.index).of;
  return fmt::format("#{}{}{}", request.index, of.name.empty() ? "" : " ", of.name);
}

// A span is written when it ends, and after it the arrow to its begin.
void Trace::end(events::RequestId request) {
  auto& live = live_.at(request.index);
  if (!live.span) return;
  const auto span = *live.span;
  live.span.reset();
  lanes_[span.station][span.lane] = false;
  write(fmt::format(R"({{"ph":"X","pid":{},"tid":{},"ts":{},"dur":{},"name":{},"args":{{"cut":{}}}}})",
                    span.station.process, thread_of(span.station.index, span.lane), micro(span.since),
                    micro(now_ - span.since), json_text((live.ships ? "weights for " : "") + title(request)),
                    live.cut == nullptr ? "\"\"" : json_text(*live.cut)));
  live.ships = false;
  write_arrow('t', request.index, span.station, span.lane, span.since);
}

// An instant on the device's track of requests, where a request's arrows begin or end.
void Trace::mark(events::RequestId request, std::string_view what, char arrow) {
  const Station station{first_ + live_.at(request.index).device, requests};
  const auto lane = take_lane(station);
  lanes_[station][lane] = false;
  write(fmt::format(R"({{"ph":"X","pid":{},"tid":{},"ts":{},"dur":0,"name":{}}})", station.process,
                    thread_of(station.index, lane), micro(now_),
                    json_text(fmt::format("{} {}", title(request), what))));
  write_arrow(arrow, request.index, station, lane, now_);
}

void Trace::write_arrow(char phase, std::uint32_t request, Station station, std::size_t lane, std::int64_t at) {
  write(fmt::format(R"({{"ph":"{}",{}"cat":"request","name":"request","id":{},"pid":{},"tid":{},"ts":{}}})", phase,
                    phase == 'f' ? R"("bp":"e",)" : "", (run_ << 32U) | request, station.process,
                    thread_of(station.index, lane), micro(at)));
}

// ---- counters ----

Trace::Counter& Trace::counter(const Station& station, std::string_view what) {
  const auto [found, is_new] = counters_.try_emplace({station, std::string(what)});
  auto& counter = found->second;
  if (is_new) {
    counter.process = station.process;
    counter.name = what.empty() ? "waiting: " + title(station) : std::string(what);
  }
  if (!counter.is_touched) touched_.push_back(&counter);
  counter.is_touched = true;
  return counter;
}

void Trace::count(const Station& station, std::string_view what, double value) {
  counter(station, what).value = value;
}

void Trace::change_queue(const Station& station, double by) {
  counter(station, "").value += by;
}

void Trace::stop_waiting(Live& live) {
  if (!live.waits) return;
  change_queue(*live.waits, -1.0);
  live.waits.reset();
}

void Trace::write_counters() {
  for (auto* counter : touched_) {
    counter->is_touched = false;
    if (counter->written == counter->value) continue;
    counter->written = counter->value;
    write(fmt::format(R"({{"ph":"C","pid":{},"ts":{},"name":{},"args":{{"value":{}}}}})", counter->process, micro(now_),
                      json_text(counter->name), counter->value));
  }
  touched_.clear();
}

void Trace::write(std::string_view event) {
  if (is_cut_) return;
  if (file_.size() > 0) file_.write(trace_separator());
  is_cut_ = file_.size() + event.size() + reserve > limit_;
  if (is_cut_) {
    file_.write(
        fmt::format(R"({{"ph":"i","s":"g","pid":{},"tid":0,"ts":{},"name":"{}"}})", first_, micro(now_), cut_here));
  } else {
    file_.write(event);
  }
}

bool is_cut_trace(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const auto back = std::min<std::uintmax_t>(reserve, std::filesystem::file_size(path));
  in.seekg(-static_cast<std::streamoff>(back), std::ios::end);
  const std::string tail{std::istreambuf_iterator<char>(in), {}};
  return tail.find(cut_here) != std::string::npos;
}

}  // namespace edgecut::report
