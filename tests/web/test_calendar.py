"""The calendar of what is due: by month and week, a day opens its list."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.duties import queries as duties
from bihuan.organisations import commands as organisations
from bihuan.policy.calendar import ZONE
from bihuan.supervision import queries as supervision
from tests.supervision.walks import with_supervisors
from tests.towns import FOUNDER
from tests.walks import REQUEST, TO_HANDLING, Walk
from tests.web.officials import Office
from tests.web.test_supervision import statements

pytestmark = pytest.mark.django_db
MOST = 12


@pytest.fixture
def owing(office: Office) -> list[Walk]:
    """Two cases that are overdue and one that is not."""
    town = with_supervisors(office.town, office.began)
    began = office.began - timedelta(days=60)
    return [Walk(town, at).along(*TO_HANDLING) for at in (began, began + timedelta(days=1), office.began)]


def due_on(walk: Walk) -> date:
    """The day on which the handling of a case is due."""
    (found,) = [duty for duty in duties.standing_on(walk.facts.subject) if duty.kind == "handle"]
    return found.due_at.astimezone(ZONE).date()


def test_each_day_tells_what_is_due_and_opens_its_list(office: Office, owing: list[Walk]) -> None:
    clerk = office["desk.supervisor"]
    for walk in owing:
        on = due_on(walk)
        page = clerk.read(f"/supervision/calendar/?month={on.isoformat()[:7]}")
        assert page.status == 200
        assert f"/supervision/?on={on.isoformat()}" in page.html
        assert walk.number in clerk.read(f"/supervision/?on={on.isoformat()}").text
    late = due_on(owing[0])
    week = clerk.read(f"/supervision/calendar/?week={late.isoformat()}")
    assert "办理答复" in week.text
    assert "逾期" in week.text


def test_the_numbers_of_the_days_are_those_of_their_lists(office: Office, owing: list[Walk]) -> None:
    now = owing[-1].now
    actor = office.town.actor("desk.supervisor", now)
    since, until = due_on(owing[0]) - timedelta(days=20), due_on(owing[-1]) + timedelta(days=20)
    days = supervision.due_by_day(actor, since=since, until=until, now=now)
    assert [day.on for day in days] == [since + timedelta(days=n) for n in range(len(days))]
    assert sum(day.many for day in days) > 0
    for day in days:
        listed = supervision.overdue(actor, now=now, on=day.on, limit=500)
        today = day.on == now.astimezone(ZONE).date()
        assert len(listed) == (day.coming if today else day.many), day.on
        assert day.many == sum(n for _, n in day.kinds)


def test_whoever_takes_no_part_sees_nothing(office: Office, owing: list[Walk]) -> None:
    on = due_on(owing[0])
    page = office["other.handler"].read(f"/supervision/calendar/?month={on.isoformat()[:7]}")
    assert "?on=" not in page.html


@pytest.mark.parametrize(
    "asked", ["month=x", "month=0001-01", "month=9999-12", "week=2025-02-30", "week=1993-01-01", ""]
)
def test_what_no_calendar_reaches_is_answered_by_this_month(office: Office, owing: list[Walk], asked: str) -> None:
    assert office["desk.supervisor"].read(f"/supervision/calendar/?{asked}").status == 200


@pytest.mark.parametrize("asked", ["month=1993-01", "month=2099-12", "week=1993-01-01", "week=2099-12-31"])
def test_the_ends_of_the_calendar_lead_no_farther(office: Office, owing: list[Walk], asked: str) -> None:
    assert office["desk.supervisor"].read(f"/supervision/calendar/?{asked}").status == 200


def test_it_asks_few_statements(office: Office, owing: list[Walk]) -> None:
    counted = {
        url: statements(office, "desk.supervisor", url)
        for url in ("/supervision/calendar/", f"/supervision/calendar/?week={due_on(owing[0]).isoformat()}")
    }
    assert max(counted.values()) <= MOST, counted


def subscribe(office: Office, who: str = "desk.supervisor", **more: object) -> str:
    """A token good for the calendar alone, as its address."""
    at = timezone.now()
    said = {"label": "日历", "scopes": ("calendar",), "now": at, "at": at, **more}
    token = organisations.issue_token(account=f"{office.town.code}.{who}", actor=FOUNDER, **said)
    return f"/supervision/calendar/{token}.ics"


def test_a_subscribed_calendar_tells_numbers_alone(office: Office, owing: list[Walk]) -> None:
    address = subscribe(office)
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode()
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert all(len(line.encode()) <= 75 for line in lines)
    unfolded = text.replace("\r\n ", "")
    told = [line.rpartition(" ")[2] for line in unfolded.split("\r\n") if line.startswith("SUMMARY:")]
    assert owing[-1].number in told
    assert unfolded.count("BEGIN:VEVENT") == unfolded.count("END:VEVENT") == len(told)
    for said in (REQUEST["title"], REQUEST["content"], REQUEST["name"], REQUEST["phone"], REQUEST["address"]):
        assert said not in unfolded


def test_no_other_token_opens_it_and_it_opens_nothing_else(office: Office, owing: list[Walk]) -> None:
    address = subscribe(office)
    token = address.rpartition("/")[2].removesuffix(".ics")
    refused = Client().get("/api/v1/cases", headers={"Authorization": f"Bearer {token}"})
    assert refused.status_code == 403
    reading = subscribe(office, label="读", scopes=("read", "act"))
    for wrong in (reading, subscribe(office, label="远", networks=("10.20.0.0/16",)), f"{address}x", address[:-5]):
        assert Client().get(wrong).status_code == 404, wrong
    organisations.revoke_tokens(
        account=f"{office.town.code}.desk.supervisor", actor=FOUNDER, now=timezone.now(), at=timezone.now()
    )
    assert Client().get(address).status_code == 404
    assert Client().post(address).status_code in (403, 405)


def test_the_page_of_ones_account_shows_the_address_once(office: Office, owing: list[Walk]) -> None:
    clerk = office["desk.supervisor"]
    typed = {"label": "手机日历", "days": "90", "scopes": ["calendar"], "networks": ""}
    page = clerk.prove("/account/", "/account/tokens/", typed, 200)
    assert "/supervision/calendar/" in page.html
    assert "/supervision/calendar/" not in clerk.read("/account/").html
    both = {**typed, "label": "两样", "scopes": ["calendar", "read"]}
    assert "不能有其他权限" in clerk.send("/account/", "/account/tokens/", both, 422).text
