"""Draws docs/gallery again from results/, and writes docs/gallery.md, the page that shows it.

    ./reproduce                                       # makes results/ with the program as it is
    python3 -m analysis.gallery                       # then this, from the project's root
    python3 -m analysis.gallery --only battery,best   # some pictures; --page: the page alone

Every picture is drawn by the very command that stands beside it on the page, in a scratch folder.
"""

import argparse
import dataclasses
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

from . import naming, regret, results, store
from .__main__ import main as plot

ROOT = pathlib.Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "gallery"
PAGE = ROOT / "docs" / "gallery.md"


@dataclasses.dataclass(frozen=True)
class Picture:
    """`figure`: the name of the figure. `of`: the results folder or the file that it is drawn from. `plays`: commands of
    edgecut that make it, where results/ does not hold it. `stem`: of the drawn file, where it is not the figure's name."""

    name: str
    figure: str
    of: str
    plays: tuple = ()
    stem: str = ""
    needs: str = ""  # a column of the file without which the picture shows less than it should

    @property
    def drawing(self):
        """The last command: what draws it."""
        if self.figure == "regret_panels":
            return f"python3 -m analysis.regret {self.of}"
        is_file = self.of.endswith(".csv")
        return f"edgecut plot {self.of}" + ("" if is_file else f" --only {self.figure}")

    @property
    def commands(self):
        return [*(f"edgecut {words}" for words in self.plays), self.drawing]


BANDWIDTH = "results/bandwidth_constrained"
MAPS = "maps"
PLAYED_MAPS = (f"sweep scenarios/maps/uplink_and_load.yaml -o {MAPS}",)

# Heading, what is to be said, pictures.
SECTIONS = (
    ("Against one axis", "Means over replications with 95 % bands. Rings say where resource-aware methods cross a baseline, and "
     "`latency_crossovers.csv` who crosses whom; any numeric column can be drawn by its name, and `--x KEY` picks another swept key.",
     (Picture("latency", "latency", BANDWIDTH), Picture("energy", "energy", BANDWIDTH), Picture("bytes", "bytes", BANDWIDTH),
      Picture("latency_p95_s", "latency_p95_s", BANDWIDTH))),
    ("Against words", "Devices, links and the like have no order, so no line joins them: points with 95 % intervals side by side, the "
     "oracle as a bar behind them. What breaks a limit or finds no plan is said in the strip below.",
     (Picture("devices", "latency", "results/compute_constrained"), Picture("misses", "misses", "results/compute_constrained"),
      Picture("lifetime", "lifetime", "results/battery_lifetime", stem="lifetime_at_uplink_5.85_Mbit_s"),
      Picture("cut_devices", "cut", "results/compute_constrained"))),
    ("Against a baseline, and where the cuts are", "Savings against each baseline, paired by replication; where each method cuts the "
     "network at which bandwidth.", (Picture("saving", "saving", BANDWIDTH), Picture("cut", "cut", BANDWIDTH))),
    ("Every cut", "What one inference takes at every cut of the network on an idle system: latency by part, energy above idle below it. "
     "Pale bars break a limit; a cross says which. A mark stands below the cut that each method chooses. A bar that is cut off at the "
     "top has its number. `edgecut plot FOLDER --only cuts` draws the first, the middle and the last point of a results folder.",
     (Picture("cuts_alexnet", "cuts", "alexnet.csv", ("plan scenarios/energy_constrained.yaml --every-cut --format csv >alexnet.csv",),
              stem="cuts_alexnet"),
      Picture("cuts_edge", "cuts", "edge.csv", ("plan --problem scenarios/problems/three_tiers.yaml --every-cut --format csv >edge.csv",),
              stem="cuts_edge"))),
    ("Where time and energy go", "A panel for each of the first, the middle and the last point.",
     (Picture("time", "time", BANDWIDTH), Picture("energy_parts", "energy_parts", BANDWIDTH))),
    ("Latency against energy", "The front of what no other beats. Uplinks are worlds of their own, with a panel each; budgets are "
     "choices in one world, so all points are in one panel.",
     (Picture("pareto", "pareto", BANDWIDTH), Picture("pareto_budget", "pareto", "results/energy_constrained"))),
    ("Over two axes", "Who is fastest, how much slower than the oracle the others are, and what they save on the first baseline. "
     "Saturated and infeasible places are hatched, losses have a bar, and arrows of the scale say that values lie beyond it. Over "
     "further axes, regret has a panel for each of their settings.",
     (Picture("best", "best", MAPS, PLAYED_MAPS), Picture("regret", "regret", MAPS, PLAYED_MAPS),
      Picture("saving_map", "saving_map", MAPS, PLAYED_MAPS),
      Picture("regret_panels", "regret_panels", "results/stale_profile", stem="regret"))),
    ("Request by request", "Distributions of latency: a curve ends below 1 where requests were dropped or failed. Bandwidth, battery, "
     "chosen cut and latency in time, of one replication and, in a fleet, of one device.",
     (Picture("latency_cdf", "latency_cdf", "r.csv", ("run scenarios/energy_constrained.yaml --requests r.csv",)),
      Picture("timeline", "timeline", "e.csv", ("run scenarios/moving_bandwidth.yaml --set replications=1 --set workload.requests=60 "
                                                "--events e.csv",)),
      Picture("battery", "timeline", "b.csv", ("run scenarios/battery_lifetime.yaml --set replications=1 --events b.csv",),
              needs="charge_share"))),
    ("A network", "Work, parameters, and what each cut sends.",
     (Picture("profile_resnet18", "profile", "resnet18.csv", ("describe network resnet18 --format csv >resnet18.csv",),
              stem="profile_resnet18"),)),
)

