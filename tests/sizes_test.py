#!/usr/bin/env python3
"""No file of sim/ has more than 400 lines, no function more than 40, no class more than 30 methods. What is over stands in
tests/sizes.txt with its size, which may only fall: remove the line when it is within, lower it when it shrinks.

Tables of data are apart: an array or a list of rows is no function, and a file of them may be long."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MOST = {"file": 400, "function": 40, "class": 30}
NOT_A_FUNCTION = re.compile(r"^(namespace|struct|class|enum|union|extern|using|//|#|\}|\s)")


def functions(lines):
    """Name and length of each function that begins in the first column."""
    start = name = None
    for number, line in enumerate(lines):
        if start is None and line and not NOT_A_FUNCTION.match(line):
            head = number
            while head < len(lines) - 1 and not lines[head].rstrip().endswith(("{", ";", "}")):
                head += 1
            text = " ".join(part.strip() for part in lines[number:head + 1])
            if text.endswith("{") and not re.search(r"= *\{$|to_array", text) and "(" in text:
                called = re.search(r"([\w:~]+)\(", text)
                start, name = number, called.group(1) if called else text
        elif start is not None and line.startswith("}"):
            yield name, number - start + 1
            start = None


def is_table(lines, name, length):
    """Whether most of a function's lines are rows of a list."""
    body = "\n".join(lines)
    found = re.search(r"^[^\n]*\b" + re.escape(name) + r"\([^\n]*\{\n(.*?)^\}", body, re.MULTILINE | re.DOTALL)
    if not found:
        return False
    inner = found.group(1).splitlines()
    return "static const" in found.group(1) and sum(bool(re.match(r'^ +[{"]|^ {6,}', line)) for line in inner) > 0.7 * length


def classes(lines):
    """Name and number of methods of each class."""
    name, count = None, 0
    for line in lines:
        begins = re.match(r"^(?:class|struct) (\w+).*\{$", line)
        if begins:
            name, count = begins.group(1), 0
        elif name and line.startswith("};"):
            yield name, count
            name = None
        elif name and re.match(r"^  (?!using|friend|//|return|ensure|static_assert)[^ /].*?\b[\w~]+\(", line):
            count += 1


def sizes(root):
    for path in sorted((root / "sim").rglob("*.?pp")):
        lines = path.read_text().splitlines()
        place = path.relative_to(root / "sim").as_posix()
        yield "file", place, len(lines)
        for name, length in functions(lines):
            if length > MOST["function"] and not is_table(lines, name, length):
                yield "function", f"{place} {name}", length
        for name, count in classes(lines):
            yield "class", f"{place} {name}", count


def known(root):
    lines = [line.split("#")[0].split() for line in (root / "tests" / "sizes.txt").read_text().splitlines()]
    return {(line[0], " ".join(line[1:-1])): int(line[-1]) for line in lines if line}


def main():
    over = {(kind, place): size for kind, place, size in sizes(ROOT) if size > MOST[kind]}
    if sys.argv[1:] == ["--print"]:
        for (kind, place), size in sorted(over.items()):
            print(kind, place, size)
        return
    listed = known(ROOT)
    problems = []
    for (kind, place), size in sorted(over.items()):
        most = listed.get((kind, place), MOST[kind])
        if size > most:
            problems.append(f"sim/{place}: a {kind} of {size} ({'methods' if kind == 'class' else 'lines'}); at most {most}")
        elif size < most:
            problems.append(f"tests/sizes.txt: {kind} {place} has {size} now, not {most}: lower it")
    problems += [f"tests/sizes.txt: {kind} {place} is within {MOST[kind]} now, or gone: remove it"
                 for kind, place in sorted(listed) if (kind, place) not in over]
    if problems:
        sys.exit("\n".join(problems))
    print(f"{len(listed)} are over, none by more than before")


if __name__ == "__main__":
    main()
