"""What `edgecut calibrate` reads: tables of whole networks, folders of tables of layers, and the networks themselves."""

from typing import NamedTuple

import yaml

from .. import features, plausible, results, table_file


class Layer(NamedTuple):
    network: str
    name: str
    kind: str
    flop: float
    effective: float  # FLOP, Winograd's gain taken off
    bytes: float
    seconds: float


def network_of(networks, name):
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((networks / f"{name}.yaml").read_text(encoding="utf-8"), Loader=loader)


def flop_of(network):
    return 2.0 * sum(layer.get("macs", 0) for layer in network["layers"])


def features_of(network, model):
    found = features.of_network(network)
    return found if model == "winograd" else found._replace(flop=flop_of(network))


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
    if not folder.exists():
        raise results.UserError(f"{folder}: no such file or folder")
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
