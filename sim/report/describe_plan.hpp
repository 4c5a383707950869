// Plans and why they were chosen, for people and for programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "partition/explain/explain.hpp"

namespace edgecut::report {

/// What one partitioner answered.
struct Answer {
  std::string partitioner;
  partition::Decision decision;
  std::optional<partition::Explanation> explanation;  // of the decision's plan, where there is one
  std::string encoding = {};         // of what crosses, in words; empty: nothing crosses, or there is no choice
  std::string accuracy_source = {};  // of what that changes; empty likewise
};

/// A JSON array with one object per answer: partitioner, objective and its unit, gap (null where nothing is proven),
/// placement (layer -> tier), what else was chosen, the cost by part, runner-up, margin, binding limits, uplinks at
/// which the plan would change; objective and placement are null where there is no plan.
std::string plans_json(const plan::Problem& problem, const std::vector<std::string>& tiers,
                       const std::vector<Answer>& answers);

/// The same as text.
std::string plans_text(const plan::Problem& problem, const std::vector<std::string>& tiers,
                       const std::vector<Answer>& answers);

/// Tier by name of layer, as a JSON object in one line. `tiers`: names of the device, of the edge server where there is
/// one, of the cloud.
std::string placement_json(const plan::Problem& problem, const std::vector<std::string>& tiers, const plan::Plan& plan);

/// plan::describe, and for a set of layers that is no prefix of the layer order what it sends: "4 layers on the device,
/// sending a + b".
std::string cut_text(const plan::Problem& problem, const plan::Plan& plan);
/// The tensors that leave the device, by the layers that make them: "sending a + b".
std::string sent_text(const plan::Problem& problem, const plan::Plan& plan);

/// What was chosen beside the cut; empty where there was no choice.
std::string encoding_name(const plan::Problem& problem, const plan::Plan& plan);
std::string exits_name(const plan::Problem& problem, const plan::Plan& plan);

/// Where the accuracy of a plan comes from, or what is missing for one.
std::string accuracy_source(const plan::Problem& problem, const plan::Plan& plan);

/// The parts that are not nothing: "head 120 ms, upload 300 ms, tail 4 ms"; "compute 0.3 J, transmit 0.1 J". Empty
/// without any.
std::string time_parts(const plan::Cost& cost);
std::string energy_parts(const plan::Cost& cost);

/// "bound by deadline; next is after v1, 12 % worse; another plan below 3.2 Mbit/s up". Empty where there is nothing to
/// say.
std::string explanation_line(const plan::Problem& problem, const partition::Explanation& why);

}  // namespace edgecut::report
