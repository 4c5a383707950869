#include "partition/methods/jointdnn.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <vector>

#include "partition/search/optimum.hpp"
#include "plan/execution.hpp"
#include "units/limit.hpp"

namespace edgecut::partition {

using dnn::LayerIndex;
using plan::Candidate;
using plan::Problem;
using plan::Variant;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// What a stretch of the way adds to the figure that is to be small, and to the one that may be limited.
struct Weight {
  double cost = 0.0;
  double budgeted = 0.0;

  Weight operator+(const Weight& other) const { return {cost + other.cost, budgeted + other.budgeted}; }
  [[nodiscard]] bool is_possible() const { return cost < infinite && budgeted < infinite; }
  [[nodiscard]] double priced(double price) const { return cost + (price == 0.0 ? 0.0 : price * budgeted); }
};

// Where a request is on its way. The radio sleeps before the first upload, and stays connected as long as the request
// will use it again; what it draws then is of the stretch that is waited for.
enum Stage : std::size_t {
  before,     // on the device, nothing sent yet
  cloud,      // something will come back
  cloud_end,  // nothing will
  between,    // on the device, and will go to the cloud again
  after,      // on the device for good
};
constexpr std::array all_stages{before, cloud, cloud_end, between, after};

constexpr bool is_device(Stage stage) {
  return stage == before || stage == between || stage == after;
}
constexpr bool is_connected(Stage stage) {
  return stage == cloud || stage == between;
}

struct Block {
  std::vector<LayerIndex> layers;
  std::array<Weight, all_stages.size()> run;
  std::array<std::array<Weight, all_stages.size()>, all_stages.size()> change;  // from, to: before the block
};

struct Path {
  std::vector<Stage> stages;  // by block
  Weight weight;

  [[nodiscard]] bool is_possible() const { return weight.is_possible(); }
};
const Path no_path{{}, {infinite, infinite}};

// The chain of blocks between cut vertices, with what each costs under one processor and encoding.
class Chain {
 public:
  Chain(const Problem& problem, const Variant& variant) : problem_(problem), variant_(variant) {
    const auto& network = *problem.network;
    const auto& active = network.active();
    const auto& ends = network.cut_vertices();
    for (LayerIndex v = 0; v < network.size(); ++v) {
      if (!active[v] || network.is_input(v)) continue;
      const auto end = std::ranges::lower_bound(ends, v) - ends.begin();
      if (blocks_.empty() || end != last_end_) add_block(end == 0 ? std::nullopt : std::optional(ends[index(end) - 1]));
      last_end_ = end;
      blocks_.back().layers.push_back(v);
      for (const auto stage : all_stages) {
        auto& run = blocks_.back().run[stage];
        run = run + run_of(v, stage);
      }
    }
    if (!problem.groups.empty()) add_runs();
    // Several inputs are no single tensor that could be sent: their block stays where they are.
    if (!starts_with_one_tensor_) blocks_.front().run[cloud].cost = blocks_.front().run[cloud_end].cost = infinite;
    const bool has_result = problem.whole_result() > Bytes();
    end_[has_result ? cloud : cloud_end] = received(problem.whole_result(), after);
    if (has_result) end_[cloud] = end_[cloud] + weight(Seconds(), problem.sleep.tail_power * problem.cloud_wait);
    end_[has_result ? cloud_end : cloud] = end_[between] = {infinite, infinite};
  }

  /// no_path where every way has a block that can run on neither side.
  [[nodiscard]] Path shortest(double price) const;
  [[nodiscard]] plan::Plan plan_of(const Path& path) const;

 private:
  // What consecutive blocks take together, on the device and in the cloud.
  struct BlockRun {
    plan::Work on_device;
    plan::Work in_cloud;
  };

  [[nodiscard]] Path shortest_over_runs(double price) const;
  [[nodiscard]] Path ended(std::array<Path, all_stages.size()> best, double price) const;
  static std::size_t index(std::ptrdiff_t i) { return static_cast<std::size_t>(i); }
  [[nodiscard]] Weight weight(Seconds time, Joules energy) const {
    const bool saves_energy = problem_.objective == plan::Objective::energy;
    return saves_energy ? Weight{energy.value(), time.value()} : Weight{time.value(), energy.value()};
  }
  // Time, and what the radio draws in it beside.
  [[nodiscard]] Weight spent(Seconds time, Joules energy, Stage stage) const {
    return weight(time, is_connected(stage) ? energy + problem_.sleep.tail_power * time : energy);
  }
  [[nodiscard]] const plan::Processor& host() const { return problem_.processors[variant_.processor]; }
  // What a layer takes.
  [[nodiscard]] Weight run_of(LayerIndex v, Stage stage) const {
    const auto time = is_device(stage) ? host().layer_time[v] : problem_.cloud_time[v];
    if (!(time < plan::never)) return {infinite, infinite};
    return spent(time, is_device(stage) ? host().energy(v) : problem_.cloud_energy(v), stage);
  }
  // What the blocks first..last take, executed together as far as groups make it worth while.
  [[nodiscard]] Weight run_of(std::size_t first, std::size_t last, Stage stage) const {
    if (first == 0 && !is_device(stage) && !starts_with_one_tensor_) return {infinite, infinite};
    const auto& run = runs_[first][last - first];
    const auto& [time, energy] = is_device(stage) ? run.on_device : run.in_cloud;
    return time < plan::never ? spent(time, energy, stage) : Weight{infinite, infinite};
  }
  // What a codec takes.
  [[nodiscard]] Weight coded(Seconds time, Stage stage) const {
    return spent(time, is_device(stage) ? host().active_increment * time : Joules(), stage);
  }
  [[nodiscard]] Weight sent(Bytes size, Stage to) const {
    const auto time = size > Bytes() ? size / problem_.link.up : Seconds();
    return weight(time, problem_.transmit_slope * size + problem_.transmit_base * time) +
           spent(problem_.link.up_latency, Joules(), to);
  }
  [[nodiscard]] Weight received(Bytes size, Stage to) const {
    const auto time = size > Bytes() ? size / problem_.link.down : Seconds();
    return weight(time, problem_.receive_slope * size + problem_.receive_base * time) +
           spent(problem_.link.down_latency, Joules(), to);
  }

