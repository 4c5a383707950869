"""Fits the three constants of a processor to measured whole-network latencies, and asks how well they predict a network
that they were not fitted to.

    python3 -m analysis.fit_devices                          # every CPU set-up of ncnn's benchmark
    python3 -m analysis.fit_devices --lines 3684,4155:2560   # constants of single set-ups
    python3 -m analysis.fit_devices --tiny                   # microcontrollers, from MLPerf Tiny v1.0
    python3 -m analysis.fit_devices --shipped                # devices and clouds that ship, predicted and measured
    python3 -m analysis.fit_devices --refitted               # what was fitted again, before and after
    python3 -m analysis.fit_devices --collect TABLE.csv      # writes the rows that the others read

The rows are platforms/benchmarks/ncnn_rows.csv, one a set-up: the least times of Tencent/ncnn @ a4d2ea1d,
benchmark/README.md (BSD-3-Clause). TABLE.csv holds the tables of that README, one row a network: device, threads,
powersave, gpu_device, readme_line, network, min_ms, max_ms, avg_ms.

    time = FLOP / conv + bytes / memory + layers x overhead

is linear in (1/conv, 1/memory, overhead). They minimise the sum over networks of (predicted / measured - 1)^2 and are
not negative.
"""

import argparse
import csv
import itertools
import pathlib
import sys
from typing import NamedTuple

import numpy as np
import yaml

from . import errors as told, features, outside_zoo, table_file

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROWS = ROOT / "platforms/benchmarks/ncnn_rows.csv"
# ncnn's name of a network: the zoo's. AlexNet there is Caffe's (227x227, groups of 2), SqueezeNet takes 227x227.
ZOO = {"alexnet": "alexnet", "vgg16": "vgg16", "resnet18": "resnet18", "resnet50": "resnet50",
       "mobilenet_v2": "mobilenet_v2", "googlenet": "googlenet", "squeezenet": "squeezenet1_1",
       "mobilenet_v3": "mobilenet_v3_large", "mnasnet": "mnasnet1_0", "efficientnet_b0": "efficientnet_b0",
       "shufflenet_v2": "shufflenet_v2_x1_0", "regnety_400m": "regnet_y_400mf"}
# Inferences per second: median throughput in results.txt of mlcommons/tiny_results_v1.0, closed division.
TINY = {
    "nucleo_l4r5zi": {"resnet8_int8": 4.409, "mobilenet_v1_025_int8": 4.427, "ds_cnn_int8": 13.314,
                      "deep_autoencoder_int8": 131.950},
    "nucleo_u575zi_q": {"resnet8_int8": 7.200, "mobilenet_v1_025_int8": 7.496, "ds_cnn_int8": 22.608,
                        "deep_autoencoder_int8": 206.211},
    "gap9": {"resnet8_int8": 1043.769, "mobilenet_v1_025_int8": 577.979, "ds_cnn_int8": 1368.176,
             "deep_autoencoder_int8": 3682.970},
}
# A bus word a cycle (4 B at 120 and 160 MHz, 8 B at 240 MHz), times 4: these run int8, bytes are counted as fp32.
TINY_BYTES_PER_S = {"nucleo_l4r5zi": 1.92e9, "nucleo_u575zi_q": 2.56e9, "gap9": 7.68e9}
# conv in GFLOP/s, memory in GB/s, overhead in us that these had up to release 0.6: fitted to networks in which an
# activation is part of the layer before it, which the simulator counts as a layer.
EARLIER = {"raspberry_pi_3b_plus": (10.39, 4.218, 131.67), "raspberry_pi_4": (23.13, 8.142, 113.43),
           "raspberry_pi_5": (133.29, 25.384, 0.0), "raspberry_pi_zero_2w": (7.6, 1.971, 69.58),
           "c5_4xlarge": (425.92, 175.135, 22.89), "v100": (9483.39, 311.045, 15.52)}
