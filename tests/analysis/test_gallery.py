"""The gallery: it shows every figure that there is, and says what is so."""

import contextlib
import io
import pathlib
import re
import shlex
import tempfile
import unittest

from analysis import __main__ as command
from analysis import figures, gallery, style


class Gallery(unittest.TestCase):
    def test_the_page_is_the_one_that_is_written(self):
        self.assertEqual(gallery.PAGE.read_text(encoding="utf-8"), gallery.page(), "run python3 -m analysis.gallery --page")

    def test_every_figure_that_there_is_has_a_picture(self):
        shown = {picture.figure for picture in gallery.pictures()}
        for name in [*figures.FIGURES, *figures.MAPS, *command.OF_FILES]:
            self.assertIn(name, shown)

    def test_every_link_has_its_file_and_every_file_its_link(self):
        linked = re.findall(r"!\[[^]]*\]\(gallery/([^)]*)\)", gallery.PAGE.read_text(encoding="utf-8"))
        self.assertEqual(len(linked), len(set(linked)))
        self.assertEqual(sorted(linked), sorted(path.name for path in gallery.PICTURES.iterdir()))

    def test_what_it_says_of_formats_is_so(self):
        text = " ".join(gallery.page().split())
        self.assertIn("`edgecut plot` writes every figure as PNG, SVG and PDF", text)
        self.assertEqual(set(style.FORMATS), {"png", "svg", "pdf"})
        self.assertIn("Here lie the pictures as PNG", text)
        self.assertEqual({path.suffix for path in gallery.PICTURES.iterdir()}, {".png"})

    def test_commands_name_what_there_is(self):
        for picture in gallery.pictures():
            self.assertTrue(picture.plays or (gallery.ROOT / picture.of).exists(), picture.of)
            for words in picture.plays:
                for word in shlex.split(words):
                    if word.startswith("scenarios/"):
                        self.assertTrue((gallery.ROOT / word).is_file(), word)

    def test_a_picture_is_drawn_by_the_command_beside_it(self):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            picture = next(one for one in gallery.pictures() if one.name == "devices")
            scratch = pathlib.Path(folder) / "scratch"
            scratch.mkdir()
            (scratch / "results").symlink_to(gallery.ROOT / "results")
            gallery.draw(picture, None, scratch, pathlib.Path(folder))
            by_hand = pathlib.Path(folder) / "by_hand"
            words = shlex.split(picture.drawing)[2:]
            self.assertEqual(command.main([str(gallery.ROOT / words[0]), *words[1:], "-o", str(by_hand), "--formats", "png"]), 0)
            self.assertEqual((pathlib.Path(folder) / "devices.png").read_bytes(), (by_hand / "latency.png").read_bytes())

    def test_a_picture_without_what_it_is_about_is_refused(self):
        battery = next(one for one in gallery.pictures() if one.needs)
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / battery.of).write_text("time_s,event\n0,arrived\n")
            with self.assertRaisesRegex(gallery.results.UserError, "no column 'charge_share'"):
                gallery.draw(battery, None, pathlib.Path(folder), pathlib.Path(folder))


if __name__ == "__main__":
    unittest.main()
