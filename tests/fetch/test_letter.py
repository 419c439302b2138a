"""What a message is, whatever the program that wrote it made of it: names, files, kinds, limits."""

from __future__ import annotations

import ast
import base64
import binascii
import io
import sys
import time
import unicodedata
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jyxl.mail import letter, mbox, structure, words
from jyxl.mail.letter import Letter
from tests.fetch import forms
from tests.fetch.forms import encoded
from tests.test_imports import imported

pytestmark = pytest.mark.slow

NAME = "县水务局镕喆年报.xlsx"
"""With two characters that GBK has and GB2312 has not."""
GBK, UTF8 = NAME.encode("gb18030"), NAME.encode()
PERCENTS = "".join(f"%{byte:02X}" for byte in GBK)
WORD = encoded(NAME, "gbk")
CUT = "\r\n ".join(
    f"=?gb2312?B?{base64.b64encode(one).decode()}?=" for one in (GBK[:5], GBK[5:11], GBK[11:])
)
BOOK = b"PK\x03\x04 a workbook"

WAYS: dict[str, bytes] = {
    "RFC 2231": f"attachment; filename*=UTF-8''{quote(NAME)}".encode(),
    "RFC 2231 with the label gb2312": f"attachment; filename*=gb2312''{PERCENTS}".encode(),
    "RFC 2231 without a label": f"attachment; filename*=''{PERCENTS}".encode(),
    "RFC 2231 with a label that nobody knows": f"attachment; filename*=x-y'z'{quote(NAME)}".encode(),
    "RFC 2231 without marks": f"attachment; filename*={quote(NAME)}".encode(),
    "RFC 2231 in pieces": (
        f"attachment; filename*0*=utf-8''{quote(NAME)[:20]};\r\n filename*1*={quote(NAME)[20:]}"
    ).encode(),
    "RFC 2231 in pieces, the second first": (
        f"attachment; filename*1*={quote(NAME)[20:]};\r\n filename*0*=utf-8''{quote(NAME)[:20]}"
    ).encode(),
    "an encoded word in quotes": f'attachment; filename="{WORD}"'.encode(),
    "an encoded word without quotes": f"attachment; filename={WORD}".encode(),
    "encoded words cut inside a character": f'attachment; filename="{CUT}"'.encode(),
    "encoded words, labelled GB2312": f'attachment; filename="{encoded(NAME, "GB2312", "gbk")}"'.encode(),
    "an encoded word in pieces": (
        f'attachment; filename*0="{WORD[:25]}";\r\n filename*1="{WORD[25:]}"'
    ).encode(),
    "an encoded word of the kind Q": (
        'attachment; filename="=?UTF-8?Q?' + "".join(f"={byte:02X}" for byte in UTF8) + '?="'
    ).encode(),
    "raw GBK in quotes": b'attachment; filename="' + GBK + b'"',
    "raw GBK without quotes": b"attachment; filename=" + GBK,
    "raw UTF-8": b'attachment; filename="' + UTF8 + b'"',
    "in percents, as on the web": f'attachment; filename="{quote(NAME)}"'.encode(),
    "decomposed, as a Mac writes it": (
        f"attachment; filename*=UTF-8''{quote(unicodedata.normalize('NFD', NAME))}".encode()
    ),
    "the old form garbled, the new one good": (
        f"attachment; filename=\"????.xlsx\"; filename*=UTF-8''{quote(NAME)}".encode()
    ),
}


def read_with(disposition: bytes) -> Letter:
    names = b"Content-Disposition: " + disposition
    return letter.read(forms.mixed(forms.head(), forms.text(), forms.part(BOOK, names)))


