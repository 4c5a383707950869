"""Writes tests/onnx/fixtures/*.onnx, small models that are right or refused for one reason each, and tests/fuzz/onnx/*,
files that no importer may accept. Run by hand after a change: /usr/bin/python3 tests/onnx/make_fixtures.py
Needs Debian's python3-onnx. The files are committed, so the tests need no Python."""

import pathlib
import random

from onnx import TensorProto, ValueInfoProto, helper

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE / "fixtures"
FUZZ = HERE.parent / "fuzz" / "onnx"
FLOAT = TensorProto.FLOAT


def value(name, shape, kind=FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def weight(name, shape, kind=FLOAT):
    """An initialiser without its numbers: only shapes matter here, and the files stay small."""
    tensor = TensorProto(name=name, data_type=kind, raw_data=b"")
    tensor.dims.extend(shape)
    return tensor


def integers(name, numbers, shape=None):
    return helper.make_tensor(name, TensorProto.INT64, [len(numbers)] if shape is None else shape, numbers)


def node(op, inputs, outputs, name="", **attributes):
    return helper.make_node(op, inputs.split(), outputs.split(), name=name, **attributes)


def model(nodes, inputs, outputs, weights=(), opset=13):
    graph = helper.make_graph(nodes, "g", inputs, outputs, list(weights))
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8, producer_name="")


def image(*shape):
    return [value("image", list(shape))]


RESULT = [value("y", None)]


def small_net():
    return model(
        [node("Conv", "image w b", "c", "conv", kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2]),
         node("BatchNormalization", "c scale shift mean var", "n", "norm"),
         node("Relu", "n", "r", "relu"),
         node("GlobalAveragePool", "r", "p", "pool"),
         node("Dropout", "p", "d", "dropout"),
         node("Flatten", "d", "f", "flatten"),
         node("Gemm", "f fw fb", "y", "classifier", transB=1)],
        image(1, 3, 8, 8), RESULT,
        [weight("w", [8, 3, 3, 3]), weight("b", [8]), *(weight(n, [8]) for n in ("scale", "shift", "mean", "var")),
         weight("fw", [10, 8]), weight("fb", [10])])


def grouped():
    return model([node("Conv", "image w", "c", "grouped", group=2, pads=[1, 1, 1, 1]),
                  node("Conv", "c v", "y", "depthwise", group=8, pads=[1, 1, 1, 1])],
                 image(1, 4, 6, 6), RESULT, [weight("w", [8, 2, 3, 3]), weight("v", [8, 1, 3, 3])])


def channel_shuffle():
    """As torch traces ShuffleNet with dynamic axes: the reshape's target is computed from the input's shape."""
    take = [n for i in range(4) for n in (
        node("Shape", "image", f"s{i}", f"shape_{i}"),
        node("Constant", "", f"k{i}", value=integers("", [i], [])),
        node("Gather", f"s{i} k{i}", f"g{i}", f"gather_{i}", axis=0))]
    return model(
        [*take,
         node("Constant", "", "two", value=integers("", [2], [])),
         node("Div", "g1 two", "half"),
         *(node("Unsqueeze", f"{n} zero", f"u_{n}") for n in ("g0", "two", "half", "g2", "g3", "g1")),
         node("Concat", "u_g0 u_two u_half u_g2 u_g3", "apart", axis=0),
         node("Reshape", "image apart", "r", "split_groups"),
         node("Transpose", "r", "t", "swap", perm=[0, 2, 1, 3, 4]),
         node("Concat", "u_g0 u_g1 u_g2 u_g3", "together", axis=0),
         node("Reshape", "t together", "m", "merge_groups"),
         node("Conv", "m w", "y", "conv")],
        image(1, 6, 4, 4), RESULT, [integers("zero", [0]), weight("w", [5, 6, 1, 1])])


