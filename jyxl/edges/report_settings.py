"""What jyxl.toml says for reports: whom readers may ask, and where."""

from __future__ import annotations

from pathlib import Path

from jyxl.edges.campaign import SETTINGS, settings_in
from jyxl.problem import Problem

NAMES = ("office", "address", "postcode", "phone")
SECTION = "report"


def contact(folder: Path) -> dict[str, str]:
    """What is known of office, address, postcode and phone. Raises Problem."""
    section = settings_in(folder).get(SECTION, {})
    if not isinstance(section, dict):
        raise Problem(f"{SETTINGS} 的 {SECTION} 应写成 [{SECTION}]，下面是 address、phone 等几行。")
    for name, value in section.items():
        if name not in NAMES:
            raise Problem(f"{SETTINGS} 的 [{SECTION}] 里不认识 {name}；可以写 {'、'.join(NAMES)}。")
        if not isinstance(value, str):
            raise Problem(
                f"{SETTINGS} 的 [{SECTION}] 里 {name} 应为加引号的文字，现在是 {value!r}。"
            )
    return {name: " ".join(value.split()) for name, value in section.items() if value.strip()}
