"""What several figures share: curves with bands and gaps, and the strip that shows what has no curve."""

import collections

import numpy as np
from matplotlib.transforms import offset_copy

from . import naming, stats, style

ROW_IN = 0.14


def panels(figure, columns, rows, strip_rows, row_in):
    """A grid of panels, `row_in` inches high, and a strip below each column if there is something to show in it.

    Returns (panels as an array rows x columns, strips: a list of one axes or None a column).
    """
    heights = [row_in] * rows + [ROW_IN * strip_rows + 0.05] * (strip_rows > 0)
    grid = figure.add_gridspec(len(heights), columns, height_ratios=heights)
    drawn = np.empty((rows, columns), dtype=object)
    for r, c in np.ndindex(rows, columns):
        drawn[r, c] = figure.add_subplot(grid[r, c])
    strips = [figure.add_subplot(grid[rows, c]) if strip_rows else None for c in range(columns)]
    return drawn, strips


def finish_x(stack, strip, study, marks, names, chosen, labels=True):
    """The swept setting below a column of panels: on the strip if there is one, else on the lowest panel."""
    everything = list(stack) + ([strip] if strip is not None else [])
    if strip is not None:
        draw_strip(strip, marks, names, chosen, labels)
    for axes in everything:
        lowest = axes is everything[-1]
        style.set_x_axis(axes, study.axis, study.x, label=lowest)
        axes.tick_params(axis="x", labelbottom=lowest)


def positions(table, name):
    """The rows of one partitioner, along the axis."""
    return table[table["partitioner"] == name].sort_values("x")


def edges_of(table):
    """Lower and upper edges of the bands: `low` and `high` of the table where it has them, else mean and half width."""
    if "low" in table:
        return table["low"].to_numpy(), table["high"].to_numpy()
    mean, half = table["mean"].to_numpy(), table["half_width"].to_numpy()
    return mean - half, mean + half


def draw_points(axes, table, chosen):
    """Mean and interval of each partitioner at each word of the axis, side by side: no line joins what has no order.

    The oracle and the like, which have no marker, are bars behind the others.
    """
    names = [name for name in chosen if (table["partitioner"] == name).any()]
    with_marker = [name for name in names if chosen[name].marker]
    for name in names:
        part, look = positions(table, name), chosen[name]
        x, mean, (low, high) = part["x"].to_numpy(), part["mean"].to_numpy(), edges_of(part)
        if not look.marker:
            at, level = x[~np.isnan(mean)], mean[~np.isnan(mean)]
            axes.hlines(level, at - 0.42, at + 0.42, color=look.color, linewidth=look.width, zorder=5 + look.depth, label=name)
            continue
        x = x + shift(with_marker.index(name), len(with_marker))
        known = ~np.isnan(low)
        axes.vlines(x[known], low[known], high[known], color=look.ink, linewidth=0.9, zorder=20, label="interval")
        axes.plot(x, mean, linestyle="", marker=look.marker, markersize=style.MARKER_PT, color=look.color,
                  markeredgecolor="white", markeredgewidth=0.4, label=name, clip_on=False, zorder=30 + look.depth)
        doubtful = _doubtful(part)
        _marks(axes, x, mean, doubtful & ~np.isnan(mean), look, "white", look.color)


def _doubtful(part):
    """Where a mean grows with the number of requests, or is of some of them alone."""
    flaws = [flaw for flaw in stats.DOUBTS if flaw in part]
    return (part[flaws] > 0).any(axis=1).to_numpy()


def shift(i, of):
    """How far aside the i-th of so many lies from the place of a word."""
    return 0.7 * ((i + 0.5) / of - 0.5)


def draw_curves(axes, table, chosen):
    """Mean and band of each partitioner. table: of stats.summarise; hollow marks where a replication is saturated or
    loses requests."""
    names = [name for name in chosen if (table["partitioner"] == name).any()]
    bands = set()
    with_marker = [name for name in names if chosen[name].marker]
    for name in names:
        part = positions(table, name)
        look = chosen[name]
        x, mean = part["x"].to_numpy(), part["mean"].to_numpy()
        _draw_band(axes, x, *edges_of(part), look, bands)
        axes.plot(x, mean, label=name, **look.line(), zorder=20 + look.depth if look.depth > 0 else 5 + look.depth)
        doubtful = _doubtful(part)
        marked = marked_points(mean, with_marker.index(name) if look.marker else None, len(with_marker))
        _marks(axes, x, mean, marked & ~doubtful, look, look.color, "white")
        _marks(axes, x, mean, doubtful & ~np.isnan(mean), look, "white", look.color)


def _draw_band(axes, x, low, high, look, drawn):
    """A band without the pieces that are drawn already, so that curves that coincide do not darken theirs."""
    pieces = [(x[i], low[i], high[i], x[i + 1], low[i + 1], high[i + 1]) for i in range(len(x) - 1)]
    new = [not np.isnan(piece).any() and tuple(np.round(piece, 12)) not in drawn for piece in pieces]
    drawn.update(tuple(np.round(piece, 12)) for piece in pieces)
    start = None
    for i, wanted in enumerate(new + [False]):
        if wanted and start is None:
            start = i
        elif not wanted and start is not None:
            run = slice(start, i + 1)
            axes.fill_between(x[run], low[run], high[run], zorder=10, **look.band)
            start = None
    for i in np.flatnonzero(_alone(~np.isnan(high))):
        axes.plot([x[i], x[i]], [low[i], high[i]], color=look.ink, linewidth=1.0, zorder=11)


