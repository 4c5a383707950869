"""Fits compute models to measured layers, says how well they predict a network that they have not seen, and writes a
device file.

    edgecut calibrate latencies.csv                                           # a table `network,seconds`: how well it is fitted
    edgecut calibrate latencies.csv -o my_board.yaml --idle "2.7 W" --active "6.8 W" --memory "4 GB" --title "My board"
    edgecut calibrate FOLDER                                                  # tables of layers: how well models predict
    edgecut calibrate FOLDER --mode fused --figure fit.png
    edgecut calibrate FOLDER -o my_board.yaml --idle "2.7 W" --active "6.8 W"
    edgecut calibrate ... --peak "96 GFLOP/s" --peak-source "4 cores x 1.5 GHz x 16 FLOP (data sheet)"

A table `network,seconds` (or `network,ms`) of four whole networks or more is enough. It gives the three constants alone, with
Winograd's gain (`--model winograd`, the default there) or without (`--model three_constants`). Of a folder every NETWORK.csv is
read (docs/benchmarks.md) whose network edgecut has, or `--networks FOLDER`. Constants by kind need layers: a whole run is one
number, the sum over all kinds, and to split it among a dozen kinds with three constants each would take more unlike
networks than there are.

The device file says what was measured and what you say, and nothing of another board. `--idle` and `--active` are the watts of the
whole board, idle and computing. Without `--memory` and `--storage` it has what the largest of the networks needs, which ran. Only
`--like DEVICE` takes from a shipped device what you do not say of power, memory and storage, marked as an assumption. The nominal
rate of one network is measured: 2 MAC over the whole run, of ResNet-50 where it is there, else of the network with the most MACs.
Its peak is what --peak says, else an assumption: no less than that.

Models, each fitted by least squares of relative errors with coefficients that are not negative:

    flops            time = FLOP / rate
    roofline         time = max(FLOP / rate, bytes / memory) + overhead
    three_constants  time = FLOP / rate + bytes / memory + overhead, without Winograd's gain
    winograd         the same, dense 3x3 convolutions of stride 1 counting 2.25 times less
    per_kind         time = FLOP / rate + bytes / memory + overhead, by kind of layer; kinds with fewer than four layers by
                     the three constants

Errors are of leaving one network out in turn: |predicted / measured - 1| of every layer of it that takes 1 us or more
(the tables' resolution), and of its sum.
"""

import argparse
import json
import math
import pathlib
import re
import shlex
import sys
from typing import NamedTuple

import numpy as np
import yaml

from . import features, fit_devices, plausible, results, style, table_file, table_units

ROOT = pathlib.Path(__file__).resolve().parent.parent
FEWEST = 4
SHORTEST_S = 1e-6
MODELS = ("flops", "roofline", "three_constants", "winograd", "per_kind")
SHIPPED_MODEL = ("three_constants", "winograd", "per_kind")


class Layer(NamedTuple):
    network: str
    name: str
    kind: str
    flop: float
    effective: float  # FLOP, Winograd's gain taken off
    bytes: float
    seconds: float


# ---- what was measured ----

def layers_of(network_file, rows):
    """The layers of a network that were measured, input left out."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    network = yaml.load(network_file.read_text(encoding="utf-8"), Loader=loader)
    moved = features.moved_bytes(network)
    seconds = {row["layer"]: row["minimum_s"] for row in rows}
    found = []
    for layer in network["layers"]:
        if layer["kind"] == "input" or layer["name"] not in seconds:
            continue
        found.append(Layer(network["name"], layer["name"], layer["kind"], 2.0 * layer.get("macs", 0),
                           features.effective_flop(layer), moved[layer["name"]], seconds[layer["name"]]))
    return found


def read_folder(folder, mode, networks):
    """Network -> its layers; network -> seconds of the whole run."""
    measured, whole = {}, {}
    for path in sorted(path for path in folder.glob("*.csv*") if path.name.endswith((".csv", ".csv.gz"))):
        network_file = networks / f"{path.name.partition('.csv')[0]}.yaml"
        if not network_file.is_file():
            continue
        rows = [row for row in read_rows(path) if row["mode"] in (mode, None)]
        if not rows:
            continue
        measured[network_file.stem] = layers_of(network_file, rows)
        whole |= {network_file.stem: row["minimum_s"] for row in rows if not row["layer"]}
    if len(measured) < 2:
        raise results.UserError(f"{folder}: needs tables of two networks or more in mode '{mode}', of networks in {networks}")
    return measured, whole


def read_rows(path):
    """A table's layers, least seconds and modes (None without that column)."""
    table = table_file.read(path)
    remedy = "; the fit goes by the columns `layer` and `minimum_s`"
    layers = [table.rows[i].cells[table.find("layer", remedy)] for i in range(len(table.rows))]
    table.find("minimum_s", remedy)
    seconds = table.quantities("minimum_s", "duration")
    modes = table.texts("mode") if table.has("mode") else [None] * len(layers)
    table.check()
    return [dict(zip(("layer", "minimum_s", "mode"), row)) for row in zip(layers, seconds, modes)]


