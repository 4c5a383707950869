"""What stands on the paper: bands, bars, dots, curves and units, each against numbers by hand."""

import math
import unittest

import numpy as np
import pandas as pd

from analysis import cut, energy, heat, latency, metric, naming, pareto, profile, regret, requests, results, saving, \
    scaling, stacked, stats, style

from tests.analysis import test_regret
from tests.analysis.test_figures import INFEASIBLE, UPLINK, Folders, line_of, row, saved
from tests.analysis.test_new_figures import RTT
from tests.analysis.test_profile import LAYERS
from tests.analysis.test_requests import EVENTS, event

T2 = stats.t_quantile(2)  # 4.302652730, of three replications; printed tables are checked in test_figures
BUDGET = {"path": "constraints.energy", "column": "constraints.energy_J", "values": []}
DEVICE = {"path": "device", "column": "device", "values": ["pi_3", "pi_4"]}


def drawn(draw, *arguments):
    with style.context():
        return draw(*arguments)


def filled(axes):
    """x -> (lowest, highest) ordinate of the filled bands of a panel."""
    reach = {}
    for collection in axes.collections:
        for path in collection.get_paths():
            for x, y in path.vertices:
                low, high = reach.get(round(x, 9), (math.inf, -math.inf))
                reach[round(x, 9)] = (min(low, y), max(high, y))
    return reach


def segments(axes, label):
    """The lines of the collections that have this label, as lists of points."""
    return [segment.tolist() for collection in axes.collections if collection.get_label() == label
            for segment in collection.get_segments()]


def said(figure):
    """The texts of the legend."""
    return [text.get_text() for text in figure.legends[0].get_texts()]


class Bands(Folders):
    def three(self, name="oracle", **cells):
        """Means x + 1 with a deviation of 1 over three replications: half width t / sqrt(3)."""
        return [row(x, name, replication=r, latency_mean_s=10.0 + x + r, **cells) for x in (1, 2, 3) for r in range(3)]

    def test_a_band_reaches_just_the_half_width_on_either_side(self):
        for name in ("resource_aware", "device_only"):  # in colour, and of a black line
            figure, _ = drawn(latency.draw, self.study(self.three(name)))
            half = T2 / math.sqrt(3)
            for x, (low, high) in filled(figure.axes[0]).items():
                self.assertAlmostEqual(low, 11 + x - half)
                self.assertAlmostEqual(high, 11 + x + half)
            self.assertEqual(set(filled(figure.axes[0])), {1.0, 2.0, 3.0})

    def test_bands_of_shares_end_at_none_and_all(self):
        rows = [row(x, "oracle", replication=r, deadline_miss_rate=r) for x in (1, 2, 3) for r in (0, 1)]
        figure, tables = drawn(metric.draw, self.study(rows), metric.METRICS["misses"])
        # 0 and 1: mean 50 %, half width 12.7 x 70.7 / sqrt(2) = 635 %
        self.assertEqual(list(tables[""]["low"]), [0.0] * 3)
        self.assertEqual(list(tables[""]["high"]), [100.0] * 3)
        self.assertEqual(set(filled(figure.axes[0]).values()), {(0.0, 100.0)})

    def test_savings_have_their_bands(self):
        rows = [row(x, name) for name in ("offline_stale", "resource_aware") for x in (1, 10, 100)]
        savings = [saved(x, "resource_aware", metric=one) for one in ("latency", "energy_inference") for x in (1, 10, 100)]
        figure, _ = drawn(saving.draw, self.study(rows, savings))
        for axes in figure.axes[:2]:
            for low, high in filled(axes).values():  # 0.5 +- 0.1
                self.assertAlmostEqual(low, 40.0)
                self.assertAlmostEqual(high, 60.0)
            self.assertEqual(len(filled(axes)), 3)

    def test_savings_of_no_pair_at_all_have_words_instead_of_a_scale(self):
        rows = [row(x, name, **INFEASIBLE) for name in ("offline_stale", "resource_aware") for x in (1, 10)]
        savings = [saved(x, "resource_aware", metric=one, saving="", saving_half_width="", pairs=0, left_out_infeasible=1)
                   for one in ("latency", "energy_inference") for x in (1, 10)]
        figure, _ = drawn(saving.draw, self.study(rows, savings))
        for axes in figure.axes[:2]:
            self.assertEqual([text.get_text() for text in axes.texts], ["no pair to compare"])
            self.assertEqual(list(axes.get_yticks()), [])

    def test_rounding_is_not_spread_over_the_axis(self):
        rows = [row(x, "oracle", latency_mean_s=16.2 + x * 1e-13) for x in (1, 2, 3)]
        figure, _ = drawn(latency.draw, self.study(rows))
        low, high = figure.axes[0].get_ylim()
        self.assertGreater(high - low, 1.0)

    def test_a_panel_without_a_figure_says_so(self):
        rows = [row(x, "oracle", **INFEASIBLE) for x in (1, 2, 3)]
        figure, _ = drawn(latency.draw, self.study(rows))
        self.assertEqual([text.get_text() for text in figure.axes[0].texts], ["no feasible plan"])
        self.assertEqual(list(figure.axes[0].get_yticks()), [])


