"""Every cut of a network: where the time and the energy of one inference go there, what it breaks, and who chooses it.

    edgecut plan SCENARIO --every-cut --format csv > alexnet.csv
    edgecut plot alexnet.csv                     # cuts_alexnet
    edgecut plot RESULTS_FOLDER --only cuts      # at the first, the middle and the last point of its scenario

The figure is that of Neurosurgeon [Kang et al., ASPLOS'17, Figures 4 and 5] for whatever network, tiers and limits.
"""

import io
import itertools
import json
import pathlib
import subprocess

import pandas as pd
from matplotlib.patches import Patch

from . import naming, results, stacked, store, style

VARIANT = ("part", "processor", "encoding", "exits")
NEEDED = (*VARIANT, "cut", "layers_on_device", "of_layer_order", "best_of_head", "valid", "limits", "chosen_by",
          "latency_s", "head_s", "energy_J")
LOOK = {column: (fill, hatch) for column, _, fill, hatch in stacked.TIME + stacked.RADIO + stacked.ENERGY}
# Column, label, fill and hatch, as in the figures `time` and `energy_parts`.
TIME = tuple((column, label, *LOOK[like]) for column, label, like in (
    ("head_s", "head on the device", "head_mean_s"), ("upload_s", "upload", "upload_mean_s"),
    ("edge_s", "edge server", "edge_mean_s"), ("relay_s", "relay to the cloud", "relay_mean_s"),
    ("tail_s", "tail in the cloud", "tail_mean_s"), ("download_s", "download", "download_mean_s"),
    ("wait_s", "wait for servers", "cloud_queue_mean_s")))
ENERGY = tuple((column, label, *LOOK[like]) for column, label, like in (
    ("compute_J", "computing", "energy_compute_J"), ("transmit_J", "transmitting", "energy_transmit_J"),
    ("receive_J", "receiving", "energy_receive_J"), ("promotion_J", "radio waking up", "energy_promotion_J"),
    ("radio_tail_J", "radio staying awake", "energy_tail_J"))) + (("server_J", "servers", "#009E73", "----"),)
MOST_PANELS = 6
LABEL_IN = 0.105  # between the middles of two names below bars
LABEL_LETTERS = 24
LETTER_IN = 0.055
PALE = 0.3  # of bars that break a limit
DENSE = 80  # cuts
FAR = 5  # times the median, from which a bar is cut off


def is_of_cuts(table):
    """Whether a table is of `edgecut plan --every-cut`."""
    return {"of_layer_order", "best_of_head", "chosen_by"} <= set(table.columns)


def read(path):
    """The table of `edgecut plan SCENARIO --every-cut --format csv`: a row a cut. Throws results.UserError where a
    column is missing or holds something else."""
    return checked(results.read_table(path, NEEDED[:6] + ("limits", "chosen_by")), path)


def checked(table, path):
    for column in NEEDED + tuple(column for column, *_ in TIME + ENERGY):
        if column not in table:
            raise results.UserError(f"{path}: no column '{column}' (made by `edgecut plan --every-cut --format csv`?)")
    numbers = [column for column in table if column.endswith(("_s", "_J"))]
    numbers += ["layers_on_device", "of_layer_order", "best_of_head", "valid"]
    for column in numbers:
        try:
            table[column] = pd.to_numeric(table[column]).astype(float)
        except (TypeError, ValueError):
            raise results.UserError(f"{path}: the column '{column}' holds something that is not a number") from None
    words = [*VARIANT, "cut", "limits", "chosen_by"]
    table[words] = table[words].fillna("").astype(str)
    return table


def of_study(study):
    """(title, table) at the points that have a panel: the program plans the scenario that the manifest holds again."""
    study.need("point")
    panels = []
    for x in stacked.points(study):
        row = study.rows[study.rows["x"] == x].iloc[0]
        title = f"{naming.axis_name(study.axis.path)} {study.axis.show(row[study.axis.column])}"
        panels.append((title, _plan(study.folder, int(row["point"]))))
    return panels


