"""Calibration: constants that made the numbers are found again, networks left out are not seen, the shipped table is true."""
import contextlib
import csv
import io
import json
import pathlib
import tempfile
import unittest

import numpy as np
import yaml

from analysis import calibrate, features
from analysis.calibration import figure, left_out, models, reading, tables

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "platforms/benchmarks/amd_epyc_zen4_vm"


EIGHT = ("alexnet", "vgg16", "resnet18", "resnet50", "mobilenet_v2", "squeezenet1_1", "googlenet", "efficientnet_b0")


def png_text(path, keyword):
    """Of a PNG's tEXt or iTXt chunks, the one of that keyword."""
    data, at = path.read_bytes(), 8
    while at < len(data):
        size, kind = int.from_bytes(data[at:at + 4], "big"), data[at + 4:at + 8]
        key, _, text = data[at + 8:at + 8 + size].partition(b"\0")
        if kind == b"tEXt" and key.decode() == keyword:
            return text.decode("latin-1")
        at += size + 12
    raise AssertionError(f"{path} says nothing of {keyword}")


def made_up(kind_factor):
    """Three networks whose layers take FLOP / 50 GFLOP/s + bytes / 10 GB/s + 5 us, times a factor by kind."""
    rng = np.random.default_rng(1)
    measured = {}
    for name in ("one", "two", "three"):
        layers = []
        for i in range(12):
            kind = ("conv", "activation")[i % 2]
            flop, moved = (float(rng.uniform(1e7, 1e9)) if kind == "conv" else 0.0), float(rng.uniform(1e5, 1e7))
            seconds = (flop / 50e9 + moved / 10e9 + 5e-6) * kind_factor[kind]
            layers.append(reading.Layer(name, f"{kind}{i}", kind, flop, flop, moved, seconds))
        measured[name] = layers
    return measured


class Fits(unittest.TestCase):
    def test_three_constants_that_made_the_times_are_found_again(self):
        layers = [layer for listed in made_up({"conv": 1.0, "activation": 1.0}).values() for layer in listed]
        np.testing.assert_allclose(models.fit_linear(layers), [1 / 50e9, 1 / 10e9, 5e-6], rtol=1e-6)

    def test_a_factor_by_kind_is_the_per_kind_models_alone_to_see(self):
        measured = made_up({"conv": 1.0, "activation": 3.0})
        predicted = left_out.leave_one_out(measured)
        self.assertLess(left_out.errors(measured, predicted["per_kind"]).layer_median, 1e-6)
        self.assertGreater(left_out.errors(measured, predicted["three_constants"]).layer_median, 0.1)

    def test_the_network_left_out_is_not_seen(self):
        measured = made_up({"conv": 1.0, "activation": 1.0})
        before = left_out.leave_one_out(measured)["per_kind"]["one"]
        measured["one"] = [layer._replace(seconds=7 * layer.seconds) for layer in measured["one"]]
        np.testing.assert_array_equal(left_out.leave_one_out(measured)["per_kind"]["one"], before)

    def test_a_roofline_that_made_the_times_is_found_again(self):
        layers = [layer._replace(seconds=max(layer.flop / 50e9, layer.bytes / 10e9) + 5e-6)
                  for listed in made_up({"conv": 1.0, "activation": 1.0}).values() for layer in listed]
        fitted = models.roofline(models.columns(layers), models.fit_roofline(layers))
        np.testing.assert_allclose(fitted, [layer.seconds for layer in layers], rtol=1e-3)

    def test_flops_alone_minimise_the_relative_error(self):
        # 1 s and 3 s of 1 and 1 FLOP: a minimises (a - 1)^2 + (a / 3 - 1)^2, so a = (1 + 1/3) / (1 + 1/9) = 1.2.
        layers = [reading.Layer("n", "l", "conv", 1.0, 1.0, 1.0, seconds) for seconds in (1.0, 3.0)]
        self.assertAlmostEqual(models.fit_flops(layers), 1.2)