class Words(Folders):
    def devices(self):
        return self.study([dict(row(1, name, replication=r, latency_mean_s=mean + r), device=device)
                           for name, at in (("a", (1.0, 3.0)), ("b", (2.0, 5.0)), ("oracle", (1.0, 2.0)))
                           for device, mean in zip(DEVICE["values"], at) for r in (0, 1)], axes=(DEVICE,))

    def test_points_stand_side_by_side_and_no_line_joins_them(self):
        figure, _ = drawn(latency.draw, self.devices())
        for name, x, y in (("a", [-0.175, 0.825], [1.5, 3.5]), ("b", [0.175, 1.175], [2.5, 5.5])):
            line = line_of(figure.axes[0], name)
            self.assertEqual(line.get_linestyle(), "None")
            np.testing.assert_allclose(line.get_xdata(), x)
            np.testing.assert_allclose(line.get_ydata(), y)
        self.assertEqual(np.round(segments(figure.axes[0], "oracle"), 9).tolist(),
                         [[[-0.42, 1.5], [0.42, 1.5]], [[0.58, 2.5], [1.42, 2.5]]])
        half = stats.t_quantile(1) * math.sqrt(0.5) / math.sqrt(2)
        lows_and_highs = [[low, high] for (_, low), (_, high) in segments(figure.axes[0], "interval")]
        np.testing.assert_allclose(lows_and_highs, [[y - half, y + half] for y in (1.5, 3.5, 2.5, 5.5)])
        self.assertEqual([text.get_text() for text in figure.axes[0].get_xticklabels()], ["pi 3", "pi 4"])

    def test_cuts_over_words_are_marks_in_one_panel(self):
        rows = [dict(row(1, name, replication=r), device=device) for name in ("a", "oracle")
                for device in DEVICE["values"] for r in (0, 1)]
        rows[0].update(cut="after /x/y", layers_on_device=3)
        figure, tables = drawn(cut.draw, self.study(rows, axes=(DEVICE,)))
        axes, = figure.axes
        marks = next(part for part in axes.collections if part.get_label() == "a")
        np.testing.assert_allclose(marks.get_offsets(), [[0, 0], [0, 1], [1, 1]])
        np.testing.assert_allclose(marks.get_sizes(), [cut.FULL_AREA / 2, cut.FULL_AREA / 2, cut.FULL_AREA])
        self.assertEqual(np.round(segments(axes, "oracle"), 9).tolist(), [[[-0.42, 1.0], [0.42, 1.0]], [[0.58, 1.0], [1.42, 1.0]]])
        self.assertEqual([text.get_text() for text in axes.get_yticklabels()], ["x/y (3)", "device only"])

    def test_a_study_that_sweeps_nothing_is_one_place(self):
        figure, tables = drawn(latency.draw, self.study([row(1, "a"), row(1, "b", latency_mean_s=2.0)], axes=()))
        self.assertEqual(list(tables[""]["mean"]), [1.0, 2.0])
        self.assertEqual(line_of(figure.axes[0], "b").get_linestyle(), "None")


