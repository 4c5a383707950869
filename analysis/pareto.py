"""Latency against energy of an inference: a mark for each partitioner, and the front of those that no other beats."""

import numpy as np
import pandas as pd

from . import naming, results, stacked, stats, style

ENERGY, LATENCY = "energy_inference_J", "latency_mean_s"
# Axes that say what is asked for, not what the world is: all their points may be compared with one another.
WISHES = ("constraints", "objective", "partitioners")


def is_pooled(study):
    """Whether all points of the axis are choices in one world."""
    return study.axis.path.split(".")[0] in WISHES


def front(energy, latency):
    """Which points no other beats in both, or equals in one and beats in the other. Arrays without NaN -> bools."""
    energy, latency = np.asarray(energy, dtype=float), np.asarray(latency, dtype=float)
    as_good = (energy[None, :] <= energy[:, None]) & (latency[None, :] <= latency[:, None])
    better = (energy[None, :] < energy[:, None]) | (latency[None, :] < latency[:, None])
    return ~(as_good & better).any(axis=1)


def table_of(study):
    """A row a (partitioner, point): x, panel, energy_J and latency_s with half widths, sound, and on_front.

    Points at which a replication has no plan, is saturated, loses requests or truly breaks a limit are not sound and
    take no part in the front. Panels are all points together, or the points of stacked.points one by one.
    """
    energy, latency = stats.summarise(study, ENERGY), stats.summarise(study, LATENCY)
    table = pd.DataFrame({
        study.axis.column: latency[study.axis.column], "x": latency["x"], "partitioner": latency["partitioner"],
        "energy_J": energy["mean"], "energy_half_width_J": energy["half_width"],
        "latency_s": latency["mean"], "latency_half_width_s": latency["half_width"],
        "sound": latency[stats.FLAWS].sum(axis=1) == 0})
    table = table[table["energy_J"].notna() & table["latency_s"].notna()]
    if not is_pooled(study):
        table = table[table["x"].isin(stacked.points(study))]
    table = table.assign(panel=0 if is_pooled(study) else table["x"], on_front=False).reset_index(drop=True)
    for _, group in table[table["sound"]].groupby("panel"):
        table.loc[group.index, "on_front"] = front(group["energy_J"], group["latency_s"])
    return table


def draw(study):
    """(figure, {suffix of the file: table})."""
    table = table_of(study)
    if table.empty:
        raise results.UserError(f"{study.folder}: no run has both a latency and an energy")
    chosen = style.looks(study.partitioners)
    panels = sorted(table["panel"].unique())
    sizes = mark_sizes([name for name in study.partitioners if (table["partitioner"] == name).any()])
    figure = style.new_figure(style.COLUMN_IN, 1.75 * len(panels) + 0.3 + (0.5 if len(panels) == 1 else 0))
    for i, panel in enumerate(panels):
        axes = figure.add_subplot(len(panels), 1, i + 1)
        part = table[table["panel"] == panel]
        _draw_panel(axes, part, chosen, sizes)
        axes.set_ylabel("Mean latency (s)")
        if not is_pooled(study):
            value = study.axis.show(part[study.axis.column].iloc[0])
            axes.set_title(f"{naming.axis_name(study.axis.path)} {value}", loc="left", pad=2)
    axes.set_xlabel("Energy above idle per inference (J)")
    handles = [style.mark_handle(chosen[name].marker or "o", naming.partitioner(name), markersize=sizes[name],
                                 markerfacecolor=chosen[name].ink, markeredgecolor="white")
               for name in study.partitioners if (table["partitioner"] == name).any()]
    handles.append(style.Line2D([], [], color="black", linewidth=0.9, linestyle=(0, (4, 1.5)), label="Pareto front"))
    if not table["sound"].all():
        handles.append(style.mark_handle("o", "hollow: unsound", markerfacecolor="white"))
    style.legend_below(figure, handles, 2)
    if study.note:
        figure.suptitle(study.note, fontsize=8)
    return figure, {"": table}


def mark_sizes(names):
    """Points across: large marks lie below small ones, so that methods with one plan are all seen."""
    return {name: style.MARKER_PT + 1.1 * (len(names) - 1 - i) for i, name in enumerate(names)}


def _draw_panel(axes, table, chosen, sizes):
    for i, (name, size) in enumerate(sizes.items()):
        look, part = chosen[name], table[table["partitioner"] == name]
        axes.errorbar(part["energy_J"], part["latency_s"], xerr=part["energy_half_width_J"].fillna(0),
                      yerr=part["latency_half_width_s"].fillna(0), fmt="none", ecolor=look.ink, elinewidth=0.7, zorder=3)
        for sound, face, edge in ((True, look.ink, "white"), (False, "white", look.ink)):
            some = part[part["sound"] == sound]
            axes.plot(some["energy_J"], some["latency_s"], linestyle="", marker=look.marker or "o", markersize=size,
                      markerfacecolor=face, markeredgecolor=edge, markeredgewidth=0.7, zorder=4 + i,
                      label=name if sound else None)
    for which, column in (("x", "energy"), ("y", "latency")):
        unit = "J" if which == "x" else "s"
        mean, half = table[f"{column}_{unit}"], table[f"{column}_half_width_{unit}"].fillna(0)
        _set_scale(axes, which, mean.to_numpy(), half.to_numpy())
    _draw_front(axes, table[table["on_front"]].sort_values(["energy_J", "latency_s"]))


def _draw_front(axes, best):
    """What no point beats lies below and left of the steps, which go on to the edges: a front of one point is seen."""
    if best.empty:
        return
    (_, right), (_, top) = axes.get_xlim(), axes.get_ylim()
    energy, latency = best["energy_J"].to_list(), best["latency_s"].to_list()
    axes.plot([energy[0], *energy, right], [top, *latency, latency[-1]], drawstyle="steps-post", color="black",
              linewidth=1.0, linestyle=(0, (4, 1.5)), zorder=2.5, label="front")


def _set_scale(axes, which, mean, half):
    """Limits that hold all marks and intervals. mean, half: arrays without NaN."""
    lower, upper = mean - half, mean + half
    low, high = lower.min(), upper.max()
    axis = axes.xaxis if which == "x" else axes.yaxis
    limits = axes.set_xlim if which == "x" else axes.set_ylim
    if low > 0 and high / low >= 8:
        (axes.set_xscale if which == "x" else axes.set_yscale)("log")
        room = (high / low) ** 0.08
        limits(low / room, high * room)
        style.plain_log_ticks(axis, low / room, high * room)
        return
    room = 0.1 * style.spread(low, high) or 0.1 * high or 1.0
    limits(max(0.0, low - room) if low > 0 else low - room, high + room)
    style.linear_ticks(axis, 6)
