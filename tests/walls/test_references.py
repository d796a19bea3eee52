"""What a form names of somebody else's is answered as what is not there: no refusal of a rule tells it apart.

Every act that people do on what has a life, with every field of its form that names something, filled in with what
belongs to others and with what nobody has. A field of a kind that this test does not know fails it.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from pydantic.fields import FieldInfo
from pytest_django import Settings

from bihuan.attachments import commands as attachments
from bihuan.cases.stages import TABLE as CASES
from bihuan.cases.types import Act, Stage
from bihuan.determination.stages import DETERMINATION, REFERRAL
from bihuan.joint.stages import TABLES
from bihuan.joint.types import Kind
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.kernel.stages import Move
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.localities import commands as localities
from bihuan.localities.types import Line
from bihuan.matters.stages import TABLE as MATTERS
from bihuan.record.commands import ACTS
from tests.api.test_visibility import MERGER
from tests.determination import test_squares as determination
from tests.determination import walks as determinations
from tests.joint import test_squares as joint
from tests.joint import walks as joints
from tests.joint.walks import list_topic
from tests.matters import test_squares as matters
from tests.matters import walks as listed
from tests.towns import START, Town, found, found_desk, give_channel, settle
from tests.walks import DOERS, Walk, led_by_a_town, walk_to
from tests.walls.test_squares import _picture

FILES, UNIT, UNITS, PERSON, PLACE, TOPIC, SUBJECT = range(1, 8)
BY_WIDGET = {
    "attachments": FILES,
    "unit": UNIT,
    "member": UNIT,
    "any_unit": UNIT,
    "units": UNITS,
    "any_units": UNITS,
    "colleague": PERSON,
    "leader": PERSON,
    "place": PLACE,
    "topic": TOPIC,
}
BY_NAME = {"suggested_unit": UNIT, "unit": UNIT, "parent": SUBJECT, "case": SUBJECT}
PLAIN = {None, "text", "whether", "channel", "urgency", "ground", "category", "ticked"}
"""Widgets of fields that name nothing of anybody's: words that somebody types, and what the regulation lists."""


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, settings: Settings) -> None:
    """Files of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"


def named_by(name: str, field: FieldInfo) -> int:
    """What a field names; 0 where it names nothing."""
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    widget = extra.get("widget")
    if isinstance(field.annotation, type) and issubclass(field.annotation, Vocabulary):
        return 0
    if name in BY_NAME:
        return BY_NAME[name]
    assert widget in PLAIN or widget in BY_WIDGET, f"say what a field with the widget “{widget}” ({name}) names"
    return BY_WIDGET.get(str(widget), 0)


class Theirs:
    """Another town with a thing of every kind, and files of somebody in the same town."""

    def __init__(self, town: Town) -> None:
        far = determinations.with_determiners(found("fa", "wendeng-2021-10", prefix="FA"))
        settle("fa", far.desk, "chief", "administrator")
        localities.load(lines=[Line(at=1, code="990000", name="远处")], actor=far.actor("chief"), now=START)
        list_topic(far, "FA-01")
        walk = Walk(far).along(Act.REGISTER)
        keeper = town.actor("desk.caller")
        kept = [
            attachments.store(jurisdiction=town.code, name=name, data=_picture(), actor=keeper, now=START).id
            for name in ("某人的身份证.png", "某件的照片.png")
        ]
        Walk(town).do(Act.REGISTER)
        self.things: Mapping[int, list[tuple[Any, Any]]] = {
            FILES: [([file], [10**12]) for file in kept],
            UNIT: [(far.other, "fa.nothing")],
            UNITS: [((far.other,), ("fa.nothing",))],
            PERSON: [("fa.justice.handler", "fa.nobody")],
            PLACE: [("990000", "990099")],
            TOPIC: [("FA-01", "FA-99")],
            SUBJECT: [(walk.number, walk.number[:-4] + "0000")],
        }


class _Undone(Exception):
    """Take the attempt back."""


def outcome(do: Callable[[], object], value: Any) -> object:
    """What comes of it, in words that do not repeat what was typed."""
    typed = value[0] if isinstance(value, tuple | list) else value
    try:
        with transaction.atomic():
            raise _Undone(do())
    except _Undone:
        return "done"
    except Refused as refused:
        said = refused.refusal
        return said.reason.replace(str(typed), "…"), said.norm, said.field
    except Unknown:
        return "unknown"


def rows_of(table: Any, kind: str) -> Iterator[Move]:
    """A row for every act by people whose form names something."""
    seen = set()
    for move in table.moves:
        if move.act in seen or (kind, move.act) not in ACTS or not any(role.posts for role in move.who):
            continue
        fields = ACTS[(kind, move.act)].fields.model_fields
        if any(named_by(name, field) for name, field in fields.items()):
            seen.add(move.act)
            yield move


def ask_all(kind: str, table: Any, ready: Callable[[Move], tuple[Any, str]], theirs: Theirs) -> int:
    """Every act with every reference; answers how many questions that were."""
    asked = 0
    for move in rows_of(table, kind):
        walk, by = ready(move)
        at, number = walk.now, walk.number
        for name, field in ACTS[(kind, move.act)].fields.model_fields.items():
            for foreign, nobodys in theirs.things.get(named_by(name, field), ()):
                answers = []
                for value in (foreign, nobodys):
                    said = {**(MERGER if move.act == Act.MERGE else {}), name: value}
                    answers.append(outcome(partial(walk.do, move.act, by=by, **said), value))
                    walk.now, walk.number = at, number
                assert answers[0] == answers[1], (kind, move.act, name, answers)
                asked += 1
    return asked


def test_cases(db: None) -> None:
    town = found("rr", "wendeng-2021-10", prefix="RR")
    theirs = Theirs(town)

    def ready(move: Move) -> tuple[Walk, str]:
        if move.origin is None:
            return Walk(town), DOERS[move.act]
        if move.act == Act.WHISTLE:
            return led_by_a_town(town), "township.handler"
        walk = determinations.case_ready_for(move, town) or walk_to(Stage(move.origin), town)
        return walk, DOERS[move.act]

    assert ask_all("case", CASES, ready, theirs) >= 20


@pytest.mark.parametrize("kind", Kind)
def test_joint_handling(kind: Kind, wendeng: Town) -> None:
    town = joints.with_bodies(wendeng)
    theirs = Theirs(town)
    ready = lambda move: (joint.ready_for(kind, move, town), joints.DOERS[move.act])  # noqa: E731 a question
    assert ask_all(kind, TABLES[kind], ready, theirs) >= 10


@pytest.mark.parametrize("kind", ["determination", "referral"])
def test_determination(kind: str, wendeng: Town) -> None:
    town = determinations.with_determiners(wendeng)
    theirs = Theirs(town)
    doers = determinations.DOERS if kind == "determination" else determinations.REFERRAL_DOERS
    table = DETERMINATION if kind == "determination" else REFERRAL
    ready = lambda move: (determination.ready_for(move, town), doers[move.act])  # noqa: E731 a question
    assert ask_all(kind, table, ready, theirs) >= 2


def test_listed_matters(huainan: Town) -> None:
    theirs = Theirs(huainan)

    def ready(move: Move) -> tuple[listed.MatterWalk, str]:
        walk = listed.MatterWalk(huainan) if move.origin is None else matters.ready_for(move, huainan)
        return walk, matters.doer_of(move)

    assert ask_all("matter", MATTERS, ready, theirs) >= 8


def test_an_original_number_tells_no_case_that_one_does_not_see(wendeng: Town) -> None:
    number = Walk(wendeng).do(Act.REGISTER, origin_number="热-0001").number

    def said(by: str) -> bool:
        with pytest.raises(Refused) as refused:
            Walk(wendeng).do(Act.REGISTER, by=by, origin_number="热-0001")
        return number in refused.value.refusal.reason

    assert said("desk.registrar")
    second = found_desk("wd", "second")
    give_channel("wd", wendeng.channel, second, on=START.date())
    assert not said("second.registrar")
