"""The command line of the figures."""

import argparse
import pathlib
import sys

from . import cuts, figures, profile, requests, results, store, style

OF_FILES = ("latency_cdf", "timeline", "profile")


def parse(arguments):
    parser = argparse.ArgumentParser(prog="python3 -m analysis", description="Draws the figures of a results folder.")
    parser.add_argument("folder", metavar="RESULTS_FOLDER", help="holds rows.csv, savings.csv and manifest.json; or a store, sweep.sqlite; or a CSV of `edgecut run --requests`, "
                        "`edgecut run --events`, `edgecut plan --every-cut --format csv` or `edgecut describe network --format csv`")
    parser.add_argument("-o", "--output", metavar="OUT_FOLDER",
                        help="where the figures go (default: the results folder)")
    parser.add_argument("-x", "--x", metavar="KEY", help="the swept key to draw against (default: the first)")
    parser.add_argument("--only", metavar="NAMES", type=_names,
                        help=f"some of {', '.join(figures.FIGURES)} (cuts is drawn when it is asked for); over two axes: {', '.join(figures.MAPS)}; or any "
                             "numeric column of rows.csv, such as latency_p95_s")
    parser.add_argument("--device", metavar="NUMBER", type=int,
                        help="of a fleet, whose timeline is drawn (default: the first at which a request arrived)")
    parser.add_argument("--formats", metavar="LIST", type=_formats, default=style.FORMATS,
                        help="some of png,svg,pdf (default: all)")
    return parser.parse_args(arguments)


def _formats(text):
    wanted = tuple(word.strip() for word in text.split(","))
    for word in wanted:
        if word not in style.FORMATS:
            raise argparse.ArgumentTypeError(f"unknown format '{word}', known are {', '.join(style.FORMATS)}")
    return wanted


def _names(text):
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in figures.FIGURES and name not in figures.MAPS and name not in OF_FILES and "_" not in name:
            known = ", ".join([*figures.FIGURES, *figures.MAPS, *OF_FILES])
            raise argparse.ArgumentTypeError(f"unknown figure '{name}', known are {known}")
    return names


def _draw_file(options):
    """A file instead of a folder: its columns tell what it is of."""
    path = pathlib.Path(options.folder)
    table = results.read_table(path)
    name = "cuts" if cuts.is_of_cuts(table) else requests.figure_of(table) or "profile"
    if options.x or any(wanted != name for wanted in options.only or []):
        raise results.UserError(f"{path}: --x and the figures of results folders are not for this file, of which there is {name}")
    out = options.output or path.parent
    if name == "cuts":
        return cuts.draw_file(path, out, options.formats)
    if name == "profile":
        return profile.draw_file(path, out, None, options.formats)
    return requests.draw_file(path, out, options.formats, options.device)


def _draw(options):
    path = pathlib.Path(options.folder)
    if path.is_file() and path.name not in store.TABLES and not store.is_store(path):
        return _draw_file(options)
    wrong = [name for name in options.only or [] if name in OF_FILES]
    if wrong:
        raise results.UserError(f"{path}: {wrong[0]} is of a file of `edgecut run` or `describe network`, not of a results folder")
    out = pathlib.Path(options.output or (path.parent if path.is_file() else path))
    with store.folder_of(path) as folder:
        return figures.draw_all(folder, out, options.only, options.x, options.formats)


def main(arguments=None):
    options = parse(arguments)
    try:
        written = _draw(options)
    except results.UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for path in written:
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
