#include "engine/timeline.hpp"

#include "units/ensure.hpp"

namespace edgecut::engine {

void start_timeline(Request& request, Seconds now) {
  auto& t = request.timeline;
  t.arrived = t.head_started = t.head_finished = now;
  t.upload_started = t.upload_finished = t.tail_started = t.tail_finished = t.download_started = now;
}

void start_work(Request& request, Seconds now) {
  auto& t = request.timeline;
  const Seconds waited = now - request.entered;
  request.phase = Phase::works;
  request.started = now;
  switch (request.current().part) {
    case Part::head:
      t.head_started = now;
      t.parts.device_queue += waited;
      break;
    case Part::upload:
      t.upload_started = now;
      t.parts.radio_queue += waited;
      break;
    case Part::edge:
      t.parts.edge_queue += waited;
      break;
    case Part::tail:
      t.tail_started = now;
      t.parts.cloud_queue += waited;
      break;
    case Part::download:
      t.download_started = now;
      break;
    case Part::relay:
    case Part::relay_back:
      break;
  }
}

void note_end(Request& request, Seconds now) {
  const auto part = request.current().part;
  auto& t = request.timeline;
  const Seconds worked = now - request.started;
  switch (part) {
    case Part::head:
      t.parts.head += worked;
      t.head_finished = t.upload_started = t.upload_finished = now;
      break;
    case Part::upload:
      t.parts.upload += worked;
      t.upload_finished = now;
      break;
    case Part::edge:
      t.parts.edge += worked;
      break;
    case Part::tail:
      t.parts.tail += worked;
      break;
    case Part::relay:
    case Part::relay_back:
      t.parts.relay += worked;
      break;
    case Part::download:
      t.parts.download += now - request.entered;
      return;
  }
  if (part != Part::tail && part != Part::relay_back) t.tail_started = now;
  if (part != Part::relay_back) t.tail_finished = now;
  t.download_started = now;
}

std::optional<events::ResourceUse::Kind> station_of(Part part) {
  using Kind = events::ResourceUse::Kind;
  switch (part) {
    case Part::head:
      return Kind::device_processor;
    case Part::upload:
      return Kind::uplink;
    case Part::edge:
      return Kind::edge;
    case Part::tail:
      return Kind::cloud;
    case Part::download:
      return Kind::downlink;
    case Part::relay:
    case Part::relay_back:
      return std::nullopt;
  }
  throw InternalError("unknown part");
}

events::ResourceUse::Kind link_kind(Part part) {
  using Kind = events::ResourceUse::Kind;
  switch (part) {
    case Part::upload:
      return Kind::uplink;
    case Part::download:
      return Kind::downlink;
    case Part::relay:
      return Kind::relay_up;
    case Part::relay_back:
      return Kind::relay_down;
    case Part::head:
    case Part::edge:
    case Part::tail:
      break;
  }
  throw InternalError("a part that sends nothing");
}

events::Event started(const Request& request, Seconds now) {
  const auto& step = request.current();
  switch (step.part) {
    case Part::head:
      return events::HeadStarted{now, request.id};
    case Part::upload:
      return events::UploadStarted{now, request.id, step.size};
    case Part::edge:
      return events::EdgeStarted{now, request.id};
    case Part::relay:
    case Part::relay_back:
      return events::RelayStarted{now, request.id, step.size, step.part == Part::relay};
    case Part::tail:
      return events::TailStarted{now, request.id};
    case Part::download:
      return events::DownloadStarted{now, request.id, step.size};
  }
  throw InternalError("unknown part");
}

events::Event finished(const Request& request, Seconds now) {
  const auto part = request.current().part;
  switch (part) {
    case Part::head:
      return events::HeadFinished{now, request.id};
    case Part::upload:
      return events::UploadFinished{now, request.id};
    case Part::edge:
      return events::EdgeFinished{now, request.id};
    case Part::relay:
    case Part::relay_back:
      return events::RelayFinished{now, request.id, part == Part::relay};
    case Part::tail:
      return events::TailFinished{now, request.id};
    case Part::download:
      return events::DownloadFinished{now, request.id};
  }
  throw InternalError("unknown part");
}

}  // namespace edgecut::engine