# ---- models ----

def relative(rows, seconds):
    return np.asarray(rows, float) / np.asarray(seconds, float)[:, None]


def columns(layers, work="flop"):
    return np.array([[getattr(layer, work), layer.bytes, 1.0] for layer in layers])


def trained(layers):
    """What is fitted to: layers that the clock could see."""
    return [layer for layer in layers if layer.seconds >= SHORTEST_S]


def fit_linear(layers, work="flop"):
    """Coefficients of (FLOP, bytes, 1) of the least sum of squared relative errors, none negative."""
    return fit_devices.fit(relative(columns(layers, work), [layer.seconds for layer in layers]))


def fit_flops(layers):
    working = [layer for layer in layers if layer.flop > 0]
    ratios = np.array([layer.flop / layer.seconds for layer in working])
    return float(ratios.sum() / (ratios**2).sum())  # the a that minimises sum (a r - 1)^2


def fit_roofline(layers):
    """(1 / rate, 1 / memory, overhead): in turns each layer is assigned to its longer side and the three are fitted, until
    nothing changes side; of several starts the best."""
    x, seconds = columns(layers), np.array([layer.seconds for layer in layers])
    linear = fit_linear(layers)
    best, least = linear, np.inf
    for balance in (0.3, 1.0, 3.0):
        guess = np.maximum(linear * [balance, 1.0, 1.0], 1e-15)
        for _ in range(30):
            by_work = x[:, 0] * guess[0] >= x[:, 1] * guess[1]
            rows = np.column_stack([x[:, 0] * by_work, x[:, 1] * ~by_work, x[:, 2]])
            found = fit_devices.fit(relative(rows, seconds))
            found = np.where(found > 0, found, guess * 0.5)
            loss = np.sum((roofline(x, found) / seconds - 1.0) ** 2)
            if loss < least:
                best, least = found, loss
            if np.allclose(found, guess, rtol=1e-9):
                break
            guess = found
    return best


def roofline(x, coefficients):
    return np.maximum(x[:, 0] * coefficients[0], x[:, 1] * coefficients[1]) + coefficients[2]


def fit_kinds(layers):
    by_kind = {}
    for layer in layers:
        by_kind.setdefault(layer.kind, []).append(layer)
    return {kind: fit_linear(of_kind) for kind, of_kind in sorted(by_kind.items()) if len(of_kind) >= FEWEST}


def predict(model, training, layers):
    """Seconds of `layers` by a model that has seen `training`."""
    training = trained(training)
    x = columns(layers)
    if model == "flops":
        return x[:, 0] * fit_flops(training)
    if model == "roofline":
        return roofline(x, fit_roofline(training))
    if model == "winograd":
        return columns(layers, "effective") @ fit_linear(training, "effective")
    general = fit_linear(training)
    if model == "three_constants":
        return x @ general
    kinds = fit_kinds(training)
    return np.array([row @ kinds.get(layer.kind, general) for row, layer in zip(x, layers)])


# ---- cross-validation ----

class Errors(NamedTuple):
    layer_median: float  # of |relative error|, over all layers of all networks left out
    working_median: float  # over those that do work (FLOP)
    network_mean: float  # of |relative error| of sums of layers
    network_worst: float
    worst: str  # the network


def leave_one_out(measured):
    """Model -> network -> predicted seconds of its layers, by constants of the other networks."""
    predicted = {model: {} for model in MODELS}
    for name, layers in measured.items():
        others = [layer for other, listed in measured.items() if other != name for layer in listed]
        for model in MODELS:
            predicted[model][name] = predict(model, others, layers)
    return predicted


