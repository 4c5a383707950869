// A figure of the world as it moves in a run, and what it has been on average.
#pragma once

#include <string_view>
#include <vector>

#include "platform/course.hpp"
#include "units/quantity.hpp"

namespace edgecut::world {

/// The values of a course, and 0 during outages. Without a course it is `usual` but for them. Borrows both.
class MovingFigure {
 public:
  MovingFigure(double usual, const platform::Course* course, const std::vector<platform::Outage>& outages,
               std::uint64_t seed, std::string_view of, std::size_t device);

  /// What it is from the last change on.
  [[nodiscard]] double now() const { return now_; }
  /// When the course or an outage changes it next; CourseWalk::never where nothing does.
  [[nodiscard]] Seconds next() const;
  /// Moves on to what the figure is from next() on.
  void advance();
  /// The time average until `until`, which is not before the last change.
  [[nodiscard]] double mean(Seconds until) const;

 private:
  void settle(Seconds time);
  [[nodiscard]] Seconds next_outage_edge() const;
  void update();

  double usual_;
  std::optional<platform::CourseWalk> walk_;
  const std::vector<platform::Outage>* outages_;
  std::size_t outage_ = 0;  // the one that is on or comes next
  bool is_out_ = false;
  double now_ = 0.0;
  double integral_ = 0.0;
  Seconds settled_;
};

}  // namespace edgecut::world
