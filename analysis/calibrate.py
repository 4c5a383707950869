"""Fits compute models to measured layers, says how well they predict a network that they have not seen, and writes a
device file.

    edgecut calibrate latencies.csv                                           # a table `network,seconds`: how well it is fitted
    edgecut calibrate latencies.csv -o my_board.yaml --idle "2.7 W" --active "6.8 W" --memory "4 GB" --title "My board"
    edgecut calibrate FOLDER                                                  # tables of layers: how well models predict
    edgecut calibrate FOLDER --mode fused --figure fit.png
    edgecut calibrate FOLDER -o my_board.yaml --idle "2.7 W" --active "6.8 W"
    edgecut calibrate ... --peak "96 GFLOP/s" --peak-source "4 cores x 1.5 GHz x 16 FLOP (data sheet)"

A table `network,seconds` (or `network,ms`) of four whole networks or more is enough. It gives the three constants alone, with
Winograd's gain (`--model winograd`, the default there) or without (`--model three_constants`). Of a folder every NETWORK.csv is
read (docs/benchmarks.md) whose network edgecut has, or `--networks FOLDER`. Constants by kind need layers: a whole run is one
number, the sum over all kinds, and to split it among a dozen kinds with three constants each would take more unlike
networks than there are.

The device file says what was measured and what you say, and nothing of another board. `--idle` and `--active` are the watts of the
whole board, idle and computing. Without `--memory` and `--storage` it has what the largest of the networks needs, which ran. Only
`--like DEVICE` takes from a shipped device what you do not say of power, memory and storage, marked as an assumption. The nominal
rate of one network is measured: 2 MAC over the whole run, of ResNet-50 where it is there, else of the network with the most MACs.
Its peak is what --peak says, else an assumption: no less than that.

Models, each fitted by least squares of relative errors with coefficients that are not negative:

    flops            time = FLOP / rate
    roofline         time = max(FLOP / rate, bytes / memory) + overhead
    three_constants  time = FLOP / rate + bytes / memory + overhead, without Winograd's gain
    winograd         the same, dense 3x3 convolutions of stride 1 counting 2.25 times less
    per_kind         time = FLOP / rate + bytes / memory + overhead, by kind of layer; kinds with fewer than four layers by
                     the three constants

Errors are of leaving one network out in turn: |predicted / measured - 1| of every layer of it that takes 1 us or more
(the tables' resolution), and of its sum.
"""

import argparse
import pathlib
import shlex
import sys

from . import plausible, results, table_units
from .calibration import constants, device_file, figure, left_out, reading, tables

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHIPPED_MODEL = ("three_constants", "winograd", "per_kind")


