"""Every cut of a network as stacked bars: heights, marks, names and panels, each against numbers by hand."""

import os
import pathlib
import stat
import tempfile
import unittest
import unittest.mock

import pandas as pd

from analysis import __main__ as command
from analysis import cuts, figures, naming, results, style

from tests.analysis.test_figures import Folders, row

ZERO = {column: 0.0 for column, *_ in cuts.TIME + cuts.ENERGY}


def cut(name, layers, **cells):
    """A row of `edgecut plan --every-cut --format csv`; its latency and energy are the sums of their parts."""
    base = {"part": "", "processor": "cpu" if layers else "", "encoding": "", "exits": "", "cut": name,
            "layers_on_device": layers, "of_layer_order": 1, "best_of_head": 1, "valid": 1, "broken": "", "limits": "",
            "chosen_by": "", **ZERO, **cells}
    base.setdefault("latency_s", sum(base[column] for column, *_ in cuts.TIME))
    base.setdefault("energy_J", sum(base[column] for column, *_ in cuts.ENERGY))
    return base


CUTS = [
    cut("cloud only", 0, upload_s=0.4, tail_s=0.1, download_s=0.1, transmit_J=0.5, valid=0, limits="latency > 0.5 s"),
    cut("after /features/conv", 1, head_s=0.1, upload_s=0.2, tail_s=0.05, compute_J=0.2, transmit_J=0.25,
        chosen_by="oracle; stale"),
    cut("device only", 2, head_s=0.45, compute_J=0.9, chosen_by="device_only"),
]


def drawn(rows, **options):
    table = cuts.checked(pd.DataFrame(rows), "cuts.csv")
    with style.context():
        return cuts.draw_panels([("", table)], **options)


def bars(axes, column):
    """(bottom, height, opacity) of the bars of one part, from left to right."""
    found, = (container for container in axes.containers if container.get_label() == column)
    return [(round(bar.get_y(), 9), round(bar.get_height(), 9), bar.get_alpha() or 1.0) for bar in found]


def marks(axes, label):
    return [list(line.get_xdata()) for line in axes.get_lines() if line.get_label() == label]


class Bars(unittest.TestCase):
    def test_parts_stand_on_one_another_in_the_order_of_the_path(self):
        (latency, energy, _), _ = self.of(CUTS)
        # milliseconds: 100 on the device, then 200 up, then 50 in the cloud
        self.assertEqual([bars(latency, column)[1][:2] for column in ("head_s", "upload_s", "tail_s")],
                         [(0.0, 100.0), (100.0, 200.0), (300.0, 50.0)])
        # below 1 J: millijoules
        self.assertEqual([bars(energy, column)[1][:2] for column in ("compute_J", "transmit_J")],
                         [(0.0, 200.0), (200.0, 250.0)])
        self.assertEqual((latency.get_ylabel(), energy.get_ylabel()), ("Latency (ms)", "Energy above\nidle (mJ)"))

    def of(self, rows):
        figure, tables = drawn(rows)
        return figure.axes, tables

    def test_parts_that_no_cut_has_are_not_in_the_legend(self):
        figure, _ = drawn(CUTS)
        said = [text.get_text() for text in figure.legends[0].get_texts()]
        self.assertEqual(said, ["head on the device", "upload", "tail in the cloud", "download", "computing", "transmitting",
                                "pale: breaks a limit"])

    def test_a_cut_that_breaks_a_limit_is_pale_and_has_a_cross(self):
        (latency, _, strip), _ = self.of(CUTS)
        self.assertEqual([alpha for _, _, alpha in bars(latency, "upload_s")], [cuts.PALE, 1.0, 1.0])
        self.assertEqual(marks(strip, "latency > 0.5 s"), [[0]])

    def test_each_method_has_its_mark_below_its_cut(self):
        (_, _, strip), _ = self.of(CUTS)
        self.assertEqual([marks(strip, name) for name in ("oracle", "stale", "device_only")], [[[1]], [[1]], [[2]]])
        self.assertEqual([text.get_text() for text in strip.get_yticklabels()],
                         ["latency > 0.5 s", "oracle", "stale", "device only"])
        self.assertEqual([text.get_text() for text in strip.get_xticklabels()], ["cloud only", "features/conv", "device only"])

    def test_a_method_without_a_plan_is_named(self):
        (_, _, strip), _ = self.of([*CUTS, {**cut("infeasible", 0), **{c: None for c in ("latency_s", "valid")},
                                            "chosen_by": "strict"}])
        self.assertEqual([text.get_text() for text in strip.texts], ["no feasible plan"])
        self.assertEqual(strip.get_yticklabels()[-1].get_text(), "strict")

    def test_a_bar_far_beyond_the_others_is_cut_off_with_its_number(self):
        # The median is 0.45 s; 5 s is more than 5 times that, so the axis ends 6 % above the next, 0.6 s.
        (latency, *_), _ = self.of([*CUTS, cut("after late", 3, head_s=5.0)])
        self.assertEqual(len(marks(latency, "beyond")), 1)
        self.assertIn("5000", [text.get_text() for text in latency.texts])
        self.assertAlmostEqual(latency.get_ylim()[1], 636.0)

    def test_a_layer_that_cannot_run_has_words_instead_of_a_bar(self):
        nothing = {column: None for column in (*ZERO, "latency_s", "energy_J")}
        lost = {**cut("device only", 2, valid=0, limits="a layer cannot run there"), **nothing}
        (latency, *_), _ = self.of([*CUTS[:2], lost])
        self.assertEqual([text.get_text() for text in latency.texts], ["cannot run"])

    def test_the_table_holds_what_is_drawn(self):
        _, tables = self.of(CUTS)
        self.assertEqual(list(tables[""]["cut"]), ["cloud only", "after /features/conv", "device only"])


