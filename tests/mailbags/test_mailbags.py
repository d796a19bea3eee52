"""A registrar brings a table of letters on a page: looked through first, agreed to, registered, receipts fetched."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from xlsxwriter import Workbook

from bihuan.audit import queries as audit
from bihuan.cases.models import Case, CaseText
from bihuan.intake import commands as intake_commands
from bihuan.intake import importing
from bihuan.intake import queries as intake
from bihuan.intake.models import ColumnPlan
from bihuan.kernel.refusal import Refusal, Refused
from bihuan.mailbags import commands, jobs, queries
from bihuan.mailbags.models import Mailbag
from bihuan.mailbags.types import MOST_OPEN, Bring, State
from bihuan.organisations import clocks
from bihuan.organisations import queries as organisations
from bihuan.record import queries as record
from tests.intake import tables
from tests.mailbags.desks import ALSO, BAD, GOOD, HEADINGS, URL, Registrar, bring, table
from tests.towns import Town, found_desk, give_channel, put_ahead
from tests.walls.roles import as_a_job, as_the_site
from tests.web.officials import Office, Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(wendeng: Town, tmp_path: Path, settings: Settings) -> Office:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.DATA_FOLDER = tmp_path
    return Office(wendeng)


@pytest.fixture
def desk(office: Office) -> Registrar:
    return Registrar(office["desk.registrar"], office.town.channel)


def test_a_table_is_looked_through_agreed_to_registered_and_its_receipts_are_fetched(
    office: Office, desk: Registrar
) -> None:
    page = desk.bring(table(HEADINGS, GOOD, ALSO, BAD))
    assert "共3行：可登记2件，此前已登记0件，退回1行。" in page.text
    assert "来件时间“昨天”看不懂" in page.text
    assert not Case.objects.exists(), "a look registers nothing"
    assert [row[:2] for row in desk.fetch("rejects")[1:]] == [["4", page_reason(page)]]
    page = desk.do("register")
    assert "共3行：登记2件，此前已登记0件，退回1行。" in page.text
    receipts = desk.fetch("receipts")
    assert receipts[0] == ["渠道原编号", "工单号", "查询码"]
    for _origin, number, code in receipts[1:]:
        assert intake.requester_of(office.town.code, str(number), str(code))
    assert {str(row[1]) for row in receipts[1:]} == set(Case.objects.values_list("number", flat=True))
    kinds = [event.kind for event in record.events(f"jurisdiction:{office.town.code}")]
    told = ["mailbags.brought", "intake.columns-kept", "intake.letters-imported", "mailbags.receipts-fetched"]
    assert kinds[-4:] == told
    row = Mailbag.objects.get()
    assert not queries.place_of_table(row.folder).exists(), "the letters lie in the register now"
    beside = queries.place_of_found(row.folder).read_text("utf-8")
    written = [cell for line in (GOOD, ALSO, BAD) for cell in line.split(",") if cell not in ("", "昨天")]
    assert not [cell for cell in written if json.dumps(cell)[1:-1] in beside], "what is found tells no word of them"
    assert all(one.stat().st_mode & 0o077 == 0 for one in queries.root().glob("*/*"))


def test_it_is_done_as_the_site_and_its_worker_do_it_with_the_policies_in_force(
    office: Office, desk: Registrar
) -> None:
    with as_the_site():
        answer = desk.official.client.post(URL, {"channel": desk.channel, "file": BytesIO(table(HEADINGS, GOOD, ALSO))})
    desk.url = answer.headers["Location"]
    row = Mailbag.objects.get()
    with as_a_job():
        commands.check(row.pk, at=datetime.now(UTC))
    with as_the_site():
        assert "可登记2件" in desk.page().text
        form = desk.page().form(desk.url)
        assert desk.official.client.post(desk.url, {**form.values, "do": "register"}).status_code == 302
    with as_a_job():
        commands.carry_out(row.pk, at=datetime.now(UTC))
    with as_the_site():
        assert "登记2件" in desk.page().text
        receipts = desk.fetch("receipts")[1:]
    for _origin, number, code in receipts:
        assert intake.requester_of(office.town.code, str(number), str(code))
    assert audit.verify().clean


def page_reason(page: Page) -> str:
    """Why the only line was sent back, as the page says it."""
    return page.html.split('data-label="原因"')[1].partition(">")[2].partition("<")[0]


def test_what_was_registered_is_not_registered_again(desk: Registrar) -> None:
    desk.bring(table(HEADINGS, GOOD))
    desk.do("register")
    page = desk.bring(table(HEADINGS, GOOD))
    assert "可登记0件，此前已登记1件" in page.text
    assert "没有可登记的来件" in page.text
    desk.do("register", 409)
    assert Case.objects.count() == 1


def test_columns_are_guessed_shown_and_can_be_said_otherwise(desk: Registrar) -> None:
    page = desk.bring(table("编号,详情,内容", "1001,路灯坏了三天，一直没人修,简述"))
    form = page.form(desk.url)
    assert [form.values[f"column-{at}"] for at in range(3)] == [["origin_number"], ["ignored"], ["content"]]
    page = desk.do("read", **{"column-1": "content"})
    form = page.form(desk.url)
    assert [form.values[f"column-{at}"] for at in range(3)] == [["origin_number"], ["content"], ["ignored"]]
    desk.do("register")
    assert [text for (text,) in CaseText.objects.values_list("content")] == ["路灯坏了三天，一直没人修"]
    assert ColumnPlan.objects.count() == 1
    again = desk.bring(table("编号,详情,内容", "1002,井盖坏了,简述")).form(desk.url)
    assert [again.values[f"column-{at}"] for at in range(3)] == [["origin_number"], ["content"], ["ignored"]]


def test_whoever_registers_with_other_columns_than_were_looked_at_looks_again_first(desk: Registrar) -> None:
    desk.bring(table("编号,详情,内容", "1001,路灯坏了三天,简述"))
    page = desk.do("register", **{"column-1": "content"})
    assert "先重新检查" in page.text
    assert not Case.objects.exists()
    desk.do("register")
    assert [text for (text,) in CaseText.objects.values_list("content")] == ["路灯坏了三天"]


def test_a_look_of_before_is_not_agreed_to(desk: Registrar) -> None:
    desk.bring(table(HEADINGS, GOOD))
    desk.do("read", order="dmy")
    assert "看过新的结果" in desk.do("register", 409, round="1", order="dmy").text
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "是图片，不是表格"),
        (table(HEADINGS, '1001,"路灯不亮,2025-02-27,坏了', ALSO), "引号没有闭合"),
        (table("甲,乙", "1,2"), "没有指明哪一列是“诉求内容”"),
        (b"<html><table>", "是网页表格"),
        (b"PK\x03\x04" + bytes(50), "不是可以读的 Excel 文件"),
        (b"\xff\xfe\xff", "的文字编码既不是"),
    ],
)
def test_what_is_no_table_of_letters_is_told_in_words(desk: Registrar, content: bytes, words: str) -> None:
    page = desk.bring(content)
    assert words in page.text
    desk.do("register", 409)
    assert not Case.objects.exists()


def test_one_of_several_sheets_is_chosen(desk: Registrar, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with Workbook(path) as book:
        for name in ("一月", "二月"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["编号", "内容"])
            sheet.write_row(1, 0, [f"{name}1", f"{name}的来件"])
    page = desk.bring(path.read_bytes(), "来件.xlsx")
    assert "2张工作表" in page.text
    assert "可登记1件" in desk.do("read", sheet="二月").text
    assert "登记1件" in desk.do("register").text
    assert [text for (text,) in CaseText.objects.values_list("content")] == ["二月的来件"]


def test_the_line_of_the_headings_can_be_said(desk: Registrar) -> None:
    page = desk.bring(table("内容,编号", "本月来件,共两件", HEADINGS, GOOD))
    assert page.form(desk.url).values["heading_line"] == ["1"]
    page = desk.do("read", heading_line="3")
    assert "可登记1件" in page.text
    assert "本月来件 共两件" in page.text
    assert "不能作表头" in desk.do("read", heading_line="400").text
    assert desk.do("read", 422, heading_line="0").status == 422
    assert desk.do("read", 422, heading_line="三").status == 422


def test_what_looks_like_another_line_is_asked_about(desk: Registrar) -> None:
    swallowed = '1001,路灯不亮,2025-02-27,"坏了三天。\n1002,咨询,2025-02-28,怎样落户,,",王某,13800001234'
    page = desk.bring(table(HEADINGS, swallowed))
    assert "像另一行的文字" in page.text
    desk.do("register", 409)
    desk.do("read", sure_of_cells="on")
    assert "登记1件" in desk.do("register", sure_of_cells="on").text


def test_too_much_is_refused_before_anything_is_kept(desk: Registrar, settings: Settings) -> None:
    settings.ATTACHMENT_LIMIT = 200
    assert "文件不能超过" in desk.bring(bytes(201), status=409).text
    assert "文件是空的" in desk.bring(b"", status=409).text
    settings.LEAST_FREE = 1 << 60
    assert "存储空间不足" in desk.bring(table(HEADINGS, GOOD), status=409).text
    settings.LEAST_FREE = 0
    for _ in range(MOST_OPEN):
        desk.bring(table(HEADINGS, GOOD))
    assert "还没有办完" in desk.bring(table(HEADINGS, GOOD), status=409).text
    assert len(list(queries.root().glob("*"))) == Mailbag.objects.count() == MOST_OPEN
    desk.do("drop")
    desk.bring(table(HEADINGS, GOOD))


def test_who_brings_many_at_once_has_no_more_under_way_than_one_after_the_other(office: Office) -> None:
    """They were counted before any was there: as many as came together lay on the disk."""
    town = office.town

    class Meanwhile(BytesIO):
        """A table during which another one is brought."""

        def read(self, size: int | None = -1, /) -> bytes:
            if Mailbag.objects.count() < MOST_OPEN:
                bring(town, table(HEADINGS, GOOD))
            return super().read(size)

    for _ in range(MOST_OPEN - 1):
        bring(town, table(HEADINGS, GOOD))
    content = table(HEADINGS, ALSO)
    with pytest.raises(Refused, match="还没有办完"):
        commands.bring(
            name="来件.csv",
            data=Meanwhile(content),
            size=len(content),
            fields=Bring(channel=town.channel),
            actor=town.actor("desk.registrar"),
            now=clocks.here(town.code),
        )
    assert len(list(queries.root().glob("*"))) == Mailbag.objects.count() == MOST_OPEN


def test_whose_desk_takes_the_channel_in_no_more_reads_no_letter_any_more(office: Office, desk: Registrar) -> None:
    """The lines sent back were kept from them; their beginnings, and samples of every column, stood on the page."""
    assert "13800001234" in desk.bring(table(HEADINGS, GOOD, BAD)).text
    code, here = office.town.code, clocks.here(office.town.code)
    second = found_desk(code, "second", now=here)
    give_channel(code, office.town.channel, second, here, organisations.today(here))
    page = desk.official.client.get(desk.url)
    assert page.status_code == 409
    assert not [word for word in ("13800001234", "王某", "井盖") if word in page.content.decode()]
    assert desk.official.client.post(desk.url, {"do": "read"}).status_code == 409
    assert desk.official.client.post(desk.url, {"do": "drop"}).status_code == 302


def test_a_round_of_thousands_of_digits_is_another_round(desk: Registrar) -> None:
    desk.bring(table(HEADINGS, GOOD))
    assert "请看过新的结果" in desk.do("register", status=409, round="9" * 5_000).text


def test_a_table_is_its_bringers_alone(office: Office, desk: Registrar) -> None:
    desk.bring(table(HEADINGS, GOOD, BAD))
    desk.do("register")
    for short in ("desk.dispatcher", "other.handler"):
        stranger = office[short]
        assert stranger.client.get(desk.url).status_code == 404
        for which in ("receipts", "rejects"):
            assert stranger.client.post(f"{desk.url}{which}/").status_code == 404
        assert stranger.client.post(desk.url, {"do": "drop"}).status_code == 404
    assert desk.official.client.post(f"{desk.url}other/").status_code == 404


def test_only_a_registrar_of_the_channels_desk_brings_letters(office: Office, desk: Registrar) -> None:
    other = Registrar(office["unit.handler"], office.town.channel)
    assert other.bring(table(HEADINGS, GOOD), status=409).status == 409
    assert "没有受理渠道" in other.official.read(URL).text
    assert "没有渠道" in Registrar(desk.official, "pigeon").bring(table(HEADINGS, GOOD), status=409).text
    assert not Mailbag.objects.exists()


def test_whoever_is_stopped_in_the_middle_goes_on_and_no_code_is_lost(
    desk: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    lines = [f"{n},第{n}件,2025-02-01,第{n}件的内容。,," for n in range(5)]
    desk.bring(table(HEADINGS, *lines))
    registered, calls = intake_commands.register_many, list[int]()

    def stopping(**said: Any) -> Any:
        calls.append(len(said["letters"]))
        if len(calls) == 2:
            raise Refused(Refusal("渠道暂停受理。", None))
        return registered(**said)

    monkeypatch.setattr(intake_commands, "register_many", stopping)
    monkeypatch.setattr(importing, "_batches", _one_by_one)
    page = desk.do("register")
    assert "渠道暂停受理" in page.text
    assert Case.objects.count() == len(desk.fetch("receipts")) - 1 == 2
    page = desk.do("register")
    assert "登记5件，此前已登记0件" in page.text
    codes = desk.fetch("receipts")[1:]
    assert Case.objects.count() == len(codes) == 5
    for _origin, number, code in codes:
        assert intake.requester_of(desk.official.account.partition(".")[0], str(number), str(code))


def _one_by_one(sheet: Any, reader: Any) -> Any:
    rows: Sequence[Any] = list(sheet.rows)
    for first in range(0, len(rows), 2):
        yield reader.read(rows[first : first + 2])


def test_a_defect_is_told_and_the_table_can_be_tried_again(desk: Registrar, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*said: object, **named: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(importing, "run", broken)
        with pytest.raises(RuntimeError):
            desk.bring(table(HEADINGS, GOOD))
        assert commands.BROKEN in desk.page().text
    assert "可登记1件" in desk.do("read").text
    with monkeypatch.context() as patch:
        patch.setattr(importing, "run", broken)
        with pytest.raises(RuntimeError):
            desk.do("register")
        assert "继续登记" in desk.page().text
    assert "登记1件" in desk.do("register").text


def test_when_its_time_is_over_a_table_goes_with_all_that_was_made_of_it(office: Office, desk: Registrar) -> None:
    desk.bring(table(HEADINGS, GOOD))
    desk.do("register")
    stray = queries.root() / ("0" * 32)
    stray.mkdir()
    jobs.expire(0)
    assert stray.exists(), "somebody may be uploading it just now"
    assert commands.sweep(at=datetime.now(UTC) + timedelta(days=2)) == 1
    put_ahead(office.town.code, timedelta(days=8))
    jobs.expire(0)
    assert not list(queries.root().glob("*"))
    row = Mailbag.objects.get()
    assert (row.state, row.name) == (State.GONE, "")
    assert desk.official.client.get(desk.url).status_code == 404
    assert Case.objects.count() == 1


def test_without_scripts_or_with_the_page_asks_for_its_progress(desk: Registrar) -> None:
    desk.bring(table(HEADINGS, GOOD))
    Mailbag.objects.update(state=State.REGISTERING, lines=1200, share=0.4)
    part = desk.official.client.get(desk.url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'hx-trigger="every 2s"' in part
    assert "已看过1200行" in part
    assert 'value="40"' in part
    assert desk.official.client.post(desk.url, {"do": "drop"}).status_code == 409


def test_the_first_letter_of_a_table_without_headings_is_not_lost_in_their_place(desk: Registrar) -> None:
    """Nobody wrote a mobile number: whether the first line holds headings is asked, whatever the columns are."""
    page = desk.bring(table("1001,井盖缺失,人民路井盖缺失三天。", "1002,路灯不亮,小区门口路灯坏了三天。"))
    assert "没有指明哪一列是“诉求内容”" in page.text
    assert page.form(desk.url).values["heading_line"] == [""], "nobody agrees to it by pressing a button"
    page = desk.do("read", **{"column-2": "content"})
    assert "没有认出表头：第1行暂作表头，不会登记" in page.text
    desk.do("register", 409)
    assert not Case.objects.exists()
    page = desk.do("read", heading_line="1")
    assert "可登记1件" in page.text, "whoever says so has seen what it is"
    headed = table("序号,事由,情况", "1001,井盖缺失,人民路井盖缺失三天。", "1002,路灯不亮,小区门口路灯坏了三天。")
    desk.bring(headed)
    desk.do("read", heading_line="1", **{"column-2": "content"})
    assert "登记2件" in desk.do("register").text
    assert "可登记0件，此前已登记2件" in desk.bring(headed).text, "agreed to once, its headings are known"


def test_workbooks_are_read_as_at_the_console(desk: Registrar, tmp_path: Path) -> None:
    rows = [
        ["登记表", "", "", ""],
        ["编号", "标题", "内容", ""],
        ["1", "一", "甲的内容", "x"],
        ["2", "二", "乙的内容", ""],
    ]
    path = tables.workbook(tmp_path / "t.xlsx", rows, merged=[(0, 0, 0, 3)])
    page = desk.bring(path.read_bytes(), "t.xlsx")
    assert "可登记2件" in page.text
    assert page.form(desk.url).values["heading_line"] == ["2"]
