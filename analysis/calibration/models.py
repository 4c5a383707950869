"""Compute models, fitted by least squares of relative errors to measured layers, and what they predict."""

import numpy as np

from .. import fit_devices

FEWEST = 4
SHORTEST_S = 1e-6
MODELS = ("flops", "roofline", "three_constants", "winograd", "per_kind")


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
