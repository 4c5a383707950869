#!/usr/bin/env python3
"""What ends a program in the wild: full disks, runs without end, memory without bound, figures out of range, damaged
stores. Each case is refused or said, in little time and memory."""
import contextlib
import json
import os
import pathlib
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unittest

from edgecut import PROGRAM, SOURCE, Folder, scenario

SANITIZED = "asan" in str(PROGRAM)  # a sanitizer takes terabytes of addresses
SMALL = scenario(sweep=None, replications="1", workload="{arrivals: one_at_a_time, requests: 2}")
PROBLEM = (SOURCE / "scenarios" / "problems" / "branches.yaml").read_text()
ANSWERS = "import sys, json\nfor line in sys.stdin:\n    "  # of a program of one's own

NETWORK = """name: net
source: test
layers:
  - {name: in, kind: input, shape: [1, 3, 8, 8], output: 768 B}
  - {name: a, kind: conv, shape: [1, 3, 8, 8], macs: 5184, parameters: 81, weights: 324 B, output: 768 B, inputs: [in]}
"""


def limited(megabytes):
    """Before a program starts: no more memory than that, so that a test that fails does not take the machine."""
    def set_limit():
        if not SANITIZED:
            resource.setrlimit(resource.RLIMIT_AS, (megabytes * 10**6,) * 2)
    return set_limit


