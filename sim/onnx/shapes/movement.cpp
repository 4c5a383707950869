// Operators that move numbers and compute none.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "onnx/shapes/rules.hpp"
#include "onnx/values.hpp"

namespace edgecut::onnx_import::rules {
namespace {

// The dimension that -1 stands for.
std::int64_t left_over(const Typing& node, const Shape& data, const Shape& wanted) {
  std::int64_t others = 1;
  for (const auto size : wanted) others = size == -1 ? others : product(others, size);
  const auto all = product(data);
  if (others == 0 || all % others != 0) node.refuse_shapes(data, wanted);
  return all / others;
}

Shape split_sizes(const Typing& node, std::int64_t whole) {
  const auto given = node.list(1, "split");
  if (!given.empty()) return given;
  const auto parts = node.integer("num_outputs", static_cast<std::int64_t>(node.outputs()));
  if (parts < 1) node.refuse(fmt::format("splits into {} parts", parts));
  // Since operator set 18 the last part may be smaller.
  if (whole % parts != 0 && node.opset() < 18) node.refuse(fmt::format("splits {} into {} parts", whole, parts));
  const auto size = (whole + parts - 1) / parts;
  Shape sizes;
  for (std::int64_t i = 0; i < parts; ++i) sizes.push_back(std::max<std::int64_t>(0, std::min(size, whole - i * size)));
  return sizes;
}

void must_be_indices(const Typing& node, std::size_t input) {
  const auto type = node.type(input);
  if (type != 0 && !is_integer(type)) node.refuse(fmt::format("input {} must be whole numbers", input));
}

// Elements from `start` to `end` in steps over `whole`, after the rules of numpy.
std::int64_t taken(const Typing& node, std::int64_t whole, std::int64_t start, std::int64_t end, std::int64_t step) {
  if (step == 0) node.refuse("slices in steps of 0");
  const bool back = step < 0;
  const auto bound = [&](std::int64_t at) {
    if (at < 0) at += whole;
    return std::clamp<std::int64_t>(at, back ? -1 : 0, back ? whole - 1 : whole);
  };
  const auto length = back ? bound(start) - bound(end) : bound(end) - bound(start);
  if (length <= 0) return 0;
  if (back && step < -whole) return 1;
  return step > whole ? 1 : (length - 1) / (back ? -step : step) + 1;
}

}  // namespace

void reshape(Typing& node) {
  const auto& data = node.shape(0);
  auto wanted = node.list(1, "shape");
  const bool keeps_zero = node.integer("allowzero", 0) != 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] < -1) node.refuse(fmt::format("dimension {} of its shape is {}", i, wanted[i]));
    if (wanted[i] != 0 || keeps_zero) continue;
    if (i >= data.size()) node.refuse_shapes(data, wanted);
    wanted[i] = data[i];
  }
  const auto open = std::ranges::find(wanted, -1);
  if (std::ranges::count(wanted, -1) > 1) node.refuse("its shape leaves two dimensions open");
  if (open != wanted.end()) *open = left_over(node, data, wanted);
  if (product(wanted) != product(data)) node.refuse_shapes(data, wanted);
  node.set_shape(0, wanted);
}

void flatten(Typing& node) {
  const auto& data = node.shape(0);
  const auto rank = static_cast<std::int64_t>(data.size());
  const auto axis = node.integer("axis", 1);
  if (axis < -rank || axis > rank) node.refuse(fmt::format("axis {} is beyond its input's {} dimensions", axis, rank));
  const auto middle = data.begin() + (axis < 0 ? axis + rank : axis);
  node.set_shape(0, {product(Shape(data.begin(), middle)), product(Shape(middle, data.end()))});
}

void squeeze(Typing& node) {
  const auto& data = node.shape(0);
  const auto given = node.list(1, "axes");
  const auto axes = node.places(given, data.size());
  Shape shape;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const bool named = std::ranges::find(axes, i) != axes.end();
    if (named && data[i] != 1) node.refuse(fmt::format("dimension {} is {}, not 1", i, data[i]));
    if (!(named || (given.empty() && data[i] == 1))) shape.push_back(data[i]);
  }
  node.set_shape(0, shape);
}

