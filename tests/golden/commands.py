"""Runs the program and takes out of what it prints all that varies from one run, build or machine to another."""
import os
import pathlib
import re
import resource
import subprocess
import tempfile

from compare import Columns, Json, Table, Text

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
# Of a manifest: what says where, when and by which build, and the scenario's own text, which lies beside.
VARYING = ("edgecut", "commit", "versions", "wall_s", "sessions", "scenario", "files")
LEFT_OUT = [
    (re.compile(r"\b(in|of) \d+(\.\d+)? s(?=[,\n]|$)", re.MULTILINE), r"\1 TIME"),
    (re.compile(r"^\d+ of \d+ runs.*\n", re.MULTILINE), ""),
    (re.compile(r"^wrote .*\n", re.MULTILINE), ""),
    (re.compile(r"(--jobs UINT:UINT in \[1 - 1024\])=\d+"), r"\1=PROCESSORS"),
    (re.compile(r"^  import  .*\n", re.MULTILINE), ""),  # a command of builds with ONNX alone
]


class Failed(Exception):
    pass


class Session:
    """The program, and a folder for what it writes."""

    def __init__(self, program):
        self.program = pathlib.Path(program).resolve()
        self._folder = tempfile.TemporaryDirectory(prefix="edgecut_golden_")
        self.folder = pathlib.Path(self._folder.name)
        self._count = 0

    def fresh(self, name):
        """A path in the folder that nobody has used."""
        self._count += 1
        return self.folder / f"{self._count}_{name}"

    def run(self, *arguments, **options):
        """All that it prints: standard output, then standard error."""
        done = self._run(*arguments, **options)
        gap = "" if done.stdout.endswith("\n") or not done.stdout else "\n"
        return self.settled(done.stdout + gap + done.stderr)

    def data(self, *arguments, **options):
        """What it prints to standard output alone."""
        return self.settled(self._run(*arguments, **options).stdout)

    def refused(self, *arguments, **options):
        """What it says to a user's mistake."""
        return self.settled(self._run(*arguments, status=2, **options).stderr)

    def _run(self, *arguments, cwd=ROOT, env=None, status=0):
        command = [str(self.program), *map(str, arguments)]
        around = {**os.environ, "EDGECUT_HOME": str(ROOT), "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, cwd=cwd, capture_output=True, timeout=300, encoding="utf-8",
                              env={**around, **(env or {})})
        if done.returncode != status:
            raise Failed(f"exit status {done.returncode} of: {' '.join(command[1:])}\n{done.stderr.strip()[-2000:]}")
        return done

    def settled(self, text):
        """Without times on the wall, paths of this machine and of the program."""
        text = text.replace(str(self.program), "edgecut")
        text = re.sub(re.escape(str(self.folder)) + r"/\d+_", "FOLDER/", text).replace(str(ROOT) + "/", "")
        for pattern, by in LEFT_OUT:
            text = pattern.sub(by, text)
        return text


def processor_seconds():
    """Of all programs that ended so far, and of this one."""
    uses = map(resource.getrusage, (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def manifest(text, session, with_sources):
    """What a manifest says of the study. Sources are as long as all else together; only some records keep them."""
    value = Json.parse(session.settled(text), None).value
    for key in VARYING if with_sources else (*VARYING, "sources", "assumptions"):
        value.pop(key, None)
    return Json(value)


def results(folder, session, with_sources):
    """The files of a results folder; with the sources of figures and the data dictionary, if asked for."""
    documents = {}
    for path in sorted(folder.iterdir()):
        if path.name == "manifest.json":
            documents["manifest"] = manifest(path.read_text(), session, with_sources)
        elif path.name == "columns.csv":
            if with_sources:
                documents["columns"] = Table.of_csv(path.read_text())
        elif path.name == "savings.csv":
            documents["savings"] = Table.of_csv(path.read_text())
        elif path.suffix == ".csv":
            documents[path.stem] = Columns.of_csv(session.settled(path.read_text()))
    return documents


def text(session, *arguments, **options):
    return Text(session.run(*arguments, **options))