FEWEST_NETWORKS = 6
HEADER = ("# Least latency in ms of whole networks, one image at a time; a row a set-up, by the line of the README\n"
          "# where its table begins: Tencent/ncnn @ a4d2ea1d : benchmark/README.md (BSD-3-Clause).\n"
          "# Written by python3 -m analysis.fit_devices --collect TABLE.csv\n")


class Setup(NamedTuple):
    line: int  # of the README
    device: str
    threads: int
    is_cpu: bool
    seconds: dict  # by ncnn's name of the network


class Constants(NamedTuple):
    flop_per_s: float
    bytes_per_s: float
    overhead_s: float


def relative_rows(networks, seconds):
    """A row a network: what a second of its measured time is made of, so that a perfect fit predicts 1."""
    return np.array([np.array(networks[name], float) / seconds[name] for name in seconds])


def fit(rows, floor=(0.0, 0.0, 0.0)):
    """Coefficients x >= floor that minimise |rows x - 1|^2. Exact: with three unknowns every set that lies above its
    floor is tried. A floor above 0 keeps a rate below what the hardware can do where no network comes near it."""
    floor = np.array(floor, float)
    target = 1.0 - rows @ floor
    best, least = np.zeros(len(floor)), float(np.sum(target**2))
    for size in range(1, len(floor) + 1):
        for chosen in map(list, itertools.combinations(range(len(floor)), size)):
            solution = np.linalg.lstsq(rows[:, chosen], target, rcond=None)[0]
            loss = float(np.sum((rows[:, chosen] @ solution - target) ** 2))
            if np.all(solution >= 0.0) and loss < least:
                best, least = np.zeros(len(floor)), loss
                best[chosen] = solution
    return floor + best


def errors(rows, coefficients):
    return rows @ coefficients - 1.0


def leave_one_out(rows, floor=(0.0, 0.0, 0.0)):
    """Of each network, the relative error of constants fitted to the others."""
    return np.array([errors(rows[i:i + 1], fit(np.delete(rows, i, axis=0), floor))[0] for i in range(len(rows))])


def constants(coefficients):
    with np.errstate(divide="ignore"):
        rates = 1.0 / np.asarray(coefficients[:2])
    return Constants(*rates, coefficients[2])


def benchmark_networks():
    """Features by ncnn's names: twelve of the zoo and four beside it."""
    networks = {name: features.of_file(ROOT / "scenarios/networks" / f"{zoo}.yaml") for name, zoo in ZOO.items()}
    return networks | {name: make() for name, make in outside_zoo.NCNN.items()}


def read_table(path, known):
    """The set-ups of a table with a row a network, those with at least FEWEST_NETWORKS of the known networks, by line of
    the README."""
    setups = {}
    table = table_file.read(path)
    numbers = zip(table.numbers("readme_line"), table.numbers("threads"), table.quantities("min_ms", "duration"))
    words = zip(table.texts("device"), table.texts("gpu_device"), table.texts("network"))
    table.check()
    for (line, threads, seconds), (device, gpu_device, network) in zip(numbers, words):
        setup = setups.setdefault(int(line), Setup(int(line), device, int(threads), gpu_device == "-1", {}))
        if network in known:
            setup.seconds[network] = seconds
    return {line: setup for line, setup in setups.items() if len(setup.seconds) >= FEWEST_NETWORKS}


