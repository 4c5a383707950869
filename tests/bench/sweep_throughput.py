"""How many small runs a second a sweep plays, and how well a second job is used. A measurement, not a test:
cmake --build --preset release --target bench_sweep. Wall-clock figures mean something on an idle machine only; processor
seconds per run hold on a loaded one too."""
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


def measure(program, folder, jobs):
    """Wall-clock and processor seconds of one sweep, children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    subprocess.run([program, "sweep", "s.yaml", "-o", f"out{jobs}", "--fresh", "--jobs", str(jobs)], cwd=folder,
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall = time.monotonic() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "s.yaml").write_text(SCENARIO)
        best = {}
        for _ in range(3):
            for jobs in (1, 2):
                found = measure(program, folder, jobs)
                best[jobs] = tuple(map(min, best.get(jobs, found), found))
    for jobs, (wall, processor) in best.items():
        print(f"--jobs {jobs}: {RUNS / wall:.0f} runs/s; {1e3 * processor / RUNS:.2f} ms of processor time a run, "
              f"at which {jobs} idle cores would play {jobs * RUNS / processor:.0f} runs/s")
    print(f"from 1 to 2 jobs: efficiency {best[1][0] / best[2][0] / 2:.2f} by wall clock, "
          f"{best[1][1] / best[2][1]:.2f} by processor time; load of the machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
