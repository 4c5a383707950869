"""Makes tables of layer times (docs/benchmarks.md) from what other tools measured.

    python3 -m analysis.import_profile onnxruntime TRACE.json --network NET.yaml -o NET.csv
    python3 -m analysis.import_profile pytorch TRACE.json --network NET.yaml -o NET.csv
    python3 -m analysis.import_profile csv TIMES.csv --network NET.yaml --unit ms -o NET.csv
    python3 -m analysis.import_profile scission FOLDER --list
    python3 -m analysis.import_profile scission FOLDER --model vgg19 --device raspi4 --edge vm2Core --cloud "6700k(GPU)" \\
        --pin edge=10 --pin cloud=16 -o problem.yaml

onnxruntime: the Chrome trace of a session with enable_profiling; nodes are joined with layers by name. pytorch: the Chrome
trace of torch.profiler with a record_function("LAYER NAME") around each layer. csv: columns `layer` and `time` (or
minimum, median, p90) and, if you will, `unit`; times of layers that stand twice are repetitions. scission: a folder of
LayerBenchmark pickles and network_stats*.csv of qub-blesson/Scission becomes a problem for `edgecut plan --problem`.

What does not fit is said on standard error, one line each: layers without a time, times without a layer, units that
cannot be told, a sum of layers far below the whole run (timings of a device that nobody waited for). With any of them
the exit status is 3; the table is written all the same, unless layers are missing.
"""

import argparse
import csv
import json
import math
import pathlib
import pickle
import statistics
import sys

import yaml

from . import measure_layers

UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
UNSYNCHRONISED = 0.5  # a sum of layers below this share of the whole run
REPORTED = 3
FLAT = 0.36  # spread of a host's block times relative to the device's below which they say little of the work
FEWEST_BLOCKS = 8


class UserError(Exception):
    """Something the user can mend, told in one line."""


class Report:
    """What is said of an import beside its result."""

    def __init__(self):
        self.lines = []

    def add(self, line):
        self.lines.append(line)


# ---- tables ----

def layers_of(path):
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        network = yaml.load(pathlib.Path(path).read_text(encoding="utf-8"), Loader=loader)
        return [layer["name"] for layer in network["layers"] if layer["kind"] != "input"]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise UserError(f"{path}: no network file: {' '.join(str(error).split())}") from None


def read_json(path):
    try:
        return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read: {' '.join(str(error).split())}") from None


def events_of(path):
    trace = read_json(path)
    events = trace.get("traceEvents") if isinstance(trace, dict) else trace
    if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
        raise UserError(f"{path}: no Chrome trace")
    return [event for event in events if event.get("ph") == "X" and "dur" in event and "name" in event]


def onnxruntime_times(path, warm_up):
    """Seconds of whole runs and of nodes by name. The trace's durations are in microseconds."""
    events = events_of(path)
    whole = [event["dur"] / 1e6 for event in events if event["name"] == "model_run"]
    nodes = measure_layers.node_times(path, warm_up)
    if not nodes:
        raise UserError(f"{path}: holds no times of nodes (a session with profiling enabled, run at least once?)")
    return whole[warm_up:], nodes


def pytorch_times(path, layers, warm_up):
    """Seconds by layer of record_function ranges; the whole run is a range `model` or `ProfilerStep#n`. On a graphics card
    the ranges on its side are taken (gpu_user_annotation): those of the CPU end before the work does."""
    trace = read_json(path)
    unit = {"ms": 1e-6, "ns": 1e-6}.get(trace.get("displayTimeUnit", "ms") if isinstance(trace, dict) else "ms", 1e-6)
    wanted, times, whole = set(layers), {"cpu": {}, "gpu": {}}, []
    on_device = False
    for event in events_of(path):
        category = event.get("cat", "")
        on_device = on_device or category in ("kernel", "gpu_memcpy")
        seconds = event["dur"] * unit
        if event["name"] == "model" or event["name"].startswith("ProfilerStep"):
            whole.append(seconds)
        elif category in ("user_annotation", "gpu_user_annotation"):
            side = "gpu" if category.startswith("gpu") else "cpu"
            times[side].setdefault(event["name"], []).append(seconds)
    if on_device and wanted & set(times["gpu"]):
        return whole[warm_up:], cut(times["gpu"], warm_up), False
    return whole[warm_up:], cut(times["cpu"], warm_up), on_device


