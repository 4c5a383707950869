"""Where the time of a request and the energy of a device go: stacked bars, a bar a partitioner, a panel a point."""

import pandas as pd
from matplotlib.patches import Patch

from . import naming, results, stats, style

MOST_PANELS = 3
BAR_IN = 0.17

# Column, label, fill, hatch. Waits are white and hatched, work is filled; fills differ in lightness, too.
TIME = (
    ("preparing_mean_s", "switch of plans", "0.75", "oooo"),
    ("device_queue_mean_s", "wait for the processor", "white", "//////"),
    ("head_mean_s", "head on the device", "#0072B2", ""),
    ("radio_queue_mean_s", "wait for the radio", "white", "\\\\\\\\\\\\"),
    ("upload_mean_s", "upload", "#E69F00", ""),
    ("edge_queue_mean_s", "wait for the edge server", "white", "......"),
    ("edge_mean_s", "edge server", "#009E73", "----"),
    ("relay_mean_s", "relay to the cloud", "#CC79A7", ""),
    ("cloud_queue_mean_s", "wait for the cloud", "white", "xxxxxx"),
    ("tail_mean_s", "tail in the cloud", "#56B4E9", "////"),
    ("download_mean_s", "download", "#F7E8A4", ""),
)
# The radio as one part, or as the parts that a newer results folder tells apart.
ENERGY = (
    ("energy_idle_J", "idle", "0.88", ""),
    ("energy_compute_J", "computing", "#0072B2", ""),
    ("energy_radio_J", "radio", "#E69F00", ""),
)
OFF = ("energy_off_J", "switched off", "0.6", "....")
RADIO = (
    ("energy_transmit_J", "transmitting", "#E69F00", ""),
    ("energy_receive_J", "receiving", "#F7E8A4", "////"),
    ("energy_promotion_J", "radio waking up", "#CC79A7", ""),
    ("energy_tail_J", "radio staying awake", "#D55E00", "xxxx"),
)


def _parts_of_energy(study):
    off = (OFF,) if OFF[0] in study.rows else ()
    split = tuple(part for part in RADIO if part[0] in study.rows)
    return ENERGY[:1] + off + ENERGY[1:2] + (split or ENERGY[2:])


def points(study):
    """The points with a panel: all of few, else the first, the middle and the last."""
    x = study.x
    return list(x) if len(x) <= MOST_PANELS else [x[0], x[len(x) // 2], x[-1]]


def table_of(study, parts, scale, per=None):
    """Mean over replications of each part at the panels' points: x, partitioner, part, column, start, value, replications.

    Bars begin at `start`, the sum of the parts before. Partitioners without a plan have no rows.
    """
    records = []
    tables = {column: stats.summarise(study, column, per) for column, *_ in parts}
    for x in points(study):
        for name in study.partitioners:
            start = 0.0
            for column, label, *_ in parts:
                table = tables[column]
                found = table[(table["partitioner"] == name) & (table["x"] == x)]
                if found.empty or found["mean"].isna().all():
                    continue
                value = float(found["mean"].iloc[0]) * scale
                records.append({study.axis.column: found[study.axis.column].iloc[0], "x": x, "partitioner": name,
                                "part": label, "column": column, "start": start, "value": value,
                                "replications": int(found["replications"].iloc[0] - found["infeasible"].iloc[0]),
                                **{flaw: int(found[flaw].iloc[0]) for flaw in stats.DOUBTS}})
                start += value
    return pd.DataFrame(records)


def _parts_of_time(study):
    """Those that the folder has; an older one has fewer."""
    return tuple(part for part in TIME if part[0] in study.rows)


def draw_time(study):
    """(figure, {suffix of the file: table}): milliseconds, or seconds where they are many."""
    study.need("head_mean_s")
    table = table_of(study, _parts_of_time(study), 1.0)
    if table.empty:
        raise results.UserError(f"{study.folder}: no request came back, so there is no time to draw")
    scale, unit = (1.0, "s") if _longest(table) >= 10 else (1e3, "ms")
    table[["start", "value"]] *= scale
    return _draw(study, table, TIME, f"Mean time of a request ({unit})")


def draw_energy(study):
    """(figure, {suffix of the file: table}): joules a request, with what the idle device draws meanwhile."""
    parts = _parts_of_energy(study)
    table = table_of(study, parts, 1.0, "requests")
    if table.empty:
        raise results.UserError(f"{study.folder}: no run has an energy to draw")
    return _draw(study, table, parts, "Energy of a device per request (J)")


def _longest(table):
    return (table["start"] + table["value"]).max()


def _draw(study, table, parts, label):
    shown = [part for part in parts if table.loc[table["column"] == part[0], "value"].sum() > 0]
    names, panels = study.partitioners, points(study)
    figure = style.new_figure(style.COLUMN_IN, len(panels) * (BAR_IN * len(names) + 0.42) + 0.2)
    for i, x in enumerate(panels):
        axes = figure.add_subplot(len(panels), 1, i + 1)
        _draw_panel(axes, table[table["x"] == x], names, shown)
        cell = table.loc[table["x"] == x, study.axis.column]
        value = study.axis.show(cell.iloc[0]) if len(cell) else f"{x:g}"
        axes.set_title(f"{naming.axis_name(study.axis.path)} {value}", loc="left", pad=2)
    axes.set_xlabel(label)
    handles = [Patch(facecolor=fill, hatch=hatch, edgecolor="black", linewidth=0.4, label=text)
               for _, text, fill, hatch in shown]
    style.legend_below(figure, handles, 2)
    if study.note:
        figure.suptitle(study.note, fontsize=8)
    return figure, {"": table}


def _draw_panel(axes, table, names, shown):
    for column, _, fill, hatch in shown:
        part = table[table["column"] == column]
        axes.barh([names.index(name) for name in part["partitioner"]], part["value"], left=part["start"], height=0.72,
                  facecolor=fill, hatch=hatch, edgecolor="black", linewidth=0.4, label=column)
    longest = _longest(table) if len(table) else 1.0
    for i, name in enumerate(names):
        own = table[table["partitioner"] == name]
        if own.empty:
            axes.text(0.01 * longest, i, "no feasible plan", va="center", fontsize=6.5, color=style.GREY)
        elif doubts := [words for flaw, words in stats.DOUBTS.items() if own[flaw].any()]:
            axes.text(_longest(own) + 0.01 * longest, i, ", ".join(doubts), va="center", fontsize=6.5, color=style.GREY)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(range(len(names)), [naming.partitioner(name) for name in names])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.set_xlim(0, 1.04 * longest)
    style.linear_ticks(axes.xaxis, 6)
