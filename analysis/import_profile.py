"""Makes tables of layer times (docs/benchmarks.md) from what other tools measured.

    python3 -m analysis.import_profile onnxruntime TRACE.json --network NET.yaml -o NET.csv
    python3 -m analysis.import_profile pytorch TRACE.json --network NET.yaml -o NET.csv
    python3 -m analysis.import_profile csv TIMES.csv --network NET.yaml --unit ms -o NET.csv
    python3 -m analysis.import_profile scission FOLDER --list
    python3 -m analysis.import_profile scission FOLDER --model vgg19 --device raspi4 --edge vm2Core --cloud "6700k(GPU)" \\
        --pin edge=10 --pin cloud=16 -o problem.yaml

onnxruntime: the Chrome trace of a session with enable_profiling; nodes are joined with layers by name. pytorch: the Chrome
trace of torch.profiler with a record_function("LAYER NAME") around each layer. csv: columns `layer` and `time` and, if you
will, `unit`, where times of layers that stand twice are repetitions; or `minimum` and, if you will, `median`, `p90` and
`repetitions` in place of `time`, a row a layer. scission: a folder of
LayerBenchmark pickles and network_stats*.csv of qub-blesson/Scission becomes a problem for `edgecut plan --problem`.

What does not fit is said on standard error, one line each: layers without a time, times without a layer, units that
cannot be told, a sum of layers far below the whole run (timings of a device that nobody waited for). With any of them
the exit status is 3; the table is written all the same, unless layers are missing, and carries them in its column
`warning` (a problem file: in comments), so that they are seen by who uses it later.
"""

import argparse
import csv
import json
import math
import pathlib
import pickle
import statistics
import sys
from typing import NamedTuple

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
    found = [event for event in events if event.get("ph") == "X" and "dur" in event and isinstance(event.get("name"), str)]
    for event in found:
        if not is_time(event["dur"]):
            raise UserError(f"{path}: '{event['name']}' has no time: {event['dur']!r}")
    # In order of time, so that the first runs are those that warm up; a trace may list them in any.
    if all(is_number(event.get("ts")) for event in found):
        found.sort(key=lambda event: event["ts"])
    return found


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def is_time(value):
    return is_number(value) and value >= 0


def onnxruntime_times(path, warm_up):
    """Seconds of whole runs and of nodes by name. The trace's durations are in microseconds."""
    events = events_of(path)
    whole = [event["dur"] / 1e6 for event in events if event["name"] == "model_run"]
    nodes = measure_layers.node_times_of(events, warm_up)
    if not nodes:
        raise UserError(f"{path}: holds no times of nodes (a session with profiling enabled, run at least once?)")
    return whole[warm_up:], nodes


class Ranges(NamedTuple):
    """Of one side of a PyTorch trace, by name."""

    layers: dict
    steps: list  # `ProfilerStep#n`, each once

    def whole(self):
        """The runs of `model`; of the profiler's steps, which hold the loop around it, too, where nobody named one."""
        return self.layers.get("model") or self.steps


def pytorch_times(path, layers, warm_up, report):
    """Seconds of whole runs and by layer of record_function ranges. On a graphics card the ranges on its side are taken
    (gpu_user_annotation): those of the CPU end before the work does. A trace's times are microseconds, whatever
    displayTimeUnit asks of who shows it."""
    sides, on_device = {"user_annotation": Ranges({}, []), "gpu_user_annotation": Ranges({}, [])}, False
    for event in events_of(path):
        category = event.get("cat", "")
        on_device = on_device or category in ("kernel", "gpu_memcpy")
        if category not in sides:
            continue
        name, seconds = event["name"], event["dur"] / 1e6
        if name.startswith("ProfilerStep"):
            sides[category].steps.append(seconds)
        else:
            sides[category].layers.setdefault(name, []).append(seconds)
    cpu, gpu = sides["user_annotation"], sides["gpu_user_annotation"]
    on_card = on_device and bool(set(layers) & set(gpu.layers))
    if on_device and not on_card:
        report.add("kernels ran on a graphics card, and the layers' ranges are the CPU's, which end before the work does")
    whole = (gpu.whole() if on_card else []) or cpu.whole()
    times = cut((gpu if on_card else cpu).layers, warm_up)
    whole = whole[warm_up:]
    if on_card and not gpu.whole() and whole and min(whole) < sum(min(times[name]) for name in layers if times.get(name)):
        report.add("the range of the whole run is the CPU's, and shorter than the layers on the graphics card: it ended before "
                   "the work did, and is left out")
        whole = []
    times.pop("model", None)
    return whole, times


