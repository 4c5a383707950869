#!/usr/bin/env python3
"""Several mistakes at once, wherever they are: files that `describe` reads, settings, options, problems and partitioners.

Of each line its beginning is held; no other line is said."""
import sys
import unittest

from edgecut import SOURCE, Folder, scenario

LINK = """name: mine
uplink: {value: 5 MBps, source: me}
downlink: {value: 10, source: me}
rtt: {value: -3 ms, source: me}
radoi: {}
"""


class Mistakes(unittest.TestCase):
    def said(self, arguments, expected, **files):
        with Folder(**{"s": scenario(), **files}) as folder:
            result = folder.run(*arguments)
            self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
            lines = result.stderr.splitlines()
            self.assertEqual([line[:len(start)] for line, start in zip(lines, expected)], expected)
            self.assertEqual(len(lines), len(expected), result.stderr)

    def test_a_link_that_is_described(self):
        self.said(("describe", "link", "./mine.yaml"),
                  ["./mine.yaml:2:17: uplink.value: '5 MBps'", "./mine.yaml:3:19: downlink.value: '10' has no unit",
                   "./mine.yaml:4:14: rtt.value: '-3 ms' is out of range",
                   "./mine.yaml:5:1: no key 'radoi' (did you mean 'radio'?"], mine=LINK)

    def test_a_network_and_the_device_that_it_is_described_on(self):
        self.said(("describe", "network", "resnet19", "--device", "raspbery_pi_4"),
                  ["describe network: no network 'resnet19' (did you mean 'resnet18'?",
                   "--device: no device 'raspbery_pi_4' (did you mean 'raspberry_pi_4'?"])

    def test_settings(self):
        settings = ("link.uplink=5", "link.rttt=3 ms", "nonsense", "workload.requests=x", "result=[", "=1",
                    "partitioners.7.kind=oracle", "partitioners=[orcale]", "input={encoding: jpeg, size: 3}")
        words = [word for setting in settings for word in ("--set", setting)]
        expected = ["--set: link.uplink: '5' has no unit", "--set: link: no key 'rttt' (did you mean 'rtt'?",
                    "--set nonsense: a setting is written PATH=VALUE", "--set: workload.requests: 'x' is not a number",
                    "--set result:1:1: not valid YAML", "--set =1: a setting is written PATH=VALUE",
                    "--set: partitioners.7.kind: 'partitioners' has no entry named '7'",
                    "--set:8:2: partitioners[0].kind: no partitioner 'orcale' (did you mean 'oracle'?",
                    "--set:9:24: input.size: '3' has no unit"]
        for command in (("run",), ("check",), ("plan",), ("plan", "--every-cut")):
            with self.subTest(command=command):
                self.said((command[0], "s.yaml", *command[1:], *words), expected, s=scenario(sweep=None, compare=None))

    def test_settings_of_swept_keys_and_of_others(self):
        self.said(("sweep", "s.yaml", "--set", "link.uplink=3 Mbit/s", "--set", "seed=x"),
                  ["--set link.uplink: the scenario's sweep varies this key", "--set: seed: 'x' is not a number"])

    def test_settings_that_are_right_beside_wrong_ones_stay(self):
        # With its new name the baseline is known, so that only the seed is wrong.
        self.said(("check", "s.yaml", "--set", "seed=x", "--set", "partitioners.offline.name=other", "--set",
                   "compare.baseline=other"), ["--set: seed: 'x' is not a number"])

    def test_options_beside_the_scenario(self):
        limits = ("--run-timeout", "soon", "--run-memory", "much")
        expected = ["s.yaml:14:7: seed: 'x' is not a number", "--run-timeout: 'soon' does not start with a number",
                    "--run-memory: 'much' does not start with a number"]
        wrong = scenario(seed="x")
        self.said(("frontier", "s.yaml", *limits), expected, s=wrong)
        self.said(("run", "s.yaml", "--trace-limit", "big", *limits),
                  [expected[0], "--trace-limit:1:1: 'big' does not start with a number", *expected[1:]], s=wrong)
        self.said(("sweep", "s.yaml", "--shard", "3/2", *limits),
                  [*expected, "--shard 3/2: must be I/N with I from 1 to N"], s=wrong)

    def test_groups_of_a_fleet(self):
        groups = "{groups: [{name: a, devices: 0, device: raspbery_pi_4}, {name: a, devices: 2}]}"
        self.said(("check", "s.yaml"),
                  ["s.yaml:15:37: fleet.groups[0].devices: '0' is out of range",
                   "s.yaml:15:48: fleet.groups[0].device: no device 'raspbery_pi_4'",
                   "s.yaml:15:64: fleet.groups[1]: a second group of that name"], s=scenario(fleet=groups))

    def test_partitioners_of_a_problem(self):
        problems = SOURCE / "tests/golden/problems"
        self.said(("plan", "--problem", str(problems / "limits.yaml"), "--partitioner", "orcale", "--partitioner",
                   "{kind: resource_aware, rule: R9, node_limit: x}", "--partitioner", "{"),
                  ["--partitioner:1:8: kind: no partitioner 'orcale'", "--partitioner:1:30: rule: no choice 'R9'",
                   "--partitioner:1:46: node_limit: 'x' is not a number", "--partitioner:1:1: not valid YAML"])
        self.said(("plan", "--problem", str(problems / "fleet_both_scarce.yaml"), "--partitioner", "iaoo", "--partitioner",
                   "joint"), ["--partitioner:1:8: kind: no partitioner 'iaoo'", "--partitioner:1:8: kind: no partitioner 'joint'"])

    def test_a_problem_whose_cuts_are_listed(self):
        text = (SOURCE / "tests/golden/problems/limits.yaml").read_text()
        wrong = text.replace("deadline", "dealine").replace("15 ms", "15 msx", 1)
        for command in (("plan", "--problem", "p.yaml"), ("plan", "--problem", "p.yaml", "--every-cut")):
            with self.subTest(command=command):
                self.said(command, ["p.yaml:7:63: problem.links[0].latency: '15 msx' has an unknown unit",
                                    "p.yaml:9:72: problem.constraints: no key 'dealine' (did you mean 'deadline'?"], p=wrong)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
