// Several observers of one run.
#pragma once

#include <algorithm>
#include <vector>

#include "events/events.hpp"

namespace edgecut::events {

/// Tells every event to each of the others, in their order. They must outlive it.
class Broadcast final : public Observer {
 public:
  void add(Observer& observer) { observers_.push_back(&observer); }
  void on(const Event& event) override {
    for (auto* observer : observers_) observer->on(event);
  }
  [[nodiscard]] bool follows_power() const override {
    return std::ranges::any_of(observers_, [](const Observer* observer) { return observer->follows_power(); });
  }

 private:
  std::vector<Observer*> observers_;
};

}  // namespace edgecut::events
