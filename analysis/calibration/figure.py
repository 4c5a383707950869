"""Predicted against measured seconds of every layer left out, drawn."""

import json
import pathlib

from .. import style
from . import left_out, models

KINDS = {"conv": ("convolution", "#0072B2", "o"), "depthwise_conv": ("depthwise convolution", "#56B4E9", "s"),
         "linear": ("fully connected", "#D55E00", "^"), "pool": ("pooling", "#009E73", "D"),
         "activation": ("activation", "#E69F00", "v")}
OTHERS = ("other", "0.5", "x")
TITLES = {"flops": "FLOP alone", "roofline": "Roofline", "three_constants": "Three constants", "per_kind": "By kind of layer"}


def draw(measured, predicted):
    """Predicted against measured seconds of every layer left out, a panel a model; what is predicted to take less than the axis
    shows, no time at all even, stands at its foot. Returns the figure and its table."""
    shown = ("flops", "roofline", "three_constants", "per_kind")
    figure = style.new_figure(style.DOUBLE_COLUMN_IN, 2.3)
    panels = figure.subplots(1, len(shown), sharex=True, sharey=True)
    low, high = 1e-3, 1e2  # milliseconds
    drawn = []
    for axes, model in zip(panels, shown):
        axes.plot([low, high], [low, high], color="0.6", linewidth=0.8, zorder=1)
        for kind, (_, color, marker) in [*KINDS.items(), ("", OTHERS)]:
            points = [(1e3 * layer.seconds, max(1e3 * value, low)) for name, layers in measured.items()
                      for layer, value in zip(layers, predicted[model][name])
                      if (layer.kind if layer.kind in KINDS else "") == kind and layer.seconds >= models.SHORTEST_S]
            if points:
                axes.plot(*zip(*points), linestyle="", marker=marker, markersize=2.0, color=color, markeredgewidth=0.4,
                          markerfacecolor=color if kind else "none", alpha=0.7, clip_on=False)
        axes.set(xscale="log", yscale="log", xlim=(low, high), ylim=(low, high))
        found = left_out.errors(measured, predicted[model])
        axes.set_title(f"{TITLES[model]}: {100 * found.layer_median:.0f} %\n({100 * found.working_median:.0f} % of layers with MACs)",
                       fontsize=7)
        axes.set_xlabel("Measured (ms)")
        style.fixed_ticks(axes.xaxis, [0.001, 0.1, 10])
        style.fixed_ticks(axes.yaxis, [0.001, 0.01, 0.1, 1, 10, 100])
        if none := sum(value == 0 for name in measured for value in predicted[model][name]):
            axes.annotate(f"{none} layers without\nMACs: no time", (0.06, 0.0012), (0.004, 12), fontsize=6, va="center",
                          arrowprops={"arrowstyle": "-", "color": "0.4", "linewidth": 0.6})
        drawn += [{"model": model, "network": name, "layer": layer.name, "kind": layer.kind,
                   "measured_s": layer.seconds, "predicted_s": float(value)}
                  for name, layers in measured.items() for layer, value in zip(layers, predicted[model][name])]
    panels[0].set_ylabel("Predicted, its network\nleft out (ms)")
    style.legend_below(figure, [style.mark_handle(marker, label, markerfacecolor=color if color != "0.5" else "none",
                                                  markeredgecolor=color)
                                for label, color, marker in [*KINDS.values(), OTHERS]], 6)
    return figure, drawn


def digest(drawn):
    """What a figure was drawn from, in short: by model and network the layers, and the milliseconds measured and predicted."""
    found = {}
    for row in drawn:
        sums = found.setdefault(row["model"], {}).setdefault(row["network"], [0, 0.0, 0.0])
        for i, value in enumerate((1, 1e3 * row["measured_s"], 1e3 * row["predicted_s"])):
            sums[i] += value
    return {model: {name: [count, float(f"{was:.4g}"), float(f"{would:.4g}")] for name, (count, was, would) in networks.items()}
            for model, networks in found.items()}


def write_figure(path, measured, predicted):
    stem = pathlib.Path(path).with_suffix("")
    stem.parent.mkdir(parents=True, exist_ok=True)
    with style.context():
        figure, drawn = draw(measured, predicted)
        style.write(figure, stem, description=json.dumps(digest(drawn)))
    print(f"{stem}.png")
    print(f"{stem}.svg")