class Panels(unittest.TestCase):
    def test_processors_have_a_panel_each_and_the_cloud_alone_is_in_all(self):
        table = cuts.checked(pd.DataFrame([*CUTS, cut("device only", 2, head_s=0.2, processor="gpu")]), "cuts.csv")
        panels, left_out = cuts.panels_of([("", table)])
        self.assertEqual([title for title, *_ in panels], ["on cpu", "on gpu"])
        self.assertEqual([list(some["cut"]) for _, some, _ in panels],
                         [["cloud only", "after /features/conv", "device only"], ["cloud only", "device only"]])
        self.assertEqual(left_out, 0)

    def test_of_many_panels_those_are_drawn_in_which_somebody_cuts(self):
        rows = [cut("device only", 1, head_s=0.1, processor=f"p{i}", chosen_by="oracle" if i == 4 else "") for i in range(7)]
        panels, left_out = cuts.panels_of([("", cuts.checked(pd.DataFrame(rows), "cuts.csv"))])
        self.assertEqual(([title for title, *_ in panels], left_out), (["on p4"], 6))
        for one in rows:
            one["chosen_by"] = "oracle"
        panels, left_out = cuts.panels_of([("", cuts.checked(pd.DataFrame(rows), "cuts.csv"))])
        self.assertEqual(([title for title, *_ in panels], left_out), ([f"on p{i}" for i in range(6)], 1))

    def test_with_an_edge_server_the_best_cut_of_each_head_and_those_chosen(self):
        rows = [cut("after a, edge to b", 1, head_s=0.1, best_of_head=0), cut("after a, edge the rest", 1, head_s=0.1),
                cut("after a", 1, head_s=0.3, best_of_head=0, chosen_by="oracle")]
        (_, some, _), = cuts.panels_of([("", cuts.checked(pd.DataFrame(rows), "cuts.csv"))])[0]
        self.assertEqual(list(some["cut"]), ["after a, edge the rest", "after a"])

    def test_a_placement_that_is_no_cut_stands_apart(self):
        rows = [*CUTS, cut("1 layers on the device, sending b", 1, head_s=0.1, of_layer_order=0, chosen_by="min_cut")]
        (_, some, _), = cuts.panels_of([("", cuts.checked(pd.DataFrame(rows), "cuts.csv"))])[0]
        self.assertEqual(list(some["place"]), [0, 1, 2, 3.7])

    def test_hundreds_of_cuts_have_names_that_do_not_touch(self):
        rows = [cut(f"after /blocks/block.{i}/a_long_name_of_a_layer/Conv", i + 1, head_s=0.1) for i in range(400)]
        rows[200]["chosen_by"] = "oracle"
        figure, _ = drawn(rows)
        figure.draw_without_rendering()
        strip = figure.axes[-1]
        named = [text for text in strip.get_xticklabels()]
        boxes = sorted((text.get_window_extent() for text in named), key=lambda box: box.x0)
        self.assertTrue(all(a.x1 <= b.x0 + 1 for a, b in zip(boxes, boxes[1:])))
        self.assertIn(200, strip.get_xticks())  # what is chosen has its name
        self.assertTrue(all(len(text.get_text()) <= cuts.LABEL_LETTERS for text in named))