def write_rows(path, setups, networks):
    """One row a set-up, a column a network, in ms; empty where it was not measured."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(HEADER)
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["line", "device", "threads", "processor", *networks])
        for setup in sorted(setups.values()):
            times = [f"{1e3 * setup.seconds[name]:.10g}" if name in setup.seconds else "" for name in networks]
            out.writerow([setup.line, setup.device, setup.threads, "cpu" if setup.is_cpu else "gpu", *times])


def read_rows(path):
    """What write_rows wrote, by line of the README."""
    table = table_file.read(path)
    heads = zip(table.numbers("line"), table.texts("device"), table.numbers("threads"), table.texts("processor"))
    networks = [name for name in table.names if name not in ("line", "device", "threads", "processor")]
    times = {name: table.quantities(name, "duration", "ms", may_be_empty=True) for name in networks}
    table.check()
    setups = {}
    for i, (line, device, threads, processor) in enumerate(heads):
        seconds = {name: times[name][i] for name in networks if not np.isnan(times[name][i])}
        setups[int(line)] = Setup(int(line), device, int(threads), processor == "cpu", seconds)
    return setups


def describe(name, rows, floor=(0.0, 0.0, 0.0)):
    coefficients = fit(rows, floor)
    found, error = constants(coefficients), np.abs(errors(rows, coefficients))
    return (f"{name}: conv {found.flop_per_s / 1e9:.4g} GFLOP/s, memory {found.bytes_per_s / 1e9:.4g} GB/s, "
            f"overhead {found.overhead_s * 1e6:.4g} us; {len(rows)} networks, mean error {100 * error.mean():.1f} %, "
            f"worst {100 * error.max():.1f} %, leaving one out {100 * np.abs(leave_one_out(rows, floor)).mean():.1f} %")


def _mean_error(all_errors):
    return 100 * np.mean(np.abs(all_errors))


def cross_validation(networks, setups):
    """The lines of the table: set-ups with all networks, and any set-up."""
    whole = [setup for setup in setups if len(setup.seconds) == len(networks)]
    lines = []
    for title, chosen in (("with all of them", whole), ("with six or more", setups)):
        per_setup = [_mean_error(leave_one_out(relative_rows(networks, setup.seconds))) for setup in chosen]
        lines.append(f"{len(chosen)} CPU set-ups {title}: mean {np.mean(per_setup):.1f} %, "
                     f"median {np.median(per_setup):.1f} %, worst {np.max(per_setup):.1f} %")
    held_out = {name: [] for name in networks}
    for setup in whole:
        for name, error in zip(setup.seconds, leave_one_out(relative_rows(networks, setup.seconds))):
            held_out[name].append(error)
    lines += ["", "network left out      mean |error|  mean error"]
    lines += [f"{name:20s} {_mean_error(error):11.1f} % {100 * np.mean(error):+10.1f} %"
              for name, error in held_out.items()]
    return lines


def _load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _number(text):
    return float(str(text["value"] if isinstance(text, dict) else text).split()[0])


def platform_file(name):
    """Of a device or a cloud."""
    paths = [ROOT / f"platforms/{folder}/{name}.yaml" for folder in ("devices", "clouds")]
    return _load(next(path for path in paths if path.is_file()))


def in_seconds(conv, memory, overhead):
    """GFLOP/s, GB/s and us as seconds per FLOP, byte and layer."""
    return np.array([1 / (1e9 * conv), 1 / (1e9 * memory), 1e-6 * overhead])


def coefficients_of(compute):
    """Seconds per FLOP, byte and layer of a file's three constants."""
    return in_seconds(_number(compute["conv"]), _number(compute["memory"]), _number(compute["overhead"]))


def shipped():
    """A row a processor with measurements: device or cloud, processor, number of networks, median and worst error in
    percent."""
    measured = _load(ROOT / "platforms/benchmarks/ncnn_latency.yaml")["setups"]
    zoo = {name: features.of_file(ROOT / "scenarios/networks" / f"{name}.yaml") for name in ZOO.values()}
    table = []
    for setup in measured:
        compute = platform_file(setup["device"])["processors"][setup["processor"]]["compute"]
        seconds = {name: _number(time) / 1e3 for name, time in setup["networks"].items()}
        error = errors(relative_rows(zoo, seconds), coefficients_of(compute))
        worst = int(np.argmax(np.abs(error)))
        table.append((setup["device"], setup["processor"], len(error), 100 * float(np.median(np.abs(error))),
                      100 * float(error[worst]), list(seconds)[worst]))
    return table


def shipped_lines():
    lines = ["| device or cloud | processor | networks | median error | worst error | of |", "|---|---|---|---|---|---|"]
    return lines + [f"| {device} | {processor} | {count} | {median:.1f} % | {worst:+.1f} % | {network} |"
                    for device, processor, count, median, worst, network in shipped()]


