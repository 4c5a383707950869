// Operators that sample images.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "onnx/shapes/rules.hpp"

namespace edgecut::onnx_import::rules {
namespace {

// As runtimes compute it, in single precision: 3 x 1.3333334 is 4, not 4.0000002 or 3.9999998.
std::int64_t scaled(const Typing& node, std::int64_t size, double scale) {
  constexpr float most = 1e15F;
  const auto result = static_cast<float>(size) * static_cast<float>(scale);
  if (!(scale > 0.0) || !(result < most)) node.refuse(fmt::format("a scale of {} is out of range", scale));
  return static_cast<std::int64_t>(std::floor(result));
}

std::vector<std::size_t> axes_of(const Typing& node, std::size_t rank) {
  auto axes = node.integers("axes");
  if (axes.empty()) {
    axes.resize(rank);
    std::iota(axes.begin(), axes.end(), 0);
  }
  return node.places(axes, rank);
}

void must_be_as_many(const Typing& node, std::size_t given, std::size_t axes) {
  if (given != axes) node.refuse(fmt::format("has {} sizes or scales for {} dimensions", given, axes));
}

Shape by_scales(const Typing& node, const std::vector<double>& scales, const std::vector<std::size_t>& axes) {
  auto shape = node.shape(0);
  must_be_as_many(node, scales.size(), axes.size());
  for (std::size_t i = 0; i < axes.size(); ++i) shape[axes[i]] = scaled(node, shape[axes[i]], scales[i]);
  return shape;
}

// With a policy, one scale for all axes: the smallest (or largest) that the sizes ask for; halves are rounded up.
Shape by_sizes(const Typing& node, const Shape& sizes, const std::vector<std::size_t>& axes) {
  auto shape = node.shape(0);
  must_be_as_many(node, sizes.size(), axes.size());
  const auto policy = node.text("keep_aspect_ratio_policy", "stretch");
  const bool larger = policy == "not_smaller";
  if (policy != "stretch" && policy != "not_larger" && !larger) {
    node.refuse(
        fmt::format("attribute 'keep_aspect_ratio_policy' is '{}'; known: stretch, not_larger, not_smaller", policy));
  }
  if (policy != "stretch" && std::ranges::any_of(node.integers("axes"), [](auto axis) { return axis < 0; })) {
    node.refuse("runtimes do not agree on 'keep_aspect_ratio_policy' with 'axes' counted from the end");
  }
  float scale = larger ? 0.0F : std::numeric_limits<float>::max();
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto own = static_cast<float>(sizes[i]) / static_cast<float>(shape[axes[i]]);
    scale = larger ? std::max(scale, own) : std::min(scale, own);
  }
  for (std::size_t i = 0; i < axes.size(); ++i) {
    auto& size = shape[axes[i]];
    size = policy == "stretch" ? sizes[i] : static_cast<std::int64_t>(std::round(scale * static_cast<float>(size)));
  }
  return shape;
}

}  // namespace

// Operator set 10: data, scales. Since 11: data, region, scales, sizes, of which one of the last two.
void resize(Typing& node) {
  const auto axes = axes_of(node, node.shape(0).size());
  if (node.opset() < 11) return node.set_shape(0, by_scales(node, node.numbers(1), axes));
  if (node.has(3)) {
    const auto sizes = node.values(3);
    if (!sizes.empty() && node.has(2) && node.shape(2) != Shape{0}) node.refuse("has both scales and sizes");
    if (!sizes.empty()) return node.set_shape(0, by_sizes(node, sizes, axes));
  }
  if (!node.has(2)) node.refuse("has neither scales nor sizes");
  node.set_shape(0, by_scales(node, node.numbers(2), axes));
}

void upsample(Typing& node) {
  const auto axes = axes_of(node, node.shape(0).size());
  if (node.opset() >= 9) return node.set_shape(0, by_scales(node, node.numbers(1), axes));
  if (node.opset() >= 7) return node.set_shape(0, by_scales(node, node.floats("scales"), axes));
  static_cast<void>(node.shape(0, 4));
  node.set_shape(0, by_scales(node, {1.0, 1.0, node.real("height_scale", 1.0), node.real("width_scale", 1.0)}, axes));
}

// Data: batch, channels, space. Grid: batch, the result's space, coordinates.
void grid_sample(Typing& node) {
  const auto& data = node.shape(0);
  const auto& grid = node.shape(1, data.size());
  const auto rank = static_cast<std::int64_t>(data.size());
  if (rank < 3 || grid[0] != data[0] || grid.back() != rank - 2) node.refuse_shapes(data, grid);
  Shape shape{data[0], data[1]};
  shape.insert(shape.end(), grid.begin() + 1, grid.end() - 1);
  node.set_shape(0, shape);
}

// Size: batch, channels, space (2 or 3 dimensions).
void affine_grid(Typing& node) {
  const auto size = node.values(1);
  if (size.size() != 4 && size.size() != 5) node.refuse("its size must have 4 or 5 numbers");
  Shape shape{size[0]};
  shape.insert(shape.end(), size.begin() + 2, size.end());
  shape.push_back(static_cast<std::int64_t>(size.size()) - 2);
  node.set_shape(0, shape);
}

void center_crop_pad(Typing& node) {
  auto shape = node.shape(0);
  const auto axes = axes_of(node, shape.size());
  const auto wanted = node.values(1);
  must_be_as_many(node, wanted.size(), axes.size());
  for (std::size_t i = 0; i < axes.size(); ++i) shape[axes[i]] = wanted[i];
  node.set_shape(0, shape);
}

}  // namespace edgecut::onnx_import::rules
