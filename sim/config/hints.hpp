// What somebody may have meant who wrote a key or a word that is not known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/value.hpp"

namespace edgecut::config {

/// What an unknown key may have meant; all empty where nobody can say.
struct KeyHint {
  std::string text;  // "did you mean 'link.uplink'?"
  std::string key;   // of the same map, to read on with; empty: none
};

/// `path` is the map's, `known` are its keys. The key's meaning counts first: `uplink` belongs to `link`, `bandwidth` is
/// its `uplink`. Then the spelling.
KeyHint hint_for_key(const Entry& entry, const std::string& path, const std::vector<std::string>& known);

/// "true" of yes, on and True, "false" of their opposites; else empty.
std::string meant_boolean(std::string_view word);

}  // namespace edgecut::config
