"""python -m tests.strangers

Fetches the spreadsheets with which other projects test themselves, collects them all at once among
one good return, and compares what jyxl reads in them with what LibreOffice shows. Exits with 1 if a
file stops the others, or if a difference is not among those that are explained.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests import play
from tests.strangers import sources
from tests.strangers.compare import Outcome, compared

_LISTED = 20


def main() -> int:
    paths = sources.spreadsheets()
    found = Counter(path.parent.name for path in paths)
    print(f"{len(paths)} files: {', '.join(f'{name} {n}' for name, n in found.items())}")
    is_well = _collected(paths)
    outcomes = compared(paths)
    _print(outcomes)
    unexplained = _unexplained(outcomes)
    return 0 if is_well and not unexplained else 1


def _collected(paths: Sequence[Path]) -> bool:
    """Collect all of them; True if the good return alone counts."""
    with tempfile.TemporaryDirectory() as place:
        campaign = play.campaign(Path(place))
        play.hand_in(campaign, "县水务局.xlsx", play.filled(campaign, "B02"))
        for number, path in enumerate(paths):
            play.hand_in(campaign, f"{number}-{path.name}", path.read_bytes())
        begun = time.monotonic()
        command = [sys.executable, "-m", "jyxl", "collect", "-C", str(campaign.folder)]
        status = subprocess.run(command, capture_output=True, check=False).returncode
        took = time.monotonic() - begun
        used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        counted = [code for code, one in play.status(campaign).items() if one.in_force]
    print(f"collected in one run: status {status}, {took:.1f} s, at most {used} MB a process")
    return status == 0 and counted == ["B02"]


def _print(outcomes: Sequence[Outcome]) -> None:
    read = [one for one in outcomes if not one.refused]
    refused = Counter(one.refused for one in outcomes if one.refused)
    told = ", ".join(f"{code} {n}" for code, n in refused.most_common())
    print(f"{len(read)} read; {sum(refused.values())} refused: {told}")
    unread = sum(one.unread.total() for one in read)
    unshown = sum(one.unshown for one in read)
    print(f"sheets: {unread} not read, {unshown} not shown by LibreOffice")
    cells: Counter[str] = Counter()
    different: Counter[str] = Counter()
    for one in outcomes:
        cells += one.cells
        different += Counter(difference.what for difference in one.differences)
    print(f"{'a cell holds':36}{'cells':>9}{'shown otherwise':>17}")
    for what, count in cells.most_common():
        print(f"{what:36}{count:9}{different[what]:17}")
    print(f"{'all':36}{cells.total():9}{different.total():17}")


def _unexplained(outcomes: Sequence[Outcome]) -> int:
    """Print how the differences are explained; gives how many are not. That LibreOffice calculates
    a formula anew explains itself: jyxl takes the result that was saved, and says so (F-C)."""
    known = tomllib.loads((sources.HERE / "known.toml").read_text(encoding="utf-8"))["known"]
    left = [
        (one.file, difference)
        for one in outcomes
        for difference in one.differences
        if not difference.what.startswith("formula: ")
    ]
    count = Counter(file for file, _ in left)
    for reason in known:
        of_reason = reason["cells"]
        print(f"{sum(count[file] for file in of_reason):6} {reason['why']}")
    explained = {file: n for reason in known for file, n in reason["cells"].items()}
    odd = [one for file, one in left if count[file] != explained.get(file)]
    for one in odd[:_LISTED]:
        print(f"NOT EXPLAINED {one}")
    print(f"{len(odd)} differences not explained")
    return len(odd)


if __name__ == "__main__":
    sys.exit(main())
