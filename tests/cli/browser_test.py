#!/usr/bin/env python3
"""`edgecut report` in a real browser: it renders, sorts, says nothing wrong and fetches nothing. Skipped without Chromium."""
import html.parser
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from edgecut import Folder, scenario

BROWSER = shutil.which("chromium")


def browse(folder, *arguments, fragment=""):
    """Opens the report without a window; (what it prints, what it logs)."""
    options = ["--headless", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--enable-logging=stderr",
               "--host-resolver-rules=MAP * ~NOTFOUND"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")  # which root cannot have
    address = f"file://{folder.path / 'report.html'}{fragment}"
    # A profile of its own: one that is still going down keeps its profile locked.
    with tempfile.TemporaryDirectory(prefix="edgecut_browser_", ignore_cleanup_errors=True) as profile:
        result = subprocess.run([BROWSER, *options, f"--user-data-dir={profile}", *arguments, address],
                                capture_output=True, text=True, timeout=250, env={**os.environ, "HOME": profile})
    return result.stdout, result.stderr


class Cells(html.parser.HTMLParser):
    """The rows of the first sortable table, as texts."""

    def __init__(self, page):
        super().__init__()
        self.rows, self.tables = [], 0
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag == "table":
            self.tables = self.tables + 1 if self.tables or dict(attributes).get("class") == "sortable" else 0
        if self.tables == 1 and tag == "tr":
            self.rows.append([])
        if self.tables == 1 and tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.tables == 1 and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Folder(s=scenario(workload="{arrivals: one_at_a_time, requests: 4}"))
        for command in (["sweep", "s.yaml", "-o", "out"], ["report", "out", "-o", "report.html"]):
            result = cls.folder.run(*command)
            assert result.returncode == 0, result.stderr
        cls.page = (cls.folder.path / "report.html").read_text()

    @classmethod
    def tearDownClass(cls):
        cls.folder.__exit__()

    def sorted_by(self, fragment):
        page, _ = browse(self.folder, "--dump-dom", fragment=fragment)
        head, *rows = Cells(page).rows
        return head, rows

    def test_the_page_has_all_its_parts(self):
        page, said = browse(self.folder, "--dump-dom")
        for part in ("How long does it take?", "Warnings", "Only 2 replication(s)", "Results", "Figures", "Set-up",
                     "device.power.idle", "edgecut sweep s.yaml", "network: alexnet"):
            self.assertIn(part, page)
        self.assertGreaterEqual(page.count("<svg"), 6)
        self.assertEqual([line for line in said.splitlines() if "CONSOLE" in line], [])

    def test_the_table_sorts_both_ways_by_number(self):
        head, rows = self.sorted_by("")
        latency = next(number for number, name in enumerate(head) if "latency" in name)
        self.assertEqual(len(rows), 6)  # 2 points x 3 partitioners
        _, rows = self.sorted_by(f"#sort={latency}")
        up = [float(row[latency].split()[0]) for row in rows]
        self.assertEqual(len(up), 6)  # 2 points x 3 partitioners
        self.assertEqual(up, sorted(up))
        self.assertGreater(len(set(up)), 1)
        _, rows = self.sorted_by(f"#sort={latency}-down")
        self.assertEqual([float(row[latency].split()[0]) for row in rows], up[::-1] if len(set(up)) == 6 else
                         sorted(up, reverse=True))
        _, rows = self.sorted_by("#sort=1")
        self.assertEqual([row[1] for row in rows], sorted(row[1] for row in rows))

    def test_nothing_is_fetched(self):
        self.assertIn("default-src 'none'", self.page)
        self.assertEqual(re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', self.page), [])
        self.assertEqual(re.findall(r"@import|url\((?!#)", self.page), [])

    def test_a_screenshot_is_not_empty(self):
        browse(self.folder, f"--screenshot={self.folder.path / 'shot.png'}", "--window-size=1000,3000")
        self.assertGreater((self.folder.path / "shot.png").stat().st_size, 50000)


if __name__ == "__main__":
    if BROWSER is None:
        print("skipped: no chromium")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1])
