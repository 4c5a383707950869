"""The page of a results folder: what it says of the rows, and that it needs nothing else."""

import contextlib
import io
import json
import re
import unittest

from analysis import report, results

from tests.analysis.test_figures import INFEASIBLE, Folders, row

MANIFEST = {"study": "s", "question": "Is 1 < 2?", "runs": 4, "replications": 2, "edgecut": "0.1.0", "overrides": [],
            "assumptions": [], "sources": [{"figure": "device.power.idle", "value": "2 W", "source": "assumption (a)"}],
            "files": {"devices/a.yaml": "fnv1a64:00"}}


class Pages(Folders):
    def folder_of(self, rows, **changes):
        self.make(rows, scenario="seed: 1\n")
        manifest = {**json.loads((self.folder / "manifest.json").read_text()), **MANIFEST, **changes}
        (self.folder / "manifest.json").write_text(json.dumps(manifest))
        return self.folder

    def four(self, **cells):
        rows = [row(x, "oracle", replication=r, latency_mean_s=x * (1 + r)) for x in (1, 10) for r in (0, 1)]
        rows[0].update(cells)
        return rows

    def test_means_and_what_sorts_them(self):
        page = report.page(self.folder_of(self.four()))
        # x = 10: 10 and 20 s, mean 15 s; half width 12.706 x 7.071 / sqrt(2) = 63.53 s, which is 423.5 %
        self.assertIn('<td class=n data-v="15000.0">15000 ±423.5 %</td>', page)
        self.assertIn('<td class=n data-v="2.0">2/2</td>', page)

    def test_a_study_without_any_plan_has_a_page(self):
        rows = self.four()
        for one in rows:
            one.update(INFEASIBLE)
        page = report.page(self.folder_of(rows))
        self.assertIn('<td class=n data-v="0.0">0/2</td>', page)
        self.assertIn("4 of 4 runs have no feasible", page)

    def test_the_page_says_what_is_to_be_said(self):
        page = report.page(self.folder_of(self.four()))
        for part in ("Is 1 &lt; 2?", "device.power.idle", "2 W", "assumption: (a)", "edgecut sweep s.yaml", "seed: 1",
                     "Only 2 replication(s): intervals are wide."):
            self.assertIn(part, page)

    def test_warnings_count_runs_and_name_their_partitioners(self):
        for cells, said in (({"saturated": 1}, "1 of 4 runs are saturated"), (INFEASIBLE, "1 of 4 runs have no feasible"),
                            ({"violation_rate": 0.5}, "1 of 4 runs break a limit in truth"),
                            ({"failed": 3}, "1 of 4 runs have requests that failed although")):
            rows = [{"failed": 0, **r} for r in self.four()]
            rows[0].update(cells)
            page = report.page(self.folder_of(rows))
            self.assertIn(said, page)
            self.assertIn("(oracle)", page)

    def test_ids_are_unique_and_nothing_is_fetched(self):
        page = report.page(self.folder_of(self.four()))
        ids = re.findall(r'\bid="([^"]*)"', page)
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', page), [])
        for used in re.findall(r'(?:xlink:href="#|url\(#)([^")]*)', page):
            self.assertIn(used, ids)

    def test_a_missing_folder_is_said_in_one_line(self):
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            self.assertEqual(report.main([str(self.folder / "none")]), 2)
        self.assertEqual(errors.getvalue().count("\n"), 1)
        self.assertRaises(results.UserError, report.page, self.folder / "none")


del Folders  # its tests run where it is defined

if __name__ == "__main__":
    unittest.main()
