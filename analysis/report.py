"""One HTML page of a results folder: question, set-up, tables, figures, warnings, how to repeat it.

    edgecut report RESULTS_FOLDER -o report.html

The page holds all it needs and fetches nothing.
"""

import argparse
import html
import itertools
import json
import math
import pathlib
import re
import shlex
import sys
import tempfile

import pandas as pd

from . import figures, heat, naming, regret, results, sources, stats, store, style

MANY = 5  # replications below which intervals are wide
HANDFUL = 6  # slices of a study over several axes; of more, one is drawn
MOST_FAILURES = 50  # that are listed
BLIND = ("device_only", "cloud_only", "fixed")  # kinds that look at no time and no energy, and so at no limit on them
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
        "misses": "Deadline misses", "lifetime": "Lifetime", "best": "Who is fastest where",
        "regret": "How much slower than the oracle", "saving_map": "What is saved against the first baseline",
        "regret_panels": "Regret against the oracle"}
SAVED = {"latency": "latency", "energy_inference": "energy above idle per inference",
         "energy_device": "energy of the device", "bytes_up": "bytes sent"}
LEFT_OUT = {"left_out_infeasible": "no plan", "left_out_saturated": "saturated", "left_out_losing": "losing requests",
            "left_out_violating": "breaks a limit", "left_out_others": "no sound pair of another method", "left_out_zero": "baseline is 0"}
PARTS = (  # of the tables of groups and of classes: column, title, scale, unit
    ("latency_mean_s", "latency", 1e3, "ms"), ("latency_p95_s", "p95", 1e3, "ms"),
    ("energy_inference_J", "energy above idle per inference", 1.0, "J"), ("requests", "requests", 1.0, ""),
    ("completed", "completed", 1.0, ""), ("late", "late", 1.0, ""), ("dropped", "dropped", 1.0, ""),
    ("failed", "failed", 1.0, ""))
PROCESSORS = (("energy_compute_J", "energy computing, above idle", 1.0, "J"), ("utilisation", "utilisation", 100.0, "%"))
TABLES = (  # beside the rows: file, title, the columns that tell its lines apart, what is shown
    ("groups.csv", "Groups of devices", ("partitioner", "group", "devices"), PARTS),
    ("classes.csv", "Classes of requests", ("partitioner", "group", "class"), PARTS),
    ("processors.csv", "Processors", ("partitioner", "processor", "devices"), PROCESSORS))

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


def _place(study, x):
    """Cells that say where a row is: the study's own axis, and what the others are held at."""
    value = study.axis.values[int(x)] if study.axis.scale == "category" else x
    places = {study.axis: value, **dict(study.held)}
    return [(naming.value(places[axis]), None) if isinstance(places[axis], str)
            else (naming.short_number(places[axis]), float(places[axis])) for axis in study.axes]


def _place_head(studies):
    return [(axis.label, axis.is_numeric) for axis in studies[0].axes]


def _has(studies, column):
    return any(column in study.rows and study.numbers(column)[column].notna().any() for study in studies)


def _attained(study):
    """(mean, half the interval) of the attainment by point and partitioner, over all replications: those without a plan,
    in which the fallback was played, are a part of it."""
    groups = study.numbers("attainment").dropna(subset="attainment").groupby(["x", "partitioner"])
    return {key: stats.estimate(group["attainment"]) for key, group in groups}


def results_table(studies):
    """Means with half the 95 % interval, a row a point and partitioner. studies: those of all slices of a folder."""
    shown = [entry for entry in COLUMNS if _has(studies, entry[0])]
    head = _place_head(studies) + [("partitioner", False), ("plans", True)]
    has_attainment = _has(studies, "attainment")
    head += [("attained (%)", True)] if has_attainment else []
    head += [(f"{title} ({unit})", True) for _, title, _, unit in shown]
    rows = []
    for study in studies:
        attained = _attained(study) if has_attainment else {}
        summaries = {column: stats.summarise(study, column).set_index(["x", "partitioner"]) for column, *_ in shown}
        counts = stats.summarise(study, COLUMNS[0][0]).set_index(["x", "partitioner"])
        for x, name in itertools.product(study.x, study.partitioners):
            if (x, name) not in counts.index:
                continue  # every run of it failed
            first = counts.loc[(x, name)]
            found = int(first["replications"] - first["infeasible"])
            row = _place(study, x) + [name, (f"{found}/{int(first['replications'])}", float(found))]
            if has_attainment:
                row.append(_estimate(*attained.get((x, name), (math.nan, math.nan)), 100.0))
            for column, _, scale, _ in shown:
                own = summaries[column].loc[(x, name)]
                row.append(_estimate(float(own["mean"]), float(own["half_width"]), scale))
            rows.append(row)
    return table(head, rows, sortable=True)


