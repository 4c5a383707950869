// The networks of the zoo that are no classifiers of torchvision's, against what others say of them.
#include <fmt/format.h>
#include <catch2/catch.hpp>

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

namespace edgecut::field_zoo_test {

namespace {

struct Published {
  std::string name;
  double gmacs;  // as published, in multiply-accumulates; 0: only parameters are
  std::int64_t parameters;
  std::string where;
  // Multiply-accumulates that the published figure counts and we do not, and why.
  double counted_more = 0.0;
  // Parameters that the file has more (or fewer), and why.
  std::int64_t more = 0;
  std::string because = "";
};

// YOLOv8n: 8.7 GFLOPs are two a multiply-accumulate. The export stores where its 8,400 places lie (2 x 8,400) and their
// strides (8,400).
// U-Net: the counter behind 54.74 (thop at 256x256) takes transposed convolutions by their outputs, four times too many:
// 3 x 4 x 536,870,912; and 4 for each of the 31,981,568 inputs of batch norms. Folded batch norms leave one number of two
// a channel: 2 x (64 + 128 + 256 + 512) x 2 + 2 x 1,024 = 5,888 channels.
// MLPerf Tiny publishes no totals. They are counted by hand over the reference models, as Keras would count them: batch norms
// have 4 numbers a channel, of 240, 2,736, 576 and 1,032 channels. They are folded into convolutions with biases.
const std::vector<Published> published{
    {"yolov8n", 4.35, 3151904, "ultralytics: 8.7 GFLOPs, fused", 0.0, 25200, "anchors and strides, stored"},
    {"unet", 54.74, 31037633, "thop's count of milesial/Pytorch-UNet", 3 * 4 * 0.536870912 + 4 * 0.031981568, -5888,
     "folded batch norms; thop counts ConvTranspose by outputs, and batch norms"},
    {"vit_ti_16", 1.3, 5717416, "timm: deit_tiny_patch16_224"},
    {"distilbert", 0.0, 66955010, "transformers: DistilBertForSequenceClassification"},
    {"whisper_tiny_encoder", 0.0, 8208384, "transformers: WhisperEncoder of whisper-tiny"},
    {"silero_vad", 0.0, 309633, "snakers4/silero-vad, the 16 kHz branch"},
    {"resnet8_int8", 0.0125, 78666, "counted by hand from MLPerf Tiny's reference model", 0.0, -4 * 240,
     "folded batch norms"},
    {"mobilenet_v1_025_int8", 0.00749, 221794, "counted by hand from MLPerf Tiny's reference model", 0.0, -4 * 2736,
     "folded batch norms"},
    {"ds_cnn_int8", 0.00266, 24908, "counted by hand from MLPerf Tiny's reference model", 0.0, -4 * 576,
     "folded batch norms"},
    {"deep_autoencoder_int8", 0.000264, 269992, "counted by hand from MLPerf Tiny's reference model", 0.0, -4 * 1032,
     "folded batch norms"},
};

const std::filesystem::path folder = std::filesystem::path(EDGECUT_SOURCE_DIR) / "scenarios" / "networks";

dnn::Network read(const std::string& name) {
  return dnn::read_network(config::parse_file(folder / (name + ".yaml")));
}

double gmacs(const dnn::Network& network) {
  return static_cast<double>(network.total_macs()) * 1e-9;
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The table of docs/validation.md.
std::string field_table() {
  std::string table =
      "| network | GMAC | published | parameters | published | by | because of |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const auto& expected : published) {
    const auto network = read(expected.name);
    const auto stated = expected.gmacs == 0.0 ? "" : fmt::format("{}", expected.gmacs);
    table += fmt::format("| {} | {:.6f} | {} | {} | {} | {} | {} |\n", expected.name, gmacs(network), stated,
                         network.total_parameters(), expected.parameters, expected.where, expected.because);
  }
  return table;
}

// Of a transformer: `blocks` of attention between `places` and two products with 4 times as many features.
std::int64_t blocks_of(std::int64_t blocks, std::int64_t places, std::int64_t features) {
  return blocks * (12 * features * features * places + 2 * places * places * features);
}

}  // namespace

TEST_CASE("Networks that the field runs have the published multiply-accumulates to 1 % or to the figure's last digit") {
  for (const auto& expected : published) {
    if (expected.gmacs == 0.0) continue;
    INFO(expected.name);
    const double as_published = gmacs(read(expected.name)) + expected.counted_more;
    const double last_digit = expected.name == "vit_ti_16" ? 0.05 : 0.0;  // 1.3 of 1.254
    CHECK(std::abs(as_published - expected.gmacs) <= std::max(0.01 * expected.gmacs, last_digit));
  }
}

TEST_CASE("Networks that the field runs have the published parameters, but for what the export changes") {
  for (const auto& expected : published) {
    INFO(expected.name);
    CHECK(read(expected.name).total_parameters() == expected.parameters + expected.more);
  }
}

TEST_CASE("Transformers have the multiply-accumulates that their dimensions give") {
  // The patches' convolution: 196 places x 192 features x 3 x 16 x 16; the head 192 x 1,000.
  CHECK(read("vit_ti_16").total_macs() == blocks_of(12, 197, 192) + 196 * 192 * 768 + 192 * 1000);
  // 128 tokens; the head 768 x 768 + 768 x 2.
  CHECK(read("distilbert").total_macs() == blocks_of(6, 128, 768) + 768 * 768 + 768 * 2);
  // Convolutions of width 3: 3,000 frames x 384 x 80, then 1,500 x 384 x 384.
  CHECK(read("whisper_tiny_encoder").total_macs() ==
        blocks_of(4, 1500, 384) + std::int64_t{3000} * 384 * 80 * 3 + std::int64_t{1500} * 384 * 384 * 3);
}

TEST_CASE("Silero VAD has the multiply-accumulates of its layers") {
  // The transform of 576 samples in 3 windows of 256, 258 numbers each; 4 convolutions of width 3; an LSTM cell of 128 with
  // 4 gates that reads 128 + 128; the last convolution.
  CHECK(read("silero_vad").total_macs() == 258 * 256 * 3 + 128 * 129 * 3 * 3 + 64 * 128 * 3 * 2 + 64 * 64 * 3 +
                                               128 * 64 * 3 + 4 * 128 * (128 + 128) + 128);
}

TEST_CASE("DistilBERT reads 128 rows of its table of words, and its table lies in memory whole") {
  const auto network = read("distilbert");
  for (const auto& layer : network.layers()) {
    if (layer.name != "embeddings/words") continue;
    CHECK(layer.weights == Bytes(30522.0 * 768 * 4));
    CHECK(layer.weights_read == Bytes(128.0 * 768 * 4));
    return;
  }
  FAIL("no layer embeddings/words");
}

TEST_CASE("MLPerf Tiny's networks compute in int8, on tensors of a byte an element") {
  for (const std::string name : {"resnet8_int8", "mobilenet_v1_025_int8", "ds_cnn_int8", "deep_autoencoder_int8"}) {
    INFO(name);
    const auto network = read(name);
    for (const auto& layer : network.layers()) {
      INFO(layer.name);
      std::int64_t elements = 1;
      for (const auto size : layer.shape) elements *= size;
      CHECK(layer.output == Bytes(static_cast<double>(elements)));
      if (layer.macs > 0) CHECK(layer.precision == dnn::Precision::int8);
    }
  }
}

TEST_CASE("What the field runs is named after its file, has a source, and is not learned from as classifiers are") {
  std::set<std::string> known;
  for (const auto& expected : published) {
    INFO(expected.name);
    known.insert(expected.name);
    const auto file = config::parse_file(folder / (expected.name + ".yaml"));
    const auto network = dnn::read_network(file);
    CHECK(network.name() == expected.name);
    CHECK(network.title() != network.name());
    CHECK(network.source().find("analysis/write_networks.py") != std::string::npos);
    CHECK_FALSE(dnn::is_learned_from(file));
  }
  std::size_t others = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (known.contains(entry.path().stem().string())) continue;
    INFO(entry.path());
    ++others;
    CHECK(dnn::is_learned_from(config::parse_file(entry.path())));
  }
  CHECK(others == 25);
}

TEST_CASE("docs/validation.md shows the totals of what the field runs (EDGECUT_UPDATE_DOCS=1 writes them)") {
  const auto path = std::filesystem::path(EDGECUT_SOURCE_DIR) / "docs" / "validation.md";
  const auto document = contents(path);
  const std::string begin = "<!-- field totals -->\n";
  const auto from = document.find(begin);
  const auto to = document.find("<!-- end of field totals -->\n");
  REQUIRE(from != std::string::npos);
  REQUIRE(to != std::string::npos);
  const auto start = from + begin.size();
  if (std::getenv("EDGECUT_UPDATE_DOCS") != nullptr) {
    std::ofstream(path, std::ios::binary) << document.substr(0, start) << field_table() << document.substr(to);
    return;
  }
  CHECK(document.substr(start, to - start) == field_table());
}

}  // namespace edgecut::field_zoo_test