def cut(times, warm_up):
    return {name: seconds[warm_up:] for name, seconds in times.items() if len(seconds) > warm_up}


def csv_times(path, unit, report):
    """Seconds by layer; the whole run is the row without a layer."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read: {error}") from None
    if not rows or "layer" not in rows[0] or "time" not in rows[0]:
        raise UserError(f"{path}: needs the columns `layer` and `time`")
    times = {}
    for line, row in enumerate(rows, 2):
        told = (row.get("unit") or unit or "").strip()
        if told not in UNITS:
            what = f"'{told}' is no unit of time" if told else "the unit of its time cannot be told"
            raise UserError(f"{path}:{line}: {what}: a column `unit`, or --unit, of {', '.join(UNITS)}")
        try:
            seconds = float(row["time"]) * UNITS[told]
        except (TypeError, ValueError):
            seconds = float("nan")
        if not 0.0 <= seconds < float("inf"):
            raise UserError(f"{path}:{line}: '{row['time']}' is no time")
        times.setdefault(row["layer"] or "", []).append(seconds)
    longest = max(max(seconds) for name, seconds in times.items() if name) if set(times) - {""} else 0.0
    if longest > 60.0:
        report.add(f"the longest layer takes {longest:g} s: is {unit or 'the unit'} right?")
    return times.pop("", []), times


def table(whole, times, layers, conditions, report):
    """The rows of a table, layers in the network's order."""
    known = set(layers)
    if missing := [name for name in layers if not times.get(name)]:
        report.add(f"no time of {len(missing)} layers: {shortened(missing)}")
    if unknown := [name for name in times if name not in known]:
        lost = sum(min(times[name]) for name in unknown if times[name])
        report.add(f"{len(unknown)} names are no layer of the network ({1e3 * lost:.3f} ms): {shortened(unknown)}")
    rows = [measure_layers.table_row("", whole, conditions)] if whole else []
    rows += [measure_layers.table_row(name, times[name], conditions) for name in layers if times.get(name)]
    check_sum(whole, [times[name] for name in layers if times.get(name)], report)
    return rows, bool(missing)


def check_sum(whole, times, report):
    if not whole:
        report.add("no time of the whole run: whether the layers add up cannot be told")
        return
    share = sum(map(min, times)) / min(whole)
    if share < UNSYNCHRONISED:
        report.add(f"the layers add up to {100 * share:.0f} % of the whole run: were they timed on a device that runs on "
                   "while the clock is read (a graphics card without synchronisation)?")
    elif share > 1.1:
        report.add(f"the layers add up to {100 * share:.0f} % of the whole run: what is counted twice?")


def shortened(names, most=6):
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


# ---- Scission ----

class LayerBenchmark:
    """What Scission pickles: a block of layers, its seconds and the bytes that it puts out."""


class RestrictedUnpickler(pickle.Unpickler):
    """Admits Scission's one class and nothing else: a pickle can call whatever it names."""

    def find_class(self, module, name):
        if (module, name) == ("__main__", "LayerBenchmark"):
            return LayerBenchmark
        raise pickle.UnpicklingError(f"names {module}.{name}, which is not admitted")


def read_pickle(path):
    """Model -> its blocks in order."""
    try:
        with open(path, "rb") as file:
            blocks = RestrictedUnpickler(file).load()
    except (pickle.UnpicklingError, EOFError, ValueError, IndexError, KeyError, AttributeError, TypeError,
            UnicodeDecodeError, MemoryError) as error:
        raise UserError(f"{path}: no benchmark of Scission: {error}") from None
    fields = ("input_layer", "output_layer", "second_prediction", "output_size")
    is_right = isinstance(blocks, dict) and all(
        isinstance(listed, list) and all(isinstance(block, LayerBenchmark) and all(hasattr(block, field) for field in fields)
                                         for block in listed) for listed in blocks.values())
    if not is_right:
        raise UserError(f"{path}: no benchmark of Scission: not lists of blocks by model")
    return blocks


