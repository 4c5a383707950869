// Errors of believed layer times.
#include "belief/profile_error.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "dnn/make_network.hpp"

namespace edgecut::profile_error_test {
using belief::ProfileError;

namespace {

dnn::Network long_chain() {
  std::vector<LayerSpec> specs{{"in", {}}};
  for (std::size_t v = 1; v <= 2000; ++v) specs.push_back({"l" + std::to_string(v), {v - 1}});
  return make_network(specs);
}

profile::Profile plain(const dnn::Network& network) {
  profile::LayerTimes times(network.size(), 2_s);
  times[0] = 0_s;
  return {{times, times}, times, {}};
}

}  // namespace

TEST_CASE("drift adds to the error as a random walk: sigma^2 + drift^2 x days") {
  CHECK(ProfileError{0.3, 1, 16.0, 0.1}.total() == Approx(0.5));  // 0.09 + 0.01 x 16 = 0.25
  CHECK(ProfileError{0.15, 1, 0.0, 0.1}.total() == Approx(0.15));
}

TEST_CASE("the logarithms of believed times over the true ones have mean 0 and the deviation asked for") {
  const auto network = long_chain();
  const auto off = belief::with_error(plain(network), network, {0.3, 4, 16.0, 0.1});
  double sum = 0.0;
  double squares = 0.0;
  for (std::size_t v = 1; v < network.size(); ++v) {
    const double log = std::log(off.cloud[v].value() / 2.0);
    sum += log;
    squares += log * log;
  }
  CHECK(sum / 2000 == Approx(0.0).margin(0.04));                 // standard error 0.5 / sqrt(2000) = 0.011
  CHECK(std::sqrt(squares / 2000) == Approx(0.5).margin(0.03));  // 0.5 / sqrt(4000) = 0.008
  CHECK(off.cloud[0] == 0_s);
}

TEST_CASE("errors differ between hosts and seeds, and are the same for the same seed") {
  const auto network = make_network({{"in", {}}, {"a", {0}}, {"b", {1}}});
  const auto off = [&](std::uint64_t seed) { return belief::with_error(plain(network), network, {0.2, seed}); };
  CHECK(off(1).cloud == off(1).cloud);
  CHECK(off(1).cloud != off(2).cloud);
  CHECK(off(1).cloud != off(1).device[0]);
  CHECK(off(1).device[0] != off(1).device[1]);
  CHECK(off(1).edge.empty());
  CHECK(belief::with_error(plain(network), network, {}).cloud == plain(network).cloud);
}

}  // namespace edgecut::profile_error_test
