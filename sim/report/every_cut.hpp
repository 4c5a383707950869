// Every cut of a network: what an inference takes there, which limits it breaks, and who chooses it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "metrics/row.hpp"
#include "plan/plan.hpp"

namespace edgecut::report {

/// What one partitioner chose; no plan: why not.
struct Chosen {
  std::string partitioner;
  std::optional<plan::Plan> plan;
  std::string reason;
};

/// A plan among all cuts.
struct Cut {
  plan::Candidate candidate;
  std::vector<plan::Excess> broken;    // the limits that it breaks
  std::vector<std::string> chosen_by;  // names of partitioners
  bool is_listed = true;               // a cut of the layer order; else a placement that somebody chose
  bool is_best_of_head = true;         // of the cuts with the same part on the device the best that breaks no limit
};

/// All cuts of one problem, or of one part of a scenario.
struct Cuts {
  std::string part;  // name of the group or class; empty: all there is
  const plan::Problem* problem = nullptr;
  std::vector<Cut> cuts;
  std::vector<Chosen> without_plan;
};

/// Every cut of plan::prefix_candidates, without early exits and with those of each exit policy that was chosen, and at
/// the end the placements that were chosen and are no cut of the layer order. `problem` outlives what is returned.
Cuts every_cut(const plan::Problem& problem, const std::vector<Chosen>& choices, std::string part = {});

/// One row a cut, in order; one with the cut "infeasible" for each partitioner without a plan. Cells are empty where a
/// cut has no such figure: without a head no processor, without a tensor that is encoded no encoding, without any time
/// where a layer cannot run.
std::vector<metrics::Row> cut_rows(const Cuts& cuts);

/// An array of those rows as objects, in which limits and partitioners are lists.
std::string cuts_json(const std::vector<Cuts>& parts);

/// A table for each processor, encoding and set of exits, at most 100 columns wide, with who chooses what below. With an
/// edge server, a line for each part on the device: the best cut of all that have it, and those that are chosen.
std::string cuts_text(const Cuts& cuts);

}  // namespace edgecut::report