class TestNames:
    @pytest.mark.parametrize("way", WAYS)
    def test_every_way_in_which_programs_write_a_name(self, way: str) -> None:
        (one,) = read_with(WAYS[way]).files
        assert (one.name, one.data) == (NAME, BOOK)

    def test_a_name_in_content_type_alone(self) -> None:
        kind = f'application/octet-stream; name="{WORD}"'
        raw = forms.mixed(forms.head(), forms.part(BOOK, kind=kind))
        assert [one.name for one in letter.read(raw).files] == [NAME]

    def test_a_back_slash_is_half_a_character_in_gbk(self) -> None:
        name = "誠.xlsx"  # its second byte in GBK is a back slash
        assert name.encode("gbk")[1:2] == b"\\"
        disposition = b'attachment; filename="' + name.encode("gbk") + b'"'
        assert [one.name for one in read_with(disposition).files] == [name]

    def test_what_steers_a_terminal_is_no_part_of_a_name(self) -> None:
        name = quote("a\x1b[2J\u202ea.xlsx")
        (one,) = read_with(f"attachment; filename*=UTF-8''{name}".encode()).files
        assert not any(unicodedata.category(each).startswith("C") for each in one.name)

    @pytest.mark.parametrize(
        ("raw", "subject"),
        [
            (encoded("年报", "gb2312").encode(), "年报"),
            ("年报".encode("gb18030"), "年报"),
            ("年报".encode(), "年报"),
            (f"{encoded('年', 'utf-8')} {encoded('报', 'utf-8')}".encode(), "年报"),
            (f"Re: {encoded('年报', 'gbk')} 2021".encode(), "Re: 年报 2021"),
            (b"=?utf-8?B?" + base64.b64encode("年报".encode()).rstrip(b"=") + b"?=", "年报"),
            (b"=?nonsense?B?5bm05oql?=", "年报"),
            (b"=?utf-8?B?" + base64.b64encode("年报".encode("gbk")) + b"?=", "年报"),
            (b"", ""),
        ],
    )
    def test_subjects(self, raw: bytes, subject: str) -> None:
        assert words.text_of(raw) == subject

    @pytest.mark.parametrize(
        ("raw", "address"),
        [
            (b"Zhang <Fgj@Unit.test>", "fgj@unit.test"),
            (b"fgj@unit.test", "fgj@unit.test"),
            (f"{encoded('boss@unit.test', 'utf-8')} <fgj@unit.test>".encode(), "fgj@unit.test"),
            (b'"boss@unit.test" <fgj@unit.test>', "fgj@unit.test"),
            ("张三".encode("gbk") + b"<fgj@unit.test>", "fgj@unit.test"),
            (b"nobody", ""),
            (b"", ""),
        ],
    )
    def test_senders(self, raw: bytes, address: str) -> None:
        assert words.address_of(raw) == address

    @given(st.binary(max_size=300))
    def test_any_bytes_are_some_text_on_one_line(self, raw: bytes) -> None:
        text = words.text_of(raw)
        assert text == unicodedata.normalize("NFC", text)
        assert "\n" not in text
        text.encode()
        words.value_of(raw)
        words.address_of(raw)

    @given(
        st.text(st.characters(codec="gb18030", exclude_categories=["C", "Z"]), min_size=1),
        st.integers(1, 9),
    )
    def test_words_cut_anywhere_are_joined(self, text: str, size: int) -> None:
        raw = text.encode("gb18030")
        cut = [raw[at : at + size] for at in range(0, len(raw), size)]
        line = "\r\n ".join(f"=?gb2312?B?{base64.b64encode(one).decode()}?=" for one in cut)
        assert words.text_of(line.encode()) == unicodedata.normalize("NFC", text)[:2000]


