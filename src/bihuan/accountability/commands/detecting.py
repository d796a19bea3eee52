"""What the record shows of units: read as a stream, each event once. It opens clues with evidence, and no more."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from bihuan.accountability import queries
from bihuan.accountability.commands.filing import enter, unmet
from bihuan.accountability.commands.opening import Finding, find
from bihuan.accountability.models import Sign
from bihuan.accountability.rules import detection as rules
from bihuan.cases.types import CaseFacts
from bihuan.cases.types import Stage as CaseStage
from bihuan.commitments import queries as commitments
from bihuan.dispatch.types import Answered, ContactRecorded, ExtensionApproved
from bihuan.duties import queries as duties
from bihuan.duties.commands import due_after
from bihuan.duties.types import OverdueRow
from bihuan.feedback.types import AnswerSentBack, CallbackRecorded, ReworkOrdered
from bihuan.joint.types import JointFacts
from bihuan.joint.types.happenings import Graded, ObjectionUpheld
from bihuan.kernel.refusal import Unknown
from bihuan.organisations import clocks
from bihuan.policy import norms
from bihuan.policy.calendar import told
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.loader import usable
from bihuan.policy.pack import DETECTORS, Detector, Pack
from bihuan.record import queries as record
from bihuan.record import stream
from bihuan.record.stream import Consumer, StreamEvent
from bihuan.record.types import AttemptRefused, EventRow
from bihuan.subjects.registry import REGISTRY
from bihuan.supervision import queries as supervision
from bihuan.supervision.types import DirectiveFacts, Kind
from bihuan.supervision.types.happenings import ColouredDistributed, ColouredRegistered, OrderIssued

NEVER = ("",)
"""The kind of no event: the clock looks, not the stream."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An event with the subject on whose record it stands."""

    event: StreamEvent
    subject: object
    """Its facts."""
    pack: Pack
    values: Detector

    def said(self, name: str) -> object:
        """What the event says."""
        return self.event.facts.get(name)

    @property
    def before(self) -> list[EventRow]:
        """The events of the record up to this one, the newest first."""
        found = record.events(self.event.subject)
        return [one for one in reversed(found) if one.sequence < self.event.sequence]

    def last(self, kind: str) -> EventRow | None:
        """The last event of a kind before this one."""
        return next((one for one in self.before if one.kind == kind), None)

    def counted(self, unit: str, since: datetime, words: str) -> tuple[tuple[str, int, str], ...]:
        """This event kept as one that counts, with those before it since then, the last twenty."""
        event, code = self.event, self.values.code
        Sign.objects.get_or_create(
            detector=code,
            unit=unit,
            subject=event.subject,
            sequence=event.sequence,
            defaults={"jurisdiction": event.jurisdiction, "at": event.at},
        )
        return tuple((subject, at, words) for subject, at in queries.signs(code, unit, since, event.at)[-20:])

    def here(self, words: str) -> tuple[str, int, str]:
        """This event as evidence."""
        return self.event.subject, self.event.sequence, words


@dataclass(frozen=True, slots=True)
class Shown:
    """What an event shows of a unit, and where that stands."""

    unit: str
    facts: str
    events: tuple[tuple[str, int, str], ...]
    express: bool = False


Detect = Callable[[Seen], Iterable[Shown]]
_DETECT: dict[str, tuple[frozenset[str], Detect]] = {}


def detects(code: str, *kinds: str) -> Callable[[Detect], Detect]:
    """Declare what a detector makes of events of these kinds; of all where none is named."""

    def declare(detect: Detect) -> Detect:
        _DETECT[code] = (frozenset(kinds), detect)
        return detect

    return declare


def at(event: EventRow, words: str) -> tuple[str, int, str]:
    """An earlier event as evidence."""
    return event.subject, event.sequence, words


@detects("satisfied_denied", CallbackRecorded.kind)
def _satisfied_denied(seen: Seen) -> Iterator[Shown]:
    """答复写诉求人满意，回访不满意。"""
    answer = seen.last(Answered.kind)
    if answer is None or not rules.denies_satisfaction(seen.event.facts, follow_up=answer.facts.get("follow_up")):
        return
    events = (at(answer, "答复写明诉求人满意"), seen.here("回访：诉求人不满意"))
    yield Shown(answer.unit, "答复写明诉求人满意，平台回访诉求人不满意。", events)