def errors(measured, predicted):
    """Of one model."""
    of_layers, of_working, of_networks = [], [], {}
    for name, layers in measured.items():
        seconds = np.array([layer.seconds for layer in layers])
        seen = seconds >= SHORTEST_S
        error = np.abs(predicted[name] / np.where(seen, seconds, 1.0) - 1.0)
        of_layers += list(error[seen])
        of_working += list(error[seen & np.array([layer.flop > 0 for layer in layers])])
        of_networks[name] = abs(predicted[name].sum() / seconds.sum() - 1.0)
    worst = max(of_networks, key=of_networks.get)
    return Errors(float(np.median(of_layers)), float(np.median(of_working)), float(np.mean(list(of_networks.values()))), of_networks[worst], worst)


def table(measured, predicted):
    lines = ["| model | layer, median | layer that works, median | network, mean | network, worst | of |",
             "|---|---|---|---|---|---|"]
    for model in MODELS:
        found = errors(measured, predicted[model])
        lines.append(f"| {model} | {100 * found.layer_median:.0f} % | {100 * found.working_median:.0f} % | "
                     f"{100 * found.network_mean:.0f} % | {100 * found.network_worst:.0f} % | {found.worst} |")
    return lines


def flops_alone(measured):
    """What the median error of FLOP alone is by four readings of it, each network left out in turn."""
    readings = {"layers without MACs take no time": lambda layer, rate, least, rest: rate * layer.flop,
                "layers with MACs only": lambda layer, rate, least, rest: rate * layer.flop if layer.flop else None,
                "layers without MACs take their median time": lambda layer, rate, least, rest: rate * layer.flop or rest,
                "every layer takes an overhead more (fitted together)": lambda layer, rate, least, rest: least @ [layer.flop, 1.0]}
    found = {reading: [] for reading in readings}
    for name, layers in measured.items():
        training = trained([layer for other, listed in measured.items() if other != name for layer in listed])
        rows = relative([[layer.flop, 1.0] for layer in training], [layer.seconds for layer in training])
        fitted = (fit_flops(training), np.linalg.lstsq(rows, np.ones(len(rows)), rcond=None)[0],
                  np.median([layer.seconds for layer in training if not layer.flop]))
        for reading, predicted in readings.items():
            values = [(predicted(layer, *fitted), layer.seconds) for layer in trained(layers)]
            found[reading] += [abs(value / seconds - 1.0) for value, seconds in values if value is not None]
    return ["| FLOP alone, where | layer, median | layers |", "|---|---|---|",
            *(f"| {reading} | {100 * np.median(errors):.0f} % | {len(errors)} |" for reading, errors in found.items())]


def sums_table(measured, whole):
    lines = ["| network | whole run | sum of layers | share |", "|---|---|---|---|"]
    for name, layers in measured.items():
        total = sum(layer.seconds for layer in layers)
        lines.append(f"| {name} | {1e3 * whole[name]:.2f} ms | {1e3 * total:.2f} ms | {total / whole[name]:.3f} |")
    return lines


# ---- constants and rates ----

def rate_text(seconds_per_unit, unit, scale):
    return f"{1.0 / (seconds_per_unit * scale):.4g} {unit}"


def constants(coefficients, names):
    """The coefficients as a device file writes them; what costs nothing is left out."""
    rate, memory, overhead = coefficients
    parts = {}
    if rate > 0:
        parts[names[0]] = rate_text(rate, "GFLOP/s", 1e9)
    if memory > 0:
        parts["memory"] = rate_text(memory, "GB/s", 1e9)
    parts["overhead"] = f"{1e6 * overhead:.4g} us"
    return parts


def compute_of(measured, model, source, error):
    layers = trained([layer for listed in measured.values() for layer in listed])
    general = fit_linear(layers, "effective" if model == "winograd" else "flop")
    if general[0] <= 0 or general[1] <= 0:
        raise results.UserError("the fit gives work or bytes no cost: too few networks, or too much alike; measure more")
    compute = {"model": "per_kind" if model == "per_kind" else "three_constants", **constants(general, ["conv"])}
    if model != "winograd":
        compute["winograd_gain"] = 1
    if model == "per_kind":
        compute["kinds"] = {"source": source} | {kind: constants(of_kind, ["rate"]) | {"source": source}
                                                 for kind, of_kind in fit_kinds(layers).items()}
    compute["fit_error"] = f"{100 * error:.1f} %"
    return compute


