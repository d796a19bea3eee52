"""Cutting Chinese text into words for the search.

A text is cut into every dictionary word that it holds, overlapping ones too, so that 路灯 is found in
“小区路灯不亮” whatever the segmenter thinks of the sentence; a question is cut once, without overlaps.
"""

import re
from collections.abc import Iterable

import rjieba

_has_letter = re.compile(r"\w").search
_QUOTE = str.maketrans({"'": "''", "\\": "\\\\", "\0": None})  # no text of the database holds a NUL
_MOST_KNOWN = 200_000


def _kept(words: Iterable[str]) -> list[str]:
    return [w[:255] for w in words if (len(w) > 1 or w.isascii()) and (w.isalnum() or _has_letter(w))]


class _Lexemes(dict[str, str]):
    """Word → how a tsvector says it, empty for one that is not kept; most words of a text have come before."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        said = self[word] = "".join(f"'{w.translate(_QUOTE)}'" for w in _kept([word]))
        return said


_lexemes = _Lexemes()


def words_of(text: str) -> list[str]:
    """The distinct words of a text: two characters or more, or a number or Latin word."""
    return _kept(set(rjieba.cut_all(text.lower())))


def vector_of(text: str) -> str:
    """The text as a literal of PostgreSQL's tsvector."""
    return " ".join(filter(None, map(_lexemes.__getitem__, set(rjieba.cut_all(text.lower())))))


def query_of(text: str) -> str:
    """A question as a literal of PostgreSQL's tsquery: every word must be there; no word finds nothing."""
    asked = sorted(set(_kept(rjieba.cut(text.lower()))))
    return " & ".join(f"'{w.translate(_QUOTE)}'" for w in asked) or "'∅'"
