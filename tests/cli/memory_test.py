"""The memory of a run does not grow with its requests.

    memory_test.py EDGECUT

Peak resident memory, which a run has more or less of by chance: a limit of what a tenth of the requests would need if
each left as much as one number behind.
"""

import os
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
EDGECUT = sys.argv.pop(1) if __name__ == "__main__" else ""
SCENARIO = ROOT / "tests" / "bench" / "requests" / "requests.yaml"
DEVICES = 10


def peak(kernel, requests, *settings):
    """MiB of a run of so many requests in all."""
    command = [EDGECUT, "run", SCENARIO, "--format", "csv"]
    for setting in (f"kernel={kernel}", f"workload.requests={requests // DEVICES}", *settings):
        command += ["--set", setting]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    process.stdout.read()
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)  # of the processes that it started, too
    process.returncode = os.waitstatus_to_exitcode(status)
    if status != 0:
        raise AssertionError(f"status {status}")
    return usage.ru_maxrss / 1024


class Memory(unittest.TestCase):
    def test_ten_times_the_requests_take_no_more_memory(self):
        for kernel in ("express", "reference"):
            for settings in ((), ("warmup=50 %",)):
                with self.subTest(kernel=kernel, settings=settings):
                    few, many = (peak(kernel, requests, "quantiles=sketch", *settings) for requests in (20000, 200000))
                    self.assertLess(many - few, 180000 * 8 / 2**20)  # 1.4 MiB

    def test_percentiles_of_long_runs_are_not_kept_exactly(self):
        # Up to 100,000 results are: 0.8 MB for each of a few percentiles. Kept exactly, a million would be 8 MB for each.
        few, many = (peak("express", requests) for requests in (200000, 1000000))
        self.assertLess(many - few, 2)


if __name__ == "__main__":
    unittest.main()
