#!/usr/bin/env python3
"""Golden rows: everything that the program puts out for some hundred small inputs, held against what is written in
expected/.

    golden_test.py EDGECUT                      hold all
    golden_test.py EDGECUT --only 'scenario/*'  those of a name, or of a pattern
    golden_test.py EDGECUT --shard 1/4          a part of them, of like length
    golden_test.py EDGECUT --update             write what has changed, and say what that is
    golden_test.py EDGECUT --measure            how long each takes, into costs.csv, by which they are dealt to shards

docs/testing.md says what is recorded and how it is compared.
"""
import argparse
import collections
import csv
import fnmatch
import itertools
import os
import sys

import compare
import records
from commands import HERE, ROOT, Failed, Session, processor_seconds

EXPECTED = HERE / "expected"
COSTS = HERE / "costs.csv"
MOST_LINES = 20  # of what changed, a record
REWRITE = "python3 tests/golden/golden_test.py {program} --update"


def path_of(record, name, document):
    return EXPECTED / record.name / f"{name}{document.suffix}"


def read(record, name, document):
    """What is expected, in the form of `document`; None where nothing is."""
    path = path_of(record, name, document)
    return type(document).parse(path.read_text(encoding="utf-8"), document) if path.is_file() else None


def as_on(kernel, document):
    """What was recorded on the reference kernel as another one has to give it: with that kernel's name."""
    rename = lambda text: kernel if text == records.REFERENCE else text
    if isinstance(document, compare.Text):
        return compare.Text(document.text.replace(f"kernel: {records.REFERENCE}", f"kernel: {kernel}"))
    return document.map_column("kernel_used", rename) if isinstance(document, compare.Table) else document


def changes(record, documents, kernel):
    """A line for each thing that is not as expected."""
    marked = "" if kernel == record.kernels[0] else f" on {kernel}"
    for name, document in documents.items():
        old = read(record, name, document)
        if old is None:
            yield f"{name}{marked}: there is no record of it"
            continue
        for line in compare.differences(as_on(kernel, old), document):
            yield f"{name}{marked}: {line}"
    if not marked:
        for path in stale(record, documents):
            yield f"{path.name} is recorded and was not put out"


def stale(record, documents):
    """Files of a record that nothing is held against any more."""
    known = {path_of(record, name, document) for name, document in documents.items()}
    return [path for path in sorted((EXPECTED / record.name).glob("*")) if path not in known]


def write(record, documents):
    """What changed. Cells and texts that are the same within what is compared stay as they are written."""
    (EXPECTED / record.name).mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        old = read(record, name, document)
        text = (document if old is None else document.merged_into(old)).render()
        path = path_of(record, name, document)
        if old is None or text != path.read_text(encoding="utf-8"):
            path.write_text(text, encoding="utf-8")
    for path in stale(record, documents):
        path.unlink()


def hold(record, session, update):
    """What is wrong with a record, a line each; with `update` it is written first, from its first kernel."""
    lines = []
    for kernel in record.kernels:
        try:
            documents = record.produce(session, kernel)
        except Failed as failure:
            return [*lines, f"on {kernel}: {failure}"]
        found = list(changes(record, documents, kernel))
        if update and kernel == record.kernels[0]:
            if found:
                write(record, documents)
                say(record, found, "written")
            continue
        lines += found
    return lines


def picked(lines):
    """As many lines as are shown: the first of every document before the second of any, in their order."""
    seen = collections.Counter()
    ranked = []
    for at, line in enumerate(lines):
        document = line.split(": ")[0]
        ranked.append((seen[document], at))
        seen[document] += 1
    return [lines[at] for _, at in sorted(sorted(ranked)[:MOST_LINES], key=lambda pair: pair[1])]


def say(record, lines, what):
    print(f"{record.name}: {what}")
    for line in picked(lines):
        print(f"  {line}")
    if len(lines) > MOST_LINES:
        print(f"  and {len(lines) - MOST_LINES} more")
    sys.stdout.flush()


def costs():
    if not COSTS.is_file():
        return {}
    with open(COSTS, newline="") as file:
        return {row["record"]: float(row["seconds"]) for row in csv.DictReader(file)}


def dealt(all_records, shard, shards):
    """The records of one shard: the dearest first, each to the shard that has least to do so far."""
    known = costs()
    cost = lambda record: known.get(record.name, 0.5)
    load = [0.0] * shards
    mine = []
    for record in sorted(all_records, key=lambda record: (-cost(record), record.name)):
        least = load.index(min(load))
        load[least] += cost(record)
        if least == shard - 1:
            mine.append(record)
    return sorted(mine, key=lambda record: record.name)


def is_called(record, pattern):
    return fnmatch.fnmatchcase(record.name, pattern) or record.name.split("/")[1] == pattern


def chosen(all_records, arguments):
    if arguments.only:
        for pattern in arguments.only:
            if not any(is_called(record, pattern) for record in all_records):
                names = "\n  ".join(record.name for record in all_records)
                sys.exit(f"no record is called {pattern}; they are called\n  {names}")
        return [record for record in all_records if any(is_called(record, pattern) for pattern in arguments.only)]
    if arguments.shard:
        shard, shards = map(int, arguments.shard.split("/"))
        return dealt(all_records, shard, shards)
    return all_records


def forgotten(all_records):
    """Folders in expected/ of which there is no record any more."""
    known = {record.name for record in all_records}
    return [folder for folder in sorted(EXPECTED.glob("*/*")) if str(folder.relative_to(EXPECTED)) not in known]


def measure(some, session):
    before = [processor_seconds()]
    for record in some:
        hold(record, session, update=False)
        before.append(processor_seconds())
    spent = {record.name: end - begin for record, (begin, end) in zip(some, itertools.pairwise(before))}
    with open(COSTS, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["record", "seconds"])
        writer.writerows((name, f"{seconds:.1f}") for name, seconds in sorted(spent.items()))
    print(f"{len(spent)} records, {sum(spent.values()):.1f} s of processor time")


def main():
    parser = argparse.ArgumentParser(description="Holds what the program puts out against what is recorded.")
    parser.add_argument("program")
    parser.add_argument("--update", action="store_true", help="write what has changed")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these records alone, or those like 'scenario/*'")
    parser.add_argument("--shard", metavar="I/N", help="the I-th of N parts")
    parser.add_argument("--measure", action="store_true", help="measure how long each record takes, into costs.csv")
    arguments = parser.parse_args()

    session = Session(arguments.program)
    all_records = records.records()
    some = chosen(all_records, arguments)
    if arguments.measure:
        return measure(all_records, session)
    wrong = 0
    for record in some:
        lines = hold(record, session, arguments.update)
        if lines:
            wrong += 1
            say(record, lines, f"{len(lines)} {'change' if len(lines) == 1 else 'changes'}")
    if not arguments.only and (arguments.shard or "1/").startswith("1/"):
        for folder in forgotten(all_records):
            wrong += 1
            print(f"{folder.relative_to(ROOT)}: there is no such record any more; remove it")
    if wrong:
        print(f"{wrong} of {len(some)} records are not as they were. Where a change is meant, write it down with")
        print("  " + REWRITE.format(program=os.path.relpath(session.program, ROOT)))
        print("and say in the commit why the digits are others.")
        return 1
    print(f"{len(some)} records are as they were; {processor_seconds():.1f} s of processor time")
    return 0


if __name__ == "__main__":
    sys.exit(main())
