"""File names that are safe on every disk and page."""

import re
import unicodedata

LONGEST = 120
_UNSAFE = re.compile(r'[\\/:*?"<>|]')


def cleaned(name: str) -> str:
    """The last part of the name without control, direction and reserved characters; never empty, never hidden."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    stem, dot, end = " ".join(_UNSAFE.sub("_", visible).split()).rstrip(". ").rpartition(".")
    if not dot:
        stem, end = end, ""
    end = end.strip().lower()[:10]
    stem = stem.strip(". ")[: LONGEST - 11].strip(". ") or "附件"
    return f"{stem}.{end}" if end else stem


def ending(name: str) -> str:
    """The ending of a cleaned name, without the dot."""
    return name.rpartition(".")[2] if "." in name else ""
