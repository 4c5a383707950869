// Reads one point of a study.
#pragma once

#include "config/value.hpp"
#include "scenario/library.hpp"
#include "scenario/point.hpp"

namespace edgecut::scenario {

/// Reads a whole scenario; `sweep`, `replications`, `compare`, `tune` and `question` are the study's and are not looked
/// at. Networks are borrowed from the library. Throws config::Error on anything that is wrong or inconsistent.
Point read_point(const config::Value& scenario, Library& library);

}  // namespace edgecut::scenario
