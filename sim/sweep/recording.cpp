#include "sweep/recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <utility>

#include "config/value.hpp"
#include "events/broadcast.hpp"
#include "report/event_log.hpp"
#include "report/trace.hpp"
#include "units/ensure.hpp"

namespace edgecut::sweep {
namespace {

namespace fs = std::filesystem;

std::string stem_of(const fs::path& file) {
  return file.filename().string() + ".part-";
}

fs::path part_of(const fs::path& file, const experiment::Run& run) {
  const auto number = fmt::format("{}-{}-{}", run.method, run.replication, run.plans.value_or(0));
  return file.parent_path() / (stem_of(file) + number);
}

void try_to_write(const fs::path& file) {
  if (file.empty()) return;
  const bool was_there = fs::exists(file);
  const bool is_writable = !fs::is_directory(file) && std::ofstream(file, std::ios::app).is_open();
  if (!is_writable) throw config::Error(fmt::format("{}: cannot be written", file.string()));
  std::error_code unseen;
  if (!was_there) fs::remove(file, unseen);
}

report::RequestNames names_of(const experiment::Experiment& experiment) {
  report::RequestNames names;
  std::size_t devices = 0;
  std::vector<report::RequestNames::Class> classes;
  for (const auto& part : experiment.parts()) {
    if (!part.joins && !classes.empty()) names.add(devices, std::exchange(classes, {}));
    devices = part.world.devices;
    classes.push_back({part.request_class, part.world.network, part.warmup});
  }
  names.add(devices, classes);
  return names;
}

report::Stations stations_of(const experiment::Experiment& experiment) {
  const auto& servers = experiment.front().world;
  report::Stations stations;
  for (const auto& part : experiment.parts()) {
    if (part.joins) continue;
    const auto& world = part.world;
    report::Stations::Device device{world.device.title, {}, world.link.uplink, world.link.downlink};
    for (const auto index : world.processors) device.processors.push_back(world.device.processors[index].name);
    stations.devices.insert(stations.devices.end(), world.devices, device);
  }
  stations.cloud = servers.cloud.title;
  if (servers.edge) stations.edge = servers.edge->server.title;
  stations.names = names_of(experiment);
  return stations;
}

// Copies the end of one file to another, a piece at a time.
void append(const fs::path& part, report::TextFile& whole) {
  std::ifstream in(part, std::ios::binary);
  ensure(in.is_open(), "each run writes its part");
  std::array<char, 65536> piece{};
  while (in.read(piece.data(), piece.size()) || in.gcount() > 0) {
    whole.write({piece.data(), static_cast<std::size_t>(in.gcount())});
  }
}

}  // namespace

Recording::Recording(const experiment::Study& study, RecordingFiles files)
    : study_(study), files_(std::move(files)), traced_(study.points().front().methods().size()) {
  for (const auto& file : {files_.trace, files_.events, files_.requests}) try_to_write(file);
  constexpr std::uint64_t least = 2048;  // for one partitioner
  if (!files_.trace.empty() && files_.trace_limit < least * traced_) {
    throw config::Error(
        fmt::format("--trace-limit: must be {} B or more for {} partitioners", least * traced_, traced_));
  }
}

Recording::~Recording() {
  std::error_code unseen;
  for (const auto& file : {files_.trace, files_.events, files_.requests}) {
    if (file.empty()) continue;
    const auto folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    std::vector<fs::path> parts;
    for (const auto& entry : fs::directory_iterator(folder, unseen)) {
      if (entry.path().filename().string().starts_with(stem_of(file))) parts.push_back(entry.path());
    }
    for (const auto& part : parts) fs::remove(part, unseen);
  }
}

bool Recording::is_traced(const experiment::Run& run) const {
  return !files_.trace.empty() && run.replication == 0;
}

metrics::Row Recording::play(const experiment::Run& run) const {
  const auto& experiment = study_.points()[run.point];
  const auto& name = experiment.methods()[run.method].name;
  const report::RunLabel label{name, run.replication};
  events::Broadcast all;
  std::optional<report::Trace> trace;
  std::optional<report::EventLog> log;
  std::optional<report::RequestLog> requests;
  if (is_traced(run)) {
    all.add(trace.emplace(part_of(files_.trace, run), name, run.method, stations_of(experiment),
                          files_.trace_limit / traced_));
  }
  if (!files_.events.empty()) all.add(log.emplace(part_of(files_.events, run), label, names_of(experiment)));
  if (!files_.requests.empty()) all.add(requests.emplace(part_of(files_.requests, run), label, names_of(experiment)));
  auto row = study_.play(run, &all);
  if (trace) trace->close();
  if (log) log->close();
  if (requests) requests->close();
  return row;
}

// The first of the runs of one partitioner and replication whose row is the one that is kept.
std::vector<experiment::Run> Recording::kept(const std::vector<experiment::Run>& runs,
                                             const std::vector<metrics::Row>& rows) const {
  std::vector<experiment::Run> result;
  std::size_t run = 0;
  for (const auto& row : study_.reduce(runs, rows)) {
    const auto found = std::find(rows.begin() + static_cast<std::ptrdiff_t>(run), rows.end(), row);
    if (found != rows.end()) run = static_cast<std::size_t>(found - rows.begin());
    result.push_back(runs[run]);
    ++run;
    while (run < runs.size() && runs[run].plans.value_or(0) > 0) ++run;  // the rivals of that one
  }
  return result;
}

void Recording::join(const std::vector<experiment::Run>& runs, const std::vector<metrics::Row>& rows) {
  const auto chosen = kept(runs, rows);
  const auto table = [&](const fs::path& file, std::string_view header) {
    if (file.empty()) return;
    report::TextFile whole(file);
    whole.write(header);
    for (const auto& run : chosen) append(part_of(file, run), whole);
    whole.close();
  };
  table(files_.events, report::EventLog::header());
  table(files_.requests, report::RequestLog::header());
  if (files_.trace.empty()) return;
  report::TextFile whole(files_.trace);
  whole.write(report::trace_begin());
  bool is_first = true;
  for (const auto& run : chosen) {
    if (!is_traced(run)) continue;
    if (!is_first) whole.write(report::trace_separator());
    is_first = false;
    append(part_of(files_.trace, run), whole);
    if (report::is_cut_trace(part_of(files_.trace, run))) ++cut_traces_;
  }
  whole.write(report::trace_end());
  whole.close();
}

}  // namespace edgecut::sweep
