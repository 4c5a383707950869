// The express kernel against the reference kernel on random scripts: the same ends and the same remainders.
#include <boost/random/uniform_int_distribution.hpp>
#include <boost/random/uniform_real_distribution.hpp>
#include <numeric>
#include <sstream>

#include "kernel/run.hpp"
#include "sweep/processes.hpp"
#include "units/random.hpp"

namespace edgecut::equality_test {
using namespace edgecut::kernel_tests;

namespace {

// What is started: a computation or a flow, and what its end starts.
struct Activity {
  bool computes = false;
  std::uint32_t where = 0;
  Direction direction = Direction::up;
  double amount = 0.0;  // seconds or bytes
  std::optional<std::size_t> then;
};

// What the script does at a time of its own.
struct Step {
  double time = 0.0;
  enum class Kind { start, cancel, set_access, set_backhaul, set_speed } kind = Kind::start;
  std::size_t activity = 0;
  std::uint32_t access = 0;  // or processor
  Direction direction = Direction::up;
  double figure = 0.0;  // a bandwidth, or a speed
};

struct Script {
  kernel::Topology topology;
  std::vector<Activity> activities;
  std::vector<Step> steps;
};

struct Size {
  std::uint32_t accesses = 0;  // at most
  std::size_t chains = 0;
};

// Worlds of two kinds: any numbers, or few round ones, so that much happens at the same instant.
class Writer {
 public:
  Writer(std::uint64_t seed, std::uint64_t draft, const Size& size)
      : random_(seed, {"equality", std::to_string(draft)}), is_round_(seed % 2 == 1), size_(size) {}

  Script write() {
    Script script;
    add_topology(script.topology);
    load_ = any(0.3, 3.0);
    for (std::size_t i = 0; i < size_.chains; ++i) add_chain(script);
    if (script.topology.bandwidths_vary) add_changes(script);
    if (below(2) == 0) add_speeds(script);
    return script;
  }

 private:
  std::uint32_t below(std::uint32_t count) {
    return boost::random::uniform_int_distribution<std::uint32_t>(0, count - 1)(random_);
  }
  double any(double low, double high) { return boost::random::uniform_real_distribution<double>(low, high)(random_); }
  double pick(const std::vector<double>& round, double low, double high) {
    return is_round_ ? round[below(static_cast<std::uint32_t>(round.size()))] : low * std::pow(high / low, any(0, 1));
  }
  double time() { return is_round_ ? 0.25 * below(200) : any(0, 50); }
  double bandwidth() { return MB * pick({0.25, 0.5, 1, 2, 3, 4}, 0.1, 10); }
  Direction direction() { return below(3) == 0 ? Direction::down : Direction::up; }

  void add_topology(kernel::Topology& topology) {
    topology.bandwidths_vary = below(3) > 0;
    for (std::uint32_t i = 0, count = 1 + below(3); i < count; ++i) {
      topology.processors.push_back({"cpu", 1 + static_cast<int>(below(4)), {}, {}, {}});
    }
    const bool alike = below(3) == 0;
    const bool all_behind = below(2) == 0;
    const bool weighted = below(3) == 0;
    double all = 0.0;
    for (std::uint32_t i = 0, count = 1 + below(size_.accesses); i < count; ++i) {
      const double up = alike && i > 0 ? topology.accesses[0].up.value() : bandwidth();
      const double down = alike && i > 0 ? topology.accesses[0].down.value() : bandwidth();
      topology.accesses.push_back({"access", Bandwidth(up), Bandwidth(down), all_behind || below(3) > 0});
      if (weighted) topology.accesses.back().weight = pick({0.5, 1, 2, 4}, 0.2, 8);
      all += up;
    }
    if (below(4) == 0) return;
    backhaul_ = is_round_ ? std::max(0.25 * MB, 0.25 * MB * std::floor(all * any(0.05, 1.1) / (0.25 * MB)))
                          : all * any(0.05, 1.1);
    topology.backhaul = kernel::Topology::Backhaul{Bandwidth(backhaul_), Bandwidth(backhaul_)};
  }

  // One activity after the other, sometimes cut short.
  void add_chain(Script& script) {
    const auto first = script.activities.size();
    const auto length = 1 + below(4);
    for (std::uint32_t i = 0; i < length; ++i) {
      add_activity(script);
      if (i + 1 < length) script.activities.back().then = script.activities.size();
    }
    const double begin = time();
    script.steps.push_back({begin, Step::Kind::start, first, 0, Direction::up, 0.0});
    if (below(3) > 0) return;
    const double end = begin + (is_round_ ? 0.25 * below(20) : any(0, 5));
    script.steps.push_back({end, Step::Kind::cancel, first, 0, Direction::up, 0.0});
  }

