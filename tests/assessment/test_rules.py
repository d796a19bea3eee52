"""Rules of assessment, asked with facts alone: from the record to facts, to sums, to figures and scores."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from bihuan.assessment.rules import cases, counting, duties, figures, periods
from bihuan.assessment.rules.events import Counting
from bihuan.assessment.rules.figures import Summing, Totals
from bihuan.assessment.types import (
    Background,
    DutyFact,
    EventFact,
    Figure,
    Period,
    ResultFact,
    Scale,
    Score,
    Sum,
    Term,
    Told,
    Weighed,
)
from bihuan.dispatch.types import (
    CaseDispatched,
    CaseRedispatched,
    DispatchRecalled,
    ExtensionApproved,
    ExtensionNotified,
    ReturnApproved,
    SignedOff,
    TerminationApproved,
)
from bihuan.duties.types import DecidedDuty, HandedOver
from bihuan.feedback.types import (
    CallbackChecked,
    CallbackContested,
    CallbackRecorded,
    CaseClosed,
    CaseReopened,
    ReworkOrdered,
)
from bihuan.intake.types import (
    AnsweredAtOnce,
    CaseAccepted,
    CaseMerged,
    CaseRegistered,
    CaseWithdrawn,
    DeclineConfirmed,
    HandedOverToEmergency,
    ReferredToPath,
)
from bihuan.joint.types.happenings import (
    Accepted,
    CheckedIn,
    DesignatedReleased,
    Dissolved,
    Finished,
    Graded,
    JointBegun,
    ObjectionUpheld,
    RaisedToTough,
    Released,
    Renewed,
    UnitsAdded,
    Voided,
    WorkRecorded,
)
from bihuan.kernel.happening import Happening
from bihuan.matters.types.happenings import (
    FeedbackSentBack,
    FeedbackSubmitted,
    MatterAssigned,
    MatterLeadEnded,
    MatterReassigned,
    MatterReopened,
    MatterStruckOff,
)
from bihuan.policy.assessment import ATOMS, Assessment, Component, Deduction, Metric, Replace, When
from bihuan.policy.assessment import Term as Summed
from bihuan.supervision.types.happenings import (
    ColouredDistributed,
    ColouredRegistered,
    ColouredVoided,
    ContestUpheld,
    OrderIssued,
    OrderWithdrawn,
    ReminderIssued,
    ReminderWithdrawn,
    ReplyAccepted,
    ReplyRejected,
    UnitFellAway,
)
from bihuan.vetting.specimens import plain
from tests.facts import NOW
from tests.rule_tables import Row, asked

DAY = timedelta(days=1)


def day(n: int) -> date:
    """The day after so many days: 0 is 3 March, 29 the first of April, 304 the first of January."""
    return (NOW + n * DAY).date()


def tell(happening: type[Happening], n: int, unit: str = "", /, **facts: Any) -> Told:
    """An event of the nth day, which is its number as well."""
    return Told(n, NOW + n * DAY, day(n), happening.kind, unit, facts)


# Cases


def read(told: Iterable[Told], by: Replace = Replace.PERIOD) -> cases.Reading:
    """A case in the town, read; minutes and days pass at night too."""
    reading = cases.Reading(
        "case:C1",
        "town",
        Scale(frozenset({"very", "yes"}), by),
        lambda since, until: int((until - since).total_seconds()) // 60,
        lambda since, until: (until - since).days,
    )
    reading.read(tuple(told))
    return reading


def happened(*told: Told) -> list[tuple[int, str, str, str, int]]:
    """Event, atom, unit, as what, and how many, of all that is counted by the way."""
    return [(one.event, one.atom, one.unit, str(one.part), one.n) for one in read(told).events()]


def results(*told: Told, helped: Sequence[Sequence[Told]] = (), by: Replace = Replace.PERIOD) -> list[ResultFact]:
    """The results of a case."""
    return list(read(told, by).results([cases.Helped(one) for one in helped]))


def sharing(*told: Told, helped: Sequence[Sequence[Told]] = ()) -> list[tuple[int, str, str]]:
    """Cycle, unit and as what it shares the result."""
    return [(one.cycle, one.unit, str(one.part)) for one in results(*told, helped=helped)]


def closings(*told: Told) -> list[tuple[date | None, int | None]]:
    """Of each result when its cycle was closed, and in how many days."""
    return [(one.closed_on, one.days) for one in results(*told)]


def result(unit: str = "a", **known: Any) -> ResultFact:
    """A result of the first cycle."""
    usual = {
        "jurisdiction": "town",
        "subject": "case:C1",
        "cycle": 1,
        "unit": unit,
        "part": "lead",
        "channel": "hotline",
    }
    return plain(ResultFact, **{**usual, **known})


def called(n: int, satisfied: str = "yes", solved: str = "yes", **said: Any) -> Told:
    """A call-back that reached the requester."""
    return tell(CallbackRecorded, n, "desk", **{"reached": True, "solved": solved, "satisfied": satisfied, **said})


def sent(n: int, lead: str = "a") -> Told:
    """The first dispatch."""
    return tell(CaseDispatched, n, "desk", lead=lead, stage="handling")


def signed(n: int, unit: str = "a") -> Told:
    """An answer, signed."""
    return tell(SignedOff, n, unit, stage="submitted")


def closed(n: int) -> Told:
    """The case is closed."""
    return tell(CaseClosed, n, "desk", stage="closed")


def reopened(n: int) -> Told:
    """The case is opened again."""
    return tell(CaseReopened, n, "desk", stage="handling")


def again(n: int, unit: str, lead: str, **facts: Any) -> Told:
    """The case goes from a unit to another."""
    return tell(CaseRedispatched, n, "desk", unit=unit, lead=lead, **facts)


def returned(n: int, unit: str = "a", **facts: Any) -> Told:
    """The case was not the unit's."""
    return tell(ReturnApproved, n, "desk", unit=unit, **facts)


def handed(n: int, before: str, after: str) -> Told:
    """A unit ended, and another goes on."""
    return tell(HandedOver, n, before=before, after=after)


def objected(n: int, satisfied: str = "no", solved: str = "no") -> Told:
    """The requester says that they said something else."""
    return tell(CallbackContested, n, satisfied=satisfied, solved=solved)


def corrected(n: int, finding: str = "corrected") -> Told:
    """What was found of it."""
    return tell(CallbackChecked, n, "desk", finding=finding)


REGISTERED = tell(CaseRegistered, 0, "desk", desk="desk", channel="hotline", urgency="urgent", stage="registered")
BEGUN = (REGISTERED, sent(1))
ANSWERED = (*BEGUN, signed(3))
DONE = {"closed_on": day(5), "days": 2}
SAID = {"month_satisfied": "yes", "month_solved": "yes", "year_satisfied": "yes", "year_solved": "yes"}
HEARD = {**SAID, "first_on": day(4), "satisfied": True, "year_is_satisfied": True}
BAD = {
    "month_satisfied": "no",
    "month_solved": "no",
    "year_satisfied": "no",
    "year_solved": "no",
    "first_on": day(4),
    "satisfied": False,
    "year_is_satisfied": False,
    "bad_on": day(4),
    "fixed": False,
}


def both(n: int, atom: str, unit: str = "a", count: int = 1) -> list[tuple[int, str, str, str, int]]:
    """What is counted for the desk and for the unit that it concerns."""
    return [(n, atom, "desk", "centre", count), (n, atom, unit, "lead", count)]


def desk(n: int, atom: str, count: int = 1) -> list[tuple[int, str, str, str, int]]:
    """What is counted for the desk alone."""
    return [(n, atom, "desk", "centre", count)]


FIRST = [*desk(0, "registered")]
SENT = [
    *FIRST,
    *desk(1, "accepted"),
    *both(1, "dispatched"),
    *both(1, "first_dispatched"),
    *desk(1, "dispatch_hours", 1440),
]


def event(atom: str, unit: str, part: str, on: int, /, **known: Any) -> EventFact:
    """An event fact of a case, of the nth day."""
    usual = {"jurisdiction": "town", "subject": "case:C1", "channel": "hotline", "n": 1}
    return plain(EventFact, **{**usual, "event": on, "atom": atom, "unit": unit, "part": part, "on": day(on), **known})


count = asked(lambda told: happened(*told), told=BEGUN)
whole = asked(lambda told: list(read(told).events()), told=(REGISTERED,))
background = asked(lambda told: read(told).background, told=BEGUN)
gives = asked(lambda told, by: results(*told, by=by), told=(*ANSWERED, called(4), closed(5)), by=Replace.PERIOD)
shares = asked(lambda told: sharing(*told), told=ANSWERED)
closes = asked(lambda told: closings(*told), told=(*ANSWERED, closed(5)))