  // What it takes to go from one side to the other.
  [[nodiscard]] Weight crossing(LayerIndex tensor, Stage from, Stage to) const {
    const auto size = problem_.sent(tensor, variant_.encoding);
    const auto encode = problem_.encode(tensor, variant_.encoding);
    const auto decode = problem_.decode(tensor, variant_.encoding);
    if (!is_device(from)) return coded(encode, from) + received(size, to) + coded(decode, to);
    const auto weight_of_it = coded(encode, from) + sent(size, to) + coded(decode, to);
    if (from != before) return weight_of_it;
    return weight_of_it + weight(problem_.sleep.promotion_delay, problem_.sleep.once());
  }

  // Whether a tensor may come back from there: without a link back none does, and no layer on the device could read it.
  [[nodiscard]] bool comes_back(Stage from) const { return from == cloud && problem_.allows_return; }

  // The figures of every run of blocks, as plan::evaluate takes it apart.
  void add_runs() {
    const auto& active = problem_.network->active();
    for (std::size_t first = 0; first < blocks_.size(); ++first) {
      auto layer = blocks_[first].layers.front();
      plan::Execution here(problem_, variant_.processor, layer);
      plan::Execution there(problem_, variant_.processor, layer);
      auto& runs = runs_.emplace_back();
      for (auto block = first; block < blocks_.size(); ++block) {
        for (; layer <= blocks_[block].layers.back(); ++layer) {
          const bool runs_here = active[layer] && !problem_.network->is_input(layer);
          here.add(plan::Tier::device, runs_here);
          there.add(plan::Tier::cloud, runs_here);
        }
        runs.push_back({here.total(), there.total()});
      }
    }
  }

  // A block after `tensor`; none: after several inputs.
  void add_block(std::optional<LayerIndex> tensor) {
    Block block;
    starts_with_one_tensor_ = starts_with_one_tensor_ && tensor;
    for (const auto from : all_stages) {
      for (const auto to : all_stages) {
        const bool follows = (is_device(from) ? from != after : comes_back(from)) && to != before;
        if (from == to) continue;
        const bool crosses = follows && is_device(from) != is_device(to);
        block.change[from][to] = crosses && tensor ? crossing(*tensor, from, to) : Weight{infinite, infinite};
      }
    }
    blocks_.push_back(std::move(block));
  }

