"""What an act writes goes together and in order, is counted, and goes ahead of what is asked behind it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bihuan.kernel.refusal import Refusal, Refused
from bihuan.organisations.models import Jurisdiction
from bihuan.record import unit_of_work
from bihuan.record.models import Counter
from bihuan.record.unit_of_work import Miscounted, Question, ahead, ask, insert, know, update, write

pytestmark = pytest.mark.django_db(transaction=True)

VALUE = "SELECT value FROM record_counter WHERE name = %s"
PUT = "INSERT INTO record_counter (name, jurisdiction, value) VALUES (%s, 'u', %s)"
CHANGE = "UPDATE record_counter SET value = value + 1 WHERE name = %s"


def value(name: str) -> Question[int | None]:
    return Question(VALUE, [name], lambda rows: rows[0][0] if rows else None)


def in_one(*writes: Callable[[], None]) -> None:
    with unit_of_work.transaction():
        for each in writes:
            each()


def taken_back(fail: Callable[[], object]) -> None:
    with transaction.atomic():
        write(PUT, ["b", 1])
        fail()


def kept() -> dict[str, int]:
    return dict(Counter.objects.filter(jurisdiction="u").values_list("name", "value"))


def test_it_waits_for_what_is_asked_next_or_for_the_commit() -> None:
    with CaptureQueriesContext(connection) as said, unit_of_work.transaction():
        write(PUT, ["a", 1])
        assert not said.captured_queries[1:]
        assert Counter.objects.get(name="a").value == 1
        write(CHANGE, ["a"])
        assert ask(value("a")) == 2
        write(CHANGE, ["a"])
    assert kept() == {"a": 3}
    told = [one["sql"].split(maxsplit=1)[0] for one in said.captured_queries]
    assert told == ["BEGIN", "INSERT", "SELECT", "UPDATE", "SELECT", "UPDATE", "COMMIT"]


def test_an_answer_comes_with_the_next_trip_and_holds_until_somebody_writes_there() -> None:
    with unit_of_work.transaction():
        write(PUT, ["a", 1])
        first = ahead(value("a"))
        assert ahead(value("a")) is first
        assert first.answer == 1
        write("UPDATE record_edition SET value = value WHERE name = %s", ["none"], rows=0)
        assert ahead(value("a")) is first
        write(CHANGE, ["a"])
        assert ask(value("a")) == 2
        Counter.objects.filter(name="a").update(value=7)
        assert ask(value("a")) == 7
        ask(Question("SELECT value FROM record_counter WHERE name = %s FOR UPDATE", ["b"], len))
        assert ahead(value("a")) is not first


def test_outside_of_a_command_all_is_done_at_once() -> None:
    write(PUT, ["a", 1])
    assert kept() == {"a": 1}
    assert ask(value("a")) == 1
    with pytest.raises(Miscounted):
        write(CHANGE, ["b"])


@pytest.mark.parametrize("asked", [True, False], ids=["before something is asked", "before the commit"])
def test_what_changes_another_number_of_rows_is_a_defect_and_nothing_stays(asked: bool) -> None:
    def wrong() -> None:
        write(PUT, ["a", 1])
        write(CHANGE, ["b"])
        if asked:
            ask(value("a"))

    with pytest.raises(Miscounted), unit_of_work.transaction():
        wrong()
    assert kept() == {}


def test_whoever_writes_says_what_it_means() -> None:
    class Gone(Exception):
        pass

    with pytest.raises(Gone), unit_of_work.transaction():
        write(CHANGE, ["b"], otherwise=Gone())
    with unit_of_work.transaction():
        write(CHANGE, ["b"], rows=None)


def test_a_constraint_tells_why() -> None:
    (constraint,) = _constraints("record_counter")
    why = Refusal("已有这个计数器。", None)
    write(PUT, ["a", 1])
    with pytest.raises(Refused) as refused:
        in_one(lambda: write(PUT, ["z", 1]), lambda: write(PUT, ["a", 2], refusals={constraint: why}))
    assert refused.value.refusal == why
    with pytest.raises(IntegrityError):
        in_one(lambda: write(PUT, ["a", 2]), lambda: write(PUT, ["y", 1]))
    assert kept() == {"a": 1}


def _constraints(table: str) -> list[str]:
    found = "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'p'"
    return ask(Question(found, [table], lambda rows: [name for (name,) in rows]))


def test_what_failed_in_the_middle_leaves_the_connection_as_it_was() -> None:
    """A statement behind the one that fails is never planned, whatever the connection takes itself to know."""
    write(PUT, ["a", 0])
    for turn in range(6):
        with pytest.raises(IntegrityError):
            in_one(lambda: write(PUT, ["a", 1]), lambda: write(CHANGE, ["a"]))
        in_one(lambda: write(CHANGE, ["a"]))
        assert kept() == {"a": turn + 1}
    assert connection.connection.autocommit


def test_a_savepoint_takes_back_what_still_waits() -> None:
    with unit_of_work.transaction():
        write(PUT, ["a", 1])
        with pytest.raises(ZeroDivisionError):
            taken_back(lambda: 1 / 0)
        with transaction.atomic():
            write(PUT, ["c", 1])
    assert kept() == {"a": 1, "c": 1}


def test_an_error_of_the_orm_is_its_own_and_what_waited_is_part_of_it() -> None:
    with unit_of_work.transaction():
        write(PUT, ["a", 1])
        with pytest.raises(IntegrityError):
            taken_back(lambda: Counter.objects.create(name="a", jurisdiction="u", value=2))
    assert kept() == {"a": 1}


def test_rows_are_written_by_their_models() -> None:
    place = {"code": "u", "name": "甲", "prefix": "U", "matter_prefix": "UQD", "pack": "p/1", "training": True}
    with unit_of_work.transaction():
        insert(Jurisdiction, place)
        update(Jurisdiction, {"code": "u"}, {"name": "乙", "training": False})
        insert(Counter)
        insert(Counter, *({"name": name, "jurisdiction": "u", "value": 3} for name in "ab"))
    said = Jurisdiction.objects.get()
    assert (said.name, said.training, kept()) == ("乙", False, {"a": 3, "b": 3})
    by_orm = Jurisdiction(**{**place, "code": "v", "prefix": "V", "matter_prefix": "VQD"})
    by_orm.save(force_insert=True)
    left_out = {f.attname for f in Jurisdiction._meta.concrete_fields} - place.keys()
    assert left_out
    assert _read("u", left_out) == _read("v", left_out)


def _read(code: str, columns: set[str]) -> dict[str, Any]:
    return Jurisdiction.objects.values(*columns).get(code=code)


def test_a_trip_may_be_larger_than_what_goes_at_once() -> None:
    long = Question("SELECT length(%s), repeat('答', 2000000)", ["问" * 4_000_000], lambda rows: rows[0])
    with unit_of_work.transaction():
        asked = [ahead(replace(long, values=["问" * (4_000_000 + n)])) for n in range(3)]
        write(PUT, ["a", 1])
        assert [one.answer[0] for one in asked] == [4_000_000, 4_000_001, 4_000_002]
        assert {len(one.answer[1]) for one in asked} == {2_000_000}
    assert kept() == {"a": 1}


def test_what_is_known_of_one_subject_holds_while_another_one_is_written_to() -> None:
    with unit_of_work.transaction():
        known = ahead(replace(value("a"), of="a"))
        write(PUT, ["b", 1], of="b")
        assert ahead(replace(value("a"), of="a")) is known
        write(PUT, ["a", 1], of="a")
        assert ask(replace(value("a"), of="a")) == 1
        known = ahead(replace(value("a"), of="a"))
        write(CHANGE, ["a"])
        assert ask(replace(value("a"), of="a")) == 2


def test_what_is_known_of_a_subject_that_is_held_holds_while_the_act_waits() -> None:
    held = Question(f"{VALUE} FOR UPDATE", ["a"], len, of="a")
    with unit_of_work.transaction():
        before = ahead(replace(value("a"), of="a"))
        assert ask(held) == 0
        known = ahead(replace(value("a"), of="a"))
        assert known is not before, "others may have changed it while the act waited for the lock"
        ask(replace(held, values=["b"], of="b"))
        assert ahead(replace(value("a"), of="a")) is known
        assert ahead(value("a")) is not known


def know_and_fail() -> None:
    know(value("b"), [(9,)])
    raise ZeroDivisionError


def test_whoever_knows_need_not_ask_until_that_is_taken_back() -> None:
    with unit_of_work.transaction():
        know(value("a"), [(7,)])
        assert ask(value("a")) == 7
        know(value("a"), [(8,)])
        assert ask(value("a")) == 8
        with pytest.raises(ZeroDivisionError):
            taken_back(know_and_fail)
        assert ask(value("a")) is None
        assert ask(value("b")) is None
