// Indices that cannot be mistaken for one another: a DeviceId is not a ProcessorId.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace edgecut {

template <class Tag>
struct Id {
  std::uint32_t index = 0;
  friend constexpr auto operator<=>(Id, Id) = default;
};

}  // namespace edgecut
