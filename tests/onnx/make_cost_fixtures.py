"""Writes the models of tests/onnx/weights_test.cpp to tests/onnx/fixtures/cost/: what constants, several outputs and attributes
cost. Run by hand after a change: /usr/bin/python3 tests/onnx/make_cost_fixtures.py
Needs Debian's python3-onnx. The files are committed, so the tests need no Python."""

from make_fixtures import FIXTURES, FLOAT, RESULT, image, integers, model, node, value, weight
from onnx import TensorProto, helper

INT8, UINT8, INT32, INT64 = TensorProto.INT8, TensorProto.UINT8, TensorProto.INT32, TensorProto.INT64


def scalar(name, number=0.1, kind=FLOAT):
    return helper.make_tensor(name, kind, [], [number])


def computed_constants():
    """A weight, an addend and a channel padding that are computed, and a slope that is stored."""
    return model(
        [node("ConstantOfShape", "w_shape", "w"),
         node("Conv", "image w", "c", "conv"),
         node("PRelu", "c slope", "p", "prelu"),
         node("ConstantOfShape", "z_shape", "z"),
         node("Concat", "p z", "cat", "channels", axis=1),
         node("Range", "first last step", "ramp"),
         node("Mul", "cat ramp", "y", "ramped")],
        image(1, 3, 8, 8), RESULT,
        [integers("w_shape", [4, 3, 1, 1]), weight("slope", [4, 1, 1]), integers("z_shape", [1, 2, 8, 8]),
         scalar("first", 0.0), scalar("last", 8.0), scalar("step", 1.0)])


def two_scales():
    """A head of 16 x 16 x 3 x 3 weights at two scales, each with a bias of its own."""
    return model(
        [node("Conv", "p3 head b3", "y3", "head3", pads=[1, 1, 1, 1]),
         node("Conv", "p4 head b4", "y4", "head4", pads=[1, 1, 1, 1])],
        [value("p3", [1, 16, 8, 8]), value("p4", [1, 16, 4, 4])], [value("y3", None), value("y4", None)],
        [weight("head", [16, 16, 3, 3]), weight("b3", [16]), weight("b4", [16])])


def tied_embeddings():
    """The table that words are looked up in is the last product's matrix, too."""
    return model(
        [node("Gather", "table ids", "words", "embed"),
         node("Transpose", "table", "columns", perm=[1, 0]),
         node("MatMul", "words columns", "y", "logits")],
        [value("ids", [1, 16], INT64)], RESULT, [weight("table", [30000, 64])])


def lookups():
    """Rows of tables: by Gather (of fp32, and of int8 behind DequantizeLinear), GatherElements, GatherND and Slice."""
    return model(
        [node("Gather", "table ids", "a", "gather"),
         node("DequantizeLinear", "small s z", "numbers"),
         node("Gather", "numbers ids", "b", "gather_int8"),
         node("GatherElements", "flat pick", "c", "elements"),
         node("GatherND", "table points", "d", "points_of"),
         node("Slice", "position zero sixteen zero", "e"),
         node("Add", "a e", "f", "add_position"),
         node("Add", "f b", "y", "sum"),
         node("Mul", "c c", "y2", "square"),
         node("Relu", "d", "y3", "relu")],
        [value("ids", [16], INT64), value("pick", [2, 64], INT64), value("points", [3, 1], INT64)],
        [*RESULT, value("y2", None), value("y3", None)],
        [weight("table", [30000, 64]), weight("small", [1000, 64], INT8), scalar("s"), scalar("z", 0, INT8),
         weight("flat", [500, 64]), weight("position", [512, 64]), integers("zero", [0]), integers("sixteen", [16])])


def packed_weight():
    """One stored matrix, split in three parts of which each product reads one."""
    return model(
        [node("Split", "w", "wq wk wv", "parts", axis=1),
         *(node("MatMul", f"image w{n}", n, f"product_{n}") for n in "qkv"),
         node("Concat", "q k v", "y", "cat", axis=1)],
        image(2, 8), RESULT, [weight("w", [8, 24])])


