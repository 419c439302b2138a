"""An encrypted workbook → the same without encryption, if the password is the one that Excel tries.

A workbook whose structure is locked, with a password or without one, is encrypted with a password
that is built into Excel, and that every program therefore tries before it asks. All of Excel do so
in xls, and that of 2007 in xlsx.
"""

from __future__ import annotations

import io
import struct

from jyxl import messages
from jyxl.reading import compound
from jyxl.reading.damage import Malformed, TooLarge, Unreadable

_BUILT_IN = "VelvetSweatshop"
_MAX_BYTES = 4 * 2**20
"""msoffcrypto takes some hundred bytes of memory for each that is encrypted."""


def opened(stream: bytes) -> bytes:
    """The stream of a workbook, decrypted. Raises Unreadable (S-PASSWORD), TooLarge."""
    if len(stream) > _MAX_BYTES:
        raise TooLarge(f"加密的内容有 {len(stream) / 2**20:.0f} MB")
    import msoffcrypto  # it takes long to import, and few files need it

    decrypted = io.BytesIO()
    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(compound.packed(stream)))
        file.load_key(password=_BUILT_IN)
        file.decrypt(decrypted)
    except Exception as error:  # any error here means that the password is another one
        raise Unreadable(messages.finding("S-PASSWORD")) from error
    return compound.workbook_stream(decrypted.getvalue())


_AES = (0x660E, 0x660F, 0x6610)


def package(data: bytes) -> bytes | None:
    """The package in a compound file, decrypted; None if it has another password, or is encrypted
    in the way of later versions, which need no built-in one."""
    try:
        about = compound.stream(data, "EncryptionInfo")
        encrypted = compound.stream(data, "EncryptedPackage")
        major, minor, _, size = struct.unpack_from("<HHII", about)
        _, _, cipher, digest, key_size, provider = struct.unpack_from("<6I", about, 12)
        (salt_size,) = struct.unpack_from("<I", about, 12 + size)
        start = 16 + size
        salt, verifier = about[start : start + 16], about[start + 16 : start + 32]
        proof = about[start + 36 : start + 68]
    except (Malformed, TooLarge, struct.error):
        return None
    if minor != 2 or major not in (2, 3, 4) or cipher not in _AES or len(encrypted) > _MAX_BYTES:
        return None
    from msoffcrypto.method.ecma376_standard import ECMA376Standard as Standard

    about_key = (cipher, digest, provider, key_size, salt_size, salt)
    try:
        key = Standard.makekey_from_password(_BUILT_IN, *about_key)
        if not Standard.verifykey(key, verifier, proof):
            return None
        found: bytes = Standard.decrypt(key, io.BytesIO(encrypted))
    except ValueError:
        return None
    return found