CASES = (
    count.gives("dispatched: accepted by that, for the first time, after so many minutes", SENT),
    count.gives("nothing told", [], told=()),
    count.gives(
        "dispatched again: counted again, and never as the first",
        [*SENT, *both(4, "dispatched", "b"), *both(4, "redispatched")],
        told=(*BEGUN, again(4, "a", "b")),
    ),
    count.gives(
        "accepted before it was dispatched",
        [
            *FIRST,
            *desk(1, "accepted"),
            *both(2, "dispatched"),
            *both(2, "first_dispatched"),
            *desk(2, "dispatch_hours", 2880),
        ],
        told=(REGISTERED, tell(CaseAccepted, 1, "desk"), sent(2)),
    ),
    count.gives(
        "accepted twice",
        [*FIRST, *desk(1, "accepted")],
        told=(REGISTERED, tell(CaseAccepted, 1, "desk"), tell(CaseAccepted, 2, "desk")),
    ),
    count.gives(
        "answered at once: accepted by that",
        [*FIRST, *desk(1, "answered_at_once"), *desk(1, "accepted")],
        told=(REGISTERED, tell(AnsweredAtOnce, 1, "desk")),
    ),
    count.gives(
        "of a case whose registration is not told no desk is known, and no time",
        [(1, "dispatched", "a", "lead", 1), (1, "first_dispatched", "a", "lead", 1)],
        told=(sent(1),),
    ),
    *(
        count.gives(
            f"{happening.kind}: the desk's", [*FIRST, *desk(1, atom)], told=(REGISTERED, tell(happening, 1, "x"))
        )
        for happening, atom in (
            (CaseMerged, "merged"),
            (HandedOverToEmergency, "transferred"),
            (ReferredToPath, "transferred"),
            (DeclineConfirmed, "declined"),
            (CaseWithdrawn, "withdrawn"),
        )
    ),
    *(
        count.gives(
            f"{happening.kind}: the desk's and that of whoever has the case",
            [*SENT, *both(2, atom)],
            told=(*BEGUN, tell(happening, 2, "x")),
        )
        for happening, atom in (
            (ExtensionApproved, "extended"),
            (ExtensionNotified, "extended"),
            (ReworkOrdered, "reworked"),
            (CaseReopened, "reopened"),
            (TerminationApproved, "terminated"),
        )
    ),
    count.gives(
        "reworked by whoever has it now",
        [*SENT, *both(4, "dispatched", "b"), *both(4, "redispatched"), *both(5, "reworked", "b")],
        told=(*BEGUN, again(4, "a", "b"), tell(ReworkOrdered, 5, "desk")),
    ),
    count.gives(
        "reworked by whoever took it over",
        [*SENT, *both(5, "reworked", "b")],
        told=(*BEGUN, handed(4, "a", "b"), tell(ReworkOrdered, 5, "desk")),
    ),
    count.gives(
        "who has the case did not end with another",
        [*SENT, *both(5, "reworked")],
        told=(*BEGUN, handed(4, "c", "b"), tell(ReworkOrdered, 5, "desk")),
    ),
    count.gives(
        "recalled", [*SENT, *both(2, "redispatched")], told=(*BEGUN, tell(DispatchRecalled, 2, "desk", unit="a"))
    ),
    count.gives(
        "recalled, for it was dispatched wrongly",
        [*SENT, *both(2, "redispatched"), *both(2, "wrong_dispatch")],
        told=(*BEGUN, tell(DispatchRecalled, 2, "desk", unit="a", wrong_dispatch=True)),
    ),
    count.gives("returned", [*SENT, *both(2, "returned")], told=(*BEGUN, returned(2))),
    count.gives(
        "returned, for it was dispatched wrongly",
        [*SENT, *both(2, "returned"), *both(2, "wrong_dispatch")],
        told=(*BEGUN, returned(2, wrong_dispatch=True)),
    ),
    count.gives(
        "returned, and not dispatched wrongly",
        [*SENT, *both(2, "returned")],
        told=(*BEGUN, returned(2, wrong_dispatch=False)),
    ),
    count.gives(
        "only what takes the case away can have been dispatched wrongly",
        [*SENT, *both(2, "extended")],
        told=(*BEGUN, tell(ExtensionApproved, 2, "desk", wrong_dispatch=True, unit="a")),
    ),
    whole.gives("with the place, the subject, the day and the channel", [event("registered", "desk", "centre", 0)]),
    whole.gives(
        "of a case that was withdrawn: left out, all that was counted of it",
        [
            event("registered", "desk", "centre", 0, excluded=True),
            event("withdrawn", "desk", "centre", 1, excluded=True),
        ],
        told=(REGISTERED, tell(CaseWithdrawn, 1, "desk", stage="withdrawn")),
    ),
    background.gives("of a case that goes on", Background("hotline", "urgent", False)),
    *(
        background.gives(
            f"of a case that is {stage}",
            Background("hotline", "urgent", out),
            told=(*BEGUN, tell(CaseWithdrawn, 2, "desk", stage=stage), tell(ExtensionApproved, 3, "desk")),
        )
        for stage, out in (
            ("withdrawn", True),
            ("transferred", True),
            ("not_accepted", True),
            ("merged", True),
            ("closed", False),
            ("archived", False),
        )
    ),
    #
    gives.gives("answered, called and closed", [result(**HEARD, **DONE)]),
    gives.gives("nothing told", [], told=()),
    gives.gives("dispatched and not answered", [], told=BEGUN),
    gives.gives("closed without an answer of a unit", [], told=(*BEGUN, closed(5))),
    gives.gives(
        "closed without any dispatch",
        [],
        told=(REGISTERED, tell(AnsweredAtOnce, 1, "desk", stage="callback"), called(2), closed(3)),
    ),
    gives.gives("answered, and nobody called", [result()], told=ANSWERED),
    gives.gives(
        "of a case that was withdrawn: left out",
        [result(excluded=True)],
        told=(*ANSWERED, tell(CaseWithdrawn, 4, stage="withdrawn")),
    ),
    gives.gives(
        "what the requester said of the unit, and whether it is true",
        [result(**HEARD, month_contacted=True, month_true=False)],
        told=(*ANSWERED, called(4, contacted_by_unit=True, facts_true=False)),
    ),
    *(
        gives.gives(f"not valid: {why}", [result()], told=(*ANSWERED, call))
        for why, call in (
            ("nobody was reached", called(4, reached=False)),
            ("not asked whether it is solved", called(4, solved="")),
            ("not asked whether they are satisfied", called(4, satisfied="")),
        )
    ),
    gives.gives("not of a cycle: called before it began", [result()], told=(REGISTERED, called(1), sent(1), signed(3))),
    gives.gives(
        "the last within the month counts for the month, the last within the year for the year",
        [
            result(
                first_on=day(4),
                month_satisfied="very",
                month_solved="partly",
                month_contacted=True,
                month_true=True,
                year_satisfied="basic",
                year_solved="yes",
                satisfied=True,
                year_is_satisfied=False,
                bad_on=day(304),
                fixed=True,
            )
        ],
        told=(
            *ANSWERED,
            called(4, "no", "no"),
            called(28, "very", "partly", contacted_by_unit=True, facts_true=True),
            called(29, "no", "no"),
            called(303, "basic"),
            called(304, "yes", "no"),
        ),
    ),
    gives.gives(
        "the same month of another year is another month",
        [result(**{**BAD, "bad_on": day(365), "fixed": True})],
        told=(*ANSWERED, called(4, "no", "no"), called(365)),
    ),
    gives.gives(
        "where none replaces the first",
        [result(**{**BAD, "bad_on": day(6), "fixed": True})],
        told=(*ANSWERED, called(4, "no", "no"), called(6)),
        by=Replace.NEVER,
    ),
    gives.gives("a dissatisfied one", [result(**BAD)], told=(*ANSWERED, called(4, "no", "no"))),
    gives.gives(
        "dissatisfied, though it is solved: nobody mended anything since",
        [result(**{**BAD, "month_solved": "yes", "year_solved": "yes"})],
        told=(*ANSWERED, called(4, "no", "yes")),
    ),
    gives.gives(
        "satisfied first and dissatisfied in the end",
        [result(**{**BAD, "bad_on": day(6)})],
        told=(*ANSWERED, called(4), called(6, "no", "no")),
    ),
    gives.gives(
        "dissatisfied still, but helped",
        [result(**{**BAD, "month_solved": "yes", "year_solved": "yes", "bad_on": day(6), "fixed": True})],
        told=(*ANSWERED, called(4, "no", "no"), called(6, "no", "yes")),
    ),
    gives.gives(
        "dissatisfied still, and helped in part alone",
        [result(**{**BAD, "month_solved": "partly", "year_solved": "partly", "bad_on": day(6)})],
        told=(*ANSWERED, called(4, "no", "no"), called(6, "no", "partly")),
    ),
    gives.gives(
        "satisfied in the end, though not helped",
        [result(**{**HEARD, "month_solved": "no", "year_solved": "no"}, bad_on=day(6), fixed=True)],
        told=(*ANSWERED, called(4, "no", "no"), called(6, "yes", "no")),
    ),
    gives.gives(
        "dissatisfied twice in a row, then satisfied",
        [result(**HEARD, bad_on=day(7), fixed=True)],
        told=(*ANSWERED, called(4, "no", "no"), called(5, "no", "no"), called(7)),
    ),
    gives.gives(
        "corrected as the requester says: valid on the day of the finding, and what was not asked is unknown",
        [result(**{**BAD, "bad_on": day(6)})],
        told=(*ANSWERED, called(4, contacted_by_unit=True, facts_true=True), objected(5), corrected(6)),
    ),
    gives.gives(
        "objected to, and found to be as it was recorded",
        [result(**HEARD)],
        told=(*ANSWERED, called(4), objected(5), corrected(6, "kept")),
    ),
    gives.gives("found wrong, and no objection is told", [result(**HEARD)], told=(*ANSWERED, called(4), corrected(6))),
    gives.gives(
        "two cycles: each with its own answer, calls and end",
        [
            result(**BAD, **DONE),
            result(**{**HEARD, "first_on": day(12)}, cycle=2, closed_on=day(13), days=2),
        ],
        told=(*ANSWERED, called(4, "no", "no"), closed(5), reopened(8), signed(10), called(12), closed(13)),
    ),
    #
    closes.gives("on the day it came to its end", [(day(5), 2)]),
    closes.gives("not yet", [(None, None)], told=ANSWERED),
    closes.gives(
        "archived later: on the day it was closed",
        [(day(5), 2)],
        told=(*ANSWERED, closed(5), tell(CaseClosed, 9, stage="archived")),
    ),
    closes.gives("told twice: on the first day", [(day(5), 2)], told=(*ANSWERED, closed(5), closed(7))),
    closes.gives(
        "something was said of it later that moves nothing", [(day(5), 2)], told=(*ANSWERED, closed(5), corrected(9))
    ),
    closes.gives("open again", [(None, None)], told=(*ANSWERED, closed(5), tell(ReworkOrdered, 7, stage="rework"))),
    closes.gives(
        "open again and closed again",
        [(day(9), 2)],
        told=(*ANSWERED, closed(5), tell(ReworkOrdered, 7, stage="rework"), closed(9)),
    ),
    closes.gives(
        "closed again after it was archived and opened",
        [(day(9), 2)],
        told=(
            *ANSWERED,
            closed(5),
            tell(CaseClosed, 6, stage="archived"),
            tell(ReworkOrdered, 7, stage="rework"),
            closed(9),
        ),
    ),
    closes.gives("answered on the day of the dispatch", [(day(5), 0)], told=(*BEGUN, signed(1), closed(5))),
    closes.gives(
        "rework stays inside: days until the last answer",
        [(day(9), 7)],
        told=(*ANSWERED, tell(ReworkOrdered, 4, stage="rework"), signed(8), closed(9)),
    ),
    closes.gives(
        "dispatched again: days since the first",
        [(day(9), 6)],
        told=(*BEGUN, again(3, "a", "b"), signed(7, "b"), closed(9)),
    ),
    #
    shares.gives("whoever signed", [(1, "a", "lead")]),
    shares.gives("nobody who signs before there is a cycle", [], told=(REGISTERED, signed(1))),
    shares.gives("returned before a cycle", [(1, "a", "lead")], told=(REGISTERED, returned(0), *ANSWERED[1:])),
    shares.gives("never: a lead whose return was approved", [], told=(*ANSWERED, returned(4))),
    shares.gives("another's return", [(1, "a", "lead")], told=(*ANSWERED, returned(4, "c"))),
    shares.gives("never: recalled", [], told=(*ANSWERED, tell(DispatchRecalled, 4, unit="a"))),
    shares.gives("never: somebody else has it now", [], told=(*ANSWERED, again(4, "a", "b"))),
    shares.gives("the new one alone", [(1, "b", "lead")], told=(*ANSWERED, again(4, "a", "b"), signed(6, "b"))),
    shares.gives(
        "it went back to whom it had left",
        [(1, "a", "lead")],
        told=(*ANSWERED, again(4, "a", "b"), again(5, "b", "a")),
    ),
    shares.gives("returned, and dispatched anew", [(1, "a", "lead")], told=(*ANSWERED, returned(4), sent(5))),
    shares.gives("returned, and dispatched to another", [], told=(*ANSWERED, returned(4), sent(5, "b"))),
    shares.gives("dispatched to another without a return", [], told=(*ANSWERED, sent(5, "b"))),
    shares.gives("returned, and signed all the same", [(1, "a", "lead")], told=(*BEGUN, returned(2), signed(3))),
    shares.gives("dispatched again to the same", [(1, "a", "lead")], told=(*ANSWERED, sent(4))),
    shares.gives(
        "whoever took it over, and signed",
        [(1, "b", "lead")],
        told=(*BEGUN, handed(2, "a", "b"), signed(3, "b")),
    ),
    shares.gives(
        "who took it over loses it with it",
        [],
        told=(*BEGUN, handed(2, "a", "b"), signed(3, "b"), sent(4, "c")),
    ),
    shares.gives("whoever took it over after it was signed", [(1, "b", "lead")], told=(*ANSWERED, handed(4, "a", "b"))),
    shares.gives("taken over, and returned", [], told=(*ANSWERED, handed(4, "a", "b"), returned(5, unit="b"))),
    shares.gives("taken over, and dispatched to another", [], told=(*ANSWERED, handed(4, "a", "b"), sent(5, "c"))),
    shares.gives("returned before it was taken over", [], told=(*ANSWERED, returned(4), handed(5, "a", "b"))),
    shares.gives("another unit ended", [], told=(*ANSWERED, handed(4, "c", "b"), sent(5, "b"))),
    shares.gives(
        "of two cycles, each its own",
        [(1, "a", "lead"), (2, "b", "lead")],
        told=(*ANSWERED, reopened(8), sent(9, "b"), signed(10, "b")),
    ),
    shares.gives("of two cycles, the second not answered", [(1, "a", "lead")], told=(*ANSWERED, reopened(8))),
    shares.gives(
        "reopened, though it was never dispatched", [(1, "a", "lead")], told=(REGISTERED, reopened(1), signed(3))
    ),
    shares.gives(
        "reopened, then dispatched: one cycle", [(1, "a", "lead")], told=(REGISTERED, reopened(1), sent(2), signed(3))
    ),
)