def _plan(folder, point):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    program = store.program()
    if not program:
        raise results.UserError("the figure `cuts` is planned by `edgecut plan`, and no edgecut was found; build it, "
                                "or put it on the path")
    settings = [word for setting in manifest.get("overrides", []) for word in ("--set", setting)]
    command = ["plan", "-", *settings, "--every-cut", "--point", str(point), "--format", "csv"]
    ended = subprocess.run([program, *command], input=manifest.get("scenario", ""), capture_output=True, text=True)
    if ended.returncode != 0:
        said = " ".join(ended.stderr.split())
        raise results.UserError(f"{folder}: its scenario cannot be planned again from here: {said} (files of the "
                                "scenario are looked for in the working folder)")
    return checked(pd.read_csv(io.StringIO(ended.stdout), keep_default_na=False, na_values=[""], dtype={"exits": str},
                               float_precision="round_trip"), folder)


def draw(study):
    """(figure, {suffix of the file: table}) of a results folder."""
    return draw_panels(of_study(study), study.note, study.partitioners)


def draw_panels(named, note="", methods=()):
    """(figure, {"": what is drawn}). named: (title, table) pairs, with a panel for each processor, encoding and set of
    exits. methods: in the order in which other figures give them their looks."""
    panels, left_out = panels_of(named)
    if not panels:
        raise results.UserError("no cut to draw: none can run")
    tables = [table for _, table, _ in panels]
    times, energies = (_shown(parts, tables) for parts in (TIME, ENERGY))
    bars = max(table["place"].max() + 1 for table in tables)
    width = style.COLUMN_IN if bars <= 12 else style.DOUBLE_COLUMN_IN
    names = list(dict.fromkeys(name for _, table in named for cell in table["chosen_by"] for name in _split(cell)))
    looks = style.looks(list(dict.fromkeys([*methods, *names])))
    heights = [_heights(table, lost) for _, table, lost in panels]
    beside = [LETTER_IN * max(len(label(cut)) for cut in table["cut"]) + 0.7 for _, table, _ in panels]
    figure = style.new_figure(width, sum(map(sum, heights)) + sum(beside))
    ratios = [height for some in heights for height in some]
    places = iter(figure.add_gridspec(len(ratios), 1, height_ratios=ratios))
    for (title, table, lost), some in zip(panels, heights):
        _draw_panel([figure.add_subplot(next(places)) for _ in some], title, table, lost, times, energies, looks)
    handles = [Patch(facecolor=fill, hatch=hatch, edgecolor="black", linewidth=0.4, label=label)
               for _, label, fill, hatch in times + [part for part in energies if part[1] not in {t[1] for t in times}]]
    if any((table["valid"] == 0).any() for table in tables):
        handles.append(Patch(facecolor="0.85", edgecolor="0.6", linewidth=0.4, label="pale: breaks a limit"))
    style.legend_below(figure, handles, 4 if width > style.COLUMN_IN else 2)
    said = [note] if note else []
    if left_out:
        said.append(f"{len(panels)} of {left_out + len(panels)} panels; `edgecut plan --every-cut` has all")
    if said:
        figure.suptitle("; ".join(said), fontsize=8)
    drawn = pd.concat([table.assign(panel=title) for title, table, _ in panels], ignore_index=True)
    return figure, {"": drawn.drop(columns=["place"])}


def panels_of(named):
    """((title, cuts that are drawn with their `place`, names without a plan) a panel, number of panels left out).

    With an edge server, one bar for each part on the device: its best cut, and those that are chosen. Of more than
    MOST_PANELS panels the first, those in which somebody cuts before the others.
    """
    panels = []
    for title, table in named:
        lost = table[table["cut"] == "infeasible"]
        kept = table[(table["cut"] != "infeasible") & ((table["best_of_head"] == 1) | (table["chosen_by"] != ""))]
        for i, (words, some) in enumerate(_variants(kept)):
            said = ", ".join(word for word in (title, *words) if word)
            without = [row.chosen_by for row in lost.itertuples() if row.part == some["part"].iloc[0]]
            panels.append((said, _placed(some), without if i == 0 or words[0] else []))
    panels = [panel for panel in panels if panel[1]["latency_s"].notna().any()]
    if len(panels) <= MOST_PANELS:
        return panels, 0
    kept = [panel for panel in panels if (panel[1]["chosen_by"] != "").any()] or panels
    return kept[:MOST_PANELS], len(panels) - len(kept[:MOST_PANELS])


