#!/usr/bin/env python3
"""What a terminal shows: a bar chart, and colours where they are wanted."""
import os
import pty
import subprocess
import sys
import unittest

from edgecut import PROGRAM, Folder, scenario


def on_terminal(folder, **env):
    """What `edgecut run` writes to a terminal."""
    ours, theirs = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "TERM")}
    with subprocess.Popen([str(PROGRAM), "run", "s.yaml"], cwd=folder.path, stdout=theirs, stderr=subprocess.STDOUT,
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

    def test_a_run_ends_with_bars(self):
        with Folder(s=scenario()) as folder:
            lines = folder.run("run", "s.yaml").stdout.splitlines()
        chart = lines[lines.index("Mean latency") + 1:]
        self.assertEqual([line.split()[0] for line in chart], ["device_only", "offline", "oracle"])
        self.assertEqual(max(line.count("█") for line in chart), 40)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