  void add_activity(Script& script) {
    Activity activity;
    activity.computes = below(3) == 0;
    const auto places = activity.computes ? script.topology.processors.size() : script.topology.accesses.size();
    activity.where = below(static_cast<std::uint32_t>(places));
    activity.direction = direction();
    activity.amount = load_ * pick({0.25, 0.5, 1, 2}, 0.05, 4);
    if (is_round_) activity.amount = 0.25 * std::ceil(activity.amount / 0.25);
    if (!activity.computes) activity.amount = std::round(activity.amount * MB);
    script.activities.push_back(activity);
  }

  // Every outage ends, at the latest when the script does.
  void add_changes(Script& script) {
    const auto accesses = static_cast<std::uint32_t>(script.topology.accesses.size());
    for (std::uint32_t i = 0, count = below(60); i < count; ++i) {
      const double set = below(4) == 0 ? 0.0 : bandwidth();
      script.steps.push_back({time(), Step::Kind::set_access, 0, below(accesses), direction(), set});
    }
    for (std::uint32_t i = 0, count = backhaul_ > 0.0 ? below(20) : 0; i < count; ++i) {
      const double set = below(5) == 0 ? 0.0 : backhaul_ * pick({0.5, 1, 2}, 0.3, 3);
      script.steps.push_back({time(), Step::Kind::set_backhaul, 0, 0, direction(), set});
    }
    for (const auto way : {Direction::up, Direction::down}) {
      for (std::uint32_t i = 0; i < accesses; ++i) {
        script.steps.push_back({60.0, Step::Kind::set_access, 0, i, way, bandwidth()});
      }
      if (backhaul_ > 0.0) script.steps.push_back({60.0, Step::Kind::set_backhaul, 0, 0, way, backhaul_});
    }
  }

  void add_speeds(Script& script) {
    const auto processors = static_cast<std::uint32_t>(script.topology.processors.size());
    for (std::uint32_t i = 0, count = below(30); i < count; ++i) {
      const double speed = pick({0.25, 0.5, 1, 2}, 0.1, 4);
      script.steps.push_back({time(), Step::Kind::set_speed, 0, below(processors), Direction::up, speed});
    }
  }

  RandomStream random_;
  bool is_round_;
  Size size_;
  double backhaul_ = 0.0;
  double load_ = 1.0;
};

// What came of it: of each activity its end (or none) and what a cancelling found left (or none); and all instants.
struct Outcome {
  std::vector<double> ends;
  std::vector<double> left;
  std::vector<double> instants;
};

class Player {
 public:
  Player(const Script& script, std::unique_ptr<kernel::Kernel> kernel)
      : script_(script), kernel_(std::move(kernel)), running_(script.activities.size()) {
    outcome_.ends.assign(script.activities.size(), -1.0);
    outcome_.left.assign(script.activities.size(), -1.0);
  }

  Outcome play() {
    const auto activities = script_.activities.size();
    for (std::size_t i = 0; i < script_.steps.size(); ++i) {
      kernel_->at(Seconds(script_.steps[i].time), {activities + i});
    }
    kernel_->run([&](std::span<const kernel::Token> due) { handle({due.begin(), due.end()}); });
    return outcome_;
  }

 private:
  // First all ends, then what they start, then the steps, whatever order they are reported in.
  void handle(std::vector<kernel::Token> due) {
    std::ranges::sort(due, {}, &kernel::Token::value);
    outcome_.instants.push_back(kernel_->now().value());
    for (const auto token : due) end(token.value);
    for (const auto token : due) follow(token.value);
  }
  void end(std::uint64_t token) {
    if (token >= script_.activities.size()) return;
    outcome_.ends[token] = kernel_->now().value();
    running_[token].reset();
  }
  void follow(std::uint64_t token) {
    if (token >= script_.activities.size()) return take(script_.steps[token - script_.activities.size()]);
    if (const auto then = script_.activities[token].then) start(*then);
  }
  void start(std::size_t i) {
    const auto& activity = script_.activities[i];
    running_[i] = activity.computes
                      ? kernel_->compute({activity.where}, Seconds(activity.amount), {i})
                      : kernel_->transfer({activity.where}, activity.direction, Bytes(activity.amount), {i});
  }
  void take(const Step& step) {
    switch (step.kind) {
      case Step::Kind::start:
        return start(step.activity);
      case Step::Kind::cancel:
        if (!running_[step.activity]) return;
        outcome_.left[step.activity] = kernel_->cancel(*running_[step.activity]);
        running_[step.activity].reset();
        return;
      case Step::Kind::set_access:
        return kernel_->set_bandwidth({step.access}, step.direction, Bandwidth(step.figure));
      case Step::Kind::set_backhaul:
        return kernel_->set_backhaul_bandwidth(step.direction, Bandwidth(step.figure));
      case Step::Kind::set_speed:
        return kernel_->set_speed({step.access}, step.figure);
    }
  }

