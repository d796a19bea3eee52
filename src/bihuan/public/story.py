"""A case in words that a citizen understands, told from its record. Nothing about others is in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

from bihuan.attachments.types import AttachmentRef, FileState
from bihuan.cases.subject import CASE
from bihuan.cases.types import DESK_SPEAKER, CaseFacts, DutyKind, OwnText, Stage
from bihuan.commitments.types import PromiseBroken, PromiseChecked, PromiseFulfilled, PromiseMade, PromiseRenewed
from bihuan.dispatch.types import (
    Answered,
    AnswerRow,
    CaseDispatched,
    CaseRedispatched,
    DispatchRecalled,
    ExtensionApproved,
    LeadEnded,
    RelayAnswered,
    RelayOutcome,
    RequesterAwaited,
    WaitEnded,
)
from bihuan.feedback.types import (
    AnswerApproved,
    CallbackChecked,
    CallbackContested,
    CallbackFinding,
    CallbackMethod,
    CallbackRecorded,
    CaseClosed,
    CaseReopened,
    ParentAnswered,
    ParentEnded,
    ResultTold,
    ReworkOrdered,
    Satisfied,
    Solved,
    UnsolvedDecided,
)
from bihuan.intake.types import (
    AnsweredAtOnce,
    CaseMerged,
    CaseRegistered,
    CaseSupplemented,
    CaseWithdrawn,
    Confirmed,
    DeclineConfirmed,
    QueryCodeRenewed,
    ReferredToPath,
    WithdrawalContested,
    WithdrawalHandedOn,
)
from bihuan.kernel.actor import REQUESTER
from bihuan.matters.types.happenings import CaseListed, CaseListedAgain, ListFollowed, ListLeft
from bihuan.policy.calendar import ZONE
from bihuan.record.types import EventRow

STEPS = ("received", "dispatched", "handled", "reviewed", "asked", "ended")
STEP_WORDS = {
    "received": gettext_lazy("收到"),
    "dispatched": gettext_lazy("分派"),
    "handled": gettext_lazy("办理"),
    "reviewed": gettext_lazy("审核"),
    "asked": gettext_lazy("听您评价"),
    "ended": pgettext_lazy("stage", "办结"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way; `state` is done, here or ahead."""

    word: str
    state: str


@dataclass(frozen=True, slots=True)
class Due:
    """What was promised until when."""

    what: str
    at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened."""

    at: datetime
    text: str
    said: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A file that the requester may look at; its name in the address tells nothing of it."""

    name: str
    file: AttachmentRef

    @property
    def ready(self) -> bool:
        """Whether it can be fetched."""
        return self.file.state is FileState.RELEASED

    @property
    def picture(self) -> bool:
        """Whether a page can show it."""
        return self.file.mime.startswith("image/")


@dataclass(frozen=True, slots=True)
class Told:
    """Something that was answered to the requester."""

    at: datetime
    by: str
    text: str
    outcome: str = ""
    newest: bool = False
    undone: bool = False
    """Whether it was ordered since that the work be done again."""
    files: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """All that a requester is told of their case."""

    received_at: datetime
    days: int
    ended: bool
    who: str
    what: str
    following: str
    tone: str
    steps: tuple[Step, ...]
    dues: tuple[Due, ...]
    paused: bool
    awaited: str
    answers: tuple[Told, ...]
    lines: tuple[Line, ...]
    files: tuple[Shown, ...]
    """What the requester sent themselves."""
    recorded: str
    """What the desk recorded of its call-back, in a sentence; empty where the requester said so themselves."""
    filed: int
    """How many the desk put to the request besides."""


