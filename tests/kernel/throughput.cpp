// How many requests per second of processor time a kernel simulates, with hardly anything around it.
//
//     kernel_throughput reference|express DEVICES REQUESTS [shared] [mixed] [tight]
//
// Each device makes requests at random, one per second on average. A request is 1e8 FLOP on a device of 1 GFLOP/s, 100
// kB over 10 Mbit/s of its own and a backhaul of 1.6 Mbit/s per device, 15 ms under way, and 1e9 FLOP on one of max(2,
// DEVICES / 5) cores of 10 GFLOP/s. Processors serve in order of arrival; so do the radios unless they are `shared`.
// `mixed`: each device's own link has another bandwidth, 5 to 20 Mbit/s. `tight`: the backhaul has 0.85 Mbit/s per
// device, which the requests use to 94 %.
#include <boost/random/exponential_distribution.hpp>
#include <boost/random/uniform_real_distribution.hpp>
#include <cstdio>
#include <ctime>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include "kernel/kernel.hpp"
#include "units/random.hpp"

using namespace edgecut;

namespace {

enum class Stage : std::uint8_t { arrival, head, upload, under_way, tail };

struct Request {
  double arrived;
  std::uint32_t device;
};

// First come, first served.
struct Queue {
  int room = 1;
  std::deque<std::uint32_t> waiting;
};

struct Options {
  bool shared = false;
  bool mixed = false;
  bool tight = false;
};

class Load {
 public:
  Load(kernel::Choice choice, std::uint32_t devices, std::size_t requests, const Options& options)
      : devices_(devices), left_(requests), kernel_(make_kernel(choice, topology(options))), queues_(2 * devices + 1) {
    requests_.reserve(requests);
    if (options.shared) {
      for (std::uint32_t i = 0; i < devices; ++i) queues_[devices + i].room = 1 << 30;
    }
    queues_[2 * devices].room = cores();
    for (std::uint32_t i = 0; i < devices; ++i) await_arrival(i, 0.0);
  }

  // The mean response time.
  double run() {
    kernel_->run([this](std::span<const kernel::Token> due) {
      for (const auto token : due)
        handle(static_cast<Stage>(token.value >> 32U), static_cast<std::uint32_t>(token.value));
    });
    return response_ / static_cast<double>(requests_.size());
  }

 private:
  [[nodiscard]] int cores() const { return static_cast<int>(std::max(2U, devices_ / 5)); }

  [[nodiscard]] kernel::Topology topology(const Options& options) const {
    kernel::Topology topology;
    RandomStream links(2, {"links"});
    for (std::uint32_t i = 0; i < devices_; ++i) {
      topology.processors.push_back({"device", 1, {}, {}, {}});
      const double own = boost::random::uniform_real_distribution<double>(0.625e6, 2.5e6)(links);
      const Bandwidth bandwidth(options.mixed ? own : 1.25e6);
      topology.accesses.push_back({"access", bandwidth, bandwidth});
    }
    topology.processors.push_back({"cloud", cores(), {}, {}, {}});
    const Bandwidth common((options.tight ? 0.10625e6 : 0.2e6) * devices_);
    topology.backhaul = kernel::Topology::Backhaul{common, common};
    return topology;
  }

  void await_arrival(std::uint32_t device, double after) {
    if (left_ == 0) return;
    --left_;
    kernel_->at(Seconds(after + boost::random::exponential_distribution<double>(1.0)(random_)),
                token(Stage::arrival, device));
  }

  static kernel::Token token(Stage stage, std::uint32_t number) {
    return {(static_cast<std::uint64_t>(stage) << 32U) | number};
  }

  void handle(Stage stage, std::uint32_t number) {
    const double now = kernel_->now().value();
    switch (stage) {
      case Stage::arrival:
        requests_.push_back({now, number});
        await_arrival(number, now);
        return enter(Stage::head, static_cast<std::uint32_t>(requests_.size() - 1));
      case Stage::head:
        leave(Stage::head, number);
        return enter(Stage::upload, number);
      case Stage::upload:
        leave(Stage::upload, number);
        return kernel_->at(Seconds(now + 0.015), token(Stage::under_way, number));
      case Stage::under_way:
        return enter(Stage::tail, number);
      case Stage::tail:
        leave(Stage::tail, number);
        response_ += now - requests_[number].arrived;
    }
  }

  Queue& queue(Stage stage, std::uint32_t request) {
    if (stage == Stage::tail) return queues_[2 * devices_];
    return queues_[requests_[request].device + (stage == Stage::upload ? devices_ : 0)];
  }
  void enter(Stage stage, std::uint32_t request) {
    auto& at = queue(stage, request);
    if (at.room == 0) return at.waiting.push_back(request);
    --at.room;
    start(stage, request);
  }
  void leave(Stage stage, std::uint32_t request) {
    auto& at = queue(stage, request);
    if (at.waiting.empty()) {
      ++at.room;
      return;
    }
    start(stage, at.waiting.front());
    at.waiting.pop_front();
  }
  void start(Stage stage, std::uint32_t request) {
    const auto device = requests_[request].device;
    if (stage == Stage::upload) {
      kernel_->transfer({device}, kernel::Direction::up, Bytes(1e5), token(stage, request));
    } else {
      kernel_->compute({stage == Stage::head ? device : devices_}, Seconds(0.1), token(stage, request));
    }
  }

  std::uint32_t devices_;
  std::size_t left_;
  RandomStream random_{1, {"throughput"}};
  std::unique_ptr<kernel::Kernel> kernel_;
  std::vector<Queue> queues_;  // of each device's processor, of each radio, of the cloud
  std::vector<Request> requests_;
  double response_ = 0.0;
};

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) {
    std::fputs("kernel_throughput reference|express DEVICES REQUESTS [shared] [mixed] [tight]\n", stderr);
    return 2;
  }
  const std::string name = arguments[1];
  const auto choice = name == "express" ? kernel::Choice::express : kernel::Choice::reference;
  const auto devices = static_cast<std::uint32_t>(std::stoul(arguments[2]));
  const std::size_t requests = std::stoul(arguments[3]);
  const std::set<std::string> flags(arguments + 4, arguments + count);
  Load load(choice, devices, requests, {flags.contains("shared"), flags.contains("mixed"), flags.contains("tight")});
  const double begin = processor_seconds();
  const double response = load.run();
  const double taken = processor_seconds() - begin;
  std::printf("%s, %u devices, %zu requests: mean response %.12g s, %.3f us per request, %.0f requests per s\n",
              name.c_str(), devices, requests, response, 1e6 * taken / static_cast<double>(requests),
              static_cast<double>(requests) / taken);
}
