"""The fitted constants and nominal rates, as a device file writes them."""

import numpy as np

from .. import fit_devices, results
from . import models, reading, tables


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
    layers = models.trained([layer for listed in measured.values() for layer in listed])
    general = models.fit_linear(layers, "effective" if model == "winograd" else "flop")
    if general[0] <= 0 or general[1] <= 0:
        raise results.UserError("the fit gives work or bytes no cost: too few networks, or too much alike; measure more")
    compute = {"model": "per_kind" if model == "per_kind" else "three_constants", **constants(general, ["conv"])}
    if model != "winograd":
        compute["winograd_gain"] = 1
    if model == "per_kind":
        compute["kinds"] = {"source": source} | {kind: constants(of_kind, ["rate"]) | {"source": source}
                                                 for kind, of_kind in models.fit_kinds(layers).items()}
    compute["fit_error"] = f"{100 * error:.1f} %"
    return compute


def nominal_of(seconds, networks, source, peak, peak_source):
    """The nominal rates of a device file, from whole runs."""
    flop = {name: reading.flop_of(reading.network_of(networks, name)) for name in seconds}
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
    if len(seconds) < models.FEWEST:
        raise results.UserError(f"three constants need {models.FEWEST} networks or more, of unlike kinds, and there are {len(seconds)}; "
                                "measure more of `edgecut list networks`")
    rows = fit_devices.relative_rows({name: reading.features_of(reading.network_of(networks, name), model) for name in seconds}, seconds)
    found = fit_devices.fit(rows)
    if found[0] <= 0 or found[1] <= 0:
        raise results.UserError("the fit gives work or bytes no cost: too few networks, or too much alike; measure more")
    error = fit_devices.leave_one_out(rows)
    print("\n".join(tables.beside(seconds, rows @ found, 1.0 + error)))
    error = np.abs(error)
    print(f"\nthree constants, leaving one network out: mean error {100 * error.mean():.1f} %, "
          f"worst {100 * error.max():.1f} % ({list(seconds)[int(error.argmax())]})")
    gain = {} if model == "winograd" else {"winograd_gain": 1}
    return {"model": "three_constants", **constants(found, ["conv"]), **gain, "fit_error": f"{100 * error.mean():.1f} %",
            "source": source}
