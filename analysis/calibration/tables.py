"""What `edgecut calibrate` prints: measured beside predicted, as tables."""

from . import left_out, models


def table(measured, predicted):
    lines = ["| model | layer, median | layer that works, median | network, mean | network, worst | of |",
             "|---|---|---|---|---|---|"]
    for model in models.MODELS:
        found = left_out.errors(measured, predicted[model])
        lines.append(f"| {model} | {100 * found.layer_median:.0f} % | {100 * found.working_median:.0f} % | "
                     f"{100 * found.network_mean:.0f} % | {100 * found.network_worst:.0f} % | {found.worst} |")
    return lines


def sums_table(measured, whole):
    lines = ["| network | whole run | sum of layers | share |", "|---|---|---|---|"]
    for name, layers in measured.items():
        total = sum(layer.seconds for layer in layers)
        lines.append(f"| {name} | {1e3 * whole[name]:.2f} ms | {1e3 * total:.2f} ms | {total / whole[name]:.3f} |")
    return lines


def beside(seconds, fitted, left_out):
    """Measured latencies beside those of the fit, and of a fit that has not seen the network; both as shares of the measured."""
    width = max(len("network"), *map(len, seconds))
    lines = [f"{'network':<{width}}   measured     fitted       off  left out       off"]
    for (name, measured), share, unseen in zip(seconds.items(), fitted, left_out):
        lines.append(f"{name:<{width}} {1e3 * measured:>7.2f} ms {1e3 * measured * share:>7.2f} ms {100 * (share - 1):>+7.1f} % "
                     f"{1e3 * measured * unseen:>6.2f} ms {100 * (unseen - 1):>+7.1f} %")
    return lines


def sums_beside(measured, predicted, model):
    """The same of sums of layers, by one model."""
    layers = [layer for listed in measured.values() for layer in listed]
    seconds = {name: sum(layer.seconds for layer in listed) for name, listed in measured.items()}
    fitted = [models.predict(model, layers, listed).sum() / seconds[name] for name, listed in measured.items()]
    return beside(seconds, fitted, [predicted[model][name].sum() / seconds[name] for name in measured])
