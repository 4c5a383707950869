// Jobs in processes of their own: results in order whatever runs beside, and every kind of failure reported.
#include "sweep/processes.hpp"

#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace edgecut::processes_test {

using Catch::Matchers::Contains;
using edgecut::sweep::JobResult;
using edgecut::sweep::run_processes;

namespace {

std::vector<JobResult> run(std::size_t count, unsigned parallel, const std::function<std::string(std::size_t)>& job) {
  return run_processes(count, parallel, job, [](std::size_t) {});
}

}  // namespace

TEST_CASE("outputs come in the order of the jobs, whatever ends first") {
  for (const unsigned parallel : {1U, 2U, 5U, 100U}) {
    const auto results = run(12, parallel, [](std::size_t i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5 * ((i * 7) % 5)));
      return "job " + std::to_string(i);
    });
    REQUIRE(results.size() == 12);
    for (std::size_t i = 0; i < 12; ++i) {
      CHECK(results[i].output == "job " + std::to_string(i));
      CHECK(results[i].failure.empty());
    }
  }
}

TEST_CASE("an output of megabytes and one of nothing both arrive, with every byte") {
  std::string large(3'000'000, 'x');
  large[1234567] = '\0';
  const auto results = run(2, 2, [&](std::size_t i) { return i == 0 ? large : std::string(); });
  CHECK(results[0].output == large);
  CHECK(results[1].output.empty());
  CHECK(results[1].failure.empty());
}

TEST_CASE("an exception in a job is that job's failure, with its text, and the others go on") {
  const auto results = run(3, 2, [](std::size_t i) {
    if (i == 1) throw std::runtime_error("the link melted");
    return std::string("fine");
  });
  CHECK(results[0].output == "fine");
  CHECK(results[1].failure == "the link melted");
  CHECK(results[1].output.empty());
  CHECK(results[2].output == "fine");
}

TEST_CASE("an exception without a text is a failure with some text") {
  const auto results = run(1, 1, [](std::size_t) -> std::string { throw std::runtime_error(""); });
  CHECK_FALSE(results[0].failure.empty());
}

TEST_CASE("something thrown that is no std::exception is a failure, and the child does not go on as a second parent") {
  const pid_t parent = ::getpid();
  std::vector<JobResult> results;
  try {
    results = run(2, 1, [](std::size_t i) -> std::string {
      if (i == 0) throw 42;
      return "fine";
    });
  } catch (...) {
    if (::getpid() != parent) ::_exit(99);  // what was thrown in the child came out of run_processes there
    throw;
  }
  CHECK_FALSE(results[0].failure.empty());
  CHECK_THAT(results[0].failure, !Contains("99"));
  CHECK(results[1].output == "fine");
}

TEST_CASE("a crash is a failure that names the signal") {
  const auto results = run(3, 3, [](std::size_t i) {
    if (i == 0) ::raise(SIGKILL);
    if (i == 1) {
      ::signal(SIGSEGV, SIG_DFL);
      ::raise(SIGSEGV);
    }
    return std::string("fine");
  });
  CHECK_THAT(results[0].failure, Contains("signal 9"));
  CHECK_THAT(results[1].failure, Contains("signal 11"));
  CHECK(results[2].output == "fine");
}

TEST_CASE("a job that exits is a failure, with status 0 too") {
  const auto results = run(2, 2, [](std::size_t i) -> std::string { ::_exit(i == 0 ? 7 : 0); });
  CHECK_THAT(results[0].failure, Contains("status 7"));
  CHECK_THAT(results[1].failure, Contains("status 0"));
}

TEST_CASE("a job that ended in time is no time-out because the parent looks late, and one that goes on is") {
  // The parent is busy for 1.5 s with what the first sent. Meanwhile the others have taken 0.1 s, one of them with more
  // to say than a pipe holds (64 KiB).
  edgecut::sweep::Execution execution;
  execution.parallel = 4;
  execution.timeout = 0.7;
  std::vector<JobResult> results(4);
  run_processes(
      4, execution,
      [](std::size_t i) {
        if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(100));
        if (i == 3) std::this_thread::sleep_for(std::chrono::hours(1));
        return i == 2 ? std::string(1'000'000, 'x') : std::string("fine");
      },
      [&](std::vector<edgecut::sweep::Ended> ended) {
        for (auto& one : ended) {
          if (one.job == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1500));
          results[one.job] = std::move(one.result);
        }
      });
  CHECK(results[1].failure.empty());
  CHECK(results[1].output == "fine");
  CHECK(results[2].failure.empty());
  CHECK(results[2].output.size() == 1'000'000);
  CHECK_THAT(results[3].failure, Contains("longer than the limit of 0.7 s"));
}

TEST_CASE("an interruption says how many had ended, and what was under way for how long") {
  volatile std::sig_atomic_t interrupted = 0;
  edgecut::sweep::Execution execution;
  execution.parallel = 2;
  execution.interrupted = &interrupted;
  const auto sleep = [](std::size_t i) {
    if (i > 0) std::this_thread::sleep_for(std::chrono::hours(1));
    return std::string("fine");
  };
  const auto begin = std::chrono::steady_clock::now();
  CHECK_THROWS_WITH(edgecut::sweep::run_all(
                        4, execution, sleep, [&](std::size_t) { interrupted = 1; },
                        [](std::size_t i) { return "run " + std::to_string(i); }),
                    Catch::StartsWith("1 of 4 had ended; under way: run 1 for ") && Contains(" s, run 2 for "));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::minutes(1));
}

TEST_CASE("progress is told once a job, and counts to the end") {
  std::vector<std::size_t> told;
  run_processes(
      5, 2, [](std::size_t) { return std::string("x"); }, [&](std::size_t done) { told.push_back(done); });
  CHECK(told == std::vector<std::size_t>{1, 2, 3, 4, 5});
}

TEST_CASE("no job is no result, and no parallelism is one at a time") {
  CHECK(run(0, 4, [](std::size_t) { return std::string("x"); }).empty());
  CHECK(run(2, 0, [](std::size_t) { return std::string("x"); }).size() == 2);
}

TEST_CASE("never more jobs run at a time than were asked for") {
  // Each writes a byte to a pipe when it begins and takes one out when it ends: the pipe holds those that run.
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const auto results = run(12, 3, [&](std::size_t) {
    char byte = 'x';
    if (::write(ends[1], &byte, 1) != 1) return std::string("?");
    int running = 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (::ioctl(ends[0], FIONREAD, &running) != 0) return std::string("?");
    if (::read(ends[0], &byte, 1) != 1) return std::string("?");
    return std::to_string(running);
  });
  for (const auto& result : results) {
    CHECK(std::stoi(result.output) >= 1);
    CHECK(std::stoi(result.output) <= 3);
  }
}

}  // namespace edgecut::processes_test
