"""Writes doorbell.onnx, the model of a tutorial: a detector of people, as a researcher's own model might be.

Needs python3-onnx. The weights' values are left out: only their shapes matter to how long a layer takes.

    python3 docs/tutorials/make_doorbell.py docs/tutorials/doorbell.onnx
"""

import sys

import onnx
from onnx import TensorProto, helper

CHANNELS = [32, 96, 192, 192]  # of the convolutions, each followed by a pooling that halves width and height
SIDE = 224 // 2 ** (1 + len(CHANNELS))  # the first convolution halves them, too


def empty(name, *shape):
    return TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape)


def build():
    nodes, weights = [], []

    def layer(kind, name, source, *shape, **attributes):
        weights.extend([empty(f"{name}_w", *shape), empty(f"{name}_b", shape[0])] if shape else [])
        inputs = [source, f"{name}_w", f"{name}_b"] if shape else [source]
        nodes.append(helper.make_node(kind, inputs, [name], name, **attributes))
        return name

    at, before = "image", 3
    for number, channels in enumerate(CHANNELS, start=1):
        first = number == 1
        at = layer("Conv", f"conv{number}", at, channels, before, *([5, 5] if first else [3, 3]),
                   strides=[2, 2] if first else [1, 1], pads=[2] * 4 if first else [1] * 4)
        at = layer("Relu", f"relu{number}", at)
        at = layer("MaxPool", f"pool{number}", at, kernel_shape=[2, 2], strides=[2, 2])
        before = channels
    at = layer("Flatten", "flatten", at)
    at = layer("Gemm", "hidden", at, 4096, before * SIDE * SIDE, transB=1)
    at = layer("Relu", "hidden_relu", at)
    at = layer("Gemm", "person", at, 2, 4096, transB=1)
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, "height", "width"])
    person = helper.make_tensor_value_info(at, TensorProto.FLOAT, ["batch", 2])
    graph = helper.make_graph(nodes, "doorbell", [image], [person], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="doorbell")


if __name__ == "__main__":
    onnx.save(build(), sys.argv[1])
