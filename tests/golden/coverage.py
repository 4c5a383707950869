#!/usr/bin/env python3
"""Which features occur together in how many of our own scenarios: prints the table; unit tests hold it."""
import collections
import itertools
import re

import yaml

from commands import HERE, ROOT
from compare import Columns, Table


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def entries(value, key):
    """Everything that stands under a key of this name, however deep."""
    if isinstance(value, dict):
        for name, entry in value.items():
            if name == key:
                yield entry
            yield from entries(entry, key)
    elif isinstance(value, list):
        for entry in value:
            yield from entries(entry, key)


def texts(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for entry in value for text in texts(entry)]
    return [str(value)]


def has(key, *words):
    """A key stands somewhere; with `words`: with one of them as its value, or within."""
    return lambda scenario: any(not words or set(words) & set(texts(entry)) for entry in entries(scenario, key))


def under(parent, key):
    """A key stands somewhere under another."""
    return lambda scenario: any(any(True for _ in entries(entry, key)) for entry in entries(scenario, parent))


def names_platform(kind, *keys):
    """A device or a link is named in whose file one of the keys stands."""
    files = {path.stem: read(path) for path in (ROOT / "platforms").glob(f"{kind}s/*.yaml")}
    having = {name for name, value in files.items() if any(list(entries(value, key)) for key in keys)}
    return lambda scenario: any(having & set(texts(entry)) for entry in entries(scenario, kind))


def either(*conditions):
    return lambda scenario: any(condition(scenario) for condition in conditions)


def asks(*kinds):
    return lambda scenario: bool(set(kinds) & set(texts(scenario["partitioners"])))


def features():
    """Name -> whether a scenario has it. Each two of these occur together in some scenario, but those in REFUSED."""
    return {
        "edge server": has("edge"),
        "direct link": has("direct_link"),
        "models travel": has("models", "from_server", "from_device"),
        "serving": has("serving"),
        "exits": asks("edgent", "spinn"),
        "encodings": has("encodings"),
        "radio tail": either(has("tail"), names_platform("link", "tail", "promotion")),
        "thermal": either(has("thermal"), names_platform("device", "thermal")),
        "battery": either(has("battery"), names_platform("device", "battery")),
        "off periods": has("device_off"),
        "groups": has("groups"),
        "classes": has("classes"),
        "cells": either(has("cell"), has("cells")),
        "backhaul": has("backhaul"),
        "loads": has("background"),
        "estimate": has("bandwidth", "estimate"),
    }


def singles():
    """What has to occur at least once, in whatever company."""
    return {
        "weights from the device": has("models", "from_device"),
        "weights from the server": has("models", "from_server"),
        "weights from storage": has("cold_start"),
        "a plan that returns": asks("jointdnn"),
        "interference": has("interference"),
        "harvest by steps": has("harvest", "0 W"),
        "harvest from a file": has("harvest", "sun.csv"),
        "batches": has("batching"),
        "batches by a speed-up": has("speedup"),
        "batches of a fixed share": has("fixed_share"),
        "autoscaling by utilisation": has("target_utilisation"),
        "by a queue": has("target_queue"),
        "tenants": has("tenants"),
        "a server's queue limit": under("serving", "queue_limit"),
        "priority": has("discipline", "priority"),
        "earliest deadline": has("discipline", "earliest_deadline"),
        "shared": has("discipline", "shared"),
        "an uplink by steps": has("steps"),
        "from a trace": under("link", "trace"),
        "of packets": has("mahimahi"),
        "by Markov": has("markov"),
        "by Gauss and Markov": has("gauss_markov"),
        "outages": has("outages"),
        "loss": has("loss"),
        "cells in cells": under("cells", "in"),
        "weights of groups": under("groups", "weight"),
        "several processors": has("processors", "big_cpu", "cpu"),
        "clocks": has("frequency"),
        "networks beside": has("beside"),
        "measured tables": has("measured"),
        "constants by kind": has("device", "board.yaml"),
        "replications until": under("replications", "until"),
        "Sobol": has("method", "sobol"),
        "Latin hypercube": has("method", "latin_hypercube"),
        "zips": has("zip"),
        "axes that apply at some values": has("when"),
        "axes with labels": under("sweep", "labels"),
        "an axis from a file": under("sweep", "file"),
        "warmup": has("warmup"),
        "sketches": has("quantiles", "sketch"),
        "periodic": has("arrivals", "periodic"),
        "bursty": has("arrivals", "bursty"),
        "diurnal": has("arrivals", "diurnal"),
        "arrivals from a file": has("arrivals", "trace"),
        "closed loops": has("arrivals", "closed_loop"),
        "one at a time": has("arrivals", "one_at_a_time"),
        "freshest": has("freshest"),
        "decided at once": has("decide", "once"),
        "at each request": has("decide", "per_request"),
        "at times": has("every"),
        "adaptive": has("adaptive"),
        "probes": has("probe"),
        "robust": has("robust"),
        "robust to what all layers share": under("robust", "shared"),
        "errors of profiles": has("profile_error"),
        "temperature seen": has("temperature", "exact"),
        "availability seen": has("sees", "availability"),
        "availability seen late": under("sees", "age"),
        "reports of servers": under("server_load", "report"),
        "a clock": under("processors", "clock"),
        "hidden interference": under("processors", "interference"),
        "heat that is hidden": under("thermal", "clock"),
        "a measured benchmark": under("measured", "additivity"),
        "an exact one": has("measured", "exact"),
        "nominal rates of the file": has("nominal", "one_network"),
        "of a data sheet": has("nominal", "peak"),
        "of a named network": has("nominal", "mobilenet_v2"),
        "charge seen": has("battery", "exact"),
        "a program of one's own": has("kind", "external"),
        "a lifetime": has("lifetime"),
        "prices and powers of hosts": has("price"),
        "dates": has("date"),
        "decisions that cost": has("decision"),
    }