def arithmetic():
    """A target computed with Slice, Mod, Mul, Sub, Cast, ConstantOfShape and Range: 1x12x4x4 becomes 1x6x32."""
    return model(
        [node("Shape", "image", "s"),
         node("Slice", "s one end zero", "tail"),            # 12, 4, 4
         node("Gather", "tail zero", "channels"),            # 12
         node("Slice", "tail one end zero", "pixels"),       # 4, 4
         node("ReduceProd", "pixels", "area", keepdims=1),   # 16
         node("Mod", "channels five", "two"),                # 2
         node("Div", "channels two", "six"),                 # 6
         node("Cast", "area", "area_f", to=FLOAT),
         node("Cast", "two", "two_f", to=FLOAT),
         node("Mul", "area_f two_f", "wide_f"),              # 32
         node("Cast", "wide_f", "wide", to=TensorProto.INT64),
         node("ConstantOfShape", "one", "first", value=integers("", [1])),
         node("Concat", "first six wide", "target", axis=0),
         node("Reshape", "image target", "r", "reshape"),
         node("MatMul", "r w", "y", "product")],
        image(1, 12, 4, 4), RESULT,
        [integers("one", [1]), integers("zero", [0]), integers("five", [5]), integers("end", [2**63 - 1]),
         weight("w", [32, 7])])


def fp16():
    half = TensorProto.FLOAT16
    return model([node("Conv", "image w b", "c", "conv"), node("Relu", "c", "r", "relu"),
                  node("Cast", "r", "y", "cast", to=FLOAT)],
                 [value("image", [1, 3, 5, 5], half)], RESULT,
                 [weight("w", [4, 3, 3, 3], half), weight("b", [4], half)])


def int8():
    scale = [helper.make_tensor(n, FLOAT, [], [0.1]) for n in ("xs", "ws", "ys")]
    zero = [helper.make_tensor(n, TensorProto.INT8, [], [0]) for n in ("xz", "wz", "yz")]
    return model(
        [node("QuantizeLinear", "image xs xz", "q", "quantize"),
         node("QLinearConv", "q xs xz w ws wz ys yz b", "c", "conv"),
         node("DequantizeLinear", "c ys yz", "y", "dequantize")],
        image(1, 3, 5, 5), RESULT,
        [*scale, *zero, weight("w", [4, 3, 3, 3], TensorProto.INT8), weight("b", [4], TensorProto.INT32)])


def quantised_weight():
    """The other form of an int8 network: weights go through DequantizeLinear."""
    return model([node("DequantizeLinear", "w ws wz", "wf", "weights", axis=0), node("Conv", "image wf", "y", "conv")],
                 image(1, 3, 5, 5), RESULT,
                 [weight("w", [4, 3, 3, 3], TensorProto.INT8), weight("ws", [4]), weight("wz", [4], TensorProto.INT8)])


def two_inputs_two_outputs():
    return model([node("Add", "left right", "s", "add"),
                  node("Split", "s", "a b", "split", axis=1),
                  node("Relu", "a", "y", "relu"),
                  node("Sigmoid", "b", "z", "sigmoid")],
                 [value("left", [1, 6]), value("right", [1, 6])], [value("y", None), value("z", None)])


def dynamic(*shape):
    return model([node("Conv", "image w", "y", "conv")], image(*shape), RESULT, [weight("w", [4, 3, 3, 3])])


def unshaped():
    return model([node("Reshape", "image target", "r", "reshape"), node("Conv", "r w", "y", "head")],
                 [*image(1, 3, 8, 8), value("target", [4], TensorProto.INT64)], RESULT, [weight("w", [4, 3, 3, 3])])


def opset_18():
    return model([node("Conv", "image w", "c", "conv"), node("ReduceMean", "c axes", "y", "mean", keepdims=0)],
                 image(1, 3, 8, 8), RESULT, [weight("w", [4, 3, 3, 3]), integers("axes", [2, 3])], opset=18)


def indirect_weights():
    """Weights behind Identity, Transpose, Reshape and ConstantOfShape; `w` serves two nodes."""
    return model(
        [node("Identity", "w", "same"),
         node("ConstantOfShape", "v_shape", "v"),
         node("Conv", "image w", "a", "first", pads=[1, 1, 1, 1]),
         node("Conv", "a same", "b", "second", pads=[1, 1, 1, 1]),
         node("Conv", "b v", "c", "third"),
         node("Flatten", "c", "f", "flatten"),
         node("Transpose", "m", "mt", perm=[1, 0]),
         node("Reshape", "mt n_shape", "mr"),
         node("MatMul", "f mr", "y", "product")],
        image(1, 3, 4, 4), RESULT,
        [weight("w", [3, 3, 3, 3]), integers("v_shape", [2, 3, 1, 1]), weight("m", [5, 32]),
         integers("n_shape", [32, 5])])


def conv_transpose():
    return model([node("ConvTranspose", "image w b", "y", "up", strides=[2, 2])],
                 image(1, 4, 5, 5), RESULT, [weight("w", [4, 6, 2, 2]), weight("b", [6])])


