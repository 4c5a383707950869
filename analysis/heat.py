"""Maps over two axes: which partitioner is best, its rivals' regret against the oracle, and savings on a baseline."""

import numpy as np
import pandas as pd
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FixedLocator, NullLocator

from . import naming, results, style

LATENCY = "latency_mean_s"
SAME = 1e-6  # relative: figures that differ by less are a tie
PANELS_A_ROW = 2
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "||||", "++++", "oooo", "**")


def axes_of(study):
    """The two axes of the map: the study's own and the next. Others must have one value."""
    held = [axis for axis, _ in study.held]
    others = [axis for axis in study.axes if axis != study.axis and axis not in held]
    varying = [axis for axis in others if len(axis.values) > 1]
    if len(study.x) < 2 or len(varying) != 1:
        swept = ", ".join(axis.path for axis in study.axes)
        raise results.UserError(f"{study.folder}: a map needs exactly two axes with several values; swept are: {swept}")
    return study.axis, varying[0]


def can_draw(study, name):
    """Whether a map ("best", "regret", "saving_map") has something to show."""
    if name == "best":
        return True
    reference = "oracle" if name == "regret" else (study.baselines or ("",))[0]
    return reference in study.partitioners and len(study.partitioners) > 1


def means(study):
    """Mean latency over replications: y (position), x, partitioner, latency_s, sound; NaN where not sound.

    Not sound: a replication has no plan, is saturated, loses requests or truly breaks a limit.
    """
    _, other = axes_of(study)
    rows = study.numbers("feasible", "saturated", "dropped", "failed", "violation_rate", LATENCY)
    rows = rows.assign(y=other.positions(rows[other.column]))
    rows["bad"] = ((rows["feasible"] != 1) | (rows["saturated"] == 1) | (rows["dropped"] + rows["failed"] > 0)
                   | (rows["violation_rate"] > 0))
    table = rows.groupby(["y", "x", "partitioner"], sort=True).agg(
        latency_s=(LATENCY, "mean"), bad=("bad", "max")).reset_index()
    table["sound"] = ~table["bad"].astype(bool)
    table["latency_s"] = table["latency_s"].where(table["sound"])
    return table.drop(columns="bad")


def best_table(study, references=("oracle", "best_fixed")):
    """At each (y, x) the partitioner of the least latency, references aside: the first in order where several tie.

    ties: how many have it; tied: their names.
    """
    table = means(study)
    order = [name for name in study.partitioners if name not in references]
    records = []
    for (y, x), group in table.groupby(["y", "x"]):
        known = group.set_index("partitioner")["latency_s"].reindex(order).dropna()
        least = known.min() if len(known) else np.nan
        tied = [name for name in known.index if known[name] <= least * (1 + SAME)]
        records.append({"y": y, "x": x, "best": tied[0] if tied else "", "ties": len(tied), "tied": " ".join(tied),
                        "latency_s": least})
    return pd.DataFrame(records)


def relative_table(study, reference, sign):
    """At each (y, x) and for each other partitioner, sign x (its latency - the reference's) / the reference's, percent."""
    if reference not in study.partitioners:
        raise results.UserError(f"{study.folder}: no partitioner '{reference}' to compare with")
    table = means(study)
    own = table[table["partitioner"] == reference].set_index(["y", "x"])["latency_s"]
    rest = table[table["partitioner"] != reference]
    base = own.reindex(pd.MultiIndex.from_frame(rest[["y", "x"]])).to_numpy()
    return rest.assign(percent=100 * sign * (rest["latency_s"] - base) / base).reset_index(drop=True)


