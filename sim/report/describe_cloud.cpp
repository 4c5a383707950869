#include "report/describe_cloud.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report/describe_device.hpp"
#include "units/text.hpp"

namespace edgecut::report {
namespace {

std::string headline(const platform::Cloud& cloud) {
  return fmt::format("{} ({})\nmemory {}, of which {} for the system; {} {}\n", cloud.title, cloud.name,
                     units::format(cloud.memory), units::format(cloud.reserve), cloud.hosts,
                     cloud.hosts == 1 ? "host" : "hosts");
}

std::string operation(const platform::Cloud& cloud) {
  std::string text = cloud.price ? fmt::format("price of a host {:.4g} USD/h\n", *cloud.price) : "price not known\n";
  text += cloud.power ? fmt::format("power of a host {} idle, {} active\n", units::format(cloud.power->idle),
                                    units::format(cloud.power->active))
                      : "power not known\n";
  return text;
}

// Doubling from 2 to the largest that was measured.
std::string batches(const platform::BatchTimes& times) {
  std::vector<std::string> factors;
  for (int size = 2; size <= times.largest(); size *= 2) {
    factors.push_back(fmt::format("{} {:.4g}", size, times.factor(size)));
  }
  return fmt::format("time of a batch over that of one alone, by size: {}\n", fmt::join(factors, ", "));
}

// Megabits a second, as radio powers are published.
double milliwatts_per_megabit(const platform::RadioPower& power) {
  return power.slope.value() * 1e3 * 1e6 / 8.0;
}

std::string radio(std::string_view direction, const platform::RadioPower& power) {
  return fmt::format("  {} {:.4g} mW/Mbps x rate + {}\n", direction, milliwatts_per_megabit(power),
                     units::format(power.base));
}

}  // namespace

std::string describe(const platform::Cloud& cloud, const std::vector<NetworkLatency>& latencies,
                     const std::vector<config::Source>& sources) {
  const auto host = machine(cloud);
  std::string text = headline(cloud) + operation(cloud);
  if (cloud.batch_times) text += batches(*cloud.batch_times);
  return text + "\n" + processor_text(host, false) + latency_text(host, latencies) + source_text(sources);
}

std::string describe(const platform::Link& link, const std::vector<config::Source>& sources) {
  std::string text = fmt::format("{} ({})\n{} up, {} down, round trip {}{}\n", link.title, link.name,
                                 units::format(link.uplink), units::format(link.downlink), units::format(link.rtt),
                                 link.motion.any() ? "; its bandwidth moves while a run goes on" : "");
  text += "radio, above the device's idle power:\n" + radio("transmit", link.transmit) + radio("receive", link.receive);
  if (link.promotion.delay > Seconds() || link.tail.time > Seconds()) {
    text += fmt::format("  sleeps {} after the last byte, at {} until then; wakes up in {}, at {}\n",
                        units::format(link.tail.time), units::format(link.tail.power),
                        units::format(link.promotion.delay), units::format(link.promotion.power));
  }
  return text + source_text(sources);
}

metrics::Row link_row(const platform::Link& link) {
  metrics::Row row;
  row.add("link", link.name);
  row.add("uplink_bps", 8.0 * link.uplink.value());
  row.add("downlink_bps", 8.0 * link.downlink.value());
  row.add("rtt_s", link.rtt.value());
  row.add("transmit_slope_J_per_B", link.transmit.slope.value());
  row.add("transmit_base_W", link.transmit.base.value());
  row.add("receive_slope_J_per_B", link.receive.slope.value());
  row.add("receive_base_W", link.receive.base.value());
  row.add("promotion_s", link.promotion.delay.value());
  row.add("promotion_W", link.promotion.power.value());
  row.add("tail_s", link.tail.time.value());
  row.add("tail_W", link.tail.power.value());
  return row;
}

}  // namespace edgecut::report
