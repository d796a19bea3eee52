"""The papers of supervision: 催办单, 工作提醒, 督办单, 三色督办单登记与回复表."""

from datetime import datetime

from bihuan.documents.commands import paper
from bihuan.documents.filling import owed
from bihuan.documents.types.sheets import ColouredSheet, Ordering, Reminding, Urging
from bihuan.duties import queries as duties
from bihuan.kernel.actor import Actor
from bihuan.organisations.queries import today
from bihuan.policy import norms
from bihuan.policy.calendar import told
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.names import put
from bihuan.supervision import queries, rules
from bihuan.supervision.types import (
    ISSUING_UNIT,
    KEEPING_UNIT,
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
from bihuan.supervision.types.rows import ReplyRow, TaskRow


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


@paper(subject=Kind.COLOURED, sheet=ColouredSheet, by=KEEPING_UNIT, ask=rules.is_kept)
def coloured(number: str, actor: Actor, now: datetime) -> ColouredSheet:
    """The 三色督办单登记与回复表: whence it came, who answered for what, and what the superior body made of it."""
    view = queries.view(number, actor, now=now, kind=Kind.COLOURED)
    order, above, rulebook = view.facts, view.facts.from_above, load_pack(view.facts.pack)
    return ColouredSheet(
        number=order.number,
        title=order.title,
        colour=above.colour.label,
        superior=above.superior,
        document_number=above.document_number,
        issued_on=above.issued_on,
        received_on=above.received_on,
        due_on=order.due_on,
        keeper=order.issuer_name,
        chain=tuple(
            f"{one.number} {one.colour.label}（{one.document_number}，{one.issued_on}）{one.stage.label}"
            for one in view.chain
        ),
        subjects=tuple(f"{one.number} {one.title}".strip() for one in view.named),
        demand=order.demand,
        tasks=tuple(map(_task, view.tasks)),
        replies=tuple(_replied(one, put(one.post, rulebook)) for one in view.replies),
        answer_number=above.answer_number,
        answered_on=above.answered_on,
        answer=above.answer,
        outcome_number=above.outcome_number,
        outcome_on=above.outcome_on,
        outcome=above.outcome,
        clause=put(rulebook.cite(norms.SUPERVISE_COLOURED).words, rulebook),
    )


def _task(task: TaskRow) -> str:
    """What a unit answers for, until when, and how far it is."""
    until = f"，{told(task.due_at)}前回复" if task.due_at else ""
    received = f"，{told(task.received_at)}签收" if task.received_at else ""
    return f"{task.unit_name}：{task.task}（{told(task.at)}分派{until}{received}）"


def _replied(reply: ReplyRow, post: str) -> str:
    """What a unit replied, by whom it is signed, and what was found of it."""
    verdict = _verdict(reply)
    words = "。".join(filter(None, (reply.text.rstrip("。"), reply.measures.rstrip("。"))))
    signed = f"（{reply.by_name}，{post}，{told(reply.at)}）"
    return f"{reply.unit_name}：{words}。{signed}" + (f"——{verdict}" if verdict else "")
