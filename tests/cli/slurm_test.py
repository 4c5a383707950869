#!/usr/bin/env python3
"""A sweep as a Slurm job array of four shards, on a real slurmctld and slurmd of this machine, merged: equal to the sweep
on one machine, also when a run failed and its task was submitted again. Skipped (77) where Slurm is not installed or we are not root; ports on loopback, all stopped at the end."""
import os
import re
import shutil
import socket
import subprocess
import sys
import time

from edgecut import PROGRAM, SOURCE, Folder, scenario

TEXT = scenario(workload="{arrivals: poisson, rate: 1 /s, requests: 5}", replications="4")
DEPENDENCY = re.search(r"--dependency=(\w+):", (SOURCE / "docs" / "sweeps.md").read_text())[1]  # as users are told


def free_ports(n):
    sockets = [socket.socket() for _ in range(n)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class Failed(Exception):
    """Slurm does not do what it is asked."""


def wait_until(condition, what, seconds=100):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise Failed(f"waited {seconds} s for {what}")
        time.sleep(0.2)


class Cluster:
    """munged, slurmctld and slurmd in a folder. start() and stop() belong together, however start() ends."""

    def __init__(self, folder):
        self.folder = folder
        self.daemons = []
        self.environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}

    def start(self):
        folder = self.folder
        host = socket.gethostname()
        control, node = free_ports(2)
        for name in ("munge", "state", "spool"):
            (folder / name).mkdir(parents=True)
        os.chmod(folder / "munge", 0o755)
        (folder / "munge/key").write_bytes(os.urandom(1024))
        os.chmod(folder / "munge/key", 0o600)
        (folder / "slurm.conf").write_text("\n".join(f"{key}={value}" for key, value in {
            "ClusterName": "edgecut", "SlurmctldHost": f"{host}(127.0.0.1)", "SlurmctldPort": control,
            "SlurmdPort": node, "SlurmUser": "root", "AuthType": "auth/munge",
            "AuthInfo": f"socket={folder}/munge/m.sock", "CredType": "cred/munge",
            "ProctrackType": "proctrack/linuxproc", "TaskPlugin": "task/none", "MpiDefault": "none",
            "SelectType": "select/cons_tres", "SelectTypeParameters": "CR_Core", "ReturnToService": 2,
            "StateSaveLocation": folder / "state", "SlurmdSpoolDir": folder / "spool",
            "SlurmctldPidFile": folder / "ctld.pid", "SlurmdPidFile": folder / "d.pid",
            "SchedulerParameters": "batch_sched_delay=0,sched_interval=1"}.items()) +
            f"\nNodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=500\nPartitionName=p Nodes=ALL Default=YES\n")
        self.run_daemon("munged", "--foreground", "--force", f"--key-file={folder}/munge/key",
                   f"--socket={folder}/munge/m.sock", f"--pid-file={folder}/munge/m.pid",
                   f"--log-file={folder}/munge/m.log", f"--seed-file={folder}/munge/m.seed")
        wait_until((folder / "munge/m.sock").exists, "munged")
        self.run_daemon("slurmctld", "-D")
        self.run_daemon("slurmd", "-D", "-N", host)
        wait_until(lambda: "idle" in (self.ask("sinfo", "-h", "-o", "%T") or ""), "the node")

    def run_daemon(self, program, *arguments):
        path = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        with open(self.folder / f"{program}.log", "w") as log:
            self.daemons.append(subprocess.Popen([path, *arguments], env=self.environment, stdout=log, stderr=log))

    def ask(self, *command):
        """What a command of Slurm answers; None where it fails, which the controller's being busy is enough for."""
        gone = [daemon.args[0] for daemon in self.daemons if daemon.poll() is not None]
        if gone:
            raise Failed(f"{', '.join(gone)} ended: was a port taken?")
        try:
            done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60)
        except subprocess.TimeoutExpired:
            return None
        return done.stdout if done.returncode == 0 else None

    def logs(self):
        return "".join(f"--- {log.name}\n{log.read_text()[-3000:]}\n" for log in sorted(self.folder.glob("**/*.log")))

    def stop(self):
        for daemon in reversed(self.daemons):
            daemon.terminate()
            try:
                daemon.wait(timeout=20)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        self.daemons = []

    def run(self, *options, script, folder, arguments, env=None):
        """The number of a job that has ended."""
        job = subprocess.run(["sbatch", "--parsable", *options, str(SOURCE / "analysis/slurm" / script), *arguments],
                             cwd=folder, env={**self.environment, "EDGECUT": str(PROGRAM), **(env or {})},
                             capture_output=True, text=True, timeout=60)
        if job.returncode != 0:
            raise Failed(f"sbatch: {job.stderr}")
        number = job.stdout.strip()
        wait_until(lambda: self.has_ended(number), "the job", 200)
        return number

    def has_ended(self, number):
        # All jobs, and then ours among them: squeue fails when asked for one that has been forgotten.
        jobs = self.ask("squeue", "-h", "-a", "-o", "%F")
        return jobs is not None and number not in jobs.split()