def story(
    case: CaseFacts,
    own: OwnText,
    events: Sequence[EventRow],
    answers: Sequence[AnswerRow],
    kept: Sequence[AttachmentRef],
    *,
    now: datetime,
) -> Story:
    """The case as its requester reads it."""
    first = events[0].facts
    received_at = _moment(first.get("received_at")) or case.registered_at
    joined = case.stage is Stage.MERGED
    ended = case.closed_at is not None and not joined
    until = case.closed_at if ended and case.closed_at else now
    heard = _heard_of_parent(case, own, events) if joined else _heard(case, own, events) or _listed(case, own, events)
    heard = heard or _taken_back_by_desk(case, events)
    if DutyKind.CALLBACK_CHECK in case.duties:
        heard = own.desk_name, _("正由另一人核实您对回访记录的异议。"), _("更正记录，或者向您说明理由。"), "go"
    elif DutyKind.UNSOLVED_FOLLOW_UP in case.duties:
        heard = own.desk_name, _("您说没有解决，正在决定怎样处理。"), _("重新办理，或者向您说明理由。"), "go"
    who, what, following, tone = heard or _standing(case, own)
    return Story(
        received_at=received_at,
        days=max(0, (until.astimezone(ZONE).date() - received_at.astimezone(ZONE).date()).days),
        ended=ended,
        who=who,
        what=what,
        following=following,
        tone=tone,
        steps=_steps(case.stage),
        dues=_dues(case, spoken=_heard(case, own, events) is not None, now=now),
        paused=CASE.traits[case.stage].paused,
        awaited=_awaited(case, events),
        answers=_told(case, own, events, answers, kept),
        lines=tuple(line for event in events if (line := _line(event))),
        files=_sent(events, kept),
        recorded=_recorded(events),
        filed=sum(len(_ids(e, "attachments")) for e in events if e.kind in _WITH_FILES and e.post != REQUESTER),
    )


def shown(events: Sequence[EventRow], kept: Sequence[AttachmentRef]) -> dict[str, Shown]:
    """All files that the requester may look at, by their names in addresses."""
    told = [show for _, files in _proofs(events, kept).items() for show in files]
    return {show.name: show for show in (*_sent(events, kept), *told)}


_WITH_FILES = (CaseRegistered.kind, CaseSupplemented.kind)


def _sent(events: Sequence[EventRow], kept: Sequence[AttachmentRef]) -> tuple[Shown, ...]:
    """What the requester sent, in the order in which it came: numbers of later files change none of earlier ones."""
    mine = [id for e in events if e.kind in _WITH_FILES and e.post == REQUESTER for id in _ids(e, "attachments")]
    found = {ref.id: ref for ref in kept}
    return tuple(Shown(f"mine-{n}", found[id]) for n, id in enumerate(mine, 1) if id in found)


def _proofs(events: Sequence[EventRow], kept: Sequence[AttachmentRef]) -> dict[int, tuple[Shown, ...]]:
    """Version of an answer that has passed → the files that its unit shows the requester."""
    found, proofs = {ref.id: ref for ref in kept}, dict[int, tuple[Shown, ...]]()
    draft, ids, count = 0, tuple[int, ...](), 0
    for event in events:
        if event.kind == Answered.kind:
            draft, ids = int(str(event.facts.get("answer_version", 0))), _ids(event, "for_requester")
        elif event.kind in _PASSED and draft not in proofs:
            proofs[draft] = tuple(Shown(f"told-{count + n}", found[id]) for n, id in enumerate(ids, 1) if id in found)
            count += len(ids)
    return proofs


def _steps(stage: Stage) -> tuple[Step, ...]:
    step = CASE.traits[stage].step
    if not step:
        return ()
    here, over = STEPS.index(step), step == STEPS[-1]
    return tuple(
        Step(str(STEP_WORDS[name]), "done" if place < here or over else "here" if place == here else "ahead")
        for place, name in enumerate(STEPS)
    )


def _heard(case: CaseFacts, own: OwnText, events: Sequence[EventRow]) -> tuple[str, str, str, str] | None:
    """What stands once the requester has said what they think of the answer, until the desk decides."""
    if case.stage is not Stage.CALLBACK:
        return None
    kinds = (AnswerApproved.kind, CallbackRecorded.kind)
    last = next(
        (e for e in reversed(events) if e.kind in kinds and (e.kind == kinds[0] or e.facts.get("reached"))), None
    )
    if last is None or last.kind == AnswerApproved.kind:
        return None
    return own.desk_name, _("已听到您的评价，正在据此决定。"), _("办结，或者发回重办。"), "go"


