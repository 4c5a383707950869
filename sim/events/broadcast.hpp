// Several observers of one run.
#pragma once

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

 private:
  std::vector<Observer*> observers_;
};

}  // namespace edgecut::events
