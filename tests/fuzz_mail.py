"""python -m tests.fuzz_mail --cases 5000 --seed 1 [--show N]

Mutates messages of many forms, and reads each as jyxl fetch does; exits with 1 if something broke.
Three things must hold: there is no exception; no message takes longer than SECONDS; and nothing is
lost unseen: if the file in the message is still whole in the mutated bytes, it is found, or the
message is told to hold what was not read. --show writes the bytes of one case to standard output.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from jyxl.mail import letter
from tests.fetch import forms

SECONDS = 5.0
BOOK = b"PK\x03\x04" + bytes(range(256)) * 4
_WHOLE = forms.in_base64(BOOK).replace("\r\n", "")
_PIECES = (
    *(
        b"--edge",
        b"--edge--",
        b"\r\n\r\n",
        b"\r\n",
        b"\n",
        b"\r",
        b"=?gb2312?B?",
        b"?=",
        b"=?",
        b"''",
    ),
    *(
        b"boundary=",
        b"charset=utf-7",
        b"Content-Type: multipart/mixed; boundary=edge\r\n",
        b"base64",
    ),
    *(b"Content-Type: message/rfc822\r\n\r\n", b"Content-Transfer-Encoding: 8bit\r\n", b"\x00"),
    *(
        b"\xff\xfe",
        "年".encode("gbk")[:1],
        b"filename*0*=",
        b'filename="',
        b"begin 644 x\n",
        b"From ",
    ),
    *(
        b"multipart/report",
        b"Auto-Submitted: auto-replied\r\n",
        b"%",
        b";" * 50,
        b'"' * 9,
        b"(" * 99,
    ),
)


def corpus() -> list[bytes]:
    """Good messages of many forms, all with the same file."""
    name = "县水务局镕喆年报.xlsx"
    word = forms.encoded(name, "gb2312", "gb18030")
    names = [
        forms.attached(name),
        f'Content-Disposition: attachment; filename="{word}"',
        b'Content-Disposition: attachment; filename="' + name.encode("gbk") + b'"',
        f'Content-Disposition: inline; filename*0="{word[:20]}"; filename*1="{word[20:]}"',
        "",
    ]
    plain = [forms.mixed(forms.head(), forms.text(), forms.part(BOOK, one)) for one in names]
    start = forms.head("MAILER-DAEMON@x.test", "Undelivered Mail")
    nested = forms.mixed("", forms.text(kind="text/html"), kind="alternative", edge="inner")
    return [
        *plain,
        forms.mixed(forms.head(), nested, forms.part(BOOK, names[0])),
        forms.forwarded(plain[0], forms.head()),
        forms.forwarded(forms.forwarded(plain[1], forms.head()), forms.head()),
        forms.bounce(plain[0], "fgj@unit.test", start),
        forms.head().encode() + forms.part(BOOK, names[0]),
        plain[0].replace(b"\r\n", b"\n"),
    ]


def mutated(raw: bytes, dice: random.Random) -> bytes:
    """Other bytes made from these; they are the same for the same dice."""
    changed = bytearray(raw)
    for _ in range(dice.choice((1, 1, 2, 3, 8))):
        at = dice.randrange(len(changed) + 1)
        if dice.random() < 0.6:  # the headers and the boundaries are what matters
            at = dice.randrange(min(len(changed), 900) + 1)
        size = dice.choice((1, 1, 2, 8, 40, 300))
        match dice.randrange(8):
            case 0:
                changed[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                changed[at : at + size] = dice.randbytes(size)
            case 2:
                del changed[at : at + size]
            case 3:
                changed[at:at] = changed[at : at + size] * dice.choice((1, 2, 50))
            case 4 | 5 | 6:
                changed[at:at] = dice.choice(_PIECES)
            case 7:
                lines = bytes(changed).split(b"\n")
                one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
                lines[one], lines[other] = lines[other], lines[one]
                changed = bytearray(b"\n".join(lines))
    return bytes(changed)


def bytes_of(seed: int, number: int) -> bytes:
    dice = random.Random(f"{seed}/{number}")
    return mutated(dice.choice(corpus()), dice)


@dataclass(frozen=True)
class Case:
    """What became of a message. found: how many files; broken: what did not hold, or ''."""

    number: int
    kind: str
    found: int
    is_whole: bool
    has_it: bool
    seconds: float
    broken: str = ""


def run(seed: int, number: int) -> Case:
    raw = bytes_of(seed, number)
    is_whole = _WHOLE.encode() in raw.replace(b"\r", b"").replace(b"\n", b"")
    start = time.perf_counter()
    try:
        read = letter.read(raw)
    except Exception as error:
        return Case(number, "", 0, is_whole, False, 0.0, f"{type(error).__name__}: {error}")
    seconds = time.perf_counter() - start
    has_it = any(file.data == BOOK for file in read.files)
    broken = "" if seconds < SECONDS else f"took {seconds:.1f} s"
    if not read.files and not read.told and read.kind == "mail":
        broken = "no file, and nothing is told"
    for text in (read.subject, read.name, read.sender, *(file.name for file in read.files)):
        if any(ord(one) < 32 for one in text):
            broken = f"a control character in {text!r}"
    return Case(number, read.kind, len(read.files), is_whole, has_it, seconds, broken)


def cases(seed: int, first: int, count: int) -> Iterator[Case]:
    for number in range(first, first + count):
        yield run(seed, number)


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.fuzz_mail")
    options.add_argument("--cases", type=int, default=5000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--show", type=int)
    asked = options.parse_args()
    if asked.show is not None:
        sys.stdout.buffer.write(bytes_of(asked.seed, asked.show))
        return 0
    done = list(cases(asked.seed, asked.first, asked.cases))
    for kind, count in Counter(one.kind for one in done).most_common():
        print(f"{kind or '(broken)':12}{count:7}")
    lost = [one for one in done if one.is_whole and not one.has_it and one.kind == "mail"]
    whole = sum(one.is_whole for one in done)
    print(f"the file is still whole in {whole}; not found, and told, in {len(lost)}:",
          *(one.number for one in lost[:20]))  # fmt: skip
    slowest = max(done, key=lambda one: one.seconds)
    print(f"slowest: case {slowest.number}, {slowest.seconds:.2f} s")
    broken = [one for one in done if one.broken]
    for one in broken[:50]:
        print(f"BROKEN case {one.number}: {one.broken}")
    print(f"{len(done)} cases, seed {asked.seed}: {len(broken)} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
