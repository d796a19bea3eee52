"""Documents on the page of a case, by a browser without JavaScript."""

from pathlib import Path

import pytest
from pytest_django import Settings

from bihuan.cases.types import Act
from bihuan.documents import commands, queries
from tests.towns import START
from tests.web.officials import Office, typed_for

pytestmark = pytest.mark.django_db


def test_an_official_draws_up_an_assignment_and_fetches_pdf_and_word(office: Office) -> None:
    number = office.walk(Act.ACCEPT, Act.DISPATCH)
    desk, handler = office["desk.dispatcher"], office["unit.handler"]
    desk.send(f"/cases/{number}/", f"/cases/{number}/documents/D02/", {})
    assert "正在生成" in handler.read(f"/cases/{number}/").text
    (waiting,) = queries.of("case", number)
    commands.make(waiting.id, clock=lambda _: START)
    (row,) = queries.of("case", number)
    assert f"/attachments/{row.pdf}/" in handler.read(f"/cases/{number}/documents/").html
    assert f"/attachments/{row.word}/" in handler.read(f"/cases/{number}/").html
    fetched = handler.client.get(f"/attachments/{row.pdf}/")
    assert fetched.getvalue().startswith(b"%PDF-")
    office["other.handler"].read(f"/cases/{number}/documents/", 404)
    office["other.handler"].read(f"/attachments/{row.pdf}/", 404)


def test_what_is_not_on_file_is_not_offered(office: Office) -> None:
    number = office.walk(Act.ACCEPT, Act.DISPATCH)
    page = office["unit.handler"].read(f"/cases/{number}/")
    assert f"/cases/{number}/documents/D14/" not in page.html


def test_the_page_links_the_file_that_is_there_and_says_why_the_other_is_not(
    office: Office, tmp_path: Path, settings: Settings
) -> None:
    number = office.walk(Act.ACCEPT, Act.DISPATCH)
    settings.LETTERHEAD = tmp_path
    (tmp_path / "D02.docx").write_bytes(b"no archive")
    desk = office["desk.dispatcher"]
    desk.send(f"/cases/{number}/", f"/cases/{number}/documents/D02/", {})
    (waiting,) = queries.of("case", number)
    commands.make(waiting.id, clock=lambda _: waiting.at)
    (row,) = queries.of("case", number)
    page = desk.read(f"/cases/{number}/documents/")
    assert f"/attachments/{row.pdf}/" in page.html
    assert "Word未能生成" in page.text
    assert "本单位的 Word 模板 D02.docx 不能使用" in page.text
    assert "PDF未能生成" not in page.text


def test_who_does_not_issue_a_paper_is_told_who_does_and_has_no_button(office: Office) -> None:
    number = office.walk(Act.ACCEPT, Act.DISPATCH)
    place = f"/cases/{number}/documents/D02/"
    page = office["unit.handler"].read(f"/cases/{number}/")
    assert place not in page.html
    assert "群众诉求交办单：受理单位" in page.text
    refused = office["unit.handler"].client.post(place, follow=True).content.decode()
    assert "由受理单位出具" in refused
    assert queries.of("case", number) == []


def test_whoever_issues_the_same_once_more_is_told_that_nothing_changed(office: Office) -> None:
    number = office.walk(Act.ACCEPT, Act.DISPATCH)
    desk, place = office["desk.dispatcher"], f"/cases/{number}/documents/D02/"
    desk.send(f"/cases/{number}/", place, {})
    assert "内容没有变化" in desk.send(f"/cases/{number}/", place, {}).text
    assert len(queries.of("case", number)) == 1


def test_a_page_tells_which_paper_a_newer_one_replaced(office: Office) -> None:
    number = office.walk(Act.ACCEPT, Act.DISPATCH, Act.SIGN_IN, Act.REQUEST_EXTENSION)
    place = f"/cases/{number}/documents/D05/"
    office["unit.handler"].send(f"/cases/{number}/", place, {})
    typed = typed_for(Act.APPROVE_EXTENSION, office.town, office.began)
    office.act("desk.dispatcher", number, Act.APPROVE_EXTENSION, **typed)
    page = office["desk.dispatcher"].send(f"/cases/{number}/", place, {})
    new, old = queries.of("case", number)
    assert f"代替{old.serial}" in page.text
    assert page.text.count("已被新的一份代替") == 1
    assert new.replaces == old.id
