"""Importing profiles: what joins, what is reported, and pickles that name more than they may."""
import contextlib
import csv
import io
import json
import pathlib
import pickle
import tempfile
import unittest

from analysis import import_profile, measure_layers, onnx_file

NETWORK = """
layers:
  - {name: x, kind: input, inputs: []}
  - {name: a, kind: conv, inputs: [x]}
  - {name: b, kind: activation, inputs: [a]}
"""


def node(name, microseconds, provider="CPUExecutionProvider"):
    return {"cat": "Node", "ph": "X", "name": name + "_kernel_time", "dur": microseconds, "args": {"provider": provider}}


def run(microseconds):
    return {"cat": "Session", "ph": "X", "name": "model_run", "dur": microseconds}


def annotation(name, microseconds, category="user_annotation"):
    return {"cat": category, "ph": "X", "name": name, "dur": microseconds}


class LayerBenchmark:
    """As Scission pickles its own, which is of its main program."""


def blocks_pickle(model, blocks):
    """Of (first layer, last layer, seconds, bytes) each; no attribute where one is None."""
    listed = []
    for values in blocks:
        block = LayerBenchmark()
        names = ("input_layer", "output_layer", "second_prediction", "output_size")
        block.__dict__.update({name: value for name, value in zip(names, values) if value is not None})
        listed.append(block)
    text = pickle.dumps({model: listed}, protocol=2)
    return text.replace(f"c{LayerBenchmark.__module__}\n".encode(), b"c__main__\n")


