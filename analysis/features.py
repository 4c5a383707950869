"""What the three-constant model sees of a network: work, bytes moved, layers (docs/scenarios.md, files of your own)."""

import pathlib
from typing import NamedTuple

import yaml

WINOGRAD_GAIN = 2.25
UNITS = {"B": 1.0, "kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 2.0**10, "MiB": 2.0**20}


class Features(NamedTuple):
    flop: float  # 2 a MAC, a dense 3x3 convolution of stride 1 divided by 2.25
    bytes: float  # input + output + weights of each layer
    layers: int  # inputs not counted


def size(text):
    number, unit = text.split()
    return float(number) * UNITS[unit]


def effective_flop(layer):
    is_winograd = (layer["kind"] == "conv" and layer.get("groups", 1) == 1 and layer.get("kernel") == [3, 3]
                   and layer.get("stride") == [1, 1])
    return 2.0 * layer.get("macs", 0) / (WINOGRAD_GAIN if is_winograd else 1.0)


def of_network(network):
    """Of a network file's contents; the same sums as sim/profile/profile.cpp, three_constants."""
    output = {layer["name"]: size(layer["output"]) for layer in network["layers"]}
    layers = [layer for layer in network["layers"] if layer["kind"] != "input"]
    moved = sum(output[layer["name"]] + size(layer.get("weights", "0 B")) + sum(map(output.get, layer["inputs"]))
                for layer in layers)
    return Features(sum(map(effective_flop, layers)), moved, len(layers))


def of_file(path):
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return of_network(yaml.load(pathlib.Path(path).read_text(encoding="utf-8"), Loader=loader))
