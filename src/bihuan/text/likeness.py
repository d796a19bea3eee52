"""What two texts have in common."""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

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


@lru_cache(maxsize=16)
def seams(terms: frozenset[str]) -> Mapping[str, frozenset[int]]:
    """Term → the places in it where a word may begin or end, as far as the terms tell by themselves.

    A term begins and ends with a word; and what several terms begin or end with, or what is a term by itself, is one.
    """
    heads = Counter(term[:n] for term in terms for n in range(2, len(term) + 1))
    tails = Counter(term[-n:] for term in terms for n in range(2, len(term) + 1))
    return {
        term: frozenset(
            {0, len(term)}
            | {n for n in range(2, len(term) - 1) if heads[term[:n]] > 1 or term[:n] in terms}
            | {len(term) - n for n in range(2, len(term) - 1) if tails[term[-n:]] > 1 or term[-n:] in terms}
        )
        for term in terms
    }


def words(one: str, other: str, known: Mapping[str, frozenset[int]]) -> tuple[str, ...]:
    """The shared pieces of a folded text that are words: 证办 is none of 身份证办理.

    A piece begins or ends where a word of the text does, or the other text tells that it is one; of a piece that is
    none, the longest part that the other text tells of is one: 路灯 of 外路灯.
    """
    found: dict[str, None] = {}
    for term in one.split(DIVIDER):
        for piece in shared(term, other):
            at = term.index(piece)
            word = piece if known[term] & {at, at + len(piece)} else _freest(piece, other)
            if word:
                found[word] = None
    return tuple(sorted(found, key=lambda piece: -len(piece)))


def _freest(piece: str, text: str) -> str:
    """The piece, or its longest part of two to six signs, that moves freely in the text; nothing where none does."""
    lengths = (len(piece), *range(min(len(piece) - 1, 6), 1, -1))
    spans = ((at, length) for length in lengths for at in range(len(piece) - length + 1))
    parts = (piece[at : at + length] for at, length in spans)
    return next((part for part in parts if _moves_freely(part, text)), "")


def _moves_freely(piece: str, text: str) -> bool:
    """Whether it stands in the text beside different signs, before it and after it."""
    parts = text.split(piece)
    before, after = {part[-1:] for part in parts[:-1]}, {part[:1] for part in parts[1:]}
    return len(before) > 1 and len(after) > 1