def network_of(networks, name):
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((networks / f"{name}.yaml").read_text(encoding="utf-8"), Loader=loader)


def flop_of(network):
    return 2.0 * sum(layer.get("macs", 0) for layer in network["layers"])


def features_of(network, model):
    found = features.of_network(network)
    return found if model == "winograd" else found._replace(flop=flop_of(network))


def nominal_of(seconds, networks, source, peak, peak_source):
    """The nominal rates of a device file, from whole runs."""
    flop = {name: flop_of(network_of(networks, name)) for name in seconds}
    name = "resnet50" if "resnet50" in flop else max(flop, key=flop.get)
    rate = f"{flop[name] / seconds[name] / 1e9:.4g} GFLOP/s"
    one = {"value": rate, "source": f"{name}, {flop[name] / 1e9:.4g} GFLOP in {1e3 * seconds[name]:.4g} ms: {source}"}
    if peak:
        return {"peak": {"value": peak, "source": peak_source}, "one_network": one}
    return {"peak": {"value": rate, "source": "assumption (unknown: no less than what one network reached; --peak)"},
            "one_network": one}


def compute_of_whole(seconds, networks, source, model):
    """The three constants fitted to latencies of whole networks, as those of the shipped devices are."""
    unknown = [name for name in seconds if not (networks / f"{name}.yaml").is_file()]
    if unknown:
        raise results.UserError(f"no network '{unknown[0]}' in {networks} (edgecut list networks; --networks FOLDER for your own)")
    if len(seconds) < FEWEST:
        raise results.UserError(f"three constants need {FEWEST} networks or more, of unlike kinds, and there are {len(seconds)}; "
                                "measure more of `edgecut list networks`")
    rows = fit_devices.relative_rows({name: features_of(network_of(networks, name), model) for name in seconds}, seconds)
    found = fit_devices.fit(rows)
    if found[0] <= 0 or found[1] <= 0:
        raise results.UserError("the fit gives work or bytes no cost: too few networks, or too much alike; measure more")
    error = fit_devices.leave_one_out(rows)
    print("\n".join(beside(seconds, rows @ found, 1.0 + error)))
    error = np.abs(error)
    print(f"\nthree constants, leaving one network out: mean error {100 * error.mean():.1f} %, "
          f"worst {100 * error.max():.1f} % ({list(seconds)[int(error.argmax())]})")
    gain = {} if model == "winograd" else {"winograd_gain": 1}
    return {"model": "three_constants", **constants(found, ["conv"]), **gain, "fit_error": f"{100 * error.mean():.1f} %",
            "source": source}


def beside(seconds, fitted, left_out):
    """Measured latencies beside those of the fit, and of a fit that has not seen the network; both as shares of the measured."""
    width = max(len("network"), *map(len, seconds))
    lines = [f"{'network':<{width}}   measured     fitted       off  left out       off"]
    for (name, measured), share, unseen in zip(seconds.items(), fitted, left_out):
        lines.append(f"{name:<{width}} {1e3 * measured:>7.2f} ms {1e3 * measured * share:>7.2f} ms {100 * (share - 1):>+7.1f} % "
                     f"{1e3 * measured * unseen:>6.2f} ms {100 * (unseen - 1):>+7.1f} %")
    return lines


def sums_beside(measured, predicted, model):
    """The same of sums of layers, by one model."""
    layers = [layer for listed in measured.values() for layer in listed]
    seconds = {name: sum(layer.seconds for layer in listed) for name, listed in measured.items()}
    fitted = [predict(model, layers, listed).sum() / seconds[name] for name, listed in measured.items()]
    return beside(seconds, fitted, [predicted[model][name].sum() / seconds[name] for name in measured])


# ---- the device file ----

def assumed(figure, like):
    """What is taken of another device is an assumption about this one."""
    return {"value": figure["value"], "source": f"assumption (as of {like}: {figure['source']})"}


