"""How what supervision sends is answered: urges by the clock, its drafts decided, reminders put right, orders."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bihuan.demo.founding import Place
from bihuan.demo.timeline import Story
from bihuan.demo.walk import Walk
from bihuan.duties.queries import calendar
from bihuan.kernel.actor import Actor
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post
from bihuan.policy.pack import Capacity
from bihuan.supervision import queries as supervision
from bihuan.supervision.types import (
    ISSUES,
    UNIT_POSTS,
    DirectiveFacts,
    Kind,
    OrderAct,
    OrderStage,
    ReminderAct,
    ReminderStage,
    UrgeAct,
    UrgeStage,
)
from bihuan.supervision.types.rows import DirectiveFilters

SILENT, DROPPED = 0.35, 0.25
"""How often nobody replies to an urge, and how often a draft is dropped."""
PROGRESS = (
    "已到现场查看，正在联系维修单位。",
    "材料已备齐，预计两个工作日内办结。",
    "已与诉求人联系，约定时间上门处理。",
    "涉及两个部门，已召集有关人员研究。",
)
MEASURES = (
    "已逐件办结，明确专人每天核对到期的任务。",
    "增派人手，逾期的已全部答复，并在本单位通报。",
)


@dataclass(slots=True)
class SentWalk:
    """Something that was sent or drafted, on its way."""

    walk: Walk
    kind: Kind

    @property
    def facts(self) -> DirectiveFacts:
        """What was sent, as it stands now."""
        return supervision.facts(self.kind, self.walk.number)

    def by_sender(self, act: Vocabulary, **fields: object) -> None:
        """Whoever supervises in the unit that sends it acts."""
        self.walk.do(act, self._of(self.facts.issuer, (Post.SUPERVISOR,)), **fields)

    def by_unit(self, act: Vocabulary, *posts: Post, **fields: object) -> None:
        """The first of these posts that somebody holds in the unit acts, or anybody there."""
        self.walk.do(act, self._of(self.facts.unit, (*posts, *UNIT_POSTS)), **fields)

    def _of(self, unit: str, posts: tuple[Post, ...]) -> Actor:
        place = self.walk.place
        there = {post: actor for (code, post), actor in place.actors.items() if place.code_of(code) == unit}
        return next(there[post] for post in posts if post in there)

    def in_days(self, days: int) -> date:
        """The last working day before so many days are over, or the first after it."""
        known, on = calendar(), organisations.today(self.walk.now) + timedelta(days=days)
        return on if known.is_working(on) else known.working_day(known.worked_before(on))


def urged(sent: SentWalk) -> Story:
    """Most units reply within a day; some do not, and of some the task is done before."""
    if sent.walk.chance.random() < SILENT:
        return
    yield sent.walk.minutes(40, 700)
    if sent.facts.stage is UrgeStage.SENT:
        sent.by_unit(UrgeAct.REPLY, Post.HANDLER, progress=sent.walk.chance.choice(PROGRESS))


def decided(sent: SentWalk) -> Story:
    """A draft of a reminder is decided the next morning, and put right where it is sent."""
    walk = sent.walk
    yield walk.minutes(60, 300)
    if walk.chance.random() < DROPPED:
        sent.by_sender(ReminderAct.DROP, reason="已电话督促，该单位承诺当日办结，本次不发。")
        return
    demand = "逐件说明逾期原因，限期办结，并完善到期提醒办法。"
    said = {"facts": sent.facts.facts, "demand": demand, "rectify_by": sent.in_days(5)}
    sent.by_sender(ReminderAct.SEND_DRAFT, **said)
    yield from put_right(sent)


def put_right(sent: SentWalk) -> Story:
    """Who is reminded puts it right and replies, and it is judged."""
    walk = sent.walk
    yield walk.minutes(30, 400)
    sent.by_unit(ReminderAct.RECEIVE, Post.HANDLER)
    yield walk.days(1, 2.5)
    measures = walk.chance.choice(MEASURES)
    sent.by_unit(ReminderAct.REPLY, Post.DEPUTY, Post.HEAD, situation="情况属实。", measures=measures)
    yield walk.days(0.3, 1.2)
    sent.by_sender(ReminderAct.ACCEPT, checked_how="papers", opinion="所涉事项已经办理，整改到位。")


def ordered(sent: SentWalk) -> Story:
    """A draft of an order is sent."""
    yield sent.walk.minutes(60, 300)
    said = {"facts": sent.facts.facts, "demand": "限期办结并答复诉求人，书面说明逾期原因。", "progress": True}
    sent.by_sender(OrderAct.SEND_DRAFT, order_kind="general", **said)
    yield from settled(sent)


def settled(sent: SentWalk) -> Story:
    """Who is ordered reports how far they are, the head answers, and it is judged."""
    walk = sent.walk
    yield walk.minutes(30, 400)
    sent.by_unit(OrderAct.RECEIVE, Post.HANDLER)
    yield walk.days(1, 2)
    sent.by_unit(OrderAct.REPORT, Post.HANDLER, progress=walk.chance.choice(PROGRESS))
    yield walk.days(1, 2)
    sent.by_unit(OrderAct.REPLY, Post.HEAD, situation="已办结并答复诉求人。", measures="已对经办人员提醒谈话。")
    yield walk.days(0.5, 1.5)
    sent.by_sender(OrderAct.ACCEPT, checked_how="telephone", opinion="经回访核实，问题已经解决。")


TELLS: Mapping[Kind, tuple[Vocabulary, Callable[[SentWalk], Story]]] = {
    Kind.URGE: (UrgeStage.SENT, urged),
    Kind.REMINDER: (ReminderStage.DRAFT, decided),
    Kind.ORDER: (OrderStage.DRAFT, ordered),
}
"""Kind → where the clock leaves what it sends or drafts, and how that goes on."""


def sent_by_clock(place: Place, now: datetime) -> Iterator[tuple[Kind, str]]:
    """Kind and number of all that the clock sent or drafted and nobody has taken up."""
    offices = [unit.code for unit in place.plan.units if place.pack.unit_types[unit.type].capacities & ISSUES]
    readers = {code: actor for (code, _), actor in place.actors.items() if code in offices}
    for kind, (stage, _) in TELLS.items():
        for actor in readers.values():
            for row in supervision.ledger(actor, kind, DirectiveFilters(stage=str(stage)), now=now):
                if row.issuer in actor.units:
                    yield kind, row.number


def by_hand(sent: SentWalk) -> Story:
    """Somebody who supervises looks at what is overdue and reminds or orders a unit about it."""
    walk = sent.walk
    while True:
        found = _late(sent)
        if found is not None:
            break
        yield walk.days(0.5, 1)
    actor, unit, number = found
    facts = f"{number}逾期没有办结，经催办仍无结果，诉求人多次询问。"
    said = {
        "unit": unit,
        "about": (number,),
        "ground": "unsolved",
        "facts": facts,
        "demand": "限期办结，书面说明原因。",
    }
    if sent.kind is Kind.REMINDER:
        walk.do(ReminderAct.ISSUE, actor, **{**said, "ground": "late"}, rectify_by=sent.in_days(7))
        yield from put_right(sent)
    else:
        walk.do(OrderAct.ISSUE, actor, **said, order_kind="general", progress=True)
        yield from settled(sent)


def _late(sent: SentWalk) -> tuple[Actor, str, str] | None:
    """Who supervises, and what a unit owes that is overdue and that they see."""
    place = sent.walk.place
    for capacity in (Capacity.SUPERVISION, Capacity.DESK):
        for unit in place.plan.units:
            actor = place.actors.get((unit.code, Post.SUPERVISOR))
            if actor is None or not place.pack.can(unit.type, capacity):
                continue
            if sent.kind is Kind.REMINDER and capacity is Capacity.SUPERVISION:
                continue
            for row in supervision.overdue(actor, now=sent.walk.now):
                if row.duty.post == Post.HANDLER and row.url.startswith(("/cases/", "/matters/")):
                    return actor, row.duty.holder, row.number
    return None
