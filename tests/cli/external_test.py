#!/usr/bin/env python3
"""A program of one's own as a partitioner, from a scenario."""
import csv
import io
import sys
import unittest

from edgecut import SOURCE, Folder, scenario

BEST_CUT = SOURCE / "scenarios/partitioners/best_cut.py"


def with_program(program, **changes):
    # A minute, for machines that are busy with other tests.
    external = f"{{kind: external, name: mine, command: [python3, '{program}'], timeout: 60 s}}"
    return scenario(partitioners=f"[{{kind: offline_benchmark, name: offline}}, {external}, oracle]", **changes)


class External(unittest.TestCase):
    def check_same_as_offline_benchmark(self, folder):
        result = folder.run("run", "s.yaml", "--format", "csv")
        self.assertEqual(result.returncode, 0, result.stderr)
        cuts = {"offline": [], "mine": [], "oracle": []}
        for row in csv.DictReader(io.StringIO(result.stdout)):
            cuts[row["partitioner"]].append((row["cut"], row["idle_latency_s"]))
        self.assertEqual(cuts["mine"], cuts["offline"])
        return [cut for cut, _ in cuts["mine"]]

    def test_the_shipped_example_cuts_as_offline_benchmark_does(self):
        seen = set()
        for link in ("{kind: lte_2012, rtt: 20 ms}", "{kind: lte_2012, rtt: 20 ms, uplink: 0.2 Mbit/s}",
                     "{kind: lte_2012, rtt: 20 ms, uplink: 100 Mbit/s}"):
            for network in ("alexnet", "googlenet"):
                text = with_program(BEST_CUT, link=link, network=network, sweep=None)
                with Folder(s=text) as folder:
                    seen.update((network, cut) for cut in self.check_same_as_offline_benchmark(folder))
        self.assertGreater(len(seen), 2)  # the cut moves with the link

    def test_the_example_of_the_documentation_is_the_shipped_one(self):
        self.assertIn(BEST_CUT.read_text(), (SOURCE / "docs/partitioners.md").read_text())

    def test_a_command_may_name_a_file_beside_the_scenario(self):
        with Folder() as folder:
            inner = folder.path / "inner"
            inner.mkdir()
            (inner / "mine.py").write_text(BEST_CUT.read_text())
            (inner / "s.yaml").write_text(with_program("mine.py", sweep=None))
            result = folder.run("plan", "inner/s.yaml")
            self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_sweep_gives_the_same_rows_for_any_number_of_jobs(self):
        with Folder(s=with_program(BEST_CUT)) as folder:
            for jobs in ("1", "3"):
                result = folder.run("sweep", "s.yaml", "--jobs", jobs, "-o", jobs)
                self.assertEqual(result.returncode, 0, result.stderr)
            one, three = ((folder.path / jobs / "rows.csv").read_bytes() for jobs in ("1", "3"))
            self.assertEqual(one, three)

    def test_a_wrong_answer_fails_the_run_and_what_the_program_says_is_shown(self):
        with Folder(s=with_program("mine.py", sweep=None)) as folder:
            (folder.path / "mine.py").write_text("import sys\nsys.stdin.readline()\n"
                                                 "print('I am lost', file=sys.stderr)\n"
                                                 "print('{\"id\": 1, \"after\": \"nowhere\"}')\n")
            result = folder.run("run", "s.yaml")
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assertIn("external partitioner `python3 mine.py`, request 1: wrong answer: no layer 'nowhere'",
                          result.stderr)
            self.assertIn("I am lost", result.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
