// What methods have to measure before they can plan.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "belief/method.hpp"
#include "units/quantity.hpp"
#include "world/part.hpp"

namespace edgecut::belief {

/// Something that has to be measured before a method can plan.
struct Charge {
  std::string what;         // "every layer of alexnet"
  std::string per;          // what it falls due once for: "device type and network"
  std::string whose;        // the hosts
  Seconds device;           // once, on one device: all of its processors that may run a head
  Joules energy;            // of that device, above idle
  Seconds servers;          // once
  double times = 1.0;       // as often as it is repeated
  std::size_t devices = 1;  // on so many

  [[nodiscard]] Seconds time() const { return times * (static_cast<double>(devices) * device + servers); }
  [[nodiscard]] Joules joules() const { return times * static_cast<double>(devices) * energy; }
};

/// What a method has to measure for one part.
std::vector<Charge> charges(const world::Part& part, const Method& method, std::int64_t replication);
/// Adds what is not there already: two groups of boards of one type need one benchmark.
void add(std::vector<Charge>& charges, const Charge& charge);
/// One line a charge, and their sum.
std::string explain(const std::vector<Charge>& charges);

}  // namespace edgecut::belief
