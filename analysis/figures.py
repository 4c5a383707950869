"""The figures by name, and the files they are written to."""

import functools
import pathlib

from . import cut, cuts, energy, heat, latency, metric, pareto, results, saving, stacked, style

# Of a study along one axis.
FIGURES = {"latency": latency.draw, "saving": saving.draw, "energy": energy.draw, "cut": cut.draw,
           "cuts": cuts.draw,
           "time": stacked.draw_time, "energy_parts": stacked.draw_energy, "pareto": pareto.draw,
           **{name: functools.partial(metric.draw, metric=one) for name, one in metric.METRICS.items()}}
# Of the whole folder, over two axes.
MAPS = {"best": heat.draw_best, "regret": heat.draw_regret, "saving_map": heat.draw_saving}
# What is planned anew, by the program, when it is asked for.
ON_REQUEST = ("cuts",)
# Columns without whose figures one is left out unless it is asked for.
NEEDED = {"time": ["head_mean_s", "upload_mean_s"], "energy_parts": [column for column, *_ in stacked.ENERGY],
          "pareto": [pareto.ENERGY, pareto.LATENCY]}


def _can_be_drawn(name, study):
    """Whether a figure that was not asked for by name has anything to show."""
    if name in ON_REQUEST:
        return False
    if name == "saving":
        return bool(study.baselines)
    if name in NEEDED:
        return all(column in study.rows and study.rows[column].notna().any() for column in NEEDED[name])
    if name in metric.METRICS:
        return metric.METRICS[name].column(study) is not None
    return True


def drawable(study):
    """The names of FIGURES that have something to show."""
    return [name for name in FIGURES if _can_be_drawn(name, study)]


def draw_all(folder, out, names=None, x=None, formats=style.FORMATS):
    """Draws the named figures (if none are named, of each study all that have something to show); returns the paths.

    names: of FIGURES or MAPS, or a numeric column of rows.csv. x: the axis, as in results.load(). All are drawn before the
    first is written: an error of one leaves no file behind.
    """
    drawn = [_draw(study, name) for study in results.load(folder, x)
             for name in (drawable(study) if names is None else names) if name not in MAPS]
    maps = [name for name in names or [] if name in MAPS]
    whole = results.load_whole(folder, x) if maps else None
    drawn += [_draw(whole, name) for name in maps]
    out = pathlib.Path(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        return [path for one in drawn for path in _write(out, formats, *one)]
    except OSError as error:
        raise results.UserError(f"{error.filename or out}: {error.strerror or error}") from None


def _draw(study, name):
    """(stem, figure, tables) of a figure."""
    with style.context():
        if name in FIGURES or name in MAPS:
            drawn = {**FIGURES, **MAPS}[name](study)
        else:
            drawn = metric.draw(study, metric.of_column(study, name))
    return f"{name}{study.suffix}", *drawn


def _write(out, formats, stem, figure, tables):
    with style.context():
        written = style.write(figure, out / stem, formats)
    for suffix, table in tables.items():
        table.to_csv(out / f"{stem}{suffix}.csv", index=False, lineterminator="\n")
    return written + [out / f"{stem}{suffix}.csv" for suffix in tables]


def draw_one(study, name, out, formats=style.FORMATS):
    """Writes NAME.png, NAME.svg, NAME.pdf and the drawn numbers NAME*.csv, and returns their paths."""
    return _write(out, formats, *_draw(study, name))
