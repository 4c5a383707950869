"""How every figure looks: sizes, colours, lines, axes, legends.

Colours are Okabe and Ito's. Two families carry the 2x2 of the study: offline benchmarks in orange with triangles,
resource-aware methods in blue with circles; a broad light dashed line is a decision at the benchmark's conditions, a
narrow dark one a decision at today's. Widths fall from the back to the front, so that curves that coincide are seen
as edges of one another.
"""

import dataclasses
import pathlib

import matplotlib.style
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import (FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator,
                               ScalarFormatter)

from . import naming

COLUMN_IN = 3.5
DOUBLE_COLUMN_IN = 7.0
GREY = "0.45"
MARKER_PT = 4.5

SETTINGS = {
    "font.family": "DejaVu Sans",
    "font.size": 7.5,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7.5,
    "legend.title_fontsize": 7.5,
    "legend.frameon": False,
    "legend.handlelength": 3.4,
    "legend.borderaxespad": 0.0,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.which": "major",
    "axes.axisbelow": True,
    "grid.color": "0.9",
    "grid.linewidth": 0.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "figure.dpi": 200,
    "savefig.dpi": 200,
    "svg.hashsalt": "edgecut",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "hatch.linewidth": 0.5,
}


@dataclasses.dataclass(frozen=True)
class Look:
    """How one partitioner is drawn. `dash` in units of the width; `depth` rises from the back to the front."""

    color: str
    dash: object
    width: float
    marker: str
    depth: int
    place: int  # in legends

    @property
    def ink(self):
        """The colour for small marks and thin lines on white."""
        return GREY if self.depth <= 0 else self.color

    @property
    def band(self):
        """The confidence band. That of a black line has an edge: a mere grey one would look like the oracle's line."""
        if self.color == "#000000":
            return {"facecolor": (0, 0, 0, 0.08), "edgecolor": "0.35", "linewidth": 0.4}
        return {"color": self.color, "alpha": 0.3, "linewidth": 0}

    def line(self):
        return {"color": self.color, "linestyle": self.dash, "linewidth": self.width,
                "dash_capstyle": "butt", "solid_capstyle": "butt"}


SOLID = "-"
NAMED = {
    "oracle": Look("0.83", SOLID, 6.0, "", 0, 90),
    "best_fixed": Look("0.65", SOLID, 8.5, "", -1, 91),
    "device_only": Look("#000000", (0, (1, 1.6)), 1.1, "s", 8, 80),
    "cloud_only": Look("#000000", (0, (6, 1.5, 1, 1.5)), 1.1, "P", 7, 81),
}
FAMILIES = {
    "offline": (Look("#E69F00", (0, (3, 1)), 3.2, "v", 1, 10), Look("#D55E00", SOLID, 2.4, "^", 3, 11)),
    "resource_aware": (Look("#56B4E9", (0, (1.2, 0.9)), 3.4, "o", 2, 20), Look("#0072B2", SOLID, 1.1, "o", 6, 21)),
}
OTHERS = (
    Look("#009E73", (0, (5, 1.2, 1.2, 1.2)), 1.5, "D", 5, 30),
    Look("#CC79A7", (0, (3, 1)), 1.8, "X", 4, 31),
    Look("#000000", (0, (8, 2)), 1.0, "*", 7, 32),
    Look("#009E73", SOLID, 2.0, "p", 4, 33),
    Look("#CC79A7", (0, (1, 1)), 1.6, "h", 5, 34),
    Look("#D55E00", (0, (8, 1.5, 1, 1.5)), 1.3, "<", 6, 35),
    Look("#0072B2", (0, (4, 1.5)), 1.4, ">", 7, 36),
    Look("#E69F00", SOLID, 1.6, "d", 5, 37),
    Look("#56B4E9", (0, (2, 0.8)), 2.2, "H", 4, 38),
)


def looks(names):
    """Partitioner name -> Look. The same names in the same order look the same in every figure.

    Names of no family take colours that nobody else has, as long as there are any.
    """
    chosen = {}
    for name in names:
        wish = NAMED.get(name) or _of_family(name)
        if wish is not None and wish not in chosen.values():
            chosen[name] = wish
    for name in names:
        if name not in chosen:
            chosen[name] = _spare({look.color for look in chosen.values()}, list(chosen.values()))
    return {name: chosen[name] for name in names}


def _spare(colours, taken):
    free = [look for look in OTHERS if look not in taken] or list(OTHERS)
    return next((look for look in free if look.color not in colours), free[0])


def _of_family(name):
    for prefix, (stale, now) in FAMILIES.items():
        if name.startswith(prefix):
            return stale if name.endswith("stale") else now
    return None


