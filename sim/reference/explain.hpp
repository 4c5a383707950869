// What one key means.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reference/places.hpp"

namespace edgecut::reference {

/// The key at some places: its sentence, type, range, default, and the keys of its map. A key that stands at several of
/// them is explained once.
std::string explain(std::span<const Place> places);

/// A kind of file: its keys with a sentence each.
std::string explain(const Root& root);

}  // namespace edgecut::reference
