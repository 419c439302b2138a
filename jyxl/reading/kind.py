"""What a file is, recognised by its content and never by its name."""

from __future__ import annotations

from jyxl import messages
from jyxl.finding import Finding
from jyxl.reading import compound

MAX_BYTES = 20 * 2**20

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_IN_COMPOUND = ("WordDocument", "__properties_version1.0")
"""The names in other compound files than workbooks."""
_KNOWN_STRANGERS = (
    (b"\x89PNG", "S-TYPE", "是图片"),
    (b"\xff\xd8\xff", "S-TYPE", "是图片"),
    (b"GIF8", "S-TYPE", "是图片"),
    (b"BM", "S-TYPE", "是图片"),
    (b"\x78\x9f\x3e\x22", "S-TYPE", "是 Outlook 的 winmail.dat，附件在它里面，取不出来"),
    (b"Rar!", "S-ARCHIVE", "RAR 格式"),
    (b"7z\xbc\xaf", "S-ARCHIVE", "7z 格式"),
    (b"\x1f\x8b", "S-ARCHIVE", "gzip 格式"),
)
_DOCUMENTS = ((b"%PDF", "是 PDF 文件"), (b"{\\rtf", "是 rtf 文档"))
"""Documents whose tables may be had as docx."""
_OPEN_TEXT = b"application/vnd.oasis.opendocument.text"
_MIMETYPE = 120
"""A document of OpenDocument says what it is within so many bytes, uncompressed."""
_TEXTS = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", "是“XML 电子表格 2003”，要另存为 xlsx"),
    (b"urn:oasis:names:tc:opendocument", "是“Flat XML”格式，要另存为 xlsx"),
    (b"<html", "是网页"),
    (b"<!doctype html", "是网页"),
    (b"<table", "是网页"),
)
"""What a text contains near its beginning → what it is."""


def is_package(data: bytes) -> bool:
    """True if the bytes are a zip package: xlsx, xlsb or ods, or any other zip file."""
    return data.startswith(b"PK")


def stranger(data: bytes) -> Finding | None:
    """The finding that rejects these bytes before they are opened; None if they begin like a
    zip package or like a compound file that may be an xls."""
    if not data:
        return messages.finding("S-TYPE", detail="是空文件，或者没有传完")
    if len(data) > MAX_BYTES:
        return messages.finding("S-SIZE", detail=f"超过 {MAX_BYTES // 2**20} MB")
    for magic, what in _DOCUMENTS:
        if data.startswith(magic):
            return messages.finding("OLD-WORD", code="S-TYPE", detail=what)
    if is_package(data) and _OPEN_TEXT in data[:_MIMETYPE]:
        return messages.finding("OLD-WORD", code="S-TYPE", detail="是 odt 文档")
    for magic, code, what in _KNOWN_STRANGERS:
        if data.startswith(magic):
            return messages.finding(code, detail=what)
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            return messages.finding("S-PASSWORD")
        found = next((one for one in _IN_COMPOUND if one.encode("utf-16-le") in data), "")
        if not found or compound.holds_workbook(data):  # they may be embedded in it
            return None
        if found == "WordDocument":
            return messages.finding("OLD-WORD", code="S-TYPE", detail="是 doc 或 wps 文档")
        return messages.finding("S-TYPE", detail="是 Outlook 的邮件（.msg），附件取不出来")
    if not is_package(data):
        head = data[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
        what = next((what for mark, what in _TEXTS if mark in head), "内容不是表格文件")
        return messages.finding("S-TYPE", detail=what)
    return None
