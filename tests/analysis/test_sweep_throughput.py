"""What the benchmark of sweeps finds too slow."""

import importlib.util
import pathlib
import unittest

PATH = pathlib.Path(__file__).resolve().parents[1] / "bench" / "sweep_throughput.py"
SPEC = importlib.util.spec_from_file_location("sweep_throughput", PATH)
bench = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(bench)


class Check(unittest.TestCase):
    def test_the_figures_are_those_of_two_jobs_and_of_both_clocks(self):
        # 1,000 runs: 4 s with one job and 2.5 s with two by the wall: 400 runs/s, 4 / 2.5 / 2 = 0.8. Of processor time 3.8
        # and 4 s: 2 x 1,000 / 4 = 500 runs/s, 3.8 / 4 = 0.95.
        found = bench.figures({1: (4.0, 3.8), 2: (2.5, 4.0)})
        self.assertEqual({clock: tuple(round(x, 9) for x in pair) for clock, pair in found.items()},
                         {"wall clock": (400, 0.8), "processor time": (500, 0.95)})

    def test_too_few_runs_a_second_and_too_little_of_the_second_job_are_told(self):
        self.assertEqual(bench.shortcomings(300, 0.9), [])
        self.assertEqual(len(bench.shortcomings(299, 0.9)), 1)
        self.assertIn("0.89", bench.shortcomings(300, 0.89)[0])
        self.assertEqual(len(bench.shortcomings(100, 0.5)), 2)

    def test_the_table_for_documents(self):
        self.assertEqual(bench.markdown({1: (4.0, 3.8), 2: (2.5, 4.0)}).splitlines()[2:],
                         ["| 1 | 250 | 3.80 ms | 1.00 |", "| 2 | 400 | 4.00 ms | 0.80 |"])


if __name__ == "__main__":
    unittest.main()
