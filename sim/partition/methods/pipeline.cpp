#include "partition/methods/pipeline.hpp"

#include <algorithm>

#include "units/limit.hpp"

namespace edgecut::partition {
namespace {

using plan::PipelineProblem;

// Which hosts are used up, as a number that grows with each use. A type holds the indices of its hosts, because an
// index of a type says nothing about the list of hosts.
class Hosts {
 public:
  explicit Hosts(const PipelineProblem& problem) : is_ordered_(problem.keeps_host_order) {
    for (std::size_t host = 0; host < problem.hosts.size(); ++host) {
      const auto alike = [&](const auto& type) { return problem.hosts[type.front()].is_alike(problem.hosts[host]); };
      const auto type = is_ordered_ ? types_.end() : std::ranges::find_if(types_, alike);
      if (type == types_.end()) {
        types_.push_back({host});
      } else {
        type->push_back(host);
      }
    }
    for (const auto& type : types_) {
      stride_.push_back(sets_);
      sets_ *= type.size() + 1;
    }
    if (is_ordered_) sets_ = types_.size() + 1;
  }

  [[nodiscard]] std::size_t types() const { return types_.size(); }
  [[nodiscard]] std::size_t sets() const { return sets_; }
  [[nodiscard]] std::size_t any_of(std::size_t type) const { return types_[type].front(); }

  // The set with one more host of that type; none when there is none left.
  [[nodiscard]] std::optional<std::size_t> with(std::size_t set, std::size_t type) const {
    if (is_ordered_) return type >= set ? std::optional(type + 1) : std::nullopt;
    return used(set, type) < types_[type].size() ? std::optional(set + stride_[type]) : std::nullopt;
  }

  // The host that turned its like in `set` into one more.
  [[nodiscard]] std::size_t host(std::size_t set, std::size_t type) const {
    return is_ordered_ ? any_of(type) : types_[type][used(set, type)];
  }

 private:
  [[nodiscard]] std::size_t used(std::size_t set, std::size_t type) const {
    return set / stride_[type] % (types_[type].size() + 1);
  }

  bool is_ordered_;
  std::vector<std::vector<std::size_t>> types_;
  std::vector<std::size_t> stride_;
  std::size_t sets_ = 1;
};

class Search {
 public:
  explicit Search(const PipelineProblem& problem)
      : problem_(problem), hosts_(problem), blocks_(plan::blocks(*problem.network)), rows_(blocks_.size() + 1) {
    states_.resize(hosts_.sets() * hosts_.types() * rows_);
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      for (std::size_t j = i; j < blocks_.size(); ++j) {
        memory_.push_back(plan::stage_memory(*problem.network, blocks_[i].first, blocks_[j].last));
      }
    }
  }

  std::optional<plan::Pipeline> best() {
    extend(0, 0, 0);
    for (std::size_t set = 0; set < hosts_.sets(); ++set) {
      for (std::size_t type = 0; type < hosts_.types(); ++type) {
        for (std::size_t row = 1; row < blocks_.size(); ++row) extend(set, type, row);
      }
    }
    return trace();
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  // Blocks before `row` done by the hosts of a set, of which the last is of a type.
  struct State {
    Seconds slowest = plan::never;
    std::size_t stages = 0;
    std::size_t from = none;  // the state before its last stage; none: that is the first
    std::size_t before = 0;   // the set and the row before its last stage
    std::size_t begin = 0;
  };

  [[nodiscard]] std::size_t index(std::size_t set, std::size_t type, std::size_t row) const {
    return (set * hosts_.types() + type) * rows_ + row;
  }
  [[nodiscard]] Bytes memory(std::size_t i, std::size_t j) const {
    return memory_[i * blocks_.size() - i * (i + 1) / 2 + j];
  }

  // Every stage that can come after a state; row 0: the first stage.
  void extend(std::size_t set, std::size_t type, std::size_t row) {
    const State* last = row > 0 ? &states_[index(set, type, row)] : nullptr;
    if (last != nullptr && !(last->slowest < plan::never)) return;
    for (std::size_t next = 0; next < hosts_.types(); ++next) {
      const auto bigger = hosts_.with(set, next);
      if (!bigger) continue;
      const std::size_t host = hosts_.any_of(next);
      State state{Seconds(), 1, none, set, row};
      if (last != nullptr) {
        const auto transfer = plan::transfer_time(problem_, blocks_[row - 1].last, hosts_.any_of(type), host);
        state = {std::max(last->slowest, transfer), last->stages + 1, index(set, type, row), set, row};
      }
      add_stages(state, *bigger, next, host);
    }
  }

  void add_stages(const State& begin, std::size_t set, std::size_t type, std::size_t host) {
    Seconds compute;
    for (std::size_t j = begin.begin; j < blocks_.size(); ++j) {
      compute += plan::compute_time(problem_, {host, blocks_[j].first, blocks_[j].last});
      State state = begin;
      state.slowest = std::max(begin.slowest, compute);
      if (!(state.slowest < plan::never)) return;
      if (exceeds(memory(begin.begin, j), problem_.hosts[host].memory)) continue;
      keep_better(states_[index(set, type, j + 1)], state);
    }
  }

  static bool is_better(const State& a, const State& b) {
    return a.slowest != b.slowest ? a.slowest < b.slowest : a.stages < b.stages;
  }
  static void keep_better(State& best, const State& state) {
    if (is_better(state, best)) best = state;
  }

  [[nodiscard]] std::optional<plan::Pipeline> trace() const {
    std::size_t best = none;
    for (std::size_t set = 0; set < hosts_.sets(); ++set) {
      for (std::size_t type = 0; type < hosts_.types(); ++type) {
        const auto at = index(set, type, blocks_.size());
        if (best == none || is_better(states_[at], states_[best])) best = at;
      }
    }
    if (best == none || !(states_[best].slowest < plan::never)) return std::nullopt;
    plan::Pipeline stages;
    for (auto at = best; at != none; at = states_[at].from) {
      const auto& state = states_[at];
      const std::size_t host = hosts_.host(state.before, at / rows_ % hosts_.types());
      stages.push_back({host, blocks_[state.begin].first, blocks_[at % rows_ - 1].last});
    }
    std::ranges::reverse(stages);
    return stages;
  }

  const PipelineProblem& problem_;
  Hosts hosts_;
  std::vector<plan::Block> blocks_;
  std::size_t rows_;
  std::vector<Bytes> memory_;  // of blocks i..j, by i, then j
  std::vector<State> states_;
};

}  // namespace

std::optional<plan::Pipeline> pipeline(const PipelineProblem& problem) {
  return Search(problem).best();
}

}  // namespace edgecut::partition
