"""Measures the layers of ONNX models on this machine, and writes what a benchmark is to edgecut: a table of layer times.

    python3 -m analysis.measure_layers model.onnx --host my_board -o platforms/benchmarks
    python3 -m analysis.measure_layers a.onnx b.onnx --host my_board --runs 60 --modes unfused

writes platforms/benchmarks/my_board/NETWORK.csv with a row a layer, named as `edgecut import onnx` names it, and a row
whose layer is empty for the whole network, run without profiling:

    layer, minimum_s, median_s, p90_s, repetitions, runtime, version, threads, mode, governor, load,
    scheduling, date, fused_into

`mode` is unfused (every ONNX node as it stands) or fused (onnxruntime's full graph optimisation). Fused, the time of a
group stands at the layer in it that does the work; `fused_into` names that layer at the others, whose times are 0.
`load` is the machine's load average over a minute at the start and at the end, `scheduling` how the process was scheduled:
on a machine with other work, `chrt --fifo 1` (as root) before the command keeps that from cutting whole runs into pieces.
HOST/host.yaml says what the machine is.

The runtime is onnxruntime-node of npm. Where it is not found (--runtime FOLDER, else build/onnxruntime) it is fetched
with `npm ci`; exit status 77 where that is impossible (no npm, or its registry cannot be reached).
"""

import argparse
import csv
import datetime
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import yaml

from . import onnx_file, plausible, table_file
from .errors import UserError

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "analysis" / "onnxruntime"
SKIPPED = 77
LEVELS = {"unfused": "disabled", "fused": "all"}
COLUMNS = ["layer", "minimum_s", "median_s", "p90_s", "repetitions", "runtime", "version", "threads", "mode", "governor",
           "load", "scheduling", "date", "fused_into", "profiling"]
WORKING = {"conv", "depthwise_conv", "linear", "matmul"}  # kinds of layers that a fused group's time stands at
NODE_SUFFIX = "_kernel_time"
DECORATION = re.compile(r"^fused |(_bn)?_nchwc$|/\w+Fusion/?$")  # what onnxruntime adds to the name of a node that it fused


class NoRuntime(Exception):
    """There is nothing to measure with here."""


# ---- the runtime ----

def fetch_runtime(folder, patience=240):
    """The folder node_modules that holds onnxruntime-node, fetched if need be, in `patience` seconds at most."""
    modules = folder / "node_modules"
    if (modules / "onnxruntime-node").is_dir():
        return modules
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise NoRuntime(f"no {program} (Debian: apt-get install nodejs npm)")
    folder.mkdir(parents=True, exist_ok=True)
    print(f"fetching onnxruntime-node into {folder}", file=sys.stderr)
    # Without scripts: the package's own would fetch a build for graphics cards from elsewhere.
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
    # Aside and then renamed, so that nobody finds half of it.
    with tempfile.TemporaryDirectory(prefix="fetching-", dir=folder) as aside:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(PACKAGE / name, aside)
        try:
            fetched = subprocess.run(command, cwd=aside, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                     check=False, timeout=patience)
        except subprocess.TimeoutExpired as error:
            raise NoRuntime(f"npm could not fetch onnxruntime-node in {patience} s") from error
        if fetched.returncode != 0:
            lines = [line for line in fetched.stderr.splitlines() if "error" in line.lower() or "ERR" in line]
            raise NoRuntime(f"npm could not fetch onnxruntime-node: {(lines or ['no reason given'])[0].strip()}")
        try:
            os.rename(pathlib.Path(aside) / "node_modules", modules)
        except OSError:
            if not (modules / "onnxruntime-node").is_dir():  # somebody else was quicker
                raise
    return modules


# ---- the machine ----

def governor():
    path = pathlib.Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    return path.read_text().strip() if path.exists() else "unknown"


def scheduling():
    names = {os.SCHED_OTHER: "other", os.SCHED_FIFO: "fifo", os.SCHED_RR: "rr", os.SCHED_BATCH: "batch"}
    return f"{names.get(os.sched_getscheduler(0), 'unknown')}, nice {os.nice(0)}"


