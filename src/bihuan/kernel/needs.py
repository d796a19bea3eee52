"""What a form asks for on one subject beside what its fields say: which must be filled in, which values are allowed.

Faces mark and offer by it, and the command refuses by it: what is offered is not refused, what is asked for is marked.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Fields
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Need:
    """Why a field must be filled in; `when` names another field and the values with which it must."""

    reason: str
    norm: Norm
    when: Mapping[str, Collection[str]] = field(default_factory=dict)

    def holds(self, said: Callable[[str], str]) -> bool:
        """Whether it must, by what other fields say."""
        return all(said(other) in values for other, values in self.when.items())


Needs = Mapping[str, tuple[Need, ...]]
"""Field → why it must be filled in; the first that holds is told."""
Allowed = Mapping[str, Collection[str] | Callable[[Any], bool]]
"""Field → the values that are allowed of it, with their labels where the form has none; of units it is asked one by one
(`UnitFacts`). A field of which no value is allowed is not asked for."""
Choosing = Callable[[Any, Actor, Any], Allowed]
"""(facts, actor, pack) → what a form may say on this subject."""
Requiring = Callable[[Any, Any], Needs]
"""(facts, pack) → what a form cannot do without on this subject."""


def lacks(fields: Fields, needs: Needs) -> list[Refusal]:
    """Everything that had to be filled in and was not."""

    return lacking(lambda name: _word(getattr(fields, name)), needs)


def lacking(said: Callable[[str], str], needs: Needs) -> list[Refusal]:
    """The same of what was typed, whatever else is wrong with it."""
    found = []
    for name, why in needs.items():
        if not said(name) and (need := next((one for one in why if one.holds(said)), None)):
            found.append(Refusal(need.reason, need.norm, field=name))
    return found


def _word(value: Any) -> str:
    return "true" if value is True else str(value) if value else ""
