"""The ledgers' pages: what they find, how one goes through them, and that they show nobody more than is theirs."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from markupsafe import escape
from pytest_django import Settings

from bihuan.cases import queries as cases
from bihuan.cases.commands import let_join
from bihuan.cases.types import Act, Part
from bihuan.duties import queries as duties
from bihuan.ledgers import queries as ledgers
from bihuan.ledgers.types import SIZE, Asked, Place, Which
from bihuan.organisations.queries import by_account
from bihuan.record import queries as record
from bihuan.requesters.queries import looks
from tests.towns import Town
from tests.web.officials import Office, Page

pytestmark = pytest.mark.django_db
A = Act
TO_HANDLING = (A.ACCEPT, A.DISPATCH, A.SIGN_IN)


@pytest.fixture
def office(wendeng: Town, tmp_path: Path, settings: Settings) -> Office:
    settings.MEDIA_ROOT = tmp_path / "files"
    return Office(wendeng)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Pages of three rows."""
    monkeypatch.setattr("bihuan.ledgers.queries.SIZE", 3)
    return 3


def titles(page: Page, among: list[str]) -> list[str]:
    """Those of the titles that the page shows, in its order."""
    return sorted((t for t in among if f">{t}<" in page.html), key=lambda t: page.html.index(f">{t}<"))


def follow(office: Office, page: Page, word: str) -> Page:
    link = page.html.split(f'rel="{word}" href="')[1].split('"')[0].replace("&amp;", "&")
    return office["desk.registrar"].read(link)


def test_pages_follow_each_other_both_ways_and_by_number(office: Office, few: int) -> None:
    assert 'hx-get="/cases/count/"' in office["desk.registrar"].read("/cases/").html
    made = [f"第{n}盏灯" for n in range(8)]
    for title in made:
        office.register(title=title)
    newest = made[::-1]
    first = office["desk.registrar"].read("/cases/")
    second = follow(office, first, "next")
    third = follow(office, second, "next")
    assert [titles(p, made) for p in (first, second, third)] == [newest[:3], newest[3:6], newest[6:]]
    assert 'rel="next"' not in third.html
    assert "第3页" in third.text
    back = follow(office, third, "prev")
    assert titles(back, made) == newest[3:6]
    start = follow(office, back, "prev")
    assert titles(start, made) == newest[:3]
    assert 'rel="prev"' not in start.html
    for url in ("/cases/?page=3", "/cases/?page=3&open=1"):
        assert titles(office["desk.registrar"].read(url), made) == newest[6:], url
    assert titles(office["desk.registrar"].read("/cases/?page=3&order=oldest"), made) == made[6:]
    oldest = office["desk.registrar"].read("/cases/?order=oldest")
    assert titles(follow(office, follow(office, oldest, "next"), "prev"), made) == made[:3]
    assert "没有这一页" in office["desk.registrar"].read("/cases/?page=90").text


def test_two_characters_a_number_and_the_channels_number_find_a_case(office: Office) -> None:
    lamp = office.register(title="路灯", origin_number="热线2025-0017")
    office.register(title="垃圾清运")
    desk = office["desk.registrar"]
    for asked in ("路灯", lamp, lamp.lower(), "热线2025-0017"):
        found = desk.read(f"/cases/?q={asked}")
        assert lamp in found.text, asked
    assert "垃圾清运" not in desk.read(f"/cases/?q={lamp}").text
    assert "没有符合条件的" in desk.read("/cases/?q=石油").text


FILTERS = {
    "stage=handling": {"handling"},
    "open=1": {"handling", "triage", "urgent"},
    "open=0": {"withdrawn"},
    "type=COMPLAINT": {"urgent"},
    "urgency=urgent": {"urgent"},
    "channel=hotline": {"handling", "triage", "urgent", "withdrawn"},
    "unit=wd.unit": {"handling"},
    "unit=wd.other": set(),
    "post=handler": {"handling"},
    "post=dispatcher&stage=triage": {"triage"},
    "late=1": set(),
    "closure=WITHDRAWN": {"withdrawn"},
    "from=2020-01-01&to=2020-01-02": set(),
    "from=2020-01-01": {"handling", "triage", "urgent", "withdrawn"},
    "due_from=2020-01-01": {"handling", "triage", "urgent"},
    "due_to=2020-01-01": set(),
    "place=龙山路": set(),
    "subject=0101": set(),
}