def savings_table(studies):
    """Savings in percent with half the 95 % interval, the pairs, and what was left out and why. Empty without savings."""
    if studies[0].savings is None or studies[0].savings.empty:
        return ""
    factor = [column for column in ("speed_up",) if column in studies[0].savings]  # older folders have none
    head = _place_head(studies) + [("baseline", False), ("partitioner", False), ("of", False), ("saved (%)", True),
                                   ("half the 95 % interval (%)", True), *(("times as fast", True) for _ in factor),
                                   ("pairs", True), ("left out", False)]
    rows = []
    for study in studies:
        counts = [column for column in LEFT_OUT if column in study.savings]
        numbers = study.saving_numbers("saving", "saving_half_width", "pairs", *factor, *counts)
        for row in numbers.to_dict("records"):
            if row["baseline"] == row["partitioner"]:
                continue
            out = ", ".join(f"{row[column]:.0f} {LEFT_OUT[column]}" for column in counts if row[column] > 0)
            rows.append(_place(study, row["x"]) + [
                row["baseline"], row["partitioner"], SAVED.get(row["metric"], row["metric"]), _percent(row["saving"]),
                _percent(row["saving_half_width"]), *(_factor(row[column]) for column in factor),
                (f"{row['pairs']:.0f}", row["pairs"]), out])
    return "<h3>Savings, paired by replication</h3>" + table(head, rows, sortable=True)


def _factor(number):
    return ("-", None) if number != number else (f"{number:.2f}", float(number))


def _percent(share):
    return ("-", None) if share != share else (f"{100 * share:.1f}".replace("-", "\N{MINUS SIGN}"), float(100 * share))


def parts_tables(folder, axes):
    """Of the groups, classes and processors that the folder has files of."""
    return "".join(_parts_table(folder / file, *rest, axes) for file, *rest in TABLES if (folder / file).exists())


def _parts_table(path, title, names, columns, axes):
    """Means over replications of each part of the runs."""
    parts = results.read_table(path)
    shown = [entry for entry in columns if entry[0] in parts]
    for column, *_ in shown:
        parts[column] = pd.to_numeric(parts[column], errors="coerce")
    axes = [axis for axis in axes if axis.column in parts]
    keys = [axis.column for axis in axes] + [key for key in names if key in parts]
    keys = [key for key in keys if parts[key].notna().any()]
    head = [(axis.label, axis.is_numeric) for axis in axes] + [(key, False) for key in keys[len(axes):]]
    head += [(f"{name} ({unit})" if unit else name, True) for _, name, _, unit in shown]
    rows = []
    for where, group in parts.groupby(keys, sort=False, dropna=False):
        row = [(naming.short_number(value), float(value)) if axis.is_numeric else naming.value(value)
               for axis, value in zip(axes, where)] + list(where[len(axes):])
        rows.append(row + [_estimate(*stats.estimate(group[column].dropna()), scale) for column, _, scale, _ in shown])
    return f"<h3>{title}</h3>" + table(head, rows, sortable=True)


def blind_to_limits(manifest):
    """The partitioners that plan without looking at limits on time and energy."""
    names = {entry["name"] for entry in manifest.get("partitioners", []) if entry.get("kind") in BLIND}
    for item in re.split(r"(?m)^\s*-\s", manifest.get("scenario", "")):
        name = re.search(r"\bname:\s*[\"']?([\w-]+)", item) or re.search(r"\bkind:\s*([\w-]+)", item)
        if name and re.search(r"\bconstraints:\s*ignored\b", item):
            names.add(name.group(1))
    return names


