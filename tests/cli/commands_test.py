#!/usr/bin/env python3
"""The commands as a user sees them: tables, CSV and JSON, results folders, determinism, warnings, exit codes."""
import csv
import io
import json
import math
import sys
import unittest

from edgecut import SOURCE, Folder, scenario

SAVINGS = ["partitioner", "baseline", "metric", "saving", "saving_half_width", "pairs", "left_out_infeasible",
           "left_out_saturated", "left_out_dropping", "left_out_violating", "left_out_zero", "left_out_unknown"]
LOADED = scenario(workload="{arrivals: poisson, rate: 3 /s, requests: 30}", replications="3",
                  partitioners="[device_only, {kind: offline_benchmark, name: offline}, oracle]",
                  sweep="{link.uplink: {logspace: [1 Mbit/s, 100 Mbit/s], points: 3}, link.rtt: [5 ms, 20 ms]}")
MUTE = scenario(network="resnet18", device="raspberry_pi_4", link="{kind: lte_2012, rtt: 50 ms}",
                input="{encoding: raw}", constraints=None, compare=None,
                partitioners="[device_only, {kind: offline_benchmark, benchmarked_at: {link.uplink: 20 Mbit/s}}, oracle]",
                sweep="{link.uplink: {logspace: [0.1 Mbit/s, 100 Mbit/s], points: 7}}")


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def metrics(folder):
    """Name, unit and meaning of every column, from the program's own list."""
    lines = folder.run("list", "metrics").stdout.splitlines()
    starts = [0] + [i + 2 for i in range(len(lines[1]) - 1) if lines[1][i:i + 2] == "  " and i + 2 < len(lines[1])]
    cells = []
    for line in lines[2:]:
        ends = starts[1:] + [len(line)]
        cells.append([line[a:b].strip() for a, b in zip(starts, ends)])
    return cells


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
                         "Saved against offline", "Figures without a public source", "assumption"):
                self.assertIn(part, text)
            self.assertEqual([p.name for p in folder.path.iterdir()], ["s.yaml"])  # run keeps nothing

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
                if saving["metric"] != "latency" or saving["left_out_saturated"] != "0":
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
            self.assertIn("where the time goes", text)
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
            self.assertRegex(shown.split("\n\n")[1], "encoding +accuracy")
            self.assertIn("where the energy goes", shown)

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
            self.assertIn("device.memory.reserve = 500 MB: assumption", text)

    def test_check_warns_of_a_scenario_in_which_all_choose_alike(self):
        # ResNet-18 on a Raspberry Pi 4 over a round trip of 50 ms: device only from 0.1 to 100 Mbit/s.
        with Folder(s=MUTE) as folder:
            self.assertIn("warning", self.fine(folder.run("check", "s.yaml")))
            self.assertIn("warning", self.fine(folder.run("sweep", "s.yaml", "--set", "workload.requests=1",
                                                          "--set", "replications=1")))
            rows = rows_of(self.fine(folder.run("run", "s.yaml", "--format", "csv", "--set", "link.uplink=100 Mbit/s")))
            self.assertEqual({r["cut"] for r in rows}, {"device only"})

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
        with Folder(s=scenario(device=device % (measured, ""), constraints=None),
                    t=scenario(device=device % (measured, ", nominal: {one_network: 86.9 GFLOP/s}"), constraints=None)) as folder:
            # AlexNet's 1.4284 GFLOP in 26.41 ms; the rate of the Raspberry Pi 4's own file.
            self.assertIn("device.processors.cpu: its layers were measured (alexnet 54.08 GFLOP/s), but its nominal rate, 31.23 GFLOP/s",
                          self.fine(folder.run("check", "s.yaml")))
            self.assertNotIn("nominal rate", self.fine(folder.run("check", "t.yaml")))

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
            for part in ("run", "sweep", "plan", "check", "list", "scenarios/"):
                self.assertIn(part, text)
            for command in ("run", "sweep", "plan", "check"):
                self.assertIn("scenario", self.fine(folder.run(command, "--help")))
            self.assertRegex(self.fine(folder.run("--version")), r"^edgecut \d+\.\d+")

    def test_tables_are_aligned(self):
        with Folder(s=scenario()) as folder:
            for arguments in (("run", "s.yaml"), ("plan", "s.yaml"), ("list", "metrics")):
                lines = self.fine(folder.run(*arguments)).splitlines()
                for i, line in enumerate(lines):
                    if not line.startswith("---"):
                        continue
                    gaps = [j for j in range(len(line)) if line[j] == " "]
                    for row in lines[i + 1:]:
                        if not row:
                            break
                        self.assertTrue(all(row[j:j + 1] in ("", " ") for j in gaps), row)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
