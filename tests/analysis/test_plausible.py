"""Which times no network takes: the bounds are beyond all that ncnn's benchmark shows, and hints name the right unit."""

import unittest

from analysis import fit_devices, outside_zoo, plausible
from analysis.errors import UserError
from analysis.plausible import Work


class Bounds(unittest.TestCase):
    def test_they_are_three_to_five_times_beyond_ncnns_benchmark_as_the_docs_say(self):
        networks, setups = fit_devices.benchmark_networks(), fit_devices.read_rows(fit_devices.ROWS)
        times = [(Work(*networks[name]), seconds) for setup in setups.values() for name, seconds in setup.seconds.items()]
        self.assertEqual((len(networks), len(setups), len(times)), (16, 263, 4111))
        rates = [work.flop / seconds for work, seconds in times]
        self.assertAlmostEqual(min(rates) / 1e9, 0.51, delta=0.005)
        self.assertAlmostEqual(max(rates) / 1e12, 26, delta=0.5)
        most_bytes = max(work.bytes / seconds for work, seconds in times)
        self.assertAlmostEqual(most_bytes / 1e12, 1.5, delta=0.05)
        self.assertTrue(all(3.0 < factor < 5.5 for factor in (min(rates) / plausible.SLOWEST, plausible.FASTEST / max(rates),
                                                              plausible.FASTEST_BYTES / most_bytes)))
        self.assertFalse([each for each in times if plausible.complaint(*each)])
        overheads = [fit_devices.fit(fit_devices.relative_rows(networks, setup.seconds))[2] for setup in setups.values()]
        self.assertAlmostEqual(1e3 * max(overheads), 0.63, delta=0.005)
        self.assertLess(3.0 * max(overheads), plausible.LONGEST_OVERHEAD)

    def test_microcontrollers_are_within_them(self):
        networks = {name: Work(*make()) for name, make in outside_zoo.MLPERF_TINY.items()}
        rates = [networks[name].flop * rate for rates in fit_devices.TINY.values() for name, rate in rates.items()]
        self.assertAlmostEqual(min(rates) / 1e6, 62, delta=0.5)
        for rates in fit_devices.TINY.values():
            for name, rate in rates.items():
                self.assertEqual(plausible.complaint(networks[name], 1.0 / rate), "")

    def test_a_network_whose_flop_are_not_known_is_held_to_what_any_takes(self):
        self.assertEqual(plausible.complaint(Work(0.0, 0.0), 30.0), "")
        for seconds in (1001.0, 1e-8):
            self.assertIn("no network takes that (100 ns to 1000 s)", plausible.complaint(Work(0.0, 0.0), seconds))

    def test_memory_bounds_a_network_that_does_little(self):
        # 1 GB in 0.1 ms is 10 TB/s, at 0.1 GFLOP / 0.1 ms = 1 TFLOP/s.
        self.assertIn("10 TB/s, and no memory does more than 5 TB/s", plausible.complaint(Work(1e8, 1e9), 1e-4))


class Hints(unittest.TestCase):
    def test_the_unit_is_asked_about_in_which_all_times_would_be_usual(self):
        one = Work(2e9, 1e8)
        for seconds, unit, wanted in ((20.0, "s", "ms"), (20.0e-6, "us", "ms"), (2e-5, "ms", "s")):
            with self.subTest(seconds=seconds, unit=unit):  # 2 GFLOP in 20 ms, 20 ms and 20 ms
                self.assertEqual(plausible.meant([(one, seconds)], unit), f" (did you mean {wanted}?)")

    def test_no_unit_is_asked_about_where_none_makes_all_times_usual(self):
        one = Work(2e9, 1e8)
        self.assertEqual(plausible.meant([(one, 1e9), (one, 1e-9)], "s"), "")
        with self.assertRaises(UserError) as caught:
            plausible.check(lambda name: f"t.csv:{name}", {"a": (one, 1e9), "b": (one, 1e-9), "c": (one, 0.1)})
        said = str(caught.exception).split("\n")
        self.assertEqual([line.split(": ")[0] for line in said], ["t.csv:a", "t.csv:b"])


if __name__ == "__main__":
    unittest.main()