class TestFiles:
    def files(self, raw: bytes) -> list[bytes]:
        return [one.data for one in letter.read(raw).files]

    def test_in_a_forwarded_message(self) -> None:
        inner = forms.mail(BOOK)
        raw = forms.forwarded(forms.forwarded(inner, forms.head()), forms.head())
        assert self.files(raw) == [BOOK]

    def test_in_a_message_attached_as_a_file(self) -> None:
        part = forms.part(forms.mail(BOOK), forms.attached("转发.eml"))
        assert self.files(forms.mixed(forms.head(), part)) == [BOOK]

    def test_inline_and_called_a_text(self) -> None:
        part = forms.part(BOOK, "Content-Disposition: inline", "text/plain")
        assert self.files(forms.mixed(forms.head(), forms.text(), part)) == [BOOK]

    def test_without_a_name_or_a_disposition(self) -> None:
        raw = forms.mixed(forms.head(), forms.text(), forms.part(BOOK))
        assert self.files(raw) == [BOOK]

    def test_a_message_that_is_a_file(self) -> None:
        raw = forms.head().encode() + forms.part(BOOK, forms.attached("a.xlsx"))
        assert self.files(raw) == [BOOK]

    def test_labelled_as_what_it_is_not(self) -> None:
        in_clear = b"Content-Type: application/x\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
        raw = forms.mixed(forms.head(), in_clear + forms.in_base64(BOOK + bytes(9)).encode())
        assert self.files(raw) == [BOOK + bytes(9)]
        in_base64 = b"Content-Type: application/x\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        assert self.files(forms.mixed(forms.head(), in_base64 + BOOK)) == [BOOK]

    def test_uuencoded_in_the_text(self) -> None:
        lines = [binascii.b2a_uu(BOOK[at : at + 45]) for at in range(0, len(BOOK), 45)]
        raw = forms.head().encode() + b"\r\nbegin 644 a.xls\n" + b"".join(lines) + b"`\nend\n"
        assert self.files(raw) == [BOOK]

    def test_without_its_last_boundary(self) -> None:
        raw = forms.mail(BOOK).rpartition(b"\r\n--edge--")[0]
        assert self.files(raw) == [BOOK]

    @pytest.mark.parametrize("boundary", [b"", b'; boundary="other"', b"; boundary="])
    def test_with_another_boundary_than_it_says(self, boundary: bytes) -> None:
        raw = forms.mail(BOOK).replace(b'; boundary="edge"', boundary)
        assert self.files(raw) == [BOOK]

    def test_with_headers_that_do_not_say_that_it_has_parts(self) -> None:
        raw = forms.mail(BOOK).replace(b"Content-Type: multipart/mixed", b"X-Type: multipart/mixed")
        assert self.files(raw) == [BOOK]

    @pytest.mark.parametrize("end", [b"\n", b"\r\r\n"])
    def test_with_other_ends_of_lines(self, end: bytes) -> None:
        assert self.files(forms.mail(BOOK).replace(b"\r\n", end)) == [BOOK]

    def test_a_picture_in_the_text_is_none_but_a_photo_is(self) -> None:
        png = b"\x89PNG\r\n\x1a\n"
        logo = forms.part(png, "Content-ID: <logo>\r\nContent-Disposition: inline", "image/png")
        photo = forms.part(png, forms.attached("照片.png"), "image/png")
        told = letter.read(forms.mixed(forms.head(), forms.text(), logo))
        assert (told.files, told.told) == ((), (letter.PICTURES,))
        assert self.files(forms.mixed(forms.head(), forms.text(), photo)) == [png]

    def test_a_signature_is_none(self) -> None:
        part = forms.part(b"sig", forms.attached("smime.p7s"), "application/pkcs7-signature")
        assert self.files(forms.mixed(forms.head(), forms.text(), part)) == []


class TestKinds:
    def kind(self, raw: bytes) -> str:
        return letter.read(raw).kind

    def test_a_message(self) -> None:
        assert self.kind(forms.mail(BOOK)) == "mail"

    def test_a_bounce_gives_no_file_and_names_the_address(self) -> None:
        ours = forms.mail(BOOK, message_id="<k@county.test>")
        read = letter.read(forms.bounce(ours, "fgj@unit.test", forms.head("mailer-daemon@x.test")))
        assert (read.kind, read.files) == ("bounce", ())
        assert read.failure is not None
        assert read.failure.addresses == ("fgj@unit.test",)
        assert read.failure.message_id == "<k@county.test>"
        assert "550" in read.failure.why

    @pytest.mark.parametrize(
        ("more", "kind"),
        [
            ("Auto-Submitted: auto-replied\r\n", "automatic"),
            ("Auto-Submitted: no\r\n", "mail"),
            ("X-Autoreply: yes\r\n", "automatic"),
        ],
    )
    def test_an_automatic_answer(self, more: str, kind: str) -> None:
        assert self.kind(forms.mixed(forms.head(more=more), forms.text())) == kind

    def test_a_person_who_is_postmaster_is_a_person(self) -> None:
        assert self.kind(forms.mail(BOOK, sender="postmaster@unit.test")) == "mail"

    def test_what_a_bounce_says_in_words(self) -> None:
        start = forms.head("MAILER-DAEMON@x.test", "failure notice")
        assert (
            self.kind(start.encode() + forms.text("Hi. <a@b.test>: 550 no such user")) == "bounce"
        )


class TestTime:
    def test_when_the_last_server_took_it(self) -> None:
        received = "Received: from a by b; Tue, 11 Jan 2022 01:00:00 +0000\r\n"
        first = letter.read((received + forms.head()).encode() + b"\r\n").sent
        assert first > letter.read(forms.head().encode() + b"\r\n").sent

    @pytest.mark.parametrize("when", ["", "yesterday", "Mon, 99 Jan 2022 09:00:00 +0800",
                                      "Mon, 10 Jan 99999 09:00:00 +0800", "Mon, 10 Jan 1970 09:00 +0800",
                                      "\x00", "Mon, 10 Jan 2022 09:00:00 +9999999999"])  # fmt: skip
    def test_no_time_is_no_error(self, when: str) -> None:
        assert letter.read(forms.head(when=when).encode() + b"\r\n").sent == ""


