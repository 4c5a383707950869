// Every setting of a scenario, given or not: what a reader of its results may want to know.
#pragma once

#include <string>
#include <vector>

#include "config/value.hpp"

namespace edgecut::scenario {

struct Parameter {
  enum class Origin { scenario, setting, fallback };  // in the file, on the command line, by default
  std::string key;                                    // dotted, as `--set` takes it
  std::string value;
  Origin origin = Origin::scenario;
};
/// "scenario", "--set", "default".
std::string_view name(Parameter::Origin origin);

/// A key of a scenario that need not be given, and what it is then: a value, or "none" and the like in words.
struct Fallback {
  std::string_view key;
  std::string_view value;
};
/// The keys of the document's root, in the order of docs/scenarios.md.
const std::vector<Fallback>& fallbacks();

/// Every scalar of a scenario with its path, lists of scalars in one, and the root's keys that are not given.
/// `question` and `sweep` are left out: results have them apart.
std::vector<Parameter> parameters(const config::Value& scenario);

}  // namespace edgecut::scenario
