"""What somebody looks for: one or several terms, all of which must stand in a text."""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from bihuan.kernel.fields import Line
from bihuan.text.folding import fold, grams, sought

_PIECE = re.compile(r"\S+")


class TooShort(ValueError):
    """A term of one character, which would be found nearly everywhere."""

    def __init__(self) -> None:
        super().__init__("请输入两个字以上")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must stand in a text: folded, and the grams by which it is found."""

    folded: str
    grams: tuple[int, ...]

    @property
    def exact(self) -> bool:
        """Whether a text with all of its grams holds it for certain: it is one gram, and not the same one repeated."""
        return len(self.grams) == 1 and len(self.folded) <= 2


def terms(asked: str) -> tuple[Term, ...]:
    """What is asked for, divided at blanks; none where nothing is. Raises TooShort.

    A single character is taken with what it was typed beside: a digit or Latin letter with what follows it (3 号楼),
    any other with what it follows (12 栋).
    """
    spans: list[tuple[int, int]] = []
    waits = False
    for piece in _PIECE.finditer(asked):
        folded = fold(piece[0])
        if not folded:
            continue
        alone = not grams(folded)
        if spans and (waits or (alone and not folded.isascii())):
            spans[-1] = (spans[-1][0], piece.end())
        else:
            spans.append((piece.start(), piece.end()))
        waits = not grams(fold(asked[slice(*spans[-1])]))
    if waits and len(spans) > 1:
        (_, end), (start, _) = spans.pop(), spans.pop()
        spans.append((start, end))
    found = dict.fromkeys(fold(asked[slice(*span)]) for span in spans)
    if asked.strip() and not (found and all(map(grams, found))):
        raise TooShort
    return tuple(Term(one, tuple(sought(one))) for one in found)


def _long_enough(asked: str) -> str:
    terms(asked)
    return asked


Question = Annotated[Line, AfterValidator(_long_enough)]
"""A line that somebody looks for, of two characters or more."""
