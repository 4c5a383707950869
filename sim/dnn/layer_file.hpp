// One layer of a network file: reading and writing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/value.hpp"
#include "dnn/layer_list.hpp"
#include "dnn/network.hpp"

namespace edgecut::dnn {

/// What is summed over layers in whole numbers goes up to here.
inline constexpr double most_counted = 1e15;

/// Reads a layer with its own weights alone. `dtype` is the network's, `shared` are its shared weights. Throws
/// config::Error.
NamedLayer read_layer(const config::Value& value, std::string_view dtype, const std::vector<SharedWeight>& shared);

/// Weights that several layers name in `shares:`. Throws config::Error.
std::vector<SharedWeight> read_shared_weights(const config::Value& list);

/// Throws config::Error where a layer of `list` reads an output that its input does not make.
void check_reads(const config::Value& list, const SortedLayers& sorted);

/// As one line that read_layer() reads back.
std::string layer_line(const Network& network, LayerIndex v);
/// The key `shared_weights:` with one line each; empty where there are none.
std::string shared_weights_text(const Network& network);

/// The text in quotes, as YAML.
std::string quoted(const std::string& text);
/// As it is where YAML reads a plain word as text, else quoted.
std::string word(const std::string& text);

}  // namespace edgecut::dnn