def warnings(rows, manifest):
    """What a reader should know before believing the figures, a sentence each."""
    found = []
    if manifest.get("failed"):
        found.append(f"{manifest['failed']} of {len(rows) + manifest['failed']} runs failed and are in no table or figure "
                     f"(failures.csv, listed below).")
    numbers = {column: pd.to_numeric(rows[column]) for column in (
        "saturated", "feasible", "failed", "dropped", "requests", "violation_rate") if column in rows}

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
    if "dropped" in numbers and "requests" in numbers:
        share = 100 * numbers["dropped"].sum() / (numbers["requests"].sum() or 1)
        count(numbers["dropped"] > 0, f"dropped requests, {share:.2g} % of all: means are of those that were served")
    if "violation_rate" in numbers:
        broken, blind = numbers["violation_rate"] > 0, rows["partitioner"].isin(blind_to_limits(manifest))
        count(broken & ~blind, "break a limit in truth that their method believed to keep")
        count(broken & blind, "break a limit in truth, of methods that do not look at limits on time and energy")
    replications = manifest.get("replications", 1)
    if replications < MANY:
        found.append(f"Only {replications} replication(s): intervals are {'missing' if replications < 2 else 'wide'}.")
    if manifest.get("assumptions"):
        found.append(f"{len(manifest['assumptions'])} figures have no public source; they are marked in the set-up.")
    return found


def _failures(folder):
    if not (folder / "failures.csv").exists():
        return ""
    failures = results.read_table(folder / "failures.csv")
    rows = [[row.get(column, "") for column in ("run", "reason", "command")]
            for row in failures.fillna("").head(MOST_FAILURES).to_dict("records")]
    more = f"<p>And {len(failures) - MOST_FAILURES} more.</p>" if len(failures) > MOST_FAILURES else ""
    return "<h3>Failed runs</h3>" + table([("run", False), ("reason", False), ("command that repeats it", False)], rows) + more


def _setup(manifest, whole):
    head = [("parameter", False), ("value and unit", False), ("source", False)]
    axes = {axis["path"] for axis in manifest["axes"]}
    swept = [[axis["path"], ", ".join(axis["values"]), "swept"] for axis in manifest["axes"]]
    figures_of_the_world = [[name, value, source] for name, value, source in sources.rows(manifest, whole)
                            if name not in axes]
    parts = []
    if manifest.get("parameters"):
        rows = [[entry["key"], entry["value"], entry.get("origin", "")] for entry in manifest["parameters"]
                if entry["key"] not in axes]
        parts.append("<h3>Parameters of the scenario</h3><p>Every key, as given or by default.</p>"
                     + table([("key", False), ("value and unit", False), ("from", False)], swept + rows, sortable=True))
        parts.append("<h3>Figures of the world, with their sources</h3>" + table(head, figures_of_the_world))
    else:
        parts.append(table(head, figures_of_the_world + swept))
    return "".join(parts)


def _repeat(manifest):
    study = manifest.get("study", "study")
    words = ["edgecut", "sweep", f"{study}.yaml"]
    for setting in manifest.get("overrides", []):
        words += ["--set", setting]
    files = "\n".join(f"{name}  {value}" for name, value in manifest.get("files", {}).items())
    commit = f", commit <code>{text(manifest['commit'])}</code>" if manifest.get("commit") else ""
    return (f"<p>edgecut {text(manifest.get('edgecut', '?'))}{commit}. Save the scenario as <code>{text(study)}"
            f".yaml</code> and run</p><pre>{text(shlex.join(words))}"
            f"</pre><p>Rows do not depend on the number of processes.</p><h3>Scenario</h3>"
            f"<pre>{text(manifest.get('scenario', ''))}</pre><h3>Files read, with their hashes</h3><pre>{text(files)}</pre>")


def _inline(path, prefix):
    """An SVG with ids of its own, since a page has one space of ids."""
    svg = path.read_text(encoding="utf-8")
    svg = svg[svg.index("<svg"):].replace('id="', f'id="{prefix}-').replace("url(#", f"url(#{prefix}-")
    return svg.replace('xlink:href="#', f'xlink:href="#{prefix}-')