def context():
    """Within it matplotlib follows this style alone, whatever the user's own settings."""
    return matplotlib.style.context(["default", SETTINGS])


def new_figure(width_in, height_in):
    figure = Figure(figsize=(width_in, height_in), layout="constrained")
    FigureCanvasAgg(figure)  # measures texts
    figure.get_layout_engine().set(w_pad=0.06, h_pad=0.05)
    return figure


FORMATS = ("png", "svg", "pdf")
# What a file says of itself, without what differs from run to run.
METADATA = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None},
            "pdf": {"CreationDate": None, "Creator": None, "Producer": None}}


def write(figure, stem, formats=FORMATS, description=None):
    """STEM.png, STEM.svg and STEM.pdf, the same bytes for the same data. Returns their paths. `description` stands in the
    PNG's metadata."""
    _settle(figure)
    paths = [pathlib.Path(f"{stem}.{suffix}") for suffix in FORMATS if suffix in formats]
    for path in paths:
        metadata = METADATA[path.suffix[1:]]
        if description is not None and path.suffix == ".png":
            metadata = {**metadata, "Description": description}
        figure.savefig(path, metadata=metadata)
    return paths


def _settle(figure):
    """Ends the layout at rounded places: its solver differs in the last bits from run to run, which the SVG shows."""
    for _ in range(3):
        figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        axes.set_position(np.round(axes.get_position().bounds, 5))


def set_x_axis(axes, axis, x, label=True):
    """Scale, limits, ticks and label of the swept setting. x: its drawn positions."""
    low, high = min(x), max(x)
    if axis.scale == "log":
        axes.set_xscale("log")
        room = (high / low) ** 0.04 if high > low else 2
        axes.set_xlim(low / room, high * room)
        plain_log_ticks(axes.xaxis, low, high)
    else:
        room = 0.5 if axis.scale == "category" else 0.04 * (high - low) or 0.5
        axes.set_xlim(low - room, high + room)
        if axis.scale == "category":
            set_category_ticks(axes, axis.values)
        else:
            linear_ticks(axes.xaxis, 7)
    if label:
        axes.set_xlabel(axis.label)


def set_category_ticks(axes, names):
    """A tick for each name, at 0, 1, ...; slanted or upright where they would run into each other."""
    names = [naming.value(name) for name in names]
    axes.set_xticks(range(len(names)), names)
    inches = axes.get_position().width * axes.get_figure().get_figwidth()
    room = inches / len(names) / 0.065  # letters of a label of 8 pt
    if max(map(len, names)) > room:
        looks = {"rotation": 30} if room > 5 else {"rotation": 90, "fontsize": 6.5, "verticalalignment": "center"}
        for label in axes.get_xticklabels():
            label.set(horizontalalignment="right", rotation_mode="anchor", **looks)


LEAST_SPAN = 1e-6  # relative: what differs by less is rounding, and drawn as one


def spread(low, high):
    """high - low, 0 where that is rounding."""
    return high - low if high - low > LEAST_SPAN * max(abs(low), abs(high)) else 0.0


def wants_log(values):
    """Whether ordinates differ so much in magnitude that an axis of logarithms shows them better."""
    return len(values) > 0 and min(values) > 0 and max(values) / min(values) >= 4


def set_y_axis(axes, values):
    """Logarithmic for figures of different magnitude, else linear, from zero unless they differ little.

    values: all that is drawn, means and edges of bands, positive or NaN.
    """
    low, high = (min(values), max(values)) if len(values) else (0.0, 1.0)
    if wants_log(values):
        axes.set_yscale("log")
        room = (high / low) ** 0.05
        axes.set_ylim(low / room, high * room)
        plain_log_ticks(axes.yaxis, low / room, high * room)
        return
    room = 0.08 * spread(low, high) or 0.1 * abs(high) or 1.0
    axes.set_ylim(0 if 0 <= low < high / 2 else low - room, high + room)
    linear_ticks(axes.yaxis, 6)


def linear_ticks(which, most):
    """At most so many round ticks with equal decimals, without exponent or offset."""
    which.set_major_locator(MaxNLocator(most, steps=[1, 2, 5, 10]))
    formatter = ScalarFormatter(useOffset=False)
    formatter.set_scientific(False)
    which.set_major_formatter(formatter)


