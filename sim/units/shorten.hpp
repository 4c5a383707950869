// Texts as messages quote them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace edgecut::units {

/// The first `most` bytes of a text that is longer, and how long it is.
std::string shortened(std::string_view text, std::size_t most = 200);

}  // namespace edgecut::units
