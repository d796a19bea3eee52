"""F119: a wrong file of a regulation stops whoever stands under it and nobody else, and everything says so."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from bihuan.clockwork.jobs import sweep
from bihuan.policy import loader
from tests.api.clients import Staff
from tests.towns import Town, found
from tests.web.officials import Office

QINGSHAN = Path(__file__).parent.parent / "packs" / "qingshan-2030-3.toml"


@pytest.fixture
def rewrite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """The file of the invented regulation in a folder of its own; what is called puts one text in another's place."""
    monkeypatch.setenv(loader.MORE_FOLDERS, str(tmp_path))
    monkeypatch.setattr(loader, "LOOKED_EVERY", 0.0)
    path, text = tmp_path / "qingshan.toml", QINGSHAN.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")

    def put(old: str, new: str) -> None:
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return put


WRONG = ("dispatch.sign-in", "dispatch.signin")


def test_pages_answer_in_words_and_other_towns_work(
    wendeng: Town, rewrite: Callable[[str, str], None], caplog: pytest.LogCaptureFixture
) -> None:
    there, others = Office(found("qs", "qingshan-2030-3", prefix="QX")), Office(wendeng)
    there["desk.registrar"].read("/")
    rewrite(*WRONG)
    for page in ("/", "/cases/"):
        text = there["desk.registrar"].read(page, 503).text
        assert "规则文件有错误" in text
        assert "qingshan-2030-3/1" in text
        others["desk.registrar"].read(page)
    assert "qingshan.toml:33: 条款 青-三：程序没有规范 dispatch.signin" in caplog.text
    assert others.walk("accept", "dispatch")
    rewrite("dispatch.sign-in", "dispatch.sign-in")
    there["desk.registrar"].read("/")


EDITED = ("二个工作日内", "有空的时候")


def test_a_file_edited_in_place_stops_whoever_took_it_up_and_nobody_else(
    wendeng: Town, rewrite: Callable[[str, str], None], caplog: pytest.LogCaptureFixture
) -> None:
    """F118: what a place took up is its law, and nothing else that calls itself so."""
    town = found("qs", "qingshan-2030-3", prefix="QX")
    there, others, systems = Office(town), Office(wendeng), Staff(town)
    there["desk.registrar"].read("/")
    rewrite(*EDITED)
    there["desk.registrar"].read("/", 503)
    assert systems["desk.registrar"].get("/cases").status_code == 503
    assert "内容与采用时不同" in caplog.text
    others["desk.registrar"].read("/")
    with caplog.at_level(logging.ERROR):
        sweep(0)
    assert [r.args for r in caplog.records if r.msg == "the sweep of %s failed"] == [("qs",)]
    rewrite("organisational = true", "organisational = true # 注释")
    there["desk.registrar"].read("/")


def test_the_api_answers_503_and_other_towns_work(wendeng: Town, rewrite: Callable[[str, str], None]) -> None:
    there, others = Staff(found("qs", "qingshan-2030-3", prefix="QX")), Staff(wendeng)
    mine, theirs = there["desk.registrar"], others["desk.registrar"]
    number = there.register()["number"]
    rewrite(*WRONG)
    answer = mine.get(f"/cases/{number}")
    assert answer.status_code == 503
    assert "规则文件（qingshan-2030-3/1）有错误" in answer.json()["detail"]
    assert theirs.get("/cases").status_code == 200


def test_health_says_which_file_line_and_clause(db: None, rewrite: Callable[[str, str], None]) -> None:
    client = Client()
    rewrite("dispatch.sign-in", "dispatch.sign-in")
    assert client.get("/readyz").json() == {"status": "ready"}
    assert "bihuan_regulations_wrong 0.0" in client.get("/metrics").content.decode()
    rewrite(*WRONG)
    answer = client.get("/readyz")
    assert answer.status_code == 200, "whoever stands under another regulation can work"
    (told,) = answer.json()["regulations"]
    assert (told["file"], told["line"], told["clause"]) == ("qingshan.toml", 33, "青-三")
    assert "程序没有规范 dispatch.signin" in told["what"]
    assert "bihuan_regulations_wrong 1.0" in client.get("/metrics").content.decode()


def test_the_sweep_goes_on_elsewhere(
    wendeng: Town, rewrite: Callable[[str, str], None], caplog: pytest.LogCaptureFixture
) -> None:
    found("qs", "qingshan-2030-3", prefix="QX")
    rewrite(*WRONG)
    with caplog.at_level(logging.ERROR):
        sweep(0)
    failed = [record for record in caplog.records if record.msg == "the sweep of %s failed"]
    assert [record.args for record in failed] == [("qs",)]
