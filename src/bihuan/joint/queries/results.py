"""The result that is shared: what the requester said, when the platform called, of what was settled together."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from bihuan.cases.types import Part
from bihuan.dispatch.types import UnitFollowUp
from bihuan.feedback import queries as feedback
from bihuan.feedback.types import Satisfied, Solved
from bihuan.joint import rules
from bihuan.joint.models import Form, Participation, Undertaking
from bihuan.joint.types import MEMBERS, Grade, Stage
from bihuan.joint.types.figures import Side
from bihuan.joint.types.rows import Shared, SharedBy
from bihuan.organisations.queries import name_of

_FOR_EVER = datetime.max.replace(tzinfo=UTC)


def called_back(of: str = "") -> QuerySet[Any]:
    """The valid call-backs of a round that was signed, the newest first: while its lead led, and since it was signed.

    To be asked of a linkage or whistle, or with a prefix of what belongs to one.
    """
    led_until = Coalesce(OuterRef(f"{of}assignment__until"), Value(_FOR_EVER))
    return feedback.valid_between(OuterRef(f"{of}case"), OuterRef(f"{of}closed_at"), led_until)


def shared(numbers: Collection[str]) -> dict[str, Shared]:
    """Number → the result of those that are signed, with who shares it; the caller has asked who may see them."""
    if not numbers:
        return {}
    said = called_back()
    signed = Undertaking.objects.filter(number__in=list(numbers), stage=Stage.SIGNED).annotate(
        follow_up=Subquery(Form.objects.filter(undertaking=OuterRef("number")).values("follow_up")[:1]),
        called_at=Subquery(said.values("at")[:1]),
        solved=Subquery(said.values("solved")[:1]),
        satisfied=Subquery(said.values("satisfied")[:1]),
    )
    told = list(signed.values("id", "number", "follow_up", "called_at", "solved", "satisfied"))
    units = _units([row["id"] for row in told])
    return {
        row["number"]: rules.result(
            units[row["id"]],
            called_at=row["called_at"],
            solved=Solved(row["solved"]) if row["solved"] else None,
            satisfied=Satisfied(row["satisfied"]) if row["satisfied"] else None,
            follow_up=UnitFollowUp(row["follow_up"]) if row["follow_up"] else None,
        )
        for row in told
    }


def _units(undertakings: Collection[int]) -> dict[int, tuple[SharedBy, ...]]:
    """Who shares: whoever leads, and who stayed to the end, each with their grade."""
    found: dict[int, tuple[SharedBy, ...]] = dict.fromkeys(undertakings, ())
    rows = Participation.objects.filter(
        undertaking__in=list(undertakings), part__in=[Part.LEAD, *MEMBERS.values()], until__isnull=True
    ).annotate(name=name_of("unit"))
    for of, unit, name, part, grade, reason in rows.order_by("id").values_list(
        "undertaking_id", "unit", "name", "part", "grade", "grade_reason"
    ):
        side = Side.LEAD if part == Part.LEAD else Side.MEMBER
        found[of] += (SharedBy(unit, name, side, Grade(grade) if grade else None, reason),)
    return found
