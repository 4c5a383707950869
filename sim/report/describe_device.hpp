// A device for people: its processors with their constants, its power, battery and heat, where every figure is from, and
// how well the constants predict what was measured.
#pragma once

#include <string>
#include <vector>

#include "config/map.hpp"
#include "platform/benchmark_file.hpp"
#include "platform/board_file.hpp"
#include "platform/platform.hpp"
#include "report/describe_latency.hpp"

namespace edgecut::report {

/// The frequencies that a processor can be set to.
struct Frequencies {
  std::string processor;
  std::vector<platform::FrequencyStep> steps;
};

struct DeviceDetails {
  std::vector<Frequencies> frequencies;
  std::vector<NetworkLatency> latencies;
  std::vector<platform::Measurement> others;  // of networks that are not in the zoo
  std::vector<config::Source> sources;        // the ledger of the device's file
};

std::string describe(const platform::Device& device, const DeviceDetails& details);

/// "  memory.size = 4 GB: where it is from", a line each under a heading.
std::string source_text(const std::vector<config::Source>& sources);

}  // namespace edgecut::report
