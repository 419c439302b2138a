"""trace: the path of a figure, from the county's sum to the files and cells that it is the sum of, and
on into the campaigns whose sums stand in these files, as far as they are at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from jyxl import editions, levels, live, place_names
from jyxl.adjustment import Adjustment, added
from jyxl.county import County
from jyxl.definition import Cell, DefinitionError, Edition
from jyxl.edges import adjustments, archive
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Event, HandedUp, Judged
from jyxl.edges.ledger import events_of_the_past
from jyxl.edges.standing import county_now
from jyxl.filling import counterpart
from jyxl.origin import Origin
from jyxl.problem import Problem
from jyxl.reading import reader
from jyxl.submission import Submission


@dataclass(frozen=True)
class Source:
    """A file in which a part of a figure stands.

    value: scaled; file: its place below the campaign; address: of the cell in it. origin: what the
    file says of the campaign whose sums are in it; below: the same figure in that campaign, if it
    is at hand.
    """

    code: str
    name: str
    value: int
    file: str
    sha256: str
    address: str
    origin: Origin | None = None
    below: Traced | None = None


@dataclass(frozen=True)
class Traced:
    """A figure of a campaign and what it is the sum of. value: scaled; adjusted: what the
    adjustments are of it, all in all."""

    campaign: Campaign
    cell: Cell
    value: int
    sources: tuple[Source, ...]
    adjustments: tuple[Adjustment, ...]
    adjusted: int

    @property
    def address(self) -> str:
        return place_names.address(self.campaign.edition, self.cell.name)


@dataclass(frozen=True)
class Known:
    """A campaign whose ledger was read."""

    campaign: Campaign
    events: Sequence[Event]

    @cached_property
    def accepted(self) -> Mapping[str, Judged]:
        """The last acceptance of each file."""
        return {
            event.sha256: event
            for event in self.events
            if isinstance(event, Judged) and event.decision == "accepted"
        }

    @cached_property
    def county(self) -> County | None:
        """Its present facts. Raises Problem if an adjustment is not genuine."""
        return county_now(self.campaign, self.events)

    @cached_property
    def handed_up(self) -> tuple[HandedUp, ...]:
        return tuple(event for event in self.events if isinstance(event, HandedUp))


def at(folders: Sequence[Path]) -> list[Known]:
    """The campaigns in these folders, or in the folders right in them. Raises Problem."""
    found = []
    for folder in folders:
        places = [folder]
        if not (folder / campaigns.SETTINGS).is_file():
            within = sorted(folder.iterdir()) if folder.is_dir() else []
            places = [one for one in within if (one / campaigns.SETTINGS).is_file()]
        if not places:
            raise Problem(f"“{folder}”不是填报项目，里面也没有填报项目。")
        for place in places:
            campaign = campaigns.load(place)
            found.append(Known(campaign, events_of_the_past(campaign)))
    return found


def trace(top: Known, where: str, below: Sequence[Known] = ()) -> Traced:
    """The path of a figure of the present sums. where: as `place_names.cell` takes it; below: further
    campaigns. Raises Problem."""
    campaign = top.campaign
    cell = place_names.cell(campaign.edition, where)
    if top.county is None:
        raise Problem("现在没有一份通过，还没有汇总的数。")
    if cell.added != "求和":
        raise Problem(f"“{cell.label}”不是各单位相加的数，没有可追的来源。")
    return _traced(top, cell, *_present(top.county), below)


def _traced(
    known: Known,
    cell: Cell,
    returns: Mapping[str, str],
    counting: Sequence[int],
    below: Sequence[Known],
) -> Traced:
    """The figure as it was when these returns and adjustments were in the sums."""
    campaign = known.campaign
    made = adjustments.made(known.events, campaign.key)
    behind = {cell.name}
    if cell.name in campaign.edition.totals:
        behind |= set(campaign.edition.totals[cell.name].instance.leaves)
    of_it = tuple(one for one in made if one.number in counting and one.cell in behind)
    by = added(replace(one, withdrawn="") for one in of_it)
    adjusted = live.values(campaign.edition, by)[cell.name] if by else 0
    sources = tuple(_sources(known, cell, returns, below))
    value = sum(one.value for one in sources) + adjusted
    return Traced(campaign, cell, value, sources, of_it, adjusted)


def _sources(
    known: Known, cell: Cell, returns: Mapping[str, str], below: Sequence[Known]
) -> Iterator[Source]:
    campaign = known.campaign
    for code, sha256 in returns.items():
        event = known.accepted.get(sha256)
        if event is None or event.figures is None or event.identity is None:
            continue
        value = 0 if cell.name in event.unasked else event.figures.get(cell.name, 0)
        is_own = campaign.edition.table[cell.table].is_own
        is_sum = event.identity.kind in levels.GOVERNMENTS
        read = _read(campaign, event) if is_own or is_sum else None
        origin = read.origin if read else None
        yield Source(
            code,
            event.identity.name,
            value,
            event.file,
            sha256,
            _address(campaign.edition, cell, read if is_own else None),
            origin,
            _below(campaign.edition, cell, sha256, origin, below),
        )


def _read(campaign: Campaign, event: Judged) -> Submission | None:
    try:
        return reader.read(event.file, archive.get(campaign.archive, event.sha256))
    except archive.Altered:
        return None


def _address(edition: Edition, cell: Cell, read: Submission | None) -> str:
    """The address of the cell in the file; what a county asks for besides may have stood elsewhere
    when the file was issued."""
    if read is None or read.identity is None:
        return place_names.address(edition, cell.name)
    try:
        then = editions.combined(read.identity.edition, read.supplement)
    except DefinitionError:
        then = edition
    return place_names.address(then if cell.name in then.cell else edition, cell.name)


def _below(
    form: Edition, cell: Cell, sha256: str, origin: Origin | None, below: Sequence[Known]
) -> Traced | None:
    """The same figure in the campaign that filled the file: the one that wrote these very bytes, or
    that from which the file says its figures are."""
    for known in below:
        for event in reversed(known.handed_up):
            is_it = event.sha256 == sha256 or (
                origin is not None
                and (known.campaign.id, event.state) == (origin.campaign, origin.state)
            )
            if is_it:
                return _counterpart(known, form, cell, event.returns, event.adjusted, below)
        county = known.county if origin and known.campaign.id == origin.campaign else None
        if county is not None and origin is not None and county.state == origin.state:
            return _counterpart(known, form, cell, *_present(county), below)  # a rebuilt ledger
    return None


def _counterpart(
    known: Known,
    form: Edition,
    cell: Cell,
    returns: Mapping[str, str],
    counting: Sequence[int],
    below: Sequence[Known],
) -> Traced | None:
    ours = counterpart(known.campaign.edition, form, cell)
    return _traced(known, ours, returns, counting, below) if ours is not None else None


def _present(county: County) -> tuple[dict[str, str], list[int]]:
    """The returns and the adjustments that are in the sums now."""
    returns = {unit.code: unit.sha256 for unit in county.counted}
    return returns, [one.number for one in county.adjustments if one.counts]
