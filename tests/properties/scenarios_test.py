#!/usr/bin/env python3
"""Random scenarios with features mixed: what must hold of every run, whatever it is of.

    scenarios_test.py EDGECUT [--draws 200] [--first 1] [--jobs 1]

Of each scenario (draw_scenario.py SEED prints it): every request ends once and is counted once; the parts of a latency
are the whole; joules of requests, of accounts and of the power in time are the same; queues in time are what requests
waited; both kernels play the same; nobody beats the oracle on an idle system; and every figure is a number.
"""
import argparse
import collections
import concurrent.futures
import csv
import json
import math
import pathlib
import subprocess
import sys
import tempfile

from draw_scenario import draw

BACK = ("completed", "late")
# What scenarios are made of: each is to be in some, and so is each way to end.
FEATURES = ("edge:", "direct_link", "models:", "cold_start", "batching", "autoscaling", "tenants", "queue_limit",
            "priority", "earliest_deadline", "discipline: shared", "leaving", "encodings", "lte_2012_rrc", "thermal",
            "battery", "harvest", "device_off", "groups", "classes", "cell:", "cells:", "backhaul", "weight",
            "background", "outages", "loss", "markov", "gauss_markov", "estimate", "server_load", "freshest",
            "closed_loop", "bursty", "deadline", "slots")
ENDS = ("completed", "late", "infeasible", "device_off", "battery_empty", "replaced", "server_full")
LATENCIES = ("preparing_s", "device_queue_s", "head_s", "radio_queue_s", "upload_s", "edge_queue_s", "edge_s",
             "relay_s", "cloud_queue_s", "tail_s", "download_s")
ENDS_WAITING = {"device": "head_started", "uplink": "upload_started", "downlink": "download_started",
                "edge": "edge_started", "cloud": "tail_started"}
NOT_PLAYED = ("kernel_used", "groups", "classes", "processors")  # of a row: texts, and what says which kernel it was


class Wrong(Exception):
    """A property that does not hold."""


def expect(holds, text):
    if not holds:
        raise Wrong(text)


def same(a, b, text, relative=1e-9, absolute=1e-9):
    expect(abs(a - b) <= relative * max(abs(a), abs(b)) + absolute, f"{text}: {a!r} is not {b!r}")


def no_number(text):
    raise Wrong(f"a row holds {text}")


class Played:
    """A run's row, events and requests."""

    def __init__(self, row, events, requests):
        self.row, self.events, self.requests = row, events, requests

    @property
    def end(self):
        return self.row["makespan_s"]


class Refused(Exception):
    """A scenario that the program does not take."""