class Shipped(unittest.TestCase):
    def test_the_table_in_the_validation_is_what_the_shipped_tables_give(self):
        for mode in ("unfused", "fused"):
            measured, _ = reading.read_folder(SHIPPED, mode, ROOT / "scenarios/networks")
            self.assertEqual(self.written(f"measured {mode}"), tables.table(measured, left_out.leave_one_out(measured)), mode)
            eight = reading.only(EIGHT, measured)
            name = "measured eight" + (" fused" if mode == "fused" else "")
            self.assertEqual(self.written(name), tables.table(eight, left_out.leave_one_out(eight)), name)
            if mode == "unfused":
                self.assertEqual(self.written("flop alone eight"), left_out.flops_alone(eight))

    def written(self, name):
        text = (ROOT / "docs/validation.md").read_text()
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        return text[text.index(begin) + len(begin):text.index(end)].strip().splitlines()

    def test_the_figure_in_the_validation_was_drawn_from_the_shipped_tables(self):
        measured, _ = reading.read_folder(SHIPPED, "unfused", ROOT / "scenarios/networks")
        drawn = figure.digest(figure.draw(measured, left_out.leave_one_out(measured))[1])
        shown = json.loads(png_text(ROOT / "docs/measured_layers.png", "Description"))
        self.assertEqual(list(shown), list(drawn))
        for model, networks in drawn.items():
            self.assertEqual(list(shown[model]), list(networks))
            for name, figures in networks.items():
                np.testing.assert_allclose(shown[model][name], figures, rtol=2e-3, err_msg=f"{model}, {name}")

    def test_layers_that_are_predicted_to_take_no_time_are_drawn_at_the_foot(self):
        measured = made_up({"conv": 1.0, "activation": 1.0})
        drawn, _ = figure.draw(measured, left_out.leave_one_out(measured))
        foot = [y for line in drawn.axes[0].lines if line.get_linestyle() == "None" for y in line.get_ydata() if y == 1e-3]
        self.assertEqual(len(foot), 18)  # three networks of six activations
        self.assertIn("18 layers without", drawn.axes[0].texts[0].get_text())

    def test_flops_alone_are_read_in_four_ways(self):
        # 2 s and no MACs in each network, 1 s and 1 FLOP: the rate is met, the median of the others is 2 s, so that one layer in two
        # is 100 % off in the first reading and none in the second and the third.
        measured = {name: [reading.Layer(name, "a", "conv", 1.0, 1.0, 1.0, 1.0), reading.Layer(name, "b", "pool", 0.0, 0.0, 1.0, 2.0)]
                    for name in ("one", "two", "three")}
        self.assertEqual([line.split(" | ")[1:] for line in left_out.flops_alone(measured)[2:5]],
                         [["50 %", "6 |"], ["0 %", "3 |"], ["0 %", "6 |"]])

    def test_the_layers_of_each_shipped_network_add_up_to_most_of_its_whole_run(self):
        text = (ROOT / "docs/validation.md").read_text()
        for mode in ("unfused", "fused"):
            measured, whole = reading.read_folder(SHIPPED, mode, ROOT / "scenarios/networks")
            self.assertEqual(len(measured), 17)
            for line in tables.sums_table(measured, whole)[2:]:
                self.assertIn(line, text)
                self.assertTrue(0.9 < float(line.split("|")[4]) < 1.06, line)


def compute_of(path):
    return yaml.safe_load(path.read_text())["processors"]["cpu"]["compute"]


