#!/usr/bin/env python3
"""Every result column is declared once: files, `edgecut list metrics`, columns.csv and docs/metrics.md say the same of it.

    metrics_test.py EDGECUT            hold them
    metrics_test.py EDGECUT --update   write the tables of docs/metrics.md anew
"""
import csv
import json
import re
import subprocess
import sys
import unittest

from edgecut import PROGRAM, SOURCE, Folder, scenario

UNITS = {"s": "s", "J": "J", "B": "B", "USD": "USD", "d": "d", "C": "°C"}
AXIS = "link.uplink_Mbit_per_s"
CLASSES = ("{classes: [{name: video, network: alexnet, arrivals: periodic, rate: 2 /s, requests: 3}, "
           "{name: still, network: alexnet, arrivals: periodic, rate: 1 /s, requests: 2}]}")

PROCESSORS = "[gpu, cpu]"
GROUPS = "{groups: [{name: a, devices: 2}, {name: b, devices: 1, device: raspberry_pi_4}]}"


PAGE = SOURCE / "docs" / "metrics.md"
BLOCK = re.compile(r"<!-- columns of (\S+) -->\n.*?<!-- end -->", re.DOTALL)
FILES = ("rows.csv", "savings.csv", "groups.csv", "classes.csv", "processors.csv")


def printed():
    """The tables that the program prints, by file."""
    text = subprocess.run([PROGRAM, "list", "metrics", "--format", "markdown"], capture_output=True, text=True, check=True)
    return {match[1]: match[0] for match in BLOCK.finditer(text.stdout)}


def renewed(page):
    """The page with the tables of the program."""
    tables = printed()
    return BLOCK.sub(lambda match: tables[match[1]], page)


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
            cls.listed = list(csv.DictReader(folder.run("list", "metrics", "--format", "csv").stdout.splitlines()))
            cls.json = json.loads(folder.run("list", "metrics", "--format", "json").stdout)
            cls.text = folder.run("list", "metrics").stdout
            cls.refused = folder.run("list", "devices", "--format", "csv")
            with open(folder.path / "s/columns.csv", newline="", encoding="utf-8") as rows:
                cls.dictionary = list(csv.DictReader(rows))

    def named(self, file):
        return [line["column"] for line in self.listed if line["file"] == file]

    def test_the_columns_of_each_file_are_those_that_are_declared_in_their_order(self):
        for file in FILES:
            self.assertEqual(self.named(file), self.columns[file], file)

    def test_the_page_has_the_tables_that_the_program_prints(self):
        page = PAGE.read_text(encoding="utf-8")
        self.assertEqual(sorted(match[1] for match in BLOCK.finditer(page)), sorted(FILES))
        self.assertTrue(page == renewed(page),
                        "docs/metrics.md is not as printed; python3 tests/cli/metrics_test.py EDGECUT --update writes it")

    def test_the_page_has_no_long_line_outside_tables(self):
        long = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if len(line) > 120 and line[0] != "|"]
        self.assertEqual(long, [])

    def test_units_are_those_of_the_names(self):
        for line in self.listed:
            self.assertEqual(line["unit"], UNITS.get(line["column"].rsplit("_", 1)[-1], ""), line)

    def test_every_column_says_what_it_is_how_it_is_known_and_when_not_to_trust_it(self):
        for line in self.listed:
            for name in ("symbol", "meaning", "estimated_by", "do_not_trust_it_when"):
                self.assertTrue(line[name], line)
            for word in ("likewise", "the same", "as below"):  # `edgecut explain` shows a column alone
                self.assertNotIn(word, line["meaning"].split(", and so")[0], line)

    def test_a_word_has_no_mean_and_a_number_has_one(self):
        folds = {(line["file"], line["column"]): line["over_replications"] for line in self.listed}
        self.assertEqual(set(folds.values()), {"mean", "most frequent", ""})
        for name in ("latency_mean_s", "feasible", "queue_max_cloud", "accuracy"):
            self.assertEqual(folds["rows.csv", name], "mean")
        for name in ("cut", "verdict", "bottleneck"):
            self.assertEqual(folds["rows.csv", name], "most frequent")
        self.assertEqual(folds["rows.csv", "replication"], "")

    def test_every_format_says_the_same(self):
        self.assertEqual([{key: value for key, value in entry.items()} for entry in self.json], self.listed)
        for line in self.listed:
            if line["file"] in ("rows.csv", "savings.csv"):
                self.assertRegex(self.text, rf"(?m)^{line['column']} .*{re.escape(line['meaning'])}$|: .*{line['column']}")
        self.assertEqual(self.refused.returncode, 2)
        self.assertIn("--format csv: `edgecut list devices` prints a table alone", self.refused.stderr)

    def test_the_data_dictionary_says_what_is_declared(self):
        declared = {(line["file"], line["column"]): line for line in self.listed}
        known = [line for line in self.dictionary if line["column"] != AXIS]
        self.assertEqual(len(known), sum(line["file"] in ("rows.csv", "savings.csv") for line in self.listed))
        for line in known:
            for name in ("unit", "meaning", "do_not_trust_it_when", "over_replications"):
                self.assertEqual(line[name], declared[line["file"], line["column"]][name], line)
        axis = next(line for line in self.dictionary if line["column"] == AXIS)
        self.assertEqual(axis["meaning"], "the swept key link.uplink")


if __name__ == "__main__":
    if "--update" in sys.argv:
        PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        unittest.main(argv=sys.argv[:1])
