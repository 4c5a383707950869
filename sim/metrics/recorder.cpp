#include "metrics/recorder.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <string_view>

#include "units/limit.hpp"

namespace edgecut::metrics {
namespace {

using Kind = events::ResourceUse::Kind;

// What all resources of a kind did together. Those of devices are averaged over the ones that worked.
struct KindUse {
  double utilisation = 0.0;
  double mean_queue = 0.0;
  std::size_t longest_queue = 0;
  double offered_load = 0.0;  // of the most loaded one
};

KindUse summarise(const events::RunEnded& ended, Kind kind) {
  KindUse use;
  double used = 0.0;
  for (const auto& resource : ended.resources) {
    if (resource.kind != kind || resource.work == Seconds()) continue;
    used += 1.0;
    use.utilisation += resource.work / (resource.capacity * ended.time);
    use.mean_queue += resource.mean_queue;
    use.longest_queue = std::max(use.longest_queue, resource.longest_queue);
    use.offered_load = std::max(use.offered_load, resource.offered_load);
  }
  if (used > 0.0) {
    use.utilisation /= used;
    use.mean_queue /= used;
  }
  return use;
}

constexpr std::array all_kinds{Kind::device_processor, Kind::uplink,        Kind::downlink, Kind::cloud,
                               Kind::backhaul_up,      Kind::backhaul_down, Kind::edge,     Kind::relay_up,
                               Kind::relay_down,       Kind::cell_up,       Kind::cell_down};

bool has_queue(Kind kind) {
  return kind != Kind::backhaul_up && kind != Kind::backhaul_down && kind != Kind::relay_up &&
         kind != Kind::relay_down && kind != Kind::cell_up && kind != Kind::cell_down;
}

}  // namespace

void Recorder::on(const events::Event& event) {
  if (const auto* ended = std::get_if<events::Ended>(&event)) {
    add(*ended);
  } else if (const auto* run_ended = std::get_if<events::RunEnded>(&event)) {
    ended_ = *run_ended;
  } else if (std::holds_alternative<events::Arrived>(event)) {
    backlog_ = arrived_ - requests();
    ++arrived_;
  }
  if (const auto* account = events::account_of(event)) add_account(*account);
}

void Recorder::add(const events::Ended& ended) {
  using events::Outcome;
  switch (ended.outcome) {
    case Outcome::completed:
      ++completed_;
      if (completed_by_.size() <= ended.device) completed_by_.resize(ended.device + 1);
      ++completed_by_[ended.device];
      break;
    case Outcome::late:
      ++late_;
      break;
    case Outcome::dropped:
      ++dropped_;
      if (ended.reason == events::FailureReason::server_full) ++refused_;
      return lose(ended.reason);
    case Outcome::failed:
      ++failed_;
      return lose(ended.reason);
  }
  const double latency = (ended.timeline.ended - ended.timeline.arrived).value();
  latencies_.add(latency);
  batches_.add(latency);
  latency_.add(latency);
  add_parts(ended.timeline.parts);
  up_.add(ended.up.value());
  down_.add(ended.down.value());
}

void Recorder::add_account(const events::Ended& ended) {
  if (ended.outcome != events::Outcome::completed && ended.outcome != events::Outcome::late) return;
  energy_inference_.add(ended.energy.total().value());
  if (broke_a_limit(ended)) {
    ++violations_;
  } else if (ended.outcome == events::Outcome::completed) {
    ++attained_;
  }
}

bool Recorder::broke_a_limit(const events::Ended& ended) {
  if (ended.was_hopeless && ended.outcome == events::Outcome::late) return true;
  if (plan_breaks_a_limit(ended)) return true;
  const auto energy = limits_.energy.of(ended.device, ended.request_class);
  return energy && exceeds(ended.energy.total(), *energy);
}

bool Recorder::plan_breaks_a_limit(const events::Ended& ended) {
  if (!limits_.plan_breaks || ended.plan == nullptr) return false;
  if (ended.plan == last_plan_.first) return last_plan_.second;
  const auto [known, is_new] = known_plans_.try_emplace(ended.plan, false);
  if (is_new) known->second = limits_.plan_breaks(ended.device, ended.request_class, *ended.plan);
  last_plan_ = *known;
  return known->second;
}

std::optional<double> Recorder::attainment() const {
  if (requests() == 0) return std::nullopt;
  return static_cast<double>(attained_) / static_cast<double>(requests());
}

// The most frequent reason, in words.
Cell Recorder::main_loss() const {
  static constexpr std::array<const char*, events::failure_reasons> words{
      "a device's queue was full", "no plan", "device off", "battery empty", "replaced by a newer request",
      "a server's queue was full"};
  const auto most = std::ranges::max_element(lost_);
  return *most == 0 ? Cell() : Cell(std::string(words.at(static_cast<std::size_t>(most - lost_.begin()))));
}

void Recorder::add_parts(const events::Parts& parts) {
  preparing_.add(parts.preparing.value());
  device_queue_.add(parts.device_queue.value());
  head_.add(parts.head.value());
  radio_queue_.add(parts.radio_queue.value());
  upload_.add(parts.upload.value());
  edge_queue_.add(parts.edge_queue.value());
  edge_.add(parts.edge.value());
  relay_.add(parts.relay.value());
  cloud_queue_.add(parts.cloud_queue.value());
  tail_.add(parts.tail.value());
  download_.add(parts.download.value());
}

void Recorder::append_to(Row& row) const {
  const auto requests = this->requests();
  const auto back = completed_ + late_;
  row.add("requests", requests);
  row.add("completed", completed_);
  row.add("late", late_);
  row.add("dropped", dropped_);
  row.add("failed", failed_);
  row.add("lost_because", main_loss());
  row.add("backlog", backlog_);
  append_latency(row);
  const auto rate = [](std::int64_t part, std::int64_t whole) {
    return whole == 0 ? Cell() : Cell(static_cast<double>(part) / static_cast<double>(whole));
  };
  row.add("deadline_miss_rate", limits_.has_deadline ? rate(requests - completed_, requests) : Cell());
  row.add("violation_rate", rate(violations_, back));
  row.add("attainment", or_empty(attainment()));
  append_energy(row);
  append_batteries(row);
  row.add("up_mean_B", up_.cell());
  row.add("down_mean_B", down_.cell());
  append_resources(row);
  row.add("makespan_s", ended_.time.value());
  row.add("kernel_used", std::string(ended_.kernel));
  row.add("preparing_mean_s", preparing_.cell());
  row.add("cuts_made", ended_.decisions.cuts_made);
  row.add("decisions", std::accumulate(ended_.decisions.made.begin(), ended_.decisions.made.end(), std::int64_t{0}));
  row.add("plan_changes", ended_.decisions.plan_changes);
  row.add("reports_B", ended_.decisions.reported.value());
  append_servers(row);
  row.add("shipped_up_B", ended_.shipped_up.value());
  row.add("shipped_down_B", ended_.shipped_down.value());
  row.add("probes", ended_.probes.count);
  row.add("probe_time_s", ended_.probes.time.value());
  row.add("probe_up_B", ended_.probes.up.value());
  row.add("probe_down_B", ended_.probes.down.value());
  row.add("energy_probes_J", ended_.probes.energy.value());
}

void Recorder::append_servers(Row& row) const {
  row.add("refused", refused_);
  double cost = 0.0;
  bool knows_cost = true;
  for (const auto kind : {Kind::cloud, Kind::edge}) {
    const auto server = std::ranges::find(ended_.servers, kind, &events::ServerUse::server);
    const bool is_there = server != ended_.servers.end();
    const std::string name(events::name(kind));
    const auto cell = [&](auto figure) { return is_there ? figure() : Cell(); };
    row.add("batch_mean_" + name, cell([&] { return server->mean_batch ? Cell(*server->mean_batch) : Cell(); }));
    row.add("host_time_" + name + "_s", cell([&] { return Cell(server->hosts.value()); }));
    row.add("energy_" + name + "_J", cell([&] { return server->energy ? Cell(server->energy->value()) : Cell(); }));
    if (!is_there) continue;
    knows_cost = knows_cost && server->price.has_value();
    cost += server->price.value_or(0.0);
  }
  row.add("cost_USD", knows_cost ? Cell(cost) : Cell());
}

void Recorder::append_latency(Row& row) const {
  const auto cell = [](const std::optional<double>& value) { return value ? Cell(*value) : Cell(); };
  const auto quantiles = latencies_.at({0.5, 0.95, 0.99, 1.0});
  row.add("latency_mean_s", latency_.cell());
  row.add("latency_half_width_s", cell(batches_.half_width()));
  row.add("latency_p50_s", cell(quantiles[0]));
  row.add("latency_p95_s", cell(quantiles[1]));
  row.add("latency_p99_s", cell(quantiles[2]));
  row.add("latency_max_s", cell(quantiles[3]));
  row.add("quantiles_kept", std::string(latencies_.is_exact() ? "exact" : "sketch"));
  row.add("device_queue_mean_s", device_queue_.cell());
  row.add("head_mean_s", head_.cell());
  row.add("radio_queue_mean_s", radio_queue_.cell());
  row.add("upload_mean_s", upload_.cell());
  row.add("edge_queue_mean_s", edge_queue_.cell());
  row.add("edge_mean_s", edge_.cell());
  row.add("relay_mean_s", relay_.cell());
  row.add("cloud_queue_mean_s", cloud_queue_.cell());
  row.add("tail_mean_s", tail_.cell());
  row.add("download_mean_s", download_.cell());
}

void Recorder::append_energy(Row& row) const {
  Mean total;
  Mean idle;
  Mean off;
  Mean compute;
  Mean radio;
  Mean transmit;
  Mean receive;
  Mean promotion;
  Mean tail;
  for (const auto& device : ended_.devices) {
    if (ended_.time == Seconds()) break;  // nothing took any time: no figure, rather than the best of all
    total.add(device.total.value());
    idle.add(device.idle.value());
    off.add(device.off.value());
    compute.add(device.compute.value());
    radio.add(device.radio.value());
    transmit.add(device.transmit.value());
    receive.add(device.receive.value());
    promotion.add(device.promotion.value());
    tail.add(device.tail.value());
  }
  row.add("energy_inference_J", energy_inference_.cell());
  row.add("energy_device_J", total.cell());
  row.add("energy_idle_J", idle.cell());
  row.add("energy_off_J", off.cell());
  row.add("energy_compute_J", compute.cell());
  row.add("energy_radio_J", radio.cell());
  row.add("energy_transmit_J", transmit.cell());
  row.add("energy_receive_J", receive.cell());
  row.add("energy_promotion_J", promotion.cell());
  row.add("energy_tail_J", tail.cell());
}

std::vector<Row> Recorder::processor_rows() const {
  struct OfName {
    std::string_view name;
    Mean energy;
    Mean utilisation;
    std::int64_t devices = 0;
  };
  std::vector<OfName> names;
  std::map<events::DeviceIndex, std::size_t> count;  // of processors, by device
  for (const auto& use : ended_.resources) {
    if (use.kind == Kind::device_processor) ++count[use.device];
  }
  for (const auto& use : ended_.resources) {
    if (use.kind != Kind::device_processor || count[use.device] < 2 || ended_.time == Seconds()) continue;
    auto found = std::ranges::find(names, use.processor, &OfName::name);
    if (found == names.end()) found = names.insert(names.end(), OfName{use.processor, {}, {}, 0});
    found->energy.add(use.energy.value());
    found->utilisation.add(use.work / (use.capacity * ended_.time));
    ++found->devices;
  }
  std::vector<Row> rows;
  for (const auto& one : names) {
    auto& row = rows.emplace_back();
    row.add("processor", std::string(one.name));
    row.add("devices", one.devices);
    row.add("energy_compute_J", one.energy.cell());
    row.add("utilisation", one.utilisation.cell());
  }
  return rows;
}

const std::vector<Column>& Recorder::processor_columns() {
  static const std::vector<Column> table{
      {"processor", "", "name of a processor"},
      {"devices", "", "of more than one processor that have one of that name"},
      {"energy_compute_J", "J", "computing on it, above the device's idle power, mean over these devices"},
      {"utilisation", "", "work / (slots x makespan) of it, mean over these devices"},
  };
  return table;
}

// Energy is of the whole run, and so are the results that it is held against.
std::int64_t Recorder::in_time(events::DeviceIndex device) const {
  const auto of = [device](const std::vector<std::int64_t>& counts) {
    return device < counts.size() ? counts[device] : 0;
  };
  return of(completed_by_) + of(ended_.unrecorded);
}

void Recorder::append_batteries(Row& row) const {
  Joules all;
  std::int64_t results = 0;
  for (events::DeviceIndex i = 0; i < ended_.devices.size(); ++i) {
    all += ended_.devices[i].total;
    results += in_time(i);
  }
  Mean charge;
  double charges = 0.0;  // drawn by all of them
  std::int64_t on_battery = 0;
  std::optional<Seconds> lifetime;
  std::int64_t empty = 0;
  for (const auto& battery : ended_.batteries) {
    charge.add(battery.charge / battery.capacity);
    charges += battery.drawn / battery.capacity;
    on_battery += in_time(battery.device);
    if (!battery.died) continue;
    ++empty;
    lifetime = lifetime ? std::min(*lifetime, *battery.died) : *battery.died;
  }
  row.add("energy_useful_J", results > 0 ? Cell(all.value() / static_cast<double>(results)) : Cell());
  row.add("lifetime_s", lifetime ? Cell(lifetime->value()) : Cell());
  row.add("devices_empty", ended_.batteries.empty() ? Cell() : Cell(empty));
  row.add("inferences_per_charge", charges > 0.0 ? Cell(static_cast<double>(on_battery) / charges) : Cell());
  row.add("state_of_charge_end", charge.cell());
}

void Recorder::append_resources(Row& row) const {
  double largest = 0.0;
  std::string bottleneck;
  for (const auto kind : all_kinds) {
    const auto use = summarise(ended_, kind);
    const std::string name(events::name(kind));
    row.add("utilisation_" + name, use.utilisation);
    if (has_queue(kind)) {
      row.add("queue_mean_" + name, use.mean_queue);
      row.add("queue_max_" + name, static_cast<std::int64_t>(use.longest_queue));
    }
    if (use.offered_load > largest) {
      largest = use.offered_load;
      bottleneck = name;
    }
  }
  row.add("offered_load_max", largest);
  row.add("bottleneck", bottleneck.empty() ? Cell() : Cell(bottleneck));
  row.add("saturated", static_cast<std::int64_t>(largest >= 1.0));
}

namespace {

std::vector<Column> resource_columns() {
  return {
      {"utilisation_device", "", "work / (slots x makespan) of the devices' processors, mean over those that worked"},
      {"queue_mean_device", "", "requests waiting for it, time average, mean over those that worked"},
      {"queue_max_device", "", "most that ever waited"},
      {"utilisation_uplink", "", "bytes / (bandwidth x makespan); likewise"},
      {"queue_mean_uplink", "", "requests waiting for the radio; likewise"},
      {"queue_max_uplink", "", "most that ever waited"},
      {"utilisation_downlink", "", "likewise"},
      {"queue_mean_downlink", "", "results waiting for the downlink; likewise"},
      {"queue_max_downlink", "", "most that ever waited"},
      {"utilisation_cloud", "", "work / (slots x makespan)"},
      {"queue_mean_cloud", "", "requests waiting for a slot, time average"},
      {"queue_max_cloud", "", "most that ever waited"},
      {"utilisation_backhaul_up", "", "bytes / (bandwidth x makespan); 0 without a backhaul"},
      {"utilisation_backhaul_down", "", "likewise"},
      {"utilisation_edge", "", "work / (slots x makespan) of the edge server; 0 without one"},
      {"queue_mean_edge", "", "requests waiting for a slot of it, time average"},
      {"queue_max_edge", "", "most that ever waited"},
      {"utilisation_relay_up", "", "bytes / (bandwidth x makespan) from edge server to cloud; 0 without one"},
      {"utilisation_relay_down", "", "likewise, back"},
      {"utilisation_cell_up", "", "bytes / (capacity x makespan) of the cells, mean over those used; 0 without"},
      {"utilisation_cell_down", "", "likewise"},
      {"offered_load_max", "", "largest arrival rate x mean work / capacity of any resource; 0 one at a time"},
      {"bottleneck", "", "the kind of resource that has it"},
      {"saturated", "", "1 when it is at least 1: means then grow with the number of requests"},
      {"makespan_s", "s", "time from 0 to the end of the last request"},
      {"kernel_used", "", "which kernel played the run; with `auto`, the one that was picked"},
      {"preparing_mean_s", "s",
       "wait until the device had switched to the plan and its weights were there and loaded; part of the latency"},
      {"cuts_made", "", "plans that the method was asked for in the run; one for each belief, whatever the requests"},
      {"decisions", "",
       "decisions of all devices in the run, as often as `decide` says; one is counted, too, where the answer was "
       "known"},
      {"plan_changes", "", "times that a device's plan was another than its request's before"},
      {"reports_B", "B", "that servers sent all devices of their load; counted, not played"},
      {"refused", "", "of the dropped: refused by a server whose queue was full"},
      {"batch_mean_cloud", "", "requests in a batch of the cloud; empty without batching"},
      {"host_time_cloud_s", "s", "hosts of the cloud that were on or starting up, summed over time"},
      {"energy_cloud_J", "J", "energy of these hosts, idling included; empty where their power is unknown"},
      {"batch_mean_edge", "", "likewise of the edge server"},
      {"host_time_edge_s", "s", "likewise; empty without one"},
      {"energy_edge_J", "J", "likewise"},
      {"cost_USD", "USD", "price of these hosts for that time; empty where one of the servers has no price"},
      {"shipped_up_B", "B", "weights sent by all devices, as `models` says, what got lost on the way included"},
      {"shipped_down_B", "B", "weights sent to all devices; likewise"},
      {"probes", "", "probes of the bandwidth that came back, of all devices; they are no requests"},
      {"probe_time_s", "s",
       "in which radios woke up for probes, sent and received them; of all devices, as the next three"},
      {"probe_up_B", "B", "bytes of probes sent, what got lost on the way included"},
      {"probe_down_B", "B", "bytes of probes received; likewise"},
      {"energy_probes_J", "J", "of all devices' radios for probes; in energy_device_J, and in no inference's energy"},
  };
}

}  // namespace

const std::vector<Column>& Recorder::columns() {
  static const std::vector<Column> table{
      {"requests", "", "requests that arrived; each ended in exactly one of the next four"},
      {"completed", "", "results that came back, in time where there is a deadline"},
      {"late", "", "results that came back after the deadline"},
      {"dropped", "", "refused because the device's or a server's queue was full, or replaced by a newer one"},
      {"failed", "", "no feasible plan, or the device was off or its battery empty"},
      {"lost_because", "", "of the dropped and failed, the most frequent reason; empty where there are none"},
      {"backlog", "", "requests under way when the last one arrived"},
      {"latency_mean_s", "s", "arrival to result, mean over completed and late requests"},
      {"latency_half_width_s", "s", "half the 95 % interval of that mean within the run, by batch means"},
      {"latency_p50_s", "s", "median of the same"},
      {"latency_p95_s", "s", "95th percentile, linear interpolation between order statistics"},
      {"latency_p99_s", "s", "99th percentile; needs well over 100 requests to mean something"},
      {"latency_max_s", "s", "largest of the same"},
      {"quantiles_kept", "",
       "whether the percentiles are exact or from a sketch that is off by at most 0.05 % of each"},
      {"device_queue_mean_s", "s", "wait for the device's processor"},
      {"head_mean_s", "s", "head on the device"},
      {"radio_queue_mean_s", "s", "wait for the device's radio"},
      {"upload_mean_s", "s", "transfer of the cut tensors and half the round-trip time"},
      {"edge_queue_mean_s", "s", "wait for a slot of the edge server; 0 without one, as the next two"},
      {"edge_mean_s", "s", "part on the edge server"},
      {"relay_mean_s", "s", "between edge server and cloud, up and back together"},
      {"cloud_queue_mean_s", "s", "wait for a cloud slot"},
      {"tail_mean_s", "s", "tail in the cloud"},
      {"download_mean_s", "s", "wait for the downlink, transfer of the result and half the round-trip time"},
      {"deadline_miss_rate", "", "requests without a result in time / requests; empty without a deadline"},
      {"violation_rate", "",
       "share of results whose inference truly broke a limit, an idle system's deadline among them"},
      {"attainment", "",
       "requests that ended in time and truly within every limit / requests; a method without a plan plays `fallback`"},
      {"energy_inference_J", "J", "device's increments above idle that one inference caused, mean"},
      {"energy_device_J", "J", "integral of the device's power over the run, idle included, mean over devices"},
      {"energy_idle_J", "J", "of it: the idle power, while it was on"},
      {"energy_off_J", "J", "of it: the off power, while it was switched off"},
      {"energy_compute_J", "J", "of it: computing, above idle; the sum over its processors"},
      {"energy_radio_J", "J", "of it: the radio, above idle; the sum of the next four"},
      {"energy_transmit_J", "J", "of it: sending"},
      {"energy_receive_J", "J", "of it: receiving"},
      {"energy_promotion_J", "J", "of it: waking the radio up"},
      {"energy_tail_J", "J", "of it: staying connected after the last byte and while an answer is awaited"},
      {"energy_useful_J", "J", "energy of all devices, idle included, for each result that came in time"},
      {"lifetime_s", "s", "when the first battery was empty; empty when none was"},
      {"devices_empty", "", "devices whose battery ran empty; empty without batteries"},
      {"inferences_per_charge", "",
       "results in time of the devices with a battery, for each usable capacity that one of them drew"},
      {"state_of_charge_end", "", "of the usable capacity at the end, mean over the devices with a battery"},
      {"up_mean_B", "B", "bytes sent by the device for one result"},
      {"down_mean_B", "B", "bytes received by the device for one result"},
  };
  static const std::vector<Column> whole = [] {
    auto all = table;
    const auto more = resource_columns();
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }();
  return whole;
}

}  // namespace edgecut::metrics
