"""What a cell of a spreadsheet holds of a text."""

from typing import Final

CUT: Final = "…（已截断）"
"""How a cell ends that does not hold all of its text."""
_LONGEST: Final = 32_767
"""Signs that a cell holds, as spreadsheets count them: those beyond U+FFFF count twice."""


def cell_of(text: str) -> tuple[str, bool]:
    """As much of the text as a cell holds, and whether it was cut; whoever writes the file counts those that were."""
    if len(text) * 2 <= _LONGEST or _length(text) <= _LONGEST:
        return text, False
    kept = text[: _LONGEST - len(CUT)]
    while (over := _length(kept) + len(CUT) - _LONGEST) > 0:
        kept = kept[: -((over + 1) // 2)]
    return kept + CUT, True


def _length(text: str) -> int:
    return len(text) + sum(sign > "\uffff" for sign in text)
