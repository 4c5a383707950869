"""How well models predict networks that they have not seen: each is left out in turn."""

from typing import NamedTuple

import numpy as np

from . import models


class Errors(NamedTuple):
    layer_median: float  # of |relative error|, over all layers of all networks left out
    working_median: float  # over those that do work (FLOP)
    network_mean: float  # of |relative error| of sums of layers
    network_worst: float
    worst: str  # the network


def leave_one_out(measured):
    """Model -> network -> predicted seconds of its layers, by constants of the other networks."""
    predicted = {model: {} for model in models.MODELS}
    for name, layers in measured.items():
        others = [layer for other, listed in measured.items() if other != name for layer in listed]
        for model in models.MODELS:
            predicted[model][name] = models.predict(model, others, layers)
    return predicted


def errors(measured, predicted):
    """Of one model."""
    of_layers, of_working, of_networks = [], [], {}
    for name, layers in measured.items():
        seconds = np.array([layer.seconds for layer in layers])
        seen = seconds >= models.SHORTEST_S
        error = np.abs(predicted[name] / np.where(seen, seconds, 1.0) - 1.0)
        of_layers += list(error[seen])
        of_working += list(error[seen & np.array([layer.flop > 0 for layer in layers])])
        of_networks[name] = abs(predicted[name].sum() / seconds.sum() - 1.0)
    worst = max(of_networks, key=of_networks.get)
    return Errors(float(np.median(of_layers)), float(np.median(of_working)), float(np.mean(list(of_networks.values()))), of_networks[worst], worst)


def flops_alone(measured):
    """What the median error of FLOP alone is by four readings of it, each network left out in turn."""
    readings = {"layers without MACs take no time": lambda layer, rate, least, rest: rate * layer.flop,
                "layers with MACs only": lambda layer, rate, least, rest: rate * layer.flop if layer.flop else None,
                "layers without MACs take their median time": lambda layer, rate, least, rest: rate * layer.flop or rest,
                "every layer takes an overhead more (fitted together)": lambda layer, rate, least, rest: least @ [layer.flop, 1.0]}
    found = {reading: [] for reading in readings}
    for name, layers in measured.items():
        training = models.trained([layer for other, listed in measured.items() if other != name for layer in listed])
        rows = models.relative([[layer.flop, 1.0] for layer in training], [layer.seconds for layer in training])
        fitted = (models.fit_flops(training), np.linalg.lstsq(rows, np.ones(len(rows)), rcond=None)[0],
                  np.median([layer.seconds for layer in training if not layer.flop]))
        for reading, predicted in readings.items():
            values = [(predicted(layer, *fitted), layer.seconds) for layer in models.trained(layers)]
            found[reading] += [abs(value / seconds - 1.0) for value, seconds in values if value is not None]
    return ["| FLOP alone, where | layer, median | layers |", "|---|---|---|",
            *(f"| {reading} | {100 * np.median(errors):.0f} % | {len(errors)} |" for reading, errors in found.items())]