def _variants(table):
    """(words, cuts) of each part, processor, encoding and set of exits. What has none of these, such as the cloud
    alone, is in the panels of all."""
    found = {}
    for part in dict.fromkeys(table["part"]):
        own = table[table["part"] == part]
        kinds = {column: [word for word in dict.fromkeys(own[column]) if word] or [""] for column in VARIANT[1:]}
        for choice in itertools.product(*kinds.values()):
            wanted = own
            for column, word in zip(kinds, choice):
                wanted = wanted[(wanted[column] == word) | (wanted[column] == "")]
            words = [f"{before} {naming.value(word)}" if len(some) > 1 else ""
                     for some, before, word in zip(kinds.values(), ("on", "as", "exits"), choice)]
            if len(wanted):
                found[(part, *words)] = wanted
    return found.items()


def _placed(table):
    """In the order of the axis, with the places of the bars: a gap before plans that are no cut of the layer order."""
    table = table.sort_values(["of_layer_order", "layers_on_device"], ascending=[False, True], kind="stable",
                              ignore_index=True)
    return table.assign(place=[i + (0.7 if not row else 0.0) for i, row in enumerate(table["of_layer_order"])])


def _split(cell):
    return [name for name in cell.split("; ") if name]


def _shown(parts, tables):
    return [part for part in parts if any((table[part[0]].fillna(0) > 0).any() for table in tables)]


def _strip_rows(table, lost):
    """(limits that are broken, names that choose a cut here): the rows below the bars."""
    limits = list(dict.fromkeys(limit for cell in table["limits"] for limit in _split(cell)))
    names = list(dict.fromkeys(name for cell in table["chosen_by"] for name in _split(cell)))
    return limits, names + [name for name in lost if name not in names]


def _heights(table, lost):
    limits, names = _strip_rows(table, lost)
    rows = len(limits) + len(names)
    return [1.5, 1.0] + ([0.125 * rows + 0.1] if rows else [])


def _draw_panel(stack, title, table, lost, times, energies, looks):
    """stack: the axes of latency, energy and, where there is something to mark, of the strip."""
    latency, energy, *strip = stack
    scale, unit = (1.0, "s") if table["latency_s"].max() >= 10 else (1e3, "ms")
    _draw_bars(latency, table, times, "latency_s", scale)
    latency.set_ylabel(f"Latency ({unit})")
    scale, unit = (1.0, "J") if table["energy_J"].max() >= 1 else (1e3, "mJ")
    _draw_bars(energy, table, energies, "energy_J", scale)
    energy.set_ylabel(f"Energy above\nidle ({unit})")
    if title:
        latency.set_title(title, loc="left", pad=7)
    if strip:
        _draw_strip(strip[0], table, lost, looks)
    for axes in stack:
        axes.set_xlim(-0.7, table["place"].max() + 0.7)
        axes.set_xticks([])
        axes.grid(axis="x", visible=False)
    _name_bars(stack[-1], table, latency.get_figure().get_figwidth() - 1.2)


def _draw_bars(axes, table, parts, total, scale):
    """Stacked bars, pale where a limit is broken; far longer ones than the others end at the top, with their number."""
    top = _top(table, total) * scale
    bottom = pd.Series(0.0, index=table.index)
    is_dense = len(table) > DENSE  # lines around bars would be all that is seen
    for column, _, fill, hatch in parts:
        values = table[column].fillna(0.0) * scale
        bars = axes.bar(table["place"], values, bottom=bottom, width=1.0 if is_dense else 0.8, facecolor=fill,
                        hatch="" if is_dense else hatch, edgecolor="none" if is_dense else "black", linewidth=0.3,
                        label=column)
        for bar, valid in zip(bars, table["valid"]):
            if not valid:
                bar.set_alpha(PALE)
        bottom += values
    axes.set_ylim(0, top)
    style.linear_ticks(axes.yaxis, 5)
    room = len(table) * LABEL_IN <= axes.get_figure().get_figwidth() - 1.2
    for row, height in zip(table.itertuples(), bottom):
        if getattr(row, total) != getattr(row, total):
            axes.text(row.place, 0.03 * top, "cannot run", rotation=90, ha="center", va="bottom", fontsize=6,
                      color=style.GREY)
        elif height > top:
            axes.plot([row.place], [top], marker="^", markersize=3, color="black", clip_on=False, zorder=9,
                      label="beyond")
            if room:
                axes.text(row.place, 0.96 * top, naming.rounded(height), rotation=90, ha="center", va="top", fontsize=6,
                          zorder=9, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85})