def tokens():
    """A class token, a position embedding, a norm and attention's product of two activations."""
    return model(
        [node("Concat", "image token", "t", "class_token", axis=1),
         node("Add", "t position", "p", "position"),
         node("LayerNormalization", "p scale shift", "n", "norm"),
         node("Div", "n eight", "q", "scale_down"),
         node("Transpose", "n", "k", "keys", perm=[0, 2, 1]),
         node("MatMul", "q k", "a", "scores"),
         node("Softmax", "a", "y", "softmax")],
        image(1, 4, 16), RESULT,
        [weight("token", [1, 1, 16]), weight("position", [1, 5, 16]), weight("scale", [16]), weight("shift", [16]),
         helper.make_tensor("eight", FLOAT, [], [8.0])], opset=17)


def lstm():
    return model([node("LSTM", "image w r", "y", "memory", hidden_size=4)],
                 image(5, 1, 3), RESULT, [weight("w", [1, 16, 3]), weight("r", [1, 16, 4])])


def foreign():
    result = model([node("FusedConv", "image", "y", "fused", domain="com.acme")], image(1, 3, 8, 8), RESULT)
    result.opset_import.append(helper.make_opsetid("com.acme", 1))
    return result


def names():
    return model([node("Relu", "image", "a"), node("Relu", "a", "b", 'say "hi" \\'), node("Relu", "b", "c", "twin"),
                  node("Relu", "c", "d", "twin"), node("Relu", "d", "y", "image")], image(1, 4), RESULT)


def dead_end():
    return model([node("Relu", "image", "y", "used"), node("Conv", "image w", "z", "unused")],
                 [*image(1, 3, 8, 8), value("spare", [1, 2])], RESULT, [weight("w", [4, 3, 3, 3])])


def constant_product():
    return model([node("MatMul", "a b", "w", "low_rank"), node("MatMul", "image w", "y", "product")],
                 image(1, 8), RESULT, [weight("a", [8, 2]), weight("b", [2, 8])])


def inner_output():
    return model([node("Relu", "image", "a", "first"), node("Sigmoid", "a", "y", "last")], image(1, 4),
                 [value("a", None), *RESULT])


def doubled():
    """A constant added to itself 64 times in a row: what it is made from must not double each time."""
    adds = [node("Add", f"c{i} c{i}", f"c{i + 1}") for i in range(64)]
    return model([*adds, node("Mul", "image c64", "y", "product")], image(1, 4), RESULT, [weight("c0", [4])])


def mismatched():
    return model([node("Conv", "image w", "y", "conv", kernel_shape=[3, 3])], image(1, 3, 8, 8), RESULT,
                 [weight("w", [4, 5, 3, 3])])


FIXTURE_MODELS = {
    "small_net": small_net(),
    "grouped": grouped(),
    "channel_shuffle": channel_shuffle(),
    "arithmetic": arithmetic(),
    "fp16": fp16(),
    "int8": int8(),
    "quantised_weight": quantised_weight(),
    "two_inputs_two_outputs": two_inputs_two_outputs(),
    "dynamic_batch": dynamic("N", 3, 8, 8),
    "dynamic_spatial": dynamic(1, 3, "height", "width"),
    "unshaped": unshaped(),
    "opset_18": opset_18(),
    "indirect_weights": indirect_weights(),
    "conv_transpose": conv_transpose(),
    "tokens": tokens(),
    "lstm": lstm(),
    "foreign": foreign(),
    "names": names(),
    "dead_end": dead_end(),
    "constant_product": constant_product(),
    "inner_output": inner_output(),
    "doubled": doubled(),
    "mismatched": mismatched(),
}


def conv(input_shape=(1, 3, 8, 8), weight_shape=(4, 3, 3, 3), **attributes):
    return model([node("Conv", "image w", "y", "conv", **attributes)], image(*input_shape), RESULT,
                 [weight("w", list(weight_shape))])


def cycle():
    return model([node("Add", "image b", "a"), node("Relu", "a", "b"), node("Relu", "b", "y")], image(1, 4), RESULT)


def one_node(op, weights=(), inputs="image", shape=(1, 4), opset=13, outputs="y", **attributes):
    return model([node(op, inputs, outputs, "n", **attributes)], image(*shape), RESULT, weights, opset)


def duplicate_initializers():
    result = conv()
    result.graph.initializer.append(weight("w", [4, 3, 3, 3]))
    return result


