"""One HTML page of a results folder: question, set-up, tables, figures, warnings, how to repeat it.

    edgecut report RESULTS_FOLDER -o report.html

The page holds all it needs and fetches nothing.
"""

import argparse
import html
import json
import pathlib
import sys
import tempfile

from . import figures, naming, results, stats

MANY = 5  # replications below which intervals are wide
COLUMNS = (  # of the table: column, title, scale, unit
    ("latency_mean_s", "latency", 1e3, "ms"),
    ("latency_p95_s", "p95", 1e3, "ms"),
    ("energy_inference_J", "energy above idle per inference", 1.0, "J"),
    ("energy_device_J", "energy of the device", 1.0, "J"),
    ("up_mean_B", "sent", 1e-3, "kB"),
    ("deadline_miss_rate", "deadline misses", 100.0, "%"),
    ("violation_rate", "limits broken in truth", 100.0, "%"),
)
WHAT = {"latency": "Mean latency", "saving": "Savings against each baseline, paired by replication",
        "energy": "Energy", "cut": "Where each partitioner cuts the network", "time": "Where the time of a request goes",
        "energy_parts": "Where the energy of a device goes", "pareto": "Latency against energy", "bytes": "Bytes sent",
        "misses": "Deadline misses", "lifetime": "Lifetime"}

# A browser that keeps to this fetches nothing.
ALLOWED = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
STYLE = """
body{font:15px/1.5 system-ui,sans-serif;color:#222;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.15rem;margin-top:2.2rem;border-bottom:1px solid #ccc}
table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
th,td{padding:.2rem .6rem;border-bottom:1px solid #e4e4e4;text-align:left;vertical-align:top}
td.n,th.n{text-align:right}th{border-bottom:1.5px solid #888}
th button{all:unset;cursor:pointer;font-weight:600}th button:focus-visible{outline:2px solid #0072b2}
th[aria-sort=ascending] button::after{content:" \\25B2"}th[aria-sort=descending] button::after{content:" \\25BC"}
.wide{overflow:auto;max-height:34rem}td.n{white-space:nowrap}thead th{position:sticky;top:0;background:#fff}figure{margin:1rem 0 2rem}figure svg{max-width:100%;height:auto}figcaption{color:#555}
pre{background:#f5f5f5;padding:.8rem;overflow-x:auto;font-size:.8rem}.warning{border-left:4px solid #d55e00;padding:.1rem .8rem}
@media print{body{max-width:none}.wide{max-height:none}th button::after{content:none!important}}
"""
SCRIPT = """
"use strict";
function sortBy(header) {
  const table = header.closest("table"), body = table.tBodies[0];
  const column = [...header.parentNode.children].indexOf(header);
  const up = header.getAttribute("aria-sort") !== "ascending";
  for (const other of header.parentNode.children) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", up ? "ascending" : "descending");
  const key = row => { const cell = row.cells[column];
    return "v" in cell.dataset ? Number(cell.dataset.v) : cell.textContent; };
  const empty = k => k === "-" || k === "" || Number.isNaN(k);
  const rows = [...body.rows].map((row, i) => [key(row), i, row]);
  rows.sort(([a, i], [b, j]) => {
    if (empty(a) || empty(b)) return empty(a) - empty(b) || i - j;
    return (up ? 1 : -1) * (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)))
      || i - j; });
  body.append(...rows.map(entry => entry[2]));
}
for (const button of document.querySelectorAll("th button"))
  button.addEventListener("click", () => sortBy(button.parentNode));
// #sort=COLUMN sorts the first sortable table, so that a link can lead to a sorted page.
const wish = /^#sort=(\\d+)(-down)?$/.exec(location.hash);
if (wish) {
  const header = document.querySelectorAll("table.sortable th")[Number(wish[1])];
  if (header) { header.firstChild.click(); if (wish[2]) header.firstChild.click(); }
}
"""


def text(value):
    return html.escape(str(value))


