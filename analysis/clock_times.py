"""Times of a column that a clock gave: dates as ISO 8601 writes them, and counts since 1970. They begin at 0.

A count is told by its size: from 2001 to 2100 in s, ms, us or ns.
"""

import datetime
import re
from decimal import Decimal

ISO = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[Tt ](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?\s*([Zz]|UTC|[+-]\d{2}(?::?\d{2})?)?)?")
BEGINS_LIKE_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|\d{8}T|\d{1,2}:\d{2}")
FIRST, LAST = 1000000000, 4102444800  # seconds from 1970 to September 2001 and to 2100
SCALES = {"s": Decimal(1), "ms": Decimal("1e-3"), "us": Decimal("1e-6"), "ns": Decimal("1e-9")}


def is_date(text):
    """Whether a cell is written as a date or a time of day, rightly or not."""
    return bool(BEGINS_LIKE_DATE.match(text)) or bool(re.fullmatch(r"\d{8}T?\d*Z?", text) and "T" in text)


def scale_of(text):
    """The unit of a count since 1970 that is of the years 2001 to 2100; None of any other number."""
    number = Decimal(text)
    return next((name for name, scale in SCALES.items() if FIRST <= number * scale < LAST), None)


def seconds_of_date(text):
    """(seconds since 1970, whether it has a zone) of ISO 8601; None of anything else."""
    found = ISO.fullmatch(text)
    if not found or (text.isdigit() and len(text) == 8):
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        leap = int(second or 0) // 60  # 60 is a leap second's
        date = datetime.datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0) - leap)
    except ValueError:
        return None
    whole = Decimal((date - datetime.datetime(1970, 1, 1)) // datetime.timedelta(seconds=1))
    whole += leap + (Decimal(f"0.{fraction}") if fraction else 0)
    if zone and zone[0] in "+-":
        digits = zone[1:].replace(":", "").ljust(4, "0")
        offset = 3600 * int(digits[:2]) + 60 * int(digits[2:])
        whole -= offset if zone[0] == "+" else -offset
    return whole, bool(zone)


def shown(seconds, has_zone=True):
    """A time since 1970 as ISO 8601, its fraction as far as it goes."""
    whole = int(seconds // 1)
    date = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=whole)
    fraction = f"{seconds - whole:f}".rstrip("0").rstrip(".")[1:] if seconds != whole else ""
    return date.strftime("%Y-%m-%dT%H:%M:%S") + fraction + ("Z" if has_zone else "")
