"""Device energy against the swept setting: what one inference adds above idle, and all the device draws per request."""

import pandas as pd

from . import curves, stats, style

# Column, column to divide it by, label.
PANELS = (
    ("energy_inference_J", None, "Energy above idle\nper inference (J)"),
    ("energy_device_J", "requests", "Device energy, idle included,\nper request (J)"),
)


def table_of(study):
    """The rows of stats.summarise for both panels in joules, told apart by the column `metric`."""
    parts = [stats.summarise(study, column, per).assign(metric=_metric(column, per)) for column, per, _ in PANELS]
    return pd.concat(parts, ignore_index=True)


def _metric(column, per):
    return f"{column}/{per}" if per else column


def draw(study):
    """(figure, {suffix of the file: table})."""
    table = table_of(study)
    chosen = style.looks(study.partitioners)
    marks = curves.strip_table(table[table["metric"] == PANELS[0][0]])
    rows = curves.strip_names(marks, chosen)
    figure = style.new_figure(style.DOUBLE_COLUMN_IN, 2.4 + curves.ROW_IN * len(rows))
    drawn, strips = curves.panels(figure, 2, 1, len(rows), 2.2)
    for i, (column, per, label) in enumerate(PANELS):
        axes, part = drawn[0, i], table[table["metric"] == _metric(column, per)]
        curves.draw_curves(axes, part, chosen)
        style.set_y_axis(axes, curves.drawn_values(part))
        axes.set_ylabel(label)
        curves.finish_x([axes], strips[i], study, marks, rows, chosen, labels=i == 0)
    handles = style.legend_handles(study.partitioners, chosen)
    handles += _draw_budget(drawn[0, 0], study)
    style.legend_below(figure, handles + curves.state_handles(table, marks))
    if study.note:
        figure.suptitle(study.note, fontsize=8)
    return figure, {"": table}


def _draw_budget(axes, study):
    """The line on which an inference costs just its budget, where the budget is what is swept."""
    if study.axis.path != "constraints.energy" or study.axis.unit != "J":
        return []
    low, high = axes.get_ylim()
    line, = axes.plot(study.x, study.x, color=style.GREY, linewidth=0.8, zorder=9, label="the budget itself")
    axes.set_ylim(low, high)
    return [line]