def _figure(path, caption):
    return f"<figure>{_inline(path, path.stem)}<figcaption>{text(caption)}</figcaption></figure>\n"


def _figures(studies, whole):
    """The figures of every slice, or where slices are many of the first, and the maps over two axes."""
    parts = []
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch)
        parts += [_figure(path, caption) for path, caption in _maps(studies, whole, out)]
        drawn = studies if len(studies) <= HANDFUL else studies[:1]
        if len(drawn) < len(studies):
            parts.append(f"<p>The study has {len(studies)} slices along {text(whole.axis.label)}. The figures below are of the "
                         f"first: {text(drawn[0].note)}. <code>edgecut plot</code> draws all of them; the table has every point."
                         "</p>\n")
        for study, name in ((study, name) for study in drawn for name in figures.drawable(study)):
            if name == "saving" and study.savings is None:
                continue
            path = figures.draw_one(study, name, out, ("svg",))[0]
            parts.append(_figure(path, WHAT[name] + (f", {study.note}" if study.note else "")))
    return "".join(parts)


def _maps(studies, whole, out):
    """(file, caption) of each map: over the first two axes, further ones held at their first value; and regret in panels."""
    if len(whole.axes) < 2 or not all(len(axis.values) > 1 for axis in whole.axes[:2]):
        return []
    held = [(axis, axis.values[0]) for axis in whole.axes[2:]]
    part = results.hold(whole, held)
    note = "".join(f", {naming.axis_name(axis.path)} {axis.show(value)}" for axis, value in held)
    names = [name for name in figures.MAPS if heat.can_draw(part, name)]
    found = [(figures.draw_one(part, name, out, ("svg",))[0], WHAT[name] + note) for name in names]
    methods = [name for name in whole.partitioners if name != regret.REFERENCE]
    if held and len(methods) == 1 and regret.REFERENCE in whole.partitioners:
        axes, rows, manifest = regret.read(whole.folder, "latency_mean_s")
        with style.context():
            then = regret.benchmarked(manifest, methods[0], axes)
            drawn = regret.draw(regret.mean_regret(rows, axes), axes, naming.partitioner(methods[0]), then)
            found.append((style.write(drawn, out / "regret_panels", ("svg",))[0], WHAT["regret_panels"]))
        found = [entry for entry in found if entry[0].stem != f"regret{part.suffix}"]
    return found


def page(folder):
    """The whole page of a results folder. Throws results.UserError."""
    folder = pathlib.Path(folder)
    studies = results.load(folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    whole = results.load_whole(folder)
    found = warnings(whole.rows, manifest)
    said = "".join(f'<p class="warning">{text(one)}</p>' for one in found) or "<p>None.</p>"
    tables = results_table(studies) + savings_table(studies) + parts_tables(folder, whole.axes)
    title = manifest.get("question") or manifest.get("study") or folder.name
    return (f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{text(title)}</title>'
            f'<meta http-equiv="Content-Security-Policy" content="{ALLOWED}"><link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">'
            f"<style>{STYLE}</style></head><body>\n<h1>{text(title)}</h1>\n"
            f"<p>{text(manifest.get('study', folder.name))}: {text(manifest.get('runs', len(whole.rows)))} runs, "
            f"{text(manifest.get('replications', 1))} replications.</p>\n<h2>Warnings</h2>{said}{_failures(folder)}\n"
            f"<h2>Results</h2><p>Means over replications with half the 95 % interval. Click a title to sort.</p>{tables}\n"
            f"<h2>Figures</h2>{_figures(studies, whole)}\n<h2>Set-up</h2>{_setup(manifest, whole)}\n"
            f"<h2>How to repeat it</h2>{_repeat(manifest)}\n<script>{SCRIPT}</script></body></html>\n")


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="edgecut report", description=__doc__.splitlines()[0])
    parser.add_argument("folder", metavar="RESULTS_FOLDER", help="holds rows.csv and manifest.json; or a store, sweep.sqlite")
    parser.add_argument("-o", "--output", metavar="FILE", default="report.html", help="default: report.html")
    options = parser.parse_args(arguments)
    try:
        with store.folder_of(options.folder) as folder:
            whole = page(folder)
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
