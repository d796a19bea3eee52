"""Cutting Chinese text into words for the search.

A text is cut into every dictionary word that it holds, overlapping ones too, so that 路灯 is found in
“小区路灯不亮” whatever the segmenter thinks of the sentence; a question is cut once, without overlaps.
"""

import re

import rjieba

_WORD = re.compile(r"\w")
_QUOTE = str.maketrans({"'": "''", "\\": "\\\\"})


def words_of(text: str) -> list[str]:
    """The distinct words of a text: two characters or more, or a number or Latin word."""
    return sorted({w[:255] for w in rjieba.cut_all(text.lower()) if _WORD.search(w) and (len(w) > 1 or w.isascii())})


def vector_of(text: str) -> str:
    """The text as a literal of PostgreSQL's tsvector."""
    return " ".join(f"'{w.translate(_QUOTE)}'" for w in words_of(text))


def query_of(text: str) -> str:
    """A question as a literal of PostgreSQL's tsquery: every word must be there; no word finds nothing."""
    asked = sorted({w for w in rjieba.cut(text.lower()) if _WORD.search(w) and (len(w) > 1 or w.isascii())})
    return " & ".join(f"'{w.translate(_QUOTE)}'" for w in asked) or "'∅'"
