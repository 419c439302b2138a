"""Days and times as people read them. A time is in ISO form, to the second."""

from __future__ import annotations

from datetime import date


def minute(time: str) -> str:
    """2022-01-10T09:00:00 → 2022-01-10 09:00."""
    return time[:16].replace("T", " ")


def day_in(time: str) -> str:
    """2022-01-10T09:00:00 → 1 月 10 日; '' if there is no time."""
    return f"{int(time[5:7])} 月 {int(time[8:10])} 日" if time else ""


def day_of(day: date) -> str:
    """2022-01-20 → 2022 年 1 月 20 日."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
