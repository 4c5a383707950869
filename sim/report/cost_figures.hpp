// The parts of a plan's cost, as columns of tables and keys of JSON name them.
#pragma once

#include <vector>

#include "plan/plan.hpp"

namespace edgecut::report {

struct CostFigure {
  const char* column;
  double value;
};

/// Where the time of an inference goes, in seconds; the relay both ways together.
std::vector<CostFigure> time_figures(const plan::Cost& cost);
/// Where the device's energy goes, in joules above idle.
std::vector<CostFigure> energy_figures(const plan::Cost& cost);

}  // namespace edgecut::report
