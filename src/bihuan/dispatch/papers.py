"""The documents of a case that tell of its handling: 交办单, 退单申请表, 延期申请表, 答复意见书."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.cases import queries as cases
from bihuan.cases.types import DESK_UNIT, LEAD_SIGNER, LEAD_UNIT, CaseFacts, CaseView, DutyKind, Part
from bihuan.dispatch import queries
from bihuan.dispatch.types import (
    WORKING_DAYS,
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
from bihuan.documents.filling import last, must, owed, said
from bihuan.documents.types.sheets import Assignment, Extension, Reply, Return
from bihuan.kernel.actor import Actor
from bihuan.kernel.norm import Norm, carries_out
from bihuan.kernel.refusal import Refusal, Refused
from bihuan.kernel.stages import Role
from bihuan.organisations.queries import today, unit_names
from bihuan.policy import norms
from bihuan.policy.loader import pack as load_pack
from bihuan.record import queries as record
from bihuan.record.types import EventRow


@carries_out(norms.DISPATCH_WITH_BASIS)
def assigned(case: CaseFacts) -> Refusal | None:
    """交办单在派单之后出具。"""
    return None if case.lead else Refusal("尚未派单，没有可以出具的交办单。", norms.DISPATCH_WITH_BASIS)


@carries_out(norms.RETURN_NOT_OWN_DUTY)
def return_asked(case: CaseFacts) -> Refusal | None:
    """退单申请表在承办单位申请退单之后、决定之前出具；同意退单之后载明决定。"""
    if case.returns or DutyKind.RETURN_DECISION in case.duties:
        return None
    return Refusal("本件没有待审核或者已同意的退单申请。", norms.RETURN_NOT_OWN_DUTY)


def issuers_of_return(case: CaseFacts) -> tuple[Role, ...]:
    """退单申请表由申请的单位出具；同意退单之后该单位已不参与本件，由作出决定的受理单位出具。"""
    return (LEAD_UNIT,) if DutyKind.RETURN_DECISION in case.duties else (DESK_UNIT,)


@carries_out(norms.EXTENSION_WITH_APPROVAL)
def extension_asked(case: CaseFacts) -> Refusal | None:
    """延期申请表在承办单位申请延期之后出具。"""
    asked_for = load_pack(case.pack).binds(norms.EXTENSION_WITH_APPROVAL)
    if asked_for and (case.extensions or DutyKind.EXTENSION_DECISION in case.duties):
        return None
    return Refusal("本件没有待审批或者已同意的延期申请。", norms.EXTENSION_WITH_APPROVAL)


def issuers_of_extension(case: CaseFacts) -> tuple[Role, ...]:
    """延期申请表由申请的单位出具；决定之后，作出决定的受理单位也可以出具。"""
    return (LEAD_UNIT,) if DutyKind.EXTENSION_DECISION in case.duties else (LEAD_UNIT, DESK_UNIT)


@carries_out(norms.SIGN_OFF)
def answer_signed(case: CaseFacts) -> Refusal | None:
    """答复意见书在答复经负责人审签之后出具。"""
    return None if case.signed_off_by else Refusal("答复尚未经负责人审签。", norms.SIGN_OFF)


@dataclass(frozen=True, slots=True)
class _OnFile:
    """What is on file of a case: its page, its record, the names of all units that it tells of."""

    view: CaseView
    events: list[EventRow]
    names: dict[str, str]

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


def _must_be_of(unit: str, file: _OnFile, actor: Actor, norm: Norm) -> None:
    """The desk and the unit whose act a paper tells of issue it; a unit that took the case over later does not."""
    case = file.view.facts
    if not actor.units & {unit, case.desk}:
        reason = f"这份文书说的是{file.name(unit)}的办理，由该单位出具。"
        raise Refused(Refusal(reason, norm), subject=case.subject, pack=case.pack)


@paper(subject="case", sheet=Assignment, by=DESK_UNIT, ask=assigned)
def assignment(number: str, actor: Actor, now: datetime) -> Assignment:
    """The 交办单 of the dispatch that is in force."""
    file = _on_file(number, actor, now)
    view, case = file.view, file.view.facts
    given = must(last(file.events, CaseDispatched.kind), norms.DISPATCH_WITH_BASIS)
    duty = owed(view.duties, DutyKind.HANDLE)
    return Assignment(
        number=number,
        desk=file.name(case.desk),
        lead=file.name(case.lead),
        co_units=tuple(p.name for p in view.participants if p.part == Part.CO and p.until is None),
        title=case.title,
        content=view.content,
        place=view.where,
        basis=said(given, "basis"),
        requirements=said(given, "requirements"),
        assigned_at=case.assigned_at or given.at,
        due_at=duty.due_at if duty else None,
        clause=duty.citation if duty else "",
    )


@paper(subject="case", sheet=Return, by=(LEAD_UNIT, DESK_UNIT), choice=issuers_of_return, ask=return_asked)
def return_form(number: str, actor: Actor, now: datetime) -> Return:
    """The 退单申请表 of the last request, with what was decided."""
    file = _on_file(number, actor, now)
    asked = must(last(file.events, ReturnRequested.kind), norms.RETURN_NOT_OWN_DUTY)
    _must_be_of(asked.unit, file, actor, norms.RETURN_NOT_OWN_DUTY)
    given = last(file.events, CaseDispatched.kind, before=asked.sequence)
    return Return(
        **_asked(file, asked, _after(file, asked, ReturnApproved.kind, ReturnRefused.kind), "退单"),
        assigned_at=given.at if given else None,
        basis=said(asked, "basis"),
        contacted=said(asked, "contacted"),
        contact_method=ContactMethod(str(asked.facts["contact_method"])).label,
        contacted_at=datetime.fromisoformat(str(asked.facts["contacted_at"])),
        suggested_unit=file.name(asked.facts.get("suggested_unit")),
    )


@paper(subject="case", sheet=Extension, by=(LEAD_UNIT, DESK_UNIT), choice=issuers_of_extension, ask=extension_asked)
def extension_form(number: str, actor: Actor, now: datetime) -> Extension:
    """The 延期申请表 of the last request, with what was decided."""
    file = _on_file(number, actor, now)
    asked = must(last(file.events, ExtensionRequested.kind), norms.EXTENSION_WITH_APPROVAL)
    _must_be_of(asked.unit, file, actor, norms.EXTENSION_WITH_APPROVAL)
    decided = _after(file, asked, ExtensionApproved.kind, ExtensionRefused.kind)
    due = decided.facts.get("due_at") if decided else None
    return Extension(
        **_asked(file, asked, decided, "延期"),
        days=int(str(asked.facts["days"])),
        per=str(asked.facts.get("per", WORKING_DAYS)),
        reason=said(asked, "reason"),
        requester_informed=said(asked, "requester_informed"),
        new_due_at=datetime.fromisoformat(str(due)) if due else None,
    )


def _asked(file: _OnFile, asked: EventRow, decided: EventRow | None, what: str) -> dict[str, Any]:
    """Who asked for what, and what was decided."""
    case = file.view.facts
    refused = decided is not None and decided.kind in (ReturnRefused.kind, ExtensionRefused.kind)
    return {
        "number": case.number,
        "title": case.title,
        "unit": file.name(asked.unit),
        "desk": file.name(case.desk),
        "asked_at": asked.at,
        "asked_by": asked.name,
        "decision": f"{'不' if refused else ''}同意{what}" if decided else "",
        "opinion": said(decided, "opinion", "reason"),
        "decided_by": decided.name if decided else "",
        "decided_at": decided.at if decided else None,
    }


def _after(file: _OnFile, asked: EventRow, *kinds: str) -> EventRow | None:
    """The decision, if it was made after this request."""
    decided = last(file.events, *kinds)
    return decided if decided is not None and decided.sequence > asked.sequence else None


@paper(subject="case", sheet=Reply, by=LEAD_SIGNER, ask=answer_signed)
def reply(number: str, actor: Actor, now: datetime) -> Reply:
    """The 答复意见书 from the last answer that was signed off; the requester's name is left to be written in."""
    file = _on_file(number, actor, now)
    case = file.view.facts
    signed = [a for a in queries.answers(number) if a.signed_off_at is not None]
    if not signed:
        raise Refused(Refusal("答复尚未经负责人审签。", norms.SIGN_OFF), subject=case.subject, pack=case.pack)
    answer = signed[0]
    _must_be_of(answer.unit, file, actor, norms.SIGN_OFF)
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
