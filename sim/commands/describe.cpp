#include "commands/describe.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "config/catalogue.hpp"
#include "config/mends.hpp"
#include "platform/benchmark_file.hpp"
#include "platform/board_file.hpp"
#include "platform/platform_file.hpp"
#include "report/describe_cloud.hpp"
#include "report/describe_device.hpp"
#include "report/describe_network.hpp"

namespace edgecut::commands {

namespace {

struct DeviceProcessor {
  platform::Device device;
  std::size_t processor;
};

// Those that the options name; of a device its first processor.
DeviceProcessor read_processor(const DescribeOptions& options, scenario::Library& library) {
  config::Ledger ledger;
  const auto reference = config::make_scalar(options.device, "--device");
  auto device = platform::read_device(library.catalogue().load(reference, "platforms/devices", "device"), ledger);
  if (options.processor.empty()) return {std::move(device), 0};
  const auto found = std::ranges::find(device.processors, options.processor, &platform::Processor::name);
  if (found == device.processors.end()) {
    std::vector<std::string> known;
    for (const auto& candidate : device.processors) known.push_back(candidate.name);
    throw config::Error("--processor: " + config::unknown_name("processor", options.processor, known));
  }
  const auto index = static_cast<std::size_t>(found - device.processors.begin());
  return {std::move(device), index};
}

report::LayerEnergy layer_energy(const DescribeOptions& options, scenario::Library& library,
                                 const dnn::Network& network) {
  const auto [device, index] = read_processor(options, library);
  const auto& processor = device.processors[index];
  report::LayerEnergy energy{device.name + "." + processor.name, {}, {}};
  energy.warning = profile::foreign_figures(network, processor, energy.processor);
  energy.seconds = profile::layer_times(network, processor);
  for (const auto time : energy.seconds) energy.joules.push_back(device.increment(processor) * time);
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

// Those of all shipped files that are of the device or cloud.
std::vector<platform::Measurement> measurements_of(const std::string& name, config::Catalogue& catalogue) {
  std::vector<platform::Measurement> measurements;
  for (const auto& file : catalogue.names("platforms/benchmarks")) {
    const auto value = catalogue.load(config::make_scalar(file, "describe"), "platforms/benchmarks", "benchmark");
    std::ranges::copy_if(platform::read_measurements(value), std::back_inserter(measurements),
                         [&](const platform::Measurement& m) { return m.device == name; });
  }
  return measurements;
}

// Takes out those of networks that are not in the zoo.
std::vector<platform::Measurement> split_off_others(std::vector<platform::Measurement>& measurements,
                                                    const config::Catalogue& catalogue) {
  const auto zoo = catalogue.names("scenarios/networks");
  const auto others = std::ranges::stable_partition(
      measurements, [&](const platform::Measurement& m) { return std::ranges::find(zoo, m.network) != zoo.end(); });
  std::vector<platform::Measurement> result(others.begin(), others.end());
  measurements.erase(others.begin(), others.end());
  return result;
}

// Those that were measured; all if none was.
std::vector<const dnn::Network*> networks_of(const std::vector<platform::Measurement>& measurements,
                                             scenario::Library& library) {
  std::vector<std::string> names;
  for (const auto& m : measurements) {
    if (std::ranges::find(names, m.network) == names.end()) names.push_back(m.network);
  }
  if (names.empty()) names = library.catalogue().names("scenarios/networks");
  std::vector<const dnn::Network*> networks;
  networks.reserve(names.size());
  for (const auto& name : names) networks.push_back(&library.network(config::make_scalar(name, "describe")));
  return networks;
}

// `device`: a device file that was read without error.
std::vector<report::Frequencies> frequencies_of(const config::Value& device) {
  config::Ledger ledger;
  std::vector<report::Frequencies> frequencies;
  for (const auto& entry : device.find("processors")->entries) {
    if (const auto* steps = entry.value.find("frequency_steps")) {
      frequencies.push_back({entry.key, platform::read_frequency_steps(*steps, ledger)});
    }
  }
  return frequencies;
}

}  // namespace

void describe_network(const DescribeOptions& options) {
  const auto reference = config::make_scalar(options.network, "describe network");
  std::unique_ptr<scenario::Library> library;
  const auto read_network = [&] { library = library_with([&](scenario::Library& it) { it.network(reference); }); };
  const auto read_energy_device = [&] {
    if (!options.device.empty()) library_with([&](scenario::Library& it) { read_processor(options, it); });
  };
  config::read_all({read_network, read_energy_device});
  const auto& network = library->network(reference);
  if (options.dot) {
    if (options.cut.empty()) return print(report::dot(network, nullptr));
    const auto plan = plan_after(network, options.cut);
    return print(report::dot(network, &plan));
  }
  std::optional<report::LayerEnergy> energy;
  if (!options.device.empty()) energy = layer_energy(options, *library, network);
  const auto* measured = energy ? &*energy : nullptr;
  if (options.format != Format::table) return print_rows(report::layer_rows(network, measured), options.format);
  print(report::describe(network, options.all, measured));
}

void describe_device(const DescribeOptions& options) {
  config::Ledger ledger;
  const auto reference = config::make_scalar(options.device, "describe device");
  const auto library = library_with([&](scenario::Library& it) {
    config::Ledger trial;
    platform::read_device(it.catalogue().load(reference, "platforms/devices", "device"), trial);
  });
  auto& catalogue = library->catalogue();
  const auto value = catalogue.load(reference, "platforms/devices", "device");
  const auto device = platform::read_device(value, ledger);
  auto measurements = measurements_of(device.name, catalogue);
  auto others = split_off_others(measurements, catalogue);
  const auto machine = report::machine(device);
  auto latencies = report::latencies(machine, networks_of(measurements, *library), measurements);
  if (options.format != Format::table) return print_rows(report::latency_rows(machine, latencies), options.format);
  print(report::describe(device, {frequencies_of(value), std::move(latencies), std::move(others), ledger.sources()}));
}

void describe_cloud(const DescribeOptions& options) {
  config::Ledger ledger;
  const auto reference = config::make_scalar(options.cloud, "describe cloud");
  const auto library = library_with([&](scenario::Library& it) {
    config::Ledger trial;
    platform::read_cloud(it.catalogue().load(reference, "platforms/clouds", "cloud"), trial);
  });
  auto& catalogue = library->catalogue();
  const auto cloud = platform::read_cloud(catalogue.load(reference, "platforms/clouds", "cloud"), ledger);
  const auto measurements = measurements_of(cloud.name, catalogue);
  const auto machine = report::machine(cloud);
  const auto latencies = report::latencies(machine, networks_of(measurements, *library), measurements);
  if (options.format != Format::table) return print_rows(report::latency_rows(machine, latencies), options.format);
  print(report::describe(cloud, latencies, ledger.sources()));
}

void describe_link(const DescribeOptions& options) {
  config::Ledger ledger;
  const auto reference = config::make_scalar(options.link, "describe link");
  const auto library = library_with([&](scenario::Library& it) {
    config::Ledger trial;
    platform::read_link(it.catalogue().load(reference, "platforms/links", "link"), trial);
  });
  const auto link = platform::read_link(library->catalogue().load(reference, "platforms/links", "link"), ledger);
  if (options.format != Format::table) return print_rows({report::link_row(link)}, options.format);
  print(report::describe(link, ledger.sources()));
}

}  // namespace edgecut::commands
