"""send_back: the sender's own workbook, with what is wrong marked in it."""

from __future__ import annotations

from dataclasses import dataclass

from jyxl import editions
from jyxl.finding import Finding
from jyxl.submission import Entries
from jyxl.writer import unit as unit_writer
from jyxl.writer.form import Form


@dataclass(frozen=True)
class Reply:
    """What an error workbook is made of; travels to another process."""

    form: Form
    entries: Entries
    findings: tuple[Finding, ...]


def error_workbook(reply: Reply) -> bytes:
    """A fresh, locked, signed copy with the values in place. Equal replies, equal bytes."""
    edition = editions.load(reply.form.identity.edition)
    return unit_writer.workbook(edition, reply.form, reply.entries, reply.findings)
