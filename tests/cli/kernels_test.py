"""Every shipped scenario through both kernels: the same rows but for the last digits.

    kernels_test.py EDGECUT
"""

import csv
import math
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
EDGECUT = sys.argv.pop(1) if __name__ == "__main__" else ""
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
        scenarios = sorted((ROOT / "scenarios").glob("*.yaml"))
        self.assertGreaterEqual(len(scenarios), 2)
        played = set()
        for scenario in scenarios:
            with self.subTest(scenario=scenario.name):
                reference = sweep(scenario, "reference")
                express = sweep(scenario, "auto")  # express, but where it cannot share what there is
                self.assertEqual({row["kernel_used"] for row in reference}, {"reference"})
                used = {row["kernel_used"] for row in express}
                self.assertLessEqual(used, {"express", "reference"})
                played |= {scenario.name for kernel in used if kernel == "express"}
                self.assertEqual(len(express), len(reference))
                for line, (a, b) in enumerate(zip(express, reference), start=2):
                    wrong = {name: (a[name], b[name]) for name in b
                             if name not in ("kernel_used", "kernel") and not same(a[name], b[name])}
                    self.assertEqual(wrong, {}, f"row {line} of {scenario.name}: express, reference")
        self.assertGreaterEqual(len(played), 2)

    def test_auto_says_which_kernel_it_picked(self):
        rows = sweep(ROOT / "scenarios" / "bandwidth_constrained.yaml", "auto")
        self.assertEqual({row["kernel_used"] for row in rows}, {"express"})


if __name__ == "__main__":
    unittest.main()
