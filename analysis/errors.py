"""What is told to the user, and not by a traceback."""


class UserError(Exception):
    """Something the user can mend. Its text says file, place and what is allowed; several mistakes are a line each."""