def table(head, rows, sortable=False):
    """head: (title, is a number) each. rows: lists of texts, or (text, number) where a column is sorted by a number."""
    def cell(entry, numeric):
        shown, number = entry if isinstance(entry, tuple) else (entry, None)
        data = f' data-v="{number!r}"' if number is not None and number == number else ""
        return f'<td{" class=n" if numeric else ""}{data}>{text(shown)}</td>'

    titles = "".join(f'<th{" class=n" if numeric else ""}>'
                     + (f'<button type="button">{text(title)}</button>' if sortable else text(title)) + "</th>"
                     for title, numeric in head)
    body = "".join("<tr>" + "".join(cell(entry, numeric) for entry, (_, numeric) in zip(row, head)) + "</tr>\n"
                   for row in rows)
    kind = ' class="sortable"' if sortable else ""
    return f'<div class="wide"><table{kind}><thead><tr>{titles}</tr></thead>\n<tbody>\n{body}</tbody></table></div>\n'


def _estimate(mean, half, scale):
    if mean != mean:
        return ("-", None)
    shown = naming.rounded(mean * scale) if mean else "0"
    if half == half and mean:
        shown += f" ±{100 * abs(half / mean):.1f} %"
    return (shown, float(mean * scale))


def results_table(study):
    """Means with half the 95 % interval, a row a point and partitioner."""
    shown = [entry for entry in COLUMNS if entry[0] in study.rows and study.numbers(entry[0])[entry[0]].notna().any()]
    summaries = {column: stats.summarise(study, column).set_index(["x", "partitioner"]) for column, *_ in shown}
    head = [(study.axis.label, study.axis.is_numeric), ("partitioner", False), ("plans", True)]
    head += [(f"{title} ({unit})", True) for _, title, _, unit in shown]
    counts = stats.summarise(study, COLUMNS[0][0]).set_index(["x", "partitioner"])
    rows = []
    for x in study.x:
        for name in study.partitioners:
            first = counts.loc[(x, name)]
            value = study.axis.values[int(x)] if study.axis.scale == "category" else x
            found = int(first["replications"] - first["infeasible"])
            row = [(str(value) if isinstance(value, str) else naming.plain_number(value), float(x)), name,
                   (f"{found}/{int(first['replications'])}", float(found))]
            for column, _, scale, _ in shown:
                own = summaries[column].loc[(x, name)]
                row.append(_estimate(float(own["mean"]), float(own["half_width"]), scale))
            rows.append(row)
    return table(head, rows, sortable=True)


def warnings(rows, manifest):
    """What a reader should know before believing the figures, a sentence each."""
    found = []
    numbers = {column: rows[column].astype(float) for column in ("saturated", "feasible", "failed", "violation_rate")
               if column in rows}

    def count(hits, say):
        if hits.any():
            names = ", ".join(sorted(set(rows.loc[hits, "partitioner"])))
            found.append(f"{int(hits.sum())} of {len(rows)} runs {say} ({names}).")

    if "saturated" in numbers:
        count(numbers["saturated"] == 1, "are saturated: their means grow with the number of requests and mean nothing")
    if "feasible" in numbers:
        count(numbers["feasible"] == 0, "have no feasible plan and are left out of the means")
    if "failed" in numbers and "feasible" in numbers:
        count((numbers["failed"] > 0) & (numbers["feasible"] == 1), "have requests that failed although there was a plan")
    if "violation_rate" in numbers:
        count(numbers["violation_rate"] > 0, "break a limit in truth that their method believed to keep")
    replications = manifest.get("replications", 1)
    if replications < MANY:
        found.append(f"Only {replications} replication(s): intervals are {'missing' if replications < 2 else 'wide'}.")
    if manifest.get("assumptions"):
        found.append(f"{len(manifest['assumptions'])} figures have no public source; they are marked in the set-up.")
    return found


