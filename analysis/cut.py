"""Where each partitioner cuts the network, against the swept setting: one small panel a partitioner.

Over an axis of words, one panel: the partitioners' marks side by side at each word.
"""

import numpy as np

from . import curves, naming, style

NAMED_CUTS = 16  # with more, the axis counts layers instead of naming them
INFEASIBLE = "no feasible plan"
PANELS_A_ROW = 4
FULL_AREA = 28.0  # of a mark for all replications, in square points


def table_of(study):
    """How often each cut was chosen, in the order of partitioners, points and layers.

    Columns: the axis' own, x, partitioner, cut, layers_on_device (NaN where no plan is feasible), count, replications,
    share = count/replications, and modal: 1 for the cut that the line goes through (the most frequent; of several, the
    one with fewest layers on the device).
    """
    study.need("cut")
    rows = study.numbers("feasible", "layers_on_device")
    rows = rows.assign(cut=rows["cut"].where(rows["feasible"] == 1, INFEASIBLE),
                       layers_on_device=rows["layers_on_device"].where(rows["feasible"] == 1))
    keys = [study.axis.column, "x", "partitioner", "cut", "layers_on_device"]
    table = rows.groupby(keys, dropna=False, sort=False).size().rename("count").reset_index()
    point = table.groupby(["partitioner", "x"])["count"]
    table["replications"] = point.transform("sum")
    table["share"] = table["count"] / table["replications"]
    order = {name: i for i, name in enumerate(study.partitioners)}
    table = table.sort_values(["partitioner", "x", "layers_on_device"], kind="stable", ignore_index=True,
                              key=lambda column: column.map(order) if column.name == "partitioner" else column)
    table["modal"] = 0
    table.loc[table.groupby(["partitioner", "x"])["count"].idxmax(), "modal"] = 1
    return table


def lanes(table):
    """The cuts that occur, from the least to the most layers on the device: (layers, cut) pairs."""
    found = table[table["cut"] != INFEASIBLE][["layers_on_device", "cut"]].drop_duplicates()
    return sorted(found.itertuples(index=False, name=None))


def draw(study):
    """(figure, {suffix of the file: table})."""
    table = table_of(study)
    chosen = style.looks(study.partitioners)
    figure = (_draw_words if study.axis.scale == "category" else _draw_panels)(study, table, chosen)
    return figure, {"": table}


AXIS_LABEL = "Last layer on the device\n(number of layers there)"


def _draw_words(study, table, chosen):
    """Marks whose area is the share of the replications; the oracle, which has no marker, as bars behind them."""
    ladder = Ladder(table)
    figure = style.new_figure(style.DOUBLE_COLUMN_IN if len(study.x) > 2 else style.COLUMN_IN,
                              max(1.5, 0.3 * len(ladder.ticks)) + 0.9)
    axes = figure.add_subplot()
    marked = [name for name in chosen if chosen[name].marker]
    for name, look in chosen.items():
        own = table[table["partitioner"] == name]
        x, heights = own["x"].to_numpy(), ladder.heights(own["cut"])
        if not look.marker:
            axes.hlines(heights, x - 0.42 * own["share"], x + 0.42 * own["share"], color=look.color, linewidth=5, label=name)
            continue
        axes.scatter(x + curves.shift(marked.index(name), len(marked)), heights, s=FULL_AREA * own["share"],
                     marker=look.marker, color=look.color, edgecolor="white", linewidth=0.4, zorder=5, label=name)
    ladder.apply(axes)
    style.set_x_axis(axes, study.axis, study.x)
    axes.set_ylabel(AXIS_LABEL)
    handles = style.legend_handles(list(chosen), chosen, lines=False)
    if (table["share"] < 1).any():
        handles.append(style.mark_handle("o", "area: share of replications"))
    style.legend_below(figure, handles, 4)
    if study.note:
        figure.suptitle(study.note, fontsize=8)
    return figure