def arguments(given):
    parser = argparse.ArgumentParser(prog="edgecut calibrate", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measured", type=pathlib.Path, help="a table `network,seconds` (or `time_ms`, `Latency (us)`) of whole networks, or a folder of tables of layers")
    parser.add_argument("--whole", action="store_true", help=argparse.SUPPRESS)  # what a file says by itself
    parser.add_argument("--unit", choices=list(table_units.TIMES), help="of times of whole networks whose column does not name it")
    parser.add_argument("--accept-times", action="store_true", help=plausible.HELP)
    parser.add_argument("--only", type=lambda text: text.split(","), metavar="NETWORK,...", help="leave the other tables out")
    parser.add_argument("--mode", default="unfused", help="of the tables' rows (default: %(default)s)")
    parser.add_argument("--networks", type=pathlib.Path, default=ROOT / "scenarios" / "networks")
    parser.add_argument("--model", choices=SHIPPED_MODEL, help="of the device file (default: per_kind; of whole networks: winograd)")
    parser.add_argument("--peak", help="FLOP/s that the processor could do, such as '96 GFLOP/s'")
    parser.add_argument("--peak-source", help="where that is from")
    parser.add_argument("-o", "--output", type=pathlib.Path, help="the device file to write")
    parser.add_argument("--idle", metavar="WATTS", help="what the whole board draws at rest, such as '2.7 W'")
    parser.add_argument("--active", metavar="WATTS", help="what it draws while it computes")
    parser.add_argument("--memory", metavar="SIZE", help="of the board, such as '4 GB' (default: what the largest network needs)")
    parser.add_argument("--storage", metavar="SIZE", help="that is free for models (default: likewise)")
    parser.add_argument("--source", help="where the watts and sizes are from")
    parser.add_argument("--like", metavar="DEVICE", help="take power, memory and storage that you do not state of a shipped device, as assumptions")
    parser.add_argument("--title", help="of the device")
    parser.add_argument("--processor", default="cpu", help="name of the processor (default: %(default)s)")
    parser.add_argument("--figure", type=pathlib.Path, help="predicted against measured: FIGURE.png and .svg")
    options = parser.parse_args(given)
    of_file = [name for name in ("like", "idle", "active", "memory", "storage", "source", "title") if getattr(options, name)]
    if of_file and options.output is None:
        parser.error(f"--{of_file[0]} is for the device file: name it with -o")
    options.whole = options.whole or options.measured.is_file()
    if (options.peak is None) != (options.peak_source is None):
        parser.error("--peak needs --peak-source, and --peak-source --peak")
    if options.whole and options.figure:
        parser.error("--figure needs layers, which whole networks have not")
    if options.whole and options.model == "per_kind":
        parser.error("--model per_kind needs times of layers: the time of a whole network does not say which kind took how much of it")
    options.model = options.model or ("winograd" if options.whole else "per_kind")
    options.name = options.output.stem if options.output else ""
    return options


def calibrate_layers(options):
    measured, whole = reading.read_folder(options.measured, options.mode, options.networks)
    if not options.accept_times:
        plausible.check(lambda name: options.measured / f"{name}.csv",
                        {name: (plausible.work_of(reading.network_of(options.networks, name)),
                                whole.get(name, sum(layer.seconds for layer in layers))) for name, layers in measured.items()})
    if options.only:
        measured, whole = reading.only(options.only, measured), reading.only(options.only, whole)
    predicted = left_out.leave_one_out(measured)
    counted = sum(len(layers) for layers in measured.values())
    print(f"{len(measured)} networks, {counted} layers, {options.mode}\n")
    if len(whole) == len(measured):
        print("\n".join(tables.sums_table(measured, whole)) + "\n")
    print("\n".join(tables.table(measured, predicted)) + "\n")
    print("\n".join(tables.sums_beside(measured, predicted, options.model)) + "\n")
    print("\n".join(left_out.flops_alone(measured)))
    if options.figure:
        figure.write_figure(options.figure, measured, predicted)
    source = (f"fitted by edgecut calibrate to {counted} measured layers of {len(measured)} networks ({options.mode}, "
              f"{options.measured.name})")
    error = left_out.errors(measured, predicted[options.model])
    if not options.output:
        return None, None, measured
    told = f"analysis/measure_layers.py, {options.measured.name}, {options.mode}"
    sums = {name: sum(layer.seconds for layer in layers) for name, layers in measured.items()}
    nominal = constants.nominal_of(whole or sums, options.networks, told if whole else f"sum of layers, {told}", options.peak, options.peak_source)
    return constants.compute_of(measured, options.model, source, error.network_mean) | {"source": source}, nominal, measured


def shell_path(path):
    """As the program takes a file rather than a shipped name."""
    return shlex.quote(str(path) if path.suffix == ".yaml" or len(path.parts) > 1 else f"./{path}")


def main(given=None):
    options = arguments(given)
    try:
        if options.output:
            device_file.power_of(options, device_file.like_device(options.like) if options.like else None)  # what is missing is said before the fit
        if options.whole:
            source = f"three constants fitted by edgecut calibrate to the whole networks of {options.measured.name}"
            names = seconds = reading.read_whole(options)
            compute = constants.compute_of_whole(seconds, options.networks, source, options.model)
            nominal = constants.nominal_of(seconds, options.networks, options.measured.name, options.peak, options.peak_source)
        else:
            compute, nominal, names = calibrate_layers(options)
        if options.output:
            framework = {"framework": f"as measured ({options.measured.name})", "precision": "fp32"}
            options.output.write_text(device_file.device_file(options, compute, framework, nominal, names), encoding="utf-8")
            print(f"\n{options.output}; edgecut describe device {shell_path(options.output)} shows it")
    except (results.UserError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
