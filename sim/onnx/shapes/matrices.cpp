// Operators that multiply matrices.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "onnx/shapes/rules.hpp"

namespace edgecut::onnx_import::rules {
namespace {

using onnx::TensorProto;

// As numpy's matmul: a vector gets a dimension of 1, which then falls away; the dimensions before are stretched.
void multiply(Typing& node, std::size_t right) {
  auto a = node.shape(0);
  auto b = node.shape(right);
  const auto refuse = [&] { node.refuse_shapes(node.shape(0), node.shape(right)); };
  if (a.empty() || b.empty()) refuse();
  const bool row = a.size() == 1;
  const bool column = b.size() == 1;
  if (row) a.insert(a.begin(), 1);
  if (column) b.push_back(1);
  if (a.back() != b[b.size() - 2]) refuse();
  auto shape = broadcast(node, {a.begin(), a.end() - 2}, {b.begin(), b.end() - 2});
  if (!row) shape.push_back(a[a.size() - 2]);
  if (!column) shape.push_back(b.back());
  node.set_shape(0, shape);
}

struct Equation {
  std::vector<std::string> operands;
  std::string result;
  bool states_result = false;
};

// "ij, jk -> ik" without its blanks; an ellipsis becomes one dot.
Equation parse_equation(const Typing& node) {
  Equation equation;
  std::string term;
  auto text = node.text("equation", "");
  std::erase(text, ' ');
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "->") == 0) {
      equation.states_result = true;
      equation.operands.push_back(std::exchange(term, ""));
      ++i;
    } else if (text[i] == ',') {
      equation.operands.push_back(std::exchange(term, ""));
    } else if (text.compare(i, 3, "...") == 0) {
      term += '.';
      i += 2;
    } else if (std::isalpha(static_cast<unsigned char>(text[i])) != 0) {
      term += text[i];
    } else {
      node.refuse(fmt::format("attribute 'equation' has a '{}'", text[i]));
    }
  }
  (equation.states_result ? equation.result : equation.operands.emplace_back()) = term;
  return equation;
}

// Dimensions by letter; those that an ellipsis stands for are kept apart.
struct Letters {
  std::map<char, std::int64_t> size;
  Shape ellipsis;
};

void read_operand(const Typing& node, std::size_t input, const std::string& term, Letters& letters) {
  const auto& shape = node.shape(input);
  const auto named = static_cast<std::size_t>(std::ranges::count_if(term, [](char c) { return c != '.'; }));
  const bool dots = named != term.size();
  if (term.size() > named + 1 || (dots ? shape.size() < named : shape.size() != named)) {
    node.refuse(fmt::format("attribute 'equation' gives input {} {} dimensions, not {}", input, named, shape.size()));
  }
  std::size_t at = 0;
  for (const auto c : term) {
    if (c == '.') {
      const auto count = shape.size() - named;
      const auto begin = shape.begin() + static_cast<std::ptrdiff_t>(at);
      letters.ellipsis = broadcast(node, letters.ellipsis, {begin, begin + static_cast<std::ptrdiff_t>(count)});
      at += count;
      continue;
    }
    auto& size = letters.size.emplace(c, shape[at]).first->second;
    if (size != shape[at] && size != 1 && shape[at] != 1) {
      node.refuse(fmt::format("'{}' of its equation is {} and {}", c, size, shape[at]));
    }
    size = std::max(size, shape[at++]);
  }
}

Letters read_operands(const Typing& node, const Equation& equation) {
  if (equation.operands.size() != node.inputs()) {
    node.refuse(fmt::format("attribute 'equation' is of {} tensors, not {}", equation.operands.size(), node.inputs()));
  }
  Letters letters;
  for (std::size_t i = 0; i < node.inputs(); ++i) read_operand(node, i, equation.operands[i], letters);
  return letters;
}

// Without an arrow: an ellipsis, then every letter that stands once, in alphabetic order.
std::string implied_result(const Equation& equation) {
  std::map<char, int> counts;
  for (const auto& term : equation.operands) {
    for (const auto c : term) ++counts[c];
  }
  std::string result(counts.contains('.') ? 1 : 0, '.');
  for (const auto& [letter, count] : counts) {
    if (letter != '.' && count == 1) result += letter;
  }
  return result;
}

struct Heads {
  std::int64_t batch, heads, length, size;
};

// A tensor of queries, keys or values: batch x heads x length x size, or batch x length x (heads x size).
Heads heads_of(const Typing& node, std::size_t input, std::string_view attribute) {
  const auto& shape = node.shape(input);
  if (shape.size() == 4) return {shape[0], shape[1], shape[2], shape[3]};
  if (shape.size() != 3) node.refuse(fmt::format("input {} must have 3 or 4 dimensions, not {}", input, shape.size()));
  const auto heads = node.integer(attribute, 0);
  if (heads < 1 || shape[2] % heads != 0) {
    node.refuse(fmt::format("attribute '{}' must divide {}", attribute, shape[2]));
  }
  return {shape[0], heads, shape[1], shape[2] / heads};
}

// `batch_first`: the first two dimensions the other way round.
void must_be(const Typing& node, std::size_t input, Shape shape, bool batch_first = false) {
  if (!node.has(input)) return;
  if (batch_first) std::swap(shape[0], shape[1]);
  if (node.shape(input) != shape) node.refuse_shapes(shape, node.shape(input));
}

}  // namespace