def joins(n: int, *units: str, happening: type[Happening] = JointBegun) -> Told:
    """Units are asked to join."""
    return tell(happening, n, "a", units=units)


def does(happening: type[Happening], n: int, unit: str = "b") -> Told:
    """What is told of a unit that joins."""
    return tell(happening, n, "a", unit=unit)


def helpers(*told: Told, since: int = 1, until: int | None = 9) -> set[str]:
    """Who shares the result of a cycle beside its lead."""
    end = None if until is None else NOW + until * DAY
    return cases.Helped(told).shares(cases.Cycle(1, NOW + since * DAY, day(since), end))


helps = asked(lambda told, **cycle: helpers(*told, **cycle), told=(joins(2, "b", "c"),))
beside = asked(
    lambda told, helped: sharing(*told, helped=helped),
    told=ANSWERED,
    helped=[(joins(2, "c", "b"),), (joins(2, "c", "d"),)],
)

HELPED = (
    helps.gives("who was asked and stayed", {"b", "c"}),
    helps.gives("nobody", set(), told=()),
    *(
        helps.gives(f"who was asked: {happening.kind}", {"b"}, told=(joins(2, "b", happening=happening),))
        for happening in (UnitsAdded, Renewed, RaisedToTough)
    ),
    helps.gives("asked by two", {"b", "c"}, told=(joins(2, "b"), joins(3, "c", happening=UnitsAdded))),
    *(
        helps.gives(
            f"let go: {happening.kind}", {"c"}, told=(joins(2, "b", "c"), does(CheckedIn, 3), does(happening, 4))
        )
        for happening in (Released, DesignatedReleased, ObjectionUpheld)
    ),
    helps.gives(
        "let go of one and another", set(), told=(joins(2, "b", "c"), does(Released, 3), does(Released, 4, "c"))
    ),
    helps.gives("asked again", {"b"}, told=(joins(2, "b"), does(Released, 3), joins(4, "b", happening=Renewed))),
    helps.gives(
        "another was asked again", {"c"}, told=(joins(2, "b"), does(Released, 3), joins(4, "c", happening=UnitsAdded))
    ),
    *(
        helps.gives(
            f"who acted, though it was over: {happening.kind}",
            {"b"},
            told=(joins(2, "b", "c"), does(happening, 3), tell(Voided, 4)),
        )
        for happening in (Accepted, CheckedIn, WorkRecorded, Finished, Graded)
    ),
    helps.gives("who acted, where it is told by the unit's own event", {"b"}, told=(tell(WorkRecorded, 3, "b"),)),
    helps.gives("two who acted", {"b", "c"}, told=(does(Accepted, 2), does(Accepted, 3, "c"))),
    helps.gives("dissolved", set(), told=(joins(2, "b"), tell(Dissolved, 3))),
    helps.gives("dissolved and asked anew", {"c"}, told=(joins(2, "b"), tell(Dissolved, 3), joins(4, "c"))),
    helps.gives("something else", {"b"}, told=(joins(2, "b"), does(CallbackChecked, 3))),
    helps.gives("on the moment the cycle begins", {"b"}, told=(joins(1, "b"),)),
    helps.gives("before the cycle", set(), told=(joins(0, "b"),)),
    helps.gives("before the cycle, and after", {"c"}, told=(joins(0, "b"), joins(2, "c"))),
    helps.gives("just before its end", {"b"}, told=(joins(8, "b"),)),
    helps.gives("on the moment of its end", set(), told=(joins(9, "b"),)),
    helps.gives("a cycle without an end", {"b"}, told=(joins(9, "b"),), until=None),
    helps.gives("before a cycle without an end", set(), told=(joins(0, "b"),), until=None),
    helps.gives("raised without calling more", {"b"}, told=(joins(2, "b"), tell(RaisedToTough, 3))),
    helps.gives("taken over: asked", {"d", "c"}, told=(joins(2, "b", "c"), handed(3, "b", "d"))),
    helps.gives("taken over: acted", {"d"}, told=(does(CheckedIn, 2), handed(3, "b", "d"), tell(Voided, 4))),
    helps.gives("taken over: let go", set(), told=(joins(2, "b"), does(Released, 3), handed(4, "b", "d"))),
    helps.gives("taken over after the cycle", {"d"}, told=(joins(2, "b"), handed(12, "b", "d"))),
    #
    beside.gives("each once, by their codes", [(1, "a", "lead"), (1, "b", "co"), (1, "c", "co"), (1, "d", "co")]),
    beside.gives("the lead is no helper", [(1, "a", "lead"), (1, "b", "co")], helped=[(joins(2, "b", "a"),)]),
    beside.gives("no result, nobody who shares it", [], told=BEGUN),
    beside.gives(
        "of two cycles the one in which they were asked",
        [(1, "a", "lead"), (1, "b", "co"), (2, "a", "lead")],
        told=(*ANSWERED, reopened(8), signed(10)),
        helped=[(joins(2, "b"), joins(8, happening=Renewed))],
    ),
    beside.gives(
        "asked at the moment of the reopening: of the second",
        [(1, "a", "lead"), (2, "a", "lead"), (2, "b", "co")],
        told=(*ANSWERED, reopened(8), signed(10)),
        helped=[(joins(8, "b"),)],
    ),
)


