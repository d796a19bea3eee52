"""How texts of the program name bodies: ⟨leadership⟩ stands for what the regulation at hand calls the leading body.

Texts stand in the code with such marks. Whoever gives them out puts the words in: the record and the papers by the
regulation of their subject, pages and answers when they leave, by the regulation that the answer `speaks` of.
"""

import re
from collections.abc import Callable
from contextvars import ContextVar

from bihuan.policy.loader import pack, usable
from bihuan.policy.pack import PLAIN, Name, Pack

MARK = "⟨"
_PLACE = re.compile(f"{MARK}([a-z_]+)⟩")
_SPOKEN: ContextVar[str] = ContextVar("regulation", default="")


def mark(name: Name) -> str:
    """How texts name somebody."""
    return f"{MARK}{name.value}⟩"


def speak(ref: str) -> None:
    """From now on an answer names bodies as that regulation does; in plain words where it is none or its file is
    wrong."""
    _SPOKEN.set(ref)


def put(text: str, by: Pack | None = None, *, say: Callable[[str], str] = str) -> str:
    """The text with the words for whom it names, by that regulation, or else by the one that the answer speaks of.

    `say` makes them fit to stand in the text: in its language, with its signs.
    """
    if MARK not in text:
        return text
    rulebook = by or of(_SPOKEN.get())
    known = rulebook.names if rulebook else PLAIN
    return _PLACE.sub(lambda found: say(known[found[1]]) if found[1] in known else found[0], text)


def of(ref: str) -> Pack | None:
    """The regulation of that name; None where it is none or its file is wrong."""
    return pack(ref) if ref and usable(ref) else None
