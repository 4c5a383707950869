#!/usr/bin/env python3
"""`describe device`, `cloud` and `link`: the text for people, rows for programs, what nobody measured, files of one's own."""
import csv
import io
import json
import shutil
import sys
import unittest

from edgecut import SOURCE, Folder

PI = (SOURCE / "platforms/devices/raspberry_pi_4.yaml").read_text()
TINY = {"resnet8_int8", "mobilenet_v1_025_int8", "ds_cnn_int8", "deep_autoencoder_int8"}


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
        board = (SOURCE / "platforms/devices/nucleo_l4r5zi.yaml").read_text().replace("name: nucleo", "name: my")
        rows = self.rows("./mine.yaml", mine=board)
        self.assertEqual(len(rows), len(list((SOURCE / "scenarios/networks").glob("*.yaml"))))
        self.assertTrue(all(r["measured_s"] == r["error"] == "" for r in rows))
        # Of 576 kB free: MLPerf Tiny's four, 83 to 270 kB of weights. Silero VAD's 309,633 numbers of fp32 take 1.24 MB.
        self.assertEqual({r["network"] for r in rows if r["fits"] == "1"}, TINY)
        self.assertNotIn("networks measured", self.describe("./mine.yaml", mine=board))

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

    def test_battery_heat_storage_and_frequencies_are_shown_where_a_device_has_them(self):
        phone, bare, pi = (self.describe(name) for name in ("snapdragon_660", "raspberry_pi_4_bare", "raspberry_pi_4"))
        self.assertIn("battery 15.4 Wh, 100 % of it usable", phone)
        self.assertIn("16 GB of storage free, read at 160 MB/s", phone)
        self.assertIn("heat 9 K/W over 25 C with a time constant of 120 s, hysteresis 2 K: above 80 C 83.3 % speed and "
                      "83.3 % power, above 82.5 C", bare)
        self.assertIn("cpu can be set to 1800 MHz (100 % speed, 100 % power), 1500 MHz (83.3 % speed, 83.3 % power)", pi)
        for absent in ("battery", "heat "):
            self.assertNotIn(absent, pi.split("Sources:")[0])
        self.assertNotIn("can be set to", phone)

    def test_microcontrollers_show_what_was_measured_on_them(self):
        # 4.409 and 131.95 a second
        measured = {r["network"]: float(r["measured_s"]) for r in self.rows("nucleo_l4r5zi")}
        self.assertEqual((measured["resnet8_int8"], measured["deep_autoencoder_int8"]), (0.22681, 0.0075786))
        self.assertEqual(set(measured), TINY)

    def test_what_was_measured_of_networks_that_are_not_in_the_zoo_is_shown_too(self):
        with Folder() as folder:
            for part in ("platforms", "scenarios/networks"):
                shutil.copytree(SOURCE / part, folder.path / part)
            (folder.path / "scenarios/networks/resnet8_int8.yaml").unlink()
            home = {"EDGECUT_HOME": str(folder.path)}
            text = self.fine(folder.run("describe", "device", "nucleo_l4r5zi", env=home))
            # 4.409 a second; 47.1 mW / 4.409 = 10.68 mJ
            self.assertRegex(text.split("not in the zoo:")[1], r"resnet8_int8 +cpu +226.8 ms +10.68 mJ")
            self.assertNotIn("not in the zoo", self.fine(folder.run("describe", "device", "raspberry_pi_4", env=home)))

    def test_microcontrollers_are_predicted_as_well_as_their_constants_were_fitted(self):
        # The mean error of the fit to sketches of the same networks (python3 -m analysis.fit_devices --tiny), to 0.3 points.
        for device, fitted in (("nucleo_l4r5zi", 0.062), ("nucleo_u575zi_q", 0.054), ("gap9", 0.115)):
            errors = [abs(float(r["error"])) for r in self.rows(device)]
            self.assertEqual(len(errors), 4)
            self.assertAlmostEqual(sum(errors) / 4, fitted, delta=0.003)

    # --- clouds

    def of(self, what, *arguments, **files):
        with Folder(**files) as folder:
            return self.fine(folder.run("describe", what, *arguments))

    def test_a_cloud_is_shown_with_price_power_batches_and_predictions_beside_measurements(self):
        text = self.of("cloud", "v100")
        # ResNet-50: batches of 8 in 11.5 ms, alone 10.37 ms: 1.10897
        for part in ("NVIDIA Tesla V100-PCIE-32GB (v100)", "memory 32 GB, of which 1 GB for the system; 1 host",
                     "price of a host 3.06 USD/h", "power of a host 35 W idle, 250 W active", "2 0.9875, 4 1.009, 8 1.109, ",
                     "GV100, 80 SM", "gpu: 12 networks measured, median error", "price = 3.06 USD/h: AWS EC2 On-Demand"):
            self.assertIn(part, text)
        text = self.of("cloud", "azure_d64s_v6")
        self.assertIn("price not known\npower not known\n", text)
        self.assertNotIn("batch", text)

    def test_rows_of_a_cloud_are_those_of_a_device_but_for_the_first_column(self):
        rows = list(csv.DictReader(io.StringIO(self.of("cloud", "c5_4xlarge", "--format", "csv"))))
        self.assertEqual(list(rows[0])[:3], ["cloud", "processor", "network"])
        self.assertEqual(len(rows), 12)
        alexnet = next(r for r in rows if r["network"] == "alexnet")
        self.assertAlmostEqual(float(alexnet["measured_s"]), 0.00488, 12)  # line 8068 of ncnn's README
        self.assertAlmostEqual(float(alexnet["error"]), float(alexnet["predicted_s"]) / 0.00488 - 1, 12)

    def test_all_clouds_and_links_that_ship_are_described(self):
        for what in ("cloud", "link"):
            for path in sorted((SOURCE / f"platforms/{what}s").glob("*.yaml")):
                with self.subTest(name=path.stem):
                    self.assertIn(f"({path.stem})", self.of(what, path.stem))

    # --- links

    def test_a_link_is_shown_with_its_radio_and_when_it_sleeps(self):
        text = self.of("link", "lte_2021_rrc")
        # transmit base: 2926 mW less the 1600 mW of the idle phone
        for part in ("34 Mbit/s up, 82 Mbit/s down, round trip 22 ms", "transmit 76.7 mW/Mbps x rate + 1.326 W",
                     "sleeps 10 s after the last byte, at 178 mW until then; wakes up in 400 ms, at 1.33 W",
                     "rtt = 22 ms: median of the Ookla tests"):
            self.assertIn(part, text)
        self.assertNotIn("sleeps", self.of("link", "lte_2021"))

    def test_the_row_of_a_link_counts_its_loss(self):
        row = json.loads(self.of("link", "wifi_2012_lossy", "--format", "json"))[0]
        self.assertAlmostEqual(row["uplink_bps"], 0.9 * 18.88e6, 3)
        # 283.17 mW/Mbps are 0.28317 W / 125,000 B/s; each byte is sent 1 / 0.9 times
        self.assertAlmostEqual(row["transmit_slope_J_per_B"], 0.28317 / 125000 / 0.9, 15)
        self.assertEqual((row["promotion_s"], row["tail_s"]), (0, 0))

    def test_unknown_clouds_and_links_are_refused_with_the_nearest(self):
        with Folder() as folder:
            for what, name, near in (("cloud", "v10", "v100"), ("link", "lte_2O21", "lte_2021")):
                result = folder.run("describe", what, name)
                self.assertEqual(result.returncode, 2)
                self.assertIn(f"did you mean '{near}'?", result.stderr)

    def test_an_unknown_device_is_refused_with_the_nearest(self):
        with Folder() as folder:
            result = folder.run("describe", "device", "raspbery_pi_4")
            self.assertEqual(result.returncode, 2)
            self.assertIn("did you mean 'raspberry_pi_4'?", result.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
