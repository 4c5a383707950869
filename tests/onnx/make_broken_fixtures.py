"""Writes tests/onnx/fixtures/broken/*.onnx: models that are refused for one reason each, and a few that are odd and
right. Run by hand after a change: /usr/bin/python3 tests/onnx/make_broken_fixtures.py
Needs Debian's python3-onnx. The files are committed, so the tests need no Python."""

from onnx import TensorProto, helper

from make_fixtures import FIXTURES, RESULT, image, integers, model, node, value, weight, write

INT8, INT32, INT64 = TensorProto.INT8, TensorProto.INT32, TensorProto.INT64


def one(text, shape, weights, opset=17, inputs=(), **attributes):
    """"Op: inputs", over an image of the shape."""
    op, names = text.split(": ")
    return model([node(op, names, "y", "layer", **attributes)], [*image(*shape), *inputs], RESULT, weights, opset)


def body(nodes, inputs, outputs):
    return helper.make_graph(nodes, "body", inputs, outputs)


def idle_loop():
    """A body without a node, 2^62 times."""
    trip, goes_on, state = value("trip", [], INT64), value("go", [], TensorProto.BOOL), value("s", [2])
    loop = node("Loop", "trips go_on image", "z", "loop", body=body([], [trip, goes_on, state], [goes_on, state]))
    yes = helper.make_tensor("go_on", TensorProto.BOOL, [], [True])
    return model([loop, node("Relu", "z", "y", "relu")], image(2), RESULT, [integers("trips", [2**62], []), yes])


def idle_scan():
    element = value("e", [])
    scan = node("Scan", "image", "z", "scan", num_scan_inputs=1, body=body([], [element], [element]))
    return model([scan, node("Relu", "z", "y", "relu")], image(100_000_000), RESULT)


def half_a_weight():
    half = weight("w", [5, 4])
    half.raw_data = bytes(40)
    return one("MatMul: image w", (1, 5), [half])


def too_few_numbers():
    few = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[5, 4], float_data=[1.0] * 19)
    return one("MatMul: image w", (1, 5), [few])


def of_type(kind):
    return one("MatMul: image w", (1, 5), [weight("w", [5, 4], kind)])


def behind_dequantise():
    """4-bit weights."""
    return model([node("DequantizeLinear", "w s", "f"), node("MatMul", "image f", "y", "layer")], image(1, 5), RESULT,
                 [weight("w", [5, 4], 22), weight("s", [])], 21)


def declared_otherwise():
    return one("MatMul: image w", (1, 5), [weight("w", [5, 4])], inputs=[value("w", [5, 7])])


def strides_twice():
    result = one("Conv: image w", (1, 4, 8, 8), [weight("w", [2, 4, 3, 3])], strides=[2, 2])
    result.graph.node[0].attribute.append(helper.make_attribute("strides", [1, 1]))
    return result


def cycle():
    return model([node("Add", "image b", "a", "add"), node("Relu", "a", "b", "relu"), node("Relu", "b", "y", "last")],
                 image(1, 5), RESULT)


def same_names():
    """The second of one name is not given the name of a third."""
    return model([node("Relu", "image", "a", "n"), node("Relu", "a", "b", "n"), node("Relu", "b", "y", "n_2")],
                 image(1, 5), RESULT)


MODELS = {
    "bias_of_conv": one("Conv: image w b", (1, 4, 8, 8), [weight("w", [2, 4, 3, 3]), weight("b", [7])]),
    "bias_of_conv_flat": one("Conv: image w b", (1, 4, 8, 8), [weight("w", [2, 4, 3, 3]), weight("b", [2, 1])]),
    "bias_of_transposed": one("ConvTranspose: image w b", (1, 4, 8, 8), [weight("w", [4, 3, 2, 2]), weight("b", [4])]),
    "groups_of_transposed": one("ConvTranspose: image w", (1, 4, 8, 8), [weight("w", [4, 2, 3, 3])], group=3),
    "stride_beyond_64_bits": one("ConvTranspose: image w", (1, 1, 2**34 + 17), [weight("w", [1, 1, 3])], strides=[2**31 - 1]),
    "batch_norm": one("BatchNormalization: image s s s s", (1, 4, 8, 8), [weight("s", [5])]),
    "batch_norm_by_place": one("BatchNormalization: image s s s s", (1, 4, 6, 6), [weight("s", [4, 6, 6])], 7, spatial=0),
    "instance_norm": one("InstanceNormalization: image s s", (1, 4, 8, 8), [weight("s", [5])]),
    "group_norm": one("GroupNormalization: image s s", (1, 4, 8, 8), [weight("s", [4])], 21, num_groups=3),
    "group_norm_18": one("GroupNormalization: image s s", (1, 4, 8, 8), [weight("s", [2])], 18, num_groups=2),
    "lstm_bias": one("LSTM: image w r b", (5, 2, 4), [weight("w", [1, 24, 4]), weight("r", [1, 24, 6]), weight("b", [1, 7])],
                     hidden_size=6),
    "strides_of_one": one("Conv: image w", (1, 4, 8, 8), [weight("w", [2, 4, 3, 3])], strides=2),
    "strides_twice": strides_twice(),
    "axis_of_a_half": one("Softmax: image", (1, 4), [], axis=0.5),
    "types_of_sum": one("Add: image i", (1, 5), [], inputs=[value("i", [5], INT64)]),
    "types_of_weight": of_type(INT64),
    "float_indices": one("Gather: w image", (1, 5), [weight("w", [9, 3])]),
    "scales_and_sizes": model(
        [helper.make_node("Resize", ["image", "", "s", "n"], ["y"], name="layer")], image(1, 1, 3, 5), RESULT,
        [helper.make_tensor("s", TensorProto.FLOAT, [4], [1, 1, 2, 2]), integers("n", [1, 1, 7, 2])], 17),
    "idle_loop": idle_loop(),
    "idle_scan": idle_scan(),
    "half_a_weight": half_a_weight(),
    "too_few_numbers": too_few_numbers(),
    "four_bits": behind_dequantise(),
    "declared_otherwise": declared_otherwise(),
    "cycle": cycle(),
    "made_by_nothing": one("Add: image nothing", (1, 5), []),
    "scalar_image": one("Conv: image w", (), [weight("w", [2, 4, 3, 3])]),
    "same_names": same_names(),
    "mod_of_c": model([node("Mod", "a b", "m", fmod=1), node("Abs", "m", "n"), node("Expand", "image n", "y", "layer")],
                      image(1), RESULT, [integers("a", [-5]), integers("b", [3])]),
}

if __name__ == "__main__":
    write(FIXTURES / "broken", MODELS)