# Pairs that the program refuses. There are none.
REFUSED = set()


def scenarios():
    found = {path.stem: read(path) for path in sorted((HERE / "scenarios").glob("*.yaml"))}
    return {name: value for name, value in found.items() if "partitioners" in value}


def occurrences(conditions, of):
    """For each scenario the features that it has."""
    return {name: [feature for feature, holds in conditions.items() if holds(scenario)]
            for name, scenario in of.items()}


def pairs(of):
    """How many scenarios have both of each two features."""
    known = features()
    together = [itertools.combinations(some, 2) for some in occurrences(known, of).values()]
    count = collections.Counter(itertools.chain(*together))
    return {pair: count[pair] for pair in itertools.combinations(known, 2)}


def kinds_of_partitioners():
    """Those of the registry that a scenario may name."""
    text = (ROOT / "sim" / "partition" / "registry.cpp").read_text()
    return re.findall(r'\{\.name = "(\w+)"', text)


def partitioners_used(of):
    return {word for scenario in of.values() for entry in scenario["partitioners"]
            for word in ([entry] if isinstance(entry, str) else [entry["kind"]])}


def recorded(pattern, form):
    """Tables of the records, as they lie in expected/."""
    for path in sorted((HERE / "expected").glob(pattern)):
        yield form.parse(path.read_text(encoding="utf-8"), Table([], []))


def events_recorded():
    return {kind for log in recorded("*/*/events.sums.csv", Table) for kind in log.column("event")}


def ends_recorded():
    """How requests ended and why."""
    logs = recorded("*/*/requests.sums.csv", Table)
    return {pair for log in logs for pair in zip(log.column("outcome"), log.column("reason"))}


def columns_that_never_differ():
    """Result columns that have one value in all records: no record could see them change. Not those of swept keys."""
    seen = collections.defaultdict(set)
    for rows in recorded("*/*/rows.columns.csv", Columns):
        for name in rows.columns:
            seen[name] |= set(rows.column(name)) - {""}
    return {name for name, values in seen.items() if len(values) < 2 and "." not in name}


def table(of):
    """For people: how many scenarios have both, a line a feature."""
    known, count = list(features()), pairs(of)
    width = max(map(len, known))
    yield " " * (width + 4) + " ".join(f"{i:2}" for i in range(len(known)))
    for i, row in enumerate(known):
        cells = (count[(known[j], row)] if j < i else None for j in range(i))
        yield f"{i:2}  {row:{width}}" + " ".join(f"{cell:2}" for cell in cells)


if __name__ == "__main__":
    everything = scenarios()
    print("\n".join(table(everything)))
    single = collections.Counter(itertools.chain(*occurrences(singles(), everything).values()))
    print("\n" + "\n".join(f"{single[name]:3}  {name}" for name in singles()))
    print("\npartitioners that no scenario has:", sorted(set(kinds_of_partitioners()) - partitioners_used(everything)))
