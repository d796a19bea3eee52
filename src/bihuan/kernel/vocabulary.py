"""Closed lists of words, each with its Chinese label."""

from enum import StrEnum
from typing import Any, ClassVar, Self


class Vocabulary(StrEnum):
    """A closed list of words: the code word is stored, the Chinese label is shown.

    `context` is the sense in which the labels are meant, where one Chinese word names an act and a stage alike.
    What else a list says of its words (`traits`) its own `__init__` keeps.
    """

    label: str
    context: ClassVar[str]

    def __init_subclass__(cls, *, context: str = "", **more: Any) -> None:
        super().__init_subclass__(**more)
        cls.context = context

    def __new__(cls, value: str, label: str = "", *traits: object) -> Self:
        if not label:  # a default there is only for type checkers, which take `Vocabulary(word)` for this call
            raise TypeError(f"{cls.__name__} {value!r} has no label")
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        """Every schema of a form tells the labels beside the words."""
        schema: dict[str, Any] = handler(core)
        handler.resolve_ref_schema(schema)["x-labels"] = {str(member): member.label for member in cls}
        return schema
