#!/usr/bin/env python3
"""The table of modules in docs/architecture.md as a failing test: a file of a module includes only its own module, the
modules named beside it, and the outside libraries that are its alone."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXTERNAL = {  # library: how its headers are recognised
    "SimGrid": re.compile(r"^(simgrid/|xbt/|xbt\.h)"),
    "yaml-cpp": re.compile(r"^yaml-cpp/"),
    "Boost.Graph": re.compile(r"^boost/(graph|property_map)/"),
    "ONNX": re.compile(r"^(onnx/(?!import_model\.hpp)|google/protobuf/)"),
    "json": re.compile(r"^nlohmann/"),
    "SQLiteCpp": re.compile(r"^(SQLiteCpp/|sqlite3\.h)"),
    "zlib": re.compile(r"^zlib\.h"),
    "CLI11": re.compile(r"^CLI/"),
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def table(text):
    """Module -> (modules, libraries) it may include, from the table in the document."""
    allowed = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != 3 or not re.fullmatch(r"`[a-z_.]+`", cells[0]):
            continue
        names = re.findall(r"`([^`]+)`", cells[2])
        allowed[cells[0].strip("`")] = names
    return allowed


def violations(root, allowed):
    for path in sorted((root / "sim").rglob("*.?pp")):
        module = path.relative_to(root / "sim").parts[0]
        if module not in allowed:
            yield f"{path}: no module '{module}' in the table"
            continue
        own = "" if module.endswith(".cpp") else module
        for kind, header in INCLUDE.findall(path.read_text()):
            library = next((name for name, pattern in EXTERNAL.items()
                            if kind == "<" and pattern.match(header)), None)
            if library and library not in allowed[module]:
                yield f"{path}: {module} may not include {library} (<{header}>)"
            if kind == '"':
                other = header.split("/")[0]
                if other != own and other not in allowed[module] and "all" not in allowed[module]:
                    yield f"{path}: {module} may not include {other} (\"{header}\")"


def forgotten_tests(root):
    """Test files that tests/CMakeLists.txt does not name would never run."""
    listed = (root / "tests" / "CMakeLists.txt").read_text()
    for path in sorted((root / "tests").rglob("*_test.*")):
        if path.suffix in (".cpp", ".py") and path.name not in listed and path.stem.removesuffix("_test") not in listed:
            yield f"{path}: not in tests/CMakeLists.txt"


def split_tests(root):
    """CMake splits a test's name at a semicolon, and CTest then runs neither half and says it passed."""
    for path in sorted((root / "tests").rglob("*_test.cpp")):
        for name in re.findall(r'TEST_CASE\(\s*"([^"]*;[^"]*)"', path.read_text()):
            yield f"{path}: a semicolon in the name of a test: {name}"


def makers_of_problems(root):
    """A method's problem is made from what it knows, in one place; whoever made one elsewhere could hand it the truth."""
    for path in sorted((root / "sim").rglob("*.?pp")):
        if path.relative_to(root / "sim").parts[0] != "belief" and re.search(r"\bmake_problem\(", path.read_text()):
            yield f"{path}: calls make_problem, which is belief's alone"


def main():
    allowed = table((ROOT / "docs" / "architecture.md").read_text())
    if len(allowed) < 15:
        sys.exit(f"docs/architecture.md: found only {len(allowed)} modules in the table")
    missing = [d.name for d in (ROOT / "sim").iterdir() if d.is_dir() and d.name not in allowed]
    problems = [f"sim/{name}: not in the table" for name in missing] + list(violations(ROOT, allowed))
    problems += forgotten_tests(ROOT)
    problems += split_tests(ROOT)
    problems += makers_of_problems(ROOT)
    for name, uses in allowed.items():  # the table itself is a partial order: only modules above may be used
        above = list(allowed)[: list(allowed).index(name)]
        problems += [f"table: {name} uses {use}, which stands below it"
                     for use in uses if use in allowed and use not in above]
    if problems:
        sys.exit("\n".join(problems))
    print(f"{len(allowed)} modules keep to the table")


if __name__ == "__main__":
    main()
