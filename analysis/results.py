"""Reads a results folder: rows.csv, savings.csv and manifest.json."""

import dataclasses
import itertools
import json
import pathlib
import re

import numpy as np
import pandas as pd

from . import frames, naming
from .errors import UserError


@dataclasses.dataclass(frozen=True)
class Axis:
    """One swept setting. `values` are floats, or texts for a setting that is not a number."""

    path: str
    column: str
    values: tuple

    @property
    def is_numeric(self):
        return all(isinstance(value, float) for value in self.values)

    @property
    def unit(self):
        return naming.axis_unit(self.path, self.column)

    @property
    def label(self):
        name = naming.axis_name(self.path)
        return f"{name} ({self.unit})" if self.unit else name

    @property
    def scale(self):
        """"log", "linear" or "category"."""
        if not self.is_numeric:
            return "category"
        return "log" if _is_geometric(np.array(self.values)) else "linear"

    def positions(self, cells):
        """Where cells of the axis' column are drawn: the number itself, or the place of a text in `values`."""
        if self.is_numeric:
            return cells.astype(float)
        return cells.astype(str).map({value: float(i) for i, value in enumerate(self.values)})

    def show(self, value):
        """One value with its unit, such as "5 Mbit/s"."""
        text = naming.short_number(value) if self.is_numeric else naming.value(value)
        return f"{text} {self.unit}".strip()

    def file_words(self, value):
        """The same with all its digits, for the name of a file."""
        text = naming.plain_number(value) if self.is_numeric else value
        return f"{self.path.split('.')[-1]} {text} {self.unit}".strip()


@dataclasses.dataclass(frozen=True)
class Study:
    """The results along one axis, every other axis held at one value.

    rows: one row a (point, partitioner, replication), as in rows.csv, with `x` added, the position on the axis.
    savings: one row a (point, partitioner, baseline, metric), likewise; None where the folder has none.
    kinds: partitioner -> kind, where the scenario tells.
    """

    folder: pathlib.Path
    axis: Axis
    rows: pd.DataFrame
    savings: object
    baselines: tuple
    kinds: dict
    held: tuple = ()
    axes: tuple = ()  # of the whole folder, the study's own among them

    @property
    def partitioners(self):
        """Names in the order of the rows."""
        return list(dict.fromkeys(self.rows["partitioner"]))

    @property
    def x(self):
        """Positions of all points on the axis, rising."""
        return np.sort(self.rows["x"].unique())

    @property
    def note(self):
        """What the other axes are held at, empty where there is one axis."""
        return ", ".join(f"{naming.axis_name(axis.path)} {axis.show(value)}" for axis, value in self.held)

    @property
    def suffix(self):
        """The same for a file name."""
        parts = [re.sub(r"[^A-Za-z0-9.]+", "_", axis.file_words(value)) for axis, value in self.held]
        return "".join(f"_at_{part}" for part in parts)

    def is_resource_aware(self, name):
        kind = self.kinds.get(name)
        return kind == "resource_aware" if kind else name.startswith("resource_aware")

    def need(self, *columns):
        """Complains where the rows lack a column."""
        _need(self.rows, columns, self.folder / "rows.csv")

    def numbers(self, *columns):
        """The rows with these columns as floats (empty cells NaN)."""
        return _with_numbers(self.rows, columns, self.folder / "rows.csv")

    def saving_numbers(self, *columns):
        """The savings with these columns as floats (empty cells NaN)."""
        if self.savings is None:
            raise UserError(f"{self.folder / 'savings.csv'}: no such file")
        return _with_numbers(self.savings, columns, self.folder / "savings.csv")


def load(folder, x=None):
    """The studies of a results folder along the axis `x` (default: the first): one for each value of the other axes.

    x: a swept key such as "link.uplink", or the end of one, such as "uplink".
    """
    whole = load_whole(folder, x)
    others = [axis for axis in whole.axes if axis != whole.axis]
    return [_slice(whole, others, held) for held in itertools.product(*(axis.values for axis in others))]


