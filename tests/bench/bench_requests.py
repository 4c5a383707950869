"""How many requests per second of processor time: edgecut on both kernels beside programs written by hand.

    bench_requests.py EDGECUT BINARIES [--rounds N] [--out requests.csv] [--scale scale.csv]

Plays tests/bench/requests at 10, 100 and 1000 devices. All programs run in turn, several rounds, and the least processor
time of each counts, because others use the machine too. It is the whole process's, start-up included. BINARIES is the
folder of bare_simgrid, actor_simgrid and bare_loop. `--scale` instead holds edgecut's express kernel against the number of
requests and of devices.
"""

import argparse
import csv
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


def compare(arguments):
    best = {}
    for turn in range(arguments.rounds):
        for place, devices in enumerate(SIZES):
            for program, requests in REQUESTS.items():
                each = requests[place] // devices
                latency, seconds, memory = play(program, arguments, devices, each)
                entry = best.setdefault((program, devices), [each * devices, latency, seconds, memory])
                entry[2:] = min(entry[2], seconds), max(entry[3], memory)
        print(f"round {turn + 1} of {arguments.rounds}", file=sys.stderr, flush=True)
    rows = []
    for (program, devices), (requests, latency, seconds, memory) in best.items():
        rate = requests / seconds

        def over(other):
            other_requests, _, other_seconds, _ = best[other, devices]
            return rate / (other_requests / other_seconds)

        rows.append({
            "program": program, "devices": devices, "requests": requests, "cpu_s": round(seconds, 3),
            "requests_per_cpu_s": round(rate), "over_bare_simgrid": float(f"{over('bare_simgrid'):.3g}"),
            "over_bare_loop": float(f"{over('bare_loop'):.3g}"), "latency_mean_s": latency, "peak_MiB": round(memory, 1),
        })
    return rows


def scale(arguments):
    points = [(1000, requests) for requests in (10**4, 10**5, 10**6, 10**7)]
    points += [(devices, 10**6) for devices in (10, 100, 10**4, 10**5)]
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
        "peak_MiB": round(memory, 1),
    } for (devices, requests), (none, seconds, memory) in best.items()]


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
    arguments = parser.parse_args()
    try:
        rows = scale(arguments) if arguments.scale else compare(arguments)
    except Failed as failure:
        sys.exit(f"bench_requests: {failure}")
    with open(arguments.scale or arguments.out, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    show(rows)


if __name__ == "__main__":
    main()
