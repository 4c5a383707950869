"""Makes tables of layer times (docs/benchmarks.md) from what other tools measured.

    python3 -m analysis.import_profile onnxruntime TRACE.json --network NET.yaml --whole-run "2.1 ms" -o NET.csv
    python3 -m analysis.import_profile pytorch TRACE.json --network NET.yaml -o NET.csv
    python3 -m analysis.import_profile csv TIMES.csv --network NET.yaml --unit ms -o NET.csv
    python3 -m analysis.import_profile scission FOLDER --list
    python3 -m analysis.import_profile scission FOLDER --model vgg19 --device raspi4 --edge vm2Core --cloud "6700k(GPU)" \\
        --pin edge=10 --pin cloud=16 -o problem.yaml

onnxruntime: the Chrome trace of a session with enable_profiling; nodes are joined with layers by name. pytorch: the Chrome
trace of torch.profiler with a record_function("LAYER NAME") around each layer. Whole runs in a trace are profiled ones: they
are marked so (`profiled_run_s`) and scale nothing; --whole-run gives one without profiling.

csv: any table (docs/tables.md) with the columns `layer` and `time`, where times of layers that stand twice are repetitions; or
`minimum` and, if you will, `median`, `p90` and `repetitions` in place of `time`, a row a layer. Units stand in the names
(`time_ms`, `Time (ms)`), in a column `unit`, or in --unit. A row without a layer is the whole run, without profiling unless a
column `profiling` or --profiled-run says so. scission: a folder of LayerBenchmark pickles and network_stats*.csv of
qub-blesson/Scission becomes a problem for `edgecut plan --problem`.

What does not fit is said on standard error, one line each: layers without a time, times without a layer, a whole run that
was profiled, a sum of layers far below the whole run (timings of a device that nobody waited for). With any of them
the exit status is 3; the table is written all the same, unless layers are missing, and carries them in its column
`warning` (a problem file: in comments), so that they are seen by who uses it later. Times that no network takes are
refused, unless --accept-times.
"""

import argparse
import math
import pathlib
import re
import sys
from typing import NamedTuple

import yaml

from . import measure_layers, plausible, profile_traces, table_file, table_units
from .errors import UserError, shortened
from .scission import (flag_hosts, read_network, read_pickle, read_scission,  # noqa: F401 (read_pickle: for tests)
                       scission_problem)

UNSYNCHRONISED = 0.5  # a sum of layers below this share of the whole run
REPORTED = 3
COUNTS = ("repetitions", "calls", "count", "runs", "number_of_calls")
PROFILED = {"on": True, "yes": True, "true": True, "1": True, "off": False, "no": False, "false": False, "0": False, "": None}


class Report:
    """What is said of an import beside its result."""

    def __init__(self):
        self.lines = []

    def add(self, line):
        self.lines.append(line)


class Measured(NamedTuple):
    """What an import found, in seconds."""

    times: dict  # layer or other name -> each execution's, or a Summary
    whole: list  # of runs without profiling, or a Summary
    profiled: list  # of runs with it
    provider: str  # what ran the layers; empty where nobody says
    unit: str  # that the file's times are in


# ---- tables ----

def network_of(path):
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        network = yaml.load(pathlib.Path(path).read_text(encoding="utf-8"), Loader=loader)
        return network, [layer["name"] for layer in network["layers"] if layer["kind"] != "input"]
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError) as error:
        raise UserError(f"{path}: no network file: {' '.join(str(error).split())}") from None


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


# ---- CSV files ----

def csv_times(path, options, report):
    """Seconds by layer of a user's table; whole runs are its rows without a layer."""
    table = table_file.read(path, "--unit")
    layers = table.texts("layer")
    name = time_column(table)
    is_single = name == "time"
    columns = ["time"] if is_single else [name, *(each for each in ("median", "p90") if table.has(each))]
    seconds = {each: seconds_of(table, each, options.unit, may_be_empty=each not in ("time", name)) for each in columns}
    counts = counts_of(table, is_single, options.times)
    profiled = profiled_of(table, options.profiled_run)
    if not is_single:
        check_summaries(table, layers, name, seconds)
    table.check()
    times, with_profiling = {}, []
    for i, layer in enumerate(layers):
        if is_single:
            value = seconds["time"][i] / (counts[i] if options.times == "sum" else 1.0)
            (with_profiling if not layer and profiled[i] else times.setdefault(layer, [])).append(value)
        elif not layer and profiled[i]:
            with_profiling.append(seconds[name][i])
        else:
            values = [None if math.isnan(seconds[each][i]) else seconds[each][i] for each in columns]
            kept = dict(zip(["minimum", *columns[1:]], values))
            times[layer] = Summary(**kept, repetitions=table.texts("repetitions")[i] if table.has("repetitions") else "")
    longest = max((least(each) for layer, each in times.items() if layer), default=0.0)
    if longest > 60.0:
        report.add(f"the longest layer takes {longest:g} s: is {options.unit or 'the unit'} right?")
    unit = table.unit(table.find(name), "duration", options.unit or "") if not table.has("unit") else None
    return Measured(times, times.pop("", []), with_profiling, "", unit.name if unit else options.unit or "s")


