// `edgecut explain` and `edgecut schema`.
#pragma once

#include <span>
#include <string>

#include "reference/roots.hpp"

namespace edgecut::commands {

/// Everything whose keys are declared.
std::span<const reference::Root> roots();

/// Prints what a key or a result column means; without a name, how to ask. Throws config::Error where there is neither.
void explain(const std::string& name);

/// Prints the JSON Schema of a kind of file.
void schema(const std::string& kind);

}  // namespace edgecut::commands
