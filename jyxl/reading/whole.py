"""All tables of a return together: its figures, its totals, its blanks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from jyxl import live, messages, numbers
from jyxl.definition import Edition
from jyxl.finding import Finding
from jyxl.identity import Identity
from jyxl.last_year import by_key, is_silent
from jyxl.places import cell_place
from jyxl.reading.table import TableRead
from jyxl.rules.check import evaluate
from jyxl.rules.truth import fails
from jyxl.submission import Entries


@dataclass(frozen=True)
class Whole:
    """All tables of a return together."""

    edition: Edition
    identity: Identity
    reads: Mapping[str, TableRead]

    @cached_property
    def entries(self) -> Entries:
        """What was typed, without the explanations."""
        return Entries(
            numbers={n: v for one in self.reads.values() for n, v in one.numbers.items()},
            texts={n: v for one in self.reads.values() for n, v in one.texts.items()},
            confirmed={k: one.confirmed for k, one in self.reads.items() if not one.lost},
            words={n: text for one in self.reads.values() for n, text in one.words.items()},
        )

    @cached_property
    def figures(self) -> dict[str, int]:
        """The figure of every cell; the totals are computed."""
        return live.values(self.edition, self.entries.numbers)

    @cached_property
    def unknown(self) -> frozenset[str]:
        lost = frozenset().union(*(one.lost for one in self.reads.values()))
        return frozenset((*lost, *self.entries.texts))

    def keeps_all_rules(self, last: Mapping[str, int]) -> bool:
        """True if everything that was typed is known and no rule fails; rules that compute a total
        cannot."""
        if self.unknown:
            return False
        figures = {**self.figures, **by_key(self.edition, last)[0]} if last else self.figures
        return not any(
            fails(instance, self.identity.kind, figures, {})
            for instance in self.edition.instances
            if instance.computed is None and not is_silent(instance, last)
        )

    def overtyped(self) -> tuple[dict[str, int], list[Finding]]:
        """The totals that show another figure and are no longer formulas, and the notes (F-T) on
        formulas that show an outdated figure.

        A total is compared with what the cells below it show, so that a total that was typed
        over does not make those above it wrong as well.
        """
        shown = {n: v for one in self.reads.values() for n, v in one.totals.items()}
        live_ = frozenset().union(*(one.live for one in self.reads.values()))
        if all(value == self.figures[name] for name, value in shown.items()):
            return {}, []
        basis = {**self.figures, **shown}
        suspects = [name for name in shown if self._differs(name, shown[name], basis)]
        stated = {name: shown[name] for name in suspects if name not in live_}
        stale = sorted(n for n in suspects if n in live_ and shown[n] != self.figures[n])
        return stated, [self._stale(name, shown[name]) for name in stale]

    def _differs(self, name: str, shown: int, basis: Mapping[str, int]) -> bool:
        """True if a total differs from what the cells below it give, and all of them are known."""
        instance = self.edition.totals[name].instance
        if any(leaf in self.unknown for leaf in instance.leaves):
            return False
        return bool(shown != evaluate(instance.main.right, basis, instance.scale))

    def _stale(self, name: str, shown: int) -> Finding:
        scale = self.edition.cell[name].kind.scale
        computed = numbers.plain(self.figures[name], scale)
        place = cell_place(self.edition, name)
        return messages.finding("F-T", place, numbers.plain(shown, scale), computed=computed)

    def unconfirmed(self) -> dict[str, tuple[str, ...]]:
        """Table → its blanks, if they were not confirmed as zero."""
        blanks = {}
        for table in self.edition.tables:
            one = self.reads[table.key]
            if not one.confirmed and not one.lost:
                names = live.blank_cells(self.edition, table, self.identity.kind, self.entries)
                if names:
                    blanks[table.key] = names
        return blanks
