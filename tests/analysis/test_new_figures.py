"""What is drawn where: metrics, stacked bars, Pareto fronts, maps over two axes."""

import math
import unittest

from analysis import heat, metric, pareto, results, stacked, style

from tests.analysis.test_figures import INFEASIBLE, UPLINK, Folders, line_of, row

RTT = {"path": "link.rtt", "column": "link.rtt_ms", "values": ["5 ms", "50 ms"]}
PARTS = {column: 0.0 for column, *_ in stacked.TIME}


class Metrics(Folders):
    def test_bytes_are_drawn_in_kilobytes(self):
        rows = [row(x, "oracle", up_mean_B=y) for x, y in ((1, 1000), (10, 2500), (100, 4000))]
        study = self.study(rows)
        with style.context():
            figure, tables = metric.draw(study, metric.METRICS["bytes"])
        self.assertEqual(list(tables[""]["mean"]), [1.0, 2.5, 4.0])
        self.assertEqual(list(line_of(figure.axes[0], "oracle").get_ydata()), [1.0, 2.5, 4.0])
        self.assertEqual(figure.axes[0].get_ylim()[0], 0)

    def test_misses_are_percents_and_need_a_deadline(self):
        study = self.study([row(x, "oracle", deadline_miss_rate=0.25) for x in (1, 10)])
        self.assertEqual(list(metric.table_of(study, metric.METRICS["misses"])["mean"]), [25.0, 25.0])
        with self.assertRaisesRegex(results.UserError, "no deadline"):
            metric.table_of(self.study([row(1, "oracle", deadline_miss_rate="")]), metric.METRICS["misses"])

    def test_any_column_is_labelled_by_its_own_name(self):
        study = self.study([row(1, "oracle", latency_p95_s=2.0)])
        self.assertEqual(metric.of_column(study, "latency_p95_s").label, "Latency p95 (s)")
        with self.assertRaisesRegex(results.UserError, "'no_such_column' is missing"):
            metric.of_column(study, "no_such_column")

    def test_the_axis_can_be_chosen(self):
        rows = [{**row(x, "oracle"), RTT["column"]: y} for x in (1, 10, 100) for y in (5, 50)]
        studies = results.load(self.make(rows, axes=(UPLINK, RTT)), "rtt")
        self.assertEqual([list(study.x) for study in studies], [[5.0, 50.0]] * 3)
        self.assertEqual([study.suffix for study in studies], [f"_at_uplink_{x}_Mbit_s" for x in (1, 10, 100)])
        with self.assertRaisesRegex(results.UserError, "swept are: link.uplink, link.rtt"):
            results.load(self.folder, "input.size")


class Stacked(Folders):
    def bars(self, axes):
        return {container.get_label(): [(bar.get_x(), bar.get_width()) for bar in container]
                for container in axes.containers}

    def test_bars_begin_where_the_one_before_ends(self):
        rows = [row(1, "oracle", replication=r, **{**PARTS, "head_mean_s": 0.1 + 0.1 * r, "upload_mean_s": 0.3})
                for r in (0, 1)]
        study = self.study(rows)
        figure, tables = self.draw_time(study)
        # mean head (0.1 + 0.2) / 2 = 0.15 s = 150 ms, then 300 ms of upload
        drawn = self.bars(figure.axes[0])
        for column, start, width in (("head_mean_s", 0, 150), ("upload_mean_s", 150, 300)):
            self.assertAlmostEqual(drawn[column][0][0], start)
            self.assertAlmostEqual(drawn[column][0][1], width)
        self.assertEqual(set(drawn), {"head_mean_s", "upload_mean_s"})
        self.assertEqual(tables[""]["replications"].unique().tolist(), [2])

    def draw_time(self, study):
        with style.context():
            return stacked.draw_time(study)

    def test_a_partitioner_without_a_plan_has_no_bar_but_a_word(self):
        rows = [row(1, "oracle", **PARTS, **{}), row(1, "lost", **{**PARTS, **INFEASIBLE})]
        rows[0]["head_mean_s"] = 1.0
        figure, tables = self.draw_time(self.study(rows))
        self.assertEqual(set(tables[""]["partitioner"]), {"oracle"})
        self.assertEqual([text.get_text() for text in figure.axes[0].texts], ["no feasible plan"])

    def test_of_many_points_three_have_panels(self):
        rows = [row(x, "oracle", **{**PARTS, "head_mean_s": x}) for x in (1, 2, 4, 8, 16)]
        figure, tables = self.draw_time(self.study(rows))
        self.assertEqual(tables[""]["x"].unique().tolist(), [1, 4, 16])
        self.assertEqual(len(figure.axes), 3)

    def test_energy_is_per_request_and_the_radio_is_told_apart_where_it_can_be(self):
        energy = {"energy_idle_J": 10.0, "energy_compute_J": 20.0, "energy_radio_J": 30.0}
        with style.context():
            _, tables = stacked.draw_energy(self.study([row(1, "oracle", **energy)]))  # 10 requests
            self.assertEqual(list(tables[""]["value"]), [1.0, 2.0, 3.0])
            split = {"energy_transmit_J": 25.0, "energy_receive_J": 5.0}
            _, tables = stacked.draw_energy(self.study([row(1, "oracle", **energy, **split)]))
        self.assertEqual(list(tables[""]["start"]), [0.0, 1.0, 3.0, 5.5])


