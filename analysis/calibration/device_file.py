"""The device file: the fit, what was stated and what is unknown. Nothing of another board without saying so."""

import math
import pathlib
import re

import yaml

from .. import features, results
from . import reading

ROOT = pathlib.Path(__file__).resolve().parents[2]


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
        network = reading.network_of(networks, name)
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