def describe_machine():
    """What /proc and the platform say of this machine; nothing is guessed."""
    facts = {"machine": platform.machine(), "cpus": os.cpu_count(), "governor": governor()}
    wanted = {"model name": "cpu", "cpu family": "cpu_family", "model": "cpu_model", "stepping": "cpu_stepping",
              "cache size": "cache", "Model": "board"}
    try:
        info = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
        memory = pathlib.Path("/proc/meminfo").read_text(encoding="utf-8").split(None, 2)[1]
    except OSError:
        return facts
    for line in info.splitlines():
        key, _, value = line.partition(":")
        if key.strip() in wanted and wanted[key.strip()] not in facts:
            facts[wanted[key.strip()]] = value.strip()
    facts["virtual"] = "hypervisor" in info
    facts["memory"] = f"{int(memory) * 1024} B"
    return facts


# ---- one model ----

def import_network(edgecut, model, folder, inputs):
    """The layers as `edgecut import onnx` gives them: name, kind, inputs."""
    path = folder / "network.yaml"
    command = [edgecut, "import", "onnx", str(model), "-o", str(path)]
    for text in inputs:
        command += ["--input", text]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise UserError(f"{edgecut}: {error.strerror} (name the program with --edgecut)") from None
    if done.returncode != 0:
        raise UserError(done.stderr.strip() or f"{edgecut} failed")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)["layers"]