def few_ticks(which):
    """Two or three, for a very low panel: powers of ten on a logarithmic axis that holds two of them."""
    if which.get_scale() != "log":
        return linear_ticks(which, 2)
    low, high = which.get_view_interval()
    powers = [10.0**power for power in range(-12, 13) if low <= 10.0**power <= high]
    if len(powers) < 2:
        steps = [step * 10.0**power for power in range(-12, 13) for step in (1, 2, 5) if low <= step * 10.0**power <= high]
        powers = steps[::max(1, len(steps) - 1)]
    return fixed_ticks(which, powers)


def plain_log_ticks(which, low, high):
    """Plain numbers on a logarithmic axis: 1, 2, 5, 10 over decades, round steps within less."""
    span = high / low
    if span < 3:
        which.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    else:
        subs = (1, 1.5, 2, 3, 5, 7) if span < 10 else (1, 2, 5) if span < 3000 else (1,)
        which.set_major_locator(LogLocator(subs=subs))
    which.set_major_formatter(FuncFormatter(lambda value, _: naming.plain_number(value)))
    which.set_minor_locator(NullLocator())
    which.set_minor_formatter(NullFormatter())


def fixed_ticks(which, values):
    which.set_major_locator(FixedLocator(values))
    which.set_major_formatter(FuncFormatter(lambda value, _: naming.plain_number(value).replace("-", "\N{MINUS SIGN}")))
    which.set_minor_locator(NullLocator())


def legend_handles(names, chosen, lines=True):
    """A line (or none) with its marker for each partitioner, families side by side."""
    def line(look):
        return look.line() if lines or not look.marker else {"color": look.color, "linestyle": ""}

    return [Line2D([], [], **line(chosen[name]), marker=chosen[name].marker or None, markersize=MARKER_PT,
                   markeredgecolor="white", markeredgewidth=0.4, label=naming.partitioner(name))
            for name in sorted(names, key=lambda name: chosen[name].place)]


def band_handle(label):
    return Patch(facecolor="0.8", edgecolor="0.6", linewidth=0.5, label=label)


def mark_handle(marker, label, **kind):
    """A legend entry for a mark that stands for a state, in grey."""
    kind = {"markerfacecolor": GREY, "markeredgecolor": GREY, "markersize": MARKER_PT, **kind}
    return Line2D([], [], linestyle="", marker=marker, label=label, **kind)


def legend_below(figure, handles, columns=4):
    """A legend in rows of at most `columns`, at the foot of a figure that grows by what it takes."""
    _legend_beside(figure, handles, -(-len(handles) // columns) or 1, "lower center")


def legend_above(figure, handles):
    """A legend in one row at the head of a figure that grows by what it takes."""
    _legend_beside(figure, handles, 1, "upper center", handlelength=1.5)


def _is_large(handle):
    """Marks that would touch each other in lines of small letters."""
    return isinstance(handle, Line2D) and handle.get_markersize() > 8


TIGHT = {"fontsize": 6.5, "columnspacing": 0.8, "handlelength": 2.4}  # of a legend of two columns that is too wide


def _legend_beside(figure, handles, rows, where, **kind):
    below = where.startswith("lower")
    columns = -(-len(handles) // rows) or 1
    wanted = {"columnspacing": 1.2, "handlelength": 2.8, **kind}
    while True:
        legend = figure.legend(handles=handles, loc=where, bbox_to_anchor=(0.5, 0.0 if below else 1.0), ncol=columns, **wanted)
        legend.set_in_layout(False)
        extent = legend.get_window_extent(figure.canvas.get_renderer())
        if columns == 1 or extent.width < 0.97 * figure.get_figwidth() * figure.dpi:
            break
        legend.remove()
        if columns == 2 and "fontsize" not in wanted and not any(map(_is_large, handles)):
            wanted.update(TIGHT)  # rather than one long column
        else:
            columns -= 1
    taken = extent.height / figure.dpi if handles else 0.0
    width, height = figure.get_size_inches()
    extra = taken + 0.1
    figure.set_size_inches(width, height + extra)
    share, gap = extra / (height + extra), 0.05 / (height + extra)
    figure.get_layout_engine().set(rect=(0, share if below else 0, 1, 1 - share))
    legend.set_bbox_to_anchor((0.5, gap if below else 1 - gap), transform=figure.transFigure)


def thin_ticks(which, axis):
    """Fewer ticks, for small panels: 1 and 10 on logarithmic axes."""
    if axis.scale == "log":
        low, high = min(axis.values), max(axis.values)
        if high / low >= 30:
            which.set_major_locator(LogLocator(subs=(1,)))
        else:
            which.set_major_locator(LogLocator(subs=(1, 2, 5) if high / low >= 8 else (1, 2, 3, 5)))
    elif axis.scale == "linear":
        linear_ticks(which, 4)
