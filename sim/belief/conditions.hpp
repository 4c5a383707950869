// The figures of a problem that may change while a run goes on, and what a method sees of them.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "belief/bandwidth_estimator.hpp"
#include "belief/reported.hpp"
#include "plan/problem.hpp"

namespace edgecut::belief {

/// What servers send each device of their load.
struct ServerReport {
  Seconds every;  // between two of them
  Bytes size;     // of one, for each server
};

/// A message that shows what the links are like to a device that sends nothing else: `size` up and back again.
struct Probe {
  Seconds every;
  Bytes size;
};

/// What a method sees of the world while a run goes on, and when it looks.
struct Awareness {
  enum class Decide : std::uint8_t {
    at_start,      ///< with the world as it is at time 0, and never again
    per_request,   ///< with the world as it is at each request
    periodically,  ///< at the first request of each period
  };
  enum class Bandwidth : std::uint8_t {
    fixed,     ///< what was believed before
    estimate,  ///< what the device's own transfers showed; before the first one what was believed before
    exact,     ///< what is
  };
  Decide decide = Decide::at_start;
  Seconds period;
  bool measures = false;  // every `period` it measures again, and decides when it has
  Bandwidth bandwidth = Bandwidth::fixed;
  EstimatorOptions estimator;
  std::optional<Probe> probe;     // of estimates; none: they are of what requests send
  std::optional<Seconds> forget;  // an estimate that is not renewed for so long counts no more
  bool server_load = false;       // whether the wait for the servers is known
  Seconds load_age;               // it is looked at again once it is so old
  bool speeds = false;            // whether other load on processors is known
  bool temperature = false;       // whether it is known how hot the device is, and what that makes of its processors
  bool battery = false;           // whether its charge is known, and so what its lifetime leaves for an inference
  std::optional<Availability> availability = {};  // whether it reads what the device's system reports
  std::optional<ServerReport> report = {};        // with `server_load`: all that it knows of the servers is from there
};

/// Bandwidths to the next tier include the backhaul. Speeds are of the problem's processors and of the servers, as
/// shares of what layer times were taken at.
struct Conditions {
  Bandwidth up, down;
  Bandwidth direct_up, direct_down;  // 0 without such a link
  Bandwidth relay_up, relay_down;
  Seconds cloud_wait, edge_wait;
  std::vector<double> speeds;
  double cloud_speed = 1.0;
  double edge_speed = 1.0;
  double heat = 1.0;             // factor on the joules of the head's work
  std::optional<Joules> energy;  // limit on an inference's; none: no limit

  friend auto operator<=>(const Conditions&, const Conditions&) = default;
};

/// The conditions that a problem states.
Conditions conditions_of(const plan::Problem& problem);

/// The problem under other conditions. A bandwidth of 0 is planned with as 1 bit/s, so that no plan that needs it is
/// chosen and no time is infinite.
plan::Problem under(plan::Problem problem, const Conditions& conditions);

/// The nearest power of 1.02, so that estimates that differ by less than 1 % are one belief; what is at most `least` is
/// 0.
double coarse(double value, double least = 0.0);

}  // namespace edgecut::belief
