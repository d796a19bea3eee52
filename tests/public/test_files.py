"""Files from outside: looked into after everything that costs less, few, small, and gone in an hour."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django import Settings

from bihuan.attachments import commands, examination, jobs, shelf
from bihuan.attachments.models import Attachment
from bihuan.attachments.types import MB, MOST_OF_A_VISIT
from bihuan.cases.models import Case
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused
from bihuan.public import gates
from bihuan.public.humans import TRAP
from tests.attachments.conftest import flicker
from tests.public.citizens import SAID, Citizen, now_in
from tests.towns import START, Town

pytestmark = pytest.mark.django_db


def photo(shade: int = 0) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (8, 8), (shade, 0, 0)).save(out, "PNG")
    return SimpleUploadedFile("现场.png", out.getvalue(), "image/png")


def stored() -> int:
    return Attachment.objects.count()


@pytest.mark.parametrize("change", [{TRAP: "http://spam.example"}, {"sum": "99"}, {"ticket": ""}])
def test_where_a_program_is_suspected_no_file_is_looked_into(
    change: dict[str, str], citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examination, "call", lambda *_, **__: pytest.fail("it was looked into"))
    page = citizen.send("submit/", {**citizen.fill_in(), **change, "files": [photo()]}, 422)
    assert "这次选择的文件没有上传，请重新选择。" in page.text
    assert stored() == 0


@pytest.mark.usefixtures("still")
def test_where_a_network_has_submitted_enough_no_file_is_looked_into(
    citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(gates.SUBMIT.tokens):
        gates.take(gates.SUBMIT, "203.0.113.7")
    monkeypatch.setattr(examination, "call", lambda *_, **__: pytest.fail("it was looked into"))
    citizen.send("submit/", {**citizen.fill_in(), "files": [photo()]}, 429)
    assert stored() == 0


def test_a_form_that_is_shown_again_costs_no_request_of_the_network(citizen: Citizen) -> None:
    for _ in range(gates.SUBMIT.tokens + 1):
        citizen.send("submit/", {**citizen.fill_in(), "content": ""}, 422)
    citizen.submit()


@pytest.mark.usefixtures("still")
def test_one_network_sends_only_so_many_files(citizen: Citizen) -> None:
    for _ in range(gates.UPLOAD.tokens - 1):
        gates.take(gates.UPLOAD, "203.0.113.7")
    page = citizen.send("submit/", {**citizen.fill_in(), "files": [photo(), photo(1)]}, 422)
    assert "暂停一会儿" in page.text
    assert stored() == 1


def test_a_ticket_is_good_for_six_files_in_all(citizen: Citizen) -> None:
    """Those that were taken back out of the form count, and those that were submitted."""
    form = {**citizen.fill_in(), "content": ""}
    for n in range(MOST_OF_A_VISIT // 2):
        citizen.send("submit/", {**form, "files": [photo(n), photo(100 + n)]}, 422)
    page = citizen.send("submit/", {**form, "files": [photo(250)]}, 422)
    assert "一份表单最多上传6个文件（包括取消的）" in page.text
    assert stored() == MOST_OF_A_VISIT
    kept = [str(row.pk) for row in Attachment.objects.all()]
    citizen.submit(**{**form, "content": SAID["content"], "kept": kept})
    citizen.send("submit/", {**form, "content": "另一件事。", "files": [photo(251)]}, 409)
    assert stored() == MOST_OF_A_VISIT


def test_a_form_with_six_files_that_is_sent_twice_is_told_the_same_number(citizen: Citizen) -> None:
    form = {**citizen.fill_in()}
    first, again = (
        citizen.send("submit/", {**form, "files": [photo(n) for n in range(MOST_OF_A_VISIT)]}) for _ in range(2)
    )
    assert first.text == again.text
    assert (Case.objects.count(), stored()) == (1, MOST_OF_A_VISIT)


def test_a_ticket_is_good_for_so_many_bytes(site: Town, settings: Settings) -> None:
    upload(site, "a" * 32, 0)
    settings.FORM_LIMIT = 2 * Attachment.objects.get().size + 20
    upload(site, "a" * 32, 1)
    with pytest.raises(Refused, match="总共不超过"):
        upload(site, "a" * 32, 2)
    upload(site, "b" * 32, 2)


def upload(town: Town, visit: str, shade: int) -> str:
    """One file of one visit; answers its digest."""
    actor, content = Actor.requester(town.code, visit=visit), photo(shade).read()
    return commands.store(jurisdiction=town.code, name="现场.png", data=content, actor=actor, now=START).sha256


@pytest.mark.django_db(transaction=True)
def test_of_more_than_citizens_may_have_sent_in_all_the_oldest_go(site: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    official, first = town_file(site), upload(site, "0" * 32, 0)
    monkeypatch.setattr("bihuan.attachments.commands.MOST_UNBOUND", 3 * Attachment.objects.latest("pk").size + 20)
    others = [upload(site, f"{n:032x}", n) for n in (1, 2, 3)]
    assert [row.sha256 for row in Attachment.objects.order_by("pk")] == [official, *others]
    jobs.drop(first)
    assert not shelf.place(first).exists()


def town_file(town: Town) -> str:
    """A file of an official, which is older and counts for nothing."""
    actor = town.actor("desk.registrar")
    content = photo(200).read()
    now = START - timedelta(hours=3)
    return commands.store(jurisdiction=town.code, name="a.png", data=content, actor=actor, now=now).sha256


@pytest.mark.django_db(transaction=True)
def test_what_citizens_did_not_submit_is_gone_after_an_hour(site: Town) -> None:
    kept, gone = town_file(site), upload(site, "a" * 32, 1)
    assert commands.sweep_unbound(jurisdiction=site.code, now=START + timedelta(minutes=59)) == 0
    assert commands.sweep_unbound(jurisdiction=site.code, now=START + timedelta(minutes=61)) == 1
    assert not shelf.place(gone).exists()
    assert shelf.place(kept).exists()


def test_a_citizen_is_told_that_a_file_is_gone(citizen: Citizen) -> None:
    form = citizen.fill_in()
    shown = citizen.send("submit/", {**form, "content": "", "files": [photo()]}, 422).form("").values
    assert commands.sweep_unbound(jurisdiction=citizen.town.code, now=now_in(citizen.town) + timedelta(hours=2)) == 1
    files = {name: shown[name] for name in ("kept", "kept-shown")}
    page = citizen.send("submit/", {**form, **files}, 422)
    assert "已自动清除，请重新选择" in page.text
    assert not Case.objects.exists()


def test_without_room_on_the_disk_files_are_refused_in_words_and_requests_are_not(
    citizen: Citizen, settings: Settings
) -> None:
    settings.LEAST_FREE = 1 << 60
    form = citizen.fill_in()
    page = citizen.send("submit/", {**form, "files": [photo()]}, 422)
    assert "服务器存储空间不足，暂时不能上传附件" in page.text
    citizen.submit(**form)
    assert (Case.objects.count(), stored()) == (1, 0)


@pytest.mark.usefixtures("still")
def test_in_ones_own_case_too_files_come_last(citizen: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    number = citizen.submit()
    for _ in range(gates.ACT.tokens):
        gates.take(gates.ACT, f"{citizen.town.code} {number}")
    monkeypatch.setattr(examination, "call", lambda *_, **__: pytest.fail("it was looked into"))
    citizen.say("supplement", {"text": "又坏了一盏。", "files": [photo()]}, 429)


def test_where_nothing_can_be_added_to_a_case_no_file_is_looked_into(
    citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen.submit()
    before = citizen.read("case/").form(f"{citizen.url}case/supplement/").values["ticket"][0]
    citizen.say("withdraw", {"reason": "已经修好了。", "sure": "on"})
    monkeypatch.setattr(examination, "call", lambda *_, **__: pytest.fail("it was looked into"))
    citizen.send("case/supplement/", {"ticket": before, "text": "又坏了。", "files": [photo()]}, 409)
    assert stored() == 0


def test_six_files_that_are_hard_to_read_are_refused_at_the_first(citizen: Citizen) -> None:
    hard: list[Any] = [SimpleUploadedFile("a.gif", flicker(9_000)) for _ in range(6)]
    page = citizen.send("submit/", {**citizen.fill_in(), "files": hard}, 422)
    assert "帧" in page.text
    assert stored() == 0


def test_room_is_looked_for_where_files_are_laid_down(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "not" / "there" / "yet"
    assert shelf.free() > MB
