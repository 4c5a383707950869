"""Figures of what `edgecut run` writes request by request: distributions of latency, and what moves in time.

    edgecut run SCENARIO --requests r.csv --events e.csv
    edgecut plot r.csv         # latency_cdf
    edgecut plot e.csv         # timeline, of a fleet that of its first device; --device 7 names another
"""

import pathlib

import numpy as np
import pandas as pd

from . import naming, results, style

REQUEST_COLUMNS = ("partitioner", "replication", "outcome", "latency_s")
EVENT_COLUMNS = ("partitioner", "replication", "time_s", "event", "request", "cut")
BACK = ("completed", "late")
MOST_STEPS = 2000  # of a curve, so that files stay small; quantiles between them are left out


def read(path, columns, made_by):
    """A CSV of `edgecut run`. Throws results.UserError where it lacks a column."""
    table = results.read_table(pathlib.Path(path))
    for column in columns:
        if column not in table:
            raise results.UserError(f"{path}: no column '{column}' (made by `edgecut run {made_by}`?)")
    return table


def cdf_table(requests):
    """Steps of the distribution of latency over all replications: partitioner, latency_s, share.

    share counts requests without a result (dropped, failed) in the whole, so that a curve may end below 1. Requests of
    the warm-up are left out.
    """
    if "warmup" in requests:
        requests = requests[requests["warmup"] == 0]
    parts = []
    for name, group in requests.groupby("partitioner", sort=False):
        back = np.sort(group.loc[group["outcome"].isin(BACK), "latency_s"].to_numpy(dtype=float))
        shares = np.arange(1, len(back) + 1) / len(group)
        if len(back) > MOST_STEPS:
            kept = np.unique(np.round(np.linspace(0, len(back) - 1, MOST_STEPS)).astype(int))
            back, shares = back[kept], shares[kept]
        parts.append(pd.DataFrame({"partitioner": name, "latency_s": back, "share": shares}))
    return pd.concat(parts, ignore_index=True)


def draw_cdf(requests):
    """(figure, {suffix: table})."""
    table = cdf_table(requests)
    if table.empty:
        raise results.UserError("no request came back, so there is no latency to draw")
    names = list(dict.fromkeys(requests["partitioner"]))
    chosen = style.looks(names)
    figure = style.new_figure(style.COLUMN_IN, 2.3)
    axes = figure.add_subplot()
    values = table["latency_s"]
    low, high = values.min(), values.max()
    log = low > 0 and high / low >= 5
    room = (high / low) ** 0.04 if log else 0.04 * style.spread(low, high) or 0.1 * high
    ends = (low / room, high * room) if log else (max(0.0, low - room), high + room)
    for i, name in enumerate(names):
        own, look = table[table["partitioner"] == name], chosen[name]
        x = np.concatenate([[ends[0]], own["latency_s"], [ends[1]]])
        y = np.concatenate([[0.0], own["share"], own["share"].iloc[-1:]]) if len(own) else np.zeros(2)
        axes.plot(x if len(own) else ends, y, drawstyle="steps-post", label=name, **look.line(),
                  zorder=20 + look.depth if look.depth > 0 else 5 + look.depth)
        if look.marker and len(own):
            place = (i + 1) / (len(names) + 1)  # each curve's mark at a height of its own
            at = min(int(np.searchsorted(own["share"], place * own["share"].iloc[-1])), len(own) - 1)
            axes.plot(own["latency_s"].iloc[at], own["share"].iloc[at], look.marker, markersize=style.MARKER_PT,
                      markerfacecolor=look.color, markeredgecolor="white", markeredgewidth=0.4, zorder=40 + look.depth)
    if log:
        axes.set_xscale("log")
        style.plain_log_ticks(axes.xaxis, *ends)
    else:
        style.linear_ticks(axes.xaxis, 6)
    axes.set_xlim(*ends)
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("Latency (s)")
    axes.set_ylabel("Share of requests")
    style.legend_below(figure, style.legend_handles(names, chosen), 2)
    return figure, {"": table}


