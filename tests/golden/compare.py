"""What is the same in two outputs of the program, and what is not, said in a line each.

Three kinds of document: a `Table` (of a CSV file or a trace), a `Json` and a `Text`. Each is written into a file of its
own, read back, and held against another of its kind. Numbers are the same within 1e-9 of the larger, or within 1e-12 of
the largest in their column (in JSON: under their key); all else has to be the same to the letter.
"""
import csv
import difflib
import io
import json
import math
import re

RELATIVE = 1e-9
FLOOR = 1e-12
DIGITS = 12  # that are written: far more than are compared

INTEGER = re.compile(r"-?\d+")
STARTS = tuple("0123456789-+.")  # of numbers; not those of `nan` and `inf`
# What tells the lines of a table apart, for people.
LABELS = ("point", "partitioner", "baseline", "replication", "metric", "group", "class", "request", "event")


# Columns whose values may be nothing but what rounding leaves: the column, or the number, that says how large they
# could be.
SCALES = {"latency_half_width_s": "latency_max_s", "saving": 1.0, "saving_half_width": 1.0}


def number(text):
    """The number that a cell holds, or None."""
    if text[:1] not in STARTS:
        return None
    try:
        return float(text)
    except ValueError:
        return None


def rounded(value):
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else value


def cell_text(text):
    """A cell as it is written: numbers to so many digits, JSON within a cell likewise."""
    if text[:1] in ("{", "["):
        try:
            return json.dumps(rounded_json(json.loads(text)), separators=(",", ":"))
        except ValueError:
            return text  # YAML of an axis whose values are lists or maps
    if INTEGER.fullmatch(text) or number(text) is None:
        return text
    return repr(rounded(float(text))).removesuffix(".0")


def rounded_json(value):
    if isinstance(value, float):
        return rounded(value)
    if isinstance(value, dict):
        return {key: rounded_json(entry) for key, entry in value.items()}
    return [rounded_json(entry) for entry in value] if isinstance(value, list) else value


def same_number(a, b, largest=0.0):
    return math.isclose(a, b, rel_tol=RELATIVE, abs_tol=FLOOR * largest)


def change(old, new):
    """A number's change, or a text's, readable."""
    a, b = (x if isinstance(x, (int, float)) and not isinstance(x, bool) else None for x in (old, new))
    if a is None or b is None:
        return f"{shown(old)} -> {shown(new)}"
    share = f" ({100 * (b - a) / abs(a):+.3g} %)" if a != 0 else ""
    return f"{a:.12g} -> {b:.12g}{share}"


def shown(value):
    if value == "":
        return "nothing"
    text = repr(value) if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 160 else text[:157] + "..."


class Table:
    """Columns by name and rows of cells, all texts. `steps`: of columns that are printed to a fixed digit, the unit of
    that. `labels`: the columns by which people tell its rows apart; a column `row` says which row of a longer table one
    was."""

    suffix = ".csv"

    def __init__(self, columns, rows, steps=None, labels=LABELS):
        self.columns, self.rows = list(columns), [list(row) for row in rows]
        self.steps, self.labels = dict(steps or {}), labels

    @classmethod
    def of_csv(cls, text):
        columns, *rows = csv.reader(io.StringIO(text))
        return cls(columns, rows)

    def render(self):
        """A line a row; empty cells at the end of a line are left out."""
        out = io.StringIO()
        for row in [self.columns, *self.rows]:
            line = io.StringIO()
            csv.writer(line, lineterminator="").writerow([cell_text(cell) for cell in row])
            out.write(line.getvalue().rstrip(",") + "\n")
        return out.getvalue()

    @classmethod
    def parse(cls, text, like):
        table = cls.of_csv(text)
        width = len(table.columns)
        return cls(table.columns, [row + [""] * (width - len(row)) for row in table.rows], like.steps, like.labels)

    def map_column(self, name, function):
        """The table with another text in each cell of a column."""
        if name not in self.columns:
            return self
        at = self.columns.index(name)
        rows = [row[:at] + [function(row[at])] + row[at + 1:] for row in self.rows]
        return type(self)(self.columns, rows, self.steps, self.labels)

    def label(self, at):
        row = self.rows[at]
        parts = [row[self.columns.index(name)] for name in self.labels if name in self.columns]
        return "/".join(part for part in parts if part != "")

    def name_of_row(self, at):
        number = self.rows[at][self.columns.index("row")] if "row" in self.columns else at + 1
        return f"row {number} ({self.label(at)})"

    def column(self, name):
        at = self.columns.index(name)
        return [row[at] for row in self.rows]

    def merged_into(self, old):
        """This table with the old one's text in each cell that is the same as it was."""
        if self.columns != old.columns or len(self.rows) != len(old.rows):
            return self
        rows = [list(row) for row in self.rows]
        for at, name in enumerate(self.columns):
            differences = _same_cells(old.column, self.column, name, self.steps.get(name, 0.0))
            for i, row in enumerate(rows):
                if differences[i] is None:
                    row[at] = old.rows[i][at]
        return type(self)(self.columns, rows, self.steps, self.labels)