class Imports(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        (self.folder / "net.yaml").write_text(NETWORK)

    def importing(self, form, text, *arguments):
        """Exit status, what was said, and the rows by layer."""
        (self.folder / "source").write_text(text if isinstance(text, str) else json.dumps(text))
        out = self.folder / "out.csv"
        out.unlink(missing_ok=True)
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            status = import_profile.main([form, str(self.folder / "source"), "--network", str(self.folder / "net.yaml"),
                                          "-o", str(out), *arguments])
        rows = {}
        if out.exists():
            with open(out, newline="") as file:
                rows = {row["layer"]: row for row in csv.DictReader(file)}
        return status, said.getvalue(), rows

    def test_a_trace_of_onnxruntime_joins_by_name_and_leaves_the_first_run_out(self):
        trace = [run(9000), node("a", 8000), node("b", 900), run(400), node("a", 300), node("b", 90),
                 run(420), node("a", 280), node("b", 100)]
        status, said, rows = self.importing("onnxruntime", trace, "--whole-run", "0.36 ms")
        self.assertEqual((status, said), (0, ""))
        self.assertEqual(rows["a"]["minimum_s"], "0.000280000")
        self.assertEqual((rows[""]["minimum_s"], rows[""]["profiling"], rows["a"]["profiling"]), ("0.000360000", "off", "on"))
        self.assertEqual(rows[""]["profiled_run_s"], "0.000400000")
        self.assertEqual(rows["b"]["repetitions"], "2")

    def test_a_run_in_a_trace_is_a_profiled_one_and_no_whole_run(self):
        # 900 us + 400 us of kernels in 2,330 us: the rest is the profiler's, and would make each layer 1.8 times too slow.
        trace = [run(9000), node("a", 8000), node("b", 900), run(2330), node("a", 900), node("b", 400)]
        status, said, rows = self.importing("onnxruntime", trace)
        self.assertEqual(status, 3)
        self.assertIn("timed with profiling (CPUExecutionProvider; 2.330 ms, the layers 1.300 ms)", said)
        self.assertNotIn("graphics card", said)
        self.assertEqual(sorted(rows), ["a", "b"])
        self.assertEqual((rows["a"]["minimum_s"], rows["a"]["profiled_run_s"], rows["a"]["provider"], rows["a"]["profiling"]),
                         ("0.000900000", "0.002330000", "CPUExecutionProvider", "on"))
        self.assertIn("timed with profiling", rows["a"]["warning"])

    def test_providers_that_return_before_the_work_is_done_are_named(self):
        trace = [run(9), node("a", 8), node("b", 1), run(400), node("a", 300, "CUDAExecutionProvider"), node("b", 90)]
        _, said, rows = self.importing("onnxruntime", trace)
        self.assertIn("1 nodes ran on CUDAExecutionProvider, which takes work and returns before it is done", said)
        self.assertEqual(rows["a"]["provider"], "CPUExecutionProvider, CUDAExecutionProvider")

    def test_a_trace_that_the_warm_up_leaves_nothing_of_is_refused_and_a_cold_run_is_told(self):
        trace = [run(400), node("a", 300), node("b", 90)]
        status, said, _ = self.importing("onnxruntime", trace)
        self.assertEqual(status, 2)
        self.assertIn("holds 1 run, which --warm-up 1 leaves out (the first is cold", said)
        self.assertIn("the only run is the first of its session", self.importing("onnxruntime", trace, "--warm-up", "0")[1])

    def test_layers_that_ran_twice_a_run_or_at_the_same_time_are_told(self):
        def at(ts, event, tid=1):
            return {**event, "ts": ts, "tid": tid}
        trace = [at(0, run(500)), at(0, node("a", 300)), at(300, node("b", 90)), at(390, node("b", 80))]
        _, said, _ = self.importing("onnxruntime", trace, "--warm-up", "0")
        self.assertIn("not once in each of 1 runs: b (2 times)", said)
        trace = [at(0, run(500)), at(0, node("a", 300)), at(100, node("b", 90), tid=2)]
        _, said, _ = self.importing("onnxruntime", trace, "--warm-up", "0")
        self.assertIn("layers ran at the same time, such as a and b", said)
        trace = [at(0, run(500)), at(0, node("a", 300)), at(100, node("b", 90))]
        _, said, _ = self.importing("onnxruntime", trace, "--warm-up", "0")
        self.assertIn("the time of a holds that of b", said)

    def test_a_time_of_the_whole_run_needs_its_unit(self):
        trace = [run(400), node("a", 300), node("b", 90)]
        for wrong in ("2.1", "2.1 parsecs", "ms", "0 ms", "-1 ms"):
            status, said, _ = self.importing("onnxruntime", trace, "--warm-up", "0", f"--whole-run={wrong}")
            self.assertEqual(status, 2)
            self.assertIn("a time above 0 and its unit is wanted, such as '2.1 ms'", said)

    def test_nodes_that_are_no_layer_are_reported_and_missing_layers_refuse_the_table(self):
        trace = [run(400), node("a", 300), node("b", 80), node("Reorder", 20)]
        status, said, rows = self.importing("onnxruntime", trace, "--warm-up", "0")
        self.assertEqual(status, 3)
        self.assertIn("1 names are no layer of the network (0.020 ms): Reorder", said)
        self.assertEqual(len(rows), 2)
        status, said, rows = self.importing("onnxruntime", trace[:2], "--warm-up", "0")
        self.assertEqual((status, rows), (2, {}))
        self.assertIn("no time of 1 layers: b", said)

    def test_layers_that_add_up_to_far_less_than_the_whole_run_are_suspected(self):
        status, said, _ = self.importing("onnxruntime", [run(4000), node("a", 100), node("b", 20)], "--warm-up", "0")
        self.assertEqual(status, 3)
        self.assertIn("add up to 3 % of the whole run with profiling: CPUExecutionProvider waits for its work", said)
        slow = [run(4000), node("a", 100, "CUDAExecutionProvider"), node("b", 20, "CUDAExecutionProvider")]
        self.assertIn("did CUDAExecutionProvider run on while the clock was read", self.importing("onnxruntime", slow, "--warm-up", "0")[1])

    def test_a_trace_of_pytorch_takes_the_side_of_the_graphics_card_where_there_is_one(self):
        cpu = [annotation("model", 500), annotation("a", 10), annotation("b", 10)]
        kernel = {"cat": "kernel", "ph": "X", "name": "gemm", "dur": 400}
        status, said, _ = self.importing("pytorch", {"traceEvents": [*cpu, kernel]}, "--warm-up", "0")
        self.assertEqual(status, 3)
        self.assertIn("end before the work does", said)
        device = [annotation("a", 400, "gpu_user_annotation"), annotation("b", 90, "gpu_user_annotation")]
        trace = {"traceEvents": [*cpu, kernel, *device], "deviceProperties": [{"id": 0, "name": "NVIDIA A100"}]}
        status, said, rows = self.importing("pytorch", trace, "--warm-up", "0", "--whole-run", "0.48 ms")
        self.assertEqual((status, said), (0, ""))
        self.assertEqual((rows["a"]["minimum_s"], rows[""]["provider"]), ("0.000400000", "NVIDIA A100"))

    def test_the_whole_run_of_a_pytorch_trace_is_of_the_side_that_the_layers_are_of(self):
        kernel = {"cat": "kernel", "ph": "X", "name": "gemm", "dur": 400}
        layers = [annotation(name, 230, "gpu_user_annotation") for name in "ab"]
        on_cpu, on_card = annotation("model", 30), annotation("model", 500, "gpu_user_annotation")
        status, said, rows = self.importing("pytorch", {"traceEvents": [kernel, *layers, on_cpu, on_card]}, "--warm-up", "0")
        self.assertEqual(status, 3)
        self.assertIn("timed with profiling (a graphics card that the trace does not name; 0.500 ms, the layers 0.460 ms)", said)
        self.assertEqual(rows["a"]["profiled_run_s"], "0.000500000")
        # The CPU's alone ends long before 460 us of work.
        status, said, rows = self.importing("pytorch", {"traceEvents": [kernel, *layers, on_cpu]}, "--warm-up", "0")
        self.assertEqual(status, 3)
        self.assertIn("shorter than the layers on a graphics card", said)
        self.assertNotIn("", rows)

    def test_steps_of_the_profiler_are_no_runs_of_the_model_and_warm_up_leaves_out_the_first_in_time(self):
        def at(ts, event):
            return {**event, "ts": ts}
        trace = [at(20000, annotation("model", 400)), at(20005, annotation("a", 300)), at(20306, annotation("b", 90)),
                 at(19990, annotation("ProfilerStep#1", 7000)),
                 at(100, annotation("model", 9000)), at(110, annotation("a", 8000)), at(8111, annotation("b", 900)),
                 at(90, annotation("ProfilerStep#0", 9500))]
        status, said, rows = self.importing("pytorch", {"traceEvents": trace})
        self.assertEqual((status, said.count("\n")), (3, 1))
        self.assertIn("timed with profiling (CPU; 0.400 ms", said)
        self.assertEqual([rows[name]["minimum_s"] for name in "ab"], ["0.000300000", "0.000090000"])
        self.assertEqual(rows["a"]["profiled_run_s"], "0.000400000")
        steps = [event for event in trace if event["name"] != "model"]
        self.assertEqual(self.importing("pytorch", {"traceEvents": steps})[2]["a"]["profiled_run_s"], "0.007000000")

    def test_a_trace_of_onnxruntime_may_be_a_dictionary_and_hold_events_without_name_or_duration(self):
        trace = {"traceEvents": [run(400), node("a", 300), node("b", 90), {"cat": "Node", "ph": "X", "name": "c_kernel_time"},
                                 {"cat": "Node", "ph": "X", "dur": 3}]}
        status, said, rows = self.importing("onnxruntime", trace, "--warm-up", "0")
        self.assertEqual((status, said.count("\n")), (3, 2))  # a cold run, and a profiled one
        self.assertEqual(sorted(rows), ["a", "b"])
        for wrong in (-1, "300", None):
            status, said, _ = self.importing("onnxruntime", [node("a", wrong)], "--warm-up", "0")
            self.assertEqual(status, 2)
            self.assertIn("'a_kernel_time' has no time", said)

    def test_what_is_said_of_an_import_stands_in_the_table_too(self):
        _, said, rows = self.importing("csv", "layer,time_us\n,4000\na,100\nb,20\n")
        self.assertIn("add up to 3 % of the whole run", rows[""]["warning"])
        self.assertEqual(said, f"note: {rows['']['warning']}\n")
        _, _, rows = self.importing("csv", "layer,time_us\n,125\na,100\nb,20\n")
        self.assertNotIn("warning", rows[""])

    def test_a_csv_may_hold_minimum_median_and_90th_percentile_in_place_of_single_times(self):
        text = "layer,minimum,median,p90,repetitions\n,4.2,5,6,30\na,3,3.5,4,30\nb,1,1.5,2,30\n"
        status, said, rows = self.importing("csv", text, "--unit", "ms")
        self.assertEqual((status, said), (0, ""))
        self.assertEqual([rows["a"][name] for name in ("minimum_s", "median_s", "p90_s", "repetitions")],
                         ["0.003000000", "0.003500000", "0.004000000", "30"])
        status, said, rows = self.importing("csv", "layer,minimum\na,3\nb,1\n", "--unit", "ms")
        self.assertEqual((rows["a"]["minimum_s"], rows["a"]["median_s"]), ("0.003000000", ""))
        for wrong, why in (("a,3,2,4\n", "not in that order"), ("a,3,4,5\na,3,4,5\n", "a second row"),
                           ("a,,4,5\n", ":2:3: minimum: is empty; a number is wanted")):
            status, said, _ = self.importing("csv", "layer,minimum,median,p90\n" + wrong, "--unit", "ms")
            self.assertEqual(status, 2)
            self.assertIn(why, said)

    def test_a_csv_needs_a_unit_that_can_be_told(self):
        text = "layer,time\n,4.2\na,3\na,3.5\nb,1\n"
        status, said, _ = self.importing("csv", text)
        self.assertEqual(status, 2)
        self.assertIn(":1:7: 'time' has no unit in its name: call it time_s, time_ms or time_us; or give --unit ms", said)
        status, said, rows = self.importing("csv", text, "--unit", "ms")
        self.assertEqual((status, said), (0, ""))
        self.assertEqual((rows["a"]["minimum_s"], rows["a"]["median_s"]), ("0.003000000", "0.003250000"))
        status, said, _ = self.importing("csv", "layer,time,unit\na,3,ticks\nb,1,\nb,1,ms\n")
        self.assertIn(":2:5: unit: 'ticks' is no unit of a time (s, ms, us, ns, min, h, d)", said)
        self.assertIn(":3:5: unit: the unit of its time cannot be told", said)
        status, said, _ = self.importing("csv", "layer,time,unit\na,-3,ms\nb,1,ms\n")
        self.assertIn(":2:3: time: '-3' is negative", said)

    def test_units_of_a_csv_stand_in_its_names_and_do_not_contradict(self):
        for header in ("layer,time_ms", "Layer;Time (ms)", "layer\tTIME [msec]", "\ufefflayer,time_milliseconds"):
            mark = next(mark for mark in ";\t," if mark in header)
            text = header + "".join(f"\r\n{row}" for row in ("", "a", "b") for row in [f"{row}{mark}{3 if row else 7}"])
            status, said, rows = self.importing("csv", text)
            self.assertEqual((status, said, rows["a"]["minimum_s"]), (0, "", "0.003000000"), header)
        _, _, rows = self.importing("csv", "layer;time_ms\n;7,5\na;3,5\nb;3,25\n")
        self.assertEqual(rows["a"]["minimum_s"], "0.003500000")
        status, said, _ = self.importing("csv", "layer,time_ms\na,3\n", "--unit", "us")
        self.assertEqual(status, 2)
        self.assertIn("its name says ms and --unit says us", said)
        status, said, _ = self.importing("csv", "layer,time_ms,unit\na,3,us\n")
        self.assertIn(":2:5: unit: says us, and the column of the times says ms", said)
        status, said, _ = self.importing("csv", "layer,time_min\na,3\n")
        self.assertIn("may be minutes or a minimum", said)

    def test_all_that_is_wrong_with_a_csv_is_told_at_once(self):
        status, said, rows = self.importing("csv", "layer,time_ms\na,x\nb,1,2\nb,-1\n")
        self.assertEqual((status, rows), (2, {}))
        for wrong in (":2:3: time_ms: 'x' is not a number", ":3:1: 3 cells where the first line names 2 columns",
                      ":4:3: time_ms: '-1' is negative"):
            self.assertIn(wrong, said)

    def test_a_csv_of_means_or_of_sums_of_calls_is_not_taken_for_times(self):
        status, said, _ = self.importing("csv", "layer,mean_ms\na,3\nb,1\n")
        self.assertEqual(status, 2)
        self.assertIn("a mean alone is none of them", said)
        text = "layer,time_ms,calls\n,80,10\na,30,10\nb,40,20\n"
        status, said, _ = self.importing("csv", text)
        self.assertEqual(status, 2)
        self.assertIn("whether `time` is of one call or of all that `calls` counts cannot be told", said)
        self.assertEqual(self.importing("csv", text, "--times", "sum")[2]["b"]["minimum_s"], "0.002000000")
        self.assertEqual(self.importing("csv", text, "--times", "each")[2]["b"]["minimum_s"], "0.040000000")

    def test_a_csvs_run_with_profiling_is_no_whole_run_either(self):
        for text, more in (("layer,time_ms\n,7\na,3\nb,3\n", ["--profiled-run"]),
                           ("layer,time_ms,profiling\n,7,on\na,3,on\nb,3,on\n", [])):
            status, said, rows = self.importing("csv", text, *more)
            self.assertEqual((status, sorted(rows), rows["a"]["profiled_run_s"]), (3, ["a", "b"], "0.007000000"))
            self.assertIn("the whole run was timed with profiling (7.000 ms", said)

    def test_times_that_no_network_takes_are_refused_unless_told(self):
        # 1 GMAC, 2 GFLOP: 20 MFLOP/s in 100 s, 2,000 TFLOP/s in 1 us.
        (self.folder / "net.yaml").write_text(NETWORK.replace("kind: conv,", "kind: conv, macs: 1000000000,"))
        status, said, rows = self.importing("csv", "layer,time_s\n,100\na,90\nb,5\n")
        self.assertEqual((status, rows), (2, {}))
        self.assertIn("in 100 s: 20 MFLOP/s, and of such a network no processor does less than 100 MFLOP/s (did you mean ms?)", said)
        self.assertIn("--accept-times", said)
        rows = self.importing("csv", "layer,time_s\n,100\na,90\nb,5\n", "--accept-times")[2]
        self.assertEqual(rows["a"]["minimum_s"], "90.000000000")
        status, said, _ = self.importing("csv", "layer,time_us\n,1\na,0.9\nb,0.05\n")
        self.assertEqual(status, 2)
        self.assertIn("2e+03 TFLOP/s, and no processor does more than 100 TFLOP/s of one input (did you mean ms?)", said)
        status, said, _ = self.importing("onnxruntime", [run(2e8), node("a", 1e8), node("b", 1e6)], "--warm-up", "0")
        self.assertEqual(status, 2)
        self.assertIn("in 101 s: 19.8 MFLOP/s", said)

    def test_a_pickle_that_names_anything_but_the_one_class_is_refused_unread(self):
        class Harm:
            def __reduce__(self):
                return print, ("ran",)

        path = self.folder / "device-x.dat"
        path.write_bytes(pickle.dumps(Harm()))
        ran = io.StringIO()
        with contextlib.redirect_stdout(ran), self.assertRaises(import_profile.UserError) as caught:
            import_profile.read_pickle(path)
        self.assertIn("not admitted", str(caught.exception))
        self.assertEqual(ran.getvalue(), "")
        path.write_bytes(b"no pickle")
        with self.assertRaises(import_profile.UserError):
            import_profile.read_pickle(path)

    def test_a_pickle_cannot_leave_anything_on_the_class_of_the_next_one(self):
        # The class itself is given an attribute (BUILD with a state of slots), and is the answer.
        path = self.folder / "device-x.dat"
        path.write_bytes(b"c__main__\nLayerBenchmark\n(N(dVsecond_prediction\nF1.0\nstb.")
        with self.assertRaises(import_profile.UserError):
            import_profile.read_pickle(path)
        path.write_bytes(blocks_pickle("m", [(1, 1, None, 4)]))  # a block without its time
        with self.assertRaises(import_profile.UserError):
            import_profile.read_pickle(path)

    def test_numbers_that_are_none_in_a_pickle_and_damaged_ones_are_refused(self):
        path = self.folder / "device-x.dat"
        for wrong in ("1.5", float("nan"), -1.0, float("inf")):
            path.write_bytes(blocks_pickle("m", [(1, 1, wrong, 4)]))
            with self.subTest(time=wrong), self.assertRaises(import_profile.UserError):
                import_profile.read_pickle(path)
        for damaged in (b"\x80\x04\x8c\xff", b"(I1\nI2\ndI3\n.", b"I99999999999999999999\nq\xff.", b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\xff."):
            path.write_bytes(damaged)
            with self.subTest(bytes=damaged), self.assertRaises(import_profile.UserError):
                import_profile.read_pickle(path)

    def scission(self, device, cloud):
        for tier, blocks in (("device", device), ("cloud", cloud)):
            (self.folder / f"{tier}-h.dat").write_bytes(blocks_pickle("m", blocks))
        (self.folder / "network_stats.csv").write_text("source,destination,ping(ms),bandwidth(mbps)\nh,h,10,8\n")
        out, said = self.folder / "p.yaml", io.StringIO()
        out.unlink(missing_ok=True)
        with contextlib.redirect_stderr(said):
            status = import_profile.main(["scission", str(self.folder), "--model", "m", "--device", "h", "--cloud", "h", "-o", str(out)])
        return status, said.getvalue(), out.read_text() if out.exists() else ""

    def test_blocks_are_joined_by_their_layers_and_others_are_refused(self):
        device = [(1, 2, 0.5, 40), (3, 3, 0.25, 8)]
        status, _, text = self.scission(device, [(3, 3, 0.01, 8), (1, 2, 0.02, 40)])
        self.assertEqual(status, 0)
        self.assertIn("name: layers_1_2, inputs: [input], output: 40 B, time: {device: 0.5 s, cloud: 0.02 s}", text)
        for cloud in ([(1, 2, 0.02, 40)], [(1, 1, 0.02, 40), (2, 3, 0.01, 8)], [(1, 2, 0.02, 40)] * 2):
            with self.subTest(cloud=cloud):
                status, said, text = self.scission(device, cloud)
                self.assertEqual((status, text), (2, ""))
                self.assertIn("blocks are not the device's 2", said)

    def test_a_problem_file_says_itself_which_of_its_hosts_are_no_ground_truth(self):
        device = [(i, i, 0.001 * 2**i, 8) for i in range(1, 11)]
        status, said, text = self.scission(device, [(i, i, 0.001, 8) for i in range(1, 11)])
        self.assertEqual(status, 3)
        self.assertIn("# warning: cloud h: not ground truth", text)
        self.assertIn("cloud h: not ground truth", said)

    def test_what_is_no_trace_is_refused(self):
        self.assertEqual(self.importing("onnxruntime", "{")[0], 2)
        self.assertEqual(self.importing("onnxruntime", {"a": 1})[0], 2)
        self.assertEqual(self.importing("onnxruntime", [])[0], 2)


class FusedNodes(unittest.TestCase):
    def test_a_group_stands_at_the_layer_that_works_and_the_others_name_it(self):
        # As onnxruntime names them: a convolution with its Relu after the Relu's tensor, one with an Add and a Relu after
        # its own, a reordering after nothing.
        layers = [{"name": name, "kind": kind, "inputs": inputs} for name, kind, inputs in (
            ("x", "input", []), ("c1", "conv", ["x"]), ("r1", "activation", ["c1"]), ("c2", "conv", ["r1"]),
            ("add", "elementwise", ["c2", "r1"]), ("r2", "activation", ["add"]), ("fc", "linear", ["r2"]))]
        renamed = {layer["name"]: layer["name"] for layer in layers[1:]}
        tensors = {"r1_out": "r1", "c2_out": "c2"}
        times = {"r1_out_nchwc": [1.0], "c2_out_nchwc": [2.0], "fused fc": [3.0], "ReorderOutput": [0.5]}
        rows, astray = measure_layers.join_fused(times, renamed, layers, tensors)
        self.assertEqual(rows["c1"], ([1.0], None))
        self.assertEqual(rows["r1"][1], "c1")
        self.assertEqual(rows["c2"], ([2.0], None))
        self.assertEqual((rows["add"][1], rows["r2"][1]), ("c2", "c2"))
        self.assertEqual(rows["fc"], ([3.0], None))
        self.assertEqual(astray, {"ReorderOutput": 0.5})


class OnnxFile(unittest.TestCase):
    def test_nodes_get_names_of_their_own_and_everything_else_stays(self):
        fixtures = pathlib.Path(__file__).resolve().parents[1] / "onnx" / "fixtures"
        for path in sorted(fixtures.glob("*.onnx")):
            with self.subTest(model=path.name), tempfile.TemporaryDirectory() as scratch:
                copy = pathlib.Path(scratch) / "copy.onnx"
                before, named = onnx_file.nodes(path), onnx_file.with_unique_names(path, copy)
                self.assertEqual(onnx_file.nodes(copy), named)
                self.assertEqual(len({node.name for node in named}), len(named))
                self.assertEqual([node._replace(name="") for node in before], [node._replace(name="") for node in named])
                again = pathlib.Path(scratch) / "again.onnx"
                onnx_file.with_unique_names(copy, again)
                self.assertEqual(copy.read_bytes(), again.read_bytes())

    def test_what_is_no_model_is_refused(self):
        with tempfile.TemporaryDirectory() as scratch:
            path = pathlib.Path(scratch) / "bad.onnx"
            for content in (b"", b"\x3a\xff", b"hello, world"):
                path.write_bytes(content)
                with self.subTest(content=content), self.assertRaises(onnx_file.FormatError):
                    onnx_file.nodes(path)


if __name__ == "__main__":
    unittest.main()
