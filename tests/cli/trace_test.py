#!/usr/bin/env python3
"""Files that `edgecut run` writes beside its table: traces, events, requests."""
import collections
import csv
import json
import sys
import unittest

from edgecut import Folder, scenario

PARTITIONERS = "[{kind: fixed, after: '/features/features.2/MaxPool', name: split}, device_only, best_fixed]"


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


class Files(unittest.TestCase):
    def write(self, *arguments, **changes):
        with Folder(s=scenario(**{"partitioners": PARTITIONERS, "compare": None, **changes})) as folder:
            result = folder.run("run", "s.yaml", "--format", "json", "--trace", "t.json", "--events", "e.csv",
                                "--requests", "r.csv", *arguments)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual({path.name for path in folder.path.iterdir()}, {"s.yaml", "t.json", "e.csv", "r.csv"})
            return (json.loads(result.stdout), json.loads((folder.path / "t.json").read_text())["traceEvents"],
                    rows_of(folder.path / "e.csv"), rows_of(folder.path / "r.csv"), result.stderr)

    def test_the_requests_are_those_of_the_rows(self):
        rows, _, _, requests, _ = self.write()
        self.assertEqual(len(rows), 6)  # 3 partitioners x 2 replications
        for row in rows:
            own = [r for r in requests if (r["partitioner"], r["replication"]) ==
                   (row["partitioner"], str(row["replication"]))]
            self.assertEqual(len(own), row["requests"])
            mean = sum(float(r["latency_s"]) for r in own) / len(own)
            self.assertAlmostEqual(mean, row["latency_mean_s"], 12)
            self.assertEqual({r["cut"] for r in own}, {row["cut"]})  # of best_fixed, those of the cut that it keeps

    def test_requests_of_the_warm_up_are_marked(self):
        rows, _, _, requests, _ = self.write(warmup="2", workload="{arrivals: one_at_a_time, requests: 5}")
        for row in rows:
            own = [r for r in requests if (r["partitioner"], r["replication"]) ==
                   (row["partitioner"], str(row["replication"]))]
            self.assertEqual([r["warmup"] for r in own], ["1", "1", "0", "0", "0"])
            counted = [float(r["latency_s"]) for r in own if r["warmup"] == "0"]
            self.assertEqual(len(counted), row["requests"])
            self.assertAlmostEqual(sum(counted) / len(counted), row["latency_mean_s"], 12)

    def test_the_integral_of_the_power_is_the_energy_of_the_device(self):
        rows, _, events, _, _ = self.write(device="raspberry_pi_4", link="lte_2012_rrc",
                                           partitioners="[cloud_only, device_only]", constraints=None,
                                           workload="{arrivals: poisson, rate: 1 /s, requests: 6}")
        for row in rows:
            own = [e for e in events if (e["partitioner"], e["replication"]) ==
                   (row["partitioner"], str(row["replication"]))]
            power, since, energy = 2.7, 0.0, 0.0  # the board's idle power, until it is told
            for event in own:
                if event["event"] != "power_changed":
                    continue
                energy += power * (float(event["time_s"]) - since)
                power, since = float(event["power_W"]), float(event["time_s"])
            energy += power * (row["makespan_s"] - since)
            self.assertAlmostEqual(energy / row["energy_device_J"], 1.0, 8)

    def test_requests_share_the_tail_of_their_radio(self):
        # Three at once: what each takes above idle is positive, and together they take what the radio draws: one
        # promotion and one tail, and less than three that are alone.
        changes = {"device": "raspberry_pi_4", "link": "{kind: lte_2012_rrc, downlink: 0.3 Mbit/s}",
                   "constraints": None, "partitioners": "[cloud_only]", "result": "{size: 100 kB}", "replications": "1"}
        rows, _, _, alone, _ = self.write(workload="{arrivals: one_at_a_time, requests: 1}", **changes)
        parts = ("compute_J", "transmit_J", "receive_J", "promotion_J", "radio_tail_J")
        idle, = (sum(float(r[part]) for part in parts) for r in alone)
        self.assertAlmostEqual(idle, rows[0]["idle_energy_J"], 9)
        rows, _, _, requests, _ = self.write(workload="{arrivals: periodic, rate: 1000 /s, requests: 3}", **changes)
        joules = [sum(float(r[part]) for part in parts) for r in requests]
        self.assertEqual(len(joules), 3)
        for one in joules:
            self.assertGreater(one, 0.0)
            self.assertLess(one, idle)
        # The meter stops with the last result; the tail after it lasts 10 s.
        after = sum(float(r["radio_tail_J"]) for r in requests) - rows[0]["energy_tail_J"]
        self.assertAlmostEqual(sum(joules), rows[0]["energy_radio_J"] + after, 9)
        self.assertAlmostEqual(sum(joules), 23.84, 2)

    def test_the_events_are_in_order_and_every_request_ends_once(self):
        _, _, events, requests, _ = self.write()
        runs = collections.defaultdict(list)
        for event in events:
            runs[event["partitioner"], event["replication"]].append(event)
        self.assertEqual(len(runs), 6)
        for run in runs.values():
            times = [float(event["time_s"]) for event in run]
            self.assertEqual(times, sorted(times))
        kinds = collections.Counter(event["event"] for event in events)
        self.assertEqual((kinds["arrived"], kinds["ended"]), (len(requests), len(requests)))

    def test_a_partitioner_is_a_group_of_processes_in_one_trace(self):
        _, trace, _, _, _ = self.write()
        names = [event["args"]["name"] for event in trace if event["name"] == "process_name"]
        self.assertEqual([name.split(":")[0] for name in names],
                         ["split", "split", "device_only", "device_only", "best_fixed", "best_fixed"])
        begun = [event["id"] for event in trace if event["ph"] == "s"]
        ended = [event["id"] for event in trace if event["ph"] == "f"]
        self.assertEqual(len(begun), 3 * 4)  # 4 requests of the first replication
        self.assertEqual(sorted(begun), sorted(ended))
        self.assertEqual(len(set(begun)), len(begun))

    def test_a_trace_of_many_requests_is_valid_json(self):
        # 1e5 requests, one at a time, cut: a begin, an end and 4 spans each.
        split = "[{kind: fixed, after: '/features/features.2/MaxPool', name: split}]"
        many = scenario(partitioners=split, compare=None, workload="{arrivals: one_at_a_time, requests: 100000}",
                        replications="1", kernel="express")
        with Folder(s=many) as folder:
            result = folder.run("run", "s.yaml", "--trace", "t.json", "--trace-limit", "1 GB")
            self.assertEqual(result.returncode, 0, result.stderr)
            with open(folder.path / "t.json", encoding="utf-8") as trace:
                kinds = collections.Counter(event["ph"] for event in json.load(trace)["traceEvents"])
        self.assertEqual((kinds["s"], kinds["f"], kinds["X"]), (100000, 100000, 600000))

    def test_weights_that_travel_are_events_and_spans(self):
        _, trace, events, requests, _ = self.write(models="from_device", partitioners="[cloud_only]", replications="1",
                                                  constraints=None)
        started = [event for event in events if event["event"] == "shipping_started"]
        finished = [event for event in events if event["event"] == "shipping_finished"]
        self.assertEqual([(e["time_s"], e["request"], e["device"], e["station"]) for e in started],
                         [("0", "0", "0", "uplink")])
        self.assertGreater(float(started[0]["size_B"]), 1e6)
        self.assertEqual([(e["time_s"], e["request"]) for e in finished], [(requests[0]["preparing_s"], "0")])
        spans = [event for event in trace if event["ph"] == "X" and event["name"] == "weights for #0"]
        self.assertEqual(len(spans), 1)
        self.assertAlmostEqual(spans[0]["dur"] * 1e-6, float(requests[0]["preparing_s"]), 8)

    def test_a_trace_at_its_limit_is_cut_and_valid(self):
        _, trace, _, _, said = self.write("--trace-limit", "20 kB",
                                          workload="{arrivals: one_at_a_time, requests: 300}")
        self.assertEqual(sum(event["name"] == "trace cut here: --trace-limit" for event in trace), 3)
        self.assertIn("warning: the trace is cut", said)

    def test_rows_do_not_depend_on_what_is_written(self):
        with Folder(s=scenario(partitioners=PARTITIONERS, compare=None)) as folder:
            self.assertEqual(folder.run("run", "s.yaml", "--format", "csv").stdout,
                             folder.run("run", "s.yaml", "--format", "csv", "--trace", "t.json", "--jobs", "1").stdout)

    def test_what_cannot_be_written_is_said_before_anything_runs(self):
        with Folder(s=scenario()) as folder:
            for option in ("--trace", "--events", "--requests"):
                result = folder.run("run", "s.yaml", option, "no/such/folder/file")
                self.assertEqual(result.returncode, 2)
                self.assertEqual(result.stderr, "no/such/folder/file: cannot be written\n")
            for limit in ("1 kB", "soon", "-1 MB"):
                result = folder.run("run", "s.yaml", "--trace", "t.json", "--trace-limit", limit)
                self.assertEqual((result.returncode, result.stderr.count("\n")), (2, 1), result.stderr)
                self.assertIn("--trace-limit", result.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
