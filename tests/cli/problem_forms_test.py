#!/usr/bin/env python3
"""`plan --problem` for pipelines (`hosts:`) and fleets (`users:`): examples, brute force in Python, and errors."""
import itertools
import json
import random
import sys
import unittest

from edgecut import SOURCE, Folder, unmark

PIPELINE = (SOURCE / "scenarios" / "problems" / "pipeline.yaml").read_text()
FLEET = (SOURCE / "scenarios" / "problems" / "fleet.yaml").read_text()


class Forms(unittest.TestCase):
    def plan(self, text, *arguments):
        with Folder(p=text) as folder:
            result = folder.run("plan", "--problem", "p.yaml", *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def answers(self, text, *partitioners):
        asked = [word for name in partitioners for word in ("--partitioner", name)]
        return {answer["partitioner"]: answer for answer in json.loads(self.plan(text, *asked, "--format", "json"))}

    def refused(self, text, *parts, arguments=(), mistakes=1):
        text, place = unmark(text)
        with Folder(p=text) as folder:
            result = folder.run("plan", "--problem", "p.yaml", *arguments)
        self.assertEqual(result.returncode, 2, result.stdout)
        self.assertEqual(result.stderr.count("\n"), mistakes, result.stderr)
        if place:
            self.assertIn("p.yaml:%d:%d:" % place, result.stderr)
        for part in parts:
            self.assertIn(part, result.stderr)


def pipeline_yaml(hosts, layers, order="free"):
    """hosts: (name, memory, bandwidth in B/s); layers: (output, weights, seconds by host), the first the input."""
    text = "problem:\n  order: %s\n  hosts:\n" % order
    for name, memory, bandwidth in hosts:
        text += f"    - {{name: {name}, memory: {memory} B, bandwidth: {8 * bandwidth} bit/s}}\n"
    text += "  layers:\n    - {name: l0, output: %g B}\n" % layers[0][0]
    for v, (output, weights, times) in enumerate(layers[1:], 1):
        time = ", ".join(f"{host[0]}: {seconds} s" for host, seconds in zip(hosts, times))
        text += f"    - {{name: l{v}, inputs: [l{v - 1}], output: {output} B, memory: {weights} B, time: {{{time}}}}}\n"
    return text


def slowest(hosts, layers, order):
    """The shortest slowest stage of a chain by trying every sequence of hosts and every split; none: None."""
    best = None
    count = len(layers) - 1
    for stages in range(1, min(len(hosts), count) + 1):
        for chosen in itertools.permutations(range(len(hosts)), stages):
            if order == "kept" and list(chosen) != sorted(chosen):
                continue
            for ends in itertools.combinations(range(1, count), stages - 1):
                bounds = [0, *ends, count]
                worst = 0
                for i, host in enumerate(chosen):
                    first, last = bounds[i] + 1, bounds[i + 1]
                    weights = sum(layers[v][1] for v in range(first, last + 1))
                    live = max(layers[v - 1][0] + layers[v][0] for v in range(first, last + 1))
                    if weights + live > hosts[host][1]:
                        worst = None
                        break
                    worst = max(worst, sum(layers[v][2][host] for v in range(first, last + 1)))
                    if i + 1 < stages:
                        rate = min(hosts[host][2], hosts[chosen[i + 1]][2])
                        worst = max(worst, layers[last][0] / rate)
                if worst is not None and (best is None or worst < best):
                    best = worst
    return best


class Pipelines(Forms):
    def test_the_optimum_of_four_old_and_four_new_boards_is_not_missed(self):
        answer = self.answers(PIPELINE, "pipeline")["pipeline"]
        self.assertEqual((answer["objective"], answer["unit"]), (3.0, "s"))  # hosts read by the index of a type: 6 s
        self.assertEqual(sum(stage["compute_s"] for stage in answer["stages"]), 10.0)  # new boards: 10 units of 1 s
        self.assertEqual({name[:3] for name in answer["placement"].values()}, {"new"})
        # 1 MB at 80 Mbit/s is 0.1 s: three hops, each 1 ms on top.
        self.assertAlmostEqual(answer["cost"]["latency_s"], 10 + 3 * 0.101)

    def test_an_answer_says_what_is_slowest_what_binds_and_where_it_changes(self):
        text = pipeline_yaml([("a", 13, 4), ("b", 100, 2)], [(4, 0, ()), (4, 5, (1, 2)), (4, 5, (1, 2))])
        answer = self.answers(text)["pipeline"]
        # a holds one layer, 5 + 4 + 4 B; a then b: 1 s, 4 B at 2 B/s, 2 s. b alone: 4 s.
        self.assertEqual(answer["objective"], 2.0)
        self.assertEqual(answer["binding"], [])  # with more memory a alone would take 2 s, too
        self.assertEqual((answer["runner_up"]["objective"], answer["runner_up"]["margin"]), (4.0, 1.0))
        self.assertEqual(answer["runner_up"]["without"], "a")
        # The transfer becomes the slowest part below 1 x, and b alone better when it takes 4 s: at half the bandwidth.
        self.assertAlmostEqual(answer["changes_below_bandwidth_factor"], 0.5, delta=1e-5)
        self.assertIn("slowest: compute on b", self.plan(text))

    def test_a_host_whose_memory_binds_is_named(self):
        text = pipeline_yaml([("a", 13, 4), ("b", 100, 2)], [(4, 0, ()), (4, 5, (1, 5)), (4, 5, (1, 5))])
        answer = self.answers(text)["pipeline"]
        self.assertEqual((answer["objective"], answer["binding"]), (5.0, ["a"]))  # a alone would take 2 s

    def test_random_chains_equal_brute_force(self):
        rng = random.Random(11)
        infeasible = 0
        for trial in range(25):
            hosts = [(f"h{i}", rng.randint(12, 40), rng.randint(1, 6)) for i in range(rng.randint(1, 3))]
            layers = [(rng.randint(1, 9), 0, ())]
            for _ in range(rng.randint(1, 5)):
                layers.append((rng.randint(1, 9), rng.randint(0, 6), [rng.randint(1, 9) for _ in hosts]))
            order = rng.choice(["free", "kept"])
            answer = self.answers(pipeline_yaml(hosts, layers, order))["pipeline"]
            with self.subTest(trial=trial):
                expected = slowest(hosts, layers, order)
                infeasible += expected is None
                self.assertEqual(answer["feasible"], expected is not None)
                if expected is not None:
                    self.assertAlmostEqual(answer["objective"], expected, places=12)
        self.assertLess(infeasible, 30)

    def test_nothing_that_fits_is_said_to_be_infeasible(self):
        text = PIPELINE.replace("memory: 64 MB", "memory: 2 MB")
        answer = self.answers(text)["pipeline"]
        self.assertFalse(answer["feasible"])
        self.assertIsNone(answer["objective"])
        self.assertIn("memory", answer["reason"])
        self.assertIn("infeasible", self.plan(text))

    def test_mistakes_are_named_with_their_place(self):
        self.refused(PIPELINE.replace("{name: new,", "¶{name: old,"), "a second host named 'old_1'", "no host 'new'",
                     mistakes=2)
        self.refused(PIPELINE.replace("{name: new, count: 4", "¶{name: old_2, count: 1"), "a second host named 'old_2'", "no host 'new'",
                     mistakes=2)
        self.refused(PIPELINE.replace("old: 3 s", "odl: 3 s", 1), "no host 'odl'", "did you mean 'old'")
        self.refused(PIPELINE.replace("count: 4", "count: ¶0", 1), "count")
        self.refused(PIPELINE.replace("problem:", "problem:\n  objective: ¶latency"), "throughput")
        self.refused(PIPELINE.replace("problem:", "problem:\n  tiers: [a, b]"), "no key 'tiers'")
        self.refused(PIPELINE.replace("time: {old: 3 s, new: 1 s}", "time: ¶{}", 1), "can run on no")
        self.refused(PIPELINE, "known: pipeline", arguments=["--partitioner", "min_cut"])
        self.refused(PIPELINE, "no key 'speed'", arguments=["--partitioner", "{kind: pipeline, speed: 1}"])
        many = "\n".join("    - {name: h%d, bandwidth: %d bit/s}" % (i, i + 1) for i in range(40))
        self.refused("problem:\n  hosts: \n%s\n  layers:\n    - {name: a, output: 1 B}\n"
                     "    - {name: b, inputs: [a], output: 1 B, time: {h0: 1 s}}\n" % many, "order: kept")


class Fleets(Forms):
    def test_the_example_is_planned_by_all_three_and_the_joint_ones_are_no_worse(self):
        answers = self.answers(FLEET)
        self.assertEqual(set(answers), {"iao", "joint_longest", "joint_mean"})
        self.assertLessEqual(answers["joint_longest"]["objective"], answers["iao"]["objective"])
        self.assertLessEqual(answers["joint_mean"]["objective"],
                             min(answers["iao"]["cost"]["mean_s"], answers["joint_longest"]["cost"]["mean_s"]))
        self.assertGreaterEqual(answers["joint_longest"]["objective"], answers["joint_longest"]["bound_s"] * (1 - 1e-8))
        for answer in answers.values():
            self.assertLessEqual(sum(user["units"] for user in answer["users"]), 4)
            rates = [user["up_bit_per_s"] or 0 for user in answer["users"]]
            self.assertLessEqual(sum(rates), 8e6 * (1 + 1e-9))
            self.assertLessEqual(answer["users"][3]["latency_s"], 0.8)  # the camera's deadline

    def test_one_more_unit_is_never_worse(self):
        for name, answer in self.answers(FLEET).items():
            with self.subTest(name):
                self.assertLessEqual(answer["with_one_unit_more_s"], answer["objective"] * (1 + 1e-9))
                self.assertGreaterEqual(answer["with_one_unit_fewer_s"], answer["objective"] * (1 - 1e-9))

    def test_two_users_by_hand(self):
        # One unit. With it a: 0 + 2 B at 1 B/s + 1 s + 0.5 s = 3.5 s instead of 10 s; b: 2 + 3 + 0.5 s instead of 8 s.
        user = "- {name: %s, link: {uplink: 8 bit/s, rtt: 500 ms}, layers: %s}"
        layers = ("[{name: in, output: 2 B, time: {%s: 0 s}}, "
                  "{name: l, inputs: [in], output: 1 B, time: {%s: %d s, server: %d s}}]")
        text = "problem:\n  server: {units: 1}\n  users:\n    %s\n    %s\n" % (
            user % ("a", layers % ("a", "a", 10, 1)), user % ("b", layers % ("b", "b", 8, 3)))
        answers = self.answers(text)
        for name in ("iao", "joint_longest"):
            self.assertEqual(answers[name]["objective"], 8.0)  # the unit to a
            self.assertEqual([user["units"] for user in answers[name]["users"]], [1, 0])
        self.assertEqual(answers["joint_mean"]["objective"], (3.5 + 8) / 2)
        self.assertEqual(answers["iao"]["placement"], {"a": {"in": "device", "l": "server"}, "b": {"in": "device", "l": "device"}})
        self.assertEqual(answers["iao"]["latest"], "b")
        self.assertEqual(answers["iao"]["with_one_unit_more_s"], 5.5)
        self.assertEqual(answers["iao"]["with_one_unit_fewer_s"], 10.0)

    def test_limits_that_no_allocation_keeps_are_said_to_be_infeasible(self):
        text = FLEET.replace("deadline: 0.8 s", "deadline: 10 ms")
        for answer in self.answers(text).values():
            self.assertFalse(answer["feasible"])
            self.assertIn("infeasible", answer["reason"])

    def test_the_user_whose_limits_bind_is_named(self):
        text = FLEET.replace("deadline: 0.8 s", "deadline: 0.5 s")
        self.assertEqual(self.answers(text, "joint_mean")["joint_mean"]["binding"], ["camera"])

    def test_mistakes_are_named_with_their_place(self):
        self.refused(FLEET.replace("{name: camera, link", "¶{name: phone, link"), "a second user named 'phone'", "no user or server 'camera'",
                     mistakes=2)
        self.refused(FLEET.replace("name: camera, link", "name: phone_2, link").replace("camera:", "phone_2:"),
                     "two users would be named 'phone_2'")
        self.refused(FLEET.replace("name: camera, link", "name: ¶server, link"), "what all users share",
                     "no user or server 'camera'", mistakes=2)
        self.refused(FLEET.replace("units: 4", "units: ¶-4"), "units")
        self.refused(FLEET.replace("[1, 1.9, 2.7, 3.4]", "¶[1, 1.9, 1.7, 3.4]"), "must not fall")
        self.refused(FLEET.replace("{uplink: 8 Mbit/s}", "¶{}"), "an uplink, a downlink or both")
        self.refused(FLEET.replace("deadline: 0.8 s", "energy: ¶2 J"), "no energy")
        self.refused(FLEET.replace("server: 9 ms", "sever: 9 ms"), "did you mean 'server'")
        self.refused(FLEET.split("  layers:")[0], "`layers:`")
        self.refused(FLEET, "known: iao, joint_longest, joint_mean", arguments=["--partitioner", "pipeline"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
