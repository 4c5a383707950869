"""Words for axes, partitioners and cuts."""

import re

import numpy as np

AXES = {
    "link.uplink": "Uplink",
    "link.downlink": "Downlink",
    "link.rtt": "Round-trip time",
    "link.backhaul": "Backhaul",
    "constraints.energy": "Energy budget per inference",
    "constraints.deadline": "Deadline",
    "constraints.memory": "Memory limit",
    "constraints.min_layers_on_device": "Least layers on the device",
    "workload.rate": "Arrival rate",
    "workload.period": "Period",
    "workload.requests": "Requests",
    "input.size": "Input size",
    "truth.layer_noise": "Spread of true layer times",
    "link.bandwidth.up.gauss_markov.deviation": "Standard deviation of the uplink",
    "link.bandwidth.down.gauss_markov.deviation": "Standard deviation of the downlink",
    "cloud.serving.tenants.rate": "Requests of other tenants",
    "edge.serving.tenants.rate": "Requests of other tenants",
    "beside.memory": "Memory taken beside the network",
    "network": "Network",
    "device": "Device",
    "devices": "Devices",
    "cloud": "Cloud",
    "link": "Link",
    "link.kind": "Link",
}


# Settings of something that has a name of its own.
NAMED_AXES = (
    (r"(device|cloud|edge)\.processors\.(\w+)\.slowdown", r"Slowdown of the \1's \2"),
    (r"(device|cloud|edge)\.processors\.(\w+)\.clock", r"Clock of the \1's \2"),
    (r"(device|cloud|edge)\.processors\.(\w+)\.interference", r"Interference on the \1's \2"),
    (r"partitioners\.(\w+)\.profile_error", r"Error of the profile of \1"),
)
UPPER = {"cpu": "CPU", "gpu": "GPU", "npu": "NPU", "dsp": "DSP"}


def axis_name(path):
    """"link.uplink" -> "Uplink"; an unknown setting keeps its own words."""
    for pattern, words in NAMED_AXES:
        found = re.fullmatch(pattern, path)
        if found:
            return " ".join(UPPER.get(word, word) for word in found.expand(words).replace("_", " ").split())
    words = path.replace(".", " ").replace("_", " ")
    return AXES.get(path, words[:1].upper() + words[1:])


def value(text):
    """A value that is a word, as in "raspberry_pi_4": "raspberry pi 4"."""
    return str(text).replace("_", " ")


def axis_unit(path, column):
    """("link.uplink", "link.uplink_Mbit_per_s") -> "Mbit/s"; empty where the column has no unit."""
    unit = column[len(path):].lstrip("_") if column.startswith(path) else ""
    if unit.startswith("per_"):
        unit = "1_" + unit
    return SHOWN.get(unit, unit.replace("_per_", "/"))


UNITS = ("Mbit_per_s", "per_s", "GB", "MB", "kB", "B", "Wh", "mJ", "J", "W", "ms", "s", "h", "d", "C", "USD", "percent")
# Units that a column cannot spell as they are written.
SHOWN = {"percent": "%", "C": "°C", "per_s": "1/s"}


def split_unit(column):
    """"latency_p95_s" -> ("latency_p95", "s"); the unit is empty where the name ends in none."""
    found = next((unit for unit in UNITS if column.endswith("_" + unit)), "")
    return column.removesuffix("_" + found) if found else column, SHOWN.get(found, found.replace("_per_", "/"))


def column_unit(column):
    """"latency_p95_s" -> "s"; empty where the name ends in no unit."""
    return split_unit(column)[1]


FIXED = {}  # partitioners of the manifest read last -> their budgets that are given, not derived: "compute 50 %"


def note_fixed_budgets(manifest):
    """Remembers whose budgets are not derived from what the device can do: figures say so beside the name. A budget
    that is swept is named without its value."""
    FIXED.clear()
    given = [entry for entry in manifest.get("parameters", [])
             if entry["origin"] != "default" and entry["value"] != "auto"]
    swept = {axis["path"] for axis in manifest["axes"]}
    for i, method in enumerate(manifest.get("partitioners", [])):
        budgets = []
        for entry in given:
            found = re.fullmatch(rf"partitioners\[{i}\]\.budgets\.(\w+)", entry["key"])
            if found:
                paths = {f"partitioners.{place}.budgets.{found[1]}" for place in (method["name"], method["kind"], i)}
                budgets.append(found[1] if paths & swept else f"{found[1]} {entry['value']}")
        if budgets:
            FIXED[method["name"]] = ", ".join(budgets)


EXACT = set()  # partitioners of the tables read last whose measurements are an ideal


def note_exact(table):
    """Remembers whose benchmarks were exact, which nothing real is: figures say so beside the name."""
    if not {"partitioner", "measured"} <= set(table.columns):
        return
    for name, how in table.groupby("partitioner")["measured"]:
        (EXACT.add if (how == "exact").all() else EXACT.discard)(name)


def forget():
    """Nothing is known of methods: of a file that tells neither budgets nor benchmarks."""
    FIXED.clear()
    EXACT.clear()


def partitioner(name):
    """"offline_stale" -> "offline stale"; "fewest bytes, fixed compute 50 %" where budgets are given; "rerun (exact)" where
    the benchmark is an ideal."""
    words = name.replace("_", " ") + (f", fixed {FIXED[name]}" if name in FIXED else "")
    return words + (" (exact)" if name in EXACT else "")


def plain_number(value):
    """A number without exponent: 0.5, 20, 100000."""
    return np.format_float_positional(float(f"{value:.6g}"), trim="-")


def short_number(value):
    """A number as it is where four digits tell it, else with three: 18.88, 7.07, 100000."""
    return plain_number(value) if float(f"{value:.4g}") == value else plain_number(float(f"{value:.3g}"))


def rounded(value):
    """A number with three significant digits: 12.0, 0.0523, 1230."""
    text = f"{value:#.3g}"
    return plain_number(float(text)) if "e" in text else text.rstrip(".")


def cut(name, layers):
    """("after /features/features.2/MaxPool", 3) -> "features.2/MaxPool (3)"."""
    return f"{short_cut(name)} ({layers:g})" if "after " in name else name


def short_cut(name):
    """The same without the number; "varies, first after /a/b" -> "varies, first a/b"."""
    before, after, path = name.partition("after ")
    if not after:
        return name
    parts = [part for part in path.split("/") if part]
    kept = [part for part, following in zip(parts, parts[1:] + [""]) if not following.startswith(part + ".")]
    return before + "/".join(kept)
