"""F113, F114: a regulation that lacks a limit refuses in words; an extension is counted in the unit of its limit."""

from datetime import UTC, datetime, timedelta

import pytest

from bihuan.clockwork.commands import sweep
from bihuan.policy.calendar import ZONE
from tests.api.clients import Staff
from tests.matters.walks import MatterWalk
from tests.town_fixtures import Founding
from tests.vetting.edits import limit, no_limit
from tests.walks import filled

LACKING = [
    ("dispatch", (), "register"),
    ("handle", ("accept",), "dispatch"),
    ("sign_in", ("accept",), "dispatch"),
    ("first_contact", ("accept", "dispatch"), "sign_in"),
    ("return_request", ("accept", "dispatch"), "request_return"),
    ("return_decision", ("accept", "dispatch"), "request_return"),
    ("extension", ("accept", "dispatch", "sign_in"), "request_extension"),
    ("extension_decision", ("accept", "dispatch", "sign_in"), "request_extension"),
    ("await_requester", ("accept", "dispatch", "sign_in"), "await_requester"),
    ("sign_off", ("accept", "dispatch", "sign_in", "record_contact"), "answer"),
    ("review", ("accept", "dispatch", "sign_in", "record_contact", "answer"), "sign_off"),
    ("joint_conclude", ("accept", "dispatch", "sign_in"), "link"),
]
"""Limit left out → the acts that go on without it, and the one that is refused."""


@pytest.mark.parametrize(("name", "before", "act"), LACKING, ids=[name for name, _, _ in LACKING])
def test_a_missing_limit_is_refused_in_words(
    somewhere: Founding, caplog: pytest.LogCaptureFixture, name: str, before: tuple[str, ...], act: str
) -> None:
    staff = Staff(somewhere(no_limit(name)))
    if act == "register":
        response = staff["desk.registrar"].post("/cases", filled(act, staff.town, datetime.now(UTC)))
    else:
        number = staff.walk(*before)
        for who in ("unit.handler", "desk.dispatcher"):
            assert staff[who].get(f"/cases/{number}").status_code in (200, 404)
        response = staff.do(number, act)
    assert response.status_code == 409, response.content.decode()
    assert "本地规定没有设定" in response.json()["detail"]
    assert "本地规定没有设定" in caplog.text


@pytest.mark.parametrize("name", ["archive", "silence", "retention"])
def test_the_sweep_goes_on_without(somewhere: Founding, caplog: pytest.LogCaptureFixture, name: str) -> None:
    town = somewhere(no_limit(name))
    staff = Staff(town)
    staff.walk("accept", "dispatch")
    assert sweep(town.code, datetime.now(UTC)) == (0, 0)


def test_what_a_limit_alone_suggests_is_not_suggested(somewhere: Founding, caplog: pytest.LogCaptureFixture) -> None:
    town = somewhere(no_limit("list_handle"), of="hn")
    matter = MatterWalk(town).with_overdue_case().along("report", "register", "classify")
    shown = Staff(town)["office.list_keeper"].get(f"/matters/{matter.number}")
    assert (shown.status_code, shown.json()["suggested_due_on"]) == (200, None)
    assert "本地规定没有设定“清单办理（建议）”的时限" in caplog.text


@pytest.mark.parametrize(
    ("written", "title", "per", "added"),
    [
        ("15d", "延长天数，最多15", "天", timedelta(days=15)),
        ("48h", "延长小时数，最多48", "小时", timedelta(hours=15)),
        ("20wd", "延长工作日数，最多20", "个工作日", None),
    ],
)
def test_an_extension_is_asked_shown_and_granted_in_the_unit_of_its_limit(
    somewhere: Founding, written: str, title: str, per: str, added: timedelta | None
) -> None:
    staff = Staff(somewhere(limit("extension", written), limit("handle", written)))
    number = staff.walk("accept", "dispatch", "sign_in")
    handler, dispatcher = staff["unit.handler"], staff["desk.dispatcher"]
    (offered,) = (a for a in handler.get(f"/cases/{number}").json()["acts"] if a["act"] == "request_extension")
    assert offered["form"]["properties"]["days"]["title"] == title
    before = due(dispatcher.get(f"/cases/{number}").json())
    assert staff.do(number, "request_extension", days=15).status_code == 200
    assert staff.do(number, "approve_extension").status_code == 200
    told = [event["sentence"] for event in dispatcher.get(f"/cases/{number}/record").json()["items"]]
    assert any(f"申请延期15{per}" in sentence for sentence in told), told
    after = due(dispatcher.get(f"/cases/{number}").json())
    assert after > before
    if added is not None:
        assert after - before == added, (before.astimezone(ZONE), after.astimezone(ZONE))


def due(case: dict[str, object]) -> datetime:
    """Until when the case is to be handled."""
    (duty,) = (d for d in case["duties"] if d["kind"] == "handle" and not d["discharged_at"])  # type: ignore[attr-defined,index]
    return datetime.fromisoformat(duty["due_at"])
