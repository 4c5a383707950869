"""The figure of a network's layers: its data, its file, its errors."""

import contextlib
import io
import pathlib
import tempfile
import unittest

import pandas as pd

from analysis import profile, style

# input -> conv -> {relu, skip} -> add: two tensors of 800 B cross after the convolution's reader.
LAYERS = pd.DataFrame({
    "index": [0, 1, 2, 3],
    "layer": ["input", "conv", "relu", "add"],
    "kind": ["input", "conv", "activation", "elementwise"],
    "macs": [0, 2_000_000, 0, 0],
    "parameters": [0, 3_000, 0, 0],
    "output_B": [400, 800, 800, 800],
    "crossing_B": [400, 800, 1600, 0],
    "cut_vertex": [1, 1, 0, 1],
})


def draw(layers):
    with style.context():
        return profile.draw(layers, "a network")


class Profile(unittest.TestCase):
    def test_the_table_is_in_the_units_of_the_axes(self):
        table = profile.drawn(LAYERS)
        self.assertEqual(list(table["work_MMAC"]), [0, 2, 0, 0])
        self.assertEqual(list(table["parameters_k"]), [0, 3, 0, 0])
        self.assertEqual(list(table["crossing_kB"]), [0.4, 0.8, 1.6, 0])

    def test_bars_stand_at_their_layers(self):
        figure, _ = draw(LAYERS)
        work = figure.axes[0]
        heights = {round(bar.get_x() + bar.get_width() / 2): bar.get_height() for bar in work.patches}
        self.assertEqual(heights, {0: 0, 1: 2, 2: 0, 3: 0})

    def test_cut_vertices_are_marked_where_a_cut_sends_something(self):
        figure, _ = draw(LAYERS)
        marks = [line for line in figure.axes[2].lines if line.get_marker() == "o"][0]
        self.assertEqual(list(marks.get_xdata()), [0, 1])  # not 2, no cut vertex; not 3, device only sends nothing
        self.assertEqual(list(marks.get_ydata()), [0.4, 0.8])

    def test_the_same_data_give_the_same_svg(self):
        with tempfile.TemporaryDirectory() as folder:
            written = []
            for name in ("a", "b"):
                figure, _ = draw(LAYERS)
                with style.context():
                    style.write(figure, pathlib.Path(folder) / name)
                written.append((pathlib.Path(folder) / f"{name}.svg").read_bytes())
            self.assertEqual(*written)

    def test_a_table_of_something_else_is_refused_in_one_line(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "wrong.csv"
            path.write_text("a,b\n1,2\n")
            for wrong in (path, pathlib.Path(folder) / "none.csv"):
                errors = io.StringIO()
                with contextlib.redirect_stderr(errors):
                    self.assertEqual(profile.main([str(wrong), "-o", folder]), 2)
                self.assertEqual(errors.getvalue().count("\n"), 1)


if __name__ == "__main__":
    unittest.main()