def _setup(manifest):
    rows = [[source["figure"], source["value"],
             ("assumption: " if source["source"].startswith("assumption") else "") + source["source"].removeprefix(
                 "assumption ")] for source in manifest.get("sources", [])]
    axes = {axis["path"] for axis in manifest["axes"]}
    rows = [row for row in rows if row[0] not in axes]
    rows += [[axis["path"], ", ".join(axis["values"]), "swept"] for axis in manifest["axes"]]
    return table([("parameter", False), ("value and unit", False), ("source", False)], rows, sortable=False)


def _repeat(manifest):
    settings = "".join(f' --set "{setting}"' for setting in manifest.get("overrides", []))
    files = "\n".join(f"{name}  {value}" for name, value in manifest.get("files", {}).items())
    return (f"<p>edgecut {text(manifest.get('edgecut', '?'))}. Save the scenario as <code>{text(manifest.get('study', 'study'))}"
            f".yaml</code> and run</p><pre>{text('edgecut sweep ' + manifest.get('study', 'study') + '.yaml' + settings)}"
            f"</pre><p>Rows do not depend on the number of processes.</p><h3>Scenario</h3>"
            f"<pre>{text(manifest.get('scenario', ''))}</pre><h3>Files read, with their hashes</h3><pre>{text(files)}</pre>")


def _figures(studies):
    """The figures as inline SVG, with ids of their own, since a page has one space of ids."""
    parts = []
    with tempfile.TemporaryDirectory() as out:
        for study, name in ((study, name) for study in studies for name in figures.drawable(study)):
            if name == "saving" and study.savings is None:
                continue
            path = figures.draw_one(study, name, pathlib.Path(out), ("svg",))[0]
            svg = path.read_text(encoding="utf-8")
            svg = svg[svg.index("<svg"):].replace('id="', f'id="{path.stem}-').replace("url(#", f"url(#{path.stem}-")
            svg = svg.replace('xlink:href="#', f'xlink:href="#{path.stem}-')
            parts.append(f"<figure>{svg}<figcaption>{text(WHAT[name])}{text(path.stem.removeprefix(name).replace('_', ' '))}"
                         f"</figcaption></figure>\n")
    return "".join(parts)


def page(folder):
    """The whole page of a results folder. Throws results.UserError."""
    folder = pathlib.Path(folder)
    studies = results.load(folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    rows = results.load_whole(folder).rows
    found = warnings(rows, manifest)
    said = "".join(f'<p class="warning">{text(one)}</p>' for one in found) or "<p>None.</p>"
    tables = "".join((f"<h3>{text(study.note)}</h3>" if study.note else "") + results_table(study) for study in studies)
    title = manifest.get("question") or manifest.get("study") or folder.name
    return (f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{text(title)}</title>'
            f'<meta http-equiv="Content-Security-Policy" content="{ALLOWED}"><link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">'
            f"<style>{STYLE}</style></head><body>\n<h1>{text(title)}</h1>\n"
            f"<p>{text(manifest.get('study', folder.name))}: {text(manifest.get('runs', len(rows)))} runs, "
            f"{text(manifest.get('replications', 1))} replications.</p>\n<h2>Warnings</h2>{said}\n"
            f"<h2>Results</h2><p>Means over replications with half the 95 % interval. Click a title to sort.</p>{tables}\n"
            f"<h2>Figures</h2>{_figures(studies)}\n<h2>Set-up</h2>{_setup(manifest)}\n"
            f"<h2>How to repeat it</h2>{_repeat(manifest)}\n<script>{SCRIPT}</script></body></html>\n")


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="edgecut report", description=__doc__.splitlines()[0])
    parser.add_argument("folder", metavar="RESULTS_FOLDER", help="holds rows.csv and manifest.json")
    parser.add_argument("-o", "--output", metavar="FILE", default="report.html", help="default: report.html")
    options = parser.parse_args(arguments)
    try:
        whole = page(options.folder)
        pathlib.Path(options.output).write_text(whole, encoding="utf-8")
    except results.UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: {error.filename or options.output}: {error.strerror or error}", file=sys.stderr)
        return 2
    print(options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