def like_device(name):
    folder = ROOT / "platforms" / "devices"
    path = folder / f"{name}.yaml"
    if not path.is_file():
        raise results.UserError(f"--like: no device '{name}' (known: {', '.join(sorted(p.stem for p in folder.glob('*.yaml')))})")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def figure_of(device, *path):
    """A figure of a device file with its source, which may stand beside it or above."""
    source, value = None, device
    for key in path:
        source = value.get("source", source)
        value = value[key]
    return value if isinstance(value, dict) else {"value": value, "source": source}


def quantity(text, units, option):
    """A number and its unit in base units, from such as "2.7 W"; a number alone is of the first unit."""
    found = re.fullmatch(r"\s*([0-9.]+(?:[eE][-+]?[0-9]+)?)\s*([A-Za-z]*)\s*", text)
    try:
        number = float(found[1]) if found else math.nan
    except ValueError:
        number = math.nan
    unit = (found[2] if found else "") or next(iter(units))
    if unit not in units or not 0.0 <= number < math.inf:
        mark = "; decimals are written with a point" if "," in text else ""
        charge = "; that is a charge: watts are volts x amperes" if unit.lower() in ("ma", "mah", "ah", "a") else ""
        raise results.UserError(f"{option}: '{text}' is no number of {', '.join(units)}{mark}{charge}")
    return number * units[unit]


WATTS = {"W": 1.0, "mW": 1e-3, "kW": 1e3}
BYTES = {"GB": 1e9, "MB": 1e6, "kB": 1e3, "GiB": 2.0**30, "MiB": 2.0**20, "KiB": 2.0**10, "B": 1.0}


def stated(options, name, units):
    """What an option says, as a figure; None where it was not given."""
    text = getattr(options, name)
    if text is None:
        return None
    quantity(text, units, f"--{name}")
    number, unit = re.fullmatch(r"\s*([0-9.eE+-]*[0-9.])\s*([A-Za-z]*)\s*", text).groups()
    return {"value": f"{number} {unit or next(iter(units))}", "source": options.source or f"as stated when calibrating (--{name})"}


def live_bytes(layers):
    """The most bytes of tensors that are made and still to be read, layer by layer in the file's order."""
    last = {name: i for i, layer in enumerate(layers) for name in [layer["name"], *layer.get("inputs", [])]}
    live, most = {}, 0.0
    for i, layer in enumerate(layers):
        live[layer["name"]] = features.read_of(layer, None)
        most = max(most, sum(live.values()))
        live = {name: size for name, size in live.items() if last[name] > i}
    return most


def needs_of(networks, names):
    """The network that needs the most memory, the most bytes of weights, and the most of weights and live tensors together: what a
    device that ran them has."""
    weights, peaks = {}, {}
    for name in names:
        network = network_of(networks, name)
        layers = network["layers"]
        weights[name] = (sum(features.size(layer.get("weights", "0 B")) for layer in layers) +
                         sum(features.size(weight["weights"]) for weight in network.get("shared_weights", [])))
        peaks[name] = weights[name] + live_bytes(layers)
    largest = max(peaks, key=peaks.get)
    return largest, weights[max(weights, key=weights.get)], peaks[largest]


def memory_and_storage(options, names, like):
    """The figures of `memory` and `storage`: as stated, else of --like, else what the networks that ran need."""
    name, weights, peak = needs_of(options.networks, names)
    ran = f"no less than {name} needs, which ran; say more with"
    size, free = stated(options, "memory", BYTES), stated(options, "storage", BYTES)
    reserve = {"value": "0 B", "source": "assumption (unknown; what the system takes is not part of the size)"}
    if like and size is None:
        size, reserve = assumed(figure_of(like, "memory", "size"), options.like), assumed(figure_of(like, "memory", "reserve"), options.like)
    if like and free is None:
        free = assumed(figure_of(like, "storage", "free"), options.like)
    return ({"size": size or {"value": f"{peak:.10g} B", "source": f"assumption ({ran} --memory)"}, "reserve": reserve},
            {"free": free or {"value": f"{weights:.10g} B", "source": f"assumption ({ran} --storage)"}})