def draw_best(study):
    """(figure, {suffix of the file: table})."""
    table = best_table(study)
    first, other = axes_of(study)
    names = [name for name in study.partitioners if (table["best"] == name).any()]
    figure = style.new_figure(style.COLUMN_IN, 2.5)
    axes = figure.add_subplot()
    fills = _fills(len(names))
    edges_x, edges_y = edges(first, study.x), edges(other, _values(other))
    for row in table.itertuples():
        i, j = _place(study.x, row.x), _place(_values(other), row.y)
        fill, hatch = fills[names.index(row.best)] if row.best else ("white", "")
        axes.fill([edges_x[i], edges_x[i + 1], edges_x[i + 1], edges_x[i]],
                  [edges_y[j], edges_y[j], edges_y[j + 1], edges_y[j + 1]], facecolor=fill, hatch=hatch,
                  edgecolor="0.25", linewidth=0.2, label=row.best or "none")
        if row.best and row.ties > 1:
            axes.plot([_centre(edges_x, i, first)], [_centre(edges_y, j, other)], marker="o", markersize=2.2,
                      markerfacecolor="white", markeredgecolor="black", markeredgewidth=0.4)
    _set_axes(axes, first, other, study.x)
    handles = [Patch(facecolor=fill, hatch=hatch, edgecolor="0.25", linewidth=0.3, label=naming.partitioner(name))
               for name, (fill, hatch) in zip(names, fills)]
    if (table["best"] == "").any():
        handles.append(Patch(facecolor="white", edgecolor="0.25", linewidth=0.3, label="none is sound"))
    if (table["ties"] > 1).any():
        handles.append(style.mark_handle("o", "a tie: the first in order", markersize=3, markerfacecolor="white",
                                         markeredgecolor="black"))
    style.legend_below(figure, handles, 2)
    return figure, {"": table}


def draw_regret(study):
    """(figure, {suffix of the file: table}): how much slower than the oracle, in percent."""
    return _draw_maps(study, relative_table(study, "oracle", 1), "Slower than the oracle (%)", diverging=False)


def draw_saving(study):
    """(figure, {suffix of the file: table}): latency saved against the first baseline, in percent."""
    if not study.baselines:
        raise results.UserError(f"{study.folder}: the scenario compares with no baseline")
    baseline = study.baselines[0]
    label = f"Latency saved against\n{naming.partitioner(baseline)} (%)"
    return _draw_maps(study, relative_table(study, baseline, -1), label, diverging=True)


STEPS = (0, 1, 3, 10, 30, 100, 300)
GAINS = (-300, -100, -30, -10, -1, 1, 10, 30, 60, 100)
ROUNDING = 1e-4  # percent


