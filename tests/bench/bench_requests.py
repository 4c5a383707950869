"""How many requests per second of processor time: edgecut on both kernels beside programs written by hand.

    bench_requests.py EDGECUT BINARIES [--rounds N] [--out requests.csv] [--scale scale.csv] [--check] [--docs PAGE]

Plays tests/bench/requests at 10, 100 and 1000 devices. All programs run in turn, several rounds, and the least processor
time of each counts, because others use the machine too. It is the whole process's, start-up included. Means are of runs of
their own, of as many requests in each program; where two model the same thing, they must be the same. BINARIES is the
folder of bare_simgrid, actor_simgrid and bare_loop. `--scale` instead holds edgecut's express kernel against the number of
requests and of devices, also by instructions (needs valgrind). `--check` fails where a target is missed; `--docs` writes the
table into a page, between `<!-- requests -->` (or `<!-- scale -->`) and the next `<!-- end -->`.
"""

import argparse
import csv
import math
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent / "requests"
SIZES = (10, 100, 1000)
# What each plays: requests in all, enough that start-up does not count and few enough to end.
REQUESTS = {
    "bare_loop": (1000000, 1000000, 1000000),
    "express": (1000000, 1000000, 1000000),
    "reference": (300000, 200000, 100000),
    "bare_simgrid": (300000, 200000, 100000),
    "actor_simgrid": (100000, 100000, 100000),
    "simpy": (20000, 20000, 20000),
}
EQUAL = 20000  # requests in all of each run whose mean is compared
# At least so many times the requests per processor second of another program, at each of SIZES.
TARGETS = {
    ("express", "bare_simgrid"): (3.0, 5.0, 15.0),
    ("reference", "bare_simgrid"): (0.7, 0.7, 0.7),
    ("express", "bare_loop"): (0.2, 0.2, 0.2),
}
NAMES = {"bare_loop": "bare C++ event loop", "express": "edgecut, `express`", "reference": "edgecut, `reference`",
         "bare_simgrid": "bare SimGrid", "actor_simgrid": "SimGrid, an actor a request", "simpy": "SimPy"}
ANSWER = 0.015  # s: edgecut's answers take half a round trip too, which the others do not play


class Failed(Exception):
    pass


