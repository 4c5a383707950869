// A run as a trace for Perfetto (ui.perfetto.dev) and chrome://tracing, in the JSON of "Trace Event Format" (Google).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "events/events.hpp"
#include "report/request_names.hpp"
#include "report/text_file.hpp"

namespace edgecut::report {

/// What the places of a run are called, and what cannot be told from its events.
struct Stations {
  struct Device {
    std::string name;
    std::vector<std::string> processors;  // what a plan's processor index refers to
    Bandwidth uplink;                     // when the run begins
    Bandwidth downlink;
  };
  std::vector<Device> devices;
  std::string cloud;
  std::string edge;  // empty: none
  RequestNames names;

  /// Processes of one run in a trace: one a device, the cloud, the edge server.
  [[nodiscard]] std::uint64_t processes() const { return devices.size() + 2; }
};

/// Writes the events of one run as they happen, in memory that grows with the requests under way only.
///
/// A process for each device, the edge server and the cloud; in it a track for each slot of a processor (named when it
/// is first used), for the radio upwards and downwards, and for requests as they arrive and end. A span is a step of a
/// request; arrows lead from its arrival over its steps to its end. Counters: how many wait, the device's power (that
/// of a radio's rate not included), bandwidths in Mbit/s. Times are whole nanoseconds of simulated time.
class Trace final : public events::Observer {
 public:
  /// Writes events only; trace_begin(), trace_separator() and trace_end() make a file of those of several runs. `run` numbers the run in
  /// the file from 0. After `limit` bytes a last event says that the trace is cut, and the rest is left out.
  Trace(const std::filesystem::path& path, std::string name, std::uint64_t run, Stations stations, std::uint64_t limit);
  void on(const events::Event& event) override;
  void close() { file_.close(); }

 private:
  // Where a span is drawn. Stations of a device: 0 requests, 1.. its processors, then the radio up and down; of a
  // server: 1 its slots, 2 and 3 its link to the cloud, up and down.
  struct Station {
    std::uint64_t process = 0;
    std::size_t index = 0;
    friend auto operator<=>(const Station&, const Station&) = default;
  };
  struct Span {
    Station station;
    std::size_t lane = 0;
    std::int64_t since = 0;  // in ns
  };
  struct Live {
    std::size_t device = 0;
    const RequestNames::Class* of = nullptr;
    std::size_t processor = 0;
    const std::string* cut = nullptr;
    std::optional<Station> waits;
    std::optional<Span> span;
    bool ships = false;  // weights for it are under way
  };
  // Written when the instant is over, and only if it is not what was written last.
  struct Counter {
    std::uint64_t process = 0;
    std::string name;
    double value = 0.0;
    std::optional<double> written = {};
    bool is_touched = false;
  };

  void take(const events::Arrived& e);
  void take(const events::Planned& e);
  void take(const events::Queued& e);
  void take(const events::ShippingStarted& e);
  void take(const events::ShippingFinished& e) { end(e.request); }
  void take(const events::ProbeStarted& e);
  void take(const events::ProbeFinished& e);
  void take(const events::MeasuringStarted& e);
  void take(const events::MeasuringFinished& e);
  void take(const events::HeadStarted& e) { begin(e.request, station(e.request, Kind::device_processor)); }
  void take(const events::UploadStarted& e) { begin(e.request, station(e.request, Kind::uplink)); }
  void take(const events::EdgeStarted& e) { begin(e.request, edge(1)); }
  void take(const events::RelayStarted& e) { begin(e.request, edge(e.up ? 2 : 3)); }
  void take(const events::TailStarted& e) { begin(e.request, cloud()); }
  void take(const events::DownloadStarted& e) { begin(e.request, station(e.request, Kind::downlink)); }
  void take(const events::HeadFinished& e) { end(e.request); }
  void take(const events::Sent& e) { end(e.request); }
  void take(const events::EdgeFinished& e) { end(e.request); }
  void take(const events::TailFinished& e) { end(e.request); }
  void take(const events::Ended& e);
  void take(const events::PowerChanged& e);
  void take(const events::ChargeChanged& e);
  void take(const events::BandwidthChanged& e);
  void take(const events::HostsChanged& e) { count(e.server == Kind::edge ? edge(1) : cloud(), "hosts", e.ready); }
  void take(const events::RunEnded& /*e*/) { write_counters(); }
  template <class Other>
  void take(const Other& /*e*/) {}

  using Kind = events::ResourceUse::Kind;
  [[nodiscard]] Station station(events::RequestId request, Kind kind) const;
  [[nodiscard]] Station radio(events::DeviceIndex device, Kind direction) const;
  [[nodiscard]] Station host(const events::MeasuringStarted& e) const;
  void begin_span(std::pair<events::DeviceIndex, Kind> of, Station on);
  void end_span(std::pair<events::DeviceIndex, Kind> of, std::string_view name);
  [[nodiscard]] Station cloud() const { return {first_ + stations_.devices.size(), 1}; }
  [[nodiscard]] Station edge(std::size_t index) const { return {first_ + stations_.devices.size() + 1, index}; }
  [[nodiscard]] std::string title(Station station) const;

  void begin(events::RequestId request, Station station);
  void end(events::RequestId request);
  void stop_waiting(Live& live);
  void count(const Station& station, std::string_view what, double value);
  void change_queue(const Station& station, double by);
  Counter& counter(const Station& station, std::string_view what);
  void write_counters();
  void mark(events::RequestId request, std::string_view what, char arrow);
  [[nodiscard]] std::string title(events::RequestId request) const;
  void write_arrow(char phase, std::uint32_t request, Station station, std::size_t lane, std::int64_t at);
  std::size_t take_lane(Station station);
  void name_process(std::uint64_t process, const std::string& name);
  void write(std::string_view event);

  TextFile file_;
  std::string name_;
  std::uint64_t run_;
  Stations stations_;
  std::uint64_t limit_;
  std::uint64_t first_;   // process
  std::int64_t now_ = 0;  // in ns
  bool is_cut_ = false;
  std::unordered_map<std::uint32_t, Live> live_;
  std::map<std::pair<events::DeviceIndex, Kind>, Span> spans_;  // of probes and benchmarks under way
  std::map<Station, std::vector<bool>> lanes_;                  // taken or free
  std::map<std::pair<Station, std::string>, Counter, std::less<>> counters_;
  std::vector<Counter*> touched_;
  std::unordered_map<const plan::Plan*, std::string> cuts_;
};

/// What goes before the events of all runs, between those of two, and after them.
std::string_view trace_begin();
std::string_view trace_separator();
std::string_view trace_end();

/// Whether the events of a run that were written there end where the limit was reached.
bool is_cut_trace(const std::filesystem::path& path);

}  // namespace edgecut::report
