"""Which unit a file is from: by the workbook's identity, and by the names that the file bears."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from jyxl import messages
from jyxl.edges.events import Arrived, Event, Fetched
from jyxl.edges.roster import Unit
from jyxl.finding import Finding
from jyxl.identity import Identity
from jyxl.naming import named
from jyxl.submission import Submission

_Named = tuple[int, str, Unit]
"""(place in the order in which names are looked for, name, unit)"""


@dataclass(frozen=True)
class Names:
    """The names of units, present and former, to be found in texts. by_length: the longest first;
    by_name: name → its units; owners: (code, name) → the unit."""

    by_length: Sequence[int]
    by_name: Mapping[str, Sequence[_Named]]
    owners: Mapping[tuple[str, str], Unit]

    def within(self, text: str) -> list[_Named]:
        """Every name that occurs in a text, in the order in which names are looked for. This takes
        a time that does not grow with the number of units."""
        pieces = {
            text[at : at + length]
            for length in self.by_length
            for at in range(len(text) - length + 1)
        }
        return sorted(
            (one for piece in pieces for one in self.by_name.get(piece, ())), key=lambda one: one[0]
        )


def names_of(units: Iterable[Unit]) -> Names:
    """All names, the longest first, since a name may contain another; a present one goes before
    an equal one that another unit had."""
    present = [(unit.name, unit) for unit in units]
    former = [(name, unit) for _, unit in present for name in unit.former]
    in_order = sorted([*present, *former], key=lambda one: -len(one[0]))
    by_name: dict[str, list[_Named]] = {}
    for number, (name, unit) in enumerate(in_order):
        by_name.setdefault(name, []).append((number, name, unit))
    lengths = sorted({len(name) for name in by_name}, reverse=True)
    owners = {(unit.code, name): unit for name, unit in in_order}
    return Names(lengths, by_name, owners)


def checked(submission: Submission, files: Sequence[str], names: Names) -> Submission:
    """The submission, with S-SENDER first if its file is named after another unit.

    Such a file has two readings, and only the office can tell which is meant. Equal bytes under
    several names are taken under the first name that does not mislead.
    """
    who = submission.identity
    if who is None or not submission.is_ours:
        return submission
    found = [misnamed(file, who, names) for file in files]
    for file, finding in zip(files, found, strict=True):
        if finding is None:
            return replace(submission, file=file)
    why = [finding for finding in found if finding][:1]
    return replace(submission, findings=(*why, *submission.findings))


def misnamed(file: str, who: Identity, names: Names) -> Finding | None:
    """S-SENDER if the file is named after exactly one unit and that unit is not `who`; otherwise
    None."""
    by_code = _named(file.rsplit("/", 1)[-1], names)
    if len(by_code) != 1 or who.code in by_code:
        return None
    ((found, _),) = by_code.values()
    return messages.finding("S-SENDER", found=found, wanted=who.name)


def attributed(file: str, who: Identity | None, names: Names) -> Unit | None:
    """The unit that a file is from, if its identity and the names of the file, of its zip and
    of its folders leave no doubt."""
    owner = names.owners.get((who.code, who.name)) if who else None
    own = [] if owner is None else [owner]
    for part in reversed(file.split("/")):
        units = [unit for _, unit in _named(part, names).values()]
        if len(units) > 1 or (units and own and units != own):
            return None
        if units:
            return units[0]
    return own[0] if own else None


def _named(text: str, names: Names) -> dict[str, tuple[str, Unit]]:
    """Code → the name that was found and its unit, for the units after which a file is named; a
    name within a longer one does not count."""
    found: dict[str, tuple[str, Unit]] = {}
    for name, unit in named(text, ((name, unit) for _, name, unit in names.within(text))):
        found.setdefault(unit.code, (name, unit))
    return found


def by_address(units: Iterable[Unit]) -> dict[str, Unit]:
    """Address, in small letters → the unit that has it in the roster; of several, the first."""
    found: dict[str, Unit] = {}
    for unit in units:
        for address in addresses(unit):
            found.setdefault(address, unit)
    return found


def addresses(unit: Unit) -> list[str]:
    """The addresses of a unit in the roster, in small letters."""
    return [one.lower() for one in unit.mail.split("; ") if one]


def by_mail(events: Iterable[Event]) -> dict[str, set[str]]:
    """SHA-256 of a file that came by mail, or in a zip that did → the addresses it came from."""
    sent_by: dict[str, set[str]] = {}
    for event in events:
        match event:
            case Fetched(sender=sender, files=files):
                for _, sha256 in files:
                    sent_by.setdefault(sha256, set()).add(sender)
            case Arrived(sha256=sha256, within=within) if within in sent_by:
                sent_by.setdefault(sha256, set()).update(sent_by[within])
    return sent_by


def stranger(
    who: Identity, unit: Unit | None, sent_by: Collection[str], unit_of: Mapping[str, Unit]
) -> Finding | None:
    """S-STRANGER if a unit's return came by mail, and from none of its addresses in the roster.

    If the roster has no address for the unit, only an address of another unit is a reason to
    doubt. unit: the one that the return is from; unit_of: as by_address makes it.
    """
    if not sent_by:
        return None
    known = addresses(unit) if unit else []
    others = sorted(one for one in sent_by if one in unit_of)
    if set(known) & set(sent_by) or not (known or others):
        return None
    sender = others[0] if others else min(sent_by)
    whose = f"名册上是{unit_of[sender].name}的邮箱" if others else "名册里没有这个邮箱"
    return messages.finding(
        "S-STRANGER",
        sender=sender or "不明的地址",
        whose=whose,
        wanted=who.name,
        known="、".join(known) or "空着的",
    )
