// Operators that slide a window: convolutions and pools.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "onnx/shapes/rules.hpp"

namespace edgecut::onnx_import::rules {
namespace {

using onnx::TensorProto;

constexpr std::int64_t widest = std::numeric_limits<int>::max();
constexpr auto no_bias = std::numeric_limits<std::size_t>::max();

std::string_view padding_of(const Typing& node) {
  const auto given = node.text("auto_pad", "NOTSET");
  for (const std::string_view known : {"NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"}) {
    if (given == known) return known;
  }
  node.refuse(fmt::format("attribute 'auto_pad' is '{}'; known: NOTSET, VALID, SAME_UPPER, SAME_LOWER", given));
}

struct Window {
  Shape kernel, stride, dilation, pads;  // pads: the beginnings, then the ends
  std::string_view padding;

  [[nodiscard]] std::int64_t extent(std::size_t i) const { return dilation[i] * (kernel[i] - 1) + 1; }
  [[nodiscard]] std::int64_t begin(std::size_t i) const { return pads[i]; }
  [[nodiscard]] std::int64_t both(std::size_t i) const { return pads[i] + pads[i + kernel.size()]; }
  [[nodiscard]] bool same() const { return padding.starts_with("SAME"); }
};

void must_be_sane(const Typing& node, const Shape& numbers, std::string_view attribute, std::int64_t least) {
  if (std::ranges::all_of(numbers, [&](auto n) { return n >= least && n <= widest; })) return;
  node.refuse(fmt::format("attribute '{}' must be from {} to {}", attribute, least, widest));
}

Window window_of(const Typing& node, const Shape& kernel) {
  const auto rank = kernel.size();
  Window window{kernel, node.integers("strides", rank, 1), node.integers("dilations", rank, 1),
                node.integers("pads", 2 * rank, 0), padding_of(node)};
  must_be_sane(node, window.kernel, "kernel_shape", 1);
  must_be_sane(node, window.stride, "strides", 1);
  must_be_sane(node, window.dilation, "dilations", 1);
  must_be_sane(node, window.pads, "pads", -widest);
  if (window.padding != "NOTSET") window.pads.assign(2 * rank, 0);
  return window;
}

// What SAME adds to both ends together, so that `in` gives ceil(in / stride) places.
std::int64_t same_padding(std::int64_t in, std::int64_t stride, std::int64_t extent) {
  return std::max<std::int64_t>(0, ((in + stride - 1) / stride - 1) * stride + extent - in);
}

// Places along dimension `i` of a window over `in` elements. With `ceil`, a last window may reach beyond the padding at
// the end, but not begin in it [ONNX, AveragePool and MaxPool: "if the window would start in the padded region, it is
// ignored"].
std::int64_t places(const Typing& node, const Window& window, std::size_t i, std::int64_t in, bool ceil) {
  const auto stride = window.stride[i];
  const auto padding = window.same() ? same_padding(in, stride, window.extent(i)) : window.both(i);
  const auto room = in + padding - window.extent(i);
  if (room < 0) {
    node.refuse(
        fmt::format("a window of {} does not fit in {} elements with padding {}", window.extent(i), in, padding));
  }
  if (!ceil) return room / stride + 1;
  const auto count = (room + stride - 1) / stride + 1;
  const auto begin = window.same() ? padding / 2 : window.begin(i);
  return (count - 1) * stride >= in + begin ? count - 1 : count;
}

Shape slid(const Typing& node, const Window& window, const Shape& data, std::int64_t channels, bool ceil) {
  Shape shape{data[0], channels};
  for (std::size_t i = 0; i < window.kernel.size(); ++i) shape.push_back(places(node, window, i, data[i + 2], ceil));
  return shape;
}

void must_have_space(const Typing& node, const Shape& data) {
  if (data.size() < 3) node.refuse(fmt::format("its input must have 3 or more dimensions, not {}", data.size()));
}

// The kernel that the attribute and the weight state: one is refused that says another thing than the other.
Shape kernel_of(const Typing& node, const Shape& weight) {
  const Shape kernel(weight.begin() + 2, weight.end());
  const auto stated = node.integers("kernel_shape");
  if (!stated.empty() && stated != kernel) node.refuse_shapes(stated, kernel);
  return kernel;
}

// One number an output channel.
void must_fit_bias(const Typing& node, std::size_t bias, std::int64_t channels) {
  if (!node.has(bias)) return;
  if (node.shape(bias) != Shape{channels}) node.refuse_shapes({channels}, node.shape(bias));
}

void convolve(Typing& node, std::size_t position, std::size_t bias) {
  const auto& data = node.shape(0);
  const auto& weight = node.shape(position);
  must_have_space(node, data);
  const auto groups = node.integer("group", 1);
  if (weight.size() != data.size() || groups < 1 || product(weight[1], groups) != data[1] || weight[0] % groups != 0) {
    node.refuse_shapes(data, weight);
  }
  must_fit_bias(node, bias, weight[0]);
  node.set_shape(0, slid(node, window_of(node, kernel_of(node, weight)), data, weight[0], false));
}

// A dilated pool with SAME padding: ONNX counts the dilated window, onnxruntime the plain one.
void must_be_agreed(const Typing& node, const Window& window) {
  if (!window.same() || std::ranges::all_of(window.dilation, [](auto d) { return d == 1; })) return;
  node.refuse("runtimes do not agree on attribute 'auto_pad' of a dilated pool: it must state 'pads'");
}

Shape pooled(const Typing& node) {
  const auto& data = node.shape(0);
  must_have_space(node, data);
  const auto window = window_of(node, node.integers("kernel_shape", data.size() - 2, 0));
  must_be_agreed(node, window);
  return slid(node, window, data, data[1], node.integer("ceil_mode", 0) != 0);
}

}  // namespace

void convolution(Typing& node) {
  node.must_be_of_one_type({0, 1, 2});
  convolve(node, 1, 2);
}

void integer_convolution(Typing& node) {
  node.set_type(0, TensorProto::INT32);
  convolve(node, 1, no_bias);
}

void quantized_convolution(Typing& node) {
  node.set_type(0, node.type(7));
  convolve(node, 3, 8);
}

void deformable_convolution(Typing& node) {
  node.must_be_of_one_type({0, 1, 2, 3, 4});
  convolve(node, 1, 3);
}

// Weight: input channels, output channels / groups, kernel.
void transposed_convolution(Typing& node) {
  const auto& data = node.shape(0);
  const auto& weight = node.shape(1);
  must_have_space(node, data);
  const auto groups = node.integer("group", 1);
  if (weight.size() != data.size() || weight[0] != data[1] || groups < 1 || weight[0] % groups != 0) {
    node.refuse_shapes(data, weight);
  }
  node.must_be_of_one_type({0, 1, 2});
  must_fit_bias(node, 2, product(weight[1], groups));
  const auto window = window_of(node, kernel_of(node, weight));
  const auto rank = window.kernel.size();
  const auto extra = node.integers("output_padding", rank, 0);
  must_be_sane(node, extra, "output_padding", 0);
  auto stated = node.integers("output_shape");
  must_be_sane(node, stated, "output_shape", 1);
  if (stated.size() == rank + 2) stated.erase(stated.begin(), stated.begin() + 2);
  if (!stated.empty() && stated.size() != rank) node.refuse("attribute 'output_shape' does not fit its input");
  Shape shape{data[0], product(weight[1], groups)};
  for (std::size_t i = 0; i < rank; ++i) {
    const auto free = product(window.stride[i], data[i + 2] - 1) + extra[i] + window.extent(i);
    // SAME gives stride x input, but pads no window that is narrower than its stride, as onnxruntime does.
    const auto same = std::max<std::int64_t>(0, window.extent(i) + extra[i] - window.stride[i]);
    const auto natural = free - (window.same() ? same : window.both(i));
    shape.push_back(stated.empty() ? natural : stated[i]);
  }
  node.set_shape(0, shape);
}

void pool(Typing& node) {
  node.set_shape(0, pooled(node));
}

void max_pool(Typing& node) {
  node.set_type(1, TensorProto::INT64);
  const auto shape = pooled(node);
  node.set_shape(0, shape);
  node.set_shape(1, shape);
}

void max_unpool(Typing& node) {
  if (node.has(2)) return node.set_shape(0, node.values(2));
  const auto& data = node.shape(0);
  must_have_space(node, data);
  const auto window = window_of(node, node.integers("kernel_shape", data.size() - 2, 0));
  Shape shape{data[0], data[1]};
  for (std::size_t i = 0; i < window.kernel.size(); ++i) {
    shape.push_back(product(window.stride[i], data[i + 2] - 1) + window.extent(i) - window.both(i));
  }
  node.set_shape(0, shape);
}

void global_pool(Typing& node) {
  auto shape = node.shape(0);
  must_have_space(node, shape);
  std::fill(shape.begin() + 2, shape.end(), 1);
  node.set_shape(0, shape);
}

void max_roi_pool(Typing& node) {
  const auto size = node.integers("pooled_shape");
  if (size.size() != 2) node.refuse("attribute 'pooled_shape' must have 2 numbers");
  node.set_shape(0, {node.shape(1, 2)[0], node.shape(0, 4)[1], size[0], size[1]});
}

void roi_align(Typing& node) {
  node.set_shape(
      0, {node.shape(1, 2)[0], node.shape(0, 4)[1], node.integer("output_height", 1), node.integer("output_width", 1)});
}

// Blocks of columns laid back over an image.
void col2im(Typing& node) {
  const auto& data = node.shape(0, 3);
  const auto block = product(node.values(2));
  if (block < 1 || data[1] % block != 0) node.refuse_shapes(data, node.values(2));
  Shape shape{data[0], data[1] / block};
  for (const auto size : node.values(1)) shape.push_back(size);
  node.set_shape(0, shape);
}

}  // namespace edgecut::onnx_import::rules
