// Which inputs, outputs and attributes each operator has in each operator set.
#pragma once

#include <limits>
#include <string_view>

namespace edgecut::onnx_import {

/// The newest operator set that the tables here know [ONNX, docs/Changelog.md].
inline constexpr int newest_opset = 26;

/// One operator from operator set `since` on, until the next row of that operator.
struct Definition {
  static constexpr std::string_view withdrawn = "!";

  std::string_view op;
  int since;
  int fewest_inputs;
  int most_inputs;
  int most_outputs;
  std::string_view attributes;  // names apart by one blank

  [[nodiscard]] bool allows(std::string_view attribute) const;
  [[nodiscard]] bool is_withdrawn() const { return attributes == withdrawn; }
};

/// Null where the operator set has no such operator, or these tables do not know it.
const Definition* find_definition(std::string_view op, int opset);

}  // namespace edgecut::onnx_import
