"""Long logs made short enough to be kept: their first and last lines as they are, and sums of everything by kind."""
import json
import re

from compare import Table, number

FULL = 60  # rows that are kept whole
ENDS = 16  # rows of a longer log that are kept at its beginning, and at its end


def shortened(table):
    """The log whole, or its first and last rows; a column says which row of the log each was."""
    count = len(table.rows)
    rows = range(count) if count <= FULL else [*range(ENDS), *range(count - ENDS, count)]
    return Table(["row", *table.columns], [[str(at + 1), *table.rows[at]] for at in rows], table.steps, table.labels)


def sums(table, kind):
    """A row for each kind of row, in order of first appearance: how many there are, and the sum of every column of
    numbers. `kind`: the columns that make a kind."""
    places = [table.columns.index(name) for name in kind]
    counted = [at for at in range(len(table.columns)) if at not in places]
    found = {}
    for row in table.rows:
        total = found.setdefault(tuple(row[at] for at in places), [0] + [None] * len(counted))
        total[0] += 1
        for i, at in enumerate(counted, start=1):
            value = number(row[at])
            if value is not None:
                total[i] = (total[i] or 0.0) + value
    used = [i for i in range(1, len(counted) + 1) if any(total[i] is not None for total in found.values())]
    rows = [[*key, str(total[0]), *("" if total[i] is None else repr(total[i]) for i in used)]
            for key, total in found.items()]
    steps = {name: len(table.rows) * step for name, step in table.steps.items()}
    return Table([*kind, "rows", *(table.columns[counted[i - 1]] for i in used)], rows, steps, kind)


def trace_table(text):
    """A trace as a table: a row an entry; of its arguments the number, if there is one, and the rest as text."""
    rows = []
    processes = {}
    for entry in json.loads(text)["traceEvents"]:
        arguments = dict(entry.get("args", {}))
        if entry["name"] == "process_name":
            processes[entry["pid"]] = arguments["name"]
        value = arguments.pop("value", "")
        detail = ";".join(f"{key}={arguments[key]}" for key in arguments)
        numbers = [_text(entry.get(key, "")) for key in ("tid", "ts", "dur", "id")]
        rows.append([processes.get(entry.get("pid"), ""), entry["ph"], *numbers, entry["name"], _text(value), detail])
    # Times are printed to a thousandth of a microsecond, so the last digit may be rounded either way.
    columns = ["process", "ph", "tid", "ts", "dur", "id", "name", "value", "detail"]
    return Table(columns, rows, {"ts": 0.0011, "dur": 0.0021}, ("process", "name"))


def _text(value):
    return value if isinstance(value, str) else repr(value)


def trace_documents(text):
    """A trace, short: its first and last entries, and sums by process and name, requests' numbers left out. Of many
    processes (a fleet's devices are one each) the sums are by the partitioner's name alone."""
    table = trace_table(text)
    kinds = table.map_column("name", lambda name: re.sub(r"\d+", "N", name))
    if len(set(table.column("process"))) > 24:
        kinds = kinds.map_column("process", lambda name: name.split(":")[0])
    return {"trace": shortened(table), "trace.sums": sums(kinds, ["process", "ph", "name"])}


def log_documents(name, text, kind):
    table = Table.of_csv(text)
    return {name: shortened(table), f"{name}.sums": sums(table, kind)}
