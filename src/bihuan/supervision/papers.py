"""The papers of supervision: 催办单, 工作提醒, 督办单."""

from datetime import datetime

from bihuan.documents.commands import paper
from bihuan.documents.filling import owed
from bihuan.documents.types.sheets import Ordering, Reminding, Urging
from bihuan.duties import queries as duties
from bihuan.kernel.actor import Actor
from bihuan.organisations.queries import today
from bihuan.policy import norms
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.names import put
from bihuan.supervision import queries, rules
from bihuan.supervision.types import (
    ISSUING_UNIT,
    CheckedHow,
    Kind,
    OrderDuty,
    OrderGround,
    OrderKind,
    ReminderDuty,
    ReminderGround,
    UrgeDuty,
    Verdict,
)
from bihuan.supervision.types.rows import ReplyRow


@paper(subject=Kind.URGE, sheet=Urging, by=ISSUING_UNIT)
def urging(number: str, actor: Actor, now: datetime) -> Urging:
    """The 催办单 with what the unit replied."""
    view = queries.view(number, actor, now=now, kind=Kind.URGE)
    urge, about = view.facts, view.named[0]
    reply = next(iter(reversed(view.replies)), None)
    duty = owed(view.duties, UrgeDuty.REPLY)
    rulebook = load_pack(urge.pack)
    return Urging(
        number=urge.number,
        title=about.title,
        subject=about.number,
        issuer=urge.issuer_name,
        unit=urge.unit_name,
        duty=put(about.about.duty_label, rulebook),
        clause=about.about.clause,
        due_at=about.about.due_at,
        overdue=_overdue(about.about.due_at, urge.started_at),
        demand=urge.demand,
        sent_at=urge.started_at,
        times=urge.times,
        reply_by=duty.due_at if duty else None,
        reply=reply.text if reply else "",
        difficulty=reply.difficulty if reply else "",
        expected_on=reply.expected_on if reply else None,
        replied_by=f"{reply.by_name}（{put(reply.post, rulebook)}）" if reply else "",
        replied_at=reply.at if reply else None,
    )


def _overdue(due_at: datetime | None, at: datetime) -> str:
    """How late it was when somebody was urged, in working days."""
    if due_at is None or at <= due_at:
        return "未到期"
    calendar = duties.calendar()
    days = calendar.worked_before(today(at)) - calendar.worked_before(today(due_at))
    return f"逾期{days}个工作日" if days > 0 else "逾期"


@paper(subject=Kind.REMINDER, sheet=Reminding, by=ISSUING_UNIT, ask=rules.is_reminded)
def reminding(number: str, actor: Actor, now: datetime) -> Reminding:
    """The 工作提醒 with what the unit replied, and what was found of that."""
    view = queries.view(number, actor, now=now, kind=Kind.REMINDER)
    sent, rulebook = view.facts, load_pack(view.facts.pack)
    reply = next(iter(reversed(view.replies)), None)
    issued = next((duty.opened_at for duty in view.duties if duty.kind == ReminderDuty.REPLY), sent.started_at)
    cited = rulebook.cite(norms.SUPERVISE_REMIND)
    return Reminding(
        number=sent.number,
        title=ReminderGround(sent.ground).label,
        issuer=sent.issuer_name,
        unit=sent.unit_name,
        issued_at=issued,
        subjects=tuple(f"{one.number} {one.title}".strip() for one in view.named),
        facts=sent.facts,
        demand=sent.demand,
        rectify_by=sent.due_on,
        clause=put(cited.words, rulebook),
        reply=reply.text if reply else "",
        measures=reply.measures if reply else "",
        contest=reply.contest_reason if reply else "",
        signed_by=f"{reply.by_name}（{put(reply.post, rulebook)}）" if reply else "",
        replied_at=reply.at if reply else None,
        verdict=_verdict(reply),
    )


def _verdict(reply: ReplyRow | None) -> str:
    """What was found of a reply, and how."""
    if reply is None or not reply.verdict:
        return ""
    how = f"（{CheckedHow(reply.checked_how).label}）" if reply.checked_how else ""
    return f"{Verdict(reply.verdict).label}{how}：{reply.opinion}"


@paper(subject=Kind.ORDER, sheet=Ordering, by=ISSUING_UNIT, ask=rules.is_ordered)
def ordering(number: str, actor: Actor, now: datetime) -> Ordering:
    """The 督办单 with what the unit replied, and what was found of that."""
    view = queries.view(number, actor, now=now, kind=Kind.ORDER)
    sent, rulebook = view.facts, load_pack(view.facts.pack)
    replies = [one for one in view.replies if not one.is_report]
    reply = replies[-1] if replies else None
    duty = owed(view.duties, OrderDuty.REPLY)
    issued = next((one.opened_at for one in view.duties if one.kind == OrderDuty.REPLY), sent.started_at)
    return Ordering(
        number=sent.number,
        title=sent.title,
        issuer=sent.issuer_name,
        recipient=sent.unit_name,
        on=today(issued),
        order_kind=OrderKind(sent.order_kind).label,
        ground=OrderGround(sent.ground).label,
        subjects=tuple(f"{one.number} {one.title}".strip() for one in view.named),
        facts=sent.facts,
        demand=sent.demand,
        reply_by=duty.due_at if duty else None,
        basis=put(rulebook.cite(norms.SUPERVISE_ORDER).words, rulebook),
        reply=reply.text if reply else "",
        measures=reply.measures if reply else "",
        signed_by=f"{reply.by_name}（{put(reply.post, rulebook)}）" if reply else "",
        verdict=_verdict(reply),
    )
