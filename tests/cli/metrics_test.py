#!/usr/bin/env python3
"""The tables of docs/metrics.md have every column that there is, with its unit, and no other, and no cell is empty."""
import csv
import re
import sys
import unittest

from edgecut import SOURCE, Folder, scenario

UNITS = {"s": "s", "J": "J", "B": "B", "USD": "USD", "d": "d", "C": "°C"}
AXIS = "link.uplink_Mbit_per_s"
CLASSES = ("{classes: [{name: video, network: alexnet, arrivals: periodic, rate: 2 /s, requests: 3}, "
           "{name: still, network: alexnet, arrivals: periodic, rate: 1 /s, requests: 2}]}")

PROCESSORS = "[gpu, cpu]"
GROUPS = "{groups: [{name: a, devices: 2}, {name: b, devices: 1, device: raspberry_pi_4}]}"


def cells(section):
    """Column -> its cells (symbol, unit, definition, estimated by, do not trust it when); a line may tell of several."""
    text = (SOURCE / "docs" / "metrics.md").read_text(encoding="utf-8")
    text = text.split(f"\n## {section}\n")[1].split("\n## ")[0]
    found = {}
    for line in re.findall(r"^\| (`.*) \|$", text, re.MULTILINE):
        names, *rest = [cell.strip() for cell in re.split(r" \|(?= |$)", line)]
        assert len(rest) == 5, line
        for name in names.split(";"):
            name = name.strip().strip("`")
            assert name not in found, name
            found[name] = rest
    return found


class Metrics(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with Folder(s=scenario(), c=scenario(workload=CLASSES, network=None), g=scenario(fleet=GROUPS),
                    p=scenario(device="jetson_nano", processors=PROCESSORS)) as folder:
            cls.columns = {}
            for name in ("s", "c", "g", "p"):
                result = folder.run("sweep", f"{name}.yaml", "-o", name)
                assert result.returncode == 0, result.stderr
            for file in ("s/rows.csv", "s/savings.csv", "c/classes.csv", "g/groups.csv",
                         "p/processors.csv"):
                with open(folder.path / file, newline="", encoding="utf-8") as rows:
                    cls.columns[file[2:]] = [name for name in next(csv.reader(rows)) if name != AXIS]
            cls.listed = folder.run("list", "metrics").stdout

    def test_the_columns_of_each_file(self):
        for file, section in (("rows.csv", "Every column"), ("savings.csv", "savings.csv"), ("classes.csv", "classes.csv"),
                              ("groups.csv", "groups.csv"), ("processors.csv", "processors.csv")):
            self.assertEqual(sorted(cells(section)), sorted(self.columns[file]), file)

    def test_units_are_those_of_the_names(self):
        for name, (_, unit, *_) in cells("Every column").items():
            self.assertEqual(unit, UNITS.get(name.rsplit("_", 1)[-1], ""), name)

    def test_every_column_says_what_it_is_how_it_is_known_and_when_not_to_trust_it(self):
        for section in ("Every column", "savings.csv", "classes.csv", "groups.csv", "processors.csv"):
            for name, (symbol, _, definition, estimated, distrust) in cells(section).items():
                self.assertTrue(all((symbol, definition, estimated, distrust)), f"{section}, {name}: an empty cell")

    def test_the_program_lists_the_units_of_age_and_temperature(self):
        self.assertRegex(self.listed, r"profile_age_d +d +days")
        self.assertRegex(self.listed, r"profile_temperature_C +°C +of")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