class Names(unittest.TestCase):
    def test_names_are_short(self):
        for name, wanted in (("cloud only", "cloud only"), ("after /a/b", "a/b"), ("after a, edge to b", "a | b"),
                             ("after a, edge the rest", "a | the rest"), ("edge to b", "edge to b"),
                             ("3 layers on the device, sending x + y", "sends x + y")):
            self.assertEqual(cuts.label(name), wanted)


class Sources(Folders):
    def test_a_file_is_drawn_beside_itself(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "net.csv"
            pd.DataFrame(CUTS).to_csv(path, index=False)
            for only in ([], ["--only", "cuts"]):
                self.assertEqual(command.main([str(path), *only, "--formats", "svg"]), 0)
                self.assertTrue((pathlib.Path(folder) / "cuts_net.svg").exists())
            self.assertEqual(command.main([str(path), "--only", "latency"]), 2)

    def test_what_another_folder_says_of_a_method_is_not_said_of_a_file(self):
        with tempfile.TemporaryDirectory() as folder, unittest.mock.patch.object(naming, "EXACT", {"oracle"}):
            path = pathlib.Path(folder) / "net.csv"
            pd.DataFrame(CUTS).to_csv(path, index=False)
            cuts.draw_file(path, folder, ("svg",))
            self.assertEqual(naming.partitioner("oracle"), "oracle")

    def test_a_file_without_a_column_is_refused(self):
        with self.assertRaisesRegex(results.UserError, "no column 'head_s'"):
            cuts.checked(pd.DataFrame(CUTS).drop(columns=["head_s"]), "cuts.csv")

    def test_a_folder_is_planned_again_at_its_points_when_it_is_asked_for(self):
        study = self.study([row(x, "oracle", point=i) for i, x in enumerate((1, 10, 100, 1000))])
        self.assertNotIn("cuts", figures.drawable(study))
        with tempfile.TemporaryDirectory() as folder:
            table, asked = pathlib.Path(folder) / "cuts.csv", pathlib.Path(folder) / "asked"
            pd.DataFrame(CUTS).to_csv(table, index=False)
            program = pathlib.Path(folder) / "edgecut"
            program.write_text(f'#!/bin/sh\necho "$@" >>{asked}\ncat {table}\n')
            program.chmod(program.stat().st_mode | stat.S_IXUSR)
            with unittest.mock.patch.dict(os.environ, EDGECUT_PROGRAM=str(program)), style.context():
                figure, _ = cuts.draw(study)
            points = [line.split()[line.split().index("--point") + 1] for line in asked.read_text().splitlines()]
        self.assertEqual(points, ["0", "2", "3"])  # the first, the middle, the last
        titles = [axes.get_title(loc="left") for axes in figure.axes if axes.get_title(loc="left")]
        self.assertEqual(titles, ["Uplink 1 Mbit/s", "Uplink 100 Mbit/s", "Uplink 1000 Mbit/s"])


if __name__ == "__main__":
    unittest.main()
