"""Stands before the library of that name, which pandera loads where it is installed. It comes with
the tests; an office has none of it, and what is measured should be what an office has."""

raise ImportError("left out")
