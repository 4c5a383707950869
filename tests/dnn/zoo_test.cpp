// The networks that ship against what others say of them.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "config/value.hpp"
#include "dnn/network.hpp"
#include "dnn/network_file.hpp"

namespace edgecut::zoo_test {

namespace {

// GMACs as torchvision documents its models (it calls them GFLOPS), parameters as its weights' `num_params` (0.14.1).
// Ours differ in parameters by three things only.
struct Published {
  std::string name;
  double gmacs;
  std::int64_t parameters;
  // Channels of batch norms folded away: each had a scale and a shift, and left a bias in the convolution before it.
  std::int64_t folded = 0;
  // Of heads used in training only, which torchvision counts for Inception v3 but not for GoogLeNet.
  std::int64_t auxiliary = 0;
  // Constants that the exporter computes. Swin-T's position bias stands gathered, 49 x 49 numbers a head instead of a
  // table of 13 x 13, for 138 heads: 138 x (2401 - 169) = 308,016; its masks add 128 x 49 + 32 x 49 + 24 x 49 = 9,016.
  std::int64_t exported = 0;
};

const std::vector<Published> published{
    {"alexnet", 0.714, 61100840},
    {"convnext_tiny", 4.456, 28589128},
    {"densenet121", 2.834, 7978856, 7488},
    {"efficientnet_b0", 0.386, 5288548, 21008},
    {"googlenet", 1.498, 6624904, 7280},
    {"inception_v3", 5.713, 27161264, 17216, 3326696},
    {"mnasnet1_0", 0.314, 4383312, 18960},
    {"mobilenet_v2", 0.301, 3504872, 17056},
    {"mobilenet_v3_large", 0.217, 5483032, 12200},
    {"mobilenet_v3_small", 0.057, 2542856, 6056},
    {"regnet_y_400mf", 0.402, 4344144, 13576},
    {"resnet101", 7.801, 44549160, 52672},
    {"resnet18", 1.814, 11689512, 4800},
    {"resnet34", 3.664, 21797672, 8512},
    {"resnet50", 4.089, 25557032, 26560},
    {"resnext50_32x4d", 4.230, 25028904, 34112},
    {"shufflenet_v2_x1_0", 0.145, 2278604, 8090},
    {"squeezenet1_0", 0.819, 1248424},
    {"squeezenet1_1", 0.349, 1235496},
    {"swin_t", 4.49, 28288354, 0, 0, 317032},
    {"vgg11", 7.609, 132863336},
    {"vgg16", 15.470, 138357544},
    {"vgg19", 19.632, 143667240},
    {"vit_b_16", 17.564, 86567656},
};

const std::filesystem::path folder = std::filesystem::path(EDGECUT_SOURCE_DIR) / "scenarios" / "networks";

dnn::Network read(const std::string& name) {
  return dnn::read_network(config::parse_file(folder / (name + ".yaml")));
}

std::string difference(const Published& expected) {
  std::vector<std::string> reasons;
  if (expected.folded != 0) reasons.push_back(fmt::format("-{} folded batch norms", expected.folded));
  if (expected.auxiliary != 0) reasons.push_back(fmt::format("-{} auxiliary training head", expected.auxiliary));
  if (expected.exported != 0) reasons.push_back(fmt::format("+{} gathered position bias and masks", expected.exported));
  std::string text;
  for (const auto& reason : reasons) text += (text.empty() ? "" : ", ") + reason;
  return text;
}

// The table of docs/validation.md.
std::string zoo_table() {
  std::string table =
      "| network | GMAC | published | difference | parameters | published | because of |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const auto& expected : published) {
    const auto network = read(expected.name);
    const double gmacs = static_cast<double>(network.total_macs()) * 1e-9;
    table += fmt::format("| {} | {:.6f} | {:.3f} | {:+.2f} % | {} | {} | {} |\n", expected.name, gmacs, expected.gmacs,
                         100.0 * (gmacs / expected.gmacs - 1.0), network.total_parameters(), expected.parameters,
                         difference(expected));
  }
  return table;
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("Every network of the zoo has the published MACs to 0.2 % or to the published figure's last digit") {
  for (const auto& expected : published) {
    INFO(expected.name);
    const double gmacs = static_cast<double>(read(expected.name).total_macs()) * 1e-9;
    CHECK(std::abs(gmacs - expected.gmacs) <= std::max(0.002 * expected.gmacs, 0.0005));
  }
}

TEST_CASE("Every network of the zoo has the published parameters, but for what the export changes") {
  for (const auto& expected : published) {
    INFO(expected.name);
    CHECK(read(expected.name).total_parameters() ==
          expected.parameters - expected.folded - expected.auxiliary + expected.exported);
  }
}

TEST_CASE("Every network of the zoo has one image as input, one layer as output, and its weights in fp32") {
  for (const auto& expected : published) {
    INFO(expected.name);
    const auto network = read(expected.name);
    const double pixels = expected.name == "inception_v3" ? 299.0 * 299.0 : 224.0 * 224.0;
    CHECK(network.raw_input().value() == 3 * pixels * 4);
    CHECK(network.layers().back().shape == std::vector<std::int64_t>{1, 1000});
    CHECK(network.total_weights().value() == 4.0 * static_cast<double>(network.total_parameters()));
    for (dnn::LayerIndex v = 0; v + 1 < network.size(); ++v) CHECK_FALSE(network.graph().is_sink(v));
    CHECK_FALSE(network.source().empty());
  }
}

TEST_CASE("AlexNet's layers have the sizes that its definition gives") {
  const auto network = read("alexnet");
  const auto find = [&](const std::string& name) {
    return *std::ranges::find(network.layers(), name, &dnn::Layer::name);
  };
  const auto first = find("/features/features.0/Conv");
  CHECK(first.output.value() == 774400.0);                              // 64 x 55 x 55 x 4 B
  CHECK(first.macs == 70276800);                                        // 64 x 55 x 55 outputs x 3 x 11 x 11
  CHECK(find("/classifier/classifier.1/Gemm").parameters == 37752832);  // 9216 x 4096 + 4096
}

TEST_CASE("B-AlexNet has its authors' layers, and an inference that leaves late has paid for the branches it passed") {
  const auto network = read("b_alexnet");
  // 3 x 25 x 32 x 32^2 + 32 x 25 x 64 x 16^2 + (64 x 96 + 96 x 96 + 96 x 64) x 9 x 8^2 + 1024 x 256 + 256 x 128 + 128 x 10
  CHECK(network.total_macs() == 28247296);
  REQUIRE(network.exits().size() == 3);
  const auto point = network.first_operating_point();
  const auto macs = [&](std::size_t exit) {
    const auto runs = network.active_until(point, exit);
    std::int64_t sum = 0;
    for (dnn::LayerIndex v = 0; v < network.size(); ++v) sum += runs[v] ? network.layer(v).macs : 0;
    return sum;
  };
  // conv1, conv2 and branch 1: 64 x 32 x 9 x 8^2 + 32 x 32 x 9 x 8^2 + 512 x 10 = 1,774,592
  CHECK(macs(0) == 2457600 + 13107200 + 1774592);
  CHECK(macs(1) == macs(0) + 3538944 + 443648);  // conv3 and branch 2: 96 x 32 x 9 x 4^2 + 128 x 10
  CHECK(macs(2) == 28247296 + 1774592 + 443648);
  CHECK(network.exit_policies()[point + 3].name == "0.01, 0.05");
  for (std::size_t exit = 0; exit < 3; ++exit) {
    CHECK(network.exit_policies()[point + 3].rates[exit] == Approx(std::vector{0.6342, 0.2136, 0.1522}[exit]));
  }
  CHECK(network.exit_policies()[point + 3].accuracy == 0.7966);
}

TEST_CASE("Networks of the zoo are named after their files, each with figures to be held against") {
  std::set<std::string> known;
  for (const auto& expected : published) {
    known.insert(expected.name);
    CHECK(read(expected.name).name() == expected.name);
  }
  CHECK(known.size() >= 22);
}

TEST_CASE("docs/validation.md shows the zoo's totals as they are (EDGECUT_UPDATE_DOCS=1 writes them)") {
  const auto path = std::filesystem::path(EDGECUT_SOURCE_DIR) / "docs" / "validation.md";
  const auto document = contents(path);
  const std::string begin = "<!-- zoo totals -->\n";
  const std::string end = "<!-- end of zoo totals -->\n";
  const auto from = document.find(begin);
  const auto to = document.find(end);
  REQUIRE(from != std::string::npos);
  REQUIRE(to != std::string::npos);
  const auto start = from + begin.size();
  if (std::getenv("EDGECUT_UPDATE_DOCS") != nullptr) {
    std::ofstream(path, std::ios::binary) << document.substr(0, start) << zoo_table() << document.substr(to);
    return;
  }
  CHECK(document.substr(start, to - start) == zoo_table());
}

}  // namespace edgecut::zoo_test
