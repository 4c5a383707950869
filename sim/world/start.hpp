// What moves, as it is at time 0 of a run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "platform/platform.hpp"
#include "units/quantity.hpp"

namespace edgecut::world {

enum class Way : std::uint8_t { up, down };

/// The name of the random stream of a link's bandwidth; courses of both ways together share theirs. `of`: "link",
/// "direct link", "relay", "backhaul" or "cell".
std::string stream_of(const platform::Motion& motion, std::string_view of, Way way);

/// Sets two bandwidths to what they are at time 0 of a run with that seed, at least 1 bit/s, on the first device's link
/// of that name, or on the cell of that number.
void set_to_start(const platform::Motion& motion, Bandwidth& up, Bandwidth& down, std::uint64_t seed,
                  std::string_view of, std::size_t number = 0);

}  // namespace edgecut::world
