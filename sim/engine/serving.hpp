// A server with more to it than a queue in order of arrival, played on a kernel: its batches, timers, hosts and tenants.
#pragma once

#include <boost/random/exponential_distribution.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/server.hpp"
#include "events/events.hpp"
#include "kernel/kernel.hpp"
#include "platform/platform.hpp"
#include "units/random.hpp"

namespace edgecut::engine {

/// Jobs of requests are named by the requests' slots. Nothing here calls back: whoever changes something asks `serve`
/// afterwards who begins.
class Serving {
 public:
  using Kind = events::ResourceUse::Kind;

  /// `kind`: cloud or edge. Everything but the kernel is copied.
  Serving(const platform::Cloud& cloud, Kind kind, std::uint64_t seed, kernel::Kernel& kernel,
          kernel::ProcessorId processor);

  /// Schedules the first look at the load and the first tenant.
  void start();

  /// Whether a request that comes now is taken at all.
  [[nodiscard]] bool admits() const { return server_.admits(); }
  void join(std::uint32_t slot, int priority, Seconds deadline, const Server::Kind& kind, Seconds now);
  /// Starts whatever may start now, and returns the requests among it; valid until the next call.
  std::span<const std::uint32_t> serve(Seconds now);
  /// The batch whose token is due has been done, and these were in it; none when it was given up meanwhile.
  std::vector<std::uint32_t> finish(std::uint32_t number, std::uint32_t slot, Seconds now);
  /// A timer is due. Returns the number of hosts when that changed.
  std::optional<events::HostsChanged> ring(std::uint32_t timer, Seconds now);

  /// The batch ends at this instant, and that has yet to be handled.
  void mark_due(std::uint32_t number, std::uint32_t slot);
  /// A request that waits goes.
  void withdraw(std::uint32_t request, Seconds now) { server_.withdraw(request, now); }
  /// A request that is served goes. The rest of its batch goes on; without a rest it is stopped.
  void abandon(std::uint32_t request, Seconds now);

  /// For the turn of somebody who came now, at `speed` of every slot: what is unfinished, over the slots where none is
  /// free, and no less than it waits for company.
  [[nodiscard]] Seconds wait(double speed, Seconds now) const;
  /// A request at `rate` with that work is expected.
  void add_offer(Frequency rate, Seconds work) { server_.add_offer(rate, work); }
  [[nodiscard]] events::ResourceUse use(Seconds end) const;
  [[nodiscard]] events::ServerUse account(Seconds end) const;

 private:
  enum class Timer : std::uint8_t { batch, look, host, tenant };

  struct Batch {
    std::uint32_t number = 0;
    bool runs = false;
    bool is_due = false;
    std::vector<std::uint32_t> jobs;
    kernel::ActivityId activity;
    Seconds started;
    Seconds work;
  };

  [[nodiscard]] kernel::Token token(Timer timer) const;
  Batch& take_batch();
  void release(Batch& batch, Seconds now);
  void begin(const Server::Batch& batch, Seconds now);
  void watch_batches(Seconds now);
  void look(Seconds now);
  void add_tenant(Seconds now);
  [[nodiscard]] events::HostsChanged hosts(Seconds now) const;

  Kind kind_;
  Seconds idle_wait_;
  bool batches_;  // whether it makes any
  std::optional<platform::Tenants> tenants_;
  std::optional<double> price_;
  std::optional<platform::HostPower> power_;
  int hosts_;
  int slots_per_host_;
  kernel::Kernel* kernel_;
  kernel::ProcessorId processor_;
  Server server_;
  std::optional<Autoscaler> scaler_;
  bool has_batch_timer_ = false;
  std::vector<Batch> running_;  // slots, which are reused
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> begun_;
  std::uint32_t next_batch_ = 0;
  std::uint32_t next_tenant_ = 0;
  RandomStream random_;
  boost::random::exponential_distribution<double> unit_;
  Seconds own_work_;  // done for requests
  std::int64_t own_batches_ = 0;
  std::int64_t own_jobs_ = 0;
};

/// What the hosts of a server cost that has no Serving: all of them throughout, and `work` seconds of a slot.
events::ServerUse account_of(const platform::Cloud& cloud, events::ResourceUse::Kind kind, Seconds work, Seconds end);

}  // namespace edgecut::engine
