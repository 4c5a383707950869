#!/usr/bin/env python3
"""How long `edgecut import onnx` takes over graphs of 1,000 to 10,000 nodes: python3 tests/bench/import_graph.py build/release/edgecut

Four nodes a block: a convolution, a Relu, and a Reshape to the Relu's own Shape, which is folded. Prints the least of
five runs of the whole program; fails where 10,000 nodes take 2 s or more.
"""
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests" / "onnx"))
import numpy as np  # noqa: E402
from analysis.onnx_file import encode  # noqa: E402
from random_layers import attribute, tensor, value  # noqa: E402

TARGET = 2.0


def node(op, inputs, output, **attributes):
    return encode(1, b"".join(encode(1, name) for name in inputs) + encode(2, output) + encode(4, op)
                  + b"".join(encode(5, attribute(key, item)) for key, item in attributes.items()))


def graph(nodes):
    weight = np.zeros((8, 8, 3, 3), np.float32)
    body, last = b"", "image"
    for i in range(nodes // 4):
        body += encode(5, tensor(f"w{i}", weight))
        body += node("Conv", [last, f"w{i}"], f"c{i}", pads=[1, 1, 1, 1]) + node("Relu", [f"c{i}"], f"r{i}")
        body += node("Shape", [f"r{i}"], f"s{i}") + node("Reshape", [f"r{i}", f"s{i}"], f"t{i}")
        last = f"t{i}"
    body += encode(11, value("image", np.zeros((1, 8, 16, 16), np.float32))) + encode(12, encode(1, last))
    return encode(1, 8) + encode(8, encode(1, "") + encode(2, 17)) + encode(7, body)


def seconds(program, path, runs=5):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run([program, "import", "onnx", str(path), "-o", str(path.with_suffix(".yaml"))], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return min(times)


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        for nodes in (1000, 2000, 5000, 10000):
            path = pathlib.Path(folder) / f"{nodes}.onnx"
            path.write_bytes(graph(nodes))
            took = seconds(program, path)
            print(f"{nodes:6} nodes: {took:.3f} s")
    if took >= TARGET:
        sys.exit(f"10,000 nodes must take less than {TARGET} s")


if __name__ == "__main__":
    main()