def _draw_panels(study, table, chosen):
    names = study.partitioners
    ladder = Ladder(table)
    columns = min(PANELS_A_ROW, len(names))
    rows = -(-len(names) // columns)
    has_hole = len(names) % columns > 0
    height = max(1.0, 0.19 * len(ladder.ticks) + 0.35)
    figure = style.new_figure(style.DOUBLE_COLUMN_IN, rows * (height + 0.2) + 0.35)
    grid = figure.add_gridspec(rows, columns)
    for i, name in enumerate(names):
        axes = figure.add_subplot(grid[i // columns, i % columns])
        _draw_panel(axes, study, table, name, chosen[name], ladder)
        style.set_x_axis(axes, study.axis, study.x, label=False)
        style.thin_ticks(axes.xaxis, study.axis)
        axes.tick_params(labelbottom=i + columns >= len(names), labelleft=i % columns == 0)
    figure.supxlabel(study.axis.label + (f", at {study.note}" if study.note else ""), fontsize=8)
    figure.supylabel(AXIS_LABEL, fontsize=8)
    handles = _handles(table, chosen)
    if has_hole:
        corner = figure.add_subplot(grid[-1, -1])
        corner.axis("off")
        corner.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, 1), handlelength=1.5)
    else:
        style.legend_above(figure, handles)
    return figure


class Ladder:
    """The vertical axis: a rung for each cut that occurs, or a plain count of layers where they are many."""

    def __init__(self, table):
        self.cuts = lanes(table)
        self.named = len(self.cuts) <= NAMED_CUTS
        self.infeasible = bool((table["cut"] == INFEASIBLE).any())
        layers = [layers for layers, _ in self.cuts]
        self.floor = -1.0 if self.named or not layers else min(layers) - 0.12 * (max(layers) - min(layers) + 1)
        self.rungs = {cut: float(i) if self.named else layers for i, (layers, cut) in enumerate(self.cuts)}
        self.rungs[INFEASIBLE] = self.floor
        self.ticks = ([(self.floor, INFEASIBLE)] if self.infeasible else []) + [
            (self.rungs[cut], naming.cut(cut, layers)) for layers, cut in self.cuts]

    def heights(self, cuts):
        return cuts.map(self.rungs).to_numpy(dtype=float)

    def apply(self, axes):
        top = max(self.rungs.values())
        bottom = self.floor if self.infeasible else min(v for k, v in self.rungs.items() if k != INFEASIBLE)
        room = 0.6 if self.named else 0.06 * (top - bottom + 1)
        axes.set_ylim(bottom - room, top + room)
        if self.named:
            axes.set_yticks(*zip(*self.ticks))


def _draw_panel(axes, study, table, name, look, ladder):
    modal = table[table["modal"] == 1]
    reference = modal[modal["partitioner"] == "oracle"]
    if len(reference) and name != "oracle":
        _steps(axes, study, reference, ladder, color=style.NAMED["oracle"].color, linewidth=5, zorder=2)
    color = look.ink
    _steps(axes, study, modal[modal["partitioner"] == name], ladder, color=color, linewidth=1.5, zorder=4)
    mixed = table[(table["partitioner"] == name) & (table["share"] < 1) & (table["cut"] != INFEASIBLE)]
    axes.scatter(mixed["x"], ladder.heights(mixed["cut"]), s=FULL_AREA * mixed["share"], color=color, linewidth=0.4,
                 edgecolor="white", zorder=5, clip_on=False)
    lost = table[(table["partitioner"] == name) & (table["cut"] == INFEASIBLE)]
    axes.scatter(lost["x"], ladder.heights(lost["cut"]), s=16 * lost["share"], marker="x", color=color, linewidth=1,
                 zorder=5, clip_on=False)
    ladder.apply(axes)
    axes.set_title(naming.partitioner(name), pad=3)


def _steps(axes, study, part, ladder, **kind):
    """A line that holds each cut to the middle between two points, as drawn; infeasible points are gaps."""
    part = part.sort_values("x")
    edges = _edges(part["x"].to_numpy(), study.axis.scale == "log")
    heights = np.where(part["cut"] == INFEASIBLE, np.nan, ladder.heights(part["cut"]))
    axes.plot(np.repeat(edges, 2)[1:-1], np.repeat(heights, 2), solid_capstyle="butt", solid_joinstyle="miter", **kind)


def _edges(x, log):
    """The n + 1 borders of n points: the middles between them, and the outermost points themselves."""
    middles = np.sqrt(x[1:] * x[:-1]) if log else (x[1:] + x[:-1]) / 2
    return np.concatenate([x[:1], middles, x[-1:]])


def _handles(table, chosen):
    handles = []
    if "oracle" in chosen and len(chosen) > 1:
        handles.append(style.Line2D([], [], color=style.NAMED["oracle"].color, linewidth=5, label="oracle"))
    if ((table["share"] < 1) & (table["cut"] != INFEASIBLE)).any():
        for share in (10, 50, 90):
            handles.append(style.mark_handle("o", f"{share} % of replications", markeredgewidth=0,
                                             markersize=np.sqrt(FULL_AREA * share / 100)))
    if (table["cut"] == INFEASIBLE).any():
        handles.append(style.mark_handle("x", INFEASIBLE, markersize=4, markeredgewidth=1))
    return handles
