// JSON Schema of files, from the declarations of their keys.
#pragma once

#include <string>

#include "reference/roots.hpp"

namespace edgecut::reference {

/// The schema (draft 2020-12) of a kind of file, as JSON. Quantities are strings whose pattern knows the units. What the
/// schema cannot say, docs/scenarios.md names: rules between keys, how large a quantity may be, which names and files
/// there are.
std::string json_schema(const Root& root);

}  // namespace edgecut::reference
