"""Regret against the oracle as a heat map over two swept settings.

    python3 -m analysis.regret results/stale_profile            # regret.png, regret.svg and regret.csv in that folder

Regret is latency / the oracle's latency - 1 in the same replication (other metrics: --metric), averaged over
replications in which both found a plan. The first two axes of the study span a map; every setting of further axes is a
panel. With several methods beside the oracle, name one: --method.
"""

import argparse
import itertools
import json
import pathlib
import sys

import numpy as np
import pandas as pd
from matplotlib.colors import LogNorm

from . import naming, results, style

REFERENCE = "oracle"
LEAST = 0.01  # what is drawn as no regret


def read(folder, metric):
    """The axes as (path, column, values), and the rows with the regret of every method."""
    folder = pathlib.Path(folder)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        rows = pd.read_csv(folder / "rows.csv", keep_default_na=False, na_values=[""])
    except (OSError, ValueError) as error:
        raise results.UserError(f"{folder}: cannot be read: {' '.join(str(error).split())}") from None
    axes = [(axis["path"], axis["column"], list(dict.fromkeys(rows[axis["column"]]))) for axis in manifest["axes"]]
    if len(axes) < 2:
        raise results.UserError(f"{folder}: a map needs two swept settings, the study sweeps {len(axes)}")
    if metric not in rows:
        raise results.UserError(f"{folder / 'rows.csv'}: the column '{metric}' is missing")
    if REFERENCE not in set(rows["partitioner"]):
        raise results.UserError(f"{folder}: regret is against '{REFERENCE}', which the study does not play")
    return axes, with_regret(rows, metric)


def with_regret(rows, metric):
    """The rows of every method but the oracle, with `regret`; NaN where either found no plan."""
    rows = rows.assign(value=pd.to_numeric(rows[metric]).where(rows["feasible"] == 1))
    key = ["point", "replication"]
    best = rows[rows["partitioner"] == REFERENCE].set_index(key)["value"].rename("best")
    rest = rows[rows["partitioner"] != REFERENCE].join(best, on=key)
    return rest.assign(regret=rest["value"] / rest["best"] - 1.0)


def mean_regret(rows, axes):
    """Mean regret by the values of all axes."""
    columns = [column for _, column, _ in axes]
    table = rows.groupby(columns, sort=False)["regret"].agg(["mean", "count"]).reset_index()
    return table.rename(columns={"mean": "regret", "count": "replications"})


def draw(table, axes, title=""):
    """A panel for every setting of the axes after the second."""
    across, up, others = axes[0], axes[1], axes[2:]
    settings = list(itertools.product(*(values for _, _, values in others)))
    columns = min(len(settings), 2)
    lines = -(-len(settings) // columns)
    figure = style.new_figure(style.DOUBLE_COLUMN_IN, 0.5 + 1.75 * lines)
    panels = np.atleast_1d(figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)).ravel()
    norm = LogNorm(LEAST, max(10.0, table["regret"].max()))
    image = None
    for panel, setting in zip(panels, settings):
        part = table
        for (_, column, _), value in zip(others, setting):
            part = part[part[column] == value]
        grid = part.pivot(index=up[1], columns=across[1], values="regret").reindex(index=up[2], columns=across[2])
        image = panel.imshow(grid.clip(lower=LEAST).to_numpy(), origin="lower", aspect="auto", cmap="cividis", norm=norm)
        write_numbers(panel, grid.to_numpy(), norm)
        panel.set_title(", ".join(f"{setting_name(path)} {naming.plain_number(value)}"
                                  for (path, _, _), value in zip(others, setting)) or title)
        panel.grid(visible=False)
        panel.set_xticks(range(len(across[2])), [shown(value) for value in across[2]])
        panel.set_yticks(range(len(up[2])), [shown(value) for value in up[2]])
    for panel in panels[len(settings):]:
        panel.set_visible(False)
    for panel in panels[-columns:]:
        panel.set_xlabel(label(across))
    for panel in panels[::columns]:
        panel.set_ylabel(label(up))
    bar = figure.colorbar(image, ax=list(panels), label="Regret against the oracle (%)", pad=0.01)
    ticks = [tick for tick in (0.01, 0.1, 1, 10, 100) if tick <= norm.vmax]
    bar.set_ticks(ticks, labels=[f"{naming.plain_number(100 * tick)}" for tick in ticks])
    bar.minorticks_off()
    return figure


def write_numbers(panel, grid, norm):
    for (line, column), value in np.ndenumerate(grid):
        if np.isnan(value):
            continue
        dark = norm(max(value, LEAST)) < 0.5
        panel.text(column, line, f"{100 * value:.0f}", ha="center", va="center", fontsize=5.5,
                   color="white" if dark else "black")


def shown(value):
    return naming.plain_number(value) if isinstance(value, (int, float, np.number)) else str(value)


def setting_name(path):
    words = {"device.processors.cpu.slowdown": "device slower by", "cloud.processors.cpu.slowdown": "cloud slower by"}
    return words.get(path, naming.axis_name(path))


def label(axis):
    path, column, _ = axis
    name = "Error of the profile" if path.endswith("profile_error") else naming.axis_name(path)
    unit = naming.axis_unit(path, column)
    return f"{name} ({unit})" if unit else name


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python3 -m analysis.regret", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, metavar="RESULTS_FOLDER")
    parser.add_argument("-o", "--output", type=pathlib.Path, help="where the figure goes (default: the results folder)")
    parser.add_argument("--method", help="whose regret (default: the only one beside the oracle)")
    parser.add_argument("--metric", default="latency_mean_s", help="column that should be small (default: %(default)s)")
    options = parser.parse_args(arguments)
    out = options.output or options.folder
    try:
        axes, rows = read(options.folder, options.metric)
        methods = list(dict.fromkeys(rows["partitioner"]))
        method = options.method or (methods[0] if len(methods) == 1 else None)
        if method not in methods:
            raise results.UserError(f"name a method with --method: {', '.join(methods)}")
        table = mean_regret(rows[rows["partitioner"] == method], axes)
        out.mkdir(parents=True, exist_ok=True)
        with style.context():
            style.write(draw(table, axes, naming.partitioner(method)), out / "regret")
        table.to_csv(out / "regret.csv", index=False, lineterminator="\n")
    except results.UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: {error.filename or out}: {error.strerror or error}", file=sys.stderr)
        return 2
    for suffix in (".png", ".svg", ".csv"):
        print(out / f"regret{suffix}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