class Columns(Table):
    """A table of few rows and many columns, written with a line a column, so that a change of one column is a change of
    one line. A column that has the same text in each row is written once."""

    suffix = ".columns.csv"

    def render(self):
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["rows", len(self.rows)])
        for name in self.columns:
            cells = [cell_text(cell) for cell in self.column(name)]
            writer.writerow([name, *(cells[:1] if len(set(cells)) == 1 else cells)])
        return out.getvalue()

    @classmethod
    def parse(cls, text, like):
        (_, count), *lines = csv.reader(io.StringIO(text))
        count = int(count)
        cells = [line[1:] if len(line) - 1 == count else (line[1:] or [""]) * count for line in lines]
        rows = [list(row) for row in zip(*cells)] if count else []
        return cls([line[0] for line in lines], rows, like.steps, like.labels)


def _same_cells(old, new, name, step):
    """For each pair of cells of a column None where they are the same, else what changed. `old(name)`, `new(name)`: a
    column of either table; `step`: the unit of its last printed digit, which rounding may turn over."""
    pairs = list(zip(old(name), new(name)))
    found = [_cell_difference(a, b) for a, b in pairs]
    if any(found):
        floor = max(FLOOR * _largest(old, new, name), step)
        found = [None if _is_below(floor, a, b) else difference for difference, (a, b) in zip(found, pairs)]
    return found


def _largest(old, new, name):
    scale = SCALES.get(name, 0.0)
    cells = [*old(name), *new(name), *(old(scale) if isinstance(scale, str) else [repr(scale)])]
    return max((abs(x) for x in map(number, cells) if x is not None), default=0.0)


def _is_below(floor, a, b):
    x, y = number(a), number(b)
    return x is not None and y is not None and abs(x - y) <= floor


def _cell_difference(a, b):
    if a == b:
        return None
    x, y = number(a), number(b)
    if x is not None and y is not None:
        return None if same_number(x, y) else change(x, y)
    if a[:1] in ("{", "[") and b[:1] in ("{", "["):
        return next(json_differences(json.loads(a), json.loads(b)), None)
    return change(a, b)


def table_differences(old, new):
    yield from _column_differences(old.columns, new.columns)
    pairs = yield from _paired_rows(old, new)
    for name in old.columns:
        if name not in new.columns:
            continue
        differences = _same_cells(lambda column: _picked(old, column, [i for i, _ in pairs]),
                                  lambda column: _picked(new, column, [j for _, j in pairs]), name,
                                  new.steps.get(name, 0.0))
        for (_, j), difference in zip(pairs, differences):
            if difference is not None:
                yield f"{new.name_of_row(j)}, {name}: {difference}"


def _picked(table, name, rows):
    column = table.column(name) if name in table.columns else []
    return [column[i] for i in rows] if column else []


def _column_differences(old, new):
    for name in old:
        if name not in new:
            yield f"column {name} is gone"
    for name in new:
        if name not in old:
            yield f"column {name} is new"
    kept_old, kept_new = [n for n in old if n in new], [n for n in new if n in old]
    for at, (a, b) in enumerate(zip(kept_old, kept_new)):
        if a != b:
            yield f"the order of the columns: {b} stands where {a} stood (number {at + 1})"


def _paired_rows(old, new):
    """Indices of rows that belong together; yields what has no partner."""
    if len(old.rows) == len(new.rows):
        return [(i, i) for i in range(len(old.rows))]
    yield f"{len(old.rows)} rows -> {len(new.rows)} rows"
    labels = [[table.label(i) for i in range(len(table.rows))] for table in (old, new)]
    pairs = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, *labels, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += zip(range(a, b), range(c, d))
            continue
        for i in range(a, b):
            yield f"{old.name_of_row(i)} is gone"
        for j in range(c, d):
            yield f"{new.name_of_row(j)} is new"
    return pairs


