"""What is promised with an answer, comes into force with its review, and is kept, checked, put off or broken."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bihuan.cases import commands as cases
from bihuan.cases.rules import telling
from bihuan.cases.types import Act, CaseFacts, ClosureType, DutyKind, Part
from bihuan.commitments import queries, rules
from bihuan.commitments.models import OVER, Commitment
from bihuan.commitments.types import (
    BreakPromise,
    CheckPromise,
    CommitmentRow,
    Deciding,
    FulfilPromise,
    Promise,
    PromiseBroken,
    PromiseChecked,
    PromiseFulfilled,
    PromiseMade,
    PromiseRenewed,
    RenewPromise,
    Standing,
)
from bihuan.duties import queries as duties
from bihuan.duties.life import Life, Locked
from bihuan.duties.rules import may_fall_on
from bihuan.duties.types import Opening, Singly
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Fields
from bihuan.kernel.happening import Happening
from bihuan.kernel.needs import Requiring
from bihuan.kernel.refusal import Refusal
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations import commands as organisation_commands
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Passing
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.pack import Pack
from bihuan.record import unit_of_work
from bihuan.record.commands import Ask, append, command, count_up, lock
from bihuan.record.types import Done

going_on = queries.going_on

Join = Callable[[str, str, datetime], None]
"""Lets a unit take part in a subject of that number, at that moment, so that it sees what it promised."""


def put_down(locked: Locked[Any], promise: Promise, outcome: ClosureType) -> None:
    """Keep what an answer promises until the desk has passed it; a later answer takes its place."""
    facts = locked.facts
    _grant(locked, promise, outcome, standing=False)
    drop = f"DELETE FROM commitments_commitment WHERE subject = %s AND standing = '{Standing.DRAFT}'"  # noqa: S608
    unit_of_work.write(drop, [facts.subject], rows=None)
    if promise.said and locked.pack.binds(norms.COMMITMENT_REGISTER):
        _write(locked, promise, Standing.DRAFT)


def _grant(locked: Locked[Any], promise: Promise, outcome: ClosureType, *, standing: bool) -> None:
    place, now = locked.facts.jurisdiction, locked.now
    unit = organisations.named([promise.unit], place, now=now).get(promise.unit) if promise.said else None
    people = organisations.holders([promise.unit], now) if promise.person else ()
    today, pack = organisations.today(now), locked.pack
    locked.grant(
        rules.may_promise(
            promise, outcome=outcome, unit=unit, people=people, standing=standing, today=today, pack=pack
        ),
        may_fall_on(promise.due_on, duties.calendar(), on_free_day=promise.on_free_day, field="promise_due_on"),
    )


def _write(locked: Locked[Any], promise: Promise, standing: Standing) -> None:
    assert promise.due_on is not None, "asked by the rule"
    people = organisations.holders([promise.unit], locked.now)
    person = next(a.account for a in people if promise.person in (a.account, a.name))
    Commitment.objects.filter(subject=locked.facts.subject).exclude(standing__in=OVER).update(standing=Standing.ENDED)
    Commitment.objects.create(
        jurisdiction=locked.facts.jurisdiction,
        subject=locked.facts.subject,
        text=promise.text,
        unit=promise.unit,
        person=person,
        due_on=promise.due_on,
        first_due_on=promise.due_on,
        made_by=locked.actor.account,
        made_at=locked.now,
        standing=standing,
    )


def bring_into_force(locked: Locked[Any], join: Join, *, fulfil: Vocabulary) -> Singly:
    """What the answer promised holds from now on: its unit owes it until the day that was named."""
    draft = unit_of_work.ask(queries.going_on(locked.facts.subject))
    if draft is None or draft.standing != Standing.DRAFT:
        return Singly()
    number = _next_number(locked.facts.jurisdiction, locked.now)
    holds = "UPDATE commitments_commitment SET standing = %s, number = %s WHERE id = %s"
    unit_of_work.write(holds, [Standing.OPEN, number, draft.id])
    join(locked.facts.number, draft.unit, locked.now)
    return Singly(opens=(_owed(locked.pack, fulfil, draft.unit, draft.due_on),))


def decide(
    locked: Locked[CaseFacts],
    fields: Deciding,
    promise: Promise,
    found: Sequence[str],
    join: Join,
    *,
    said: bool,
    fulfil: Vocabulary,
) -> Singly:
    """What a reviewer confirms of what was found in an answer holds from now on, beside what its unit declared."""
    declared = unit_of_work.ask(queries.going_on(locked.facts.subject)) is not None
    _weigh(locked, fields, found, said=said, standing=declared)
    if fields.confirmed and not declared:
        told = replace(promise, text=told_of(found, fields.confirmed))
        _grant(locked, told, ClosureType.PROMISED, standing=False)
        _write(locked, told, Standing.DRAFT)
    return bring_into_force(locked, join, fulfil=fulfil)


def weigh(locked: Locked[CaseFacts], fields: Deciding, found: Sequence[str], closure: ClosureType) -> None:
    """What was found in an answer is decided before the case ends with it. Raises Refused."""
    _weigh(locked, fields, found, said=False, standing=False)
    locked.grant(rules.may_end_as(closure, confirmed=fields.confirmed, pack=locked.pack))


def _weigh(locked: Locked[CaseFacts], fields: Deciding, found: Sequence[str], *, said: bool, standing: bool) -> None:
    confirmed, dismissed = fields.confirmed, fields.dismissed
    many = len(found)
    answer = rules.may_decide(
        many, confirmed=confirmed, dismissed=dismissed, said=said, standing=standing, pack=locked.pack
    )
    locked.grant(answer)


def told_of(found: Sequence[str], numbers: Collection[str]) -> str:
    """The clauses of these numbers, as they stand in the answer, one a line."""
    return "\n".join(text for n, text in enumerate(found, 1) if str(n) in numbers)


def _next_number(jurisdiction: str, now: datetime) -> str:
    """The next number of the year in the jurisdiction."""
    place, year = organisations.jurisdiction(jurisdiction, now=now), organisations.today(now).year
    return f"{place.prefix}{year}N{count_up(f'commitment/{place.code}/{year}', place.code):05d}"


def close_as(locked: Locked[Any], promise: Promise, closure: ClosureType, join: Join, *, fulfil: Vocabulary) -> Singly:
    """What a case is closed with: what was promised already, or what is promised now; it holds at once."""
    _grant(locked, promise, closure, standing=unit_of_work.ask(queries.going_on(locked.facts.subject)) is not None)
    if not promise.said or not locked.pack.binds(norms.COMMITMENT_REGISTER):
        return bring_into_force(locked, join, fulfil=fulfil)
    _write(locked, promise, Standing.DRAFT)
    return bring_into_force(locked, join, fulfil=fulfil)


def _owed(pack: Pack, fulfil: Vocabulary, unit: str, due_on: date) -> Opening:
    """What is promised is owed until the offices close on the day that was named."""
    due_at = datetime.combine(due_on, pack.hours.closes, ZONE)
    clause = pack.cite(norms.COMMITMENT_KEEP).clause_id or ""
    return Opening(fulfil, norms.COMMITMENT_KEEP, unit, "handler", "", clause, "承诺的兑现日期", due_at)


def tell(locked: Locked[Any], done: Done, promised: Singly) -> Done:
    """Tell in the record, after the act that brought it into force, what was promised, if anything was."""
    row = queries.running(locked.facts.subject) if promised.opens else None
    if row is None:
        return done
    happening = PromiseMade(
        number=row.number,
        unit=row.unit,
        unit_name=row.unit_name,
        due_on=row.due_on,
        text=row.text,
        person=row.person,
    )
    chain, norm = lock(locked.facts.subject), norms.COMMITMENT_REGISTER
    told = append(chain, happening, actor=locked.actor, seat=locked.seat, norm=norm, pack=locked.pack, now=locked.now)
    return replace(done, version=told.length)


def end(subject: str) -> None:
    """The subject is taken up again: what was promised is part of that."""
    Commitment.objects.filter(subject=subject).exclude(standing__in=OVER).update(standing=Standing.ENDED)


def keeping(life: Life[Any], act: Callable[[str], Vocabulary], duty: Callable[[str], Vocabulary]) -> None:
    """Declare the acts by which what was promised of a kind of subject is kept; the table has their rows."""
    declared: tuple[tuple[str, type[Fields], Ask, Requiring | None, Callable[[Locked[Any], Any], Any]], ...] = (
        ("fulfil_promise", FulfilPromise, _may_fulfil, None, _fulfil),
        ("check_promise", CheckPromise, _may_check, None, _check),
        ("renew_promise", RenewPromise, _may_renew, rules.asked_of_renewal, _renew),
        ("break_promise", BreakPromise, _may_break, None, _break),
    )
    for word, form, ask, required, write in declared:
        _declare(life, act(word), form, ask, required, write, duty)


def _declare(
    life: Life[Any],
    act: Vocabulary,
    form: type[Fields],
    ask: Ask,
    required: Requiring | None,
    write: Callable[[Locked[Any], Any], Any],
    duty: Callable[[str], Vocabulary],
) -> None:
    def run(*, number: str, fields: Any, actor: Actor, now: datetime, version: int | None = None) -> Done:
        locked = life.begin(number, act, actor=actor, now=now, version=version)
        happening, also, singly = write(locked, fields)
        opens = [duty(kind) for kind in also]
        unit, due_on = singly or ("", None)
        owed = (_owed(locked.pack, duty("commitment_fulfil"), unit, due_on),) if due_on else ()
        return life.advance(locked, happening, also_opens=opens, singly=Singly(opens=owed))

    run.__module__, run.__doc__ = write.__module__, write.__doc__
    run.__qualname__ = run.__name__ = f"{act}_of_{life.table.subject}"
    command(subject=life.table.subject, act=act, fields=form, ask=ask, required=required)(run)


Written = tuple[Happening, tuple[str, ...], tuple[str, date] | None]
"""What happened, the kinds of duty that it opens besides its row, and who owes it anew until which day."""


def _may_fulfil(facts: Any, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_fulfil(_running(facts), actor)


def _may_check(facts: Any, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_check(_running(facts), actor)


def _may_renew(facts: Any, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_renew(_running(facts), pack=pack)


def _may_break(facts: Any, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_break(_running(facts), today=organisations.today(now))


def _running(facts: Any) -> CommitmentRow | None:
    """What was promised and is still to be kept; looked for where a duty tells that there is something."""
    owed = any(kind.startswith("commitment_") for kind in facts.duties)
    return queries.running(facts.subject) if owed else None


def _note(row: CommitmentRow, **columns: object) -> None:
    Commitment.objects.filter(pk=row.id).update(**columns)


def _kept(locked: Locked[Any]) -> CommitmentRow:
    row = queries.running(locked.facts.subject)
    assert row is not None, "asked by the rule behind the act"
    return row


def _fulfil(locked: Locked[Any], fields: FulfilPromise) -> Written:
    """The unit says that it kept what was promised; the desk asks the requester."""
    row, today = _kept(locked), organisations.today(locked.now)
    locked.grant(rules.may_have_kept(fields.done_on, made_on=organisations.today(row.made_at), today=today))
    _note(row, standing=Standing.CLAIMED, claimed_at=locked.now, result=fields.result)
    return PromiseFulfilled(unit=row.unit, done_on=fields.done_on, result=fields.result), (), None


def _check(locked: Locked[Any], fields: CheckPromise) -> Written:
    """The desk asked the requester: kept, and over; or not, and the dispatcher decides what follows."""
    row = _kept(locked)
    _note(row, standing=Standing.FULFILLED if fields.kept else Standing.BROKEN)
    finding = "已兑现" if fields.kept else "没有兑现"
    happening = PromiseChecked(kept=fields.kept, finding=finding, checked_how=fields.checked_how, note=fields.note)
    return happening, () if fields.kept else ("commitment_broken",), None


def _renew(locked: Locked[Any], fields: RenewPromise) -> Written:
    """What was not kept gets a new day, with the reason, and the requester told, if anybody knows who that is."""
    row, how = _kept(locked), fields.requester_told
    locked.grant(
        *locked.lacks(fields),
        rules.may_renew_until(fields.due_on, today=organisations.today(locked.now)),
        may_fall_on(fields.due_on, duties.calendar(), on_free_day=fields.on_free_day, field="due_on"),
    )
    _note(row, standing=Standing.OPEN, due_on=fields.due_on, times=row.times + 1)
    happening = PromiseRenewed(
        due_on=fields.due_on,
        before=row.due_on,
        requester_told=how,
        reason=fields.reason,
        telling=f"{telling(how, anonymous=rules.is_anonymous(locked.facts))}{f'（{how}）' if how else ''}",
    )
    return happening, (), (row.unit, fields.due_on)


def _break(locked: Locked[Any], fields: BreakPromise) -> Written:
    """The day went by: it is broken, and the dispatcher owes what follows."""
    row = _kept(locked)
    _note(row, standing=Standing.BROKEN)
    return PromiseBroken(unit=row.unit, due_on=row.due_on), (), None


def join_case(number: str, unit: str, now: datetime) -> None:
    """A unit that promised something of a case takes part in it."""
    if not any(unit in units for units in cases.LIFE.facts(number).parts.values()):
        cases.let_join(number, {unit: str(Part.CO)}, now=now)


keeping(cases.LIFE, Act, DutyKind)


def _pass_on(passing: Passing, actor: Actor, now: datetime) -> None:
    """What a unit that ends promised its successor keeps."""
    if passing.successor:
        mine = Commitment.objects.filter(jurisdiction=passing.jurisdiction, unit=passing.unit)
        mine.exclude(standing__in=OVER).update(unit=passing.successor)


def _object_to_ending(passing: Passing) -> Refusal | None:
    """Somebody must keep what was promised."""
    return rules.may_end_promiser(queries.still_promised(passing.unit), followed=bool(passing.successor))


organisation_commands.passes_on(_pass_on)
organisation_commands.objects_to_ending(_object_to_ending)
