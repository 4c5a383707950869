#include "metrics/warmup.hpp"

#include "config/map.hpp"

namespace edgecut::metrics {

void Warmup::on(const events::Event& event) {
  if (const auto* arrival = std::get_if<events::Arrived>(&event)) {
    const auto device = arrival->device;
    const auto request_class = arrival->request_class;
    const auto before = arrived_.of(device, request_class);
    arrived_.set(device, request_class, before + 1);
    const auto left_out = requests_.empty() ? of_each_ : requests_.of(device, request_class);
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

std::int64_t read_warmup(const config::Value* value, std::int64_t requests) {
  if (value == nullptr) return 0;
  std::int64_t left_out = 0;
  if (value->is_scalar() && value->scalar.ends_with('%')) {
    const auto share = config::as<config::Ratio>(*value, config::share).value;
    left_out = static_cast<std::int64_t>(share * static_cast<double>(requests));
  } else {
    left_out = config::as<std::int64_t>(*value, config::non_negative);
  }
  if (left_out >= requests) value->fail("must leave some of the requests of a device: workload.requests says how many");
  return left_out;
}

}  // namespace edgecut::metrics
