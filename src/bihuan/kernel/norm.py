"""A norm is a generic rule with a stable name; a regulation pack binds it to a clause."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Rule = TypeVar("Rule", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Norm:
    """`name` is what packs bind, `title` is what an official reads where no clause stands behind it."""

    name: str
    title: str

    def __str__(self) -> str:
        return self.name


CARRIED_OUT_BY: dict[str, list[str]] = {}
"""Norm name → dotted names of the rules that carry it out; read by the clause table."""


def carries_out(*norms: Norm) -> Callable[[Rule], Rule]:
    """Name the norms that a rule carries out."""

    def note(rule: Rule) -> Rule:
        for norm in norms:
            CARRIED_OUT_BY.setdefault(norm.name, []).append(f"{rule.__module__}.{rule.__qualname__}")
        return rule

    return note
