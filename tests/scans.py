"""Scans: no two have the same contents, as no two sheets come the same through a scanner."""

import io
from itertools import count

from PIL import Image

_sheets = count(1)


def scanned() -> bytes:
    """A picture like no other of this process."""
    sheet, page = next(_sheets), io.BytesIO()
    Image.new("RGB", (8, 8), (sheet >> 16 & 255, sheet >> 8 & 255, sheet & 255)).save(page, "PNG")
    return page.getvalue()