def started(folder):
    """A cluster that runs; again on other ports where somebody else took one."""
    for attempt in range(3):
        cluster = Cluster(folder / str(attempt))
        try:
            cluster.start()
            return cluster
        except BaseException as error:
            cluster.stop()
            if attempt == 2 or not isinstance(error, Failed):
                raise
            print(f"starting again: {error}\n{cluster.logs()}")
    raise AssertionError("unreachable")


def main():
    programs = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "sinfo")
    missing = [p for p in programs if not shutil.which(p, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")]
    if missing or os.geteuid() != 0:
        print(f"skipped: {'needs root' if not missing else 'not installed: ' + ', '.join(missing)}")
        sys.exit(77)
    with Folder(s=TEXT) as work:
        cluster = started(work.path / "slurm")
        try:
            sweep = {"script": "sweep.sbatch", "folder": work.path}
            merge = {"script": "merge.sbatch", "folder": work.path, "arguments": ["out"]}
            # Point 0 and replication 1 are in the second shard.
            job = cluster.run("--array=0-3", **sweep, arguments=["s.yaml", "out"],
                              env={"EDGECUT_FAULTS": "segfault@0/oracle/1"})
            cluster.run(f"--dependency={DEPENDENCY}:{job}", **merge)
            failures = work.path / "out" / "failures.csv"
            if not failures.exists() or len(failures.read_text().splitlines()) != 2:
                raise Failed("the failed run is not in failures.csv")
            cluster.run("--array=1", **sweep, arguments=["s.yaml", "out", "--retry-failed"], env={"SHARDS": "4"})
            cluster.run(**merge)
            if failures.exists():
                raise Failed("the run that was mended is still in failures.csv")
        except Failed as error:
            jobs = "".join(p.read_text() for p in work.path.glob("*.log"))
            sys.exit(f"{error}\n{jobs}\n{cluster.logs()}")
        finally:
            cluster.stop()
        shards = sorted(p.name for p in (work.path / "out").glob("shard-*"))
        logs = "".join(p.read_text() for p in work.path.glob("*.log"))
        if shards != [f"shard-{i}-of-4.sqlite" for i in range(1, 5)]:
            sys.exit(f"shards: {shards}\n{logs}")
        alone = work.run("sweep", "s.yaml", "-o", "alone")
        if alone.returncode != 0:
            sys.exit(alone.stderr)
        for name in ("rows.csv", "savings.csv", "columns.csv"):
            if not (work.path / "out" / name).exists():
                sys.exit(f"no {name}\n{logs}")
            if (work.path / "out" / name).read_bytes() != (work.path / "alone" / name).read_bytes():
                sys.exit(f"{name} of the array differs from that of one machine")
        rows = (work.path / "out" / "rows.csv").read_text().splitlines()
        print(f"4 shards through sbatch --array and merged: {len(rows) - 1} rows, those of one machine")


if __name__ == "__main__":
    main()
