// A chain of hosts written down in full (edgecut plan --problem, `hosts:`). docs/problems.md has the format.
#pragma once

#include <memory>

#include "config/value.hpp"
#include "plan/pipeline.hpp"

namespace edgecut::problems {

struct ExplicitPipeline {
  std::unique_ptr<const dnn::Network> network;
  plan::PipelineProblem problem;  // a host with `count: 4` is four, named name_1 to name_4
};

/// The map under `problem:`. Throws config::Error on anything that is wrong, with its place.
ExplicitPipeline read_pipeline(const config::Value& problem);

}  // namespace edgecut::problems