def _recorded(events: Sequence[EventRow]) -> str:
    """What the desk recorded of its last call-back in which it reached the requester."""
    last = next((e for e in reversed(events) if e.kind == CallbackRecorded.kind and e.facts.get("reached")), None)
    if last is None or last.facts.get("method") == CallbackMethod.SELF:
        return ""
    said = {
        "at": f"{last.at.astimezone(ZONE):%Y-%m-%d %H:%M}",
        "solved": _(Solved(str(last.facts["solved"])).label),
        "satisfied": _(Satisfied(str(last.facts["satisfied"])).label),
    }
    return _("受理单位%(at)s回访您，登记的是：%(solved)s，%(satisfied)s。") % said


def _heard_of_parent(case: CaseFacts, own: OwnText, events: Sequence[EventRow]) -> tuple[str, str, str, str] | None:
    """What stands in a joined case since the other one was answered."""
    answered = max((n for n, e in enumerate(events) if e.kind == ParentAnswered.kind), default=None)
    if answered is None or any(e.kind == CaseMerged.kind for e in events[answered:]):
        return None
    if DutyKind.UNMERGE in case.duties:
        return own.desk_name, _("已听到您的评价，正在恢复单独办理。"), _("重新分派给承办单位。"), "go"
    if DutyKind.TELL_RESULT not in case.duties:
        return "", _("已经答复，见下面的答复。"), _("情况有变化的，可以另提一件，或拨打12345。"), "end"
    if case.callback_wanted:
        return _("您"), _("已有答复，请您评价。"), _("没解决的，恢复单独办理。"), "you"
    return own.desk_name, _("已有答复，正由受理单位告诉您。"), "", "go"


def _listed(case: CaseFacts, own: OwnText, events: Sequence[EventRow]) -> tuple[str, str, str, str] | None:
    """What stands while it is on the list: since when, and with whom."""
    if case.stage is not Stage.LISTED:
        return None
    entry = next(e for e in reversed(events) if e.kind in (CaseListed.kind, CaseListedAgain.kind))
    since = {"on": f"{entry.at.astimezone(ZONE):%Y-%m-%d}"}
    asked = case.callback_wanted and not case.anonymous
    following = _("办完审核、销号后，再听您评价。") if asked else _("办完审核、销号后，答复写在这里。")
    if any(e.kind == ListFollowed.kind and e.sequence > entry.sequence for e in events):
        return own.lead_name, _("%(on)s列入督办清单，正由它办理。") % since, following, "go"
    return own.desk_name, _("%(on)s列入督办清单，正在确定由哪个单位办理。") % since, following, "go"


def _taken_back_by_desk(case: CaseFacts, events: Sequence[EventRow]) -> tuple[str, str, str, str] | None:
    """What stands once the desk entered that the requester took it back: whoever did not can say so."""
    if case.stage is not Stage.WITHDRAWN:
        return None
    last = next(e for e in reversed(events) if e.kind == CaseWithdrawn.kind)
    if not last.unit:
        return None
    return "", _("受理单位登记您已撤回。"), _("不是您撤回的，可以说明情况，恢复办理。"), "end"