def time_column(table):
    """`time`, or the column that is the least of several."""
    for name in ("time", "minimum", "min"):
        if table.has(name):
            return name
    means = [name for name in ("mean", "average", "avg", "total", "sum", "median") if table.has(name)]
    remedy = "; wanted are single times (`time`) or their `minimum`, `median`, `p90`"
    if means:
        remedy += f": a {means[0]} alone is none of them"
    return table.names[table.find("time", remedy)]


def seconds_of(table, name, given, may_be_empty):
    """A column of durations, whose unit is in its name, in a column `unit`, or given."""
    if not table.has("unit"):
        return table.quantities(name, "duration", given or "", may_be_empty)
    stated = table_units.unit_of("duration", table.unit_in_name(name)) if table.unit_in_name(name) else None
    found = []
    for i, (number, text) in enumerate(zip(table.numbers(name, may_be_empty=may_be_empty), table.texts("unit"))):
        unit = table_units.unit_of("duration", text or given or (stated.name if stated else ""))
        if unit is None:
            known = f"({', '.join(table_units.TIMES)})"
            table.fault(i, "unit", f"'{text}' is no unit of a time {known}" if text else
                        f"the unit of its time cannot be told: it stands here, in the column's name or in --unit {known}")
        elif stated and stated.name != unit.name:
            table.fault(i, "unit", f"says {unit.name}, and the column of the times says {stated.name}")
        found.append(unit.base(number) if unit else math.nan)
    return found


def counts_of(table, is_single, times):
    """How often each row's layer was called, where `time` may be the sum of that."""
    name = next((name for name in COUNTS if table.has(name)), None)
    if not is_single or name is None:
        if times == "sum":
            table.fault(0, "layer", f"--times sum needs a column of how many calls a time is of ({', '.join(COUNTS)})")
        return [1.0] * len(table.rows)
    counts = table.numbers(name, low=0.0)
    if times is None and any(count != 1.0 for count in counts):
        table.fault(0, name, f"whether `time` is of one call or of all that `{name}` counts cannot be told: --times each, or "
                             "--times sum")
    for i, count in enumerate(counts):
        if count == 0.0:
            table.fault(i, name, "is 0: a layer that was not called has no time")
    return [count or math.nan for count in counts]


def profiled_of(table, is_said):
    """Of each row whether it was timed with profiling."""
    if not table.has("profiling"):
        return [is_said] * len(table.rows)
    found = []
    for i, text in enumerate(table.texts("profiling")):
        if text.lower() not in PROFILED:
            table.fault(i, "profiling", f"'{text}' is neither on nor off")
        told = PROFILED.get(text.lower())
        found.append(is_said if told is None else told)
    return found


def check_summaries(table, layers, name, seconds):
    seen = set()
    for i, layer in enumerate(layers):
        ascending = [seconds[each][i] for each in seconds if not math.isnan(seconds[each][i])]
        if layer in seen:
            table.fault(i, "layer", f"a second row of layer '{layer}', whose minimum is over all repetitions")
        if ascending != sorted(ascending):
            table.fault(i, name, "minimum, median and p90 are not in that order")
        seen.add(layer)


# ---- checks ----

def rows_of(found, layers, conditions, report):
    """The rows of a table, layers in the network's order, and whether it has gaps."""
    times, known = found.times, set(layers)
    if missing := [name for name in layers if not times.get(name)]:
        report.add(f"no time of {len(missing)} layers: {shortened(missing)}")
    if unknown := [name for name in times if name not in known]:
        lost = sum(least(times[name]) for name in unknown if times[name])
        report.add(f"{len(unknown)} names are no layer of the network ({1e3 * lost:.3f} ms): {shortened(unknown)}")
    kept = [name for name in layers if times.get(name)]
    check_sum(found, sum(least(times[name]) for name in kept), report)
    rows = [row_of("", found.whole, conditions | {"profiling": "off"})] if found.whole else []
    return rows + [row_of(name, times[name], conditions) for name in kept], bool(missing)


def check_sum(found, total, report):
    """Whether the layers add up to the run that they are of."""
    if found.profiled and not found.whole:
        by = f"{found.provider}; " if found.provider else ""
        run = min(found.profiled)
        report.add(f"the whole run was timed with profiling ({by}{1e3 * run:.3f} ms, the layers {1e3 * total:.3f} ms): it is marked "
                   "so in profiled_run_s, and layers are not scaled to it; --whole-run gives a time without profiling")
    elif not found.whole:
        report.add("no time of the whole run: whether the layers add up cannot be told")
        return
    run, what = (least(found.whole), "run") if found.whole else (min(found.profiled), "run with profiling")
    if not run:
        raise UserError("the whole run takes no time at all")
    if found.whole and found.profiled and min(found.profiled) < 0.9 * run:
        report.add(f"the run with profiling is the shorter one ({1e3 * min(found.profiled):.3f} ms against {1e3 * run:.3f} ms without): "
                   "were both on the same machine, as warm?")
    share = total / run
    if share < UNSYNCHRONISED:
        report.add(f"the layers add up to {100 * share:.0f} % of the whole {what}: {blame(found.provider)}")
    elif share > 1.1:
        report.add(f"the layers add up to {100 * share:.0f} % of the whole {what}: what is counted twice?")


