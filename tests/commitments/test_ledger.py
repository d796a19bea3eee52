"""Every promise in force has a number, a page and a line in the ledger, for whoever sees what it belongs to."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from bihuan.cases.types import Stage
from bihuan.commitments import queries
from bihuan.commitments.models import Commitment
from bihuan.commitments.types import CommitmentFilters, Standing
from bihuan.kernel.refusal import Unknown
from tests.api.clients import Staff
from tests.matters.walks import MatterWalk, to_class
from tests.matters.walks import promised as promised_of_matter
from tests.town_fixtures import Founding
from tests.towns import Town
from tests.vetting.edits import off
from tests.walks import TO_HANDLING, A, Walk, promise
from tests.web.officials import Office

MOST = 12
"""So many statements a page asks."""


@pytest.fixture
def office(wendeng: Town, tmp_path: Path, settings: Settings) -> Office:
    settings.MEDIA_ROOT = tmp_path / "files"
    return Office(wendeng)


def listed(walk: Walk | MatterWalk, by: str, **narrowed: object) -> list[str]:
    filters = CommitmentFilters(**narrowed)  # type: ignore[arg-type]
    return [row.number for row in queries.ledger(walk.actor(by), filters)]


def test_what_waits_for_its_review_has_no_number_and_what_holds_has_the_next(wendeng: Town) -> None:
    first, second = Walk(wendeng).promised(), Walk(wendeng).along(*TO_HANDLING)
    second.do(A.ANSWER, **promise(wendeng, second.now))
    (waiting,) = queries.of_subject(second.facts.subject)
    assert waiting.number == ""
    (held,) = queries.of_subject(first.facts.subject)
    year = first.now.year
    assert held.number.endswith(f"{year}N00001")
    assert listed(first, "desk.dispatcher") == [held.number]
    second.along(A.SIGN_OFF, A.APPROVE)
    (row,) = queries.of_subject(second.facts.subject)
    assert row.number.endswith(f"{year}N00002")
    assert listed(first, "desk.dispatcher") == [row.number, held.number]


def test_only_who_sees_the_case_sees_what_was_promised_of_it(wendeng: Town) -> None:
    walk = Walk(wendeng).promised(Stage.CLOSED)
    (row,) = queries.of_subject(walk.facts.subject)
    assert listed(walk, "unit.handler") == [row.number]
    assert listed(walk, "other.handler") == []
    assert queries.view(row.number, walk.actor("unit.handler")).row.text == row.text
    for number, who in ((row.number, "other.handler"), ("WD2020N00001", "desk.dispatcher")):
        with pytest.raises(Unknown):
            queries.view(number, walk.actor(who))


def test_the_ledger_is_narrowed_and_goes_on_page_by_page(wendeng: Town) -> None:
    walks = [Walk(wendeng).promised(Stage.CLOSED) for _ in range(3)]
    walks[0].along(A.FULFIL_PROMISE, A.CHECK_PROMISE)
    numbers = [queries.of_subject(walk.facts.subject)[0].number for walk in walks]
    desk = walks[0].actor("desk.dispatcher")
    assert listed(walks[0], "desk.dispatcher", open=True) == numbers[:0:-1]
    assert listed(walks[0], "desk.dispatcher", open=False) == numbers[:1]
    assert listed(walks[0], "desk.dispatcher", standing=Standing.FULFILLED) == numbers[:1]
    assert listed(walks[0], "desk.dispatcher", unit=wendeng.unit) == numbers[::-1]
    assert listed(walks[0], "desk.dispatcher", unit=wendeng.other) == []
    assert listed(walks[0], "desk.dispatcher", number=numbers[1]) == [numbers[1]]
    first, second = queries.ledger(desk, CommitmentFilters(), limit=2)
    assert [row.number for row in queries.ledger(desk, CommitmentFilters(), after=second.id)] == numbers[:1]
    assert first.title == walks[2].facts.title


def test_its_page_tells_what_happened_to_it_and_to_no_other_one(wendeng: Town) -> None:
    walk = Walk(wendeng).promised(Stage.CLOSED)
    walk.along(A.FULFIL_PROMISE, A.CHECK_PROMISE)
    walk.do(A.REOPEN)
    walk.do(A.ANSWER, **promise(wendeng, walk.now))
    walk.along(A.SIGN_OFF, A.APPROVE)
    second, first = queries.of_subject(walk.facts.subject)
    told = [
        [e.kind.partition(".")[2] for e in queries.view(one.number, walk.actor("unit.handler")).events]
        for one in (first, second)
    ]
    assert told == [["made", "claimed", "checked"], ["made"]]


def test_what_was_promised_of_a_matter_stands_in_the_same_ledger(huainan: Town) -> None:
    from bihuan.matters.types import Act as M

    walk = to_class(MatterWalk(huainan)).along(M.ASSIGN, M.SIGN_IN)
    walk.do(M.DRAFT_FEEDBACK, **promised_of_matter(huainan, walk.now))
    walk.along(M.SUBMIT_FEEDBACK, M.CONFIRM)
    (row,) = queries.ledger(walk.actor("office.list_keeper"), CommitmentFilters())
    assert (row.kind, row.subject, row.url) == ("matter", walk.number, f"/matters/{walk.number}/")


def test_the_pages_show_it_and_ask_few_statements(office: Office) -> None:
    walks = [Walk(office.town, office.began - timedelta(days=9)).promised(Stage.CLOSED) for _ in range(4)]
    (row,) = queries.of_subject(walks[0].facts.subject)
    client = office["desk.dispatcher"].client
    for url in ("/commitments/", "/commitments/?all=1&stage=open&after=999999", f"/commitments/{row.number}/"):
        with CaptureQueriesContext(connection) as asked:
            shown = client.get(url)
        assert shown.status_code == 200
        assert len(asked) <= MOST, (url, [query["sql"][:90] for query in asked])
        assert row.number in shown.content.decode()
    assert f"/commitments/{row.number}/" in client.get(f"/cases/{walks[0].number}/").content.decode()
    assert office["other.handler"].client.get(f"/commitments/{row.number}/").status_code == 404
    assert row.number not in office["other.handler"].client.get("/commitments/?all=1").content.decode()
    for odd in ("?stage=nothing", "?after=x", "?stage=draft"):
        assert client.get(f"/commitments/{odd}").status_code == 200


def test_the_api_lists_and_tells_it(wendeng: Town) -> None:
    walk = Walk(wendeng, datetime.now(UTC) - timedelta(days=9)).promised(Stage.CLOSED)
    (row,) = queries.of_subject(walk.facts.subject)
    staff = Staff(wendeng)
    (item,) = staff["unit.handler"].get("/commitments?open=true&limit=1").json()["items"]
    assert (item["number"], item["subject"], item["standing"]) == (row.number, walk.number, "open")
    told = staff["unit.handler"].get(f"/commitments/{row.number}").json()
    assert [event["kind"] for event in told["events"]] == ["commitments.made"]
    assert staff["other.handler"].get(f"/commitments/{row.number}").status_code == 404
    assert staff["other.handler"].get("/commitments").json()["items"] == []


def test_where_nobody_keeps_promises_there_is_no_such_page(somewhere: Founding) -> None:
    office = Office(somewhere(off("commitment.register", "commitment.keep")))
    assert office["desk.dispatcher"].client.get("/commitments/").status_code == 404
    assert '"/commitments/"' not in office["desk.dispatcher"].client.get("/").content.decode()


def test_what_held_before_there_were_numbers_is_numbered_by_the_year_and_counted(wendeng: Town) -> None:
    upgrade = import_module("bihuan.commitments.migrations.0002_numbers")
    walk = Walk(wendeng).promised(Stage.CLOSED)
    walk.do(A.REOPEN)
    walk.do(A.ANSWER, **promise(wendeng, walk.now))
    walk.along(A.SIGN_OFF, A.APPROVE)
    other = Walk(wendeng).promised()
    waiting = Walk(wendeng).along(*TO_HANDLING)
    waiting.do(A.ANSWER, **promise(wendeng, waiting.now))
    waiting.do(A.SEND_BACK_DRAFT)
    before = {row.pk: row.number for row in Commitment.objects.all()}
    assert sorted(before.values())[0] == "", "one waits"
    Commitment.objects.update(number="")
    with connection.cursor() as cursor:
        cursor.execute(upgrade.NUMBERED)
        cursor.execute(upgrade.WRITTEN)
        cursor.execute(upgrade.COUNTED)
        counted = {(name, value) for name, _, value in cursor.fetchall()}
    assert {row.pk: row.number for row in Commitment.objects.all()} == before
    assert counted == {(f"commitment/{wendeng.code}/{other.now.year}", 3)}