HEAD = """# Gallery

One of each figure, from shipped scenarios, with the command that draws it. Here lie the pictures as PNG; `edgecut plot` writes
every figure as PNG, SVG and PDF (`--formats`), with the exact numbers beside it as CSV, and the same data give the same bytes.
Curves, bars and maps are 3.5 in wide, a column of a paper; the figures of many panels (`saving`, `cut`, profile, regret over many
axes) are 7 in wide. What is told apart by colour is also told apart by line, marker, hatch or number.

`python3 -m analysis.gallery` draws them all again and writes this page. Folders under `results/` are what `./reproduce` makes.
"""


def pictures():
    return [picture for _, _, some in SECTIONS for picture in some]


def page():
    """The text of docs/gallery.md."""
    parts = [HEAD]
    for heading, said, some in SECTIONS:
        parts.append(f"\n## {heading}\n\n{said}\n")
        for picture in some:
            commands = "\n".join(f"    {command}" for command in picture.commands)
            parts.append(f"\n{commands}\n\n![{picture.name.replace('_', ' ')}](gallery/{picture.name}.png)\n")
    return "".join(parts)


def _play(words, program, scratch):
    """Runs one command of edgecut in the scratch folder, in which scenarios/ is ours; `>FILE` takes its output."""
    words, _, target = words.partition(" >")
    ended = subprocess.run([program, *shlex.split(words)], cwd=scratch, capture_output=True, text=True,
                           env={**os.environ, "EDGECUT_HOME": str(ROOT)})
    if ended.returncode != 0:
        raise results.UserError(f"edgecut {words}: {' '.join(ended.stderr.split()[-40:])}")
    if target:
        (scratch / target).write_text(ended.stdout, encoding="utf-8")


def draw(picture, program, scratch, out):
    """Draws one picture into the folder `out`; `scratch` keeps what commands made, for those that share it."""
    for words in picture.plays:
        if not (scratch / picture.of).exists():
            _play(words, program, scratch)
    source = scratch / picture.of
    naming.forget()  # as a command that is called by itself
    if picture.needs and picture.needs not in results.read_table(source):
        raise results.UserError(f"{picture.of}: has no column '{picture.needs}', which the picture {picture.name} is about")
    drawn = scratch / "drawn" / picture.name
    only = [] if source.is_file() else ["--only", picture.figure]
    arguments = [str(source), "-o", str(drawn)]
    ended = regret.main(arguments) if picture.figure == "regret_panels" else plot([*arguments, *only, "--formats", "png"])
    if ended != 0:
        raise results.UserError(f"{picture.drawing}: failed")
    shutil.copyfile(drawn / f"{picture.stem or picture.figure}.png", out / f"{picture.name}.png")


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python3 -m analysis.gallery", description=__doc__.splitlines()[0])
    parser.add_argument("--only", metavar="NAMES", help="some pictures, by the names of their files")
    parser.add_argument("--page", action="store_true", help="the page alone")
    parser.add_argument("-o", "--output", type=pathlib.Path, default=PICTURES, help="folder of the pictures (default: docs/gallery)")
    options = parser.parse_args(arguments)
    wanted = [name.strip() for name in options.only.split(",")] if options.only else [picture.name for picture in pictures()]
    try:
        unknown = [name for name in wanted if name not in {picture.name for picture in pictures()}]
        if unknown:
            raise results.UserError(f"no picture '{unknown[0]}'; there are {', '.join(picture.name for picture in pictures())}")
        program = store.program()
        if not program and not options.page:
            raise results.UserError("no edgecut was found; build it, or put it on the path")
        options.output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="edgecut_") as scratch:
            for name in ("scenarios", "results"):
                (pathlib.Path(scratch) / name).symlink_to(ROOT / name)
            for picture in pictures() if not options.page else []:
                if picture.name in wanted:
                    draw(picture, program, pathlib.Path(scratch), options.output)
        if options.output == PICTURES:
            PAGE.write_text(page(), encoding="utf-8")
    except results.UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