  const Problem& problem_;
  Variant variant_;
  std::vector<Block> blocks_;
  std::vector<std::vector<BlockRun>> runs_;    // by the first block, by length - 1; only where there are groups
  std::array<Weight, all_stages.size()> end_;  // where the last block leaves a request
  std::ptrdiff_t last_end_ = -1;
  bool starts_with_one_tensor_ = true;
};

// The best of the ways through all blocks, with what comes after the last.
Path Chain::ended(std::array<Path, all_stages.size()> best, double price) const {
  Path shortest = no_path;
  for (const auto stage : all_stages) {
    best[stage].weight = best[stage].weight + end_[stage];
    if (best[stage].weight.priced(price) < shortest.weight.priced(price)) shortest = std::move(best[stage]);
  }
  return shortest;
}

// Dynamic programming over (block, side), with costs plus `price` times what is budgeted.
Path Chain::shortest(double price) const {
  if (!runs_.empty()) return shortest_over_runs(price);
  std::array<Path, all_stages.size()> best{Path{}, no_path, no_path, no_path, no_path};
  for (const auto& block : blocks_) {
    std::array<Path, all_stages.size()> next{no_path, no_path, no_path, no_path, no_path};
    for (const auto to : all_stages) {
      for (const auto from : all_stages) {
        const auto weight = best[from].weight + block.run[to] + block.change[from][to];
        if (!weight.is_possible() || next[to].weight.priced(price) <= weight.priced(price)) continue;
        next[to] = {best[from].stages, weight};
        next[to].stages.push_back(to);
      }
    }
    best = std::move(next);
  }
  return ended(std::move(best), price);
}

// The same over (block that a run ends before, side): an arc is a run of blocks on one side, as long as that side is
// kept.
Path Chain::shortest_over_runs(double price) const {
  const std::array<Path, all_stages.size()> no_paths{no_path, no_path, no_path, no_path, no_path};
  std::vector<std::array<Path, all_stages.size()>> best(blocks_.size() + 1, no_paths);
  best[0][before] = Path{};
  const auto extend = [&](std::size_t first, Stage from, Stage to) {
    const auto weight = best[first][from].weight + blocks_[first].change[from][to];
    if (!weight.is_possible()) return;
    for (auto last = first; last < blocks_.size(); ++last) {
      const auto sum = weight + run_of(first, last, to);
      auto& next = best[last + 1][to];
      if (!sum.is_possible() || next.weight.priced(price) <= sum.priced(price)) continue;
      next = {best[first][from].stages, sum};
      next.stages.insert(next.stages.end(), last + 1 - first, to);
    }
  };
  for (std::size_t first = 0; first < blocks_.size(); ++first) {
    for (const auto from : all_stages) {
      for (const auto to : all_stages) {
        if (from != to || (first == 0 && from == before)) extend(first, from, to);
      }
    }
  }
  return ended(std::move(best.back()), price);
}

plan::Plan Chain::plan_of(const Path& path) const {
  const auto& network = *problem_.network;
  plan::Plan plan{variant_.processor, dnn::Placement(network.size(), false), {}, variant_.encoding, 0};
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    for (const auto v : blocks_[i].layers) plan.on_device[v] = is_device(path.stages[i]);
  }
  // Layers that do not run follow those that they read.
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (network.is_input(v)) plan.on_device[v] = true;
    if (network.active()[v] || network.is_input(v)) continue;
    plan.on_device[v] =
        std::ranges::all_of(network.graph().predecessors(v), [&](LayerIndex u) { return plan.on_device[u]; });
  }
  return plan;
}

// The least cost within the budget, as LARAC finds it: the price of what is budgeted rises until the two paths between
// which the budget lies cost the same. [Jüttner et al., INFOCOM 2001]
Path within_budget(const Chain& chain, double budget) {
  auto cheap = chain.shortest(0.0);
  if (!cheap.is_possible() || cheap.weight.budgeted <= budget) return cheap;
  constexpr double only_budgeted = 1e15;
  auto kept = chain.shortest(only_budgeted);
  if (kept.weight.budgeted > budget) return no_path;
  while (true) {
    const double price = (cheap.weight.cost - kept.weight.cost) / (kept.weight.budgeted - cheap.weight.budgeted);
    auto next = chain.shortest(price);
    const double before = cheap.weight.priced(price);
    // A path that lies between the two: there are only so many.
    const bool is_cheaper = next.weight.priced(price) < before * (1.0 - 1e-12);
    const bool is_between = next.weight.budgeted > kept.weight.budgeted && next.weight.budgeted < cheap.weight.budgeted;
    if (!is_cheaper || !is_between) return kept;
    (next.weight.budgeted <= budget ? kept : cheap) = std::move(next);
  }
}

// The limit on energy where latency is to be small, and the other way round. What is spent once in the cloud is set
// aside.
double budget_of(const Problem& problem) {
  const auto& constraints = problem.constraints;
  if (problem.objective != plan::Objective::energy) {
    return constraints.energy ? with_tolerance(*constraints.energy).value() : infinite;
  }
  return constraints.deadline ? (with_tolerance(*constraints.deadline) - problem.cloud_wait).value() : infinite;
}

}  // namespace

Decision JointDnn::partition(const Problem& problem) const {
  auto asked = problem;
  if (asked.objective != plan::Objective::energy) asked.objective = plan::Objective::latency;
  std::optional<Candidate> best;
  const auto consider = [&](plan::Plan plan) {
    if (plan.encoding > 0 && std::ranges::count(plan.on_device, false) == 0) return;  // nothing crosses
    auto candidate = plan::make_candidate(asked, std::move(plan));
    if (plan::is_feasible(asked, candidate.cost)) keep_better(asked, best, std::move(candidate));
  };
  for (const auto& variant : plan::variants(asked)) {
    const Chain chain(asked, variant);
    const auto path = within_budget(chain, budget_of(asked));
    if (path.is_possible()) consider(chain.plan_of(path));
    consider(plan::cut_after(asked, asked.network->size() - 1, variant.processor, variant.encoding));
    consider(plan::cut_after(asked, 0, variant.processor, variant.encoding));
  }
  if (!best) {
    return infeasible("no path that was found keeps the limits; " + nearest_miss(asked));
  }
  const bool returns = !asked.network->graph().is_downward_closed(best->plan.on_device);
  return {std::move(best->plan), returns ? "shortest path, back to the device in between" : "shortest path"};
}

}  // namespace edgecut::partition
