"""The forms of the mechanisms as documents: 附件2 of a linkage, 附件3 of a whistle."""

from datetime import datetime

from bihuan.dispatch.types import UnitFollowUp
from bihuan.documents.commands import paper
from bihuan.documents.types.sheets import Graded, LinkageForm, WhistleForm
from bihuan.joint import queries
from bihuan.joint.types import JointFacts, Kind
from bihuan.joint.types.rows import FormRow
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal, Refused, Unknown
from bihuan.policy import norms


def concluded(facts: JointFacts) -> Refusal | None:
    """备案表在联合办理结束、填写之后出具。"""
    return None if facts.concluded_at else Refusal("联合办理尚未结束，没有备案表。", norms.LINKAGE_FORM)


@paper(subject="linkage", sheet=LinkageForm, ask=concluded)
def linkage_form(number: str, actor: Actor, now: datetime) -> LinkageForm:
    """附件2 as it was filled in, signed or still to be signed."""
    form = _form(number, actor, Kind.LINKAGE)
    return LinkageForm(
        matter=form.matter,
        lead=form.initiator_name,
        grades=_grades(form),
        result=form.result,
        follow_up=UnitFollowUp(form.follow_up).label if form.follow_up else "",
        from_at=form.from_at,
        to_at=form.to_at,
        signed_by=form.signer_name,
        signed_at=form.signed_at,
        absence=form.absence,
    )


@paper(subject="whistle", sheet=WhistleForm, ask=concluded)
def whistle_form(number: str, actor: Actor, now: datetime) -> WhistleForm:
    """附件3 as it was filled in, signed or still to be signed."""
    form = _form(number, actor, Kind.WHISTLE)
    return WhistleForm(
        matter=form.matter,
        lead=form.initiator_name,
        whistle_type=form.whistle_type.label if form.whistle_type else "",
        grades=_grades(form),
        result=form.result,
        follow_up=UnitFollowUp(form.follow_up).label if form.follow_up else "",
        from_at=form.from_at,
        to_at=form.to_at,
        signed_by=form.signer_name,
        signed_at=form.signed_at,
        absence=form.absence,
    )


def _form(number: str, actor: Actor, kind: Kind) -> FormRow:
    queries.visible_facts(number, actor, kind=kind)
    try:
        return queries.form(number, actor, kind=kind)
    except Unknown:
        raise Refused(Refusal("备案表尚未填写。", norms.LINKAGE_FORM)) from None


def _grades(form: FormRow) -> tuple[Graded, ...]:
    return tuple(Graded(row.name, row.grade.label, row.reason) for row in form.grades)
