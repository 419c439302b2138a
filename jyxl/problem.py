"""The one exception for a command that cannot run; its text is a plain sentence for the clerk."""


class Problem(Exception):
    """Says what is wrong, where, and how to correct it; becomes exit status 2."""