def play(program, text, kernel):
    """{partitioner: Played}."""
    with tempfile.TemporaryDirectory(prefix="edgecut_drawn_") as folder:
        path = pathlib.Path(folder)
        (path / "s.yaml").write_text(text + f"kernel: {kernel}\n")
        command = [program, "run", "s.yaml", "--format", "json", "--events", "e.csv", "--requests", "r.csv"]
        done = subprocess.run(command, cwd=path, capture_output=True, text=True, timeout=300)
        if done.returncode == 2:
            raise Refused(done.stderr.splitlines()[0])
        expect(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
        tables = {}
        for name in ("e", "r"):
            with open(path / f"{name}.csv", newline="", encoding="utf-8") as lines:
                tables[name] = collections.defaultdict(list)
                for line in csv.DictReader(lines):
                    tables[name][line["partitioner"]].append(line)
        return {row["partitioner"]: Played(row, tables["e"][row["partitioner"]], tables["r"][row["partitioner"]])
                for row in json.loads(done.stdout, parse_constant=no_number)}


# ---- of one run ----

def check_numbers(run, _scenario):
    for key, value in run.row.items():
        if isinstance(value, float):
            expect(math.isfinite(value), f"{key} is {value}")
        if key.startswith("utilisation"):
            expect(-1e-12 <= value <= 1 + 1e-9, f"{key} is {value}")
    for line in run.requests:
        for key, value in line.items():
            expect(value not in ("nan", "inf", "-inf"), f"{key} of request {line['request']} is {value}")


def check_counts(run, scenario):
    kinds = collections.Counter(event["event"] for event in run.events)
    expect(kinds["arrived"] == kinds["ended"] == len(run.requests) == scenario.requests,
           f"{scenario.requests} requests, {kinds['arrived']} arrived, {kinds['ended']} ended, "
           f"{len(run.requests)} lines")
    expect(len({line["request"] for line in run.requests}) == scenario.requests, "a request ends twice")
    outcomes = collections.Counter(line["outcome"] for line in run.requests)
    for outcome in ("completed", "late", "dropped", "failed"):
        expect(outcomes[outcome] == run.row[outcome], f"{outcome}: {outcomes[outcome]}, in the row {run.row[outcome]}")
    expect(sum(outcomes.values()) == run.row["requests"], "outcomes are not all requests")
    times = [float(event["time_s"]) for event in run.events]
    expect(times == sorted(times), "time goes back")


def check_parts(run, scenario):
    latencies = []
    for line in run.requests:
        if line["outcome"] not in BACK:
            continue
        latency = float(line["ended_s"]) - float(line["arrived_s"])
        latencies.append(latency)
        if scenario.deadline:
            expect((latency > scenario.deadline * (1 + 1e-9)) == (line["outcome"] == "late"),
                   f"request {line['request']} of {latency} s is {line['outcome']}")
        same(sum(float(line[part]) for part in LATENCIES), latency, f"parts of request {line['request']}",
             absolute=1e-9 * (1 + run.end))
        expect(min(float(line[part]) for part in LATENCIES) >= 0, f"request {line['request']} has a part below 0")
    if latencies:
        same(sum(latencies) / len(latencies), run.row["latency_mean_s"], "mean latency")


def check_joules(run, scenario):
    row, devices = run.row, len(scenario.idle)
    if run.end == 0:
        return
    total = row["energy_idle_J"] + row["energy_off_J"] + row["energy_compute_J"] + row["energy_radio_J"]
    same(total, row["energy_device_J"], "accounts")
    radio = sum(row[f"energy_{part}_J"] for part in ("transmit", "receive", "promotion", "tail"))
    same(radio, row["energy_radio_J"], "accounts of the radio")
    back = []
    for line in run.requests:
        joules = [float(line[f"{part}_J"]) for part in ("compute", "transmit", "receive", "promotion", "radio_tail")]
        expect(min(joules) >= 0, f"request {line['request']} takes {joules} J")
        if line["outcome"] in BACK:
            back.append(sum(joules))
    if back:
        same(sum(back) / len(back), row["energy_inference_J"], "energy of an inference")
    for part in ("compute", "transmit", "receive", "promotion"):
        own = sum(float(line[f"{part}_J"]) for line in run.requests)
        same(own, devices * row[f"energy_{part}_J"], f"{part} of all requests and of the meters")
    after = sum(float(line["radio_tail_J"]) for line in run.requests) - devices * row["energy_tail_J"]
    expect(-1e-9 * (1 + row["energy_tail_J"]) <= after <= sum(scenario.tail) * (1 + 1e-9) + 1e-9,
           f"tails: requests pay {after} J more than was drawn, of at most {sum(scenario.tail)} after the end")
    if scenario.battery and row["state_of_charge_end"] is not None:
        same(scenario.battery * (1 - row["state_of_charge_end"]), row["energy_device_J"],
             "what batteries gave and meters took", absolute=1e-8 * scenario.battery)
    # What is told of the power in time.
    watts, since, drawn = list(scenario.idle), [0.0] * devices, [0.0] * devices
    for event in run.events:
        if event["event"] != "power_changed":
            continue
        i, time = int(event["device"]), float(event["time_s"])
        drawn[i] += watts[i] * (time - since[i])
        watts[i], since[i] = float(event["power_W"]), time
    drawn = sum(joules + power * (run.end - time) for joules, power, time in zip(drawn, watts, since))
    same(drawn, devices * row["energy_device_J"], "the integral of the power and the accounts", relative=1e-8)


def check_queues(run, scenario):
    """Little's law: the mean queue is the seconds that all have waited, over the time."""
    if not scenario.counts_queues or run.end == 0:
        return
    waited, since = collections.Counter(), {}
    began, done = collections.defaultdict(set), collections.defaultdict(set)  # devices by station
    for event in run.events:
        request, time, what = event["request"], float(event["time_s"]), event["event"]
        if what == "queued":
            since[request] = (event["station"], time)
        for station, begins in ENDS_WAITING.items():
            if what == begins:
                began[station].add(event["device"])
            if what == begins.replace("started", "finished"):
                done[station].add(event["device"])
        if request in since and what in (ENDS_WAITING[since[request][0]], "ended"):
            station, start = since.pop(request)
            waited[station] += time - start
    for station in ENDS_WAITING:
        # Means are over those that worked, and who began and never finished may have done nothing.
        if not run.row[f"utilisation_{station}"] or began[station] != done[station]:
            continue
        stations = 1 if station in ("edge", "cloud") else len(began[station])
        same(waited[station], stations * run.row[f"queue_mean_{station}"] * run.end, f"seconds waited at {station}",
             absolute=1e-8 * (1 + run.end))


def check_alone(run, scenario):
    """One request on a system in which nothing else happens takes what its plan says."""
    has_exits = "leaving" in scenario.text  # which are drawn, and a plan has their mean
    if not scenario.is_alone or not scenario.is_still or has_exits or run.row["completed"] + run.row["late"] == 0:
        return
    same(run.row["latency_mean_s"], run.row["idle_latency_s"], "latency of a request that is alone and its plan's")
    same(run.row["energy_inference_J"], run.row["idle_energy_J"], "energy of a request that is alone and its plan's")


# ---- of all runs of a scenario ----

def check_oracle(runs, scenario):
    """On an idle system, of plans that keep the limits, none is better than the oracle's."""
    if "classes" in scenario.text:
        return  # a class's plan goes by what the classes before it left
    column = {"latency": "idle_latency_s", "energy": "idle_energy_J"}[scenario.objective]
    oracle = runs["oracle"].row
    for name, run in runs.items():
        row = run.row
        keeps = row["feasible"] == 1 and not row["violation_rate"] and "varies" not in row["cut"]
        if not keeps or row["completed"] + row["late"] == 0 or name in ("device_only", "cloud_only", "fixed") and \
                "deadline" in scenario.text:
            continue
        expect(oracle["feasible"] == 1, f"{name} has a plan where the oracle has none")
        expect(row[column] >= oracle[column] * (1 - 1e-9) - 1e-12,
               f"{name} beats the oracle: {column} {row[column]} against {oracle[column]}")


def check_kernels(runs, others):
    for name, run in runs.items():
        for key, value in run.row.items():
            other = others[name].row[key]
            if key in NOT_PLAYED:
                continue
            if isinstance(value, float) and isinstance(other, (int, float)):
                same(value, other, f"{name}: {key} of the two kernels", relative=1e-7)
            else:
                expect(value == other, f"{name}: {key} of the two kernels: {value!r} is not {other!r}")


def check(program, seed):
    """Seed, whether all holds (None: the program refuses the scenario), what does not, what the scenario is made of."""
    scenario = draw(seed)
    ends = set()
    made_of = [feature for feature in FEATURES if feature in scenario.text]
    try:
        runs = play(program, scenario.text, "reference")
        for name, run in runs.items():
            for of_run in (check_numbers, check_counts, check_parts, check_joules, check_queues, check_alone):
                try:
                    of_run(run, scenario)
                except Wrong as wrong:
                    raise Wrong(f"{name}: {wrong}") from None
            ends |= {line["reason"] or line["outcome"] for line in run.requests}
        check_oracle(runs, scenario)
        if not scenario.has_cells:
            check_kernels(runs, play(program, scenario.text, "express"))
    except Refused as refused:
        return seed, None, str(refused), []
    except Wrong as wrong:
        return seed, False, str(wrong), made_of
    return seed, True, "", made_of + sorted(ends)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    program = str(pathlib.Path(options.program).resolve())
    seeds = range(options.first, options.first + options.draws)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda seed: check(program, seed), seeds))
    wrong = [(seed, text) for seed, holds, text, _ in results if holds is False]
    refused = [(seed, text) for seed, holds, text, _ in results if holds is None]
    drawn = collections.Counter(what for *_, made_of in results for what in made_of)
    never = [what for what in FEATURES + ENDS if not drawn[what]] if len(results) >= 200 else []
    for seed, text in wrong:
        print(f"seed {seed}: {text}")
    for seed, text in refused:
        print(f"seed {seed} is refused: {text}")
    for what in never:
        print(f"{what} is in no scenario")
    print(f"{len(results)} scenarios, {len(refused)} refused, {len(wrong)} wrong")
    # A generator whose scenarios are refused tests nothing.
    return 1 if wrong or never or len(refused) * 20 > len(results) else 0


if __name__ == "__main__":
    sys.exit(main())
