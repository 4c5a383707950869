#include "report/describe_device.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report/table.hpp"
#include "units/text.hpp"

namespace edgecut::report {
namespace {

std::string share(double ratio) {
  return fmt::format("{:.4g} %", 100.0 * ratio);
}

std::string headline(const platform::Device& device) {
  const auto busy =
      device.busy > Watts() ? fmt::format(", {} more while anything computes", units::format(device.busy)) : "";
  return fmt::format("{} ({})\nmemory {}, of which {} for the system; {} of storage free{}\npower {} off, {} idle{}\n",
                     device.title, device.name, units::format(device.memory), units::format(device.reserve),
                     units::format(device.storage),
                     device.storage_read ? ", read at " + byte_rate(*device.storage_read) : "",
                     units::format(device.off), units::format(device.idle), busy);
}

// In watt-hours, as batteries are sold.
std::string battery_text(const platform::Battery& battery) {
  return fmt::format("battery {:.4g} Wh, {} of it usable\n", battery.capacity.value() / 3600.0, share(battery.usable));
}

std::string thermal_text(const platform::Thermal& thermal) {
  std::vector<std::string> steps;
  steps.reserve(thermal.steps.size());
  for (const auto& step : thermal.steps) {
    steps.push_back(
        fmt::format("above {:.4g} C {} speed and {} power", step.above, share(step.speed), share(step.power)));
  }
  return fmt::format("heat {:.4g} K/W over {:.4g} C with a time constant of {}, hysteresis {:.4g} K: {}\n",
                     thermal.resistance, thermal.ambient, units::format(thermal.time_constant), thermal.hysteresis,
                     fmt::join(steps, ", "));
}

std::string frequency_text(const Frequencies& frequencies) {
  std::vector<std::string> steps;
  steps.reserve(frequencies.steps.size());
  for (const auto& step : frequencies.steps) {
    steps.push_back(fmt::format("{} ({} speed, {} power)", step.name, share(step.speed), share(step.power)));
  }
  return fmt::format("{} can be set to {}\n", frequencies.processor, fmt::join(steps, ", "));
}

std::string other_text(const std::vector<platform::Measurement>& others) {
  if (others.empty()) return {};
  Table table({"network", "processor", "measured", "energy"});
  for (const auto& m : others) {
    table.add({m.network, m.processor, units::format(m.latency), m.energy ? units::format(*m.energy) : "-"});
  }
  return "\nMeasured networks that are not in the zoo:\n" + table.str();
}

}  // namespace

std::string describe(const platform::Device& device, const DeviceDetails& details) {
  const auto host = machine(device);
  std::string text = headline(device);
  if (device.battery) text += battery_text(*device.battery);
  if (device.thermal) text += thermal_text(*device.thermal);
  text += "\n" + processor_text(host, true);
  for (const auto& frequencies : details.frequencies) text += frequency_text(frequencies);
  return text + latency_text(host, details.latencies) + other_text(details.others) + source_text(details.sources);
}

std::string source_text(const std::vector<config::Source>& sources) {
  std::string text = "\nSources:\n";
  for (const auto& source : sources) text += fmt::format("  {} = {}: {}\n", source.path, source.value, source.source);
  return text;
}

}  // namespace edgecut::report
