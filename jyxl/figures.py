"""The figures of a return, each by the name of its cell."""

from __future__ import annotations

from array import array
from collections.abc import ItemsView, Iterator, Mapping
from functools import lru_cache
from typing import Any


class Figures(Mapping[str, int]):
    """Cell name → scaled integer, for every cell of an edition.

    A dict would do, but a county with thousands of returns holds millions of figures, so all
    returns of an edition share one index of its names. A figure has at most 63 bits.
    """

    __slots__ = ("_index", "_values")
    _index: Mapping[str, int]
    _values: array[int]

    def __init__(self, index: Mapping[str, int], figures: Mapping[str, int]) -> None:
        """index: cell name → number, as in Edition.index.

        Raises ValueError if there are more or fewer figures than cells or one has too many bits,
        KeyError if there are as many but one of them is of another cell.
        """
        if len(figures) != len(index):
            raise ValueError(f"not of this form: {sorted(figures.keys() - index.keys())}")
        self._index = index
        try:
            self._values = array("q", map(figures.__getitem__, index))
        except OverflowError as error:
            raise ValueError("a figure has too many bits") from error

    def __reduce__(self) -> tuple[Any, ...]:
        """Figures that come from another process share their index with those here. The names go
        there once, however many figures do."""
        return _restored, (_joined(self._index), self._values)

    def __getitem__(self, name: str) -> int:
        return self._values[self._index[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def items(self) -> ItemsView[str, int]:
        """As of any mapping, but without looking up one name after the other."""
        return dict(zip(self._index, self._values, strict=True)).items()

    def __len__(self) -> int:
        return len(self._index)

    def __repr__(self) -> str:
        return f"Figures({ {name: value for name, value in self.items() if value} })"


_JOINED: dict[int, tuple[Mapping[str, int], str]] = {}
"""The id of an index → the index, and its names as one text."""
_MOST = 64


def _joined(index: Mapping[str, int]) -> str:
    """The names, always as the same object."""
    if id(index) not in _JOINED:
        if len(_JOINED) >= _MOST:
            _JOINED.clear()
        _JOINED[id(index)] = index, "\n".join(index)
    return _JOINED[id(index)][1]


def _restored(names: str, values: array[int]) -> Figures:
    made = Figures.__new__(Figures)
    made._index, made._values = _index(names), values
    return made


@lru_cache(maxsize=16)
def _index(names: str) -> dict[str, int]:
    return {name: number for number, name in enumerate(names.split("\n"))}
