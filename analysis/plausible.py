"""Which times no network takes: of a wrong unit, mostly.

The bounds are three to five times beyond all that ncnn's benchmark shows (platforms/benchmarks/ncnn_rows.csv, 4,111 times of 16
networks on 263 set-ups, one image at a time): 0.51 GFLOP/s to 26 TFLOP/s, up to 1.5 TB/s, up to 0.63 ms a layer beside its work.
FLOP and bytes are counted as the three constants count them (analysis/features.py). Small networks (under 0.1 GFLOP) run on
microcontrollers, whose slowest in MLPerf Tiny does 62 MFLOP/s (analysis/fit_devices.py, TINY); others are far below that.
"""

import statistics
from typing import NamedTuple

from . import features, fit_devices, table_units
from .errors import UserError

SMALL = 1e8  # FLOP
SLOWEST, SLOWEST_SMALL, FASTEST = 1e8, 1e5, 1e14  # FLOP/s
FASTEST_BYTES = 5e12  # B/s
LONGEST_OVERHEAD = 2e-3  # seconds a layer
FEWEST = 4  # networks that three constants are fitted to
LONGEST, SHORTEST = 1000.0, 1e-7  # seconds of a network whose FLOP are not known
USUAL = (5e8, 3e13)  # FLOP/s
OPTION = "--accept-times"
HELP = "take times that no network is known to take"


class Work(NamedTuple):
    flop: float
    bytes: float  # 0: not known
    layers: int = 0


def work_of(network):
    """Of a network file's contents, or of its layers alone."""
    flop = sum(map(features.effective_flop, network["layers"]))
    try:
        return Work(*features.of_network(network))
    except (KeyError, ValueError, AttributeError):  # no sizes of tensors
        return Work(flop, 0.0, sum(layer["kind"] != "input" for layer in network["layers"]))


def _rate(flop_per_s):
    scale, name = next(((s, n) for s, n in ((1e12, "TFLOP/s"), (1e9, "GFLOP/s"), (1e6, "MFLOP/s")) if flop_per_s >= s), (1.0, "FLOP/s"))
    return f"{flop_per_s / scale:.3g} {name}"


def time_text(seconds):
    name = next((name for name in ("s", "ms", "us") if seconds >= table_units.TIMES[name]), "ns")
    return f"{seconds / table_units.TIMES[name]:.4g} {name}"


def complaint(work, seconds):
    """What is wrong with a network's time; nothing where it may be."""
    if not work.flop:
        return "" if SHORTEST <= seconds <= LONGEST else f"no network takes that ({time_text(SHORTEST)} to {time_text(LONGEST)})"
    rate, slowest = work.flop / seconds, SLOWEST if work.flop >= SMALL else SLOWEST_SMALL
    if rate < slowest:
        return f"{_rate(rate)}, and of such a network no processor does less than {_rate(slowest)}"
    if rate > FASTEST:
        return f"{_rate(rate)}, and no processor does more than {_rate(FASTEST)} of one input"
    if work.bytes / seconds > FASTEST_BYTES:
        return f"{work.bytes / seconds / 1e12:.3g} TB/s, and no memory does more than {FASTEST_BYTES / 1e12:g} TB/s"
    return ""


def meant(works, unit):
    """ (did you mean ms?) where all of (work, seconds) would be plausible in another unit than `unit`."""
    for other in ("ms", "us", "s", "ns"):
        scaled = [(work, seconds / table_units.TIMES[unit] * table_units.TIMES[other]) for work, seconds in works]
        rates = [work.flop / seconds for work, seconds in scaled if work.flop]
        is_usual = rates and (USUAL[0] <= statistics.median(rates) <= USUAL[1] or all(work.flop < SMALL for work, _ in scaled))
        if other != unit and is_usual and not any(complaint(work, seconds) for work, seconds in scaled):
            return f" (did you mean {other}?)"
    return ""


def check(where, times, unit="s"):
    """Raises UserError where a network's time cannot be: times of name -> (work, seconds), read in `unit`; `where` is a
    name's place, file:line, by name."""
    doubtful = [each for each in times.values() if complaint(*each)]
    hint = meant(list(times.values()), unit) or meant(doubtful, unit)
    wrong = [f"{where(name)}: {name} in {time_text(seconds)}: {why}" for name, (work, seconds) in times.items()
             if (why := complaint(work, seconds))]
    if wrong:
        raise UserError("\n".join(wrong[:10] + ([f"and {len(wrong) - 10} more"] if len(wrong) > 10 else [])) +
                        f"{hint}; {OPTION} takes it as it is")


def check_fit(where, times, unit="s"):
    """Raises UserError where the three constants fitted to such times charge each layer more than any runtime takes: what is left
    of times that are too long by a factor, on a processor quick enough for that not to show in FLOP/s."""
    seconds = {name: time for name, (_, time) in times.items()}
    overhead = fit_devices.fit(fit_devices.relative_rows({name: work for name, (work, _) in times.items()}, seconds))[2]
    if len(times) >= FEWEST and overhead > LONGEST_OVERHEAD:
        raise UserError(f"{where}: each layer takes {time_text(overhead)} beside its work, and no runtime takes more than "
                        f"{time_text(LONGEST_OVERHEAD)}{meant(list(times.values()), unit)}; {OPTION} takes it as it is")
