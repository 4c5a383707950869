#!/usr/bin/env python3
"""`edgecut tune` and `edgecut frontier` against what brute force finds in their own rows."""
import json
import sys
import unittest

from edgecut import Folder, scenario

TUNED = """tune:
  over: {link.uplink: {logspace: [1 Mbit/s, 100 Mbit/s]}, link.rtt: {linspace: [5 ms, 50 ms]}}
  minimise: latency_mean
  partitioner: cloud_only
  budget: 60
"""


def tuned(changes="", **keys):
    text = TUNED
    for old, new in keys.pop("replace", {}).items():
        text = text.replace(old, new)
    return scenario(partitioners="[cloud_only, oracle, best_fixed]", constraints=None, compare=None, sweep=None,
                    replications=None, workload="{arrivals: one_at_a_time, requests: 3}", **keys) + text + changes


class Searches(unittest.TestCase):
    def rows(self, folder, *arguments):
        result = folder.run(*arguments, "--format", "json")
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def refused(self, text, *parts):
        with Folder(s=text) as folder:
            result = folder.run("tune", "s.yaml")
            self.assertEqual(result.returncode, 2, result.stderr)
            for part in parts:
                self.assertIn(part, result.stderr)

    def test_tune_finds_the_best_of_its_candidates_within_its_budget(self):
        with Folder(s=tuned()) as folder:
            rows = self.rows(folder, "tune", "s.yaml")
            # 150 kB up, a result down and a round trip: the time the cloud takes is the same for all but for noise.
            def time(row):
                return 1.2 / row["link.uplink_Mbit_per_s"] + row["link.rtt_ms"] / 1e3
            self.assertEqual(min(rows, key=time), rows[0])
            self.assertLessEqual(sum(row["replications"] for row in rows), 60)
            self.assertGreaterEqual(len(rows), 10)
            self.assertEqual([row["rank"] for row in rows], list(range(1, len(rows) + 1)))
            self.assertGreater(rows[0]["replications"], rows[-1]["replications"])
            self.assertEqual(rows, self.rows(folder, "tune", "s.yaml", "--jobs", "1"))
            self.assertLess(len(self.rows(folder, "tune", "s.yaml", "--budget", "20")), len(rows))
            out = folder.run("tune", "s.yaml").stdout
            self.assertIn("edgecut run s.yaml --set 'link.uplink=", out)

    def test_tune_prints_settings_of_values_that_are_lists(self):
        over = ("over: {partitioners: {values: [[cloud_only, oracle], [cloud_only, {kind: fixed, after: /features/features.2/MaxPool}]], "
                "labels: [with oracle, with pool]}}")
        text = tuned().replace(TUNED.splitlines()[1].strip(), over)
        with Folder(s=text) as folder:
            out = folder.run("tune", "s.yaml", "--budget", "6")
            self.assertEqual(out.returncode, 0, out.stderr)
            self.assertIn("with pool", out.stdout)
            self.assertRegex(out.stdout, r"edgecut run s.yaml --set 'partitioners=\[cloud_only, (oracle|\{kind: fixed)")

    def test_tune_keeps_limits(self):
        # The slowest that stays below half a second: the goal alone would take the slowest of all.
        text = tuned("  at_most: {latency_mean: 0.5}\n", replace={"minimise": "maximise"})
        with Folder(s=text) as folder:
            rows = self.rows(folder, "tune", "s.yaml")
            self.assertEqual(rows[0]["keeps_limits"], 1)
            self.assertLessEqual(rows[0]["latency_mean_s"], 0.5)
            self.assertGreater(max(row["latency_mean_s"] for row in rows), 0.5)
            for row in rows:
                if row["latency_mean_s"] <= 0.5 and row["replications"] == rows[0]["replications"]:
                    self.assertLessEqual(row["latency_mean_s"], rows[0]["latency_mean_s"])
        text = tuned("  at_most: {latency_mean: 0}\n")
        with Folder(s=text) as folder:
            self.assertIn("no candidate keeps the limits", folder.run("tune", "s.yaml").stdout)

    def test_a_candidate_whose_run_fails_comes_last_and_the_search_goes_on(self):
        with Folder(s=tuned()) as folder:
            fine = self.rows(folder, "tune", "s.yaml")
            arguments = ["tune", "s.yaml", "--run-timeout", "5s", "--format", "json"]
            result = folder.run(*arguments, env={"EDGECUT_FAULTS": "hang@4/cloud_only/0"})
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn(f"1 of {len(fine)} candidates failed, the first: 4/cloud_only/0: took longer", result.stderr)
            rows = json.loads(result.stdout)
            self.assertEqual(len(rows), len(fine))
            self.assertIn("took longer than the limit of 5 s", rows[-1]["failure"])
            self.assertEqual((rows[-1]["keeps_limits"], rows[-1]["replications"]), (0, 0))
            self.assertTrue(all(not row["failure"] for row in rows[:-1]))
            self.assertEqual(rows[0]["keeps_limits"], 1)
            # One that fails in a later round comes last as well, behind those that were not played in it.
            best = [i for i in range(len(fine)) if i != 4]
            later = folder.run(*arguments, env={"EDGECUT_FAULTS": ",".join(f"segfault@{i}/cloud_only/1" for i in best)})
            failed = [row for row in json.loads(later.stdout) if row["failure"]]
            self.assertGreater(len(failed), 1)
            self.assertEqual([row["rank"] for row in failed], list(range(len(fine) - len(failed) + 1, len(fine) + 1)))
            result = folder.run("tune", "s.yaml", env={"EDGECUT_FAULTS": "segfault@*"})
            self.assertEqual(result.returncode, 1)
            self.assertIn("candidates failed, the first: 0/cloud_only/0: ", result.stderr)

    def test_a_plan_whose_run_fails_is_on_no_frontier_and_the_others_are_told(self):
        with Folder(s=scenario(compare=None, replications="2", sweep=None)) as folder:
            fine = self.rows(folder, "frontier", "s.yaml", "--all")
            result = folder.run("frontier", "s.yaml", "--all", "--format", "json", "--run-timeout", "5s",
                                env={"EDGECUT_FAULTS": "hang@0/cut/1/3"})
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn("plans failed, the first: took longer than the limit of 5 s", result.stderr)
            rows = json.loads(result.stdout)
            self.assertEqual(len(rows), len(fine))
            failed, = [row for row in rows if row["failure"]]
            self.assertEqual((failed["on_frontier"], failed["replications"]), (0, 1))
            others = {row["cut"]: row["latency_mean_s"] for row in rows if not row["failure"]}
            self.assertEqual(others, {row["cut"]: row["latency_mean_s"] for row in fine if row["cut"] in others})

    def test_tune_says_what_is_wrong(self):
        self.refused(scenario(), "missing key 'tune'")
        self.refused(tuned(replace={"latency_mean": "latency_men"}), "s.yaml:", "did you mean")
        self.refused(tuned(replace={"partitioner: cloud_only": "partitioner: cloud"}), "tune.partitioner", "cloud_only")
        self.refused(tuned(replace={"partitioner: cloud_only": "partitioner: best_fixed"}), "tune.partitioner")
        self.refused(tuned("  maximise: latency_mean\n"), "either `minimise:` or `maximise:`")
        self.refused(tuned(replace={"link.uplink": "link.uplnk"}), "uplnk")

    def test_a_frontier_holds_what_no_other_plan_beats_and_nothing_else(self):
        figures = ("latency_mean_s", "energy_inference_J", "up_mean_B")
        # What is sent is worse through 20 Mbit/s than through 40 in all but bytes, and on the frontier of 20 all the same.
        text = scenario(compare=None, replications="2", sweep="{link.uplink: [20 Mbit/s, 40 Mbit/s]}")
        with Folder(s=text) as folder:
            rows = self.rows(folder, "frontier", "s.yaml", "--all")
            self.assertEqual({row["point"] for row in rows}, {0, 1})

            def beats(a, b):
                return all(a[f] <= b[f] for f in figures) and any(a[f] < b[f] for f in figures)
            for row in rows:  # against the others of its point: an uplink is not for a plan to choose
                here = [other for other in rows if other["point"] == row["point"]]
                self.assertEqual(row["on_frontier"], int(not any(beats(other, row) for other in here)), row)
            self.assertEqual({row["point"] for row in rows if row["on_frontier"]}, {0, 1})
            self.assertLess(sum(not any(beats(other, row) for other in rows) for row in rows),
                            sum(row["on_frontier"] for row in rows))  # the points' frontiers are not that of all
            self.assertEqual(rows, sorted(rows, key=lambda row: (row["point"], row["latency_mean_s"])))
            kept = self.rows(folder, "frontier", "s.yaml")
            self.assertEqual(kept, [row for row in rows if row["on_frontier"]])
            self.assertLess(len(kept), len(rows))
            self.assertIn(0, [row["up_mean_B"] for row in kept])  # device only sends nothing
            self.assertEqual(kept, self.rows(folder, "frontier", "s.yaml", "--jobs", "1"))

    def test_a_plan_is_not_better_for_the_requests_that_it_loses(self):
        # At 5 /s some come while one is worked on and one waits, on every cut.
        text = scenario(compare=None, replications="1", sweep=None, constraints=None,
                        workload="{arrivals: poisson, rate: 5 /s, requests: 50, queue_limit: 1}")
        figures = ("latency_mean_s", "energy_inference_J", "up_mean_B", "lost_mean")
        with Folder(s=text) as folder:
            rows = [row for row in self.rows(folder, "frontier", "s.yaml", "--all") if not row["saturated"]]
            for row in rows:
                beaten = any(all(other[f] <= row[f] for f in figures) and any(other[f] < row[f] for f in figures)
                             for other in rows)
                self.assertEqual(row["on_frontier"], int(not beaten), row)
            losing = [row for row in rows if row["on_frontier"] and row["lost_mean"] > 0]
            self.assertTrue(losing)
            out = folder.run("frontier", "s.yaml").stdout
            self.assertRegex(out, rf"warning: {len(losing)} of \d+ plans? loses? requests \(lost_mean\)")
        with Folder(s=tuned(replace={"partitioner: cloud_only": "partitioner: oracle"})
                    .replace("{arrivals: one_at_a_time, requests: 3}",
                             "{arrivals: poisson, rate: 40 /s, requests: 20, queue_limit: 1}")) as folder:
            self.assertGreater(max(row["lost_mean"] for row in self.rows(folder, "tune", "s.yaml")), 0)
            self.assertRegex(folder.run("tune", "s.yaml").stdout, r"warning: \d+ of \d+ candidates loses? requests")

    def test_a_point_without_a_plan_is_said_to_have_no_frontier(self):
        # Alone on the board AlexNet takes about 170 ms, and through 1 Mbit/s its input takes 1.2 s; 1 Gbit/s is fast.
        text = scenario(compare=None, constraints="{deadline: 100 ms}", sweep="{link.uplink: [1 Mbit/s, 1 Gbit/s]}")
        with Folder(s=text) as folder:
            out = folder.run("frontier", "s.yaml").stdout
            self.assertIn("over 2 points were played\nwarning: 1 point has no frontier; point 0: ", out)
            self.assertRegex(out, "point 0: .*latency [0-9.]+ m?s > 100 ms")
            out = folder.run("frontier", "s.yaml", "--set", "constraints.deadline=1 ms").stdout
            self.assertEqual(out.splitlines()[0], "0 plans over 2 points were played")
            self.assertIn("2 points have no frontier", out)
            self.assertEqual(self.rows(folder, "frontier", "s.yaml", "--set", "constraints.deadline=1 ms"), [])

    def test_the_fast_end_of_a_frontier_is_the_oracles_plan(self):
        with Folder(s=scenario(compare=None, replications="1", sweep=None)) as folder:
            oracle = [row for row in self.rows(folder, "run", "s.yaml") if row["partitioner"] == "oracle"][0]
            fastest = self.rows(folder, "frontier", "s.yaml")[0]
            self.assertEqual(fastest["latency_mean_s"], oracle["latency_mean_s"])
            self.assertEqual(fastest["cut"], oracle["cut"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
