"""Each file of a paper is made by itself: what keeps one from being made keeps the other from nothing (F55)."""

from pathlib import Path

import pytest
from pytest_django import Settings

from bihuan.audit.queries import verify
from bihuan.cases.types import Act
from bihuan.documents import commands, jobs, queries
from bihuan.documents.types import DocumentRow, State
from bihuan.record import queries as record
from tests.towns import Town
from tests.walks import Walk

pytestmark = pytest.mark.django_db
BROKEN_HEAD = "<svg><broken"


@pytest.fixture
def letterhead(tmp_path: Path, settings: Settings) -> Path:
    """The site's own folder of letterheads."""
    settings.LETTERHEAD = tmp_path
    return tmp_path


def answered(town: Town) -> Walk:
    return Walk(town).along(Act.REGISTER, Act.DISPATCH, Act.SIGN_IN, Act.RECORD_CONTACT, Act.ANSWER, Act.SIGN_OFF)


def issued(walk: Walk, code: str, who: str) -> int:
    said = {"subject_kind": "case", "facts": walk.facts, "actor": walk.actor(who), "now": walk.now}
    return commands.issue(code=code, **said).id


def made(walk: Walk, document: int) -> DocumentRow:
    commands.make(document, clock=lambda _: walk.now)
    return next(row for row in queries.of("case", walk.number) if row.id == document)


def test_a_broken_letterhead_leaves_the_word_file_and_says_why_there_is_no_pdf(wendeng: Town, letterhead: Path) -> None:
    walk = answered(wendeng)
    (letterhead / "head.svg").write_text(BROKEN_HEAD)
    document = issued(walk, "D14", "unit.deputy")
    row = made(walk, document)
    assert (row.state, row.pdf_state, row.word_state) == (State.FAILED, State.FAILED, State.READY)
    assert (row.pdf, row.sha256, row.pages, row.word_trouble) == (None, "", 0, "")
    assert row.pdf_trouble.startswith("排版程序报告：")
    assert [event.sentence.split("，")[0] for event in record.events(f"document:{document}")] == [
        "文书已生成Word：《群众诉求答复意见书》"
    ]
    (letterhead / "head.svg").unlink()
    commands.try_again(
        subject_kind="case", document=document, facts=walk.facts, actor=walk.actor("unit.handler"), now=walk.now
    )
    waiting = next(one for one in queries.of("case", walk.number) if one.id == document)
    assert (waiting.pdf_state, waiting.word_state) == (State.WAITING, State.READY)
    again = made(walk, document)
    assert (again.state, again.word) == (State.READY, row.word), "what is there is not made again"
    assert (again.pdf_trouble, again.pages) == ("", 1)
    events = record.events(f"document:{document}")
    assert [event.facts["file"] for event in events] == ["Word", "PDF"]
    assert events[-1].facts["sha256"] == again.sha256
    assert verify(wendeng.code).clean


def test_a_broken_template_of_the_site_leaves_the_pdf(wendeng: Town, letterhead: Path) -> None:
    walk = Walk(wendeng).along(Act.REGISTER, Act.DISPATCH)
    (letterhead / "D02.docx").write_bytes(b"no archive")
    row = made(walk, issued(walk, "D02", "desk.dispatcher"))
    assert (row.pdf_state, row.word_state, row.word_trouble) == (
        State.READY,
        State.FAILED,
        "本单位的 Word 模板 D02.docx 不能使用",
    )
    assert row.pages == 1


def test_without_either_file_both_say_why_and_the_job_counts_as_failed(wendeng: Town, letterhead: Path) -> None:
    walk = answered(wendeng)
    (letterhead / "head.svg").write_text(BROKEN_HEAD)
    (letterhead / "D14.docx").write_bytes(b"no archive")
    document = issued(walk, "D14", "unit.deputy")
    with pytest.raises(jobs.NotMade):
        jobs.make(document)
    (row,) = queries.of("case", walk.number)
    assert (row.pdf_state, row.word_state) == (State.FAILED, State.FAILED)
    assert row.pdf_trouble
    assert row.word_trouble


def test_files_that_cannot_be_kept_are_told_so(wendeng: Town, tmp_path: Path, settings: Settings) -> None:
    walk = Walk(wendeng).along(Act.REGISTER, Act.DISPATCH)
    document = issued(walk, "D02", "desk.dispatcher")
    settings.MEDIA_ROOT = tmp_path / "taken"
    settings.MEDIA_ROOT.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="taken"):
        jobs.make(document)
    (row,) = queries.of("case", walk.number)
    assert (row.state, row.pdf, row.word) == (State.FAILED, None, None)
    assert "没有能够保存" in row.pdf_trouble
