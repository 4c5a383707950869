#!/usr/bin/env python3
"""What lies in results/ was made by the scenarios as they are now."""
import csv
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIGURES = {"stale_profile": ["regret"]}  # of scenarios that are drawn otherwise


def problems():
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
        for figure in FIGURES.get(scenario.stem, ("latency", "saving", "energy", "cut")):
            for suffix in (".png", ".svg", ".csv"):
                if not (folder / f"{figure}{suffix}").is_file():
                    yield f"{folder}: no {figure}{suffix}; run ./reproduce"


if __name__ == "__main__":
    found = list(problems())
    if found:
        sys.exit("\n".join(found))
    print("results/ is of the scenarios as they are")
