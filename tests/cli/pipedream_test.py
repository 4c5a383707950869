#!/usr/bin/env python3
"""min_cut and qdmp on twelve published DAGs (msr-fiddle/pipedream @ 7db6a1c3, MIT), read from $EDGECUT_DATA/pipedream.

Layer times in the cloud are the files' forward times; the device takes 0.3 to 30 times as long, drawn by layer from a
fixed seed, and the input is eight times as large, so that cuts inside the DAG pay. One image is a share of a batch.
Skipped (exit status 77) where EDGECUT_DATA is not set.
"""
import json
import os
import pathlib
import random
import re
import sys
import unittest

from edgecut import Folder

FOLDER = pathlib.Path(os.environ.get("EDGECUT_DATA", "")) / "pipedream"
BATCH = {"vgg16": 128, "resnet50": 128, "inception_v3": 128, "densenet121": 64}
NODE = re.compile(r"^(node\d+) -- .* -- forward_compute_time=([\d.]+), .*activation_size=([^,]+), parameter_size=([\d.]+)")
ARC = re.compile(r"^\t(node\d+) -- (node\d+)")


def problem(path, mbit_per_s):
    batch = BATCH.get(path.name.split(".")[0], 256)
    nodes, inputs = {}, {}
    rng = random.Random(path.name)
    for line in path.read_text().splitlines():
        if match := NODE.match(line):
            # Several activations of one node stand in brackets.
            size = sum(float(part) for part in re.findall(r"[\d.]+", match[3]))
            nodes[match[1]] = (float(match[2]) / 1e3 / batch, size / batch)
        elif match := ARC.match(line):
            inputs.setdefault(match[2], []).append(match[1])
    layers = []
    for name, (seconds, size) in nodes.items():
        reads = inputs.get(name, [])
        time = f"{{device: {0.3 * 100 ** rng.random() * seconds!r} s, cloud: {seconds!r} s}}" if reads else "{device: 0 s}"
        layers.append(f"    - {{name: {name}, inputs: [{', '.join(reads)}], output: {size if reads else 8 * size!r} B, time: {time}}}\n")
    return ("problem:\n  tiers: [device, cloud]\n  links: [{from: device, to: cloud, "
            f"bandwidth: {mbit_per_s} Mbit/s, latency: 5 ms}}]\n  layers:\n" + "".join(layers)), len(layers)


class PipeDream(unittest.TestCase):
    def test_min_cut_and_qdmp_agree_and_no_prefix_of_the_order_is_better(self):
        files = sorted(FOLDER.glob("*.graph.txt"))
        self.assertEqual(len(files), 12)
        inside = 0
        for path in files:
            for mbit_per_s in (500, 5000):
                text, size = problem(path, mbit_per_s)
                with Folder(p=text) as folder:
                    result = folder.run("plan", "--problem", "p.yaml", "--partitioner", "min_cut", "--partitioner", "qdmp",
                                        "--partitioner", "offline_benchmark", "--format", "json")
                self.assertEqual(result.returncode, 0, result.stderr)
                exact, stretches, prefix = (answer["objective"] for answer in json.loads(result.stdout))
                with self.subTest(network=path.name, mbit_per_s=mbit_per_s):
                    self.assertAlmostEqual(exact, stretches, delta=1e-9 * exact)
                    self.assertLessEqual(exact, prefix * (1 + 1e-12))
                placed = json.loads(result.stdout)[0]["placement"].values()
                inside += len(set(list(placed)[1:])) == 2
                print(f"{path.name} ({size} layers) at {mbit_per_s} Mbit/s: min_cut {exact:.6g} s, qdmp {stretches:.6g} s, "
                      f"best prefix {prefix:.6g} s")
        self.assertGreater(inside, 0)  # some optimum is neither end


if __name__ == "__main__":
    if not os.environ.get("EDGECUT_DATA"):
        print("skipped: EDGECUT_DATA does not name a folder")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1])
