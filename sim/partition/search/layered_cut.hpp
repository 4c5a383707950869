// The exact minimum over monotone placements on three tiers, by one minimum s-t cut on two copies of the DAG.
#pragma once

#include <array>
#include <optional>

#include "plan/plan.hpp"

namespace edgecut::partition {

/// argmin of the problem's objective over every placement in which no layer runs below what it reads, on every listed
/// processor and with every encoding, without the problem's limits; ties as plan::is_better. None when some layer can
/// run nowhere. For a problem with an edge server. Exact where messages for the cloud are relayed by the edge server;
/// with a link of device and cloud of their own, which only plans without edge layers use, those are solved apart, and
/// it takes a cut for each layer to find the best of the others.
///
/// Two binary variables a layer, [beyond device] and [beyond edge], one min-cut network for each boundary with the
/// corrections of minimum_cut(), and an infinite arc that keeps the second inside the first. Latencies, spent once, are
/// no arcs: cuts that stop at the device, at the edge server and in the cloud are compared.
std::optional<plan::Candidate> layered_optimum(const plan::Problem& problem);

}  // namespace edgecut::partition
