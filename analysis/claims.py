"""What README and docs/ claim of the shipped comparison, computed from results/, with the protocol beside each number.

    python3 -m analysis.claims            # rewrites the marked blocks of README.md and docs/*.md
    python3 -m analysis.claims --check    # says which are out of date, and changes nothing (exit status 1)

A block stands between `<!-- claims: NAME -->` and `<!-- end of claims -->`; BLOCKS says what is in it. Means are over
replications. `A against B` is the mean over replications of (B - A) / B, paired by replication, as in savings.csv: of
the pairs in which both found a plan, kept the limits in truth, dropped nothing, let as many requests fail and did not
pile requests up, in those replications in which every method that has such a pair at the point has one.
"""

import argparse
import dataclasses
import functools
import json
import pathlib
import re
import sys
import textwrap

import numpy as np
import pandas as pd

from . import naming, results

ROOT = pathlib.Path(__file__).resolve().parents[1]
ALIKE = 0.005  # shares within this are said to be alike
BLOCK = re.compile(r"(?s)(<!-- claims: (\w+) -->\n).*?(<!-- end of claims -->)")
WORDS = {"latency_mean_s": "mean latency", "energy_inference_J": "joules of an inference above idle",
         "lifetime_s": "lifetime of the battery"}
UNIT = {"latency_mean_s": "s", "energy_inference_J": "J", "lifetime_s": "h"}


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The rows of a results folder, and how they were made."""

    rows: pd.DataFrame
    manifest: dict

    @functools.cached_property
    def settings(self):
        """Every setting of the scenario's own, by its path."""
        own = (entry for entry in self.manifest["parameters"] if entry["origin"] != "default")
        return {entry["key"]: str(entry["value"]) for entry in own}

    @property
    def axes(self):
        """(path, column) of each axis and of those that go along with it."""
        return [(one["path"], one["column"]) for axis in self.manifest["axes"] for one in (axis, *axis.get("along", ()))]

    @property
    def methods(self):
        return [entry["name"] for entry in self.manifest["partitioners"]]

    def at(self, **held):
        """The part at which axes, by the last word of their path (`uplink=2`), have these values."""
        rows = self.rows
        for word, value in held.items():
            column = next(column for path, column in self.axes if path.split(".")[-1] == word)
            found = rows[column].map(lambda cell: _is(cell, value))
            if not found.any():
                raise results.UserError(f"no point has {word} {value}")
            rows = rows[found]
        return Outcome(rows, self.manifest)

    def protocol(self):
        """One line: what was played, how often, what is true."""
        get = self.settings.get
        device = get("device", get("device.kind", "devices by group"))
        cloud, link = get("cloud", get("cloud.kind")), get("link.kind", get("link"))
        fixed = {key: value for key, value in self.settings.items() if key not in dict(self.axes)}
        figures = [f", {key} {fixed['link.' + key]}" for key in ("rtt", "uplink", "loss") if "link." + key in fixed]
        arrivals = " ".join(filter(None, (get("workload.arrivals").replace("_", " "), get("workload.rate"))))
        limits = [f"{key.split('.')[-1]} {value}" for key, value in fixed.items() if key.startswith("constraints.")]
        noise = get("truth.layer_noise", "0.15")
        return (f"{get('network')} between {device} and {cloud} over {link}{''.join(figures)}; "
                f"{arrivals} {get('workload.requests')} requests a run, {self.manifest['replications']} replications; "
                + (f"limits: {', '.join(limits)}; " if limits else "")
                + f"{self.span()}; true layers off by a log-normal factor of sigma {noise}")

    def of(self, name):
        """How a method was set up: "resource_aware R3, bandwidth exact"."""
        i = self.methods.index(name)
        prefix = f"partitioners[{i}]."
        own = {key.removeprefix(prefix): value for key, value in self.settings.items() if key.startswith(prefix)}
        kind = self.manifest["partitioners"][i]["kind"]
        then = "benchmarked_at."
        left_out = ("kind", "name", "rule", "decision.time", "decision.rate", "benchmark.repetitions")
        said = [f"{key} {value}" if not key.startswith(then) else f"benchmarked at {key.removeprefix(then)} {value}"
                for key, value in own.items() if key not in left_out]
        return ", ".join([f"{kind} {own.get('rule', '')}".strip(), *said]).replace("_", " ")

    def cell(self, name, *columns):
        """Means with their units and what is wrong with them, or that there is no plan."""
        own = self.rows[self.rows["partitioner"] == name]
        found = own[own["feasible"] == 1]
        if found.empty:
            return "no plan"
        means = []
        for column in columns:
            value = pd.to_numeric(found[column]).mean() / (3600.0 if UNIT[column] == "h" else 1.0)
            means.append(f"{naming.rounded(value)} {UNIT[column]}" if np.isfinite(value) else "-")
        broken = int((pd.to_numeric(found["violation_rate"]) > 0).sum())
        lost = int((pd.to_numeric(found["dropped"]) + pd.to_numeric(found["failed"]) > 0).sum())
        notes = [f"{len(found)} of {len(own)} found a plan"] if len(found) < len(own) else []
        notes += ["overloaded"] if (found["saturated"] == 1).any() else []
        notes += [f"limits broken in {broken} of {len(found)} runs"] if broken else []
        notes += [f"requests lost in {lost} of {len(found)} runs"] if lost else []
        return "; ".join(means) + (f" ({', '.join(notes)})" if notes else "")

    @functools.cached_property
    def _numbers(self):
        """By method: its figures by point and replication."""
        keys = ("feasible", "saturated", "violation_rate", "dropped", "failed", *WORDS)
        numbers = self.rows[[key for key in keys if key in self.rows]].apply(pd.to_numeric, errors="coerce")
        numbers.index = pd.MultiIndex.from_frame(self.rows[["point", "replication"]])
        return {name: numbers[(self.rows["partitioner"] == name).to_numpy()] for name in self.methods}

    def _sound(self, name, other):
        """The points and replications in which the two can be compared."""
        a, b = self._numbers[name].align(self._numbers[other], join="inner", axis=0)
        fine = a["failed"] == b["failed"]
        for one in (a, b):
            fine &= ((one["feasible"] == 1) & one["latency_mean_s"].notna() & (one["saturated"] != 1)
                     & ~(one["dropped"] > 0) & ~(one["violation_rate"] > 0))
        return fine.index[fine]

    @functools.cached_property
    def _supports(self):
        return {}  # by baseline, as they are asked for

    def _support(self, other):
        """The points and replications in which every method that can be compared with that one at the point can be."""
        if other in self._supports:
            return self._supports[other]
        sound = {name: self._sound(name, other) for name in self.methods if name != other}
        points = {name: set(index.get_level_values("point")) for name, index in sound.items()}
        pairs = {name: set(index) for name, index in sound.items()}
        self._supports[other] = {pair for own in pairs.values() for pair in own
                                 if all(pair in pairs[name] for name in sound if pair[0] in points[name])}
        return self._supports[other]

    def against(self, name, other, column="latency_mean_s"):
        """The saving of one method against another, by point; points without a pair are left out."""
        common = self._support(other)
        index = [pair for pair in self._sound(name, other) if name == other or pair in common]
        before, now = (self._numbers[one][column].reindex(index) for one in (other, name))
        return ((before - now) / before).dropna().groupby("point").mean()

    def attained(self, name, points=None):
        """The share of requests that ended within all true limits, over all replications of these points (else all)."""
        own = self.rows[self.rows["partitioner"] == name]
        if points is not None:
            own = own[own["point"].isin(points)]
        return pd.to_numeric(own["attainment"]).mean()

    def place(self, point):
        """A point as it is read: "at 0.5 Mbit/s"."""
        row = self.rows[self.rows["point"] == point].iloc[0]
        moving = [axis for axis in self.axes if self.rows[axis[1]].nunique() > 1 or len(self.axes) == 1]
        return ", ".join(_value(row[column], naming.axis_unit(path, column)) for path, column in moving)

    def span(self):
        """What is swept: "25 points of link.uplink, 0.5 Mbit/s to 100 Mbit/s"."""
        parts = []
        for path, column in self.axes:
            values = list(dict.fromkeys(self.rows[column]))
            first, last = (_value(value, naming.axis_unit(path, column)) for value in (values[0], values[-1]))
            parts.append(f"{len(values)} points of {path}, {first} to {last}" if len(values) > 1 else f"{path} {first}")
        return "; ".join(parts)

    def compared(self, name, other, column="latency_mean_s"):
        """In words: "saves up to 95 % (0.5 Mbit/s), loses up to 19 % (16 Mbit/s): better at 14, worse at 4 of 25"."""
        saving = self.against(name, other, column)
        count = self.rows["point"].nunique()
        if saving.empty:
            return "no pair to compare"
        better, worse = saving[saving > ALIKE], saving[saving < -ALIKE]
        words = [f"saves up to {_percent(better.max())} (at {self.place(better.idxmax())})"] if len(better) else []
        words += [f"loses up to {_percent(-worse.min())} (at {self.place(worse.idxmin())})"] if len(worse) else []
        apart = "" if len(saving) == count else f"; {count - len(saving)} have no pair"
        if not words:
            return f"alike at all {len(saving)} points{apart}"
        alike = len(saving) - len(better) - len(worse)
        tally = f"better at {len(better)}, worse at {len(worse)}, alike at {alike} of {count} points"
        mean = f"{_percent(abs(saving.mean()))} {'lost' if saving.mean() < 0 else 'saved'} on average"
        return f"{', '.join(words)}; {mean}; {tally}{apart}"

    def broken(self, name):
        """In how many runs a plan broke a limit in truth, of those in which the method found one."""
        own = self.rows[(self.rows["partitioner"] == name) & (self.rows["feasible"] == 1)]
        return f"{int((pd.to_numeric(own['violation_rate']) > 0).sum())} of {len(own)}"


