"""The papers of a listed matter: 交办单, 抄送单, 办理结果反馈表, 审核退回单, 销号确认单."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.cases.rules import UNTOLD
from bihuan.cases.types import Part
from bihuan.dispatch.types import FeedbackMethod
from bihuan.documents.commands import paper
from bihuan.documents.filling import last, must, owed, said
from bihuan.documents.types.sheets import Assignment, Copy, MatterFeedback, SentBack, StruckOff
from bihuan.feedback.types import SendBackReason
from bihuan.kernel.actor import Actor
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal, Refused, Unknown
from bihuan.kernel.stages import Role
from bihuan.matters import queries
from bihuan.matters.types import LEAD_HEAD, LEAD_UNIT, OFFICE_UNIT, DutyKind, MatterFacts, Proof, Stage
from bihuan.matters.types.happenings import (
    CopiedToSupervision,
    FeedbackSentBack,
    MatterAssigned,
    MatterReassigned,
)
from bihuan.matters.types.rows import FeedbackRow, MatterView
from bihuan.organisations.queries import unit_names
from bihuan.policy import norms
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.names import put
from bihuan.record import queries as record
from bihuan.record.types import EventRow


@carries_out(norms.LIST_ASSIGN)
def assigned(matter: MatterFacts) -> Refusal | None:
    """交办单在交办之后出具。"""
    return None if matter.assigned_at else Refusal("尚未交办，没有可以出具的交办单。", norms.LIST_ASSIGN)


@carries_out(norms.LIST_COPY)
def copied(matter: MatterFacts) -> Refusal | None:
    """抄送单在抄送督查考核机构之后出具。"""
    return None if matter.copied_at else Refusal("尚未抄送督查考核机构。", norms.LIST_COPY)


@carries_out(norms.LIST_FEEDBACK_PROOF)
def drafted(matter: MatterFacts) -> Refusal | None:
    """反馈表在拟写办理结果之后出具。"""
    return None if matter.drafted_by else Refusal("尚未拟写办理结果。", norms.LIST_FEEDBACK_PROOF)


def issuers_of_feedback(matter: MatterFacts) -> tuple[Role, ...]:
    """反馈表签字之前由承办单位出具，供签字或者盖章；主要负责人签字报送的，由主要负责人出具。"""
    return (LEAD_HEAD,) if matter.signed else (LEAD_UNIT,)


@carries_out(norms.LIST_SEND_BACK)
def to_be_made_good(matter: MatterFacts) -> Refusal | None:
    """审核退回单在办理结果被退回、补办之前出具。"""
    owed = DutyKind.REWORK in matter.duties
    return None if owed else Refusal("办理结果没有被退回补办。", norms.LIST_SEND_BACK)


@carries_out(norms.LIST_STRIKE_OFF)
def struck(matter: MatterFacts) -> Refusal | None:
    """销号确认单在销号之后出具。"""
    gone = matter.stage in (Stage.STRUCK_OFF, Stage.TRACKING) or matter.round > 1
    return None if gone else Refusal("尚未销号。", norms.LIST_STRIKE_OFF)


@dataclass(frozen=True, slots=True)
class _OnFile:
    """What is on file of a matter: its page, its record, the names of all units that it tells of."""

    view: MatterView
    events: list[EventRow]
    names: dict[str, str]

    def name(self, unit: object) -> str:
        """A unit's name."""
        return self.names.get(str(unit), str(unit)) if unit else ""

    def there(self, part: Part) -> tuple[str, ...]:
        """The units that take part as that."""
        return tuple(p.name for p in self.view.participants if p.part == part and p.until is None)

    @property
    def head(self) -> dict[str, Any]:
        """What every paper of a matter says first."""
        matter = self.view.facts
        return {
            "number": matter.list_number or matter.number,
            "title": matter.title,
            "channel": self.view.channel_label,
            "matter_class": matter.matter_class.label if matter.matter_class else "",
            "office": "、".join(self.there(Part.OFFICE)),
            "lead": self.name(matter.lead),
            "assigned_at": matter.assigned_at,
            "due_at": matter.due_at,
        }

    @property
    def given(self) -> EventRow:
        """The act by which the matter was given to its unit. Raises Refused where it was not."""
        return must(last(self.events, MatterAssigned.kind, MatterReassigned.kind), norms.LIST_ASSIGN)


def _on_file(number: str, actor: Actor, now: datetime) -> _OnFile:
    view = queries.view(number, actor, now=now)
    events = record.events(view.facts.subject)
    names = unit_names({view.facts.lead or "", *(e.unit for e in events)} - {""})
    return _OnFile(view, events, names | {p.unit: p.name for p in view.participants})


