// The shape rule of each operator, after ONNX's definitions.
#pragma once

#include <string_view>

#include "onnx/shapes/typing.hpp"

namespace edgecut::onnx_import {

using Rule = void (*)(Typing&);

/// Null for an operator whose shapes are not known here.
Rule find_rule(std::string_view op);

/// The families, each in a file of its own. Every one throws NotKnown where the shape depends on data, and ImportError
/// where the node contradicts its operator's definition.
namespace rules {

// elementwise.cpp
void same(Typing& node);             // output 0 is as input 0
void same_along_axis(Typing& node);  // the same, with an attribute `axis`
void predicate(Typing& node);        // the same, of truth values
void arithmetic(Typing& node);       // of two tensors, stretched to each other
void comparison(Typing& node);       // the same, of truth values
void variadic(Typing& node);         // of any number of tensors
void where(Typing& node);
void prelu(Typing& node);
void cast(Typing& node);
void cast_like(Typing& node);
void quantize(Typing& node);
void dequantize(Typing& node);
void dynamic_quantize(Typing& node);
void random_like(Typing& node);
void random(Typing& node);
void multinomial(Typing& node);
void batch_normalization(Typing& node);
void instance_normalization(Typing& node);  // and of groups
void layer_normalization(Typing& node);
void rotary_embedding(Typing& node);

// windows.cpp
void convolution(Typing& node);
void integer_convolution(Typing& node);
void quantized_convolution(Typing& node);
void transposed_convolution(Typing& node);
void deformable_convolution(Typing& node);
void pool(Typing& node);
void max_pool(Typing& node);
void max_unpool(Typing& node);
void global_pool(Typing& node);
void max_roi_pool(Typing& node);
void roi_align(Typing& node);
void col2im(Typing& node);

// matrices.cpp
void matrix_product(Typing& node);
void integer_matrix_product(Typing& node);
void quantized_matrix_product(Typing& node);
void gemm(Typing& node);
void einsum(Typing& node);
Shape einsum_extents(const Typing& node);  // of every letter of its equation, and of what an ellipsis stands for
void determinant(Typing& node);
void recurrent(Typing& node);
void attention(Typing& node);

// reductions.cpp
void reduction(Typing& node);
void arg_reduction(Typing& node);
void top_k(Typing& node);
void compress(Typing& node);
void non_zero(Typing& node);
void non_maximum_suppression(Typing& node);
void unique(Typing& node);

// movement.cpp
void reshape(Typing& node);
void flatten(Typing& node);
void squeeze(Typing& node);
void unsqueeze(Typing& node);
void transpose(Typing& node);
void concat(Typing& node);
void stack(Typing& node);
void unstack(Typing& node);
void split(Typing& node);
void slice(Typing& node);
void pad(Typing& node);
void tile(Typing& node);
void expand(Typing& node);
void depth_to_space(Typing& node);
void space_to_depth(Typing& node);
void gather(Typing& node);
void gather_elements(Typing& node);
void gather_nd(Typing& node);

// images.cpp
void resize(Typing& node);
void upsample(Typing& node);
void grid_sample(Typing& node);
void affine_grid(Typing& node);
void center_crop_pad(Typing& node);

// makers.cpp
void shape_of(Typing& node);
void size_of(Typing& node);
void constant_of_shape(Typing& node);
void range(Typing& node);
void one_hot(Typing& node);
void eye_like(Typing& node);
void window(Typing& node);
void mel_weights(Typing& node);
void dft(Typing& node);
void stft(Typing& node);

}  // namespace rules
}  // namespace edgecut::onnx_import
