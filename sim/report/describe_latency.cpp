#include "report/describe_latency.hpp"

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

std::optional<Seconds> measured(const std::vector<platform::Measurement>& measurements, const std::string& machine,
                                const std::string& processor, const std::string& network) {
  const auto found = std::ranges::find_if(measurements, [&](const platform::Measurement& m) {
    return m.device == machine && m.processor == processor && m.network == network;
  });
  return found == measurements.end() ? std::nullopt : std::optional(found->latency);
}

std::string signed_percent(double ratio) {
  return std::isnan(ratio) ? "-" : fmt::format("{:+.1f} %", 100.0 * ratio);
}

std::string latency_table(const std::vector<NetworkLatency>& latencies) {
  Table table({"network", "processor", "predicted", "measured", "error", "fits"});
  for (const auto& latency : latencies) {
    table.add({latency.network, latency.processor, units::format(latency.predicted),
               latency.measured ? units::format(*latency.measured) : "-", signed_percent(latency.error()),
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
                     100.0 * median, signed_percent(latencies.back().error()), latencies.back().network);
}

std::string models(const Machine& machine) {
  const auto by_kind = [](const platform::Processor& processor) { return !processor.kinds.empty(); };
  if (std::ranges::all_of(machine.processors, by_kind)) return "the constants by kind of layer";
  return std::ranges::none_of(machine.processors, by_kind) ? "the three constants"
                                                           : "the three constants, or those by kind of layer,";
}

}  // namespace

double NetworkLatency::error() const {
  return measured ? predicted / *measured - 1.0 : std::numeric_limits<double>::quiet_NaN();
}

Machine machine(const platform::Device& device) {
  return {"device", device.name, device.processors, device.available_memory()};
}

Machine machine(const platform::Cloud& cloud) {
  return {"cloud", cloud.name, std::span(&cloud.processor, 1), cloud.memory - cloud.reserve};
}

std::vector<NetworkLatency> latencies(const Machine& machine, const std::vector<const dnn::Network*>& networks,
                                      const std::vector<platform::Measurement>& measurements) {
  std::vector<NetworkLatency> result;
  for (const auto& processor : machine.processors) {
    for (const auto* network : networks) {
      if (!processor.has_constants && !processor.layer_times.contains(network->name())) continue;
      result.push_back({network->name(), processor.name, total(profile::layer_times(*network, processor)),
                        measured(measurements, machine.name, processor.name, network->name()),
                        dnn::complexity(*network).back().head_peak <= machine.available_memory});
    }
  }
  return result;
}

std::string latency_text(const Machine& machine, const std::vector<NetworkLatency>& latencies) {
  std::string text = fmt::format("\nWhole networks, one at a time, as {} predict and as measured:\n{}\n",
                                 models(machine), latency_table(latencies));
  for (const auto& processor : machine.processors) text += summary(processor.name, latencies);
  return text + "fits: weights and the largest set of live activations of the whole network in the free memory\n";
}

std::vector<metrics::Row> latency_rows(const Machine& machine, const std::vector<NetworkLatency>& latencies) {
  std::vector<metrics::Row> rows;
  for (const auto& latency : latencies) {
    metrics::Row row;
    row.add(machine.kind, machine.name);
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

std::string processor_text(const Machine& machine, bool has_active) {
  std::vector<std::string> headers{"processor", "what it is", "conv", "memory", "overhead", "framework"};
  if (has_active) headers.emplace_back("active");
  headers.insert(headers.end(), {"peak", "one network"});
  Table table(std::move(headers));
  std::string precisions;
  for (const auto& p : machine.processors) {
    std::vector<std::string> cells{p.name,
                                   p.title,
                                   units::format(p.compute.conv),
                                   byte_rate(p.compute.memory),
                                   units::format(p.compute.overhead),
                                   p.framework};
    if (has_active) cells.push_back(units::format(p.active));
    cells.push_back(units::format(p.peak));
    cells.push_back(units::format(p.one_network));
    table.add(std::move(cells));
    precisions += fmt::format("{}: {}\n", p.name, p.precision);
    if (!p.int8) continue;
    precisions += fmt::format("{}, layers in int8: {}, {}, {}\n", p.name, units::format(p.int8->conv),
                              byte_rate(p.int8->memory), units::format(p.int8->overhead));
  }
  return table.str() + precisions;
}

std::string byte_rate(Bandwidth rate) {
  return rate.value() < 1e9 ? fmt::format("{:.4g} MB/s", rate.value() / 1e6)
                            : fmt::format("{:.4g} GB/s", rate.value() / 1e9);
}

}  // namespace edgecut::report
