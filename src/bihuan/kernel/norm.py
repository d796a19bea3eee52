"""A norm is a generic rule with a stable name; a regulation pack binds it to a clause."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

Rule = TypeVar("Rule", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Norm:
    """`name` is what packs bind, `title` is what an official reads where no clause stands behind it.

    What the program does whatever a regulation says holds `always`: a pack that leaves it off would say what is not so.
    """

    name: str
    title: str
    always: bool = False

    def __str__(self) -> str:
        return self.name


@dataclass(slots=True)
class Wants:
    """What a norm cannot be carried out without, besides what its rows and duties say."""

    limits: set[str] = field(default_factory=set)
    capacities: set[str] = field(default_factory=set)


WANTED: dict[str, Wants] = {}
"""Norm name → what its rules want of a regulation that binds it."""
CARRIED_OUT_BY: dict[str, list[str]] = {}
"""Norm name → dotted names of the rules that carry it out; read by the clause table."""


def carries_out(*norms: Norm, limits: Iterable[str] = (), held_by: Iterable[str] = ()) -> Callable[[Rule], Rule]:
    """Name the norms that a rule carries out, and what it wants of a regulation that binds them: limits by name, and
    units by their capacity."""

    def note(rule: Rule) -> Rule:
        for norm in norms:
            CARRIED_OUT_BY.setdefault(norm.name, []).append(f"{rule.__module__}.{rule.__qualname__}")
            wants = WANTED.setdefault(norm.name, Wants())
            wants.limits.update(map(str, limits))
            wants.capacities.update(map(str, held_by))
        return rule

    return note
