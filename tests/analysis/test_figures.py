"""Tests of the figures on small results folders made by hand: what is drawn where, not only that a file appeared."""

import contextlib
import csv
import io
import json
import math
import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import pandas as pd

from analysis import __main__ as command
from analysis import curves, cut, energy, figures, latency, naming, results, saving, stats, style

ROOT = pathlib.Path(__file__).resolve().parents[2]
UPLINK = {"path": "link.uplink", "column": "link.uplink_Mbit_per_s", "values": ["1 Mbit/s", "10 Mbit/s", "100 Mbit/s"]}
ROW = {"replication": 0, "feasible": 1, "cut": "device only", "layers_on_device": 8, "requests": 10, "saturated": 0,
       "dropped": 0, "failed": 0, "violation_rate": 0,
       "latency_mean_s": 1.0, "energy_inference_J": 2.0, "energy_device_J": 50.0}
INFEASIBLE = {"feasible": 0, "cut": "infeasible", "layers_on_device": "", "latency_mean_s": "",
              "energy_inference_J": "", "violation_rate": ""}
SAVING = {"metric": "latency", "saving": 0.5, "saving_half_width": 0.1, "pairs": 2, "left_out_infeasible": 0,
          "left_out_saturated": 0, "left_out_zero": 0}


def write_csv(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


class Folders(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = pathlib.Path(self.temporary.name) / "results"
        self.folder.mkdir()

    def make(self, rows, savings=None, axes=(UPLINK,), baselines=("offline_stale",), scenario="", **more):
        write_csv(self.folder / "rows.csv", rows)
        if savings:
            write_csv(self.folder / "savings.csv", savings)
        manifest = {"axes": list(axes), "baselines": list(baselines), "scenario": scenario, **more}
        (self.folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        return self.folder

    def study(self, *arguments, **options):
        return results.load(self.make(*arguments, **options))[0]

    def draw(self, family, study):
        with style.context():
            return family.draw(study)


def labelled(label, partitioner, **cells):
    return {"workload.rate": label, "partitioner": partitioner, **ROW, **cells}


def row(x, partitioner, **cells):
    return {UPLINK["column"]: x, "partitioner": partitioner, **ROW, **cells}


def saved(x, partitioner, baseline="offline_stale", **cells):
    return {UPLINK["column"]: x, "partitioner": partitioner, "baseline": baseline, **SAVING, **cells}


def line_of(axes, name):
    found, = [line for line in axes.get_lines() if line.get_label() == name]
    return found


def marks_of(axes, marker):
    return [line for line in axes.get_lines() if line.get_marker() == marker and line.get_linestyle() == "None"]


def two_curves(**first):
    """offline_stale falls 8, 4, 2 and resource_aware stays at 4 sqrt(2), the latter in one step of the former."""
    level = 4 * math.sqrt(2)
    rows = [row(x, "offline_stale", latency_mean_s=y) for x, y in ((1, 8.0), (10, 4.0), (100, 2.0))]
    rows += [row(x, "resource_aware", latency_mean_s=level) for x in (1, 10, 100)]
    rows[0].update(first)
    return rows


class FixedBudgets(Folders):
    GIVEN = [{"key": "partitioners[0].budgets.compute", "value": "50 %", "origin": "scenario"},
             {"key": "partitioners[0].budgets.energy", "value": "2 J", "origin": "--set"},
             {"key": "partitioners[1].budgets.compute", "value": "auto", "origin": "scenario"},
             {"key": "partitioners[2].budgets.compute", "value": "50 %", "origin": "default"}]
    METHODS = [{"name": name, "kind": "resource_aware"} for name in ("fewest_bytes", "derived", "other")]

    def study(self, axes=(UPLINK,)):
        rows = [row(x, method["name"]) for x in (1, 10, 100) for method in self.METHODS]
        return super().study(rows, axes=axes, parameters=self.GIVEN, partitioners=self.METHODS)

    def test_figures_say_beside_its_name_whose_budgets_are_given(self):
        figure = self.draw(latency, self.study())[0]
        self.assertEqual([text.get_text() for text in figure.legends[0].get_texts()],
                         ["fewest bytes, fixed compute 50 %, energy 2 J", "derived", "other"])

    def test_a_budget_that_is_swept_is_named_without_its_value(self):
        axis = {"path": "partitioners.fewest_bytes.budgets.compute", "column": UPLINK["column"], "values": []}
        self.study((axis,))
        self.assertEqual(naming.partitioner("fewest_bytes"), "fewest bytes, fixed compute, energy 2 J")

    def test_it_is_not_said_of_methods_of_another_folder(self):
        self.study()
        super().study([row(1, "fewest_bytes")])
        self.assertEqual(naming.partitioner("fewest_bytes"), "fewest bytes")


class Statistics(unittest.TestCase):
    def test_quantiles_of_student(self):
        printed = {1: 12.706204736, 2: 4.302652730, 3: 3.182446305, 4: 2.776445105, 9: 2.262157163, 30: 2.042272456}
        for dof, value in printed.items():
            self.assertAlmostEqual(stats.t_quantile(dof), value, delta=2e-9 * value)

    def test_mean_and_half_width_by_hand(self):
        mean, half = stats.estimate([1.0, 2.0, 3.0])  # s = 1
        self.assertEqual(mean, 2.0)
        self.assertAlmostEqual(half, 4.302652730 / math.sqrt(3), places=8)

    def test_too_small_samples(self):
        self.assertTrue(all(map(math.isnan, stats.estimate([]))))
        mean, half = stats.estimate([7.0])
        self.assertEqual(mean, 7.0)
        self.assertTrue(math.isnan(half))

    def test_crossing_on_linear_axes(self):
        x, a, b = np.array([0.0, 4.0]), np.array([0.0, 4.0]), np.array([3.0, 3.0])
        self.assertEqual(stats.crossings(x, a, b), [(3.0, 3.0)])

    def test_crossing_on_logarithmic_axes(self):
        x, a, b = np.array([1.0, 100.0]), np.array([16.0, 1.0]), np.array([4.0, 4.0])
        (at, height), = stats.crossings(x, a, b, log_x=True, log_y=True)
        self.assertAlmostEqual(at, 10.0)
        self.assertAlmostEqual(height, 4.0)
        (at, _), = stats.crossings(x, a, b, log_x=True)
        self.assertAlmostEqual(at, 10 ** (2 * 12 / 15))

    def test_curves_that_meet_or_touch_do_not_cross(self):
        x, level = np.arange(4.0), np.full(4, 1.0)
        self.assertEqual(stats.crossings(x, np.array([2.0, 1.5, 1.0, 1.0]), level), [])
        self.assertEqual(stats.crossings(x, np.array([2.0, 1.0, 1.0, 2.0]), level), [])

    def test_a_crossing_over_common_points_is_at_the_first(self):
        x, level = np.arange(4.0), np.full(4, 1.0)
        self.assertEqual(stats.crossings(x, np.array([2.0, 1.0, 1.0, 0.5]), level), [(1.0, 1.0)])

    def test_no_crossing_through_a_gap(self):
        x, level = np.arange(3.0), np.full(3, 1.0)
        self.assertEqual(stats.crossings(x, np.array([2.0, math.nan, 0.5]), level), [])


class Names(unittest.TestCase):
    def test_axes(self):
        axis = results.Axis("link.uplink", "link.uplink_Mbit_per_s", (1.0, 10.0, 100.0))
        self.assertEqual((axis.label, axis.scale), ("Uplink (Mbit/s)", "log"))
        axis = results.Axis("constraints.energy", "constraints.energy_J", (0.3, 0.5, 0.7, 0.9, 1.1))
        self.assertEqual((axis.label, axis.scale), ("Energy budget per inference (J)", "linear"))
        self.assertEqual(results.Axis("workload.rate", "workload.rate_per_s", (1.0,)).label, "Arrival rate (1/s)")
        self.assertEqual(results.Axis("some.new_key", "some.new_key", ("a", "b")).label, "Some new key")

    def test_cuts_and_partitioners(self):
        self.assertEqual(naming.cut("after /features/features.2/MaxPool", 3.0), "features.2/MaxPool (3)")
        self.assertEqual(naming.cut("after /layer1/layer1.0/relu/Relu", 5.0), "layer1.0/relu/Relu (5)")
        self.assertEqual(naming.cut("cloud only", 0.0), "cloud only")
        self.assertEqual(naming.partitioner("resource_aware_stale"), "resource aware stale")

    def test_an_ideal_benchmark_is_named_so(self):
        table = pd.DataFrame({"partitioner": ["rerun", "real", "device_only"], "measured": ["exact", "10 runs, spread 3 %", np.nan]})
        naming.note_exact(table)
        self.addCleanup(naming.EXACT.clear)
        self.assertEqual([naming.partitioner(name) for name in table.partitioner], ["rerun (exact)", "real", "device only"])
        naming.note_exact(table.assign(measured="3 runs"))
        self.assertEqual(naming.partitioner("rerun"), "rerun")
        self.assertEqual(naming.axis_name("device.processors.cpu.clock"), "Clock of the device's CPU")

    def test_numbers(self):
        self.assertEqual([naming.plain_number(v) for v in (0.5, 20.0, 100000.0)], ["0.5", "20", "100000"])
        self.assertEqual([naming.short_number(v) for v in (7.0710678, 18.88, 0.5, 123456.0)], ["7.07", "18.88", "0.5", "123000"])
        self.assertEqual([naming.rounded(v) for v in (11.99, 0.0523, 1234.0, 123.4)], ["12.0", "0.0523", "1230", "123"])

    def test_looks_differ(self):
        names = ["device_only", "offline_stale", "offline_rerun", "resource_aware_stale", "resource_aware",
                 "fewest_bytes", "offline_ignored", "oracle", "cloud_only", "best_fixed"]
        looks = style.looks(names)
        self.assertEqual(len({(look.color, str(look.dash), look.marker) for look in looks.values()}), len(names))


class Latency(Folders):
    def test_means_and_bands(self):
        rows = [row(x, "oracle", replication=r, latency_mean_s=x + r) for x in (1.0, 2.0, 3.0) for r in range(3)]
        figure, tables = self.draw(latency, self.study(rows))
        self.assertEqual(list(tables[""]["mean"]), [2.0, 3.0, 4.0])
        for half in tables[""]["half_width"]:
            self.assertAlmostEqual(half, 4.302652730 / math.sqrt(3), places=8)
        line = line_of(figure.axes[0], "oracle")
        self.assertEqual(list(line.get_xdata()), [1.0, 2.0, 3.0])
        self.assertEqual(list(line.get_ydata()), [2.0, 3.0, 4.0])

    def test_axes_have_labels_and_plain_numbers(self):
        figure, _ = self.draw(latency, self.study(two_curves()))
        axes = figure.axes[0]
        self.assertEqual((axes.get_xscale(), axes.get_xlabel()), ("log", "Uplink (Mbit/s)"))
        self.assertEqual(axes.get_ylabel(), "Mean latency (s)")
        figure.canvas.draw()
        labels = [text.get_text() for text in axes.get_xticklabels()]
        for wanted in ("1", "2", "5", "10", "100"):
            self.assertIn(wanted, labels)

    def test_crossover(self):
        _, tables = self.draw(latency, self.study(two_curves()))
        crossed, = tables["_crossovers"].itertuples()
        self.assertEqual((crossed.baseline, crossed.partitioner), ("offline_stale", "resource_aware"))
        # In logarithms 4 sqrt(2) lies half way between 8 and 4, so the crossing half way between 1 and 10.
        self.assertAlmostEqual(crossed.x, math.sqrt(10))
        self.assertAlmostEqual(crossed.latency_s, 4 * math.sqrt(2))

    def test_crossover_is_marked(self):
        figure, _ = self.draw(latency, self.study(two_curves()))
        rings = [line for line in figure.axes[0].get_lines() if line.get_markerfacecolor() == "none"]
        self.assertEqual(len(rings), 1)
        self.assertAlmostEqual(rings[0].get_xdata()[0], math.sqrt(10))

    def test_points_that_are_not_sound_have_no_crossover(self):
        for cells in ({"saturated": 1}, {"dropped": 3}, {"failed": 3}, {"violation_rate": 0.5}, INFEASIBLE):
            _, tables = self.draw(latency, self.study(two_curves(**cells)))
            self.assertEqual(len(tables["_crossovers"]), 0, cells)

    def test_resource_aware_by_kind_of_the_scenario(self):
        rows = [dict(r, partitioner=r["partitioner"].replace("resource_aware", "mine")) for r in two_curves()]
        scenario = "partitioners:\n  - {kind: resource_aware, name: mine, rule: R3}   # text\n  - oracle\n"
        self.assertEqual(len(latency.tables(self.study(rows, scenario=scenario))[1]), 1)
        self.assertEqual(len(latency.tables(self.study(rows))[1]), 0)

    def test_saturated_points_are_hollow(self):
        figure, tables = self.draw(latency, self.study(two_curves(saturated=1)))
        self.assertEqual(list(tables[""]["saturated"]), [1, 0, 0, 0, 0, 0])
        hollow = [line for line in marks_of(figure.axes[0], "v") if line.get_markerfacecolor() == "white"]
        self.assertEqual([list(line.get_xdata()) for line in hollow], [[1.0]])

    def test_points_that_lose_requests_are_hollow_and_said_to_be(self):
        for cells in ({"dropped": 1}, {"failed": 1}):
            figure, tables = self.draw(latency, self.study(two_curves(**cells)))
            self.assertEqual(list(tables[""]["losing"]), [1, 0, 0, 0, 0, 0])
            hollow = [line for line in marks_of(figure.axes[0], "v") if line.get_markerfacecolor() == "white"]
            self.assertEqual([list(line.get_xdata()) for line in hollow], [[1.0]])
            words = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
            self.assertIn("hollow: losing requests", words)

    def test_infeasible_points_are_gaps_with_a_mark(self):
        rows = [row(x, "offline_stale", replication=r, latency_mean_s=2.0) for x in (1, 10, 100) for r in (0, 1)]
        rows[2].update(INFEASIBLE)  # one of two at 10
        rows[4].update(INFEASIBLE)  # both at 100
        rows[5].update(INFEASIBLE)
        figure, tables = self.draw(latency, self.study(rows))
        self.assertEqual(list(tables[""]["infeasible"]), [0, 1, 2])
        np.testing.assert_array_equal(line_of(figure.axes[0], "offline_stale").get_ydata(), [2.0, 2.0, math.nan])
        crosses = [(line.get_xdata()[0], line.get_markersize()) for line in marks_of(figure.axes[1], "x")]
        self.assertEqual([x for x, _ in crosses], [10.0, 100.0])
        self.assertLess(crosses[0][1], crosses[1][1])

    def test_broken_limits_are_marked(self):
        figure, tables = self.draw(latency, self.study(two_curves(violation_rate=1)))
        self.assertEqual(list(tables[""]["violating"]), [1, 0, 0, 0, 0, 0])
        self.assertEqual([list(line.get_xdata()) for line in marks_of(figure.axes[1], "|")], [[1.0]])

    def test_nothing_feasible_at_all(self):
        rows = [row(x, "offline_stale", **INFEASIBLE) for x in (1, 10, 100)]
        for family in (latency, energy, cut):
            figure, _ = self.draw(family, self.study(rows))
            figure.canvas.draw()

    def test_every_curve_has_markers_of_its_own(self):
        mean = np.ones(25)
        marked = [curves.marked_points(mean, turn, 6) for turn in range(6)]
        self.assertTrue((np.sum(marked, axis=0) <= 1).all())
        self.assertTrue(all(points.any() for points in marked))

    def test_a_lonely_point_is_marked(self):
        mean = np.array([1.0, math.nan, 1.0, math.nan, 1.0, 1.0])
        np.testing.assert_array_equal(curves.marked_points(mean, None, 1), [True, False, True, False, False, False])


class Saving(Folders):
    def rows(self):
        return [row(x, name) for name in ("offline_stale", "resource_aware") for x in (1, 10, 100)]

    def savings(self, *values, **cells):
        return [saved(x, "resource_aware", saving=value, **cells) for x, value in zip((1, 10, 100), values)] + [
            saved(x, "resource_aware", metric="energy_inference") for x in (1, 10, 100)]

    def test_percent_and_bands(self):
        figure, tables = self.draw(saving, self.study(self.rows(), self.savings(0.5, 0.0, -0.25)))
        table = tables[""][tables[""]["metric"] == "latency"]
        self.assertEqual(list(table["mean"]), [50.0, 0.0, -25.0])
        self.assertEqual(list(table["half_width"]), [10.0, 10.0, 10.0])
        axes = figure.axes[0]
        self.assertEqual(list(line_of(axes, "resource_aware").get_ydata()), [50.0, 0.0, -25.0])
        self.assertEqual(axes.get_title(), "Saving against offline stale")
        self.assertEqual(axes.get_yscale(), "linear")
        self.assertTrue(any(list(line.get_ydata()) == [0, 0] for line in axes.get_lines()), "a line at zero")

    def test_great_losses_stay_in_sight(self):
        figure, _ = self.draw(saving, self.study(self.rows(), self.savings(0.5, -1.0, -20.0)))
        axes = figure.axes[0]
        self.assertEqual(axes.get_yscale(), "symlog")
        low, high = axes.get_ylim()
        self.assertLess(low, -2010)
        self.assertGreater(high, 100)

    def test_one_panel_a_baseline_and_metric(self):
        savings = self.savings(0.1, 0.2, 0.3) + [
            saved(x, "resource_aware", "offline_rerun", metric=metric) for metric in ("latency", "energy_inference")
            for x in (1, 10, 100)]
        study = self.study(self.rows(), savings, baselines=("offline_stale", "offline_rerun"))
        figure, tables = self.draw(saving, study)
        titles = [axes.get_title() for axes in figure.axes if axes.get_title()]
        self.assertEqual(titles, ["Saving against offline stale", "Saving against offline rerun"])
        self.assertEqual(len(tables[""]), 12)

    def test_what_was_left_out_is_a_gap_with_a_mark(self):
        savings = self.savings(0.5, 0.5, 0.5)
        savings[0].update(saving="", saving_half_width="", pairs=0, left_out_saturated=2)
        savings[1].update(pairs=1, left_out_infeasible=1)
        figure, tables = self.draw(saving, self.study(self.rows(), savings))
        np.testing.assert_array_equal(line_of(figure.axes[0], "resource_aware").get_ydata(), [math.nan, 50.0, 50.0])
        self.assertEqual([list(line.get_xdata()) for line in marks_of(figure.axes[2], "s")], [[1.0]])
        self.assertEqual([list(line.get_xdata()) for line in marks_of(figure.axes[2], "x")], [[10.0]])
        self.assertEqual(list(tables[""]["replications"][:3]), [2, 2, 2])

    def test_savings_of_plans_that_break_a_limit_are_marked(self):
        rows = self.rows()
        rows[1].update(violation_rate=1)  # the baseline at 10
        rows[5].update(violation_rate=1)  # the other at 100
        figure, tables = self.draw(saving, self.study(rows, self.savings(0.5, 0.5, 0.5)))
        self.assertEqual(list(tables[""]["violating_pairs"][:3]), [0, 1, 1])
        self.assertEqual([list(line.get_xdata()) for line in marks_of(figure.axes[2], "|")], [[10.0], [100.0]])


class Energy(Folders):
    def test_per_inference_and_per_request(self):
        rows = [row(x, "offline_stale", replication=r, energy_inference_J=1.0 + 2 * r, energy_device_J=30.0)
                for x in (1, 10, 100) for r in (0, 1)]
        figure, tables = self.draw(energy, self.study(rows))
        self.assertEqual(list(tables[""]["metric"].unique()), ["energy_inference_J", "energy_device_J/requests"])
        self.assertEqual(list(line_of(figure.axes[0], "offline_stale").get_ydata()), [2.0, 2.0, 2.0])
        self.assertEqual(list(line_of(figure.axes[1], "offline_stale").get_ydata()), [3.0, 3.0, 3.0])
        half = tables[""]["half_width"].iloc[0]
        self.assertAlmostEqual(half, 12.706204736, places=7)  # s = sqrt(2), n = 2

    def test_device_energy_of_infeasible_points_is_not_drawn(self):
        rows = [row(x, "offline_stale") for x in (1, 10, 100)]
        rows[1].update(INFEASIBLE, energy_device_J=19.0)
        figure, _ = self.draw(energy, self.study(rows))
        for axes in figure.axes[:2]:
            self.assertTrue(math.isnan(line_of(axes, "offline_stale").get_ydata()[1]))


class Cut(Folders):
    def test_shares_and_order(self):
        rows = [row(x, "oracle", replication=r) for x in (1, 10, 100) for r in range(4)]
        for r in (4, 5, 6):
            rows[r].update(cut="after /a/MaxPool", layers_on_device=3)
        for r in (8, 9, 10, 11):
            rows[r].update(cut="cloud only", layers_on_device=0)
        study = self.study(rows)
        table = cut.table_of(study)
        self.assertEqual([name for _, name in cut.lanes(table)], ["cloud only", "after /a/MaxPool", "device only"])
        at_ten = table[table["x"] == 10]
        self.assertEqual(list(zip(at_ten["cut"], at_ten["share"], at_ten["modal"])),
                         [("after /a/MaxPool", 0.75, 1), ("device only", 0.25, 0)])
        figure, _ = self.draw(cut, study)
        line = [line for line in figure.axes[0].get_lines() if len(line.get_xdata()) == 6][0]
        middles = [math.sqrt(10)] * 2 + [math.sqrt(1000)] * 2
        np.testing.assert_allclose(line.get_xdata(), [1, *middles, 100])
        np.testing.assert_array_equal(line.get_ydata(), [2, 2, 1, 1, 0, 0])
        self.assertEqual([text.get_text() for text in figure.axes[0].get_yticklabels()],
                         ["cloud only", "a/MaxPool (3)", "device only"])

    def test_infeasible_points_are_gaps_with_a_mark(self):
        rows = [row(x, "offline_stale") for x in (1, 10, 100)]
        rows[0].update(INFEASIBLE)
        figure, tables = self.draw(cut, self.study(rows))
        axes = figure.axes[0]
        self.assertTrue(np.isnan(axes.get_lines()[0].get_ydata()[:2]).all())
        self.assertEqual([text.get_text() for text in axes.get_yticklabels()], ["no feasible plan", "device only"])
        self.assertEqual(tables[""]["cut"].iloc[0], "no feasible plan")
        lost = axes.collections[-1].get_offsets()
        np.testing.assert_array_equal(lost, [[1.0, -1.0]])

    def test_many_cuts_are_counted(self):
        rows = [row(x, "oracle", cut=f"after /n{x}", layers_on_device=x) for x in range(1, 31)]
        figure, _ = self.draw(cut, self.study(rows))
        figure.canvas.draw()
        self.assertLess(len(figure.axes[0].get_yticks()), 15)


class Files(Folders):
    def run_command(self, *arguments):
        """Pictures as PNG alone, unless the test asks for others: the three formats take three times as long."""
        if "--formats" not in arguments:
            arguments += "--formats", "png"
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = command.main([str(argument) for argument in arguments])
            except SystemExit as stop:
                code = stop.code
        return code, out.getvalue(), err.getvalue()

    def full(self, **options):
        savings = [saved(x, "resource_aware", metric=metric) for metric in ("latency", "energy_inference")
                   for x in (1, 10, 100)]
        return self.make(two_curves(), savings, **options)

    def test_all_figures_and_their_numbers(self):
        code, out, err = self.run_command(self.full(), "-o", self.folder / "out" / "deeper", "--formats", "png,svg,pdf")
        self.assertEqual((code, err), (0, ""))
        names = {pathlib.Path(line).name for line in out.split()}
        self.assertEqual(names, {path.name for path in (self.folder / "out" / "deeper").iterdir()})
        self.assertEqual(names, {f"{figure}.{kind}" for figure in ("latency", "saving", "energy", "cut", "pareto")
                                 for kind in ("png", "svg", "pdf", "csv")}
                         | {"latency_crossovers.csv"})
        with open(self.folder / "out" / "deeper" / "latency.csv", encoding="utf-8") as table:
            drawn = [float(line["mean"]) for line in csv.DictReader(table)]
        self.assertEqual(drawn, [8.0, 4.0, 2.0] + [4 * math.sqrt(2)] * 3)

    def test_same_data_same_bytes(self):
        """In processes of their own: what depends on addresses is the same within one process."""
        self.full()
        for out in ("a", "b"):
            command_line = [sys.executable, "-m", "analysis", self.folder, "-o", self.folder / out]
            subprocess.run(command_line, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        for path in (self.folder / "a").iterdir():
            self.assertEqual(path.read_bytes(), (self.folder / "b" / path.name).read_bytes(), path.name)
        self.assertNotIn(b"<dc:date>", (self.folder / "a" / "latency.svg").read_bytes())

    def test_only_some(self):
        code, _, _ = self.run_command(self.full(), "-o", self.folder / "out", "--only", "energy,cut")
        self.assertEqual(code, 0)
        self.assertEqual({path.stem for path in (self.folder / "out").iterdir()}, {"energy", "cut"})

    def test_no_baseline_no_saving(self):
        self.make(two_curves(), baselines=())
        code, _, _ = self.run_command(self.folder, "-o", self.folder / "out")
        self.assertEqual(code, 0)
        self.assertFalse((self.folder / "out" / "saving.png").exists())

    def test_two_axes_make_a_figure_for_each_value_of_the_second(self):
        rtt = {"path": "link.rtt", "column": "link.rtt_ms", "values": ["5 ms", "50 ms"]}
        rows = [{"link.rtt_ms": ms, **r, "latency_mean_s": ms} for ms in (5, 50) for r in two_curves()]
        self.make(rows, axes=(UPLINK, rtt), baselines=())
        code, _, _ = self.run_command(self.folder, "-o", self.folder / "out", "--only", "latency")
        self.assertEqual(code, 0)
        names = {path.name for path in (self.folder / "out").glob("*.png")}
        self.assertEqual(names, {"latency_at_rtt_5_ms.png", "latency_at_rtt_50_ms.png"})
        studies = results.load(self.folder)
        self.assertEqual([study.note for study in studies], ["Round-trip time 5 ms", "Round-trip time 50 ms"])
        self.assertEqual(set(latency.tables(studies[1])[0]["mean"]), {50.0})

    def test_where_one_study_of_two_has_no_plan_the_other_has_all_its_figures(self):
        size = {"path": "input.size", "column": "input.size_kB", "values": ["1 kB", "2 kB"]}
        parts = {"head_mean_s": 0.1, "upload_mean_s": 0.2, "energy_inference_J": 1.0}
        rows = [{**row(x, "oracle", **parts), "input.size_kB": 1} for x in (1, 10)]
        rows += [{**row(x, "oracle", **{**dict.fromkeys(parts, ""), **INFEASIBLE}), "input.size_kB": 2} for x in (1, 10)]
        written = {path.name for path in figures.draw_all(self.make(rows, axes=(UPLINK, size), baselines=()),
                                                               self.folder, formats=("png",))}
        for name in ("time", "pareto"):
            self.assertIn(f"{name}_at_size_1_kB.png", written)
            self.assertNotIn(f"{name}_at_size_2_kB.png", written)
        self.assertIn("latency_at_size_2_kB.png", written)

    def test_names_that_would_run_into_each_other_are_slanted(self):
        def angles(names):
            with style.context():
                axes = style.new_figure(style.COLUMN_IN, 2).add_subplot()
                style.set_category_ticks(axes, names)
            return {label.get_rotation() for label in axes.get_xticklabels()}
        self.assertEqual(angles(["a", "b", "c"]), {0.0})
        self.assertEqual(angles(["raspberry_pi_3b_plus", "raspberry_pi_4", "raspberry_pi_5"]), {30.0})
        self.assertEqual(angles([f"device_{i}" for i in range(10)]), {90.0})

    def test_an_axis_of_words(self):
        device = {"path": "device", "column": "device", "values": ["pi", "nano"]}
        rows = [dict(row(1, "oracle"), device=name) for name in ("pi", "nano")]
        figure, _ = self.draw(latency, self.study(rows, axes=(device,)))
        self.assertEqual([text.get_text() for text in figure.axes[0].get_xticklabels()], ["pi", "nano"])

    def test_labels_are_words_even_where_they_look_like_numbers(self):
        axis = {"path": "workload.rate", "column": "workload.rate", "values": ["1 /s", "9 /s"], "labels": ["01", "rush hour"]}
        for labels in (["01", "rush hour"], ["01", "2"]):
            study = self.study([labelled(label, "oracle", latency_mean_s=y) for label, y in zip(labels, (1.0, 2.0))],
                               axes=({**axis, "labels": labels},))
            self.assertEqual(study.axis.values, tuple(labels))
            self.assertEqual((study.axis.scale, study.axis.label), ("category", "Arrival rate"))
            axes = self.draw(latency, study)[0].axes[0]
            self.assertEqual([tick.get_text() for tick in axes.get_xticklabels()], labels)

    def assert_error(self, *words, arguments=()):
        code, _, err = self.run_command(self.folder, "-o", self.folder / "out", *arguments)
        self.assertEqual(code, 2)
        self.assertEqual(err.count("\n"), 1, err)
        for word in ("error: ",) + words:
            self.assertIn(word, err)

    def test_missing_folder(self):
        self.folder = self.folder / "nowhere"
        self.assert_error("nowhere", "no such folder")

    def test_missing_files(self):
        for name in ("rows.csv", "savings.csv", "manifest.json"):
            self.full()
            (self.folder / name).unlink()
            self.assert_error(name, "no such file")

    def test_missing_columns(self):
        for name in ("latency_mean_s", "feasible", "cut", "energy_device_J", UPLINK["column"]):
            self.full()
            write_csv(self.folder / "rows.csv", [{k: v for k, v in r.items() if k != name} for r in two_curves()])
            self.assert_error("rows.csv", f"'{name}'", "missing")

    def test_broken_files(self):
        self.full()
        (self.folder / "rows.csv").write_text("", encoding="utf-8")
        self.assert_error("rows.csv", "the file is empty")
        self.full()
        (self.folder / "manifest.json").write_text("{", encoding="utf-8")
        self.assert_error("manifest.json", "cannot be read")
        self.full()
        (self.folder / "manifest.json").write_text("{}", encoding="utf-8")
        self.assert_error("manifest.json", "'axes'")

    def test_words_where_numbers_belong(self):
        self.full()
        write_csv(self.folder / "rows.csv", two_curves(latency_mean_s="fast"))
        self.assert_error("rows.csv", "'latency_mean_s'", "not a number")

    def test_output_that_is_a_file(self):
        self.full()
        (self.folder / "out").write_text("", encoding="utf-8")
        self.assert_error("out")

    def test_unknown_figure(self):
        self.full()
        code, _, err = self.run_command(self.folder, "--only", "latency,heat")
        self.assertEqual(code, 2)
        self.assertIn("unknown figure 'heat', known are latency, saving, energy, cut", err)


if __name__ == "__main__":
    unittest.main()
