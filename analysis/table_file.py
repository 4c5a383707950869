"""The one reader of tables that users write: CSV files and their kin (docs/tables.md), with the program's rules and messages.

    table = table_file.read("times.csv")
    layers, seconds = table.texts("layer"), table.quantities("minimum_s", "duration")
    table.check()        # raises TableError with all that is wrong, a line each: times.csv:3:5: minimum_s: 'x' is not a number

Columns are found by name, whatever the case, blanks and unit: `time_s` finds `time_s`, `Time (ms)` and `TIME_MS`. Units stand in
the name or are given; a column of times without one is refused. Values are in base units: s, B/s, W, 1.
"""

import math
import re

from . import clock_times, table_text, table_units
from .errors import UserError

SHOWN = 10  # mistakes that are told one by one
MOST = 1e18  # of anything: beyond, sums would lose their digits
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
COMMA_NUMBER = re.compile(r"[+-]?(\d+(,\d*)?|,\d+)([eE][+-]?\d+)?")
WITH_UNIT = re.compile(r"([+-]?[\d.,]+(?:[eE][+-]?\d+)?)\s*([A-Za-z%\u00b5\u03bc][A-Za-z%/]*)")


class TableError(UserError):
    """What is wrong with a table: a line each, file:line:column: column: what and what is allowed."""


def read(path, option="`unit:`"):
    """The table of a file. `option` is where a user gives a unit that the file does not state. Raises UserError where the file
    is no text or has no table in it; what is wrong with rows and cells is kept for check()."""
    separator, rows = table_text.rows_of(table_text.text_of(path), path)
    return Table(path, separator, rows, option)