def test_every_filter_finds_what_it_says_and_nothing_else(office: Office) -> None:
    numbers = {
        "handling": office.walk(*TO_HANDLING),
        "triage": office.walk(A.ACCEPT),
        "withdrawn": office.walk(A.WITHDRAW),
        "urgent": office.register(urgency="urgent", appeal_type="COMPLAINT"),
    }
    desk = office["desk.dispatcher"]
    clause = next(d.clause for d in duties.of_subject(f"case:{numbers['handling']}", labels={}, now=office.began))
    for query, expected in {**FILTERS, f"clause={clause}&stage=handling": {"handling"}}.items():
        page = desk.read(f"/cases/?{query}")
        assert {name for name, number in numbers.items() if number in page.text} == expected, query
        counted = desk.client.get(f"/cases/count/?{query}", headers={"HX-Request": "true"}).content.decode()
        assert f"共{len(expected)}件" in counted, query
    assert "共4件" in desk.read("/cases/count/").text
    assert "共1件" in desk.read("/cases/count/?stage=handling").text


def test_what_cannot_be_read_is_told_beside_its_filter_and_breaks_nothing(office: Office) -> None:
    office.register()
    desk = office["desk.registrar"]
    page = desk.read("/cases/?from=明天&stage=flying&q=%00&page=x&after=1e9&c=password")
    assert "登记自请按“2025-03-01”填写" in page.text
    assert "环节没有这一项" in page.text
    for query in ("month=2025-13&figure=opening", "figure=moon", "due_to=9999-12-31", "page=99999999999999999999"):
        desk.read(f"/matters/?{query}")
        desk.read(f"/cases/?{query}")
    desk.read(f"/cases/?q={'长' * 300}")


@pytest.mark.parametrize(
    "said",
    ["路灯' OR '1'='1", "路灯\\", "700%", "%sab %(xy)s", "'); DROP TABLE cases_case; --", "ab'cd\\'ef"],
)
def test_whatever_is_searched_for_is_only_looked_for(office: Office, said: str) -> None:
    office.walk(*TO_HANDLING)
    desk = office["desk.registrar"]
    page = desk.read(f"/cases/?{urlencode({'q': said})}")
    assert "没有符合条件的" in page.text or "路灯" in said
    assert "共1件" in desk.read("/cases/count/").text


@pytest.mark.parametrize("said", ["路", "7", "'", "''", "\\'", "，。", "好，我", "x y"])
def test_a_question_without_two_characters_is_told_so_and_not_answered_with_nothing(office: Office, said: str) -> None:
    office.register()
    page = office["desk.registrar"].read(f"/cases/?{urlencode({'q': said})}")
    assert "请输入两个字以上。" in page.text
    assert "没有符合条件的" not in page.text
    assert f'name="q" type="search" value="{escape(said)}"' in page.html, "what was typed stays to be added to"


def test_chosen_columns_are_shown_and_kept_in_the_way_on(office: Office, few: int) -> None:
    for _ in range(4):
        office.walk(*TO_HANDLING)
    page = office["desk.registrar"].read("/cases/?c=number&c=requester&c=phone&c=spent&c=late")
    assert "138****1234" in page.text
    assert "13800001234" not in page.html
    assert "王*" in page.text
    assert ">诉求事项</th>" not in page.html
    onward = follow(office, page, "next")
    assert ">联系方式</th>" in onward.html


def test_every_column_of_both_ledgers_can_be_shown(office: Office, huainan: Town) -> None:
    office.walk(*TO_HANDLING, A.RECORD_CONTACT, A.ANSWER, A.SIGN_OFF, A.APPROVE, A.RECORD_CALLBACK, A.CLOSE)
    page = office["desk.registrar"].read("/cases/")
    keys = [part.split('"')[0] for part in page.html.split('name="c" value="')[1:]]
    shown = office["desk.registrar"].read("/cases/?" + "&".join(f"c={key}" for key in keys))
    assert shown.html.count('<th scope="col">') == len(keys) > 30
    for word in ("已解决", "满意", "unit.deputy", "电话"):
        assert word in shown.text
    matters = office["desk.registrar"].read("/matters/")
    keys = [part.split('"')[0] for part in matters.html.split('name="c" value="')[1:]]
    assert len(keys) > 30
    office["desk.registrar"].read("/matters/?" + "&".join(f"c={key}" for key in keys))