def _standing(case: CaseFacts, own: OwnText) -> tuple[str, str, str, str]:
    """Who has it, what they do with it, what comes next, and how calm that is."""
    desk, lead = own.desk_name, own.lead_name
    review = _("办完后由%(desk)s审核，再听您评价。") % {"desk": desk}
    words: dict[Stage, tuple[str, str, str, str]] = {
        Stage.REGISTERED: (
            desk,
            _("已收到，正在看该由哪个单位办理。"),
            _("分派给承办单位，由受理单位与您联系。") if case.confidential else _("分派给承办单位，由它与您联系。"),
            "go",
        ),
        Stage.DECLINE_REVIEW: (desk, _("正在研究是否应由我们受理。"), _("不受理的，会写明理由告诉您。"), "go"),
        Stage.TRIAGE: (
            desk,
            _("正在分派给承办单位。"),
            _("承办单位签收后，由受理单位与您联系。") if case.confidential else _("承办单位签收后与您联系。"),
            "go",
        ),
        Stage.DISPATCHED: (lead, _("已分派给它，等它签收。"), _("签收后办理，办完答复您。"), "go"),
        Stage.HANDLING: (lead, _("正在办理。"), review, "go"),
        Stage.AWAITING: (_("您"), _("%(lead)s在等您补充情况。") % {"lead": lead}, _("您补充后马上接着办理。"), "you"),
        Stage.RETURN_REVIEW: (
            desk,
            _("%(lead)s认为不归它办，正在核实该由谁办。") % {"lead": lead},
            _("核实后继续办理或改派。"),
            "go",
        ),
        Stage.ADJUDICATING: (
            desk,
            _("几个单位都说不归自己管，正在由⟨staffing⟩和⟨justice⟩认定该由谁办。"),
            _("认定后立即派给承办单位。"),
            "go",
        ),
        Stage.ESCALATED: (
            desk,
            _("现有分工没有写明归谁管，已报请⟨leadership⟩指定办理单位。"),
            _("指定后立即派给承办单位。"),
            "go",
        ),
        Stage.SIGN_OFF: (lead, _("已写好答复，等它的负责人签字。"), review, "go"),
        Stage.SUBMITTED: (desk, _("正在审核答复是不是把事情办好了。"), _("审核通过后您就能看到答复。"), "go"),
        Stage.CALLBACK: (_("您"), _("已有答复，请您评价。"), _("您满意就办结；没解决的发回重办。"), "you"),
        Stage.REWORK: (lead, _("没有办好，已发回重办。"), review, "go"),
        Stage.HUNG: (lead, _("眼下客观上解决不了，已列入计划，定期复核。"), _("条件具备后恢复办理。"), "go"),
        Stage.CLOSED: ("", _("已经办结。"), _("情况有变化的，可以另提一件，或拨打12345。"), "end"),
        Stage.ARCHIVED: ("", _("已经办结并归档。"), _("情况有变化的，可以另提一件，或拨打12345。"), "end"),
        Stage.NOT_ACCEPTED: ("", _("没有受理，理由见下面的答复。"), "", "end"),
        Stage.TRANSFERRED: ("", _("已转到别的途径，见下面的说明。"), "", "end"),
        Stage.MERGED: (desk, _("与反映同一件事的诉求合在一起办理。"), _("办好后由受理单位告诉您。"), "go"),
        Stage.TERMINATED: ("", _("已终止办理。"), _("有疑问请拨打12345。"), "end"),
        Stage.WITHDRAWN: ("", _("您已撤回。"), _("需要时可以另提一件。"), "end"),
    }
    return words[case.stage]


_DUE_WORDS = {
    DutyKind.DISPATCH: gettext_lazy("分派给承办单位"),
    DutyKind.DECLINE_DECISION: gettext_lazy("决定是否受理"),
    DutyKind.SIGN_IN: gettext_lazy("承办单位签收"),
    DutyKind.FIRST_CONTACT: gettext_lazy("承办单位与您联系"),
    DutyKind.RELAY: gettext_lazy("受理单位与您联系"),
    DutyKind.HANDLE: gettext_lazy("办完并答复您"),
    DutyKind.REWORK: gettext_lazy("重新办完并答复您"),
    DutyKind.RETURN_DECISION: gettext_lazy("核实该由谁办"),
    DutyKind.DETERMINATION: gettext_lazy("认定该由谁办"),
    DutyKind.AWAIT_REQUESTER: gettext_lazy("等您补充"),
    DutyKind.REVIEW: gettext_lazy("审核答复"),
    DutyKind.CALLBACK: gettext_lazy("听您评价"),
    DutyKind.CALLBACK_CHECK: gettext_lazy("核实您对回访记录的异议"),
    DutyKind.HANG_REVIEW: gettext_lazy("复核"),
    DutyKind.UNSOLVED_FOLLOW_UP: gettext_lazy("决定怎样处理"),
    DutyKind.TELL_RESULT: gettext_lazy("告诉您结果，听您评价"),
    DutyKind.UNMERGE: gettext_lazy("恢复单独办理"),
    DutyKind.LISTED: gettext_lazy("清单上办结"),
}
_STOPPED = (DutyKind.HANDLE, DutyKind.REWORK, DutyKind.FIRST_CONTACT)
"""Duties that are not counted while the clock stands still."""


