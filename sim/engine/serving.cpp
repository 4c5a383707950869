#include "engine/serving.hpp"

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <string_view>
#include <utility>

#include "engine/request.hpp"

namespace edgecut::engine {
namespace {

// Names of tenants' jobs, which are no request's slot.
constexpr std::uint32_t first_tenant = 1U << slot_bits;

bool is_tenant(std::uint32_t job) {
  return job >= first_tenant;
}

}  // namespace

Serving::Serving(const platform::Cloud& cloud, Kind kind, std::uint64_t seed, kernel::Kernel& kernel,
                 kernel::ProcessorId processor)
    : kind_(kind),
      idle_wait_(cloud.serving.idle_wait()),
      batches_(cloud.serving.batching.has_value()),
      tenants_(cloud.serving.tenants),
      price_(cloud.price),
      power_(cloud.power),
      hosts_(cloud.hosts),
      slots_per_host_(cloud.processor.slots),
      kernel_(&kernel),
      processor_(processor),
      server_(cloud),
      random_(seed, std::initializer_list<std::string_view>{"tenants", events::name(kind)}),
      unit_(1.0) {
  if (cloud.serving.autoscaling) scaler_.emplace(*cloud.serving.autoscaling, cloud.hosts);
  if (tenants_) server_.add_single_offer(tenants_->rate, tenants_->work);
}

kernel::Token Serving::token(Timer timer) const {
  const std::uint32_t which = kind_ == Kind::edge ? 1 : 0;
  return make_token(Rank::server, static_cast<std::uint64_t>(timer), which);
}

void Serving::start() {
  if (scaler_) kernel_->at(scaler_->rule().interval, token(Timer::look));
  if (tenants_) kernel_->at(unit_(random_) / tenants_->rate, token(Timer::tenant));
}

// ---- who comes and goes ----

void Serving::join(std::uint32_t slot, int priority, Seconds deadline, const Server::Kind& kind, Seconds now) {
  server_.join({slot, server_.urgency(priority, deadline), kind}, now);
}

void Serving::add_tenant(Seconds now) {
  const auto& tenants = *tenants_;
  kernel_->at(now + unit_(random_) / tenants.rate, token(Timer::tenant));
  const Seconds work = tenants.is_random ? tenants.work * unit_(random_) : tenants.work;
  if (!server_.admits()) return;
  const auto name = first_tenant + (next_tenant_++ & (first_tenant - 1));
  // A deadline that never comes: where the earliest goes first, tenants go last.
  join(name, tenants.priority, Seconds(std::numeric_limits<double>::infinity()), {nullptr, work}, now);
}

void Serving::abandon(std::uint32_t request, Seconds now) {
  const auto holds = [&](const Batch& batch) {
    return batch.runs && std::ranges::find(batch.jobs, request) != batch.jobs.end();
  };
  const auto batch = std::ranges::find_if(running_, holds);
  if (batch == running_.end()) return;
  std::erase(batch->jobs, request);
  if (!batch->jobs.empty()) return;
  if (!batch->is_due) own_work_ -= Seconds(kernel_->cancel(batch->activity));
  release(*batch, now);
}

// ---- batches ----

Serving::Batch& Serving::take_batch() {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(running_.size()));
    running_.emplace_back();
  }
  const auto slot = free_.back();
  free_.pop_back();
  return running_[slot];
}

void Serving::release(Batch& batch, Seconds now) {
  batch.runs = false;
  free_.push_back(static_cast<std::uint32_t>(&batch - running_.data()));
  server_.leave(now);
}

void Serving::begin(const Server::Batch& batch, Seconds now) {
  auto& running = take_batch();
  running.number = next_batch_++;
  running.runs = true;
  running.is_due = false;
  running.jobs = batch.jobs;
  running.started = now;
  running.work = batch.work;
  const auto slot = static_cast<std::uint64_t>(&running - running_.data());
  const std::uint64_t which = kind_ == Kind::edge ? 1 : 0;
  running.activity =
      kernel_->compute(processor_, running.work, make_token(Rank::batch, running.number, 2 * slot + which));
  if (is_tenant(running.jobs.front())) return;
  own_work_ += running.work;
  ++own_batches_;
  own_jobs_ += static_cast<std::int64_t>(running.jobs.size());
  begun_.insert(begun_.end(), running.jobs.begin(), running.jobs.end());
}

