"""Device energy against the swept setting: what one inference adds above idle, and all the device draws per request."""

import pandas as pd

from . import metric, stats, style

# Column, column to divide it by, label.
PANELS = (
    ("energy_inference_J", None, "Energy above idle\nper inference (J)"),
    ("energy_device_J", "requests", "Device energy with idle,\nper request (J)"),
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
    panels = [(table[table["metric"] == _metric(column, per)], label) for column, per, label in PANELS]
    figure, axes, marks = metric.draw_panels(study, panels, 1.7)
    metric.finish(figure, study, table, marks, _draw_budget(axes[0], study))
    return figure, {"": table}


def _draw_budget(axes, study):
    """The line on which an inference costs just its budget, where the budget is what is swept."""
    if study.axis.path != "constraints.energy" or study.axis.unit != "J":
        return []
    low, high = axes.get_ylim()
    line, = axes.plot(study.x, study.x, color=style.GREY, linewidth=0.8, zorder=9, label="the budget itself")
    axes.set_ylim(low, high)
    return [line]
