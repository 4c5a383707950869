#!/usr/bin/env python3
"""What a terminal shows: a bar chart, colours where they are wanted, how far a sweep is."""
import os
import pty
import re
import subprocess
import sys
import unittest

from edgecut import PROGRAM, Folder, scenario


def on_terminal(folder, *arguments, **env):
    """What the program writes to a terminal, `edgecut run` if it is not told what to do."""
    ours, theirs = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "TERM")}
    with subprocess.Popen([str(PROGRAM), *(arguments or ("run", "s.yaml"))], cwd=folder.path, stdout=theirs, stderr=subprocess.STDOUT,
                          env={**environment, **env}) as process:
        os.close(theirs)
        pieces = []
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            if not piece:
                break
            pieces.append(piece)
    os.close(ours)
    return b"".join(pieces).decode().replace("\r\n", "\n")


class Terminal(unittest.TestCase):
    def test_colours_are_for_terminals_whose_users_want_them(self):
        with Folder(s=scenario()) as folder:
            plain = folder.run("run", "s.yaml").stdout
            self.assertNotIn("\x1b", plain)
            coloured = on_terminal(folder, TERM="xterm")
            self.assertIn("\x1b[32m", coloured)
            self.assertEqual(coloured.replace("\x1b[32m", "").replace("\x1b[0m", ""), plain)
            self.assertEqual(on_terminal(folder, TERM="xterm", NO_COLOR="1"), plain)
            self.assertIn("\x1b[32m", on_terminal(folder, TERM="xterm", NO_COLOR=""))  # empty: as if it were not set
            self.assertEqual(on_terminal(folder, TERM="dumb"), plain)

    def test_a_sweep_has_a_bar_with_rate_and_time_left_on_a_terminal_and_plain_lines_elsewhere(self):
        faults = "sleep=60@*"  # 12 runs, one at a time: more than half a second, in which the bar is drawn several times
        command = ("sweep", "s.yaml", "--jobs", "1", "--fresh", "-o", "out")
        with Folder(s=scenario()) as folder:  # 2 points x 3 partitioners x 2 replications: 12 runs
            shown = on_terminal(folder, *command, EDGECUT_FAULTS=faults)
            bars = re.findall(r"\r\[(#*)(\.*)\] (\d+)/12  (\d+) runs/s  (\d+ s left)?", shown)
            self.assertGreater(len(bars), 3, shown)
            for filled, empty, done, _, _ in bars:
                self.assertEqual((len(filled), len(empty)), (40 * int(done) // 12, 40 - 40 * int(done) // 12))
            self.assertEqual([int(bar[2]) for bar in bars], sorted(int(bar[2]) for bar in bars))
            self.assertEqual(bars[-1][2], "12")
            self.assertTrue(any(bar[4] for bar in bars[:-1]), shown)
            self.assertNotIn(" of 12 runs", shown)
            self.assertIn("\ns: 2 points", shown)  # the bar's line is ended before what comes next
            lines = folder.run(*command).stderr
            self.assertNotIn("\r", lines)
            self.assertRegex(lines, r"(?m)^12 of 12 runs, \d+ s$")

    def test_a_run_ends_with_bars(self):
        with Folder(s=scenario()) as folder:
            lines = folder.run("run", "s.yaml").stdout.splitlines()
        chart = lines[lines.index("Mean latency") + 1:]
        self.assertEqual([line.split()[0] for line in chart], ["device_only", "offline", "oracle"])
        self.assertEqual(max(line.count("█") for line in chart), 40)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
