// Networks and platforms as they ship.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/catalogue.hpp"
#include "config/map.hpp"
#include "dnn/network_file.hpp"
#include "platform/platform_file.hpp"

namespace edgecut::test {

class Shipped {
 public:
  Shipped() : catalogue_(EDGECUT_SOURCE_DIR) {
    for (const auto& name : catalogue_.names("platforms/devices")) devices.push_back(device(name));
    for (const auto& name : catalogue_.names("platforms/links")) links.push_back(link(name));
    for (const auto& name : catalogue_.names("platforms/clouds")) clouds.push_back(cloud(name));
    networks = catalogue_.names("scenarios/networks");
  }

  [[nodiscard]] static dnn::Network network(const std::string& name) {
    const auto folder = std::filesystem::path(EDGECUT_SOURCE_DIR) / "scenarios" / "networks";
    return dnn::read_network(config::parse_file(folder / (name + ".yaml")));
  }

  [[nodiscard]] static bool is_learned_from(const std::string& name) {
    const auto folder = std::filesystem::path(EDGECUT_SOURCE_DIR) / "scenarios" / "networks";
    return dnn::is_learned_from(config::parse_file(folder / (name + ".yaml")));
  }

  std::vector<platform::Device> devices;
  std::vector<platform::Link> links;
  std::vector<platform::Cloud> clouds;
  std::vector<std::string> networks;  // by name: reading one takes a while

 private:
  config::Value file(const std::string& name, const char* folder) {
    return catalogue_.load(config::make_scalar(name, "test"), folder, "entry");
  }
  platform::Device device(const std::string& name) {
    return platform::read_device(file(name, "platforms/devices"), ledger_);
  }
  platform::Link link(const std::string& name) { return platform::read_link(file(name, "platforms/links"), ledger_); }
  platform::Cloud cloud(const std::string& name) {
    return platform::read_cloud(file(name, "platforms/clouds"), ledger_);
  }

  config::Catalogue catalogue_;
  config::Ledger ledger_;
};

/// The networks that the first study uses.
inline const std::vector<std::string> main_networks{"alexnet", "mobilenet_v2", "resnet18", "vgg16"};

}  // namespace edgecut::test
