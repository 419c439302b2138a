"""Header texts as people wrote them: encoded words, raw bytes in Chinese encodings, parameters.

Mail programs in China break every rule here, so a text is read in every way in which it has
one meaning. A unit is never identified by what this gives.
"""

from __future__ import annotations

import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import groupby
from urllib.parse import unquote_to_bytes

from jyxl import characters

_ENCODED = re.compile(r"=\?([^?\s]*)\?([bBqQ])\?([^?]*)\?=")
_CHINESE = re.compile(r"(?i)x?-?(gb|hz|cp936|ms936|euc-?cn|chinese|simplified)")
_UNSURE = re.compile(r"(?i)$|us-?ascii|ascii|iso-?8859-?1$|latin-?1|unknown|default|8bit|x-unknown")
_LONGEST = 2000
"""The most letters of a text that is shown."""
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_SECTION = re.compile(r"(.+?)(?:\*(\d{1,3}))?(\*)?")


def decoded(raw: bytes, charset: str = "") -> str:
    """Bytes as text. A label that says GB2312 means GB18030, which holds it; without a label, or
    under a wrong one, bytes are UTF-8 if they can be, else GB18030."""
    for name in _likely(charset):
        try:
            return raw.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("utf-8" if _looks_like_utf8(raw) else "gb18030", "replace")


def _likely(charset: str) -> Iterator[str]:
    name = charset.strip().strip("\"'").split("*")[0]  # a language may follow: utf-8*zh-CN
    if _CHINESE.match(name):
        if name.lower().startswith("hz"):
            yield "hz"
        yield "gb18030"
    elif not _UNSURE.match(name):
        try:
            if codecs.lookup(name)._is_text_encoding:
                yield name
        except (LookupError, ValueError):
            pass
    yield "utf-8"
    yield "gb18030"


def _looks_like_utf8(raw: bytes) -> bool:
    """True if damaged bytes are for the most part UTF-8."""
    return len(raw.decode("utf-8", "ignore").encode()) * 2 > len(raw)


def text_of(raw: bytes | str) -> str:
    """A header's text on one line, with its encoded words decoded, in NFC."""
    return _tidy("".join(_pieces(raw if isinstance(raw, str) else decoded(raw))))


def _tidy(text: str) -> str:
    whole = unicodedata.normalize("NFC", " ".join(text.split()))
    return characters.one_line(whole).encode(errors="replace").decode()[:_LONGEST].strip()


def _pieces(text: str) -> Iterator[str]:
    """What stands between encoded words as it is, and the words decoded. Neighbours in one
    encoding are put together first, since many programs cut them inside a character."""
    end = 0
    held: list[tuple[str, str]] = []
    charset = ""
    for found in _ENCODED.finditer(text):
        between = text[end : found.start()]
        same = _family(found[1]) == _family(charset)
        if held and (between.strip() or not same):
            yield _joined(held, charset)
            held = []
        if between.strip() or not end:
            yield between
        charset = found[1]
        held.append((found[2].lower(), found[3]))
        end = found.end()
    if held:
        yield _joined(held, charset)
    yield text[end:]


def _family(charset: str) -> str:
    return "gb" if _CHINESE.match(charset) else charset.lower()


def _joined(words: list[tuple[str, str]], charset: str) -> str:
    raw = b""
    pending = ""
    for way, text in words:
        if way == "b":
            pending += text
            if len(pending.rstrip()) % 4 == 0 or "=" in pending:
                raw += base64(pending.encode("ascii", "ignore"))
                pending = ""
        else:
            raw += base64(pending.encode("ascii", "ignore")) + _quoted(text)
            pending = ""
    return decoded(raw + base64(pending.encode("ascii", "ignore")), charset)


def _quoted(text: str) -> bytes:
    """The bytes of an encoded word of the kind Q."""
    as_bytes = text.replace("_", " ").encode("utf-8", "surrogateescape")
    return binascii.a2b_qp(as_bytes, header=False)


_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_OTHER = bytes(set(range(256)) - set(_ALPHABET) - {ord("=")})


