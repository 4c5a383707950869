#include "belief/profile_error.hpp"

#include <cmath>
#include <string>

namespace edgecut::belief {

double ProfileError::total() const {
  return std::sqrt(sigma * sigma + drift * drift * age);
}

profile::Profile with_error(profile::Profile profile, const dnn::Network& network, const ProfileError& error) {
  const auto off = [&](profile::LayerTimes times, const std::string& host) {
    return profile::with_noise(std::move(times), network, "profile error." + host, error.total(), error.seed);
  };
  for (std::size_t i = 0; i < profile.device.size(); ++i) {
    profile.device[i] = off(std::move(profile.device[i]), "device." + std::to_string(i));
  }
  profile.cloud = off(std::move(profile.cloud), "cloud");
  if (!profile.edge.empty()) profile.edge = off(std::move(profile.edge), "edge");
  return profile;
}

}  // namespace edgecut::belief
