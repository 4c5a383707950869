"""A table of text as rows of cells, whatever separates them: as sim/config/text_file.cpp and cells.cpp read it.

Files may begin with a byte order mark, be packed by gzip (told by the first bytes, not by the name), end lines in any of the
three ways, and separate cells by ';', ',' or tabs. Blank lines, lines that begin with #, and rows of separators alone say
nothing. docs/tables.md has the rules.
"""

import pathlib
import re
import zlib

from .errors import UserError

MOST_TEXT = 4 << 30  # bytes that gzip may unfold to
LINE_BREAK = re.compile(r"\r\n|\n|\r")
OTHER_PACKERS = {b"\xfd7zXZ": "xz", b"BZh": "bzip2", b"\x28\xb5\x2f\xfd": "zstd"}


def text_of(path):
    """A file as text. Raises UserError for UTF-16, workbooks, other compressions than gzip's, and what is no UTF-8."""
    try:
        data = pathlib.Path(path).read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if data.startswith(b"\x1f\x8b"):
        data = _unpacked(data, path)
    _refuse_other_forms(data, path)
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        lines = LINE_BREAK.split(data[:error.start].decode("utf-8"))
        raise UserError(f"{path}:{len(lines)}:{len(lines[-1]) + 1}: is not UTF-8; save it as UTF-8 (a spreadsheet calls that CSV "
                        "UTF-8)") from None


def _unpacked(data, path):
    """Several members, one after the other, are one text [RFC 1952, 2.2]; what follows that is none is padding."""
    parts, size = [], 0
    try:
        while data.startswith(b"\x1f\x8b"):
            member = zlib.decompressobj(16 + zlib.MAX_WBITS)
            parts.append(member.decompress(data, MOST_TEXT - size + 1))
            size += len(parts[-1])
            if size > MOST_TEXT:
                raise UserError(f"{path}: its gzip data are more than 4 GiB of text")
            if not member.eof:
                raise zlib.error
            data = member.unused_data
    except zlib.error:
        raise UserError(f"{path}: its gzip data are damaged or cut short") from None
    return b"".join(parts)


def _refuse_other_forms(data, path):
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UserError(f"{path}: is a workbook or a zip file; save the sheet as CSV UTF-8")
    for magic, packer in OTHER_PACKERS.items():
        if data.startswith(magic):
            raise UserError(f"{path}: is compressed by {packer}; of compressed files, gzip's are read")
    head = data[:1024]
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff")) or 0 < len(head) <= 4 * head.count(0)
    if is_utf16:
        raise UserError(f"{path}: is UTF-16; save it as UTF-8 (a spreadsheet calls that CSV UTF-8)")
    if 0 in data:
        raise UserError(f"{path}: is no text: it holds bytes of 0")


class Row:
    """The cells of a row, without quotation marks and blanks at their ends, and where they stand."""

    __slots__ = ("line", "cells", "_raw", "_separator", "_places")

    def __init__(self, line, cells, raw="", separator=",", places=None):
        self.line, self.cells = line, cells
        self._raw, self._separator, self._places = raw, separator, places

    def place(self, index):
        """(line, column) of a cell's first character, in characters; of the row's beginning where it has no such cell."""
        if self._places is not None:
            return self._places[index] if index < len(self._places) else (self.line, 1)
        parts = self._raw.split(self._separator)
        if index >= len(parts):
            return self.line, 1
        before = sum(len(part) + 1 for part in parts[:index])
        part = parts[index]
        return self.line, before + len(part) - len(part.lstrip(_blanks(self._separator))) + 1


def rows_of(text, path):
    """(separator, rows) of a text. Raises UserError on a quotation mark that is never closed, and on text after one that
    closes a cell."""
    lines = LINE_BREAK.split(text)
    separator, at = None, 0
    rows = []
    while at < len(lines):
        line = lines[at].strip(" \t")
        if not line or line.startswith("#"):
            at += 1
            continue
        if separator is None:
            if told := re.fullmatch(r'"?sep=(.)"?', line, re.IGNORECASE) or re.fullmatch(r"sep=(\t)", lines[at], re.IGNORECASE):
                separator, at = told.group(1), at + 1
                continue
            separator = _separator_of("\n".join(lines[at:at + 100]))
        row, at = _row(lines, at, separator, path)
        if any(row.cells):
            rows.append(row)
    return separator or ",", rows


def _separator_of(text):
    """What the first row has most of, outside quotation marks and brackets; a comma where there is none."""
    counts = {";": 0, ",": 0, "\t": 0}
    is_quoted, depth = False, 0
    for c in text:
        if c == '"':
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif c == "\n":
            break
        depth += (c in "([") - (c in ")]")
        if c in counts and depth <= 0:
            counts[c] += 1
    most = max(counts, key=counts.get)
    return most if counts[most] else ","


def _blanks(separator):
    return " " if separator == "\t" else " \t"


def _row(lines, at, separator, path):
    """The row that begins at a line, and the line after it."""
    raw, blanks = lines[at], _blanks(separator)
    if '"' not in raw:
        return Row(at + 1, [cell.strip(blanks) for cell in raw.split(separator)], raw, separator), at + 1
    cells, places, first, column = [], [], at, 0
    while True:
        line = lines[at]
        while column < len(line) and line[column] in blanks:
            column += 1
        places.append((at + 1, column + 1))
        if line[column:column + 1] == '"':
            cell, at, column = _quoted(lines, at, column, path)
            line = lines[at]
            while column < len(line) and line[column] in blanks:
                column += 1
            if column < len(line) and line[column] != separator:
                opened, begin = places[-1]
                raise UserError(f"{path}:{opened}:{begin}: text follows the closing quotation mark; write a mark within a cell twice")
        else:
            end = line.find(separator, column)
            end = len(line) if end < 0 else end
            cell, column = line[column:end].rstrip(blanks), end
        cells.append(cell)
        if column >= len(line):
            return Row(first + 1, cells, places=places), at + 1
        column += 1


def _quoted(lines, at, column, path):
    """A quoted cell's text, and the line and column after its closing mark."""
    opened, parts = (at + 1, column + 1), []
    column += 1
    while True:
        end = lines[at].find('"', column)
        if end < 0:
            parts.append(lines[at][column:] + "\n")
            at, column = at + 1, 0
            if at == len(lines):
                raise UserError(f"{path}:{opened[0]}:{opened[1]}: a quotation mark opens here and is never closed")
        elif lines[at][end + 1:end + 2] == '"':
            parts.append(lines[at][column:end + 1])
            column = end + 2
        else:
            parts.append(lines[at][column:end])
            return "".join(parts), at, end + 1
