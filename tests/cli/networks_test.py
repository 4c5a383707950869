#!/usr/bin/env python3
"""`describe network` and `import onnx`: tables, CSV, JSON, Graphviz, and a model of one's own through a scenario."""
import csv
import io
import json
import re
import sys
import unittest

from edgecut import SOURCE, Folder, scenario

MODEL = SOURCE / "tests" / "onnx" / "fixtures" / "small_net.onnx"


class Networks(unittest.TestCase):
    def fine(self, result):
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def refused(self, result, *parts):
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        for part in parts:
            self.assertIn(part, result.stderr)

    def describe(self, *arguments):
        with Folder() as folder:
            return self.fine(folder.run("describe", "network", *arguments))

    def test_a_table_shows_totals_blocks_and_the_bytes_that_cross(self):
        text = self.describe("resnet18")
        self.assertIn("50 layers, 1.814 GMAC (3.628 GFLOP), 11.68 M parameters", text)
        self.assertIn("59 plans", text)
        blocks = [line for line in text.splitlines() if "/layer1/layer1.0 " in line]
        self.assertEqual(len(blocks), 1)
        self.assertIn("802.8 kB", blocks[0])  # 64 x 56 x 56 x 4 B
        self.assertGreater(len(self.describe("resnet18", "--all").splitlines()), 50)

    def test_time_and_energy_on_a_device_are_shown_when_one_is_named(self):
        text = self.describe("alexnet", "--device", "rk3588", "--processor", "gpu")
        self.assertIn("time on rk3588.gpu", text)
        with Folder() as folder:
            run = lambda *more: folder.run("describe", "network", "alexnet", *more)
            self.refused(run("--device", "rk3588", "--processor", "npu"), "npu", "known: big_cpu, little_cpu, gpu")
            self.refused(run("--device", "raspbery_pi_4"), "did you mean 'raspberry_pi_4'?")

    def test_csv_and_json_hold_every_layer_and_the_same_numbers(self):
        rows = list(csv.DictReader(io.StringIO(self.describe("alexnet", "--format", "csv"))))
        values = json.loads(self.describe("alexnet", "--format", "json"))
        self.assertEqual(len(rows), 21)
        self.assertEqual(sum(int(row["macs"]) for row in rows), 714188480)
        self.assertEqual([row["layer"] for row in rows], [value["layer"] for value in values])
        self.assertEqual(float(rows[3]["crossing_B"]), 186624)  # pool1: 64 x 27 x 27 x 4 B
        self.assertEqual(values[-1]["crossing_B"], 0)
        self.assertEqual(values[-1]["macs_share"], 1)

    def test_graphviz_has_a_node_a_layer_and_marks_what_crosses_the_cut(self):
        plain = self.describe("resnet18", "--dot")
        self.assertEqual(len(re.findall(r"^\d+\[label", plain, re.MULTILINE)), 50)
        self.assertNotIn("fillcolor", plain)
        # Inside the first block: the block's input and the first convolution's output go up. The input has two readers
        # in the cloud or on its way there, but only arcs that leave the device are red.
        cut = self.describe("resnet18", "--dot", "--cut", "/layer1/layer1.0/conv1/Conv")
        self.assertEqual(cut.count("fillcolor"), 5)  # input, conv1, relu, maxpool, conv1 of the block
        self.assertEqual(cut.count("#d62728"), 2)
        with Folder() as folder:
            self.refused(folder.run("describe", "network", "resnet18", "--dot", "--cut", "/layer1/layer1.0/conv1/Cnv"),
                         "did you mean '/layer1/layer1.0/conv1/Conv'?")

    def test_a_model_is_imported_described_and_run_by_its_path(self):
        with Folder() as folder:
            result = folder.run("import", "onnx", str(MODEL), "--name", "mine", "--source", "a test", "-o", "mine.yaml")
            self.assertIn("mine.yaml:", self.fine(result))
            self.assertIn("mine", self.fine(folder.run("describe", "network", "./mine.yaml")))
        with Folder(s=scenario(network="mine.yaml", partitioners="[device_only, oracle]", compare=None)) as folder:
            self.fine(folder.run("import", "onnx", str(MODEL), "--source", "a test", "-o", "mine.yaml"))
            rows = list(csv.DictReader(io.StringIO(self.fine(folder.run("run", "s.yaml", "--format", "csv")))))
            self.assertEqual({row["partitioner"] for row in rows}, {"device_only", "oracle"})

    def test_figures_of_fp32_are_told_where_layers_compute_in_int8(self):
        told = "warning: raspberry_pi_3b_plus.cpu: a layer of qdq multiplies in int8, and its figures are not of int8 (fp32)"
        int8 = "{compute: {int8: {conv: 20 GFLOP/s, source: a test}}}"
        both = {"device": f"{{kind: raspberry_pi_3b_plus, processors: {{cpu: {int8}}}}}",
                "cloud": f"{{kind: c5_4xlarge, processors: {{cpu: {int8}}}}}"}
        with Folder(floats=scenario(network="qdq.yaml", partitioners="[device_only, oracle]", compare=None),
                    integers=scenario(network="qdq.yaml", partitioners="[device_only, oracle]", compare=None, **both),
                    shipped=scenario(partitioners="[device_only, oracle]", compare=None)) as folder:
            self.fine(folder.run("import", "onnx", str(MODEL.parent / "cost" / "qdq.onnx"), "-o", "qdq.yaml"))
            for command in ("check", "run", "plan", "sweep"):
                with self.subTest(command=command):
                    run = lambda name: self.fine(folder.run(command, name))
                    self.assertIn(told, run("floats.yaml"))
                    self.assertNotIn("int8", run("integers.yaml"))
                    self.assertNotIn("int8", run("shipped.yaml"))
            manifest = json.loads((folder.path / "results" / "floats" / "manifest.json").read_text())
            self.assertEqual(len(manifest["warnings"]), 2)  # the device and the cloud
            table = self.fine(folder.run("describe", "network", "./qdq.yaml", "--device", "raspberry_pi_4"))
            self.assertIn("warning: raspberry_pi_4.cpu: a layer of qdq", table)
            self.assertIn("4.6 pJ per MAC (0.3 pJ in int8)", table)

    def test_what_is_no_model_is_refused_in_one_line(self):
        with Folder(bad="text, not ONNX") as folder:
            self.refused(folder.run("import", "onnx", "bad.yaml"), "bad.yaml")
            self.refused(folder.run("import", "onnx", "gone.onnx"), "gone.onnx: no such file")
            self.refused(folder.run("import", "onnx", str(MODEL), "--input", "x"), "x")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
