"""Paired savings against each baseline, from savings.csv.

With the study's methods these are the 2x2 of {offline benchmark, resource-aware} x {bandwidth as benchmarked, bandwidth
now}, beside the reference methods. Gains end at 100 %, losses do not end: below -100 % the axis is logarithmic.
"""

import numpy as np

from . import curves, metric as metric_panel, naming, style

# Metric in savings.csv, label.
ROWS = (
    ("latency", "Latency saving (%)"),
    ("energy_inference", "Saving of energy above idle,\nper inference (%)"),
)
LINEAR_TO = -150.0  # an axis that need not go below is linear
LEFT_OUT = ("left_out_infeasible", "left_out_saturated", "left_out_losing", "left_out_violating", "left_out_others",
            "left_out_zero", "left_out_unknown")


def table_of(study):
    """Savings in percent, in the order of metrics, baselines, partitioners and points.

    Columns: the axis' own, x, baseline, partitioner, metric, mean and half_width (percent), pairs, replications (pairs
    and those left out), how many pairs were left out, by reason, as far as savings.csv tells, and if it does not tell
    of broken limits, in how many replications either plan truly breaks one (violating_pairs).
    """
    counts = [column for column in LEFT_OUT if study.savings is not None and column in study.savings]
    savings = study.saving_numbers("saving", "saving_half_width", "pairs", *counts)
    table = savings.assign(mean=100 * savings["saving"], half_width=100 * savings["saving_half_width"],
                           replications=savings["pairs"] + savings[counts].sum(axis=1))
    kept = [study.axis.column, "x", "baseline", "partitioner", "metric", "mean", "half_width", "pairs", "replications"]
    table = table[kept + counts]
    if "left_out_violating" not in counts:
        table = table.assign(violating_pairs=_violations(study, table))
    return table[table["metric"].isin([metric for metric, _ in ROWS])].sort_values(
        ["metric", "baseline", "partitioner", "x"], key=lambda column: _rank(study, column), kind="stable"
    ).reset_index(drop=True)


def _violations(study, table):
    """For each row of the table, the replications in which its partitioner or its baseline breaks a limit."""
    rows = study.numbers("violation_rate")
    rows = rows[rows["violation_rate"] > 0]
    broken = {key: set(group["replication"]) for key, group in rows.groupby(["partitioner", "x"])}
    return [len(broken.get((row.partitioner, row.x), set()) | broken.get((row.baseline, row.x), set()))
            for row in table.itertuples()]


def _rank(study, column):
    order = {"metric": [metric for metric, _ in ROWS], "baseline": study.baselines, "partitioner": study.partitioners}
    return column.map({name: i for i, name in enumerate(order[column.name])}) if column.name in order else column


def draw(study):
    """(figure, {suffix of the file: table})."""
    table = table_of(study)
    baselines = [name for name in study.baselines if (table["baseline"] == name).any()]
    chosen = style.looks(study.partitioners)
    first = table[table["metric"] == ROWS[0][0]]
    marks = {name: curves.strip_table(first[first["baseline"] == name]) for name in baselines}
    names = curves.strip_names([row for rows in marks.values() for row in rows], chosen)
    width = style.DOUBLE_COLUMN_IN if len(baselines) > 1 else style.COLUMN_IN
    figure = style.new_figure(width, 4.6 + curves.ROW_IN * len(names))
    drawn, strips = curves.panels(figure, len(baselines), len(ROWS), len(names), 2.1)
    for r, (metric, label) in enumerate(ROWS):
        _draw_row(drawn[r], study, table[table["metric"] == metric], baselines, chosen, label)
    for c, baseline in enumerate(baselines):
        drawn[0, c].set_title(f"Saving against {naming.partitioner(baseline)}")
        curves.finish_x(drawn[:, c], strips[c], study, marks[baseline], names, chosen, labels=c == 0)
    every = [row for rows in marks.values() for row in rows]
    shown = [name for name in study.partitioners if (table["partitioner"] == name).any()]
    points = study.axis.scale == "category"
    handles = style.legend_handles(shown, chosen, not points) + curves.state_handles(table, every, points)
    style.legend_below(figure, handles, 4 if len(baselines) > 1 else 2)
    if study.note:
        figure.suptitle(study.note, fontsize=8)
    return figure, {"": table}


def _draw_row(row, study, table, baselines, chosen, label):
    """The panels of one metric, all with one scale."""
    values = np.append(curves.drawn_values(table, positive=False), 0.0)
    for axes, baseline in zip(row, baselines):
        part = table[table["baseline"] == baseline]
        axes.axhline(0, color="black", linewidth=0.7, zorder=5)
        metric_panel.draw_panel(axes, study, part, chosen)
        _set_scale(axes, values.min(), values.max())
        axes.tick_params(labelleft=axes is row[0])
        if table["mean"].isna().all():
            curves.say(axes, "no pair to compare")
    row[0].set_ylabel(label if values.min() >= LINEAR_TO else f"{label}\n(grey: logarithmic)")


def _set_scale(axes, low, high):
    """Linear, or logarithmic below -100 %, on a grey ground."""
    if low >= LINEAR_TO:
        room = 0.06 * max(high - low, 1.0)
        axes.set_ylim(low - room, high + room)
        return
    axes.set_yscale("symlog", linthresh=100, linscale=1.5)
    axes.set_ylim(1.3 * low, max(high, 100) * 1.08)
    axes.axhspan(2 * low, -100, color="0.955", linewidth=0, zorder=0)
    steps = (1, 2, 5) if low > -5000 else (1,)
    ticks = [-step * 10**power for power in range(2, 12) for step in steps if step * 10**power <= -1.3 * low]
    style.fixed_ticks(axes.yaxis, ticks[::-1] + [-50, 0, 50, 100])
