#include "scenario/availability.hpp"

#include <boost/random/normal_distribution.hpp>
#include <cmath>

#include "units/random.hpp"

namespace edgecut::scenario {

std::optional<belief::Availability> read_sees(config::Map& method) {
  const auto* value = method.find_child("sees");
  if (value == nullptr) return std::nullopt;
  if (!value->is_map()) {
    const bool sees = method.choice<bool>("sees", {{"nothing", false}, {"availability", true}});
    return sees ? std::optional(belief::Availability{}) : std::nullopt;
  }
  belief::Availability reading;
  config::read(*value, [&](config::Map& outer) {
    config::read(outer.child("availability"), [&](config::Map& map) {
      reading.age = map.get_or<Seconds>("age", reading.age, config::non_negative);
      reading.window = map.get_or<Seconds>("window", reading.window, config::non_negative);
      reading.error = map.get_or<config::Ratio>("error", {reading.error}, {0.0, 10.0}).value;
    });
  });
  return reading;
}

double reported_clock(const platform::Device& device, const platform::Processor& processor,
                      const belief::Availability& reading, std::uint64_t seed) {
  const double clock = processor.reported_clock();
  if (reading.error == 0.0) return clock;
  RandomStream random(seed, {"reported clock", device.name, processor.name});
  return clock * std::exp(reading.error * boost::random::normal_distribution<double>()(random));
}

}  // namespace edgecut::scenario
