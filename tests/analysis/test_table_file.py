"""The one reader of users' tables: the folder of odd files that the program reads, too, and what is of Python alone."""

import json
import math
import pathlib
import tempfile
import unittest

from analysis import table_file
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


if __name__ == "__main__":
    unittest.main()
