"""Writes ONNX graphs whose weights have shapes and no numbers: an importer that counts reads nothing else of them.

Nodes are named as the layers are to be; a node's output has its name. Only python3-onnx is needed.
"""

import onnx
from onnx import TensorProto, helper

FLOAT, INT8, INT32, INT64 = TensorProto.FLOAT, TensorProto.INT8, TensorProto.INT32, TensorProto.INT64
OPSET = 20  # the first with Gelu; 17 was the first with LayerNormalization


class Skeleton:
    """A graph that is written down node by node. Methods return the name of what they make."""

    def __init__(self, name):
        self.name = name
        self.nodes, self.weights, self.inputs, self.outputs = [], [], [], []

    def input(self, name, *shape, kind=FLOAT):
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def weight(self, name, *shape, kind=FLOAT):
        """A tensor of numbers that the file does not hold. No checker passes it."""
        self.weights.append(TensorProto(name=name, data_type=kind, dims=shape))
        return name

    def constant(self, name, *numbers, scalar=False):
        """Whole numbers that a shape depends on, as a list or without dimensions."""
        self.weights.append(helper.make_tensor(name, INT64, [] if scalar else [len(numbers)], numbers))
        return name

    def node(self, op, name, *inputs, outputs=1, **attributes):
        names = [name] if outputs == 1 else [f"{name}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, name, **attributes))
        return names[0] if outputs == 1 else names

    def conv(self, name, at, before, channels, kernel, stride=1, groups=1, pads=None, bias=True, rank=2):
        """`before` channels become `channels`. `kernel`: one size for all `rank` axes; padded by half of it."""
        inputs = [at, self.weight(f"{name}.weight", channels, before // groups, *[kernel] * rank)]
        if bias:
            inputs.append(self.weight(f"{name}.bias", channels))
        return self.node("Conv", name, *inputs, group=groups, kernel_shape=[kernel] * rank, strides=[stride] * rank,
                         pads=pads or [kernel // 2] * 2 * rank)

    def linear(self, name, at, before, after, bias=True):
        """Of the last axis: a product and a sum, as torch exports what has more than two axes."""
        product = self.node("MatMul", f"{name}/MatMul", at, self.weight(f"{name}.weight", before, after))
        return self.node("Add", f"{name}/Add", product, self.weight(f"{name}.bias", after)) if bias else product

    def layer_norm(self, name, at, features):
        return self.node("LayerNormalization", name, at, self.weight(f"{name}.weight", features),
                         self.weight(f"{name}.bias", features), axis=-1)

    def reshape(self, name, at, *shape):
        return self.node("Reshape", name, at, self.constant(f"{name}.shape", *shape))

    def output(self, name, *shape, kind=FLOAT):
        self.outputs.append(helper.make_tensor_value_info(name, kind, shape))

    def save(self, path):
        graph = helper.make_graph(self.nodes, self.name, self.inputs, self.outputs, self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="edgecut")
        onnx.save(model, str(path))


class Integers(Skeleton):
    """A graph in int8 as quantisers write it: integers pass DequantizeLinear before an operator and QuantizeLinear
    behind it, or behind the ReLU that follows."""

    def _of_scale(self, name):
        self.weights.append(helper.make_tensor(name, FLOAT, [], [0.05]))
        return name

    def _floats(self, name, integers):
        return self.node("DequantizeLinear", f"{name}_floats", integers, self._of_scale(f"{name}_scale"))

    def quantised(self, op, name, *sources, weight=None, relu=False, **attributes):
        """An operator on int8 tensors. `weight`: the shape of its int8 weights, outputs first; with an int32 bias."""
        inputs = [self._floats(f"{name}.input{i}", source) for i, source in enumerate(sources)]
        if weight:
            inputs.append(self._floats(f"{name}.weight", self.weight(f"{name}.weight", *weight, kind=INT8)))
            inputs.append(self._floats(f"{name}.bias", self.weight(f"{name}.bias", weight[0], kind=INT32)))
        made = self.node(op, name, *inputs, **attributes)
        if relu:
            made = self.node("Relu", f"{name}/relu", made)
        self.weights.append(helper.make_tensor(f"{name}_zero", INT8, [], [0]))
        return self.node("QuantizeLinear", f"{name}_integers", made, self._of_scale(f"{name}_scale"), f"{name}_zero")
