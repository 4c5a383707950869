#include "profile/regression.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <memory>

#include "config/catalogue.hpp"
#include "dnn/network_file.hpp"
#include "platform/platform_file.hpp"

namespace edgecut::profile::regression_test {
namespace {

struct Zoo {
  Zoo() : catalogue(EDGECUT_SOURCE_DIR) {
    for (const auto& name : catalogue.names("scenarios/networks")) {
      const auto value = catalogue.load(config::make_scalar(name, "test"), "scenarios/networks", "network");
      if (!dnn::is_learned_from(value)) continue;
      networks.push_back(std::make_unique<const dnn::Network>(dnn::read_network(value)));
    }
    config::Ledger ledger;
    device = platform::read_device(
        catalogue.load(config::make_scalar("raspberry_pi_4", "test"), "platforms/devices", "device"), ledger);
    for (const auto& network : networks) {
      times.push_back(with_noise(three_constants(*network, device.processors[0].compute), *network, "host", 0.15, 7));
    }
  }

  // Everything but network `left_out`.
  [[nodiscard]] std::vector<Sample> others(std::size_t left_out) const {
    std::vector<Sample> samples;
    for (std::size_t i = 0; i < networks.size(); ++i) {
      if (i != left_out) samples.push_back({networks[i].get(), &times[i]});
    }
    return samples;
  }

  config::Catalogue catalogue;
  std::vector<std::unique_ptr<const dnn::Network>> networks;
  platform::Device device;
  std::vector<LayerTimes> times;
};

TEST_CASE("a fit finds the coefficients that made the data") {
  // y = 2 a + 0.5 c, nothing of b.
  const std::vector<std::vector<double>> x{{1, 5, 1}, {2, 1, 1}, {3, 7, 1}, {10, 2, 1}, {4, 4, 1}};
  std::vector<double> y;
  for (const auto& row : x) y.push_back(2 * row[0] + 0.5 * row[2]);
  const auto fit = fit_non_negative(x, y);
  CHECK(fit[0] == Approx(2.0).epsilon(1e-9));
  CHECK(fit[1] == Approx(0.0).margin(1e-9));
  CHECK(fit[2] == Approx(0.5).epsilon(1e-9));
}

TEST_CASE("a fit has no negative coefficients, where least squares would") {
  // y falls with b: the best non-negative fit leaves b out.
  const auto fit = fit_non_negative({{1, 0}, {1, 1}, {1, 2}}, {3, 2, 1});
  CHECK(fit[0] > 0.0);
  CHECK(fit[1] == 0.0);
}

TEST_CASE("a fit minimises relative errors: small layers count as much as large ones") {
  // With one column, a = sum(x/y) / sum((x/y)^2): x/y = 1 and 1/2 gives 1.5 / 1.25 = 1.2.
  CHECK(fit_non_negative({{1}, {1000}}, {1, 2000})[0] == Approx(1.2).epsilon(1e-12));
}

TEST_CASE("rows of no time teach nothing") {
  CHECK(fit_non_negative({{1}, {1}}, {0, 4})[0] == Approx(4.0).epsilon(1e-12));
}

TEST_CASE("leaving each network out, the others predict its layers to about 20 % in the median") {
  const Zoo zoo;
  std::vector<double> errors;
  for (std::size_t i = 0; i < zoo.networks.size(); ++i) {
    const auto predicted = TypeRegression(zoo.others(i)).predict(*zoo.networks[i]);
    for (dnn::LayerIndex v = 0; v < predicted.size(); ++v) {
      const double truth = zoo.times[i][v].value();
      CHECK(predicted[v] >= Seconds());
      if (truth > 0.0) errors.push_back(std::abs(predicted[v].value() / truth - 1.0));
    }
  }
  std::ranges::sort(errors);
  // The noise alone has a median error of 0.6745 x 0.15 = 10 %.
  CHECK(errors[errors.size() / 2] < 0.20);
  CHECK(errors[errors.size() / 2] > 0.05);
}

TEST_CASE("what the network itself takes is not looked at") {
  Zoo zoo;
  const auto before = TypeRegression(zoo.others(0)).predict(*zoo.networks[0]);
  for (auto& time : zoo.times[0]) time *= 10.0;
  CHECK(TypeRegression(zoo.others(0)).predict(*zoo.networks[0]) == before);
}

}  // namespace
}  // namespace edgecut::profile::regression_test