# Linkages, whistles, what supervision sends, matters


def counts(of: str, *said: Any) -> list[tuple[int, str, str, str, int]]:
    """Event, atom, unit, as what, and how many, of all that is counted of a subject."""
    found = getattr(Counting("S1", "town", Background()), of)(*said)
    return [(one.event, one.atom, one.unit, str(one.part), one.n) for one in found]


def graded(n: int, unit: str = "b", grade: str = "good") -> Told:
    """How well a unit cooperated."""
    return tell(Graded, n, "a", unit=unit, grade=grade)


def points(n: int, unit: str, each: int) -> list[tuple[int, str, str, str, int]]:
    """What is counted of a grade."""
    return [(n, "graded", unit, "co", 1), (n, "grade_points", unit, "co", each)]


def lead(n: int, atom: str, unit: str = "a") -> tuple[int, str, str, str, int]:
    """What is counted of a unit as its lead."""
    return (n, atom, unit, "lead", 1)


BLOWN = tell(JointBegun, 0, "a", initiator="a", units=("b",))
UPHELD = tell(ObjectionUpheld, 2, "desk", unit="b")
REMINDED = tell(ReminderIssued, 0, "office", unit="a")
ORDERED = tell(OrderIssued, 0, "office", unit="a")
COLOURED = tell(ColouredRegistered, 0, "office", colour="red")
NO, YES = tell(ReplyRejected, 3, "office"), tell(ReplyAccepted, 4, "office")
ASSIGNED = tell(MatterAssigned, 0, "office", lead="a")
STRUCK = tell(MatterStruckOff, 4, "office")


def fed(n: int, *settles: tuple[str, str]) -> Told:
    """A feedback with what it settled."""
    return tell(FeedbackSubmitted, n, "a", settles=[(*one, "a") for one in settles])


IN_TIME, TOO_LATE = fed(1, ("list_handle", "met")), fed(2, ("list_handle", "late"))
joint = asked(lambda kind, told: counts("joint", kind, told), kind="whistle", told=(BLOWN,))
directive = asked(lambda kind, told: counts("sent", kind, told), kind="reminder", told=(REMINDED,))
coloured = asked(lambda told: counts("coloured", told), told=(COLOURED, tell(ColouredDistributed, 1, units=("a", "b"))))
matter = asked(lambda told: counts("matter", told), told=(ASSIGNED,))
one = asked(
    lambda said: list(Counting("whistle:W1", "town", said).joint("whistle", (BLOWN,))),
    said=Background("grid", "", False),
)