def devices_of(events):
    """The devices that requests arrived at, in order; empty where the file does not tell."""
    if "device" not in events:
        return []
    return sorted(int(device) for device in events.loc[events["event"] == "arrived", "device"].dropna().unique())


def of_device(events, device):
    """The events of one device, and those of no device. Throws results.UserError where no request arrived there."""
    known = devices_of(events)
    if not known and device is None:
        return events
    device = known[0] if device is None else device
    if device not in known:
        raise results.UserError(f"no request arrived at device {device}; there are {', '.join(map(str, known)) or 'none'}")
    return events[events["device"].isna() | (events["device"] == device)]


def timeline_table(events, replication=0, device=None):
    """What a timeline draws, of one replication and device (default: the first): panel, partitioner, time_s, value, text.

    Panels: bandwidth (Mbit/s, from the time on), battery (percent), cut (its text), latency (s, at the result).
    """
    events = of_device(events[events["replication"] == replication], device)
    parts = []

    def add(panel, some, value, text=""):
        parts.append(pd.DataFrame({"panel": panel, "partitioner": some["partitioner"], "time_s": some["time_s"],
                                   "value": value, "text": text}))

    if "bandwidth_bit_per_s" in events:
        moved = events[(events["event"] == "bandwidth_changed") & (events["station"] == "uplink")]
        moved = moved[moved["partitioner"] == moved["partitioner"].iloc[0]] if len(moved) else moved
        add("bandwidth", moved.assign(partitioner=""), moved["bandwidth_bit_per_s"] / 1e6)
    if "charge_share" in events:
        charged = events[events["charge_share"].notna()]
        add("battery", charged, 100 * charged["charge_share"])
    planned = events[events["event"] == "planned"]
    add("cut", planned, np.nan, planned["cut"])
    arrived = events[events["event"] == "arrived"].set_index(["partitioner", "request"])["time_s"]
    back = events[(events["event"] == "ended") & events["outcome"].isin(BACK)]
    begun = arrived.reindex(pd.MultiIndex.from_frame(back[["partitioner", "request"]])).to_numpy()
    add("latency", back, back["time_s"] - begun)
    return pd.concat(parts, ignore_index=True)


LABELS = {"bandwidth": "Uplink\n(Mbit/s)", "battery": "Battery\n(%)", "cut": "Cut", "latency": "Latency (s)"}
LATENCY_IN = 0.42  # of the panel of one partitioner where several have a latency


