"""What is declared inconsistently does not start, and says what does not fit."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q

from bihuan.accountability.subject import CLUE
from bihuan.bulletins.subject import BULLETIN
from bihuan.cases.models import CaseText
from bihuan.cases.stages import TABLE
from bihuan.cases.subject import CASE
from bihuan.cases.types import Act, DutyKind, Stage
from bihuan.determination.subject import DETERMINATION, REFERRAL
from bihuan.duties.sight import Sight
from bihuan.duties.types import Bar
from bihuan.instructions.subject import INSTRUCTION
from bihuan.intake.subject import CONTRIBUTIONS
from bihuan.intake.types import CaseRegistered
from bihuan.joint.subject import LINKAGE, WHISTLE
from bihuan.kernel.refusal import Unknown
from bihuan.kernel.stages import StageTable
from bihuan.matters.models import Matter
from bihuan.matters.subject import MATTER
from bihuan.matters.types import Stage as MatterStage
from bihuan.meetings.subject import MEETING
from bihuan.record.commands import ACTS
from bihuan.rhythm.subject import RHYTHM
from bihuan.subjects.declaration import Contribution, StandsOn, SubjectType, Tone
from bihuan.subjects.declaration import StageTraits as Traits
from bihuan.subjects.evidence import Digest, Evidence, no_lead
from bihuan.subjects.registry import REGISTRY, Registry
from bihuan.supervision.subject import COLOURED, ORDER, REMINDER, URGE
from bihuan.vetting import engine

EVERY = (
    CASE,
    RHYTHM,
    MEETING,
    INSTRUCTION,
    MATTER,
    LINKAGE,
    WHISTLE,
    DETERMINATION,
    REFERRAL,
    URGE,
    REMINDER,
    ORDER,
    COLOURED,
    BULLETIN,
    CLUE,
)
Kind = SubjectType[Any]


def wrong(*kinds: Kind, add: tuple[Contribution, ...] = ()) -> list[str]:
    """What a registry says against these kinds."""
    with pytest.raises(ImproperlyConfigured) as raised:
        Registry().seal(kinds, add)
    return str(raised.value).splitlines()[1:]


def of_case(**changes: Any) -> Kind:
    """The case, declared otherwise."""
    return replace(CASE, **changes)


def living(**changes: Any) -> Kind:
    """The case, living otherwise."""
    return of_case(life=replace(CASE.life, **changes))


def owing(**changes: Any) -> Kind:
    """The case, whose unit owes its answer otherwise."""
    handle = replace(CASE.duties[DutyKind.HANDLE], **changes)
    return living(specs={**CASE.duties, DutyKind.HANDLE: handle})


def known(**evidence: Any) -> Kind:
    """The case, of which `verify` asks something else."""
    return of_case(evidence=replace(CASE.evidence, **evidence))


def table_without(act: Act) -> StageTable:
    """The table of the case without an act."""
    moves = [move for move in TABLE.moves if move.act != act]
    return StageTable("case", TABLE.label, TABLE.ends, moves, exceptions=TABLE.exceptions)


SERIES, CONTENT = CASE.evidence.numbers[0], CASE.evidence.digests[0]


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ((CASE, of_case(folder="again")), "case: there are 2 kinds of this word"),
        ((CASE, replace(MATTER, folder="cases")), "cases: there are 2 kinds of this folder"),
        (
            (of_case(traits={s: t for s, t in CASE.traits.items() if s != Stage.HUNG}),),
            "case: no traits of the stages hung",
        ),
        (
            (of_case(traits={**CASE.traits, MatterStage.STRUCK_OFF: Traits(Tone.DONE)}),),
            "case: traits of struck_off, which are no stages of its table",
        ),
        ((living(table=table_without(Act.CLOSE)),), "case: no row of its table has the acts close"),
        (
            (owing(limit="whenever"),),
            "case: the duty handle has the limit whenever, which no regulation can set",
        ),
        (
            (owing(bars=(Bar(Stage.HUNG, "……"),)),),
            "case: the duty handle bars hung, which no row of its table has",
        ),
        (
            (of_case(row=Matter),),
            "case: it stands in matters_matter, and whoever locks it looks into cases_case",
        ),
        (
            (living(sight=Sight("cases_case", "cases_taking_part", "matter_id")),),
            "case: cases_participation has no column matter_id",
        ),
        ((of_case(lead="leader"),), "case: cases_case has no column leader"),
        (
            (CASE, LINKAGE, replace(WHISTLE, told_by="")),
            "whistle: it shares its table, and does not say which rows are its own",
        ),
        ((MATTER,), "matter: it stands on case, which is not there"),
        ((CASE, replace(MATTER, stands_on=StandsOn(CASE, "request"))), "matter: matters_matter has no column request"),
        ((of_case(template="cases/nowhere.html"),), "case: there is no template cases/nowhere.html"),
        (
            (known(numbers=(replace(SERIES, pattern=r"(\d+)$"),)),),
            "case: the pattern of the numbers case has not two groups",
        ),
        ((known(numbers=(SERIES, SERIES)),), "case: the numbers case are there 2 times"),
        ((known(digests=(CONTENT, replace(CONTENT, of="case"))),), "case: the text 诉求内容 is there 2 times"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_fit_is_refused(kinds: tuple[Kind, ...], said: str) -> None:
    assert said in wrong(*kinds)


def test_a_duty_that_no_life_knows_is_refused_before() -> None:
    specs = {name: spec for name, spec in CASE.duties.items() if name != DutyKind.CALLBACK}
    with pytest.raises(ValueError, match="case: its rows open callback, of which nothing says who owes it"):
        replace(CASE.life, specs=specs)


def test_an_act_that_nobody_carries_out_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ACTS, ("case", Act.CLOSE))
    assert wrong(CASE) == ["case: no command carries out close"]


def test_a_text_that_cannot_be_read_is_refused() -> None:
    (said,) = wrong(known(digests=(Digest("正文", CaseText, ("body",), of="case__number"),)))
    assert said.startswith("case: the text 正文: Cannot resolve keyword 'body'")


@pytest.mark.parametrize("over", [(Q(case__phase=""), "case__stage_at"), (Q(), "case__ended_at")])
def test_an_end_that_cannot_be_read_is_refused(over: tuple[Q, str]) -> None:
    (said,) = wrong(CASE, replace(MATTER, stands_on=StandsOn(CASE, "case", over=(over,))))
    assert said.startswith("matter: whether what it stands on is over: ")


def test_what_is_added_fits_to_something_that_is_there_and_is_added_once() -> None:
    added = Contribution(CASE, Evidence(replay={CaseRegistered: no_lead}))
    assert wrong(REFERRAL, add=(added,))[0] == "case: something is added to it, and it is not there"
    assert wrong(CASE, add=(*CONTRIBUTIONS, added)) == ["case: case.registered is replayed 2 times"]


def test_everything_that_does_not_fit_is_told_at_once() -> None:
    told = wrong(of_case(lead="chief", template="no.html"), replace(MATTER, lead="chief"))
    assert [said.partition(":")[0] for said in told] == ["case", "case", "matter"]


def test_what_fits_starts() -> None:
    registry = Registry()
    registry.seal(EVERY)
    assert [*registry] == [*EVERY]
    assert registry["case"] is CASE
    assert "person" not in registry
    with pytest.raises(Unknown):
        registry["person"]
    assert registry.standing_on("case") == [one for one in EVERY if one.stands_on]
    assert {one for one in EVERY if not one.stands_on} == {CASE, RHYTHM, MEETING, BULLETIN}


def test_the_installation_knows_what_its_packages_declare() -> None:
    assert [*REGISTRY] == [*EVERY]
    assert len(REGISTRY.evidence_of(CASE)) == 5, "its own, and those of four packages that write to its record"


def test_what_needs_no_django_reads_the_same_tables_and_duties() -> None:
    """`bihuan pack check` must answer where nothing is installed: `vetting` reads rooms that know no Django."""
    told = {one.table.subject: (one.table, one.duties) for one in engine.subjects()}
    assert told == {kind.word: (kind.table, kind.duties) for kind in REGISTRY}
