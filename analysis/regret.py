"""Regret against the oracle as a heat map over two swept settings.

    python3 -m analysis.regret results/stale_profile            # regret.png, regret.svg and regret.csv in that folder

Regret is latency / the oracle's latency - 1 in the same replication (other metrics: --metric), averaged over
replications in which both found a plan. The first two axes of the study span a map; every setting of further axes is a
panel. With several methods beside the oracle, name one: --method. Where the scenario says under which conditions that
one was benchmarked (`benchmarked_at`), titles are relative to these, and their place in the map is framed.
"""

import argparse
import itertools
import json
import pathlib
import re
import sys

import numpy as np
import pandas as pd
import yaml
from matplotlib.colors import LogNorm
from matplotlib.patches import Rectangle

from . import naming, results, style

REFERENCE = "oracle"
LEAST = 0.01  # what is drawn as no regret


def read(folder, metric):
    """The axes as (path, column, values), and the rows with the regret of every method."""
    folder = pathlib.Path(folder)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise results.UserError(f"{folder}: cannot be read: {' '.join(str(error).split())}") from None
    rows = results.read_table(folder / "rows.csv")
    naming.note_fixed_budgets(manifest)
    axes = [(axis["path"], axis["column"], list(dict.fromkeys(rows[axis["column"]]))) for axis in manifest["axes"]]
    if len(axes) < 2:
        raise results.UserError(f"{folder}: a map needs two swept settings, the study sweeps {len(axes)}")
    if metric not in rows:
        raise results.UserError(f"{folder / 'rows.csv'}: the column '{metric}' is missing")
    if REFERENCE not in set(rows["partitioner"]):
        raise results.UserError(f"{folder}: regret is against '{REFERENCE}', which the study does not play")
    return axes, with_regret(rows, metric), manifest


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


def benchmarked(manifest, method, axes):
    """Axis' path -> the value of it under which the method was benchmarked, where the scenario says so."""
    try:
        entries = yaml.safe_load(manifest["scenario"])["partitioners"]
        settings = next(entry["benchmarked_at"] for entry in entries
                        if isinstance(entry, dict) and entry.get("name", entry.get("kind")) == method)
        written = {axis["path"]: [str(value) for value in axis["values"]] for axis in manifest["axes"]}
        return {path: values[written[path].index(str(settings[path]))] for path, _, values in axes
                if path in settings and str(settings[path]) in written[path]}
    except (KeyError, TypeError, StopIteration, IndexError, yaml.YAMLError):
        return {}  # a study from elsewhere, or a method that was benchmarked today


def draw(table, axes, title="", then=None):
    """A panel for every setting of the axes after the second. `then`: the conditions of the benchmark, by path."""
    then = then or {}
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
        panel.set_title(panel_title([path for path, _, _ in others], setting, then) or title)
        if across[0] in then:
            is_same = all(then.get(path) in (None, value) for (path, _, _), value in zip(others, setting))
            frame(panel, across[2].index(then[across[0]]), len(up[2]), is_same)
        panel.grid(visible=False)
        panel.set_xticks(range(len(across[2])), [shown(value) for value in across[2]])
        panel.set_yticks(range(len(up[2])), [shown(value) for value in up[2]])
    for panel in panels[len(settings):]:
        panel.set_visible(False)
    for panel in panels[-columns:]:
        panel.set_xlabel(label(across) + ("; framed: at the benchmark" if across[0] in then else ""))
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


def frame(panel, column, lines, is_same):
    """Around the column of the benchmark; solid where everything else is as it was then, too."""
    panel.add_patch(Rectangle((column - 0.5, -0.5), 1, lines, fill=False, edgecolor="#D55E00", linewidth=1.6, clip_on=False,
                              linestyle="-" if is_same else "--", zorder=3))


SLOWED = re.compile(r"(device|cloud|edge)(\.server)?\.processors\.\w+\.slowdown")


def panel_title(paths, setting, then):
    """What is otherwise than at the benchmark: "Device 3 times slower, cloud as benchmarked"."""
    if paths and all(then.get(path) == value for path, value in zip(paths, setting)):
        return "Everything else as benchmarked"
    text = ", ".join(setting_text(path, value, then.get(path)) for path, value in zip(paths, setting))
    return text[:1].upper() + text[1:]


def setting_text(path, value, before):
    host = SLOWED.fullmatch(path)
    name = host.group(1) if host else naming.axis_name(path)
    if before is not None and value == before:
        return f"{name} as benchmarked"
    if not host:
        return f"{name} {shown(value)}"
    factor = float(value) / float(before if before is not None else 1)
    return f"{name} {naming.plain_number(factor)} times slower" if factor > 1 else f"{name} at {naming.plain_number(1 / factor)} times its speed"


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
        axes, rows, manifest = read(options.folder, options.metric)
        methods = list(dict.fromkeys(rows["partitioner"]))
        method = options.method or (methods[0] if len(methods) == 1 else None)
        if method not in methods:
            raise results.UserError(f"name a method with --method: {', '.join(methods)}")
        table = mean_regret(rows[rows["partitioner"] == method], axes)
        out.mkdir(parents=True, exist_ok=True)
        with style.context():
            style.write(draw(table, axes, naming.partitioner(method), benchmarked(manifest, method, axes)), out / "regret")
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
