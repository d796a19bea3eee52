"""重点办件: a case that the supervision body looks after, until it has looked at what came of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bihuan.attachments import commands as attachments
from bihuan.cases import commands as cases
from bihuan.cases.stages import ENDS
from bihuan.cases.types import Act, CaseFacts, DutyKind, Part
from bihuan.duties import queries as duties
from bihuan.duties.life import Locked, hears, objects
from bihuan.duties.rules import may_fall_on
from bihuan.duties.types import Opening, Singly
from bihuan.kernel.actor import Actor
from bihuan.kernel.happening import Happening
from bihuan.kernel.needs import Allowed
from bihuan.kernel.refusal import Refusal
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, UnitFacts
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Capacity, Pack
from bihuan.record.commands import command
from bihuan.record.types import Done
from bihuan.record.unit_of_work import ask, insert
from bihuan.supervision import queries, rules
from bihuan.supervision.models import KeyLook, KeyMark
from bihuan.supervision.types.forms import MarkKey, SuperviseKey, UnmarkKey
from bihuan.supervision.types.happenings import KeyMarked, KeySupervised, KeyTakenUpAgain, KeyUnmarked

WATCHING = (DutyKind.KEY_SUPERVISE, DutyKind.KEY_FEEDBACK)
"""What the supervision body owes of a key case."""


def _classes(case: CaseFacts, actor: Actor, pack: Pack) -> Allowed:
    there = ask(queries.marked(case.number)) if case.key else ()
    return {"key_class": {code: one.label for code, one in pack.key_classes.items() if code not in there}}


def _marked(case: CaseFacts, actor: Actor, pack: Pack) -> Allowed:
    return {"key_class": {code: pack.key_label(code) for code in ask(queries.marked(case.number))}}


@command(subject="case", act=Act.MARK_KEY, fields=MarkKey, choices=_classes, required=rules.asked_of_marking)
def mark_key(*, number: str, fields: MarkKey, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Let the supervision body look after a case, by what shows whence it came; no clock is changed."""
    there = queries.marked(number)
    locked = cases.LIFE.begin(number, Act.MARK_KEY, actor=actor, now=now, version=version, besides=[there])
    case, today = locked.facts, organisations.today(now)
    order = queries.coloured(fields.order, actor) if fields.order else None
    bodies = rules.bodies_for(_bodies(locked), case=case)
    locked.grant(
        *locked.lacks(fields),
        rules.may_mark(fields.key_class, marked=ask(there), pack=locked.pack),
        rules.may_show(
            fields.key_class, document=fields.document, scan=fields.scan, order=fields.order, pack=locked.pack
        ),
        rules.may_rest_on_order(order, named=fields.order, subject=case.subject),
        rules.may_have_received(fields.received_on, today=today),
        bodies if isinstance(bodies, Refusal) else None,
    )
    assert not isinstance(bodies, Refusal), "asked by the rule"
    for body in bodies:
        cases.let_see(number, body.code, now)
    label = locked.pack.key_label(fields.key_class)
    row = {
        "case_id": number,
        "code": fields.key_class,
        "label": label,
        "document": fields.document,
        "received_on": fields.received_on,
        "order": fields.order,
        "unit": locked.seat.unit,
        "marked_at": now,
        "marked_by": actor.account,
        "ended_at": None,
        "ended_by": "",
        "reason": "",
    }
    insert(KeyMark, row)
    happening = KeyMarked(
        key_class=fields.key_class,
        label=label,
        source=f"三色督办单{fields.order}" if fields.order else f"{fields.document}，{fields.received_on}收到",
        received_on=fields.received_on,
        order=fields.order,
        scan=fields.scan,
        bodies="、".join(body.name for body in bodies),
    )
    done = cases.LIFE.advance(
        cited(locked, fields.key_class),
        happening,
        changes={} if case.key else {"key": True},
        openings={} if DutyKind.KEY_SUPERVISE in case.duties else _next(locked, bodies[0].code),
    )
    scans = attachments.bind(ids=fields.scan, subject_kind="case", subject_number=number, actor=actor, fresh=True)
    locked.grant(rules.may_be_key_scan([scan.mime for scan in scans]))
    return done


def cited(locked: Locked[CaseFacts], code: str) -> Locked[CaseFacts]:
    """The same, of which the record cites from where the class stands."""
    return replace(locked, pack=locked.pack.on_key_class(code))


def _bodies(locked: Locked[CaseFacts]) -> Sequence[UnitFacts]:
    """Who looks after it: all bodies that supervise, whoever marks it first where they are one of these."""
    found = organisations.units_with(Capacity.SUPERVISION, locked.facts.jurisdiction, now=locked.now)
    own = locked.seat.unit if locked.seat.post == Post.SUPERVISOR else ""
    return sorted(found, key=lambda body: body.code != own)


