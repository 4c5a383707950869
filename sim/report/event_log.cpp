#include "report/event_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "metrics/row.hpp"
#include "plan/plan.hpp"
#include "report/table.hpp"

namespace edgecut::report {
namespace {

// The shortest text that reads back to the same number.
std::string exact(double value) {
  return metrics::to_text(metrics::Cell(value));
}

std::string label_of(const RunLabel& label) {
  return fmt::format("{},{}", csv_cell(label.partitioner), label.replication);
}

std::string cut_of(const dnn::Network* network, const plan::Plan* plan) {
  return plan == nullptr ? "infeasible" : network == nullptr ? "" : csv_cell(plan::describe(*network, *plan));
}

// The cells of an event beside its time, in the order of the columns.
struct Line {
  std::string_view event;
  std::optional<events::RequestId> request = {};
  std::optional<events::DeviceIndex> device = {};
  std::string_view station = {};
  std::string cut = {};
  std::string size = {};
  std::string power = {};
  std::string bandwidth = {};
  std::string speed = {};
  std::string hosts = {};
  std::string charge = {};
  std::string_view outcome = {};
  std::string_view reason = {};
};

Line line_of(const events::Arrived& e, const dnn::Network* /*network*/) {
  return {"arrived", e.request, e.device};
}
Line line_of(const events::Planned& e, const dnn::Network* network) {
  return {.event = "planned", .request = e.request, .cut = cut_of(network, e.plan)};
}
Line line_of(const events::PlanChanged& e, const dnn::Network* /*network*/) {
  return {"plan_changed", e.request, e.device};
}
Line line_of(const events::Queued& e, const dnn::Network* /*network*/) {
  return {.event = "queued", .request = e.request, .station = events::name(e.station)};
}
Line line_of(const events::Sent& e, const dnn::Network* /*network*/) {
  return {"sent", e.request};
}
Line line_of(const events::ShippingStarted& e, const dnn::Network* /*network*/) {
  return {.event = "shipping_started",
          .request = e.request,
          .device = e.device,
          .station = events::name(e.over),
          .size = exact(e.size.value())};
}
Line line_of(const events::ShippingFinished& e, const dnn::Network* /*network*/) {
  return {.event = "shipping_finished", .request = e.request, .device = e.device, .station = events::name(e.over)};
}
std::string_view station_of(events::ResourceUse::Kind over, bool is_direct) {
  if (!is_direct) return events::name(over);
  return over == events::ResourceUse::Kind::uplink ? "direct_up" : "direct_down";
}
Line line_of(const events::ProbeStarted& e, const dnn::Network* /*network*/) {
  return {.event = "probe_started",
          .device = e.device,
          .station = station_of(e.over, e.is_direct),
          .size = exact(e.size.value())};
}
Line line_of(const events::ProbeFinished& e, const dnn::Network* /*network*/) {
  return {.event = "probe_finished", .device = e.device, .station = station_of(e.over, e.is_direct)};
}
Line line_of(const events::MeasuringStarted& e, const dnn::Network* /*network*/) {
  return {.event = "measuring_started", .device = e.device, .station = events::name(e.on)};
}
Line line_of(const events::MeasuringFinished& e, const dnn::Network* /*network*/) {
  return {.event = "measuring_finished", .device = e.device, .station = events::name(e.on)};
}
Line line_of(const events::HeadStarted& e, const dnn::Network* /*network*/) {
  return {"head_started", e.request};
}
Line line_of(const events::HeadFinished& e, const dnn::Network* /*network*/) {
  return {"head_finished", e.request};
}
Line line_of(const events::UploadStarted& e, const dnn::Network* /*network*/) {
  return {.event = "upload_started", .request = e.request, .size = exact(e.size.value())};
}
Line line_of(const events::UploadFinished& e, const dnn::Network* /*network*/) {
  return {"upload_finished", e.request};
}
Line line_of(const events::EdgeStarted& e, const dnn::Network* /*network*/) {
  return {"edge_started", e.request};
}
Line line_of(const events::EdgeFinished& e, const dnn::Network* /*network*/) {
  return {"edge_finished", e.request};
}
Line line_of(const events::RelayStarted& e, const dnn::Network* /*network*/) {
  return {.event = "relay_started",
          .request = e.request,
          .station = e.up ? "relay_up" : "relay_down",
          .size = exact(e.size.value())};
}
Line line_of(const events::RelayFinished& e, const dnn::Network* /*network*/) {
  return {.event = "relay_finished", .request = e.request, .station = e.up ? "relay_up" : "relay_down"};
}
Line line_of(const events::TailStarted& e, const dnn::Network* /*network*/) {
  return {"tail_started", e.request};
}
Line line_of(const events::TailFinished& e, const dnn::Network* /*network*/) {
  return {"tail_finished", e.request};
}
Line line_of(const events::DownloadStarted& e, const dnn::Network* /*network*/) {
  return {.event = "download_started", .request = e.request, .size = exact(e.size.value())};
}
Line line_of(const events::DownloadFinished& e, const dnn::Network* /*network*/) {
  return {"download_finished", e.request};
}
Line line_of(const events::Ended& e, const dnn::Network* /*network*/) {
  return {.event = "ended",
          .request = e.request,
          .device = e.device,
          .outcome = events::name(e.outcome),
          .reason = events::name(e.reason)};
}
Line line_of(const events::PowerChanged& e, const dnn::Network* /*network*/) {
  return {.event = "power_changed", .device = e.device, .power = exact(e.power.value())};
}

Line line_of(const events::ChargeChanged& e, const dnn::Network* /*network*/) {
  return {.event = "charge_changed", .device = e.device, .charge = exact(e.share)};
}
Line line_of(const events::BandwidthChanged& e, const dnn::Network* /*network*/) {
  using Link = events::BandwidthChanged::Link;
  static constexpr std::array<std::string_view, 10> names{"uplink",   "downlink",   "direct_up",   "direct_down",
                                                          "relay_up", "relay_down", "backhaul_up", "backhaul_down",
                                                          "cell_up",  "cell_down"};
  Line line{.event = "bandwidth_changed",
            .station = names.at(2 * static_cast<std::size_t>(e.link) + (e.up ? 0 : 1)),
            .bandwidth = exact(e.bandwidth.value() * 8.0)};
  if (e.link != Link::relay && e.link != Link::backhaul) line.device = e.device;
  return line;
}
Line line_of(const events::SpeedChanged& e, const dnn::Network* /*network*/) {
  static constexpr std::array<std::string_view, 3> names{"device", "edge", "cloud"};
  Line line{.event = "speed_changed", .station = names.at(static_cast<std::size_t>(e.host)), .speed = exact(e.speed)};
  if (e.host == events::SpeedChanged::Host::device) line.device = e.device;
  return line;
}

Line line_of(const events::HostsChanged& e, const dnn::Network* /*network*/) {
  return {.event = "hosts_changed", .station = events::name(e.server), .hosts = std::to_string(e.ready)};
}

}  // namespace

EventLog::EventLog(const std::filesystem::path& path, const RunLabel& label, RequestNames names)
    : file_(path), label_(label_of(label)), names_(std::move(names)) {}

std::string_view EventLog::header() {
  return "partitioner,replication,time_s,event,request,device,class,station,cut,size_B,power_W,bandwidth_bit_per_s,"
         "speed,hosts,charge_share,outcome,reason\n";
}

void EventLog::on(const events::Event& event) {
  if (const auto* arrived = std::get_if<events::Arrived>(&event)) {
    origins_[arrived->request.index] = {arrived->device, arrived->request_class};
  }
  std::visit(
      [this](const auto& e) {
        using E = std::decay_t<decltype(e)>;
        if constexpr (!std::is_same_v<E, events::RunEnded> && !std::is_same_v<E, events::TailDrawn>) {
          const RequestNames::Class* of = nullptr;
          if constexpr (requires { e.request; }) {
            const auto& origin = origins_.at(e.request.index);
            of = &names_.of(origin.device, origin.request_class);
          }
          auto line = line_of(e, of == nullptr ? nullptr : of->network);
          if (line.request && !line.device) line.device = origins_.at(line.request->index).device;
          file_.write(fmt::format(
              "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", label_, exact(e.time.value()), line.event,
              line.request ? std::to_string(line.request->index) : "", line.device ? std::to_string(*line.device) : "",
              of == nullptr ? "" : csv_cell(of->name), line.station, line.cut, line.size, line.power, line.bandwidth,
              line.speed, line.hosts, line.charge, line.outcome, line.reason));
          if (line.event == "ended") origins_.erase(line.request->index);
        }
      },
      event);
}

RequestLog::RequestLog(const std::filesystem::path& path, const RunLabel& label, RequestNames names)
    : file_(path), label_(label_of(label)), names_(std::move(names)) {}

std::string_view RequestLog::header() {
  return "partitioner,replication,request,device,class,arrived_s,ended_s,outcome,reason,cut,latency_s,preparing_s,"
         "device_queue_s,head_s,radio_queue_s,upload_s,edge_queue_s,edge_s,relay_s,cloud_queue_s,tail_s,download_s,"
         "compute_J,transmit_J,receive_J,promotion_J,radio_tail_J,up_B,down_B,warmup\n";
}

void RequestLog::on(const events::Event& event) {
  if (const auto* arrived = std::get_if<events::Arrived>(&event)) {
    const auto before = arrived_.of(arrived->device, arrived->request_class);
    arrived_.set(arrived->device, arrived->request_class, before + 1);
    const bool is_warmup = before < names_.of(arrived->device, arrived->request_class).warmup;
    known_[arrived->request.index] = {is_warmup, {}};
  } else if (const auto* planned = std::get_if<events::Planned>(&event)) {
    known_.at(planned->request.index).plan = planned->plan;
  } else if (const auto* ended = std::get_if<events::Ended>(&event)) {
    lines_.push_back({ended->request, {}});
  }
  const auto* account = events::account_of(event);
  if (account == nullptr) return;
  const auto line = std::ranges::find(lines_, account->request, &Line::request);
  line->text = line_of(*account);
  for (; !lines_.empty() && !lines_.front().text.empty(); lines_.pop_front()) file_.write(lines_.front().text);
}

std::string RequestLog::line_of(const events::Ended& ended) {
  const auto& t = ended.timeline;
  const auto& of = names_.of(ended.device, ended.request_class);
  const auto [is_warmup, plan] = known_.extract(ended.request.index).mapped();
  auto line = fmt::format("{},{},{},{},{},{},{},{},{}", label_, ended.request.index, ended.device, csv_cell(of.name),
                          exact(t.arrived.value()), exact(ended.time.value()), events::name(ended.outcome),
                          events::name(ended.reason), plan ? cut_of(of.network, *plan) : "");
  const bool came_back = ended.outcome == events::Outcome::completed || ended.outcome == events::Outcome::late;
  const auto& p = t.parts;
  for (const auto time : {t.ended - t.arrived, p.preparing, p.device_queue, p.head, p.radio_queue, p.upload,
                          p.edge_queue, p.edge, p.relay, p.cloud_queue, p.tail, p.download}) {
    line += "," + (came_back ? exact(time.value()) : "");
  }
  for (const auto energy :
       {ended.energy.compute, ended.energy.transmit, ended.energy.receive, ended.energy.promotion, ended.energy.tail}) {
    line += "," + exact(energy.value());
  }
  for (const auto size : {ended.up, ended.down}) line += "," + exact(size.value());
  return line + (is_warmup ? ",1\n" : ",0\n");
}

}  // namespace edgecut::report
