"""The figures of a return, each by the name of its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any


class Figures(Mapping[str, int]):
    """Cell name → scaled integer, for every cell of an edition.

    A dict would do, but a county with thousands of returns holds millions of figures, so all
    returns of an edition share one index of its names.
    """

    __slots__ = ("_index", "_values")

    def __init__(self, index: Mapping[str, int], figures: Mapping[str, int]) -> None:
        """index: cell name → number, as in Edition.index.

        Raises ValueError if there are more or fewer figures than cells, KeyError if there are
        as many but one of them is of another cell.
        """
        if len(figures) != len(index):
            raise ValueError(f"not of this form: {sorted(figures.keys() - index.keys())}")
        self._index = index
        self._values = tuple(figures[name] for name in index)

    def __reduce__(self) -> tuple[Any, ...]:
        """Figures that come from another process share their index with those here."""
        return _restored, (tuple(self._index), self._values)

    def __getitem__(self, name: str) -> int:
        return self._values[self._index[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def __len__(self) -> int:
        return len(self._index)

    def __repr__(self) -> str:
        return f"Figures({ {name: value for name, value in self.items() if value} })"


def _restored(names: tuple[str, ...], values: tuple[int, ...]) -> Figures:
    return Figures(_index(names), dict(zip(names, values, strict=True)))


@lru_cache(maxsize=16)
def _index(names: tuple[str, ...]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}
