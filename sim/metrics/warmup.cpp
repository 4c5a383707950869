#include "metrics/warmup.hpp"

namespace edgecut::metrics {

void Warmup::on(const events::Event& event) {
  if (const auto* arrival = std::get_if<events::Arrived>(&event)) {
    const auto device = arrival->device;
    const auto request_class = arrival->request_class;
    const auto before = arrived_.of(device, request_class);
    arrived_.set(device, request_class, before + 1);
    const auto left_out = requests_.of(device, request_class);
    if (completed_.size() <= device) completed_.resize(device + 1);
    if (before < left_out) {
      recorded_from_.set(device, request_class, std::uint64_t{arrival->request.index} + 1);
      return;
    }
  } else if (const auto* ended = std::get_if<events::Ended>(&event)) {
    if (ended->request.index < recorded_from_.of(ended->device, ended->request_class)) {
      if (ended->outcome == events::Outcome::completed) ++completed_[ended->device];
      return;
    }
  } else if (const auto* drawn = std::get_if<events::TailDrawn>(&event)) {
    if (drawn->request.index < recorded_from_.of(drawn->end.device, drawn->end.request_class)) return;
  } else if (const auto* run_ended = std::get_if<events::RunEnded>(&event)) {
    auto whole = *run_ended;
    whole.unrecorded = completed_;
    return observer_.on(whole);
  }
  observer_.on(event);
}

}  // namespace edgecut::metrics