def without_opset():
    result = conv()
    del result.opset_import[:]
    return result


def without_graph():
    result = conv()
    result.ClearField("graph")
    return result


def without_outputs():
    result = conv()
    del result.graph.output[:]
    return result


def nested(depth):
    graph = helper.make_graph([node("Relu", "image", "y")], "g", [], RESULT)
    for _ in range(depth):
        graph = helper.make_graph([node("If", "image", "y", then_branch=graph)], "g", image(1, 4), RESULT)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)]).SerializeToString()


def varint(number):
    encoded = bytearray()
    while number > 127:
        encoded.append(number & 127 | 128)
        number >>= 7
    return bytes([*encoded, number])


def field(number, payload, claimed=None):
    """A length-delimited protobuf field that may claim another length than it has."""
    return varint(number << 3 | 2) + varint(len(payload) if claimed is None else claimed) + payload


def invalid_utf8():
    unknown = model([node("Frobnicate", "image", "y", "memory")], image(1, 4), RESULT)
    return unknown.SerializeToString().replace(b"memory", b"m\xffm\xc3\nr")


TWO_GIB = 2**31 - 1
WHOLE = small_net().SerializeToString()
FUZZ_FILES = {
    "empty": b"",
    "text": b"name: not a model\nlayers: []\n" * 20,
    "yaml": b"{name: alexnet, layers: [{name: input, kind: input}]}\n",
    "zeros": bytes(512),
    **{f"random_{seed}": random.Random(seed).randbytes(512) for seed in range(8)},
    **{f"truncated_{percent}_percent": WHOLE[:len(WHOLE) * percent // 100]
       for percent in (1, 5, 10, 25, 50, 75, 90, 99)},
    "claims_2_gib": field(7, b"graph", TWO_GIB),
    "claims_2_gib_of_raw_data": field(7, field(5, field(9, b"\0" * 64, TWO_GIB), 2**30), 2**30),
    "claims_2_gib_name": field(2, b"producer", TWO_GIB),
    "negative_length": varint(7 << 3 | 2) + b"\xff" * 9 + b"\x01" + b"graph",
    "endless_varint": b"\xff" * 64,
    "no_graph": without_graph(),
    "no_opset": without_opset(),
    "no_outputs": without_outputs(),
    "absurd_opset": one_node("Relu", opset=2**40),
    "negative_opset": one_node("Relu", opset=-1),
    "cycle": cycle(),
    "self_loop": model([node("Add", "image y", "y")], image(1, 4), RESULT),
    "unknown_input": one_node("Relu", inputs="nobody"),
    "unknown_output": model([node("Relu", "image", "a")], image(1, 4), RESULT),
    "duplicate_outputs": model([node("Relu", "image", "y"), node("Sigmoid", "image", "y")], image(1, 4), RESULT),
    "duplicate_initializers": duplicate_initializers(),
    "output_shadows_input": model([node("Relu", "image", "image")], image(1, 4), [value("image", None)]),
    "negative_input_dimension": conv(input_shape=(1, 3, -8, 8)),
    "zero_input_dimension": conv(input_shape=(1, 3, 0, 8)),
    "negative_weight_dimension": conv(weight_shape=(4, 3, -3, 3)),
    "huge_weight": conv(weight_shape=(2**40, 3, 2**40, 2**40)),
    "huge_input": conv(input_shape=(1, 3, 2**62, 2**62)),
    "huge_kernel": conv(weight_shape=(4, 3, 2**33, 1)),
    "overflowing_to_zero": conv(input_shape=(1, 3, 2**32, 2**32)),
    "weight_without_dimensions": conv(weight_shape=()),
    "kernel_beyond_image": conv(weight_shape=(4, 3, 20, 20)),
    "zero_stride": conv(strides=[0, 0]),
    "negative_stride": conv(strides=[-1, -1]),
    "zero_group": conv(group=0),
    "too_many_groups": conv(group=7),
    "wrong_rank_of_strides": conv(strides=[1, 1, 1]),
    "huge_padding": conv(pads=[2**62] * 4),
    "pool_without_kernel": one_node("MaxPool", shape=(1, 3, 8, 8)),
    "pool_of_zero_kernel": one_node("MaxPool", shape=(1, 3, 8, 8), kernel_shape=[0, 0]),
    "missing_weight": one_node("Conv", shape=(1, 3, 8, 8)),
    "too_many_inputs": one_node("Relu", inputs="image image image"),
    "no_inputs": one_node("Relu", inputs=""),
    "no_node_outputs": one_node("Relu", outputs=""),
    "unknown_operator": one_node("Frobnicate"),
    "no_operator": one_node(""),
    "constant_only": model([node("Constant", "", "y", value=integers("", [1]))], image(1, 4), RESULT),
    "constant_without_value": model([node("Constant", "", "y")], image(1, 4), RESULT),
    "huge_constant_of_shape": model(
        [node("ConstantOfShape", "s", "w"), node("MatMul", "image w", "y")], image(1, 4), RESULT,
        [integers("s", [4, 2**62])]),
    "negative_constant_of_shape": model(
        [node("ConstantOfShape", "s", "w"), node("MatMul", "image w", "y")], image(1, 4), RESULT,
        [integers("s", [4, -2])]),
    "huge_expand": one_node("Expand", [integers("s", [2**62, 4])], "image s"),
    "huge_tile": one_node("Tile", [integers("s", [2**62, 2**62])], "image s"),
    "huge_range": model([node("Range", "a b c", "r"), node("Reshape", "image r", "y")], image(1, 4), RESULT,
                        [integers("a", [0], []), integers("b", [2**62], []), integers("c", [1], [])]),
    "range_of_step_zero": model([node("Range", "a b a", "r"), node("Reshape", "image r", "y")], image(1, 4), RESULT,
                                [integers("a", [0], []), integers("b", [4], [])]),
    "reshape_to_negative": one_node("Reshape", [integers("s", [-2, 4])], "image s"),
    "reshape_to_other_size": one_node("Reshape", [integers("s", [-1, 3])], "image s"),
    "reshape_overflowing": one_node("Reshape", [integers("s", [2**62, 2**62])], "image s"),
    "gather_beyond_shape": model([node("Shape", "image", "s"), node("Gather", "s k", "g"),
                                  node("Reshape", "image g", "y")],
                                 image(1, 4), RESULT, [integers("k", [9, -9])]),
    "divide_shape_by_zero": model([node("Shape", "image", "s"), node("Div", "s z", "g"), node("Mod", "g z", "h"),
                                   node("Expand", "image h", "e"), node("Reshape", "e h", "y")],
                                  image(1, 4), RESULT, [integers("z", [0])]),
    "slice_of_minimum": model([node("Shape", "image", "s"), node("Slice", "s a a z a", "g"),
                               node("Reshape", "image g", "r"), node("Relu", "r", "y")],
                              image(1, 4), RESULT, [integers("a", [-2**63]), integers("z", [0])]),
    "shape_data_cut_short": model([node("Reshape", "image s", "y")], image(1, 4), RESULT,
                                  [weight("s", [2], TensorProto.INT64)]),
    "gemm_of_other_rank": one_node("Gemm", [weight("w", [4])], "image w"),
    "convolution_of_other_rank": conv(input_shape=(3, 8, 8)),
    "axis_beyond_rank": one_node("LayerNormalization", [weight("w", [4])], "image w", opset=17, axis=-5),
    "negative_batch_dimensions": one_node("GatherND", [integers("w", [0])], "image w", batch_dims=-5),
    "gemm_that_does_not_fit": one_node("Gemm", [weight("w", [5, 7])], "image w"),
    "matmul_that_does_not_fit": one_node("MatMul", [weight("w", [5, 7])], "image w"),
    "matmul_of_scalars": one_node("MatMul", [weight("w", [])], "image w", shape=()),
    "string_input": model([node("Identity", "image", "a"), node("Unique", "a", "y")],
                          [value("image", [1, 4], TensorProto.STRING)], RESULT),
    "input_without_type": model([node("Relu", "image", "y")], [ValueInfoProto(name="image")], RESULT),
    "undefined_type": model([node("Relu", "image", "y")], [value("image", [1, 4], 0)], RESULT),
    "unknown_type": model([node("Relu", "image", "y")], [value("image", [1, 4], 99)], RESULT),
    "subgraph": nested(1),
    "nested_too_deeply": nested(30),
    "invalid_utf8": invalid_utf8(),
}


def write(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.onnx"):
        old.unlink()
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.SerializeToString()
        (folder / f"{name}.onnx").write_bytes(data)


if __name__ == "__main__":
    write(FIXTURES, FIXTURE_MODELS)
    write(FUZZ, FUZZ_FILES)