  const Script& script_;
  std::unique_ptr<kernel::Kernel> kernel_;
  std::vector<std::optional<kernel::ActivityId>> running_;
  Outcome outcome_;
};

std::string print(const Outcome& outcome) {
  std::ostringstream text;
  text.precision(17);
  for (const auto* numbers : {&outcome.ends, &outcome.left, &outcome.instants}) {
    text << numbers->size();
    for (const double number : *numbers) text << ' ' << number;
    text << '\n';
  }
  return text.str();
}

Outcome parse(const std::string& text) {
  std::istringstream in(text);
  Outcome outcome;
  for (auto* numbers : {&outcome.ends, &outcome.left, &outcome.instants}) {
    std::size_t count = 0;
    in >> count;
    numbers->resize(count);
    for (double& number : *numbers) in >> number;
  }
  REQUIRE(in);
  return outcome;
}

// Two instants that are nearly one may come in another order in the other kernel, and rightly so.
bool has_near_miss(const Outcome& outcome) {
  for (std::size_t i = 1; i < outcome.instants.size(); ++i) {
    const double gap = outcome.instants[i] - outcome.instants[i - 1];
    if (gap > 0.0 && gap < 1e-8) return true;
  }
  return false;
}

std::vector<Outcome> play_all(const std::vector<Script>& scripts, kernel::Choice choice) {
  const auto results = sweep::run_processes(
      scripts.size(), 2,
      [&](std::size_t i) { return print(Player(scripts[i], make_kernel(choice, scripts[i].topology)).play()); },
      [](std::size_t) {});
  std::vector<Outcome> outcomes;
  for (const auto& result : results) {
    REQUIRE(result.failure.empty());
    outcomes.push_back(parse(result.output));
  }
  return outcomes;
}

// How much was compared.
struct Counts {
  std::size_t ends = 0;
  std::size_t remainders = 0;
  std::size_t ties = 0;  // ends at the instant of another
};

Approx equal(double value) {
  return Approx(value).margin(1e-8).epsilon(1e-9);
}

void compare(const Script& script, const Outcome& reference, const Outcome& express, Counts& counts) {
  REQUIRE(express.instants.size() == reference.instants.size());  // ties are ties in both
  for (std::size_t i = 0; i < script.activities.size(); ++i) {
    INFO("activity " << i);
    REQUIRE(express.ends[i] == equal(reference.ends[i]));
    // A remainder is an amount, and so as exact as the time of the cancelling at the highest rate, 30 MB/s.
    const double margin = script.activities[i].computes ? 1e-8 : 1e-8 * 30 * MB;
    REQUIRE(express.left[i] == Approx(reference.left[i]).margin(margin).epsilon(1e-9));
    if (reference.ends[i] >= 0.0) ++counts.ends;
    if (reference.left[i] >= 0.0) ++counts.remainders;
  }
  auto ends = reference.ends;
  std::ranges::sort(ends);
  for (std::size_t i = 1; i < ends.size(); ++i) counts.ties += ends[i] >= 0.0 && ends[i] == ends[i - 1] ? 1 : 0;
}

// Compares both kernels on scripts of this size; returns how many drafts had a near miss and were drawn again.
std::pair<std::size_t, Counts> compare(std::size_t seeds, const Size& size) {
  std::vector<std::uint64_t> open(seeds);
  std::iota(open.begin(), open.end(), 0);
  std::size_t redrawn = 0;
  Counts counts;
  for (std::uint64_t draft = 0; !open.empty(); ++draft) {
    std::vector<Script> scripts;
    for (const auto seed : open) scripts.push_back(Writer(seed, draft, size).write());
    const auto reference = play_all(scripts, kernel::Choice::reference);
    const auto express = play_all(scripts, kernel::Choice::express);
    std::vector<std::uint64_t> again;
    for (std::size_t i = 0; i < open.size(); ++i) {
      INFO("seed " << open[i] << ", draft " << draft);
      if (has_near_miss(reference[i])) {
        again.push_back(open[i]);
      } else {
        compare(scripts[i], reference[i], express[i], counts);
      }
    }
    redrawn += again.size();
    open = again;
  }
  return {redrawn, counts};
}

}  // namespace

TEST_CASE("The kernels agree on every end and every remainder of 200 random scripts") {
  constexpr std::size_t seeds = 200;
  const auto [redrawn, counts] = compare(seeds, {12, 60});
  WARN("drawn again for a near miss: " << redrawn << " of " << seeds << " scripts");
  REQUIRE(redrawn * 100 < seeds);  // less than 1 %
  REQUIRE(counts.ends > 100 * seeds);
  REQUIRE(counts.remainders > 5 * seeds);
  REQUIRE(counts.ties > 5 * seeds);
}

TEST_CASE("The kernels agree with hundreds of flows in flight") {
  constexpr std::size_t seeds = 10;
  const auto [redrawn, counts] = compare(seeds, {300, 1500});
  WARN("drawn again for a near miss: " << redrawn << " of " << seeds << " scripts");
  REQUIRE(redrawn <= 1);  // of 10 scripts with thousands of instants each
  REQUIRE(counts.ends > 2000 * seeds);
}

}  // namespace edgecut::equality_test
