#!/usr/bin/env python3
"""The commands as a user sees them: tables, CSV and JSON, results folders, determinism, warnings, exit codes."""
import csv
import io
import json
import math
import sys
import unittest

from edgecut import SOURCE, Folder, scenario

SAVINGS = ["partitioner", "baseline", "metric", "saving", "saving_half_width", "speed_up", "speed_up_low", "speed_up_high",
           "pairs", "found", "kept", "broken",
           "left_out_infeasible", "left_out_saturated", "left_out_losing", "left_out_violating", "left_out_others",
           "left_out_zero", "left_out_unknown"]
LOADED = scenario(workload="{arrivals: poisson, rate: 3 /s, requests: 30}", replications="3",
                  partitioners="[device_only, {kind: offline_benchmark, name: offline}, oracle]",
                  sweep="{link.uplink: {logspace: [1 Mbit/s, 100 Mbit/s], points: 3}, link.rtt: [5 ms, 20 ms]}")
MUTE = scenario(network="resnet18", device="raspberry_pi_4", link="{kind: lte_2012, rtt: 50 ms}",
                input="{encoding: raw}", constraints=None, compare=None,
                partitioners="[device_only, {kind: offline_benchmark, benchmarked_at: {link.uplink: 20 Mbit/s}}, oracle]",
                sweep="{link.uplink: {logspace: [0.1 Mbit/s, 100 Mbit/s], points: 7}}")


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def table_of(lines):
    """A printed table as a list of its lines, each a dictionary by the names of its columns."""
    starts = [0] + [i + 2 for i in range(len(lines[1]) - 1) if lines[1][i:i + 2] == "  "]
    cells = [[line[a:b].strip() for a, b in zip(starts, starts[1:] + [max(len(line), starts[-1])])] for line in lines]
    return [dict(zip(cells[0], line)) for line in cells[2:]]


def table_from(lines):
    """The printed table that begins with the first of these lines; its columns that go on below stand beside the others."""
    table, at = [], 0
    while at < len(lines) and (not table or lines[at].startswith("partitioner")):
        end = next((i for i in range(at, len(lines)) if not lines[i] or lines[i].startswith("pairs left out")), len(lines))
        part = table_of(lines[at:end])
        table = [{**row, **more} for row, more in zip(table, part)] if table else part
        at = end + 1
    return table


def metrics(folder):
    """Name, unit and meaning of every column of a row, from the program's own list."""
    listed = rows_of(folder.run("list", "metrics", "--format", "csv").stdout)
    return [(line["column"], line["unit"], line["meaning"]) for line in listed if line["file"] == "rows.csv"]


