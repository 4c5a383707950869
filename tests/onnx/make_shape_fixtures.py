"""Writes tests/onnx/fixtures/shapes/*.onnx: models whose shapes hang on an operator set, on an attribute or on what the
file states, and models with control flow. Run by hand after a change: /usr/bin/python3 tests/onnx/make_shape_fixtures.py
Needs Debian's python3-onnx. The files are committed, so the tests need no Python."""

import numpy as np
from onnx import TensorProto, helper

from make_fixtures import FIXTURES, RESULT, image, integers, model, node, value, weight, write

BOOL, INT64, INT8 = TensorProto.BOOL, TensorProto.INT64, TensorProto.INT8


def floats(name, numbers, shape=None):
    return helper.make_tensor(name, TensorProto.FLOAT, [len(numbers)] if shape is None else shape, numbers)


def with_gaps(op, inputs, outputs, name, **attributes):
    """A node some of whose inputs are left out: "-"."""
    return helper.make_node(op, ["" if text == "-" else text for text in inputs.split()], outputs.split(), name=name, **attributes)


def one(op, opset, shape, weights=(), inputs="image", outputs="y", **attributes):
    return model([with_gaps(op, inputs, outputs, "layer", **attributes)], image(*shape),
                 [value(name, None) for name in outputs.split()], list(weights), opset)


def stated(*shape, op="AveragePool", opset=19):
    """A pool whose output the file states; a Relu follows, so that it is value_info."""
    result = model([node(op, "image", "p", "pool", kernel_shape=[2, 2], strides=[2, 2], pads=[1, 1, 1, 1], ceil_mode=1),
                    node("Relu", "p", "y", "relu")], image(1, 3, 17, 17), RESULT, opset=opset)
    result.graph.value_info.append(value("p", list(shape)))
    return result


def quantize_to_int8():
    return model([node("QuantizeLinear", "image s", "y", "layer", output_dtype=INT8)], image(1, 6), [value("y", None, INT8)],
                 [floats("s", [1.0], [])], 21)


def functions():
    """Operators that ONNX defines by other operators."""
    return model(
        [node("Gelu", "image", "a", "gelu", approximate="tanh"), node("Mish", "a", "b", "mish"),
         node("GroupNormalization", "b s s", "c", "group_norm", num_groups=2),
         node("LayerNormalization", "c t", "d e f", "layer_norm", axis=-1),
         node("RMSNormalization", "d t", "y", "rms_norm", axis=-1)],
        image(1, 4, 6, 5), RESULT, [weight("s", [4]), weight("t", [5])], 23)


# ---- relations ----

def two_symbols(first=("n", 8), second=("n", 4)):
    return model([node("MatMul", "image other", "y", "product")],
                 [value("image", list(first)), value("other", [second[1] * 2, second[0]])], RESULT)


def many_open():
    return model([node("Add", "image a", "b"), node("Add", "b c", "y")],
                 [value("image", ["batch", "height", 3]), value("a", ["batch", "height", 1]), value("c", None)], RESULT)


def minus_one():
    return model([node("Relu", "image", "y", "relu")], [value("image", [-1, 3, 0, 8])], RESULT)


def symbol_of_the_result():
    """The file states the size of what NonZero finds by a symbol that an input binds."""
    result = model([node("NonZero", "image", "n", "places"), node("Cast", "n", "y", "cast", to=1)],
                   [value("image", ["k", 2]), value("other", [3, "k"])],
                   RESULT)
    result.graph.value_info.append(value("n", [2, "k"], INT64))
    return result


def unsorted():
    return model([node("Relu", "b", "y", "third"), node("Relu", "a", "b", "second"), node("Relu", "image", "a", "first")],
                 image(1, 4), RESULT)


def external(name="reshape.data"):
    shape = TensorProto(name="s", data_type=INT64)
    shape.dims.append(3)
    shape.data_location = TensorProto.EXTERNAL
    for key, text in (("location", name), ("offset", "16"), ("length", "24")):
        entry = shape.external_data.add()
        entry.key, entry.value = key, text
    return model([node("Reshape", "image s", "y", "reshape")], image(1, 24), RESULT, [shape])


# ---- control flow ----

def graph(nodes, inputs, outputs, weights=()):
    return helper.make_graph(nodes, "body", [value(name, None) for name in inputs.split()],
                             [value(name, None) for name in outputs.split()], list(weights))


def branch(op, name, weights=(), extra=""):
    return graph([node(op, f"image {extra}".strip(), "r", name)], "", "r", weights)


