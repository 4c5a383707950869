"""Tests of analysis/: what they look at in a picture is not its resolution, which is where drawing takes its time."""

from analysis import style

for _key in ("figure.dpi", "savefig.dpi"):
    style.SETTINGS[_key] = 50