std::span<const std::uint32_t> Serving::serve(Seconds now) {
  begun_.clear();
  while (const auto* batch = server_.start_next(now)) begin(*batch, now);
  if (batches_) watch_batches(now);
  return begun_;
}

// A timer that is set is not taken back; when it rings too early somebody only looks. What is due later is never due
// before it, so that one timer is enough.
void Serving::watch_batches(Seconds now) {
  const auto due = server_.next_batch_due();
  if (!due || has_batch_timer_) return;
  has_batch_timer_ = true;
  kernel_->at(std::max(*due, now), token(Timer::batch));
}

std::vector<std::uint32_t> Serving::finish(std::uint32_t number, std::uint32_t slot, Seconds now) {
  auto& batch = running_[slot];
  if (!batch.runs || batch.number != number) return {};
  release(batch, now);
  auto jobs = std::exchange(batch.jobs, {});
  if (is_tenant(jobs.front())) jobs.clear();
  return jobs;
}

void Serving::mark_due(std::uint32_t number, std::uint32_t slot) {
  auto& batch = running_[slot];
  if (batch.runs && batch.number == number) batch.is_due = true;
}

// ---- timers ----

std::optional<events::HostsChanged> Serving::ring(std::uint32_t timer, Seconds now) {
  const int ready = scaler_ ? scaler_->ready() : hosts_;
  const int paid = scaler_ ? scaler_->paid() : hosts_;
  switch (static_cast<Timer>(timer)) {
    case Timer::batch:
      has_batch_timer_ = false;
      break;
    case Timer::tenant:
      add_tenant(now);
      break;
    case Timer::look:
      look(now);
      break;
    case Timer::host:
      if (scaler_->start(now)) server_.set_hosts(scaler_->ready(), now);
      break;
  }
  if (!scaler_ || (ready == scaler_->ready() && paid == scaler_->paid())) return std::nullopt;
  return hosts(now);
}

void Serving::look(Seconds now) {
  kernel_->at(now + scaler_->rule().interval, token(Timer::look));
  if (scaler_->look(server_, now) > 0) kernel_->at(now + scaler_->rule().start_up, token(Timer::host));
}

events::HostsChanged Serving::hosts(Seconds now) const {
  return {now, kind_, scaler_->ready(), scaler_->paid()};
}

// ---- how things stand ----

Seconds Serving::wait(double speed, Seconds now) const {
  if (server_.has_free_slot()) return idle_wait_;
  Seconds left = server_.waiting_work();
  for (const auto& batch : running_) {
    if (batch.runs) left += std::max(Seconds(), batch.work - (now - batch.started));
  }
  return std::max(idle_wait_, left / (server_.slots() * speed));
}

events::ResourceUse Serving::use(Seconds end) const {
  const double span = end.value();
  const double slots = span > 0.0 ? server_.slot_integral(end) / span : server_.slots();
  return {kind_,
          0,
          slots,
          Seconds(server_.busy_integral(end)),
          server_.offered_load(),
          span > 0.0 ? server_.queue_integral(end) / span : 0.0,
          server_.longest_queue()};
}

namespace {

// `hours`: of one host.
events::ServerUse cost_of(const std::optional<double>& price, const std::optional<platform::HostPower>& power,
                          int slots_per_host, Seconds hosts, Seconds work) {
  events::ServerUse use;
  use.hosts = hosts;
  if (price) use.price = *price * hosts.value() / 3600.0;
  if (power)
    use.energy = power->idle * hosts + (power->active - power->idle) * (work / static_cast<double>(slots_per_host));
  return use;
}

}  // namespace

events::ServerUse Serving::account(Seconds end) const {
  const Seconds hosts = scaler_ ? Seconds(scaler_->paid_integral(end) + server_.leaving_integral(end) / slots_per_host_)
                                : end * static_cast<double>(hosts_);
  auto use = cost_of(price_, power_, slots_per_host_, hosts, own_work_);
  use.server = kind_;
  if (batches_ && own_batches_ > 0) use.mean_batch = static_cast<double>(own_jobs_) / static_cast<double>(own_batches_);
  return use;
}

events::ServerUse account_of(const platform::Cloud& cloud, events::ResourceUse::Kind kind, Seconds work, Seconds end) {
  auto use = cost_of(cloud.price, cloud.power, cloud.processor.slots, end * static_cast<double>(cloud.hosts), work);
  use.server = kind;
  return use;
}

}  // namespace edgecut::engine