def _dues(case: CaseFacts, *, spoken: bool, now: datetime) -> tuple[Due, ...]:
    """What is owed the requester, the nearest first; what the units owe each other is left out.

    Who has spoken is not told that they will still be heard, though the desk has yet to decide on it.
    """
    stopped = (_STOPPED if CASE.traits[case.stage].paused else ()) + ((DutyKind.CALLBACK,) if spoken else ())
    shown = {DutyKind(kind): at for kind, at in case.duties.items() if kind in _DUE_WORDS and kind not in stopped}
    desk_speaks = {DutyKind.FIRST_CONTACT: _DUE_WORDS[DutyKind.RELAY]} if case.confidential else {}
    words = {**_DUE_WORDS, **desk_speaks}
    return tuple(Due(str(words[kind]), at, at < now) for kind, at in sorted(shown.items(), key=lambda d: d[1]))


def _awaited(case: CaseFacts, events: Sequence[EventRow]) -> str:
    """What the unit waits for."""
    if case.stage is not Stage.AWAITING:
        return ""
    asked = next((e for e in reversed(events) if e.kind == RequesterAwaited.kind), None)
    return _private(asked, "missing") if asked else ""


def _told(
    case: CaseFacts,
    own: OwnText,
    events: Sequence[EventRow],
    answers: Sequence[AnswerRow],
    kept: Sequence[AttachmentRef],
) -> tuple[Told, ...]:
    """What was answered to the requester and passed by the desk, the newest first."""
    proofs = _proofs(events, kept)
    written = {answer.version: answer for answer in answers}
    found: list[Told] = []
    draft, lead = 0, own.lead_name
    passed: set[int] = set()
    for event in events:
        if event.kind in (CaseDispatched.kind, CaseRedispatched.kind, ListFollowed.kind):
            lead = str(event.facts.get("lead_name", lead))
        elif event.kind in (Answered.kind, ListLeft.kind):
            draft = int(str(event.facts.get("answer_version", 0)))
        if event.kind in _PASSED and draft in written and draft not in passed:
            passed.add(draft)
            answer = written[draft]
            files = proofs.get(draft, ())
            found.append(Told(event.at, lead, answer.to_requester, _(answer.outcome.label), files=files))
        elif event.kind in _DONE_AGAIN:
            found = [replace(told, undone=True) for told in found]
        elif event.kind == ParentAnswered.kind:
            told = _private(event, "answer"), _(str(event.facts.get("outcome", "")))
            found.append(Told(event.at, str(event.facts.get("lead_name", "")), *told))
        elif name := _ANSWERED_BY_DESK.get(event.kind):
            found.append(Told(event.at, own.desk_name, _private(event, name)))
    found.reverse()
    return tuple(replace(told, newest=place == 0) for place, told in enumerate(found))


_DONE_AGAIN = (ReworkOrdered.kind, CaseReopened.kind)
_PASSED = (AnswerApproved.kind, CaseClosed.kind, ListLeft.kind)
"""What lets the requester read the newest answer."""
_ANSWERED_BY_DESK = {
    AnsweredAtOnce.kind: "answer",
    ReferredToPath.kind: "told",
    DeclineConfirmed.kind: "told",
    UnsolvedDecided.kind: "reason",
}
"""Kind → the private field in which the desk itself answers."""


def _line(event: EventRow) -> Line | None:
    """One line of what happened; None for what is between units."""
    words = _LINES.get(event.kind)
    if words is None:
        return None
    mine = event.post == REQUESTER
    told = (_OWN_WORDS if mine else _TOLD_WORDS).get(event.kind)
    said = _private(event, told) if told else ""
    return Line(event.at, words(event, mine), said, mine)


_OWN_WORDS = {
    CaseSupplemented.kind: "text",
    CallbackRecorded.kind: "verbatim",
    CallbackContested.kind: "reason",
    WithdrawalHandedOn.kind: "reason",
    WithdrawalContested.kind: "reason",
}
_TOLD_WORDS = {CallbackChecked.kind: "reason"}
"""Kind → the private field with the requester's words, and with those of the desk for them."""


def _always(words: str) -> Callable[[EventRow, bool], str]:
    return lambda event, mine: _(words)