class Commands(unittest.TestCase):
    maxDiff = None

    def fine(self, result):
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    # --- run

    def test_run_prints_a_table_for_people(self):
        with Folder(s=scenario()) as folder:
            text = self.fine(folder.run("run", "s.yaml"))
            for part in ("How long does it take?", "Raspberry Pi 3 Model B+", "device_only", "oracle", "latency",
                         "Saved against offline", "figures used here are without a public source: edgecut check s.yaml --assumptions"):
                self.assertIn(part, text)
            self.assertEqual([p.name for p in folder.path.iterdir()], ["s.yaml"])  # run keeps nothing

    def test_savings_stand_under_their_names(self):
        # Two baselines, one of which sends nothing, and methods of known and of unknown effort. Every cell of the
        # printed tables is looked up by the names of its line, its column and its table in what `sweep` writes.
        benchmark = "benchmark: {repetitions: 10}"
        decision = "decision: {time: 1 ms, rate: 10 GFLOP/s}"
        offline = f"{{kind: offline_benchmark, name: offline, {benchmark}, {decision}}}"
        aware = f"{{kind: resource_aware, rule: R1, budgets: {{compute: 50 %}}, {decision}}}"
        text = scenario(sweep=None, compare="{baseline: offline, also: device_only}", constraints=None,
                        partitioners=f"[device_only, cloud_only, {offline}, {aware}, oracle]")
        metrics = {"latency": "latency", "energy/inference": "energy_inference", "energy/device": "energy_device",
                   "bytes sent": "bytes_up", "effort time": "effort_time", "effort energy": "effort_energy"}
        with Folder(s=text) as folder:
            printed = self.fine(folder.run("run", "s.yaml"))
            self.fine(folder.run("sweep", "s.yaml", "-o", "out"))
            savings = {(r["baseline"], r["partitioner"], r["metric"]): r
                       for r in rows_of((folder.path / "out/savings.csv").read_text())}
        tables = {}
        names = ["device_only", "cloud_only", "offline", "resource_aware", "oracle"]
        for baseline in ("offline", "device_only"):
            lines = printed.split(f"Saved against {baseline}, ")[1].splitlines()[1:]
            tables[baseline] = table = table_from(lines)
            self.assertEqual([row["partitioner"] for row in table], [name for name in names if name != baseline])
            for row in table:
                speed_up = savings[baseline, row["partitioner"], "latency"]["speed_up"]
                self.assertAlmostEqual(float(row["speed-up"].removesuffix("x")) / float(speed_up), 1.0, 1)
                for heading in set(row) - {"partitioner", "speed-up", "pairs", "found", "kept", "broken"}:
                    saving = savings[baseline, row["partitioner"], metrics[heading]]
                    expected = "-"
                    if saving["saving"]:
                        width = saving["saving_half_width"]  # empty below two pairs
                        expected = "%.1f" % (100 * float(saving["saving"]))
                        expected += " ±%.1f %%" % (100 * float(width)) if width else " %"
                    self.assertEqual(row[heading].replace("-0.0 ", "0.0 "), expected.replace("-0.0 ", "0.0 "), (row, heading))
        against_idle = tables["device_only"]
        aware = [row for row in tables["offline"] if row["partitioner"] == "resource_aware"]
        self.assertNotEqual([row["effort time"] for row in aware], ["-"])
        self.assertIn("\npairs left out of cloud_only, offline, resource_aware, oracle: zero: 2 (bytes sent)\n", printed)
        self.assertLessEqual(max(map(len, printed.splitlines())), 120)
        self.assertEqual({row["bytes sent"] for row in against_idle}, {"-"})  # device_only sends nothing
        self.assertNotIn("effort time", against_idle[0])  # nobody said what device_only takes

    def test_run_says_what_was_lost_and_warns(self):
        text = scenario(workload="{arrivals: poisson, rate: 100 /s, requests: 100, queue_limit: 1}", sweep=None,
                        compare=None, replications="1", partitioners="[device_only, cloud_only]")
        with Folder(s=text) as folder:
            lines = self.fine(folder.run("run", "s.yaml")).splitlines()
            first = next(i for i, line in enumerate(lines) if line.startswith("partitioner"))
            lost, none = table_from(lines[first:])
            row, _ = rows_of(self.fine(folder.run("run", "s.yaml", "--format", "csv")))
            self.assertEqual((lost["verdict"], none["verdict"]), ("losing requests", "infeasible"))
            self.assertEqual((lost["completed"], lost["dropped"]), (row["completed"], row["dropped"]))
            self.assertEqual((lost["because"], none["because"]), ("a device's queue was full", "no plan"))
            self.assertEqual((none["failed"], none["latency"]), ("100", "-"))
            self.assertLessEqual(max(map(len, lines)), 120)
            warnings = [line for line in "\n".join(lines).replace("\n  ", " ").splitlines() if line.startswith("warning: ")]
            self.assertEqual(len(warnings), 2)
            bar = next(line for line in lines[lines.index("Mean latency"):] if line.startswith("device_only"))
            self.assertTrue(bar.endswith(" (losing requests)"), bar)
            start = (f"warning: device_only loses requests ({row['dropped']} dropped of 100: "
                     "a device's queue was full; device is offered ")
            self.assertTrue(warnings[0].startswith(start), warnings[0])
            self.assertEqual(warnings[1], "warning: cloud_only is infeasible (0 of at least 1 layers on the device)")
            swept = self.fine(folder.run("sweep", "s.yaml"))
            self.assertIn("s: 1 point x 2 partitioners x 1 replication: 2 rows in ", swept)
            self.assertIn("warning: 1 of 2 rows loses requests: 1 of device_only; the first: point 0, ", swept)
            self.assertIn("warning: 1 of 2 rows is infeasible: 1 of cloud_only; the first: point 0, ", swept)

    def test_a_reason_that_is_of_one_replication_is_said_to_be_of_the_first(self):
        text = scenario(workload="{arrivals: poisson, rate: 5 /s, requests: 100, queue_limit: 1}", sweep=None,
                        compare=None, replications="3", partitioners="[device_only]")
        with Folder(s=text) as folder:
            rows = rows_of(self.fine(folder.run("run", "s.yaml", "--format", "csv")))
            self.assertGreater(len({row["dropped"] for row in rows}), 1)
            self.assertIn(f"warning: device_only loses requests in 3 of 3 replications (the first: {rows[0]['dropped']} "
                          "dropped of 100: ", self.fine(folder.run("run", "s.yaml")))

    def test_run_shows_empty_batteries(self):
        text = scenario(workload="{arrivals: periodic, rate: 1 /s, requests: 40}", sweep=None, compare=None, replications="1",
                        partitioners="[device_only]", battery="{capacity: 0.01 Wh}")
        with Folder(s=text) as folder:
            lines = self.fine(folder.run("run", "s.yaml")).splitlines()
            first = next(i for i, line in enumerate(lines) if line.startswith("partitioner"))
            row, = table_from(lines[first:])
            self.assertEqual((row["verdict"], row["because"], row["batteries empty"]), ("losing requests", "battery empty", "1"))
            self.assertRegex(row["first empty"], r"^1\d\.?\d* s$")  # 36 J at 1.9 W and 0.5 J a second
            self.assertEqual(int(row["completed"]) + int(row["failed"]), 40)

    def test_run_as_csv_and_as_json_is_the_same_rows(self):
        with Folder(s=scenario()) as folder:
            rows = rows_of(self.fine(folder.run("run", "s.yaml", "--format", "csv")))
            objects = json.loads(self.fine(folder.run("run", "s.yaml", "--format", "json")))
            self.assertEqual(len(rows), 6)  # 3 partitioners x 2 replications
            self.assertEqual(len(objects), 6)
            for row, thing in zip(rows, objects):
                self.assertEqual(list(row), list(thing))
                for key, text in row.items():
                    value = thing[key]
                    if value is None:
                        self.assertEqual(text, "")
                    elif isinstance(value, str):
                        self.assertEqual(text, value)
                    else:
                        self.assertEqual(float(text), value)

    def test_columns_are_those_of_list_metrics(self):
        with Folder(s=scenario()) as folder:
            listed = [name for name, _, _ in metrics(folder)]
            row = rows_of(self.fine(folder.run("run", "s.yaml", "--format", "csv")))[0]
            self.assertEqual(list(row), listed)
            self.assertEqual(len(set(row)), len(row))

    def test_names_of_columns_carry_their_unit_and_every_column_has_a_meaning(self):
        with Folder() as folder:
            for name, unit, meaning in metrics(folder):
                with self.subTest(column=name):
                    self.assertTrue(meaning)
                    if unit:
                        self.assertTrue(name.endswith("_" + unit.lstrip("°")), unit)
                    else:
                        self.assertFalse(name.endswith(("_s", "_J", "_B")), name)

    def test_rows_make_sense(self):
        with Folder(s=LOADED) as folder:
            for row in rows_of(self.fine(folder.run("run", "s.yaml", "--format", "csv"))):
                self.assertEqual(int(row["requests"]),
                                 sum(int(row[k]) for k in ("completed", "late", "dropped", "failed")))
                mean = float(row["latency_mean_s"])
                parts = sum(float(row[k]) for k in ("device_queue_mean_s", "head_mean_s", "radio_queue_mean_s",
                                                    "upload_mean_s", "edge_queue_mean_s", "edge_mean_s",
                                                    "relay_mean_s", "cloud_queue_mean_s", "tail_mean_s", "download_mean_s"))
                self.assertTrue(math.isclose(mean, parts, rel_tol=1e-9))
                energy = sum(float(row[k]) for k in ("energy_idle_J", "energy_compute_J", "energy_radio_J"))
                self.assertTrue(math.isclose(float(row["energy_device_J"]), energy, rel_tol=1e-9))
                self.assertLessEqual(float(row["latency_p50_s"]), float(row["latency_p95_s"]))
                self.assertLessEqual(float(row["latency_p95_s"]), float(row["latency_max_s"]))
                self.assertGreaterEqual(mean, float(row["idle_latency_s"]) * (1 - 1e-9))
                for column in row:
                    if column.startswith("utilisation_"):
                        self.assertLessEqual(float(row[column]), 1 + 1e-9, column)

    def test_settings_change_the_scenario(self):
        with Folder(s=scenario()) as folder:
            slow = rows_of(self.fine(folder.run("run", "s.yaml", "--format", "csv", "--set", "link.uplink=0.1 Mbit/s")))
            fast = rows_of(self.fine(folder.run("run", "s.yaml", "--format", "csv", "--set", "link.uplink=1 Gbit/s",
                                                "--set", "replications=1")))
            self.assertEqual(len(fast), 3)
            self.assertEqual(slow[-1]["cut"], "device only")
            self.assertNotEqual(fast[-1]["cut"], "device only")

    def test_settings_may_be_lists_and_maps(self):
        with Folder(s=scenario(compare=None)) as folder:
            (folder.path / "t.csv").write_text("time_s,mbps\n0,4\n100,2\n")
            command = ["run", "s.yaml", "--format", "csv", "--set", "partitioners=[oracle, {kind: fixed, after: /features/features.2/MaxPool}]"]
            rows = rows_of(self.fine(folder.run(*command)))
            self.assertEqual(sorted({row["partitioner"] for row in rows}), ["fixed", "oracle"])
            slow = rows_of(self.fine(folder.run(*command, "--set", "link.bandwidth.up={trace: t.csv}")))
            ratio = [float(a["upload_mean_s"]) / float(b["upload_mean_s"]) for a, b in zip(slow, rows)
                     if a["partitioner"] == "fixed"]
            for one in ratio:  # 5.85 Mbit/s and half a round trip of 20 ms against 4 Mbit/s
                self.assertGreater(one, 1.4)
                self.assertLess(one, 5.85 / 4)

    def test_a_scenario_from_standard_input(self):
        with Folder(s=scenario()) as folder:
            def run(*arguments, text=(folder.path / "s.yaml").read_text()):
                return folder.run(*arguments, text=text)
            by_file = self.fine(folder.run("run", "s.yaml")).replace("edgecut check s.yaml", "edgecut check -")
            self.assertEqual(self.fine(run("run", "-")), by_file)
            self.assertEqual(self.fine(run("plan", "-")), self.fine(folder.run("plan", "s.yaml")))
            self.assertIn("stdin: ok, 2 points", self.fine(run("check", "-")))
            self.fine(run("frontier", "-"))
            self.fine(run("sweep", "-"))
            self.fine(folder.run("sweep", "s.yaml"))
            results = folder.path / "results"
            self.assertEqual((results / "stdin" / "rows.csv").read_text(), (results / "s" / "rows.csv").read_text())
            manifest = json.loads((results / "stdin" / "manifest.json").read_text())
            self.assertEqual(manifest["scenario"], (folder.path / "s.yaml").read_text())
            bad = run("run", "-", text=scenario(link="{kind: lte_2012, uplnk: 5 Mbit/s}"))
            self.assertEqual(bad.returncode, 2)
            self.assertRegex(bad.stderr, r"^stdin:\d+:\d+: link: no key 'uplnk' .*did you mean 'uplink'")

    def test_labels_of_axes_are_in_rows_and_in_the_manifest(self):
        sweep = ("{link.bandwidth: {values: [{steps: [{from: 0 s, value: 100 %}]}, {steps: [{from: 0 s, value: 50 %}]}], "
                 "labels: [steady, 'halved, slow']}, link.rtt: [300 ms, 1 s]}")
        with Folder(s=scenario(sweep=sweep, replications="1")) as folder:
            self.fine(folder.run("sweep", "s.yaml", "-o", "out"))
            for table in ("rows", "savings"):
                rows = rows_of((folder.path / f"out/{table}.csv").read_text())
                self.assertEqual({row["link.bandwidth"] for row in rows}, {"steady", "halved, slow"})
                self.assertEqual({row["link.rtt_ms"] for row in rows}, {"300", "1000"})
            axes = json.loads((folder.path / "out/manifest.json").read_text())["axes"]
            self.assertEqual(axes[0]["labels"], ["steady", "halved, slow"])
            self.assertEqual(axes[0]["values"][1], "{steps: [{from: 0 s, value: 50 %}]}")
            self.assertNotIn("labels", axes[1])
            self.assertIn("halved, slow", self.fine(folder.run("frontier", "s.yaml")))

    def test_best_fixed_runs(self):
        text = scenario(partitioners="[oracle, best_fixed]", compare=None, replications="1",
                        workload="{arrivals: poisson, rate: 4 /s, requests: 40}")
        with Folder(s=text) as folder:
            rows = rows_of(self.fine(folder.run("run", "s.yaml", "--format", "csv")))
            self.assertEqual([r["partitioner"] for r in rows], ["oracle", "best_fixed"])
            self.assertLessEqual(float(rows[1]["latency_mean_s"]), float(rows[0]["latency_mean_s"]))

    def test_infeasible_is_said_and_is_not_an_error(self):
        with Folder(s=scenario(constraints="{deadline: 1 ms}")) as folder:
            text = self.fine(folder.run("run", "s.yaml"))
            self.assertIn("infeasible", text)
            rows = rows_of(self.fine(folder.run("run", "s.yaml", "--format", "csv")))
            oracle = [r for r in rows if r["partitioner"] == "oracle"]
            self.assertTrue(all(r["feasible"] == "0" and r["failed"] == "4" and r["latency_mean_s"] == "" for r in oracle))
            self.assertIn("infeasible", self.fine(folder.run("plan", "s.yaml")))
            self.assertIn("infeasible", self.fine(folder.run("sweep", "s.yaml")))

    # --- sweep

    def test_sweep_gives_the_same_bytes_for_any_number_of_jobs(self):
        with Folder(s=LOADED) as folder:
            results = []
            for jobs in ("1", "2", "3", "3"):
                self.fine(folder.run("sweep", "s.yaml", "--jobs", jobs, "-o", "out", "--fresh"))
                results.append([(folder.path / "out" / name).read_bytes() for name in ("rows.csv", "savings.csv")])
            for other in results[1:]:
                self.assertEqual(results[0], other)

    def test_sweep_writes_rows_savings_and_a_manifest(self):
        with Folder(s=LOADED) as folder:
            out = self.fine(folder.run("sweep", "s.yaml"))
            self.assertIn("results/s", out)
            results = folder.path / "results" / "s"
            self.assertEqual(sorted(p.name for p in results.iterdir()), ["columns.csv", "manifest.json", "rows.csv", "savings.csv", "sweep.sqlite"])
            axes = ["link.uplink_Mbit_per_s", "link.rtt_ms"]
            rows = rows_of((results / "rows.csv").read_text())
            self.assertEqual(list(rows[0]), ["point"] + axes + [m[0] for m in metrics(folder)][1:])
            self.assertEqual(len(rows), 3 * 2 * 3 * 3)  # uplinks x rtts x partitioners x replications
            self.assertEqual([r[axes[0]] for r in rows[::18]], ["1", "10", "100"])
            self.assertEqual([r[axes[1]] for r in rows[::9]], ["5", "20"] * 3)
            savings = rows_of((results / "savings.csv").read_text())
            self.assertEqual(list(savings[0]), ["point"] + axes + SAVINGS)
            self.assertEqual(len(savings), 6 * 2 * 6)  # points x the others x metrics
            for row in savings:
                left_out = sum(int(row[k]) for k in row if k.startswith("left_out"))
                self.assertEqual(int(row["pairs"]) + left_out, 3)
            manifest = json.loads((results / "manifest.json").read_text())
            self.assertEqual(manifest["scenario"], LOADED)
            self.assertEqual(manifest["runs"], len(rows))
            self.assertIn("scenarios/networks/alexnet.yaml", manifest["files"])
            self.assertTrue(all(s["source"].startswith("assumption") for s in manifest["assumptions"]))
            self.assertNotIn(str(SOURCE), (results / "manifest.json").read_text())

    def test_savings_are_the_paired_means_of_the_rows(self):
        with Folder(s=LOADED) as folder:
            self.fine(folder.run("sweep", "s.yaml"))
            rows = rows_of((folder.path / "results/s/rows.csv").read_text())
            for saving in rows_of((folder.path / "results/s/savings.csv").read_text()):
                if saving["metric"] != "latency" or saving["pairs"] != "3":
                    continue
                of = {r["replication"]: float(r["latency_mean_s"]) for r in rows
                      if r["point"] == saving["point"] and r["partitioner"] == saving["partitioner"]}
                base = {r["replication"]: float(r["latency_mean_s"]) for r in rows
                        if r["point"] == saving["point"] and r["partitioner"] == saving["baseline"]}
                mean = sum((base[r] - of[r]) / base[r] for r in of) / len(of)
                self.assertAlmostEqual(float(saving["saving"]), mean, 12)

    def test_sweep_to_standard_output_leaves_no_folder(self):
        with Folder(s=scenario()) as folder:
            rows = rows_of(self.fine(folder.run("sweep", "s.yaml", "--format", "csv")))
            self.assertEqual(len(rows), 2 * 3 * 2)
            self.assertEqual(len(json.loads(self.fine(folder.run("sweep", "s.yaml", "--format", "json")))), 12)
            self.assertEqual([p.name for p in folder.path.iterdir()], ["s.yaml"])

    def test_settings_in_a_sweep_are_in_its_manifest(self):
        with Folder(s=scenario()) as folder:
            self.fine(folder.run("sweep", "s.yaml", "-o", "out", "--set", "link.rtt=7 ms"))
            manifest = json.loads((folder.path / "out/manifest.json").read_text())
            self.assertEqual(manifest["overrides"], ["link.rtt=7 ms"])

    # --- plan

    def test_plan_shows_what_each_chooses_and_the_next_best(self):
        with Folder(s=scenario()) as folder:
            text = self.fine(folder.run("plan", "s.yaml"))
            for part in ("device_only", "offline", "oracle", "chosen", "next", "latency", "energy", "memory"):
                self.assertIn(part, text)
            rows = rows_of(self.fine(folder.run("plan", "s.yaml", "--format", "csv")))
            values = json.loads(self.fine(folder.run("plan", "s.yaml", "--format", "json")))
            self.assertEqual([list(row) for row in rows], [list(row) for row in values])
            self.assertEqual(float(rows[0]["true_latency_s"]), values[0]["true_latency_s"])
            self.assertEqual(rows[0]["cut"], "device only")
            self.assertEqual(len([r for r in rows if r["role"] == "chosen"]), 3)

    def test_plan_says_where_time_goes_and_what_would_change_it(self):
        with Folder(s=scenario()) as folder:
            text = self.fine(folder.run("plan", "s.yaml"))
            self.assertLessEqual(max(map(len, text.split("\n\n", 1)[1].splitlines())), 100)  # fits a screen
            self.assertRegex(text, r"head [0-9.]+ m?s")
            rows = json.loads(self.fine(folder.run("plan", "s.yaml", "--format", "json")))
            parts = ("head_s", "upload_s", "edge_s", "relay_s", "tail_s", "download_s", "wait_s")
            for row in rows:
                self.assertAlmostEqual(sum(row[p] for p in parts), row["true_latency_s"], places=12)
                energy = sum(row[p] for p in ("compute_J", "transmit_J", "receive_J", "promotion_J", "radio_tail_J"))
                self.assertAlmostEqual(energy, row["true_energy_J"], places=12)
            explained = [row for row in rows if row["margin"] is not None]
            self.assertTrue(explained)
            for row in explained:  # the next cut is the one that the row after it shows
                after = rows[rows.index(row) + 1]
                self.assertEqual(after["role"], "next")
                believed = (row["believed_latency_s"], after["believed_latency_s"])
                self.assertAlmostEqual(row["margin"], believed[1] / believed[0] - 1.0, places=9)

    def test_plan_says_what_the_plan_is(self):
        text = scenario(network="googlenet", link="{kind: lte_2012, rtt: 20 ms, uplink: 8 Mbit/s}", sweep=None, compare=None,
                        encodings="[{name: plain, accuracy_drop: 0}, {name: half, ratio: 50 %, encode: 1 GB/s}]",
                        partitioners="[cloud_only, min_cut, {kind: resource_aware, rule: R4, budgets: {compute: 30 %}}]")
        with Folder(s=text) as folder:
            rows = json.loads(self.fine(folder.run("plan", "s.yaml", "--format", "json")))
            for row in rows:
                if row["placement"] is None:
                    continue
                self.assertEqual(row["placement"]["input"], "device")
                self.assertLessEqual(set(row["placement"].values()), {"device", "cloud"})
                self.assertIn(row["encoding"], ("plain", "half"))
                if row["encoding"] == "half":
                    self.assertEqual(row["accuracy"], "unknown")
                    self.assertEqual(row["accuracy_source"], "encoding half has no accuracy_drop")
                else:
                    self.assertGreater(row["accuracy"], 0.6)
                    self.assertIn("torchvision", row["accuracy_source"])
            chosen = {row["partitioner"]: row for row in rows if row["role"] == "chosen"}
            self.assertEqual(chosen["resource_aware"]["binding"], ["min_layers_on_device", "compute budget"])
            self.assertIsInstance(chosen["min_cut"]["binding"], list)
            shown = self.fine(folder.run("plan", "s.yaml"))
            self.assertRegex(shown, r"chosen +device only, head on cpu, as plain\n")
            self.assertRegex(shown, r"accuracy +69\.78 %\n")
            # A block a partitioner, and why first.
            blocks = [block.splitlines() for block in shown.split("\n\n")[1:] if "  why" in block]
            self.assertEqual([block[0] for block in blocks], ["cloud_only", "min_cut", "resource_aware"])
            for block in blocks:
                self.assertTrue(block[1].startswith("  why  "), block)

    def test_plan_names_the_budget_that_binds_and_the_next_plan_keeps_it(self):
        # AlexNet at 1 Mbit/s: all on the device is far better, but 30 % of the FLOP end in its second convolution.
        rules = ", ".join("{kind: resource_aware, name: %s, rule: %s, budgets: {compute: 30 %%}}" % (rule, rule)
                          for rule in ("R3", "R4"))
        with Folder(s=scenario(partitioners=f"[{rules}]", sweep=None, compare=None,
                               link="{kind: lte_2012, rtt: 20 ms, uplink: 1 Mbit/s}")) as folder:
            rows = json.loads(self.fine(folder.run("plan", "s.yaml", "--format", "json")))
            self.assertEqual([row["role"] for row in rows], ["chosen", "next", "chosen", "next"])
            for chosen, after in zip(rows[::2], rows[1::2]):
                self.assertIn("compute budget", chosen["binding"])
                self.assertGreaterEqual(chosen["margin"], 0)
                device = [layer for layer, tier in after["placement"].items() if tier == "device"]
                self.assertNotIn("/features/features.3/Conv", device)  # 41.2 % of the FLOP up to there

    def test_every_cut_is_listed_with_its_parts_and_who_chooses_it(self):
        with Folder(s=scenario()) as folder:
            rows = rows_of(self.fine(folder.run("plan", "s.yaml", "--every-cut", "--format", "csv")))
            values = json.loads(self.fine(folder.run("plan", "s.yaml", "--every-cut", "--format", "json")))
            chosen = [r for r in rows_of(self.fine(folder.run("plan", "s.yaml", "--format", "csv"))) if r["role"] == "chosen"]
            shown = self.fine(folder.run("plan", "s.yaml", "--every-cut"))
        self.assertEqual([int(row["layers_on_device"]) for row in rows], list(range(21)))  # of AlexNet
        self.assertEqual([list(row) for row in rows], [list(row) for row in values])
        for row, value in zip(rows, values):
            times = sum(float(row[f"{part}_s"]) for part in ("head", "upload", "edge", "relay", "tail", "download", "wait"))
            self.assertAlmostEqual(times, float(row["latency_s"]), places=12)
            joules = sum(float(row[f"{part}_J"]) for part in ("compute", "transmit", "receive", "promotion", "radio_tail", "server"))
            self.assertAlmostEqual(joules, float(row["energy_J"]), places=12)
            self.assertEqual(float(row["latency_s"]), value["latency_s"])
            self.assertEqual([name for name in row["chosen_by"].split("; ") if name], value["chosen_by"])
            self.assertEqual(row["valid"] == "1", value["broken"] == [])
        self.assertEqual([(row["cut"], row["limits"]) for row in rows if row["valid"] == "0"],
                         [("cloud only", "fewer than 1 layer on the device")])
        of = {name: row for row in rows for name in row["chosen_by"].split("; ")}
        for row in chosen:
            self.assertEqual((of[row["partitioner"]]["cut"], float(of[row["partitioner"]]["latency_s"])),
                             (row["cut"], float(row["true_latency_s"])))
        self.assertLessEqual(max(map(len, shown.splitlines()[2:])), 100)

    def test_a_bar_is_the_sum_of_what_the_network_and_the_device_and_the_link_take(self):
        with Folder(s=scenario(sweep=None, truth="{layer_noise: 0}")) as folder:
            words = ("describe", "network", "alexnet", "--device", "raspberry_pi_3b_plus", "--format", "csv")
            layers = rows_of(self.fine(folder.run(*words)))[:4]  # up to the first pooling
            cut = rows_of(self.fine(folder.run("plan", "s.yaml", "--every-cut", "--format", "csv")))[3]
        self.assertEqual((layers[3]["layer"], cut["cut"]), ("/features/features.2/MaxPool", "after /features/features.2/MaxPool"))
        self.assertAlmostEqual(float(cut["head_s"]), sum(float(layer["power_time_s"]) for layer in layers))
        self.assertAlmostEqual(float(cut["compute_J"]), sum(float(layer["power_time_J"]) for layer in layers))
        # 64 x 27 x 27 floats at 5.85 Mbit/s, and half of 20 ms; the radio draws 438.39 mW a Mbit/s and 1288.04 mW
        sent = 64 * 27 * 27 * 4 * 8 / 5.85e6
        self.assertAlmostEqual(float(cut["upload_s"]), sent + 0.01)
        self.assertAlmostEqual(float(cut["transmit_J"]), sent * (0.43839 * 5.85 + 1.28804))
        received = 4000 * 8 / 13e6
        self.assertAlmostEqual(float(cut["download_s"]), received + 0.01)
        self.assertAlmostEqual(float(cut["receive_J"]), received * (0.05197 * 13 + 1.28804))

    def test_a_point_of_the_sweep_has_cuts_of_its_own(self):
        with Folder(s=scenario()) as folder:
            asked = ("plan", "s.yaml", "--every-cut", "--format", "csv")
            slow, fast = (rows_of(self.fine(folder.run(*asked, "--point", point))) for point in "01")  # 1 and 20 Mbit/s
            # 150 kB up: 1.2 s at 1 Mbit/s, 0.06 s at 20 Mbit/s, and half of 20 ms
            self.assertAlmostEqual(float(slow[0]["upload_s"]), 1.21)
            self.assertAlmostEqual(float(fast[0]["upload_s"]), 0.07)
            self.assertIn("Point 1: link.uplink 20 Mbit/s.", self.fine(folder.run("plan", "s.yaml", "--every-cut", "--point", "1")))
            for words, said in (((*asked, "--point", "2"), "--point 2: the sweep has 2 points, the last of which is 1"),
                                (("plan", "s.yaml", "--point", "1"), "--point requires --every-cut")):
                result = folder.run(*words)
                self.assertEqual(result.returncode, 2)
                self.assertIn(said, result.stderr)

    def test_every_cut_of_a_problem_is_listed_and_other_forms_are_refused(self):
        problems = SOURCE / "scenarios" / "problems"
        with Folder() as folder:
            rows = rows_of(self.fine(folder.run("plan", "--problem", problems / "branches.yaml", "--every-cut", "--format", "csv")))
            self.assertEqual([float(row["latency_s"]) for row in rows], [16, 11, 24, 31, 26])
            for name, form in (("fleet", "users"), ("pipeline", "hosts")):
                result = folder.run("plan", "--problem", problems / f"{name}.yaml", "--every-cut")
                self.assertEqual(result.returncode, 2)
                self.assertIn(f"has `{form}:`", result.stderr)

    def test_a_program_of_ones_own_is_asked_once_by_plan(self):
        program = ("import json, sys\n"
                   "for line in sys.stdin:\n"
                   "    open('asked', 'a').write('.')\n"
                   "    print(json.dumps({'id': json.loads(line)['id'], 'on_device': []}), flush=True)\n")
        text = scenario(partitioners="[{kind: external, command: [python3, mine.py]}]", constraints="{}", sweep=None, compare=None)
        with Folder(s=text) as folder:
            (folder.path / "mine.py").write_text(program)
            self.assertIn("not asked what if", self.fine(folder.run("plan", "s.yaml")))
            self.assertEqual((folder.path / "asked").read_text(), ".")

    def test_plan_for_programs_has_numbers_in_columns_that_carry_their_unit(self):
        with Folder(s=scenario()) as folder:
            rows = rows_of(self.fine(folder.run("plan", "s.yaml", "--format", "csv")))
            for row in rows:
                self.assertGreater(float(row["true_latency_s"]), 0.0)
                self.assertTrue(row["partitioner"])  # of the next best too

    # --- check

    def test_check_says_what_a_scenario_amounts_to(self):
        with Folder(s=scenario()) as folder:
            text = self.fine(folder.run("check", "s.yaml"))
            self.assertIn("s.yaml: ok, 2 points x 3 partitioners x 2 replications = 12 runs", text)
            self.assertIn("3 figures used here are without a public source: edgecut check s.yaml --assumptions\n", text)
            self.assertNotIn("device.memory.reserve = 500 MB", text)

    def test_check_lists_the_assumptions_that_have_a_part_in_the_results(self):
        # The device's file holds three more: the rate of its storage, its power when off and its nominal peak.
        def listed(**changes):
            with Folder(s=scenario(**changes)) as folder:
                text = self.fine(folder.run("check", "s.yaml", "--assumptions"))
                return [line.split(" = ")[0].strip() for line in text.split("without a public source:\n")[1].splitlines()]
        base = ["device.memory.reserve", "device.storage.free", "cloud.memory.reserve"]
        self.assertEqual(sorted(listed()), sorted(base))
        self.assertEqual(sorted(listed(cold_start="true")), sorted([*base, "device.storage.read"]))
        self.assertEqual(sorted(listed(device_off="[{from: 5 s, until: 6 s}]")), sorted([*base, "device.power.off"]))
        peak = "[device_only, {kind: resource_aware, rule: R3, name: offline, nominal: peak, budgets: {compute: 50 %}}]"
        self.assertEqual(sorted(listed(partitioners=peak)),
                         sorted([*base, "device.processors.cpu.nominal.peak", "cloud.processors.cpu.nominal.peak"]))
        self.assertEqual(listed(device="raspberry_pi_4").count("device.processors.cpu.frequency_steps[4].power"), 0)
        slow = listed(device="{kind: raspberry_pi_4, processors: {cpu: {frequency: 600 MHz}}}")
        self.assertIn("device.processors.cpu.frequency_steps[4].power", slow)

    def test_calibrate_makes_a_device_from_any_folder(self):
        with Folder() as folder:
            (folder.path / "latencies.csv").write_text("network,ms\nalexnet,95.1\nvgg16,700\nresnet18,120\nresnet50,262\nmobilenet_v2,58\n")
            said = self.fine(folder.run("calibrate", "latencies.csv", "-o", "mine.yaml", "--idle", "2.7 W", "--active", "6.8 W"))
            for part in ("measured", "fitted", "left out", "resnet50", "edgecut describe device mine.yaml"):
                self.assertIn(part, said)
            shown = self.fine(folder.run("describe", "device", "mine.yaml"))
            self.assertIn("power 0 W off, 2.7 W idle", shown)
            self.assertRegex(shown, r"vgg16 +cpu +\S+ ms +- +- +yes")  # the largest fits, since it ran
            refused = folder.run("calibrate", "latencies.csv", "-o", "other.yaml", "--idle", "2.7 W")
            self.assertEqual(refused.returncode, 2)
            self.assertIn("needs --active", refused.stderr)

    def test_run_has_a_line_a_group_and_sweep_a_table(self):
        text = scenario(fleet="{groups: [{name: near, devices: 2}, {name: far, devices: 1, device: raspberry_pi_4}]}", sweep=None)
        with Folder(s=text) as folder:
            printed = self.fine(folder.run("run", "s.yaml")).split("By group of devices\n")[1]
            lines = table_from(printed.splitlines())
            self.assertEqual([(line["partitioner"], line["group"], line["devices"], line["completed"]) for line in lines],
                             [(method, *group) for method in ("device_only", "offline", "oracle")
                              for group in (("near", "2", "8"), ("far", "1", "4"))])  # 4 requests a device
            self.fine(folder.run("sweep", "s.yaml", "-o", "out"))
            rows = rows_of((folder.path / "out/groups.csv").read_text())
            self.assertEqual(len(rows), 3 * 2 * 2)  # partitioners x replications x groups
            whole = rows_of((folder.path / "out/rows.csv").read_text())
            for row, of_groups in zip(whole, zip(rows[::2], rows[1::2])):
                requests = [int(one["requests"]) for one in of_groups]
                mean = sum(n * float(one["latency_mean_s"]) for n, one in zip(requests, of_groups)) / sum(requests)
                self.assertAlmostEqual(float(row["latency_mean_s"]), mean, places=12)

    def test_check_warns_of_a_scenario_in_which_all_choose_alike(self):
        # ResNet-18 on a Raspberry Pi 4 over a round trip of 50 ms: device only from 0.1 to 100 Mbit/s.
        with Folder(s=MUTE) as folder:
            self.assertIn("warning", self.fine(folder.run("check", "s.yaml")))
            self.assertIn("warning", self.fine(folder.run("sweep", "s.yaml", "--set", "workload.requests=1",
                                                          "--set", "replications=1")))
            rows = rows_of(self.fine(folder.run("run", "s.yaml", "--format", "csv", "--set", "link.uplink=100 Mbit/s")))
            self.assertEqual({r["cut"] for r in rows}, {"device only"})

    def test_check_prints_limits_that_follow_from_others(self):
        # 10 Wh of which 90 % in 4 h are 2.25 W; the board idles at 1.9 W; an inference every 10 s.
        text = scenario(workload="{arrivals: periodic, rate: 0.1 /s, requests: 3}", battery="{capacity: 10 Wh, usable: 90 %}",
                        constraints="{lifetime: 4 h}")
        with Folder(s=text) as folder:
            out = self.fine(folder.run("check", "s.yaml"))
            self.assertIn("s.yaml: derived limit: energy of an inference <= 3.5 J: lifetime 4 h: 32.4 kJ charged / 4 h = "
                          "2.25 W, less 1.9 W idle, x 10 s between requests\n", out)
            self.assertIn("derived limit: memory of the head on Raspberry Pi 3 Model B+ <= 500 MB: 1 GB less 500 MB in reserve\n",
                          out)
            given = self.fine(folder.run("check", "s.yaml", "--set", "constraints.energy=1 J"))
            self.assertNotIn("energy of an inference", given)  # the given limit is the tighter one

    def test_check_finds_axes_over_which_no_plan_changes(self):
        text = scenario(sweep="{link.uplink: [1 Mbit/s, 1 Gbit/s], link.rtt: [20 ms, 20.001 ms]}")
        with Folder(s=text) as folder:
            out = self.fine(folder.run("check", "s.yaml"))
            self.assertIn("s.yaml: note: no partitioner's plan changes over link.rtt\n", out)
            self.assertNotIn("link.uplink", out)

    def test_check_does_not_warn_of_the_scenarios_that_ship(self):
        shipped = sorted((SOURCE / "scenarios").glob("*.yaml"))
        self.assertGreaterEqual(len(shipped), 2)
        with Folder() as folder:
            for path in shipped:
                with self.subTest(scenario=path.name):
                    self.assertNotIn("warning", self.fine(folder.run("check", str(path))))

    def test_check_does_not_warn_where_partitioners_differ(self):
        text = scenario(partitioners="[device_only, cloud_only]", compare=None, constraints=None)
        with Folder(s=text) as folder:
            self.assertNotIn("warning", self.fine(folder.run("check", "s.yaml")))

    def test_check_warns_of_measured_layers_beside_another_machines_nominal_rate(self):
        measured = "compute: {measured: {table: amd_epyc_zen4_vm, mode: unfused}}"
        device = "{kind: raspberry_pi_4, processors: {cpu: {%s%s}}}"
        by_file = "[{kind: resource_aware, rule: R3, nominal: one_network}, oracle]"
        with Folder(s=scenario(device=device % (measured, ""), constraints=None, partitioners=by_file, compare=None),
                    t=scenario(device=device % (measured, ", nominal: {one_network: 86.9 GFLOP/s}"), constraints=None,
                               partitioners=by_file, compare=None),
                    u=scenario(device=device % (measured, ""), constraints=None, compare=None,
                               partitioners="[{kind: resource_aware, rule: R3}, oracle]")) as folder:
            # AlexNet's 1.4284 GFLOP in 26.41 ms; the rate of the Raspberry Pi 4's own file.
            self.assertIn("device.processors.cpu: its layers were measured (alexnet 54.08 GFLOP/s), but its nominal rate, 31.23 GFLOP/s",
                          self.fine(folder.run("check", "s.yaml")))
            self.assertNotIn("nominal rate", self.fine(folder.run("check", "t.yaml")))
            self.assertNotIn("nominal rate", self.fine(folder.run("check", "u.yaml")))  # which does not go by it

    # --- list

    def test_list_names_everything_that_ships(self):
        with Folder() as folder:
            for what, where in (("networks", "scenarios/networks"), ("devices", "platforms/devices"),
                                ("clouds", "platforms/clouds"), ("links", "platforms/links")):
                names = [line.split()[0] for line in self.fine(folder.run("list", what)).splitlines()[2:]]
                self.assertEqual(names, sorted(p.stem for p in (SOURCE / where).glob("*.yaml")))
            kinds = self.fine(folder.run("list", "partitioners"))
            for kind in ("device_only", "cloud_only", "fixed", "offline_benchmark", "resource_aware", "oracle", "best_fixed"):
                self.assertIn(kind, kinds)

    # --- the rest

    def test_help_and_version(self):
        with Folder() as folder:
            text = self.fine(folder.run("--help"))
            for part in ("run", "sweep", "plan", "check", "list", "calibrate", "bandwidth_constrained"):
                self.assertIn(part, text)
            for command in ("run", "sweep", "plan", "check"):
                self.assertIn("scenario", self.fine(folder.run(command, "--help")))
            self.assertRegex(self.fine(folder.run("--version")), r"^edgecut \d+\.\d+\.\d+ \(([0-9a-f]{7,}(-dirty)?|unknown)\)$")

    def test_tables_are_aligned(self):
        with Folder(s=scenario()) as folder:
            for arguments in (("run", "s.yaml"), ("plan", "s.yaml"), ("list", "metrics")):
                lines = self.fine(folder.run(*arguments)).splitlines()
                for i, line in enumerate(lines):
                    if not line.startswith("---"):
                        continue
                    gaps = [j for j in range(len(line)) if line[j] == " "]
                    for row in lines[i + 1:]:
                        if not row or row.startswith("pairs left out"):
                            break
                        self.assertTrue(all(row[j:j + 1] in ("", " ") for j in gaps), row)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
