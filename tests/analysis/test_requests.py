"""Distributions of latency and timelines, from what a run writes."""

import contextlib
import io
import pathlib
import tempfile
import unittest

import pandas as pd

from analysis import __main__ as command
from analysis import requests, results, style

REQUESTS = pd.DataFrame([("a", 0, "completed", 2.0), ("a", 0, "late", 1.0), ("a", 0, "dropped", None),
                         ("a", 1, "completed", 4.0), ("b", 0, "completed", 3.0)],
                        columns=["partitioner", "replication", "outcome", "latency_s"])


def event(time, what, request=None, **cells):
    return {"partitioner": "a", "replication": 0, "time_s": time, "event": what, "request": request, "cut": None,
            "station": None, "bandwidth_bit_per_s": None, "outcome": None, **cells}


EVENTS = pd.DataFrame([
    event(0.0, "bandwidth_changed", station="uplink", bandwidth_bit_per_s=5e6),
    event(0.0, "bandwidth_changed", station="downlink", bandwidth_bit_per_s=9e6),
    event(1.0, "arrived", 0), event(1.0, "planned", 0, cut="device only"), event(1.5, "ended", 0, outcome="completed"),
    event(2.0, "bandwidth_changed", station="uplink", bandwidth_bit_per_s=1e6),
    event(3.0, "arrived", 1), event(3.0, "planned", 1, cut="cloud only"), event(3.2, "ended", 1, outcome="failed"),
    {**event(4.0, "arrived", 0), "replication": 1},
])


class Distributions(unittest.TestCase):
    def test_shares_count_those_without_a_result(self):
        table = requests.cdf_table(REQUESTS)
        own = table[table["partitioner"] == "a"]
        self.assertEqual(list(own["latency_s"]), [1.0, 2.0, 4.0])
        self.assertEqual(list(own["share"]), [0.25, 0.5, 0.75])  # one of four was dropped

    def test_requests_of_the_warm_up_are_left_out(self):
        marked = REQUESTS.assign(warmup=[1] + [0] * (len(REQUESTS) - 1))
        own = requests.cdf_table(marked)
        self.assertTrue(own.equals(requests.cdf_table(REQUESTS.iloc[1:])))

    def test_curves_are_the_steps_of_the_table(self):
        with style.context():
            figure, _ = requests.draw_cdf(REQUESTS)
        curve, = [line for line in figure.axes[0].get_lines() if line.get_label() == "a"]
        self.assertEqual(list(curve.get_xdata())[1:-1], [1.0, 2.0, 4.0])
        self.assertEqual(list(curve.get_ydata()), [0.0, 0.25, 0.5, 0.75, 0.75])
        self.assertEqual(curve.get_drawstyle(), "steps-post")

    def test_long_samples_are_thinned_to_their_quantiles(self):
        many = pd.DataFrame({"partitioner": "a", "replication": 0, "outcome": "completed",
                             "latency_s": range(1, 100001)})
        table = requests.cdf_table(many)
        self.assertEqual(len(table), requests.MOST_STEPS)
        self.assertLess((table["share"] - table["latency_s"] / 1e5).abs().max(), 1e-12)


class Timelines(unittest.TestCase):
    def test_what_is_drawn_when(self):
        table = requests.timeline_table(EVENTS)
        drawn = {panel: list(zip(own["time_s"], own["value"], own["text"])) for panel, own in table.groupby("panel")}
        self.assertEqual(drawn["bandwidth"], [(0.0, 5.0, ""), (2.0, 1.0, "")])  # of the uplink, in Mbit/s
        self.assertEqual([(time, text) for time, _, text in drawn["cut"]], [(1.0, "device only"), (3.0, "cloud only")])
        self.assertEqual(drawn["latency"], [(1.5, 0.5, "")])  # the other failed
        self.assertEqual(set(drawn), {"bandwidth", "cut", "latency"})

    def test_panels_hold_it(self):
        with style.context():
            figure, _ = requests.draw_timeline(EVENTS)
        bandwidth, cut, latency = figure.axes
        line, = bandwidth.get_lines()
        self.assertEqual((list(line.get_xdata()), list(line.get_ydata())), ([0.0, 2.0], [5.0, 1.0]))
        self.assertEqual([text.get_text() for text in cut.get_yticklabels()], ["device only", "cloud only"])
        self.assertEqual(list(cut.get_lines()[0].get_ydata()), [0.0, 1.0])
        self.assertEqual(list(latency.get_lines()[0].get_ydata()), [0.5])


class Files(unittest.TestCase):
    def test_a_file_is_known_by_its_columns(self):
        with tempfile.TemporaryDirectory() as folder:
            for table, name in ((REQUESTS, "latency_cdf"), (EVENTS, "timeline")):
                path = pathlib.Path(folder) / "table.csv"
                table.to_csv(path, index=False)
                out = io.StringIO()
                with contextlib.redirect_stdout(out):
                    self.assertEqual(command.main([str(path), "-o", folder + "/out"]), 0)
                self.assertEqual([pathlib.Path(line).name for line in out.getvalue().split()],
                                 [f"{name}.{kind}" for kind in ("png", "svg", "pdf", "csv")])

    def test_a_missing_column_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "table.csv"
            REQUESTS.drop(columns="outcome").to_csv(path, index=False)
            with self.assertRaisesRegex(results.UserError, "no column 'outcome'"):
                requests.draw_file(path, folder)


if __name__ == "__main__":
    unittest.main()
