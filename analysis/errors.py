"""What is told to the user, and not by a traceback."""


class UserError(Exception):
    """Something the user can mend. Its text says file, place and what is allowed; several mistakes are a line each."""


def shortened(names, most=6):
    """The first names, and how many more there are."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
