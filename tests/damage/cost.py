"""What the hostile files cost to read, each in a process of its own.

python -m tests.damage.cost   prints the milliseconds of processor time, megabytes and findings
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

HANG = 60
"""The seconds of processor time after which a reader counts as hung."""


def measure(paths: Iterable[Path]) -> dict[str, tuple[str, int, int]]:
    """File stem → (codes, ms, MB at the peak), each measured outside this process."""
    command = [sys.executable, "-m", "tests.damage.cost", *map(str, paths)]
    told = subprocess.run(
        command, check=True, capture_output=True, cwd=Path(__file__).parents[2]
    ).stdout
    return {name: tuple(row) for name, row in json.loads(told).items()}


def _measured(path: Path) -> tuple[str, int, int]:
    """Read one file in a fork, so that the peak is its own."""
    import resource  # not on Windows

    from jyxl.reading import reader
    from tests.damage.desk import EXPECTED

    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (HANG, HANG))
        found = reader.read(path.name, path.read_bytes(), EXPECTED).findings
        os.write(sender, " ".join(one.code for one in found).encode())
        os._exit(0)
    os.close(sender)
    _, status, used = os.wait4(child, 0)
    with os.fdopen(receiver, "rb") as pipe:
        codes = pipe.read().decode() if status == 0 else f"died: {status}"
    return codes, round((used.ru_utime + used.ru_stime) * 1000), used.ru_maxrss // 1024


def main(paths: list[str]) -> None:
    if paths:
        print(json.dumps({Path(path).stem: _measured(Path(path)) for path in paths}))
        return
    from tests.damage import bombs, papers, ways
    from tests.damage.desk import Desk, made

    desk = Desk(made())
    with tempfile.TemporaryDirectory() as folder:
        files = written(Path(folder), [("good", desk.good)])
        hostile = (*ways.HOSTILE, *bombs.BOMBS, *papers.HOSTILE)
        files += written(Path(folder), ((way.__name__, way(desk)) for way in hostile))
        for name, (codes, spent, peak) in measure(files).items():
            print(f"{name:44} {spent:6} ms {peak:5} MB  {codes}")


def written(folder: Path, files: Iterable[tuple[str, bytes]]) -> list[Path]:
    paths = []
    for name, data in files:
        paths.append(folder / f"{name}.xlsx")
        paths[-1].write_bytes(data)
    return paths


if __name__ == "__main__":
    main(sys.argv[1:])
