"""Where jyxl's own data folders are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder with this name, which is templates or samples."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
