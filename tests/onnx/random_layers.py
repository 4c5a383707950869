"""Draws one-node ONNX models at random, by operators, operator sets and attributes, from a seed.

Written by hand, field by field, for a library writes the operator sets it knows only. What the draw gives may be wrong:
then the runtime refuses it, and so must the importer or at least say the same of no shape.
"""
import pathlib
import random
import struct
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent))
from analysis.onnx_file import encode  # noqa: E402

FLOAT, INT, STRING, FLOATS, INTS = 1, 2, 3, 6, 7  # AttributeProto.AttributeType
TYPES = {"float32": 1, "uint8": 2, "int8": 3, "int32": 6, "int64": 7, "bool": 9}  # TensorProto.DataType


def packed(number):
    """A negative number as protobuf has it: 64 bits, two's complement."""
    return number % 2**64


def attribute(name, value):
    head = encode(1, name)
    if isinstance(value, str):
        return head + encode(4, value) + encode(20, STRING)
    if isinstance(value, bool) or isinstance(value, int):
        return head + encode(3, packed(int(value))) + encode(20, INT)
    if isinstance(value, float):
        return head + b"\x15" + struct.pack("<f", value) + encode(20, FLOAT)
    if value and isinstance(value[0], float):
        return head + b"".join(b"\x3d" + struct.pack("<f", item) for item in value) + encode(20, FLOATS)
    return head + b"".join(encode(8, packed(item)) for item in value) + encode(20, INTS)


def tensor(name, array):
    return (b"".join(encode(1, size) for size in array.shape) + encode(2, TYPES[array.dtype.name]) + encode(8, name)
            + encode(9, np.ascontiguousarray(array).tobytes()))


def value(name, array):
    shape = b"".join(encode(1, encode(1, size)) for size in array.shape)
    return encode(1, name) + encode(2, encode(1, encode(1, TYPES[array.dtype.name]) + encode(2, shape)))


def model(op, opset, inputs, outputs=1, **attributes):
    """`inputs`: arrays in order, None where left out. The first is the input of the network, the others are constants."""
    names = ["" if array is None else f"x{i}" for i, array in enumerate(inputs)]
    node = (b"".join(encode(1, name) for name in names) + b"".join(encode(2, f"y{i}") for i in range(outputs))
            + encode(3, "under_test") + encode(4, op)
            + b"".join(encode(5, attribute(key, item)) for key, item in attributes.items() if item is not None))
    graph = (encode(1, node) + encode(2, "g")
             + b"".join(encode(5, tensor(name, array)) for name, array in list(zip(names, inputs))[1:] if array is not None)
             + encode(11, value("x0", inputs[0])) + b"".join(encode(12, encode(1, f"y{i}")) for i in range(outputs)))
    return (encode(1, 8) + encode(8, encode(1, "") + encode(2, opset)) + encode(7, graph)), {"x0": inputs[0]}


def floats(*shape):
    return np.zeros(shape, np.float32)


def ints(*numbers, shape=None):
    array = np.array(numbers, np.int64)
    return array if shape is None else array.reshape(shape)