def test_a_ledger_in_english_says_the_words_of_lists_in_english(office: Office) -> None:
    office.walk(*TO_HANDLING, A.RECORD_CONTACT, A.ANSWER, A.SIGN_OFF, A.APPROVE, A.RECORD_CALLBACK, A.CLOSE)
    seat = office["desk.registrar"]
    seat.client.post("/look/", {"language": "en"})
    page = seat.read("/cases/?stage=closed&c=stage&c=appeal_type&c=channel&c=closure&c=urgency&c=lead")
    for word in (
        ">Closed</span>",
        ">Help</td>",
        ">12345 hotline</td>",
        ">Solved</td>",
        ">Normal</td>",
        ">wd.unit</td>",
    ):
        assert word in page.html
    assert 'Closed <span aria-hidden="true">×' in page.html
    assert ">Close</" not in page.html


def test_a_stranger_finds_nothing_of_others_by_any_way(office: Office) -> None:
    number = office.walk(A.ACCEPT)
    stranger = office["other.handler"]
    for url in (f"/cases/?q={number}", "/cases/?q=路灯", "/cases/?page=1", "/cases/?before=1", "/cases/?after=999999"):
        assert f"/cases/{number}/" not in stranger.read(url).html, url
    assert "共0件" in stranger.client.get("/cases/count/", headers={"HX-Request": "true"}).content.decode()
    found = stranger.send("/cases/", "/cases/by-requester/", {"who": "00001234"}, 200)
    assert "工单0件" in found.text
    assert f"/cases/{number}/" not in found.html


@pytest.mark.parametrize(
    ("who", "by", "field"),
    [
        ("1234", "电话尾号", "phone"),
        ("00001234", "电话尾号", "phone"),
        ("13800001234", "完整电话", "phone"),
        ("+86 138-0000-1234", "完整电话", "phone"),
        ("１２３４", "电话尾号", "phone"),
        ("王女士", "姓名", "name"),
        ("王 女士", "姓名", "name"),
    ],
)
def test_a_requester_is_found_by_telephone_or_name_and_that_is_kept_as_a_look(
    office: Office, who: str, by: str, field: str
) -> None:
    number = office.register(name="王女士", phone="13800001234")
    office.register(name="李先生", phone="13900005678", title="另一件")
    registrar = office["desk.registrar"]
    found = registrar.send("/cases/", "/cases/by-requester/", {"who": who}, 200)
    assert number in found.text
    assert "另一件" not in found.text
    kept = looks(f"case:{number}")
    assert [(look.account, look.fields, look.reason) for look in kept] == [
        ("wd.desk.registrar", (field,), f"按诉求人{by}检索工单")
    ]
    (searched,) = record.events("requester-search:wd.desk.registrar")
    assert searched.sentence == f"按诉求人{by}检索工单，找到1件"
    assert who not in str((searched.facts, searched.private, searched.sentence))


def test_a_part_of_a_name_or_too_little_of_a_number_finds_nothing(office: Office) -> None:
    number = office.register(name="王女士", phone="13800001234")
    registrar = office["desk.registrar"]
    assert number not in registrar.send("/cases/", "/cases/by-requester/", {"who": "王女"}, 200).text
    for who, why in (("12", "电话请写完整号码"), ("王", "姓名请写完整"), ("", "请填写")):
        wrong = registrar.send("/cases/", "/cases/by-requester/", {"who": who}, 422)
        assert why in wrong.text
        assert 'id="p-who-error"' in wrong.html
    assert looks(f"case:{number}") == []
    dispatcher = office["desk.dispatcher"]
    assert "by-requester" not in dispatcher.read("/cases/").html
    assert dispatcher.client.post("/cases/by-requester/", {"who": "1234"}).status_code == 409


