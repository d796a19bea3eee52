"""Lists of a page read in one statement."""

from dataclasses import dataclass

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.organisations.models import Unit
from bihuan.record.reading import Reading, gather, one_look, reading, seen
from tests.towns import found


@dataclass(frozen=True, slots=True)
class Named:
    """A unit as these tests read it."""

    code: str
    name: str


BUILT: list[str] = []


@reading
def unit(code: str) -> Reading[Named]:
    BUILT.append(code)
    return Reading(Unit.objects.filter(code=code), Named, {})


@reading
def unit_in_capitals(code: str) -> Reading[Named]:
    return Reading(Unit.objects.filter(code=code.upper()), Named, {})


@pytest.mark.django_db
def test_a_statement_is_written_once_and_asked_with_other_texts() -> None:
    town = found("read", "wendeng-2021-10")
    with CaptureQueriesContext(connection) as asked:
        first, second = gather(unit(town.unit), unit(town.other))
        (nobody,) = gather(unit("no such % unit '"))
    assert [row.code for row in (*first, *second)] == [town.unit, town.other]
    assert nobody == []
    assert len(asked) == 2
    assert len(BUILT) == 1


@pytest.mark.django_db
def test_it_tells_what_a_reading_tells_that_is_written_each_time() -> None:
    town = found("read", "wendeng-2021-10")
    plain = Reading(Unit.objects.filter(code=town.unit), Named, {})
    nothing = Reading(Unit.objects.filter(code__in=[]), Named, {})
    once, each_time, none = gather(unit(town.unit), plain, nothing)
    assert once == each_time
    assert none == gather(nothing)[0] == []


@pytest.mark.django_db
def test_a_reading_that_does_not_look_for_its_text_as_it_is_is_told_so() -> None:
    with pytest.raises(ValueError, match="as they are"):
        gather(unit_in_capitals("x"))


def test_what_is_seen_once_in_a_look_is_not_read_again_in_it_and_anew_in_the_next() -> None:
    read: list[int] = []

    def look() -> int:
        read.append(1)
        return len(read)

    with one_look():
        assert seen("it", look) == 1
        with one_look():
            assert seen("it", look) == 1
        assert seen("it", look) == 1
    with one_look():
        assert seen("it", look) == 2
    assert seen("it", look) == 3
