"""A key matter is followed by the supervision body while it is handled: half-way, then again, until it is confirmed."""

from collections.abc import Mapping
from datetime import date, datetime

from bihuan.attachments import commands as attachments
from bihuan.cases.rules import impartial
from bihuan.cases.types import Part
from bihuan.duties import commands as duties
from bihuan.duties import queries as ledger
from bihuan.duties.life import Locked
from bihuan.duties.types import NOTHING, Opening, Singly
from bihuan.kernel.actor import Actor
from bihuan.matters import queries, rules
from bihuan.matters.commands.life import LIFE, end_of, falls_on, hold, join, note_round
from bihuan.matters.stages import TRACKED
from bihuan.matters.types import Act, DutyKind, MatterClass, MatterFacts, Stage
from bihuan.matters.types.forms import ReplyTrack, Track
from bihuan.matters.types.happenings import FollowingBegun, MatterTracked, TrackReplied
from bihuan.organisations import queries as organisations
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE, half_way
from bihuan.policy.pack import Capacity, Pack
from bihuan.record.commands import NOWHERE, append, command
from bihuan.record.types import Done

HALF_WAY = "交办到办理期限的一半（按工作日计）"
SET = "督查考核机构确定的下次跟踪期限"


def first(
    locked: Locked[MatterFacts],
    until: datetime | None,
    *,
    parts: Mapping[str, frozenset[str]] | None = None,
    since: datetime | None = None,
) -> tuple[Opening, ...]:
    """The duty to follow a matter from now on: due half-way to its limit, or by the pack's where that is over."""
    return _first(locked.facts, locked.pack, locked.now, until, parts=parts or locked.facts.parts, since=since)


def _first(
    matter: MatterFacts,
    pack: Pack,
    now: datetime,
    until: datetime | None,
    *,
    parts: Mapping[str, frozenset[str]],
    since: datetime | None,
) -> tuple[Opening, ...]:
    if not parts.get(Part.SUPERVISION) or not pack.binds(norms.LIST_URGE):
        return ()
    due_at = _half_way(pack, now, until, (now, *([since] if since else ())))
    why = HALF_WAY if due_at else ""
    return (LIFE.opening(DutyKind.TRACK, matter, parts, pack, due_at=due_at, basis=why),)


def _half_way(pack: Pack, now: datetime, until: datetime | None, starts: tuple[datetime, ...]) -> datetime | None:
    """The earliest half-way that is still to come, counted from one of these moments; None where the limit is over."""
    if until is None or until <= now:
        return None
    days = ledger.calendar()
    halves = (half_way(start, until, calendar=days, hours=pack.hours) for start in starts)
    return min(moment for moment in halves if moment > now)


@command()
def begin_following(*, number: str, actor: Actor, now: datetime) -> bool:
    """Let a key matter be followed that was given to its unit before that was owed; answers whether it was not yet."""
    chain, matter = hold(LIFE.see(number, actor)), LIFE.see(number, actor)
    bodies = organisations.units_with(Capacity.SUPERVISION, matter.jurisdiction)
    body = next(iter(impartial(bodies, matter, *queries.secret_behind(number))), None)
    if body is None or not matter.key or matter.stage not in TRACKED or DutyKind.TRACK in matter.duties:
        return False
    pack, parts = queries.rulebook_of(matter), {**matter.parts, str(Part.SUPERVISION): frozenset({body.code})}
    opening = _first(matter, pack, now, matter.until, parts=parts, since=matter.assigned_at)
    wanted = ledger.in_force(opening, jurisdiction=matter.jurisdiction, pack=pack, now=now)
    if not wanted:
        return False
    join(number, Part.SUPERVISION, [body.code], now=now)
    at = {"subject": matter.subject, "jurisdiction": matter.jurisdiction}
    opened = duties.open_all(wanted, **at, pack=pack, now=now, scope=matter.limit_scope)
    due_on = opened[0][2].astimezone(ZONE).date()
    happening = FollowingBegun(supervision=body.code, supervision_name=body.name, due_on=due_on)
    extra: dict[str, object] = {"opens": [[kind, holder, due_at.isoformat()] for kind, holder, due_at in opened]}
    append(chain, happening, actor=actor, seat=NOWHERE, norm=norms.LIST_URGE, pack=pack, now=now, extra=extra)
    return True


def again(locked: Locked[MatterFacts], on: date | None = None) -> Singly:
    """It was followed now: what was owed is done, and owed again until a day that was set, or by the pack's limit."""
    matter, pack = locked.facts, locked.pack
    if not matter.key or matter.stage not in TRACKED or not pack.binds(norms.LIST_URGE):
        return NOTHING
    due_at = end_of(on, pack) if on else None
    opening = LIFE.opening(DutyKind.TRACK, matter, matter.parts, pack, due_at=due_at, basis=SET if on else "")
    return Singly(settles=_open_one(matter), opens=(opening,))


