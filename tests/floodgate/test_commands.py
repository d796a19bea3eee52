"""Token buckets: what is taken comes back with time, and races take no token twice."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from bihuan.floodgate import commands
from bihuan.floodgate.models import Bucket
from bihuan.floodgate.types import Measure, TooMany

START = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
THREE_A_MINUTE = Measure("test", 3, timedelta(minutes=1))


def left(measure: Measure, key: str) -> int:
    """How many may still be taken at that moment; they are gone afterwards."""
    for taken in range(measure.tokens + 1):
        try:
            commands.take(measure, key, at=START)
        except TooMany:
            return taken
    raise AssertionError("a bucket that never empties")


@pytest.mark.django_db
def test_as_many_as_the_bucket_holds_may_come_at_once_and_then_one_whenever_a_token_is_back() -> None:
    for _ in range(3):
        commands.take(THREE_A_MINUTE, "here", at=START)
    with pytest.raises(TooMany) as flood:
        commands.take(THREE_A_MINUTE, "here", at=START)
    assert 19 <= flood.value.seconds <= 21
    with pytest.raises(TooMany):
        commands.take(THREE_A_MINUTE, "here", at=START + timedelta(seconds=19))
    commands.take(THREE_A_MINUTE, "here", at=START + timedelta(seconds=20))
    with pytest.raises(TooMany):
        commands.take(THREE_A_MINUTE, "here", at=START + timedelta(seconds=21))


@pytest.mark.django_db
def test_a_bucket_never_holds_more_than_its_measure() -> None:
    commands.take(THREE_A_MINUTE, "here", at=START)
    later = START + timedelta(hours=5)
    for _ in range(3):
        commands.take(THREE_A_MINUTE, "here", at=later)
    with pytest.raises(TooMany):
        commands.take(THREE_A_MINUTE, "here", at=later)


@pytest.mark.django_db
def test_others_and_other_measures_have_buckets_of_their_own() -> None:
    for _ in range(3):
        commands.take(THREE_A_MINUTE, "here", at=START)
    other = Measure("other", 3, timedelta(minutes=1))
    commands.take(THREE_A_MINUTE, "there", at=START)
    commands.take(other, "here", at=START)
    assert [left(THREE_A_MINUTE, "here"), left(THREE_A_MINUTE, "there"), left(other, "here")] == [0, 2, 2]


@pytest.mark.django_db
def test_a_clock_that_goes_back_fills_nothing_and_takes_nothing_away() -> None:
    commands.take(THREE_A_MINUTE, "here", at=START)
    commands.take(THREE_A_MINUTE, "here", at=START - timedelta(hours=1))
    commands.take(THREE_A_MINUTE, "here", at=START)
    with pytest.raises(TooMany):
        commands.take(THREE_A_MINUTE, "here", at=START)


@pytest.mark.django_db
def test_no_bucket_tells_whose_it_is() -> None:
    commands.take(THREE_A_MINUTE, "203.0.113.7", at=START)
    with connection.cursor() as cursor:
        cursor.execute("SELECT b::text FROM floodgate_bucket b")
        assert "203.0.113.7" not in cursor.fetchone()[0]
        cursor.execute("SELECT encode(mark, 'escape') FROM floodgate_bucket")
        assert "203.0.113" not in cursor.fetchone()[0]  # three digits alone are any byte in octal


@pytest.mark.django_db
def test_buckets_that_are_full_again_are_forgotten() -> None:
    commands.take(THREE_A_MINUTE, "old", at=START)
    commands.take(THREE_A_MINUTE, "new", at=START + timedelta(days=1))
    assert commands.sweep(at=START + timedelta(days=1, minutes=1)) == 1
    assert Bucket.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_take_no_token_twice() -> None:
    measure = Measure("race", 5, timedelta(hours=1))
    taken: list[int] = []

    def come() -> None:
        try:
            commands.take(measure, "here", at=START)
            taken.append(1)
        except TooMany:
            pass
        finally:
            connection.close()

    crowd = [threading.Thread(target=come) for _ in range(12)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert len(taken) == 5


@pytest.mark.django_db
def test_what_is_given_back_may_be_taken_again_and_no_more_than_the_bucket_holds() -> None:
    lefts = [commands.take(THREE_A_MINUTE, "here", at=START) for _ in range(3)]
    assert [round(left) for left in lefts] == [2, 1, 0]
    commands.give_back(THREE_A_MINUTE, "here")
    assert left(THREE_A_MINUTE, "here") == 1
    for _ in range(5):
        commands.give_back(THREE_A_MINUTE, "here")
    assert left(THREE_A_MINUTE, "here") == 3
    commands.give_back(THREE_A_MINUTE, "nobody took any here")
    assert left(THREE_A_MINUTE, "nobody took any here") == 3
