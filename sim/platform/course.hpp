// How a figure of the world moves while a run goes on: a step list, a trace, or a random process.
#pragma once

#include <boost/random/exponential_distribution.hpp>
#include <boost/random/normal_distribution.hpp>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "units/quantity.hpp"
#include "units/random.hpp"

namespace edgecut::platform {

/// From `from` on the figure is `value`, in base units.
struct CourseStep {
  Seconds from;
  double value = 0.0;

  friend bool operator==(const CourseStep&, const CourseStep&) = default;
};

/// Values from the first to the last, of which the first is at 0; shared, for a trace may be long.
struct StepCourse {
  std::shared_ptr<const std::vector<CourseStep>> steps;
  std::optional<Seconds> period;  // after which they come again; none: the last value stays
  Seconds offset;                 // device i starts i x offset into them
  std::string file;               // of a trace
  std::string note = {};          // what is to be told of it: that a clock's times begin at 0
  bool random_offset = false;     // each device starts at a place of its own, uniform over the period
};

/// A Markov chain in continuous time: it stays in a state for an exponential time of that state's mean and then jumps
/// by the state's row of probabilities. It starts in a state drawn in proportion to dwell times.
struct MarkovCourse {
  std::vector<double> states;
  std::vector<Seconds> dwell;              // mean, by state
  std::vector<std::vector<double>> jumps;  // by state: the probability of each next one; 0 for itself
};

/// x' = a x + (1 - a) mean + deviation sqrt(1 - a^2) N(0, 1) every `every`, begun in its stationary distribution
/// N(mean, deviation^2); the figure is x, but at least `least` and at most `most`.
/// [the Gauss-Markov process of Liang and Haas, INFOCOM'99, there of a node's speed]
struct GaussMarkovCourse {
  double mean = 0.0;
  double deviation = 0.0;
  double memory = 0.0;  // a, in [0, 1)
  Seconds every;
  double least = 0.0;
  double most = std::numeric_limits<double>::infinity();
};

/// Exactly one of the three.
struct Course {
  std::optional<StepCourse> steps;
  std::optional<MarkovCourse> markov;
  std::optional<GaussMarkovCourse> gauss_markov;
};

/// When a link carries nothing.
struct Outage {
  Seconds from;
  Seconds until;
};

/// The values of a course in one run, one after the other.
class CourseWalk {
 public:
  /// `device` offsets steps, and with `of` names the random stream, so that courses do not depend on one another; the
  /// same names give the same values.
  CourseWalk(const Course& course, std::uint64_t seed, std::string_view of, std::size_t device);

  /// The figure from the last change on, at first from time 0 on.
  [[nodiscard]] double value() const { return value_; }
  /// When it changes next; `never` where it does not.
  [[nodiscard]] Seconds next() const { return next_; }
  void advance();

  static constexpr Seconds never = Seconds(std::numeric_limits<double>::infinity());

 private:
  void start_steps(std::size_t device);
  void step();
  void dwell();
  void jump();
  void drift();

  const Course* course_;
  RandomStream random_;
  boost::random::normal_distribution<double> normal_;
  double value_ = 0.0;
  Seconds next_ = never;
  std::size_t position_ = 0;  // of the current step or state
  Seconds origin_;            // when the first step of this round was or would have been
  double deviate_ = 0.0;      // of Gauss-Markov, unlimited
  std::int64_t count_ = 0;    // of Gauss-Markov
};

}  // namespace edgecut::platform
