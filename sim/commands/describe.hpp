// `edgecut describe network`, `device`, `cloud` and `link`.
#pragma once

#include "commands/common.hpp"

namespace edgecut::commands {

struct DescribeOptions {
  std::string network;
  bool all = false;
  bool dot = false;
  std::string cut;        // with --dot
  std::string device;     // for the power_time energy
  std::string processor;  // of the device; the first by default
  std::string cloud;
  std::string link;
  Format format = Format::table;
};

/// Layers, complexities and cuts of a network.
void describe_network(const DescribeOptions& options);

/// Processors, power, battery, heat and sources of a device; latencies of whole networks, predicted and measured.
void describe_device(const DescribeOptions& options);

/// Processor, price, power and sources of a cloud; latencies as of a device.
void describe_cloud(const DescribeOptions& options);

/// Bandwidths, radio and sources of a link.
void describe_link(const DescribeOptions& options);

}  // namespace edgecut::commands