def choice(condition, name="choose"):
    return node("If", condition, "y", name, then_branch=branch("Conv", "large", [weight("w", [8, 3, 3, 3])], "w"),
                else_branch=branch("Conv", "small", [weight("w", [2, 3, 3, 3])], "w"))


def folded_if(height):
    """Takes the large branch where the image is higher than 10."""
    return model([node("Shape", "image", "s"), node("Gather", "s two", "h"), node("Greater", "h ten", "c"), choice("c")],
                 image(1, 3, height, 8), RESULT, [integers("two", [2], []), integers("ten", [10], [])])


def scalar_if(name="choose"):
    """As a speech model that was exported for two rates."""
    return model([node("Equal", "rate high", "c"), choice("c", name)],
                 [*image(1, 3, 16, 8), value("rate", [], INT64)], RESULT, [integers("high", [16000], [])])


def list_if():
    """The rate is a list of one."""
    return model([node("Equal", "rate high", "e"), node("Squeeze", "e", "c"), choice("c")],
                 [*image(1, 3, 16, 8), value("rate", [1], INT64)], RESULT, [integers("high", [16000], [])])


def last_state():
    """A branch that reads the last state of an LSTM, not every step's; its nodes stand out of order."""
    body = graph([node("Relu", "h", "r", "relu"), node("LSTM", "image w u", "every h", "memory", hidden_size=4)], "", "r",
                 [weight("w", [1, 16, 5]), weight("u", [1, 16, 4])])
    return model([node("If", "c", "y", "choose", then_branch=body, else_branch=branch("Relu", "other"))],
                 [*image(3, 2, 5), value("c", [], BOOL)], RESULT)


def data_if():
    return model([node("ReduceMax", "image", "m", keepdims=0), node("Greater", "m zero", "c"), choice("c")],
                 image(1, 3, 16, 8), RESULT, [floats("zero", [0.0], [])])


def nested_if():
    """An If within an If, whose inner weights have the names of the outer ones."""
    inner = graph([node("If", "c", "r", "inner", then_branch=branch("Conv", "deep", [weight("w", [5, 3, 1, 1])], "w"),
                        else_branch=branch("Conv", "flat", [weight("w", [4, 3, 1, 1])], "w"))], "", "r")
    return model([node("If", "c", "y", "outer", then_branch=inner, else_branch=branch("Relu", "other"))],
                 [*image(1, 3, 4, 4), value("c", [], BOOL)], RESULT)


def loop(trips, weights=(), condition="go"):
    """Each trip multiplies by one weight of 4 x 4 and gives out its result."""
    body = graph([node("MatMul", "carried w", "next", "multiply"), node("Identity", "goes_on", "still")],
                 "trip goes_on carried", "still next next", [weight("w", [4, 4])])
    return model([with_gaps("Loop", f"{trips} {condition} image", "last all", "repeat", body=body), node("Relu", "all", "y", "relu"),
                  node("Sigmoid", "last", "z", "sigmoid")],
                 [*image(2, 4), value("count", [], INT64)], [*RESULT, value("z", None)],
                 [integers("three", [3], []), helper.make_tensor("go", BOOL, [], [True]), *weights])


def counting_loop():
    """Goes on while twice the trip is below 5: trips 0, 1 and 2 are made, and their numbers fold."""
    body = graph([node("Relu", "carried", "next", "step"), node("Mul", "trip two", "twice"), node("Less", "twice four", "still")],
                 "trip goes_on carried", "still next")
    return model([with_gaps("Loop", "- go image", "y", "count", body=body)], image(2, 4), RESULT,
                 [integers("two", [2], []), integers("four", [4], []), helper.make_tensor("go", BOOL, [], [True])])


def growing_loop():
    """What is carried grows each trip: 1 x 4, 2 x 4, 3 x 4, 4 x 4."""
    body = graph([node("Concat", "carried image", "next", "grow", axis=0), node("Identity", "goes_on", "still")],
                 "trip goes_on carried", "still next")
    return model([node("Loop", "three go image", "y", "grows", body=body)], image(1, 4), RESULT,
                 [integers("three", [3], []), helper.make_tensor("go", BOOL, [], [True])])


def scan():
    """Over the second axis, of 5 steps of 2 x 3; the results stand along the last axis."""
    body = graph([node("MatMul", "step w", "p", "project"), node("Add", "p state", "next", "accumulate")],
                 "state step", "next next", [weight("w", [3, 4])])
    return model([node("Scan", "start image", "last all", "walk", body=body, num_scan_inputs=1, scan_input_axes=[1],
                       scan_output_axes=[-1]), node("Relu", "all", "y", "relu")],
                 image(2, 5, 3), [*RESULT, value("last", None)], [weight("start", [2, 4])])