def power_of(options, like):
    """Idle and active watts: as stated, else of --like."""
    idle, active = stated(options, "idle", WATTS), stated(options, "active", WATTS)
    if like:
        processors = {name: entry for name, entry in like["processors"].items() if name != "source"}
        idle = idle or assumed(figure_of(like, "power", "idle"), options.like)
        active = active or assumed(figure_of(next(iter(processors.values())), "power", "active"), options.like)
    for name, figure in (("idle", idle), ("active", active)):
        if figure is None:
            raise results.UserError(f"-o needs --{name}, the watts of the whole board {'at rest' if name == 'idle' else 'while it computes'} "
                                    "(or --like DEVICE, whose figure is then an assumption)")
    if quantity(active["value"], WATTS, "--active") < quantity(idle["value"], WATTS, "--idle"):
        raise results.UserError(f"--active: {active['value']} is less than --idle, {idle['value']}; both are of the whole board")
    return idle, active


def device_file(options, compute, framework, nominal, names):
    """The fit, what was stated and what is unknown, as YAML."""
    like = like_device(options.like) if options.like else None
    memory, storage = memory_and_storage(options, names, like)
    idle, active = power_of(options, like)
    title = options.title or options.name
    device = {"name": options.name, "title": title, "memory": memory, "storage": storage,
              "power": {"idle": idle, "off": {"value": "0 W", "source": "assumption (the supply is cut)"}},
              "processors": {options.processor: {"title": title, "compute": compute | framework, "power": {"active": active},
                                                 "nominal": nominal}}}
    copied = f" What is 'as of {options.like}' is of another board." if like else ""
    return (f"# Written by edgecut calibrate. Write your own figures, and where they are from, over assumptions.{copied}\n"
            + yaml.safe_dump(device, sort_keys=False, width=1000))


# ---- the figure ----

KINDS = {"conv": ("convolution", "#0072B2", "o"), "depthwise_conv": ("depthwise convolution", "#56B4E9", "s"),
         "linear": ("fully connected", "#D55E00", "^"), "pool": ("pooling", "#009E73", "D"),
         "activation": ("activation", "#E69F00", "v")}
OTHERS = ("other", "0.5", "x")
TITLES = {"flops": "FLOP alone", "roofline": "Roofline", "three_constants": "Three constants", "per_kind": "By kind of layer"}


def draw(measured, predicted):
    """Predicted against measured seconds of every layer left out, a panel a model; what is predicted to take less than the axis
    shows, no time at all even, stands at its foot. Returns the figure and its table."""
    shown = ("flops", "roofline", "three_constants", "per_kind")
    figure = style.new_figure(style.DOUBLE_COLUMN_IN, 2.3)
    panels = figure.subplots(1, len(shown), sharex=True, sharey=True)
    low, high = 1e-3, 1e2  # milliseconds
    drawn = []
    for axes, model in zip(panels, shown):
        axes.plot([low, high], [low, high], color="0.6", linewidth=0.8, zorder=1)
        for kind, (_, color, marker) in [*KINDS.items(), ("", OTHERS)]:
            points = [(1e3 * layer.seconds, max(1e3 * value, low)) for name, layers in measured.items()
                      for layer, value in zip(layers, predicted[model][name])
                      if (layer.kind if layer.kind in KINDS else "") == kind and layer.seconds >= SHORTEST_S]
            if points:
                axes.plot(*zip(*points), linestyle="", marker=marker, markersize=2.0, color=color, markeredgewidth=0.4,
                          markerfacecolor=color if kind else "none", alpha=0.7, clip_on=False)
        axes.set(xscale="log", yscale="log", xlim=(low, high), ylim=(low, high))
        found = errors(measured, predicted[model])
        axes.set_title(f"{TITLES[model]}: {100 * found.layer_median:.0f} %\n({100 * found.working_median:.0f} % of layers with MACs)",
                       fontsize=7)
        axes.set_xlabel("Measured (ms)")
        style.fixed_ticks(axes.xaxis, [0.001, 0.1, 10])
        style.fixed_ticks(axes.yaxis, [0.001, 0.01, 0.1, 1, 10, 100])
        if none := sum(value == 0 for name in measured for value in predicted[model][name]):
            axes.annotate(f"{none} layers without\nMACs: no time", (0.06, 0.0012), (0.004, 12), fontsize=6, va="center",
                          arrowprops={"arrowstyle": "-", "color": "0.4", "linewidth": 0.6})
        drawn += [{"model": model, "network": name, "layer": layer.name, "kind": layer.kind,
                   "measured_s": layer.seconds, "predicted_s": float(value)}
                  for name, layers in measured.items() for layer, value in zip(layers, predicted[model][name])]
    panels[0].set_ylabel("Predicted, its network\nleft out (ms)")
    style.legend_below(figure, [style.mark_handle(marker, label, markerfacecolor=color if color != "0.5" else "none",
                                                  markeredgecolor=color)
                                for label, color, marker in [*KINDS.values(), OTHERS]], 6)
    return figure, drawn


