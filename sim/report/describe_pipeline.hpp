// Pipelines and why, for people and for programs.
#pragma once

#include <optional>
#include <string>

#include "partition/explain/explain_pipeline.hpp"

namespace edgecut::report {

struct PipelineAnswer {
  std::optional<plan::Pipeline> pipeline;
  std::optional<partition::PipelineExplanation> explanation;  // where there is a pipeline
};

/// A JSON array of one object, with the keys of plans_json where they mean the same, and `stages`.
std::string pipeline_json(const plan::PipelineProblem& problem, const PipelineAnswer& answer);

/// A table of its stages, and why.
std::string pipeline_text(const plan::PipelineProblem& problem, const PipelineAnswer& answer);

}  // namespace edgecut::report