def blame(provider):
    """What layers may lack of a run, by what ran them."""
    names = provider.split(", ") if provider else []
    if not names:
        return "were they timed on a device that runs on while the clock is read, or with other settings?"
    if all(name in profile_traces.WAITING or name == "CPU" for name in names):
        return f"{provider} waits for its work, so the rest is the runtime's own, the profiler's or other programs'"
    return f"did {provider} run on while the clock was read (without synchronisation)?"


def check_times(path, network, found, total, accept):
    """Raises UserError where no network takes such a time; where the run is a profiled one, the layers' sum is held to that."""
    if not total:
        raise UserError(f"{path}: the layers take no time at all")
    if not accept:
        seconds = least(found.whole) if found.whole else total
        name = str(network.get("name") or "the network")
        plausible.check(lambda _: path, {name: (plausible.work_of(network), seconds)}, found.unit)


# ---- command line ----

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
    for tier in ("device", "edge", "cloud"):
        host = getattr(options, tier)
        total = sum(block.second_prediction for block in hosts[tier].get(host, {}).get(options.model, []))
        if total and not options.accept_times:
            plausible.check(lambda _: f"{options.source}: {tier} {host}", {options.model: (plausible.Work(0.0, 0.0), total)})
    links = read_network(options.links or pathlib.Path(options.source) / "network_stats.csv")
    write(options.output, scission_problem(hosts, links, options, report))


def write(path, text):
    if path is None:
        sys.stdout.write(text)
    else:
        pathlib.Path(path).write_text(text, encoding="utf-8")


def whole_runs(texts):
    """Seconds of --whole-run's texts, such as "2.1 ms"."""
    found = []
    for text in texts:
        parts = re.fullmatch(r"\s*(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)\s*(\S+)\s*", text)
        unit = table_units.unit_of("duration", parts.group(2)) if parts else None
        if unit is None or not float(parts.group(1)):
            raise UserError(f"--whole-run '{text}': a time above 0 and its unit is wanted, such as '2.1 ms' "
                            f"({', '.join(table_units.TIMES)})")
        found.append(unit.base(float(parts.group(1))))
    return found


def find(options, layers, report):
    """What the source holds."""
    if options.form == "csv":
        found = csv_times(options.source, options, report)
    else:
        read = {"onnxruntime": profile_traces.onnxruntime, "pytorch": profile_traces.pytorch}[options.form]
        trace = read(options.source, layers, options.warm_up, report)
        found = Measured(trace.times, [], trace.profiled, trace.provider, "us")
    if found.whole and options.whole_run:
        raise UserError("--whole-run: the file has a run without profiling, a row without a layer, itself")
    return found._replace(whole=found.whole or whole_runs(options.whole_run))


def import_table(options, report):
    if options.network is None or options.output is None:
        raise UserError(f"{options.form} needs --network and --output")
    if options.warm_up < 0:
        raise UserError(f"--warm-up {options.warm_up}: a number of runs is wanted")
    network, layers = network_of(options.network)
    found = find(options, layers, report)
    conditions = {"runtime": options.runtime or options.form, "version": "", "threads": options.threads or "",
                  "mode": options.mode, "governor": "", "load": "", "scheduling": "", "date": options.date or "",
                  "profiling": "" if options.form == "csv" else "on"}
    rows, has_gaps = rows_of(found, layers, conditions, report)
    if has_gaps:
        raise UserError(f"{options.output}: not written, since the simulator refuses a table with gaps: "
                        + "; ".join(report.lines))
    check_times(options.source, network, found, sum(least(found.times[name]) for name in layers), options.accept_times)
    more = {"provider": found.provider, "profiled_run_s": f"{min(found.profiled):.9f}" if found.profiled else "",
            "warning": "; ".join(report.lines)}
    rows[0] |= {name: text for name, text in more.items() if text}
    measure_layers.write_table(options.output, rows, [name for name, text in more.items() if text])


def arguments(given):
    parser = argparse.ArgumentParser(prog="python3 -m analysis.import_profile", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("form", choices=["onnxruntime", "pytorch", "csv", "scission"])
    parser.add_argument("source", help="the file, or Scission's folder")
    parser.add_argument("-o", "--output", help="what is written (problems: standard output)")
    parser.add_argument("--network", help="the network file whose layers are timed")
    parser.add_argument("--warm-up", type=int, default=1, help="first runs of a trace that are left out (default: 1)")
    parser.add_argument("--whole-run", action="append", default=[], metavar="TIME",
                        help="of a run without profiling, such as '2.1 ms'; may be repeated")
    parser.add_argument("--accept-times", action="store_true", help=plausible.HELP)
    parser.add_argument("--unit", choices=list(table_units.TIMES), help="csv: of times whose column does not name it")
    parser.add_argument("--times", choices=["each", "sum"], help="csv: `time` beside a column of calls is of each, or of all of them")
    parser.add_argument("--profiled-run", action="store_true", help="csv: the row without a layer was timed with profiling")
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