def run(modules, model, mode, options, folder):
    """Seconds of the whole runs, seconds of every node by its name, and the runtime's version."""
    prefix = folder / f"trace_{mode}"
    shapes = {}
    for text in options.input:
        name, _, shape = text.partition("=")
        shapes[name] = [int(size) for size in shape.split("x")]
    command = ["node", str(PACKAGE / "measure.js"), str(modules), str(model), LEVELS[mode], str(options.threads),
               str(options.warm_up), str(options.runs), str(prefix), json.dumps(shapes)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise UserError(f"{model}: onnxruntime refuses it: {lines[-1]}")
    told = json.loads(done.stdout.strip().splitlines()[-1])
    traces = list(folder.glob(f"trace_{mode}*.json"))
    if len(traces) != 1:
        raise UserError(f"{model}: onnxruntime wrote {len(traces)} traces instead of one")
    return told["whole"], node_times(traces[0], options.warm_up), told["version"]


def node_times(trace, warm_up):
    """Seconds of each execution of each node of onnxruntime's trace, warm-up left out, by node."""
    return node_times_of(json.loads(pathlib.Path(trace).read_text(encoding="utf-8")), warm_up)


def node_times_of(events, warm_up):
    """The same of a trace's events: those without a name or a duration are not of nodes."""
    times = {}
    for event in events:
        name = event.get("name", "")
        if event.get("cat") == "Node" and name.endswith(NODE_SUFFIX) and "dur" in event:
            times.setdefault(name[:-len(NODE_SUFFIX)], []).append(event["dur"] / 1e6)
    return {name: seconds[warm_up:] for name, seconds in times.items()}


def join_unfused(times, renamed):
    """Layer -> (times, None), and the seconds of nodes that are no layer, by node."""
    rows = {layer: (times[node], None) for node, layer in renamed.items() if node in times}
    return rows, {node: min(seconds) for node, seconds in times.items() if node not in renamed and seconds}


def join_fused(times, renamed, layers, tensors):
    """As join_unfused, for a graph that the runtime has fused. A fused node carries the name of one of its nodes or of
    a tensor that one of them makes; layers that nothing is named after belong to the group of the next named layer
    where they do work and it does not, else to that of the last layer
    before them."""
    of_name = {}
    for node, seconds in times.items():
        stem = DECORATION.sub("", node)
        layer = renamed.get(stem) or renamed.get(tensors.get(stem, ""))
        if layer is not None and layer not in of_name:
            of_name[layer] = (node, seconds)
    kinds = {layer["name"]: layer["kind"] for layer in layers}
    inputs = {layer["name"]: layer["inputs"] for layer in layers if layer["kind"] != "input"}
    readers = {}
    for name, reads in inputs.items():
        for read in reads:
            readers.setdefault(read, []).append(name)
    order = {name: i for i, name in enumerate(inputs)}
    group = {}  # layer -> the named layer of its group
    for name in inputs:  # in an order in which inputs come first
        if name in of_name:
            group[name] = name
            continue
        after = next_named(name, readers, of_name)
        before = [group[read] for read in inputs[name] if read in group]
        if kinds[name] in WORKING and after is not None and kinds[after] not in WORKING:
            group[name] = after
        elif before:
            group[name] = max(before, key=order.get)
        elif after is not None:
            group[name] = after
    rows = {}
    for named, (_, seconds) in of_name.items():
        members = [name for name in inputs if group.get(name) == named]
        bears = next((name for name in members if kinds[name] in WORKING), named)
        for name in members:
            rows[name] = (seconds, None) if name == bears else ([0.0], bears)
    used = {node for node, _ in of_name.values()}
    return rows, {node: min(seconds) for node, seconds in times.items() if node not in used and seconds}


def next_named(name, readers, of_name):
    """The first named layer on the only way on from a layer; none where the way forks or ends."""
    while True:
        on = readers.get(name, [])
        if len(on) != 1:
            return None
        if on[0] in of_name:
            return on[0]
        name = on[0]


def table_row(layer, seconds, common, fused_into=""):
    seconds = np.array(seconds)
    return {"layer": layer, "minimum_s": f"{seconds.min():.9f}", "median_s": f"{np.median(seconds):.9f}",
            "p90_s": f"{np.quantile(seconds, 0.9):.9f}", "repetitions": len(seconds), "fused_into": fused_into, **common}


def measure_mode(model, mode, names, options, modules, folder):
    """The rows of one mode, and lines about what the join leaves open."""
    layers, renamed, tensors, copy = names
    before = os.getloadavg()[0]
    whole, times, version = run(modules, copy, mode, options, folder)
    common = {"runtime": "onnxruntime", "version": version, "threads": options.threads, "mode": mode,
              "governor": governor(), "load": f"{before:.2f} to {os.getloadavg()[0]:.2f}",
              "scheduling": scheduling(), "date": datetime.date.today().isoformat()}
    if mode == "fused":
        joined, astray = join_fused(times, renamed, layers, tensors)
    else:
        joined, astray = join_unfused(times, renamed)
    wanted = [layer["name"] for layer in layers if layer["kind"] != "input"]
    rows = [table_row("", whole, common | {"profiling": "off"})]
    common["profiling"] = "on"
    for name in wanted:
        if name in joined:
            seconds, fused_into = joined[name]
            if fused_into:
                seconds = [0.0] * options.runs
            rows.append(table_row(name, seconds, common, fused_into or ""))
    total = sum(float(row["minimum_s"]) for row in rows[1:])
    notes = [f"{model.stem} {mode}: whole run {1e3 * min(whole):.3f} ms, sum of layers {1e3 * total:.3f} ms "
             f"({total / min(whole):.3f} of it)"]
    if missing := [name for name in wanted if name not in joined]:
        notes.append(f"  not measured: {', '.join(missing)}")
    if (lost := sum(astray.values())) > 0.001 * min(whole):
        largest = sorted(astray, key=astray.get, reverse=True)[:3]
        notes.append(f"  {1e3 * lost:.3f} ms in {len(astray)} nodes that are no layer of the network, the longest: "
                     f"{', '.join(largest)}")
    return rows, notes


def measure(model, options, modules):
    """All rows of a model and notes for the user."""
    with tempfile.TemporaryDirectory(prefix="edgecut_measure_") as scratch:
        folder = pathlib.Path(scratch)
        copy = folder / "named.onnx"
        try:
            nodes = onnx_file.with_unique_names(model, copy)
        except OSError as error:
            raise UserError(f"{model}: {error.strerror}") from None
        except onnx_file.FormatError as error:
            raise UserError(f"{model}: no ONNX model: {error}") from None
        layers = import_network(options.edgecut, model, folder, options.input)
        renamed_layers = import_network(options.edgecut, copy, folder, options.input)
        renamed = {new["name"]: old["name"] for new, old in zip(renamed_layers, layers) if old["kind"] != "input"}
        tensors = {output: node.name for node in nodes for output in node.outputs if output}
        rows, notes = [], []
        work = plausible.work_of({"layers": layers})
        for mode in options.modes:
            found, told = measure_mode(model, mode, (layers, renamed, tensors, copy), options, modules, folder)
            if not options.accept_times:
                plausible.check(lambda _: f"{model} {mode}", {model.stem: (work, float(found[0]["minimum_s"]))})
            rows += found
            notes += told
        return rows, notes


# ---- files ----

def run_of(rows):
    """Seconds of a table's whole run; infinite where it has none without profiling."""
    return min((float(row["minimum_s"]) for row in rows if not row["layer"]), default=float("inf"))


def better_of(old, new):
    """Of two tables of a network, by mode the one whose whole run was faster: the less disturbed one."""
    chosen = []
    for mode in dict.fromkeys([row["mode"] for row in old + new]):
        tables = [[row for row in table if row["mode"] == mode] for table in (old, new)]
        tables = [table for table in tables if table]
        chosen += min(tables, key=run_of)
    return chosen


def read_table(path):
    """The rows of a table of layer times (docs/benchmarks.md), texts by column, times in seconds. Raises UserError with all that
    is wrong."""
    table = table_file.read(path)
    timed = [name for name in ("minimum_s", "median_s", "p90_s") if table.has(name) or name == "minimum_s"]
    columns = {name: table.texts(name) for name in ("layer", "mode")}
    columns |= {name: [f"{seconds:.9f}" if seconds == seconds else "" for seconds in
                       table.quantities(name, "duration", may_be_empty=name != "minimum_s")] for name in timed}
    taken = [table.find(name) for name in columns]
    columns |= {name: table.texts(name) for i, name in enumerate(table.names) if name and i not in taken}
    table.check()
    return [dict(zip(columns, cells)) for cells in zip(*columns.values())]


def write_table(path, rows, more_columns=()):
    columns = list(dict.fromkeys([*COLUMNS, *more_columns, *(name for row in rows for name in row)]))
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_host(folder, options):
    facts = {"name": options.host, "title": options.title or options.host, **describe_machine()}
    (folder / "host.yaml").write_text("# What the machine says of itself; written by analysis/measure_layers.py\n"
                                      + yaml.safe_dump(facts, sort_keys=False), encoding="utf-8")


def arguments(given):
    parser = argparse.ArgumentParser(prog="python3 -m analysis.measure_layers", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", type=pathlib.Path, metavar="MODEL.onnx")
    parser.add_argument("--host", required=True, help="a name for this machine: the folder that is written")
    parser.add_argument("--title", help="what it is, in words")
    parser.add_argument("-o", "--output", type=pathlib.Path, default=pathlib.Path("."), help="where HOST/ goes")
    parser.add_argument("--runs", type=int, default=50, help="repetitions (default: %(default)s)")
    parser.add_argument("--warm-up", type=int, default=5, help="runs before that count for nothing (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="of the runtime (default: %(default)s)")
    parser.add_argument("--modes", default="unfused,fused", type=lambda text: text.split(","),
                        help="some of unfused,fused (default: both)")
    parser.add_argument("--input", action="append", default=[], metavar="NAME=1x3x224x224",
                        help="the shape of an input that has none of its own")
    parser.add_argument("--accept-times", action="store_true", help=plausible.HELP)
    parser.add_argument("--keep-best", action="store_true",
                        help="of a table that is there and the new one keep the one whose whole run was faster")
    parser.add_argument("--edgecut", default=str(ROOT / "build/release/edgecut"), help="the program (default: %(default)s)")
    parser.add_argument("--runtime", type=pathlib.Path, default=ROOT / "build/onnxruntime",
                        help="folder that holds node_modules/onnxruntime-node, or where it is put (default: %(default)s)")
    options = parser.parse_args(given)
    if unknown := [mode for mode in options.modes if mode not in LEVELS]:
        parser.error(f"no mode '{unknown[0]}' (known: {', '.join(LEVELS)})")
    if options.runs < 1 or options.warm_up < 0 or options.threads < 1:
        parser.error("at least one run and one thread, and no negative warm-up")
    return options


def main(given=None):
    options = arguments(given)
    try:
        modules = fetch_runtime(options.runtime.resolve())
        folder = options.output / options.host
        folder.mkdir(parents=True, exist_ok=True)
        write_host(folder, options)
        for model in options.models:
            rows, notes = measure(model, options, modules)
            path = folder / f"{model.stem}.csv"
            if options.keep_best and path.exists():
                rows = better_of(read_table(path), rows)
            write_table(path, rows)
            print("\n".join(notes), flush=True)
            print(path, flush=True)
    except NoRuntime as error:
        print(f"skipped: {error}", file=sys.stderr)
        return SKIPPED
    except (UserError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