class Pareto(Folders):
    def test_the_front_by_hand(self):
        energy, latency = [1, 2, 3, 2, 3], [5, 3, 2, 4, 2]  # the fourth is beaten by the second; the last two tie
        self.assertEqual(list(pareto.front(energy, latency)), [True, True, True, False, True])

    def test_points_and_front_are_drawn(self):
        rows = [row(1, name, energy_inference_J=e, latency_mean_s=t)
                for name, e, t in (("a", 1.0, 5.0), ("b", 2.0, 3.0), ("c", 3.0, 4.0))]
        with style.context():
            figure, tables = pareto.draw(self.study(rows))
        self.assertEqual(list(tables[""]["on_front"]), [True, True, False])
        front = line_of(figure.axes[0], "front")
        (_, right), (_, top) = figure.axes[0].get_xlim(), figure.axes[0].get_ylim()
        # From the upper edge down to the first, over the second, and on to the right edge.
        self.assertEqual(list(front.get_xdata()), [1.0, 1.0, 2.0, right])
        self.assertEqual(list(front.get_ydata()), [top, 5.0, 3.0, 3.0])
        self.assertEqual(front.get_drawstyle(), "steps-post")
        mark = line_of(figure.axes[0], "c")
        self.assertEqual((list(mark.get_xdata()), list(mark.get_ydata())), ([3.0], [4.0]))

    def test_unsound_points_take_no_part(self):
        rows = [row(1, "a", energy_inference_J=1.0, latency_mean_s=1.0, violation_rate=0.5),
                row(1, "b", energy_inference_J=2.0, latency_mean_s=2.0)]
        table = pareto.table_of(self.study(rows))
        self.assertEqual(list(table["on_front"]), [False, True])


class Maps(Folders):
    def whole(self, latencies):
        """latencies: partitioner -> {(uplink, rtt): seconds or None for no plan}."""
        rows = [{**row(x, name, latency_mean_s=t or ""), **({} if t else INFEASIBLE), RTT["column"]: y}
                for name, at in latencies.items() for (x, y), t in at.items()]
        return results.load_whole(self.make(rows, axes=(UPLINK, RTT), baselines=("a",)))

    def two(self):
        points = [(1, 5), (10, 5), (1, 50), (10, 50)]
        return self.whole({"a": dict(zip(points, (2.0, 2.0, 4.0, 3.0))), "b": dict(zip(points, (1.0, 2.0, 8.0, None))),
                           "oracle": dict(zip(points, (1.0, 2.0, 2.0, 3.0)))})

    def test_the_best_at_each_place(self):
        table = heat.best_table(self.two()).set_index(["x", "y"])
        self.assertEqual({place: (r.best, r.ties) for place, r in table.iterrows()},
                         {(1, 5): ("b", 1), (10, 5): ("a", 2), (1, 50): ("a", 1), (10, 50): ("a", 1)})

    def test_cells_of_the_best_lie_around_their_points(self):
        with style.context():
            figure, _ = heat.draw_best(self.two())
        self.assertEqual([patch.get_label() for patch in figure.axes[0].patches], ["b", "a", "a", "a"])
        (left, bottom), (right, top) = figure.axes[0].patches[0].get_xy()[[0, 2]]
        self.assertTrue(left < 1 < right < 10 and bottom < 5 < top < 50)

    def test_regret_and_saving_by_hand(self):
        regret = heat.relative_table(self.two(), "oracle", 1).set_index(["partitioner", "x", "y"])["percent"]
        self.assertAlmostEqual(regret["a", 1, 50], 100.0)  # (4 - 2) / 2
        self.assertAlmostEqual(regret["b", 1, 50], 300.0)
        self.assertTrue(math.isnan(regret["b", 10, 50]))
        saving = heat.relative_table(self.two(), "a", -1).set_index(["partitioner", "x", "y"])["percent"]
        self.assertAlmostEqual(saving["b", 1, 5], 50.0)  # (2 - 1) / 2
        self.assertAlmostEqual(saving["b", 1, 50], -100.0)

    def test_maps_are_drawn_as_their_tables_say(self):
        with style.context():
            for draw in (heat.draw_regret, heat.draw_saving):
                figure, tables = draw(self.two())
                for name, axes in zip(("a", "b") if draw is heat.draw_regret else ("b", "oracle"), figure.axes):
                    own = tables[""][tables[""]["partitioner"] == name].sort_values(["y", "x"])["percent"]
                    drawn = axes.collections[0].get_array().filled(math.nan).ravel()
                    self.assertEqual(axes.get_title(), name)
                    for value, wanted in zip(drawn, own):
                        self.assertTrue(value == wanted or math.isnan(value) and math.isnan(wanted))

    def test_a_map_needs_two_axes(self):
        with self.assertRaisesRegex(results.UserError, "exactly two axes"):
            heat.axes_of(self.study([row(1, "a"), row(10, "a")]))


del Folders  # its tests run where it is defined

if __name__ == "__main__":
    unittest.main()
