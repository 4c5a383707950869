// A small bar chart for the terminal.
#pragma once

#include <string>
#include <vector>

namespace edgecut::report {

struct Bar {
  std::string label;
  double value = 0.0;      // NaN: none
  std::string text;        // the value as it is shown
  std::string doubt = {};  // why it is not to be believed: "losing requests"; empty: it is sound
};

/// One line a bar, the longest 40 columns wide, all from 0. The least of the sound values is green, doubtful ones are
/// yellow, where `colours` says so.
std::string bar_chart(const std::vector<Bar>& bars, bool colours);

/// Whether standard output is a terminal that shows colours, and the user wants them (no-color.org).
bool colours_wanted();

}  // namespace edgecut::report