def refitted():
    """A row a processor of EARLIER: its name, number of measured networks, and before and after: the mean error in
    percent, the largest, of which network, and that of ResNet-50."""
    networks, setups = benchmark_networks(), read_rows(ROWS)
    measured = _load(ROOT / "platforms/benchmarks/ncnn_latency.yaml")["setups"]
    lines = {setup["device"]: setup["line"] for setup in measured}
    table = []
    for name, earlier in EARLIER.items():
        seconds = setups[lines[name]].seconds
        compute = next(iter(platform_file(name)["processors"].values()))["compute"]
        sides = []
        for coefficients in (in_seconds(*earlier), coefficients_of(compute)):
            error = 100 * errors(relative_rows(networks, seconds), coefficients)
            worst = int(np.argmax(np.abs(error)))
            sides.append((float(np.mean(np.abs(error))), float(error[worst]), list(seconds)[worst],
                          float(error[list(seconds).index("resnet50")])))
        table.append((name, len(seconds), *sides))
    return table


def refitted_lines():
    lines = ["| device or cloud | networks | mean before | after | worst before | after | ResNet-50 before | after |",
             "|---|---|---|---|---|---|---|---|"]
    for name, count, before, after in refitted():
        means = [f"{mean:.1f} %" for mean, *_ in (before, after)]
        worsts = [f"{worst:+.1f} % {network}" for _, worst, network, _ in (before, after)]
        resnets = [f"{error:+.1f} %" for *_, error in (before, after)]
        lines.append(f"| {name} | {count} | {' | '.join(means + worsts + resnets)} |")
    return lines


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python3 -m analysis.fit_devices", description=__doc__.split("\n\n")[0])
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--lines", metavar="LINE[:MOST],...",
                      help="only these lines of the README, with their constants; conv at most MOST GFLOP/s")
    what.add_argument("--tiny", action="store_true", help="microcontrollers")
    what.add_argument("--shipped", action="store_true", help="what ships, as in docs/validation.md")
    what.add_argument("--refitted", action="store_true", help="what was fitted again, as in docs/validation.md")
    what.add_argument("--collect", metavar="TABLE.csv", help="write the rows, from a table with a row a network")
    parser.add_argument("--rows", metavar="ROWS.csv", type=pathlib.Path, default=ROWS, help="%(default)s")
    options = parser.parse_args(arguments)
    try:
        return run(options)
    except (told.UserError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def run(options):
    if options.collect:
        networks = benchmark_networks()
        write_rows(options.rows, read_table(options.collect, networks), networks)
        return 0
    if options.shipped:
        print("\n".join(shipped_lines()))
    elif options.refitted:
        print("\n".join(refitted_lines()))
    elif options.tiny:
        networks = {name: make() for name, make in outside_zoo.MLPERF_TINY.items()}
        for name, rates in TINY.items():
            print(describe(name, relative_rows(networks, {task: 1.0 / rate for task, rate in rates.items()}),
                           (0.0, 1.0 / TINY_BYTES_PER_S[name], 0.0)))
    elif options.lines:
        networks, setups = benchmark_networks(), read_rows(options.rows)
        for line, _, most in (text.partition(":") for text in options.lines.split(",")):
            if not line.isdigit() or int(line) not in setups:
                raise told.UserError(f"--lines: {options.rows} has no set-up of line '{line}'")
            setup = setups[int(line)]
            floor = (1.0 / (1e9 * float(most)) if most else 0.0, 0.0, 0.0)
            print(describe(f"{line} {setup.device[:40]}", relative_rows(networks, setup.seconds), floor))
    else:
        networks, setups = benchmark_networks(), read_rows(options.rows)
        print(f"Three constants, Winograd-weighted, {len(networks)} networks, leaving one network out:")
        print("\n".join(cross_validation(networks, [setup for setup in setups.values() if setup.is_cpu])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
