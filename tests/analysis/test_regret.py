"""Regret: paired with the oracle, averaged, and drawn over two axes with panels for the others."""
import contextlib
import io
import json
import pathlib
import tempfile
import unittest

import pandas as pd

from analysis import regret

AXES = [{"path": "link.uplink", "column": "link.uplink_Mbit_per_s"},
        {"path": "partitioners.stale.profile_error", "column": "partitioners.stale.profile_error_percent"},
        {"path": "cloud.processors.cpu.slowdown", "column": "cloud.processors.cpu.slowdown"}]


def rows():
    """Stale takes (1 + point / 10) x (2 + replication), the oracle 2 + replication; stale has no plan at point 3."""
    table, point = [], 0
    for uplink in (1, 10):
        for error in (0, 50):
            for load in (1, 10):
                for name in ("stale", "oracle"):
                    for replication in (0, 1):
                        worse = 1 + point / 10 if name == "stale" else 1
                        table.append({"point": point, AXES[0]["column"]: uplink, AXES[1]["column"]: error,
                                      AXES[2]["column"]: load, "partitioner": name, "replication": replication,
                                      "feasible": int((name, point) != ("stale", 3)),
                                      "latency_mean_s": worse * (2 + replication)})
                point += 1
    return pd.DataFrame(table)


class Regret(unittest.TestCase):
    def write(self, folder, table, axes=None):
        table.to_csv(folder / "rows.csv", index=False)
        (folder / "manifest.json").write_text(json.dumps({"axes": AXES if axes is None else axes}))

    def run_main(self, *arguments):
        said, failed = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(failed):
            status = regret.main([str(argument) for argument in arguments])
        return status, failed.getvalue()

    def test_regret_is_the_mean_over_replications_of_what_the_oracle_would_have_saved(self):
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch)
            self.write(folder, rows())
            self.assertEqual(self.run_main(folder), (0, ""))
            found = pd.read_csv(folder / "regret.csv")
            self.assertEqual(list(found["replications"]), [2, 2, 2, 0, 2, 2, 2, 2])
            for point, value in enumerate(found["regret"]):
                if point == 3:
                    self.assertTrue(pd.isna(value))
                else:
                    self.assertAlmostEqual(value, point / 10)
            self.assertTrue((folder / "regret.png").stat().st_size > 5000)

    def test_titles_say_what_has_changed_since_the_benchmark_and_its_place_is_framed(self):
        scenario = ("partitioners:\n  - oracle\n  - {name: stale, kind: offline_benchmark, benchmarked_at: {link.uplink: 10 Mbit/s, "
                    "cloud.processors.cpu.slowdown: 1}}\n")
        manifest = {"scenario": scenario, "axes": [{**axis, "values": values} for axis, values in
                                                   zip(AXES, (["1 Mbit/s", "10 Mbit/s"], ["0 %", "50 %"], ["1", "10"]))]}
        axes = [(axis["path"], axis["column"], values) for axis, values in zip(AXES, ([1, 10], [0, 50], [1, 10]))]
        then = regret.benchmarked(manifest, "stale", axes)
        self.assertEqual(then, {"link.uplink": 10, "cloud.processors.cpu.slowdown": 1})
        self.assertEqual(regret.benchmarked(manifest, "oracle", axes), {})
        self.assertEqual(regret.benchmarked({"axes": manifest["axes"]}, "stale", axes), {})
        played = regret.with_regret(rows(), "latency_mean_s")
        figure = regret.draw(regret.mean_regret(played[played["partitioner"] == "stale"], axes), axes, then=then)
        panels = figure.axes[:2]
        self.assertEqual([panel.get_title() for panel in panels], ["Everything else as benchmarked", "Cloud 10 times slower"])
        # The second column, from half a cell before it to half a cell behind; dashed where the cloud is another.
        self.assertEqual([panel.patches[0].get_xy() for panel in panels], [(0.5, -0.5)] * 2)
        self.assertEqual([panel.patches[0].get_linestyle() for panel in panels], ["-", "--"])
        self.assertEqual(regret.setting_text("device.processors.cpu.slowdown", 18, 6), "device 3 times slower")
        self.assertEqual(regret.setting_text("device.processors.cpu.slowdown", 18, None), "device 18 times slower")

    def test_the_figure_is_the_same_bytes_for_the_same_rows(self):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
            for folder in (pathlib.Path(one), pathlib.Path(two)):
                self.write(folder, rows())
                self.run_main(folder)
            self.assertEqual((pathlib.Path(one) / "regret.svg").read_bytes(), (pathlib.Path(two) / "regret.svg").read_bytes())

    def test_a_study_that_cannot_be_a_map_is_refused(self):
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch)
            self.assertEqual(self.run_main(folder)[0], 2)
            self.write(folder, rows(), AXES[:1])
            self.assertIn("needs two swept settings", self.run_main(folder)[1])
            table = rows()
            self.write(folder, table[table["partitioner"] != "oracle"])
            self.assertIn("which the study does not play", self.run_main(folder)[1])
            self.write(folder, pd.concat([table, table[table["partitioner"] == "stale"].assign(partitioner="other")]))
            self.assertIn("--method: stale, other", self.run_main(folder)[1])


if __name__ == "__main__":
    unittest.main()