def _draw_maps(study, table, label, diverging):
    first, other = axes_of(study)
    names = [name for name in study.partitioners if (table["partitioner"] == name).any()]
    table["percent"] = table["percent"].where(table["percent"].abs() > ROUNDING, 0.0).where(table["percent"].notna())
    levels = GAINS if diverging else STEPS
    colours, norm = _colours(levels, diverging)
    columns = min(PANELS_A_ROW, len(names))
    rows = -(-len(names) // columns)
    figure = style.new_figure(style.COLUMN_IN, 1.25 * rows + 0.75)
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
    for i, axes in enumerate(panels.flat):
        if i >= len(names):
            axes.axis("off")
            continue
        grid = table[table["partitioner"] == names[i]].pivot(index="y", columns="x", values="percent")
        mesh = axes.pcolormesh(edges(first, study.x), edges(other, _values(other)), np.ma.masked_invalid(grid.to_numpy()),
                               cmap=colours, norm=norm, edgecolors="face", linewidth=0.1)
        axes.set_facecolor("white")
        axes.patch.set(hatch="xxxx", edgecolor="0.7")
        _set_axes(axes, first, other, study.x, labels=False)
        axes.set_title(naming.partitioner(names[i]), pad=2, fontsize=7)
        axes.spines[["top", "right"]].set_visible(True)
        lost = table[(table["partitioner"] == names[i]) & (table["percent"] <= GAINS[4])]
        if diverging and len(lost):  # told apart from gains in grey, too
            axes.plot(lost["x"], lost["y"], linestyle="", marker="_", markersize=3, markeredgewidth=0.6, color="white",
                      path_effects=[withStroke(linewidth=1.4, foreground="black")], label="loss")
    for c in range(columns):
        lowest = max(r for r in range(rows) if r * columns + c < len(names))
        panels[lowest, c].tick_params(labelbottom=True)
        panels[lowest, c].set_xlabel(first.label)
    figure.supylabel(other.label, fontsize=8)
    bar = figure.colorbar(mesh, ax=list(panels.flat), location="bottom", fraction=0.06, aspect=30, ticks=list(levels),
                          extend=_extend(table["percent"], levels))
    bar.set_label(label + ("; hatched: unsound" if table["percent"].isna().any() else "") + ("; bars: losses" if diverging else ""), fontsize=7.5)
    bar.ax.tick_params(labelsize=6.5, length=2)
    bar.ax.minorticks_off()
    return figure, {"": table}


def _extend(percent, levels):
    """At which ends of the bar arrows say that there are values beyond."""
    below, above = bool((percent < levels[0]).any()), bool((percent >= levels[-1]).any())
    return {(False, False): "neither", (True, False): "min", (False, True): "max", (True, True): "both"}[below, above]


def _colours(levels, diverging):
    """Steps that are told apart in grey: sequential ones darken; gains are blue, losses orange and hatch-free but
    lighter towards 0."""
    bins = len(levels) - 1
    if not diverging:
        shades = ["#ffffff", "#fde8c4", "#f7c56b", "#e69f00", "#b3590a", "#5c2a05"]
        return ListedColormap(shades[:bins]).with_extremes(under="#a9d4ee", over="#1c0b00"), BoundaryNorm(levels, bins)
    losses = ["#7a2e00", "#c05a12", "#e89c4f", "#f8d9b0"]
    gains = ["#d3e6f5", "#8fc0e3", "#3b86bf", "#0a4a80"]
    colours = ListedColormap(losses + ["#ffffff"] + gains)
    return colours.with_extremes(under="#3a1400", over="#04213c"), BoundaryNorm(levels, bins)


def _fills(count):
    """Fill and hatch of each category; both differ, for print in grey."""
    shades = ("#0072B2", "#E69F00", "#56B4E9", "#F0E442", "#009E73", "#CC79A7", "#D55E00", "0.8", "0.6", "0.4")
    return [(shades[i % len(shades)], HATCHES[i % len(HATCHES)]) for i in range(count)]


def _values(axis):
    return np.array(axis.values, dtype=float) if axis.is_numeric else np.arange(float(len(axis.values)))


def edges(axis, x):
    """The n + 1 borders of n cells: the middles between points, by ratio on a logarithmic axis."""
    x = np.asarray(x, dtype=float)
    logs = np.log(x) if axis.scale == "log" else x
    middles = (logs[1:] + logs[:-1]) / 2
    every = np.concatenate([[2 * logs[0] - middles[0]], middles, [2 * logs[-1] - middles[-1]]])
    return np.exp(every) if axis.scale == "log" else every


def _centre(borders, i, axis):
    low, high = borders[i], borders[i + 1]
    return np.sqrt(low * high) if axis.scale == "log" else (low + high) / 2


def _place(values, value):
    return int(np.argmin(np.abs(np.asarray(values) - value)))


def _set_axes(axes, first, other, x, labels=True):
    axes.grid(visible=False)
    for axis, which, positions, set_scale, set_limits in (
            (first, axes.xaxis, x, axes.set_xscale, axes.set_xlim),
            (other, axes.yaxis, _values(other), axes.set_yscale, axes.set_ylim)):
        borders = edges(axis, positions)
        if axis.scale == "log":
            set_scale("log")
            set_limits(borders[0], borders[-1])
            style.plain_log_ticks(which, borders[0], borders[-1])
            if not labels:
                style.thin_ticks(which, axis)
        elif axis.scale == "category":
            set_limits(borders[0], borders[-1])
            which.set_major_locator(FixedLocator(positions))
            which.set_ticklabels([naming.value(value) for value in axis.values])
            which.set_minor_locator(NullLocator())
        else:
            set_limits(borders[0], borders[-1])
            style.linear_ticks(which, 5)
    if labels:
        axes.set_xlabel(first.label)
        axes.set_ylabel(other.label)