def _value(value, unit):
    """"0.5 Mbit/s", "4 /s", "raspberry_pi_4"."""
    number = value if isinstance(value, str) else naming.short_number(float(value))
    return f"{number} {unit.replace('1/', '/')}".strip()


def _is(cell, value):
    return str(cell) == value if isinstance(value, str) else abs(float(cell) - value) <= 1e-6 * max(1.0, abs(value))


def _percent(share):
    tenths = round(100.0 * share, 1) + 0.0  # no -0
    return f"{naming.plain_number(float(f'{tenths:.2g}'))} %"


@functools.cache
def outcome(name):
    folder = ROOT / "results" / name
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return Outcome(results.read_table(folder / "rows.csv"), manifest)


def _table(head, rows):
    return [f"| {' | '.join(head)} |", "|" + "---|" * len(head), *(f"| {' | '.join(row)} |" for row in rows)]


def _comparisons(scenario, pairs, column="latency_mean_s", what="mean latency"):
    """A row a pair of methods: what the difference is, how it comes out, and how either was set up."""
    found = outcome(scenario)
    rows = [[said, f"`{name}` against `{other}`", found.compared(name, other, column),
             f"{found.of(name)}; against: {found.of(other)}"] for said, name, other in pairs]
    return [f"`{scenario}`, {what}: {found.protocol()}.", "",
            *_table(["what differs", "methods", "outcome", "protocol"], rows)]


