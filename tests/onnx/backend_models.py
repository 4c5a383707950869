"""The node models of the ONNX project's own backend test, as Debian's python3-onnx makes them.

Of each model one input stays an input; the others become constants with the numbers of the test, for most of them say
what shape comes out. An anchor is added for what is made of constants alone.
"""
import warnings

import numpy as np


def collect():
    """Yields name, the model as it is to be run, its feeds (arrays by input; None where an input is a sequence or nothing).
    Raises ImportError without python3-onnx."""
    from onnx import numpy_helper  # pylint: disable=import-outside-toplevel
    for old, new in (("float", float), ("bool", bool), ("int", int), ("object", object)):
        if old not in np.__dict__:
            setattr(np, old, new)  # words that the test's models use and newer numpy has dropped
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from onnx.backend.test.case import node  # pylint: disable=import-outside-toplevel
        cases = node.collect_testcases(None)
    for case in cases:
        arrays = [np.asarray(array) if not isinstance(array, (list, type(None))) else None for array in case.data_sets[0][0]]
        graph = case.model.graph
        if any(array is None for array in arrays) or len(arrays) != len(graph.input):
            yield case.name, case.model, None
            continue
        feeds = dict(zip([value.name for value in graph.input], arrays))
        kept = next((name for kinds in ("float16 float32 float64", "int8 uint8", "bool") for name, array in feeds.items()
                     if array.dtype.name in kinds.split() and array.size > 1), None)
        for value in list(graph.input):
            if value.name == kept:
                continue
            graph.initializer.append(numpy_helper.from_array(feeds.pop(value.name), value.name))
            graph.input.remove(value)
        yield case.name, case.model, feeds


def serialized():
    """(name, bytes, feeds) of each model whose inputs are tensors; its node is called "under_test"."""
    models = []
    for name, model, feeds in collect():
        if feeds is None:
            continue
        if len(model.graph.node) == 1:
            model.graph.node[0].name = "under_test"
        models.append((name, model.SerializeToString(), feeds))
    return models
