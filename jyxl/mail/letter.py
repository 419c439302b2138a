"""What a message is: who sent it, what kind it is, the files in it, and what else is to be told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Literal

from jyxl.mail import structure, words
from jyxl.mail.structure import Head, Leaf, Walk

Kind = Literal["mail", "bounce", "delay", "automatic", "receipt"]

LINK = "附件是超大附件链接，没有收到文件；请让单位把工作簿作为普通附件重新发"
NOTHING = "没有附件"
PICTURES = "正文里只有图片，没有附件"
GARBLED = "信的格式坏了，里面的附件取不出来；请让单位重新发"
EXTERNAL = "附件不在信里，在别的服务器上，没有收到文件"
_MARK = "x-jyxl"
_TOLD_LINK = re.compile(
    r"超大附件|云附件|网盘附件|中转站附件|文件中转站|QQMail_ftn|ftnExs|/ftn/download|"
    r"large-attachment|netease_mail_footer_attach|cowtransfer|wx\.mail\.qq\.com/ftn",
    re.IGNORECASE,
)
_LEFT = re.compile(rb"^(UEsDB|0M8R4KGxGuE)[A-Za-z0-9+/]{40}", re.MULTILINE)
"""A workbook in base64 that stands in the text, since what divides the parts is damaged."""
_URL = re.compile(r"https?://", re.IGNORECASE)
_FROM_A_PROGRAM = re.compile(r"(mailer-?daemon|postmaster|mail-?daemon|maildelivery)(@|$)")
_UNDELIVERED = re.compile(
    r"退信|退回的?邮件|投递失败|无法投递|未送达|发送失败|undeliver|delivery (status|fail|report)|"
    r"mail delivery|returned mail|failure notice|delivery has failed",
    re.IGNORECASE,
)
_RECEIPT = re.compile(
    r"^\s*(已读[:：]|阅读回执|read[: ]|return receipt|disposition)", re.IGNORECASE
)
_AUTOMATIC = re.compile(
    r"^\s*(自动(回复|答复|回覆)|auto(matic)?[ -]?(reply|response)|out of office)", re.IGNORECASE
)
_MARKED = re.compile(r"^X-Jyxl:[ \t]*(\S[^\r\n<]{0,300})", re.IGNORECASE | re.MULTILINE)
_ID = re.compile(r"^Message-ID:\s*(<[^<>\s]{1,300}>)", re.IGNORECASE | re.MULTILINE)
_DIAGNOSTIC = re.compile(
    r"^diagnostic-code:[ \t]*(?:[^;\r\n]{0,60};)?([^\r\n]+(?:\r?\n[ \t]+[^\r\n]+){0,9})",
    re.IGNORECASE | re.MULTILINE,
)
_REPLY = re.compile(r"\b([45]\d\d[ -][^\r\n<]{1,200}|[45]\.\d\.\d[^\r\n<]{0,200})")
_MOST_BODIES, _LONGEST = 50, 200_000
_IDS = re.compile(r"<[^<>\s]{1,300}>")


@dataclass(frozen=True)
class Attachment:
    """A file in a message. name: as the sender called it, to be shown; '' if it has none."""

    name: str
    data: bytes


def shown(file: Attachment, number: int) -> str:
    """The name of a file, or a name for one that has none. number: counted from 0."""
    return file.name[-200:] or f"附件{number + 1}"


@dataclass(frozen=True)
class Failure:
    """What a bounce says. address: the one that could not be reached, '' if it does not say;
    why: as the server put it; mark: our own header in the message that came back; message_id:
    the id of that message."""

    addresses: tuple[str, ...]
    why: str
    mark: str
    message_id: str


@dataclass(frozen=True)
class Letter:
    """A message as a value.

    sender: the bare address in From, in small letters; name: the words beside it. sent: when
    the last server took it or, if that is not said, when it was written, ISO, to the second in
    local time; '' if it says neither. answers: the ids that it answers. failure: if it is a
    bounce. told: sentences about what is not among the files.
    """

    kind: Kind
    sender: str
    name: str
    subject: str
    message_id: str
    answers: tuple[str, ...]
    sent: str
    files: tuple[Attachment, ...]
    told: tuple[str, ...]
    failure: Failure | None = None


def read(raw: bytes) -> Letter:
    """The message in these bytes, whatever they are; nothing raises an exception."""
    head, _ = structure.head_and_body(raw)
    walk = Walk()
    leaves = list(structure.leaves(raw, walk))
    sender = words.address_of(head.get("from") or head.get("sender"))
    subject = head.text("subject")
    kind = _kind(head, sender, subject, leaves)
    files = tuple(_files(kind, leaves))
    return Letter(
        kind=kind,
        sender=sender,
        name=_name(head),
        subject=subject,
        message_id=_message_id(head),
        answers=tuple(_IDS.findall(f"{head.text('in-reply-to')} {head.text('references')}")),
        sent=_sent(head),
        files=files,
        told=tuple(_told(leaves, files, walk)),
        failure=_failure(head, leaves, walk) if kind == "bounce" else None,
    )


def sent(raw: bytes) -> str:
    """When the last server took a message or, if that is not said, when it was written: ISO, to
    the second, in local time; '' if its headers say neither."""
    return _sent(structure.head_and_body(raw)[0])


def _name(head: Head) -> str:
    text = head.text("from")
    return text.partition("<")[0].strip(" \"'")[:60]


def _message_id(head: Head) -> str:
    text = head.text("message-id")
    found = _IDS.search(text)
    return found[0] if found else text[:300]


def _sent(head: Head) -> str:
    received = head.get("received")
    for raw in (received.rpartition(b";")[2], head.get("date")):
        try:
            moment = parsedate_to_datetime(words.decoded(raw))
            local = moment.astimezone().replace(tzinfo=None)
            if 2000 <= local.year < 2100:
                return local.isoformat(timespec="seconds")
        except (ValueError, TypeError, OverflowError, OSError, IndexError, AttributeError):
            continue
    return ""


def _kind(head: Head, sender: str, subject: str, leaves: Sequence[Leaf]) -> Kind:
    kind, parameters = words.value_of(head.get("content-type"))
    report = parameters.get("report-type", "").lower() if kind == "multipart/report" else ""
    if report == "disposition-notification" or _has(leaves, "message/disposition-notification"):
        return "receipt"
    statuses = [leaf.text for leaf in leaves if leaf.kind.endswith("/delivery-status")]
    if statuses or report == "delivery-status":
        return _of_statuses(" ".join(statuses))
    is_null = head.get("return-path").replace(b" ", b"") == b"<>"
    is_program = _FROM_A_PROGRAM.match(sender) is not None or bool(head.get("x-failed-recipients"))
    if (is_program or is_null) and _UNDELIVERED.search(subject):
        return "bounce"
    if is_program and any(_UNDELIVERED.search(leaf.text) for leaf in _bodies(leaves)):
        return "bounce"
    if _RECEIPT.match(subject) and not any(leaf.name for leaf in leaves):
        return "receipt"
    answer = head.get("auto-submitted").lower().strip()
    is_automatic = answer.startswith((b"auto-replied", b"auto-generated", b"auto-notified"))
    if is_automatic or head.get("x-autoreply") or _AUTOMATIC.match(subject):
        return "automatic"
    return "mail"


def _has(leaves: Sequence[Leaf], kind: str) -> bool:
    return any(leaf.kind == kind for leaf in leaves)


def _of_statuses(text: str) -> Kind:
    """A report that a message came, or will be tried again, is no bounce."""
    actions = {one.lower() for one in re.findall(r"(?im)^action:\s*([a-z]+)", text)}
    if not actions or "failed" in actions:
        return "bounce"
    return "delay" if "delayed" in actions else "receipt"


def _bodies(leaves: Sequence[Leaf]) -> Iterator[Leaf]:
    for leaf in leaves:
        if leaf.kind in ("text/plain", "text/html") and not _is_file(leaf):
            yield leaf


_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature")
_NO_FILES = (*_SIGNATURES, "application/pgp-signature", "text/calendar", "text/rfc822-headers")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")


def _is_file(leaf: Leaf) -> bool:
    """True for a part that a person sent as a file, by its bytes first, then by its headers."""
    if leaf.data.startswith(structure.BINARY):
        return True
    if leaf.kind in _NO_FILES or leaf.kind.startswith(("message/", "multipart/")):
        return False
    if _is_picture(leaf) and (leaf.disposition != "attachment" or leaf.head.get("content-id")):
        return False
    is_text = leaf.kind in ("text/plain", "text/html", "text/enriched", "text/x-amp-html")
    return bool(leaf.name) or leaf.disposition == "attachment" or (not is_text and bool(leaf.data))


def _is_picture(leaf: Leaf) -> bool:
    return leaf.data.startswith(_PICTURES) or leaf.kind.startswith("image/")


_OURS = {"message/rfc822", structure.UNLABELLED}
"""Where a bounce encloses the message that came back."""


def _files(kind: Kind, leaves: Sequence[Leaf]) -> Iterator[Attachment]:
    """The files of a message. In a report, and in what a bounce encloses, is our own message."""
    for leaf in leaves:
        if "multipart/report" in leaf.within:
            continue
        if kind in ("bounce", "delay", "receipt") and _OURS & set(leaf.within):
            continue
        if _is_file(leaf):
            yield Attachment(leaf.name, leaf.data)
        elif leaf.kind == "text/plain" and b"begin " in leaf.data:
            yield from (Attachment(*one) for one in structure.uuencoded(leaf.data))


def _told(leaves: Sequence[Leaf], files: Sequence[Attachment], walk: Walk) -> Iterator[str]:
    yield from walk.cut
    texts = [leaf.text for leaf in _bodies(leaves)]
    if any(_TOLD_LINK.search(text) and _URL.search(text) for text in texts):
        yield LINK
    if _has(leaves, "message/external-body") or _has(leaves, "message/partial"):
        yield EXTERNAL
    if any(_LEFT.search(leaf.data) for leaf in _bodies(leaves)):
        yield GARBLED
    elif not files:
        yield PICTURES if any(map(_is_picture, leaves)) else NOTHING


def _failure(head: Head, leaves: Sequence[Leaf], walk: Walk) -> Failure:
    statuses = [leaf.text for leaf in leaves if leaf.kind.endswith("/delivery-status")]
    bodies = [leaf.text for leaf in leaves if leaf.kind.startswith(("text/", "message/"))]
    text = "\n".join(bodies[:_MOST_BODIES])[:_LONGEST]
    stated = re.findall(r"(?im)^final-recipient:\s*(?:[^;\r\n]*;)?([^\r\n]+)", "\n".join(statuses))
    stated.append(words.decoded(head.get("x-failed-recipients")))
    addresses = [address for one in stated for address in words.addresses_in(one)]
    ids = [_message_id(one) for one in walk.enclosed] + _ID.findall(text)
    return Failure(
        tuple(dict.fromkeys(addresses or words.addresses_in(text))),
        _why("\n".join(statuses), text),
        next(
            filter(None, [*(one.text(_MARK) for one in walk.enclosed), *_MARKED.findall(text)]), ""
        ),
        next(filter(None, ids), ""),
    )


def _why(statuses: str, text: str) -> str:
    """The reason as the server put it, in one line; '' if none is found."""
    found = _DIAGNOSTIC.search(statuses) or _REPLY.search(text)
    return words.text_of(found[1])[:200] if found else ""
