"""A command that writes the tables of two other packages, and decides by itself whether it may."""

from bihuan.cases.models import Case
from bihuan.dispatch.models import Answer
from bihuan.kernel.refusal import Refusal
from bihuan.matters.models import Matter
from bihuan.policy import norms
from bihuan.record import unit_of_work
from bihuan.record.unit_of_work import insert


def shut(number: str) -> None:
    case = Case.objects.get(number=number)
    case.stage = "closed"
    case.save(update_fields=["stage"])
    matters = [matter for matter in Matter.objects.filter(case=number) if matter.title]
    for matter in matters:
        matter.delete()
    Answer.objects.filter(case=number).update(text="")
    insert(Answer, {"case_id": number})
    insert(Case, {"number": number})
    unit_of_work.update(Matter, {"number": number}, {"title": ""})


def _may_shut(case: str) -> Refusal | None:
    if case:
        return Refusal("不行。", norms.CLOSE)
    return None


def _may_open(case: str) -> Refusal | None:
    return _may_shut(case) or _may_shut(case)
