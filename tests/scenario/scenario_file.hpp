// A scenario in a temporary file, read as a study.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "belief/beliefs.hpp"
#include "experiment/study.hpp"
#include "sweep/sweep.hpp"

class ScenarioFile {
 public:
  explicit ScenarioFile(const std::string& text) {
    std::filesystem::create_directories(folder_);
    std::ofstream(path()) << text;
  }
  ~ScenarioFile() { std::filesystem::remove_all(folder_); }
  ScenarioFile(const ScenarioFile&) = delete;
  ScenarioFile& operator=(const ScenarioFile&) = delete;

  [[nodiscard]] std::filesystem::path path() const { return folder_ / "s.yaml"; }

 private:
  static inline int counter_ = 0;
  std::filesystem::path folder_ = std::filesystem::temp_directory_path() /
                                  ("edgecut_scenario_" + std::to_string(::getpid()) + "_" + std::to_string(++counter_));
};

/// What most of the scenarios here have in common; `lines` are added, and go before these where they name the same key.
inline std::string scenario_text(const std::string& lines) {
  const std::vector<std::pair<std::string, std::string>> common{
      {"network", "alexnet"},
      {"device", "raspberry_pi_3b_plus"},
      {"cloud", "c5_4xlarge"},
      {"link", "{kind: lte_2012, rtt: 20 ms}"},
      {"input", "{encoding: jpeg, size: 150 kB}"},
      {"result", "{size: 4 kB}"},
      {"workload", "{arrivals: one_at_a_time, requests: 3}"},
      {"partitioners", "[device_only, oracle]"},
      {"seed", "42"},
  };
  std::string text = lines;
  for (const auto& [key, value] : common) {
    if (("\n" + lines).find("\n" + key + ":") == std::string::npos) text += key + ": " + value + "\n";
  }
  return text;
}

struct Loaded {
  edgecut::scenario::Library library{EDGECUT_SOURCE_DIR};
  edgecut::experiment::Study study;

  explicit Loaded(const std::string& lines, const std::vector<edgecut::scenario::Override>& overrides = {},
                  bool with_sweep = true)
      : study(
            edgecut::scenario::read_study(ScenarioFile(scenario_text(lines)).path(), library, overrides, with_sweep)) {}
};

inline std::vector<edgecut::metrics::Row> run(const edgecut::experiment::Study& study, unsigned jobs = 2) {
  return edgecut::sweep::run_study(study, {.parallel = jobs}, [](std::size_t, std::size_t) {});
}

/// What is true of the first part of a point, and what a method believes of it.
inline edgecut::plan::Problem truth_of(const edgecut::experiment::Experiment& experiment, std::int64_t replication) {
  return edgecut::belief::true_problem(experiment.front(), replication);
}
inline edgecut::plan::Problem belief_of(const edgecut::experiment::Experiment& experiment,
                                        const edgecut::belief::Method& method, std::int64_t replication) {
  return edgecut::belief::problem(experiment.front(), method, replication);
}
