#!/usr/bin/env python3
"""`describe device`: the table for people, rows for programs, devices without measurements, devices of one's own."""
import csv
import io
import json
import sys
import unittest

from edgecut import SOURCE, Folder

PI = (SOURCE / "platforms/devices/raspberry_pi_4.yaml").read_text()


class Devices(unittest.TestCase):
    def fine(self, result):
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def describe(self, *arguments, **files):
        with Folder(**files) as folder:
            return self.fine(folder.run("describe", "device", *arguments))

    def rows(self, *arguments, **files):
        return list(csv.DictReader(io.StringIO(self.describe(*arguments, "--format", "csv", **files))))

    def test_people_see_processors_power_memory_predictions_and_sources(self):
        text = self.describe("rk3588")
        for part in ("Rockchip RK3588 board, 8 GB (rk3588)", "memory 8 GB, of which 800 MB", "0 W off, 1.5 W idle",
                     "big_cpu", "4 x Cortex-A55 at 1.8 GHz", "Mali-G610", "142.2 GFLOP/s", "27.03 GB/s", "12.36 us",
                     "ncnn (Vulkan)", "11.5 W", "fp16 where ncnn can", "median error", "Sources:",
                     "power.idle = 1.5 W: Orange Pi 5 Plus", "assumption (boards are sold with 4 to 32 GB)"):
            self.assertIn(part, text)

    def test_every_figure_of_the_file_is_listed_with_its_source(self):
        listed = self.describe("raspberry_pi_4").split("Sources:\n")[1].splitlines()
        # memory 2, storage 2, power 2; conv, memory, overhead, fit error, active, peak, one network; 5 frequency steps
        self.assertEqual(len(listed), 6 + 7 + 5 * 2)
        self.assertTrue(all(": " in line for line in listed))

    def test_a_prediction_is_held_against_the_measurement(self):
        # Raspberry Pi 4, AlexNet: 75.75 ms in line 1837 of ncnn's README; tests/profile predicts it within 30 %, too.
        row = next(r for r in self.rows("raspberry_pi_4") if r["network"] == "alexnet")
        self.assertAlmostEqual(float(row["measured_s"]), 0.07575, 12)
        self.assertAlmostEqual(float(row["error"]), float(row["predicted_s"]) / 0.07575 - 1, 12)
        self.assertLess(abs(float(row["error"])), 0.3)

    def test_the_summary_is_the_median_and_the_worst_of_the_rows(self):
        errors = {r["network"]: float(r["error"]) for r in self.rows("raspberry_pi_4")}
        size = sorted(abs(e) for e in errors.values())
        median = (size[(len(size) - 1) // 2] + size[len(size) // 2]) / 2
        worst = max(errors, key=lambda name: abs(errors[name]))
        self.assertIn(f"cpu: {len(size)} networks measured, median error {100 * median:.1f} %, "
                      f"worst {100 * errors[worst]:+.1f} % ({worst})", self.describe("raspberry_pi_4"))

    def test_rows_are_the_same_as_csv_and_as_json(self):
        rows, objects = self.rows("jetson_nano"), json.loads(self.describe("jetson_nano", "--format", "json"))
        self.assertEqual(list(rows[0]),
                         ["device", "processor", "network", "predicted_s", "measured_s", "error", "fits"])
        self.assertEqual([r["processor"] for r in rows], ["gpu"] * 12 + ["cpu"] * 12)
        self.assertEqual([float(r["predicted_s"]) for r in rows], [o["predicted_s"] for o in objects])

    def test_a_network_larger_than_the_memory_does_not_fit(self):
        # VGG-16 has 553 MB of weights; a Raspberry Pi Zero 2 W has 512 MB of memory. It was not measured there, so a
        # copy of the board under another name is asked, which is shown with the whole zoo.
        zero = (SOURCE / "platforms/devices/raspberry_pi_zero_2w.yaml").read_text()
        rows = self.rows("./zero.yaml", zero=zero.replace("name: raspberry", "name: my"))
        fits = {r["network"]: r["fits"] for r in rows}
        self.assertEqual((fits["vgg16"], fits["resnet18"]), ("0", "1"))

    def test_a_device_that_nobody_measured_is_shown_with_every_network_of_the_zoo(self):
        rows = self.rows("nucleo_l4r5zi")
        self.assertEqual(len(rows), len(list((SOURCE / "scenarios/networks").glob("*.yaml"))))
        self.assertTrue(all(r["measured_s"] == r["error"] == "" and r["fits"] == "0" for r in rows))
        self.assertNotIn("networks measured", self.describe("nucleo_l4r5zi"))

    def test_it_says_by_which_model_networks_are_predicted(self):
        self.assertIn("as the three constants predict and as measured", self.describe("raspberry_pi_4"))
        device = (SOURCE / "platforms/devices/raspberry_pi_4.yaml").read_text()
        self.assertEqual(device.count("model: three_constants"), 1)
        by_kind = device.replace("model: three_constants", "model: per_kind\n      kinds: {conv: {rate: 20 GFLOP/s, source: test}}")
        self.assertIn("as the constants by kind of layer predict and as measured", self.describe("mine.yaml", mine=by_kind))

    def test_a_device_of_ones_own_is_described_by_its_path(self):
        text = self.describe("./mine.yaml", mine=PI.replace("name: raspberry_pi_4", "name: mine"))
        self.assertIn("(mine)", text)

    def test_all_devices_that_ship_are_described(self):
        for path in sorted((SOURCE / "platforms/devices").glob("*.yaml")):
            with self.subTest(device=path.stem):
                self.assertIn(f"({path.stem})", self.describe(path.stem))

    def test_an_unknown_device_is_refused_with_the_nearest(self):
        with Folder() as folder:
            result = folder.run("describe", "device", "raspbery_pi_4")
            self.assertEqual(result.returncode, 2)
            self.assertIn("did you mean 'raspberry_pi_4'?", result.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
