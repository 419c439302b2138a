"""The adjustments in the ledger, each proven by its signature."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import replace

from jyxl.adjustment import Adjustment, signed
from jyxl.edges.events import Adjusted, Event, Withdrawn
from jyxl.problem import Problem


def adjusted(key: bytes, number: int, cell: str, amount: int, because: str, time: str) -> Adjusted:
    """The signed event of an adjustment."""
    signature = signed(key, number, cell, amount, because, time)
    return Adjusted(number, cell, amount, because, time, signature)


def withdrawn(key: bytes, number: int, because: str, time: str) -> Withdrawn:
    """The signed event that withdraws an adjustment."""
    return Withdrawn(number, because, time, signed(key, number, "withdrawn", because, time))


def made(events: Iterable[Event], key: bytes) -> tuple[Adjustment, ...]:
    """All adjustments, in order, also those that were withdrawn. Raises Problem if one was not
    signed with this key."""
    found: dict[int, Adjustment] = {}
    for event in events:
        match event:
            case Adjusted(number, cell, amount, because, time, signature, written):
                again = adjusted(key, number, written or cell, amount, because, time)
                _prove(event, again)
                found[number] = Adjustment(number, cell, amount, because, time, signature)
            case Withdrawn(number, because, time) if number in found:
                _prove(event, withdrawn(key, number, because, time))
                before = found[number]
                found[number] = replace(before, withdrawn=time, why_withdrawn=because)
    return tuple(found.values())


def _prove(event: Adjusted | Withdrawn, again: Adjusted | Withdrawn) -> None:
    if not hmac.compare_digest(event.signature.encode(), again.signature.encode()):
        raise Problem(
            f"台账里第 {event.number} 号调整的签名不对，它被改动过；请从备份中恢复整个项目文件夹。"
        )
