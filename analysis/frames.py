"""Tables as pandas' frames. Files that edgecut itself wrote are plain and read at pandas' speed; any other is a user's (saved by
a spreadsheet, packed, cut short) and goes through the one reader of such, which refuses it in words or reads it."""

import csv
import io
import pathlib

import pandas as pd

from . import table_file, table_text

OPTIONS = {"keep_default_na": False, "na_values": [""], "float_precision": "round_trip", "index_col": False}


def read(path, words=()):
    """A table of a file's columns; `words` are columns that hold no numbers, whatever they look like. Raises UserError with all
    that is wrong, by line and column."""
    text = table_text.text_of(path)
    source = io.StringIO(text) if is_plain(path, text) else io.StringIO(rewritten(path))
    return pd.read_csv(source, dtype={column: str for column in words}, **OPTIONS)


def is_plain(path, text):
    """Whether a text is a table as edgecut writes it: names apart, commas, and as many cells in each row."""
    if not text or text[0] in '#;\n\r \t"' or "\r" in text or pathlib.Path(path).read_bytes()[:2] in (b"\x1f\x8b", b"\xef\xbb"):
        return False
    header = text[:text.find("\n")] if "\n" in text else text
    names = header.split(",")
    if any(mark in header for mark in ';\t"') or all(map(table_file.NUMBER.fullmatch, names)) or len(set(names)) != len(names) or names != [name.strip() for name in names]:
        return False
    if '"' in text:
        return all(len(row) == len(names) for row in csv.reader(io.StringIO(text)))
    commas = len(names) - 1
    return "\n\n" not in text and all(line.count(",") == commas for line in text.removesuffix("\n").split("\n"))


def rewritten(path):
    """A user's file in the form that edgecut writes; decimal commas are points then."""
    table = table_file.read(path)
    for name in table.names:
        table.find(name)
    table.check()
    columns = []
    for name in table.names:
        cells = table.texts(name)
        numbers = table.separator == ";" and all(not cell or table_file.COMMA_NUMBER.fullmatch(cell) for cell in cells)
        columns.append([cell.replace(",", ".") for cell in cells] if numbers else cells)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.names)
    writer.writerows(zip(*columns))
    return out.getvalue()