def read_scission(folder):
    """Tier -> host -> model -> blocks. Files are called TIER-HOST.dat."""
    hosts = {"device": {}, "edge": {}, "cloud": {}}
    for path in sorted(pathlib.Path(folder).glob("*.dat")):
        tier, _, host = path.stem.partition("-")
        if tier not in hosts or not host:
            raise UserError(f"{path}: is called neither device-HOST.dat nor edge-HOST.dat nor cloud-HOST.dat")
        hosts[tier][host] = read_pickle(path)
    if not hosts["device"] or not hosts["cloud"]:
        raise UserError(f"{folder}: holds no device-HOST.dat and cloud-HOST.dat")
    return hosts


def read_network(path):
    """(from, to) -> (seconds of ping, bytes a second), as Scission rounds them."""
    links = {}
    try:
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, skipinitialspace=True):
                key = (row["source"].strip(), row["destination"].strip())
                links[key] = (float(row["ping(ms)"]) / 1e3, float(round(float(row["bandwidth(mbps)"]) * 125000)))
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(f"{path}: no network file of Scission: {error!r}") from None
    return links


def spread(blocks):
    """Of the logarithms of the times of blocks that took any; none for few of them."""
    times = [math.log(block.second_prediction) for block in blocks if block.second_prediction > 0.0]
    return statistics.pstdev(times) if len(times) >= FEWEST_BLOCKS else None


def flag_hosts(hosts, report):
    """Hosts whose times are no ground truth: (tier, host) of those where a network's blocks take nearly the same time
    though they differ widely on the device, which is what a clock shows that does not wait for the work. Reports these,
    and clocks so coarse that blocks take no time at all."""
    reference = next(iter(hosts["device"].values()))
    flagged = []
    for tier, names in hosts.items():
        for host, models in names.items():
            none = {model: sum(block.second_prediction <= 0.0 for block in blocks) for model, blocks in models.items()}
            if any(none.values()):
                report.add(f"{tier} {host}: {sum(none.values())} blocks of {sum(map(bool, none.values()))} models take no "
                           "time at all: its clock is too coarse for them")
            flat = {}
            for model, blocks in models.items():
                of_host, of_device = spread(blocks), spread(reference.get(model, []))
                if of_host is not None and of_device and not none[model] and of_host / of_device < FLAT:
                    flat[model] = of_host / of_device
            if flat:
                flagged.append((tier, host))
                shares = ", ".join(f"{model} {100 * share:.0f} %" for model, share in flat.items())
                report.add(f"{tier} {host}: not ground truth, its clock does not wait for the work (spread of block times "
                           f"relative to the device's: {shares})")
    return flagged


def block_name(block):
    return f"layers_{block.input_layer}_{block.output_layer}"


def scission_problem(hosts, links, options):
    """The text of a problem file: the model's blocks in a chain, each where it may run."""
    chosen = {"device": options.device, "edge": options.edge, "cloud": options.cloud}
    tiers = [tier for tier in chosen if chosen[tier]]
    blocks = {}
    for tier in tiers:
        known = hosts[tier]
        if chosen[tier] not in known:
            raise UserError(f"no {tier} '{chosen[tier]}' (known: {', '.join(known)})")
        if options.model not in known[chosen[tier]]:
            raise UserError(f"no model '{options.model}' on {chosen[tier]} (known: {', '.join(known[chosen[tier]])})")
        blocks[tier] = known[chosen[tier]][options.model]
    pins = pinned(options.pin, tiers, blocks["device"])
    text = [f"# {options.model} of Scission's benchmarks: {', '.join(chosen[tier] for tier in tiers)}", "problem:",
            f"  tiers: [{', '.join(tiers)}]", "  links:"]
    for start, end in zip(tiers, tiers[1:]):
        key = (chosen[start], chosen[end])
        if key not in links:
            raise UserError(f"the network file has no link from {key[0]} to {key[1]}")
        ping, rate = links[key]
        text.append(f"    - {{from: {start}, to: {end}, bandwidth: {8 * rate!r} bit/s, latency: {ping!r} s}}")
    text += ["  constraints: {min_layers_on_device: %d}" % options.min_blocks, "  layers:",
             f"    - {{name: input, output: {options.input_bytes} B, time: {{device: 0 s}}}}"]
    before = "input"
    for i, block in enumerate(blocks["device"]):
        times = ", ".join(f"{tier}: {blocks[tier][i].second_prediction!r} s" for tier in tiers
                          if pins.get(i, tier) == tier)
        text.append(f"    - {{name: {block_name(block)}, inputs: [{before}], output: {int(block.output_size)} B, "
                    f"time: {{{times}}}}}")
        before = block_name(block)
    return "\n".join(text) + "\n"


