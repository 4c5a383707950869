"""A store of a sweep, as the results folder that `edgecut export` makes of it."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

from . import results

MAGIC = b"SQLite format 3\0"
TABLES = ("rows.csv", "savings.csv", "groups.csv", "classes.csv", "processors.csv", "columns.csv", "failures.csv",
          "manifest.json")


def is_store(path):
    try:
        with open(path, "rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


@contextlib.contextmanager
def folder_of(path):
    """The results folder that a path means: itself, that of one of its tables, or a temporary one with a store's tables."""
    path = pathlib.Path(path)
    if path.is_file() and path.name in TABLES:
        yield path.parent
    elif is_store(path):
        with tempfile.TemporaryDirectory(prefix="edgecut_") as scratch:
            _export(path, scratch)
            yield pathlib.Path(scratch)
    else:
        yield path


def program():
    """The program that called us, else the one that was built here, else the one on the path."""
    built = pathlib.Path(__file__).resolve().parents[1] / "build" / "release" / "edgecut"
    return os.environ.get("EDGECUT_PROGRAM") or (str(built) if built.exists() else shutil.which("edgecut"))


def _export(path, folder):
    found = program()
    if not found:
        raise results.UserError(f"{path}: a store is read by `edgecut export`, and no edgecut was found; build it, or put it on "
                                "the path")
    ended = subprocess.run([found, "export", str(path), "-o", folder], capture_output=True, text=True)
    if ended.returncode != 0:
        said = " ".join(ended.stderr.split()).removeprefix("error: ")
        raise results.UserError(said or f"{path}: `{found} export` failed with status {ended.returncode}")