class Units(Folders):
    def test_lifetimes_are_in_hours(self):
        figure, tables = drawn(metric.draw, self.study([row(x, "a", lifetime_s=7200.0 * x) for x in (1, 2, 3)]),
                               metric.METRICS["lifetime"])
        self.assertEqual(list(line_of(figure.axes[0], "a").get_ydata()), [2.0, 4.0, 6.0])
        self.assertEqual(figure.axes[0].get_ylabel(), "Lifetime (h)")

    def test_columns_tell_their_units(self):
        self.assertEqual([naming.split_unit(name) for name in ("cost_USD", "profile_age_d", "profile_temperature_C", "up_mean_B",
                                                               "requests")],
                         [("cost", "USD"), ("profile_age", "d"), ("profile_temperature", "°C"), ("up_mean", "B"),
                          ("requests", "")])

    def test_axes_are_named_in_words(self):
        for path, column, label in (
                ("link.bandwidth.up.gauss_markov.deviation", "link.bandwidth.up.gauss_markov.deviation_Mbit_per_s",
                 "Standard deviation of the uplink (Mbit/s)"),
                ("cloud.serving.tenants.rate", "cloud.serving.tenants.rate_per_s", "Requests of other tenants (1/s)"),
                ("device.processors.cpu.slowdown", "device.processors.cpu.slowdown", "Slowdown of the device's CPU"),
                ("partitioners.old.profile_error", "partitioners.old.profile_error_percent", "Error of the profile of old (%)")):
            self.assertEqual(results.Axis(path, column, (1.0,)).label, label)
        self.assertEqual(naming.cut("varies, first after /a/a.1/Conv", 3), "varies, first a.1/Conv (3)")

    def test_held_values_have_three_digits_and_files_all(self):
        rows = [{**row(x, "a"), RTT["column"]: 7.0710678} for x in (1, 2)]
        study, = results.load(self.make(rows, axes=(UPLINK, RTT), baselines=()))
        self.assertEqual((study.note, study.suffix), ("Round-trip time 7.07 ms", "_at_rtt_7.07107_ms"))


class Energies(Folders):
    def test_the_budget_is_where_an_inference_costs_it(self):
        rows = [{BUDGET["column"]: x, **row(1, "a", energy_inference_J=2.0)} for x in (1.0, 2.0, 3.0)]
        figure, _ = drawn(energy.draw, self.study(rows, axes=(BUDGET,)))
        line = line_of(figure.axes[0], "the budget itself")
        self.assertEqual((list(line.get_xdata()), list(line.get_ydata())), ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]))
        self.assertFalse(any(other.get_label() == "the budget itself" for other in figure.axes[1].get_lines()))

    def test_bars_of_energy_are_joules_a_request(self):
        parts = {"energy_idle_J": 10.0, "energy_compute_J": 20.0, "energy_transmit_J": 25.0, "energy_receive_J": 5.0}
        figure, _ = drawn(stacked.draw_energy, self.study([row(1, "a", **parts), row(1, "b", **parts)]))  # 10 requests
        bars = {container.get_label(): [(bar.get_x(), bar.get_width(), bar.get_y() + bar.get_height() / 2) for bar in container]
                for container in figure.axes[0].containers}
        self.assertEqual(set(bars), set(parts))
        for column, start, width in (("energy_idle_J", 0, 1), ("energy_compute_J", 1, 2), ("energy_transmit_J", 3, 2.5),
                                     ("energy_receive_J", 5.5, 0.5)):
            np.testing.assert_allclose(bars[column], [(start, width, 0), (start, width, 1)])
        self.assertEqual([text.get_text() for text in figure.axes[0].get_yticklabels()], ["a", "b"])
        self.assertEqual(figure.axes[0].get_xlabel(), "Energy of a device per request (J)")