@detects("contact_denied", CallbackRecorded.kind)
def _contact_denied(seen: Seen) -> Iterator[Shown]:
    """答复称已联系诉求人，回访称没有联系。"""
    answer = seen.last(Answered.kind)
    secret = bool(getattr(seen.subject, "secret", False))
    if answer is None or not rules.denies_contact(
        seen.event.facts, uncontacted=str(answer.facts.get("uncontacted") or ""), through_desk=secret
    ):
        return
    contact = seen.last(ContactRecorded.kind)
    events = (
        at(answer, "答复称已反馈诉求人"),
        *((at(contact, "登记的联系情况"),) if contact else ()),
        seen.here("回访：承办单位没有联系"),
    )
    yield Shown(answer.unit, "答复称已反馈诉求人，平台回访诉求人说没有联系。", events)


@detects("untrue", CallbackRecorded.kind, AnswerSentBack.kind)
def _untrue(seen: Seen) -> Iterator[Shown]:
    """回访认为答复与事实不符，或者审核以与事实不符退回达到次数。"""
    answer = seen.last(Answered.kind)
    if answer is None:
        return
    if seen.event.kind == CallbackRecorded.kind:
        if rules.denies_facts(seen.event.facts):
            both = (at(answer, "答复"), seen.here("回访：答复与事实不符"))
            yield Shown(answer.unit, "平台回访，答复情况不属实。", both)
        return
    back = [e for e in seen.before if e.kind == AnswerSentBack.kind and rules.is_not_factual(e.facts)]
    if rules.is_not_factual(seen.event.facts) and len(back) + 1 >= seen.values.count("send_backs"):
        events = (*(at(e, "审核以与事实不符退回") for e in reversed(back)), seen.here("审核以与事实不符退回"))
        yield Shown(answer.unit, f"答复因与事实不符{len(back) + 1}次被审核退回。", events)


@detects("refused", rules.REFUSED)
def _refused(seen: Seen) -> Iterator[Shown]:
    """登记了拒不承担。"""
    unit = str(seen.said("unit"))
    tried = [
        at(e, "被拒绝的尝试" if e.kind == AttemptRefused.kind else "没有办理")
        for e in reversed(seen.before)
        if e.kind == rules.SILENT or (e.kind == AttemptRefused.kind and e.unit == unit)
    ]
    facts = "被指定（认定）承办的单位明确表示拒不承担，已登记。"
    yield Shown(unit, facts, (*tried[-10:], seen.here("登记拒不承担")), express=True)


@detects("evaded", AttemptRefused.kind)
def _evaded(seen: Seen) -> Iterator[Shown]:
    """被指定（认定）的单位试图退单、再请求认定，被拒绝。"""
    if rules.evades(seen.event.norm) and seen.event.unit:
        yield Shown(seen.event.unit, "被指定（认定）承办后仍要求退单或者再次认定。", (seen.here("被拒绝的尝试"),))


_COOPERATING = {
    "linkage_accept": "没有接受联动",
    "check_in": "没有报到",
    "joint_work": "没有参加办理",
    "joint_explain": "没有说明消极配合的情况",
}


@detects("not_cooperating")
def _not_cooperating(seen: Seen) -> Iterator[Shown]:
    """该报到、该参加办理的没有办，评价为差，或者一个季度评价一般达到次数。"""
    for kind, holder in unmet(seen.event):
        if kind in _COOPERATING:
            yield Shown(holder, f"{_COOPERATING[kind]}，记为未履行。", (seen.here(_COOPERATING[kind]),))
    if seen.event.kind == Graded.kind:
        unit, grade = str(seen.said("unit")), str(seen.said("grade"))
        if rules.is_poor(grade):
            yield Shown(unit, "联动配合评价为差。", (seen.here("评价：差"),))
        elif rules.is_average(grade):
            events = seen.counted(unit, rules.quarter_of(seen.event.at), "评价：一般")
            if len(events) >= seen.values.count("average"):
                yield Shown(unit, f"本季度联动配合{len(events)}次评价为一般。", events)


