// All declared keys as a page, a table for each record.
#pragma once

#include <span>
#include <string>

#include "reference/roots.hpp"

namespace edgecut::reference {

/// In Markdown. docs/keys.md is what it prints.
std::string key_page(std::span<const Root> roots);

}  // namespace edgecut::reference