class Fronts(Folders):
    def test_intervals_of_both_are_drawn_and_none_is_cut_off(self):
        rows = [row(1, "a", replication=r, energy_inference_J=10.0 + r, latency_mean_s=50.0 + 2 * r) for r in range(3)]
        figure, _ = drawn(pareto.draw, self.study(rows))
        axes = figure.axes[0]
        (across,), (up,) = (container.get_segments() for container in axes.containers[0].lines[2])
        half = T2 / math.sqrt(3)  # of the energy; twice that of the latency
        np.testing.assert_allclose(across, [[11 - half, 52], [11 + half, 52]])
        np.testing.assert_allclose(up, [[11, 52 - 2 * half], [11, 52 + 2 * half]])
        self.assertTrue(axes.get_xlim()[0] < 11 - half and 11 + half < axes.get_xlim()[1])
        self.assertTrue(axes.get_ylim()[0] < 52 - 2 * half and 52 + 2 * half < axes.get_ylim()[1])

    def test_marks_are_as_large_in_the_legend_as_in_the_panel(self):
        figure, _ = drawn(pareto.draw, self.study([row(1, name) for name in ("a", "b", "c")]))
        legend = figure.legends[0]
        handles = getattr(legend, "legend_handles", None) or legend.legendHandles  # of matplotlib before 3.7
        shown = dict(zip(said(figure), (handle.get_markersize() for handle in handles if hasattr(handle, "get_markersize"))))
        for name in ("a", "b", "c"):
            self.assertEqual(shown[name], line_of(figure.axes[0], name).get_markersize())
        self.assertGreater(shown["a"], shown["b"])


class Crossings(Folders):
    def study_of(self, *names_and_latencies):
        return self.study([row(x, name, latency_mean_s=y) for name, ys in names_and_latencies
                           for x, y in zip((1, 10, 100), ys)])

    def test_crossovers_in_one_place_share_a_ring_and_far_ones_are_numbered(self):
        stale = ("offline_stale", (8.0, 4.0, 2.0))
        figure, tables = drawn(latency.draw, self.study_of(stale, ("resource_aware", (6.0,) * 3), ("resource_aware_b", (6.0001,) * 3)))
        axes = figure.axes[0]
        self.assertEqual(len([line for line in axes.get_lines() if line.get_label() == "crossover"]), 1)
        # log2(8/6) = 0.415 of a decade: 10^0.415 = 2.60
        self.assertEqual([text.get_text() for text in axes.texts], ["2.60\N{NO-BREAK SPACE}Mbit/s"])
        self.assertEqual(list(tables["_crossovers"]["ring"]), [1, 1])
        figure, tables = drawn(latency.draw, self.study_of(stale, ("resource_aware", (6.0,) * 3), ("resource_aware_b", (3.0,) * 3)))
        axes = figure.axes[0]
        self.assertEqual(len([line for line in axes.get_lines() if line.get_label() == "crossover"]), 2)
        # log2(4/3) = 0.415 of the second decade: 26.0
        self.assertEqual([text.get_text() for text in axes.texts],
                         [f"{number}: {x}\N{NO-BREAK SPACE}Mbit/s" for number, x in ((1, "2.60"), (2, "26.0"))])
        self.assertEqual(list(tables["_crossovers"]["ring"]), [1, 2])

    def test_rings_whose_labels_would_meet_have_their_number_alone(self):
        # log2(8/4.2) = 0.930 and log2(8/4.5) = 0.830 of the first decade, 0.1 of the 2.16 that 2.7 in show: 0.12 in apart;
        # ln(4.5/4.2) = 0.069 of the ln(4 x 4^0.1) = 1.53 that 2.2 in show: 0.10 in. A label takes 0.15 in.
        study = self.study_of(("offline_stale", (8.0, 4.0, 2.0)), ("resource_aware", (4.2,) * 3), ("resource_aware_b", (4.5,) * 3))
        figure, _ = drawn(latency.draw, study)
        self.assertEqual([text.get_text() for text in figure.axes[0].texts], ["1", "2"])

    def test_the_legend_names_methods_and_no_crossovers(self):
        study = self.study_of(("offline_stale", (8.0, 4.0, 2.0)), ("resource_aware", (6.0,) * 3))
        figure, _ = drawn(latency.draw, study)
        self.assertEqual(said(figure), ["offline stale", "resource aware"])


