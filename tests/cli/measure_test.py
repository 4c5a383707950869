#!/usr/bin/env python3
"""What onnxruntime says is held against edgecut: two small networks of our own making are measured in it, imported, planned
and simulated in one go; and the shapes of what layers put out, of 1,000 random layers and of the ONNX project's own node
models (where Debian's python3-onnx is installed), are those that it gives when it runs them.

Skipped (exit status 77) where the runtime is not there and npm cannot fetch it.
"""
import csv
import json
import random
import struct
import subprocess
import sys
import unittest

from edgecut import PROGRAM, SOURCE, Folder

sys.path.insert(0, str(SOURCE))
sys.path.insert(0, str(SOURCE / "tests" / "onnx"))
import backend_models  # noqa: E402
import compare_shapes  # noqa: E402
import random_layers  # noqa: E402
from analysis import measure_layers  # noqa: E402
from analysis.onnx_file import encode  # noqa: E402

FLOAT, INT, INTS = 1, 2, 7  # TensorProto.FLOAT, AttributeProto.INT and INTS
RUNTIME = SOURCE / "build" / "onnxruntime"


def attribute(name, value):
    if isinstance(value, int):
        return encode(1, name) + encode(3, value) + encode(20, INT)
    return encode(1, name) + b"".join(encode(8, item) for item in value) + encode(20, INTS)


def node(op, name, inputs, output, **attributes):
    return (b"".join(encode(1, text) for text in inputs.split()) + encode(2, output) + encode(3, name) + encode(4, op)
            + b"".join(encode(5, attribute(key, value)) for key, value in attributes.items()))


def weight(rng, name, *dims):
    count = 1
    for size in dims:
        count *= size
    numbers = struct.pack(f"<{count}f", *(rng.uniform(-0.1, 0.1) for _ in range(count)))
    return b"".join(encode(1, size) for size in dims) + encode(2, FLOAT) + encode(8, name) + encode(9, numbers)


def value(name, *dims):
    shape = b"".join(encode(1, encode(1, size)) for size in dims)
    return encode(1, name) + encode(2, encode(1, encode(1, FLOAT) + encode(2, shape)))


def model(nodes, weights, inputs, outputs):
    graph = (b"".join(encode(1, part) for part in nodes) + encode(2, "g") + b"".join(encode(5, part) for part in weights)
             + encode(11, inputs) + encode(12, outputs))
    return encode(1, 8) + encode(8, encode(1, "") + encode(2, 13)) + encode(7, graph)


SAME = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "strides": [1, 1]}


def chain():
    rng = random.Random(1)
    return model(
        [node("Conv", "conv1", "image w1", "c1", **SAME), node("Relu", "relu1", "c1", "r1"),
         node("MaxPool", "pool1", "r1", "p1", kernel_shape=[2, 2], strides=[2, 2]),
         node("Conv", "conv2", "p1 w2", "c2", **SAME), node("Relu", "relu2", "c2", "r2"),
         node("GlobalAveragePool", "gap", "r2", "g"), node("Flatten", "flat", "g", "f"),
         node("Gemm", "fc", "f w3 b3", "y", transB=1)],
        [weight(rng, "w1", 32, 3, 3, 3), weight(rng, "w2", 64, 32, 3, 3), weight(rng, "w3", 10, 64), weight(rng, "b3", 10)],
        value("image", 1, 3, 64, 64), value("y", 1, 10))


def branches():
    """A shortcut around two convolutions; the second Relu has no name of its own."""
    rng = random.Random(2)
    return model(
        [node("Conv", "stem", "image w1", "s", **SAME), node("Relu", "relu", "s", "r"),
         node("Conv", "inner", "r w2", "i", **SAME), node("Add", "add", "i r", "a"), node("Relu", "", "a", "z"),
         node("GlobalAveragePool", "gap", "z", "g"), node("Flatten", "flat", "g", "f"),
         node("Gemm", "fc", "f w3 b3", "y", transB=1)],
        [weight(rng, "w1", 32, 3, 3, 3), weight(rng, "w2", 32, 32, 3, 3), weight(rng, "w3", 10, 32), weight(rng, "b3", 10)],
        value("image", 1, 3, 48, 48), value("y", 1, 10))


SCENARIO = """
network: {name}.yaml
device: {{kind: raspberry_pi_4, processors: {{cpu: {{compute: {{measured: {{table: tables/host, mode: {mode}}}}}}}}}}}
cloud: c5_4xlarge
link: {{kind: wifi_2012, rtt: 10 ms}}
input: {{encoding: raw}}
result: {{size: 40 B}}
workload: {{arrivals: one_at_a_time, requests: 3}}
partitioners: [device_only, offline_benchmark, oracle]
"""


