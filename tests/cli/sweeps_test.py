#!/usr/bin/env python3
"""Sweeps that survive: kill -9, faulty runs, full disks, changed scenarios, shards. Everything is compared with a sweep
that nothing happened to."""
import contextlib
import csv
import json
import os
import pathlib
import random
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import unittest

from edgecut import PROGRAM, SOURCE, Folder, scenario

# 2 points x 3 partitioners x 10 replications = 60 runs
SMALL = scenario(workload="{arrivals: poisson, rate: 1 /s, requests: 5}", replications="10")
RUNS = 60
LAST = "1/oracle/9"  # a run that hangs keeps its sweep from ending
SANITIZED = "asan" in str(PROGRAM)  # a sanitizer has its own way with signals, and takes terabytes of addresses


closed = contextlib.closing


def stored(path, table="rows"):
    """The rows of a store, in order."""
    with closed(sqlite3.connect(path)) as database:
        return database.execute(f"SELECT * FROM {table} ORDER BY point, run_method, replication, run_cut").fetchall()


def count(path):
    try:
        with closed(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return database.execute("SELECT count(*) FROM rows").fetchone()[0]
    except sqlite3.Error:  # not made yet
        return 0


class Sweeps(unittest.TestCase):
    maxDiff = None

    def fine(self, result):
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def fails(self, result, status, *parts):
        self.assertEqual(result.returncode, status, result.stderr)
        for part in parts:
            self.assertIn(part, result.stderr)
        return result.stderr

    def reference(self, folder):
        """The rows of an undisturbed sweep in out/."""
        self.fine(folder.run("sweep", "s.yaml", "-o", "undisturbed", "--jobs", "1"))
        return stored(folder.path / "undisturbed" / "sweep.sqlite")

    # --- survival

    def test_a_sweep_killed_at_twenty_random_moments_gives_the_rows_of_one_that_was_not(self):
        moments = random.Random(8)
        with Folder(s=SMALL) as folder:
            expected = self.reference(folder)
            store = folder.path / "out" / "sweep.sqlite"
            command = [str(PROGRAM), "sweep", "s.yaml", "-o", "out", "--jobs", "2"]
            # The last run never ends while faults are on, so that every kill finds it alive; the moments are drawn in
            # runs as well as in time, so that a slow machine gets on.
            slow = {**os.environ, "EDGECUT_FAULTS": f"sleep=40@*,hang@{LAST}"}
            kept = []
            for _ in range(20):
                process = subprocess.Popen(command, cwd=folder.path, env=slow, stdout=subprocess.DEVNULL,
                                           stderr=subprocess.DEVNULL)
                wanted = min(count(store) + moments.choice([0, 1, 2, 3]), RUNS - 1)
                while process.poll() is None and count(store) < wanted:
                    time.sleep(0.005)
                time.sleep(moments.uniform(0, 0.05))
                self.assertIsNone(process.poll(), "it ended before it was killed")
                process.kill()
                process.wait()
                kept.append(count(store))
            self.assertEqual(kept, sorted(kept))  # nothing that was finished is lost
            self.assertGreater(len(set(kept)), 5)  # it was killed at work, again and again
            self.assertLess(kept[-1], RUNS)
            self.fine(folder.run("sweep", "s.yaml", "-o", "out", "--jobs", "2"))
            self.assertEqual(stored(store), expected)
            for name in ("rows.csv", "savings.csv", "columns.csv"):
                self.assertEqual((folder.path / "out" / name).read_bytes(),
                                 (folder.path / "undisturbed" / name).read_bytes())
            self.assertEqual(sorted(p.name for p in (folder.path / "out").iterdir()),
                             sorted(p.name for p in (folder.path / "undisturbed").iterdir()))

    def test_what_is_finished_is_not_played_again(self):
        with Folder(s=SMALL) as folder:
            expected = self.reference(folder)
            result = folder.run("sweep", "s.yaml", "-o", "undisturbed", env={"EDGECUT_FAULTS": "segfault@*"})
            self.fine(result)  # no run was started, or it would have failed
            self.assertIn(f"{RUNS} runs were in undisturbed/sweep.sqlite already", result.stderr)
            self.assertEqual(stored(folder.path / "undisturbed" / "sweep.sqlite"), expected)

    def test_an_interrupt_ends_cleanly_and_says_how_to_go_on(self):
        with Folder(s=SMALL) as folder:
            store = folder.path / "out" / "sweep.sqlite"
            process = subprocess.Popen([str(PROGRAM), "sweep", "s.yaml", "-o", "out"], cwd=folder.path,
                                       env={**os.environ, "EDGECUT_FAULTS": f"hang@{LAST}"}, stderr=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True)
            while process.poll() is None and count(store) < 2:
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            _, error = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 130, error)
            self.assertIn("the same command goes on from there", error)
            self.assertEqual([p.name for p in (folder.path / "out").iterdir()], ["sweep.sqlite"])
            self.assertEqual(stored(store, "failures"), [])
            self.fine(folder.run("sweep", "s.yaml", "-o", "out"))
            self.assertEqual(stored(store), self.reference(folder))

    # --- runs that go wrong

    def test_each_faulty_run_is_one_failed_row(self):
        faults = {"0/oracle/1": "segfault", "1/offline/3": "hang"}
        limits = ["--run-timeout", "10s"]
        if not SANITIZED:
            faults["1/device_only/9"] = "memory"
            limits += ["--run-memory", "600 MB"]
        some_failed = f"{len(faults)} runs failed"
        with Folder(s=SMALL) as folder:
            result = folder.run("sweep", "s.yaml", "-o", "out", *limits, "--set", "question=with a 'quote'",
                                env={"EDGECUT_FAULTS": ",".join(f"{kind}@{run}" for run, kind in faults.items())})
            self.fails(result, 1, some_failed)
            with open(folder.path / "out" / "failures.csv", newline="") as file:
                failures = {row["run"]: row for row in csv.DictReader(file)}
            self.assertEqual(sorted(failures), sorted(faults))
            if not SANITIZED:
                self.assertIn("signal 11", failures["0/oracle/1"]["reason"])
                self.assertIn("out of memory: it needs more than the limit of 572 MiB",
                              failures["1/device_only/9"]["reason"])
            self.assertIn("took longer than the limit of 10 s", failures["1/offline/3"]["reason"])
            self.assertEqual(count(folder.path / "out" / "sweep.sqlite"), RUNS - len(faults))
            command = failures["1/offline/3"]["command"]
            again = subprocess.run(command.replace("edgecut", str(PROGRAM), 1), shell=True, cwd=folder.path,
                                   capture_output=True, text=True)
            self.assertEqual(again.returncode, 0, again.stderr)
            self.assertIn("latency_mean_s", again.stdout)
            # They are not tried again, unless that is asked for; then the rows are those of a sweep without faults.
            self.fails(folder.run("sweep", "s.yaml", "-o", "out", "--set", "question=with a 'quote'"), 1, some_failed)
            self.fine(folder.run("sweep", "s.yaml", "-o", "out", "--set", "question=with a 'quote'", "--retry-failed"))
            self.assertEqual(stored(folder.path / "out" / "sweep.sqlite"), self.reference(folder))
            self.assertFalse((folder.path / "out" / "failures.csv").exists())

    def test_failures_that_are_tried_again_are_kept_until_they_have_ended(self):
        with Folder(s=SMALL) as folder:
            store = folder.path / "out" / "sweep.sqlite"
            faults = {"EDGECUT_FAULTS": "segfault@0/oracle/1,segfault@0/oracle/2,segfault@0/oracle/3"}
            self.fails(folder.run("sweep", "s.yaml", "-o", "out", env=faults), 1, "3 runs failed")
            command = [str(PROGRAM), "sweep", "s.yaml", "-o", "out", "--retry-failed", "--jobs", "1"]
            again = subprocess.Popen(command, cwd=folder.path, env={**os.environ, "EDGECUT_FAULTS": "hang@0/oracle/2"},
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while again.poll() is None and count(store) < RUNS - 2:
                time.sleep(0.01)
            again.kill()
            again.wait()
            with closed(sqlite3.connect(store)) as database:
                failed = [name for name, in database.execute("SELECT run FROM failures ORDER BY run")]
            self.assertEqual(failed, ["0/oracle/2", "0/oracle/3"])
            self.assertIn("has not ended", folder.run("export", "out/sweep.sqlite").stderr)
            self.fails(folder.run("sweep", "s.yaml", "-o", "out"), 1, "2 runs failed")
            self.fine(folder.run("sweep", "s.yaml", "-o", "out", "--retry-failed"))
            self.assertEqual(stored(store), self.reference(folder))

    def test_no_other_cut_stands_for_the_best_one_when_its_run_failed(self):
        text = scenario(partitioners="[best_fixed, device_only]", compare=None, sweep=None)
        with Folder(s=text) as folder:
            def best(folder_name):
                with open(folder.path / folder_name / "rows.csv", newline="") as file:
                    return {row["replication"]: row["cut_index"] for row in csv.DictReader(file)
                            if row["partitioner"] == "best_fixed"}
            self.fine(folder.run("sweep", "s.yaml", "-o", "whole"))
            with closed(sqlite3.connect(folder.path / "whole" / "sweep.sqlite")) as database:
                cut, = database.execute("SELECT run_cut FROM rows WHERE partitioner = 'best_fixed' AND replication = 0 "
                                        "ORDER BY latency_mean_s, run_cut").fetchone()
            self.assertEqual(sorted(best("whole")), ["0", "1"])
            faults = {"EDGECUT_FAULTS": f"segfault@0/best_fixed/0/{cut}"}
            self.fails(folder.run("sweep", "s.yaml", "-o", "out", env=faults), 1, f"0/best_fixed/0/{cut}")
            self.assertEqual(best("out"), {"1": best("whole")["1"]})
            self.fine(folder.run("sweep", "s.yaml", "-o", "out", "--retry-failed"))
            self.assertEqual(best("out"), best("whole"))

    def test_limits_and_names_of_runs_are_checked(self):
        with Folder(s=SMALL) as folder:
            for arguments, parts in {
                ("--run-timeout", "60"): ["--run-timeout", "unit"],
                ("--run-memory", "1 kB"): ["--run-memory", "must be above"],
                ("--shard", "0/2"): ["--shard 0/2", "such as 2/4"],
                ("--shard", "3/2"): ["--shard 3/2"],
                ("--shard", "two"): ["--shard two"],
                ("--run", "9/oracle/0"): ["--run 9/oracle/0", "2 points"],
                ("--run", "0/oracle/10"): ["no such run"],
                ("--format", "csv", "--shard", "1/2"): ["--shard", "--output"],
            }.items():
                with self.subTest(arguments=arguments):
                    self.fails(folder.run("sweep", "s.yaml", *arguments), 2, *parts)
            self.fails(folder.run("sweep", "s.yaml", env={"EDGECUT_FAULTS": "nonsense"}), 2, "EDGECUT_FAULTS", "nonsense")

    # --- where it cannot be written

    def test_a_full_disk_is_a_clear_error_and_what_was_finished_is_kept(self):
        def no_more():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        with Folder(s=SMALL) as folder:
            expected = self.reference(folder)
            # Bytes that a file may have. The log of 60 transactions is larger than the store that comes of them: some
            # runs fit, not all.
            limit = (folder.path / "undisturbed" / "sweep.sqlite").stat().st_size
            result = subprocess.run([str(PROGRAM), "sweep", "s.yaml", "-o", "out", "--jobs", "1"], cwd=folder.path,
                                    capture_output=True, text=True, preexec_fn=no_more, timeout=200)
            self.fails(result, 1, "out/sweep.sqlite", "cannot be written", "is the disk full?")
            store = folder.path / "out" / "sweep.sqlite"
            self.assertGreater(count(store), 0)
            self.assertLess(count(store), RUNS)
            self.fine(folder.run("sweep", "s.yaml", "-o", "out"))
            self.assertEqual(stored(store), expected)

    @unittest.skipIf(os.geteuid() == 0 and not hasattr(os, "setresuid"), "root may write everywhere")
    def test_a_folder_that_may_not_be_written_is_a_clear_error(self):
        def nobody():
            if os.geteuid() == 0:
                os.setresgid(65534, 65534, 65534)
                os.setresuid(65534, 65534, 65534)

        with Folder(s=SMALL) as folder:
            (folder.path / "out").mkdir()
            os.chmod(folder.path / "out", 0o555)
            os.chmod(folder.path, 0o755)
            try:
                result = subprocess.run([str(PROGRAM), "sweep", "s.yaml", "-o", "out"], cwd=folder.path,
                                        capture_output=True, text=True, preexec_fn=nobody, timeout=100)
            except PermissionError:
                self.skipTest("the program lies where nobody else may go")
            if "scenarios" in result.stderr or "home" in result.stderr.lower():
                self.skipTest("edgecut's files lie where nobody else may go")
            self.fails(result, 2, "out: cannot be written to")
            os.chmod(folder.path / "out", 0o755)

    def test_two_sweeps_on_one_store_are_refused(self):
        with Folder(s=SMALL) as folder:
            first = subprocess.Popen([str(PROGRAM), "sweep", "s.yaml", "-o", "out"], cwd=folder.path,
                                     env={**os.environ, "EDGECUT_FAULTS": f"hang@{LAST}"}, stderr=subprocess.DEVNULL,
                                     stdout=subprocess.DEVNULL)
            while first.poll() is None and count(folder.path / "out" / "sweep.sqlite") < 1:
                time.sleep(0.01)
            self.fails(folder.run("sweep", "s.yaml", "-o", "out"), 2, "another sweep is writing to it",
                       f"(process {first.pid})")
            first.kill()
            first.wait()
            self.fine(folder.run("sweep", "s.yaml", "-o", "out"))  # the lock went with the process
            self.assertEqual(stored(folder.path / "out" / "sweep.sqlite"), self.reference(folder))

    def test_a_file_that_is_no_store_is_refused(self):
        with Folder(s=SMALL) as folder:
            (folder.path / "out").mkdir()
            (folder.path / "out" / "sweep.sqlite").write_text("something else " * 100)
            self.fails(folder.run("sweep", "s.yaml", "-o", "out"), 2, "out/sweep.sqlite", "damaged or no store")
            self.fails(folder.run("export", "out/sweep.sqlite"), 2, "damaged or no store")
            self.fails(folder.run("export", "nowhere.sqlite"), 2, "nowhere.sqlite: no such store")
            self.fine(folder.run("sweep", "s.yaml", "-o", "out", "--fresh"))

    # --- what a store is of

    def test_a_changed_scenario_is_told_from_the_old_one(self):
        with Folder(s=SMALL, l=pathlib.Path(__file__).resolve().parents[2].joinpath(
                "platforms/links/lte_2012.yaml").read_text()) as folder:
            (folder.path / "s.yaml").write_text(SMALL.replace("kind: lte_2012", "kind: l.yaml"))
            self.fine(folder.run("sweep", "s.yaml", "-o", "out"))
            before = stored(folder.path / "out" / "sweep.sqlite")
            self.fails(folder.run("sweep", "s.yaml", "-o", "out", "--set", "link.rtt=9 ms"), 2,
                       "holds runs of another sweep", "the settings", "link.rtt=9 ms", "--fresh", "--output")
            text = (folder.path / "s.yaml").read_text()
            (folder.path / "s.yaml").write_text(text.replace("seed: 42", "seed: 43"))
            self.fails(folder.run("sweep", "s.yaml", "-o", "out"), 2, "the scenario (line",
                       "'seed: 42' there, 'seed: 43' here")
            (folder.path / "s.yaml").write_text(text)
            link = (folder.path / "l.yaml").read_text()
            (folder.path / "l.yaml").write_text(link + "\n# changed\n")
            self.fails(folder.run("sweep", "s.yaml", "-o", "out"), 2, "l.yaml ('fnv1a64:")
            (folder.path / "l.yaml").write_text(link)
            self.fine(folder.run("sweep", "s.yaml", "-o", "out"))
            self.assertEqual(stored(folder.path / "out" / "sweep.sqlite"), before)

    def test_files_of_one_name_in_different_folders_are_told_apart(self):
        link = (SOURCE / "platforms/links/lte_2012.yaml").read_text()
        text = scenario(link=None, sweep="{link: [x/links/l.yaml, y/links/l.yaml]}")
        with Folder(s=text + "link: x/links/l.yaml\n") as folder:
            for name in "xy":
                (folder.path / name / "links").mkdir(parents=True)
                (folder.path / name / "links" / "l.yaml").write_text(link)
            self.fine(folder.run("sweep", "s.yaml", "-o", "out"))
            (folder.path / "y" / "links" / "l.yaml").write_text(link + "# changed\n")
            self.fails(folder.run("sweep", "s.yaml", "-o", "out"), 2, "./y/links/l.yaml ('fnv1a64:")
            files = json.loads((folder.path / "out" / "manifest.json").read_text())["files"]
            self.assertTrue({"./x/links/l.yaml", "./y/links/l.yaml", "scenarios/networks/alexnet.yaml"} <= set(files))

    def test_what_another_sweep_left_in_the_folder_is_not_left_beside_the_results(self):
        with Folder(s=SMALL, plain=scenario(compare=None)) as folder:
            self.fine(folder.run("sweep", "s.yaml", "-o", "out"))
            self.fine(folder.run("export", "out/sweep.sqlite", "-o", "out", "--format", "json"))
            for name in ("classes.csv", "failures.csv"):
                (folder.path / "out" / name).write_text("of another sweep\n")
            self.fine(folder.run("sweep", "plain.yaml", "-o", "out", "--fresh"))
            self.assertEqual(sorted(p.name for p in (folder.path / "out").iterdir()),
                             ["columns.csv", "manifest.json", "rows.csv", "sweep.sqlite"])

    def test_the_store_holds_columns_with_units_plans_and_the_manifest(self):
        with Folder(s=SMALL) as folder:
            self.reference(folder)
            with closed(sqlite3.connect(folder.path / "undisturbed" / "sweep.sqlite")) as database:
                ask = lambda query: database.execute(query).fetchall()
                self.assertEqual(ask("SELECT unit FROM columns WHERE name = 'latency_mean_s'"), [("s",)])
                self.assertEqual(ask("SELECT DISTINCT \"link.uplink_Mbit_per_s\" FROM rows ORDER BY 1"), [(1,), (20,)])
                self.assertEqual(ask("SELECT sum(runs) FROM plans"), [(RUNS,)])
                self.assertEqual(ask("SELECT cut, sum(runs) FROM plans WHERE partitioner = 'device_only' GROUP BY 1"),
                                 [("device only", 20)])
                manifest = json.loads(ask("SELECT value FROM manifest WHERE key = 'manifest'")[0][0])
                self.assertEqual(manifest["scenario"], SMALL)
                parts = dict(ask("SELECT part, value FROM identity"))
                self.assertEqual(parts["the scenario"], SMALL)
                self.assertRegex(parts["platforms/links/lte_2012.yaml"], "^fnv1a64:")
                self.assertTrue(parts["the program's commit"])
                self.assertEqual(ask("SELECT count(*), sum(runs) FROM sessions"), [(1, RUNS)])
                self.assertTrue(ask("SELECT host FROM sessions")[0][0])

    def test_export_gives_what_the_sweep_wrote(self):
        with Folder(s=SMALL) as folder:
            self.reference(folder)
            self.fine(folder.run("export", "undisturbed/sweep.sqlite", "-o", "again", "--format", "json"))
            for name in ("rows.csv", "savings.csv", "columns.csv", "manifest.json"):
                self.assertEqual((folder.path / "again" / name).read_bytes(),
                                 (folder.path / "undisturbed" / name).read_bytes())
            rows = (folder.path / "again" / "rows.csv").read_text()
            self.assertEqual(self.fine(folder.run("export", "undisturbed/sweep.sqlite")), rows)
            as_json = json.loads((folder.path / "again" / "rows.json").read_text())
            self.assertEqual(as_json, json.loads(self.fine(
                folder.run("export", "undisturbed/sweep.sqlite", "--format", "json"))))
            columns = self.dictionary(folder, "again")
            self.assertEqual(list(as_json[0]), columns["rows.csv"])
            self.assertEqual(sorted(columns), ["rows.csv", "savings.csv"])
            self.assertEqual(self.fine(folder.run("sweep", "s.yaml", "--format", "csv")), rows)  # without a store

    def dictionary(self, folder, results):
        """Of each table the columns that columns.csv explains: all, in order, and each with a meaning."""
        columns = {}
        with open(folder.path / results / "columns.csv", newline="") as file:
            for line in csv.DictReader(file):
                self.assertTrue(line["meaning"], line)
                columns.setdefault(line["file"], []).append(line["column"])
        for name, found in columns.items():
            self.assertEqual(found, (folder.path / results / name).read_text().splitlines()[0].split(","))
        return columns

    def test_the_dictionary_has_the_columns_of_classes_too(self):
        slow = "arrivals: periodic, rate: 0.1 /s, requests: 2"
        text = scenario(workload=f"{{classes: [{{name: a, {slow}}}, {{name: b, network: googlenet, {slow}}}]}}")
        with Folder(s=text) as folder:
            self.fine(folder.run("sweep", "s.yaml", "-o", "out"))
            self.assertEqual(sorted(self.dictionary(folder, "out")), ["classes.csv", "rows.csv", "savings.csv"])

    def test_groups_and_processors_are_tables_of_the_store_whole_in_shards_or_exported(self):
        fleet = "{groups: [{name: a, devices: 2}, {name: b, devices: 1, device: jetson_nano, processors: [gpu, cpu]}]}"
        partitioners = "[device_only, best_fixed]"
        with Folder(s=scenario(fleet=fleet, partitioners=partitioners, compare=None, network="ds_cnn_int8",
                               constraints="{min_layers_on_device: 11}")) as folder:
            self.fine(folder.run("sweep", "s.yaml", "-o", "whole"))
            for i in "12":
                self.fine(folder.run("sweep", "s.yaml", "-o", "parts", "--shard", f"{i}/2"))
            self.fine(folder.run("merge", "parts/shard-2-of-2.sqlite", "parts/shard-1-of-2.sqlite", "-o", "merged"))
            self.fine(folder.run("export", "whole/sweep.sqlite", "-o", "exported"))
            for table in ("groups", "processors"):
                text = (folder.path / "whole" / f"{table}.csv").read_text()
                for other in ("merged", "exported"):
                    self.assertEqual((folder.path / other / f"{table}.csv").read_text(), text, table)
                lines = list(csv.DictReader(text.splitlines()))
                self.assertEqual(len(lines), 2 * 2 * 2 * 2)  # uplinks x methods x replications x groups or processors
                self.assertEqual(self.of_the_kept(folder.path / "whole" / "sweep.sqlite", table), lines)
            self.assertFalse((folder.path / "whole" / "classes.csv").exists())
            rows = (folder.path / "whole" / "rows.csv").read_text()
            self.assertEqual({"groups", "classes", "processors"} & set(rows.splitlines()[0].split(",")), set())
            self.assertNotIn("{", rows)
            one = self.fine(folder.run("sweep", "s.yaml", "--run", "0/device_only/1"))
            self.assertRegex(one, r"\ngroups\ngroup +devices +feasible")
            self.assertRegex(one, r"\nprocessors\nprocessor +devices +energy_compute_J")

    def of_the_kept(self, store, table):
        """The lines of a table of a store as a CSV file has them: of best_fixed those of the cut that its row keeps."""
        with closed(sqlite3.connect(store)) as database:
            database.row_factory = sqlite3.Row
            best = database.execute("SELECT point, replication, run_cut, min(latency_mean_s) AS least FROM rows "
                                    "WHERE partitioner = 'best_fixed' GROUP BY point, replication").fetchall()
            kept = {(row["point"], row["replication"]): row["run_cut"] for row in best}
            lines = database.execute(f"SELECT * FROM {table} ORDER BY point, run_method, replication, run_cut, line")
            lines = [line for line in lines if line["run_cut"] in (-1, kept[line["point"], line["replication"]])]
        cell = lambda value: "" if value is None else str(value).removesuffix(".0")
        return [{name: cell(line[name]) for name in line.keys()[3:]} for line in lines]

    def test_the_manifest_says_who_played_with_what(self):
        with Folder(s=scenario(seed="41", truth="{seed: 7}")) as folder:
            self.fine(folder.run("sweep", "s.yaml", "-o", "out", "--jobs", "1", "--set", "seed=42"))
            manifest = json.loads((folder.path / "out" / "manifest.json").read_text())
            self.assertEqual(manifest["seeds"], {"seed": [42], "truth": [7]})
            self.assertEqual(sorted(manifest["versions"]), ["SQLite", "SimGrid", "compiler"])
            self.assertRegex(manifest["versions"]["SimGrid"], r"^\d+\.\d+(\.\d+)?$")
            self.assertEqual(manifest["versions"]["SQLite"].split(".")[0], "3")
            self.assertRegex(manifest["versions"]["compiler"], r"^(GCC|clang) \d+")
            session, = manifest["sessions"]
            self.assertEqual((session["host"], session["jobs"], session["shard"], session["runs"]),
                             (socket.gethostname(), 1, "1/1", 12))  # 2 points x 3 partitioners x 2 replications
            self.assertGreater(session["wall_s"], 0)

    def test_keys_of_the_study_are_no_axes(self):
        for key, values in (("replications", "[2, 3]"), ("replications.until.max", "[20, 30]"), ("compare.baseline", "[oracle]"),
                            ("question", "[why]"), ("tune.budget", "[3]"), ("sweep", "[a]")):
            for sweep in (f"{{{key}: {values}}}", f"{{zip: {{{key}: {values}}}}}",
                          f"{{sample: {{method: sobol, points: 2, over: {{{key}: {values}}}}}}}"):
                with self.subTest(sweep=sweep), Folder(s=scenario(sweep=sweep)) as folder:
                    self.fails(folder.run("sweep", "s.yaml"), 2, "s.yaml:", key, "cannot be swept")

    # --- shards

    def test_shards_merged_are_the_whole_sweep_and_merging_again_changes_nothing(self):
        with Folder(s=SMALL) as folder:
            expected = self.reference(folder)
            sizes = []
            for i in (3, 1, 2):
                self.fine(folder.run("sweep", "s.yaml", "-o", "parts", "--shard", f"{i}/3"))
                sizes.append(count(folder.path / "parts" / f"shard-{i}-of-3.sqlite"))
            self.assertEqual(sum(sizes), RUNS)
            self.assertLessEqual(max(sizes) - min(sizes), 3)
            parts = [f"parts/shard-{i}-of-3.sqlite" for i in (1, 2, 3)]
            out = self.fine(folder.run("merge", *parts[:2], "-o", "out"))
            self.assertIn("not complete yet: shard 3 of 3", out)
            self.assertFalse((folder.path / "out" / "rows.csv").exists())
            for _ in range(2):
                self.fine(folder.run("merge", *parts, "-o", "out"))
                sessions = json.loads((folder.path / "out" / "manifest.json").read_text())["sessions"]
                self.assertEqual(sorted((s["shard"], s["runs"]) for s in sessions),
                                 [(f"{i}/3", sizes[(3, 1, 2).index(i)]) for i in (1, 2, 3)])
                self.assertEqual(stored(folder.path / "out" / "sweep.sqlite"), expected)
                for name in ("rows.csv", "savings.csv"):
                    self.assertEqual((folder.path / "out" / name).read_bytes(),
                                     (folder.path / "undisturbed" / name).read_bytes())

    def test_a_sweep_begun_as_a_shard_may_be_ended_whole(self):
        with Folder(s=SMALL) as folder:
            expected = self.reference(folder)
            for i in (1, 2):
                self.fine(folder.run("sweep", "s.yaml", "-o", "parts", "--shard", f"{i}/4"))
            self.fine(folder.run("merge", "parts/shard-1-of-4.sqlite", "-o", "out"))
            self.assertIn("not complete: shard 2, 3, 4 of 4", folder.run("export", "out/sweep.sqlite").stderr)
            self.fine(folder.run("sweep", "s.yaml", "-o", "out"))
            self.assertEqual(folder.run("export", "out/sweep.sqlite", "-o", "again").stderr, "")
            self.fine(folder.run("merge", "parts/shard-2-of-4.sqlite", "-o", "out"))
            self.assertEqual(stored(folder.path / "out" / "sweep.sqlite"), expected)
            self.fine(folder.run("merge", "out/sweep.sqlite", "parts/shard-2-of-4.sqlite", "-o", "other"))
            self.assertTrue((folder.path / "other" / "rows.csv").exists())

    def test_merge_refuses_what_does_not_belong_together(self):
        with Folder(s=SMALL) as folder:
            self.fine(folder.run("sweep", "s.yaml", "-o", "a", "--shard", "1/2"))
            self.fine(folder.run("sweep", "s.yaml", "-o", "b", "--shard", "2/2", "--set", "seed=7"))
            self.fine(folder.run("sweep", "s.yaml", "-o", "c", "--shard", "2/3"))
            self.fails(folder.run("merge", "a/shard-1-of-2.sqlite", "b/shard-2-of-2.sqlite", "-o", "out"), 2,
                       "is of another sweep", "the settings", "seed=7")
            self.fails(folder.run("merge", "a/shard-1-of-2.sqlite", "c/shard-2-of-3.sqlite", "-o", "out"), 2,
                       "is shard 2 of 3")
            self.assertFalse((folder.path / "out" / "sweep.sqlite").exists())
            self.fine(folder.run("merge", "a/shard-1-of-2.sqlite", "-o", "out"))
            with closed(sqlite3.connect(folder.path / "a" / "shard-1-of-2.sqlite")) as database:
                database.execute("UPDATE rows SET latency_mean_s = 1.25 WHERE point = 0 AND replication = 0")
                database.commit()
            self.fails(folder.run("merge", "a/shard-1-of-2.sqlite", "-o", "out"), 2,
                       "a/shard-1-of-2.sqlite: is damaged", "its checksum is another")

    # --- replications

    def test_replications_go_on_until_every_mean_is_known_and_are_the_same_runs_on_any_machine(self):
        text = scenario(workload="{arrivals: poisson, rate: 1 /s, requests: 5}",
                        replications="{until: {metric: latency_mean, half_width: 10 %, min: 4, max: 30}}")
        with Folder(s=text) as folder:
            expected = self.reference(folder)
            with open(folder.path / "undisturbed" / "rows.csv", newline="") as file:
                rows = list(csv.DictReader(file))
            cells = {}
            for row in rows:
                cells.setdefault((row["point"], row["partitioner"]), []).append(float(row["latency_mean_s"]))
            for point in ("0", "1"):
                numbers = {len(values) for (p, _), values in cells.items() if p == point}
                self.assertEqual(len(numbers), 1)  # as many for every partitioner, so that they are paired
            for values in cells.values():
                n = len(values)
                mean = sum(values) / n
                spread = (sum((v - mean) ** 2 for v in values) / (n - 1) / n) ** 0.5
                # t(0.975) is 2.045 for 30 and falls to 1.96; 3.182 for 4: above 1.96 times the spread in any case.
                self.assertTrue(n == 30 or 1.96 * spread <= 0.10 * mean, (n, spread / mean))
                self.assertGreaterEqual(n, 4)
            self.fine(folder.run("sweep", "s.yaml", "-o", "two", "--jobs", "3"))
            self.assertEqual(stored(folder.path / "two" / "sweep.sqlite"), expected)
            for i in (1, 2):
                self.fine(folder.run("sweep", "s.yaml", "-o", "parts", "--shard", f"{i}/2"))
            self.fine(folder.run("merge", "parts/shard-1-of-2.sqlite", "parts/shard-2-of-2.sqlite", "-o", "out"))
            self.assertEqual(stored(folder.path / "out" / "sweep.sqlite"), expected)
            self.assertIn("4 to 30 replications", self.fine(folder.run("check", "s.yaml")))

    def test_a_width_that_was_not_reached_is_told(self):
        changes = {"workload": "{arrivals: poisson, rate: 1 /s, requests: 5}", "sweep": None, "compare": None,
                   "partitioners": "[device_only, best_fixed]"}
        until = "{{until: {{metric: latency_mean, half_width: {}, min: 4, max: 5}}}}"
        with Folder(s=scenario(replications=until.format("0.001 %"), **changes),
                    t=scenario(replications=until.format("1000 %"), **changes)) as folder:
            told = "1 mean of latency_mean_s is not known to 0.001 %, the first: point 0, device_only, after 5 of at most 5"
            self.assertIn(told, self.fine(folder.run("sweep", "s.yaml", "-o", "out")))
            self.assertIn(told, self.fine(folder.run("sweep", "s.yaml", "-o", "part", "--shard", "1/2")))
            self.assertNotIn("not known", self.fine(folder.run("sweep", "t.yaml", "-o", "known")))

    def test_a_mean_without_a_figure_is_told(self):
        text = scenario(replications="{until: {metric: lifetime_s, half_width: 1 %, min: 2, max: 5}}", sweep=None,
                        compare=None, partitioners="[device_only]")
        with Folder(s=text) as folder:
            told = self.fine(folder.run("sweep", "s.yaml", "-o", "out"))
        self.assertIn("1 mean of lifetime_s has no figure in any replication, the first: point 0, device_only", told)
        self.assertIn("2 rows in", told)  # `min`, and no more

    def test_common_random_numbers_pair_the_partitioners(self):
        # Two of a kind see the same arrivals and the same truth: every figure is the same at each replication, and the
        # paired saving is 0 with no width at all, while the means differ between replications.
        text = scenario(workload="{arrivals: poisson, rate: 2 /s, requests: 20}", sweep=None,
                        partitioners="[{kind: device_only, name: a}, {kind: device_only, name: b}]",
                        compare="{baseline: a}", replications="4")
        with Folder(s=text) as folder:
            self.fine(folder.run("sweep", "s.yaml", "-o", "out"))
            with open(folder.path / "out" / "rows.csv", newline="") as file:
                rows = list(csv.DictReader(file))
            figures = {name: [{k: v for k, v in r.items() if k != "partitioner"} for r in rows if r["partitioner"] == name]
                       for name in "ab"}
            self.assertEqual(figures["a"], figures["b"])
            self.assertEqual(len({r["latency_mean_s"] for r in figures["a"]}), 4)
            with open(folder.path / "out" / "savings.csv", newline="") as file:
                for saving in csv.DictReader(file):
                    if saving["metric"] == "latency":
                        self.assertEqual((float(saving["saving"]), float(saving["saving_half_width"])), (0.0, 0.0))

    def test_a_dry_run_says_how_many_and_how_long_and_writes_nothing(self):
        with Folder(s=SMALL) as folder:
            out = self.fine(folder.run("sweep", "s.yaml", "--dry-run", "--jobs", "2"))
            self.assertIn(f"2 points x 3 partitioners x 10 replications: {RUNS} runs", out)
            self.assertRegex(out, rf"\d+ runs as a probe took .* each: about .* for {RUNS} runs with --jobs 2")
            out = self.fine(folder.run("sweep", "s.yaml", "--dry-run", "--run-timeout", "1s",
                                       env={"EDGECUT_FAULTS": "hang@*"}))
            self.assertIn("a probe failed: 0/device_only/0: took longer than the limit of 1 s", out)
            out = self.fine(folder.run("sweep", "s.yaml", "--dry-run", "--shard", "1/4"))
            self.assertIn("shard 1 of 4: 15 runs", out)
            self.assertEqual([p.name for p in folder.path.iterdir()], ["s.yaml"])

    def test_a_dry_run_knows_what_the_store_holds(self):
        with Folder(s=SMALL) as folder:
            dry = ["sweep", "s.yaml", "-o", "out", "--dry-run"]
            self.fine(folder.run("sweep", "s.yaml", "-o", "shards", "--shard", "1/4"))  # 15 runs
            self.fine(folder.run("merge", "shards/shard-1-of-4.sqlite", "-o", "out"))
            out = self.fine(folder.run(*dry))
            self.assertIn("15 of them are in out/sweep.sqlite already", out)
            self.assertIn(f"for {RUNS - 15} runs", out)
            self.assertIn(f"for {RUNS} runs", self.fine(folder.run(*dry, "--fresh")))
            self.assertIn("out/sweep.sqlite holds runs of another sweep", self.fine(folder.run(*dry, "--set", "seed=1")))
            self.fine(folder.run("sweep", "s.yaml", "-o", "out"))
            out = self.fine(folder.run(*dry))
            self.assertIn(f"{RUNS} of them are in out/sweep.sqlite already", out)
            self.assertNotIn("probe", out)

    def test_few_open_files_are_raised_as_far_as_the_system_allows_and_otherwise_a_clear_error(self):
        def few(most):
            return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (20, most))

        def sweep(most):
            return subprocess.run([str(PROGRAM), "sweep", "s.yaml", "-o", "out", "--jobs", "40"], cwd=folder.path,
                                  capture_output=True, text=True, preexec_fn=few(most), timeout=200)

        with Folder(s=SMALL) as folder:
            self.fails(sweep(20), 1, "40 runs at a time need 72 open files, and the system allows 20", "ulimit", "--jobs")
            self.fine(sweep(100))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
