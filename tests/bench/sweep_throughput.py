"""How many small runs a second a sweep plays, and how well a second job is used. A measurement, not a test:

    cmake --build --preset release --target bench_sweep
    python3 tests/bench/sweep_throughput.py build/release/edgecut [--check] [--markdown] [--rounds 3]

--check exits with status 1 below what a sweep has to do: 300 runs/s with two jobs, and an efficiency of 0.9 from one job to
two. Wall-clock figures mean something on an idle machine only; where others are at work (a load average above 0.5 before it
begins) it judges by processor time, which holds on a loaded machine too. --markdown prints a table for documents."""
import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

SCENARIO = """
network: alexnet
device: raspberry_pi_3b_plus
cloud: c5_4xlarge
link: {kind: lte_2012, rtt: 20 ms}
input: {encoding: jpeg, size: 150 kB}
result: {size: 4 kB}
workload: {arrivals: poisson, rate: 1 /s, requests: 100}
partitioners: [device_only, cloud_only, oracle, {kind: resource_aware, rule: R3}]
sweep: {link.uplink: {logspace: [1 Mbit/s, 100 Mbit/s], points: 25}}
replications: 10
seed: 42
"""
RUNS = 25 * 4 * 10
LEAST_RATE = 300  # runs/s with two jobs
LEAST_EFFICIENCY = 0.9  # from one job to two
IDLE = 0.5  # load average


def measure(program, folder, jobs):
    """Wall-clock and processor seconds of one sweep, children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    subprocess.run([program, "sweep", "s.yaml", "-o", f"out{jobs}", "--fresh", "--jobs", str(jobs)], cwd=folder,
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall = time.monotonic() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def figures(best):
    """Of the least (wall-clock, processor) seconds with 1 and with 2 jobs: clock -> (runs/s with 2 jobs, efficiency)."""
    (wall_one, processor_one), (wall_two, processor_two) = best[1], best[2]
    return {"wall clock": (RUNS / wall_two, wall_one / wall_two / 2),
            "processor time": (2 * RUNS / processor_two, processor_one / processor_two)}


def shortcomings(rate, efficiency):
    found = []
    if rate < LEAST_RATE:
        found.append(f"{rate:.0f} runs/s with two jobs, not {LEAST_RATE}")
    if efficiency < LEAST_EFFICIENCY:
        found.append(f"an efficiency of {efficiency:.2f} from one job to two, not {LEAST_EFFICIENCY}")
    return found


def markdown(best):
    lines = ["| jobs | runs/s | processor time of a run | efficiency |", "|---|---|---|---|"]
    for jobs, (wall, processor) in sorted(best.items()):
        lines.append(f"| {jobs} | {RUNS / wall:.0f} | {1e3 * processor / RUNS:.2f} ms | {best[1][0] / wall / jobs:.2f} |")
    return "\n".join(lines)


def text(best):
    lines = []
    for jobs, (wall, processor) in sorted(best.items()):
        lines.append(f"--jobs {jobs}: {RUNS / wall:.0f} runs/s; {1e3 * processor / RUNS:.2f} ms of processor time a run, "
                     f"at which {jobs} idle cores would play {jobs * RUNS / processor:.0f} runs/s")
    by = figures(best)
    lines.append(f"from 1 to 2 jobs: efficiency {by['wall clock'][1]:.2f} by wall clock, "
                 f"{by['processor time'][1]:.2f} by processor time")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--rounds", type=int, default=3, help="of which the best counts")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    load = os.getloadavg()[0]
    clock = "wall clock" if load <= IDLE else "processor time"
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "s.yaml").write_text(SCENARIO)
        best = {}
        for _ in range(options.rounds):
            for jobs in (1, 2):
                found = measure(program, folder, jobs)
                best[jobs] = tuple(map(min, best.get(jobs, found), found))
    print(markdown(best) if options.markdown else text(best))
    print(f"load of the machine before: {load:.1f}, so that {clock} counts", file=sys.stderr)
    wrong = shortcomings(*figures(best)[clock]) if options.check else []
    if wrong:
        sys.exit(f"too slow by {clock}: {'; '.join(wrong)}")


if __name__ == "__main__":
    main()
