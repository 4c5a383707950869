"""Every shipped scenario through both kernels: the same rows but for the last digits.

A tree of cells, which only the reference kernel shares out, is among them.

    kernels_test.py EDGECUT
"""

import csv
import math
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
EDGECUT = sys.argv.pop(1) if __name__ == "__main__" else ""
TREE = """
network: alexnet
device: raspberry_pi_3b_plus
cloud: c5_4xlarge
link: {kind: lte_2012, rtt: 20 ms}
input: {encoding: jpeg, size: 150 kB}
result: {size: 4 kB}
fleet:
  backhaul: {uplink: 6 Mbit/s, downlink: 6 Mbit/s}
  cells:
    - {name: hall, uplink: 4 Mbit/s, downlink: 4 Mbit/s}
    - {name: yard, uplink: 5 Mbit/s, downlink: 5 Mbit/s}
  groups:
    - {name: a, devices: 3, cell: hall, weight: 2}
    - {name: b, devices: 2, cell: yard}
workload: {arrivals: poisson, rate: 1 /s, requests: 8}
partitioners: [cloud_only]
seed: 42
"""
# Few requests and one replication: that is enough to differ in.
SHORT = ["workload.requests=8", "replications=1"]


def sweep(scenario, kernel):
    """The rows of a scenario, cut short as far as it has the keys to be."""
    for settings in (SHORT, SHORT[1:], []):
        command = [EDGECUT, "sweep", scenario, "--format", "csv", "--jobs", "2", "--set", f"kernel={kernel}"]
        for setting in settings:
            command += ["--set", setting]
        done = subprocess.run(command, capture_output=True, text=True, timeout=500)
        if done.returncode != 2:
            break
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: {done.stderr}")
    return list(csv.DictReader(done.stdout.splitlines()))


def is_scenario(path):
    """Whether it is one, and not a network or a table beside it."""
    return re.search(r"^partitioners:", path.read_text(), re.MULTILINE) is not None


def picked(scenario):
    """The kernel that auto takes: express but for cells that make a tree. None of those that ship has more than one cell."""
    text = scenario.read_text()
    return "reference" if re.search(r"\bcells:", text) or len(re.findall(r"\bcell:", text)) > 1 else "express"


def checked(scenario):
    """What `check` says of the kernel with `kernel: auto`."""
    done = subprocess.run([EDGECUT, "check", scenario, "--set", "kernel=auto"], capture_output=True, text=True, timeout=500)
    return re.search(r": kernel: (.*)$", done.stdout, re.MULTILINE).group(1)


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


def same(a, b):
    x, y = number(a), number(b)
    if x is None or y is None:
        return a == b
    return math.isclose(x, y, rel_tol=1e-9, abs_tol=1e-8)


class Kernels(unittest.TestCase):
    def test_every_shipped_scenario_gives_the_same_rows_on_both(self):
        scenarios = sorted(path for path in (ROOT / "scenarios").rglob("*.yaml") if is_scenario(path))
        self.assertGreaterEqual(len(scenarios), 10)
        self.assertIn("maps", {path.parent.name for path in scenarios})
        folder = tempfile.TemporaryDirectory(prefix="edgecut_kernels_")
        self.addCleanup(folder.cleanup)
        tree = pathlib.Path(folder.name) / "tree.yaml"
        tree.write_text(TREE)
        for scenario in [*scenarios, tree]:
            with self.subTest(scenario=scenario.name):
                reference = sweep(scenario, "reference")
                express = sweep(scenario, "auto")  # express, but where it cannot share what there is
                self.assertEqual({row["kernel_used"] for row in reference}, {"reference"})
                self.assertEqual({row["kernel_used"] for row in express}, {picked(scenario)})
                self.assertEqual(checked(scenario), picked(scenario))
                self.assertEqual(len(express), len(reference))
                for line, (a, b) in enumerate(zip(express, reference), start=2):
                    wrong = {name: (a[name], b[name]) for name in b
                             if name not in ("kernel_used", "kernel") and not same(a[name], b[name])}
                    self.assertEqual(wrong, {}, f"row {line} of {scenario.name}: express, reference")

    def test_run_says_on_which_kernel_it_played(self):
        command = [EDGECUT, "run", ROOT / "scenarios" / "bandwidth_constrained.yaml", "--set", "workload.requests=8", "--set",
                   "replications=1"]
        for kernel in ("reference", "express"):
            done = subprocess.run([*command, "--set", f"kernel={kernel}"], capture_output=True, text=True, timeout=500)
            self.assertIn(f"\nkernel: {kernel}\n", done.stdout, done.stderr)

    def test_auto_says_which_kernel_it_picked(self):
        rows = sweep(ROOT / "scenarios" / "bandwidth_constrained.yaml", "auto")
        self.assertEqual({row["kernel_used"] for row in rows}, {"express"})


if __name__ == "__main__":
    unittest.main()
