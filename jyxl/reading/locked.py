"""An encrypted xls → the same without encryption, if the password is the one that Excel tries.

A workbook whose structure is locked, with a password or without one, is encrypted with a password
that is built into Excel, and that every program therefore tries before it asks.
"""

from __future__ import annotations

import io

from jyxl import messages
from jyxl.reading import compound
from jyxl.reading.damage import TooLarge, Unreadable

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