class Draw:
    """One random layer after another; each method is a family."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.families = [getattr(self, name) for name in dir(type(self)) if name.startswith("a_")]

    def layers(self, count):
        for number in range(count):
            family = self.families[number % len(self.families)]
            content, feeds = family()
            yield f"{number}_{family.__name__[2:]}", content, feeds

    def some(self, low, high):
        return self.rng.randint(low, high)

    def maybe(self, item, share=0.5):
        return item() if self.rng.random() < share else None

    def shape(self, low=1, high=5, largest=9):
        return [self.some(1, largest) for _ in range(self.some(low, high))]

    def opset(self, low, high=24):
        return self.some(low, high)

    # ---- windows ----

    def window(self, rank, dilated=True):
        auto = self.rng.choice(["NOTSET"] * 4 + ["SAME_UPPER", "SAME_LOWER", "VALID"])
        kernel = [self.some(1, 4) for _ in range(rank)]
        return {
            "kernel_shape": kernel,
            "strides": self.maybe(lambda: [self.some(1, 3) for _ in range(rank)], 0.7),
            "dilations": self.maybe(lambda: [self.some(1, 3) for _ in range(rank)], 0.4) if dilated else None,
            "auto_pad": None if auto == "NOTSET" else auto,
            "pads": self.maybe(lambda: [self.some(0, kernel[i % rank] - 1) for i in range(2 * rank)], 0.6)
                    if auto == "NOTSET" else None}

    def a_pool(self):
        rank = self.some(1, 3)
        op = self.rng.choice(["AveragePool", "MaxPool", "LpPool"])
        opset = self.opset(11, 22)
        dilated = {"MaxPool": True, "AveragePool": opset >= 19, "LpPool": opset >= 18}[op]
        window = self.window(rank, dilated)
        if op != "LpPool" or opset >= 18:
            window["ceil_mode"] = self.maybe(lambda: 1, 0.6)
        if op == "AveragePool":
            window["count_include_pad"] = self.maybe(lambda: 1)
        return model(op, opset, [floats(1, 2, *(self.some(4, 19) for _ in range(rank)))],
                     2 if op == "MaxPool" and self.some(0, 1) else 1, **window)

    a_pool_again = a_pool

    def a_convolution(self):
        rank = self.some(1, 3)
        window = self.window(rank)
        group = self.some(1, 2)
        inner = self.some(1, 3)
        weight = floats(group * self.some(1, 3), inner, *window["kernel_shape"])
        if self.some(0, 1):
            window["kernel_shape"] = None
        return model("Conv", self.opset(1, 22), [floats(self.some(1, 2), group * inner, *(self.some(5, 15) for _ in range(rank))), weight],
                     group=group, **window)

    def a_transposed_convolution(self):
        rank = self.some(1, 2)
        window = self.window(rank)
        if self.some(0, 2) == 0:
            window["output_padding"] = [self.some(0, (window["strides"] or [1] * rank)[i] - 1) for i in range(rank)]
        group = self.some(1, 2)
        inner = self.some(1, 3)
        return model("ConvTranspose", self.opset(11, 22),
                     [floats(1, group * inner, *(self.some(4, 9) for _ in range(rank))),
                      floats(group * inner, self.some(1, 3), *window["kernel_shape"])], group=group, **window)

    def a_transposed_convolution_to_a_shape(self):
        window = self.window(2, dilated=False)
        window["auto_pad"] = self.rng.choice([None, "SAME_UPPER", "SAME_LOWER"])
        window["pads"] = None
        stride = window["strides"] or [1, 1]
        size = [self.some(4, 7), self.some(4, 7)]
        return model("ConvTranspose", 11, [floats(1, 2, *size), floats(2, 3, *window["kernel_shape"])],
                     output_shape=[size[i] * stride[i] for i in range(2)], **window)

    # ---- images ----

    def a_resize_by_scales(self):
        opset = self.opset(11, 23)
        shape = [1, self.some(1, 3), self.some(3, 17), self.some(3, 17)]
        scales = [self.rng.choice([0.5, 0.6, 1.0, 1.3333334, 1.5, 2.0, 3.3, 0.3]) for _ in range(2)]
        if opset >= 18 and self.some(0, 1):
            return model("Resize", opset, [floats(*shape), None, np.array(scales, np.float32)], axes=self.rng.choice([[2, 3], [-2, -1]]), mode="nearest")
        return model("Resize", opset, [floats(*shape), floats(0) if opset < 13 else None, np.array([1.0, 1.0, *scales], np.float32)],
                     mode=self.rng.choice(["nearest", "linear"]))

    def a_resize_by_sizes(self):
        opset = self.opset(11, 23)
        shape = [1, self.some(1, 3), self.some(3, 17), self.some(3, 17)]
        sizes = [self.some(2, 40), self.some(2, 40)]
        if opset < 18:
            return model("Resize", opset, [floats(*shape), floats(0) if opset < 13 else None, floats(0) if opset < 13 else None,
                                           ints(*shape[:2], *sizes)], mode="nearest")
        policy = self.rng.choice(["stretch", "not_larger", "not_smaller", None])
        axes = self.rng.choice([[2, 3], [3, 2], [-1, -2]])
        return model("Resize", opset, [floats(*shape), None, None, ints(*sizes)], axes=axes, keep_aspect_ratio_policy=policy,
                     mode="nearest")

    def a_upsample(self):
        return model("Upsample", 9, [floats(1, 2, self.some(2, 9), self.some(2, 9)),
                                     np.array([1, 1, self.rng.choice([1.5, 2.0, 3.0]), self.rng.choice([1.0, 2.5])], np.float32)],
                     mode="nearest")

    def a_grid_sample(self):
        batch = self.some(1, 2)
        return model("GridSample", self.opset(16, 22), [floats(batch, 3, 6, 7), floats(batch, self.some(1, 5), self.some(1, 5), 2)])

    def a_center_crop_pad(self):
        return model("CenterCropPad", self.opset(18), [floats(4, 9, 8), ints(self.some(1, 12), self.some(1, 12))],
                     axes=self.rng.choice([[1, 2], [-1, 0], [2, 1]]))

    def a_affine_grid(self):
        size = self.rng.choice([[2, 3, 4, 5], [1, 2, 3, 4, 5]])
        return model("AffineGrid", self.opset(20), [floats(size[0], len(size) - 2, len(size) - 1), ints(*size)])

    def a_depth_to_space(self):
        block = self.some(1, 3)
        if self.some(0, 1):
            return model("DepthToSpace", self.opset(11), [floats(1, block * block * self.some(1, 3), self.some(1, 4), self.some(1, 4))],
                         blocksize=block, mode=self.rng.choice([None, "CRD"]))
        return model("SpaceToDepth", self.opset(1), [floats(1, 2, block * self.some(1, 4), block * self.some(1, 4))], blocksize=block)

    def a_col2im(self):
        image, block = [self.some(4, 6), self.some(4, 6)], [self.some(1, 2), self.some(1, 2)]
        columns = (image[0] - block[0] + 1) * (image[1] - block[1] + 1)
        return model("Col2Im", self.opset(18), [floats(1, 3 * block[0] * block[1], columns), ints(*image), ints(*block)])

    # ---- reductions ----

    def a_reduction(self):
        op = "Reduce" + self.rng.choice("L1 L2 LogSum LogSumExp Max Mean Min Prod Sum SumSquare".split())
        opset = self.opset(11, 23)
        shape = self.shape()
        axes = [axis - self.rng.choice([0, len(shape)]) for axis in self.rng.sample(range(len(shape)), self.some(0, len(shape)))]
        keep = self.maybe(lambda: self.some(0, 1))
        if opset >= 18 or (op == "ReduceSum" and opset >= 13):
            return model(op, opset, [floats(*shape), *([ints(*axes)] if axes or self.some(0, 1) else [])], keepdims=keep,
                         noop_with_empty_axes=self.maybe(lambda: self.some(0, 1)))
        return model(op, opset, [floats(*shape)], axes=axes or None, keepdims=keep)

    def a_arg_reduction(self):
        shape = self.shape()
        return model(self.rng.choice(["ArgMax", "ArgMin"]), self.opset(11), [floats(*shape)],
                     axis=self.maybe(lambda: self.some(-len(shape), len(shape) - 1)), keepdims=self.maybe(lambda: 0))

    def a_top_k(self):
        shape = self.shape()
        axis = self.some(-len(shape), len(shape) - 1)
        return model("TopK", self.opset(11), [floats(*shape), ints(self.some(1, shape[axis]))], 2, axis=axis)

    def a_compress(self):
        shape = self.shape()
        axis = self.some(-len(shape), len(shape) - 1)
        condition = np.array([self.some(0, 1) for _ in range(shape[axis] - 1)] + [1], bool)
        return model("Compress", self.opset(11), [floats(*shape), condition], axis=axis if self.some(0, 1) or shape[axis] < 2 else None)

    # ---- movement ----

    def a_reshape(self):
        shape = self.shape(2, 4, 6)
        wanted = list(shape)
        self.rng.shuffle(wanted)
        if self.some(0, 1):
            wanted[self.some(0, len(wanted) - 1)] = -1
        if self.some(0, 2) == 0 and wanted[0] == shape[0]:
            wanted[0] = 0
        return model("Reshape", self.opset(5), [floats(*shape), ints(*wanted)])

    def a_flatten(self):
        shape = self.shape()
        return model("Flatten", self.opset(11), [floats(*shape)], axis=self.maybe(lambda: self.some(-len(shape), len(shape))))

    def a_squeeze(self):
        shape = [self.rng.choice([1, 1, 3, 5]) for _ in range(self.some(2, 5))]
        ones = [axis - self.rng.choice([0, len(shape)]) for axis, size in enumerate(shape) if size == 1]
        axes = self.rng.sample(ones, self.some(0, len(ones)))
        opset = self.opset(11)
        if opset < 13:
            return model("Squeeze", opset, [floats(*shape)], axes=axes or None)
        return model("Squeeze", opset, [floats(*shape), *([ints(*axes)] if axes else [])])

    def a_unsqueeze(self):
        shape = self.shape(1, 3)
        rank = len(shape) + 2
        axes = [axis - self.rng.choice([0, rank]) for axis in self.rng.sample(range(rank), 2)]
        opset = self.opset(11)
        if opset < 13:
            return model("Unsqueeze", opset, [floats(*shape)], axes=axes)
        return model("Unsqueeze", opset, [floats(*shape), ints(*axes)])

    def a_transpose(self):
        shape = self.shape()
        order = self.rng.sample(range(len(shape)), len(shape))
        return model("Transpose", self.opset(1), [floats(*shape)], perm=self.maybe(lambda: order, 0.8))

    def a_concat(self):
        shape = self.shape()
        axis = self.some(-len(shape), len(shape) - 1)
        others = []
        for _ in range(self.some(1, 3)):
            other = list(shape)
            other[axis] = self.some(1, 5)
            others.append(floats(*other))
        return model("Concat", self.opset(11), [floats(*shape), *others], axis=axis)

    def a_split(self):
        shape = self.shape()
        axis = self.some(-len(shape), len(shape) - 1)
        parts = self.some(1, 4)
        opset = self.opset(11)
        if opset >= 18 and self.some(0, 2) > 0:
            shape[axis] = self.some(parts, 17)
            return model("Split", opset, [floats(*shape)], parts, axis=axis, num_outputs=parts)
        sizes = [self.some(1, 4) for _ in range(parts)]
        shape[axis] = sum(sizes)
        if opset < 13:
            return model("Split", opset, [floats(*shape)], parts, axis=axis, split=sizes)
        return model("Split", opset, [floats(*shape), ints(*sizes)], parts, axis=axis)

    def a_slice(self):
        shape = self.shape(1, 4, 12)
        axes = self.rng.sample(range(len(shape)), self.some(1, len(shape)))
        starts, ends, steps = [], [], []
        for axis in axes:
            step = self.rng.choice([1, 1, 2, 3, -1, -2, 20, -20])
            low, high = self.some(0, shape[axis] - 1), self.some(0, shape[axis] - 1) + 1
            starts.append(self.rng.choice([low, low - shape[axis], -2**63, -100]) if step > 0 else self.rng.choice([high, 2**31, -1]))
            ends.append(self.rng.choice([high + low, 2**63 - 1, 2**31 - 1]) if step > 0 else self.rng.choice([-2**63, -100, low - 1]))
            steps.append(step)
        opset = self.opset(10)
        signed = [axis - self.rng.choice([0, len(shape)]) for axis in axes]
        return model("Slice", opset, [floats(*shape), ints(*starts), ints(*ends), ints(*signed), ints(*steps)])

    def a_pad(self):
        shape = self.shape()
        opset = self.opset(11)
        mode = self.rng.choice([None, None, "reflect", "edge", "wrap" if opset >= 19 else "edge"])
        axes = self.rng.sample(range(len(shape)), self.some(1, len(shape))) if opset >= 18 and self.some(0, 1) else list(range(len(shape)))
        pads = [self.some(0, shape[axes[i % len(axes)]] - 1) for i in range(2 * len(axes))]
        if mode is None:
            pads = [self.rng.choice([pad, -1 if shape[axes[i % len(axes)]] > 3 else 0]) for i, pad in enumerate(pads)]
        if opset >= 18 and axes != list(range(len(shape))):
            return model("Pad", opset, [floats(*shape), ints(*pads), None, ints(*axes)], mode=mode)
        return model("Pad", opset, [floats(*shape), ints(*(pads if axes == list(range(len(shape))) else [0] * 2 * len(shape)))], mode=mode)

    def a_tile(self):
        shape = self.shape(1, 4)
        return model("Tile", self.opset(6), [floats(*shape), ints(*(self.some(1, 3) for _ in shape))])

    def a_expand(self):
        shape = [self.rng.choice([1, 3, 4]) for _ in range(self.some(1, 4))]
        wanted = [self.some(1, 3) for _ in range(self.some(0, 2))] + [size if size > 1 else self.some(1, 4) for size in shape]
        return model("Expand", self.opset(8), [floats(*shape), ints(*wanted[self.some(0, 1) if len(wanted) > len(shape) else 0:])])

    def a_gather(self):
        shape = self.shape()
        axis = self.some(-len(shape), len(shape) - 1)
        indices = np.zeros([self.some(1, 3) for _ in range(self.some(0, 2))], np.int64)
        return model("Gather", self.opset(11), [floats(*shape), indices], axis=axis)

    def a_gather_elements(self):
        shape = self.shape()
        return model("GatherElements", self.opset(11), [floats(*shape), np.zeros([self.some(1, size) for size in shape], np.int64)],
                     axis=self.some(-len(shape), len(shape) - 1))

    def a_gather_nd(self):
        shape = self.shape(2, 4)
        batch = self.some(0, 1)
        width = self.some(1, len(shape) - batch)
        return model("GatherND", self.opset(12), [floats(*shape), np.zeros([*shape[:batch], self.some(1, 3), width], np.int64)], batch_dims=batch)

    def a_one_hot(self):
        shape = self.shape(1, 3)
        return model("OneHot", self.opset(11), [np.zeros(shape, np.int64), ints(self.some(1, 7)), np.array([0, 1], np.float32)],
                     axis=self.maybe(lambda: self.some(-len(shape) - 1, len(shape))))

    # ---- matrices and the rest ----

    def a_broadcast(self):
        shape = self.shape(1, 4)
        other = [self.rng.choice([1, size]) for size in shape][self.some(0, len(shape) - 1):]
        a, b = (shape, other) if self.some(0, 1) else (other, shape)
        return model(self.rng.choice(["Add", "Sub", "Mul", "Div", "Pow", "Less", "Greater", "Equal", "Max", "Min", "Mean", "Sum"]),
                     self.opset(13), [floats(*a), floats(*b)])

    def a_where(self):
        shape = self.shape(1, 4)
        return model("Where", self.opset(9), [np.zeros(shape, bool), floats(*shape[1:]), floats(1)])

    def a_matrix_product(self):
        inner = self.some(1, 5)
        batch = [self.some(1, 3) for _ in range(self.some(0, 2))]
        a = self.rng.choice([[inner], [*batch, self.some(1, 4), inner], [self.some(1, 4), inner]])
        b = self.rng.choice([[inner], [*batch, inner, self.some(1, 4)], [inner, self.some(1, 4)]])
        return model("MatMul", self.opset(9), [floats(*a), floats(*b)])

    def a_gemm(self):
        m, k, n = self.some(1, 5), self.some(1, 5), self.some(1, 5)
        trans_a, trans_b = self.some(0, 1), self.some(0, 1)
        return model("Gemm", self.opset(11), [floats(*([k, m] if trans_a else [m, k])), floats(*([n, k] if trans_b else [k, n])),
                                              *([floats(n)] if self.some(0, 1) else [])], transA=trans_a, transB=trans_b)

    def a_einsum(self):
        equation, a, b = self.rng.choice([("ij,jk->ik", [2, 3], [3, 4]), ("bhid,bhjd->bhij", [1, 2, 3, 4], [1, 2, 5, 4]),
                                          ("...ij,...jk->...ik", [2, 3, 4], [2, 4, 5]), ("i,j", [3], [4]), ("ij,jk", [2, 3], [3, 4]),
                                          ("bij, bjk -> bik", [2, 3, 4], [2, 4, 5]), ("ii->i", [3, 3], None)])
        return model("Einsum", self.opset(12), [floats(*a), *([] if b is None else [floats(*b)])], equation=equation)

    def a_recurrent(self):
        op = self.rng.choice(["LSTM", "GRU", "RNN"])
        gates = {"LSTM": 4, "GRU": 3, "RNN": 1}[op]
        both = self.some(0, 1)
        hidden, features = self.some(1, 5), self.some(1, 5)
        return model(op, self.opset(8, 22), [floats(self.some(1, 4), self.some(1, 3), features), floats(1 + both, gates * hidden, features),
                                             floats(1 + both, gates * hidden, hidden)], 3 if op == "LSTM" else 2, hidden_size=hidden,
                     direction="bidirectional" if both else self.rng.choice([None, "reverse"]))

    def a_normalization(self):
        shape = self.shape(3, 4)
        axis = self.some(-len(shape), len(shape) - 1)
        scale = floats(*shape[axis:] if axis >= 0 else shape[axis:])
        channels = floats(2 * shape[1])
        data = floats(shape[0], 2 * shape[1], *shape[2:])
        return self.rng.choice([
            lambda: model("LayerNormalization", self.opset(17), [floats(*shape), scale], self.some(1, 3), axis=axis),
            lambda: model("RMSNormalization", self.opset(23), [floats(*shape), scale], axis=axis),
            lambda: model("GroupNormalization", self.opset(21), [data, channels, channels], num_groups=2),
            lambda: model("InstanceNormalization", self.opset(6), [data, channels, channels]),
            lambda: model("BatchNormalization", self.opset(15), [data, channels, channels, channels, channels]),
            lambda: model("LpNormalization", self.opset(1), [floats(*shape)], axis=axis)])()

    def a_activation(self):
        op, since = self.rng.choice([("Gelu", 20), ("Mish", 18), ("HardSwish", 14), ("Celu", 12), ("Softmax", 11), ("Swish", 24), ("Relu", 6),
                                     ("Hardmax", 13), ("IsNaN", 13), ("Sign", 13), ("Softplus", 1), ("Shrink", 9)])
        return model(op, self.opset(since), [floats(*self.shape(2))])

    def a_quantization(self):
        shape = self.shape(1, 4)
        kind = self.rng.choice([np.int8, np.uint8])
        scale = np.array(0.5, np.float32)
        return self.rng.choice([
            lambda: model("QuantizeLinear", self.opset(10, 23), [floats(*shape), scale, np.array(0, kind)]),
            lambda: model("QuantizeLinear", self.opset(21), [floats(*shape), scale], output_dtype=self.rng.choice([2, 3])),
            lambda: model("DequantizeLinear", self.opset(10), [np.zeros(shape, kind), scale, np.array(0, kind)]),
            lambda: model("DynamicQuantizeLinear", self.opset(11), [floats(*shape)], 3),
            lambda: model("Cast", self.opset(13), [floats(*shape)], to=self.rng.choice([2, 3, 6, 7, 9, 11])),
            lambda: model("MatMulInteger", self.opset(10), [np.zeros((2, 3), np.uint8), np.zeros((3, 4), np.uint8)])])()

    def a_attention(self):
        batch, heads, size, value_size = self.some(1, 2), self.some(1, 3), self.some(1, 4) * 2, self.some(1, 4) * 2
        groups, queries, keys = self.some(1, 2), self.some(1, 4), self.some(1, 5)
        if self.some(0, 1):
            return model("Attention", self.opset(23), [floats(batch, heads * groups, queries, size), floats(batch, heads, keys, size),
                                                       floats(batch, heads, keys, value_size)])
        return model("Attention", self.opset(23), [floats(batch, queries, heads * groups * size), floats(batch, keys, heads * size),
                                                   floats(batch, keys, heads * value_size)],
                     q_num_heads=heads * groups, kv_num_heads=heads)

    def a_rotary_embedding(self):
        batch, length, heads, size = self.some(1, 2), self.some(1, 4), self.some(1, 3), 2 * self.some(1, 4)
        cache = floats(batch, length, size // 2)
        if self.some(0, 1):
            return model("RotaryEmbedding", self.opset(23), [floats(batch, heads, length, size), cache, cache])
        return model("RotaryEmbedding", self.opset(23), [floats(batch, length, heads * size), cache, cache], num_heads=heads)

    def a_signal(self):
        length = self.some(4, 12)
        if self.some(0, 1):
            return model("Trilu", self.opset(14), [floats(self.some(2, 5), length)], upper=self.some(0, 1))
        return model("CumSum", self.opset(14), [floats(3, length), np.array(self.some(-2, 1), np.int64)])