def cut(times, warm_up):
    return {name: seconds[warm_up:] for name, seconds in times.items() if len(seconds) > warm_up}


class Summary(NamedTuple):
    """Seconds of a layer of which somebody else kept no more than these; None where not even that."""

    minimum: float
    median: float = None
    p90: float = None
    repetitions: str = ""

    def row(self, layer, conditions):
        def text(seconds):
            return "" if seconds is None else f"{seconds:.9f}"
        return {"layer": layer, "minimum_s": text(self.minimum), "median_s": text(self.median), "p90_s": text(self.p90),
                "fused_into": "", **conditions, "repetitions": self.repetitions}


def least(times):
    return times.minimum if isinstance(times, Summary) else min(times)


def row_of(layer, times, conditions):
    return times.row(layer, conditions) if isinstance(times, Summary) else measure_layers.table_row(layer, times, conditions)


def csv_times(path, unit, report):
    """Seconds by layer; the whole run is the row without a layer."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read: {error}") from None
    if not rows or "layer" not in rows[0] or not {"time", "minimum"} & set(rows[0]):
        raise UserError(f"{path}: needs the columns `layer` and `time` (or `minimum`, `median`, `p90`)")
    times = {}
    for line, row in enumerate(rows, 2):
        told = (row.get("unit") or unit or "").strip()
        if told not in UNITS:
            what = f"'{told}' is no unit of time" if told else "the unit of its time cannot be told"
            raise UserError(f"{path}:{line}: {what}: a column `unit`, or --unit, of {', '.join(UNITS)}")
        seconds = {name: read_seconds(path, line, row[name], UNITS[told]) for name in ("time", "minimum", "median", "p90")
                   if row.get(name) or name in ("time", "minimum") and name in row}
        layer = row["layer"] or ""
        if "time" in seconds:
            times.setdefault(layer, []).append(seconds["time"])
        elif layer in times:
            raise UserError(f"{path}:{line}: a second row of layer '{layer}', whose minimum is over all repetitions")
        elif seconds.get("minimum", 0.0) > seconds.get("median", math.inf) or seconds.get("median", 0.0) > seconds.get("p90", math.inf):
            raise UserError(f"{path}:{line}: minimum, median and p90 are not in that order")
        else:
            times[layer] = Summary(**seconds, repetitions=row.get("repetitions") or "")
    longest = max((least(seconds) for name, seconds in times.items() if name), default=0.0)
    if longest > 60.0:
        report.add(f"the longest layer takes {longest:g} s: is {unit or 'the unit'} right?")
    return times.pop("", []), times


def read_seconds(path, line, text, unit):
    try:
        seconds = float(text) * unit
    except (TypeError, ValueError):
        seconds = math.nan
    if not is_time(seconds):
        raise UserError(f"{path}:{line}: '{text}' is no time")
    return seconds


def table(whole, times, layers, conditions, report):
    """The rows of a table, layers in the network's order."""
    known = set(layers)
    if missing := [name for name in layers if not times.get(name)]:
        report.add(f"no time of {len(missing)} layers: {shortened(missing)}")
    if unknown := [name for name in times if name not in known]:
        lost = sum(least(times[name]) for name in unknown if times[name])
        report.add(f"{len(unknown)} names are no layer of the network ({1e3 * lost:.3f} ms): {shortened(unknown)}")
    rows = [row_of("", whole, conditions)] if whole else []
    rows += [row_of(name, times[name], conditions) for name in layers if times.get(name)]
    check_sum(whole, [times[name] for name in layers if times.get(name)], report)
    return rows, bool(missing)


def check_sum(whole, times, report):
    if not whole:
        report.add("no time of the whole run: whether the layers add up cannot be told")
        return
    if not least(whole):
        raise UserError("the whole run takes no time at all")
    share = sum(map(least, times)) / least(whole)
    if share < UNSYNCHRONISED:
        report.add(f"the layers add up to {100 * share:.0f} % of the whole run: were they timed on a device that runs on "
                   "while the clock is read (a graphics card without synchronisation)?")
    elif share > 1.1:
        report.add(f"the layers add up to {100 * share:.0f} % of the whole run: what is counted twice?")


