"""Latency against the swept setting, with the crossovers of the baselines and the resource-aware methods."""

import textwrap

import numpy as np
import pandas as pd

from . import curves, metric, naming, stats, style

COLUMN = "latency_mean_s"
RING_IN = 0.13  # across
LEGEND_LETTERS = 22  # a line, so that two columns of the legend fit


def tables(study):
    """(curves as of stats.summarise in seconds, crossovers).

    Crossovers have the columns baseline, partitioner, x (in the axis' unit) and latency_s. Points at which a
    replication is infeasible, saturated or breaks a limit take no part.
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
    """Means by x, NaN where a replication is infeasible, saturated or breaks a limit."""
    part = curves.positions(table, name).set_index("x")
    return part["mean"].where(part[["infeasible", "saturated", "violating"]].sum(axis=1) == 0)


def draw(study):
    """(figure, {suffix of the file: table})."""
    table, crossed = tables(study)
    figure, axes, marks = metric.draw_panels(study, [(table, "Mean latency (s)")], 2.3)
    metric.finish(figure, study, table, marks, _draw_crossovers(axes[0], study, crossed))
    return figure, {"": table, "_crossovers": crossed}


def rings(axes, crossed):
    """Crossovers that lie so close together that their rings would overlap, as one: lists of places in `crossed`.

    axes: with its final scales and limits, of about 2.7 x 2.2 inches.
    """
    found = []
    for i, row in enumerate(crossed.itertuples()):
        at = axes.transLimits.transform(axes.transScale.transform((row.x, row.latency_s))) * (2.7, 2.2)
        near = next((ring for ring in found if np.hypot(*(ring[0] - at)) < RING_IN), None)
        if near:
            near[1].append(i)
        else:
            found.append((at, [i]))
    return [places for _, places in found]


def _say(study, crossed):
    """Who crosses whom where, for the crossovers of one ring: those of one place and baseline together."""
    where = crossed["x"].map(naming.rounded)
    for (baseline, x), some in crossed.groupby([crossed["baseline"], where], sort=False):
        names = ", ".join(map(naming.partitioner, some["partitioner"]))
        yield textwrap.fill(f"{names} {'cross' if len(some) > 1 else 'crosses'} {naming.partitioner(baseline)} at "
                            f"{x}\N{NO-BREAK SPACE}{study.axis.unit}", LEGEND_LETTERS)


def _draw_crossovers(axes, study, crossed):
    """Numbered rings; returns the legend entries that say who crosses whom, and where."""
    handles = []
    together = rings(axes, crossed)
    for number, places in enumerate(together, 1):
        x, y = crossed["x"].iloc[places[0]], crossed["latency_s"].iloc[places[0]]
        axes.plot([x], [y], marker="o", markersize=9, markerfacecolor="none", markeredgecolor="black",
                  markeredgewidth=0.9, zorder=60, label="crossover")
        if len(together) > 1:
            axes.annotate(str(number), (x, y), (4, 4), textcoords="offset points", fontsize=7, zorder=61)
        said = "\n".join(_say(study, crossed.iloc[places]))
        handles.append(style.mark_handle("o", (f"{number}: " if len(together) > 1 else "") + said, markersize=7,
                                         markerfacecolor="none", markeredgecolor="black", markeredgewidth=0.9))
    return handles