void unsqueeze(Typing& node) {
  auto shape = node.shape(0);
  const auto given = node.list(1, "axes");
  auto axes = node.places(given, shape.size() + given.size());
  std::ranges::sort(axes);
  for (const auto axis : axes) shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axis), 1);
  node.set_shape(0, shape);
}

void transpose(Typing& node) {
  const auto& data = node.shape(0);
  auto order = node.integers("perm");
  if (order.empty()) {
    for (auto i = data.size(); i-- > 0;) order.push_back(static_cast<std::int64_t>(i));
  }
  if (order.size() != data.size()) node.refuse(fmt::format("orders {} of {} dimensions", order.size(), data.size()));
  Shape shape;
  for (const auto i : node.places(order, data.size())) shape.push_back(data[i]);
  node.set_shape(0, shape);
}

void concat(Typing& node) {
  auto shape = node.shape(0);
  if (node.opset() >= 4 && !node.states("axis")) node.refuse("attribute 'axis' is missing");
  const auto axis = node.axis(1, shape.size());
  for (std::size_t i = 1; i < node.inputs(); ++i) {
    node.must_be_of_one_type({0, i});
    const auto& next = node.shape(i);
    for (std::size_t d = 0; d < shape.size(); ++d) {
      if (next.size() != shape.size() || (d != axis && next[d] != shape[d])) node.refuse_shapes(node.shape(0), next);
    }
    shape[axis] += next[axis];
  }
  node.set_shape(0, shape);
}

// The results of a loop's trips, one on another: a node that no file holds.
void stack(Typing& node) {
  auto shape = node.shape(0);
  for (std::size_t i = 1; i < node.inputs(); ++i) {
    if (node.shape(i) != shape) node.refuse_shapes(shape, node.shape(i));
  }
  const auto axis = node.axis(0, shape.size() + 1);
  shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axis), static_cast<std::int64_t>(node.inputs()));
  node.set_shape(0, shape);
}

// What a Scan runs over, an output a trip: a node that no file holds, either.
void unstack(Typing& node) {
  auto shape = node.shape(0);
  shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(node.axis(0, shape.size())));
  for (std::size_t i = 0; i < node.outputs(); ++i) {
    node.set_type(i, node.type(0));
    node.set_shape(i, shape);
  }
}

void split(Typing& node) {
  for (std::size_t i = 1; i < node.outputs(); ++i) node.set_type(i, node.type(0));
  auto shape = node.shape(0);
  const auto axis = node.axis(0, shape.size());
  const auto whole = shape[axis];
  const auto sizes = split_sizes(node, whole);
  std::int64_t sum = 0;
  for (const auto size : sizes) sum += size < 0 || size > whole ? whole + 1 : size;
  if (sum != whole || sizes.size() != node.outputs()) {
    node.refuse(fmt::format("splits {} into {} parts for {} outputs", whole, sizes.size(), node.outputs()));
  }
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    shape[axis] = sizes[i];
    node.set_shape(i, shape);
  }
}

// Starts, ends, axes and steps are attributes, and inputs since operator set 10.
void slice(Typing& node) {
  auto shape = node.shape(0);
  const auto starts = node.list(1, "starts");
  const auto ends = node.list(2, "ends");
  auto axes = node.list(3, "axes");
  auto steps = node.has(4) ? node.values(4) : Shape(starts.size(), 1);
  if (axes.empty()) {
    axes.resize(starts.size());
    std::iota(axes.begin(), axes.end(), 0);
  }
  if (starts.size() != ends.size() || starts.size() != axes.size() || starts.size() != steps.size()) {
    node.refuse("its starts, ends, axes and steps are not as many");
  }
  const auto places = node.places(axes, shape.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    auto& size = shape[places[i]];
    size = taken(node, size, starts[i], ends[i], steps[i]);
  }
  node.set_shape(0, shape);
}

