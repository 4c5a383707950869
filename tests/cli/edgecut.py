"""Runs the program in a folder of its own; helpers of the command-line tests."""
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
SOURCE = pathlib.Path(__file__).resolve().parents[2]
MARK = "¶"  # stands before the character where an error is expected

BASE = {
    "question": "How long does it take?",
    "network": "alexnet",
    "device": "raspberry_pi_3b_plus",
    "cloud": "c5_4xlarge",
    "link": "{kind: lte_2012, rtt: 20 ms}",
    "input": "{encoding: jpeg, size: 150 kB}",
    "result": "{size: 4 kB}",
    "workload": "{arrivals: one_at_a_time, requests: 4}",
    "constraints": "{min_layers_on_device: 1}",
    "partitioners": "[device_only, {kind: offline_benchmark, name: offline}, oracle]",
    "compare": "{baseline: offline}",
    "sweep": "{link.uplink: [1 Mbit/s, 20 Mbit/s]}",
    "replications": "2",
    "seed": "42",
}


def scenario(**changes):
    """The base scenario with some of its values changed; None takes a key out."""
    lines = {**BASE, **changes}
    return "".join(f"{key}: {value}\n" for key, value in lines.items() if value is not None)


def unmark(text):
    """The text without its mark, and the line and column where it stood (None without one)."""
    at = text.find(MARK)
    if at < 0:
        return text, None
    before = text[:at]
    return text.replace(MARK, ""), (before.count("\n") + 1, at - before.rfind("\n"))


class Folder:
    """A temporary working folder with files in it."""

    def __init__(self, **files):
        self._folder = tempfile.TemporaryDirectory(prefix="edgecut_cli_")
        self.path = pathlib.Path(self._folder.name)
        for name, text in files.items():
            (self.path / f"{name}.yaml").write_text(text)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    def run(self, *arguments, env=None, text=""):
        """`text` is what the program finds on its standard input."""
        return subprocess.run([str(PROGRAM), *arguments], cwd=self.path, capture_output=True, text=True, timeout=500,
                              env={**os.environ, **(env or {})}, input=text)
