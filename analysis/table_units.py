"""Units in the names of columns: `time_ms`, `Time (ms)`, `Uplink [Mbit/s]`, `bytes per second`.

A unit is read by the kind of quantity that is asked for; factors are to base units (s, B/s, W, 1). The rules are those of the
program (docs/tables.md), so that a file means the same to both.
"""

import re
from typing import NamedTuple

from .errors import UserError


class Unit(NamedTuple):
    name: str
    factor: float  # base units in one of it

    def base(self, value):
        """A value of this unit in base units, rounded once."""
        return value / round(1.0 / self.factor) if self.factor < 1.0 else value * self.factor


class Name(NamedTuple):
    """A column's name taken apart."""

    base: str  # of small letters and `_`, without the unit; empty where it is nothing else
    unit: str  # as written; empty where it has none
    full: str  # of small letters and `_`, unit and all


class NoUnit(UserError):
    """A text that is no unit of the kind, or may be several."""


TIMES = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "min": 60.0, "h": 3600.0, "d": 86400.0}
TIME_WORDS = {"s": "s sec secs second seconds", "ms": "ms msec msecs milli millis millisec millisecs millisecond milliseconds",
              "us": "us usec usecs micro micros microsec microsecs microsecond microseconds \u00b5s \u03bcs",
              "ns": "ns nsec nsecs nano nanos nanosec nanosecs nanosecond nanoseconds", "min": "min mins minute minutes",
              "h": "h hr hrs hour hours", "d": "d day days"}
POWERS = {"W": 1.0, "mW": 1e-3, "uW": 1e-6, "kW": 1e3, "MW": 1e6}
POWER_WORDS = {"W": "w watt watts", "mW": "milliwatt milliwatts", "uW": "uw microwatt microwatts", "kW": "kw kilowatt kilowatts"}
SHARES = {"%": 0.01, "share": 1.0}
SHARE_WORDS = {"%": "% percent pct percentage per_cent", "share": "share fraction ratio"}
PREFIXES = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12, "ki": 2.0**10, "mi": 2.0**20, "gi": 2.0**30}
KINDS = {"time": "a time", "duration": "a time", "bandwidth": "a bandwidth", "power": "a power", "share": "a share"}
ENDINGS = {"time": "{0}_s, {0}_ms, {0}_us or {0}_min", "duration": "{0}_s, {0}_ms or {0}_us",
           "bandwidth": "{0}_Mbit_s, {0}_kbit_s or {0}_MB_s", "power": "{0}_W or {0}_mW", "share": "{0}_percent or {0}_share"}
EXAMPLES = {"time": "ms", "duration": "ms", "bandwidth": "Mbit/s", "power": "W", "share": "%"}
RATE = re.compile(r"(k|m|g|t|ki|mi|gi|kilo|mega|giga|tera|kibi|mebi|gibi)?(bits?|bytes?|b)"
                  r"(?:/s|/sec|/second|ps|[ _.-]?per[ _.-]s(?:ec|econd)?|[ _-]s)", re.IGNORECASE)
LONG_PREFIXES = {"kilo": "k", "mega": "m", "giga": "g", "tera": "t", "kibi": "ki", "mebi": "mi", "gibi": "gi"}
OTHERS = re.compile(r"[kMGT]?i?B|[umk]?J|[kMG]?Hz")  # of no quantity that is read here; a name may end in one all the same
JOINTS = r"[\s_.\u00a0-]+"  # what joins the words of a name
# A unit may be the end of the last word: `downmbps`, `timeMs`.
GROWN = re.compile(r"(.*)(mbps|Mbps|kbps|Kbps|gbps|Gbps|percent|share|(?<=[a-z])(?:Ms|Us|Ns|Sec|Seconds|Millis|Micros))")


def _of_words(text, factors, words):
    lower = text.lower()
    for name, spelt in words.items():
        if text == name or lower in spelt.split():
            return Unit(name, factors[name])
    return None


def _power(text):
    if text in ("mW", "mw", "MW"):  # of small letters as columns are; MW is a million watts
        return Unit("MW", 1e6) if text == "MW" else Unit("mW", 1e-3)
    return _of_words(re.sub("[\u00b5\u03bc]", "u", text), POWERS, POWER_WORDS)


def _bandwidth(text):
    """bit and byte are told apart by word; of b and B by the letter, where the name does not shout: `MBPS` says neither, and
    `Mb/s` is written for both."""
    found = RATE.fullmatch(text)
    if not found:
        return _of_words(text, SHARES, SHARE_WORDS)
    prefix, what = (found.group(1) or "").lower(), found.group(2)
    prefix = LONG_PREFIXES.get(prefix, prefix)
    shown = prefix if prefix in ("", "k") else prefix.capitalize()
    is_bits, is_bytes = f"{shown}bit/s", f"{shown}B/s"
    if what.lower() == "b":
        shouts = (text == text.upper() and text.endswith("PS")) or text == "Bps"
        is_short = text.lower().endswith("ps")
        if shouts or (what == "b" and not is_short):
            raise NoUnit(f"'{text}' may be {is_bits} or {is_bytes}")
        is_bit = what == "b"
    else:
        is_bit = what.lower().startswith("bit")
    return Unit(is_bits, PREFIXES[prefix] / 8.0) if is_bit else Unit(is_bytes, PREFIXES[prefix])


def unit_of(kind, text):
    """The unit that a text is; None where it is none of the kind. Raises NoUnit where it may be two."""
    text = text.strip(" \t_-.\u00a0")
    if kind in ("time", "duration"):
        return _of_words(text, TIMES, TIME_WORDS)
    if kind == "bandwidth":
        return _bandwidth(text)
    if kind == "power":
        return _power(text)
    return _of_words(text, SHARES, SHARE_WORDS)


def _is_unit(text):
    if OTHERS.fullmatch(text):
        return True
    try:
        return any(unit_of(kind, text) for kind in ("time", "bandwidth", "power", "share"))
    except NoUnit:
        return True


def _plain(text):
    return re.sub(JOINTS, "_", text.lower()).strip("_")


def name_of(text):
    """A column's name: its unit stands in brackets at its end, or is its last words, or the last part of its last word."""
    text = text.strip()
    if found := re.fullmatch(r"(.*?)(?:\(([^()]*)\)|\[([^\[\]]*)\])", text, re.DOTALL):
        unit = found.group(2) if found.group(2) is not None else found.group(3)
        return Name(_plain(found.group(1)), unit.strip(), _plain(text))
    words = [word for word in re.split(JOINTS, text) if word]
    for count in range(min(4, len(words)), 0, -1):
        if _is_unit(unit := "_".join(words[-count:])):
            return Name(_plain("_".join(words[:-count])), unit, _plain(text))
    if found := GROWN.fullmatch(text):
        return Name(_plain(found.group(1)), found.group(2), _plain(text))
    return Name(_plain(text), "", _plain(text))