class Table:
    """Rows under named columns. Mistakes are gathered; check() tells them all at once."""

    def __init__(self, path, separator, rows, option):
        self.path, self.separator, self.option = path, separator, option
        self.notes = []  # what a user should know of what was read
        self._mistakes = []  # ((line, column), text)
        self._decimal = None  # (mark, line) of the first cell with one
        if not rows:
            raise TableError(f"{path}:1:1: the file is empty; its first line names the columns, and the others are their values")
        self._header = rows[0]
        self.names = list(self._header.cells)
        while self.names and not self.names[-1]:
            self.names.pop()
        self._parts = [table_units.name_of(name) for name in self.names]
        self._refuse_no_header(rows)
        self.rows = [row for row in rows[1:] if self._has_right_width(row)]
        if len(rows) == 1:
            self._mistake((self._header.line, 1), "", "no values: the file names its columns and ends")

    # ---- columns ----

    def has(self, name):
        """Whether a column is meant by the name; by several, too."""
        return bool(self._meant(name)[1])

    def find(self, name, remedy=""):
        """The column that is meant by a name. Raises TableError where none is, or several are."""
        how, found = self._meant(name)
        if not found:
            known = ", ".join(each for each in self.names if each)
            self._stop((self._header.line, 1), name, f"no such column (known: {known}){remedy}")
        if len(found) > 1 and how == "base":
            self._stop(self._header.place(found[1]), name, f"may be {' or '.join(self.names[i] for i in found)}: say which")
        if len(found) > 1:
            self._stop(self._header.place(found[1]), self.names[found[1]], "a second column of that name")
        return found[0]

    def find_any(self, *names, remedy=""):
        """The name of the first of these that is there. Raises TableError where none is."""
        for name in names:
            if self.has(name):
                return name
        return self.names[self.find(names[0], f"; it may be called {', '.join(names)}{remedy}")]

    def _meant(self, name):
        exact = [i for i, each in enumerate(self.names) if each == name]
        if exact:
            return "name", exact
        asked = table_units.name_of(name)
        if not asked.full:
            return "name", []
        full = [i for i, part in enumerate(self._parts) if part.full == asked.full]
        # `up_min` is the whole of what up_min_mbps is called without its unit, though min is a unit, too.
        bare = full or [i for i, part in enumerate(self._parts) if part.base == asked.full]
        return ("name", full) if full else ("base", bare or [i for i, part in enumerate(self._parts) if part.base == asked.base != ""])

    def unit_in_name(self, name):
        """The unit that a column's name states, as written; empty where it states none."""
        return self._parts[self.find(name)].unit

    # ---- values ----

    def texts(self, name):
        index = self.find(name)
        return [row.cells[index] for row in self.rows]

    def numbers(self, name, low=0.0, high=math.inf, may_be_empty=False):
        """The column as numbers from `low` to `high`; NaN where a cell is wrong or, where it may be, empty."""
        index = self.find(name)
        return [self._number(row, index, low, high, may_be_empty) for row in self.rows]

    def quantities(self, name, kind, given="", may_be_empty=False):
        """The column in base units. kind: time (a clock's begin at 0), duration, bandwidth, power, share. `given`: the unit as
        the user gave it beside the file."""
        index = self.find(name)
        if kind == "time" and self._is_clock(index, given):
            return self._clock(index, given)
        unit = self.unit(index, kind, given)
        if unit is None:
            for row in self.rows:
                self._number(row, index, 0.0, math.inf, may_be_empty)
            return [math.nan] * len(self.rows)
        values = [unit.base(self._number(row, index, 0.0, math.inf, may_be_empty)) for row in self.rows]
        for row, value in zip(self.rows, values) if kind == "time" else ():
            if clock_times.FIRST <= value < clock_times.LAST:
                self._mistake(row.place(index), self.names[index],
                              f"'{row.cells[index]}' looks like a clock's, and line {self.rows[0].line} does not")
        return values

    def unit(self, index, kind, given=""):
        """The unit of a column, from its name or as given; None, and a mistake, where there is none or they contradict."""
        text, place = self._parts[index].unit, self._header.place(index)
        name, what = self.names[index], table_units.KINDS[kind]
        try:
            stated = table_units.unit_of(kind, text) if text else None
            told = table_units.unit_of(kind, given) if given else None
        except table_units.NoUnit as error:
            return self._mistake(place, name, f"{error}; write it out")
        if given and told is None:
            return self._mistake(place, name, f"'{given}' is no unit of {what}{self._allowed(kind)}")
        if kind == "duration" and stated and stated.name == "min" and text == "min" and "(" not in name and "[" not in name:
            return self._mistake(place, name, "may be minutes or a minimum; write the unit in brackets, such as "
                                              f"{name[:-4] or 'time'} (ms)")
        if stated is None and told is None:
            if text:
                return self._mistake(place, name, f"'{text}' is no unit of {what}{self._allowed(kind)}")
            calls = table_units.ENDINGS[kind].format(self._parts[index].base or "value")
            return self._mistake(place, "", f"'{name}' has no unit in its name: call it {calls}; or give {self._example(kind)}")
        if stated and told and stated.name != told.name:
            return self._mistake(place, name, f"its name says {stated.name} and {self.option} says {told.name}")
        return told or stated

    def _example(self, kind):
        example = table_units.EXAMPLES[kind]
        return f"`unit: {example}` where this file is named" if self.option == "`unit:`" else f"{self.option} {example}"

    @staticmethod
    def _allowed(kind):
        known = {"time": table_units.TIMES, "duration": table_units.TIMES, "power": table_units.POWERS, "share": table_units.SHARES,
                 "bandwidth": ("bit/s", "kbit/s", "Mbit/s", "Gbit/s", "B/s", "kB/s", "MB/s", "GB/s", "%", "share")}[kind]
        return f" ({', '.join(known)})"

    def _number(self, row, index, low, high, may_be_empty):
        cell, name = row.cells[index], self.names[index]
        if not cell and may_be_empty:
            return math.nan
        wrong = self._no_number(cell, row)
        if wrong:
            self._mistake(row.place(index), name, wrong)
            return math.nan
        value = float(cell.replace(",", "."))
        most = min(MOST, high)
        if value < 0.0 <= low:
            self._mistake(row.place(index), name, f"'{cell}' is negative")
        elif not low <= value <= most:
            self._mistake(row.place(index), name, f"'{cell}' is out of range: {max(low, -most):.12g} to {most:.12g}")
        else:
            return value
        return math.nan

    def _no_number(self, cell, row):
        """What is wrong with a cell that is to be a number; nothing where it is one."""
        if NUMBER.fullmatch(cell) or (self.separator == ";" and COMMA_NUMBER.fullmatch(cell)):
            mark = next((mark for mark in ",." if mark in cell), None)
            if mark and self._decimal is None:
                self._decimal = (mark, row.line)
            if mark and mark != self._decimal[0]:
                names = {",": "comma", ".": "point"}
                return f"'{cell}' has a decimal {names[mark]}, where line {self._decimal[1]} has a decimal {names[self._decimal[0]]}"
            return ""
        if not cell:
            return "is empty; a number is wanted"
        if COMMA_NUMBER.fullmatch(cell):
            return f"'{cell}' is not a number: a decimal comma is read where ';' separates"
        found = WITH_UNIT.fullmatch(cell)
        is_unit = found and table_units.name_of(f"x_{found.group(2)}").unit
        return f"'{cell}' is not a number" + (": the unit stands in the column's name" if is_unit else "")

    # ---- a clock's times ----

    def _is_clock(self, index, given):
        """Whether the first cell is a date, or a count since 1970 in the unit that is said or, if none is, in any."""
        if not self.rows:
            return False
        written = self.rows[0].cells[index]
        if clock_times.is_date(written):
            return True
        cell = written.replace(",", ".") if self.separator == ";" else written
        if not NUMBER.fullmatch(cell) or not (scale := clock_times.scale_of(cell)):
            return False
        text = given or self._parts[index].unit
        if not text:
            return True
        unit = table_units.unit_of("time", text)
        if unit is None or float(cell) * unit.factor < clock_times.FIRST:
            return False
        if unit.name != scale:
            self._stop(self.rows[0].place(index), self.names[index],
                       f"'{written}' looks like a clock's {scale}, and {self.option if given else 'its name'} says {unit.name}")
        return True

    def _clock(self, index, given):
        first = self.rows[0]
        if clock_times.is_date(first.cells[index]):
            found = [self._date(row, index) for row in self.rows]
            has_zone = next((zone for _, zone in filter(None, found)), True)
            seconds = [each and each[0] for each in found]
        else:
            scale, has_zone = clock_times.scale_of(first.cells[index].replace(",", ".")), True
            seconds = [self._count(row, index, scale) for row in self.rows]
        if seconds[0] is None:
            return [math.nan] * len(seconds)
        self.notes.append(f"{self.path}: clock times in '{self.names[index]}' begin at 0, which is "
                          f"{clock_times.shown(seconds[0], has_zone)}{'' if has_zone else ' (without a zone)'}")
        return [math.nan if each is None else float(each - seconds[0]) for each in seconds]

    def _date(self, row, index):
        cell, first = row.cells[index], self.rows[0]
        found = clock_times.seconds_of_date(cell)
        before = clock_times.seconds_of_date(first.cells[index])
        if found is None:
            self._mistake(row.place(index), self.names[index], f"'{cell}' is no date and time of ISO 8601, such as "
                          "2024-03-01T12:00:00.5Z")
        elif before and found[1] != before[1]:
            has = ("has no zone, where", "has one") if before[1] else ("has a zone, where", "has none")
            self._mistake(row.place(index), self.names[index], f"'{cell}' {has[0]} line {first.line} {has[1]}")
            return None
        return found

    def _count(self, row, index, scale):
        cell = row.cells[index]
        plain = cell.replace(",", ".")
        if wrong := self._no_number(cell, row):
            self._mistake(row.place(index), self.names[index], wrong)
        elif clock_times.scale_of(plain) != scale:
            self._mistake(row.place(index), self.names[index],
                          f"'{cell}' is not counted like line {self.rows[0].line}, in {scale} since 1970")
        else:
            return clock_times.Decimal(plain) * clock_times.SCALES[scale]
        return None

    # ---- mistakes ----

    def place(self, row, name):
        """(line, column) of a row's cell, for fault()."""
        return self.rows[row].place(self.find(name))

    def fault(self, row, name, message):
        """Something that whoever reads finds wrong with a row (its number among the rows)."""
        self._mistake(self.place(row, name), self.names[self.find(name)], message)

    def check(self):
        """Raises TableError with all mistakes, in the file's order, where there are any."""
        if not self._mistakes:
            return
        lines = list(dict.fromkeys(text for _, text in sorted(self._mistakes, key=lambda each: each[0])))
        more = [f"{self.path}: and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
        raise TableError("\n".join(lines[:SHOWN] + more))

    def _mistake(self, place, what, message):
        self._mistakes.append((place, f"{self.path}:{place[0]}:{place[1]}: {what + ': ' if what else ''}{message}"))

    def _stop(self, place, what, message):
        self._mistake(place, what, message)
        self.check()

    def _has_right_width(self, row):
        while len(row.cells) > len(self.names) and not row.cells[-1]:
            row.cells.pop()
        if len(row.cells) == len(self.names):
            return True
        cells, columns = (f"{count} {noun}{'s' * (count != 1)}" for count, noun in
                          ((len(row.cells), "cell"), (len(self.names), "column")))
        self._mistake((row.line, 1), "", f"{cells} where the first line names {columns}")
        return False

    def _refuse_no_header(self, rows):
        place = (self._header.line, 1)
        named = [name for name in self.names if name]
        if all(NUMBER.fullmatch(name) or COMMA_NUMBER.fullmatch(name) or clock_times.is_date(name) for name in named):
            self._stop(place, "", "the first line holds numbers, not names of columns; put one above it, such as layer,time_ms (without "
                                  "a # before it)")
        words = named[0].split()
        if len(named) == 1 and len(words) > 1 and all(len(row.cells[0].split()) == len(words) for row in rows[1:2]) and rows[1:]:
            self._stop(place, "", "one column whose name and values hold blanks: are they separated by blanks? ',', ';' and tabs "
                                  "separate columns")
