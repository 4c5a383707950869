// The figures of a run that has ended, of which its row is made.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/events.hpp"
#include "metrics/columns.hpp"
#include "metrics/recorded.hpp"

namespace edgecut::metrics {

/// What all resources of a kind did together. Those of devices are averaged over the ones that worked.
struct KindUse {
  double utilisation = 0.0;
  double mean_queue = 0.0;
  std::int64_t longest_queue = 0;
  double offered_load = 0.0;  // of the most loaded one
};

struct DeviceEnergies {
  Mean total, idle, off, compute, radio, transmit, receive, promotion, tail;
};

struct BatteryFigures {
  Cell useful;      // J for a result in time, of all devices
  Cell lifetime;    // s
  Cell empty;       // batteries
  Cell per_charge;  // results in time
  Mean charge;      // at the end, of the usable capacity
};

struct ServerFigures {
  Cell batch, hosts, energy;
};

struct Figures {
  Figures(const Recorded& of, bool deadline);

  const Recorded& recorded;
  const events::RunEnded& ended;
  bool has_deadline;
  std::vector<std::optional<double>> quantiles;  // 50, 95, 99 and 100 %
  DeviceEnergies devices;
  BatteryFigures batteries;
  std::vector<KindUse> uses;  // by kind, see use()
  double offered_load = 0.0;  // the largest
  ServerFigures cloud, edge;

  [[nodiscard]] const KindUse& use(events::ResourceUse::Kind kind) const;
  [[nodiscard]] Cell bottleneck() const;
  [[nodiscard]] Cell deadline_miss_rate() const;
  [[nodiscard]] Cell cost() const;
  [[nodiscard]] std::int64_t decisions() const;
};

/// `part` of `whole`; empty of nothing.
Cell rate(std::int64_t part, std::int64_t whole);

/// Of a processor of that name.
struct ProcessorFigures {
  std::string_view name;
  Mean energy;
  Mean utilisation;
  std::int64_t devices = 0;
};
/// Of devices with more than one processor, by name; none where every device has one.
std::vector<ProcessorFigures> processor_figures(const events::RunEnded& ended);

/// The columns of a row that Recorder fills.
std::span<const Field<Figures>> recorder_fields();
/// Those of a processor.
std::span<const Field<ProcessorFigures>> processor_fields();

}  // namespace edgecut::metrics
