"""The layers of a network in one picture: work, parameters, and what a cut after each of them would send.

    edgecut describe network resnet18 --format csv > resnet18.csv
    python3 -m analysis.profile resnet18.csv -o results
"""

import argparse
import pathlib
import sys

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from . import results, style, table_file

WORDS = ("layer", "kind")
COLUMNS = ["index", "layer", "kind", "macs", "parameters", "output_B", "crossing_B", "cut_vertex"]
# Kinds that carry work, in grey steps and hatches that print; all others share one look.
KINDS = {
    "conv": ("convolution", "#0072B2", ""),
    "depthwise_conv": ("depthwise convolution", "#56B4E9", "//////"),
    "linear": ("fully connected", "#D55E00", ""),
    "matmul": ("matrix product", "#CC79A7", "......"),
}
OTHER = ("other", "0.6", "")


def read(path):
    """The table of `edgecut describe network NAME --format csv`: one row a layer, in layer order."""
    table = table_file.read(path)
    for name in COLUMNS:
        table.find(name, " (made by `edgecut describe network --format csv`?)")
    read = {name: table.texts(name) if name in WORDS else table.numbers(name) for name in COLUMNS}
    table.check()
    return pd.DataFrame(read)


def drawn(layers):
    """What is drawn: index, layer, kind, work in MMAC, parameters in thousands, sizes in kB, cut vertices."""
    return pd.DataFrame({
        "index": layers["index"],
        "layer": layers["layer"],
        "kind": layers["kind"],
        "work_MMAC": layers["macs"] / 1e6,
        "parameters_k": layers["parameters"] / 1e3,
        "output_kB": layers["output_B"] / 1e3,
        "crossing_kB": layers["crossing_B"] / 1e3,
        "cut_vertex": layers["cut_vertex"].astype(bool),
    })


def draw(layers, title):
    """Three panels over the layer order. Returns the figure and the table that it draws."""
    table = drawn(layers)
    figure = style.new_figure(style.DOUBLE_COLUMN_IN, 4.6)
    work, parameters, sizes = figure.subplots(3, 1, sharex=True, height_ratios=[1, 1, 1.5])
    _bars(work, table, "work_MMAC", "Work\n(MMAC)")
    _bars(parameters, table, "parameters_k", "Parameters\n(thousands)")
    _sizes(sizes, table)
    sizes.set_xlabel("Layer, in order of execution")
    sizes.set_xlim(-0.8, len(table) - 0.2)
    sizes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    work.set_title(title)
    _legends(figure, table)
    return figure, table


def _bars(axes, table, column, label):
    for kind in table["kind"].unique():
        _, color, hatch = KINDS.get(kind, OTHER)
        of_kind = table[table["kind"] == kind]
        axes.bar(of_kind["index"], of_kind[column], width=0.85, color=color, hatch=hatch, edgecolor="white",
                 linewidth=0)
    axes.set_ylabel(label)
    style.linear_ticks(axes.yaxis, 4)
    axes.grid(axis="x", visible=False)


def _sizes(axes, table):
    crossing = table["crossing_kB"].where(table["crossing_kB"] > 0)
    axes.axhline(table["output_kB"].iloc[0], color="0.6", linestyle=(0, (5, 3)), linewidth=0.8)
    axes.step(table["index"], table["output_kB"], where="mid", color="0.45", linewidth=0.8)
    axes.step(table["index"], crossing, where="mid", color="#0072B2", linewidth=1.6)
    vertices = table[table["cut_vertex"] & (table["crossing_kB"] > 0)]
    size = 3.2 if len(table) < 120 else 1.8
    axes.plot(vertices["index"], vertices["crossing_kB"], "o", color="#0072B2", markerfacecolor="white",
              markersize=size, markeredgewidth=0.9)
    axes.set_yscale("log")
    values = pd.concat([table["output_kB"], crossing]).dropna()
    room = (values.max() / values.min()) ** 0.06
    axes.set_ylim(values.min() / room, values.max() * room)
    style.plain_log_ticks(axes.yaxis, values.min() / room, values.max() * room)
    axes.set_ylabel("Size (kB)")
    axes.grid(axis="x", visible=False)


def _legends(figure, table):
    present = [KINDS[kind] for kind in KINDS if kind in set(table["kind"])]
    others = table[~table["kind"].isin(KINDS)]
    if others["work_MMAC"].any() or others["parameters_k"].any():
        present.append(OTHER)
    kinds = [Patch(facecolor=color, hatch=hatch, edgecolor="white", label=name) for name, color, hatch in present]
    lines = [
        Line2D([], [], color="#0072B2", linewidth=1.6, label="sent by a cut after the layer"),
        Line2D([], [], color="#0072B2", marker="o", markerfacecolor="white", markersize=3.2, linestyle="",
               label="cut vertex: every path runs through it"),
        Line2D([], [], color="0.45", linewidth=0.8, label="output of the layer"),
        Line2D([], [], color="0.6", linestyle=(0, (5, 3)), linewidth=0.8, label="raw input"),
    ]
    style.legend_below(figure, kinds + lines, 4)


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python3 -m analysis.profile", description="Draws a network's layers.")
    parser.add_argument("table", type=pathlib.Path, metavar="CSV",
                        help="of `edgecut describe network NAME --format csv`")
    parser.add_argument("-o", "--output", type=pathlib.Path, default=pathlib.Path("."), help="folder for the figure")
    parser.add_argument("--title", help="default: the name of the file")
    options = parser.parse_args(arguments)
    try:
        written = draw_file(options.table, options.output, options.title)
    except results.UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: {error.filename or options.output}: {error.strerror or error}", file=sys.stderr)
        return 2
    for path in written:
        print(path)
    return 0


def draw_file(path, out, title=None, formats=style.FORMATS):
    """Writes profile_NAME for NAME.csv in each format, and its numbers; returns the paths."""
    path, out = pathlib.Path(path), pathlib.Path(out)
    stem = out / f"profile_{path.stem}"
    layers = read(path)
    out.mkdir(parents=True, exist_ok=True)
    with style.context():
        figure, table = draw(layers, title or path.stem)
        written = style.write(figure, stem, formats)
    table.to_csv(f"{stem}.csv", index=False, lineterminator="\n")
    return written + [pathlib.Path(f"{stem}.csv")]


if __name__ == "__main__":
    sys.exit(main())
