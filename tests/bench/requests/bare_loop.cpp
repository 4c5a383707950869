// The load in a plain event loop: a binary heap of events, and servers that know when they are free. No SimGrid, no
// accounting, and links that serve one message after the other instead of sharing.
//
//     bare_loop DEVICES REQUESTS_OF_EACH
#include <queue>

#include "load.hpp"

namespace {

enum class Kind : std::uint8_t { arrival, head, access, backhaul, under_way, tail };

struct Event {
  double time;
  std::uint32_t request;  // of an arrival: the device
  Kind kind;
  friend bool operator>(const Event& a, const Event& b) { return a.time > b.time; }
};

struct Request {
  double arrived;
  std::uint32_t device;
};

// One server, first come, first served.
struct Server {
  double free = 0.0;
  double serve(double now, double work) { return free = std::max(now, free) + work; }
};

struct Device {
  bench::Arrivals arrivals;
  Server processor;
  Server access;
};

class Program {
 public:
  explicit Program(const bench::Load& load) : backhaul_work_(bench::size / load.backhaul()) {
    for (int i = 0; i < load.cores(); ++i) cores_.push(0.0);
    for (std::uint32_t i = 0; i < load.devices; ++i) {
      devices_.push_back({bench::Arrivals(load, i), {}, {}});
      await_arrival(i);
    }
  }

  void run() {
    while (!events_.empty()) {
      const Event event = events_.top();
      events_.pop();
      handle(event);
    }
    bench::say(sum_, count_);
  }

 private:
  void await_arrival(std::uint32_t i) {
    if (!devices_[i].arrivals.done()) events_.push({devices_[i].arrivals.next(), i, Kind::arrival});
  }

  void handle(const Event& event) {
    const auto next = [&](double time, Kind kind) { events_.push({time, event.request, kind}); };
    switch (event.kind) {
      case Kind::arrival:
        return arrive(event);
      case Kind::head:
        return next(device_of(event).access.serve(event.time, bench::size / bench::access), Kind::access);
      case Kind::access:
        return next(backhaul_.serve(event.time, backhaul_work_), Kind::backhaul);
      case Kind::backhaul:
        return next(event.time + bench::latency, Kind::under_way);
      case Kind::under_way: {
        const double end = std::max(event.time, cores_.top()) + bench::tail;
        cores_.pop();
        cores_.push(end);
        return next(end, Kind::tail);
      }
      case Kind::tail:
        sum_ += event.time - requests_[event.request].arrived;
        ++count_;
        free_.push_back(event.request);
    }
  }

  void arrive(const Event& event) {
    await_arrival(event.request);
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(requests_.size()));
      requests_.emplace_back();
    }
    const auto request = free_.back();
    free_.pop_back();
    requests_[request] = {event.time, event.request};
    events_.push({devices_[event.request].processor.serve(event.time, bench::head), request, Kind::head});
  }

  Device& device_of(const Event& event) { return devices_[requests_[event.request].device]; }

  double backhaul_work_;
  std::vector<Device> devices_;
  Server backhaul_;
  std::priority_queue<double, std::vector<double>, std::greater<>> cores_;  // when each is free
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::vector<Request> requests_;
  std::vector<std::uint32_t> free_;
  double sum_ = 0.0;
  std::uint64_t count_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
  Program(bench::read_load(count, arguments)).run();
}
