"""The claims of README and docs/: computed as their definitions say, by hand, and what stands there is of results/."""

import unittest

import pandas as pd

from analysis import claims

MANIFEST = {
    "axes": [{"path": "link.uplink", "column": "link.uplink_Mbit_per_s"}], "replications": 2,
    "partitioners": [{"name": "rule", "kind": "resource_aware"}, {"name": "rerun", "kind": "offline_benchmark"}],
    "parameters": [{"key": key, "value": value, "origin": "scenario"} for key, value in {
        "network": "alexnet", "device": "raspberry_pi_4", "cloud": "t4", "link.kind": "lte_2012", "link.rtt": "20 ms",
        "workload.arrivals": "one_at_a_time", "workload.requests": "5", "constraints.deadline": "1 s",
        "partitioners[0].rule": "R3", "partitioners[0].nominal": "one_network", "partitioners[0].decision.time": "1 ms",
        "partitioners[1].benchmarked_at.link.uplink": "20 Mbit/s"}.items()] +
    [{"key": "seed", "value": "1", "origin": "default"}]}
# uplink: latencies of `rule` and of `rerun` in two replications.
TIMES = {1.0: ((2.0, 4.0), (4.0, 4.0)), 10.0: ((3.0, 3.0), (2.0, 2.0)), 100.0: ((1.0, 1.0), (1.0, 1.001))}


def outcome(**changes):
    """Rows of TIMES; `changes`: cells of the last replication of `rule` at 10 Mbit/s."""
    rows = []
    for point, (uplink, methods) in enumerate(TIMES.items()):
        for name, times in zip(("rule", "rerun"), methods):
            for replication, time in enumerate(times):
                rows.append({"point": point, "link.uplink_Mbit_per_s": uplink, "partitioner": name,
                             "replication": replication, "feasible": 1, "saturated": 0, "violation_rate": 0.0,
                             "dropped": 0, "failed": 0, "attainment": 1.0,
                             "latency_mean_s": time, "energy_inference_J": 2.0 * time})
    rows[5].update(changes)
    return claims.Outcome(pd.DataFrame(rows), MANIFEST)


