// `edgecut plot` and `edgecut report`: the figures and pages that Python draws.
#pragma once

#include <string>
#include <vector>

namespace edgecut::commands {

/// Becomes `python3 -m MODULE ARGUMENTS`, with the analysis package of edgecut's home. Throws config::Error where there
/// is no package or no Python.
[[noreturn]] void analyse(const std::string& module, const std::vector<std::string>& arguments);

}  // namespace edgecut::commands
