// A row with its tables, as the text in which it comes from a child.
#pragma once

#include <string>

#include "metrics/row.hpp"

namespace edgecut::sweep {

/// No digit is lost: pack(unpack(x)) == x.
std::string pack(const metrics::Row& row);
metrics::Row unpack(const std::string& packed);

}  // namespace edgecut::sweep