class Comparisons(unittest.TestCase):
    def test_a_saving_is_the_mean_of_paired_shares(self):
        saving = outcome().against("rule", "rerun")
        self.assertEqual(list(saving.index), [0, 1, 2])
        self.assertAlmostEqual(saving[0], (0.5 + 0.0) / 2)  # (4 - 2) / 4 and (4 - 4) / 4
        self.assertAlmostEqual(saving[1], -0.5)
        self.assertAlmostEqual(saving[2], (0.0 + 0.001 / 1.001) / 2)

    def test_words_say_gains_losses_where_and_how_many(self):
        # 0.25, -0.5 and 0.0005, which is alike: -0.0832 on average.
        self.assertEqual(outcome().compared("rule", "rerun"),
                         "saves up to 25 % (at 1 Mbit/s), loses up to 50 % (at 10 Mbit/s); 8.3 % lost on average; "
                         "better at 1, worse at 1, alike at 1 of 3 points")
        self.assertEqual(outcome().compared("rule", "rule"), "alike at all 3 points")

    def test_a_pair_counts_only_where_both_are_sound(self):
        for cells in ({"feasible": 0}, {"saturated": 1}, {"violation_rate": 0.1}, {"dropped": 1}, {"failed": 2}):
            with self.subTest(cells):
                both = outcome(latency_mean_s=20.0, **cells).against("rule", "rerun")
                self.assertAlmostEqual(both[1], -0.5)  # of the other replication
        self.assertAlmostEqual(outcome(latency_mean_s=20.0).against("rule", "rerun")[1], (-0.5 - 9.0) / 2)

    def test_all_methods_are_compared_in_the_same_replications(self):
        # A third method that keeps the limits in the first replication at 1 Mbit/s alone, and nowhere at 10 Mbit/s.
        rows = outcome().rows
        third = rows[rows["partitioner"] == "rule"].assign(partitioner="third")
        third.loc[~((third["point"] == 0) & (third["replication"] == 0)) & (third["point"] < 2), "violation_rate"] = 1.0
        manifest = {**MANIFEST, "partitioners": [*MANIFEST["partitioners"], {"name": "third", "kind": "fixed"}]}
        saving = claims.Outcome(pd.concat([rows, third]), manifest).against("rule", "rerun")
        self.assertAlmostEqual(saving[0], 0.5)   # (4 - 2) / 4 of the first replication alone
        self.assertAlmostEqual(saving[1], -0.5)  # who has no pair takes nothing from the others

    def test_as_many_failed_requests_in_both_are_no_difference(self):
        rows = outcome().rows.assign(failed=3)
        self.assertAlmostEqual(claims.Outcome(rows, MANIFEST).against("rule", "rerun")[1], -0.5)
        self.assertEqual(len(claims.Outcome(rows.assign(dropped=1), MANIFEST).against("rule", "rerun")), 0)

    def test_points_without_a_pair_are_told(self):
        rows = outcome().rows
        found = claims.Outcome(rows.assign(feasible=(rows["point"] > 0).astype(int)), MANIFEST)
        self.assertTrue(found.compared("rule", "rerun").endswith("of 3 points; 1 have no pair"))
        none = claims.Outcome(rows.assign(feasible=0), MANIFEST)
        self.assertEqual(none.compared("rule", "rerun"), "no pair to compare")
        self.assertEqual(none.cell("rule", "latency_mean_s"), "no plan")

    def test_a_cell_is_a_mean_and_what_is_wrong_with_it(self):
        at_10 = outcome().at(uplink=10.0)
        self.assertEqual(at_10.cell("rule", "latency_mean_s"), "3.00 s")
        self.assertEqual(at_10.cell("rule", "latency_mean_s", "energy_inference_J"), "3.00 s; 6.00 J")
        self.assertEqual(outcome(violation_rate=0.5, saturated=1).at(uplink=10.0).cell("rule", "latency_mean_s"),
                         "3.00 s (overloaded, limits broken in 1 of 2 runs)")
        self.assertEqual(outcome(feasible=0, latency_mean_s=None).at(uplink=10.0).cell("rule", "latency_mean_s"),
                         "3.00 s (1 of 2 found a plan)")
        self.assertEqual(outcome(failed=2).at(uplink=10.0).cell("rule", "latency_mean_s"),
                         "3.00 s (requests lost in 1 of 2 runs)")
        self.assertEqual(outcome(violation_rate=0.5).broken("rule"), "1 of 6")

    def test_what_is_attained_is_of_all_replications(self):
        found = outcome(feasible=0, attainment=0.25)  # 1 in the five others
        self.assertAlmostEqual(found.attained("rule"), (5 * 1.0 + 0.25) / 6)
        self.assertAlmostEqual(found.attained("rule", {1}), (1.0 + 0.25) / 2)

    def test_the_protocol_says_what_was_played_and_how_each_method_was_set_up(self):
        self.assertEqual(outcome().protocol(),
                         "alexnet between raspberry_pi_4 and t4 over lte_2012, rtt 20 ms; one at a time 5 requests a "
                         "run, 2 replications; limits: deadline 1 s; 3 points of link.uplink, 1 Mbit/s to 100 Mbit/s; "
                         "true layers off by a log-normal factor of sigma 0.15")
        self.assertEqual(outcome().of("rule"), "resource aware R3, nominal one network")
        self.assertEqual(outcome().of("rerun"), "offline benchmark, benchmarked at link.uplink 20 Mbit/s")


class Results(unittest.TestCase):
    def test_what_is_claimed_is_what_the_simulator_says_is_saved(self):
        columns = {"latency": "latency_mean_s", "energy_inference": "energy_inference_J"}
        for folder in sorted(path.parent for path in claims.ROOT.glob("results/*/savings.csv")):
            found = claims.outcome(folder.name)
            savings = pd.read_csv(folder / "savings.csv")
            for (base, name, metric), own in savings.groupby(["baseline", "partitioner", "metric"]):
                if metric in columns:
                    expected = own.set_index("point")["saving"].dropna()
                    pd.testing.assert_series_equal(found.against(name, base, columns[metric]), expected,
                                                   check_names=False, check_dtype=False, rtol=1e-9)


class Documents(unittest.TestCase):
    def test_what_is_claimed_is_of_the_results(self):
        for path in claims.documents():
            with self.subTest(path.name):
                text = path.read_text(encoding="utf-8")
                self.assertEqual(claims.renewed(text), text, "python3 -m analysis.claims writes it anew")

    def test_every_block_stands_somewhere(self):
        texts = [path.read_text(encoding="utf-8") for path in claims.documents()]
        found = [match[2] for text in texts for match in claims.BLOCK.finditer(text)]
        self.assertEqual(set(found), set(claims.BLOCKS))

    def test_a_block_is_written_between_its_marks(self):
        text = "before\n<!-- claims: cloud -->\nold\n<!-- end of claims -->\nafter\n"
        lines = claims.renewed(text).splitlines()
        self.assertEqual((lines[0], lines[1], lines[-2], lines[-1]),
                         ("before", "<!-- claims: cloud -->", "<!-- end of claims -->", "after"))
        self.assertEqual(lines[2:-2], claims.BLOCKS["cloud"]())


if __name__ == "__main__":
    unittest.main()