def _open_one(matter: MatterFacts) -> tuple[tuple[str, str], ...]:
    return ((str(DutyKind.TRACK), min(matter.parts[Part.SUPERVISION])),) if DutyKind.TRACK in matter.duties else ()


def ended(matter: MatterFacts) -> Singly:
    """Confirmed: what is still owed was done if the supervision body did anything in this round."""
    return Singly(settles=_open_one(matter)) if matter.overseen else NOTHING


def weighed_anew(locked: Locked[MatterFacts], after: MatterClass | None) -> Singly:
    """Whoever weighs a matter anew begins or ends its following; once it is confirmed, its hearing."""
    matter = locked.facts
    if matter.stage is Stage.CONFIRMED:
        return _heard_anew(locked, key=after in (MatterClass.KEY, MatterClass.SPECIAL))
    if matter.stage not in TRACKED:
        return NOTHING
    if after in (MatterClass.KEY, MatterClass.SPECIAL):
        owed = DutyKind.TRACK in matter.duties
        return NOTHING if owed else Singly(opens=first(locked, matter.until, since=matter.assigned_at))
    return Singly(lapses=_open_one(matter))


def _heard_anew(locked: Locked[MatterFacts], *, key: bool) -> Singly:
    """A confirmed matter that is key again wants to be heard of; one that is none any more may be struck off."""
    matter, pack = locked.facts, locked.pack
    owed = DutyKind.SUPERVISION_FEEDBACK in matter.duties
    if key == owed or (key and (matter.supervised_at or not pack.binds(norms.LIST_SUPERVISION_FEEDBACK))):
        return NOTHING
    kind = DutyKind.SUPERVISION_FEEDBACK if key else DutyKind.STRIKE_OFF
    opens = () if kind in matter.duties else (LIFE.opening(kind, matter, matter.parts, pack),)
    body = min(matter.parts[Part.SUPERVISION])
    return Singly(opens=opens, lapses=() if key else ((str(DutyKind.SUPERVISION_FEEDBACK), body),))


def oversee(matter: MatterFacts, **columns: object) -> None:
    """Count what the supervision body did in the matter's present round."""
    note_round(matter, overseen=matter.overseen + 1, **columns)


@command(subject="matter", act=Act.TRACK, fields=Track, ask=rules.may_track, required=rules.asked_of_look)
def track(*, number: str, fields: Track, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The supervision body looks at what the unit does about a key matter, and says when it looks again."""
    locked = LIFE.begin(number, Act.TRACK, actor=actor, now=now, version=version)
    matter = locked.facts
    today, by = organisations.today(now), fields.feedback_by
    locked.grant(
        *locked.lacks(fields),
        rules.may_track_on(fields.next_on, today=today, stage=matter.stage),
        rules.may_want_feedback(matter, by, today=today),
        falls_on(by, fields.feedback_on_free_day, "feedback_by") if by else None,
        falls_on(fields.next_on, fields.on_free_day, "next_on") if fields.next_on else None,
    )
    singly = again(locked, fields.next_on)
    times = matter.supervisions + 1
    oversee(matter, looks=matter.looks + 1, looked_at=now)
    happening = MatterTracked(
        how=fields.how,
        by_way=fields.how.label,
        times=times,
        again=_told_again(locked, singly),
        reply=f"，承办单位{fields.feedback_by}前反馈" if fields.feedback_by else "",
        finding=fields.finding,
    )
    wanted = Singly(opens=_reply(locked, fields.feedback_by))
    openings = {str(opening.kind): opening for opening in singly.opens}
    return LIFE.advance(locked, happening, changes={"supervisions": times}, openings=openings, singly=wanted)


def _reply(locked: Locked[MatterFacts], until: date | None) -> tuple[Opening, ...]:
    """What the unit owes whoever looked, where that was asked for."""
    if until is None or not locked.pack.binds(norms.LIST_TRACK):
        return ()
    matter, due_at = locked.facts, end_of(until, locked.pack)
    why = "督查考核机构确定的反馈期限"
    return (LIFE.opening(DutyKind.TRACK_REPLY, matter, matter.parts, locked.pack, due_at=due_at, basis=why),)


@command(subject="matter", act=Act.REPLY_TRACK, fields=ReplyTrack, ask=rules.may_reply_track)
def reply_track(*, number: str, fields: ReplyTrack, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The unit tells whoever looked how far it is."""
    locked = LIFE.begin(number, Act.REPLY_TRACK, actor=actor, now=now, version=version)
    attachments.bind(ids=fields.attachments, subject_kind="matter", subject_number=number, actor=actor)
    return LIFE.advance(locked, TrackReplied(progress=fields.progress, attachments=fields.attachments))


def _told_again(locked: Locked[MatterFacts], singly: Singly) -> str:
    if not singly.opens or locked.facts.stage is Stage.CONFIRMED:
        return ""
    due_at, _ = duties.due(singly.opens[0], locked.pack, locked.now)
    return f"，{due_at.astimezone(ZONE):%Y-%m-%d}前再次跟踪"