def digest(drawn):
    """What a figure was drawn from, in short: by model and network the layers, and the milliseconds measured and predicted."""
    found = {}
    for row in drawn:
        sums = found.setdefault(row["model"], {}).setdefault(row["network"], [0, 0.0, 0.0])
        for i, value in enumerate((1, 1e3 * row["measured_s"], 1e3 * row["predicted_s"])):
            sums[i] += value
    return {model: {name: [count, float(f"{was:.4g}"), float(f"{would:.4g}")] for name, (count, was, would) in networks.items()}
            for model, networks in found.items()}


def write_figure(path, measured, predicted):
    stem = pathlib.Path(path).with_suffix("")
    stem.parent.mkdir(parents=True, exist_ok=True)
    with style.context():
        figure, drawn = draw(measured, predicted)
        style.write(figure, stem, description=json.dumps(digest(drawn)))
    print(f"{stem}.png")
    print(f"{stem}.svg")


# ---- command line ----

def arguments(given):
    parser = argparse.ArgumentParser(prog="edgecut calibrate", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measured", type=pathlib.Path, help="a table `network,seconds` (or `time_ms`, `Latency (us)`) of whole networks, or a folder of tables of layers")
    parser.add_argument("--whole", action="store_true", help=argparse.SUPPRESS)  # what a file says by itself
    parser.add_argument("--unit", choices=list(table_units.TIMES), help="of times of whole networks whose column does not name it")
    parser.add_argument("--accept-times", action="store_true", help=plausible.HELP)
    parser.add_argument("--only", type=lambda text: text.split(","), metavar="NETWORK,...", help="leave the other tables out")
    parser.add_argument("--mode", default="unfused", help="of the tables' rows (default: %(default)s)")
    parser.add_argument("--networks", type=pathlib.Path, default=ROOT / "scenarios" / "networks")
    parser.add_argument("--model", choices=SHIPPED_MODEL, help="of the device file (default: per_kind; of whole networks: winograd)")
    parser.add_argument("--peak", help="FLOP/s that the processor could do, such as '96 GFLOP/s'")
    parser.add_argument("--peak-source", help="where that is from")
    parser.add_argument("-o", "--output", type=pathlib.Path, help="the device file to write")
    parser.add_argument("--idle", metavar="WATTS", help="what the whole board draws at rest, such as '2.7 W'")
    parser.add_argument("--active", metavar="WATTS", help="what it draws while it computes")
    parser.add_argument("--memory", metavar="SIZE", help="of the board, such as '4 GB' (default: what the largest network needs)")
    parser.add_argument("--storage", metavar="SIZE", help="that is free for models (default: likewise)")
    parser.add_argument("--source", help="where the watts and sizes are from")
    parser.add_argument("--like", metavar="DEVICE", help="take power, memory and storage that you do not state of a shipped device, as assumptions")
    parser.add_argument("--title", help="of the device")
    parser.add_argument("--processor", default="cpu", help="name of the processor (default: %(default)s)")
    parser.add_argument("--figure", type=pathlib.Path, help="predicted against measured: FIGURE.png and .svg")
    options = parser.parse_args(given)
    of_file = [name for name in ("like", "idle", "active", "memory", "storage", "source", "title") if getattr(options, name)]
    if of_file and options.output is None:
        parser.error(f"--{of_file[0]} is for the device file: name it with -o")
    options.whole = options.whole or options.measured.is_file()
    if (options.peak is None) != (options.peak_source is None):
        parser.error("--peak needs --peak-source, and --peak-source --peak")
    if options.whole and options.figure:
        parser.error("--figure needs layers, which whole networks have not")
    if options.whole and options.model == "per_kind":
        parser.error("--model per_kind needs times of layers: the time of a whole network does not say which kind took how much of it")
    options.model = options.model or ("winograd" if options.whole else "per_kind")
    options.name = options.output.stem if options.output else ""
    return options


def read_whole(options):
    """Network -> seconds of its whole run. Those that no network takes are refused, unless --accept-times."""
    table = table_file.read(options.measured, "--unit")
    networks = table.texts("network")
    column = table.find_any("seconds", "time", "latency", "milliseconds", "ms", "us", "minimum", "median")
    times = table.quantities(column, "duration", options.unit or "")
    places, seconds = {}, {}
    for i, (name, value) in enumerate(zip(networks, times)):
        if value == 0.0:
            table.fault(i, column, f"{name} takes 0 s, which is no latency to fit to")
        if name in seconds:
            table.fault(i, "network", f"a second row of network '{name}'")
        elif not (options.networks / f"{name}.yaml").is_file():
            table.fault(i, "network", f"no network '{name}' in {options.networks}")
        seconds[name], places[name] = value, table.place(i, column)
    unit = table.unit(table.find(column), "duration", options.unit or "")
    table.check()
    if not options.accept_times:
        works = {name: (plausible.work_of(network_of(options.networks, name)), value) for name, value in seconds.items()}
        plausible.check(lambda name: ":".join(map(str, (options.measured, *places[name]))), works, unit.name)
        plausible.check_fit(options.measured, works, unit.name)
    return seconds


def only(names, found):
    if missing := [name for name in names if name not in found]:
        raise results.UserError(f"--only: no table of '{missing[0]}' (known: {', '.join(found)})")
    if len(names) < 2:
        raise results.UserError("--only: needs two networks or more")
    return {name: found[name] for name in names}


def calibrate_layers(options):
    measured, whole = read_folder(options.measured, options.mode, options.networks)
    if not options.accept_times:
        plausible.check(lambda name: options.measured / f"{name}.csv",
                        {name: (plausible.work_of(network_of(options.networks, name)),
                                whole.get(name, sum(layer.seconds for layer in layers))) for name, layers in measured.items()})
    if options.only:
        measured, whole = only(options.only, measured), only(options.only, whole)
    predicted = leave_one_out(measured)
    counted = sum(len(layers) for layers in measured.values())
    print(f"{len(measured)} networks, {counted} layers, {options.mode}\n")
    if len(whole) == len(measured):
        print("\n".join(sums_table(measured, whole)) + "\n")
    print("\n".join(table(measured, predicted)) + "\n")
    print("\n".join(sums_beside(measured, predicted, options.model)) + "\n")
    print("\n".join(flops_alone(measured)))
    if options.figure:
        write_figure(options.figure, measured, predicted)
    source = (f"fitted by edgecut calibrate to {counted} measured layers of {len(measured)} networks ({options.mode}, "
              f"{options.measured.name})")
    error = errors(measured, predicted[options.model])
    if not options.output:
        return None, None, measured
    told = f"analysis/measure_layers.py, {options.measured.name}, {options.mode}"
    sums = {name: sum(layer.seconds for layer in layers) for name, layers in measured.items()}
    nominal = nominal_of(whole or sums, options.networks, told if whole else f"sum of layers, {told}", options.peak, options.peak_source)
    return compute_of(measured, options.model, source, error.network_mean) | {"source": source}, nominal, measured


def shell_path(path):
    """As the program takes a file rather than a shipped name."""
    return shlex.quote(str(path) if path.suffix == ".yaml" or len(path.parts) > 1 else f"./{path}")


def main(given=None):
    options = arguments(given)
    try:
        if options.output:
            power_of(options, like_device(options.like) if options.like else None)  # what is missing is said before the fit
        if options.whole:
            source = f"three constants fitted by edgecut calibrate to the whole networks of {options.measured.name}"
            names = seconds = read_whole(options)
            compute = compute_of_whole(seconds, options.networks, source, options.model)
            nominal = nominal_of(seconds, options.networks, options.measured.name, options.peak, options.peak_source)
        else:
            compute, nominal, names = calibrate_layers(options)
        if options.output:
            framework = {"framework": f"as measured ({options.measured.name})", "precision": "fp32"}
            options.output.write_text(device_file(options, compute, framework, nominal, names), encoding="utf-8")
            print(f"\n{options.output}; edgecut describe device {shell_path(options.output)} shows it")
    except (results.UserError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