@paper(subject="matter", sheet=Assignment, by=OFFICE_UNIT, ask=assigned)
def assignment(number: str, actor: Actor, now: datetime) -> Assignment:
    """The 交办单 of the assignment that is in force."""
    file = _on_file(number, actor, now)
    matter, given = file.view.facts, file.given
    duty = owed(file.view.duties, DutyKind.HANDLE)
    return Assignment(
        number=matter.list_number or number,
        desk="、".join(file.there(Part.OFFICE)),
        lead=file.name(matter.lead),
        co_units=file.there(Part.CO),
        title=matter.title,
        content=file.view.content,
        basis=said(given, "basis"),
        requirements=said(given, "requirements"),
        assigned_at=matter.assigned_at or given.at,
        due_at=matter.due_at,
        clause=duty.citation if duty else "",
        copies=file.there(Part.SUPERVISION),
    )


@paper(subject="matter", sheet=Copy, by=OFFICE_UNIT, ask=copied)
def copy(number: str, actor: Actor, now: datetime) -> Copy:
    """The 抄送单 to the supervision body."""
    file = _on_file(number, actor, now)
    told = must(last(file.events, CopiedToSupervision.kind), norms.LIST_COPY)
    return Copy(
        **file.head,
        supervision=str(told.facts["supervision_name"]),
        co_units=file.there(Part.CO),
        basis=said(file.given, "basis"),
        requirements=said(file.given, "requirements"),
        copied_at=told.at,
    )


@paper(subject="matter", sheet=MatterFeedback, by=(LEAD_UNIT, LEAD_HEAD), choice=issuers_of_feedback, ask=drafted)
def feedback(number: str, actor: Actor, now: datetime) -> MatterFeedback:
    """The 办理结果反馈表 from the last version; before it is signed the form is left for the ink."""
    file = _on_file(number, actor, now)
    row = _feedback(file)
    signed = row.proof == Proof.SIGNATURE
    return MatterFeedback(
        **file.head,
        result=row.result,
        outcome=row.outcome.label,
        basis=row.policy_basis,
        told_method=FeedbackMethod(row.told_method).label if row.told_method else UNTOLD,
        told_at=row.told_at,
        requester_view=row.requester_view,
        cooperation="\n".join(row.words for row in file.view.cooperation),
        proof="（加盖公章件附后）" if row.proof == Proof.SEAL else "",
        signed_by=f"{row.signer_name}{'（代）' if row.acting else ''}" if signed else "",
        signed_at=row.submitted_at if signed else None,
        opinion=row.opinion,
    )


def _feedback(file: _OnFile) -> FeedbackRow:
    if not file.view.feedbacks:
        raise Refused(Refusal("尚未拟写办理结果。", norms.LIST_FEEDBACK_PROOF))
    return file.view.feedbacks[0]


@paper(subject="matter", sheet=SentBack, by=OFFICE_UNIT, ask=to_be_made_good)
def sent_back(number: str, actor: Actor, now: datetime) -> SentBack:
    """The 审核退回单 of the last feedback that was sent back."""
    file = _on_file(number, actor, now)
    event = must(last(file.events, FeedbackSentBack.kind), norms.LIST_SEND_BACK)
    sent = next((f for f in file.view.feedbacks if f.submitted_at and f.submitted_at <= event.at), None)
    again = next((d for d in file.view.duties if d.kind == DutyKind.REWORK and d.opened_at == event.at), None)
    return SentBack(
        **file.head,
        result=sent.result if sent else "",
        verdict=SendBackReason(str(event.facts["reason_code"])).label,
        reason=said(event, "reason"),
        body=file.name(event.unit),
        decided_by=event.name,
        decided_at=event.at,
        again_until=again.due_at if again else None,
    )


@paper(subject="matter", sheet=StruckOff, by=OFFICE_UNIT, ask=struck)
def struck_off(number: str, actor: Actor, now: datetime) -> StruckOff:
    """The 销号确认单 of the last strike-off."""
    file = _on_file(number, actor, now)
    try:
        slip = queries.strike_off_slip(number, actor)
    except Unknown:
        raise Refused(Refusal("尚未销号。", norms.LIST_STRIKE_OFF)) from None
    told, matter = slip.round, file.view.facts
    weight = f"{file.head['matter_class']}（会商纪要未附）" if matter.paperless else file.head["matter_class"]
    return StruckOff(
        **{
            **file.head,
            "matter_class": weight,
            "assigned_at": told.assigned_at,
            "due_at": told.due_at,
            "lead": slip.lead_name,
        },
        specially=put(slip.specially, load_pack(file.view.facts.pack)),
        tracked=f"问题是否解决：{slip.tracked}" if slip.tracked else "",
        overseen=slip.overseen,
        entered_at=told.entered_at,
        result=slip.feedback.result,
        confirmed_by=slip.confirmed_by_name,
        confirmed_at=told.confirmed_at,
        confirmed=told.confirm_opinion,
        supervised_by=slip.supervised_by_name,
        supervised_at=told.supervised_at,
        supervised=told.supervision_finding,
        struck_off_by=slip.struck_off_by_name,
        struck_off_at=told.struck_off_at,
        opinion=told.strike_off_opinion,
    )