def _dispatched(event: EventRow, mine: bool) -> str:
    return _("交给%(unit)s办理。") % {"unit": event.facts.get("lead_name", "")}


def _redispatched(event: EventRow, mine: bool) -> str:
    return _("改由%(unit)s办理。") % {"unit": event.facts.get("lead_name", "")}


def _contacted(event: EventRow, mine: bool) -> str:
    if event.post in DESK_SPEAKER.posts:
        return _relayed(event, mine)
    if event.facts.get("reached"):
        return _("承办单位登记：已与您联系。")
    return _("承办单位登记：联系过您，没有联系上。")


def _relayed(event: EventRow, mine: bool) -> str:
    if event.facts.get("reached") or event.facts.get("outcome") == RelayOutcome.TOLD:
        return _("受理单位与您联系过，没有告诉办理单位您是谁。")
    return _("受理单位联系过您，没有联系上。")


def _extended(event: EventRow, mine: bool) -> str:
    due_at = _moment(event.facts.get("due_at"))
    return _("办理期限延长到%(at)s。") % {"at": f"{due_at.astimezone(ZONE):%Y-%m-%d %H:%M}" if due_at else ""}


def _promised(event: EventRow, mine: bool) -> str:
    said = {"unit": event.facts.get("unit_name", ""), "on": event.facts.get("due_on", "")}
    return _("%(unit)s承诺在%(on)s前办好。") % said


def _promise_renewed(event: EventRow, mine: bool) -> str:
    return _("承诺改到%(on)s前兑现。") % {"on": event.facts.get("due_on", "")}


def _promise_checked(event: EventRow, mine: bool) -> str:
    return _("受理单位核实：承诺已经兑现。") if event.facts.get("kept") else _("受理单位核实：承诺没有兑现。")


def _asked(event: EventRow, mine: bool) -> str:
    facts = event.facts
    if not facts.get("reached"):
        return _("受理单位回访，没有联系上您。")
    said = {
        "solved": _(Solved(str(facts["solved"])).label),
        "satisfied": _(Satisfied(str(facts["satisfied"])).label),
    }
    if facts.get("method") == CallbackMethod.SELF:
        return _("您评价：%(solved)s，%(satisfied)s。") % said
    return _("受理单位回访，记录您的意见：%(solved)s，%(satisfied)s。") % said


def _contested(event: EventRow, mine: bool) -> str:
    said = {
        "solved": _(Solved(str(event.facts["solved"])).label),
        "satisfied": _(Satisfied(str(event.facts["satisfied"])).label),
    }
    return _("您对回访记录提出异议：%(solved)s，%(satisfied)s。") % said


def _checked(event: EventRow, mine: bool) -> str:
    if event.facts.get("finding") == CallbackFinding.CORRECTED:
        return _("受理单位核实了您的异议，按您说的更正了记录。")
    return _("受理单位核实了您的异议，认为记录属实。")


def _told_result(event: EventRow, mine: bool) -> str:
    if event.facts.get("reached"):
        return _("受理单位把结果告诉了您。")
    return _("受理单位联系您告知结果，没有联系上。")


def _followed(event: EventRow, mine: bool) -> str:
    return _("清单上交给%(unit)s办理。") % {"unit": event.facts.get("lead_name", "")}


def _wished_back(event: EventRow, mine: bool) -> str:
    if mine:
        return _("您要求撤回，已转给清单上的办理单位。")
    return _("受理人员把您撤回的要求转给了清单上的办理单位。")


def _taken_back(event: EventRow, mine: bool) -> str:
    how, at = event.facts.get("confirmed_how"), _moment(event.facts.get("confirmed_at"))
    if mine or not how or at is None:
        return _("撤回。")
    said = {"at": f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}", "how": _(Confirmed(str(how)).label)}
    return _("受理单位登记撤回：%(at)s通过%(how)s与您确认。") % said


def _supplemented(event: EventRow, mine: bool) -> str:
    return _("您补充了情况。") if mine else _("受理人员替您补充了情况。")


