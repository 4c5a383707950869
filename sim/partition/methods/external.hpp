// A partitioner of one's own in any language: a program that reads problems and writes plans, one line of JSON each.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "partition/methods/line_process.hpp"
#include "partition/partitioner.hpp"

namespace edgecut::partition {

/// The problem as the program reads it (docs/partitioners.md lists the keys): one line, base units, null for infinite.
std::string request_line(const plan::Problem& problem, std::uint64_t id);

/// The plan in an answer to that problem and request. Throws std::runtime_error when it is no answer: not JSON, another
/// id, an unknown key, layer, processor or encoding, or a placement in which a layer reads from a tier above its own.
Decision read_answer(const plan::Problem& problem, std::uint64_t id, const std::string& line);

/// Starts its program when it is first asked and keeps it, so that what the program learns stays with it; a process
/// forked from this one starts its own. Not for several threads at a time. partition() throws std::runtime_error, with
/// the command and the request's id, when an answer is wrong or late or the program ends.
class External final : public Partitioner {
 public:
  External(std::vector<std::string> command, std::filesystem::path folder, Seconds timeout)
      : command_(std::move(command)), folder_(std::move(folder)), timeout_(timeout) {}
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
  [[nodiscard]] const Explainer& explainer() const override { return plain_explainer(SearchSpace::elsewhere); }

 private:
  [[nodiscard]] Decision ask(const plan::Problem& problem) const;

  std::vector<std::string> command_;
  std::filesystem::path folder_;
  Seconds timeout_;
  mutable std::unique_ptr<LineProcess> process_;
  mutable std::uint64_t id_ = 0;  // of the last request to `process_`
};

}  // namespace edgecut::partition