class Limits(unittest.TestCase):
    def fails(self, result, status, *parts):
        self.assertEqual(result.returncode, status, (result.stdout[-500:], result.stderr[-2000:]))
        for part in parts:
            self.assertIn(part, result.stderr)
        self.assertLess(len(result.stderr), 5000)

    def within(self, folder, megabytes, *arguments):
        return subprocess.run([str(PROGRAM), *arguments], cwd=folder.path, capture_output=True, text=True, timeout=60,
                              preexec_fn=limited(megabytes))

    # --- results that cannot be written

    def test_what_cannot_be_printed_is_an_error_of_every_command(self):
        with Folder(s=SMALL, p=PROBLEM, swept=scenario(replications="1"),
                    tuned=SMALL + "tune: {minimise: latency_mean_s, partitioner: oracle, budget: 2, "
                                  "over: {link.uplink: {linspace: [1 Mbit/s, 2 Mbit/s]}}}\n") as folder:
            made = folder.run("sweep", "swept.yaml", "-o", "out")
            self.assertEqual(made.returncode, 0, made.stderr)
            commands = [["run", "s.yaml"], ["run", "s.yaml", "--format", "csv"], ["sweep", "swept.yaml", "-o", "out"],
                        ["sweep", "swept.yaml", "--format", "csv"], ["sweep", "swept.yaml", "--dry-run", "-o", "new"],
                        ["export", "out/sweep.sqlite"], ["export", "out/sweep.sqlite", "-o", "again"],
                        ["merge", "out/sweep.sqlite", "-o", "merged"], ["plan", "s.yaml"],
                        ["plan", "--problem", "p.yaml"], ["check", "s.yaml"], ["frontier", "s.yaml"],
                        ["tune", "tuned.yaml"], ["describe", "network", "alexnet"], ["describe", "link", "lte_2012"],
                        ["describe", "device", "raspberry_pi_4"], ["describe", "cloud", "c5_4xlarge"], ["--help"],
                        ["--version"]]
            commands += [["list", what] for what in ("networks", "metrics")]
            for arguments in commands:
                with self.subTest(arguments), open("/dev/full", "w") as full:
                    result = subprocess.run([str(PROGRAM), *arguments], cwd=folder.path, stdout=full, timeout=60,
                                            stderr=subprocess.PIPE, text=True)
                    self.assertEqual(result.returncode, 1, result.stderr)
                    self.assertIn("standard output: cannot be written", result.stderr)

    def test_a_closed_output_is_one_that_cannot_be_written(self):
        result = subprocess.run(["sh", "-c", f"exec '{PROGRAM}' list networks >&-"], stderr=subprocess.PIPE, text=True)
        self.fails(subprocess.CompletedProcess([], result.returncode, "", result.stderr), 1, "standard output")

    def test_what_cannot_be_said_does_not_change_the_status(self):
        for redirection in ("2>/dev/full", "2>&-"):
            with self.subTest(redirection):
                command = f"exec '{PROGRAM}' check nowhere.yaml {redirection}"
                self.assertEqual(subprocess.run(["sh", "-c", command]).returncode, 2)

    def test_a_log_on_a_full_disk_is_an_error(self):
        with Folder(s=SMALL) as folder:
            for option in ("--events", "--requests", "--trace"):
                (folder.path / "full").unlink(missing_ok=True)
                (folder.path / "full").symlink_to("/dev/full")
                self.fails(folder.run("run", "s.yaml", option, "full"), 1, "full: cannot be written: No space left")

    # --- runs without end

    def test_a_run_has_a_time_limit_and_a_memory_limit(self):
        with Folder(s=SMALL) as folder:
            result = folder.run("run", "s.yaml", "--run-timeout", "1s", env={"EDGECUT_FAULTS": "hang@0/oracle/0"})
            self.fails(result, 1, "a run failed", "oracle", "took longer than the limit of 1 s")
            if not SANITIZED:
                result = folder.run("run", "s.yaml", "--run-memory", "600 MB",
                                    env={"EDGECUT_FAULTS": "memory@0/oracle/0"})
                self.fails(result, 1, "a run failed", "out of memory")
            self.assertEqual(folder.run("run", "s.yaml", "--run-timeout", "60s").returncode, 0)
            self.fails(folder.run("run", "s.yaml", "--run-timeout", "60"), 2, "--run-timeout", "unit")

    def test_ctrl_c_says_what_was_under_way(self):
        with Folder(s=SMALL) as folder:
            for arguments in (["run", "s.yaml", "--events", "e.csv"], ["frontier", "s.yaml"],
                              ["sweep", "s.yaml", "--format", "csv"]):
                frontier = arguments[0] == "frontier"
                hung = "0/cut/0/1" if frontier else "0/oracle/0"
                with self.subTest(arguments):
                    process = subprocess.Popen([str(PROGRAM), *arguments, "--jobs", "2"], cwd=folder.path, text=True,
                                               env={**os.environ, "EDGECUT_FAULTS": f"hang@{hung}"},
                                               stderr=subprocess.PIPE, stdout=subprocess.PIPE)
                    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
                    while process.poll() is None and not children.read_text():
                        time.sleep(0.01)
                    time.sleep(0.3)
                    process.send_signal(signal.SIGINT)
                    output, error = process.communicate(timeout=60)
                    self.assertEqual(process.returncode, 130, error)
                    self.assertRegex(error, rf"interrupted: \d+ of \d+ had ended; under way: .*{hung} for [0-9.]+ s")
                    self.assertEqual(output, "")
            self.assertEqual(sorted(p.name for p in folder.path.iterdir() if ".part-" in p.name), [])

    PERIODS = {
        "steps that repeat": {"link": "{kind: lte_2012, bandwidth: {steps: [{from: 0 s, value: 1 Mbit/s}], "
                                      "repeat: 1e-300 s}}"},
        "steps that repeat within a nanosecond": {
            "link": "{kind: lte_2012, bandwidth: {steps: [{from: 0 s, value: 1 Mbit/s}], repeat: 0.1 ns}}"},
        "a trace": {"link": "{kind: lte_2012, bandwidth: {trace: bandwidth.csv}}"},
        "a trace of packets": {"link": "{kind: lte_2012, bandwidth: {mahimahi: packets.txt, bin: 1e-12 s}}"},
        "dwell times": {"link": "{kind: lte_2012, bandwidth: {markov: {states: [1 Mbit/s, 2 Mbit/s], "
                                "dwell: [1e-12 s, 1e-12 s]}}}"},
        "a process's step": {"link": "{kind: lte_2012, bandwidth: {gauss_markov: {deviation: 1 Mbit/s, memory: 0.5, "
                                     "every: 1e-12 s}}}"},
        "a harvest": {"battery": "{capacity: 1 Wh, harvest: {steps: [{from: 0 s, power: 1 W}], "
                                 "repeat_every: 1e-300 s}}"},
        "decisions": {"partitioners": "[{kind: offline_benchmark, decide: {every: 1e-12 s}}]", "compare": None},
        "autoscaling": {"cloud": "{kind: c5_4xlarge, serving: {autoscaling: {max_hosts: 2, "
                                 "target_utilisation: 50 %, interval: 1e-12 s, start_up: 1 s}}}"},
        "tenants": {"cloud": "{kind: c5_4xlarge, serving: {tenants: {rate: 1e12 /s, work: 1e-13 s}}}"},
        "tenants of a microsecond": {"cloud": "{kind: c5_4xlarge, serving: {tenants: {rate: 2e6 /s, work: 1 ns}}}"},
        "states of arrivals": {"workload": "{arrivals: bursty, requests: 2, states: [{rate: 1 /s, stay: 1e-12 s}, "
                                           "{rate: 2 /s, stay: 1e-12 s}]}"},
    }

    def test_what_comes_again_without_end_is_refused(self):
        with Folder() as folder:
            (folder.path / "bandwidth.csv").write_text("time_s,mbps\n0,1\n1e-17,2\n2e-17,3\n")
            (folder.path / "packets.txt").write_text("1\n2\n3\n")
            for name, changes in self.PERIODS.items():
                with self.subTest(name):
                    (folder.path / "s.yaml").write_text(scenario(**{"sweep": None, **changes}))
                    result = self.within(folder, 2000, "check", "s.yaml")
                    self.fails(result, 2, "s.yaml:")
                    self.assertRegex(result.stderr, r"out of range|begins again after")

    def test_a_period_of_a_microsecond_is_taken(self):
        text = scenario(sweep=None, link="{kind: lte_2012, bandwidth: {steps: [{from: 0 s, value: 1 Mbit/s}], "
                                         "repeat: 1 us}}")
        with Folder(s=text) as folder:
            self.assertEqual(folder.run("check", "s.yaml").returncode, 0)

    # --- times that lose their digits

    def test_a_run_beyond_what_keeps_a_nanosecond_is_refused_before_it_starts(self):
        for workload in ("{arrivals: periodic, rate: 1e-15 /s, requests: 2}",
                         "{arrivals: periodic, rate: 1e-10 /s, requests: 2}",
                         "{arrivals: poisson, rate: 0.001 /s, requests: 8400}",
                         "{arrivals: closed_loop, think: 1e9 s, requests: 2}",
                         "{arrivals: bursty, requests: 10000, rate: 0.001 /s, states: [{rate: 1 /s, stay: 1 s}, "
                         "{rate: 2 /s, stay: 1 s}]}",
                         "{arrivals: trace, file: times.csv}"):
            with self.subTest(workload), Folder(s=scenario(sweep=None, workload=workload)) as folder:
                (folder.path / "times.csv").write_text("arrival_s\n0\n1.7e8\n")
                for command in ("check", "run"):
                    result = folder.run(command, "s.yaml")
                    self.fails(result, 2, "s.yaml:", "workload")
                    self.assertRegex(result.stderr, r"8388608 s \(97 days\)|out of range")

    def test_a_run_that_gets_there_by_itself_fails(self):
        text = scenario(sweep=None, link="{kind: lte_2012, rtt: 1e8 s}", partitioners="[cloud_only]", compare=None,
                        constraints=None)
        with Folder(s=text) as folder:
            self.fails(folder.run("run", "s.yaml"), 1, "a run failed", "8388608 s (97 days)")

    def test_a_run_up_to_there_is_exact(self):
        # 2 requests 8e6 s apart, each on an idle device: the same latency, to a nanosecond.
        text = scenario(sweep=None, workload="{arrivals: periodic, rate: 1.25e-7 /s, requests: 2}", compare=None,
                        partitioners="[device_only]", replications="1")
        with Folder(s=text) as folder:
            result = folder.run("run", "s.yaml", "--requests", "r.csv", "--format", "csv")
            self.assertEqual(result.returncode, 0, result.stderr)
            header, *lines = [line.split(",") for line in (folder.path / "r.csv").read_text().splitlines()]
            first, second = (float(line[header.index("latency_s")]) for line in lines)
            self.assertAlmostEqual(first, second, delta=1e-9)

    # --- memory without bound

    def test_a_bar_is_as_long_as_a_bar(self):
        # 150 kB at 1 bit/s: 1.2e6 s. What can be drawn never depends on the size of a figure.
        text = scenario(sweep=None, link="{kind: lte_2012, uplink: 1 bit/s}", replications="1", compare=None,
                        workload="{arrivals: one_at_a_time, requests: 1}", partitioners="[device_only, cloud_only]")
        with Folder(s=text) as folder:
            result = self.within(folder, 3000, "run", "s.yaml")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertLess(max(map(len, result.stdout.splitlines())), 400)

    def test_runs_are_capped_and_said_as_points_are(self):
        text = scenario(sweep="{link.uplink: {linspace: [1 Mbit/s, 20 Mbit/s], points: 100000}}",
                        replications="1000000")
        with Folder(s=text, r=scenario(replications="{until: {metric: latency_mean, half_width: 1 %, max: 1000000}}",
                                       sweep="{link.uplink: {linspace: [1 Mbit/s, 20 Mbit/s], points: 100}}")) as folder:
            for arguments in (["sweep", "s.yaml", "--dry-run"], ["check", "s.yaml"], ["sweep", "s.yaml"]):
                self.fails(self.within(folder, 2500, *arguments), 2, "s.yaml:", "replications",
                           "100000 points x 3 partitioners x 1000000 replications = 300000000000 runs",
                           "at most 10000000")
            self.fails(self.within(folder, 2500, "sweep", "r.yaml", "--dry-run"), 2, "300000000 runs")

    def external(self, program):
        text = scenario(sweep=None, replications="1", compare=None,
                        partitioners="[{kind: external, command: [python3, mine.py], timeout: 60 s}]")
        with Folder(s=text) as folder:
            (folder.path / "mine.py").write_text(program)
            return self.within(folder, 3000, "plan", "s.yaml")

    def test_a_program_that_floods_is_ended(self):
        begin = time.monotonic()
        result = self.external("import sys\nwhile True:\n    sys.stdout.write('x' * 100000)\n")
        self.fails(result, 1, "more than 16 MB of answer")
        self.assertLess(time.monotonic() - begin, 20)

    def test_a_long_answer_is_quoted_in_part(self):
        long = "'x' * 3000000"
        for answer in (f"{{'id': {long}, 'after': 'conv1'}}", f"{{'id': 1, 'after': {long}}}",
                       f"{{'id': 1, 'on_device': [{long}]}}", f"{{'id': 1, 'after': 'conv1', 'processor': {long}}}",
                       f"{{'id': 1, {long}: 1}}", f"{{'id': 1, 'on_device': {{{long}: 1}}}}", long):
            with self.subTest(answer):
                result = self.external(f"{ANSWERS}print(json.dumps({answer}), flush=True)\n")
                self.fails(result, 1, "external partitioner", "wrong answer")
        result = self.external(f"{ANSWERS}print(json.dumps({{'id': 1, 'infeasible': {long}}}), flush=True)\n")
        self.assertEqual(result.returncode, 0, result.stderr[-500:])
        self.assertLess(len(result.stdout), 10000)

    def test_a_long_value_is_quoted_in_part(self):
        for changes in ({"network": "x" * 3000000}, {"seed": "x" * 3000000}, {"x" * 3000000: 1},
                        {"link": "{kind: lte_2012, rtt: " + "1" * 3000000 + " s}"}):
            with Folder(s=scenario(sweep=None, **changes)) as folder:
                self.fails(self.within(folder, 3000, "check", "s.yaml"), 2, "s.yaml:")

    # --- figures out of range

    def test_problem_files_take_what_can_be(self):
        problem = """problem:
  tiers: [{name: device, memory: MEMORY, power: POWER, nominal: RATE}, cloud]
  links:
    - {from: device, to: cloud, bandwidth: BANDWIDTH, latency: LATENCY, energy_per_byte: SLOPE}
  layers:
    - {name: in, output: 100 kB}
    - {name: a, inputs: [in], output: SIZE, memory: WEIGHTS, macs: MACS, time: {device: TIME, cloud: 1 ms}}
    - {name: b, inputs: [a], output: 1 kB, macs: 1000, time: {device: 1 s, cloud: 1 ms}}
"""
        usual = {"MEMORY": "1 GB", "POWER": "1 W", "RATE": "1 GFLOP/s", "BANDWIDTH": "8 Mbit/s", "LATENCY": "1 ms",
                 "SLOPE": "1 J/B", "SIZE": "10 kB", "WEIGHTS": "1 MB", "MACS": "1000", "TIME": "1 s"}

        def text(**changes):
            result = problem
            for key, value in {**usual, **changes}.items():
                result = result.replace(key, value)
            return result

        with Folder(usual=text()) as folder:
            self.assertEqual(folder.run("plan", "--problem", "usual.yaml").returncode, 0)
            for key, value in usual.items():
                unit = value.partition(" ")[2]
                for number in ("1e300", "1e-320", "1e100", "1e-100"):
                    (folder.path / "p.yaml").write_text(text(**{key: f"{number} {unit}"}))
                    with self.subTest(key=key, number=number):
                        self.fails(folder.run("plan", "--problem", "p.yaml"), 2, "p.yaml:", "out of range")

    def test_other_problem_files_and_network_files_take_what_can_be(self):
        problems = [(SOURCE / "scenarios" / "problems" / name).read_text() for name in ("fleet.yaml", "pipeline.yaml")]
        with Folder() as folder:
            for text in problems:
                for sound in ("Mbit/s", " kB", " MB", " ms"):
                    at = text.find(sound)
                    if at < 0:
                        continue
                    begin = max(text.rfind(c, 0, at - 1) for c in " :[{") + 1
                    for number in ("1e300", "1e-320"):
                        broken = text[:begin] + number + " " + sound.strip() + text[at + len(sound):]
                        (folder.path / "p.yaml").write_text(broken)
                        with self.subTest(sound=sound, number=number):
                            self.fails(folder.run("plan", "--problem", "p.yaml"), 2, "p.yaml:", "out of range")
            for old, new in (("output: 768 B,", "output: 1e300 B,"), ("output: 768 B,", "output: 1e-320 B,"),
                             ("weights: 324 B", "weights: 1e300 B"), ("macs: 5184", "macs: 9e15"),
                             ("parameters: 81", "parameters: 9e15"), ("[1, 3, 8, 8], macs", "[1, 3, 8e9, 8], macs"),
                             ("[1, 3, 8, 8], macs", "[1, 1000000000, 1000000000, 8], macs")):
                (folder.path / "net.yaml").write_text(NETWORK.replace(old, new))
                (folder.path / "s.yaml").write_text(scenario(sweep=None, network="net.yaml", input=None, result=None))
                with self.subTest(new):
                    result = folder.run("describe", "network", "net.yaml")
                    self.fails(result, 2, "net.yaml:")
                    self.assertRegex(result.stderr, "out of range|1e15 elements")

    # --- damaged stores

    def test_a_damaged_store_is_never_taken_for_whole(self):
        with Folder(s=scenario(replications="3", workload="{arrivals: poisson, rate: 1 /s, requests: 2}")) as folder:
            self.assertEqual(folder.run("sweep", "s.yaml", "-o", "out").returncode, 0)
            whole = (folder.path / "out" / "sweep.sqlite").read_bytes()
            expected = folder.run("export", "out/sweep.sqlite").stdout
            # A byte of a name, a text or a number here and there; what is in no row may be anything.
            places = [at for word in (b"oracle", b"latency_mean", b"raspberry", b"offline", b"conv", b"point")
                      for at in (whole.rfind(word), whole.find(word)) if at >= 0]
            places += range(3000, len(whole), len(whole) // 40)
            damaged = folder.path / "d.sqlite"
            refused = 0
            for at in places:
                damaged.write_bytes(whole[:at] + bytes([whole[at] ^ 0x5]) + whole[at + 1:])
                result = folder.run("export", "d.sqlite")
                with self.subTest(at):
                    if result.returncode == 0:
                        self.assertEqual(result.stdout, expected)
                    else:
                        refused += 1
                        self.fails(result, 2, "d.sqlite: is ")
                        self.assertEqual(result.stdout, "")
            self.assertGreater(refused, len(places) // 2)

    def test_what_was_changed_in_a_store_is_named(self):
        with Folder(s=scenario(replications="2", workload="{arrivals: poisson, rate: 1 /s, requests: 2}")) as folder:
            self.assertEqual(folder.run("sweep", "s.yaml", "-o", "out").returncode, 0)
            for change, *parts in (
                    ("UPDATE rows SET latency_mean_s = 1.25 WHERE point = 1 AND run_method = 2", "row 1/2/0"),
                    ("UPDATE rows SET partitioner = 'nobody' WHERE point = 0", "row 0/"),
                    ("UPDATE identity SET value = 'x' WHERE position = 1", "what the sweep is"),
                    ("UPDATE manifest SET value = '{}' WHERE key = 'manifest'", "what the sweep is"),
                    ("UPDATE shards SET complete = 0", "table shards"),
                    ("UPDATE sessions SET runs = 7", "table sessions"),
                    ("ALTER TABLE rows RENAME COLUMN point TO pint", "no such column: point"),
                    ("ALTER TABLE rows RENAME COLUMN latency_mean_s TO mean", "row 0/0/0"),
                    ("DROP TABLE points", "no such table: points"),
                    ("DROP TABLE failures", "no such table: failures"),
                    ("ALTER TABLE rows DROP COLUMN checksum", "the table rows has other columns")):
                shutil.copy(folder.path / "out" / "sweep.sqlite", folder.path / "d.sqlite")
                with contextlib.closing(sqlite3.connect(folder.path / "d.sqlite")) as database:
                    database.execute("DROP VIEW plans")
                    database.execute(change)
                    database.commit()
                with self.subTest(change):
                    self.fails(folder.run("export", "d.sqlite", "-o", "again"), 2, "d.sqlite: is damaged", *parts)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
