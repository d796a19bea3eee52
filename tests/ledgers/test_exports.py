"""Exports: exactly what the page shows, harmless, with a mark and a reason, and gone after a day."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings
from python_calamine import CalamineWorkbook

from bihuan.audit import queries as audit
from bihuan.cases.types import Act
from bihuan.ledgers import commands, jobs
from bihuan.ledgers.models import Export, SavedView
from bihuan.ledgers.queries import place_of_file
from bihuan.ledgers.types import Which
from bihuan.organisations import clocks
from bihuan.record import queries as record
from tests.towns import Town, put_ahead
from tests.web.officials import Office, Page

pytestmark = pytest.mark.django_db
A = Act


@pytest.fixture
def office(wendeng: Town, tmp_path: Path, settings: Settings) -> Office:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.DATA_FOLDER = tmp_path
    return Office(wendeng)


def asked(office: Office, url: str, reason: str = "月度分析用") -> int:
    """Ask for an export by the page; answers its id."""
    page = office["desk.dispatcher"].send(url, "/cases/export/", {"reason": reason})
    assert reason in page.text
    return int(page.html.split('id="export-')[1].split('"')[0])


def written(office: Office, url: str) -> Path:
    """The file of an export, written as the worker writes it."""
    id = asked(office, url)
    job = ProcrastinateJob.objects.filter(task_name=commands.WRITE).latest("id")
    assert job.args == {"export": id}
    commands.write_export(job.args["export"], at=datetime.now(UTC))
    return place_of_file(id)


def shown(page: Page) -> list[list[str]]:
    """The cells of the page's table, without what only screen readers read."""
    body = page.html.split("<tbody>")[1].split("</tbody>")[0]
    rows = [row.split("<td ")[1:] for row in body.split("<tr")[1:]]
    return [[_plain(cell.partition(">")[2].partition("</td>")[0]) for cell in row] for row in rows]


def _plain(html: str) -> str:
    import re
    from html import unescape

    visible = re.sub(r'<span class="visually-hidden">.*?</span>', "", html)
    return unescape(re.sub(r"<[^>]+>", "", visible)).strip().replace("—", "")


def _told(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:g}" if isinstance(value, float) else str(value)


@pytest.mark.parametrize(
    "url",
    [
        "/cases/",
        "/cases/?stage=handling",
        "/cases/?q=路灯&order=oldest",
        "/cases/?c=number&c=title&c=phone&c=returns&c=due_at&c=late",
    ],
)
def test_the_file_holds_what_the_page_shows(office: Office, url: str) -> None:
    for title in ("路灯一", "=1+1 路灯", "<b>&路灯</b>", "垃圾清运"):
        office.register(title=title)
    office.walk(A.ACCEPT, A.DISPATCH, A.SIGN_IN, A.RECORD_CONTACT)
    page = office["desk.dispatcher"].read(url)
    sheet = CalamineWorkbook.from_path(str(written(office, url))).get_sheet_by_index(0).to_python()
    heads = [_plain(head) for head in page.html.split("<thead>")[1].split("</thead>")[0].split("</th>")[:-1]]
    assert sheet[0] == heads
    assert [[_told(cell) for cell in row] for row in sheet[1:]] == shown(page)
    assert len(sheet) > 1


def test_what_looks_like_a_formula_stays_text(office: Office) -> None:
    for title in ('=HYPERLINK("x")', "+86", "-1", "@SUM(A1)", "　空格", "_x0041_", "表情😀"):
        office.register(title=title)
    path = written(office, "/cases/?c=title")
    with ZipFile(path) as parts:
        sheet, styles = parts.read("xl/worksheets/sheet1.xml").decode(), parts.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    assert 'quotePrefix="1"' in styles
    for start in ("=", "+", "-", "@"):
        cell = sheet.split(f"<t>{start}")[0].rsplit("<c ", 1)[1]
        assert ' s="' in cell, start
    read = [row[0] for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]]
    assert set(read) >= {'=HYPERLINK("x")', "+86", "-1", "@SUM(A1)", "表情😀"}
    assert "_x0041_" in read


def test_the_file_says_whose_it_is_and_the_record_keeps_why(office: Office) -> None:
    office.register()
    path = written(office, "/cases/?open=1")
    with ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "desk.dispatcher（wd.desk.dispatcher）" in sheet.split("<oddHeader>")[1].split("</oddHeader>")[0]
    assert "第&amp;P页" in sheet.split("<oddFooter>")[1]
    told = dict(row[:2] for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(1).to_python())
    assert told["用途"] == "月度分析用"
    assert told["筛选条件"] == "状态：在办"
    assert told["行数"] == "1"
    row = Export.objects.get()
    dispatcher = office["desk.dispatcher"]
    answer = dispatcher.client.post(f"/exports/{row.pk}/file/")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == path.read_bytes()  # type: ignore[attr-defined]
    events = record.events(f"export:{row.pk}")
    assert [e.kind.partition(".")[2] for e in events] == ["export-asked", "export-written", "export-fetched"]
    assert (events[0].private or {})["reason"] == "月度分析用"
    assert events[1].facts["rows"] == 1
    assert audit.verify().clean
    assert path.stat().st_mode & 0o777 == 0o600


