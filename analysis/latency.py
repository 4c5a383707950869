"""Latency against the swept setting, with the crossovers of the baselines and the resource-aware methods."""

import pandas as pd
from matplotlib.lines import Line2D

from . import curves, metric, naming, stats, style

COLUMN = "latency_mean_s"


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
    chosen = style.looks(study.partitioners)
    figure, axes, marks = metric.draw_panels(study, [(table, "Mean latency (s)")], 2.3)
    _draw_crossovers(axes[0], crossed, chosen)
    metric.finish(figure, study, table, marks, _crossover_handles(study, crossed, chosen))
    return figure, {"": table, "_crossovers": crossed}


def _draw_crossovers(axes, crossed, chosen):
    for row in crossed.itertuples():
        axes.plot([row.x], [row.latency_s], marker="o", markersize=9, markerfacecolor="none",
                  markeredgecolor=chosen[row.partitioner].color, markeredgewidth=1.1, zorder=60)


def _crossover_handles(study, crossed, chosen):
    """A ring for each pair of curves, with where they cross."""
    handles = []
    for (baseline, name), points in crossed.groupby(["baseline", "partitioner"], sort=False):
        where = ", ".join(naming.rounded(x) for x in points["x"])
        text = f"crosses {naming.partitioner(baseline)}\nat {where} {study.axis.unit}"
        handles.append(Line2D([], [], linestyle="", marker="o", markersize=7, markerfacecolor="none",
                              markeredgecolor=chosen[name].color, markeredgewidth=1.1, label=text))
    return handles
