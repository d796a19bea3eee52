"""How a duty ends, reckoned from what is owed: the event that tells it is hashed before the ledger is written."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bihuan.duties.types import Ending, Outcome, Owed, Singly
from bihuan.policy.calendar import ZONE

DUE = datetime(2026, 3, 3, 17, tzinfo=ZONE)
EARLY, LATE = DUE - timedelta(hours=1), DUE + timedelta(seconds=1)
U, V = ("handle", "u"), ("handle", "v")
MET, LATE_MET, WAIVED, UNMET = Outcome.MET, Outcome.LATE, Outcome.WAIVED, Outcome.UNMET


@pytest.mark.parametrize(
    ("said", "now", "paused_at", "outcome"),
    [
        ({}, EARLY, None, None),
        ({"done": ["sign_in"]}, EARLY, None, None),
        ({"done": ["handle"]}, EARLY, None, MET),
        ({"done": ["handle"]}, DUE, None, MET),
        ({"done": ["handle"]}, LATE, None, LATE_MET),
        ({"done": ["handle"]}, LATE, EARLY, MET),
        ({"done": ["handle"]}, LATE, LATE, LATE_MET),
        ({"lapsed": ["handle"]}, DUE, None, WAIVED),
        ({"lapsed": ["handle"]}, LATE, None, UNMET),
        ({"lapsed": ["handle"]}, LATE, DUE, WAIVED),
        ({"lapsed": ["handle"], "absolved": True}, LATE, None, WAIVED),
        ({"lapsed": ["handle"], "passive": ["u"]}, EARLY, None, UNMET),
        ({"lapsed": ["handle"], "passive": ["v"]}, EARLY, None, WAIVED),
        ({"lapsed": ["handle"], "passive": ["u"], "absolved": True}, EARLY, None, WAIVED),
        ({"forfeited": ["handle"]}, EARLY, None, UNMET),
        ({"forfeited": ["handle"], "absolved": True}, EARLY, None, UNMET),
        ({"forfeited": ["handle"], "singly": Singly(settles=(U,))}, EARLY, None, MET),
        ({"forfeited": ["handle"], "singly": Singly(lapses=(U,))}, EARLY, None, UNMET),
        ({"singly": Singly(settles=(U,))}, EARLY, None, MET),
        ({"singly": Singly(settles=(U,))}, LATE, None, LATE_MET),
        ({"singly": Singly(settles=(V,))}, EARLY, None, None),
        ({"singly": Singly(lapses=(U,))}, EARLY, None, WAIVED),
        ({"singly": Singly(lapses=(U,))}, LATE, None, UNMET),
        ({"singly": Singly(lapses=(V,))}, LATE, None, None),
        ({"done": ["handle"], "singly": Singly(lapses=(U,))}, EARLY, None, WAIVED),
        ({"lapsed": ["handle"], "singly": Singly(settles=(U,))}, EARLY, None, MET),
    ],
)
def test_how_a_duty_ends(
    said: dict[str, Any], now: datetime, paused_at: datetime | None, outcome: Outcome | None
) -> None:
    assert Ending(now=now, **said).outcome(Owed(1, "handle", "u", DUE, paused_at)) == outcome


@pytest.mark.parametrize(
    ("said", "touches"),
    [
        ({}, False),
        ({"singly": Singly(opens=())}, False),
        ({"done": ["handle"]}, True),
        ({"lapsed": ["handle"]}, True),
        ({"forfeited": ["handle"]}, True),
        ({"singly": Singly(settles=(U,))}, True),
        ({"singly": Singly(lapses=(U,))}, True),
    ],
)
def test_what_ends_nothing_asks_nothing(said: dict[str, Any], touches: bool) -> None:
    assert Ending(now=EARLY, **said).touches is touches
