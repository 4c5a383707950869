#include "scenario/fleet_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "units/ensure.hpp"

namespace edgecut::scenario {

// One device's, which is of one group: its first problem tells which.
class GroupSession final : public partition::Session {
 public:
  GroupSession(const ByGroup& partitioners, std::uint64_t seed) : partitioners_(partitioners), seed_(seed) {}

  partition::Decision partition(const plan::Problem& problem, const partition::Situation& situation) override {
    if (session_ == nullptr) session_ = partitioners_.of(problem).start(seed_);
    auto own = situation;
    own.afresh = {};  // it would be asked by a problem that is of no group
    return session_->partition(problem, own);
  }
  void observe(const partition::Outcome& outcome) override {
    if (session_ != nullptr) session_->observe(outcome);
  }

 private:
  const ByGroup& partitioners_;
  std::uint64_t seed_;
  std::unique_ptr<partition::Session> session_;
};

void ByGroup::add(const plan::Problem& problem, const partition::Partitioner& partitioner) {
  partitioners_[&problem] = &partitioner;
}

const partition::Partitioner& ByGroup::of(const plan::Problem& problem) const {
  const auto found = partitioners_.find(&problem);
  ensure(found != partitioners_.end(), "a problem is of one of the groups");
  return *found->second;
}

partition::Decision ByGroup::partition(const plan::Problem& problem) const {
  return of(problem).partition(problem);
}

std::unique_ptr<partition::Session> ByGroup::start(std::uint64_t seed) const {
  return std::make_unique<GroupSession>(*this, seed);
}

bool ByGroup::is_stateful() const {
  return std::ranges::any_of(partitioners_, [](const auto& entry) { return entry.second->is_stateful(); });
}

void GroupTally::add(const std::string& group, std::size_t devices, const std::string& cut) {
  group_of_.insert(group_of_.end(), devices, groups_.size());
  groups_.push_back({group, devices, cut});
}

void GroupTally::on(const events::Event& event) {
  recorder_.on(event);
  const auto* ended = std::get_if<events::Ended>(&event);
  if (ended == nullptr) return;
  auto& group = groups_[group_of_.at(ended->device)];
  ++group.requests;
  if (ended->outcome == events::Outcome::completed) ++group.completed;
  if (ended->outcome != events::Outcome::completed && ended->outcome != events::Outcome::late) return;
  ++group.results;
  group.latency += (ended->timeline.ended - ended->timeline.arrived).value();
  group.energy += ended->energy.total().value();
}

std::string GroupTally::text() const {
  std::string text;
  for (const auto& group : groups_) {
    if (!text.empty()) text += "; ";
    text += fmt::format("{}: {}, {}, ", group.name, group.devices, group.cut);
    const auto results = static_cast<double>(group.results);
    if (group.results > 0) text += fmt::format("{:.4g} s, {:.4g} J, ", group.latency / results, group.energy / results);
    text += fmt::format("{}/{}", group.completed, group.requests);
  }
  return text;
}

}  // namespace edgecut::scenario
