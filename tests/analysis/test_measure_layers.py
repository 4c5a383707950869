"""Fetching the runtime that layers are measured in: it may fail or hang, and then nothing is left that looks like one."""

import contextlib
import io
import os
import pathlib
import tempfile
import unittest
from unittest import mock

from analysis import measure_layers


class FetchRuntime(unittest.TestCase):
    def fetch(self, npm, patience=60):
        """What comes of it with such a program in npm's place, and the folder's content after it."""
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            programs = folder / "programs"
            programs.mkdir()
            for program, text in (("npm", npm), ("node", "")):
                (programs / program).write_text(f"#!/bin/sh\n{text}\n")
                (programs / program).chmod(0o755)
            path = f"{programs}:{os.environ['PATH']}"
            with mock.patch.dict(os.environ, {"PATH": path}), contextlib.redirect_stderr(io.StringIO()):
                try:
                    return measure_layers.fetch_runtime(folder / "runtime", patience).name, self.content(folder)
                except measure_layers.NoRuntime as error:
                    return str(error), self.content(folder)

    @staticmethod
    def content(folder):
        return sorted(path.name for path in (folder / "runtime").iterdir())

    def test_what_was_fetched_is_put_in_place(self):
        self.assertEqual(self.fetch("mkdir -p node_modules/onnxruntime-node && test -f package-lock.json"),
                         ("node_modules", ["node_modules"]))

    def test_a_fetch_that_hangs_is_given_up(self):
        said, content = self.fetch("mkdir -p node_modules/onnxruntime-node; exec sleep 100", patience=0.5)
        self.assertIn("in 0.5 s", said)
        self.assertEqual(content, [])

    def test_a_fetch_that_fails_leaves_nothing(self):
        said, content = self.fetch("mkdir -p node_modules/onnxruntime-node; echo 'npm ERR! no route' >&2; exit 1")
        self.assertIn("npm ERR! no route", said)
        self.assertEqual(content, [])


if __name__ == "__main__":
    unittest.main()
