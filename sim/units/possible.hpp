// What a figure can be.
#pragma once

#include "units/text.hpp"

namespace edgecut::units {

/// The least above 0 and the most, in size.
struct Possible {
  double least = 0.0;
  double most = 0.0;
};

/// Of figures of a dimension, in base units: 0.001 B to 1 EB, 1 ps to 31,700 years, 0.001 bit/s to 1e24 bit/s, ... What is beyond is
/// a slip of the unit, and sums of such figures would lose their digits.
Possible possible(const Dimension& dimension);

}  // namespace edgecut::units
