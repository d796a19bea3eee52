"""The documents of a case that tell of its handling: 交办单, 退单申请表, 延期申请表, 答复意见书."""

from dataclasses import dataclass
from datetime import datetime
from math import inf

from bihuan.cases import queries as cases
from bihuan.cases.types import CaseFacts, CaseView, DutyKind, Part
from bihuan.dispatch import queries
from bihuan.dispatch.types import (
    CaseDispatched,
    ContactMethod,
    ExtensionApproved,
    ExtensionRefused,
    ExtensionRequested,
    ReturnApproved,
    ReturnRefused,
    ReturnRequested,
)
from bihuan.documents.commands import paper
from bihuan.documents.types.sheets import Assignment, Extension, Reply, Return
from bihuan.kernel.actor import Actor
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refusal, Refused
from bihuan.organisations.queries import today, unit_names
from bihuan.policy import norms
from bihuan.record import queries as record
from bihuan.record.types import EventRow


def assigned(case: CaseFacts) -> Refusal | None:
    """交办单在派单之后出具。"""
    return None if case.lead else Refusal("尚未派单，没有可以出具的交办单。", norms.DISPATCH_WITH_BASIS)


def return_asked(case: CaseFacts) -> Refusal | None:
    """退单申请表在承办单位申请退单之后出具。"""
    if case.returns or DutyKind.RETURN_DECISION in case.duties:
        return None
    return Refusal("本件没有申请过退单。", norms.RETURN_NOT_OWN_DUTY)


def extension_asked(case: CaseFacts) -> Refusal | None:
    """延期申请表在承办单位申请延期之后出具。"""
    if case.extensions or DutyKind.EXTENSION_DECISION in case.duties:
        return None
    return Refusal("本件没有申请过延期。", norms.EXTENSION_WITH_APPROVAL)


def answer_signed(case: CaseFacts) -> Refusal | None:
    """答复意见书在答复经负责人审签之后出具。"""
    return None if case.signed_off_by else Refusal("答复尚未经负责人审签。", norms.SIGN_OFF)


@dataclass(frozen=True, slots=True)
class _OnFile:
    """What is on file of a case: its page, its record, the names of all units that it tells of."""

    view: CaseView
    events: list[EventRow]
    names: dict[str, str]

    def last(self, *kinds: str, before: float = inf) -> EventRow | None:
        """The last event of these kinds."""
        return next((e for e in reversed(self.events) if e.kind in kinds and e.sequence < before), None)

    def name(self, unit: object) -> str:
        """A unit's name."""
        return self.names.get(str(unit), str(unit)) if unit else ""


def _on_file(number: str, actor: Actor, now: datetime) -> _OnFile:
    view = cases.view(number, actor, now=now)
    events = record.events(view.facts.subject)
    told = {str(e.facts.get("suggested_unit", "")) for e in events}
    units = {view.facts.desk, view.facts.lead or "", *told, *(e.unit for e in events)} - {""}
    names = unit_names(units) | {p.unit: p.name for p in view.participants}
    return _OnFile(view, events, names)


@paper(subject="case", sheet=Assignment, ask=assigned)
def assignment(number: str, actor: Actor, now: datetime) -> Assignment:
    """The 交办单 of the dispatch that is in force."""
    file = _on_file(number, actor, now)
    view, case = file.view, file.view.facts
    given = _must(file.last(CaseDispatched.kind), norms.DISPATCH_WITH_BASIS)
    private = given.private or {}
    duty = next((d for d in view.duties if d.kind == DutyKind.HANDLE and d.discharged_at is None), None)
    return Assignment(
        number=number,
        desk=file.name(case.desk),
        lead=file.name(case.lead),
        co_units=tuple(p.name for p in view.participants if p.part == Part.CO and p.until is None),
        title=case.title,
        content=view.content,
        place=view.place,
        basis=_text(private, "basis"),
        requirements=_text(private, "requirements"),
        assigned_at=case.assigned_at or given.at,
        due_at=duty.due_at if duty else None,
        clause=duty.explanation.citation if duty and duty.explanation else "",
    )