def _next(locked: Locked[CaseFacts], unit: str, due_at: datetime | None = None) -> dict[str, Opening]:
    """The next look, by the regulation's limit or on the day that was set."""
    alone = {str(Part.SUPERVISION): frozenset({unit})}
    kind, basis = DutyKind.KEY_SUPERVISE, "督查机构确定的下次督查日期" if due_at else ""
    return {kind: cases.LIFE.opening(kind, locked.facts, alone, locked.pack, due_at=due_at, basis=basis)}


@command(subject="case", act=Act.SUPERVISE_KEY, fields=SuperviseKey, ask=rules.may_look_at)
def supervise_key(
    *, number: str, fields: SuperviseKey, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """Write down what was found; the next look is owed until the case has ended."""
    locked = cases.LIFE.begin(number, Act.SUPERVISE_KEY, actor=actor, now=now, version=version)
    case, unit, next_on = locked.facts, locked.seat.unit, fields.next_on
    ended = case.stage in ENDS
    locked.grant(
        rules.may_look_again(next_on, ended=ended, today=organisations.today(now)),
        may_fall_on(next_on, duties.calendar(), on_free_day=fields.on_free_day, field="next_on"),
    )
    row = {
        "case_id": number,
        "at": now,
        "unit": unit,
        "by": actor.account,
        "by_name": actor.name,
        "checked": fields.checked,
        "checked_how": str(fields.checked_how),
        "finding": fields.finding,
        "next_on": next_on,
    }
    insert(KeyLook, row)
    happening = KeySupervised(
        unit_name=organisations.unit_names([unit]).get(unit, unit),
        checked=fields.checked,
        checked_how=fields.checked_how,
        finding=fields.finding,
        next_on=next_on,
        again=f"，下次督查{next_on}" if next_on else "",
    )
    due_at = datetime.combine(next_on, locked.pack.hours.closes, ZONE) if next_on else None
    return cases.LIFE.advance(locked, happening, openings={} if ended else _next(locked, unit, due_at))


@command(subject="case", act=Act.UNMARK_KEY, fields=UnmarkKey, ask=rules.may_unmark, choices=_marked)
def unmark_key(*, number: str, fields: UnmarkKey, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Whoever supervises says that it is no such case; with the last class nobody owes a look any more."""
    there = queries.marked(number)
    locked = cases.LIFE.begin(number, Act.UNMARK_KEY, actor=actor, now=now, version=version, besides=[there])
    codes = ask(there)
    locked.grant(rules.may_unmark_as(fields.key_class, marked=codes))
    KeyMark.objects.filter(case_id=number, code=fields.key_class, ended_at__isnull=True).update(
        ended_at=now, ended_by=actor.account, reason=fields.reason
    )
    owed = () if len(codes) > 1 else tuple(p for p in duties.owed_pairs(locked.facts.subject) if p[0] in WATCHING)
    happening = KeyUnmarked(
        key_class=fields.key_class, label=locked.pack.key_label(fields.key_class), reason=fields.reason
    )
    changes = {} if len(codes) > 1 else {"key": False}
    return cases.LIFE.advance(locked, happening, changes=changes, singly=Singly(lapses=owed))


def _hear(locked: Locked[CaseFacts], happening: Happening) -> None:
    """A key case that had ended is taken up again: the supervision body owes the next look."""
    case, move = locked.facts, locked.move
    again = move.origin in ENDS and move.target not in ENDS
    if not (again and case.watched) or DutyKind.KEY_SUPERVISE in case.duties:
        return
    cases.note(
        case.number,
        KeyTakenUpAgain(),
        actor=locked.actor,
        seat=locked.seat,
        norm=norms.SUPERVISE_KEY_CLASS,
        now=locked.now,
        opens=(DutyKind.KEY_SUPERVISE,),
        pack=locked.pack,
    )


def _object_to_closing(case: CaseFacts) -> Refusal | None:
    """Where a class blocks, what the supervision body found of the answer is told first."""
    return rules.may_close_key(blocked=_blocked(case), told=DutyKind.KEY_FEEDBACK not in case.duties)


def _object_to_closing_at_once(case: CaseFacts) -> Refusal | None:
    """The same, where nobody is called back: the body looks while the answer is reviewed."""
    blocked = _blocked(case)
    return rules.may_close_key(blocked=blocked, told=blocked and queries.looked_at_this_stage(case.number))


def _blocked(case: CaseFacts) -> bool:
    """Whether a class of the case waits for that."""
    return case.watched and rules.is_blocked(ask(queries.marked(case.number)), pack=load_pack(case.pack))


hears("case", _hear)
objects("case", Act.CLOSE, _object_to_closing)
objects("case", Act.CLOSE_WITHOUT_CALLBACK, _object_to_closing_at_once)