def draw_timeline(events, device=None):
    """(figure, {suffix: table}). Latencies are points, in a panel for each partitioner, all with one scale."""
    table = timeline_table(events, device=device)
    names = list(dict.fromkeys(events["partitioner"]))
    chosen = style.looks(names)
    cuts = list(dict.fromkeys(table.loc[table["panel"] == "cut", "text"]))
    back = [name for name in names if ((table["panel"] == "latency") & (table["partitioner"] == name)).any()]
    panels = [(panel, None) for panel in ("bandwidth", "battery", "cut") if (table["panel"] == panel).any()]
    panels += [("latency", name) for name in back]
    heights = {"bandwidth": 0.75, "battery": 0.9, "cut": 0.25 + max(0.15, 0.05 * len(names)) * len(cuts),
               "latency": LATENCY_IN if len(back) > 1 else 1.2}
    if not panels:
        raise results.UserError("no event that a timeline shows: no plan, no bandwidth, no charge, no result")
    figure = style.new_figure(style.COLUMN_IN, sum(heights[panel] for panel, _ in panels) + 0.4)
    grid = figure.subplots(len(panels), 1, sharex=True, squeeze=False,
                           height_ratios=[heights[panel] for panel, _ in panels])[:, 0]
    for axes, (panel, name) in zip(grid, panels):
        own = table[table["panel"] == panel]
        if panel == "latency":
            _draw_latencies(axes, own, name, chosen[name])
            if len(back) > 1:
                axes.text(1.0, 1.06, naming.partitioner(name), transform=axes.transAxes, ha="right", va="bottom", fontsize=6.5)
        else:
            {"bandwidth": _draw_bandwidth, "battery": _draw_battery, "cut": _draw_cuts}[panel](axes, own, names, chosen, cuts)
        if panel != "latency" or len(back) == 1:
            axes.set_ylabel(LABELS[panel])
    if len(back) > 1:
        grid[len(panels) - 1 - len(back) // 2].set_ylabel(LABELS["latency"])
    grid[-1].set_xlabel("Time (s)")
    style.legend_below(figure, style.legend_handles(names, chosen), 2)
    known = devices_of(events[events["replication"] == 0])
    if len(known) > 1:
        figure.suptitle(f"Device {known[0] if device is None else device}, one of {len(known)}", fontsize=8)
    return figure, {"": table}


def _draw_bandwidth(axes, table, *_):
    axes.step(table["time_s"], table["value"], where="post", color="black", linewidth=0.9, label="uplink")
    axes.set_ylim(0, 1.08 * table["value"].max() or 1)
    style.linear_ticks(axes.yaxis, 4)


def _order(look):
    return 20 + look.depth if look.depth > 0 else 5 + look.depth


def _draw_battery(axes, table, names, chosen, _):
    for name in names:
        own, look = table[table["partitioner"] == name], chosen[name]
        if len(own) > MOST_STEPS:
            own = own.iloc[np.unique(np.round(np.linspace(0, len(own) - 1, MOST_STEPS)).astype(int))]
        axes.plot(own["time_s"], own["value"], label=name, **look.line(), zorder=_order(look))
        if look.marker and len(own):
            at = (names.index(name) + 1) * (len(own) - 1) // (len(names) + 1)
            axes.plot(own["time_s"].iloc[at], own["value"].iloc[at], look.marker, markersize=style.MARKER_PT,
                      markerfacecolor=look.color, markeredgecolor="white", markeredgewidth=0.4, zorder=40 + look.depth)
    axes.set_ylim(0, 103)
    style.linear_ticks(axes.yaxis, 4)


def _draw_cuts(axes, table, names, chosen, cuts):
    for i, name in enumerate(names):
        own, look = table[table["partitioner"] == name], chosen[name]
        shift = 0.7 * ((i + 0.5) / len(names) - 0.5)  # curves of one cut lie beside one another
        axes.step(own["time_s"], own["text"].map(cuts.index) + shift, where="post", color=look.ink, linewidth=1.2,
                  linestyle=look.dash, label=name, zorder=_order(look))
    axes.set_ylim(len(cuts) - 0.5, -0.5)
    axes.set_yticks(range(len(cuts)), [naming.short_cut(cut) for cut in cuts])


def _draw_latencies(axes, table, name, look):
    own = table[table["partitioner"] == name]
    axes.plot(own["time_s"], own["value"], linestyle="", marker=look.marker or "o", markersize=2.6, color=look.ink,
              markeredgewidth=0, clip_on=False, label=name)
    style.set_y_axis(axes, table["value"].to_numpy())
    if len(set(table["partitioner"])) > 1:
        style.few_ticks(axes.yaxis)


def figure_of(table):
    """The name of the figure that a table of `edgecut run` is for, None where it is of another kind."""
    return "latency_cdf" if "latency_s" in table else "timeline" if "event" in table else None


def draw_file(path, out, formats=style.FORMATS, device=None):
    """Draws the figure that a file of `edgecut run` is for; returns the paths. None where it is of another kind."""
    path = pathlib.Path(path)
    name = figure_of(results.read_table(path))
    if name is None:
        return None
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    with style.context():
        if name == "latency_cdf":
            figure, tables = draw_cdf(read(path, REQUEST_COLUMNS, "--requests"))
        else:
            figure, tables = draw_timeline(read(path, EVENT_COLUMNS, "--events"), device)
        written = style.write(figure, out / name, formats)
    for suffix, one in tables.items():
        one.to_csv(out / f"{name}{suffix}.csv", index=False, lineterminator="\n")
    return written + [out / f"{name}{suffix}.csv" for suffix in tables]
