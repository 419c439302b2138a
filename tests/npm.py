"""Packages of npm that tests use; each set is fetched once into .node/."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.office.conftest import missing

CACHE = Path(__file__).parents[1] / ".node"


def modules(packages: Mapping[str, str], place: str = "") -> Path:
    """A node_modules folder with these packages, name → version. place: the folder in .node/."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        missing("Node with npm")
    prefix = CACHE / place
    folder = prefix / "node_modules"
    if not all((folder / name / "package.json").exists() for name in packages):
        prefix.mkdir(exist_ok=True, parents=True)
        wanted = [f"{name}@{version}" for name, version in packages.items()]
        quiet = ["--no-audit", "--no-fund", "--silent"]
        command = [str(npm), "install", "--prefix", str(prefix), *quiet, *wanted]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            missing(f"{', '.join(packages)} (npm could not fetch them)")
    return folder
