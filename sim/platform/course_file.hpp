// Reading how a figure moves.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/map.hpp"
#include "platform/keys.hpp"
#include "platform/platform.hpp"
#include "platform/trace_file.hpp"

namespace edgecut::platform {

/// What kind of figure a course is of.
struct CourseFigure {
  std::function<double(const config::Value&, const config::Type&)> read;  // one, in base units; fails where not allowed
  config::RecordOf record = nullptr;                                      // of its course
  std::string example;                                                    // "20 Mbit/s"
  PossibleValues possible;
  double usual = 0.0;            // what it is without a course
  bool may_rest_at_zero = true;  // a bandwidth must not: what is under way would never end
};

/// A bandwidth that is usually `usual`; values may also be shares of it ("10 %"). 0 is an outage.
CourseFigure bandwidth_figure(Bandwidth usual);
/// The share of a processor that somebody else takes, below 1 ("50 %").
CourseFigure load_figure();

/// Reads one of
///   {steps: [{from: 10 s, value: 2 Mbit/s}, ...], repeat: 60 s}
///   {trace: FILE.csv, time: time_s, column: mbps, unit: Mbit/s, repeat: true, offset: 30 s | random}
///   {mahimahi: FILE, bin: 1 s, repeat: true, offset: ...}
///   {markov: {states: [20 Mbit/s, 2 Mbit/s], dwell: [10 s, 5 s], jumps: [[0, 1], [1, 0]]}}
///   {gauss_markov: {mean: 10 Mbit/s, deviation: 4 Mbit/s, memory: 90 %, every: 1 s, least: ..., most: ...}}
/// A trace's path is relative to the file that names it. Throws config::Error, for a line of a trace with that line.
Course read_course(const config::Value& value, const CourseFigure& figure);

/// The keys `bandwidth` (a course of both ways, or {up: COURSE, down: COURSE}) and `outages` (a list of {from, until},
/// in order) of a link whose figures are usually `up` and `down`. Where they are from goes to `ledger`, if
/// there is one.
Motion read_motion(config::Map& link, Bandwidth up, Bandwidth down, config::Ledger* ledger);

}  // namespace edgecut::platform