def shortened(names, most=6):
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


# ---- Scission ----

class Block(NamedTuple):
    """A block of layers, its seconds and the bytes that it puts out."""

    input_layer: int
    output_layer: int
    second_prediction: float
    output_size: float


class RestrictedUnpickler(pickle.Unpickler):
    """Admits Scission's one class and nothing else: a pickle can call whatever it names. The class is made anew for each
    file, since a pickle can set attributes on it."""

    def __init__(self, file):
        super().__init__(file)
        self.admitted = type("LayerBenchmark", (), {})

    def find_class(self, module, name):
        if (module, name) == ("__main__", "LayerBenchmark"):
            return self.admitted
        raise pickle.UnpicklingError(f"names {module}.{name}, which is not admitted")


def read_pickle(path):
    """Model -> its blocks in order."""
    with open(path, "rb") as file:
        unpickler = RestrictedUnpickler(file)
        try:
            found = unpickler.load()
        except Exception as error:  # whatever damaged bytes make of it (the module's documentation names no end of kinds)
            raise UserError(f"{path}: no benchmark of Scission: {error}") from None
    is_right = isinstance(found, dict) and all(
        isinstance(model, str) and isinstance(listed, list) and all(type(block) is unpickler.admitted for block in listed)
        for model, listed in found.items())
    if not is_right:
        raise UserError(f"{path}: no benchmark of Scission: not lists of blocks by model")
    return {model: [read_block(path, model, vars(block)) for block in listed] for model, listed in found.items()}


def read_block(path, model, fields):
    values = [fields.get(name) for name in Block._fields]
    if not all(is_time(value) for value in values) or not all(isinstance(value, int) for value in values[:2]):
        raise UserError(f"{path}: {model}: a block of {dict(zip(Block._fields, values))}: not layers' numbers, seconds and bytes of "
                        "0 or more")
    return Block(*values)


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


def scission_problem(hosts, links, options, report):
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
    seconds = {tier: times_by_block(tier, listed, blocks["device"]) for tier, listed in blocks.items()}
    pins = pinned(options.pin, tiers, blocks["device"])
    text = [f"# {options.model} of Scission's benchmarks: {', '.join(chosen[tier] for tier in tiers)}",
            *(f"# warning: {line}" for line in report.lines
              if line.startswith(tuple(f"{tier} {chosen[tier]}:" for tier in tiers))), "problem:",
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
        times = ", ".join(f"{tier}: {seconds[tier][i]!r} s" for tier in tiers
                          if pins.get(i, tier) == tier)
        text.append(f"    - {{name: {block_name(block)}, inputs: [{before}], output: {int(block.output_size)} B, "
                    f"time: {{{times}}}}}")
        before = block_name(block)
    return "\n".join(text) + "\n"


def times_by_block(tier, blocks, of_device):
    """Seconds on a tier of the device's blocks, in their order: joined by the numbers of their layers."""
    found = {(block.input_layer, block.output_layer): block.second_prediction for block in blocks}
    wanted = [(block.input_layer, block.output_layer) for block in of_device]
    if len(found) != len(blocks) or set(found) != set(wanted) or len(set(wanted)) != len(wanted):
        apart = sorted(set(found) ^ set(wanted))
        what = (f"layers {shortened([f'{first} to {last}' for first, last in apart])} are a block of one of them alone" if apart
                else "layers are in two blocks")
        raise UserError(f"the {tier}'s {len(blocks)} blocks are not the device's {len(of_device)}: {what}")
    return [found[key] for key in wanted]


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
    write(options.output, scission_problem(hosts, links, options, report))


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
        whole, times = pytorch_times(options.source, layers, options.warm_up, report)
    else:
        whole, times = csv_times(options.source, options.unit, report)
    conditions = {"runtime": options.runtime or options.form, "version": "", "threads": options.threads or "",
                  "mode": options.mode, "governor": "", "load": "", "scheduling": "", "date": options.date or ""}
    rows, has_gaps = table(whole, times, layers, conditions, report)
    if has_gaps:
        raise UserError(f"{options.output}: not written, since the simulator refuses a table with gaps: "
                        + "; ".join(report.lines))
    if report.lines:
        rows[0]["warning"] = "; ".join(report.lines)
    measure_layers.write_table(options.output, rows, ["warning"] if report.lines else [])


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