class Measured(unittest.TestCase):
    def test_two_networks_are_measured_imported_planned_and_simulated(self):
        with Folder() as folder:
            for name, content in (("chain", chain()), ("branches", branches())):
                (folder.path / f"{name}.onnx").write_bytes(content)
            done = subprocess.run(
                [sys.executable, "-m", "analysis.measure_layers", *(str(folder.path / f"{name}.onnx") for name in ("chain", "branches")),
                 "--host", "host", "-o", str(folder.path / "tables"), "--runs", "10", "--warm-up", "2", "--edgecut", str(PROGRAM),
                 "--runtime", str(RUNTIME)], cwd=SOURCE, capture_output=True, text=True, check=False)
            print(done.stdout, end="")
            self.assertEqual(done.returncode, 0, done.stderr)
            for name in ("chain", "branches"):
                imported = folder.run("import", "onnx", f"{name}.onnx", "-o", f"{name}.yaml")
                self.assertEqual(imported.returncode, 0, imported.stderr)
                for mode in ("unfused", "fused"):
                    with self.subTest(network=name, mode=mode):
                        self.plan_and_simulate(folder, name, mode)

    def plan_and_simulate(self, folder, name, mode):
        (folder.path / "s.yaml").write_text(SCENARIO.format(name=name, mode=mode))
        plans = folder.run("plan", "s.yaml", "--format", "json")
        self.assertEqual(plans.returncode, 0, plans.stderr)
        planned = {plan["partitioner"]: plan for plan in json.loads(plans.stdout) if plan["role"] == "chosen"}
        simulated = folder.run("run", "s.yaml", "--format", "csv")
        self.assertEqual(simulated.returncode, 0, simulated.stderr)
        rows = {row["partitioner"]: row for row in csv.DictReader(simulated.stdout.splitlines())}
        with open(folder.path / "tables" / "host" / f"{name}.csv", newline="") as file:
            table = [row for row in csv.DictReader(file) if row["mode"] == mode]
        self.assertEqual(table[0]["layer"], "")
        self.assertEqual(len(table), 1 + 8)
        self.assertEqual({row["repetitions"] for row in table}, {"10"})
        # Scaled to the whole run, all layers on the device take what the whole network took.
        whole = float(table[0]["minimum_s"])
        self.assertAlmostEqual(float(rows["device_only"]["latency_mean_s"]), whole, delta=1e-6 * whole)
        self.assertLessEqual(float(rows["oracle"]["latency_mean_s"]), whole * (1 + 1e-6))
        # What is planned is what is played: where it is cut, and how long that takes.
        self.assertEqual(planned["device_only"]["cut"], "device only")
        for method, plan in planned.items():
            self.assertEqual(plan["cut"], rows[method]["cut"], method)
            played = float(rows[method]["latency_mean_s"])
            self.assertAlmostEqual(plan["true_latency_s"], played, delta=1e-6 * played, msg=method)
        # The benchmark knows the table; nobody does better.
        believed = planned["offline_benchmark"]["believed_latency_s"]
        self.assertAlmostEqual(believed, planned["offline_benchmark"]["true_latency_s"], delta=1e-6 * believed)
        self.assertLessEqual(planned["oracle"]["true_latency_s"], believed * (1 + 1e-6))
        self.assertAlmostEqual(planned["device_only"]["true_latency_s"], whole, delta=1e-6 * whole)


class Shapes(unittest.TestCase):
    """None may be different. What edgecut refuses it names; how many those are is printed."""

    def compare(self, what, models):
        with Folder() as folder:
            tally = compare_shapes.compare(PROGRAM, RUNTIME / "node_modules", folder.path, models)
        print(tally.line(what))
        self.assertEqual(tally.different, [])
        for name, told in tally.refused:
            self.assertRegex(told, r"(node|input|output|initialiser) '|no layer leads from", name)
        return tally

    def test_a_thousand_random_layers_have_the_shapes_that_the_runtime_gives(self):
        tally = self.compare("random layers", list(random_layers.Draw(1).layers(1000)))
        self.assertGreaterEqual(len(tally.equal), 980)

    def test_the_node_models_of_the_onnx_project_have_the_shapes_that_the_runtime_gives(self):
        try:
            models = backend_models.serialized()
        except ImportError:
            self.skipTest("no python3-onnx (Debian: apt-get install python3-onnx)")
        tally = self.compare("node models of the ONNX project", models)
        self.assertGreaterEqual(len(tally.equal), 750)


if __name__ == "__main__":
    try:
        measure_layers.fetch_runtime(RUNTIME)
    except measure_layers.NoRuntime as reason:
        print(f"skipped: {reason}")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1])
