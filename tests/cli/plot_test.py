#!/usr/bin/env python3
"""`edgecut plot` and `edgecut report` of what a sweep and a run leave behind: folders, stores, tables, files of runs."""
import html
import os
import re
import shlex
import sys
import unittest

from edgecut import Folder, scenario


class Plots(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Folder(s=scenario(), one=scenario(sweep=None), two=scenario(sweep="{device: [raspberry_pi_4, raspberry_pi_5]}"))
        for command in (["sweep", "s.yaml", "-o", "out"], ["sweep", "one.yaml", "-o", "one", "--set", 'question=say "hi" $HOME'],
                        ["run", "s.yaml", "--set", "link.uplink=1 Mbit/s", "--requests", "r.csv"]):
            result = cls.folder.run(*command)
            assert result.returncode == 0, result.stderr

    @classmethod
    def tearDownClass(cls):
        cls.folder.__exit__()

    def drawn(self, *arguments):
        result = self.folder.run("plot", *arguments, "--formats", "svg")
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout.split()

    def test_every_cut_is_drawn_of_a_folder_of_a_store_and_of_what_plan_prints(self):
        self.assertEqual(self.drawn("out", "--only", "cuts"), ["out/cuts.svg", "out/cuts.csv"])
        of_folder = (self.folder.path / "out/cuts.csv").read_bytes()
        self.assertEqual(self.drawn("out/sweep.sqlite", "--only", "cuts"), ["out/cuts.svg", "out/cuts.csv"])
        self.assertEqual((self.folder.path / "out/cuts.csv").read_bytes(), of_folder)
        # The folder's scenario was swept with a setting, which its plans have, too.
        self.assertEqual(self.drawn("one", "--only", "cuts"), ["one/cuts.svg", "one/cuts.csv"])
        printed = self.folder.run("plan", "s.yaml", "--every-cut", "--format", "csv")
        (self.folder.path / "mine.csv").write_text(printed.stdout)
        for only in ((), ("--only", "cuts")):
            self.assertEqual(self.drawn("mine.csv", *only), ["cuts_mine.svg", "cuts_mine.csv"])
        refused = self.folder.run("plot", "mine.csv", "--only", "latency")
        self.assertEqual(refused.returncode, 2)
        self.assertNotIn("cuts", " ".join(self.drawn("out")))  # only when it is asked for

    def test_a_store_and_a_table_are_drawn_as_their_folder_is(self):
        wanted = None
        for source in ("out", "out/sweep.sqlite", "out/rows.csv", "out/manifest.json"):
            files = self.drawn(source, "--only", "latency")
            self.assertEqual(files, ["out/latency.svg", "out/latency.csv", "out/latency_crossovers.csv"])
            found = [(self.folder.path / file).read_bytes() for file in files]
            wanted = wanted or found
            self.assertEqual(found, wanted, source)
            for file in files:
                os.remove(self.folder.path / file)

    def test_a_store_has_the_same_page_as_its_folder(self):
        for source, target in (("out", "a.html"), ("out/sweep.sqlite", "b.html")):
            self.assertEqual(self.folder.run("report", source, "-o", target).returncode, 0)
        self.assertEqual(*((self.folder.path / name).read_bytes() for name in ("a.html", "b.html")))

    def test_a_damaged_store_is_said_in_one_line(self):
        (self.folder.path / "bad.sqlite").write_bytes((self.folder.path / "out" / "sweep.sqlite").read_bytes()[:500])
        for command in ("plot", "report"):
            result = self.folder.run(command, "bad.sqlite")
            self.assertEqual(result.returncode, 2)
            self.assertRegex(result.stderr, r"^error: bad\.sqlite: [^\n]*\n$")

    def test_the_figure_of_a_file_may_be_named(self):
        self.assertEqual(self.drawn("r.csv", "--only", "latency_cdf"), ["latency_cdf.svg", "latency_cdf.csv"])
        result = self.folder.run("plot", "r.csv", "--only", "timeline")
        self.assertEqual(result.returncode, 2)
        self.assertIn("of which there is latency_cdf", result.stderr)

    def test_a_study_that_sweeps_nothing_has_a_page_and_its_command_survives_a_shell(self):
        self.assertEqual(self.folder.run("report", "one", "-o", "one.html").returncode, 0)
        page = (self.folder.path / "one.html").read_text()
        command = html.unescape(re.search(r"<pre>(edgecut sweep [^<]*)</pre>", page).group(1))
        self.assertEqual(shlex.split(command)[-1], 'question=say "hi" $HOME')
        self.assertRegex(page, r"commit <code>[0-9a-f]{7,}")

    def test_figures_of_several_devices_name_theirs(self):
        result = self.folder.run("sweep", "two.yaml", "-o", "two")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.folder.run("report", "two", "-o", "two.html").returncode, 0)
        page = (self.folder.path / "two.html").read_text()
        rows = re.findall(r"<td>device\.power\.idle([^<]*)</td><td>([^<]*)</td>", page)
        self.assertEqual([where for where, _ in rows], [" (device raspberry pi 4)", " (device raspberry pi 5)"])
        self.assertEqual(len({watts for _, watts in rows}), 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