class Places(Folders):
    def whole(self, latencies, baselines=("a",)):
        rows = [{**row(x, name, latency_mean_s=t), RTT["column"]: y}
                for name, at in latencies.items() for (x, y), t in at.items()]
        return results.load_whole(self.make(rows, axes=(UPLINK, RTT), baselines=baselines))

    POINTS = [(1, 5), (10, 5), (1, 50), (10, 50)]

    def maps(self, **rows):
        return self.whole({name: dict(zip(self.POINTS, row)) for name, row in rows.items()})

    def test_dots_of_ties_lie_on_their_cells_and_the_table_names_them(self):
        figure, tables = drawn(heat.draw_best, self.maps(a=(2.0, 2.0, 4.0, 3.0), b=(1.0, 2.0, 8.0, 3.0)))
        dots = {(round(line.get_xdata()[0], 6), round(line.get_ydata()[0], 6)) for line in figure.axes[0].get_lines()}
        self.assertEqual(dots, {(10.0, 5.0), (10.0, 50.0)})
        tied = {(r.x, r.y): r.tied for r in tables[""].itertuples()}
        self.assertEqual(tied, {(1, 5): "b", (10, 5): "a b", (1, 50): "a", (10, 50): "a b"})
        self.assertIn("a tie: the first in order", said(figure))

    def test_bars_lie_on_losses_alone(self):
        figure, _ = drawn(heat.draw_saving, self.maps(a=(2.0, 2.0, 2.0, 2.0), b=(1.0, 2.0, 4.0, 2.001)))
        bars = line_of(figure.axes[0], "loss")  # at (1, 50) alone: (2 - 4) / 2; 0.05 % at (10, 50) is none
        self.assertEqual((list(bars.get_xdata()), list(bars.get_ydata())), ([1], [50]))

    def cells(self, axes):
        """(x, y) of the centre of each cell, in the axes' own coordinates -> value."""
        mesh = axes.collections[0]
        corners, heights = np.log(mesh.get_coordinates()[..., 0]), mesh.get_coordinates()[..., 1]
        values = np.reshape(mesh.get_array(), np.subtract(corners.shape, 1))
        found = {}
        for j, i in np.ndindex(values.shape):
            x = math.exp((corners[j, i] + corners[j, i + 1]) / 2)
            found[round(x, 6), round((heights[j, i] + heights[j + 1, i]) / 2, 6)] = values[j, i]
        self.assertFalse(axes.yaxis_inverted() or axes.xaxis_inverted())
        return found

    def test_each_cell_of_a_map_lies_at_its_point(self):
        three = [(x, y) for y in (5, 50) for x in (1, 10, 100)]
        study = self.whole({"a": dict(zip(three, (1.0, 2.0, 3.0, 4.0, 5.0, 6.0))), "oracle": dict.fromkeys(three, 1.0)})
        figure, _ = drawn(heat.draw_regret, study)
        self.assertEqual({place: round(value, 9) for place, value in self.cells(figure.axes[0]).items()},
                         {(1, 5): 0.0, (10, 5): 100.0, (100, 5): 200.0, (1, 50): 300.0, (10, 50): 400.0, (100, 50): 500.0})
        low, high = figure.axes[0].get_ylim()
        self.assertLess(low, high)

    def test_values_beyond_the_scale_are_said_by_arrows(self):
        def bar(draw, **rows):
            figure, _ = drawn(draw, self.maps(**rows))
            return figure.axes[-1]._colorbar.extend
        self.assertEqual(bar(heat.draw_regret, a=(2.0,) * 4, oracle=(1.0,) * 4), "neither")
        self.assertEqual(bar(heat.draw_regret, a=(9.0, 1.0, 1.0, 1.0), oracle=(1.0,) * 4), "max")
        self.assertEqual(bar(heat.draw_regret, a=(0.5, 9.0, 1.0, 1.0), oracle=(1.0,) * 4), "both")
        self.assertEqual(bar(heat.draw_saving, a=(1.0,) * 4, b=(9.0, 1.0, 1.0, 1.0)), "min")