@detects("not_done")
def _not_done(seen: Seen) -> Iterator[Shown]:
    """督办单没有答复，或者同一件发了几次督办单。"""
    for kind, holder in unmet(seen.event):
        if kind == "order_reply":
            yield Shown(holder, "督办单没有在时限内答复，记为未履行。", (seen.here("督办单没有答复"),))
    if seen.event.kind == OrderIssued.kind:
        order = cast("DirectiveFacts", seen.subject)
        for one in order.about:
            orders = supervision.orders_about(one.subject, order.unit)
            if len(orders) >= seen.values.count("orders"):
                events = tuple(at(e, "发出督办单") for n in orders for e in _issued(n))
                yield Shown(order.unit, f"同一事项已发{len(orders)}次督办单。", events)
                return


def _issued(number: str) -> list[EventRow]:
    return [e for e in record.events(f"{Kind.ORDER}:{number}") if e.kind == OrderIssued.kind]


@detects("ignored")
def _ignored(seen: Seen) -> Iterator[Shown]:
    """工作提醒没有回复，或者黄色督办单以后又被下发橙色、红色督办单。"""
    for kind, holder in unmet(seen.event):
        if kind == "reminder_reply":
            yield Shown(holder, "工作提醒没有在时限内回复，记为未履行。", (seen.here("工作提醒没有回复"),))
    if seen.event.kind == ColouredDistributed.kind and (previous := cast("DirectiveFacts", seen.subject).previous):
        before = _chain(previous)
        events = (
            *(at(e, "登记三色督办单") for n in before for e in _registered(n)),
            seen.here("分派升级后的三色督办单"),
        )
        asked = _were_asked(before)
        for unit in cast("Sequence[str]", seen.said("units") or ()):
            if unit in asked:
                yield Shown(unit, f"三色督办单升级（第{len(before) + 1}张）。", events)


def _chain(number: str) -> list[str]:
    """A coloured order and those from which it goes on, the first of them first."""
    found = [number]
    while (previous := supervision.facts(Kind.COLOURED, found[0]).previous) and previous not in found:
        found.insert(0, previous)
    return found


def _registered(number: str) -> list[EventRow]:
    return [e for e in record.events(f"{Kind.COLOURED}:{number}") if e.kind == ColouredRegistered.kind]


def _were_asked(numbers: Sequence[str]) -> set[str]:
    """The units to which earlier orders of the chain were given."""
    said = (e for n in numbers for e in record.events(f"{Kind.COLOURED}:{n}") if e.kind == ColouredDistributed.kind)
    return {unit for e in said for unit in cast("Sequence[str]", e.facts.get("units") or ())}


@detects("whistle_misuse", ObjectionUpheld.kind)
def _whistle_misuse(seen: Seen) -> Iterator[Shown]:
    """一年内经裁定吹错哨达到次数的乡镇（街道）。"""
    town = str(cast("JointFacts", seen.subject).initiator)
    events = seen.counted(town, rules.year_of(seen.event.at), "裁定吹错哨")
    if rules.is_misuse(len(events), seen.pack):
        yield Shown(town, f"本年经裁定吹错哨{len(events)}次。", events)


@detects("no_plan", ReworkOrdered.kind, ExtensionApproved.kind)
def _no_plan(seen: Seen) -> Iterator[Shown]:
    """多次延期、多次不满意重办，没有挂账计划，也没有正在兑现的承诺。"""
    event, case = seen.event, cast("CaseFacts", seen.subject)
    if case.stage == CaseStage.HUNG or commitments.in_force(event.subject):
        return
    earlier = [e for e in reversed(seen.before) if e.kind == event.kind]
    most = seen.values.count("reworks" if event.kind == ReworkOrdered.kind else "extensions")
    if case.lead and len(earlier) + 1 >= most:
        words = "发回重办" if event.kind == ReworkOrdered.kind else "批准延期"
        events = (*(at(e, words) for e in earlier[-10:]), seen.here(words))
        yield Shown(case.lead, f"已{words}{len(earlier) + 1}次，没有挂账计划，也没有正在兑现的承诺。", events)


@detects("not_led", *NEVER)
def _not_led(seen: Seen) -> Iterator[Shown]:
    """签收逾期由时钟检查（`look`）。"""
    return iter(())


