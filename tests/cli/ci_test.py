#!/usr/bin/env python3
"""What ./test installs and says, beside running CTest: a test that is skipped must be seen to be."""
import subprocess
import sys
import unittest

from edgecut import SOURCE, Folder

LOG = """100% tests passed, 0 tests failed out of 3

The following tests did not run:
\t  2 - measure (Skipped)
\t961 - pipedream (Skipped)

Total Test time (real) = 1.00 sec
"""


def shell(command):
    return subprocess.run(["bash", "-euc", f". .ci/setup.sh; {command}"], cwd=SOURCE, capture_output=True, text=True, check=True).stdout


class Test(unittest.TestCase):
    def test_skipped_tests_are_named_with_their_reasons(self):
        with Folder() as folder:
            (folder.path / "log").write_text(LOG)
            (folder.path / "last").write_text("x\nskipped: npm is not installed\ny\n")
            told = shell(f"skipped_tests {folder.path}/log {folder.path}/last")
            self.assertEqual(told, "measure (Skipped)\npipedream (Skipped)\n  skipped: npm is not installed\n")
            (folder.path / "log").write_text("100% tests passed, 0 tests failed out of 3\n\nTotal Test time (real) = 1.00 sec\n")
            self.assertEqual(shell(f"skipped_tests {folder.path}/log {folder.path}/last"), "")

    def test_progress_is_the_last_count_and_every_line_is_kept(self):
        with Folder() as folder:
            log = folder.path / "log"
            lines = "[1/3] Building a\nwarning: [0/9]\n[3/3] Linking\n"
            (folder.path / "lines").write_text(lines)
            self.assertEqual(shell(f"progress built {log} <{folder.path}/lines"), "built: 1 of 3\nbuilt: 3 of 3\n")
            self.assertEqual(log.read_text(), lines)
            (folder.path / "lines").write_text("      Start 7: b\n 12/97 Test  #7: b ....   Passed    0.1 sec\n")
            self.assertEqual(shell(f"progress tested {log} <{folder.path}/lines"), "tested: 12 of 97\n")

    def test_measuring_needs_node_and_npm(self):
        for asked in ('yes ""', "no measure"):
            packages = shell(f"packages_for $(purposes_of {asked})").split()
            self.assertTrue({"nodejs", "npm", "g++"} <= set(packages), asked)
        self.assertNotIn("npm", shell('packages_for $(purposes_of no "")').split())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
