#!/usr/bin/env python3
"""The pages whose examples are run: every command of a console block is run as it stands, and prints what stands below it.

    python3 tests/cli/pages_test.py build/release/edgecut             # compares
    python3 tests/cli/pages_test.py build/release/edgecut --update    # writes what is printed now into the pages
    python3 pages_test.py /usr/bin/edgecut --installed /usr/share/doc/edgecut    # pages and program of an installation

A page begins in an empty folder. In it:

* a fenced block ```` ```yaml doorbell.yaml ```` (of any language) is a file with that name, written there and then;
* of a block ```` ```console ````, a line that begins with `$ ` is a command, which goes on after a `\\` at its end; the
  lines up to the next are what it prints: on both streams where it fails, else on standard output;
* a line `...` stands for any lines, which are left out;
* a comment `<!-- copy FILE -->` copies a file that lies beside the page.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
INSTALLED = sys.argv[2:3] == ["--pages"]
TOP = pathlib.Path(sys.argv[3]) if INSTALLED else pathlib.Path(__file__).resolve().parents[2]
HOME = {} if INSTALLED else {"EDGECUT_HOME": str(TOP)}
PAGES = [*sorted((TOP / "docs" / "tutorials").glob("*.md")), TOP / "README.md"]
PART = re.compile(r"(?ms)^```(\w+)(?: (\S+))?\n(.*?)^```$|^<!-- copy (\S+) -->$")
# What differs from run to run.
CHANGING = [(re.compile(r"\b\d+(\.\d+)? (s|ms|min)( of| each| a run)"), "N"), (re.compile(r"\bin \d+(\.\d+)? (ms|s|min)\b"), "N")]


def commands(block):
    """(command, its lines in the page, what is printed) of a console block."""
    found = []
    for line in block.splitlines():
        if found and found[-1][0].endswith("\\"):
            found[-1][0] = found[-1][0][:-1] + line.strip()
            found[-1][1].append(line)
        elif line.startswith("$ "):
            found.append([line[2:], [line], []])
        else:
            found[-1][2].append(line)
    return found


def plain(lines):
    lines = [line.rstrip() for line in lines]
    for pattern, word in CHANGING:
        lines = [pattern.sub(word, line) for line in lines]
    return lines


def fits(expected, printed):
    """Whether lines are those expected, in which `...` stands for any."""
    expected, printed = plain(expected), plain(printed)
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in expected)
    return re.fullmatch(pattern, "".join(line + "\n" for line in printed)) is not None


def shortened(expected, printed):
    """What is printed now, with its middle left out where it was before."""
    if "..." not in expected:
        return printed
    head, tail = expected.index("..."), len(expected) - 1 - expected[::-1].index("...")
    after = len(expected) - 1 - tail
    return [*printed[:head], "...", *(printed[len(printed) - after:] if after else [])]


def broken_links(page):
    """What a page links to beside itself and does not find."""
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    return [link for link in links if "://" not in link and not (page.parent / link).exists()]


class Page:
    def __init__(self, path):
        self.path = path
        self.wrong = []

    def run(self):
        """The text of the page as it should be."""
        text = self.path.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory(prefix="edgecut_page_") as folder:
            self.folder = pathlib.Path(folder)
            (self.folder / "bin").mkdir()
            (self.folder / "bin" / "edgecut").symlink_to(PROGRAM)
            (self.folder / "work").mkdir()
            return PART.sub(self.part, text)

    def part(self, match):
        language, name, body, copied = match.groups()
        if copied:
            shutil.copy(self.path.parent / copied, self.folder / "work")
        elif language == "console":
            lines = [line for command in commands(body) for line in self.command(*command)]
            return "```console\n" + "".join(line + "\n" for line in lines) + "```"
        elif name:
            (self.folder / "work" / name).write_text(body, encoding="utf-8")
        return match[0]

    def command(self, command, shown, expected):
        around = {**os.environ, "PATH": f"{self.folder / 'bin'}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "COLUMNS": "100",
                  "PYTHONDONTWRITEBYTECODE": "1", **HOME}
        result = subprocess.run(["bash", "-c", command], cwd=self.folder / "work", env=around, text=True, timeout=300,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        said = result.stdout + (result.stderr if result.returncode else "")
        printed = [line.rstrip() for line in said.splitlines()]
        if not fits(expected, printed):
            self.wrong.append(f"{self.path.relative_to(TOP)}: $ {command}\nended with {result.returncode} and printed\n{said}")
        else:
            return [*shown, *expected]
        return [*shown, *shortened(expected, printed)]


class Pages(unittest.TestCase):
    def test_commands_print_what_stands_below_them(self):
        for path in PAGES:
            with self.subTest(page=path.name):
                page = Page(path)
                page.run()
                self.assertEqual("\n\n".join(page.wrong), "")

    def test_links_of_pages_lead_to_files(self):
        for path in [TOP / "README.md", *sorted((TOP / "docs").rglob("*.md"))]:
            with self.subTest(page=path.name):
                self.assertEqual(broken_links(path), [])

    def test_a_link_to_nowhere_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder) / "page.md"
            page.write_text("[here](page.md#a-part) [there](gone.md#a-part) [far](https://example.org) ![none](none.png)")
            self.assertEqual(broken_links(page), ["gone.md", "none.png"])

    def test_left_out_lines_may_be_any_and_others_none(self):
        printed = ["a", "b", "c", "d"]
        for expected in (printed, ["a", "...", "d"], ["...", "d"], ["a", "b", "..."], ["..."], ["a", "...", "b", "c", "d"]):
            self.assertTrue(fits(expected, printed), expected)
        for expected in (["a", "...", "c"], ["b", "..."], ["a", "d"], []):
            self.assertFalse(fits(expected, printed), expected)
        self.assertTrue(fits(["7 runs in 1.2 s"], ["7 runs in 31 s"]))
        self.assertFalse(fits(["8 runs in 1.2 s"], ["7 runs in 31 s"]))


if __name__ == "__main__":
    if "--update" in sys.argv:
        for path in PAGES:
            page = Page(path)
            text = page.run()
            if text != path.read_text(encoding="utf-8"):
                path.write_text(text, encoding="utf-8")
                print(f"{path.relative_to(TOP)}: written")
    else:
        unittest.main(argv=sys.argv[:1])