_LINES: Mapping[str, Callable[[EventRow, bool], str]] = {
    CaseRegistered.kind: _always(gettext_noop("收到您的诉求。")),
    "case.accepted": _always(gettext_noop("受理，准备分派。")),
    CaseDispatched.kind: _dispatched,
    "case.signed-in": _always(gettext_noop("承办单位签收，开始办理。")),
    "case.contact-recorded": _contacted,
    RelayAnswered.kind: _relayed,
    DispatchRecalled.kind: _always(gettext_noop("派给的单位不对，撤回重新分派。")),
    CaseRedispatched.kind: _redispatched,
    LeadEnded.kind: _always(gettext_noop("承办单位已撤销，重新分派。")),
    "case.return-approved": _always(gettext_noop("原单位不管这件事，重新分派。")),
    ExtensionApproved.kind: _extended,
    RequesterAwaited.kind: _always(gettext_noop("等您补充情况，期间不计时限。")),
    WaitEnded.kind: _always(gettext_noop("等您补充的时间已满，继续办理；您随时可以补充。")),
    "case.resumed": _always(gettext_noop("继续办理。")),
    CaseSupplemented.kind: _supplemented,
    "case.hung": _always(gettext_noop("眼下解决不了，列入计划定期复核。")),
    "case.hung-resumed": _always(gettext_noop("恢复办理。")),
    "case.hang-denied": _always(gettext_noop("恢复办理。")),
    "case.signed-off": _always(gettext_noop("承办单位负责人签字，报审核。")),
    AnswerApproved.kind: _always(gettext_noop("答复通过审核，请您评价。")),
    "case.sent-back": _always(gettext_noop("审核没有通过，退回承办单位补办。")),
    CallbackRecorded.kind: _asked,
    CallbackContested.kind: _contested,
    CallbackChecked.kind: _checked,
    "case.rework-ordered": _always(gettext_noop("发回重办。")),
    PromiseMade.kind: _promised,
    PromiseFulfilled.kind: _always(gettext_noop("责任单位报告承诺已经兑现，受理单位会向您核实。")),
    PromiseChecked.kind: _promise_checked,
    PromiseBroken.kind: _always(gettext_noop("承诺的日期到了，还没有兑现，由受理单位处理。")),
    PromiseRenewed.kind: _promise_renewed,
    CaseClosed.kind: _always(gettext_noop("办结。")),
    UnsolvedDecided.kind: _always(gettext_noop("决定不再办理，理由见答复。")),
    "case.reopened": _always(gettext_noop("重新办理。")),
    AnsweredAtOnce.kind: _always(gettext_noop("当即答复。")),
    "case.handed-over": _always(gettext_noop("已移交紧急服务。")),
    ReferredToPath.kind: _always(gettext_noop("告知应走的途径。")),
    DeclineConfirmed.kind: _always(gettext_noop("不予受理。")),
    ParentAnswered.kind: _always(gettext_noop("合并办理的诉求有了答复。")),
    ParentEnded.kind: _always(gettext_noop("恢复单独办理，重新分派。")),
    ResultTold.kind: _told_result,
    CaseMerged.kind: _always(gettext_noop("与反映同一件事的诉求合并办理。")),
    "case.unmerged": _always(gettext_noop("恢复单独办理。")),
    "case.terminated": _always(gettext_noop("终止办理。")),
    CaseListed.kind: _always(gettext_noop("列入督办清单。")),
    CaseListedAgain.kind: _always(gettext_noop("复查发现没有解决，重新列入督办清单。")),
    ListFollowed.kind: _followed,
    ListLeft.kind: _always(gettext_noop("清单上已办结销号，结果就是给您的答复。")),
    WithdrawalHandedOn.kind: _wished_back,
    CaseWithdrawn.kind: _taken_back,
    WithdrawalContested.kind: _always(gettext_noop("您没有撤回，恢复办理，重新分派。")),
    QueryCodeRenewed.kind: _always(gettext_noop("核实本人后补发了新的查询码，原来的作废。")),
}
"""What a requester is told of what happened. What is not here is between units, or tells of others."""


def _private(event: EventRow, name: str) -> str:
    return str((event.private or {}).get(name, ""))


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(str(value)) if value else None


def _ids(event: EventRow, name: str) -> tuple[int, ...]:
    said = event.facts.get(name)
    return tuple(int(str(id)) for id in said) if isinstance(said, list) else ()
