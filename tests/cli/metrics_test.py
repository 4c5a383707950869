#!/usr/bin/env python3
"""The table of docs/metrics.md has every column that there is, with its unit, and no other."""
import csv
import re
import sys
import unittest

from edgecut import SOURCE, Folder, scenario


def documented():
    """Column -> unit."""
    text = (SOURCE / "docs" / "metrics.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \|[^|]*\|([^|]*)\|([^|]*)\|", text, re.MULTILINE)
    assert all(definition.strip() for _, _, definition in rows)
    assert len({name for name, _, _ in rows}) == len(rows)
    return {name: unit.strip() for name, unit, _ in rows}


class Metrics(unittest.TestCase):
    def test_the_columns_of_rows(self):
        with Folder(s=scenario()) as folder:
            result = folder.run("sweep", "s.yaml", "-o", "out")
            self.assertEqual(result.returncode, 0, result.stderr)
            with open(folder.path / "out" / "rows.csv", newline="", encoding="utf-8") as rows:
                columns = [name for name in next(csv.reader(rows)) if name != "link.uplink_Mbit_per_s"]
        self.assertEqual(sorted(documented()), sorted(columns))

    def test_units_are_those_of_the_names(self):
        for name, unit in documented().items():
            suffix = name.rsplit("_", 1)[-1]
            self.assertEqual(unit, suffix if suffix in ("s", "J", "B", "USD") else "", name)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
