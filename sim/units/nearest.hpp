// "Did you mean": the known name closest to what somebody typed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace edgecut::units {

/// A word in small letters, with _ where it has - or a blank.
std::string folded(std::string_view word);

/// The entry of `known` with the smallest edit distance to `name`, whatever the case and whether words are parted by
/// _, - or a blank; else the first that begins with it; "" when none is close.
std::string nearest(std::string_view name, const std::vector<std::string>& known);

}  // namespace edgecut::units
