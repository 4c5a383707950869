"""The page of a results folder: what it says of the rows, and that it needs nothing else."""

import contextlib
import html
import io
import json
import re
import shlex
import unittest
import unittest.mock

from analysis import report, results, store

from tests.analysis.test_figures import INFEASIBLE, UPLINK, Folders, row, saved, write_csv

MANIFEST = {"study": "s", "question": "Is 1 < 2?", "runs": 4, "replications": 2, "edgecut": "0.1.0", "overrides": [],
            "assumptions": [], "sources": [{"figure": "device.power.idle", "value": "2 W", "source": "assumption (a)"}],
            "files": {"devices/a.yaml": "fnv1a64:00"}}


def text_of(folder):
    """The page without its figures, which take their time."""
    with unittest.mock.patch.object(report, "_figures", return_value=""):
        return report.page(folder)


def page_of_latency(folder):
    """The page with no figure along an axis but the latency's; test_ids_are_unique_and_nothing_is_fetched draws all."""
    with unittest.mock.patch.object(report.figures, "drawable", return_value=["latency"]):
        return report.page(folder)


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
        page = text_of(self.folder_of(self.four()))
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
        page = text_of(self.folder_of(self.four()))
        for part in ("Is 1 &lt; 2?", "device.power.idle", "2 W", "assumption: (a)", "edgecut sweep s.yaml", "seed: 1",
                     "Only 2 replication(s): intervals are wide."):
            self.assertIn(part, page)

    def test_warnings_count_runs_and_name_their_partitioners(self):
        for cells, said in (({"saturated": 1}, "1 of 4 runs are saturated"), (INFEASIBLE, "1 of 4 runs have no feasible"),
                            ({"violation_rate": 0.5}, "1 of 4 runs break a limit in truth"),
                            ({"failed": 3}, "1 of 4 runs have requests that failed although")):
            rows = [{"failed": 0, **r} for r in self.four()]
            rows[0].update(cells)
            page = text_of(self.folder_of(rows))
            self.assertIn(said, page)
            self.assertIn("(oracle)", page)

    def test_breaking_a_limit_unseen_is_told_from_looking_at_none(self):
        rows = [row(1, name, violation_rate=1) for name in ("oracle", "device_only", "as_published")]
        scenario = "partitioners:\n  - {kind: offline_benchmark, name: as_published, constraints: ignored}\n  - oracle\n"
        page = text_of(self.folder_of(rows, scenario=scenario, partitioners=[
            {"name": "oracle", "kind": "oracle"}, {"name": "device_only", "kind": "device_only"}]))
        self.assertIn("1 of 3 runs break a limit in truth that their method believed to keep (oracle)", page)
        self.assertIn("2 of 3 runs break a limit in truth, of methods that do not look at limits on time and energy "
                      "(as_published, device_only)", page)

    def test_failed_runs_and_dropped_requests_are_said(self):
        rows = [{"dropped": 0, **r} for r in self.four()]
        rows[0].update(dropped=3)  # of 4 x 10 requests
        folder = self.folder_of(rows, failed=2)
        write_csv(folder / "failures.csv", [{"run": f"{i}/oracle/0", "reason": "signal 11", "command": f"edgecut sweep --run {i}"}
                                            for i in (7, 8)])
        page = text_of(folder)
        self.assertIn("2 of 6 runs failed and are in no table or figure", page)
        self.assertIn("1 of 4 runs dropped requests, 7.5 % of all", page)
        for part in ("<h3>Failed runs</h3>", "7/oracle/0", "signal 11", "edgecut sweep --run 8"):
            self.assertIn(part, page)
        (folder / "failures.csv").unlink()
        self.assertNotIn("Failed runs", text_of(self.folder_of(rows)))

    def test_savings_have_a_table_with_what_was_left_out(self):
        folder = self.folder_of(self.four(), baselines=["offline_stale"])
        write_csv(folder / "savings.csv", [saved(1, "oracle", left_out_saturated=2, saving=-0.25), saved(10, "oracle", saving="",
                                                                                                  saving_half_width="", pairs=0)])
        page = text_of(folder)
        self.assertIn("Savings, paired by replication", page)
        self.assertIn('<td class=n data-v="-25.0">\N{MINUS SIGN}25.0</td><td class=n data-v="10.0">10.0</td>'
                      '<td class=n data-v="2.0">2</td><td>2 saturated</td>', page)
        self.assertIn("<td class=n>-</td><td class=n>-</td><td class=n data-v=\"0.0\">0</td>", page)
        self.assertEqual(page.count('class="sortable"'), 2)

    def test_savings_say_how_many_times_as_fast_where_the_folder_does(self):
        folder = self.folder_of(self.four(), baselines=["offline_stale"])
        write_csv(folder / "savings.csv", [saved(1, "oracle", speed_up=1.254), saved(10, "oracle", speed_up="")])
        page = text_of(folder)
        self.assertIn('<td class=n data-v="10.0">10.0</td><td class=n data-v="1.254">1.25</td><td class=n data-v="2.0">2</td>', page)
        self.assertIn('<td class=n data-v="10.0">10.0</td><td class=n>-</td><td class=n data-v="2.0">2</td>', page)

    def test_what_is_attained_is_a_mean_over_all_replications(self):
        # 100 % with a plan and 50 % by the fallback: 75 %, with half of 12.706 x 35.36 / 1.414 = 317.7 points, 423.5 % of it.
        rows = [{**one, "attainment": 0.5 if one["replication"] else 1.0} for one in self.four()]
        rows[1].update(INFEASIBLE)
        page = report.page(self.folder_of(rows))
        self.assertIn("attained (%)", page)
        self.assertIn("1/2", page)
        self.assertEqual(page.count('<td class=n data-v="75.0">75.0 ±423.5 %</td>'), 2)
        self.assertNotIn("attained", report.page(self.folder_of(self.four())))

    def test_classes_of_requests_have_a_table(self):
        folder = self.folder_of(self.four())
        write_csv(folder / "classes.csv", [
            {UPLINK["column"]: 1, "partitioner": "oracle", "replication": r, "group": "", "class": "video", "latency_mean_s": 0.1,
             "requests": 10, "dropped": 1 + 2 * r} for r in (0, 1)])
        page = text_of(folder)
        self.assertIn("Classes of requests", page)
        # means over the replications: 100 ms, (1 + 3) / 2 dropped with half of 12.706 x 1.414 / 1.414 = 635.3 %
        self.assertIn('<td>oracle</td><td>video</td><td class=n data-v="100.0">100 ±0.0 %</td>', page)
        self.assertIn('<td class=n data-v="2.0">2.00 ±635.3 %</td>', page)

    def test_groups_and_processors_have_a_table_each(self):
        folder = self.folder_of(self.four())
        common = {UPLINK["column"]: 1, "partitioner": "oracle"}
        write_csv(folder / "groups.csv", [
            {**common, "replication": r, "group": "far", "devices": 3, "latency_mean_s": 0.2, "failed": r} for r in (0, 1)])
        write_csv(folder / "processors.csv", [
            {**common, "replication": r, "processor": "gpu", "devices": 2, "energy_compute_J": 1.5, "utilisation": 0.25}
            for r in (0, 1)])
        page = text_of(folder)
        self.assertIn("<h3>Groups of devices</h3>", page)
        self.assertIn('<td>oracle</td><td>far</td><td>3</td><td class=n data-v="200.0">200 ±0.0 %</td>', page)
        self.assertIn("<h3>Processors</h3>", page)
        self.assertIn('<td>oracle</td><td>gpu</td><td>2</td><td class=n data-v="1.5">1.50 ±0.0 %</td>'
                      '<td class=n data-v="25.0">25.0 ±0.0 %</td>', page)

    def test_groups_of_devices_have_a_table(self):
        folder = self.folder_of(self.four())
        write_csv(folder / "groups.csv", [
            {UPLINK["column"]: 1, "partitioner": "oracle", "replication": r, "group": name, "devices": 4, "latency_mean_s": s,
             "requests": 10, "dropped": 0} for r in (0, 1) for name, s in (("pi", 0.1), ("phone", 0.05))])
        for named in (folder, folder / "groups.csv"):
            with store.folder_of(named) as found:
                page = text_of(found)
            self.assertIn("Groups of devices", page)
            self.assertRegex(page, "<td>oracle</td><td>pi</td><td[^>]*>4</td><td[^>]*>100 ±0.0 %</td>")
            self.assertRegex(page, "<td>oracle</td><td>phone</td><td[^>]*>4</td><td[^>]*>50.0 ±0.0 %</td>")

    def test_the_command_can_be_pasted_into_a_shell(self):
        page = text_of(self.folder_of(self.four(), commit="0123abc", overrides=['question=say "hi" $HOME', "seed=2"]))
        self.assertIn("commit <code>0123abc</code>", page)
        command = html.unescape(re.search(r"<pre>(edgecut sweep [^<]*)</pre>", page).group(1))
        self.assertEqual(shlex.split(command), ["edgecut", "sweep", "s.yaml", "--set", 'question=say "hi" $HOME', "--set", "seed=2"])
        self.assertNotIn('"hi" $HOME"', command)

    def test_figures_that_differ_from_point_to_point_say_where(self):
        rows = [dict(row(1, "oracle"), device=name, point=i) for i, name in enumerate(("pi_4", "pi_5"))]
        device = {"path": "device", "column": "device", "values": ["pi_4", "pi_5"]}
        figures = [{"figure": "device.power.idle", "value": f"{w} W", "source": "a", "points": [i]} for i, w in enumerate((2, 3))]
        page = text_of(self.folder_of(rows, axes=[device], sources=figures + [
            {"figure": "cloud.rate", "value": "1 W", "source": "b"}]))
        self.assertIn("<td>device.power.idle (device pi 4)</td><td>2 W</td>", page)
        self.assertIn("<td>device.power.idle (device pi 5)</td><td>3 W</td>", page)
        self.assertIn("<td>cloud.rate</td>", page)

    def test_every_parameter_is_shown_with_where_it_is_from(self):
        parameters = [{"key": "workload.rate", "value": "1 /s", "origin": "scenario"}, {"key": "seed", "value": "1", "origin": "default"},
                      {"key": "link.uplink", "value": "1 Mbit/s", "origin": "scenario"}]
        page = text_of(self.folder_of(self.four(), parameters=parameters))
        self.assertIn("<td>workload.rate</td><td>1 /s</td><td>scenario</td>", page)
        self.assertIn("<td>seed</td><td>1</td><td>default</td>", page)
        self.assertEqual(page.count("<td>link.uplink</td>"), 1)  # swept

    def test_a_study_that_sweeps_nothing_has_tables(self):
        page = text_of(self.folder_of([row(1, "oracle"), row(1, "other", latency_mean_s=3.0)], axes=[]))
        self.assertIn('<td class=n data-v="3000.0">3000</td>', page)
        self.assertIn("<td>other</td>", page)

    def many(self, slices):
        rtt = {"path": "link.rtt", "column": "link.rtt_ms", "values": []}
        rows = [{"link.rtt_ms": ms, **row(x, name)} for ms in range(1, slices + 1) for x in (1, 10) for name in ("mine", "oracle")]
        return self.folder_of(rows, axes=[UPLINK, rtt])

    def test_few_slices_are_all_drawn_and_so_are_the_maps(self):
        page = page_of_latency(self.many(2))
        for figure in ("Mean latency, Round-trip time 1 ms", "Mean latency, Round-trip time 2 ms", "Who is fastest where",
                       "How much slower than the oracle"):
            self.assertIn(f"<figcaption>{figure}</figcaption>", page)
        self.assertNotIn("What is saved against", page)  # there is no baseline

    def test_of_many_slices_one_is_drawn_and_the_table_has_all(self):
        page = page_of_latency(self.many(report.HANDFUL + 1))
        self.assertEqual(page.count("<figcaption>Mean latency"), 1)
        self.assertIn("The study has 7 slices along Uplink (Mbit/s). The figures below are of the first: Round-trip time 1 ms.", page)
        self.assertEqual(page.count('class="sortable"'), 1)
        self.assertEqual(len(re.findall(r"<td>mine</td>", page)), 14)

    def test_regret_over_more_than_two_axes_has_a_panel_for_each_setting(self):
        axes = [UPLINK, {"path": "link.rtt", "column": "link.rtt_ms", "values": []}, {"path": "seed", "column": "seed", "values": []}]
        rows = [{"link.rtt_ms": ms, "seed": seed, "point": 0, **row(x, name)} for ms in (1, 2) for seed in (1, 2) for x in (1, 10)
                for name in ("mine", "oracle")]
        for i, one in enumerate(rows):
            one["point"] = i // 2
        page = page_of_latency(self.folder_of(rows, axes=axes))
        self.assertIn("<figcaption>Regret against the oracle</figcaption>", page)
        self.assertIn("<figcaption>Who is fastest where, Seed 1</figcaption>", page)

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