class DeviceFiles(unittest.TestCase):
    def run_main(self, *arguments):
        said, failed = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(failed):
            status = calibrate.main([str(argument) for argument in arguments])
        return status, said.getvalue(), failed.getvalue()

    def test_a_device_file_carries_the_fit_its_error_and_whose_the_other_figures_are(self):
        with tempfile.TemporaryDirectory() as scratch:
            out = pathlib.Path(scratch) / "mine.yaml"
            status, _, failed = self.run_main(SHIPPED, "-o", out, "--like", "raspberry_pi_4", "--title", "Mine")
            self.assertEqual((status, failed), (0, ""))
            device = yaml.safe_load(out.read_text())
            compute = device["processors"]["cpu"]["compute"]
            self.assertEqual((device["name"], compute["model"], compute["winograd_gain"]), ("mine", "per_kind", 1))
            self.assertIn("conv", compute["kinds"])
            self.assertTrue(compute["fit_error"].endswith(" %"))
            self.assertIn("assumption (as of raspberry_pi_4", str(device["memory"]))

    def test_whole_networks_give_three_constants(self):
        with tempfile.TemporaryDirectory() as scratch:
            table, out = pathlib.Path(scratch) / "whole.csv", pathlib.Path(scratch) / "mine.yaml"
            measured, whole = reading.read_folder(SHIPPED, "fused", ROOT / "scenarios/networks")
            with open(table, "w", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([("network", "seconds"), *whole.items()])
            status, said, failed = self.run_main(table, "--whole", "-o", out, "--like", "raspberry_pi_4")
            self.assertEqual((status, failed), (0, ""))
            self.assertIn("leaving one network out", said)
            self.assertEqual(yaml.safe_load(out.read_text())["processors"]["cpu"]["compute"]["model"], "three_constants")
            gains = [compute_of(out).get("winograd_gain")]
            self.run_main(table, "--whole", "--model", "three_constants", "-o", out, "--like", "raspberry_pi_4")
            self.assertEqual([*gains, compute_of(out).get("winograd_gain")], [None, 1])
            with self.assertRaises(SystemExit):
                self.run_main(table, "--whole", "--model", "per_kind")
            for wrong, why in (("network,time\nalexnet,1\n", "'time' has no unit in its name: call it time_s, time_ms or time_us; or give --unit ms"),
                               ("network,watts\nalexnet,1\n", "no such column (known: network, watts); it may be called seconds, time"),
                               ("network,seconds\nalexnet,0\n", ":2:9: seconds: alexnet takes 0 s, which is no latency"),
                               ("network,seconds\nalexnet,1\nalexnet,1\n", ":3:1: network: a second row of network 'alexnet'"),
                               ("network,seconds\nlenet,1\n", ":2:1: network: no network 'lenet'")):
                table.write_text(wrong)
                status, _, failed = self.run_main(table, "--whole")
                self.assertEqual(status, 2)
                self.assertIn(why, failed)

    def scaled_table(self, scratch, factor, header="network,seconds"):
        table = pathlib.Path(scratch) / "whole.csv"
        _, whole = reading.read_folder(SHIPPED, "fused", ROOT / "scenarios/networks")
        mark = ";" if ";" in header else ","
        table.write_text("\n".join([header, *(f"{name}{mark}{factor * seconds:.9g}" for name, seconds in whole.items())]) + "\n")
        return table

    def test_times_of_whole_networks_are_read_in_the_unit_of_their_column(self):
        with tempfile.TemporaryDirectory() as scratch:
            wanted = self.run_main(self.scaled_table(scratch, 1.0), "--whole")
            self.assertEqual((wanted[0], wanted[2]), (0, ""))
            for factor, header, more in ((1e3, "network,time_ms", ()), (1e6, "Network;Latency (us)", ()),
                                         (1e3, "network,time", ("--unit", "ms"))):
                self.assertEqual(self.run_main(self.scaled_table(scratch, factor, header), "--whole", *more), wanted, header)

    def test_times_that_no_network_takes_are_refused_unless_told(self):
        with tempfile.TemporaryDirectory() as scratch:
            table = pathlib.Path(scratch) / "whole.csv"
            rest = "resnet18,0.04\nvgg16,0.3\nmobilenet_v2,0.01\n"
            # AlexNet's 1.03 GFLOP, Winograd's gain taken off.
            for time, why, asked in (("100", "in 100 s: 10.3 MFLOP/s, and of such a network no processor does less than 100 MFLOP/s",
                                      " (did you mean ms?)"),
                                     ("1e-6", "in 1 us: 1.03e+03 TFLOP/s, and no processor does more than 100 TFLOP/s", "")):
                table.write_text(f"network,seconds\nalexnet,{time}\n{rest}")
                status, _, failed = self.run_main(table, "--whole")
                self.assertEqual(status, 2)
                self.assertIn(f":2:9: alexnet {why}", failed)
                self.assertTrue(failed.endswith(f"{asked}; --accept-times takes it as it is\n"), failed)
            table.write_text("network,seconds\nalexnet,100\n")
            self.assertIn("(did you mean ms?)", self.run_main(table, "--whole")[2])

    def test_milliseconds_given_as_seconds_are_asked_about(self):
        with tempfile.TemporaryDirectory() as scratch:
            status, _, failed = self.run_main(self.scaled_table(scratch, 1e3), "--whole")
            self.assertEqual((status, failed.count("(did you mean ms?)")), (2, 1))
            self.assertEqual(self.run_main(self.scaled_table(scratch, 1e3), "--whole", "--accept-times")[0], 0)

    def test_milliseconds_of_a_graphics_card_given_as_seconds_show_in_the_time_of_each_layer(self):
        # 10 TFLOP/s, 500 GB/s and 10 us a layer: as seconds, 10 GFLOP/s, as many do, but 10 ms a layer, as none does.
        with tempfile.TemporaryDirectory() as scratch:
            table, networks = pathlib.Path(scratch) / "whole.csv", ROOT / "scenarios/networks"
            found = {name: features.of_file(networks / f"{name}.yaml") for name in EIGHT}
            ms = {name: 1e3 * (work.flop / 10e12 + work.bytes / 500e9 + 10e-6 * work.layers) for name, work in found.items()}
            rows = "\n".join(f"{name},{value:.9g}" for name, value in ms.items())
            table.write_text(f"network,seconds\n{rows}\n")
            status, _, failed = self.run_main(table, "--whole")
            self.assertEqual(status, 2)
            self.assertIn("each layer takes 10 ms beside its work, and no runtime takes more than 2 ms (did you mean ms?)", failed)
            table.write_text(f"network,ms\n{rows}\n")
            self.assertEqual(self.run_main(table, "--whole")[0], 0)

    def whole_table(self, scratch, text=None):
        """A table of whole networks: six of the zoo's that take FLOP / 20 GFLOP/s + bytes / 5 GB/s + 50 us a layer, or a text."""
        table = pathlib.Path(scratch) / "whole.csv"
        if text is None:
            text = "network,ms\n"
            for name in ("alexnet", "vgg16", "resnet18", "resnet50", "mobilenet_v2", "squeezenet1_1"):
                flop, moved, layers = features.of_file(ROOT / f"scenarios/networks/{name}.yaml")
                text += f"{name},{1e3 * (flop / 20e9 + moved / 5e9 + layers * 50e-6)!r}\n"
        table.write_text(text)
        return table

    def test_a_table_and_two_watts_make_a_device_without_another_boards_figures(self):
        with tempfile.TemporaryDirectory() as scratch:
            out = pathlib.Path(scratch) / "mine.yaml"
            status, said, failed = self.run_main(self.whole_table(scratch), "-o", out, "--idle", "2.7 W", "--active", "6.8")
            self.assertEqual((status, failed), (0, ""))
            device = yaml.safe_load(out.read_text())
            compute = compute_of(out)
            self.assertEqual((compute["conv"], compute["memory"], compute["overhead"], compute["fit_error"]),
                             ("20 GFLOP/s", "5 GB/s", "50 us", "0.0 %"))
            self.assertEqual(device["power"]["idle"], {"value": "2.7 W", "source": "as stated when calibrating (--idle)"})
            self.assertEqual(device["processors"]["cpu"]["power"]["active"]["value"], "6.8 W")
            self.assertEqual(sorted(device), ["memory", "name", "power", "processors", "storage", "title"])
            for board in (ROOT / "platforms/devices").glob("*.yaml"):
                self.assertNotIn(board.stem, out.read_text())
            # VGG16: 553430176 B of weights, and the input and the output of its second convolution, 2 x 12845056 B.
            self.assertEqual(device["memory"]["size"]["value"], "579120288 B")
            self.assertIn("vgg16 needs, which ran", device["memory"]["size"]["source"])
            rows = [line.split() for line in said.splitlines()]
            self.assertIn(["network", "measured", "fitted", "off", "left", "out", "off"], rows)
            line, = (row for row in rows if row[:1] == ["resnet50"])
            self.assertEqual((line[1], line[2]), (line[3], line[4]))  # measured beside fitted, which made it

    def test_what_is_stated_goes_before_what_is_like_another_board(self):
        with tempfile.TemporaryDirectory() as scratch:
            out = pathlib.Path(scratch) / "mine.yaml"
            status, _, failed = self.run_main(self.whole_table(scratch), "-o", out, "--like", "raspberry_pi_4", "--idle", "3000 mW",
                                              "--memory", "2 GB", "--source", "a power meter")
            self.assertEqual((status, failed), (0, ""))
            device = yaml.safe_load(out.read_text())
            self.assertEqual(device["power"]["idle"], {"value": "3000 mW", "source": "a power meter"})
            self.assertEqual(device["memory"]["size"]["value"], "2 GB")
            self.assertIn("assumption (as of raspberry_pi_4", device["processors"]["cpu"]["power"]["active"]["source"])
            self.assertNotIn("frequency_steps", out.read_text())  # of another board's clock

    def test_what_is_missing_or_wrong_is_named(self):
        with tempfile.TemporaryDirectory() as scratch:
            out = pathlib.Path(scratch) / "mine.yaml"
            for given, why in ((("--idle", "2.7 W"), "needs --active"), ((), "needs --idle"),
                               (("--idle", "7 W", "--active", "3 W"), "--active: 3 W is less than --idle"),
                               (("--idle", "2,7 W", "--active", "3 W"), "decimals are written with a point"),
                               (("--idle", "500 mA", "--active", "3 W"), "watts are volts x amperes"),
                               (("--idle", "2 W", "--active", "3 J"), "'3 J' is no number of W, mW, kW"),
                               (("--idle", "2 W", "--active", "3 W", "--memory", "4 Gb"), "--memory: '4 Gb'")):
                status, _, failed = self.run_main(self.whole_table(scratch), "-o", out, *given)
                self.assertEqual((status, out.exists()), (2, False), given)
                self.assertIn(why, failed)
            rows = "network,seconds\nalexnet,0.1\nvgg16,0.7\nresnet18,0.12\n"
            for text, why in ((rows, "there are 3"),
                              (rows + "resnet50,0,26\n", ":5:1: 3 cells where the first line names 2 columns"),
                              (rows + "resnet50,262 ms\n", ":5:10: seconds: '262 ms' is not a number"),
                              (rows + "alexnet,0.2\n", ":5:1: network: a second row of network 'alexnet'"),
                              (rows + "mynet,1\n", "no network 'mynet'"), (rows + "resnet50,\n", "seconds: is empty")):
                status, _, failed = self.run_main(self.whole_table(scratch, text))
                self.assertEqual(status, 2, text)
                self.assertIn(why, failed)

    def test_the_nominal_rate_is_the_measured_machines_own(self):
        with tempfile.TemporaryDirectory() as scratch:
            out = pathlib.Path(scratch) / "mine.yaml"
            nominal = lambda *more: (self.run_main(SHIPPED, "-o", out, "--like", "raspberry_pi_4", *more),
                                     yaml.safe_load(out.read_text())["processors"]["cpu"]["nominal"])[1]
            _, whole = reading.read_folder(SHIPPED, "unfused", ROOT / "scenarios/networks")
            found = nominal()
            # ResNet-50 has 4.089 GMAC; to four digits.
            self.assertAlmostEqual(float(found["one_network"]["value"].split()[0]) / (2 * 4.089 / whole["resnet50"]), 1.0, delta=1e-3)
            self.assertNotIn("raspberry_pi_4", str(found))
            self.assertIn("assumption (unknown", found["peak"]["source"])
            self.assertEqual(nominal("--peak", "96 GFLOP/s", "--peak-source", "data sheet")["peak"],
                             {"value": "96 GFLOP/s", "source": "data sheet"})

    def test_a_table_without_its_least_times_is_refused(self):
        with tempfile.TemporaryDirectory() as scratch:
            for text, why in (("layer,median_s\n,1\n", "the fit goes by the columns `layer` and `minimum_s`"),
                              ("layer,minimum_s\n,x\n", ":2:2: minimum_s: 'x' is not a number")):
                (pathlib.Path(scratch) / "alexnet.csv").write_text(text)
                status, _, failed = self.run_main(scratch)
                self.assertEqual(status, 2)
                self.assertIn(why, failed)

    def test_a_folder_without_tables_is_refused(self):
        with tempfile.TemporaryDirectory() as scratch:
            status, _, failed = self.run_main(scratch)
            self.assertEqual(status, 2)
            self.assertIn("needs tables of two networks", failed)


if __name__ == "__main__":
    unittest.main()
