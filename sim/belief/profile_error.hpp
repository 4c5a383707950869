// How far believed layer times are off.
#pragma once

#include <cstdint>

#include "dnn/network.hpp"
#include "profile/profile.hpp"

namespace edgecut::belief {

/// Log-normal factors exp(N(0, total())) on believed layer times, fixed per (host, layer) and drawn from `seed`; the
/// median is the time as it would be believed without.
struct ProfileError {
  double sigma = 0.0;
  std::uint64_t seed = 1;
  double age = 0.0;    // days since the profile was taken
  double drift = 0.0;  // sigma that a day adds

  /// sqrt(sigma^2 + drift^2 x age): a random walk of the logarithm.
  [[nodiscard]] double total() const;
};

/// The profile with those errors. The streams are not those of the truth's noise, whatever the seeds.
profile::Profile with_error(profile::Profile profile, const dnn::Network& network, const ProfileError& error);

}  // namespace edgecut::belief