def _by_point(scenario, columns=("latency_mean_s",), **held):
    """A row a point, a column a method: means."""
    found = outcome(scenario).at(**held)
    head = ["point", *(f"`{name}`" for name in found.methods)]
    rows = []
    for point in found.rows["point"].unique():
        here = Outcome(found.rows[found.rows["point"] == point], found.manifest)
        rows.append([found.place(point), *(here.cell(name, *columns) for name in found.methods)])
    what = "; ".join(WORDS[column] for column in columns)
    return [f"`{scenario}`, {what}: {found.protocol()}.", "", *_table(head, rows)]


def _budgets():
    found = outcome("energy_constrained")
    base = "offline_rerun"
    rows = [[f"`{name}`", found.broken(name), _percent(found.attained(name)),
             found.compared(name, base) if name != base else "-", found.of(name)] for name in found.methods]
    head = ["method", "runs that broke the budget, of those with a plan", "attained",
            f"mean latency against `{base}`", "protocol"]
    return [f"`energy_constrained`: {found.protocol()}.", "", *_table(head, rows)]


def _information():
    """Of information: regret and attainment of every method, by what it knows of bandwidth and device; a column a state
    of the device."""
    found = outcome("information")
    clock, hidden = (next(column for path, column in found.axes if path.endswith(f".{key}"))
                     for key in ("clock", "interference"))
    states = found.rows.drop_duplicates("point").set_index("point")[[clock, hidden]]
    worlds = list(dict.fromkeys(states.itertuples(index=False, name=None)))
    rows = []
    for name in found.methods:
        regret = -found.against(name, "oracle")
        cells = []
        for world in worlds:
            points = states.index[(states[clock] == world[0]) & (states[hidden] == world[1])]
            own = regret[regret.index.isin(points)]
            apart = "" if len(own) == len(points) else f", {len(own)} of {len(points)} points"
            of_pairs = f"{_percent(own.median())} (worst {_percent(own.max())}{apart})" if len(own) else "no pair"
            cells.append((of_pairs if name != "oracle" else "-") + f"; {_percent(found.attained(name, points))}")
        rows.append([f"`{name}`", *cells])
    head = ["method", *(f"clock {_value(at, '%')}, interference {_value(beside, '%')}" for at, beside in worlds)]
    what = "median and worst regret against the oracle in mean latency; attained"
    return [f"`information`, {what}: {found.protocol()}.", "",
            *_table(head, rows)]