def test_whoever_asked_is_told_how_many_cells_were_cut(office: Office) -> None:
    office.register()
    written(office, "/cases/")
    page = office["desk.dispatcher"].read("/exports/")
    assert "已截断" not in page.text
    Export.objects.update(cut=2)
    assert "2格文字过长" in office["desk.dispatcher"].read("/exports/").text


def test_an_export_is_its_askers_alone_and_only_for_posts_that_may(office: Office) -> None:
    office.register()
    path = written(office, "/cases/")
    id = Export.objects.get().pk
    for short in ("desk.reviewer", "other.handler"):
        stranger = office[short]
        assert stranger.client.post(f"/exports/{id}/file/").status_code == 404
        assert stranger.client.get(f"/exports/{id}/", headers={"HX-Request": "true"}).status_code == 404
        refused = stranger.client.post("/cases/export/", {"reason": "想看一看数据"})
        assert refused.status_code == 409
        assert "不能导出台账" in refused.content.decode()
    assert Export.objects.count() == 1
    assert path.exists()


def test_an_export_without_a_reason_is_not_begun(office: Office) -> None:
    for reason in ("", "看看"):
        page = office["desk.dispatcher"].send("/cases/", "/cases/export/", {"reason": reason}, 422)
        assert 'id="e-reason-error"' in page.html
    assert not Export.objects.exists()


def test_the_page_tells_how_far_it_is_and_the_file_is_gone_after_a_day(office: Office) -> None:
    office.register()
    id = asked(office, "/cases/")
    dispatcher = office["desk.dispatcher"]
    waiting = dispatcher.client.get(f"/exports/{id}/", headers={"HX-Request": "true"}).content.decode()
    assert "<progress" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    commands.write_export(id, at=datetime.now(UTC))
    ready = dispatcher.read("/exports/")
    assert "下载表格" in ready.text
    assert "hx-trigger" not in ready.html.split('id="export-')[1]
    assert commands.expire_exports("wd", now=clocks.here("wd") + timedelta(hours=23)) == 0
    assert commands.expire_exports("wd", now=clocks.here("wd") + timedelta(hours=25)) == 1
    assert not place_of_file(id).exists()
    assert "已过期" in dispatcher.read("/exports/").text
    assert dispatcher.client.post(f"/exports/{id}/file/").status_code == 404


def test_where_the_clock_was_moved_an_export_is_told_and_kept_by_it(office: Office) -> None:
    """F48: no real time beside the jurisdiction's own."""
    moved = put_ahead("wd", timedelta(days=16))
    path = written(office, "/cases/")
    row = Export.objects.get()
    assert moved <= row.asked_at <= (row.ready_at or moved) < (row.expires_at or moved)
    dispatcher = office["desk.dispatcher"]
    assert "下载表格" in dispatcher.read("/exports/").text
    jobs.expire(0)
    assert path.exists()
    put_ahead("wd", timedelta(days=2))
    assert "下载表格" not in dispatcher.read("/exports/").text
    assert dispatcher.client.post(f"/exports/{row.pk}/file/").status_code == 404
    jobs.expire(0)
    assert not path.exists()


def test_whoever_lost_the_post_meanwhile_gets_no_file(office: Office) -> None:
    from bihuan.organisations.models import Appointment

    office.register()
    id = asked(office, "/cases/")
    Appointment.objects.filter(person__account="wd.desk.dispatcher").update(until_on="2022-01-01")
    commands.write_export(id, at=datetime.now(UTC))
    row = Export.objects.get()
    assert (row.state, row.trouble) == ("failed", "申请人已没有在任职务。")
    assert not place_of_file(id).exists()


def test_matters_are_exported_like_cases(huainan: Town, tmp_path: Path, settings: Settings) -> None:
    settings.DATA_FOLDER = tmp_path
    keeper = Office(huainan)["office.list_keeper"]
    page = keeper.send("/matters/?open=1", "/matters/export/", {"reason": "会商材料"})
    id = int(page.html.split('id="export-')[1].split('"')[0])
    commands.write_export(id, at=datetime.now(UTC))
    sheet = CalamineWorkbook.from_path(str(place_of_file(id))).get_sheet_by_index(0).to_python()
    assert sheet[0][:2] == ["清单编号", "事项概述"]


def test_figures_are_written_with_their_formula(office: Office) -> None:
    page = office["desk.dispatcher"].send("/figures/", "/figures/export/", {"reason": "月度分析用"})
    id = int(page.html.split('id="export-')[1].split('"')[0])
    commands.write_export(id, at=datetime.now(UTC))
    rows = CalamineWorkbook.from_path(place_of_file(id)).get_sheet_by_index(0).to_python()
    assert any("群众综合满意率" in map(str, row) for row in rows)


def test_the_word_of_every_ledger_fits_its_column() -> None:
    for model in (Export, SavedView):
        assert max(map(len, Which)) <= (model._meta.get_field("which").max_length or 0)
