#include "kernel/shared_processor.hpp"

namespace edgecut::kernel {

void SharedProcessor::start(double now, std::uint32_t job, double work, Jobs& jobs) {
  jobs[job].finish = progress(now) + work;
  jobs_.push(jobs[job].finish, job, [&jobs](std::uint32_t item, std::uint32_t at) { jobs[item].place = at; });
  adapt(now);
}

double SharedProcessor::stop(double now, std::uint32_t job, Jobs& jobs) {
  const double left = std::max(0.0, jobs[job].finish - progress(now));
  jobs_.erase(jobs[job].place, [&jobs](std::uint32_t item, std::uint32_t at) { jobs[item].place = at; });
  adapt(now);
  return left;
}

void SharedProcessor::set_speed(double now, double speed) {
  speed_ = speed;
  adapt(now);
}

void SharedProcessor::adapt(double now) {
  const double rate = speed_ * std::min(1.0, cores_ / static_cast<double>(jobs_.size()));
  if (jobs_.empty()) {
    rate_ = speed_;
    since_ = done_ = 0.0;
  } else if (rate != rate_) {
    done_ = progress(now);
    since_ = now;
    rate_ = rate;
  }
}

}  // namespace edgecut::kernel