EVENTS = (
    *(
        one.gives(
            f"with the place, the subject, the day, the channel and whether its case is left out ({out})",
            [event("whistle", "a", "lead", 0, subject="whistle:W1", channel="grid", excluded=out)],
            said=Background("grid", "", out),
        )
        for out in (False, True)
    ),
    joint.gives("blown", [lead(0, "whistle")]),
    joint.gives("a linkage is no whistle, and none is misdirected", [], kind="linkage", told=(BLOWN, UPHELD)),
    joint.gives("blown wrongly", [lead(0, "whistle"), lead(2, "misdirected")], told=(BLOWN, UPHELD)),
    joint.gives(
        "blown wrongly at two units, once a wrong whistle",
        [lead(0, "whistle"), lead(2, "misdirected")],
        told=(BLOWN, UPHELD, tell(ObjectionUpheld, 3, unit="c")),
    ),
    joint.gives("an objection, and nobody knows who blew", [], told=(UPHELD,)),
    *(
        joint.gives(f"graded: {grade}", points(2, "b", each), kind="linkage", told=(BLOWN, graded(2, grade=grade)))
        for grade, each in (("good", 100), ("fairly_good", 85), ("average", 60), ("poor", 0))
    ),
    joint.gives("graded by a whistle as well", [lead(0, "whistle"), *points(2, "b", 100)], told=(BLOWN, graded(2))),
    joint.gives(
        "graded anew: the last grade of the round",
        [*points(4, "b", 60), *points(3, "c", 85)],
        kind="linkage",
        told=(BLOWN, graded(2), graded(3, "c", "fairly_good"), graded(4, "b", "average")),
    ),
    joint.gives(
        "graded anew after something else: the last grade of the round",
        points(4, "b", 60),
        kind="linkage",
        told=(BLOWN, graded(2), tell(WorkRecorded, 3, unit="b"), graded(4, grade="average")),
    ),
    joint.gives(
        "graded in two rounds: each round counts",
        [*points(2, "b", 100), *points(4, "b", 0)],
        kind="linkage",
        told=(BLOWN, graded(2), joins(3, "b", happening=Renewed), graded(4, grade="poor")),
    ),
    joint.gives(
        "graded in the first round alone",
        points(2, "b", 100),
        kind="linkage",
        told=(BLOWN, graded(2), joins(3, "b", happening=Renewed)),
    ),
    joint.gives("something else", [], kind="linkage", told=(BLOWN, tell(CheckedIn, 2, unit="b", grade="good"))),
    #
    directive.gives("reminded", [lead(0, "reminder.stands")]),
    directive.gives("ordered", [lead(0, "order.stands")], kind="order", told=(ORDERED,)),
    *(
        directive.gives(f"taken back: {happening.kind}", [], told=(REMINDED, tell(happening, 1)))
        for happening in (ContestUpheld, ReminderWithdrawn, OrderWithdrawn, UnitFellAway)
    ),
    directive.gives(
        "taken back after a reply was judged",
        [lead(3, "reminder.decided")],
        told=(REMINDED, NO, tell(ContestUpheld, 5)),
    ),
    directive.gives("a reply refused", [lead(0, "reminder.stands"), lead(3, "reminder.decided")], told=(REMINDED, NO)),
    directive.gives(
        "a reply refused, and the next one accepted",
        [
            lead(0, "reminder.stands"),
            lead(3, "reminder.decided"),
            lead(4, "reminder.decided"),
            lead(4, "reminder.accepted"),
        ],
        told=(REMINDED, NO, YES),
    ),
    directive.gives(
        "a reply to an order refused",
        [lead(0, "order.stands"), lead(3, "order.rejected")],
        kind="order",
        told=(ORDERED, NO),
    ),
    directive.gives("a reply to an order accepted", [lead(0, "order.stands")], kind="order", told=(ORDERED, YES)),
    directive.gives("replies, and nobody knows whose", [], told=(NO, YES)),
    directive.gives("replies to an order, and nobody knows whose", [], kind="order", told=(NO, YES)),
    directive.gives("something else", [lead(0, "reminder.stands")], told=(REMINDED, tell(CheckedIn, 3))),
    #
    coloured.gives("held against each unit", [lead(1, "coloured.red"), lead(1, "coloured.red", "b")]),
    coloured.gives("to nobody yet", [], told=(COLOURED,)),
    coloured.gives("voided", [], told=(COLOURED, tell(ColouredDistributed, 1, units=("a",)), tell(ColouredVoided, 2))),
    coloured.gives(
        "distributed again: each once",
        [lead(1, "coloured.red"), lead(2, "coloured.red", "b")],
        told=(COLOURED, tell(ColouredDistributed, 1, units=("a", "a")), tell(ColouredDistributed, 2, units=("a", "b"))),
    ),
    coloured.gives("something else", [], told=(COLOURED, tell(CheckedIn, 3, units=("a",)))),
    #
    matter.gives("assigned", [lead(0, "matter.entered")]),
    matter.gives(
        "reassigned",
        [lead(0, "matter.entered"), lead(2, "matter.left"), lead(2, "matter.entered", "b")],
        told=(ASSIGNED, tell(MatterReassigned, 2, lead="b")),
    ),
    matter.gives(
        "its lead ended, and what follows is nobody's until it is assigned",
        [lead(0, "matter.entered"), lead(2, "matter.left"), lead(6, "matter.entered", "b")],
        told=(
            *(ASSIGNED, tell(MatterLeadEnded, 2), tell(MatterLeadEnded, 2), fed(3), STRUCK),
            *(tell(FeedbackSentBack, 5), tell(MatterReopened, 5), tell(MatterReassigned, 6, lead="b")),
        ),
    ),
    matter.gives(
        "told before anybody has it", [], told=(fed(1), tell(FeedbackSentBack, 2), STRUCK, tell(MatterLeadEnded, 5))
    ),
    matter.gives(
        "taken over while it is open: left by one, entered by the other",
        [
            lead(0, "matter.entered"),
            lead(2, "matter.left"),
            lead(2, "matter.entered", "b"),
            lead(3, "matter.feedback", "b"),
        ],
        told=(ASSIGNED, handed(2, "a", "b"), fed(3)),
    ),
    matter.gives(
        "another unit ended",
        [lead(0, "matter.entered"), lead(3, "matter.feedback")],
        told=(ASSIGNED, handed(2, "c", "b"), fed(3)),
    ),
    matter.gives(
        "taken over when it was struck off: no stock goes over, and what follows is the new one's",
        [lead(0, "matter.entered"), lead(4, "matter.struck"), lead(6, "matter.reopened", "b")],
        told=(ASSIGNED, STRUCK, handed(5, "a", "b"), tell(MatterReopened, 6)),
    ),
    matter.gives(
        "taken over after it was opened again",
        [
            *(lead(0, "matter.entered"), lead(4, "matter.struck"), lead(5, "matter.reopened")),
            *(lead(6, "matter.left"), lead(6, "matter.entered", "b")),
        ],
        told=(ASSIGNED, STRUCK, tell(MatterReopened, 5), handed(6, "a", "b")),
    ),
    matter.gives(
        "taken over after it was reassigned",
        [
            *(
                lead(0, "matter.entered"),
                lead(4, "matter.struck"),
                lead(5, "matter.left"),
                lead(5, "matter.entered", "b"),
            ),
            *(lead(6, "matter.left", "b"), lead(6, "matter.entered", "c")),
        ],
        told=(ASSIGNED, STRUCK, tell(MatterReassigned, 5, lead="b"), handed(6, "b", "c")),
    ),
    matter.gives(
        "sent back",
        [lead(0, "matter.entered"), lead(2, "matter.sent_back")],
        told=(ASSIGNED, tell(FeedbackSentBack, 2)),
    ),
    matter.gives(
        "struck off without a feedback", [lead(0, "matter.entered"), lead(4, "matter.struck")], told=(ASSIGNED, STRUCK)
    ),
    matter.gives(
        "struck off after a feedback in time",
        [
            lead(0, "matter.entered"),
            lead(1, "matter.feedback"),
            lead(4, "matter.struck"),
            lead(4, "matter.struck_on_time"),
        ],
        told=(ASSIGNED, IN_TIME, STRUCK),
    ),
    matter.gives(
        "in time as well, what was handled anew",
        [
            lead(0, "matter.entered"),
            lead(1, "matter.feedback"),
            lead(4, "matter.struck"),
            lead(4, "matter.struck_on_time"),
        ],
        told=(ASSIGNED, fed(1, ("other", "late"), ("list_rework", "met")), STRUCK),
    ),
    *(
        matter.gives(
            f"struck off, and not in time: {why}",
            [
                lead(0, "matter.entered"),
                lead(1, "matter.feedback"),
                lead(2, "matter.feedback"),
                lead(4, "matter.struck"),
            ],
            told=(ASSIGNED, IN_TIME, later, STRUCK),
        )
        for why, later in (
            ("the last feedback was late", TOO_LATE),
            ("the last feedback settled nothing", fed(2)),
            ("the last feedback settled another duty in time", fed(2, ("list_confirm", "met"))),
        )
    ),
    matter.gives(
        "a feedback of which nothing is said that it settles",
        [lead(0, "matter.entered"), lead(1, "matter.feedback"), lead(4, "matter.struck")],
        told=(ASSIGNED, tell(FeedbackSubmitted, 1, "a"), STRUCK),
    ),
    matter.gives("something else", [lead(0, "matter.entered")], told=(ASSIGNED, tell(CheckedIn, 2))),
)

# Duties, and the atoms of each fact


def duty(**known: Any) -> DecidedDuty:
    """A duty of a unit to handle a case, due at the end of the tenth day: extended from the eighth."""
    usual = {
        "id": 7,
        "subject": "case:C1",
        "kind": "handle",
        "norm": "handle.limit",
        "holder": "a",
        "outcome": "",
        "due_at": DUE,
        "first_due_at": NOW + 8 * DAY,
        "discharged_at": None,
        "told_late": False,
    }
    return DecidedDuty(**{**usual, **known})


def of_duty(**known: Any) -> DutyFact:
    """The fact of that duty, done in time."""
    usual = {
        "duty": 7,
        "jurisdiction": "town",
        "subject": "case:C1",
        "kind": "case.handle",
        "counted": "handle",
        "norm": "handle.limit",
        "unit": "a",
        "part": "lead",
        "urgency": "urgent",
        "channel": "hotline",
        "state": "met",
        "first_met": False,
        "fell_due": False,
        "excluded": False,
    }
    return plain(DutyFact, **{**usual, **known})


DUE = NOW + 10 * DAY
decide = asked(
    duties.decided, duty=duty(), jurisdiction="town", part="lead", background=Background("hotline", "urgent")
)
part = asked(duties.part_of, part="lead")
state = asked(duties.state_of, duty=duty())
MIDNIGHT = datetime(2025, 3, 12, 16, tzinfo=UTC)

