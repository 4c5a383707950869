"""One result column of each partitioner against the swept setting, with its 95 % band, at column width."""

import dataclasses

from . import curves, naming, results, stats, style


@dataclasses.dataclass(frozen=True)
class Metric:
    """`columns`: the first of them that the rows have is drawn, times `scale`."""

    columns: tuple
    label: str
    scale: float = 1.0
    per: str = None
    from_zero: bool = False
    bounds: tuple = None  # what the figure can be: bands end there
    why_not: str = "it has no such figure"

    def column(self, study):
        """The column that is drawn, None where none has a figure."""
        for name in self.columns:
            if name in study.rows and study.numbers(name)[name].notna().any():
                return name
        return None


METRICS = {
    "bytes": Metric(("up_mean_B",), "Sent per inference (kB)", 1e-3, from_zero=True),
    "misses": Metric(("deadline_miss_rate",), "Requests without\na result in time (%)", 100.0, from_zero=True,
                     bounds=(0.0, 100.0), why_not="its scenario has no deadline"),
    "lifetime": Metric(("lifetime_s",), "Lifetime (h)", 1 / 3600.0, why_not="its device has no battery"),
}


def of_column(study, column):
    """Any other numeric column of the rows, labelled by its own name."""
    study.need(column)
    words, unit = naming.split_unit(column)
    words = words.replace("_", " ")
    return Metric((column,), words[:1].upper() + words[1:] + (f" ({unit})" if unit else ""))


def table_of(study, metric):
    """stats.summarise of the metric in the unit of its label, with the column's name in `column`."""
    column = metric.column(study)
    if column is None:
        raise results.UserError(f"{study.folder}: no {'/'.join(metric.columns)} to draw: {metric.why_not}")
    table = stats.summarise(study, column, metric.per)
    table = table.assign(mean=table["mean"] * metric.scale, half_width=table["half_width"] * metric.scale,
                         column=column)
    if metric.bounds:
        low, high = curves.edges_of(table)
        table = table.assign(low=low.clip(*metric.bounds), high=high.clip(*metric.bounds))
    return table


def draw(study, metric):
    """(figure, {suffix of the file: table})."""
    table = table_of(study, metric)
    figure, axes, marks = draw_panels(study, [(table, metric.label)])
    if metric.from_zero:
        _from_zero(axes[0], table)
    finish(figure, study, table, marks)
    return figure, {"": table}


def _from_zero(axes, table):
    values = curves.drawn_values(table)
    top = max(values) if len(values) else 0.0
    axes.set_yscale("linear")
    axes.set_ylim(0, 1.08 * top or 1.0)
    style.linear_ticks(axes.yaxis, 6)


def draw_panel(axes, study, table, chosen):
    """Curves, or points where the axis is of words, which have no order."""
    (curves.draw_points if study.axis.scale == "category" else curves.draw_curves)(axes, table, chosen)


def draw_panels(study, tables, height_in=1.9):
    """Panels below one another at column width: (table of stats.summarise, label of its ordinate) each.

    Returns (figure, axes, what the strip below shows).
    """
    chosen = style.looks(study.partitioners)
    marks = curves.strip_table(tables[0][0])
    rows = curves.strip_names(marks, chosen)
    figure = style.new_figure(style.COLUMN_IN, height_in * len(tables) + 0.3 + curves.ROW_IN * len(rows))
    drawn, strips = curves.panels(figure, 1, len(tables), len(rows), height_in)
    for axes, (table, label) in zip(drawn[:, 0], tables):
        draw_panel(axes, study, table, chosen)
        style.set_y_axis(axes, curves.drawn_values(table))
        axes.set_ylabel(label)
        if table["mean"].isna().all():
            curves.say_nothing_is_there(axes, table)
    curves.finish_x(drawn[:, 0], strips[0], study, marks, rows, chosen)
    return figure, list(drawn[:, 0]), marks


def finish(figure, study, table, marks, extra=()):
    """The legend below and what is held above."""
    chosen = style.looks(study.partitioners)
    points = study.axis.scale == "category"
    handles = style.legend_handles(study.partitioners, chosen, not points) + list(extra)
    handles += curves.state_handles(table, marks, points)
    style.legend_below(figure, handles, 2)
    if study.note:
        figure.suptitle(study.note, fontsize=8)
