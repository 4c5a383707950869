// The battery of a device file and what it harvests, how it warms up, and its processors' frequencies.
#pragma once

#include <string>
#include <vector>

#include "config/map.hpp"
#include "platform/platform.hpp"

namespace edgecut::platform {

/// Throws config::Error: without a capacity, with shares outside 0 to 1, with a harvest that is unsorted, negative or
/// empty, and on an unknown key.
Battery read_battery(const config::Value& value, config::Ledger& ledger);

/// A power ("0.5 W"), a map of steps, or a table of times and powers, `time_s,power_W`; see docs/scenarios.md.
Harvest read_harvest(const config::Value& value);

/// Throws config::Error on steps that are not in order of temperature, that overlap by their hysteresis, or speed up.
Thermal read_thermal(const config::Value& value, config::Ledger& ledger);

/// What inferences side by side cost each other: `{cpu: {cpu: 62 %, gpu: 30 %}}`, see Device::interference. Throws
/// config::Error on processors that the device does not have, and on one that never runs two at a time beside itself.
std::vector<std::vector<double>> read_interference(const config::Value& value, config::Ledger& ledger,
                                                   const std::vector<Processor>& processors);

/// What a processor may be set to; factors over the figures of its file.
struct FrequencyStep {
  std::string name;
  double speed = 1.0;
  double memory_speed = 1.0;
  double power = 1.0;  // of what it adds to the board
};

/// Throws config::Error where it is not a list of steps.
std::vector<FrequencyStep> read_frequency_steps(const config::Value& list, config::Ledger& ledger);

/// The keys `frequency_steps` and `frequency` of a processor: scales it to the step that is chosen, if one is. `board`:
/// what the board draws without it while something computes.
void read_frequency(config::Map& map, config::Ledger& ledger, Watts board, Processor& processor);

/// Undoes the step that was chosen.
void set_full_speed(Processor& processor);

}  // namespace edgecut::platform
