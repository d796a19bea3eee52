"""When something is tried again, and when no more."""

from datetime import UTC, datetime, timedelta

from bihuan.outbound.trying import GIVEN_UP, next_try

AT = datetime(2025, 3, 3, 1, tzinfo=UTC)


def test_waits_grow_to_six_hours_and_end_after_three_days() -> None:
    at, waits = AT, []
    for attempt in range(1, 100):
        again = next_try(attempt, since=AT, at=at)
        if again is None:
            break
        waits.append((again - at) // timedelta(minutes=1))
        at = again
    assert waits[:8] == [1, 5, 15, 60, 180, 360, 360, 360]
    assert set(waits[6:-1]) == {360}
    assert at - AT == GIVEN_UP, "the last try is at the very end"
    assert next_try(0, since=AT, at=AT) == AT + timedelta(minutes=1)