def load_whole(folder, x=None):
    """All of a results folder as one study, nothing held; `x` as in load()."""
    folder = pathlib.Path(folder)
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder; `edgecut sweep SCENARIO -o {folder}` makes one")
    manifest = _read_manifest(folder / "manifest.json")
    labelled = [entry["column"] for entry in manifest["axes"] if "labels" in entry]
    rows = read_table(folder / "rows.csv", labelled)
    _need(rows, ["partitioner", "replication", "feasible"], folder / "rows.csv")
    savings = read_table(folder / "savings.csv", labelled) if (folder / "savings.csv").exists() else None
    axes = [_make_axis(entry, rows, folder) for entry in manifest["axes"]]
    if not axes:
        axes, rows, savings = _one_point(manifest.get("study", folder.name), rows, savings)
    if savings is not None:
        _need(savings, ["partitioner", "baseline", "metric"] + [axis.column for axis in axes], folder / "savings.csv")
    axis = _find_axis(axes, x, folder)
    kinds = _kinds(manifest.get("scenario", ""))
    whole = Study(folder, axis, rows, savings, tuple(manifest["baselines"]), kinds, axes=tuple(axes))
    return _slice(whole, [], [])


def _one_point(name, rows, savings):
    """A study that sweeps nothing has one point, which is drawn as the one place of an axis of words."""
    axis = Axis("study", "study", (name,))
    return [axis], rows.assign(study=name), savings.assign(study=name) if savings is not None else None


def hold(study, held):
    """The part of a whole study at which further axes have these values: (axis, value) pairs."""
    return _slice(study, [axis for axis, _ in held], [value for _, value in held])


def _find_axis(axes, x, folder):
    found = [axis for axis in axes if x in (None, axis.path) or axis.path.endswith(f".{x}")]
    if not found or (x is not None and len(found) > 1):
        known = ", ".join(axis.path for axis in axes)
        problem = "is not swept" if not found else "may be several axes"
        raise UserError(f"{folder}: '{x}' {problem}; swept are: {known}")
    return found[0]


def _slice(study, others, held):
    def part(table):
        if table is None:
            return None
        for axis, value in zip(others, held):
            table = table[table[axis.column].astype(float if axis.is_numeric else str) == value]
        return table.assign(x=study.axis.positions(table[study.axis.column]))

    return dataclasses.replace(
        study, rows=part(study.rows), savings=part(study.savings), held=tuple(zip(others, held)))


def _read_manifest(path):
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read: {_one_line(error)}") from None
    for key in ("axes", "baselines"):
        if not isinstance(manifest, dict) or not isinstance(manifest.get(key), list):
            raise UserError(f"{path}: the list '{key}' is missing")
    for axis in manifest["axes"]:
        if not isinstance(axis, dict) or "path" not in axis or "column" not in axis:
            raise UserError(f"{path}: an axis needs a 'path' and a 'column'")
    naming.note_fixed_budgets(manifest)
    return manifest


def read_table(path, words=()):
    """A CSV file as a table; `words` are columns that hold no numbers, whatever they look like."""
    try:
        table = frames.read(path, words)
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read: {_one_line(error)}") from None
    if table.empty:
        raise UserError(f"{path}: has no rows")
    naming.note_exact(table)
    return table


def _need(table, columns, path):
    for column in columns:
        if column not in table:
            raise UserError(f"{path}: the column '{column}' is missing")


def _with_numbers(table, columns, path):
    _need(table, columns, path)
    table = table.copy()
    for column in columns:
        try:
            table[column] = pd.to_numeric(table[column]).astype(float)
        except (TypeError, ValueError):
            raise UserError(f"{path}: the column '{column}' holds something that is not a number") from None
    return table


def _make_axis(entry, rows, folder):
    _need(rows, [entry["column"]], folder / "rows.csv")
    cells = rows[entry["column"]]
    if pd.api.types.is_numeric_dtype(cells):
        values = tuple(float(value) for value in np.sort(cells.dropna().unique()))
    else:
        values = tuple(dict.fromkeys(cells.astype(str)))
    return Axis(entry["path"], entry["column"], values)


def _is_geometric(values):
    """Whether positive values are spaced more evenly by ratio than by difference."""
    if len(values) < 3 or values.min() <= 0 or values.max() / values.min() < 3:
        return False
    unevenness = [np.std(steps) / np.mean(steps) for steps in (np.diff(values), np.diff(np.log(values)))]
    return bool(unevenness[1] < unevenness[0])


def _kinds(scenario):
    """Partitioner name -> kind, as far as the text of the scenario tells: from list items with a kind and a name."""
    kinds = {}
    for item in re.split(r"(?m)^\s*-\s", scenario):
        kind = re.search(r"\bkind:\s*([\w-]+)", item)
        name = re.search(r"\bname:\s*[\"']?([\w-]+)", item)
        if kind and name:
            kinds[name.group(1)] = kind.group(1)
    return kinds


def _one_line(error):
    return " ".join(str(error).split())
