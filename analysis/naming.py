"""Words for axes, partitioners and cuts."""

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
    "network": "Network",
    "device": "Device",
    "devices": "Devices",
    "cloud": "Cloud",
    "link": "Link",
    "link.kind": "Link",
}


def axis_name(path):
    """"link.uplink" -> "Uplink"; an unknown setting keeps its own words."""
    words = path.replace(".", " ").replace("_", " ")
    return AXES.get(path, words[:1].upper() + words[1:])


def axis_unit(path, column):
    """("link.uplink", "link.uplink_Mbit_per_s") -> "Mbit/s"; empty where the column has no unit."""
    unit = column[len(path):].lstrip("_") if column.startswith(path) else ""
    if unit.startswith("per_"):
        unit = "1_" + unit
    return {"percent": "%"}.get(unit, unit.replace("_per_", "/"))


UNITS = ("Mbit_per_s", "per_s", "GB", "MB", "kB", "B", "Wh", "mJ", "J", "W", "ms", "s", "h", "C")


def column_unit(column):
    """"latency_p95_s" -> "s"; empty where the name ends in no unit."""
    found = next((unit for unit in UNITS if column.endswith("_" + unit)), "")
    return found.replace("_per_", "/").replace("per_", "1/")


def partitioner(name):
    """"offline_stale" -> "offline stale"."""
    return name.replace("_", " ")


def plain_number(value):
    """A number without exponent: 0.5, 20, 100000."""
    return np.format_float_positional(float(f"{value:.6g}"), trim="-")


def rounded(value):
    """A number with three significant digits: 12.0, 0.0523, 1230."""
    text = f"{value:#.3g}"
    return plain_number(float(text)) if "e" in text else text.rstrip(".")


def cut(name, layers):
    """("after /features/features.2/MaxPool", 3) -> "features.2/MaxPool (3)"."""
    if not name.startswith("after "):
        return name
    parts = [part for part in name[len("after "):].split("/") if part]
    kept = [part for part, following in zip(parts, parts[1:] + [""]) if not following.startswith(part + ".")]
    return f"{'/'.join(kept)} ({layers:g})"