def _alone(known):
    """Which known points have no known neighbour."""
    beside = np.zeros(len(known), dtype=bool)
    beside[1:] |= known[:-1]
    beside[:-1] |= known[1:]
    return known & ~beside


def marked_points(mean, turn, of):
    """Which points of a curve get a marker: every so many, each curve at places of its own, and all without neighbours.

    mean: array with NaN for gaps. turn: the curve's number of `of`, None for only those without neighbours. Returns an
    array of bools.
    """
    known = ~np.isnan(mean)
    if turn is None:
        return _alone(known)
    step = max(1, min(of, len(mean) // 2))
    return known & ((np.arange(len(mean)) % step == turn % step) | _alone(known))


def _marks(axes, x, y, where, look, face, edge):
    if where.any():
        axes.plot(x[where], y[where], linestyle="", marker=look.marker or "o", markersize=style.MARKER_PT,
                  markerfacecolor=face, markeredgecolor=edge, markeredgewidth=0.4 if face != "white" else 0.9,
                  clip_on=False, zorder=40 + look.depth)


def drawn_values(table, positive=True):
    """All ordinates that curves and bands reach, without gaps; lower edges of bands at or below 0 only if asked for."""
    mean, (lower, upper) = table["mean"].to_numpy(), edges_of(table)
    values = np.concatenate([mean, upper, lower[lower > 0] if positive else lower])
    return values[~np.isnan(values)]


def say_nothing_is_there(axes, table):
    """Words in the place of a panel without a figure."""
    lost = "infeasible" in table and (table["infeasible"] == table["replications"]).all()
    say(axes, "no feasible plan" if lost else "no figure")


def say(axes, words):
    """Words instead of a scale that nothing was drawn on."""
    axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center", color=style.GREY,
              bbox={"facecolor": "white", "edgecolor": "none"}, zorder=70)
    axes.set_yticks([])
    axes.grid(visible=False)


CROSS = {"marker": "x", "markeredgewidth": 1.1}
BAR = {"marker": "|", "markeredgewidth": 1.6}
DOT = {"marker": ".", "markeredgewidth": 0.6}
DOWN = {"marker": "v", "markeredgewidth": 0.9, "markerfacecolor": "white"}
SQUARE = {"marker": "s", "markeredgewidth": 0.9, "markerfacecolor": "white"}
# Name of a mark: the column that counts it, how it is drawn, and its shift in points where several meet.
MARKS = {
    "no feasible plan": ("infeasible", CROSS, -2.0),
    "breaks a limit in truth": ("violating", BAR, 2.0),
    "either breaks a limit in truth": ("violating_pairs", BAR, 2.0),
    "left out: no feasible plan": ("left_out_infeasible", CROSS, -2.0),
    "left out: saturated": ("left_out_saturated", SQUARE, 2.0),
    "left out: loses requests": ("left_out_losing", DOWN, 2.0),
    "left out: breaks a limit": ("left_out_violating", BAR, 2.0),
    "left out: another method": ("left_out_others", DOT, 0.0),
}


def strip_table(table):
    """What a strip shows: one row a (partitioner, x, mark) with its share of the replications, where above 0."""
    parts = []
    for mark, (column, _, _) in MARKS.items():
        if column in table:
            hit = table[table[column] > 0]
            parts.append(hit.assign(mark=mark, share=hit[column] / hit["replications"]))
    columns = ["partitioner", "x", "mark", "share"]
    return [row for part in parts for row in part[columns].itertuples(index=False)]


def strip_names(marks, chosen):
    """Partitioners with a row in the strip, in legend order."""
    with_marks = {row.partitioner for row in marks}
    return sorted(with_marks, key=lambda name: chosen[name].place)


def draw_strip(axes, marks, names, chosen, labels=True):
    """One row a partitioner with a mark for each point that has no curve or no right to it; size tells the share."""
    rows = {name: i for i, name in enumerate(names)}
    meeting = collections.Counter((row.partitioner, row.x) for row in marks)
    for row in marks:
        _, look, shift = MARKS[row.mark]
        ink = chosen[row.partitioner].ink
        shift *= meeting[row.partitioner, row.x] > 1
        place = offset_copy(axes.transData, axes.figure, shift, 0, units="points")
        axes.plot([row.x], [rows[row.partitioner]], linestyle="", markersize=1.5 + 3.0 * np.sqrt(row.share),
                  transform=place, **{"markerfacecolor": ink, "markeredgecolor": ink, **look})
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks(range(len(names)), [naming.partitioner(name) for name in names] if labels else [])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def state_handles(table, marks, points=False):
    """Legend entries for the band, for hollow marks and for the marks of the strip, each where it occurs."""
    handles = []
    if (table["half_width"] > 0).any():
        handles.append(style.band_handle("95 % confidence band") if not points
                       else style.mark_handle("|", "95 % interval", markersize=7, markeredgewidth=0.9))
    hollow = [words for flaw, words in stats.DOUBTS.items() if flaw in table and table[flaw].any()]
    if hollow:
        handles.append(style.mark_handle("o", f"hollow: {' or '.join(hollow)}", markerfacecolor="white"))
    used = {row.mark for row in marks}
    return handles + [style.mark_handle(label=name, **look) for name, (_, look, _) in MARKS.items() if name in used]