class Json:
    suffix = ".json"

    def __init__(self, value):
        self.value = value

    def render(self):
        return json.dumps(rounded_json(self.value), indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def parse(cls, text, _like):
        return cls(json.loads(text))

    def merged_into(self, old):
        return self if list(json_differences(old.value, self.value)) else old


def _leaves(value, path=()):
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _leaves(entry, (*path, key))
    elif isinstance(value, list):
        for at, entry in enumerate(value):
            yield from _leaves(entry, (*path, at))
    else:
        yield path, value


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _family(path):
    """Numbers of one kind: those under a key, whatever their place in lists."""
    return tuple(step for step in path if not isinstance(step, int))


def json_differences(old, new):
    scales = {}
    for path, value in [*_leaves(old), *_leaves(new)]:
        if _is_number(value):
            scales[_family(path)] = max(scales.get(_family(path), 0.0), abs(value))
    yield from _json_differences(old, new, (), scales)


def _json_differences(a, b, path, scales):
    if isinstance(a, dict) and isinstance(b, dict):
        yield from _map_differences(a, b, path, scales)
    elif isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            yield f"{_where(path)}: {len(a)} entries -> {len(b)} entries"
        for at, (x, y) in enumerate(zip(a, b)):
            yield from _json_differences(x, y, (*path, at), scales)
    elif _is_number(a) and _is_number(b):
        if not same_number(a, b, scales[_family(path)]):
            yield f"{_where(path)}: {change(a, b)}"
    elif a != b or type(a) is not type(b):
        yield f"{_where(path)}: {change(a, b)}"


def _map_differences(a, b, path, scales):
    for key in a:
        if key not in b:
            yield f"{_where((*path, key))} is gone"
    for key in b:
        if key not in a:
            yield f"{_where((*path, key))} is new"
    if [key for key in a if key in b] != [key for key in b if key in a]:
        yield f"{_where(path)}: its keys stand in another order"
    for key in a:
        if key in b:
            yield from _json_differences(a[key], b[key], (*path, key), scales)


def _where(path):
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.lstrip(".") or "all of it"


class Text:
    suffix = ".txt"

    def __init__(self, text):
        self.text = "\n".join(line.rstrip() for line in text.splitlines()) + "\n" if text else ""

    def render(self):
        return self.text

    @classmethod
    def parse(cls, text, _like):
        return cls(text)

    def merged_into(self, _old):
        return self


def text_differences(old, new):
    blanks = []  # lines that other widths of columns have moved, and nothing else
    for line, before, after in _changed_lines(old.splitlines(), new.splitlines()):
        if before is not None and after is not None and _without_blanks(before) == _without_blanks(after):
            blanks.append(line)
        else:
            yield f"line {line}{_line_change(before, after)}"
    if blanks:
        lines = "1 line differs" if len(blanks) == 1 else f"{len(blanks)} lines differ"
        yield f"{lines} in blanks and rules alone, the first: line {blanks[0]}"


def _changed_lines(a, b):
    """Number, text before and text after of lines that are not the same; None where there is none."""
    for tag, i, j, k, m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for offset in range(max(j - i, m - k)):
            before = a[i + offset] if i + offset < j else None
            after = b[k + offset] if k + offset < m else None
            yield (k if before is None else i) + offset + 1, before, after


def _without_blanks(line):
    return re.sub(r"--+", "--", " ".join(line.split()))


def _line_change(before, after, width=110):
    if before is None:
        return f" is new: {after.strip()[:width]!r}"
    if after is None:
        return f" is gone: {before.strip()[:width]!r}"
    same = next((at for at, (x, y) in enumerate(zip(before, after)) if x != y), min(len(before), len(after)))
    start = max(0, same - 30)
    return f": {_part(before, start, width)!r} -> {_part(after, start, width)!r}"


def _part(line, start, width):
    return ("..." if start else "") + line[start:start + width] + ("..." if len(line) > start + width else "")


def differences(old, new):
    """What changed between two documents of one kind, a line each; nothing where they are the same."""
    if isinstance(old, Table):
        return table_differences(old, new)
    if isinstance(old, Json):
        return json_differences(old.value, new.value)
    return text_differences(old.text, new.text)