class Panels(unittest.TestCase):
    def test_a_panel_of_regret_has_each_value_at_its_two_settings(self):
        """Regret is point / 10 in percent, points counted by uplink, then error, then load; there is none at point 3."""
        axes = [(axis["path"], axis["column"], list(dict.fromkeys(test_regret.rows()[axis["column"]]))) for axis in test_regret.AXES]
        table = regret.mean_regret(regret.with_regret(test_regret.rows(), "latency_mean_s"), axes)
        figure = drawn(regret.draw, table, axes)
        idle, loaded = figure.axes[:2]
        shown = {place: text for panel in (idle, loaded) for place, text in self.numbers(panel).items()}
        self.assertEqual(shown, {(1, 0, idle): "0", (1, 50, idle): "20", (10, 0, idle): "40", (10, 50, idle): "60",
                                 (1, 0, loaded): "10", (10, 0, loaded): "50", (10, 50, loaded): "70"})

    def numbers(self, panel):
        """(uplink, error, panel) by the ticks -> the number written there; the colour below it must be of the same place."""
        named = panel.figure.axes[0]  # whose ticks all share
        across = dict(zip(named.get_xticks(), (float(label.get_text()) for label in named.get_xticklabels())))
        up = dict(zip(named.get_yticks(), (float(label.get_text()) for label in named.get_yticklabels())))
        image, = panel.images
        self.assertEqual((image.origin, panel.yaxis_inverted()), ("lower", False))
        found = {}
        for text in panel.texts:
            x, y = (int(round(place)) for place in text.get_position())
            self.assertAlmostEqual(100 * image.get_array()[y, x], max(float(text.get_text()), 1.0))
            found[across[x], up[y], panel] = text.get_text()
        return found


class Layers(unittest.TestCase):
    def test_the_curves_are_outputs_and_what_a_cut_sends(self):
        figure, _ = drawn(profile.draw, LAYERS, "a network")
        sizes = figure.axes[2]
        raw, output, crossing = sizes.get_lines()[:3]
        self.assertEqual(list(raw.get_ydata()), [0.4, 0.4])
        self.assertEqual(list(output.get_ydata()), [0.4, 0.8, 0.8, 0.8])
        np.testing.assert_array_equal(crossing.get_ydata(), [0.4, 0.8, 1.6, math.nan])
        self.assertEqual(list(crossing.get_xdata()), [0, 1, 2, 3])
        self.assertEqual({output.get_drawstyle(), crossing.get_drawstyle()}, {"steps-mid"})

    def test_work_and_parameters_have_panels_of_their_own(self):
        figure, _ = drawn(profile.draw, LAYERS, "a network")
        for axes, label, heights in zip(figure.axes, ("Work\n(MMAC)", "Parameters\n(thousands)"), ((0, 2, 0, 0), (0, 3, 0, 0))):
            bars = {bar.get_x() + bar.get_width() / 2: bar.get_height() for bar in axes.patches}
            self.assertEqual([bars[float(i)] for i in range(4)], list(heights))
            self.assertEqual(axes.get_ylabel(), label)


class Moving(unittest.TestCase):
    def events(self):
        charged = [{**event(t, "charge_changed"), "charge_share": share, "device": 0} for t, share in ((0, 1.0), (4, 0.25))]
        return pd.concat([EVENTS[EVENTS["replication"] == 0].assign(device=0), pd.DataFrame(charged)], ignore_index=True)

    def test_a_battery_is_in_percent_and_its_points_are_joined(self):
        figure, _ = drawn(requests.draw_timeline, self.events())
        battery = figure.axes[1]
        line = line_of(battery, "a")
        self.assertEqual((list(line.get_xdata()), list(line.get_ydata())), ([0.0, 4.0], [100.0, 25.0]))
        self.assertEqual(battery.get_ylabel(), "Battery\n(%)")

    def test_a_bandwidth_holds_from_its_time_on_and_so_does_a_cut(self):
        figure, _ = drawn(requests.draw_timeline, self.events())
        self.assertEqual(line_of(figure.axes[0], "uplink").get_drawstyle(), "steps-post")
        self.assertEqual(line_of(figure.axes[2], "a").get_drawstyle(), "steps-post")

    def test_latencies_are_points(self):
        line = line_of(drawn(requests.draw_timeline, self.events())[0].axes[3], "a")
        self.assertEqual((line.get_linestyle(), list(line.get_xdata()), list(line.get_ydata())), ("None", [1.5], [0.5]))

    def test_each_partitioner_has_a_panel_of_latencies(self):
        both = pd.concat([self.events(), self.events().assign(partitioner="b")], ignore_index=True)
        figure, _ = drawn(requests.draw_timeline, both)
        self.assertEqual([[text.get_text() for text in axes.texts] for axes in figure.axes[3:]], [["a"], ["b"]])
        self.assertEqual(figure.axes[3].get_ylim(), figure.axes[4].get_ylim())

    def test_of_a_fleet_one_device_is_drawn_and_the_figure_says_which(self):
        fleet = pd.concat([self.events().assign(device=7), self.events().assign(device=3, request=lambda t: t["request"] + 10,
                                                                               cut=lambda t: t["cut"].replace("device only", "x"))])
        table = requests.timeline_table(fleet)
        self.assertEqual(list(table.loc[table["panel"] == "cut", "text"]), ["x", "cloud only"])
        self.assertEqual(len(table[table["panel"] == "battery"]), 2)
        self.assertEqual(drawn(requests.draw_timeline, fleet)[0]._suptitle.get_text(), "Device 3, one of 2")
        self.assertEqual(list(requests.timeline_table(fleet, device=7).query("panel == 'cut'")["text"]), ["device only", "cloud only"])
        with self.assertRaisesRegex(results.UserError, "no request arrived at device 5; there are 3, 7"):
            requests.timeline_table(fleet, device=5)


