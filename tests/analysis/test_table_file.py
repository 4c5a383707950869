"""The one reader of users' tables: the folder of odd files that the program reads, too, and what is of Python alone."""

import contextlib
import gzip
import io
import json
import math
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

import pandas.testing

from analysis import calibrate, fit_devices, import_profile, measure_layers, profile, results, scaling, table_file
from analysis.errors import UserError

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "tables"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))["files"]


def column(table, name, asked):
    if asked["kind"] == "text":
        return table.texts(name)
    if asked["kind"] == "number":
        return table.numbers(name)
    return table.quantities(name, asked["kind"], asked.get("given", ""))


def read(path, columns):
    """What is read of a file, by column, and the notes."""
    table = table_file.read(path)
    found = {name: column(table, name, asked) for name, asked in columns.items()}
    table.check()
    units = {name: "" if asked["kind"] in ("text", "number") else table.unit(table.find(name), asked["kind"], asked.get("given", ""))
             for name, asked in columns.items() if asked.get("unit") != "clock"}
    return found, {name: getattr(unit, "name", unit) for name, unit in units.items()}, "\n".join(table.notes)


class OddFiles(unittest.TestCase):
    def test_each_is_read_as_the_program_reads_it(self):
        for name, expected in EXPECTED.items():
            if "error" in expected or "errors" in expected:
                continue
            with self.subTest(file=name):
                found, units, notes = read(FOLDER / name, expected["columns"])
                for asked, told in expected["columns"].items():
                    self.assertEqual(len(found[asked]), len(told["values"]), asked)
                    self.assertEqual(units.get(asked, "clock"), told["unit"])
                    for got, wanted in zip(found[asked], told["values"]):
                        if told["kind"] == "text":
                            self.assertEqual(got, wanted)
                        else:
                            self.assertTrue(math.isclose(got, wanted, rel_tol=1e-12), (asked, got, wanted))
                self.assertIn(expected.get("note", ""), notes)
                self.assertEqual(bool(notes), "note" in expected)

    def test_each_is_refused_in_the_programs_words(self):
        refused = {name: expected for name, expected in EXPECTED.items() if "error" in expected or "errors" in expected}
        self.assertGreater(len(refused), 30)
        for name, expected in refused.items():
            with self.subTest(file=name):
                with self.assertRaises(UserError) as caught:
                    read(FOLDER / name, expected["columns"])
                said = str(caught.exception)
                self.assertTrue(said.startswith(str(FOLDER / name) + ":"), said)
                for wanted in expected.get("errors", [expected.get("error")]):
                    self.assertIn(wanted, said)

    def test_every_file_of_the_folder_is_expected_to_be_something(self):
        there = {path.name for path in FOLDER.iterdir()} - {"expected.json"}
        self.assertEqual(there, set(EXPECTED))


def written(folder, text, name="t.csv"):
    path = pathlib.Path(folder) / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


