"""The command line of the figures."""

import argparse
import pathlib
import sys

from . import figures, profile, requests, results, style


def parse(arguments):
    parser = argparse.ArgumentParser(prog="python3 -m analysis", description="Draws the figures of a results folder.")
    parser.add_argument("folder", metavar="RESULTS_FOLDER", help="holds rows.csv, savings.csv and manifest.json; or a CSV of `edgecut run --requests`, "
                        "`edgecut run --events` or `edgecut describe network --format csv`")
    parser.add_argument("-o", "--output", metavar="OUT_FOLDER",
                        help="where the figures go (default: the results folder)")
    parser.add_argument("-x", "--x", metavar="KEY", help="the swept key to draw against (default: the first)")
    parser.add_argument("--only", metavar="NAMES", type=_names,
                        help=f"some of {', '.join(figures.FIGURES)}; over two axes: {', '.join(figures.MAPS)}; or any "
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
        if name not in figures.FIGURES and name not in figures.MAPS and "_" not in name:
            known = ", ".join([*figures.FIGURES, *figures.MAPS])
            raise argparse.ArgumentTypeError(f"unknown figure '{name}', known are {known}")
    return names


def _draw_file(options):
    """A file instead of a folder: its columns tell what it is of."""
    if options.only or options.x:
        raise results.UserError(f"{options.folder}: --only and --x are for results folders, and this is a file")
    out = options.output or pathlib.Path(options.folder).parent
    written = requests.draw_file(options.folder, out, options.formats, options.device)
    if written is None:
        written = profile.draw_file(options.folder, out, None, options.formats)
    for path in written:
        print(path)
    return 0


def main(arguments=None):
    options = parse(arguments)
    try:
        if pathlib.Path(options.folder).is_file():
            return _draw_file(options)
        written = figures.draw_all(options.folder, pathlib.Path(options.output or options.folder), options.only, options.x,
                                    options.formats)
    except results.UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for path in written:
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
