"""The figures by name, and the files they are written to."""

import pathlib

from . import cut, energy, latency, results, saving, style

FIGURES = {"latency": latency.draw, "saving": saving.draw, "energy": energy.draw, "cut": cut.draw}


def draw_all(folder, out, names=None):
    """Draws the named figures (all that can be drawn, if none are named) and returns the paths of the files."""
    studies = results.load(folder)
    if names is None:
        names = [name for name in FIGURES if name != "saving" or studies[0].baselines]
    out = pathlib.Path(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        return [path for study in studies for name in names for path in draw_one(study, name, out)]
    except OSError as error:
        raise results.UserError(f"{error.filename or out}: {error.strerror or error}") from None


def draw_one(study, name, out):
    """Writes NAME.png, NAME.svg and the drawn numbers NAME*.csv, and returns their paths."""
    stem = f"{name}{study.suffix}"
    with style.context():
        figure, tables = FIGURES[name](study)
        style.write(figure, out / stem)
    for suffix, table in tables.items():
        table.to_csv(out / f"{stem}{suffix}.csv", index=False, lineterminator="\n")
    return [out / f"{stem}.png", out / f"{stem}.svg"] + [out / f"{stem}{suffix}.csv" for suffix in tables]
