#include "commands/describe.hpp"

#include <algorithm>
#include <optional>

#include "config/catalogue.hpp"
#include "platform/benchmark_file.hpp"
#include "platform/platform_file.hpp"
#include "report/describe_device.hpp"
#include "report/describe_network.hpp"

namespace edgecut::commands {

namespace {

report::LayerEnergy layer_energy(const DescribeOptions& options, scenario::Library& library,
                                 const dnn::Network& network) {
  config::Ledger ledger;
  const auto reference = config::make_scalar(options.device, "--device");
  const auto device = platform::read_device(library.catalogue().load(reference, "platforms/devices", "device"), ledger);
  std::vector<std::string> known;
  const platform::Processor* processor = nullptr;
  for (const auto& candidate : device.processors) {
    known.push_back(candidate.name);
    if (processor == nullptr && (options.processor.empty() || options.processor == candidate.name)) {
      processor = &candidate;
    }
  }
  if (processor == nullptr) {
    throw config::Error("--processor: " + config::unknown_name("processor", options.processor, known));
  }
  report::LayerEnergy energy{device.name + "." + processor->name, {}, {}};
  energy.seconds = profile::layer_times(network, *processor);
  for (const auto time : energy.seconds) energy.joules.push_back(device.increment(*processor) * time);
  return energy;
}

plan::Plan plan_after(const dnn::Network& network, const std::string& layer) {
  std::vector<std::string> known;
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    if (network.layer(v).name == layer) return {0, dnn::prefix(network.size(), v)};
    known.push_back(network.layer(v).name);
  }
  throw config::Error("--cut: " + config::unknown_name("layer", layer, known));
}

// Those that were measured on the device; all if none was.
std::vector<const dnn::Network*> networks_of(const platform::Device& device,
                                             const std::vector<platform::Measurement>& measurements,
                                             scenario::Library& library) {
  std::vector<std::string> names;
  for (const auto& m : measurements) {
    if (m.device == device.name && std::ranges::find(names, m.network) == names.end()) names.push_back(m.network);
  }
  if (names.empty()) names = library.catalogue().names("scenarios/networks");
  std::vector<const dnn::Network*> networks;
  for (const auto& name : names) networks.push_back(&library.network(config::make_scalar(name, "describe device")));
  return networks;
}

}  // namespace

void describe_network(const DescribeOptions& options) {
  scenario::Library library(config::Catalogue::default_home());
  const auto& network = library.network(config::make_scalar(options.network, "describe network"));
  if (options.dot) {
    if (options.cut.empty()) return print(report::dot(network, nullptr));
    const auto plan = plan_after(network, options.cut);
    return print(report::dot(network, &plan));
  }
  std::optional<report::LayerEnergy> energy;
  if (!options.device.empty()) energy = layer_energy(options, library, network);
  const auto* measured = energy ? &*energy : nullptr;
  if (options.format != Format::table) return print_rows(report::layer_rows(network, measured), options.format);
  print(report::describe(network, options.all, measured));
}

void describe_device(const DescribeOptions& options) {
  scenario::Library library(config::Catalogue::default_home());
  auto& catalogue = library.catalogue();
  config::Ledger ledger;
  const auto reference = config::make_scalar(options.device, "describe device");
  const auto device = platform::read_device(catalogue.load(reference, "platforms/devices", "device"), ledger);
  std::vector<platform::Measurement> measurements;
  for (const auto& name : catalogue.names("platforms/benchmarks")) {
    const auto file = catalogue.load(config::make_scalar(name, "describe device"), "platforms/benchmarks", "benchmark");
    const auto read = platform::read_measurements(file);
    measurements.insert(measurements.end(), read.begin(), read.end());
  }
  const auto latencies = report::latencies(device, networks_of(device, measurements, library), measurements);
  if (options.format != Format::table) return print_rows(report::latency_rows(device, latencies), options.format);
  print(report::describe(device, ledger.sources(), latencies));
}

}  // namespace edgecut::commands
