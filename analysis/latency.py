"""Latency against the swept setting, with the crossovers of the baselines and the resource-aware methods."""

import numpy as np
import pandas as pd

from . import curves, metric, naming, stats, style

COLUMN = "latency_mean_s"
RING_IN = 0.13  # across


def tables(study):
    """(curves as of stats.summarise in seconds, crossovers).

    Crossovers have the columns baseline, partitioner, x (in the axis' unit) and latency_s; when they are drawn also
    ring, its number. Points at which a replication is infeasible, saturated or breaks a limit take no part.
    """
    table = stats.summarise(study, COLUMN)
    return table, crossovers(study, table)


def crossovers(study, table):
    records = []
    log_x, log_y = study.axis.scale == "log", style.wants_log(curves.drawn_values(table))
    if study.axis.is_numeric:
        for baseline in (name for name in study.baselines if name in study.partitioners):
            for name in filter(study.is_resource_aware, study.partitioners):
                a, b = _sound(table, name), _sound(table, baseline)
                x, a, b = a.index.to_numpy(), a.to_numpy(), b.reindex(a.index).to_numpy()
                for x, y in stats.crossings(x, a, b, log_x, log_y):
                    records.append({"baseline": baseline, "partitioner": name, "x": x, "latency_s": y})
    return pd.DataFrame(records, columns=["baseline", "partitioner", "x", "latency_s"])


def _sound(table, name):
    """Means by x, NaN where a replication is infeasible, saturated, loses requests or breaks a limit."""
    part = curves.positions(table, name).set_index("x")
    return part["mean"].where(part[stats.FLAWS].sum(axis=1) == 0)


def draw(study):
    """(figure, {suffix of the file: table})."""
    table, crossed = tables(study)
    figure, axes, marks = metric.draw_panels(study, [(table, "Mean latency (s)")], 2.3)
    _draw_crossovers(axes[0], study, crossed)
    metric.finish(figure, study, table, marks)
    return figure, {"": table, "_crossovers": crossed}


PANEL_IN = (2.7, 2.2)  # about that large
LABEL_IN = (0.8, 0.15)  # of a ring


def _place(axes, x, y):
    """Inches from the lower left corner of a panel with its final scales and limits."""
    return axes.transLimits.transform(axes.transScale.transform((x, y))) * PANEL_IN


def rings(axes, crossed):
    """Crossovers that lie so close together that their rings would overlap, as one: lists of places in `crossed`.

    axes: with its final scales and limits.
    """
    found = []
    for i, row in enumerate(crossed.itertuples()):
        at = _place(axes, row.x, row.latency_s)
        near = next((ring for ring in found if np.hypot(*(ring[0] - at)) < RING_IN), None)
        if near:
            near[1].append(i)
        else:
            found.append((at, [i]))
    return [places for _, places in found]


def _labels(axes, study, together, crossed):
    """(text, whether it stands on the left) of each ring: its setting, and its number where there are several; the
    number alone where there is no room for more."""
    at = [_place(axes, crossed["x"].iloc[places[0]], crossed["latency_s"].iloc[places[0]]) for places in together]
    for number, (places, here) in enumerate(zip(together, at), 1):
        said = f"{naming.rounded(crossed['x'].iloc[places[0]])}\N{NO-BREAK SPACE}{study.axis.unit}".strip()
        apart = [np.abs(there - here) for there in at if there is not here]
        if any(x < 1.5 * LABEL_IN[0] and y < LABEL_IN[1] for x, y in apart):
            said = str(number)
        elif apart:
            said = f"{number}: {said}"
        yield said, here[0] > PANEL_IN[0] - LABEL_IN[0]


def _draw_crossovers(axes, study, crossed):
    """Rings with their number, where there are several, and the setting at which they lie. Who crosses whom is in the
    table, which gets a column `ring` with the numbers."""
    together = rings(axes, crossed)
    crossed["ring"] = 0
    labels = _labels(axes, study, together, crossed)
    for number, (places, (said, is_left)) in enumerate(zip(together, labels), 1):
        crossed.loc[crossed.index[places], "ring"] = number
        x, y = crossed["x"].iloc[places[0]], crossed["latency_s"].iloc[places[0]]
        axes.plot([x], [y], marker="o", markersize=9, markerfacecolor="none", markeredgecolor="black",
                  markeredgewidth=0.9, zorder=60, label="crossover")
        axes.annotate(said, (x, y), (-5 if is_left else 5, 5), textcoords="offset points", fontsize=6.5, zorder=61,
                      ha="right" if is_left else "left",
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.8})