def attributes():
    return model(
        [node("Conv", "image w", "c", "dilated", dilations=[4, 4], pads=[4, 4, 4, 4]),
         node("MaxPool", "c", "p", "pool", kernel_shape=[2, 2], dilations=[3, 3]),
         node("ConvTranspose", "p v", "t", "up", group=2, dilations=[2, 2]),
         node("Conv", "t w2", "y", "plain", dilations=[1, 1])],
        image(1, 4, 16, 16), RESULT, [weight("w", [4, 4, 3, 3]), weight("v", [4, 3, 3, 3]), weight("w2", [4, 6, 3, 3])])


def several_outputs():
    """Queries, keys and values of 2, 4 and 6 channels; a TopK whose values and indices go different ways."""
    return model(
        [node("Split", "image sizes", "q k v", "split", axis=1),
         node("Relu", "q", "rq", "of_q"),
         node("Concat", "k v", "kv", "of_k_and_v", axis=1),
         node("Concat", "rq kv", "all", "together", axis=1),
         node("TopK", "all three", "best where", "top", axis=1),
         node("Sigmoid", "best", "y", "score"),
         node("Cast", "where", "place", "places", to=INT32)],
        image(1, 12), [*RESULT, value("place", None)], [integers("sizes", [2, 4, 6]), integers("three", [3])])


def quantise(tensor, zero="z"):
    return node("QuantizeLinear", f"{tensor} s {zero}", f"{tensor}_q", f"quantise_{tensor}")


def dequantise(tensor, name=None, zero="z"):
    return node("DequantizeLinear", f"{tensor} s {zero}", name or f"{tensor}_f", f"dequantise_{tensor}")


def qdq():
    """As a quantiser writes it: convolution, Relu, a residual sum and a pool on int8, then a product on floats."""
    return model(
        [quantise("image"), dequantise("image_q", "x"),
         dequantise("w", "wf"), dequantise("b", "bf", "z32"),
         node("Conv", "x wf bf", "c", "conv", pads=[1, 1, 1, 1]), node("Relu", "c", "r", "relu"),
         quantise("r"), dequantise("r_q", "rf"),
         node("Add", "rf x", "a", "add"), quantise("a"), dequantise("a_q", "af"),
         node("GlobalAveragePool", "af", "p", "pool"), quantise("p"), dequantise("p_q", "pf"),
         node("Flatten", "pf", "f", "flatten"),
         node("MatMul", "f m", "y", "float_product")],
        image(1, 4, 8, 8), RESULT,
        [weight("w", [4, 4, 3, 3], INT8), weight("b", [4], INT32), weight("m", [4, 10]), scalar("s"),
         scalar("z", 0, INT8), scalar("z32", 0, INT32)])


def qdq_weights():
    """Floats stored and quantised on the way (training aware of it); and a layer of which only the weight is int8."""
    return model(
        [node("QuantizeLinear", "w s z", "wq"), node("DequantizeLinear", "wq s z", "wf"),
         quantise("image"), dequantise("image_q", "x"),
         node("Conv", "x wf", "c", "trained"), quantise("c"), dequantise("c_q", "cf"),
         node("Sigmoid", "cf", "g", "gate"),
         node("DequantizeLinear", "v s z", "vf"), node("Transpose", "vf", "vt", perm=[1, 0, 2, 3]),
         node("Conv", "g vt", "y", "weight_only")],
        image(1, 3, 5, 5), RESULT,
        [weight("w", [4, 3, 3, 3]), weight("v", [4, 2, 1, 1], INT8), scalar("s"), scalar("z", 0, INT8)])