def base64(raw: bytes) -> bytes:
    """The bytes in base64, up to its end or as far as they go."""
    try:
        return binascii.a2b_base64(raw)
    except binascii.Error:
        kept = raw.translate(None, _OTHER).partition(b"=")[0]
        if len(kept) % 4 == 1:
            kept = kept[:-1]
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def value_of(raw: bytes) -> tuple[str, dict[str, str]]:
    """A header such as Content-Type: its value in small letters, and its parameters decoded."""
    text = decoded(raw).replace("\r", "").replace("\n", "")
    value = text.partition(";")[0].strip().lower()
    found: dict[str, str] = {}
    for key, content in _PARAMETER.findall(text)[:200]:
        found.setdefault(key.lower(), _unquoted(content))
    return value, _whole(found)


def _unquoted(content: str) -> str:
    content = content.strip()
    if content.startswith('"'):
        inner = content[1:-1] if len(content) > 1 and content.endswith('"') else content[1:]
        return re.sub(r'\\(["\\])', r"\1", inner)
    return content


def _whole(parameters: Mapping[str, str]) -> dict[str, str]:
    """Parameters with their continuations put together (name*0, name*1*) and decoded."""
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for key, content in parameters.items():
        form = _SECTION.fullmatch(key)
        assert form is not None  # it matches every text that is not empty
        name, number, is_encoded = form[1], int(form[2] or 0), bool(form[3])
        if name != key:
            sections.setdefault(name, {})[number] = (content, is_encoded)
    whole = {key: text_of(one) for key, one in parameters.items() if "*" not in key}
    for name, parts in sections.items():
        whole[name] = _better(_section(parts), whole.get(name, ""))
    return {key: _percent(one) for key, one in whole.items()}


def _section(parts: Mapping[int, tuple[str, bool]]) -> str:
    """The text of a parameter in the form of RFC 2231, whatever its label says."""
    in_order = [parts[number] for number in sorted(parts)]
    if not any(is_encoded for _, is_encoded in in_order):
        return text_of("".join(content for content, _ in in_order))
    charset = ""
    first, is_encoded = in_order[0]
    if is_encoded and first.count("'") >= 2:
        charset, _, rest = first.split("'", 2)
        in_order[0] = (rest, True)
    raw = b""
    for is_encoded, run in groupby(in_order, key=lambda one: one[1]):
        whole = "".join(content for content, _ in run)
        raw += unquote_to_bytes(whole) if is_encoded else whole.encode(errors="replace")
    return text_of(decoded(raw, charset))


def _better(first: str, second: str) -> str:
    """Of two readings of a name, the one that is not garbled; the first if both are good."""
    return second if not first or (_is_garbled(first) and second) else first


def _is_garbled(text: str) -> bool:
    return "\ufffd" in text or "??" in text or text.strip(" ?.").lower() in ("xls", "xlsx", "")


def _percent(text: str) -> str:
    """A name that stands there in percents, as on the web: %E5%8E%BF.xlsx."""
    if not re.search(r"%[89A-Fa-f][0-9A-Fa-f]", text):
        return text
    try:
        return _tidy(unquote_to_bytes(text).decode("utf-8"))
    except UnicodeDecodeError:
        return text


def file_name(disposition: Mapping[str, str], content_type: Mapping[str, str]) -> str:
    """The name of an attachment by its two headers' parameters; '' if there is none. It is a text
    to be shown and never a path."""
    return _better(disposition.get("filename", ""), content_type.get("name", ""))


_ANGLED = re.compile(r"<\s*([^<>\s@]{1,200}@[^<>\s@]{1,200})\s*>")
_BARE = re.compile(r"[^\s<>\"'，。；、：,;:()（）\[\]@]{1,64}@[A-Za-z0-9.-]{1,190}")


def address_of(raw: bytes) -> str:
    """The bare address in From, in small letters; '' if there is none. What an encoded word says
    is only a name, even if it looks like an address."""
    text = unicodedata.normalize("NFKC", _ENCODED.sub(" ", decoded(raw)))
    text = re.sub(r'"[^"]*"', " ", text) if "<" in text else text
    found = _ANGLED.findall(text) or _BARE.findall(text)
    return _tidy(found[-1]).lower().strip(".") if found else ""


def addresses_in(text: str) -> list[str]:
    """Every address that a text mentions, in small letters, each once."""
    return list(dict.fromkeys(one.lower().strip(".") for one in _BARE.findall(text)[:2000]))