def pinned(pins, tiers, blocks):
    """Block index -> the tier that must run it, from texts such as edge=10 (a layer's number)."""
    result = {}
    for text in pins:
        tier, _, layer = text.partition("=")
        if tier not in tiers or not layer.isdigit():
            raise UserError(f"--pin {text}: is written TIER=LAYER, with a tier of {', '.join(tiers)}")
        found = [i for i, block in enumerate(blocks) if block.input_layer <= int(layer) <= block.output_layer]
        if not found:
            raise UserError(f"--pin {text}: the model has no layer {layer}")
        result[found[0]] = tier
    return result


def import_scission(options, report):
    hosts = read_scission(options.source)
    flagged = flag_hosts(hosts, report)
    if options.list:
        for tier, names in hosts.items():
            for host, models in names.items():
                note = " (not ground truth)" if (tier, host) in flagged else ""
                print(f"{tier} {host}{note}: {', '.join(models)}")
        return
    if not options.model or not options.device or not options.cloud:
        raise UserError("scission needs --model, --device and --cloud (and --edge, if there is one); see --list")
    links = read_network(options.links or pathlib.Path(options.source) / "network_stats.csv")
    write(options.output, scission_problem(hosts, links, options))


# ---- command line ----

def write(path, text):
    if path is None:
        sys.stdout.write(text)
    else:
        pathlib.Path(path).write_text(text, encoding="utf-8")


def import_table(options, report):
    if options.network is None or options.output is None:
        raise UserError(f"{options.form} needs --network and --output")
    layers = layers_of(options.network)
    if options.form == "onnxruntime":
        whole, times = onnxruntime_times(options.source, options.warm_up)
    elif options.form == "pytorch":
        whole, times, loose = pytorch_times(options.source, layers, options.warm_up)
        if loose:
            report.add("kernels ran on a graphics card, and the layers' ranges are the CPU's, which end before the work does")
    else:
        whole, times = csv_times(options.source, options.unit, report)
    conditions = {"runtime": options.runtime or options.form, "version": "", "threads": options.threads or "",
                  "mode": options.mode, "governor": "", "load": "", "scheduling": "", "date": options.date or ""}
    rows, has_gaps = table(whole, times, layers, conditions, report)
    if has_gaps:
        raise UserError(f"{options.output}: not written, since the simulator refuses a table with gaps: "
                        + "; ".join(report.lines))
    measure_layers.write_table(options.output, rows)


def arguments(given):
    parser = argparse.ArgumentParser(prog="python3 -m analysis.import_profile", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("form", choices=["onnxruntime", "pytorch", "csv", "scission"])
    parser.add_argument("source", help="the file, or Scission's folder")
    parser.add_argument("-o", "--output", help="what is written (problems: standard output)")
    parser.add_argument("--network", help="the network file whose layers are timed")
    parser.add_argument("--warm-up", type=int, default=1, help="first runs of a trace that are left out (default: 1)")
    parser.add_argument("--unit", choices=list(UNITS), help="of a CSV without a column `unit`")
    parser.add_argument("--mode", default="unfused", help="what the table calls its rows (default: %(default)s)")
    for name in ("runtime", "threads", "date"):
        parser.add_argument(f"--{name}", help="recorded in the table")
    parser.add_argument("--list", action="store_true", help="scission: hosts and models")
    for name in ("model", "device", "edge", "cloud"):
        parser.add_argument(f"--{name}", help="scission: which one")
    parser.add_argument("--links", help="scission: the network file (default: network_stats.csv of the folder)")
    parser.add_argument("--pin", action="append", default=[], metavar="TIER=LAYER", help="scission: a layer's tier")
    parser.add_argument("--min-blocks", type=int, default=1, help="scission: least blocks on the device (default: 1)")
    parser.add_argument("--input-bytes", type=int, default=150000, help="scission: of the input (default: %(default)s)")
    return parser.parse_args(given)


def main(given=None):
    options, report = arguments(given), Report()
    try:
        if options.form == "scission":
            import_scission(options, report)
        else:
            import_table(options, report)
    except (UserError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for line in report.lines:
        print(f"note: {line}", file=sys.stderr)
    return REPORTED if report.lines else 0


if __name__ == "__main__":
    sys.exit(main())