DUTIES = (
    decide.gives("open: no question is decided", None),
    decide.gives(
        "fell due and open: of the day on which it fell due",
        of_duty(state="open_late", decided_on=day(10), fell_due=True),
        duty=duty(told_late=True),
    ),
    decide.gives(
        "met: of the day on which it was done",
        of_duty(decided_on=day(9), ended_on=day(9)),
        duty=duty(discharged_at=NOW + 9 * DAY, outcome="met"),
    ),
    decide.gives(
        "met before it was first due",
        of_duty(decided_on=day(8), ended_on=day(8), first_met=True),
        duty=duty(discharged_at=NOW + 8 * DAY, outcome="met"),
    ),
    decide.gives(
        "met at the moment at which it is due",
        of_duty(decided_on=day(10), ended_on=day(10)),
        duty=duty(discharged_at=DUE, outcome="met"),
    ),
    decide.gives(
        "met, told later: of the day on which it was due, and it never fell due",
        of_duty(decided_on=day(10), ended_on=day(12)),
        duty=duty(discharged_at=NOW + 12 * DAY, outcome="met"),
    ),
    decide.gives(
        "late: of the day on which it fell due",
        of_duty(state="late", decided_on=day(10), ended_on=day(40), fell_due=True),
        duty=duty(discharged_at=NOW + 40 * DAY, outcome="late", told_late=True),
    ),
    decide.gives(
        "never done, and fell due before it ended",
        of_duty(state="unmet", decided_on=day(10), ended_on=day(40), fell_due=True),
        duty=duty(discharged_at=NOW + 40 * DAY, outcome="unmet"),
    ),
    *(
        decide.gives(
            f"never done, and ended {when}",
            of_duty(state="unmet", decided_on=day(n), ended_on=day(n)),
            duty=duty(discharged_at=NOW + n * DAY, outcome="unmet"),
        )
        for when, n in (
            ("before it fell due", 9),
            ("at the moment at which it was due", 10),
            ("before it was first due", 7),
        )
    ),
    decide.gives("let off", None, duty=duty(discharged_at=NOW + 9 * DAY, outcome="waived")),
    decide.gives(
        "let off after it had fallen due",
        None,
        duty=duty(discharged_at=NOW + 40 * DAY, outcome="waived", told_late=True),
    ),
    decide.gives(
        "on the day of the clock on the wall: midnight is the next",
        of_duty(decided_on=date(2025, 3, 13), ended_on=date(2025, 3, 13)),
        duty=duty(discharged_at=MIDNIGHT, outcome="met"),
    ),
    decide.gives(
        "of a kind that is no figure, of a case that is left out, by a unit that takes another part",
        of_duty(
            kind="whistle.form",
            subject="whistle:W1",
            counted="",
            part="other",
            excluded=True,
            urgency="",
            channel="grid",
            state="open_late",
            decided_on=day(10),
            fell_due=True,
        ),
        duty=duty(kind="form", subject="whistle:W1", told_late=True),
        part="nobody",
        background=Background("grid", "", True),
    ),
    *(
        part.gives(f"{name} counts as {said}", said, part=name)
        for name, said in {
            "lead": "lead",
            "co": "co",
            "responder": "co",
            "addressee": "lead",
            "reporter": "reporting",
            "desk": "centre",
            "leaders": "other",
            "": "other",
        }.items()
    ),
    state.gives("open", None),
    state.gives("open, and told to have fallen due", "open_late", duty=duty(told_late=True)),
    *(
        state.gives(f"ended: {outcome}", said, duty=duty(discharged_at=DUE, outcome=outcome, told_late=True))
        for outcome, said in {"met": "met", "late": "late", "unmet": "unmet", "waived": None}.items()
    ),
)

atoms = asked(lambda fact: list(counting.counted(fact)), fact=of_duty(decided_on=day(9)))
VALID = {"first_on": day(4)}
CALL = ("call.valid", day(4), 1)
add = asked(
    lambda facts, **sign: dict(counting.sums(facts, **sign)), facts=(of_duty(decided_on=day(9), ended_on=day(9)),)
)


def summed(period: str, measure: str, **known: Any) -> Sum:
    """The place of a count."""
    usual = {"jurisdiction": "town", "unit": "a", "part": "lead", "channel": "hotline", "excluded": False}
    return Sum(period=period, measure=measure, **{**usual, **known})


COUNTING = (
    atoms.gives("a duty met", [("handle.met", day(9), 1)]),
    atoms.gives(
        "a duty that is no figure", [], fact=of_duty(counted="", first_met=True, fell_due=True, ended_on=day(9))
    ),
    atoms.gives(
        "a duty met before it was first due",
        [("handle.met", day(9), 1), ("handle.first_met", day(9), 1)],
        fact=of_duty(decided_on=day(9), ended_on=day(9), first_met=True),
    ),
    atoms.gives(
        "a duty that fell due and is open: on the day on which it fell due",
        [("handle.open_late", day(10), 1), ("handle.fell_due", day(10), 1)],
        fact=of_duty(state="open_late", decided_on=day(10), fell_due=True),
    ),
    atoms.gives(
        "a duty that fell due and was done: its end on the day of its end",
        [("handle.late", day(10), 1), ("handle.fell_due", day(10), 1), ("handle.ended_late", day(40), 1)],
        fact=of_duty(state="late", decided_on=day(10), fell_due=True, ended_on=day(40)),
    ),
    atoms.gives("a result of which nobody said anything", [], fact=result(satisfied=True, month_solved="yes")),
    atoms.gives("a valid call-back", [CALL], fact=result(**VALID)),
    atoms.gives("satisfied", [CALL, ("call.satisfied", day(4), 1)], fact=result(**VALID, satisfied=True)),
    atoms.gives("not satisfied", [CALL], fact=result(**VALID, satisfied=False, month_solved="no")),
    atoms.gives("solved", [CALL, ("call.solved", day(4), 1)], fact=result(**VALID, month_solved="yes")),
    atoms.gives("solved in part", [CALL, ("call.partly", day(4), 1)], fact=result(**VALID, month_solved="partly")),
    atoms.gives(
        "contacted, and true",
        [CALL, *((f"call.{atom}", day(4), 1) for atom in ("contacted", "contact_asked", "true", "truth_asked"))],
        fact=result(**VALID, month_contacted=True, month_true=True),
    ),
    atoms.gives(
        "not contacted, and not true",
        [CALL, *((f"call.{atom}", day(4), 1) for atom in ("contact_asked", "truth_asked"))],
        fact=result(**VALID, month_contacted=False, month_true=False),
    ),
    atoms.gives(
        "satisfied in the year", [CALL, ("year.satisfied", day(4), 1)], fact=result(**VALID, year_is_satisfied=True)
    ),
    atoms.gives("dissatisfied", [("bad.all", day(6), 1)], fact=result(bad_on=day(6), fixed=False)),
    atoms.gives(
        "dissatisfied, and mended",
        [("bad.all", day(6), 1), ("bad.fixed", day(6), 1)],
        fact=result(bad_on=day(6), fixed=True),
    ),
    atoms.gives("closed", [("cycle.closed", day(5), 1)], fact=result(closed_on=day(5))),
    atoms.gives("closed on its day: no days", [("cycle.closed", day(5), 1)], fact=result(closed_on=day(5), days=0)),
    atoms.gives(
        "closed after days",
        [("cycle.closed", day(5), 1), ("cycle.days", day(5), 3)],
        fact=result(closed_on=day(5), days=3),
    ),
    atoms.gives(
        "an event, as often as it says",
        [("dispatch_hours", day(2), 90)],
        fact=event("dispatch_hours", "desk", "centre", 2, n=90),
    ),
    add.gives("by day and by month", {summed("2025-03-12", "handle.met"): 1, summed("2025-03", "handle.met"): 1}),
    add.gives("taken away", {summed("2025-03-12", "handle.met"): -1, summed("2025-03", "handle.met"): -1}, sign=-1),
    add.gives("of nothing", {}, facts=()),
    add.gives(
        "of two days of a month, and what is left out apart",
        {
            summed("2025-03-05", "graded", unit="b", part="co", channel="grid"): 2,
            summed("2025-03-06", "graded", unit="b", part="co", channel="grid"): 1,
            summed("2025-03", "graded", unit="b", part="co", channel="grid"): 3,
            summed("2025-03-06", "graded", unit="b", part="co", channel="grid", excluded=True): 1,
            summed("2025-03", "graded", unit="b", part="co", channel="grid", excluded=True): 1,
        },
        facts=(
            event("graded", "b", "co", 2, n=2, channel="grid"),
            event("graded", "b", "co", 3, channel="grid"),
            event("graded", "b", "co", 3, channel="grid", excluded=True),
        ),
    ),
)

