"""The one mover of cases, and who takes part in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time

from bihuan.cases import queries
from bihuan.cases.models import Case, Participation
from bihuan.cases.rules import limit_by_law, may_be_known_to
from bihuan.cases.stages import TABLE
from bihuan.cases.types import DUTIES, CaseFacts, Departure, DutyKind, Part, Stage
from bihuan.duties import commands as duties
from bihuan.duties.life import Life, Locked
from bihuan.duties.queries import in_force, owed_pairs
from bihuan.duties.shifting import shift
from bihuan.duties.sight import Sight, must_see
from bihuan.duties.types import DutySpec, Ending, Opening
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.happening import Happening
from bihuan.kernel.norm import Norm
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations.types import Passing, Post
from bihuan.policy.calendar import ZONE
from bihuan.policy.limits import Limit, LimitName
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Pack
from bihuan.record.commands import append, lock, locking
from bihuan.record.retrying import whole
from bihuan.record.types import subject_of
from bihuan.record.unit_of_work import Question, ahead, update, write


def _write(number: str, columns: Mapping[str, object]) -> None:
    begun = {"waits": 0} if _BEGINS & columns.keys() else {}
    update(Case, {"number": number}, {**begun, **columns})


_BEGINS = {"round", "assigned_at"}
"""With these a round begins, or another unit's handling: nobody has waited in it."""


def waited_until(locked: Locked[CaseFacts]) -> datetime:
    """Until when the clocks stood still where a wait for the requester ends now: no longer than it was let."""
    return min(locked.now, locked.facts.duties.get(DutyKind.AWAIT_REQUESTER, locked.now))


SIGHT = Sight("cases_case", "cases_taking_part", "case_id")
LIFE: Life[CaseFacts] = Life(TABLE, DUTIES, queries.facts, must_see, _write, SIGHT, by_law=limit_by_law)


def join(number: str, units: Mapping[str, str], *, now: datetime, basis_kind: str = "", basis: str = "") -> None:
    """Let units take part in the case: unit → part. Packages above call it for the parts that they give."""
    asked = [now, basis_kind, basis, list(units), list(units.values()), number]
    write(_JOIN, asked, rows=len(units))
    for lead in (unit for unit, part in units.items() if part == Part.LEAD):
        write(_SHOW_JOINED, [now, [], [lead], [str(Part.MAIN)], number], rows=None)


_JOIN = """
INSERT INTO cases_participation (case_id, unit, part, since, basis_kind, basis, departure, posts)
SELECT c.id, asked.unit, asked.part, %s, %s, %s, '', '{}'
FROM cases_case c, unnest(%s::text[], %s::text[]) AS asked (unit, part) WHERE c.number = %s"""
_LET_JOIN = """
INSERT INTO cases_participation (case_id, unit, part, since, basis_kind, basis, departure, posts)
SELECT c.id, asked.unit, asked.part, %s, '', '', '', %s::varchar[]
FROM cases_case c, unnest(%s::text[], %s::text[]) AS asked (unit, part)
WHERE c.number = %s AND NOT (c.secret AND asked.unit = ANY (c.accused))
AND NOT EXISTS (SELECT FROM cases_participation p
  WHERE p.case_id = c.id AND p.unit = asked.unit AND p.part = asked.part AND p.until IS NULL)"""
_SHOW_JOINED = _LET_JOIN.replace("c.number = %s", f"c.parent_id = %s AND c.stage = '{Stage.MERGED}'")
"""The same of what was joined to the case: whoever leads that may open it (`may_be_known_to`)."""


def let_join(number: str, units: Mapping[str, str], *, now: datetime, posts: Sequence[str] = ()) -> None:
    """Let units take part in the case, unit → part, where they do not yet: wholly, or the posts that are named.

    Of a secret request those of which it complains take no such part.
    """
    write(_LET_JOIN, [now, list(posts), list(units), list(units.values()), number], rows=None)


def let_see(number: str, unit: str, now: datetime) -> None:
    """Let a body that supervises take part in the case, where it does not yet."""
    let_join(number, {unit: str(Part.SUPERVISION)}, now=now)


def leave(
    number: str, *, parts: Sequence[str], how: Departure, now: datetime, units: Sequence[str] | None = None
) -> None:
    """End the parts that units take in the case: all of them, or those named."""
    left = [now, str(how), number]
    write(_LEAVE, [*left, [str(part) for part in parts], units is None, list(units or ())], rows=None)
    if Part.LEAD in parts:
        write(_HIDE_JOINED, left, rows=None)