// All beginnings, then all ends, of the axes that the fourth input names or of all.
void pad(Typing& node) {
  auto shape = node.shape(0);
  const auto pads = node.list(1, node.opset() < 2 ? "paddings" : "pads");
  Shape axes(shape.size());
  std::iota(axes.begin(), axes.end(), 0);
  if (node.has(3)) axes = node.values(3);
  const auto places = node.places(axes, shape.size());
  if (pads.size() != 2 * places.size()) {
    node.refuse(fmt::format("has {} paddings for {} dimensions", pads.size(), places.size()));
  }
  constexpr std::int64_t most = std::int64_t{1} << 40U;
  if (std::ranges::any_of(pads, [](auto p) { return p > most || p < -most; }))
    node.refuse("its padding is out of range");
  for (std::size_t i = 0; i < places.size(); ++i) shape[places[i]] += pads[i] + pads[i + places.size()];
  node.set_shape(0, shape);
}

void tile(Typing& node) {
  auto shape = node.shape(0);
  if (node.opset() < 6) {
    auto& size = shape[node.place(node.value(2), shape.size())];
    size = product(size, node.value(1));
    return node.set_shape(0, shape);
  }
  const auto repeats = node.values(1);
  if (repeats.size() != shape.size()) node.refuse_shapes(shape, repeats);
  for (std::size_t i = 0; i < shape.size(); ++i) shape[i] = product(shape[i], repeats[i]);
  node.set_shape(0, shape);
}

void expand(Typing& node) {
  node.set_shape(0, broadcast(node, node.shape(0), node.values(1)));
}

void depth_to_space(Typing& node) {
  const auto& data = node.shape(0, 4);
  const auto block = node.integer("blocksize", 0);
  if (block < 1 || block > data[1] || data[1] % (block * block) != 0) {
    node.refuse(fmt::format("attribute 'blocksize' is {}, which does not divide {} channels", block, data[1]));
  }
  node.set_shape(0, {data[0], data[1] / (block * block), product(data[2], block), product(data[3], block)});
}

void space_to_depth(Typing& node) {
  const auto& data = node.shape(0, 4);
  const auto block = node.integer("blocksize", 0);
  if (block < 1 || data[2] % block != 0 || data[3] % block != 0) {
    node.refuse(fmt::format("attribute 'blocksize' is {}, which does not divide {}x{}", block, data[2], data[3]));
  }
  node.set_shape(0, {data[0], product(data[1], product(block, block)), data[2] / block, data[3] / block});
}

void gather(Typing& node) {
  must_be_indices(node, 1);
  const auto& data = node.shape(0);
  const auto& indices = node.shape(1);
  const auto axis = static_cast<std::ptrdiff_t>(node.axis(0, data.size()));
  Shape shape(data.begin(), data.begin() + axis);
  shape.insert(shape.end(), indices.begin(), indices.end());
  shape.insert(shape.end(), data.begin() + axis + 1, data.end());
  node.set_shape(0, shape);
}

void gather_elements(Typing& node) {
  must_be_indices(node, 1);
  const auto& data = node.shape(0);
  static_cast<void>(node.axis(0, data.size()));
  if (node.shape(1).size() != data.size()) node.refuse_shapes(data, node.shape(1));
  node.set_shape(0, node.shape(1));
}

void gather_nd(Typing& node) {
  must_be_indices(node, 1);
  const auto& data = node.shape(0);
  const auto& indices = node.shape(1);
  const auto batch = node.integer("batch_dims", 0);
  const auto fewest = static_cast<std::int64_t>(std::min(data.size(), indices.size()));
  if (batch < 0 || batch >= fewest) {
    node.refuse(fmt::format("attribute 'batch_dims' is {}, beyond its inputs' {} dimensions", batch, fewest));
  }
  const auto rank = static_cast<std::int64_t>(data.size());
  if (indices.back() < 1 || indices.back() > rank - batch) node.refuse_shapes(data, indices);
  Shape shape(indices.begin(), indices.end() - 1);
  shape.insert(shape.end(), data.begin() + batch + indices.back(), data.end());
  node.set_shape(0, shape);
}

}  // namespace edgecut::onnx_import::rules
