"""Who issues which paper: whose act it tells of, and nobody else; and the same content is the same paper (F40)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection

from bihuan.accountability.types import ClueAct, ClueStage
from bihuan.audit.queries import verify
from bihuan.bulletins.types import BulletinStage
from bihuan.cases.types import Act as C
from bihuan.determination.types import Act as D
from bihuan.determination.types import ReferralStage
from bihuan.documents import commands, queries
from bihuan.documents.commands import PAPERS
from bihuan.documents.types import Issued
from bihuan.duties.sight import must_see
from bihuan.instructions.types import InstructionStage
from bihuan.joint.types import Act as J
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters.types import Act as M
from bihuan.matters.types import Stage as MatterStage
from bihuan.meetings.types import MeetingStage
from bihuan.organisations.queries import open_accounts
from bihuan.record import queries as record
from bihuan.supervision.types import ColouredStage, OrderStage, ReminderStage, UrgeStage
from tests.accountability.walks import ClueWalk, clue_at, with_accountable
from tests.bulletins.walks import bulletin_at
from tests.determination.walks import DeterminationWalk, R, ReferralWalk, referral_at, to_gap, with_determiners
from tests.instructions.walks import instruction_at
from tests.joint.walks import LINKAGE, WHISTLE, JointWalk, third, to_concluded, to_signed, with_bodies
from tests.matters.walks import MatterWalk, to_class
from tests.matters.walks import walk_to as matter_at
from tests.meetings.walks import meeting_at
from tests.races.test_same_case import race
from tests.supervision.walks import coloured_at, order_at, reminder_at, with_supervisors
from tests.supervision.walks import walk_to as urge_at
from tests.towns import START, Town, found
from tests.walks import Walk

pytestmark = pytest.mark.django_db
DESK = ("registrar", "dispatcher", "reviewer", "caller", "deputy", "head")
UNIT = ("handler", "deputy", "head")
SIGNERS = ("deputy", "head")
OFFICE = ("list_keeper", "list_director")


DESK_SENDS = ("registrar", "dispatcher", "reviewer", "caller", "supervisor", "head")
"""Everybody of the desk, where it sends something."""


@dataclass(frozen=True)
class Row:
    """A paper at a moment of a life, and who issues it then: unit and posts."""

    code: str
    kind: str
    walk: Callable[[Town], Any]
    issue: dict[str, tuple[str, ...]] = field(default_factory=dict)


def case(*acts: str) -> Callable[[Town], Walk]:
    return lambda town: Walk(with_bodies(town)).along(C.REGISTER, C.DISPATCH, *acts)


def joint(kind: str, then: Callable[[JointWalk], Any] = lambda _: None) -> Callable[[Town], JointWalk]:
    def walk(town: Town) -> JointWalk:
        made = JointWalk(with_bodies(town), kind, Walk(with_bodies(town))).begin()  # type: ignore[arg-type]
        then(made)
        return made

    return walk


def dispute(then: Callable[[DeterminationWalk], Any]) -> Callable[[Town], DeterminationWalk]:
    def walk(town: Town) -> DeterminationWalk:
        made = DeterminationWalk(with_determiners(town), Walk(with_determiners(town)))
        then(made)
        return made

    return walk


def filed(walk: JointWalk) -> None:
    to_concluded(walk).along(J.GRADE, J.FILE_FORM)


def fed_back(**proof: Any) -> Callable[[Town], MatterWalk]:
    def walk(town: Town) -> MatterWalk:
        made = to_class(MatterWalk(town)).along(M.ASSIGN, M.SIGN_IN, M.DRAFT_FEEDBACK)
        if proof["proof"] == "seal":
            made.do(M.SUBMIT_FEEDBACK, by="unit.deputy", seal=[made.scan(by="unit.deputy")], **proof)
        else:
            made.do(M.SUBMIT_FEEDBACK, by="unit.head", **proof)
        return made

    return walk


def handed_over(town: Town) -> ReferralWalk:
    """A refusal that was handed over by a signed letter."""
    return referral_at(ReferralStage.SENT, with_determiners(town)).along(R.SIGN_LETTER)


def copied(town: Town) -> ClueWalk:
    """A clue so grave that it is copied."""
    walk = clue_at(ClueStage.EXPLAINED, with_accountable(town))
    walk.do(ClueAct.VERIFY, severity="severe")
    return walk.along(ClueAct.APPROVE, ClueAct.REFER)


WENDENG = {
    "D02": Row("D02", "case", case(), {"desk": DESK}),
    "D04, asked": Row("D04", "case", case(C.REQUEST_RETURN), {"unit": UNIT}),
    "D04, taken back": Row("D04", "case", case(C.REQUEST_RETURN, C.APPROVE_RETURN), {"desk": DESK}),
    "D05, asked": Row("D05", "case", case(C.SIGN_IN, C.REQUEST_EXTENSION), {"unit": UNIT}),
    "D05, decided": Row(
        "D05", "case", case(C.SIGN_IN, C.REQUEST_EXTENSION, C.APPROVE_EXTENSION), {"unit": UNIT, "desk": DESK}
    ),
    "D14": Row("D14", "case", case(C.SIGN_IN, C.RECORD_CONTACT, C.ANSWER, C.SIGN_OFF), {"unit": SIGNERS}),
    "D06": Row("D06", LINKAGE, joint(LINKAGE), {"unit": UNIT}),
    "D07 of a linkage": Row("D07", LINKAGE, joint(LINKAGE), {"desk": DESK}),
    "D07 of a whistle": Row("D07", WHISTLE, joint(WHISTLE), {"desk": DESK}),
    "D08, for the ink": Row("D08", LINKAGE, joint(LINKAGE, filed), {"unit": UNIT}),
    "D08, signed": Row("D08", LINKAGE, joint(LINKAGE, to_signed), {"unit": SIGNERS}),
    "D09, for the ink": Row("D09", WHISTLE, joint(WHISTLE, filed), {"township": UNIT}),
    "D09, signed": Row("D09", WHISTLE, joint(WHISTLE, to_signed), {"township": SIGNERS}),
    "D13 of a linkage": Row("D13", LINKAGE, joint(LINKAGE, lambda w: w.do(J.REPORT)), {"unit": ("head",)}),
    "D13 of a whistle": Row("D13", WHISTLE, joint(WHISTLE, lambda w: w.do(J.REPORT)), {"township": ("head",)}),
    "D10": Row("D10", "determination", dispute(lambda w: w.begin().along(D.SUBMIT)), {"desk": DESK}),
    "D11": Row("D11", "determination", dispute(to_gap), {"staffing": UNIT}),
    "D27": Row("D27", "referral", handed_over, {"desk": DESK}),
    "D21": Row(
        "D21", "reminder", lambda t: reminder_at(ReminderStage.ISSUED, with_supervisors(t)), {"desk": DESK_SENDS}
    ),
    "D19": Row(
        "D19", "ordering", lambda t: order_at(OrderStage.ISSUED, with_supervisors(t)), {"offices": ("supervisor",)}
    ),
    "D20": Row(
        "D20",
        "coloured",
        lambda t: coloured_at(ColouredStage.DISTRIBUTED, with_supervisors(t)),
        {"offices": ("supervisor",)},
    ),
    "D36": Row(
        "D36",
        "instructing",
        lambda t: instruction_at(InstructionStage.IN_FORCE, with_supervisors(t)),
        {"desk": DESK_SENDS},
    ),
    "D38": Row(
        "D38",
        "clue",
        lambda t: clue_at(ClueStage.REFERRED, with_accountable(t)),
        {"desk": ("assessor", "deputy", "head")},
    ),
    "D29": Row(
        "D29",
        "clue",
        lambda t: clue_at(ClueStage.RESULTED, with_accountable(t)),
        {"desk": ("assessor", "deputy", "head")},
    ),
    "D18": Row("D18", "urging", lambda t: urge_at(UrgeStage.SENT, with_supervisors(t)), {"offices": ("supervisor",)}),
    "D12": Row("D12", "determination", dispute(lambda w: to_gap(w).along(D.REPORT)), {"desk": DESK}),
}
HUAINAN = {
    "D23": Row("D23", "meeting", lambda t: meeting_at(MeetingStage.CONVENED, t), {"office": OFFICE}),
    "D24": Row("D24", "bulletin", lambda t: bulletin_at(BulletinStage.ISSUED, t), {"office": OFFICE}),
    "D37": Row("D37", "meeting", lambda t: meeting_at(MeetingStage.SIGNED, t), {"office": OFFICE}),
    "D02 of a matter": Row("D02", "matter", lambda t: matter_at(MatterStage.ASSIGNED, t), {"office": OFFICE}),
    "D03": Row("D03", "matter", lambda t: matter_at(MatterStage.ASSIGNED, t), {"office": OFFICE}),
    "D15, for the ink": Row("D15", "matter", lambda t: matter_at(MatterStage.FEEDBACK, t), {"unit": UNIT}),
    "D15, signed": Row("D15", "matter", fed_back(proof="signature"), {"unit": ("head",)}),
    "D15, sealed": Row("D15", "matter", fed_back(proof="seal"), {"unit": UNIT}),
    "D28": Row("D28", "clue", copied, {"desk": ("assessor", "deputy", "head"), "office": ("list_director",)}),
    "D16": Row("D16", "matter", lambda t: matter_at(MatterStage.REVIEW, t).along(M.SEND_BACK), {"office": OFFICE}),
    "D17": Row("D17", "matter", lambda t: matter_at(MatterStage.STRUCK_OFF, t), {"office": OFFICE}),
}


def asked(walk: Any, row: Row, actor: Actor) -> Issued | str:
    """What becomes of it when somebody asks for the paper."""
    said = {"subject_kind": row.kind, "code": row.code, "facts": walk.facts, "now": walk.now}
    try:
        return commands.issue(**said, actor=actor)
    except Unknown:
        return "not there"
    except Refused as refused:
        return "refused" if "出具" in refused.refusal.reason else refused.refusal.reason


def sees(walk: Any, actor: Actor) -> bool:
    try:
        must_see(walk.facts, actor)
    except Unknown:
        return False
    return True


def check(town: Town, row: Row) -> None:
    """Everybody of the town asks for the paper: one paper comes of it, from those who issue it."""
    walk = row.walk(town)
    people = {account.removeprefix(f"{town.code}."): account for account in open_accounts(town.code)}
    issuers = {f"{unit}.{post}" for unit, posts in row.issue.items() for post in posts} & people.keys()
    assert issuers
    ids = set[int]()
    for short in sorted(people, key=lambda one: one in issuers):
        actor = town.actor(short, walk.now)
        answer = asked(walk, row, actor)
        if short in issuers:
            assert isinstance(answer, Issued), (short, answer)
            assert answer.new is (not ids)
            ids.add(answer.id)
        else:
            assert answer == ("refused" if sees(walk, actor) else "not there"), short
    assert len(ids) == 1, "the same content is the same paper, whoever of them asks"
    (paper,) = queries.of(row.kind, walk.number)
    assert paper.id in ids
    told = [event for event in record.events(walk.facts.subject) if event.kind == "document.asked"]
    assert len(told) == 1, "one event"


@pytest.mark.parametrize("name", WENDENG)
def test_whose_act_a_paper_tells_of_issues_it_and_others_fetch_it(wendeng: Town, name: str) -> None:
    check(wendeng, WENDENG[name])


@pytest.mark.parametrize("name", HUAINAN)
def test_the_office_and_the_unit_issue_the_papers_of_the_list(huainan: Town, name: str) -> None:
    check(huainan, HUAINAN[name])


def test_every_paper_that_there_is_has_a_row_above() -> None:
    rows = [*WENDENG.values(), *HUAINAN.values()]
    assert {(row.kind, row.code) for row in rows} == PAPERS.keys()


def test_a_changed_paper_gets_its_own_number_and_names_the_one_it_replaces(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    walk = JointWalk(town, LINKAGE, Walk(town)).begin()
    row = WENDENG["D06"]
    first = asked(walk, row, walk.actor("unit.handler"))
    version = record.version(walk.facts.subject)
    assert asked(walk, row, walk.actor("unit.head")) == Issued(first.id, new=False)
    assert record.version(walk.facts.subject) == version, "no event"
    walk.do(J.ADD_UNITS)
    second = asked(walk, row, walk.actor("unit.handler"))
    assert second.new
    newest, before = queries.of(LINKAGE, walk.number)
    assert (newest.id, newest.replaces, before.replaces) == (second.id, first.id, None)
    year = walk.now.year
    assert (before.reference, newest.reference) == (f"诉联〔{year}〕1号", f"诉联〔{year}〕2号"), "no number is burnt"
    told = record.events(walk.facts.subject)[-1]
    assert told.sentence == f"出具《联动要求函》诉联〔{year}〕2号，代替诉联〔{year}〕1号"
    assert third(town)
    assert verify(town.code).clean


def test_what_changes_and_changes_back_is_a_paper_of_its_own(wendeng: Town) -> None:
    walk = Walk(wendeng).along(C.REGISTER, C.DISPATCH, C.SIGN_IN, C.REQUEST_EXTENSION)
    row = WENDENG["D05, asked"]
    first = asked(walk, row, walk.actor("unit.handler"))
    walk.do(C.APPROVE_EXTENSION)
    second = asked(walk, row, walk.actor("desk.dispatcher"))
    assert second.new
    assert asked(walk, row, walk.actor("unit.head")) == Issued(second.id, new=False)
    assert [paper.replaces for paper in queries.of("case", walk.number)] == [first.id, None]


def test_a_sheet_says_the_same_after_the_case_was_answered(wendeng: Town) -> None:
    walk = Walk(wendeng).along(C.REGISTER, C.DISPATCH)
    row = WENDENG["D02"]
    first = asked(walk, row, walk.actor("desk.dispatcher"))
    walk.along(C.SIGN_IN, C.RECORD_CONTACT, C.ANSWER, C.SIGN_OFF)
    assert asked(walk, row, walk.actor("desk.dispatcher")) == Issued(first.id, new=False), (
        "the limit stays on the sheet"
    )


def test_a_unit_that_took_the_case_over_does_not_issue_what_tells_of_the_one_before(wendeng: Town) -> None:
    walk = Walk(wendeng).along(C.REGISTER, C.DISPATCH, C.REQUEST_RETURN, C.APPROVE_RETURN)
    walk.do(C.DISPATCH, lead=wendeng.other)
    walk.do(C.SIGN_IN, by="other.handler")
    walk.do(C.REQUEST_EXTENSION, by="other.handler")
    row = WENDENG["D04, taken back"]
    assert asked(walk, row, walk.actor("other.handler")) == "refused"
    assert asked(walk, row, walk.actor("unit.handler")) == "not there"
    assert isinstance(asked(walk, row, walk.actor("desk.dispatcher")), Issued)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_issue_a_letter_at_once_one_draws_it_up_and_both_get_it() -> None:
    town = with_bodies(found("rp", "wendeng-2021-10", prefix="RP"))
    walk = JointWalk(town, LINKAGE, Walk(town, START)).begin()
    facts = walk.facts

    def ask(who: str) -> Callable[[], Any]:
        actor = walk.actor(who)
        said = {"subject_kind": LINKAGE, "code": "D06", "facts": facts, "actor": actor, "now": walk.now}
        return lambda: commands.issue(**said)

    first, second = race(ask("unit.handler"), ask("unit.deputy"))
    assert isinstance(first, Issued), first
    assert isinstance(second, Issued), second
    assert {first.new, second.new} == {True, False}
    assert first.id == second.id
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM record_counter WHERE name LIKE 'document/rp/D06/%%'")
        assert cursor.fetchall() == [(1,)]
