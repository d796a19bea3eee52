"""Who sees a duty: whose unit owes it, and whoever sees the subject on which it stands."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bihuan.duties import queries as duties
from bihuan.duties.types import LadderStep
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Unknown
from bihuan.subjects.registry import REGISTRY


def must_see_duty(id: int, actor: Actor) -> str:
    """The name of the subject on which a duty stands that the actor may see. Raises Unknown."""
    subject, holder = duties.place(id, actor.jurisdiction)
    if holder not in actor.units and not sees(subject, actor):
        raise Unknown(str(id))
    return subject


def sees(subject: str, actor: Actor) -> bool:
    """Whether the actor may see a subject, by its name."""
    kind, _, number = subject.partition(":")
    try:
        REGISTRY[kind].see(number, actor)
    except Unknown:
        return False
    return True


def with_what_is_seen(steps: Iterable[LadderStep], actor: Actor) -> Iterator[LadderStep]:
    """Steps of a ladder, without the key of what they made where the actor may not see that."""
    for step in steps:
        yield step if not step.made or sees(step.made, actor) else replace(step, made="")