void matrix_product(Typing& node) {
  node.must_be_of_one_type({0, 1});
  multiply(node, 1);
}

void integer_matrix_product(Typing& node) {
  node.set_type(0, TensorProto::INT32);
  multiply(node, 1);
}

void quantized_matrix_product(Typing& node) {
  node.set_type(0, node.type(7));
  multiply(node, 3);
}

void gemm(Typing& node) {
  node.must_be_of_one_type({0, 1, 2});
  auto a = node.shape(0, 2);
  auto b = node.shape(1, 2);
  if (node.integer("transA", 0) != 0) std::swap(a[0], a[1]);
  if (node.integer("transB", 0) != 0) std::swap(b[0], b[1]);
  if (a[1] != b[0]) node.refuse_shapes(node.shape(0), node.shape(1));
  const Shape shape{a[0], b[1]};
  if (node.has(2) && node.opset() >= 7 && broadcast(node, shape, node.shape(2)) != shape) {
    node.refuse_shapes(shape, node.shape(2));
  }
  node.set_shape(0, shape);
}

void einsum(Typing& node) {
  auto equation = parse_equation(node);
  const auto letters = read_operands(node, equation);
  if (!equation.states_result) equation.result = implied_result(equation);
  Shape shape;
  for (const auto c : equation.result) {
    if (c == '.') {
      shape.insert(shape.end(), letters.ellipsis.begin(), letters.ellipsis.end());
    } else if (const auto found = letters.size.find(c); found != letters.size.end()) {
      shape.push_back(found->second);
    } else {
      node.refuse(fmt::format("'{}' of its equation's result stands in no operand", c));
    }
  }
  node.set_shape(0, shape);
}

Shape einsum_extents(const Typing& node) {
  const auto letters = read_operands(node, parse_equation(node));
  auto extents = letters.ellipsis;
  for (const auto& [letter, size] : letters.size) extents.push_back(size);
  return extents;
}

void determinant(Typing& node) {
  const auto& shape = node.shape(0);
  if (shape.size() < 2 || shape.back() != shape[shape.size() - 2]) node.refuse("its matrices are not square");
  node.set_shape(0, {shape.begin(), shape.end() - 2});
}

// LSTM, GRU and RNN. X: steps, batch, features; the recurrent weight: directions, gates x hidden, hidden.
void recurrent(Typing& node) {
  for (std::size_t i = 1; i < node.outputs(); ++i) node.set_type(i, node.type(0));
  const bool batch_first = node.integer("layout", 0) != 0;
  const auto& data = node.shape(0, 3);
  const auto& weight = node.shape(1, 3);
  const auto& state = node.shape(2, 3);
  const auto steps = data[batch_first ? 1 : 0];
  const auto batch = data[batch_first ? 0 : 1];
  const auto directions = node.text("direction", "forward") == "bidirectional" ? 2 : 1;
  const auto gates = node.op() == "LSTM" ? 4 : (node.op() == "GRU" ? 3 : 1);
  const auto hidden = node.integer("hidden_size", state[2]);
  if (weight != Shape{directions, gates * hidden, data[2]}) node.refuse_shapes(data, weight);
  if (state != Shape{directions, gates * hidden, hidden}) node.refuse_shapes(weight, state);
  must_be(node, 3, {directions, 2 * gates * hidden});  // both biases
  must_be(node, 4, {batch});                           // lengths
  must_be(node, 5, {directions, batch, hidden}, batch_first);
  must_be(node, 6, {directions, batch, hidden}, batch_first);
  must_be(node, 7, {directions, 3 * hidden});  // peepholes
  node.set_shape(0, batch_first ? Shape{batch, steps, directions, hidden} : Shape{steps, directions, batch, hidden});
  for (std::size_t i = 1; i < node.outputs(); ++i) {
    node.set_shape(i, batch_first ? Shape{batch, directions, hidden} : Shape{directions, batch, hidden});
  }
}

// Queries, keys, values, and the keys and values that a cache holds; outputs: the result, both caches, the scores.
void attention(Typing& node) {
  for (std::size_t i = 1; i < node.outputs(); ++i) node.set_type(i, node.type(i == 2 ? 2 : 0));
  const auto queries = heads_of(node, 0, "q_num_heads");
  const auto keys = heads_of(node, 1, "kv_num_heads");
  const auto values = heads_of(node, 2, "kv_num_heads");
  const bool fits = queries.batch == keys.batch && queries.size == keys.size && keys.batch == values.batch &&
                    keys.heads == values.heads && keys.length == values.length && keys.heads > 0 &&
                    queries.heads % keys.heads == 0;
  if (!fits) node.refuse_shapes(node.shape(0), node.shape(1));
  const auto before = node.has(4) ? node.shape(4, 4)[2] : 0;
  const auto total = before + keys.length;
  node.set_shape(0, node.shape(0).size() == 4 ? Shape{queries.batch, queries.heads, queries.length, values.size}
                                              : Shape{queries.batch, queries.length, queries.heads * values.size});
  node.set_shape(1, {keys.batch, keys.heads, total, keys.size});
  node.set_shape(2, {values.batch, values.heads, total, values.size});
  node.set_shape(3, {queries.batch, queries.heads, queries.length, total});
}

}  // namespace edgecut::onnx_import::rules
