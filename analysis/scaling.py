"""What a simulated request costs against the number of requests and of devices.

    cmake --build --preset release --target bench_scale
    python3 -m analysis.scaling build/release/scale.csv -o docs/figures
"""

import argparse
import pathlib
import sys

import numpy as np
import pandas as pd
from matplotlib.ticker import LogFormatterMathtext, LogLocator, NullFormatter

from . import errors, style, table_file

COLUMNS = ("requests", "devices", "us_per_request", "instructions_per_request")
FLEET = 1000  # devices of the points along the number of requests
REQUESTS = 10**6  # of those along the number of devices


def read(path):
    """The table of bench_scale."""
    table = table_file.read(path)
    for name in COLUMNS:
        table.find(name, " (made by bench_scale?)")
    columns = {name: table.numbers(name) for name in COLUMNS}
    table.check()
    return pd.DataFrame(columns)


def draw(table):
    """Microseconds per request along requests and devices, and instructions along devices, beside the logarithm; the figure."""
    for column in COLUMNS:
        if column not in table:
            raise errors.UserError(f"the column '{column}' is missing (made by bench_scale?)")
    figure = style.new_figure(style.DOUBLE_COLUMN_IN, 2.2)
    left, middle, right = figure.subplots(1, 3)
    middle.sharey(left)
    fleets = table[table.requests == REQUESTS]
    panels = ((left, "requests", "us_per_request", table[table.devices == FLEET], f"{FLEET:,} devices"),
              (middle, "devices", "us_per_request", fleets, f"{REQUESTS:,} requests"),
              (right, "devices", "instructions_per_request", fleets, f"{REQUESTS:,} requests"))
    for axes, name, figure_of, points, title in panels:
        points = points.sort_values(name)
        axes.plot(points[name], points[figure_of], marker="o", markersize=style.MARKER_PT, color="#0072B2", label="measured")
        if name == "devices":
            grown = points[figure_of].iloc[0] * np.log(points[name]) / np.log(points[name].iloc[0])
            axes.plot(points[name], grown, linestyle="--", color="#555555", label="as the logarithm")
        axes.set(xscale="log", xlabel=name.capitalize(), title=title)
        axes.xaxis.set_major_locator(LogLocator(10))
        axes.xaxis.set_major_formatter(LogFormatterMathtext(10))
        axes.xaxis.set_minor_formatter(NullFormatter())
    left.set(ylabel="Processor time per request (µs)", ylim=(0, None))
    right.set(ylabel="Instructions per request", ylim=(0, None))
    middle.legend()
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", type=pathlib.Path, help="CSV of bench_scale")
    parser.add_argument("-o", "--out", type=pathlib.Path, default=pathlib.Path("."))
    arguments = parser.parse_args()
    try:
        table = read(arguments.table)
        arguments.out.mkdir(parents=True, exist_ok=True)
        with style.context():
            style.write(draw(table), arguments.out / "scaling")
    except (errors.UserError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