def _stale():
    """Of stale_profile: the mean regret of the old profile against the oracle; a row a world and error."""
    found = outcome("stale_profile")
    axes = {path: column for path, column in found.axes}
    hot, loaded = axes["device.processors.cpu.slowdown"], axes["cloud.processors.cpu.slowdown"]
    error, uplink = axes["partitioners.stale.profile_error"], axes["link.uplink"]
    regret = -found.against("stale", "oracle")
    points = found.rows.drop_duplicates("point").set_index("point")[[hot, loaded, error, uplink]].assign(regret=regret)
    points = points[points[error].isin((0, 10, 50))]
    uplinks = sorted(points[uplink].unique(), reverse=True)
    least = points[[hot, loaded]].min()
    rows = []
    for world, here in points.groupby([hot, loaded, error]):
        words = ["hot" if world[0] > least[hot] else "cool", "loaded" if world[1] > least[loaded] else "idle",
                 f"{naming.short_number(world[2])} %"]
        rows.append([*words, *(_percent(here.loc[here[uplink] == value, "regret"].iloc[0]) for value in uplinks)])
    head = ["device", "cloud", "error of the profile", *(_value(value, "Mbit/s") for value in uplinks)]
    return [f"`stale_profile`, regret of the old profile in mean latency: {found.protocol()}; {found.of('stale')}.", "",
            *_table(head, rows)]


BANDWIDTH = (
    ("method: one rate a processor, of the simulated world, for measured layers", "resource_aware", "offline_rerun"),
    ("method: one rate a processor, of the real boards, for measured layers", "resource_aware_board", "offline_rerun"),
    ("rate: of the simulated world for that of the real boards", "resource_aware", "resource_aware_board"),
    ("bandwidth: of today for that of 20 Mbit/s, measured layers", "offline_rerun", "offline_stale"),
    ("bandwidth: of today for that of 20 Mbit/s, one rate a processor", "resource_aware", "resource_aware_stale"),
    ("method and bandwidth at once", "resource_aware", "offline_stale"),
    ("rule: fewest bytes within the time limit, measured layers", "bandwidth_specific", "offline_rerun"),
    ("rule: fewest bytes within derived budgets, one rate a processor", "fewest_bytes", "offline_rerun"),
    ("nothing: the device alone", "device_only", "offline_rerun"),
)

def _sentences(words):
    """The parts of an outcome as sentences: "It saves up to 94 %. Better at 17 of 25 points"."""
    first, *rest = words.split("; ")
    first = f"It {first}" if first.startswith(("saves", "loses")) else first
    return ". ".join(part[0].upper() + part[1:] for part in (first, *rest))


def _headlines():
    """The README's: a sentence a finding, its figures from results/."""
    found = outcome("bandwidth_constrained")
    energy = outcome("energy_constrained")
    broken = {name: energy.broken(name) for name in ("resource_aware", "offline_rerun", "offline_as_published")}
    sentences = [
        f"**Fresh bandwidth is what helps.** A benchmark that is taken again stands against one of 20 Mbit/s. "
        f"{_sentences(found.compared('offline_rerun', 'offline_stale'))}.",
        f"**The method alone loses.** Resource-aware planning (R3: one rate a processor) stands against that fresh benchmark. "
        f"{_sentences(found.compared('resource_aware', 'offline_rerun'))}. It does not see that layers with many weights are slow.",
        f"**Both at once look like a gain.** R3 with today's bandwidth stands against the old benchmark. "
        f"{_sentences(found.compared('resource_aware', 'offline_stale'))}.",
        f"**An energy budget needs measured layers.** Runs that broke it in truth: {broken['resource_aware']} by R3, "
        f"{broken['offline_rerun']} by the fresh benchmark, {broken['offline_as_published']} by the benchmark as "
        "published, which knows no limits.",
    ]
    return [line for sentence in sentences
            for line in textwrap.wrap(f"* {sentence}", 118, subsequent_indent="  ", break_on_hyphens=False)]


BLOCKS = {
    "headlines": _headlines,
    "bandwidth": lambda: _comparisons("bandwidth_constrained", BANDWIDTH),
    "information": _information,
    "energy": _budgets,
    "memory": lambda: _by_point("memory_constrained", ("latency_mean_s", "energy_inference_J")),
    "compute": lambda: _by_point("compute_constrained"),
    "battery": lambda: _by_point("battery_lifetime", ("lifetime_s", "latency_mean_s")),
    "fleet": lambda: _by_point("heterogeneous_fleet"),
    "cloud": lambda: _by_point("loaded_cloud"),
    "stale": _stale,
    "moving": lambda: _by_point("moving_bandwidth"),
}


def documents():
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def renewed(text):
    """A document with its blocks as results/ has them."""
    return BLOCK.sub(lambda match: match[1] + "\n".join(BLOCKS[match[2]]()) + "\n" + match[3], text)


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python3 -m analysis.claims", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say which documents are out of date")
    options = parser.parse_args(arguments)
    status = 0
    for path in documents():
        text = path.read_text(encoding="utf-8")
        if renewed(text) == text:
            continue
        print(f"{path.relative_to(ROOT)}: {'out of date' if options.check else 'written'}")
        if options.check:
            status = 1
        else:
            path.write_text(renewed(text), encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
