"""What two texts have in common."""

from bihuan.text.folding import DIVIDER


def shared(one: str, other: str) -> tuple[str, ...]:
    """The longest pieces of a folded text, of two signs or more, that stand in another; the longest first."""
    found: dict[str, None] = {}
    for part in one.split(DIVIDER):
        start = 0
        while start < len(part) - 1:
            end = start + 1
            while end < len(part) and part[start : end + 1] in other:
                end += 1
            if end - start > 1:
                found[part[start:end]] = None
            start = end if end - start > 1 else start + 1
    longest = sorted(found, key=lambda piece: (-len(piece), piece))
    return tuple(piece for n, piece in enumerate(longest) if not any(piece in longer for longer in longest[:n]))