# Figures, scores and periods

DURING, UNTIL, BEFORE = When.DURING, When.UNTIL, When.BEFORE
SHARE = Metric("share", "", (Summed("call.satisfied"),), (Summed("call.valid"),), "")
DAYS = Metric("days", "", (Summed("cycle.days"),), (Summed("cycle.closed"),), "", unit="天", scale=1)
STOCK = Metric(
    "stock", "", (Summed("handle.met"), Summed("handle.late", UNTIL, -1)), (Summed("handle.met", BEFORE),), ""
)
LATE = Metric("late", "", (Summed("handle.late"),), (Summed("handle.met"),), "", divisor=2)
HALF, PART = Fraction(1, 2), Fraction(95, 100)


def sums(*said: tuple[str, int], unit: str = "a") -> Totals:
    """What was counted of a unit in the period."""
    return Totals({(atom, DURING, unit): n for atom, n in said}, {})


def at(atom: str, unit: str = "a", part: str = "lead", when: When = DURING, *, excluded: bool = False) -> Summing:
    """The place of a sum."""
    return Summing(atom, when, unit, part, excluded)


def of(metric: Metric, n: int = 0, d: int = 0) -> Figure:
    """A figure of the unit, with nothing left out beside it."""
    return Figure(metric, "a", n, d, 0, 0)


FOUND = Totals(
    {("handle.met", DURING, "a"): 9, ("handle.late", UNTIL, "a"): 2, ("handle.met", BEFORE, "a"): 4},
    {("handle.met", DURING, "a"): 10, ("handle.late", UNTIL, "a"): 3, ("handle.met", BEFORE, "a"): 5},
)
METRICS = {one.code: one for one in (SHARE, DAYS, STOCK, LATE)}
DECLARED = Assessment(metrics=METRICS, components=(Component("share", 60), Component("late", 40)))
WEIGHED = replace(
    DECLARED,
    deductions=(Deduction("reminder.stands", HALF, "A1"), Deduction("coloured.red", Fraction(4))),
    bonuses=(Deduction("order.stands", Fraction(3, 4)),),
)
COUNTED = (("call.satisfied", 3), ("call.valid", 4), ("handle.late", 1), ("handle.met", 2))
TERMS = (
    Term(of(SHARE, 3, 4), 60, Fraction(3, 4), Fraction(45)),
    Term(of(LATE, 1, 2), 40, Fraction(1, 4), Fraction(10)),
)


def weighed(atom: str, n: int, each: Fraction, clause: str | None = None) -> Weighed:
    """Points for something."""
    return Weighed(ATOMS[atom], n, n * each, each, clause)


def scored(result: Fraction | None, weight: int = 100, terms: tuple[Term, ...] = TERMS, **known: Any) -> Score:
    """A score of the unit."""
    usual = {"deductions": (), "bonuses": (), "bonus_most": Fraction(2)}
    return Score("a", terms, **{**usual, **known}, result=result, weight=weight)


total = asked(lambda terms, unit, raw=False: FOUND.of(terms, unit, raw=raw), terms=STOCK.over, unit="a")
totals = asked(figures.totals, sums={at("handle.met"): 3})
figure = asked(figures.figure, metric=STOCK, unit="a", found=FOUND)
shown = asked(figures.shown, value=HALF, metric=SHARE)
rounds = asked(figures.rounded, value=Fraction(3))
told_points = asked(figures.points, value=Fraction(3))
below = asked(figures.below, n=189, d=200, bound=PART)
score = asked(figures.score, assessment=DECLARED, unit="a", found=sums(*COUNTED))

FIGURES = (
    total.gives("added and taken away, each when it is counted", 7),
    total.gives("with what is left out", 7, raw=True),
    total.gives("one term", 4, terms=STOCK.under),
    total.gives("one term with what is left out", 5, terms=STOCK.under, raw=True),
    total.gives("of another unit", 0, unit="b"),
    totals.gives("of nothing", Totals({}, {}), sums={}),
    totals.gives(
        "a duty: for the unit and for all",
        Totals(*[{("handle.met", DURING, "a"): 3, ("handle.met", DURING, ""): 3}] * 2),
    ),
    totals.gives(
        "duties: for a unit whatever it is counted as, for all each",
        Totals(*[{("handle.met", DURING, "a"): 5, ("handle.met", DURING, "b"): 1, ("handle.met", DURING, ""): 6}] * 2),
        sums={at("handle.met"): 3, at("handle.met", part="co"): 2, at("handle.met", "b"): 1},
    ),
    totals.gives(
        "a result that is shared: for each, and for all once",
        Totals(*[{("call.valid", DURING, "a"): 1, ("call.valid", DURING, ""): 1, ("call.valid", DURING, "b"): 1}] * 2),
        sums={at("call.valid"): 1, at("call.valid", "b", "co"): 1},
    ),
    totals.gives(
        "each when it is counted",
        Totals(*[{("call.valid", UNTIL, "b"): 1, ("call.valid", BEFORE, "b"): 2}] * 2),
        sums={at("call.valid", "b", "co", UNTIL): 1, at("call.valid", "b", "co", BEFORE): 2},
    ),
    totals.gives(
        "what is left out stands beside",
        Totals({("call.valid", DURING, "b"): 3}, {("call.valid", DURING, "b"): 8}),
        sums={at("call.valid", "b", "co"): 3, at("call.valid", "b", "co", excluded=True): 5},
    ),
    totals.gives(
        "all is left out",
        Totals({}, {("call.valid", DURING, "b"): 5}),
        sums={at("call.valid", "b", "co", excluded=True): 5},
    ),
    figure.gives("n ÷ d, and with what is left out", Figure(STOCK, "a", 7, 4, 7, 5)),
    figure.gives("of another unit", Figure(STOCK, "b", 0, 0, 0, 0), unit="b"),
    figure.gives(
        "that only all together have: none of a unit",
        Figure(replace(STOCK, whole=True), "a", 0, 0, 0, 0),
        metric=replace(STOCK, whole=True),
    ),
    figure.gives(
        "that only all together have",
        Figure(replace(SHARE, whole=True), "", 1, 2, 3, 4),
        metric=replace(SHARE, whole=True),
        unit="",
        found=Totals(
            {("call.satisfied", DURING, ""): 1, ("call.valid", DURING, ""): 2},
            {("call.satisfied", DURING, ""): 3, ("call.valid", DURING, ""): 4},
        ),
    ),
    figure.gives("that all together have as well", Figure(STOCK, "", 0, 0, 0, 0), unit=""),
    shown.gives("nothing to divide by", "–", value=None),
    shown.gives("a half", "50.00%"),
    shown.gives("nought", "0.00%", value=Fraction()),
    shown.gives("less than a tenth", "0.05%", value=Fraction(5, 10000)),
    shown.gives("below nought", "−12.34%", value=Fraction(-1234, 10000)),
    shown.gives("a hundredth below nought", "−0.01%", value=Fraction(-1, 10000)),
    shown.gives("half a hundredth is rounded up", "33.34%", value=Fraction(33335, 100000)),
    shown.gives("less than half a hundredth", "33.33%", value=Fraction(333349, 1000000)),
    shown.gives("below a threshold: never as reaching it", "94.99%", value=Fraction(94996, 100000), thresholds=[PART]),
    shown.gives("at the threshold", "95.00%", value=PART, thresholds=[PART]),
    shown.gives("above the threshold", "95.01%", value=Fraction(95006, 100000), thresholds=[PART]),
    shown.gives("a threshold far above", "50.00%", thresholds=[PART]),
    shown.gives(
        "a threshold that no hundredth shows",
        "95.55%",
        value=Fraction(95554, 100000),
        thresholds=[Fraction(955545, 1000000)],
    ),
    shown.gives(
        "below a threshold between hundredths",
        "95.55%",
        value=Fraction(955551, 1000000),
        thresholds=[Fraction(955559, 1000000)],
    ),
    shown.gives(
        "rounded up beyond such a threshold",
        "95.55%",
        value=Fraction(955556, 1000000),
        thresholds=[Fraction(955558, 1000000)],
    ),
    shown.gives(
        "the lower of two thresholds", "95.49%", value=Fraction(95496, 100000), thresholds=[PART, Fraction(955, 1000)]
    ),
    shown.gives("below a whole percent: never as reaching it", "99.99%", value=Fraction(99999, 100000)),
    shown.gives("below no whole percent", "95.50%", value=Fraction(95496, 100000)),
    shown.gives("a mean, with its unit", "2.50天", value=Fraction(5, 2), metric=DAYS),
    shown.gives(
        "a mean below its threshold", "2.49天", value=Fraction(2499, 1000), metric=DAYS, thresholds=[Fraction(5, 2)]
    ),
    rounds.gives("whole", 300),
    rounds.gives("half up", 1, value=Fraction(5, 1000)),
    rounds.gives("below a half", 0, value=Fraction(4999, 1000000)),
    rounds.gives("percent", 5000, value=HALF, scale=100),
    told_points.gives("whole", "3.00"),
    told_points.gives("with hundredths", "88.57", value=Fraction(88566, 1000)),
    told_points.gives("less than a tenth", "0.05", value=Fraction(1, 20)),
    below.gives("just below", True),
    below.gives("at the bound", False, n=190),
    below.gives("above", False, n=191),
    below.gives("nothing to share", False, n=0, d=0),
    below.gives("less than nothing, and nothing to share: more went back than was sent", False, n=-1, d=0),
    below.gives("nothing of something", True, n=0, d=1),
    score.gives("100 × Σ w·c ÷ Σ w", scored(Fraction(55))),
    score.gives(
        "the weight of what has nothing to divide by is shared out",
        scored(
            Fraction(75), 60, (Term(of(SHARE, 3, 4), 60, Fraction(3, 4), Fraction(75)), Term(of(LATE), 40, None, None))
        ),
        found=sums(*COUNTED[:2]),
    ),
    score.gives(
        "nothing has anything to divide by: no score",
        scored(
            None,
            0,
            (Term(of(SHARE), 60, None, None), Term(of(LATE), 40, None, None)),
            deductions=(weighed("reminder.stands", 1, HALF, "A1"), weighed("coloured.red", 0, Fraction(4))),
            bonuses=(weighed("order.stands", 0, Fraction(3, 4)),),
        ),
        assessment=WEIGHED,
        found=sums(("reminder.stands", 1)),
    ),
    score.gives(
        "less deductions, with bonuses",
        scored(
            Fraction(55) - 1 - 4 + Fraction(3, 2),
            deductions=(weighed("reminder.stands", 2, HALF, "A1"), weighed("coloured.red", 1, Fraction(4))),
            bonuses=(weighed("order.stands", 2, Fraction(3, 4)),),
        ),
        assessment=WEIGHED,
        found=sums(*COUNTED, ("reminder.stands", 2), ("coloured.red", 1), ("order.stands", 2)),
    ),
    score.gives(
        "bonuses up to their bound",
        scored(
            Fraction(57),
            deductions=(weighed("reminder.stands", 0, HALF, "A1"), weighed("coloured.red", 0, Fraction(4))),
            bonuses=(weighed("order.stands", 3, Fraction(3, 4)),),
        ),
        assessment=WEIGHED,
        found=sums(*COUNTED, ("order.stands", 3)),
    ),
    score.gives(
        "not below nought",
        scored(
            Fraction(),
            deductions=(weighed("reminder.stands", 0, HALF, "A1"), weighed("coloured.red", 14, Fraction(4))),
            bonuses=(weighed("order.stands", 0, Fraction(3, 4)),),
        ),
        assessment=WEIGHED,
        found=sums(*COUNTED, ("coloured.red", 14)),
    ),
    score.gives(
        "what is left out deducts nothing, nor what another did, or was before",
        scored(
            Fraction(55),
            deductions=(weighed("reminder.stands", 0, HALF, "A1"), weighed("coloured.red", 0, Fraction(4))),
            bonuses=(weighed("order.stands", 0, Fraction(3, 4)),),
        ),
        assessment=WEIGHED,
        found=Totals(
            {**sums(*COUNTED).plain, ("coloured.red", DURING, "b"): 1, ("coloured.red", BEFORE, "a"): 1},
            {("reminder.stands", DURING, "a"): 2},
        ),
    ),
)

