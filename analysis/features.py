"""What the three-constant model sees of a network: work, bytes moved, layers (docs/scenarios.md, files of your own)."""

import pathlib
from typing import NamedTuple

import yaml

WINOGRAD_GAIN = 2.25
UNITS = {"B": 1.0, "kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 2.0**10, "MiB": 2.0**20}


class Features(NamedTuple):
    flop: float  # 2 a MAC, a dense 3x3 convolution of stride 1 and dilation 1 divided by 2.25
    bytes: float  # that each layer reads of inputs and weights and writes
    layers: int  # inputs not counted


def size(text):
    number, unit = text.split()
    return float(number) * UNITS[unit]


def effective_flop(layer):
    ones = ([1, 1], None)
    is_winograd = (layer["kind"] == "conv" and layer.get("groups", 1) == 1 and layer.get("kernel") == [3, 3]
                   and layer.get("stride") == [1, 1] and layer.get("dilation") in ones
                   and not layer.get("transposed", layer.get("op") == "ConvTranspose"))
    return 2.0 * layer.get("macs", 0) / (WINOGRAD_GAIN if is_winograd else 1.0)


def read_of(made, outputs):
    """Bytes of a layer's outputs: of those of these numbers, of all without."""
    if not outputs or "outputs" not in made:
        return size(made["output"]) if "output" in made else sum(size(each["output"]) for each in made["outputs"])
    return sum(size(made["outputs"][number]["output"]) for number in outputs)


def moved_bytes(network):
    """Layer -> input + output + weight bytes that one inference moves, as sim/dnn/network.cpp, moved_bytes."""
    layers = {layer["name"]: layer for layer in network["layers"]}
    shared = {weight["name"]: size(weight["weights"]) for weight in network.get("shared_weights", [])}
    moved = {}
    for name, layer in layers.items():
        weights = size(layer.get("weights", "0 B")) + sum(shared[weight] for weight in layer.get("shares", []))
        weights = size(layer["weights_read"]) if "weights_read" in layer else weights
        inputs = sum(read_of(layers[each], layer.get("reads", {}).get(each)) for each in layer.get("inputs", []))
        moved[name] = read_of(layer, None) + weights + inputs
    return moved


def of_network(network):
    """Of a network file's contents; the same sums as sim/profile/profile.cpp, three_constants."""
    moved = moved_bytes(network)
    layers = [layer for layer in network["layers"] if layer["kind"] != "input"]
    return Features(sum(map(effective_flop, layers)), sum(moved[layer["name"]] for layer in layers), len(layers))


def of_file(path):
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return of_network(yaml.load(pathlib.Path(path).read_text(encoding="utf-8"), Loader=loader))