def test_views_are_kept_shared_with_the_unit_and_begin_the_ledger(office: Office) -> None:
    lamp, other = office.walk(*TO_HANDLING), office.register(title="垃圾清运")
    registrar, colleague, stranger = office["desk.registrar"], office["desk.dispatcher"], office["other.handler"]
    registrar.send("/cases/?stage=handling", "/cases/views/", {"name": "在办的", "shared": "on", "default": "on"})
    assert registrar.client.get("/cases/").headers["Location"].startswith("/cases/?stage=handling&view=")
    whole = registrar.read("/cases/?view=")
    assert lamp in whole.text
    assert other in whole.text
    link = next(link for link in colleague.read("/cases/").links if "stage=handling" in link and "view=" in link)
    assert "desk.registrar共享" in colleague.read("/cases/").text
    narrowed = colleague.read(link)
    assert lamp in narrowed.text
    assert other not in narrowed.text
    assert "在办的" not in stranger.read("/cases/").text
    drop = next(f.action for f in whole.forms if f.action.startswith("/views/"))
    assert colleague.client.post(drop).status_code == 404
    registrar.send(whole, drop, {})
    assert "在办的" not in colleague.read("/cases/").text
    assert registrar.send("/cases/", "/cases/views/", {"name": ""}, 422).html.count('id="v-name-error"') == 1


@pytest.mark.parametrize(
    "query", ["", "count/", "?page=2", "?stage=handling&unit=wd.unit", "?q=路灯", "?c=number&c=requester&c=co_units"]
)
def test_a_page_asks_the_database_at_most_twelve_times_and_no_more_for_many_rows(office: Office, query: str) -> None:
    desk = office["desk.dispatcher"]

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.read(f"/cases/{query}")
        return len(queries)

    office.walk(*TO_HANDLING)
    desk.read(f"/cases/{query}")
    one = asked()
    for _ in range(3):
        office.walk(*TO_HANDLING)
    assert asked() <= max(one, 12) <= 12
    assert SIZE == 50


def test_the_numbers_of_pages_and_the_count_come_from_what_one_sees(office: Office) -> None:
    """The index that leads to a page far behind holds the parts of every unit: only one's own count."""
    for _ in range(3):
        office.walk(A.ACCEPT, A.DISPATCH)
    office.register()
    desk = by_account("wd.desk.registrar", at=office.began)
    unit = by_account("wd.unit.handler", at=office.began)
    other = by_account("wd.other.handler", at=office.began)
    assert desk is not None
    assert unit is not None
    assert other is not None
    assert [cases.count_seen(who.actor, 10) for who in (desk, unit, other)] == [4, 3, 0]
    assert [len(cases.seen_after(who.actor, 3, 2)) for who in (desk, unit, other)] == [1, 0, 0]


@pytest.mark.parametrize("oldest_first", [False, True])
def test_a_page_by_its_number_holds_what_the_way_there_by_pages_holds(office: Office, oldest_first: bool) -> None:
    """Also where a unit takes several parts in a case, or lets one of its posts alone take part."""
    numbers = [office.register() for _ in range(4)]
    let_join(numbers[1], {"wd.desk": Part.SUPERVISION}, now=office.began)
    let_join(numbers[2], {"wd.other": Part.SUPERVISION}, now=office.began, posts=["supervisor"])
    for account in ("wd.desk.registrar", "wd.other.handler"):
        standing = by_account(account, at=office.began)
        assert standing is not None
        order = "id" if oldest_first else "-id"
        every = list(cases.visible_to(standing.actor).order_by(order).values_list("id", flat=True))
        assert len(every) == (4 if "desk" in account else 0)
        for skip in range(5):
            after = cases.seen_after(standing.actor, skip, 2, oldest_first=oldest_first)
            assert after == every[skip : skip + 2], (account, skip)


@pytest.mark.parametrize("oldest_first", [False, True])
def test_the_way_to_a_page_by_its_number_asks_one_index_and_no_case(
    office: Office, few: int, oldest_first: bool
) -> None:
    for _ in range(few + 1):
        office.register()
    reader = by_account("wd.desk.registrar", at=office.began)
    assert reader is not None
    asked = Asked(Which.CASE, oldest_first=oldest_first)
    with CaptureQueriesContext(connection) as said:
        shown = ledgers.page(asked, reader.actor, Place(page=2), now=office.began)
    assert len(shown.rows) == 1
    way, *rest = (one["sql"] for one in said.captured_queries)
    assert "cases_taking_part" in way
    assert [sql for sql in (way, *rest) if 'FROM "cases_case"' in sql] == []
