"""The words of the messages: templates with {names}, which an office may replace by its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jyxl.problem import Problem
from jyxl.terms import Dispatch

FILES: dict[Dispatch, str] = {
    "issue": "邮件-下发.txt",
    "return": "邮件-退回.txt",
    "refusal": "邮件-没有采用.txt",
    "reminder": "邮件-催报.txt",
}
"""What the office's own templates are called, in the folder of the campaign."""
NAMES = (
    *("县", "年度", "单位", "代码", "联络人", "截止", "联系", "今天", "工作簿"),
    *("次数", "处数", "问题", "原因", "情形"),
)
"""What may stand in braces. What a message has no use for is empty."""
_OURS = Path(__file__).resolve().parent / "texts"
_BRACES = re.compile(r"\{([^{}\n]*)\}")
_SUBJECT = re.compile(r"主题[：:](.*)")


@dataclass(frozen=True)
class Template:
    """A subject and a text, both with {names}."""

    subject: str
    text: str

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """(subject, text). What stands in a value is taken as it is, braces and all."""

        def value(found: re.Match[str]) -> str:
            return values.get(found[1].strip(), "")

        text = _BRACES.sub(value, self.text)
        return _BRACES.sub(value, self.subject), re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def template(what: Dispatch, own: str | None = None) -> Template:
    """The template for a message. own: the text of the office's file, if it has one. Raises
    Problem if that is not a template."""
    name = FILES[what]
    if own is None:
        own = (_OURS / f"{what}.txt").read_text(encoding="utf-8")
    first, _, rest = own.lstrip().replace("\r\n", "\n").partition("\n")
    subject = _SUBJECT.fullmatch(first.strip())
    if subject is None or not subject[1].strip():
        raise Problem(f"“{name}”的第一行应为 主题：…，从第二行起是信的正文。")
    if not rest.strip():
        raise Problem(f"“{name}”只有主题，没有正文；请从第二行起写正文。")
    unknown = [one for one in _BRACES.findall(own) if one.strip() not in NAMES]
    if unknown:
        raise Problem(
            f"“{name}”里的 {{{unknown[0][:20]}}} 不认识；花括号里可以写的有 {'、'.join(NAMES)}。"
        )
    return Template(subject[1].strip(), rest)
