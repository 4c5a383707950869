#include "report/describe_device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "dnn/complexity.hpp"
#include "profile/profile.hpp"
#include "report/table.hpp"
#include "units/text.hpp"

namespace edgecut::report {
namespace {

Seconds total(const profile::LayerTimes& times) {
  Seconds sum;
  for (const auto time : times) sum += time;
  return sum;
}

std::optional<Seconds> measured(const std::vector<platform::Measurement>& measurements, const platform::Device& device,
                                const platform::Processor& processor, const dnn::Network& network) {
  const auto found = std::ranges::find_if(measurements, [&](const platform::Measurement& m) {
    return m.device == device.name && m.processor == processor.name && m.network == network.name();
  });
  return found == measurements.end() ? std::nullopt : std::optional(found->latency);
}

std::string percent(double ratio) {
  return std::isnan(ratio) ? "-" : fmt::format("{:+.1f} %", 100.0 * ratio);
}

// Bandwidths print in bits; a memory's are told in bytes.
std::string memory_rate(Bandwidth rate) {
  return fmt::format("{:.4g} GB/s", rate.value() / 1e9);
}

std::string headline(const platform::Device& device) {
  return fmt::format("{} ({})\nmemory {}, of which {} for the system; {} of storage free\npower {} off, {} idle\n\n",
                     device.title, device.name, units::format(device.memory), units::format(device.reserve),
                     units::format(device.storage), units::format(device.off), units::format(device.idle));
}

std::string processor_table(const platform::Device& device) {
  Table table({"processor", "what it is", "conv", "memory", "overhead", "framework", "active", "peak", "one network"});
  for (const auto& p : device.processors) {
    table.add({p.name, p.title, units::format(p.compute.conv), memory_rate(p.compute.memory),
               units::format(p.compute.overhead), p.framework, units::format(p.active), units::format(p.peak),
               units::format(p.one_network)});
  }
  std::string text = table.str();
  for (const auto& p : device.processors) text += fmt::format("{}: {}\n", p.name, p.precision);
  return text;
}

std::string latency_table(const std::vector<NetworkLatency>& latencies) {
  Table table({"network", "processor", "predicted", "measured", "error", "fits"});
  for (const auto& latency : latencies) {
    table.add({latency.network, latency.processor, units::format(latency.predicted),
               latency.measured ? units::format(*latency.measured) : "-", percent(latency.error()),
               latency.fits ? "yes" : "no"});
  }
  return table.str();
}

// "cpu: 12 networks measured, median error 10.2 %, worst +48.9 % (vgg16)"; empty where nothing was measured.
std::string summary(const std::string& processor, std::vector<NetworkLatency> latencies) {
  std::erase_if(latencies, [&](const auto& l) { return l.processor != processor || !l.measured; });
  if (latencies.empty()) return {};
  std::ranges::sort(latencies, {}, [](const auto& l) { return std::abs(l.error()); });
  const auto size = latencies.size();
  const double median = (std::abs(latencies[(size - 1) / 2].error()) + std::abs(latencies[size / 2].error())) / 2.0;
  return fmt::format("{}: {} networks measured, median error {:.1f} %, worst {} ({})\n", processor, size,
                     100.0 * median, percent(latencies.back().error()), latencies.back().network);
}

std::string models(const platform::Device& device) {
  const auto by_kind = [](const platform::Processor& processor) { return !processor.kinds.empty(); };
  if (std::ranges::all_of(device.processors, by_kind)) return "the constants by kind of layer";
  return std::ranges::none_of(device.processors, by_kind) ? "the three constants"
                                                          : "the three constants, or those by kind of layer,";
}

}  // namespace

double NetworkLatency::error() const {
  return measured ? predicted / *measured - 1.0 : std::numeric_limits<double>::quiet_NaN();
}

std::vector<NetworkLatency> latencies(const platform::Device& device, const std::vector<const dnn::Network*>& networks,
                                      const std::vector<platform::Measurement>& measurements) {
  std::vector<NetworkLatency> result;
  for (const auto& processor : device.processors) {
    for (const auto* network : networks) {
      if (!processor.has_constants && !processor.layer_times.contains(network->name())) continue;
      result.push_back({network->name(), processor.name, total(profile::layer_times(*network, processor)),
                        measured(measurements, device, processor, *network),
                        dnn::complexity(*network).back().head_peak <= device.available_memory()});
    }
  }
  return result;
}

std::string describe(const platform::Device& device, const std::vector<config::Source>& sources,
                     const std::vector<NetworkLatency>& latencies) {
  std::string text = headline(device) + processor_table(device) +
                     fmt::format("\nWhole networks, one at a time, as {} predict and as measured:\n", models(device)) +
                     latency_table(latencies) + "\n";
  for (const auto& processor : device.processors) text += summary(processor.name, latencies);
  text += "fits: weights and the largest set of live activations of the whole network, fp32, in the free memory\n";
  text += "\nSources:\n";
  for (const auto& source : sources) text += fmt::format("  {} = {}: {}\n", source.path, source.value, source.source);
  return text;
}

std::vector<metrics::Row> latency_rows(const platform::Device& device, const std::vector<NetworkLatency>& latencies) {
  std::vector<metrics::Row> rows;
  for (const auto& latency : latencies) {
    metrics::Row row;
    row.add("device", device.name);
    row.add("processor", latency.processor);
    row.add("network", latency.network);
    row.add("predicted_s", latency.predicted.value());
    row.add("measured_s", latency.measured ? metrics::Cell(latency.measured->value()) : metrics::Cell());
    row.add("error", latency.measured ? metrics::Cell(latency.error()) : metrics::Cell());
    row.add("fits", static_cast<std::int64_t>(latency.fits));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace edgecut::report
