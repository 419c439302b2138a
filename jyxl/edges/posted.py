"""What the ledger says about mail: what was sent, what nobody knows, what came back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from jyxl.edges.events import Bounced, Event, Fetched, Sending, Sent, Unsent


@dataclass(frozen=True)
class Posted:
    """The events about mail, by what they are about.

    sent: key of a message → its event; those that came back are not there, but in `back`. unsure: key → the
    message that the server never answered about. refused: key → why it was not taken last
    time. bounced: address, in small letters → how it came back. brought: SHA-256 of a file →
    the message that brought it.
    """

    sent: dict[str, Sent] = field(default_factory=dict)
    unsure: dict[str, Sending] = field(default_factory=dict)
    refused: dict[str, Unsent] = field(default_factory=dict)
    bounced: dict[str, Bounced] = field(default_factory=dict)
    back: set[str] = field(default_factory=set)
    brought: dict[str, Fetched] = field(default_factory=dict)

    def has(self, unit: str, to: str, enclosed: str) -> bool:
        """True if this workbook was sent to this address of the unit, or by hand."""
        return any(
            one.enclosed == enclosed and one.to.lower() in (to.lower(), "")
            for one in self.of_unit.get(unit, ())
        )

    def first(self, unit: str, to: str) -> str:
        """The Message-ID of the first message that was sent to an address of a unit, which
        begins its thread; '' if there is none."""
        ids = (one.message_id for one in self.of_unit.get(unit, ()) if one.to == to)
        return next(ids, "")

    @cached_property
    def of_unit(self) -> dict[str, list[Sent]]:
        """The messages that were sent, by unit."""
        found: dict[str, list[Sent]] = {}
        for one in self.sent.values():
            found.setdefault(one.unit, []).append(one)
        return found


def key_of(message_id: str) -> str:
    """The key in a Message-ID of ours, which stays if the office's address changes."""
    return message_id.strip("<>").partition("@")[0]


def posted(events: Iterable[Event]) -> Posted:
    """What the events say, the last word on each message."""
    found = Posted()
    begun: Counter[str] = Counter()
    for event in events:
        match event:
            case Sending():
                begun[key_of(event.message_id)] += 1
                found.unsure[key_of(event.message_id)] = event
            case Sent():
                begun.pop(key_of(event.message_id), None)
                found.unsure.pop(key_of(event.message_id), None)
                found.refused.pop(key_of(event.message_id), None)
                found.sent[key_of(event.message_id)] = event
            case Unsent():
                key = key_of(event.message_id)
                begun[key] -= event.was_begun
                found.refused[key] = event
                if not begun[key]:  # else an earlier try was never answered
                    found.unsure.pop(key, None)
            case Bounced():
                found.bounced[event.address.lower()] = event
                found.sent.pop(key_of(event.message_id), None)
                found.back.add(key_of(event.message_id))
            case Fetched():
                found.bounced.pop(event.sender, None)  # who writes can be written to
                for _, sha256 in event.files:
                    found.brought.setdefault(sha256, event)
    return found
