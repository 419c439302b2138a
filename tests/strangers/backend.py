"""A build backend that builds nothing: it only repeats a package's name and version.

pip asks a backend for the metadata before it hands out a source distribution; with this one in place
of the real ones, nothing of what was downloaded is ever run.
"""

from __future__ import annotations

import sys
from pathlib import Path


def get_requires_for_build_wheel(config_settings: object = None) -> list[str]:
    return []


def prepare_metadata_for_build_wheel(directory: str, config_settings: object = None) -> str:
    """Write the metadata of the package in the current folder; gives the folder's name."""
    about = Path("PKG-INFO").read_text(encoding="utf-8").splitlines()
    fields = dict(line.split(": ", 1) for line in about if ": " in line)
    name, version = fields["Name"], fields["Version"]
    folder = Path(directory, f"{name.replace('-', '_')}-{version}.dist-info")
    folder.mkdir()
    text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    (folder / "METADATA").write_text(text, encoding="utf-8")
    return folder.name


__legacy__ = sys.modules[__name__]