_LEFT = "UPDATE cases_participation SET until = %s, departure = %s WHERE until IS NULL"
_LEAVE = f"""{_LEFT}
AND case_id = (SELECT id FROM cases_case WHERE number = %s) AND part = ANY (%s::text[])
AND (%s OR unit = ANY (%s::text[]))"""  # noqa: S608 constants only
_HIDE_JOINED = f"""{_LEFT} AND part = '{Part.MAIN}'
AND case_id IN (SELECT id FROM cases_case WHERE parent_id = %s AND stage = '{Stage.MERGED}')"""  # noqa: S608 constants only


HELPING = (Part.CO, Part.RESPONDER)
"""As what units help whoever leads."""


def pass_on(number: str, passing: Passing, *, actor: Actor, now: datetime) -> None:
    """A unit that ends is followed by its successor in a case: as what it took part, and in what it owes.

    Nobody follows where a requester who asked for secrecy complains of the successor.
    """
    chain, case = lock(subject_of("case", number)), queries.facts(number)
    if may_be_known_to(case, passing.successor) and case.desk != passing.unit:
        passing = replace(passing, successor="", successor_name="")
    unit, successor = passing.unit, passing.successor
    owed = owed_pairs(case.subject)
    moved = shift(case.parts, owed, DUTIES, unit=unit, successor=successor, helping=HELPING)
    changes: dict[str, object] = {}
    if successor:
        columns = {"desk": case.desk, "lead": case.lead}
        changes |= {name: successor for name, named in columns.items() if named == unit}
        if unit in case.accused:
            changes["accused"] = list(dict.fromkeys(successor if one == unit else one for one in case.accused))
    if not (moved.something or changes):
        return
    for part, leaving in moved.ending:
        leave(number, parts=[part], how=Departure.REFORMED, now=now, units=[leaving])
    _follow_in(number, moved.passing, passing, now=now)
    if changes:
        _write(number, changes)
    duties.hand_over(chain, moved, passing, pack=load_pack(case.pack), actor=actor, now=now)


def _follow_in(number: str, parts: Sequence[str], passing: Passing, *, now: datetime) -> None:
    """The successor takes these parts from now on, as the unit took them."""
    case = Case.objects.values_list("id", flat=True).get(number=number)
    rows = list(Participation.objects.filter(case_id=case, unit=passing.unit, part__in=parts, until__isnull=True))
    if not rows:
        return
    leave(number, parts=parts, how=Departure.REFORMED, now=now, units=[passing.unit])
    Participation.objects.bulk_create(
        Participation(
            case_id=case,
            unit=passing.successor,
            part=row.part,
            since=now,
            posts=row.posts,
            basis_kind=row.basis_kind,
            basis=row.basis,
        )
        for row in rows
    )
    if Part.LEAD in parts:
        for child in queries.joined(number):
            show_to_lead(child, passing.successor, now=now)


def begin_joined(
    number: str,
    act: Vocabulary,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    besides: Sequence[Question[object]] = (),
) -> Locked[CaseFacts]:
    """Begin an act that a case to which this one was joined is told of: that one is locked first."""
    seen = SIGHT.condition(number, actor)
    ahead(Question(_LOCK_PARENT.format(seen.sql), [number, *seen.values], len))
    return LIFE.begin(number, act, actor=actor, now=now, version=version, besides=besides)


_LOCK_PARENT = """
SELECT length FROM record_chain
WHERE subject = (SELECT 'case:' || parent_id FROM cases_case WHERE number = %s) AND {} FOR UPDATE"""


def show_to_lead(number: str, lead: str | None, *, now: datetime) -> None:
    """Let whoever leads the case to which this one was joined open this one, unless it is kept from them."""
    if lead and may_be_known_to(queries.facts(number), lead) is None:
        let_join(number, {lead: Part.MAIN}, now=now)


def hide_from_lead(number: str, *, now: datetime) -> None:
    """It stands by itself again: whoever leads the other case has nothing to do with it any more."""
    leave(number, parts=[Part.MAIN], how=Departure.ENDED, now=now)


def keep_form(number: str, *, resolved: bool | None, follow_up: str) -> None:
    """Keep what the form says that stands with the case; inside the command by which it does."""
    Case.objects.filter(number=number).update(form_resolved=resolved, form_follow_up=follow_up)


