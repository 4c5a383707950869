#!/usr/bin/env python3
"""`edgecut schema` and the program refuse the same files.

    schema_test.py EDGECUT READ_DOCUMENTS

docs/keys.md is what the program prints of the declarations. All shipped files, and documents that have every declared key (seeds/), are taken by both. Then a program makes mistakes in
them, some dozens for each key: it leaves the key out, gives it another type, another unit, numbers of all sizes, another word;
and it adds an unknown one. Both refuse what comes of it, or both take it. What only the program can refuse is listed in
alone.txt.
"""
import json
import pathlib
import re
import subprocess
import sys

import jsonschema

import documents

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PAGE = ROOT / "docs" / "keys.md"
SHIPPED = {
    "device": "platforms/devices/*.yaml",
    "cloud": "platforms/clouds/*.yaml",
    "link": "platforms/links/*.yaml",
    "network": "scenarios/networks/*.yaml",
    "benchmarks": "platforms/benchmarks/*.yaml",
    "scenario": "scenarios/*.yaml",
}
KINDS = ("benchmarks", "cloud", "device", "link", "network", "workload")
# What the program alone can refuse, by what it says. docs/scenarios.md names the kinds.
ALONE = [line for line in (HERE / "alone.txt").read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]


def schema_of(program, kind):
    schema = json.loads(subprocess.run([program, "schema", kind], check=True, capture_output=True, text=True).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    return documents.Schema(schema, jsonschema.Draft202012Validator(schema))


class Asked:
    """Documents that the program is asked about, all at once."""

    def __init__(self):
        self.lines = []

    def add(self, kind, file, document):
        text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
        self.lines.append(f"{kind}\t{file}\t{text}")

    def answers(self, reader):
        done = subprocess.run([reader], input="\n".join(self.lines) + "\n", capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{reader} failed: {done.stderr}")
        return done.stdout.splitlines()


# What the values of an axis are: those of another key.
VALUES = re.compile(r": (sweep|tune)\..*\.(values|unit|column|labels|linspace|logspace): ")


def is_over(name):
    """Whether a definition is of what is put over a file, in which a key may be that the file lacks."""
    return name.endswith(("_over_a_file", "_by_its_name"))


def is_alone(schema, answer):
    """Whether it is the program's alone to refuse that."""
    missing = re.search("missing key '(.*)'", answer)
    if missing:  # where another key says so, which the key's declaration has to tell
        return any("Absent: required" in part["properties"].get(missing[1], {}).get("description", "") or
                   (is_over(name) and missing[1] in (*part["properties"], "value"))
                   for name, part in schema.schema["$defs"].items() if "properties" in part)
    return any(re.search(pattern, answer) for pattern in ALONE)


def seeds_of(kind):
    """Documents in which mistakes are made. Those of scenarios are also what the golden rows are of."""
    golden = sorted((ROOT / "tests" / "golden" / "scenarios").glob("*.yaml")) if kind == "scenario" else []
    return sorted((HERE / "seeds" / kind).glob("*.yaml")) + [path for path in golden if "partitioners:" in path.read_text()]


def files_of(kind):
    return seeds_of(kind) + (sorted(ROOT.glob(SHIPPED[kind])) if kind in SHIPPED else [])


def check_files(kind, schema, reader):
    """A line for each shipped file or seed that is not taken by both."""
    asked, fits, names = Asked(), [], []
    for file in files_of(kind):
        document = documents.load(file.read_text(encoding="utf-8"))
        asked.add(kind, file, document)
        fits.append(next(iter(schema.validator.iter_errors(document)), None))
        names.append(file.relative_to(ROOT))
    for name, fit, answer in zip(names, fits, asked.answers(reader)):
        if fit is not None:
            yield f"{name}: the schema refuses it: {fit.json_path}: {fit.message[:200]}"
        if answer != "ok":
            yield f"{name}: the program refuses it: {answer}"


def check_mistakes(kind, schema, reader, seen):
    """A line for each mistake that only one of both refuses. Of keys in `seen` no more are made."""
    asked, fits, names = Asked(), [], []
    for file in seeds_of(kind):
        document = documents.load(file.read_text(encoding="utf-8"))
        for what, mistaken in documents.mistakes(schema, document, seen):
            asked.add(kind, file, mistaken)
            fits.append(schema.validator.is_valid(mistaken))
            names.append(f"{file.name}: {what}")
    for name, fit, answer in zip(names, fits, asked.answers(reader)):
        if fit and answer != "ok" and not VALUES.search(name + ": ") and not is_alone(schema, answer):
            yield f"{kind}/{name}: the program alone refuses it: {answer}"
        if not fit and answer == "ok":
            yield f"{kind}/{name}: the schema alone refuses it"


def unseen(kind, schema, seen):
    """Declared keys that are in no seed, of which therefore nothing is known."""
    for name, part in schema.schema["$defs"].items():
        for key in part.get("properties", {}):
            if key not in ("source", "kind") and documents.identity(part, key) not in seen:
                yield f"{kind}: `{key}` of {name} is in no document of seeds/{kind}"


def check_page(program):
    """A line where docs/keys.md is not what the program prints."""
    words = [program, "list", "keys", "--format", "markdown"]
    if subprocess.run(words, check=True, capture_output=True, text=True).stdout != PAGE.read_text(encoding="utf-8"):
        yield f"{PAGE} is not what `edgecut list keys --format markdown` prints: write it anew"


def main():
    program, reader = sys.argv[1:3]
    problems, seen = list(check_page(program)), set()
    for kind in (*KINDS, "scenario"):  # which has the maps of the others within it

        schema = schema_of(program, kind)
        problems += check_files(kind, schema, reader)
        problems += list(check_mistakes(kind, schema, reader, seen))
        problems += list(unseen(kind, schema, seen))
    if problems:
        sys.exit("\n".join(problems) + f"\n{len(problems)} problems")
    print(f"the schemas and the program refuse the same files: {len(seen)} keys")


if __name__ == "__main__":
    main()
