#!/usr/bin/env python3
"""Scission's public benchmarks (qub-blesson/Scission @ b765b2bd), read from $EDGECUT_DATA/scission, imported and planned: the
five best placements of VGG19 over a Raspberry Pi 4, one of two edge hosts and a cloud with or without a graphics card, on
its cellular network, with a block on the device, layer 10 on the edge host and layer 16 in the cloud.

Skipped (exit status 77) where EDGECUT_DATA is not set.
"""
import json
import os
import pathlib
import subprocess
import sys
import unittest

from edgecut import SOURCE, Folder

FOLDER = pathlib.Path(os.environ.get("EDGECUT_DATA", "")) / "scission"
PUBLISHED = [9.0106, 9.0594, 9.0721, 9.1209, 9.1511]  # seconds, as Scission's own tool ranks them


def import_profile(*arguments):
    return subprocess.run([sys.executable, "-m", "analysis.import_profile", "scission", str(FOLDER), *arguments],
                          cwd=SOURCE, capture_output=True, text=True, check=False)


class Scission(unittest.TestCase):
    def test_the_five_best_placements_of_vgg19_are_the_published_ones(self):
        answers = []
        for edge in ("2500", "vm2Core"):
            for cloud in ("6700k(GPU)", "6700k(NoGPU)"):
                with Folder() as folder:
                    imported = import_profile("--model", "vgg19", "--device", "raspi4", "--edge", edge, "--cloud", cloud,
                                              "--pin", "edge=10", "--pin", "cloud=16", "-o", str(folder.path / "p.yaml"))
                    self.assertEqual(imported.returncode, 3, imported.stderr)  # there are notes
                    ranks = [f"--partitioner={{kind: scission, rank: {rank}, name: r{rank}}}" for rank in range(1, 6)]
                    result = folder.run("plan", "--problem", "p.yaml", *ranks, "--format", "json")
                self.assertEqual(result.returncode, 0, result.stderr)
                answers += [(answer, edge, cloud) for answer in json.loads(result.stdout)]
        answers.sort(key=lambda found: found[0]["objective"])
        self.assertEqual([round(found["objective"], 4) for found, _, _ in answers[:5]], PUBLISHED)
        best, edge, cloud = answers[0]
        self.assertEqual((edge, cloud), ("vm2Core", "6700k(GPU)"))
        places = list(best["placement"].items())
        last = {tier: name for name, tier in places}
        self.assertEqual(last, {"device": "layers_6_6", "edge": "layers_11_11", "cloud": "layers_25_25"})
        # 1,605,760 B over the first link and 802,944 B over the second.
        self.assertAlmostEqual(best["cost"]["upload_s"] + best["cost"]["relay_s"],
                               0.0667 + 1605760 / 200000 + 0.020 + 802944 / 6250000, places=9)

    def test_only_the_host_with_a_graphics_card_is_flagged_as_no_ground_truth(self):
        told = import_profile("--list")
        self.assertEqual(told.returncode, 3)
        flagged = [line for line in told.stderr.splitlines() if "not ground truth" in line]
        self.assertEqual(len(flagged), 1)
        self.assertIn("cloud 6700k(GPU)", flagged[0])
        self.assertIn("too coarse", told.stderr)  # blocks of 0 s on vm2Core


if __name__ == "__main__":
    if not os.environ.get("EDGECUT_DATA"):
        print("skipped: EDGECUT_DATA does not name a folder")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1])
