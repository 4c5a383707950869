#!/usr/bin/env python3
"""What lies in results/ was made by the scenarios as they are now."""
import csv
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def problems():
    drawn = dict(line.split() for line in (ROOT / "results" / "figures.txt").read_text().splitlines())
    for scenario in sorted((ROOT / "scenarios").glob("*.yaml")):
        folder = ROOT / "results" / scenario.stem
        if not (folder / "manifest.json").is_file():
            yield f"{folder}: no results of {scenario.name}; run ./reproduce"
            continue
        manifest = json.loads((folder / "manifest.json").read_text())
        if manifest["scenario"] != scenario.read_text():
            yield f"{folder}: made by another text of {scenario.name}; run ./reproduce"
        with open(folder / "rows.csv", newline="") as rows:
            if sum(1 for _ in csv.reader(rows)) - 1 != manifest["runs"]:
                yield f"{folder}: rows.csv has not the {manifest['runs']} runs of its manifest"
        if not (folder / "columns.csv").is_file():
            yield f"{folder}: no columns.csv; run ./reproduce"
        if scenario.stem not in drawn:
            yield f"results/figures.txt: says not what to draw of {scenario.name}"
        figures = drawn.get(scenario.stem, "-")
        for figure in [] if figures == "-" else figures.split(","):
            for suffix in (".png", ".svg", ".csv"):
                if not list(folder.glob(f"{figure}*{suffix}")):
                    yield f"{folder}: no {figure}{suffix}; run ./reproduce"


if __name__ == "__main__":
    found = list(problems())
    if found:
        sys.exit("\n".join(found))
    print("results/ is of the scenarios as they are")