def _top(table, total):
    """Where the axis ends: above the longest bar, unless it is FAR longer than the median; then above what is chosen
    and what is usual."""
    heights = table[total].dropna()
    longest, median = heights.max(), heights.median()
    if longest <= FAR * median or longest == 0:
        return 1.06 * longest or 1.0
    chosen = table.loc[table["chosen_by"] != "", total].max()
    usual = heights[heights <= FAR * median].max()
    return 1.06 * max(usual, chosen if chosen == chosen else 0.0)


def _draw_strip(axes, table, lost, looks):
    """A row for each limit with a cross below the bars that break it, then one for each method with its mark below its
    cut."""
    limits, names = _strip_rows(table, lost)
    for i, limit in enumerate(limits):
        places = [row.place for row in table.itertuples() if limit in _split(row.limits)]
        axes.plot(places, [i] * len(places), linestyle="", marker="x", markersize=3, markeredgewidth=0.7,
                  color=style.GREY, label=limit, clip_on=False)
    for i, name in enumerate(names, len(limits)):
        look = looks[name]
        places = [row.place for row in table.itertuples() if name in _split(row.chosen_by)]
        if places:
            axes.plot(places, [i] * len(places), linestyle="", marker=look.marker or "D", markersize=style.MARKER_PT,
                      color=look.ink, markeredgecolor="white", markeredgewidth=0.3, label=name, clip_on=False, zorder=5)
        else:
            axes.text(0, i, "no feasible plan", va="center", fontsize=6, color=style.GREY)
    axes.set_ylim(len(limits) + len(names) - 0.4, -0.6)
    axes.set_yticks(range(len(limits) + len(names)), limits + [naming.partitioner(name) for name in names], fontsize=6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=True)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _name_bars(axes, table, inches):
    """The cuts' names upright below the bars; where they are many, of what is chosen, of the ends, and some between."""
    each = inches / (table["place"].max() + 1.4)
    ends = (0, table["place"].max())
    wanted = sorted(table.itertuples(), key=lambda row: (row.chosen_by == "", row.place not in ends, row.place))
    step = max(1, -(-int(LABEL_IN * 1000) // int(each * 1000)))
    taken = []
    for row in wanted:
        is_regular = row.chosen_by or row.Index % step == 0 or row.place == table["place"].max()
        if is_regular and all(abs(row.place - other.place) * each >= LABEL_IN * 0.98 for other in taken):
            taken.append(row)
    taken.sort(key=lambda row: row.place)
    axes.set_xticks([row.place for row in taken], [label(row.cut) for row in taken], rotation=90, fontsize=6)
    axes.tick_params(axis="x", length=2, pad=1)


def label(cut):
    """What stands below a bar: "features.2/MaxPool", with an edge server "pool1 | fc6", its last layers there."""
    if ", sending " in cut:
        return _ending("sends " + cut.partition(", sending ")[2])
    head, edge, rest = cut.partition(", edge ")
    if not edge:
        return _ending(naming.short_cut(cut).removeprefix("after "))
    here, there = (naming.short_cut(name if name.startswith("after ") else f"after {name}").removeprefix("after ")
                   for name in (head, rest.removeprefix("to ")))
    return f"{_ending(here, LABEL_LETTERS // 2)} | {_ending(there, LABEL_LETTERS // 2)}"


def _ending(text, most=LABEL_LETTERS):
    return text if len(text) <= most else "\N{HORIZONTAL ELLIPSIS}" + text[1 - most:]


def draw_file(path, out, formats=style.FORMATS):
    """Writes cuts_NAME for NAME.csv in each format, and its numbers; returns the paths."""
    path, out = pathlib.Path(path), pathlib.Path(out)
    table = read(path)
    naming.forget()
    out.mkdir(parents=True, exist_ok=True)
    stem = out / f"cuts_{path.stem}"
    with style.context():
        figure, tables = draw_panels([("", table)])
        written = style.write(figure, stem, formats)
    tables[""].to_csv(f"{stem}.csv", index=False, lineterminator="\n")
    return written + [pathlib.Path(f"{stem}.csv")]