def measure(command):
    """Standard output, processor seconds and peak resident MiB of a command."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    out = process.stdout.read()
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise Failed(f"{' '.join(map(str, command))}: status {status}")
    return out, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def edgecut_command(edgecut, kernel, devices, each, settings=()):
    backhaul = f"{devices * 1600} kbit/s"
    command = [edgecut, "run", HERE / "requests.yaml", "--format", "csv"]
    for key, value in {
        "kernel": kernel,
        "fleet.devices": devices,
        "fleet.backhaul.uplink": backhaul,
        "fleet.backhaul.downlink": backhaul,
        "cloud.hosts": max(2, devices // 5),
        "workload.requests": each,
        **dict(settings),
    }.items():
        command += ["--set", f"{key}={value}"]
    return command


def play(program, arguments, devices, each):
    """Mean latency (s), processor seconds, MiB."""
    if program in ("reference", "express"):
        out, seconds, memory = measure(edgecut_command(arguments.edgecut, program, devices, each))
        row = next(csv.DictReader(out.splitlines()))
        if int(row["completed"]) != devices * each:
            raise Failed(f"{program}: {row['completed']} requests came back of {devices * each}")
        return float(row["latency_mean_s"]) - ANSWER, seconds, memory
    if program == "simpy":
        command = [sys.executable, HERE / "simpy_flow.py", str(devices), str(each)]
    else:
        command = [pathlib.Path(arguments.binaries) / program, str(devices), str(each)]
    out, seconds, memory = measure(command)
    return float(re.search(r"mean latency (\S+) s", out).group(1)), seconds, memory


def means(arguments):
    """Mean latency of each program at each size, of the same number of requests."""
    mean = {(program, devices): play(program, arguments, devices, EQUAL // devices)[0]
            for devices in SIZES for program in REQUESTS}
    for devices in SIZES:
        bare = mean["bare_simgrid", devices]  # models what edgecut does, with the same arrivals
        for program in ("reference", "express"):
            if not math.isclose(mean[program, devices], bare, rel_tol=1e-9):
                raise Failed(f"mean latency at {devices} devices: {program} {mean[program, devices]!r}, bare SimGrid {bare!r}")
    return mean


def compare(arguments):
    mean = means(arguments)
    best = {}
    for turn in range(arguments.rounds):
        for place, devices in enumerate(SIZES):
            for program, requests in REQUESTS.items():
                each = requests[place] // devices
                _, seconds, memory = play(program, arguments, devices, each)
                entry = best.setdefault((program, devices), [each * devices, seconds, memory])
                entry[1:] = min(entry[1], seconds), max(entry[2], memory)
        print(f"round {turn + 1} of {arguments.rounds}", file=sys.stderr, flush=True)
    rows = []
    for (program, devices), (requests, seconds, memory) in best.items():
        rate = requests / seconds

        def over(other):
            other_requests, other_seconds, _ = best[other, devices]
            return rate / (other_requests / other_seconds)

        rows.append({
            "program": program, "devices": devices, "requests": requests, "cpu_s": round(seconds, 3),
            "requests_per_cpu_s": round(rate), "over_bare_simgrid": float(f"{over('bare_simgrid'):.3g}"),
            "over_bare_loop": float(f"{over('bare_loop'):.3g}"), "latency_mean_s": mean[program, devices],
            "peak_MiB": round(memory, 1),
        })
    return rows


def instructions(arguments, devices):
    """Instructions of one more request, by valgrind's count, which other work on the machine does not change."""
    few, many = (max(each, total // devices) for each, total in ((1, 10**4), (3, 9 * 10**4)))

    def count(each):
        out, _, _ = measure(["valgrind", "--log-fd=1", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null",
                             *edgecut_command(arguments.edgecut, "express", devices, each)])
        # A run is played in a process of its own, which valgrind counts apart.
        return sum(int(found.replace(",", "")) for found in re.findall(r"I +refs: +([\d,]+)", out))

    return round((count(many) - count(few)) / (devices * (many - few)))


def scale(arguments):
    points = [(1000, requests) for requests in (10**4, 10**5, 10**6, 10**7)]
    points += [(devices, 10**6) for devices in (10, 100, 10**4, 10**5)]
    executed = {fleet: instructions(arguments, fleet) for fleet in dict(points)}
    best = {}
    for _ in range(arguments.rounds):
        for devices, requests in points:
            # The shortest run there is takes the start-up and the set-up away.
            _, none, _ = play("express", arguments, devices, 1)
            _, seconds, memory = play("express", arguments, devices, requests // devices)
            entry = best.setdefault((devices, requests), [none, seconds, memory])
            entry[:] = min(entry[0], none), min(entry[1], seconds), max(entry[2], memory)
    return [{
        "devices": devices, "requests": requests, "cpu_s": round(seconds, 3), "start_up_s": round(none, 3),
        "us_per_request": float(f"{1e6 * (seconds - none) / max(1, requests - devices):.4g}"),
        "instructions_per_request": executed[devices],
        "peak_MiB": round(memory, 1),
    } for (devices, requests), (none, seconds, memory) in best.items()]


def missed(rows):
    """Says of every target whether it is met; returns how many are not."""
    count = 0
    for (program, other), least in TARGETS.items():
        for devices, target in zip(SIZES, least):
            row = next(row for row in rows if (row["program"], row["devices"]) == (program, devices))
            ratio = row[f"over_{other}"]
            met = ratio >= target
            count += not met
            print(f"{program} over {other} at {devices} devices: {ratio} (at least {target}): {'met' if met else 'MISSED'}")
    return count


def markdown(rows):
    """The table as docs/performance.md shows it."""
    if "program" in rows[0]:
        lines = ["| devices | program | requests per CPU-second | over bare SimGrid | over the bare loop | mean latency, s |"]
        lines += [f"| {row['devices']} | {NAMES[row['program']]} | {row['requests_per_cpu_s']:,} | {row['over_bare_simgrid']} | "
                  f"{row['over_bare_loop']} | {row['latency_mean_s']:.6f} |"
                  for row in sorted(rows, key=lambda row: row["devices"])]
    else:
        lines = ["| devices | requests | us per request | instructions per request | start-up and set-up, CPU s | "
                 "peak memory, MiB |"]
        lines += [f"| {row['devices']:,} | {row['requests']:,} | {row['us_per_request']:.3g} | "
                  f"{row['instructions_per_request']:,} | {row['start_up_s']} | "
                  f"{row['peak_MiB']} |" for row in rows]
    lines.insert(1, "|---" * (lines[0].count("|") - 1) + "|")
    return "\n".join(lines) + "\n"


def write_into(page, mark, table):
    before, begin, rest = page.read_text().partition(f"<!-- {mark} -->\n")
    _, end, after = rest.partition("<!-- end -->")
    if not begin or not end:
        raise Failed(f"{page}: no <!-- {mark} --> with an <!-- end --> after it")
    page.write_text(before + begin + table + end + after)


def show(rows):
    widths = {name: max(len(name), *(len(str(row[name])) for row in rows)) for name in rows[0]}
    for row in [{name: name for name in widths}, *rows]:
        print("  ".join(str(row[name]).rjust(width) for name, width in widths.items()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("edgecut")
    parser.add_argument("binaries")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", default="requests.csv")
    parser.add_argument("--scale", metavar="CSV")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--docs", metavar="PAGE", type=pathlib.Path)
    arguments = parser.parse_args()
    try:
        rows = scale(arguments) if arguments.scale else compare(arguments)
        if arguments.docs:
            write_into(arguments.docs, "scale" if arguments.scale else "requests", markdown(rows))
    except (Failed, FileNotFoundError) as failure:
        sys.exit(f"bench_requests: {failure}")
    with open(arguments.scale or arguments.out, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    show(rows)
    if not arguments.scale and missed(rows) and arguments.check:
        sys.exit("bench_requests: a target is missed")


if __name__ == "__main__":
    main()
