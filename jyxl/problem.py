"""The one exception for what cannot run: its text is one plain sentence for the clerk."""


class Problem(Exception):
    """What is wrong, where, and how to mend it; becomes exit status 2."""