@whole
def end_former(jurisdiction: str, now: datetime) -> int:
    """End the sight of the units from which a case was taken on an earlier day; answers how many."""
    midnight = datetime.combine(now.astimezone(ZONE).date(), time(), ZONE)
    past = Participation.objects.filter(part=Part.FORMER, until__isnull=True, since__lt=midnight)
    return past.filter(case__jurisdiction=jurisdiction).update(until=now, departure=str(Departure.ENDED))


def note(
    number: str,
    happening: Happening,
    *,
    actor: Actor,
    seat: Seat,
    norm: Norm,
    now: datetime,
    settles: Sequence[str] = (),
    lapses: Sequence[str] = (),
    opens: Sequence[str] = (),
    pack: Pack | None = None,
) -> None:
    """Tell in the case's record what happened to something that stands on it, with the case's duties that it touches.

    For packages above, inside a command of their own that holds the case already; `pack` is the case's, where known.
    """
    subject = f"case:{number}"
    locked = ahead(locking(subject))
    pack = pack or load_pack(queries.facts(number).pack)
    chain = locked.answer[subject]
    extra: dict[str, object] = {}
    settled, lapsed = duties.discharge(subject, Ending(now=now, done=settles, lapsed=lapses))
    if settled:
        extra["settles"] = [list(one) for one in settled]
    if lapsed:
        extra["lapses"] = sorted(lapsed)
    if opened := _open(number, opens, pack, now) if opens else []:
        extra["opens"] = [[kind, holder, due_at.isoformat()] for kind, holder, due_at in opened]
    append(chain, happening, actor=actor, seat=seat, norm=norm, pack=pack, now=now, extra=extra)


def _open(number: str, kinds: Sequence[str], pack: Pack, now: datetime) -> list[tuple[str, str, datetime]]:
    """Open duties of these kinds that are not owed yet."""
    case = queries.facts(number)
    held = [kind for kind in kinds if kind not in case.duties and LIFE.specs[kind].holds(pack.binds)]
    wanted = [LIFE.opening(kind, case, case.parts, pack) for kind in held]
    wanted = in_force(wanted, jurisdiction=case.jurisdiction, pack=pack, now=now)
    at = {"subject": case.subject, "jurisdiction": case.jurisdiction}
    return duties.open_all(wanted, **at, pack=pack, now=now, scope=case.limit_scope)


def by_desk(locked: Locked[CaseFacts], kind: DutyKind) -> dict[str, Opening]:
    """What the desk owes the requester in the unit's place, because secrecy was asked for; nothing where it owes it."""
    case, pack, spec = locked.facts, locked.pack, DUTIES[kind]
    if not case.confidential or kind in case.duties or case.done_already(kind) or not pack.binds(spec.norm):
        return {}
    return {kind: contact(spec, case.desk, case.limit_scope, pack)}


def contact(spec: DutySpec, holder: str, scope: Mapping[str, str], pack: Pack) -> Opening:
    """A duty to speak with the requester, within the limit that the regulation sets for the first contact."""
    rule = pack.limit(LimitName.FIRST_CONTACT, **scope) if LimitName.FIRST_CONTACT in pack.limits else None
    said = (str(rule.limit), rule.clause or "", rule.basis or "") if rule else ("1wd", "", "系统默认：1个工作日")
    post = spec.post if spec.part != Part.LEAD else Post.CALLER  # the unit's own duty, done by the desk in its place
    if post not in pack.posts:  # where nobody calls back, the registrar speaks with the requester
        post = Post.REGISTRAR
    return Opening(spec.kind, spec.norm, holder, post, *said, rule=rule)


def by_default(kind: DutyKind, case: CaseFacts, pack: Pack) -> dict[str, Opening]:
    """What the desk owes within a limit of our own, where the regulation sets none; nothing where it does."""
    spec = DUTIES[kind]
    if spec.limit in pack.limits or kind in case.duties or case.done_already(kind) or not pack.binds(spec.norm):
        return {}
    basis = f"系统默认：{Limit.parse(spec.otherwise).words}"
    return {kind: Opening(spec.kind, spec.norm, case.desk, spec.post, spec.otherwise, "", basis)}


def with_parts(case: CaseFacts, **parts: str | Iterable[str]) -> dict[str, frozenset[str]]:
    """The units that take part, with some parts put anew."""
    put = {p: frozenset([u] if isinstance(u, str) else u) for p, u in parts.items()}
    return {**case.parts, **put}