named = asked(periods.named, name="2025")
month_of = asked(periods.month_of, on=date(2024, 2, 29))
to_check = asked(periods.month_to_check, on=date(2025, 3, 2))
offered = asked(lambda on: [one.name for one in periods.offered(on)], on=date(2025, 5, 1))
FEBRUARY = Period("2024-02", "2024年2月", date(2024, 2, 1), date(2024, 2, 29))
MARCH = Period("2025-03", "2025年3月", date(2025, 3, 1), date(2025, 3, 31))
FULL = [f"2024-{month:02}" for month in range(12, 0, -1)]

PERIODS = (
    named.gives("a year", Period("2025", "2025年", date(2025, 1, 1), date(2025, 12, 31))),
    *(
        named.gives(f"quarter {n}", Period(f"2025-Q{n}", f"2025年第{label}季度", since, until), name=f"2025-Q{n}")
        for n, label, since, until in (
            (1, "一", date(2025, 1, 1), date(2025, 3, 31)),
            (2, "二", date(2025, 4, 1), date(2025, 6, 30)),
            (3, "三", date(2025, 7, 1), date(2025, 9, 30)),
            (4, "四", date(2025, 10, 1), date(2025, 12, 31)),
        )
    ),
    named.gives("a month", FEBRUARY, name="2024-02"),
    named.gives("a last month", Period("2025-12", "2025年12月", date(2025, 12, 1), date(2025, 12, 31)), name="2025-12"),
    named.gives("the first year", Period("1992", "1992年", date(1992, 1, 1), date(1992, 12, 31)), name="1992"),
    named.gives("the last year", Period("2100", "2100年", date(2100, 1, 1), date(2100, 12, 31)), name="2100"),
    *(
        named.gives(f"not {name}", None, name=name)
        for name in ("1991", "2101", "2025-Q5", "2025-13", "2025-00", "2025-1", "", "２０２６")
    ),
    month_of.gives("its last day", FEBRUARY),
    month_of.gives("its first day", MARCH, on=date(2025, 3, 1)),
    to_check.gives("the first was yesterday", MARCH),
    to_check.gives(
        "the month begins today: the one that ended",
        Period("2025-02", "2025年2月", date(2025, 2, 1), date(2025, 2, 28)),
        on=date(2025, 3, 1),
    ),
    offered.gives(
        "twelve months, four quarters, two years",
        [
            *("2025-05", "2025-04", "2025-03", "2025-02", "2025-01", *FULL[:7]),
            *("2025-Q2", "2025-Q1", "2024-Q4", "2024-Q3", "2025", "2024"),
        ],
    ),
    offered.gives(
        "in the first quarter",
        ["2025-03", "2025-02", "2025-01", *FULL[:9], "2025-Q1", "2024-Q4", "2024-Q3", "2024-Q2", "2025", "2024"],
        on=date(2025, 3, 31),
    ),
    offered.gives(
        "on the first day of a quarter",
        [
            "2025-04",
            "2025-03",
            "2025-02",
            "2025-01",
            *FULL[:8],
            "2025-Q2",
            "2025-Q1",
            "2024-Q4",
            "2024-Q3",
            "2025",
            "2024",
        ],
        on=date(2025, 4, 1),
    ),
    offered.gives(
        "on the last day of a year",
        [*FULL, "2024-Q4", "2024-Q3", "2024-Q2", "2024-Q1", "2024", "2023"],
        on=date(2024, 12, 31),
    ),
    offered.gives(
        "on the first day of a year",
        ["2025-01", *FULL[:11], "2025-Q1", "2024-Q4", "2024-Q3", "2024-Q2", "2025", "2024"],
        on=date(2025, 1, 1),
    ),
    offered.gives(
        "none from before the years that are known",
        [f"1992-{m:02}" for m in (3, 2, 1)] + ["1992-Q1", "1992"],
        on=date(1992, 3, 1),
    ),
)


@pytest.mark.parametrize("row", CASES, ids=str)
def test_what_is_counted_of_a_case_and_who_shares_its_results(row: Row) -> None:
    row.holds()


@pytest.mark.parametrize("row", HELPED, ids=str)
def test_who_helped_in_a_cycle(row: Row) -> None:
    row.holds()


@pytest.mark.parametrize("row", EVENTS, ids=str)
def test_what_is_counted_of_what_stands_on_a_case_and_of_matters(row: Row) -> None:
    row.holds()


@pytest.mark.parametrize("row", [*DUTIES, *COUNTING], ids=str)
def test_what_is_counted_of_a_duty_and_of_each_fact(row: Row) -> None:
    row.holds()


@pytest.mark.parametrize("row", FIGURES, ids=str)
def test_sums_figures_and_scores(row: Row) -> None:
    row.holds()


@pytest.mark.parametrize("row", PERIODS, ids=str)
def test_which_periods_there_are(row: Row) -> None:
    row.holds()
