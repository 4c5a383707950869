"""The benchmarks of qub-blesson/Scission, as the text of a problem file: a folder of LayerBenchmark pickles, TIER-HOST.dat, and
a CSV file of links, network_stats.csv. (analysis/import_profile.py is its command line.)

A block's `second_prediction` is the mean wall time in seconds of repeated predictions (10, if nobody says otherwise) of that
block alone, after a first one that warms up; no whole run is among them, and no profiler [scission_benchmark.py,
benchmark_individual_execution]. `ping` and `bandwidth` are in the units of their headers.
"""

import math
import pathlib
import pickle
import statistics
from typing import NamedTuple

from . import table_file
from .errors import UserError, shortened

FLAT = 0.36  # spread of a host's block times relative to the device's below which they say little of the work
FEWEST_BLOCKS = 8


def is_time(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


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
    table = table_file.read(path)
    source, destination = table.texts("source"), table.texts("destination")
    pings, rates = table.quantities("ping", "duration"), table.quantities("bandwidth", "bandwidth")
    table.check()
    return {key: (ping, float(round(rate))) for key, ping, rate in zip(zip(source, destination), pings, rates)}


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