@paper(subject="case", sheet=Return, ask=return_asked)
def return_form(number: str, actor: Actor, now: datetime) -> Return:
    """The 退单申请表 of the last request, with what was decided."""
    file = _on_file(number, actor, now)
    case = file.view.facts
    asked = _must(file.last(ReturnRequested.kind), norms.RETURN_NOT_OWN_DUTY)
    decided = _after(asked, file.last(ReturnApproved.kind, ReturnRefused.kind))
    given = next(
        (e for e in reversed(file.events) if e.kind == CaseDispatched.kind and e.sequence < asked.sequence), None
    )
    private = asked.private or {}
    return Return(
        number=number,
        title=case.title,
        unit=file.name(asked.unit),
        desk=file.name(case.desk),
        assigned_at=given.at if given else None,
        asked_at=asked.at,
        asked_by=asked.name,
        basis=_text(private, "basis"),
        contacted=_text(private, "contacted"),
        contact_method=ContactMethod(str(asked.facts["contact_method"])).label,
        contacted_at=datetime.fromisoformat(str(asked.facts["contacted_at"])),
        suggested_unit=file.name(asked.facts.get("suggested_unit")),
        decision=_decision(decided, ReturnApproved.kind, "同意退单", "不同意退单"),
        opinion=_opinion(decided),
        decided_by=decided.name if decided else "",
        decided_at=decided.at if decided else None,
    )


@paper(subject="case", sheet=Extension, ask=extension_asked)
def extension_form(number: str, actor: Actor, now: datetime) -> Extension:
    """The 延期申请表 of the last request, with what was decided."""
    file = _on_file(number, actor, now)
    case = file.view.facts
    asked = _must(file.last(ExtensionRequested.kind), norms.EXTENSION_WITH_APPROVAL)
    decided = _after(asked, file.last(ExtensionApproved.kind, ExtensionRefused.kind))
    private = asked.private or {}
    due = decided.facts.get("due_at") if decided else None
    return Extension(
        number=number,
        title=case.title,
        unit=file.name(asked.unit),
        desk=file.name(case.desk),
        asked_at=asked.at,
        asked_by=asked.name,
        days=int(str(asked.facts["days"])),
        reason=_text(private, "reason"),
        requester_informed=_text(private, "requester_informed"),
        decision=_decision(decided, ExtensionApproved.kind, "同意延期", "不同意延期"),
        opinion=_opinion(decided),
        decided_by=decided.name if decided else "",
        decided_at=decided.at if decided else None,
        new_due_at=datetime.fromisoformat(str(due)) if due else None,
    )


@paper(subject="case", sheet=Reply, ask=answer_signed)
def reply(number: str, actor: Actor, now: datetime) -> Reply:
    """The 答复意见书 from the last answer that was signed off; the requester's name is left to be written in."""
    file = _on_file(number, actor, now)
    case = file.view.facts
    signed = [a for a in queries.answers(number) if a.signed_off_at is not None]
    if not signed:
        raise Refused(Refusal("答复尚未经负责人审签。", norms.SIGN_OFF), subject=case.subject, pack=case.pack)
    answer = signed[0]
    return Reply(
        issuer=file.name(answer.unit) if answer.unit in file.names else unit_names([answer.unit])[answer.unit],
        recipient="诉求人",
        on=today(answer.signed_off_at or now),
        number=number,
        title=case.title,
        received_on=today(case.registered_at),
        answer=answer.to_requester,
        basis=answer.policy_basis,
        remedy=f"如对本答复有不同意见，可以凭工单编号向{file.name(case.desk)}反映；"
        "依法可以申请行政复议、提起行政诉讼或者信访的，按照法定途径办理。",
    )


def _must(event: EventRow | None, norm: Norm) -> EventRow:
    if event is None:
        raise Refused(Refusal("记录中没有可以出具本文书的办理事项。", norm))
    return event


def _after(asked: EventRow, decided: EventRow | None) -> EventRow | None:
    """The decision, if it was made after this request."""
    return decided if decided is not None and decided.sequence > asked.sequence else None


def _decision(decided: EventRow | None, yes: str, granted: str, refused: str) -> str:
    return "" if decided is None else granted if decided.kind == yes else refused


def _opinion(decided: EventRow | None) -> str:
    private = (decided.private or {}) if decided else {}
    return _text(private, "opinion") or _text(private, "reason")


def _text(private: dict[str, object], name: str) -> str:
    return str(private.get(name, ""))
