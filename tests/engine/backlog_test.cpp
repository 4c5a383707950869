#include "engine/backlog.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "units/random.hpp"

namespace edgecut::backlog_test {

namespace {

struct Job {
  double work = 0.0;
  double started = -1.0;  // negative: it waits
};

// By its definition, job by job.
double left_of(const std::vector<Job>& jobs, double now) {
  double sum = 0.0;
  for (const auto& job : jobs) sum += job.started < 0.0 ? job.work : std::max(0.0, job.work - (now - job.started));
  return sum;
}

}  // namespace

TEST_CASE("A backlog is the work of those who wait and what is left of those who are served") {
  engine::Backlog backlog;
  backlog.join(Seconds(2.0));
  backlog.join(Seconds(3.0));
  CHECK(backlog.left(Seconds(1.0)) == Seconds(5.0));
  backlog.start(Seconds(2.0), Seconds(1.0));           // until 3
  CHECK(backlog.left(Seconds(2.5)) == Seconds(3.5));   // 0.5 of the first
  CHECK(backlog.left(Seconds(10.0)) == Seconds(3.0));  // it is late, with nothing left
  backlog.leave(Seconds(2.0), Seconds(1.0));
  backlog.withdraw(Seconds(3.0));
  CHECK(backlog.left(Seconds(10.0)) == Seconds());
}

TEST_CASE("A backlog is as large as the sum over its jobs, after ten thousand changes") {
  RandomStream random(3, {"backlog"});
  const auto upto = [&random](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  engine::Backlog backlog;
  std::vector<Job> jobs;
  double now = 0.0;
  for (int step = 0; step < 10000; ++step) {
    now += 0.01 * static_cast<double>(upto(50));
    const auto dice = upto(100);
    if (jobs.empty() || dice < 45) {
      jobs.push_back({0.1 * static_cast<double>(1 + upto(20))});  // many ends are the same
      backlog.join(Seconds(jobs.back().work));
    } else {
      auto& job = jobs[upto(jobs.size())];
      if (job.started < 0.0 && dice < 80) {
        job.started = now;
        backlog.start(Seconds(job.work), Seconds(now));
      } else {
        job.started < 0.0 ? backlog.withdraw(Seconds(job.work))
                          : backlog.leave(Seconds(job.work), Seconds(job.started));
        job = jobs.back();
        jobs.pop_back();
      }
    }
    if (dice % 3 == 0) REQUIRE(backlog.left(Seconds(now)).value() == Approx(left_of(jobs, now)).margin(1e-9));
  }
}

}  // namespace edgecut::backlog_test