def recurrent(op, gates, directions=1, **attributes):
    """3 steps, batch 2, 5 features, 4 hidden."""
    return model([node(op, "image w r b", "y", "memory", hidden_size=4, **attributes)], image(3, 2, 5), RESULT,
                 [weight("w", [directions, gates * 4, 5]), weight("r", [directions, gates * 4, 4]), weight("b", [directions, 2 * gates * 4])],
                 opset=14)


def attention():
    return model([node("Attention", "image k v", "y", "attend", q_num_heads=4, kv_num_heads=2)],
                 [*image(1, 6, 32), value("k", [1, 10, 16]), value("v", [1, 10, 24])], RESULT, opset=23)


MODELS = {
    "pool_stated": stated(1, 3, 9, 9),
    "pool_contradicted": stated(1, 3, 10, 10),
    "max_pool_stated": stated(1, 3, 9, 9, op="MaxPool", opset=12),
    "pool_same_dilated": one("MaxPool", 12, (1, 1, 9, 9), kernel_shape=[2, 2], dilations=[2, 2], auto_pad="SAME_UPPER"),
    "pool_dilated": one("AveragePool", 19, (1, 1, 9, 9), kernel_shape=[3, 3], dilations=[2, 2]),
    "pool_dilated_too_early": one("AveragePool", 18, (1, 1, 9, 9), kernel_shape=[3, 3], dilations=[2, 2]),
    "kernel_contradicted": one("Conv", 13, (1, 3, 8, 8), [weight("w", [4, 3, 3, 3])], "image w", kernel_shape=[5, 5]),
    "resize_not_larger": one("Resize", 18, (1, 3, 10, 20), [integers("s", [1, 3, 40, 40])], "image - - s",
                             keep_aspect_ratio_policy="not_larger"),
    "resize_not_smaller": one("Resize", 18, (1, 3, 10, 20), [integers("s", [40, 30])], "image - - s", axes=[2, 3],
                              keep_aspect_ratio_policy="not_smaller"),
    "resize_axes": one("Resize", 18, (1, 3, 10, 20), [floats("s", [2.5, 0.55])], "image - s", axes=[3, 2]),
    "resize_unknown_policy": one("Resize", 18, (1, 3, 10, 20), [integers("s", [1, 3, 4, 4])], "image - - s",
                                 keep_aspect_ratio_policy="biggest"),
    "quantize_to_int8": quantize_to_int8(),
    "split_uneven": one("Split", 18, (1, 7), outputs="y z x", axis=1, num_outputs=3),
    "split_uneven_too_early": one("Split", 13, (1, 7), outputs="y z x", axis=1),
    "pad_axes": one("Pad", 18, (1, 3, 8, 8), [integers("p", [1, 2, 3, 4]), integers("a", [-1, 2])], "image p - a"),
    "functions": functions(),
    "unknown_attribute": one("Relu", 13, (1, 4), slope=0.5),
    "attribute_of_later": one("Resize", 13, (1, 3, 8, 8), [floats("s", [2.0, 2.0])], "image - s", axes=[2, 3]),
    "operator_of_later": one("Gelu", 19, (1, 4)),
    "operator_withdrawn": one("Upsample", 13, (1, 3, 8, 8), [floats("s", [1.0, 1.0, 2.0, 2.0])], "image s"),
    "operator_set_99": one("Relu", 99, (1, 4)),
    "two_symbols": two_symbols(("n", 8), ("n", 4)),
    "many_open": many_open(),
    "minus_one": minus_one(),
    "symbol_of_the_result": symbol_of_the_result(),
    "unsorted": unsorted(),
    "external": external(),
    "external_missing": external("nowhere.data"),
    "external_outside": external("../shapes/reshape.data"),
    "if_large": folded_if(16),
    "if_small": folded_if(8),
    "if_scalar": scalar_if(),
    "if_unnamed": scalar_if(""),
    "if_data": data_if(),
    "if_list": list_if(),
    "if_last_state": last_state(),
    "if_nested": nested_if(),
    "loop": loop("three"),
    "loop_open": loop("count"),
    "loop_counting": counting_loop(),
    "loop_growing": growing_loop(),
    "scan": scan(),
    "lstm": recurrent("LSTM", 4),
    "gru": recurrent("GRU", 3, 2, direction="bidirectional"),
    "rnn": recurrent("RNN", 1),
    "attention": attention(),
}

if __name__ == "__main__":
    write(FIXTURES / "shapes", MODELS)
    # 16 bytes of something else, then 2, 3, 4.
    (FIXTURES / "shapes" / "reshape.data").write_bytes(bytes(16) + np.array([2, 3, 4], "<i8").tobytes())