def qdq_product():
    """A product of integers whose result is wanted as floats, and one of a float."""
    return model(
        [quantise("image"), dequantise("image_q", "x"), dequantise("w", "wf"),
         node("Gemm", "x wf b", "g", "integers"),
         node("MatMul", "g wf", "y", "floats")],
        image(1, 8), RESULT, [weight("w", [8, 8], INT8), weight("b", [8]), scalar("s"), scalar("z", 0, INT8)])


def qdq_both_ways():
    """The numbers of a tensor are read before an operator that computes on its integers."""
    return model(
        [quantise("image"), dequantise("image_q", "x"), dequantise("w", "wf"),
         node("Erf", "x", "e", "floats"),
         node("Conv", "x wf", "c", "integers"), quantise("c"), dequantise("c_q", "y")],
        image(1, 3, 5, 5), [value("e", None), *RESULT],
        [weight("w", [4, 3, 3, 3], INT8), scalar("s"), scalar("z", 0, INT8)])


def integer_operators():
    return model(
        [node("DynamicQuantizeLinear", "image", "q s z", "quantise"),
         node("ConvInteger", "q w z", "c", "conv"),
         node("Cast", "c", "f", "float", to=FLOAT),
         node("Mul", "f s", "y", "scale")],
        image(1, 3, 5, 5), RESULT, [weight("w", [4, 3, 3, 3], UINT8)])


def shared_with_a_dead_end():
    """What reads the weight first leads nowhere."""
    return model(
        [node("MatMul", "image w", "nowhere", "dead"), node("MatMul", "image w", "y", "alive")],
        image(1, 8), RESULT, [weight("w", [8, 8])])


def made_weights():
    """Weights of 5 x 4 numbers that are made in the graph, each with something beside them that says how."""
    float_scalar = helper.make_tensor("half", FLOAT, [], [0.5])
    picks = helper.make_tensor("picks", TensorProto.INT32, [5], [0, 1, 2, 3, 4])
    first = helper.make_tensor("first", TensorProto.INT32, [1], [0])
    last = helper.make_tensor("last", TensorProto.INT32, [1], [5])
    return model(
        [node("Mul", "a half", "a2"), node("MatMul", "image a2", "x", "scaled"),
         node("Gather", "b picks", "b2"), node("MatMul", "image b2", "y", "picked"),
         node("Slice", "c first last", "c2"), node("MatMul", "image c2", "z", "sliced"),
         node("Pad", "d pads half", "d2"), node("MatMul", "image d2", "v", "padded")],
        image(1, 5), [value(name, None) for name in "xyzv"],
        [weight("a", [5, 4]), weight("b", [10, 4]), weight("c", [8, 4]), weight("d", [4, 4]), float_scalar, picks, first, last,
         integers("pads", [1, 0, 0, 0])])


def outputs_for_a_dead_end():
    """Of three parts one is read; of the others one by a node that leads nowhere, one by the branch that is not taken."""
    def branch(part):
        return helper.make_graph([node("Relu", part, "r")], "branch", [], [value("r", None)])
    choose = node("If", "yes", "y", "if", then_branch=branch("a"), else_branch=branch("c"))
    return model([node("Split", "image", "a b c", "split", axis=1), node("Relu", "b", "nowhere", "dead"), choose],
                 image(1, 9), RESULT, [helper.make_tensor("yes", TensorProto.BOOL, [], [True])])


def learned_queries():
    return model([node("Attention", "q image image", "y", "attention", q_num_heads=2, kv_num_heads=2)],
                 image(1, 9, 8), RESULT, [weight("q", [1, 4, 8])], 23)


COST_FIXTURES = {f.__name__: f for f in (
    computed_constants, two_scales, tied_embeddings, lookups, packed_weight, attributes, several_outputs, qdq,
    qdq_weights, qdq_product, qdq_both_ways, integer_operators, shared_with_a_dead_end,
    made_weights, outputs_for_a_dead_end, learned_queries)}


if __name__ == "__main__":
    for file, make in COST_FIXTURES.items():
        (FIXTURES / "cost" / f"{file}.onnx").write_bytes(make().SerializeToString())
