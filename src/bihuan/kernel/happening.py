"""What happened, told in the past tense: the one thing the record keeps."""

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from string import Formatter
from typing import ClassVar

from bihuan.kernel.zone import ZONE


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """Base of all happenings.

    `kind` is the stable name in the record, `sentence` the Chinese template that tells it, with the
    fields in braces. `private` names the fields that may hold personal data: the record keeps them
    apart, sealed by a digest, so that they can be erased lawfully and the chain still be verified.
    What `is_note` is a word of something else in the record of a subject: it changes nothing there, and
    no form goes stale by it.
    """

    kind: ClassVar[str]
    sentence: ClassVar[str]
    private: ClassVar[frozenset[str]] = frozenset()
    is_note: ClassVar[bool] = False

    def tell(self) -> str:
        """The sentence, with private fields left out (a reader who may see them gets them beside it)."""
        return self.sentence.format_map({name: _word(getattr(self, name)) for name in self._told()})

    def facts(self, *, private: bool) -> dict[str, object]:
        """The private or the other fields, ready for JSON; fields that say nothing are left out."""
        return {
            name: _plain(value)
            for name in self._names(private=private)
            if (value := getattr(self, name)) not in (None, "", ())
        }

    @classmethod
    @cache
    def _names(cls, *, private: bool) -> tuple[str, ...]:
        return tuple(f.name for f in dataclasses.fields(cls) if (f.name in cls.private) is private)

    @classmethod
    @cache
    def _told(cls) -> tuple[str, ...]:
        """The names in the sentence; a private one is missing when it is told, and so refused."""
        named = {name for _, name, _, _ in Formatter().parse(cls.sentence)}
        return tuple(name for name in cls._names(private=False) if name in named)


def kinds_of_notes() -> list[str]:
    """The kinds of happening that change nothing where they are told."""
    return sorted({told.kind for told in Happening.__subclasses__() if told.is_note})


def _plain(value: object) -> object:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (tuple, list, frozenset)):
        return [_plain(v) for v in value]
    return value


def _word(value: object) -> str:
    if value is None:
        return ""
    label = getattr(value, "label", None)
    if label:
        return str(label)
    if isinstance(value, datetime):
        return f"{value.astimezone(ZONE):%Y-%m-%d %H:%M}"
    if isinstance(value, tuple | list | frozenset):
        return "、".join(_word(v) for v in value)
    return str(value)
