"""The papers of a meeting: 会议通知 and 会议纪要."""

from datetime import datetime

from bihuan.documents.commands import paper
from bihuan.documents.types.sheets import MeetingMinutes, MeetingNotice
from bihuan.kernel.actor import Actor
from bihuan.kernel.stages import Role
from bihuan.meetings import queries, rules
from bihuan.meetings.types import KEEPER, KIND, MeetingView
from bihuan.organisations.queries import today

KEEPING: Role = KEEPER


def _units(view: MeetingView) -> str:
    return "、".join(view.names.get(unit, unit) for unit in view.facts.units)


@paper(subject=KIND, sheet=MeetingNotice, by=KEEPING, ask=rules.is_convened)
def notice(number: str, actor: Actor, now: datetime) -> MeetingNotice:
    """The 会议通知: when, where, who, and the agenda in its four parts."""
    view = queries.view(number, actor, now=now)
    found = view.facts
    assert found.held_on is not None, "asked by the rule"
    return MeetingNotice(
        number=found.number,
        title=found.title,
        issuer=found.unit_name,
        recipient=_units(view),
        on=today(now),
        when=f"{found.held_on.year}年{found.held_on.month}月{found.held_on.day}日{found.starts}",
        place=found.place,
        attendees=found.attendees,
        progress=found.progress,
        analysis=found.analysis,
        difficult=found.difficult,
        policy=found.policy,
    )


@paper(subject=KIND, sheet=MeetingMinutes, by=KEEPING, ask=rules.is_signed)
def minutes(number: str, actor: Actor, now: datetime) -> MeetingMinutes:
    """The 会议纪要 under its number: who was there, what was said, what was decided and who does it until when."""
    view = queries.view(number, actor, now=now)
    found = view.facts
    assert found.held_on is not None, "asked by the rule"
    decided = (
        f"{one.nth}. {one.kind.label}：{one.text.rstrip('。')}。"
        + (f"责任单位：{view.units_of(one)}。" if one.units else "")
        + (f"完成时限：{one.due_on}。" if one.due_on else "")
        + (f"所涉事项：{'、'.join(s.partition(':')[2] for s in one.subjects)}。" if one.subjects else "")
        for one in view.decisions
    )
    return MeetingMinutes(
        number=found.number,
        title=found.title,
        issuer=found.unit_name,
        recipient=_units(view),
        on=found.held_on,
        reference=found.minutes_number,
        place=found.place,
        present=found.attended,
        progress=found.progress,
        analysis=found.analysis,
        difficult=found.difficult,
        policy=found.policy,
        minutes=found.minutes,
        decisions="\n".join(decided),
    )