if _DETECT.keys() != DETECTORS.keys():
    raise ValueError(f"detectors and their code differ: {_DETECT.keys() ^ DETECTORS.keys()}")
DETECTORS_READ = stream.consumes(Consumer("detectors"))


def detect(*, most: int = 500) -> int | None:
    """Read the next events of the record; answers how many, None where another worker does."""
    with stream.batch(DETECTORS_READ, most=most) as events:
        if events is None:
            return None
        times = clocks.everywhere() if events else {}
        for event in events:
            if event.jurisdiction not in times:  # a year's notice is of no place, and so of no unit
                continue
            enter(event)
            # As late as it is read: the day on which it happened may be sealed, and nobody owed anything then.
            look_at(event, now=max(event.at, times[event.jurisdiction]))
        return len(events)


def look_at(event: StreamEvent, *, now: datetime) -> None:
    """Open clues by what an event shows, in the caller's transaction; `now` is when it is read."""
    wanted = [code for code, (kinds, _) in _DETECT.items() if event.kind in kinds or (not kinds and _may_show(event))]
    word, _, number = event.subject.partition(":")
    if not wanted or word not in REGISTRY:
        return
    try:
        facts = REGISTRY[word].life.facts(number)
    except Unknown:
        return
    if not usable(facts.pack):
        return
    pack = load_pack(facts.pack)
    for code in wanted:
        if (values := pack.detectors.get(code)) is not None and pack.binds(norms.ACCOUNT_CLUE):
            for shown in _DETECT[code][1](Seen(event, facts, pack, values)):
                _open(shown, event, facts, values, pack, now)


def _may_show(event: StreamEvent) -> bool:
    return event.kind in (Graded.kind, OrderIssued.kind, ColouredDistributed.kind) or any(unmet(event))


def _open(shown: Shown, event: StreamEvent, facts: object, values: Detector, pack: Pack, now: datetime) -> None:
    word, _, number = event.subject.partition(":")
    kind = REGISTRY[word]
    of_case = str(getattr(facts, kind.stands_on.by, "") or "") if kind.stands_on else number
    about = event.subject if kind.let_see is not None else (f"case:{of_case}" if of_case else "")
    finding = Finding(
        jurisdiction=event.jurisdiction,
        unit=shown.unit,
        situation=values.situation,
        about=about,
        of_case=of_case,
        detector=values.code,
        facts=shown.facts,
        events=shown.events,
        express=shown.express,
    )
    find(finding, pack=pack, now=now)


_CLOCKED = {
    "sign_in": ("not_led", "牵头单位签收逾期"),
    "handle": ("not_done", "办理逾期"),
    "rework": ("not_done", "重办逾期"),
}
"""Kind of duty → what looks at it when it stays undone, and what that shows."""


def look(jurisdiction: str, now: datetime) -> int:
    """Look at what cases owe and is overdue by more than a regulation bears; answers how many clues there are of it."""
    found = 0
    for owed in duties.overdue_of(jurisdiction, _CLOCKED, before=now):
        word, _, number = owed.subject.partition(":")
        if word == "case":
            found += bool(_late(number, owed, now))
    return found


def _opens(event: EventRow, holder: str) -> set[str]:
    """The kinds of duty of a holder that an event opened."""
    opens = cast("Sequence[Sequence[str]]", event.facts.get("opens") or ())
    return {kind for kind, unit, _ in opens if unit == holder}


def _late(number: str, owed: OverdueRow, now: datetime) -> str:
    code, words = _CLOCKED[owed.kind]
    case = REGISTRY["case"].life.facts(number)
    if not usable(case.pack):
        return ""
    pack = load_pack(case.pack)
    values = pack.detectors.get(code)
    opened = [e for e in record.events(owed.subject) if owed.kind in _opens(e, owed.holder)]
    if values is None or not opened or due_after(str(values.limit("late")), pack, owed.due_at)[0] > now:
        return ""
    finding = Finding(
        jurisdiction=case.jurisdiction,
        unit=owed.holder,
        situation=values.situation,
        about=owed.subject,
        of_case=number,
        detector=code,
        facts=f"{words}{values.limit('late').words}以上，没有批准延期，也没有暂停计时。",
        events=(at(opened[-1], f"应于{told(owed.due_at)}前完成"),),
    )
    return find(finding, pack=pack, now=now)