class Scaling(unittest.TestCase):
    TABLE = pd.DataFrame({"devices": [1000, 1000, 10, 10000], "requests": [10**7, 10**4, 10**6, 10**6],
                          "us_per_request": [1.5, 1.25, 1.0, 5.0], "instructions_per_request": [110, 110, 100, 120]})

    def test_points_stand_where_they_were_measured(self):
        figure = drawn(scaling.draw, self.TABLE)
        left, middle, right = figure.axes
        self.assertEqual([(list(axes.get_lines()[0].get_xdata()), list(axes.get_lines()[0].get_ydata())) for axes in figure.axes],
                         [([10**4, 10**7], [1.25, 1.5]), ([10, 10**4], [1.0, 5.0]), ([10, 10**4], [100, 120])])
        self.assertEqual([axes.get_xlabel() for axes in figure.axes], ["Requests", "Devices", "Devices"])
        self.assertEqual([axes.get_title() for axes in figure.axes], ["1,000 devices", "1,000,000 requests", "1,000,000 requests"])
        self.assertEqual([axes.get_ylabel() for axes in (left, right)], ["Processor time per request (µs)", "Instructions per request"])
        self.assertEqual({(axes.get_xscale(), axes.get_ylim()[0]) for axes in figure.axes}, {("log", 0.0)})

    def test_the_logarithm_begins_where_the_smallest_fleet_is(self):
        _, middle, right = drawn(scaling.draw, self.TABLE).axes
        for axes, least in ((middle, 1.0), (right, 100)):
            self.assertEqual(list(axes.get_lines()[1].get_ydata()), [least, 4 * least])

    def test_numbers_of_requests_are_shown_as_powers(self):
        left = drawn(scaling.draw, self.TABLE).axes[0]
        self.assertEqual(left.xaxis.get_major_formatter()(10**4), "$\\mathdefault{10^{4}}$")

    def test_a_missing_column_is_named(self):
        with self.assertRaisesRegex(results.UserError, "'devices' is missing"):
            scaling.draw(self.TABLE.drop(columns="devices"))


class Looks(unittest.TestCase):
    def test_names_of_no_family_have_colours_of_their_own(self):
        names = ["stale", "rerun", "rerun_each_second", "estimating", "adaptive", "robust", "device_only", "oracle"]
        self.assertEqual(len({look.color for look in style.looks(names).values()}), len(names))

    def test_a_legend_never_is_wider_than_its_figure(self):
        with style.context():
            figure = style.new_figure(style.COLUMN_IN, 2)
            style.legend_below(figure, [style.band_handle("a long text that takes its place") for _ in range(6)], 4)
            width = figure.legends[0].get_window_extent(figure.canvas.get_renderer()).width
        self.assertEqual(len(figure.legends), 1)
        self.assertLess(width, 3.5 * figure.dpi)


del Folders  # its tests run where it is defined

if __name__ == "__main__":
    unittest.main()