class TestLimits:
    def seconds(self, raw: bytes) -> tuple[Letter, float]:
        start = time.perf_counter()
        read = letter.read(raw)
        return read, time.perf_counter() - start

    def test_ten_thousand_parts(self) -> None:
        part = forms.part(BOOK)
        read, took = self.seconds(forms.mixed(forms.head(), *[part] * 10_000))
        assert len(read.files) == structure.MAX_PARTS
        assert any("后面的没有看" in one for one in read.told)
        assert took < 5

    @pytest.mark.parametrize("kind", ["message/rfc822", "multipart/mixed"])
    def test_a_thousand_deep(self, kind: str) -> None:
        raw = forms.mail(BOOK)
        for depth in range(1000):
            if kind == "message/rfc822":
                raw = b"From: a@b.test\r\nContent-Type: message/rfc822\r\n\r\n" + raw
            else:
                start = "" if depth < 999 else forms.head()
                raw = forms.mixed(start, raw, edge=f"e{depth}")
        read, took = self.seconds(raw)
        assert read.files == ()
        assert any("一层套一层" in one for one in read.told)
        assert took < 5

    def test_ten_deep_is_nothing_out_of_the_way(self) -> None:
        raw = forms.mail(BOOK)
        for _ in range(10):
            raw = forms.forwarded(raw, forms.head())
        assert [one.data for one in letter.read(raw).files] == [BOOK]

    @pytest.mark.slow
    def test_a_hundred_megabytes(self) -> None:
        data = b"PK\x03\x04" + bytes(75 * 2**20)
        read, took = self.seconds(forms.mixed(forms.head(), forms.text(), forms.part(data)))
        assert read.files[0].data == data
        assert took < 30  # about two on a machine that has nothing else to do

    @pytest.mark.parametrize(
        "raw",
        [
            b"Subject: " + b"=?a?b?" * 20_000,
            b"Subject: " + b"=?utf-8?Q?a?= " * 20_000,
            b"From: " + b"<" * 60_000,
            b"From: " + b"a@" * 60_000,
            b"Content-Type: multipart/mixed; " + b"a=b; " * 50_000,
            b"Content-Type: " + b";" * 60_000 + b'"' * 60_000,
            b"A: b\r\n" * 100_000,
            b"\r\n" * 200_000,
            b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n" * 200_000,
            b"Content-Type: multipart/mixed\r\n\r\n" + b"--" * 300_000,
            b"From: postmaster@x\r\nSubject: failure notice\r\n\r\n" + b"a@b" * 300_000,
            b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=" * 500_000,
            b"\r\n" + b"begin 644 x\n" * 50_000,
        ],
        ids=lambda raw: raw[:20].decode(errors="replace").split(":")[0].strip() or "blank",
    )
    def test_what_is_made_to_take_long(self, raw: bytes) -> None:
        assert self.seconds(raw)[1] < 3


def test_what_reads_messages_can_reach_nothing() -> None:
    """No page is shown, no link is followed, no file is opened: there is nothing to do it with."""
    for path in Path(letter.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        needed = {one.split(".")[0] for one in imported(tree)} - {"jyxl", "__future__"}
        assert needed <= set(sys.stdlib_module_names)
        asked = {"os", "io", "socket", "ssl", "http", "webbrowser", "subprocess", "html", "xml"}
        assert needed & asked == set()
        assert not {"urllib.request", "urllib.request.urlopen"} & set(imported(tree))


class TestFolders:
    def test_a_message_is_known_by_how_it_begins(self) -> None:
        assert structure.is_message(forms.mail(BOOK))
        assert structure.is_message(b"Received: x\r\nFrom: y\r\n\r\n")
        for other in (
            b"",
            BOOK,
            b"%PDF-1.4",
            b"From here on: nothing\n",
            b"a,b\n1,2\n",
            b"Note: x\n",
            b"From: <Saved by WPS>\r\nSubject: x\r\nDate: Mon, 10 Jan 2022 09:00:00 +0800\r\n"
            b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n\r\n",  # an .mht file
        ):
            assert not structure.is_message(other)

    def test_an_mbox_is_taken_apart(self) -> None:
        raws = [
            forms.mail(BOOK, message_id=f"<{n}@x.test>").replace(b"\r\n", b"\n") for n in range(3)
        ]
        start = b"From fgj@unit.test Mon Jan 10 09:00:00 2022\n"
        whole = b"\n".join(start + raw for raw in raws)
        assert mbox.is_mbox(whole)
        found = [one for one in mbox.messages(io.BytesIO(whole)) if one]
        assert [letter.read(one).message_id for one in found] == [
            "<0@x.test>",
            "<1@x.test>",
            "<2@x.test>",
        ]
        assert [[file.data for file in letter.read(one).files] for one in found] == [[BOOK]] * 3
