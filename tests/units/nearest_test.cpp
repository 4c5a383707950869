#include "units/nearest.hpp"

#include <catch2/catch.hpp>

namespace edgecut::nearest_test {

using edgecut::units::nearest;

TEST_CASE("the nearest name is the one with the fewest edits") {
  const std::vector<std::string> known{"alexnet", "vgg11", "vgg16", "vgg19", "resnet18", "resnet34"};
  CHECK(nearest("alexnt", known) == "alexnet");   // one insertion
  CHECK(nearest("aelxnet", known) == "alexnet");  // letters that changed places
  CHECK(nearest("AlexNet", known) == "alexnet");  // two substitutions
  CHECK(nearest("vgg-16", known) == "vgg16");     // one deletion
  CHECK(nearest("resnet-18", known) == "resnet18");
  CHECK(nearest("resnet18", known) == "resnet18");
}

TEST_CASE("short names are near with one mistake, letters that changed places being one") {
  CHECK(nearest("unte", {"unet"}) == "unet");
  CHECK(nearest("une", {"unet"}) == "unet");
  CHECK(nearest("mynet", {"unet"}).empty());
}

TEST_CASE("of two equally near names the first is taken") {
  CHECK(nearest("vgg1", {"vgg11", "vgg16", "vgg19"}) == "vgg11");
}

TEST_CASE("neither case nor what parts words counts, and a beginning stands for the first that goes on") {
  const std::vector<std::string> known{"lte_2012", "raspberry_pi_4", "wifi_2012", "wifi_2012_psm"};
  CHECK(nearest("Raspberry-Pi 4", known) == "raspberry_pi_4");
  CHECK(nearest("WiFi", known) == "wifi_2012");
  CHECK(nearest("wi", known).empty());
}

TEST_CASE("nothing is proposed where nothing is close") {
  CHECK(nearest("neurosurgeon", {"oracle", "fixed", "cloud_only"}).empty());
  CHECK(nearest("x", {}).empty());
  CHECK(nearest("", {"fixed"}).empty());
}

TEST_CASE("a name that shares no letter is not proposed") {
  CHECK(nearest("zz", {"R1", "R2"}).empty());
  CHECK(nearest("q", {"no"}).empty());
}

}  // namespace edgecut::nearest_test