class Columns(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def refused(self, text, read_columns):
        table = table_file.read(written(self.folder, text), "--unit")
        with self.assertRaises(UserError) as caught:
            read_columns(table)
            table.check()
        return str(caught.exception)

    def test_a_minimum_is_not_taken_for_minutes(self):
        self.assertIn("may be minutes or a minimum; write the unit in brackets, such as time (ms)",
                      self.refused("time_min\n3\n", lambda table: table.quantities("time", "duration")))
        table = table_file.read(written(self.folder, "time (min)\n3\n"))
        self.assertEqual(table.quantities("time", "duration"), [180.0])

    def test_a_duration_is_never_a_clocks(self):
        table = table_file.read(written(self.folder, "time_us\n1709294400\n"))
        self.assertEqual((table.quantities("time", "duration"), table.notes), ([1709.2944], []))

    def test_a_clocks_counts_may_have_decimal_commas(self):
        table = table_file.read(written(self.folder, "time;x\n1709294400,5;1\n1709294402,75;2\n"))
        self.assertEqual(table.quantities("time", "time"), [0.0, 2.25])

    def test_values_are_rounded_once(self):
        # 0.3 ms is the double next to 0.0003; 0.3 * 0.001 is the one below.
        table = table_file.read(written(self.folder, "t_ms,u_us\n0.3,4.1\n"))
        self.assertEqual((table.quantities("t", "time"), table.quantities("u", "time")), ([0.0003], [4.1e-06]))

    def test_numbers_keep_to_their_bounds_and_cells_may_be_empty_where_that_is_told(self):
        self.assertIn(":2:1: n: '5' is out of range: 1 to 4", self.refused("n\n5\n", lambda table: table.numbers("n", 1.0, 4.0)))
        self.assertIn(":2:1: n: '1e19' is out of range", self.refused("n\n1e19\n", lambda table: table.numbers("n")))
        table = table_file.read(written(self.folder, "n,m\n,1\n-2,1\n"))
        values = table.numbers("n", low=-5.0, may_be_empty=True)
        table.check()
        self.assertTrue(math.isnan(values[0]) and values[1] == -2.0)

    def test_what_a_reader_finds_wrong_is_told_with_the_rest_in_the_files_order(self):
        def read_columns(table):
            table.fault(2, "b", "is one too many")
            table.numbers("a")
        said = self.refused("a,b\nx,1\n2,1\n3,1\ny,1\n", read_columns).split("\n")
        self.assertEqual([line.split("t.csv")[1] for line in said],
                         [":2:1: a: 'x' is not a number", ":4:3: b: is one too many", ":5:1: a: 'y' is not a number"])

    def test_a_file_that_is_not_there_is_no_empty_one(self):
        for path in (self.folder / "none.csv", self.folder):
            with self.assertRaises(UserError) as caught:
                table_file.read(path)
            self.assertIn(str(path), str(caught.exception))


class Frames(unittest.TestCase):
    """Result files: as edgecut writes them, and as spreadsheets save them again."""

    PLAIN = "partitioner,point,latency_mean_s\n5,0,0.25\nnone,1,\n"

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def read(self, text):
        return results.read_table(written(self.folder, text, "rows.csv"), words=("partitioner",))

    def test_a_table_saved_again_is_the_same_table(self):
        wanted = self.read(self.PLAIN)
        self.assertEqual(list(wanted["partitioner"]), ["5", "none"])
        for text in ("\ufeff" + self.PLAIN, self.PLAIN.replace("\n", "\r\n"), gzip.compress(self.PLAIN.encode()),
                     self.PLAIN.replace(",", ";").replace(".", ","), self.PLAIN.replace(",", "\t"), "# mine\n" + self.PLAIN,
                     '"partitioner","point","latency_mean_s"\n"5",0,0.25\n"none",1,\n', self.PLAIN + "\n,,\n"):
            with self.subTest(text=text):
                pandas.testing.assert_frame_equal(self.read(text), wanted)

    def test_what_is_no_table_of_results_is_refused_in_words(self):
        for text, why in ((self.PLAIN.encode("utf-16"), "is UTF-16"), (self.PLAIN + "x,2\n", ":4:1: 2 cells where the first line names 3"),
                          (self.PLAIN + "x,2,3,4\n", ":4:1: 4 cells"), ("a,a\n1,2\n", "a second column of that name"),
                          (b"PK\x03\x04", "is a workbook or a zip file"), ("", "the file is empty"), ("1,2\n3,4\n", "holds numbers"),
                          ('a,b\n"1,2\n', "a quotation mark opens here")):
            with self.subTest(why=why), self.assertRaises(UserError) as caught:
                self.read(text)
            self.assertIn(why, str(caught.exception))
            self.assertIn("rows.csv", str(caught.exception))


class Scripts(unittest.TestCase):
    def test_layer_tables_keep_the_columns_that_others_added(self):
        with tempfile.TemporaryDirectory() as folder:
            path = written(folder, "\ufefflayer;minimum_s;mode;mine\r\n;0,5;fused;x\r\na;0,25;fused;y\r\n")
            rows = measure_layers.read_table(path)
            self.assertEqual([(row["layer"], row["minimum_s"], row["mine"]) for row in rows], [("", "0.500000000", "x"), ("a", "0.250000000", "y")])
            self.assertEqual(measure_layers.better_of(rows, [rows[0] | {"minimum_s": "0.4", "mine": "z"}])[0]["mine"], "z")
            measure_layers.write_table(path, rows)
            self.assertEqual(measure_layers.read_table(path)[1]["mine"], "y")

    def test_each_reader_of_users_files_says_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            path = written(folder, "a,b\n1\n".encode("utf-16"))
            for module, arguments in ((calibrate, [path, "--whole"]), (profile, [path]), (scaling, [path]),
                                      (fit_devices, ["--collect", path]), (fit_devices, ["--rows", path]),
                                      (import_profile, ["csv", path, "--network", self.network(folder), "-o", path.with_name("o")])):
                said = io.StringIO()
                with self.subTest(module=module.__name__), contextlib.redirect_stderr(said), mock.patch.object(
                        sys, "argv", ["", *map(str, arguments)]):
                    status = module.main() if module is scaling else module.main([str(each) for each in arguments])
                    self.assertEqual((status, said.getvalue().split(": ")[:3]),
                                     (2, ["error", str(path), "is UTF-16; save it as UTF-8 (a spreadsheet calls that CSV UTF-8)\n"]))

    @staticmethod
    def network(folder):
        return written(folder, "layers: [{name: x, kind: input, inputs: []}, {name: a, kind: conv, inputs: [x]}]\n", "n.yaml")


if __name__ == "__main__":
    unittest.main()
